"""Where the header goes: into the call, or to where what the call is given was made."""

"""What an expression means and which requests a program makes; sees neither endpoints nor scopes."""

"""Edits to JavaScript files: the key is taken out where it enters, and the header given where the request is made."""

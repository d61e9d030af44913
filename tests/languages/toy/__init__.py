"""A language of three statements: the smallest that the contract allows."""

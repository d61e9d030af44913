"""Python: how it is read, what its libraries do, and how its files are edited."""

"""What the formats share; a module beside this package is a format, a module in it is not."""

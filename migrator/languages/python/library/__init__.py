"""What Python's built-ins, standard library and packages give back, as models found by dotted name."""

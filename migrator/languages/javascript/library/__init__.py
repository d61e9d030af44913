"""What JavaScript's globals, values and packages give back, as models found by dotted name."""

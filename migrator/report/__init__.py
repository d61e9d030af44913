"""Report formats, one module each: a pure function from a report to text."""

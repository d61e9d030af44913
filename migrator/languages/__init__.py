"""Languages: each turns source text into `Unit`s and knows its libraries."""

"""From the text of a Python file to its lowered form: one syntax tree, walked once and dropped."""

"""Edits to Python files: recipes take the key out, placements put the header in. The only place that imports libcst."""

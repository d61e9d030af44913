"""Python: lowering, library models and edits; the only place that imports libcst."""

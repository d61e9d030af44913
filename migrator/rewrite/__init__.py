"""Plans, proves and applies edits."""

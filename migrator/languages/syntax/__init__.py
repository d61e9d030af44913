"""Any grammar of tree-sitter behind one small tree."""

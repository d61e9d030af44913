"""Leaving out what says nothing any more once a key is gone: a text that is empty, and the variable that holds it."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.languages.javascript.sheet import Sheet, drop_statement
from migrator.languages.syntax.tree import Node

_SIMPLE = frozenset({"identifier", "member_expression", "this", "property_identifier", "unary_expression", "!"})


def leave_out(sheet: Sheet, node: Node) -> bool:
    """Takes out a text of a URL that would be empty, where nothing else needs it; returns whether it could."""
    above = sheet.parent(node)
    if above is None:
        return False
    if _is_sum(above):
        _drop_operand(sheet, above, node)
        return True
    if above.kind == "augmented_assignment_expression" and any(one.kind == "+=" for one in above.children):
        return _drop_growth(sheet, above)
    if above.kind == "variable_declarator":
        return _drop_variable(sheet, above)
    return False


def _is_sum(node: Node) -> bool:
    return node.kind == "binary_expression" and any(one.kind == "+" for one in node.children)


def _drop_operand(sheet: Sheet, whole: Node, node: Node) -> None:
    left, right = whole.child("left"), whole.child("right")
    assert left is not None
    assert right is not None
    if node is right:
        sheet.replace(left.end, right.end, "")
    else:
        sheet.replace(left.start, right.start, "")


def _drop_growth(sheet: Sheet, grown: Node) -> bool:
    """Takes ``url += ''`` out, and the condition that nothing else depends on."""
    statement = sheet.parent(grown)
    if statement is None or statement.kind != "expression_statement":
        return False
    block = sheet.parent(statement)
    inner = block if block is not None and block.kind == "statement_block" and len(block.named_children) == 1 else None
    guarded = sheet.parent(inner) if inner is not None else block
    if guarded is None or guarded.kind != "if_statement":
        drop_statement(sheet, statement)
        return True
    test = guarded.child("condition")
    if guarded.child("alternative") is not None or test is None:
        return False
    if any(one.kind not in _SIMPLE for one in test.named_children for one in (one, *one.named_children)):
        return False
    drop_statement(sheet, guarded)
    return True


def _drop_variable(sheet: Sheet, declared: Node) -> bool:
    """Takes a constant out that is only added to texts, with all that adds it."""
    name, statement = declared.child("name"), sheet.parent(declared)
    if name is None or name.kind != "identifier" or statement is None or len(statement.named_children) != 1:
        return False
    if statement.kind != "lexical_declaration" or sheet.code(statement).startswith("let"):
        return False
    home = sheet.parent(statement)
    if home is None or home.kind == "export_statement":
        return False
    found = _mentions(sheet, sheet.code(name), declared)
    places = [(one, sheet.parent(one)) for one in found if one is not name]
    if not all(above is not None and (_is_sum(above) or above.kind == "template_substitution") for _, above in places):
        return False
    for one, above in places:
        assert above is not None
        if above.kind == "template_substitution":
            sheet.replace(above.start, above.end, "")
        else:
            _drop_operand(sheet, above, one)
    drop_statement(sheet, statement)
    return True


def _mentions(sheet: Sheet, name: str, declared: Node) -> Sequence[Node]:
    """Returns every place where the variable of a declaration is named, in any form."""
    home = sheet.declaring(declared, name)
    kinds = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
    every = (one for one in sheet.syntax.root.walk() if one.kind in kinds and sheet.code(one) == name)
    return [one for one in every if sheet.declaring(one, name) is home]

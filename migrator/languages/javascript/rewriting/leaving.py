"""Leaving out what says nothing any more once a key is gone: a text that is empty, and the variable that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migrator.languages.javascript.rewriting.sheet import Sheet, drop_element, drop_statement, is_simple
from migrator.languages.javascript.rewriting.taken import STRINGS
from migrator.languages.syntax.tree import Node

_QUERIES = frozenset({"qs.stringify", "querystring.stringify", "queryString.stringify", "URLSearchParams"})


def leave_out(sheet: Sheet, node: Node) -> bool:
    """Takes out a text of a URL that would be empty, where nothing else needs it; returns whether it could."""
    above = sheet.parent(node)
    if above is None:
        return False
    if _is_sum(above):
        _drop_operand(sheet, above, node)
        return True
    if above.kind == "augmented_assignment_expression" and any(one.kind == "+=" for one in above.children):
        return drop_growth(sheet, above)
    if above.kind == "variable_declarator":
        return _drop_variable(sheet, above)
    if above.kind == "ternary_expression":
        return _drop_choice(sheet, above, node)
    return leave_out_query(sheet, node)


def leave_out_query(sheet: Sheet, node: Node) -> bool:
    """Takes out the text of a whole query that would be empty, where an object takes it; returns whether it could."""
    above = sheet.parent(node)
    if above is None or above.kind == "assignment_expression":
        return above is not None and _drop_search(sheet, above)
    made = sheet.parent(above) if above.kind == "arguments" and len(above.named_children) == 1 else None
    maker = made.child("constructor") if made is not None else None
    if maker is None or sheet.code(maker) != "URLSearchParams":
        return False
    drop_element(sheet, node)
    return True


def _drop_search(sheet: Sheet, assignment: Node) -> bool:
    """Takes ``url.search = ''`` out, or leaves it where the URL may have a query without it; returns whether it can."""
    left, right, statement = assignment.child("left"), assignment.child("right"), sheet.parent(assignment)
    owner = left.child("object") if left is not None and left.kind == "member_expression" else None
    made = sheet.made(owner) if owner is not None else None
    if left is None or right is None or made is None or statement is None or not sheet.code(left).endswith(".search"):
        return False
    given = made.child("arguments") if made.kind == "new_expression" else None
    known = given is not None and all(one.kind == "string" for one in given.named_children)
    if known and "?" not in sheet.code(made) and statement.kind == "expression_statement":
        drop_statement(sheet, statement)
    else:
        sheet.replace(right.start, right.end, sheet.quote() * 2)
    return True


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


def drop_growth(sheet: Sheet, grown: Node) -> bool:
    """Takes ``url += ''`` out, and the condition that nothing else depends on."""
    statement = sheet.parent(grown)
    if statement is None or statement.kind != "expression_statement":
        return False
    drop_statement(sheet, statement)
    return True


def _drop_choice(sheet: Sheet, chosen: Node, arm: Node) -> bool:
    """Takes out what is chosen between a text that would be empty and one that is."""
    arms = [one for one in (chosen.child("consequence"), chosen.child("alternative")) if one is not arm]
    test = chosen.child("condition")
    empty = all(one is not None and one.kind in STRINGS and one.end - one.start == 2 for one in arms)
    if not empty or len(arms) != 1 or test is None or not is_simple(test):
        return False
    whole = chosen
    while (above := sheet.parent(whole)) is not None and above.kind == "parenthesized_expression":
        whole = above
    if above is not None and above.kind == "template_substitution":
        sheet.replace(above.start, above.end, "")
        return True
    return leave_out(sheet, whole)


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
    found = mentions(sheet, sheet.code(name), declared)
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


def mentions(sheet: Sheet, name: str, declared: Node) -> Sequence[Node]:
    """Returns every place where the variable of a declaration is named, in any form."""
    home = sheet.declaring(declared, name)
    kinds = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
    every = (one for one in sheet.syntax.root.walk() if one.kind in kinds and sheet.code(one) == name)
    return [one for one in every if sheet.declaring(one, name) is home]


def leave_out_object(sheet: Sheet, node: Node) -> bool:
    """Takes out an object of parameters that would be empty, where nothing else needs it; returns whether it could."""
    above = sheet.parent(node)
    if above is None:
        return False
    if above.kind == "variable_declarator":
        return _drop_constant(sheet, above)
    if _is_addition(sheet, node):
        drop_element(sheet, above if above.kind == "spread_element" else node)
        return True
    call = sheet.parent(above) if above.kind == "arguments" and len(above.named_children) == 1 else None
    return call is not None and _makes_query(sheet, call) and _drop_query(sheet, call)


def _is_addition(sheet: Sheet, node: Node) -> bool:
    """Returns whether an object is only added to others: spread, or assigned behind the first."""
    above = sheet.parent(node)
    if above is None or above.kind == "spread_element":
        return above is not None and (holder := sheet.parent(above)) is not None and holder.kind == "object"
    call = sheet.parent(above) if above.kind == "arguments" else None
    func = call.child("function") if call is not None else None
    return func is not None and sheet.code(func) == "Object.assign" and above.named_children[0] is not node


def _drop_constant(sheet: Sheet, declared: Node) -> bool:
    """Takes a constant out that is only added to other objects."""
    name, statement = declared.child("name"), sheet.parent(declared)
    home = sheet.parent(statement) if statement is not None else None
    if name is None or name.kind != "identifier" or statement is None or home is None:
        return False
    found = [one for one in mentions(sheet, sheet.code(name), declared) if one is not name]
    constant = statement.kind == "lexical_declaration" and len(statement.named_children) == 1
    if not constant or home.kind == "export_statement" or not all(_is_addition(sheet, one) for one in found):
        return False
    for one in found:
        above = sheet.parent(one)
        drop_element(sheet, above if above is not None and above.kind == "spread_element" else one)
    drop_statement(sheet, statement)
    return True


def _makes_query(sheet: Sheet, call: Node) -> bool:
    func = call.child("function") or call.child("constructor")
    return func is not None and sheet.code(func) in _QUERIES


def _drop_query(sheet: Sheet, node: Node) -> bool:
    """Takes a query out that has no parameters any more, with the sign before it."""
    above = sheet.parent(node)
    if above is not None and above.kind == "variable_declarator":
        name, statement = above.child("name"), sheet.parent(above)
        if name is None or name.kind != "identifier" or statement is None or len(statement.named_children) != 1:
            return False
        places = [_written(sheet, one) for one in mentions(sheet, sheet.code(name), above) if one is not name]
        signs = [_sign_before(sheet, one) for one in places]
        if not signs or any(sign is None for sign in signs):
            return False
        for place, sign in zip(places, signs, strict=True):
            _cut_query(sheet, place, sign)
        drop_statement(sheet, statement)
        return True
    if leave_out_query(sheet, _written(sheet, node)):
        return True
    sign = _sign_before(sheet, node)
    if sign is not None:
        _cut_query(sheet, node, sign)
    return sign is not None


def _written(sheet: Sheet, node: Node) -> Node:
    """Returns the expression that gives parameters as text: themselves, or ``.toString()`` of them."""
    above = sheet.parent(node)
    call = sheet.parent(above) if above is not None and above.kind == "member_expression" else None
    ends = above is not None and sheet.code(above).endswith(".toString")
    return call if call is not None and call.kind == "call_expression" and ends else node


def _sign_before(sheet: Sheet, node: Node) -> int | None:
    """Returns where the question mark stands before a query that ends a text, None without one."""
    above = sheet.parent(node)
    if above is None:
        return None
    if above.kind == "template_substitution":
        ends = sheet.text[above.end] in "`#"
        return above.start - 1 if ends and sheet.text[above.start - 1] == "?" else None
    whole = sheet.parent(above)
    left = above.child("left") if _is_sum(above) and above.child("right") is node else None
    last = left.child("right") if left is not None and _is_sum(left) else left
    goes_on = whole is not None and _is_sum(whole) and whole.child("left") is above
    if last is None or last.kind not in ("string", "template_string") or goes_on:
        return None
    return last.end - 2 if sheet.text[last.end - 2] == "?" else None


def _cut_query(sheet: Sheet, node: Node, sign: int | None) -> None:
    above = sheet.parent(node)
    assert above is not None
    assert sign is not None
    if above.kind == "template_substitution":
        sheet.replace(sign, above.end, "")
        return
    left = above.child("left")
    assert left is not None
    before = left.child("left") if sheet.text[left.end - 3] in "'\"`" else None  # (the text is nothing but the sign)
    if before is not None:
        sheet.replace(before.end, node.end, "")
        return
    sheet.replace(sign, sign + 1, "")
    sheet.replace(left.end, node.end, "")


def leave_out_parameter(sheet: Sheet, node: Node) -> bool:
    """Takes out a variable that is one parameter of URLs as text, where all that names it puts it into one."""
    declared = sheet.parent(node)
    name, statement = (declared.child("name"), sheet.parent(declared)) if declared is not None else (None, None)
    if declared is None or declared.kind != "variable_declarator" or name is None or name.kind != "identifier":
        return False
    if statement is None or len(statement.named_children) != 1 or sheet.parent(statement) is None:
        return False
    if (home := sheet.parent(statement)) is not None and home.kind == "export_statement":
        return False
    found = [one for one in mentions(sheet, sheet.code(name), declared) if one is not name]
    cuts = [_parameter(sheet, one) for one in found]
    if not all(cuts):
        return False
    for start, end in (cut for each in cuts for cut in each):
        sheet.replace(start, end, "")
    drop_statement(sheet, statement)
    return bool(cuts)


def _parameter(sheet: Sheet, node: Node) -> Sequence[tuple[int, int]]:
    """Returns what goes with a parameter in a URL: the sign behind it, or at the end of the URL the one before."""
    hole = sheet.parent(node)
    if hole is not None and _is_sum(hole):
        return _summed(sheet, hole, node)
    if hole is None or hole.kind != "template_substitution" or sheet.text[hole.start - 1] not in "?&":
        return ()
    if sheet.text[hole.end] == "&":
        return ((hole.start, hole.end + 1),)
    return ((hole.start - 1, hole.end),) if sheet.text[hole.end] in "`#" else ()


def _summed(sheet: Sheet, whole: Node, node: Node) -> Sequence[tuple[int, int]]:
    left, above = whole.child("left"), sheet.parent(whole)
    last = left.child("right") if left is not None and _is_sum(left) else left
    if left is None or last is None or left is node or last.kind != "string" or sheet.text[last.end - 2] not in "?&":
        return ()
    following = above.child("right") if above is not None and _is_sum(above) and above.child("left") is whole else None
    if following is None:
        return ((last.end - 2, last.end - 1), (left.end, node.end))
    opens = following.kind == "string" and sheet.text[following.start + 1] == "&"
    return ((left.end, node.end), (following.start + 1, following.start + 2)) if opens else ()


def is_sign(sheet: Sheet, node: Node) -> bool:
    """Returns whether an expression is the sign of a parameter, whichever it is: ``url.includes('?') ? '&' : '?'``."""
    made = sheet.made(node)
    node = made if made is not None else node
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    arms = [node.child("consequence"), node.child("alternative")]
    found = {sheet.code(one)[1:-1] for one in arms if one is not None}
    return node.kind == "ternary_expression" and found == {"?", "&"}


def drop_grown_sign(sheet: Sheet, grown: Node, name: str) -> bool:
    """Takes what adds ``hapikey=`` and the key to a URL out with the statement before it, which adds the sign.

    Returns whether it could: nothing may be added behind it, since that may need the sign.
    """
    statement = sheet.parent(grown)
    block = sheet.parent(statement) if statement is not None else None
    if statement is None or block is None or statement.kind != "expression_statement":
        return False
    before = next((one for one in reversed(block.named_children) if one.end <= statement.start), None)
    function = sheet.function(grown) or sheet.syntax.root
    later = re.search(rf"(?<![\w$.]){re.escape(name)}\s*\+", sheet.text[statement.end : function.end])
    if before is None or later is not None or not _adds_sign(sheet, before, name):
        return False
    drop_statement(sheet, before)
    drop_statement(sheet, statement)
    return True


def _adds_sign(sheet: Sheet, statement: Node, name: str) -> bool:
    """Returns whether a statement only adds the sign of a parameter to a variable, whichever it is."""
    asks = rf"{re.escape(name)}\.(?:indexOf|lastIndexOf|includes|search|match)\(\s*['\"/]\\?\?['\"/]\s*\)[^()&|]*"
    if statement.kind == "if_statement":
        test = statement.child("condition")
        arms = [statement.child("consequence"), statement.child("alternative")]
        added = {_sign_added(sheet, arm, name) for arm in arms}
        asked = test is not None and re.fullmatch(rf"\(\s*!?{asks}\)", sheet.code(test)) is not None
        return asked and added == {"?", "&"}
    grown = statement.named_children[0] if statement.kind == "expression_statement" else None
    left, right = (grown.child("left"), grown.child("right")) if grown is not None else (None, None)
    if grown is None or left is None or right is None or grown.kind != "augmented_assignment_expression":
        return False
    test = next((one.child("condition") for one in right.walk() if one.kind == "ternary_expression"), None)
    asked = test is not None and re.fullmatch(rf"\(?\s*!?{asks}\)?", sheet.code(test)) is not None
    return asked and sheet.code(left) == name and is_sign(sheet, right)


def _sign_added(sheet: Sheet, arm: Node | None, name: str) -> str:
    """Returns the sign that an arm of a branch adds to a variable, empty where it does anything else."""
    while arm is not None and arm.kind in ("statement_block", "else_clause", "expression_statement"):
        arm = arm.named_children[0] if len(arm.named_children) == 1 else None
    left, right = (arm.child("left"), arm.child("right")) if arm is not None else (None, None)
    if arm is None or left is None or right is None or arm.kind != "augmented_assignment_expression":
        return ""
    plus = any(one.kind == "+=" for one in arm.children)
    return sheet.code(right)[1:-1] if plus and sheet.code(left) == name and right.kind == "string" else ""


def drop_sign(sheet: Sheet, node: Node) -> None:
    """Takes the variable of a sign out where nothing else uses it."""
    made = sheet.made(node)
    declared = sheet.parent(made) if made is not None else None
    statement = sheet.parent(declared) if declared is not None else None
    if declared is None or statement is None or len(statement.named_children) != 1:
        return
    if len(mentions(sheet, sheet.code(node), declared)) == 2:
        drop_statement(sheet, statement)

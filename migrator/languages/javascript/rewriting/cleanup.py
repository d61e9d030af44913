"""Leaving out what says nothing any more once a key is gone: a text that is empty, and the variable that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migrator.languages.javascript.rewriting.removed_key import STRINGS
from migrator.languages.javascript.rewriting.workspace import (
    ScriptEditor,
    callee,
    drop_element,
    drop_statement,
    is_simple,
)
from migrator.languages.syntax.tree import Node

_QUERIES = frozenset({"qs.stringify", "querystring.stringify", "queryString.stringify", "URLSearchParams"})


def leave_out(file: ScriptEditor, node: Node) -> bool:
    """Takes out a text of a URL that would be empty, where nothing else needs it; returns whether it could."""
    above = file.parent(node)
    if above is None:
        return False
    if _is_sum(above):
        _drop_operand(file, above, node)
        return True
    if above.kind == "augmented_assignment_expression" and any(one.kind == "+=" for one in above.children):
        return drop_growth(file, above)
    if above.kind == "variable_declarator":
        return _drop_variable(file, above)
    if above.kind == "ternary_expression":
        return _drop_choice(file, above, node)
    return leave_out_query(file, node)


def leave_out_query(file: ScriptEditor, node: Node) -> bool:
    """Takes out the text of a whole query that would be empty, where an object takes it; returns whether it could."""
    above = file.parent(node)
    if above is None or above.kind == "assignment_expression":
        return above is not None and _drop_search(file, above)
    made = file.parent(above) if above.kind == "arguments" and len(above.named_children) == 1 else None
    maker = made.child("constructor") if made is not None else None
    if maker is None or file.code(maker) != "URLSearchParams":
        return False
    drop_element(file, node)
    return True


def _drop_search(file: ScriptEditor, assignment: Node) -> bool:
    """Takes ``url.search = ''`` out, or leaves it where the URL may have a query without it; returns whether it can."""
    left, right, statement = assignment.child("left"), assignment.child("right"), file.parent(assignment)
    owner = left.child("object") if left is not None and left.kind == "member_expression" else None
    made = file.made(owner) if owner is not None else None
    if left is None or right is None or made is None or statement is None or not file.code(left).endswith(".search"):
        return False
    given = made.child("arguments") if made.kind == "new_expression" else None
    known = given is not None and all(one.kind == "string" for one in given.named_children)
    if known and "?" not in file.code(made) and statement.kind == "expression_statement":
        drop_statement(file, statement)
    else:
        file.replace(right.start, right.end, file.quote() * 2)
    return True


def _is_sum(node: Node) -> bool:
    return node.kind == "binary_expression" and any(one.kind == "+" for one in node.children)


def _drop_operand(file: ScriptEditor, whole: Node, node: Node) -> None:
    left, right = whole.child("left"), whole.child("right")
    assert left is not None
    assert right is not None
    if node is right:
        file.replace(left.end, right.end, "")
    else:
        file.replace(left.start, right.start, "")


def drop_growth(file: ScriptEditor, grown: Node) -> bool:
    """Takes ``url += ''`` out, and the condition that nothing else depends on."""
    statement = file.parent(grown)
    if statement is None or statement.kind != "expression_statement":
        return False
    drop_statement(file, statement)
    return True


def _drop_choice(file: ScriptEditor, chosen: Node, arm: Node) -> bool:
    """Takes out what is chosen between a text that would be empty and one that is."""
    arms = [one for one in (chosen.child("consequence"), chosen.child("alternative")) if one is not arm]
    test = chosen.child("condition")
    empty = all(one is not None and one.kind in STRINGS and one.end - one.start == 2 for one in arms)
    if not empty or len(arms) != 1 or test is None or not is_simple(test):
        return False
    whole = chosen
    while (above := file.parent(whole)) is not None and above.kind == "parenthesized_expression":
        whole = above
    if above is not None and above.kind == "template_substitution":
        file.replace(above.start, above.end, "")
        return True
    return leave_out(file, whole)


def _drop_variable(file: ScriptEditor, declared: Node) -> bool:
    """Takes a constant out that is only added to texts, with all that adds it."""
    name, statement = declared.child("name"), file.parent(declared)
    if name is None or name.kind != "identifier" or statement is None or len(statement.named_children) != 1:
        return False
    if statement.kind != "lexical_declaration" or file.code(statement).startswith("let"):
        return False
    home = file.parent(statement)
    if home is None or home.kind == "export_statement":
        return False
    found = mentions(file, file.code(name), declared)
    places = [(one, file.parent(one)) for one in found if one is not name]
    if not all(above is not None and (_is_sum(above) or above.kind == "template_substitution") for _, above in places):
        return False
    for one, above in places:
        assert above is not None
        if above.kind == "template_substitution":
            file.replace(above.start, above.end, "")
        else:
            _drop_operand(file, above, one)
    drop_statement(file, statement)
    return True


def mentions(file: ScriptEditor, name: str, declared: Node) -> Sequence[Node]:
    """Returns every place where the variable of a declaration is named, in any form."""
    home = file.declaring(declared, name)
    kinds = ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern")
    every = (one for one in file.syntax.root.walk() if one.kind in kinds and file.code(one) == name)
    return [one for one in every if file.declaring(one, name) is home]


def leave_out_object(file: ScriptEditor, node: Node) -> bool:
    """Takes out an object of parameters that would be empty, where nothing else needs it; returns whether it could."""
    above = file.parent(node)
    if above is None:
        return False
    if above.kind == "variable_declarator":
        return _drop_constant(file, above)
    if _is_addition(file, node):
        drop_element(file, above if above.kind == "spread_element" else node)
        return True
    call = file.parent(above) if above.kind == "arguments" and len(above.named_children) == 1 else None
    return call is not None and _makes_query(file, call) and _drop_query(file, call)


def _is_addition(file: ScriptEditor, node: Node) -> bool:
    """Returns whether an object is only added to others: spread, or assigned behind the first."""
    above = file.parent(node)
    if above is None or above.kind == "spread_element":
        return above is not None and (holder := file.parent(above)) is not None and holder.kind == "object"
    call = file.parent(above) if above.kind == "arguments" else None
    func = callee(call) if call is not None else None
    return func is not None and file.code(func) == "Object.assign" and above.named_children[0] is not node


def _drop_constant(file: ScriptEditor, declared: Node) -> bool:
    """Takes a constant out that is only added to other objects."""
    name, statement = declared.child("name"), file.parent(declared)
    home = file.parent(statement) if statement is not None else None
    if name is None or name.kind != "identifier" or statement is None or home is None:
        return False
    found = [one for one in mentions(file, file.code(name), declared) if one is not name]
    constant = statement.kind == "lexical_declaration" and len(statement.named_children) == 1
    if not constant or home.kind == "export_statement" or not all(_is_addition(file, one) for one in found):
        return False
    for one in found:
        above = file.parent(one)
        drop_element(file, above if above is not None and above.kind == "spread_element" else one)
    drop_statement(file, statement)
    return True


def _makes_query(file: ScriptEditor, call: Node) -> bool:
    func = callee(call) or call.child("constructor")
    return func is not None and file.code(func) in _QUERIES


def _drop_query(file: ScriptEditor, node: Node) -> bool:
    """Takes a query out that has no parameters any more, with the sign before it."""
    above = file.parent(node)
    if above is not None and above.kind == "variable_declarator":
        name, statement = above.child("name"), file.parent(above)
        if name is None or name.kind != "identifier" or statement is None or len(statement.named_children) != 1:
            return False
        places = [_written(file, one) for one in mentions(file, file.code(name), above) if one is not name]
        signs = [_sign_before(file, one) for one in places]
        if not signs or any(sign is None for sign in signs):
            return False
        for place, sign in zip(places, signs, strict=True):
            _cut_query(file, place, sign)
        drop_statement(file, statement)
        return True
    if leave_out_query(file, _written(file, node)):
        return True
    sign = _sign_before(file, node)
    if sign is not None:
        _cut_query(file, node, sign)
    return sign is not None


def _written(file: ScriptEditor, node: Node) -> Node:
    """Returns the expression that gives parameters as text: themselves, or ``.toString()`` of them."""
    above = file.parent(node)
    call = file.parent(above) if above is not None and above.kind == "member_expression" else None
    ends = above is not None and file.code(above).endswith(".toString")
    return call if call is not None and call.kind == "call_expression" and ends else node


def _sign_before(file: ScriptEditor, node: Node) -> int | None:
    """Returns where the question mark stands before a query that ends a text, None without one."""
    above = file.parent(node)
    if above is None:
        return None
    if above.kind == "template_substitution":
        ends = file.text[above.end] in "`#"
        return above.start - 1 if ends and file.text[above.start - 1] == "?" else None
    whole = file.parent(above)
    left = above.child("left") if _is_sum(above) and above.child("right") is node else None
    last = left.child("right") if left is not None and _is_sum(left) else left
    goes_on = whole is not None and _is_sum(whole) and whole.child("left") is above
    if last is None or last.kind not in ("string", "template_string") or goes_on:
        return None
    return last.end - 2 if file.text[last.end - 2] == "?" else None


def _cut_query(file: ScriptEditor, node: Node, sign: int | None) -> None:
    above = file.parent(node)
    assert above is not None
    assert sign is not None
    if above.kind == "template_substitution":
        file.replace(sign, above.end, "")
        return
    left = above.child("left")
    assert left is not None
    before = left.child("left") if file.text[left.end - 3] in "'\"`" else None  # (the text is nothing but the sign)
    if before is not None:
        file.replace(before.end, node.end, "")
        return
    file.replace(sign, sign + 1, "")
    file.replace(left.end, node.end, "")


def leave_out_parameter(file: ScriptEditor, node: Node) -> bool:
    """Takes out a variable that is one parameter of URLs as text, where all that names it puts it into one."""
    declared = file.parent(node)
    name, statement = (declared.child("name"), file.parent(declared)) if declared is not None else (None, None)
    if declared is None or declared.kind != "variable_declarator" or name is None or name.kind != "identifier":
        return False
    if statement is None or len(statement.named_children) != 1 or file.parent(statement) is None:
        return False
    if (home := file.parent(statement)) is not None and home.kind == "export_statement":
        return False
    found = [one for one in mentions(file, file.code(name), declared) if one is not name]
    cuts = [_parameter(file, one) for one in found]
    if not all(cuts):
        return False
    for start, end in (cut for each in cuts for cut in each):
        file.replace(start, end, "")
    drop_statement(file, statement)
    return bool(cuts)


def _parameter(file: ScriptEditor, node: Node) -> Sequence[tuple[int, int]]:
    """Returns what goes with a parameter in a URL: the sign behind it, or at the end of the URL the one before."""
    hole = file.parent(node)
    if hole is not None and _is_sum(hole):
        return _summed(file, hole, node)
    if hole is None or hole.kind != "template_substitution" or file.text[hole.start - 1] not in "?&":
        return ()
    if file.text[hole.end] == "&":
        return ((hole.start, hole.end + 1),)
    return ((hole.start - 1, hole.end),) if file.text[hole.end] in "`#" else ()


def _summed(file: ScriptEditor, whole: Node, node: Node) -> Sequence[tuple[int, int]]:
    left, above = whole.child("left"), file.parent(whole)
    last = left.child("right") if left is not None and _is_sum(left) else left
    if left is None or last is None or left is node or last.kind != "string" or file.text[last.end - 2] not in "?&":
        return ()
    following = above.child("right") if above is not None and _is_sum(above) and above.child("left") is whole else None
    if following is None:
        return ((last.end - 2, last.end - 1), (left.end, node.end))
    opens = following.kind == "string" and file.text[following.start + 1] == "&"
    return ((left.end, node.end), (following.start + 1, following.start + 2)) if opens else ()


def is_sign(file: ScriptEditor, node: Node) -> bool:
    """Returns whether an expression is the sign of a parameter, whichever it is: ``url.includes('?') ? '&' : '?'``."""
    made = file.made(node)
    node = made if made is not None else node
    while node.kind == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    arms = [node.child("consequence"), node.child("alternative")]
    found = {file.code(one)[1:-1] for one in arms if one is not None}
    return node.kind == "ternary_expression" and found == {"?", "&"}


def drop_grown_sign(file: ScriptEditor, grown: Node, name: str) -> bool:
    """Takes what adds ``hapikey=`` and the key to a URL out with the statement before it, which adds the sign.

    Returns whether it could: nothing may be added behind it, since that may need the sign.
    """
    statement = file.parent(grown)
    block = file.parent(statement) if statement is not None else None
    if statement is None or block is None or statement.kind != "expression_statement":
        return False
    before = next((one for one in reversed(block.named_children) if one.end <= statement.start), None)
    function = file.function(grown) or file.syntax.root
    later = re.search(rf"(?<![\w$.]){re.escape(name)}\s*\+", file.text[statement.end : function.end])
    if before is None or later is not None or not _adds_sign(file, before, name):
        return False
    drop_statement(file, before)
    drop_statement(file, statement)
    return True


def _adds_sign(file: ScriptEditor, statement: Node, name: str) -> bool:
    """Returns whether a statement only adds the sign of a parameter to a variable, whichever it is."""
    asks = rf"{re.escape(name)}\.(?:indexOf|lastIndexOf|includes|search|match)\(\s*['\"/]\\?\?['\"/]\s*\)[^()&|]*"
    if statement.kind == "if_statement":
        test = statement.child("condition")
        arms = [statement.child("consequence"), statement.child("alternative")]
        added = {_sign_added(file, arm, name) for arm in arms}
        asked = test is not None and re.fullmatch(rf"\(\s*!?{asks}\)", file.code(test)) is not None
        return asked and added == {"?", "&"}
    grown = statement.named_children[0] if statement.kind == "expression_statement" else None
    left, right = (grown.child("left"), grown.child("right")) if grown is not None else (None, None)
    if grown is None or left is None or right is None or grown.kind != "augmented_assignment_expression":
        return False
    test = next((one.child("condition") for one in right.walk() if one.kind == "ternary_expression"), None)
    asked = test is not None and re.fullmatch(rf"\(?\s*!?{asks}\)?", file.code(test)) is not None
    return asked and file.code(left) == name and is_sign(file, right)


def _sign_added(file: ScriptEditor, arm: Node | None, name: str) -> str:
    """Returns the sign that an arm of a branch adds to a variable, empty where it does anything else."""
    while arm is not None and arm.kind in ("statement_block", "else_clause", "expression_statement"):
        arm = arm.named_children[0] if len(arm.named_children) == 1 else None
    left, right = (arm.child("left"), arm.child("right")) if arm is not None else (None, None)
    if arm is None or left is None or right is None or arm.kind != "augmented_assignment_expression":
        return ""
    plus = any(one.kind == "+=" for one in arm.children)
    return file.code(right)[1:-1] if plus and file.code(left) == name and right.kind == "string" else ""


def drop_sign(file: ScriptEditor, node: Node) -> None:
    """Takes the variable of a sign out where nothing else uses it."""
    made = file.made(node)
    declared = file.parent(made) if made is not None else None
    statement = file.parent(declared) if declared is not None else None
    if declared is None or statement is None or len(statement.named_children) != 1:
        return
    if len(mentions(file, file.code(node), declared)) == 2:
        drop_statement(file, statement)

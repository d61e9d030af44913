"""Taking ``hapikey=...`` out of a URL that is written out, interpolated or put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from migrator.languages.javascript.rewriting.cleanup import (
    drop_grown_sign,
    drop_growth,
    drop_sign,
    is_sign,
    leave_out,
    leave_out_parameter,
    leave_out_query,
    mentions,
)
from migrator.languages.javascript.rewriting.first_parameter import FOLLOWS
from migrator.languages.javascript.rewriting.removed_key import (
    FILLED,
    STRINGS,
    UNKNOWN,
    RemovedKey,
    drop_link,
    is_query,
    removed_key,
)
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, callee, drop_element, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import KeyEntry, NotMovedError

_ELSEWHERE = "the URL before the key is built elsewhere"


def take_from_text(file: ScriptEditor, node: Node, entry: KeyEntry) -> RemovedKey:
    """Takes ``hapikey=...`` out of a URL that is written out, interpolated or put together."""
    while node.kind not in STRINGS:
        above = file.parent(node)
        if above is None:
            raise NotMovedError(UNKNOWN)
        node = above
    start = entry.at.span.start + (0 if node.kind == "template_string" and entry.at.span.start > node.start else 1)
    place = file.text.find(entry.name, start)
    named = re.compile(rf"{re.escape(entry.name)}\s*=", re.I).search(file.text, start, node.end)
    if named is None or place < 0:
        raise NotMovedError(UNKNOWN)
    before, after = named.start(), named.end()
    if node.kind == "template_string":
        return _interpolated(file, node, before, after)
    if after == node.end - 1:
        return _concatenated(file, node, before)
    return _literal(file, node, before, after)


def _interpolated(file: ScriptEditor, node: Node, before: int, after: int) -> RemovedKey:
    hole = next((one for one in node.children if one.kind == "template_substitution" and one.start == after), None)
    if hole is None:
        if after == node.end - 1:
            return _concatenated(file, node, before)
        return _literal(file, node, before, after)
    value = hole.named_children[0]
    chosen = next((one for one in node.children if one.kind == "template_substitution" and one.end == before), None)
    if chosen is not None and is_sign(file, chosen.named_children[0]):
        if hole.end == node.end - 1:
            drop_sign(file, chosen.named_children[0])
            file.replace(chosen.start, hole.end, "")
            return removed_key(file, value, encoded=True)
        if file.text[hole.end] == "&":
            file.replace(before, hole.end + 1, "")
            return removed_key(file, value, encoded=True)
    if before == node.start + 1 and hole.end == node.end - 1:
        return _whole(file, node, removed_key(file, value, encoded=True))
    opened = _cut(file, before, hole.end, inside=node)
    return replace(removed_key(file, value, encoded=True), opened=node if opened else None)


def _literal(file: ScriptEditor, node: Node, before: int, after: int) -> RemovedKey:
    found = re.compile(r"[^&#`'\"$\s]*").match(file.text, after, node.end - 1)
    if found is None or not found[0]:
        raise NotMovedError(UNKNOWN)
    removed = RemovedKey(file, node, found[0], written=not FILLED.fullmatch(found[0]))
    if before == node.start + 1 and found.end() == node.end - 1:
        return _whole(file, node, removed)
    return replace(removed, opened=node if _cut(file, before, found.end(), inside=node) else None)


def _cut(file: ScriptEditor, before: int, end: int, *, inside: Node) -> bool:
    """Takes a parameter out of the text of a URL, with the sign that belongs to it; returns whether it opened a query.

    What follows it in the text has a sign of its own, which then has to open the query.
    """
    sign, following = file.text[before - 1], file.text[end]
    if following == "&" and (sign in "?&" or before == inside.start + 1):
        file.replace(before, end + 1, "")
        return False
    ends = end == inside.end - 1 or following == "#"
    if sign == "&" or (sign == "?" and (ends or file.text.startswith(("${", "\\\n"), end))):
        whole = before - 1 == inside.start + 1 and end == inside.end - 1
        if not (whole and leave_out(file, inside)):
            file.replace(before - 1, end, "")
        return sign == "?"
    raise NotMovedError(FOLLOWS)


def _operands(file: ScriptEditor, node: Node) -> list[Node]:
    """Returns the operands of the chain of ``+`` that a node is one of."""
    top = node
    while (above := file.parent(top)) is not None and above.kind == "binary_expression":
        if any(one.kind == "+" for one in above.children):
            top = above
        else:
            break
    found: list[Node] = []
    stack = [top]
    while stack:
        one = stack.pop()
        left, right = one.child("left"), one.child("right")
        plus = one.kind == "binary_expression" and any(child.kind == "+" for child in one.children)
        if plus and left is not None and right is not None:
            stack += [right, left]
        else:
            found.append(one)
    return found


def _concatenated(file: ScriptEditor, node: Node, before: int) -> RemovedKey:
    every = _operands(file, node)
    place = next((at for at, one in enumerate(every) if one is node), len(every))
    if place + 1 >= len(every):
        return _ended(file, every, before)
    value = every[place + 1]
    following = every[place + 2] if place + 2 < len(every) else None
    sign = file.text[before - 1]
    removed = removed_key(file, value, encoded=True)
    if sign not in "?&":
        if before != node.start + 1:
            raise NotMovedError(_ELSEWHERE)
        return _behind_sign(file, every, place, removed)
    if following is not None and _opens(file, following):
        same = file.text[following.start] == file.text[node.start]
        if same:
            start = before if sign == "?" else before - 1
            file.replace(start, following.start + (2 if sign == "?" else 1), "")
        else:
            file.replace(before if sign == "?" else before - 1, node.end - 1, "")
            file.replace(node.end, value.end, "")
            if sign == "?":
                file.replace(following.start + 1, following.start + 2, "")
        return removed
    above = file.parent(node)
    alone = before - 1 == node.start + 1 and following is None and place == 0 and above is not None
    if alone and above is not None and leave_out(file, above):
        return replace(removed, opened=node if sign == "?" else None)
    if before - 1 == node.start + 1 and place > 0:
        left = every[place - 1]
        lone = left.kind == "string" and file.text[left.end - 2] in "?&" and following is None
        if lone:
            file.replace(left.end - 2, left.end - 1, "")
        file.replace(left.end, value.end, "")
        return replace(removed, opened=node if sign == "?" or lone else None)
    file.replace(before - 1, node.end - 1, "")
    file.replace(node.end, value.end, "")
    return replace(removed, opened=node if sign == "?" else None)


def _ended(file: ScriptEditor, every: Sequence[Node], before: int) -> RemovedKey:
    """Takes the name out of the end of a text that a constant holds, and the value out of all that adds it."""
    node = every[-1]
    whole = file.parent(node) if len(every) > 1 else node
    while whole is not None and whole.start > every[0].start:
        whole = file.parent(whole)
    declared = file.parent(whole) if whole is not None else None
    name = declared.child("name") if declared is not None and declared.kind == "variable_declarator" else None
    sign = file.text[before - 1]
    if declared is None or name is None or name.kind != "identifier" or sign not in "?&":
        raise NotMovedError(UNKNOWN)
    places = [_added(file, one) for one in mentions(file, file.code(name), declared) if one is not name]
    if not places or len({removed_key(file, value, encoded=True).code for value, _, _ in places}) != 1:
        raise NotMovedError("the key is added to this address in more than one way")
    for _, start, end in places:
        following = re.compile(r"\s*\+\s*['\"`]").match(file.text, end)
        after = following.end() if following is not None and file.text[end] not in "&`" else end
        if sign == "?" and file.text[after] == "&":
            file.replace(after, after + 1, "?")
        elif sign == "?" and (following is not None or file.text[end : end + 2] == "${"):
            raise NotMovedError(FOLLOWS)
        file.replace(start, end, "")
    file.replace(before - 1, node.end - 1, "")
    return removed_key(file, places[0][0], encoded=True)


def _added(file: ScriptEditor, node: Node) -> tuple[Node, int, int]:
    """Returns what is added to a name in a sum or a template, with where it and its sign stand."""
    above = file.parent(node)
    if above is not None and above.kind == "template_substitution":
        whole = file.parent(above)
        holes = [one for one in whole.children if one.kind == "template_substitution"] if whole is not None else []
        hole = next((one for one in holes if one.start == above.end), None)
        if hole is not None and hole.named_children:
            return hole.named_children[0], hole.start, hole.end
    every = _operands(file, node)
    place = next((at for at, one in enumerate(every) if one is node), len(every))
    if place + 1 >= len(every):
        raise NotMovedError(UNKNOWN)
    return every[place + 1], node.end, every[place + 1].end


def _behind_sign(file: ScriptEditor, every: Sequence[Node], place: int, removed: RemovedKey) -> RemovedKey:
    """Takes ``'hapikey=' + key`` out of a sum, in which what stands before it gives the sign."""
    value, following = every[place + 1], every[place + 2] if place + 2 < len(every) else None
    if place == 0 and following is None and (whole := file.parent(every[0])):
        return _whole(file, whole, removed)
    if place == 0 and following is not None and _opens(file, following):
        file.replace(every[0].start, following.start, "")
        file.replace(following.start + 1, following.start + 2, "")
        return removed
    if place > 1 and is_sign(file, every[place - 1]):
        if following is None:
            drop_sign(file, every[place - 1])
            file.replace(every[place - 2].end, value.end, "")
            return removed
        if _opens(file, following):
            file.replace(every[place - 1].end, value.end, "")
            file.replace(following.start + 1, following.start + 2, "")
            return removed
    if place > 0 and _after_sign(file, every[place - 1], value, following):
        return removed
    raise NotMovedError(_ELSEWHERE)


def _opens(file: ScriptEditor, node: Node) -> bool:
    """Returns whether a text begins with the sign of the next parameter."""
    return node.kind in STRINGS and file.text[node.start + 1] == "&"


def _last_sign(file: ScriptEditor, name: Node) -> int | None:
    """Returns where the sign stands that a variable's text ends with as it is declared, None without one."""
    made = file.made(name)
    last = made.child("right") if made is not None and made.kind == "binary_expression" else made
    if last is None or last.kind not in STRINGS or last.end - 2 <= last.start:
        return None
    return last.end - 2 if file.text[last.end - 2] in "?&" else None


def _after_sign(file: ScriptEditor, left: Node, value: Node, following: Node | None) -> bool:
    """Takes ``+ 'hapikey=' + key`` out after a text that ends with its sign; returns whether it stands after one."""
    last = left.end - 2
    if left.kind != "string" or last <= left.start or file.text[last] not in "?&":
        return False
    if following is None:
        file.replace(last, last + 1, "")
    elif _opens(file, following):
        file.replace(following.start + 1, following.start + 2, "")
    else:
        return False
    file.replace(left.end, value.end, "")
    return True


def _adds(file: ScriptEditor, call: Node) -> bool:
    """Returns whether a call adds elements to a list: ``parts.push(...)``."""
    func = callee(call)
    name = func.child("property") if func is not None and func.kind == "member_expression" else None
    return name is not None and file.code(name) in ("push", "unshift")


def _whole(file: ScriptEditor, node: Node, removed: RemovedKey) -> RemovedKey:
    """Takes a text out that is all of one parameter, where a variable, a list or a chain of calls holds it."""
    holder = file.parent(node)
    if holder is None:
        raise NotMovedError(UNKNOWN)
    if leave_out_parameter(file, node) or leave_out_query(file, node):
        return removed
    if holder.kind == "array":
        drop_element(file, node)
        return removed
    grown = holder.child("left") if holder.kind == "augmented_assignment_expression" else None
    if grown is not None and drop_grown_sign(file, holder, file.code(grown)):
        return removed
    sign = _last_sign(file, grown) if grown is not None else None
    if sign is not None and drop_growth(file, holder):
        file.replace(sign, sign + 1, "")
        return replace(removed, opened=node if file.text[sign] == "?" else None)
    call = file.parent(holder) if holder.kind == "arguments" else None
    if call is not None and is_query(file, call) and len(elements(holder)) == 1:
        drop_link(file, call)
        return removed
    if call is not None and _adds(file, call):
        return _drop_added(file, call, node, removed)
    raise NotMovedError(_ELSEWHERE)


def _drop_added(file: ScriptEditor, call: Node, node: Node, removed: RemovedKey) -> RemovedKey:
    """Takes an argument of ``parts.push(...)`` out, or all of the call where it is the only one."""
    holder, statement = file.parent(node), file.parent(call)
    if holder is not None and len(elements(holder)) > 1:
        drop_element(file, node)
        return removed
    if statement is None or statement.kind != "expression_statement":
        raise NotMovedError(_ELSEWHERE)
    return replace(removed, statement=statement)

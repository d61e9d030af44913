"""A key that is sent in one arm of a branch, where the other arm sends a token or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import add, copied, entry, pair_of, value_of
from migrator.languages.javascript.rewriting.removed_key import OPTIONS, RemovedKey
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, drop_element, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import NotMovedError

_BLOCKS = ("statement_block", "program", "switch_case", "switch_default")
_ARMS = ("if_statement", "else_clause")


def as_headers(file: ScriptEditor, arm: Node, removed: RemovedKey) -> RemovedKey | None:
    """Makes headers of the parameters that are the key alone, under the condition that they are sent under; else None.

    They are chosen among the options, ``params: key ? { hapikey: key } : {}``, or assigned in an arm of a branch.
    """
    above = file.parent(arm)
    if above is not None and above.kind == "assignment_expression":
        return _like_other(file, above, removed, arm) or _in_place(file, above, arm, removed)
    return (
        _among_options(file, above, arm, removed) if above is not None and above.kind == "ternary_expression" else None
    )


def as_header(file: ScriptEditor, node: Node, removed: RemovedKey) -> RemovedKey | None:
    """Makes the header of what adds a key to parameters, where the other arm of a branch sets that for a token."""
    return _like_other(file, node, removed, None)


def _among_options(file: ScriptEditor, chosen: Node, arm: Node, removed: RemovedKey) -> RemovedKey | None:
    arms = [chosen.child("consequence"), chosen.child("alternative")]
    pair = file.parent(chosen)
    options, key = (file.parent(pair), pair.child("key")) if pair is not None and pair.kind == "pair" else (None, None)
    empty = any(one is not None and one.kind == "object" and not elements(one) for one in arms)
    if pair is None or options is None or key is None or not empty or file.code(key).strip("'\"") not in OPTIONS:
        return None
    header = f"{{ {entry(file, _readable(removed))} }}"
    if pair_of(file, options, "headers") is None:
        file.replace(key.start, key.end, "headers")
        file.replace(arm.start, arm.end, header)
    else:
        _beside(file, options, chosen, arm, header)
        drop_element(file, pair)
    return replace(removed, placed=True)


def _beside(file: ScriptEditor, options: Node, chosen: Node, arm: Node, header: str) -> None:
    """Adds a header to those among options, in place of one arm of what is chosen."""
    written = f"{file.text[chosen.start : arm.start]}{header}{file.text[arm.end : chosen.end]}"
    found = pair_of(file, options, "headers")
    given = found.child("value") if found is not None and found.kind == "pair" else None
    other = given.child("alternative") if given is not None and given.kind == "ternary_expression" else None
    if given is not None and given.kind == "object":
        add(file, given, f"...({written})")
    elif other is not None and other.kind == "object" and not elements(other):
        tests = {file.code(test) for one in (given, chosen) if one is not None and (test := one.child("condition"))}
        plain = len(tests) == 1 and chosen.child("alternative") is arm
        file.replace(other.start, other.end, header if plain else written)
    else:
        raise NotMovedError("cannot tell how the headers of the request are written")


def _like_other(file: ScriptEditor, node: Node, removed: RemovedKey, arm: Node | None) -> RemovedKey | None:
    """Assigns the header, or headers in place of the parameters in *arm*, as the other arm of a branch does."""
    left, statement = node.child("left"), file.parent(node)
    if statement is None or statement.kind != "expression_statement":
        return None
    for other in _other_arms(file, statement):
        for target, called in _targets(file, other):
            if called != ("authorization" if arm is None else "headers"):
                continue
            if arm is None:
                file.replace(node.start, node.end, _assignment(file, target, other, removed))
                return replace(removed, placed=True)
            owners = [each.child("object") if each is not None else None for each in (left, target)]
            codes = {file.code(one) for one in owners if one is not None}
            if left is not None and None not in owners and len(codes) == 1:
                file.replace(left.start, left.end, file.code(target))
                file.replace(arm.start, arm.end, f"{{ {entry(file, _readable(removed))} }}")
                return replace(removed, placed=True)
    return None


def _targets(file: ScriptEditor, around: Node) -> Iterator[tuple[Node, str]]:
    """Yields the members and items that are assigned inside of a node, with their names in small letters."""
    for one in around.walk():
        target = one.child("left") if one.kind == "assignment_expression" else None
        name = (target.child("property") or target.child("index")) if target is not None else None
        if target is not None and name is not None:
            yield target, file.code(name).strip("'\"").lower()


def _assignment(file: ScriptEditor, target: Node, around: Node, removed: RemovedKey) -> str:
    """Returns what sets the header as a target is set, with the headers made anew where they only are for that one."""
    owner, value = target.child("object"), _readable(removed)
    made = {file.code(left) for one in around.walk() if (left := one.child("left")) and "assignment" in one.kind}
    if owner is not None and owner.kind == "member_expression" and file.code(owner) in made:
        code = file.code(owner)
        return f"{code} = {copied(file, code, entry(file, value))}"
    return f"{file.code(target)} = {value_of(file, value)}"


def place_in_branch(removed: RemovedKey) -> bool:
    """Sets the header in place of the statement of the key, or behind it, where its function does so for a token.

    Returns whether there is such a header at hand.
    """
    file, node = removed.file, removed.statement or removed.node
    place = next((one for one in (node, *file.around(node)) if _stands_alone(file, one)), None)
    above = file.parent(place) if place is not None else None
    if place is None or above is None:
        return False
    function = file.function(node) or file.syntax.root
    found = [one for arm in (*_other_arms(file, place), function) if (one := list(_for_token(file, arm, place)))]
    owners = {file.code(owner) for target in found[0] if (owner := target.child("object"))} if found else set()
    if len(owners) != 1:
        return False
    line = _assignment(file, found[0][0], found[0][0], removed) + (";" if file.ends_statements() else "")
    if removed.statement is not None or file.is_gone(place):
        file.keep(place)
        file.replace(place.start, place.end, line)
    elif above.kind in _ARMS:
        file.replace(place.start, place.start, "{ ")
        file.replace(place.end, place.end, f" {line} }}")
    else:
        file.replace(place.end, place.end, f"{file.newline()}{file.indent(place.start)}{line}")
    return True


def _for_token(file: ScriptEditor, around: Node, place: Node) -> Iterator[Node]:
    """Yields what sets a token in headers that a variable has at a place, and keeps from there on."""
    for target, called in _targets(file, around):
        owner = target.child("object")
        if called != "authorization" or owner is None or owner.kind != "identifier":
            continue
        name, made = file.code(owner), file.made(owner)
        same = file.home(owner, name) is file.home(place, name) and file.function(target) is file.function(place)
        kept = not any(
            one.start >= place.start and (left := one.child("left")) is not None and file.code(left) == name
            for one in (file.function(place) or file.syntax.root).walk()
            if one.kind == "assignment_expression"
        )
        if same and kept and (made is None or made.end <= place.start) and not place.span.contains(target.span):
            yield target


def _stands_alone(file: ScriptEditor, node: Node) -> bool:
    """Returns whether a node is a statement beside which another one can stand."""
    above = file.parent(node)
    return above is not None and above.kind in (*_BLOCKS, *_ARMS) and node.kind.endswith(("statement", "declaration"))


def _in_place(file: ScriptEditor, assignment: Node, arm: Node, removed: RemovedKey) -> RemovedKey | None:
    """Makes ``options.headers`` of ``options.params``, where options that are made here have neither besides."""
    left, statement = assignment.child("left"), file.parent(assignment)
    owner, name = (left.child("object"), left.child("property")) if left is not None else (None, None)
    made = file.made(owner) if owner is not None else None
    if owner is None or name is None or made is None or made.kind != "object" or removed.written:
        return None
    spread = any(one.kind == "spread_element" for one in elements(made))
    named = rf"(?<![\w.$]){re.escape(file.code(owner))}"
    said = [len(re.findall(rf"{named}\.{one}\b", file.text)) for one in (file.code(name), "headers")]
    plain = statement is not None and statement.kind == "expression_statement" and file.code(name) in OPTIONS
    if not plain or spread or said != [1, 0] or pair_of(file, made, "headers") is not None:
        return None
    file.replace(name.start, name.end, "headers")
    file.replace(arm.start, arm.end, f"{{ {entry(file, removed.code)} }}")
    return replace(removed, placed=True)


def _other_arms(file: ScriptEditor, statement: Node) -> Iterator[Node]:
    """Yields the arms of branches in which a statement is not, in its function."""
    for branch in takewhile(lambda one: one.kind not in FUNCTIONS, file.around(statement)):
        arms = [branch.child("consequence"), branch.child("alternative")] if branch.kind == "if_statement" else []
        for arm in arms:
            if arm is not None and not (arm.start <= statement.start and statement.end <= arm.end):
                yield arm


def _readable(removed: RemovedKey) -> str:
    """Returns the expression of a credential whose header goes where it stood. Raises `NotMovedError` for a text."""
    if removed.written:
        raise NotMovedError("the key is written here, and only sent under a condition")
    return removed.code

"""A key that is sent in one arm of a branch, where the other arm sends a token or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import add, copied, entry, pair_of, value_of
from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, drop_element, elements
from migrator.languages.javascript.rewriting.taken import OPTIONS, Taken
from migrator.languages.syntax.tree import Node

_BLOCKS = ("statement_block", "program", "switch_case", "switch_default")
_ARMS = ("if_statement", "else_clause")


def as_headers(sheet: Sheet, arm: Node, taken: Taken) -> Taken | None:
    """Makes headers of the parameters that are the key alone, under the condition that they are sent under; else None.

    They are chosen among the options, ``params: key ? { hapikey: key } : {}``, or assigned in an arm of a branch.
    """
    above = sheet.parent(arm)
    if above is not None and above.kind == "assignment_expression":
        return _like_other(sheet, above, taken, arm) or _in_place(sheet, above, arm, taken)
    return (
        _among_options(sheet, above, arm, taken) if above is not None and above.kind == "ternary_expression" else None
    )


def as_header(sheet: Sheet, node: Node, taken: Taken) -> Taken | None:
    """Makes the header of what adds a key to parameters, where the other arm of a branch sets that for a token."""
    return _like_other(sheet, node, taken, None)


def _among_options(sheet: Sheet, chosen: Node, arm: Node, taken: Taken) -> Taken | None:
    arms = [chosen.child("consequence"), chosen.child("alternative")]
    pair = sheet.parent(chosen)
    options, key = (sheet.parent(pair), pair.child("key")) if pair is not None and pair.kind == "pair" else (None, None)
    empty = any(one is not None and one.kind == "object" and not elements(one) for one in arms)
    if pair is None or options is None or key is None or not empty or sheet.code(key).strip("'\"") not in OPTIONS:
        return None
    header = f"{{ {entry(sheet, _readable(taken))} }}"
    if pair_of(sheet, options, "headers") is None:
        sheet.replace(key.start, key.end, "headers")
        sheet.replace(arm.start, arm.end, header)
    else:
        _beside(sheet, options, chosen, arm, header)
        drop_element(sheet, pair)
    return replace(taken, placed=True)


def _beside(sheet: Sheet, options: Node, chosen: Node, arm: Node, header: str) -> None:
    """Adds a header to those among options, in place of one arm of what is chosen."""
    written = f"{sheet.text[chosen.start : arm.start]}{header}{sheet.text[arm.end : chosen.end]}"
    found = pair_of(sheet, options, "headers")
    given = found.child("value") if found is not None and found.kind == "pair" else None
    other = given.child("alternative") if given is not None and given.kind == "ternary_expression" else None
    if given is not None and given.kind == "object":
        add(sheet, given, f"...({written})")
    elif other is not None and other.kind == "object" and not elements(other):
        tests = {sheet.code(test) for one in (given, chosen) if one is not None and (test := one.child("condition"))}
        plain = len(tests) == 1 and chosen.child("alternative") is arm
        sheet.replace(other.start, other.end, header if plain else written)
    else:
        raise NotMovedError("cannot tell how the headers of the request are written")


def _like_other(sheet: Sheet, node: Node, taken: Taken, arm: Node | None) -> Taken | None:
    """Assigns the header, or headers in place of the parameters in *arm*, as the other arm of a branch does."""
    left, statement = node.child("left"), sheet.parent(node)
    if statement is None or statement.kind != "expression_statement":
        return None
    for other in _other_arms(sheet, statement):
        for target, called in _targets(sheet, other):
            if called != ("authorization" if arm is None else "headers"):
                continue
            if arm is None:
                sheet.replace(node.start, node.end, _assignment(sheet, target, other, taken))
                return replace(taken, placed=True)
            owners = [each.child("object") if each is not None else None for each in (left, target)]
            codes = {sheet.code(one) for one in owners if one is not None}
            if left is not None and None not in owners and len(codes) == 1:
                sheet.replace(left.start, left.end, sheet.code(target))
                sheet.replace(arm.start, arm.end, f"{{ {entry(sheet, _readable(taken))} }}")
                return replace(taken, placed=True)
    return None


def _targets(sheet: Sheet, around: Node) -> Iterator[tuple[Node, str]]:
    """Yields the members and items that are assigned inside of a node, with their names in small letters."""
    for one in around.walk():
        target = one.child("left") if one.kind == "assignment_expression" else None
        name = (target.child("property") or target.child("index")) if target is not None else None
        if target is not None and name is not None:
            yield target, sheet.code(name).strip("'\"").lower()


def _assignment(sheet: Sheet, target: Node, around: Node, taken: Taken) -> str:
    """Returns what sets the header as a target is set, with the headers made anew where they only are for that one."""
    owner, value = target.child("object"), _readable(taken)
    made = {sheet.code(left) for one in around.walk() if (left := one.child("left")) and "assignment" in one.kind}
    if owner is not None and owner.kind == "member_expression" and sheet.code(owner) in made:
        code = sheet.code(owner)
        return f"{code} = {copied(sheet, code, entry(sheet, value))}"
    return f"{sheet.code(target)} = {value_of(sheet, value)}"


def at_hand(taken: Taken) -> bool:
    """Sets the header in place of the statement of the key, or behind it, where its function does so for a token.

    Returns whether there is such a header at hand.
    """
    sheet, node = taken.sheet, taken.statement or taken.node
    place = next((one for one in (node, *sheet.around(node)) if _stands_alone(sheet, one)), None)
    above = sheet.parent(place) if place is not None else None
    if place is None or above is None:
        return False
    function = sheet.function(node) or sheet.syntax.root
    found = [one for arm in (*_other_arms(sheet, place), function) if (one := list(_for_token(sheet, arm, place)))]
    owners = {sheet.code(owner) for target in found[0] if (owner := target.child("object"))} if found else set()
    if len(owners) != 1:
        return False
    line = _assignment(sheet, found[0][0], found[0][0], taken) + (";" if sheet.ends_statements() else "")
    if taken.statement is not None or sheet.is_gone(place):
        sheet.keep(place)
        sheet.replace(place.start, place.end, line)
    elif above.kind in _ARMS:
        sheet.replace(place.start, place.start, "{ ")
        sheet.replace(place.end, place.end, f" {line} }}")
    else:
        sheet.replace(place.end, place.end, f"{sheet.newline()}{sheet.indent(place.start)}{line}")
    return True


def _for_token(sheet: Sheet, around: Node, place: Node) -> Iterator[Node]:
    """Yields what sets a token in headers that a variable has at a place, and keeps from there on."""
    for target, called in _targets(sheet, around):
        owner = target.child("object")
        if called != "authorization" or owner is None or owner.kind != "identifier":
            continue
        name, made = sheet.code(owner), sheet.made(owner)
        same = sheet.home(owner, name) is sheet.home(place, name) and sheet.function(target) is sheet.function(place)
        kept = not any(
            one.start >= place.start and (left := one.child("left")) is not None and sheet.code(left) == name
            for one in (sheet.function(place) or sheet.syntax.root).walk()
            if one.kind == "assignment_expression"
        )
        if same and kept and (made is None or made.end <= place.start) and not place.span.contains(target.span):
            yield target


def _stands_alone(sheet: Sheet, node: Node) -> bool:
    """Returns whether a node is a statement beside which another one can stand."""
    above = sheet.parent(node)
    return above is not None and above.kind in (*_BLOCKS, *_ARMS) and node.kind.endswith(("statement", "declaration"))


def _in_place(sheet: Sheet, assignment: Node, arm: Node, taken: Taken) -> Taken | None:
    """Makes ``options.headers`` of ``options.params``, where options that are made here have neither besides."""
    left, statement = assignment.child("left"), sheet.parent(assignment)
    owner, name = (left.child("object"), left.child("property")) if left is not None else (None, None)
    made = sheet.made(owner) if owner is not None else None
    if owner is None or name is None or made is None or made.kind != "object" or taken.written:
        return None
    spread = any(one.kind == "spread_element" for one in elements(made))
    named = rf"(?<![\w.$]){re.escape(sheet.code(owner))}"
    said = [len(re.findall(rf"{named}\.{one}\b", sheet.text)) for one in (sheet.code(name), "headers")]
    plain = statement is not None and statement.kind == "expression_statement" and sheet.code(name) in OPTIONS
    if not plain or spread or said != [1, 0] or pair_of(sheet, made, "headers") is not None:
        return None
    sheet.replace(name.start, name.end, "headers")
    sheet.replace(arm.start, arm.end, f"{{ {entry(sheet, taken.code)} }}")
    return replace(taken, placed=True)


def _other_arms(sheet: Sheet, statement: Node) -> Iterator[Node]:
    """Yields the arms of branches in which a statement is not, in its function."""
    for branch in takewhile(lambda one: one.kind not in FUNCTIONS, sheet.around(statement)):
        arms = [branch.child("consequence"), branch.child("alternative")] if branch.kind == "if_statement" else []
        for arm in arms:
            if arm is not None and not (arm.start <= statement.start and statement.end <= arm.end):
                yield arm


def _readable(taken: Taken) -> str:
    """Returns the expression of a credential whose header goes where it stood. Raises `NotMovedError` for a text."""
    if taken.written:
        raise NotMovedError("the key is written here, and only sent under a condition")
    return taken.code

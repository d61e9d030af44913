"""A key that is sent in one arm of a branch, where the other arm sends a token or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.headers import add, entry, pair_of, value_of
from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, drop_element, elements
from migrator.languages.javascript.rewriting.taken import OPTIONS, Taken
from migrator.languages.syntax.tree import Node


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
    for one in _other_arm(sheet, statement):
        target = one.child("left") if one.kind == "assignment_expression" else None
        name = (target.child("property") or target.child("index")) if target is not None else None
        called = sheet.code(name).strip("'\"").lower() if name is not None else ""
        if target is None or called != ("authorization" if arm is None else "headers"):
            continue
        if arm is None:
            written = f"{sheet.code(target)} = {value_of(sheet, _readable(taken))}"
            sheet.replace(node.start, node.end, written)
            return replace(taken, placed=True)
        owners = [each.child("object") if each is not None else None for each in (left, target)]
        if left is not None and None not in owners and len({sheet.code(one) for one in owners if one is not None}) == 1:
            sheet.replace(left.start, left.end, sheet.code(target))
            sheet.replace(arm.start, arm.end, f"{{ {entry(sheet, _readable(taken))} }}")
            return replace(taken, placed=True)
    return None


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


def _other_arm(sheet: Sheet, statement: Node) -> Iterator[Node]:
    """Yields all that is in the arms of branches in which a statement is not, in its function."""
    for branch in takewhile(lambda one: one.kind not in FUNCTIONS, sheet.around(statement)):
        arms = [branch.child("consequence"), branch.child("alternative")] if branch.kind == "if_statement" else []
        for arm in arms:
            if arm is not None and not (arm.start <= statement.start and statement.end <= arm.end):
                yield from arm.walk()


def _readable(taken: Taken) -> str:
    """Returns the expression of a credential whose header goes where it stood. Raises `NotMovedError` for a text."""
    if taken.written:
        raise NotMovedError("the key is written here, and only sent under a condition")
    return taken.code

"""Texts that are put behind a URL's first parameter: whether they begin with ``&``, and how they come to lead."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrator.languages.python.rewriting.bindings import argument_of, bindings, home_of
from migrator.languages.python.rewriting.parameters import calls_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parts import Part, parts_of
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span


def begins_with_and(tree: Tree, part: Part) -> bool:
    """Returns whether a piece is known text that begins with ``&``."""
    return part.is_text and tree.text[part.span.start : part.span.start + 1] == "&"


def is_led(file: FileEditor, node: cst.CSTNode | None, assumed: frozenset[str] = frozenset()) -> bool:
    """Returns whether a text is empty or begins with ``&`` whatever happens; *assumed* are variables that do."""
    match node:
        case cst.SimpleString(value="''" | '""'):
            return True
        case cst.IfExp(body=body, orelse=orelse):
            return is_led(file, body, assumed) and is_led(file, orelse, assumed)
        case cst.Name(value=name):
            return name in assumed or _grows(file, node, assumed)
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString(value="''" | '""'), attr=cst.Name("join")), args=[only]
        ):
            item = only.value.elt if isinstance(only.value, (cst.GeneratorExp, cst.ListComp)) else None
            return is_led(file, item, assumed)
        case cst.BaseExpression():
            parts = parts_of(file.tree, node)
            return (len(parts) > 1 or parts[0].value is not node) and are_led(file, parts, assumed)
        case _:
            return False


def are_led(file: FileEditor, parts: Sequence[Part], assumed: frozenset[str] = frozenset()) -> bool:
    """Returns whether pieces that follow each other are, together, empty or begin with ``&``."""
    for part in parts:
        if part.is_text:
            return begins_with_and(file.tree, part)
        if not is_led(file, part.value, assumed):
            return False
        if not may_be_empty(file.tree, part.value):
            return True
    return True


def may_be_empty(tree: Tree, node: cst.CSTNode | None) -> bool:
    """Returns whether a text that is empty or begins with ``&`` may be empty."""
    if isinstance(node, cst.Name):
        texts = _texts(tree, node)
        return not texts or any(not begins_with_and(tree, parts_of(tree, text)[0]) for text in texts)
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString, cst.BinaryOperation)):
        return not any(begins_with_and(tree, part) for part in parts_of(tree, node))
    return True


def _grows(file: FileEditor, name: cst.Name, assumed: frozenset[str]) -> bool:
    """Returns whether a variable only ever holds texts that are empty or begin with ``&``."""
    tree = file.tree
    scope = home_of(tree, name)
    if scope is None:
        values = _given(file, name)
        return bool(values) and all(is_led(own, value) for own, value in values)
    assumed |= {name.value}
    found = bindings(tree, scope, name.value)
    bound = [tree.parent(each) if isinstance(each, cst.AssignTarget) else each for each in found]
    for statement in bound:
        text = part_given(statement, name.value)
        if text is not None:
            if not is_led(file, text, assumed):
                return False
            continue
        match statement:
            case cst.Assign(targets=[_], value=text) | cst.AugAssign(operator=cst.AddAssign(), value=text):
                if not is_led(file, text, assumed):
                    return False
            case _:
                return False
    return bool(bound)


def part_given(statement: cst.CSTNode | None, name: str) -> cst.BaseExpression | None:
    """Returns what a variable gets in an assignment of as many values to as many names, None in any other."""
    match statement:
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Tuple(elements=names))], value=cst.Tuple(elements=values)
        ) if len(names) == len(values):
            pairs = zip(names, values, strict=True)
            return next((each.value for one, each in pairs if getattr(one.value, "value", None) == name), None)
        case _:
            return None


def _given(file: FileEditor, name: cst.Name) -> list[tuple[FileEditor, cst.BaseExpression]]:
    """Returns what a parameter is given by the calls of its function, empty when that is not all known."""
    helper = file.tree.above(name, cst.FunctionDef)
    calls = calls_of(file, helper) if helper is not None else None
    args = [(own, argument_of(helper, call, name.value)) for own, call in calls or () if helper is not None]
    found = [(own, arg.value) for own, arg in args if arg is not None]
    return found if len(found) == len(args) else []


def make_leading(file: FileEditor, tail: Sequence[Part], assumed: frozenset[str] = frozenset()) -> None:
    """Turns the ``&`` that a tail begins with into ``?``. Raises `NotMovedError` when it is not known to be there."""
    tree, part = file.tree, tail[0]
    if part.is_text:
        if begins_with_and(tree, part):
            file.replace(Span(part.span.start, part.span.start + 1), "?")
        return
    texts = _constants(file, part)
    for literal in texts:
        make_leading(file, parts_of(tree, literal))
    if texts:
        return
    follows = len(tail) > 1 and not (tail[1].is_text and tree.text[tail[1].span.start] == "#")
    if not is_led(file, part.value, assumed) or (follows and may_be_empty(tree, part.value)):
        raise NotMovedError(f"{_named(part)} is appended to the URL and may begin with &")
    _lead_value(file, part, part.value)


def _lead_value(file: FileEditor, part: Part, value: cst.CSTNode | None) -> None:
    tree = file.tree
    match value:
        case cst.Name():
            mark, end = _other_quote(tree, part), tree.outer(value).end
            file.replace(Span(end, end), f".replace({mark}&{mark}, {mark}?{mark}, 1)")
        case cst.IfExp(body=body, orelse=orelse):
            _lead_value(file, part, body)
            _lead_value(file, part, orelse)
        case cst.SimpleString(value="''" | '""'):
            return
        case cst.BaseExpression() if begins_with_and(tree, parts_of(tree, value)[0]):
            make_leading(file, parts_of(tree, value))
        case _:
            raise NotMovedError(f"{_named(part)} is appended to the URL and may begin with &")


def strip_separator(
    file: FileEditor, whole: cst.BaseExpression, tail: Sequence[Part], assumed: frozenset[str] = frozenset()
) -> None:
    """Takes the ``&`` off that a text begins with, when *tail* is all that is left of it.

    Raises `NotMovedError` when it is not known to be there.
    """
    tree, part = file.tree, tail[0]
    if part.is_text:
        if begins_with_and(tree, part):
            file.replace(Span(part.span.start, part.span.start + 1), "")
        return
    if not are_led(file, tail, assumed):
        raise NotMovedError(f"{_named(part)} comes first in the query now and may begin with &")
    opened, closed = ("(", ")") if isinstance(whole, (cst.BinaryOperation, cst.ConcatenatedString)) else ("", "")
    span = tree.outer(whole)
    if opened and span == tree.span(whole):
        file.replace(Span(span.start, span.start), opened)
        file.replace(Span(span.end, span.end), closed + "[1:]")
    else:
        file.replace(Span(span.end, span.end), "[1:]")


def _named(part: Part) -> str:
    return f"`{part.value.value}`" if isinstance(part.value, cst.Name) else "what"


def _other_quote(tree: Tree, part: Part) -> str:
    """Returns a quote that can stand in a piece: not that of the interpolated string it is in."""
    if isinstance(part.group, cst.FormattedString):
        return "'" if part.group.end[-1] == '"' else '"'
    return "'" if tree.text.count("'") > tree.text.count('"') else '"'


def _constants(file: FileEditor, part: Part) -> list[cst.BaseExpression]:
    """Returns the texts that a variable holds, when each begins with ``&`` and it is only used in this one place."""
    tree, name = file.tree, part.value
    scope = home_of(tree, name) if isinstance(name, cst.Name) else None
    if scope is None or not isinstance(name, cst.Name):
        return []
    texts, uses = _texts(tree, name), [each for each in tree.walk(scope, cst.Name) if each.value == name.value]
    if len(uses) != len(texts) + 1 or (isinstance(scope, cst.Module) and file.is_shared(name.value)):
        return []
    return texts if all(begins_with_and(tree, parts_of(tree, text)[0]) for text in texts) else []


def _texts(tree: Tree, name: cst.Name) -> list[cst.BaseExpression]:
    """Returns what a variable is given, empty when it is given anything in another way than by ``=``."""
    scope = home_of(tree, name)
    found = bindings(tree, scope, name.value) if scope is not None else []
    texts = [getattr(tree.parent(binding), "value", None) for binding in found]
    whole = [text for text in texts if isinstance(text, cst.BaseExpression)]
    return whole if len(whole) == len(texts) else []

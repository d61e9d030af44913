"""A header set under the same condition as the key was: in the dictionary of headers at hand in that function."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import libcst as cst

from migrator.languages.python.rewriting.bindings import (
    bindings,
    block_of,
    bound_between,
    free_name,
    function_of,
    keyword,
    names_in,
    parameters,
)
from migrator.languages.python.rewriting.credential import bearer, expression_at, is_old_python
from migrator.languages.python.rewriting.entry_site import Removal
from migrator.languages.python.rewriting.placements.headers import add_entry, extended, makes_mapping
from migrator.languages.python.rewriting.placements.later_headers import made_later, read_later, unit_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor, Workspace
from migrator.model.draft import KeyEntry, NotMovedError
from migrator.model.text import Location, Span


def place(workspace: Workspace, entry: KeyEntry, removed: Removal) -> Location:
    """Sets the header where the key was and returns the dictionary it is set in.

    Raises `NotMovedError` when the function has no dictionary of headers at that point.
    """
    file = workspace.file(entry.at.path)
    tree = file.tree
    statement = removed.statement or tree.statement(removed.token.node)
    function = function_of(tree, removed.token.node)
    if statement is None or function is None:
        raise NotMovedError("other requests that are sent from the same place carry no key")
    token = removed.token
    code = expression_at(token, file, token.node)
    value = bearer(tree, removed.code(code), token.quote)
    key = f"{token.quote}Authorization{token.quote}"
    read = [] if token.environment else [name.value for name in names_in(tree, token.node)]
    for name, assign, made in _header_dictionaries(tree, function):
        near = block_of(tree, statement) is block_of(tree, assign) and not bound_between(
            tree, function, read, tree.span(assign).start
        )
        if near and not removed.given:
            add_entry(file, made, f"{key}: {value}")
            return tree.location(assign)
        if _dominates(tree, assign, statement) and not _again(tree, statement, assign):
            _set(file, statement, f"{name}[{key}] = {value}", replaced=removed.statement is not None)
            return tree.location(assign)
    known = _name_at_hand(tree, function, statement)
    if known is not None:
        name, bound = known
        headers = extended(tree, name, f"{key}: {value}", sure=bound is not None and makes_mapping(bound.value))
        _set(file, statement, f"{name} = {headers}", replaced=removed.statement is not None)
        return tree.location(statement)
    options = None if _again(tree, statement, function) else read_later(file, function, statement, entry.calls)
    if options is not None:
        name = f"{token.quote}headers{token.quote}"
        headers = extended(tree, f"{options.name}.get({name})", f"{key}: {value}", sure=False)
        code = f"{options.name}[{name}] = {headers}"
        if options.unless:
            indent = tree.newline + tree.indent_of(tree.span(statement).start) + unit_of(tree, function)
            code = f"if not {options.unless}:{indent}{code}"
        _set(file, statement, code, replaced=removed.statement is not None)
        return tree.location(statement)
    later = made_later(tree, function, statement, token) if not removed.given else None
    if later is not None:
        later.add(file, key, value)
        return tree.location(later.assign)
    start, name = _made_here(workspace, entry, file, statement)
    indent = tree.text[tree.line_of(start)[0] : start]
    file.replace(Span(start, start), f"{name} = {{}}{tree.newline}{indent}")
    _set(file, statement, f"{name}[{key}] = {value}", replaced=removed.statement is not None)
    return tree.location(statement)


def _made_here(workspace: Workspace, entry: KeyEntry, file: FileEditor, statement: cst.CSTNode) -> tuple[int, str]:
    """Gives the calls that send the requests headers of a new name, and returns where they are to be made, and as what.

    Raises `NotMovedError` when that is another function, or when a call has headers that cannot be added to.
    """
    tree, problem = (
        file.tree,
        NotMovedError("other requests that are sent from the same place carry no key, and no headers are at hand here"),
    )
    places = {call.made or call.location for call in entry.calls}
    if any(place.path != tree.source.path for place in places):
        raise problem
    function, senders = function_of(tree, statement), [workspace.call_at(place) for place in places]
    given = [keyword(sender, "headers") for sender in senders]
    name = free_name(tree, statement, ("auth_headers",) if any(given) else ("headers", "auth_headers"))
    first: cst.CSTNode = statement
    for above in tree.ancestors(statement):
        if above is function or any(above in tree.ancestors(sender) for sender in senders):
            break
        first = above if isinstance(above, (cst.If, cst.Try, cst.With, cst.For, cst.While)) else first
    if first is statement:
        raise problem  # nothing asks for the key here: what is set beside it is set for every request
    for sender in senders:
        after = tree.span(sender).start > tree.span(first).end
        if function_of(tree, sender) is not function or not after or any(arg.star for arg in sender.args):
            raise problem
        arg = keyword(sender, "headers")
        headers = arg.value if arg is not None else None
        if headers is None:
            file.add_item(sender, f"headers={name}")
        elif isinstance(headers, cst.Dict) and not is_old_python(tree):
            file.add_item(headers, f"**{name}")
        elif isinstance(headers, cst.Name) and not is_old_python(tree):
            file.replace(tree.span(headers), f"{{**{headers.value}, **{name}}}")
        else:
            raise problem
    if name is None:
        raise problem
    return tree.span(first).start, name


def _header_dictionaries(tree: Tree, function: cst.FunctionDef) -> list[tuple[str, cst.Assign, cst.Dict]]:
    """Returns the dictionary displays of a function that are named as headers, nearest to its end first."""
    found = []
    for assign in tree.walk(function.body, cst.Assign):
        for target, value in _given(assign):
            if isinstance(target, cst.Name) and "header" in target.value.lower() and isinstance(value, cst.Dict):
                found.append((target.value, assign, value))
    return sorted(found, key=lambda one: -tree.span(one[1]).start)


def _name_at_hand(
    tree: Tree, function: cst.FunctionDef, statement: cst.CSTNode
) -> tuple[str, cst.Assign | None] | None:
    """Returns the variable that holds the headers where a statement stands, with what binds it unless a caller does."""
    for assign in sorted(tree.walk(function.body, cst.Assign), key=lambda one: -tree.span(one).start):
        for target, _ in _given(assign):
            if isinstance(target, cst.Name) and _is_headers(target.value) and _dominates(tree, assign, statement):
                return None if _again(tree, statement, assign) else (target.value, assign)
    given = [param.name.value for param in parameters(function) if param.star == "" and _is_headers(param.name.value)]
    kept = given and not bindings(tree, function, given[0]) and not _again(tree, statement, function)
    return (given[0], None) if kept else None


def _again(tree: Tree, statement: cst.CSTNode, bound: cst.CSTNode) -> bool:
    """Returns whether a loop passes a statement again with what was bound before the loop."""
    around = list(tree.ancestors(bound))
    inner = takewhile(lambda above: above is not bound and above not in around, tree.ancestors(statement))
    return any(isinstance(above, (cst.For, cst.While)) for above in inner)


def _is_headers(name: str) -> bool:
    return name.lower().endswith("headers")


def _given(assign: cst.Assign) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Yields what an assignment gives a value to, and which."""
    match assign.targets[0].target, assign.value:
        case cst.Tuple(elements=names), cst.Tuple(elements=values) if len(names) == len(values):
            yield from ((name.value, value.value) for name, value in zip(names, values, strict=True))
        case target, value:
            yield target, value


def _dominates(tree: Tree, first: cst.CSTNode, second: cst.CSTNode) -> bool:
    block = block_of(tree, first)
    inside = any(above is block for above in tree.ancestors(second))
    return inside and tree.span(first).end <= tree.span(second).start


def _set(file: FileEditor, statement: cst.CSTNode, code: str, *, replaced: bool) -> None:
    if replaced:
        file.keep_statement(statement)
        file.replace(file.tree.span(statement), code)
    else:
        file.insert_before(statement, code)

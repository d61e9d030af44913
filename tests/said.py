"""Every text in the program that a user can read, found in its syntax: errors, reasons, questions, help."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from migrator.cli.commands import program
from migrator.model.draft import BUILT, SHIPPED

PACKAGE = Path(__file__).parents[1] / "migrator"
_REASONS = frozenset({"reason", "manual", "advice", "resolve", "caveat", "why", "failed"})
"""The names of arguments whose text is shown."""
_SECOND = {
    "unsafe": 0,
    "manual": 0,
    "Question": 2,
    "Trouble": 1,
    "NotMovedError": 0,
    "Unknown": 0,
    "Opaque": 1,
    "MissingRead": 1,
}
"""Where those stand that are given a text by position."""


def shown(node: ast.AST | None) -> Iterator[str]:
    """Yields what an expression reads like, its parts that vary in braces; both of a choice, nothing of a variable."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(_part(one) for one in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from shown(body)
            yield from shown(orelse)
        case ast.BoolOp(values=values):
            for one in values:
                yield from shown(one)
        case _:
            return


def _part(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.FormattedValue)
    if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith("counted"):
        return f"{{2 {' '.join(next(shown(one), '…') for one in node.value.args[1:2])}s}}"
    return f"{{{ast.unparse(node.value).rpartition('.')[2][:30]}}}"


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Returns every call in the package with the module it stands in."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        name = path.relative_to(PACKAGE).as_posix()
        found += [(name, node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return tuple(found)


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def errors() -> list[str]:
    """Returns each error as a user reads it."""
    found = set()
    for _, node in calls():
        if _called(node) != "NotMovedError" and _called(node).endswith(("Error", "BadParameter", "fail")) and node.args:
            given = {one.arg: next(shown(one.value), "") for one in node.keywords}
            for what in shown(node.args[0]):
                parts = (given.get("where", ""), what, given.get("advice", ""))
                found.add(": ".join(filter(None, parts[:2])) + (f". {parts[2]}" if parts[2] else ""))
    return sorted(found)


def reasons() -> list[str]:
    """Returns each reason, advice and question that is given to a finding, a change or a gap."""
    found: set[str] = {BUILT, SHIPPED}
    for _, node in calls():
        name = _called(node)
        if name.endswith(("Error", "option", "argument")) and name != "NotMovedError":
            continue
        place = _SECOND.get(name)
        if place is not None and len(node.args) > place:
            found.update(shown(node.args[place]))
        for keyword in node.keywords:
            if keyword.arg in _REASONS:
                found.update(shown(keyword.value))
    return sorted(one for one in found if " " in one.strip())


def helps() -> Iterator[tuple[str, str]]:
    """Yields each command and option with its help."""
    yield from _helps(program, ())


def _helps(command: click.Command, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    name = " ".join((*above, command.name or ""))
    yield name, " ".join((command.help or "").split())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield f"{name} {parameter.opts[-1]}", parameter.help or ""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _helps(inner, (*above, command.name or ""))

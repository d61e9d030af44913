"""One change after another: shown with its reason and its proof, taken or left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import click

from migrator.cli.terminal import Terminal
from migrator.model.report import ChangeItem

_ANSWERS = "y = this change, n = not this one, a = all of this file, q = stop here"


def one_by_one(terminal: Terminal) -> Callable[[Sequence[ChangeItem]], Collection[str]]:
    """Returns what asks a person for each change, on standard error: standard output stays what was asked for."""

    def choose(items: Sequence[ChangeItem]) -> Collection[str]:
        taken: set[str] = set()
        files: set[str] = set()
        for number, item in enumerate(items, 1):
            paths = {edit.path for edit in item.edits}
            if paths and paths <= files:
                taken.add(item.id)
                continue
            click.echo(terminal.painted(_shown(item, number, len(items))), err=True, color=terminal.colors)
            answer = _ask()
            if answer == "q":
                break
            if answer in ("y", "a"):
                taken.add(item.id)
            if answer == "a":
                files |= paths
        return taken

    return choose


def _ask() -> str:
    choices = click.Choice(["y", "n", "a", "q", "?"], case_sensitive=False)
    while True:
        answer: str = click.prompt("Make this change?", type=choices, default="n", err=True)
        if answer != "?":
            return answer
        click.echo(_ANSWERS, err=True)


def _shown(item: ChangeItem, number: int, count: int) -> str:
    lines = [f"Change {number} of {count}: {item.id}, {item.safety}"]
    lines += [f"  {item.reason}"] if item.reason else []
    if item.proof is not None and item.proof.ok:
        lines.append(f"  Proved: {item.proof.requests} requests stay as they are but for the credential.")
    else:
        lines.append("  Not proved: no request tells whether it holds.")
    return "\n".join([*lines, item.diff.rstrip("\n")])

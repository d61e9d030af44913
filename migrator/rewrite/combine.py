"""The edits of several changes as they are made together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from migrator.model.edit import Change, Edit
from migrator.model.text import Span

_SCRIPTED = frozenset({"move_written"})
"""Kinds of change to text in which the name of a variable stands without quotes."""


def combined(changes: Iterable[Change]) -> tuple[Edit, ...]:
    """Returns the edits of the changes. A renaming reaches into what other changes put where the old name stood."""
    every = list(changes)
    made = [(edit, change.kind in _SCRIPTED) for change in every if not change.renames for edit in change.edits]
    for change in every:
        if change.renames:
            made = [
                (replace(edit, replacement=change.renamed(edit.replacement, bare=scripted)), scripted)
                for edit, scripted in made
            ]
            taken = [edit for edit, _ in made]
            made += [(edit, False) for edit in change.edits if not _covered(edit, taken)]
    return tuple(edit for edit, _ in made)


def _covered(edit: Edit, others: Sequence[Edit]) -> bool:
    here = (edit.root, edit.path)
    return any((other.root, other.path) == here and _meet(other.span, edit.span) for other in others)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end

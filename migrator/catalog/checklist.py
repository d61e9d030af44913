"""The steps of the migration, the ways to a credential and the best practices, as ``rules/checklist.yaml`` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from migrator.catalog.findings import sources
from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import made, plain
from migrator.catalog.store import Folder, layers
from migrator.model.report import ChecklistStep, Guide, Practice, Route

FILE = "checklist.yaml"
_SECTIONS: Mapping[str, type] = {"steps": ChecklistStep, "routes": Route, "practices": Practice}


def guide(overlays: Sequence[Path] = ()) -> Guide:
    """Returns the texts of the migration, without those of findings and scopes; a user's section replaces the shipped.

    Raises `RulesError` when a rule file is wrong.
    """
    rows: dict[str, Any] = {}
    for layer in layers("checklist", overlays, (FILE,), compile_checklist):
        rows |= layer
    parts: dict[str, Any] = {name: tuple(made(kind, row) for row in rows[name]) for name, kind in _SECTIONS.items()}
    return Guide(**parts)


def compile_checklist(folder: Folder) -> Mapping[str, Any]:
    """Returns ``checklist.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    sections = top.fields(tuple(_SECTIONS)) if top else {}
    return {name: [_row(item, _SECTIONS[name]) for item in entry.items()] for name, entry in sections.items()}


def _row(item: RuleValue, kind: type) -> dict[str, Any]:
    row = plain(item, kind, given=("sources",), allows=("sources", "sure"))
    return row | {"sources": sources({key.text(): value for key, value in item.pairs()})}

"""The steps of the migration, the ways to a credential and the best practices, as ``rules/checklist.yaml`` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from migrator.catalog.findings import sources
from migrator.catalog.store import Folder, compiled, folders
from migrator.model.report import ChecklistStep, Guide, Practice, Route

FILE = "checklist.yaml"
_SECTIONS = {
    "steps": ("id", "title", "text", "points"),
    "routes": ("credential", "title", "when", "steps"),
    "practices": ("id", "title", "text", "kinds"),
}
_LISTS = ("points", "steps", "kinds")


def guide(overlays: Sequence[Path] = ()) -> Guide:
    """Returns the texts of the migration, without those of findings and scopes; a user's section replaces the shipped.

    Raises `RulesError` when a rule file is wrong.
    """
    rows: dict[str, Any] = {}
    for folder in folders(overlays):
        rows |= compiled("checklist", folder, (FILE,), compile_checklist)
    return Guide(
        steps=tuple(ChecklistStep(**_frozen(row)) for row in rows["steps"]),
        routes=tuple(Route(**_frozen(row)) for row in rows["routes"]),
        practices=tuple(Practice(**_frozen(row)) for row in rows["practices"]),
    )


def compile_checklist(folder: Folder) -> Mapping[str, Any]:
    """Returns ``checklist.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    from migrator.catalog.reading import read

    path = folder.path / FILE
    if not path.exists():
        return {}
    sections = read(path, folder.label(FILE)).fields(tuple(_SECTIONS))
    data: dict[str, Any] = {}
    for name, entry in sections.items():
        known = _SECTIONS[name]
        data[name] = []
        for item in entry.items():
            fields = item.fields((*known, "sources", "sure"), known)
            row = {key: fields[key].texts() if key in _LISTS else fields[key].text() for key in known}
            data[name].append(row | {"sources": sources(fields)})
    return data


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}

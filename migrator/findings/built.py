"""Files that a build makes from others: all that is told of one is told once, as it is changed by building it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.catalog.findings import FindingRule
from migrator.findings.analysis import Analysis, Note
from migrator.findings.endpoints import several
from migrator.model.severity import SEVERITIES

_APART = frozenset({"hardcoded_key", "demo_key"})


def folded(study: Analysis, found: Sequence[Note], rules: Mapping[str, FindingRule]) -> Iterator[Note]:
    """Yields notes, those of each built file as the weightiest one; a credential written there stays one of its own."""
    built: dict[str, list[Note]] = defaultdict(list)
    for note in found:
        if note.kind not in _APART and study.project.is_built(note.at.path):
            built[note.at.path].append(note)
        else:
            yield note
    calls = {one.id: one for one in study.judged}
    for notes in built.values():
        first = min(notes, key=lambda one: (SEVERITIES.index(rules[one.kind].severity), one.at))
        ids = tuple(dict.fromkeys(name for note in notes for name in note.calls if note.kind == first.kind))
        members = [calls[name] for name in ids if name in calls]
        named = {"request": several(members)} if members and "request" in first.fields else {}
        yield replace(first, calls=ids, fields={**first.fields, **named})

"""The answers with which HubSpot refuses a request, as ``rules/refusals.yaml`` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator.catalog.reading import read_from
from migrator.catalog.schema import made, of, patterns, plain
from migrator.catalog.store import Folder, layers

FILE = "refusals.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One kind of answer: what it means and what to do.

    ``lacks`` says that a scope is missing, which the text may name; ``sends`` is ``key`` where a key may still be sent.
    """

    id: str
    status: str
    title: str
    means: str
    advice: str
    sure: str
    patterns: tuple[str, ...] = patterns()
    sources: tuple[str, ...]
    category: str = ""
    lacks: bool = False
    sends: str = of("key", default="")

    def told_by(self, text: str) -> bool:
        """Whether a text is such an answer, or a log of one."""
        return any(re.search(pattern, text, re.DOTALL) for pattern in self.patterns)


def refusals(overlays: Sequence[Path] = ()) -> tuple[Refusal, ...]:
    """Returns the kinds of answer in the order in which they are tried; a user's own come first.

    Raises `RulesError` when a rule file is wrong.
    """
    found: dict[str, Refusal] = {}
    for layer in reversed(layers("refusals", overlays, (FILE,), compile_refusals)):
        for row in layer.get("refusals", ()):
            found.setdefault(row["id"], made(Refusal, row))
    return tuple(found.values())


def compile_refusals(folder: Folder) -> Mapping[str, Any]:
    """Returns ``refusals.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    return {"refusals": [plain(item, Refusal) for item in top.items()]} if top else {}

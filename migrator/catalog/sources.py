"""Where the rows come from, as ``rules/sources.yaml`` has it: short names for sources, notes and long requirements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.catalog import requirement
from migrator.catalog.vocabulary import SURE

if TYPE_CHECKING:
    from migrator.catalog.reading import Entry

FILE = "sources.yaml"
KINDS = ("spec", "doc", "inferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that rows name: its words in the table of endpoints, its kind, how sure it is, what it means."""

    text: str
    kind: str
    sure: str
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The short names that rule files use. ``notes`` maps a name to its words in the table and those shown."""

    repository: str = ""
    head: str = ""
    citations: Mapping[str, Citation] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    requirements: Mapping[str, str] = field(default_factory=dict)

    def extended(self, more: Sources) -> Sources:
        """Returns these names with others that win over them."""
        return Sources(
            repository=more.repository or self.repository,
            head=more.head or self.head,
            citations={**self.citations, **more.citations},
            notes={**self.notes, **more.notes},
            requirements={**self.requirements, **more.requirements},
        )

    def cite(self, name: str, spec: str, version: str, commit: str) -> str:
        """Returns what a row's source says in full; a source that has no name stands for itself."""
        known = self.citations.get(name)
        words = (known.means or known.text) if known else name
        return f"{spec} {version} in {self.repository} at {commit}: {words}" if spec else words

    def explained(self, note: str) -> str:
        """Returns a row's note with its short names replaced by what they stand for."""
        parts = (self.notes[part][1] if part in self.notes else part for part in note.split("; "))
        return "; ".join(part for part in parts if part)


def read_sources(path: Path, label: str) -> Sources:
    """Returns the content of ``sources.yaml``, empty when there is none. Raises `RulesError` when it is wrong."""
    from migrator.catalog.reading import read

    if not path.exists():
        return Sources()
    fields = read(path, label).fields(("specifications", "sources", "notes", "requirements"))
    specifications = (
        fields["specifications"].fields(("url", "head"), ("url", "head")) if "specifications" in fields else {}
    )
    return Sources(
        repository=specifications["url"].text() if specifications else "",
        head=specifications["head"].text() if specifications else "",
        citations={key.text(): _citation(item) for key, item in _pairs(fields.get("sources"))},
        notes={key.text(): _note(item) for key, item in _pairs(fields.get("notes"))},
        requirements={key.text(): _requirement(item) for key, item in _pairs(fields.get("requirements"))},
    )


def _pairs(entry: Entry | None) -> list[tuple[Entry, Entry]]:
    return list(entry.pairs()) if entry else []


def _citation(entry: Entry) -> Citation:
    fields = entry.fields(("text", "kind", "sure", "means"), ("text", "kind", "sure"))
    means = fields["means"].text() if "means" in fields else ""
    return Citation(
        text=fields["text"].text(), kind=fields["kind"].choice(KINDS), sure=fields["sure"].choice(SURE), means=means
    )


def _note(entry: Entry) -> tuple[str, str]:
    fields = entry.fields(("table", "text"), ("table", "text"))
    return fields["table"].text(), fields["text"].text()


def _requirement(entry: Entry) -> str:
    text = " | ".join(entry.texts())
    try:
        requirement.parse(text)
    except ValueError as error:
        raise entry.error(str(error)) from error
    return text

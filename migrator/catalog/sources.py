"""Where the rows come from, as ``rules/sources.yaml`` has it: short names for sources, notes and long requirements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.catalog import requirement
from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import made, of, plain
from migrator.catalog.store import Folder

FILE = "sources.yaml"
ADDRESS = re.compile(r"https?://[^\s;,()]+")
_LIKE = re.compile(r"as `([\w-]+)`")
_CODE_HOST = "github.com"
KINDS = ("spec", "doc", "inferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that rows name: its words in the table of endpoints, its kind, how sure it is, what it means."""

    text: str
    kind: str = of(*KINDS)
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

    def cite(self, name: str, spec: str, version: str) -> str:
        """Returns a row's source for people: titles with addresses, and what they mean where that is not plain."""
        known = self.citations.get(name)
        pages = [titled(address) for address in ADDRESS.findall(known.text if known else name)]
        pages = pages or [titled(self.repository)]
        about = f" ({spec} {version})" if spec else ""
        why = self._meaning(known) if known else ""
        return "; ".join(pages) + about + (f": {why}" if why else "")

    def _meaning(self, known: Citation) -> str:
        """Returns what a source means, with what it says of another source in full."""
        hit = _LIKE.match(known.means)
        other = self.citations.get(hit[1]) if hit else None
        return f"{self._meaning(other)}{known.means[hit.end() :]}" if hit and other else known.means

    def explained(self, note: str) -> str:
        """Returns a row's note with its short names replaced by what they stand for."""
        parts = (self.notes[part][1] if part in self.notes else part for part in note.split("; "))
        return "; ".join(part for part in parts if part)


def titled(address: str) -> str:
    """Returns a page as its title and address; the title is what its address calls it."""
    hit = ADDRESS.search(address)
    if hit is None:
        return address
    host, _, path = hit[0].partition("://")[2].partition("/")
    parts = [part for part in path.split("/") if part]
    if host == _CODE_HOST:
        return f"{'/'.join(parts[:2])}, {address}"
    words = re.sub(r"[-_]+", " ", parts[-1] if parts else host)
    return f"{words[:1].upper()}{words[1:]}, {address}"


def read_sources(folder: Folder) -> Sources:
    """Returns the content of ``sources.yaml``, empty when there is none. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    fields = top.fields(("specifications", "sources", "notes", "requirements")) if top else {}
    url, head = _both(fields["specifications"], "url", "head") if "specifications" in fields else ("", "")
    return Sources(
        repository=url,
        head=head,
        citations={key.text(): made(Citation, plain(item, Citation)) for key, item in _pairs(fields.get("sources"))},
        notes={key.text(): _both(item, "table", "text") for key, item in _pairs(fields.get("notes"))},
        requirements={key.text(): _requirement(item) for key, item in _pairs(fields.get("requirements"))},
    )


def _pairs(entry: RuleValue | None) -> list[tuple[RuleValue, RuleValue]]:
    return list(entry.pairs()) if entry else []


def _both(entry: RuleValue, one: str, other: str) -> tuple[str, str]:
    fields = entry.fields((one, other), (one, other))
    return fields[one].text(), fields[other].text()


def _requirement(entry: RuleValue) -> str:
    text = " | ".join(entry.texts())
    try:
        requirement.parse(text)
    except ValueError as error:
        raise entry.error(str(error)) from error
    return text

"""What the rules say about each kind of finding, as ``rules/findings.yaml`` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import made, plain
from migrator.catalog.store import Folder, layers
from migrator.catalog.vocabulary import SURE
from migrator.model.report import FindingText
from migrator.model.severity import SEVERITIES, Severity

FILE = "findings.yaml"
PRECISIONS = ("very-high", "high", "medium", "low")
_TEXTS = ("title", "explanation", "advice", "precision", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """One kind of finding: its stable code, how bad it is, and its texts.

    ``example`` are values for the fields of the message, ``file`` is the rule file of the row. ``before`` is code that
    has the finding, ``after`` the same code once that is dealt with.
    """

    code: str
    kind: str
    severity: Severity
    message: str
    text: FindingText
    file: str
    before: str = ""
    after: str = ""
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        """The names that `say` needs."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.message) if name)

    def say(self, **fields: str) -> str:
        """Returns the message with its fields filled in. Raises `KeyError` when one is missing."""
        return self.message.format_map(fields)


def finding_rules(overlays: Sequence[Path] = ()) -> Mapping[str, FindingRule]:
    """Returns the kinds of finding by kind; a user's row replaces the shipped row of the same kind.

    Raises `RulesError` when a rule file is wrong.
    """
    return {
        kind: made(FindingRule, row)
        for layer in layers("findings", overlays, (FILE,), compile_findings)
        for kind, row in layer.items()
    }


def compile_findings(folder: Folder) -> Mapping[str, Any]:
    """Returns ``findings.yaml`` of a rules folder as plain data by kind. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    rows: dict[str, Any] = {}
    codes: dict[str, str] = {}
    for item in top.items() if top else ():
        row, fields = _row(item), {key.text(): entry for key, entry in item.pairs()}
        kind, code = row["kind"], row["code"]
        if kind in rows:
            raise fields["kind"].error(f"kind {kind!r} is repeated")
        if code in codes:
            raise fields["code"].error(f"code {code!r} belongs to {codes[code]!r} already")
        codes[code] = kind
        rows[kind] = {**row, "file": folder.label(FILE), "text": {**row["text"], "sources": sources(fields)}}
    return rows


def _row(item: RuleValue) -> dict[str, Any]:
    beside = ("sources", "sure", "security_severity")
    row = plain(
        item, FindingRule, given=("text", "file"), needs=_TEXTS, allows=beside,
        severity=lambda entry: entry.choice(SEVERITIES), message=_message,
    )  # fmt: skip
    given, precision = ("sources",), lambda entry: entry.choice(PRECISIONS)
    return row | {"text": plain(item, FindingText, given=given, allows=(*row, *beside), precision=precision)}


def sources(fields: Mapping[str, RuleValue]) -> tuple[str, ...]:
    """Returns the source URLs of a row. Raises `RulesError` when they do not say how sure they are, or are no URLs."""
    if "sources" not in fields:
        return ()
    if "sure" not in fields:
        raise fields["sources"].error("sources without 'sure'", f"Add sure: with one of {', '.join(SURE)}.")
    fields["sure"].choice(SURE)
    urls = fields["sources"].texts()
    wrong = [url for url in urls if not url.startswith("https://")]
    if wrong:
        raise fields["sources"].error(f"not a URL: {wrong[0]!r}", "Give the https:// address of the page.")
    return urls


def _message(entry: RuleValue) -> str:
    try:
        named = [name for _, name, _, _ in Formatter().parse(entry.text()) if name is not None]
    except ValueError as error:
        raise entry.error(f"not a message template: {error}") from error
    if not all(name.isidentifier() for name in named):
        raise entry.error("a field of a message template needs a plain name", "Write {name}.")
    return entry.text()

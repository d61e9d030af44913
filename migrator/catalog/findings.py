"""What the rules say about each kind of finding, as ``rules/findings.yaml`` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.store import Folder, compiled, folders
from migrator.catalog.vocabulary import SURE
from migrator.model.report import FindingText
from migrator.model.severity import SEVERITIES, Severity

FILE = "findings.yaml"
PRECISIONS = ("very-high", "high", "medium", "low")
_REQUIRED = ("code", "kind", "severity", "title", "message", "explanation", "advice", "precision", "tags")
_KNOWN = (*_REQUIRED, "sources", "sure", "security_severity", "before", "after", "example")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """One kind of finding: its stable code, how bad it is, and its texts.

    ``fields`` are the names ``say`` needs, ``example`` values for them, ``file`` is the rule file of the row.
    ``before`` is code that has the finding, ``after`` the same code once that is dealt with.
    """

    code: str
    kind: str
    severity: Severity
    message: str
    fields: frozenset[str]
    text: FindingText
    file: str
    before: str = ""
    after: str = ""
    example: Mapping[str, str] = field(default_factory=dict)

    def say(self, **fields: str) -> str:
        """Returns the message with its fields filled in. Raises `KeyError` when one is missing."""
        return self.message.format_map(fields)


def finding_rules(overlays: Sequence[Path] = ()) -> Mapping[str, FindingRule]:
    """Returns the kinds of finding by kind; a user's row replaces the shipped row of the same kind.

    Raises `RulesError` when a rule file is wrong.
    """
    return {
        kind: _rule(kind, row, folder.label(FILE))
        for folder in folders(overlays)
        for kind, row in compiled("findings", folder, (FILE,), compile_findings).items()
    }


def compile_findings(folder: Folder) -> Mapping[str, Any]:
    """Returns ``findings.yaml`` of a rules folder as plain data by kind. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    rows: dict[str, Any] = {}
    codes: dict[str, str] = {}
    for item in top.items() if top else ():
        fields = item.fields(_KNOWN, _REQUIRED)
        kind, code = fields["kind"].text(), fields["code"].text()
        if kind in rows:
            raise fields["kind"].error(f"kind {kind!r} is repeated")
        if code in codes:
            raise fields["code"].error(f"code {code!r} belongs to {codes[code]!r} already")
        codes[code] = kind
        rows[kind] = _row(fields)
    return rows


def _row(fields: Mapping[str, RuleValue]) -> dict[str, Any]:
    fields["severity"].choice(SEVERITIES)
    fields["precision"].choice(PRECISIONS)
    _check_message(fields["message"])
    plain = {name: entry for name, entry in fields.items() if name not in ("tags", "sources", "example")}
    row: dict[str, Any] = {name: entry.text() for name, entry in plain.items()}
    row["example"] = {k.text(): v.text() for k, v in fields["example"].pairs()} if "example" in fields else {}
    row["tags"] = fields["tags"].texts()
    row["sources"] = sources(fields)
    return row


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


def _check_message(entry: RuleValue) -> None:
    try:
        named = [name for _, name, _, _ in Formatter().parse(entry.text()) if name is not None]
    except ValueError as error:
        raise entry.error(f"not a message template: {error}") from error
    if not all(name.isidentifier() for name in named):
        raise entry.error("a field of a message template needs a plain name", "Write {name}.")


def _rule(kind: str, row: Mapping[str, Any], file: str) -> FindingRule:
    return FindingRule(
        code=row["code"],
        kind=kind,
        severity=row["severity"],
        message=row["message"],
        fields=frozenset(name for _, name, _, _ in Formatter().parse(row["message"]) if name),
        text=FindingText(
            title=row["title"],
            explanation=row["explanation"],
            advice=row["advice"],
            sources=tuple(row["sources"]),
            tags=tuple(row["tags"]),
            precision=row["precision"],
            security_severity=row.get("security_severity", ""),
        ),
        file=file,
        before=row.get("before", ""),
        after=row.get("after", ""),
        example=row["example"],
    )

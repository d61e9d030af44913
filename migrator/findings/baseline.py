"""Findings that are known: those of a baseline file, and those that a branch did not add.

A finding is known by its fingerprint, so moved lines, renames and redaction do not bring it back. Where code was
copied, as many findings of one fingerprint are known as there were, those in the file they were seen in first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from migrator import disk
from migrator.catalog.findings import FindingRule
from migrator.errors import ConfigurationError
from migrator.findings.selection import ALWAYS, with_findings
from migrator.findings.suppression import UNUSED, unused
from migrator.model.report import Finding, Report
from migrator.model.text import Position

VERSION = 1
FILE = "hapikey-baseline.json"
_ADVICE = "Write it again with the baseline command."


class Known(NamedTuple):
    """A known finding; ``path``, relative to the baseline's folder, is only a hint."""

    path: str
    code: str
    fingerprint: str


def _text(path: Path) -> str:
    try:
        return disk.text(path)
    except OSError as error:
        what = f"cannot read the baseline ({error.strerror})"
        raise ConfigurationError(what, where=str(path), advice="Write one with the baseline command.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("the baseline is not UTF-8", where=str(path), advice=_ADVICE) from error


def _entries(text: str, path: Path) -> tuple[Known, ...]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("the baseline is not JSON", where=str(path), advice=_ADVICE) from error
    items = data.get("findings") if isinstance(data, dict) and data.get("version") == VERSION else None
    if not isinstance(items, list):
        raise ConfigurationError("this is not a baseline of this version", where=str(path), advice=_ADVICE)
    return tuple(_entry(item, path) for item in items)


def _entry(item: Any, path: Path) -> Known:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in Known._fields):
        raise ConfigurationError("an entry of the baseline is damaged", where=str(path), advice=_ADVICE)
    return Known(item["path"], item["code"], item["fingerprint"])


def write(report: Report, path: Path) -> tuple[bytes, int]:
    """Returns the baseline file that makes every finding of a report known, and how many those are."""
    place = _relative_to(path.parent, report.roots)
    entries = sorted(Known(place(item), item.code, item.fingerprint) for item in report.findings if _knowable(item))
    items = [entry._asdict() for entry in entries]
    return (json.dumps({"version": VERSION, "findings": items}, indent=2) + "\n").encode(), len(items)


def apply(report: Report, path: Path, paths: Sequence[str], rule: FindingRule) -> Report:
    """Returns the report without the findings that a baseline file knows.

    Entries of files below ``paths`` that meet no finding are stale and become findings themselves, as ``rule`` says it
    of unused suppressions. Raises `ConfigurationError` when the file is missing or is no baseline.
    """
    text = _text(path)
    kept, left = _subtract(report.findings, _entries(text, path), _relative_to(path.parent, report.roots))
    asked = [Path(name).resolve() for name in paths]
    folder = path.parent.resolve()
    stale = [entry for entry in left if any((folder / entry.path).is_relative_to(place) for place in asked)]
    home = os.path.relpath(path.resolve(), Path(report.roots[0]).resolve()).replace(os.sep, "/") if stale else ""
    return with_findings(report, [*kept, *(_stale(entry, home, _line(text, entry), rule) for entry in stale)])


def _stale(entry: Known, home: str, line: int, rule: FindingRule) -> Finding:
    place = Position(line, 1)
    what = f"Stale baseline entry: {entry.code} in {entry.path} is fixed. Run `hapikey-migrator baseline` to remove it."
    return unused(what, rule, path=home, root=0, places=(place, place))


def added(report: Report, before: Report) -> Report:
    """Returns the report with the findings that an earlier report over the same roots does not have."""
    known = [Known(_in_root(item), item.code, item.fingerprint) for item in before.findings if _knowable(item)]
    kept, _ = _subtract(report.findings, known, _in_root)
    idle = {(_in_root(item), item.fingerprint) for item in before.findings if item.kind == UNUSED}
    return with_findings(report, [item for item in kept if (_in_root(item), item.fingerprint) not in idle])


_Place: TypeAlias = Callable[[Finding], str]


def _subtract(findings: Iterable[Finding], known: Iterable[Known], place: _Place) -> tuple[list[Finding], list[Known]]:
    """Returns the findings that are not known, and the entries that meet none, same file first."""
    left = sorted(known)
    kept = list(findings)
    for key in (lambda path, print_: (path, print_), lambda _, print_: ("", print_)):
        free: dict[tuple[str, str], list[Known]] = {}
        for entry in left:
            free.setdefault(key(entry.path, entry.fingerprint), []).append(entry)
        kept = [item for item in kept if not _knowable(item) or not _take(free, key(place(item), item.fingerprint))]
        left = sorted(entry for entries in free.values() for entry in entries)
    return kept, left


def _take(free: dict[tuple[str, str], list[Known]], key: tuple[str, str]) -> bool:
    entries = free.get(key)
    if entries:
        entries.pop()
        return True
    return False


def _knowable(item: Finding) -> bool:
    return item.kind not in ALWAYS and item.kind != UNUSED


def _relative_to(folder: Path, roots: Sequence[str]) -> _Place:
    folders = [os.path.relpath(Path(root).resolve(), folder.resolve()) for root in roots]
    return lambda item: os.path.normpath(os.path.join(folders[item.root], item.path)).replace(os.sep, "/")  # noqa: PTH118


def _in_root(item: Finding) -> str:
    return f"{item.root}/{item.path}"


def _line(text: str, entry: Known) -> int:
    at = text.find(f'"{entry.fingerprint}"')
    return text.count("\n", 0, at) + 1 if at >= 0 else 1

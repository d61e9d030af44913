"""The JSON report, written and read back. The same report gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from migrator.errors import ReadError
from migrator.model.report import SCHEMA_VERSION, Report
from migrator.report.parts.codec import decode, encode
from migrator.report.parts.plain import dumped


def render(reports: Sequence[Report]) -> str:
    """Returns one report as an object, several as a list: ASCII, indented by two spaces, with a final newline."""
    made = [encode(report, roots=len(report.roots) > 1) for report in reports]
    return dumped(made[0] if len(made) == 1 else made)


def load(text: str, *, where: str) -> tuple[Report, ...]:
    """Returns the reports that `render` wrote. Raises `ReadError` when *text*, read from *where*, is anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(f"not JSON ({error})", where) from None
    items = data if isinstance(data, list) else [data]
    if not items:
        raise _foreign("it holds no report", where)
    return tuple(_report(item, where) for item in items)


def _report(item: Any, where: str) -> Report:
    if not isinstance(item, dict) or "schema_version" not in item:
        raise _foreign("not a report of this tool: it has no schema_version", where)
    if item["schema_version"] != SCHEMA_VERSION:
        what = f"schema_version is {item['schema_version']!r}, this version reads {SCHEMA_VERSION}"
        raise ReadError(what, where=where, advice="Scan again, or use the version of the tool that wrote it")
    return decode(Report, item, where=where)


def _foreign(what: str, where: str) -> ReadError:
    return ReadError(what, where=where, advice="Give a file that `scan --format json` wrote")

"""What the requests of a report need, looked up again: proof that the report says enough to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from migrator.catalog.catalog import load
from migrator.model.report import Report
from migrator.model.scope import Need
from migrator.scopes.match import match


def needs(report: Report, rules: Sequence[Path], *, credential: str | None = None) -> tuple[Need, ...]:
    """Returns what each request needs, or each that carries a credential. Raises `RulesError` as `load` does."""
    catalog = load(rules)
    return tuple(
        Need(
            call=call.id,
            match=match(catalog, call.method, call.host, call.endpoint, call.holes) if call.resolved else None,
            counts=call.context == "program",
        )
        for call in report.calls
        if credential is None or credential in call.credential
    )

"""What the requests of a report need: what the report says, and what it leaves out looked up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from migrator.catalog.catalog import Catalog, load
from migrator.model.report import CallItem, Report
from migrator.model.scope import EndpointMatch, Need
from migrator.scopes.match import match


def needs(report: Report, rules: Sequence[Path], *, credential: str | None = None) -> tuple[Need, ...]:
    """Returns what each request needs, or each that carries a credential. Raises `RulesError` as `load` does."""
    catalog = load(rules)
    return tuple(
        Need(
            call=call.id,
            match=_found(catalog, call) if call.resolved else None,
            counts=call.context == "program",
        )
        for call in report.calls
        if credential is None or credential in call.credential
    )


def _found(catalog: Catalog, call: CallItem) -> EndpointMatch:
    """Returns the endpoint of a request, which needs what the report says: its query or body may have told that."""
    found = match(catalog, call.method, call.host, call.endpoint, call.holes)
    said = None if call.scopes is None else tuple(map(frozenset, call.scopes))
    if said is None or set(said) == set(found.scopes or ()):
        return found
    return replace(found, scopes=said, question=None, possible=())

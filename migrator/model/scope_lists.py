"""One list of scopes for each credential that a report knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from migrator.model.report import CredentialItem, Report, RequiredScope, ScopesItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeList:
    """The scopes of one credential (``id``) by the name of what holds it; both are empty where there is one list."""

    name: str
    id: str
    scopes: ScopesItem


def scope_lists(report: Report) -> tuple[ScopeList, ...]:
    """Returns a list of scopes for each credential that needs one; that of the whole program where it has one alone.

    What is sent with a credential that is not known needs a list of its own.
    """
    holders = [item for item in report.credentials if item.kind != "developer_key" and _asks(item.scopes)]
    if len(holders) < 2:
        return (ScopeList(name="", id="", scopes=report.scopes),)
    names = Counter(source_name(item) for item in holders)
    lists = [
        ScopeList(
            name=source_name(item) if names[source_name(item)] == 1 else f"{source_name(item)} ({item.id})",
            id=item.id,
            scopes=item.scopes,
        )
        for item in holders
    ]
    loose = _loose(report)
    return (*lists, *([ScopeList(name="an unknown credential", id="", scopes=loose)] if _asks(loose) else []))


def source_name(item: CredentialItem) -> str:
    """Returns what the code calls a credential: the name of the setting that holds it, or where it is written."""
    source = item.sources[0] if item.sources else None
    if source is None:
        return item.id
    place = f"{source.path}:{source.line}"
    return f"{source.name} in {place}" if source.how == "literal" else source.name or place


def _asks(scopes: ScopesItem) -> bool:
    return bool(scopes.required or scopes.optional or scopes.after_replacement or scopes.possible or scopes.unresolved)


def _loose(report: Report) -> ScopesItem:
    """Returns of the whole set what requests without a known credential need."""
    calls = frozenset(call.id for call in report.calls if not call.credential)
    whole = report.scopes

    def of(items: Iterable[RequiredScope]) -> tuple[RequiredScope, ...]:
        kept = ((item, tuple(call for call in item.because if call in calls)) for item in items)
        return tuple(replace(item, because=because) for item, because in kept if because)

    possible = ((item, tuple(call for call in item.because if call in calls)) for item in whole.possible)
    return replace(
        whole,
        required=of(whole.required),
        optional=of(whole.optional),
        after_replacement=of(whole.after_replacement),
        possible=tuple(replace(item, because=because) for item, because in possible if because),
        unresolved=tuple(call for call in whole.unresolved if call in calls),
        left_out=tuple(call for call in whole.left_out if call in calls),
    )

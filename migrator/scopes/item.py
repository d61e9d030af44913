"""A scope set in the form in which reports carry it."""

from __future__ import annotations

from collections.abc import Iterable

from migrator.model.report import PossibleScope, RequiredScope, ScopesItem
from migrator.model.scope import Evidence, ScopeSet


def scopes_item(found: ScopeSet) -> ScopesItem:
    """Returns the report's form of a scope set."""
    return ScopesItem(
        complete=found.complete,
        required=_granted(found.required),
        optional=_granted(found.optional),
        after_replacement=_granted(found.after_replacement),
        possible=tuple(
            PossibleScope(scope=item.scope, because=item.because, question=item.question or "")
            for item in found.possible
        ),
        unresolved=found.unresolved,
        left_out=found.left_out,
        exact=found.exact,
    )


def _granted(items: Iterable[Evidence]) -> tuple[RequiredScope, ...]:
    return tuple(
        RequiredScope(scope=item.scope, because=item.because, alternatives=item.alternatives, tiers=item.tiers)
        for item in items
    )

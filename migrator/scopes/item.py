"""A scope set in the form in which reports carry it."""

from __future__ import annotations

from migrator.model.report import OptionalScope, PossibleScope, RequiredScope, ScopesItem
from migrator.model.scope import ScopeSet


def scopes_item(found: ScopeSet) -> ScopesItem:
    """Returns the report's form of a scope set."""
    return ScopesItem(
        complete=found.complete,
        required=tuple(
            RequiredScope(scope=item.scope, because=item.because, alternatives=item.alternatives)
            for item in found.required
        ),
        optional=tuple(
            OptionalScope(scope=item.scope, tiers=item.tiers, because=item.because, alternatives=item.alternatives)
            for item in found.optional
        ),
        possible=tuple(
            PossibleScope(scope=item.scope, because=item.because, question=item.question or "")
            for item in found.possible
        ),
        unresolved=found.unresolved,
        left_out=found.left_out,
        exact=found.exact,
    )

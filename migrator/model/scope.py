"""What an endpoint needs and what a credential must be granted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

ScopeRequirement: TypeAlias = tuple[frozenset[str], ...]
"""Any-of alternatives, each an all-of set. ``(frozenset(),)`` needs nothing; an "or" stays an "or" until `infer` chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointMatch:
    """The catalog's answer for one call: the row that matches and what it says.

    ``row`` is None when no row matches; ``problem`` is then ``unknown_endpoint`` or ``wrong_method`` and ``nearest``
    holds the closest rows (``METHOD /path``). ``scopes`` is None when the needs are unknown. ``question`` is set when
    the needs depend on something dynamic; ``possible`` then holds the alternatives for each value it can have.
    """

    row: str | None
    problem: str | None = None
    nearest: tuple[str, ...] = ()
    credential: str = "unknown"
    scopes: ScopeRequirement | None = None
    possible: tuple[tuple[str, ScopeRequirement], ...] = ()
    question: str | None = None
    access: str = "unknown"
    status: str = "unknown"
    unsupported_from: str | None = None
    sunset: str | None = None
    replacement: str | None = None
    replacement_scopes: ScopeRequirement | None = None
    confidence: str = "unknown"
    source: str = ""
    origin: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a scope is in a set: the calls (ids) that need it, and for each alternative what it would have cost."""

    scope: str
    because: tuple[str, ...]
    tiers: tuple[str, ...] = ()
    question: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSet:
    """The smallest set that lets every call succeed, with evidence.

    ``unresolved`` are calls whose needs are unknown; the set is complete when there is none, nothing is merely
    possible, and no gap could hide a call.
    """

    required: tuple[Evidence, ...] = ()
    optional: tuple[Evidence, ...] = ()
    possible: tuple[Evidence, ...] = ()
    unresolved: tuple[str, ...] = ()
    gaps: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether no gap, question or unresolved call could hide a need."""
        return not (self.possible or self.unresolved or self.gaps)

"""What an endpoint needs and what a credential must be granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from migrator.model.report import RequiredScope

ScopeRequirement: TypeAlias = tuple[frozenset[str], ...]
"""Any-of alternatives, each an all-of set; an "or" stays an "or" until `infer` chooses.

``(frozenset(),)`` needs nothing; an empty tuple says that nothing is known to suffice.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointMatch:
    """The catalog's answer for one call: the row that matches and what it says.

    ``row`` is None when no row matches; ``problem`` is then ``unknown_endpoint`` or ``wrong_method`` and ``nearest``
    holds the closest rows (``METHOD /path``). ``scopes`` is None when the needs are unknown. ``question`` is set when
    the needs depend on something dynamic; ``possible`` then holds the alternatives for each value it can have.
    ``credential`` is ``private_app``, ``developer_key``, ``oauth_only``, ``none``, ``mixed`` or ``unknown``;
    ``credentials`` are those of every row that the request could be, so that a partly known path counts as all it can
    match. ``template`` is the row's method and path. ``guessed`` is a segment that passes for a custom object.
    ``optional`` are scopes without which the request succeeds and the answer holds less.
    """

    row: str | None
    template: str = ""
    problem: str | None = None
    nearest: tuple[str, ...] = ()
    credential: str = "unknown"
    credentials: frozenset[str] = frozenset()
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
    guessed: str = ""
    optional: tuple[str, ...] = ()

    def noted(self, more: str) -> EndpointMatch:
        """Returns the same answer with something more to say about it."""
        return replace(self, note=f"{self.note}; {more}" if self.note else more)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeFact:
    """What the rules say about a scope, as far as choosing between scopes goes.

    ``access`` is ``read``, ``write`` or ``read_write``. ``broad`` marks a scope that granular ones replace, ``base``
    the one that every token has. ``selectable`` is False when no app can be given the scope, as far as is known.
    ``tiers`` are the account tiers that alone can grant it; empty when any can, or when it is not known.
    """

    name: str
    access: str = "read_write"
    broad: bool = False
    base: bool = False
    selectable: bool = True
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One call and what the catalog says of it; ``match`` is None when its method or path is not known.

    ``counts`` is False for code that is not part of the running program: it asks for no scope.
    """

    call: str
    match: EndpointMatch | None
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a credential lacks and what it has too much; the evidence of an unused scope are calls that accept it."""

    missing: tuple[RequiredScope, ...]
    unused: tuple[RequiredScope, ...]

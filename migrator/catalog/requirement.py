"""The little language of scope requirements: ``a | b + c`` means ``a``, or ``b`` and ``c`` together.

``none`` needs no scope and ``unknown`` says that nobody knows. ``crm.objects.{param}.read`` stands for the read scopes
of the object that the path parameter names, ``crm.objects.{@deals}.read`` for those of that object, ``$name`` for a
named list of alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product

from migrator.model.scope import ScopeRequirement

NONE = "none"
UNKNOWN = "unknown"
FACET = re.compile(r"^crm\.(objects|schemas)\.\{(@?[\w-]+)\}\.(read|write)$")
_SCOPE = re.compile(r"^[\w.\-{}<>$@]+$")

Alternatives = tuple[tuple[str, ...], ...]


def parse(text: str, named: Mapping[str, str] | None = None) -> Alternatives | None:
    """Returns the alternatives of a requirement, each a tuple of scopes, or None when it is unknown.

    Raises ValueError on text that is no requirement and on a name that is not in ``named``.
    """
    if text == UNKNOWN:
        return None
    if text == NONE:
        return ((),)
    found: list[tuple[str, ...]] = []
    for part in text.split("|"):
        scopes = tuple(scope.strip() for scope in part.split("+"))
        if len(scopes) == 1 and scopes[0].startswith("$"):
            found.extend(_named(scopes[0][1:], named or {}))
            continue
        if not all(map(_SCOPE.match, scopes)):
            raise ValueError(f"{part.strip()!r} is not a list of scopes")
        found.append(scopes)
    return tuple(dict.fromkeys(found))


def _named(name: str, named: Mapping[str, str]) -> Alternatives:
    if name not in named:
        raise ValueError(f"no requirement is named {name!r}")
    return parse(named[name]) or ()


def render(alternatives: Alternatives | None) -> str:
    """Returns a requirement as text that `parse` reads."""
    if alternatives is None:
        return UNKNOWN
    if alternatives == ((),):
        return NONE
    return " | ".join(" + ".join(scopes) for scopes in alternatives)


def minimal(alternatives: list[frozenset[str]]) -> ScopeRequirement:
    """Returns the alternatives without repetitions and without any that contains another, in their order."""
    kept = dict.fromkeys(alternatives)
    if len({len(one) for one in kept}) <= 1:
        return tuple(kept)  # sets of one size never contain each other
    return tuple(one for one in kept if not any(other < one for other in kept))


def both(left: ScopeRequirement, right: ScopeRequirement) -> ScopeRequirement:
    """Returns what satisfies two requirements at once."""
    return minimal([one | other for one, other in product(left, right)])


def resolve(alternatives: Alternatives, facet: Callable[[str, str, str], ScopeRequirement | None]) -> ScopeRequirement:
    """Returns a requirement with its object facets filled in.

    ``facet`` answers for a family (``objects`` or ``schemas``), a path parameter and an access with what that object
    needs, or None when it has no such scope, in which case the alternative falls away.
    """
    found: list[frozenset[str]] = []
    for scopes in alternatives:
        if len(scopes) == 1 and "{" not in scopes[0]:
            found.append(frozenset(scopes))
            continue
        needs: ScopeRequirement | None = (frozenset(),)
        for scope in scopes:
            hit = FACET.match(scope)
            more = facet(hit[1], hit[2], hit[3]) if hit else (frozenset((scope,)),)
            needs = both(needs, more) if needs is not None and more is not None else None
        found.extend(needs or ())
    return minimal(found)


def parameters(alternatives: Alternatives | None) -> tuple[str, ...]:
    """Returns the path parameters whose object decides what a requirement means."""
    hits = (FACET.match(scope) for scopes in alternatives or () for scope in scopes)
    return tuple(dict.fromkeys(hit[2] for hit in hits if hit and not hit[2].startswith("@")))

"""What a credential has been granted against what the program needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migrator.model.report import RequiredScope
from migrator.model.scope import Comparison, Need, ScopeFact, ScopeRequirement
from migrator.scopes.infer import Ask, Prices, asked, infer
from migrator.scopes.set_cover import cheapest


def compare(needs: Sequence[Need], granted: frozenset[str], *, scopes: Mapping[str, ScopeFact]) -> Comparison:
    """Returns the scopes that the calls need and that are not granted, and those granted that none of them needs.

    A call is content with any of its alternatives, so a scope is not missing because `infer` would have chosen it.
    What an open question may need is not called unused, nor is what makes an answer fuller or every token has.
    """
    facts = Prices(scopes)
    lacking = infer(needs, scopes=scopes, held=granted)
    held = granted | lacking.names
    asks = [ask for need in needs if need.counts and (ask := asked(need, facts))]
    kept = cheapest((_within(ask, held) for ask in asks), facts.favouring(asks).rank).names | _welcome(needs)
    unused = sorted(name for name in granted - kept if not facts.of(name).base)
    return Comparison(missing=lacking.required, unused=tuple(_unused(name, asks, facts) for name in unused))


def _within(ask: Ask, held: frozenset[str]) -> ScopeRequirement:
    """Returns the alternatives that are held, acceptable ones if there are any."""
    acceptable = tuple(option for option in ask.accepted if option <= held)
    return acceptable or tuple(option for option in ask.options if option <= held)


def _welcome(needs: Sequence[Need]) -> frozenset[str]:
    matches = [need.match for need in needs if need.counts and need.match]
    rows = [row for match in matches for _, row in match.possible]
    optional = {name for match in matches for name in match.optional}
    return frozenset(name for row in rows for option in row for name in option) | optional


def _unused(name: str, asks: Sequence[Ask], facts: Prices) -> RequiredScope:
    calls = tuple(sorted(ask.call for ask in asks if any(name in option for option in ask.options)))
    return RequiredScope(scope=name, because=calls, tiers=facts.of(name).tiers)

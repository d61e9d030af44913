"""From what the calls of a program need to the smallest set of scopes that lets them all succeed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.model.report import PossibleScope, RequiredScope, ScopesItem
from migrator.model.scope import EndpointMatch, Need, ScopeFact, ScopeRequirement
from migrator.scopes.set_cover import BUDGET, cheapest

_ANOTHER_CREDENTIAL = frozenset({"developer_key", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one call asks for: all that would serve it, and what is acceptable of it."""

    call: str
    options: ScopeRequirement
    accepted: ScopeRequirement


@dataclass(frozen=True, slots=True)
class Prices:
    """The rules' facts about scopes, and the prices that follow from them.

    ``first`` are scopes that some call's row lists first, which settles ties: rows list what suits best first.
    """

    known: Mapping[str, ScopeFact]
    first: frozenset[str] = frozenset()

    def of(self, name: str) -> ScopeFact:
        """Returns what is known of a scope; of one that the rules lack, that it may do anything."""
        return self.known.get(name) or ScopeFact(name=name)

    def rank(self, name: str) -> tuple[int, ...]:
        """Returns the price of a scope: not to be had, broad, able to write; one; limited to tiers, listed second."""
        fact = self.of(name)
        return (not fact.selectable, fact.broad, fact.access != "read", 1, bool(fact.tiers), name not in self.first)

    def price(self, option: Iterable[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Returns what an alternative costs, in a form that compares."""
        names = tuple(sorted(option, reverse=True))
        return tuple(map(sum, zip(*map(self.rank, names), strict=True))), names

    def without_base(self, row: ScopeRequirement) -> ScopeRequirement:
        """Returns the alternatives without the scope that every token has."""
        return tuple(frozenset(name for name in option if not self.of(name).base) for option in row)

    def accepted(self, row: ScopeRequirement, access: str) -> ScopeRequirement:
        """Returns the alternatives that may serve a call: of those that can be had, granular ones, and readers to read.

        Each of these gives way when it would leave nothing.
        """
        wishes: list[Callable[[ScopeFact], bool]] = [lambda fact: fact.selectable]
        wishes += [lambda fact: fact.access != "write"] if access == "read" else []
        wishes += [lambda fact: not fact.broad]
        wishes += [lambda fact: fact.access == "read"] if access == "read" else []
        for wish in wishes:
            row = tuple(option for option in row if all(wish(self.of(name)) for name in option)) or row
        return row

    def favouring(self, asks: Iterable[Ask]) -> Prices:
        """Returns the facts with what the calls' rows list first."""
        return Prices(self.known, frozenset(name for ask in asks for name in ask.accepted[0]))


def infer(
    needs: Sequence[Need],
    *,
    scopes: Mapping[str, ScopeFact],
    held: frozenset[str] = frozenset(),
    budget: int = BUDGET,
) -> ScopesItem:
    """Returns the smallest set of scopes for the calls; with ``held``, what has to be added to those.

    It is complete when no call is unresolved and nothing is merely possible.

    A scope that some call cannot do without serves every call that takes it. All others are served by a granular scope
    where their row names one, and a call that reads by a scope that only reads: HubSpot's specifications list broad and
    foreign scopes as alternatives that did not always work, and do not say that writing includes reading. Of all sets
    that serve every call like that, the smallest has the fewest scopes that no app can be given, then the fewest broad
    ones, then the fewest that can write, then the fewest. The order of the needs changes nothing.
    Source: https://developers.hubspot.com/docs/api/scopes (granular scopes are preferred).
    """
    facts = Prices(scopes)
    counted = sorted((need for need in needs if need.counts), key=lambda need: need.call)
    asks = _settled([ask for need in counted if (ask := asked(need, facts, held))])
    facts = facts.favouring(asks)
    cover = cheapest((ask.accepted for ask in asks), facts.rank, budget=budget)
    possible = _possible(counted, cover.names | held, facts)
    unresolved = tuple(need.call for need in counted if _is_unresolved(need))
    return ScopesItem(
        complete=not (possible or unresolved),
        required=_evidenced(asks, cover.names, facts),
        optional=_optional(counted, cover.names | held, facts),
        after_replacement=_later(counted, Prices(scopes), held | cover.names, budget),
        possible=possible,
        unresolved=unresolved,
        left_out=tuple(sorted(need.call for need in needs if not need.counts)),
        exact=cover.exact,
    )


def union(sets: Iterable[ScopesItem]) -> ScopesItem:
    """Returns the set that covers several, with the evidence of all. What is possible in one stays possible."""
    sets = list(sets)
    return ScopesItem(
        complete=all(found.complete for found in sets),
        required=_merged(item for found in sets for item in found.required),
        optional=_merged(item for found in sets for item in found.optional),
        after_replacement=_merged(item for found in sets for item in found.after_replacement),
        possible=_asked_once(item for found in sets for item in found.possible),
        unresolved=tuple(sorted({call for found in sets for call in found.unresolved})),
        left_out=tuple(sorted({call for found in sets for call in found.left_out})),
        exact=all(found.exact for found in sets),
    )


def asked(need: Need, facts: Prices, held: frozenset[str] = frozenset()) -> Ask | None:
    """Returns what a call is known to ask for beyond what is held; None when nothing is."""
    match = need.match
    if match is None or not match.scopes or asks_nothing(match):
        return None
    return _ask(need.call, match.scopes, match.access, facts, held)


def _ask(call: str, row: ScopeRequirement, access: str, facts: Prices, held: frozenset[str]) -> Ask | None:
    options = facts.without_base(row)
    if any(option <= held for option in options):
        return None
    accepted = facts.accepted(options, access)
    return Ask(call=call, options=_less(options, held), accepted=_less(accepted, held))


def _settled(asks: Iterable[Ask]) -> list[Ask]:
    """Returns the asks, content with what is needed anyway where that serves them."""
    asks = list(asks)
    anyway = frozenset(name for ask in asks if len(set(ask.options)) == 1 for name in ask.options[0])
    return [_content(ask, anyway) for ask in asks]


def _content(ask: Ask, anyway: frozenset[str]) -> Ask:
    for row in (ask.accepted, ask.options):
        served = tuple(option for option in row if option <= anyway)
        if served:
            return replace(ask, accepted=served)
    return ask


def _less(row: ScopeRequirement, held: frozenset[str]) -> ScopeRequirement:
    return tuple(option - held for option in row)


def asks_nothing(match: EndpointMatch) -> bool:
    """Returns whether a request needs no scope: it carries another credential, or its endpoint is gone."""
    return match.credential in _ANOTHER_CREDENTIAL or match.status == "sunset"


def _is_unresolved(need: Need) -> bool:
    match = need.match
    if match is None:
        return True
    if asks_nothing(match) or (match.question is None and match.scopes):
        return False
    return match.question is None or not match.possible or not all(row for _, row in match.possible)


def _optional(needs: Iterable[Need], held: frozenset[str], facts: Prices) -> tuple[RequiredScope, ...]:
    """Returns the scopes beyond what is held that only make the answers to calls fuller."""
    found = [
        (name, need) for need in needs if need.match and not asks_nothing(need.match) for name in need.match.optional
    ]
    return _merged(
        RequiredScope(scope=name, because=(need.call,), tiers=facts.of(name).tiers)
        for name, need in found
        if name not in held
    )


def _later(needs: Sequence[Need], facts: Prices, held: frozenset[str], budget: int) -> tuple[RequiredScope, ...]:
    """Returns what the calls to endpoints that are gone need beyond what is held, once they are replaced."""
    gone = [(need.call, need.match) for need in needs if need.match and need.match.status == "sunset"]
    asks = [
        ask
        for call, match in gone
        if match.replacement_scopes and (ask := _ask(call, match.replacement_scopes, match.access, facts, held))
    ]
    asks = _settled(asks)
    facts = facts.favouring(asks)
    return _evidenced(asks, cheapest((ask.accepted for ask in asks), facts.rank, budget=budget).names, facts)


def _evidenced(asks: Sequence[Ask], chosen: frozenset[str], facts: Prices) -> tuple[RequiredScope, ...]:
    credited = _credits(asks, chosen, facts)
    told: set[frozenset[str]] = set()
    return tuple(
        RequiredScope(
            scope=name,
            because=tuple(ask.call for ask in credit),
            tiers=facts.of(name).tiers,
            alternatives=tuple(_alternatives(name, credit, credited, chosen, facts, told)),
        )
        for name, credit in credited
    )


def _credits(asks: Iterable[Ask], chosen: frozenset[str], facts: Prices) -> list[tuple[str, list[Ask]]]:
    """Returns each chosen scope with the calls it is there for, each counted by its cheapest alternative in the set."""
    found: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        for name in min((option for option in ask.accepted if option <= chosen), key=facts.price):
            found[name].append(ask)
    return sorted(found.items())


def _alternatives(
    name: str,
    credit: Sequence[Ask],
    credited: Sequence[tuple[str, Sequence[Ask]]],
    chosen: frozenset[str],
    facts: Prices,
    told: set[frozenset[str]],
) -> Iterator[str]:
    """Yields what could take a chosen scope's place without making the set larger, each once, with what it costs."""
    others = {option for ask in credit for option in ask.options if name not in option and not option <= chosen}
    for option in sorted(others - told, key=facts.price):
        instead = chosen | option
        for other, served in credited:
            spared = instead - {other}
            if other not in option and all(any(one <= spared for one in ask.options) for ask in served):
                instead = spared
        if name not in instead and len(instead) <= len(chosen):
            told.add(option)
            marks = _marks(option, facts)
            fewer = f": {len(instead)} instead of {len(chosen)}" if len(instead) != len(chosen) else ""
            yield f"{' + '.join(sorted(option))} works too{marks}{fewer}"


def _marks(option: frozenset[str], facts: Prices) -> str:
    scopes = [facts.of(name) for name in option]
    marks = (
        ("apps may not be able to select it", any(not fact.selectable for fact in scopes)),
        ("broad", any(fact.broad for fact in scopes)),
        ("allows writing", any(fact.access != "read" for fact in scopes)),
        ("only some account tiers", any(fact.tiers for fact in scopes)),
    )
    found = ", ".join(text for text, holds in marks if holds)
    return f" ({found})" if found else ""


def _possible(needs: Iterable[Need], chosen: frozenset[str], facts: Prices) -> tuple[PossibleScope, ...]:
    """Returns the scopes that the open questions could add to the set."""
    found = []
    for need in needs:
        match = need.match
        if match is None or match.question is None or asks_nothing(match):
            continue
        for _, row in match.possible:
            found += [
                PossibleScope(scope=name, because=(need.call,), question=match.question)
                for name in _lacking(facts.without_base(row), match.access, chosen, facts)
            ]
    return _asked_once(found)


def _lacking(row: ScopeRequirement, access: str, chosen: frozenset[str], facts: Prices) -> frozenset[str]:
    if not row or any(option <= chosen for option in row):
        return frozenset()
    return min((option - chosen for option in facts.accepted(row, access)), key=facts.price)


def _merged(evidence: Iterable[RequiredScope]) -> tuple[RequiredScope, ...]:
    """Returns one piece of evidence for each scope, sorted."""
    groups: dict[str, list[RequiredScope]] = defaultdict(list)
    for item in evidence:
        groups[item.scope].append(item)
    return tuple(
        replace(
            items[0],
            because=tuple(sorted({call for item in items for call in item.because})),
            alternatives=tuple(sorted({line for item in items for line in item.alternatives})),
        )
        for _, items in sorted(groups.items())
    )


def _asked_once(evidence: Iterable[PossibleScope]) -> tuple[PossibleScope, ...]:
    """Returns one piece of evidence for each scope and question, sorted."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in evidence:
        groups[item.scope, item.question].update(item.because)
    return tuple(
        PossibleScope(scope=scope, because=tuple(sorted(calls)), question=question)
        for (scope, question), calls in sorted(groups.items())
    )

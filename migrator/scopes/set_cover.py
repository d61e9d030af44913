"""The exact search for the cheapest set that satisfies requirements, over bit masks that know nothing of scopes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import groupby
from operator import or_
from typing import TypeAlias

from migrator.model.scope import ScopeRequirement

BUDGET = 150_000
"""Alternatives looked at before the search settles for what it has: about a second."""

_COMPARED = 600  # rows beyond which comparing each with each costs more than it saves

Rank: TypeAlias = Callable[[str], tuple[int, ...]]
"""The price of one name: small numbers, the first the most important, at least one of them above zero."""

_Row: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """A set that satisfies every requirement; ``exact`` says that no cheaper one does."""

    names: frozenset[str]
    exact: bool


def cheapest(requirements: Iterable[ScopeRequirement], rank: Rank, *, budget: int = BUDGET) -> Cover:
    """Returns the set that satisfies every requirement at the lowest total price.

    Prices are added up place by place and compared in that order; between equal ones the set wins that does without
    the alphabetically last name in which they differ. The order of requirements changes nothing. When the budget runs
    out the best set found so far is returned, and it is not called exact.
    """
    rows = {frozenset(requirement) for requirement in requirements}
    names = sorted({name for row in rows for option in row for name in option})
    bits = {name: 1 << place for place, name in enumerate(names)}
    price = _price(names, rank)
    masks = {_minimal(sum(bits[name] for name in option) for option in row) for row in rows}
    taken, open_rows = _reduced(masks, price)
    exact = True
    for part in _parts(open_rows):
        best, done = _search(part, price, budget)
        taken |= best
        exact = exact and done
    return Cover(frozenset(name for name in names if taken & bits[name]), exact)


def _price(names: Sequence[str], rank: Rank) -> Callable[[int], int]:
    """Returns the price of a mask as one number; its lowest bits make every two masks differ."""
    width = len(names)
    place = 1 + sum(sum(rank(name)) for name in names)
    weights = [reduce(lambda total, part: total * place + part, rank(name), 0) << width for name in names]

    @cache
    def price(mask: int) -> int:
        return mask + sum(weights[bit.bit_length() - 1] for bit in _bits(mask))

    return price


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _minimal(options: Iterable[int]) -> _Row:
    """Returns the options that contain no other."""
    kept: list[int] = []
    for _, same_size in groupby(sorted(set(options), key=lambda mask: (mask.bit_count(), mask)), int.bit_count):
        kept += [option for option in same_size if not any(small & option == small for small in kept)]
    return tuple(kept)


def _without(rows: Iterable[_Row], taken: int) -> set[_Row]:
    """Returns what is still asked for once *taken* is in the set."""
    left = {_minimal(option & ~taken for option in row) for row in rows}
    return {row for row in left if row[0]}


def _reduced(rows: Iterable[_Row], price: Callable[[int], int]) -> tuple[int, set[_Row]]:
    """Returns what every cheapest set contains, and the rows that leave a choice."""
    taken, left = 0, _without(rows, 0)
    while True:
        before = left
        forced = reduce(or_, (row[0] for row in left if len(row) == 1), 0)
        taken |= forced
        left = _without(left, forced)
        left = _undominated(left)
        left = _without_worse(left, price)
        if left == before:
            return taken, left


def _undominated(rows: set[_Row]) -> set[_Row]:
    """Returns the rows without those that are satisfied whenever another one is."""
    if len(rows) > _COMPARED:
        return rows
    kept: list[_Row] = []
    for row in sorted(rows, key=lambda row: (len(row), row)):
        if not any(_implies(other, row) for other in kept):
            kept = [other for other in kept if not _implies(row, other)]
            kept.append(row)
    return set(kept)


def _implies(row: _Row, other: _Row) -> bool:
    return all(any(small & option == small for small in other) for option in row)


def _without_worse(rows: set[_Row], price: Callable[[int], int]) -> set[_Row]:
    """Returns the rows without options that another of the same row undercuts and that serve no other row."""
    uses = Counter(bit for row in rows for bit in _bits(reduce(or_, row)))
    private = sum(bit for bit, count in uses.items() if count == 1)
    return {_undercut(row, private, price) for row in rows}


def _undercut(row: _Row, private: int, price: Callable[[int], int]) -> _Row:
    def worse(option: int, other: int) -> bool:
        extra = option & ~other
        return extra & private == extra and price(other & ~option) < price(extra)

    return tuple(option for option in row if not (option & private and any(worse(option, other) for other in row)))


def _parts(rows: Iterable[_Row]) -> list[list[_Row]]:
    """Returns the rows in groups that share nothing."""
    parts: list[tuple[int, list[_Row]]] = []
    for row in sorted(rows):
        mask, members = reduce(or_, row), [row]
        apart = []
        for part_mask, part in parts:
            if part_mask & mask:
                mask |= part_mask
                members += part
            else:
                apart.append((part_mask, part))
        parts = [*apart, (mask, members)]
    return [sorted(members, key=lambda row: (len(row), row)) for _, members in parts]


def _search(rows: list[_Row], price: Callable[[int], int], budget: int) -> tuple[int, bool]:
    """Returns the cheapest mask for the rows by branch and bound, and whether the budget sufficed."""
    best = _greedy(rows, price)
    limit = price(best)
    stack: list[tuple[int, list[_Row]]] = [(0, rows)]
    while stack:
        taken, left = stack.pop()
        budget -= sum(map(len, left)) + 1
        if budget < 0:
            return best, False
        if price(taken) + _bound(left, price) >= limit:
            continue
        if not left:
            best, limit = taken, price(taken)
            continue
        branches = sorted(left[0], key=price, reverse=True)
        stack += [(taken | option, _open(left, option)) for option in branches]
    return best, True


def _open(rows: Iterable[_Row], taken: int) -> list[_Row]:
    return sorted(_without(rows, taken), key=lambda row: (len(row), row))


def _bound(rows: Iterable[_Row], price: Callable[[int], int]) -> int:
    """Returns what the rows cost at least: rows that share nothing pay separately."""
    total = seen = 0
    for row in rows:
        mask = reduce(or_, row)
        if not mask & seen:
            seen |= mask
            total += min(map(price, row))
    return total


def _greedy(rows: Sequence[_Row], price: Callable[[int], int]) -> int:
    """Returns a mask that satisfies the rows and of which nothing can be left out."""
    taken = 0
    for row in rows:
        taken |= min((option & ~taken for option in row), key=price)
    using: dict[int, list[_Row]] = {bit: [] for bit in _bits(taken)}
    for row in rows:
        for bit in _bits(reduce(or_, row) & taken):
            using[bit].append(row)
    for bit in sorted(using, key=price, reverse=True):
        without = taken & ~bit
        if all(any(option & without == option for option in row) for row in using[bit]):
            taken = without
    return taken

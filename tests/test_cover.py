"""The search for the cheapest set: against brute force on small problems, and bounded on hard ones."""

from __future__ import annotations

import random
import time
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.scope import ScopeRequirement
from migrator.scopes.set_cover import cheapest

NAMES = "abcdefg"
RANKS = {name: (int(name in "fg"), 1) for name in NAMES}  # f and g cost more than all the others together

options = st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=3)
requirements = st.lists(options, min_size=1, max_size=4).map(tuple)
problems = st.lists(requirements, max_size=7)


def satisfies(names: frozenset[str], problem: list[ScopeRequirement]) -> bool:
    return all(any(option <= names for option in row) for row in problem)


def price(names: frozenset[str]) -> tuple[int, ...]:
    return tuple(sum(RANKS[name][place] for name in names) for place in range(2))


def brute_force(problem: list[ScopeRequirement]) -> frozenset[str]:
    subsets = [frozenset(names) for size in range(len(NAMES) + 1) for names in combinations(NAMES, size)]
    fitting = [names for names in subsets if satisfies(names, problem)]
    return min(fitting, key=lambda names: (price(names), sorted(names, reverse=True)))


@given(problems)
@settings(max_examples=250, deadline=None)
def test_the_set_is_the_one_that_brute_force_finds(problem: list[ScopeRequirement]) -> None:
    cover = cheapest(problem, RANKS.__getitem__)
    assert cover.exact
    assert satisfies(cover.names, problem)
    assert cover.names == brute_force(problem)


@given(problems, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_requirements_and_alternatives_changes_nothing(
    problem: list[ScopeRequirement], shuffle: random.Random
) -> None:
    mixed = [tuple(shuffle.sample(row, len(row))) for row in shuffle.sample(problem, len(problem))]
    assert cheapest(mixed, RANKS.__getitem__) == cheapest(problem, RANKS.__getitem__)


@given(problems, st.integers(0, 60))
@settings(max_examples=80, deadline=None)
def test_a_search_cut_short_still_satisfies_every_requirement(problem: list[ScopeRequirement], budget: int) -> None:
    cover = cheapest(problem, RANKS.__getitem__, budget=budget)
    assert satisfies(cover.names, problem)
    if cover.exact:
        assert cover.names == brute_force(problem)


def test_no_requirement_needs_nothing() -> None:
    assert cheapest([], RANKS.__getitem__).names == frozenset()
    assert cheapest([(frozenset(), frozenset("a"))], RANKS.__getitem__).names == frozenset()


def test_requirements_without_a_choice_are_never_searched() -> None:
    rows: list[ScopeRequirement] = [(frozenset((f"scope{number}",)),) for number in range(2000)]
    cover = cheapest(rows, lambda _: (1,), budget=0)
    assert cover.exact
    assert len(cover.names) == 2000


def test_a_hard_problem_ends_in_time_and_says_that_it_is_not_exact() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed puzzle, no secret
    names = [f"s{number:03}" for number in range(150)]
    rows: list[ScopeRequirement] = [
        tuple(frozenset(chance.sample(names, 2)) for _ in range(6)) for _ in range(400)
    ]  # random and dense: no reduction applies
    start = time.process_time()
    cover = cheapest(rows, lambda _: (1,))
    assert time.process_time() - start < 10
    assert satisfies(cover.names, rows)
    assert not cover.exact
    assert cheapest(reversed(rows), lambda _: (1,)) == cover

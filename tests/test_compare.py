"""What is granted against what is needed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.scope import EndpointMatch, Need, ScopeFact
from migrator.scopes.granted import compare
from migrator.scopes.infer import infer
from tests.test_infer import FACTS, NAMES, anyof, ask, catalogs, need, programs


def compared(granted: str, *needs: Need) -> tuple[list[str], list[str]]:
    found = compare(needs, frozenset(granted.split()), scopes=FACTS)
    return [item.scope for item in found.missing], [item.scope for item in found.unused]


def test_exactly_what_is_needed_is_neither_missing_nor_unused() -> None:
    assert compared("deals.read items.read", need("1", "deals.read"), need("2", "items.read")) == ([], [])


def test_nothing_granted_misses_everything() -> None:
    assert compared("", need("1", "deals.read"), need("2", "pro.read")) == (["deals.read", "pro.read"], [])


def test_another_alternative_than_the_preferred_one_is_enough() -> None:
    assert compared("broad", need("1", "deals.read", "broad")) == ([], [])


def test_a_broad_scope_is_unused_beside_the_granular_one() -> None:
    assert compared("broad deals.read", need("1", "deals.read", "broad")) == ([], ["broad"])


def test_the_base_scope_is_never_unused() -> None:
    assert compared("base", need("1", "base")) == ([], [])


def test_what_a_question_may_need_is_not_unused() -> None:
    question = ask("1", ("deals", anyof("deals.read")))
    assert compared("deals.read items.read", question) == ([], ["items.read"])


def test_calls_outside_the_program_keep_nothing_in_use() -> None:
    assert compared("deals.read", need("1", "deals.read", counts=False)) == ([], ["deals.read"])


def test_both_sides_name_their_calls() -> None:
    needs = [need("1", "deals.read", "broad"), need("2", "items.read")]
    found = compare(needs, frozenset(("deals.read", "broad", "tickets")), scopes=FACTS)
    assert [(item.scope, item.because) for item in found.missing] == [("items.read", ("2",))]
    assert [(item.scope, item.because) for item in found.unused] == [("broad", ("1",)), ("tickets", ())]


@given(programs, catalogs, st.frozensets(st.sampled_from(NAMES)))
@settings(max_examples=80, deadline=None)
def test_missing_and_used_scopes_together_satisfy_every_call(
    program: list[Need], facts: dict[str, ScopeFact], granted: frozenset[str]
) -> None:
    found = compare(program, granted, scopes=facts)
    missing = frozenset(item.scope for item in found.missing)
    unused = frozenset(item.scope for item in found.unused)
    enough = (granted - unused) | missing | {name for name in NAMES if facts[name].base}
    assert unused <= granted
    assert not missing & granted
    for item in program:
        assert isinstance(item.match, EndpointMatch)
        assert any(option <= enough for option in item.match.scopes or ())


@given(programs, catalogs)
@settings(max_examples=50, deadline=None)
def test_the_inferred_set_compares_as_exact(program: list[Need], facts: dict[str, ScopeFact]) -> None:
    found = compare(program, infer(program, scopes=facts).names, scopes=facts)
    assert (found.missing, found.unused) == ((), ())

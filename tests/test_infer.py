"""The smallest scope set: what it must satisfy, what it prefers, and what it leaves open."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model.report import RequiredScope, ScopesItem
from migrator.model.scope import EndpointMatch, Need, ScopeFact, ScopeRequirement
from migrator.scopes.granted import compare
from migrator.scopes.infer import infer, union

FACTS = {
    fact.name: fact
    for fact in (
        ScopeFact(name="base", access="read", base=True),
        ScopeFact(name="broad", broad=True),
        ScopeFact(name="deals.read", access="read"),
        ScopeFact(name="deals.write", access="write"),
        ScopeFact(name="hidden.read", access="read", selectable=False),
        ScopeFact(name="items.read", access="read"),
        ScopeFact(name="pro.read", access="read", tiers=("Professional", "Enterprise")),
        ScopeFact(name="tickets"),
    )
}


NOTHING = ScopesItem(complete=True, required=(), optional=(), possible=(), unresolved=())


def anyof(*options: str) -> ScopeRequirement:
    return tuple(frozenset(option.split()) for option in options)


def need(call: str, *options: str, access: str = "read", counts: bool = True) -> Need:
    match = EndpointMatch(row="r", credential="private_app", scopes=anyof(*options), access=access)
    return Need(call=call, match=match, counts=counts)


def required(*needs: Need, held: str = "") -> list[str]:
    found = infer(needs, scopes=FACTS, held=frozenset(held.split()))
    return [item.scope for item in found.required]


# -- what the code can do without -------------------------------------------------------------------------------------


def fuller(call: str, *options: str, optional: tuple[str, ...], counts: bool = True) -> Need:
    match = EndpointMatch(row="r", credential="private_app", scopes=anyof(*options), access="read", optional=optional)
    return Need(call=call, match=match, counts=counts)


def test_what_only_makes_an_answer_fuller_is_optional() -> None:
    needs = [fuller("1", "deals.read", optional=("pro.read",)), fuller("2", "deals.read", optional=("pro.read",))]
    found = infer(needs, scopes=FACTS)
    assert [item.scope for item in found.required] == ["deals.read"]
    assert [(item.scope, item.because, item.tiers) for item in found.optional] == [
        ("pro.read", ("1", "2"), ("Professional", "Enterprise"))
    ]


def test_what_is_required_or_held_is_not_optional_too() -> None:
    needs = [fuller("1", "deals.read", optional=("pro.read",)), need("2", "pro.read")]
    assert infer(needs, scopes=FACTS).optional == ()
    assert infer(needs[:1], scopes=FACTS, held=frozenset({"pro.read"})).optional == ()


def test_a_call_that_does_not_count_makes_nothing_optional() -> None:
    assert infer([fuller("1", "deals.read", optional=("pro.read",), counts=False)], scopes=FACTS).optional == ()


def test_an_optional_scope_that_was_granted_is_not_unused() -> None:
    needs = [fuller("1", "deals.read", optional=("pro.read",))]
    found = compare(needs, frozenset({"deals.read", "pro.read", "tickets"}), scopes=FACTS)
    assert ([item.scope for item in found.missing], [item.scope for item in found.unused]) == ([], ["tickets"])


# -- what it prefers ------------------------------------------------------------------------------------------------


def test_no_calls_need_nothing_and_the_set_is_complete() -> None:
    assert infer([], scopes=FACTS) == NOTHING


def test_two_granular_scopes_are_preferred_to_a_broad_one() -> None:
    assert required(need("1", "deals.read", "broad"), need("2", "items.read", "broad")) == ["deals.read", "items.read"]


def test_what_is_needed_anyway_serves_whatever_takes_it() -> None:
    assert required(need("1", "deals.read", "broad"), need("2", "broad")) == ["broad"]
    needs = need("1", "deals.read", "deals.write"), need("2", "deals.write", access="write")
    assert required(*needs) == ["deals.write"]


def test_what_is_not_needed_anyway_does_not() -> None:
    needs = need("1", "deals.read", "broad"), need("2", "items.read", "broad")
    assert required(*needs) == ["deals.read", "items.read"]
    assert required(need("1", "deals.read"), need("2", "broad")) == ["broad", "deals.read"]


def test_a_read_that_only_a_write_scope_serves_gets_it() -> None:
    assert required(need("1", "deals.write")) == ["deals.write"]


def test_a_read_is_served_by_a_scope_that_only_reads_where_there_is_one() -> None:
    assert required(need("1", "items.read", "tickets")) == ["items.read"]


def test_one_scope_serves_several_calls_where_it_can() -> None:
    needs = need("1", "deals.read", "items.read"), need("2", "pro.read", "items.read"), need("3", "items.read")
    assert required(*needs) == ["items.read"]


def test_a_tie_goes_to_what_the_row_lists_first() -> None:
    assert required(need("1", "items.read", "deals.read")) == ["items.read"]
    assert required(need("1", "deals.read", "items.read")) == ["deals.read"]


def test_a_scope_that_no_app_can_have_is_the_last_choice() -> None:
    assert required(need("1", "hidden.read", "deals.write")) == ["deals.write"]
    assert required(need("1", "hidden.read")) == ["hidden.read"]


def test_the_base_scope_is_never_asked_for() -> None:
    assert required(need("1", "base")) == []
    assert required(need("1", "base deals.read")) == ["deals.read"]


def test_all_of_an_alternative_is_taken() -> None:
    assert required(need("1", "deals.read items.read", "broad")) == ["deals.read", "items.read"]


def test_what_is_held_is_not_asked_for_and_any_alternative_counts() -> None:
    assert required(need("1", "deals.read", "broad"), held="broad") == []
    assert required(need("1", "deals.read items.read"), held="items.read") == ["deals.read"]


def test_a_scope_that_the_rules_do_not_know_is_taken_as_it_is() -> None:
    assert required(need("1", "made.up")) == ["made.up"]


# -- what it says about it ------------------------------------------------------------------------------------------


def test_every_scope_names_the_calls_that_need_it() -> None:
    needs = [need("b", "deals.read"), need("a", "deals.read"), need("c", "deals.read", "items.read")]
    assert infer(needs, scopes=FACTS).required == (
        RequiredScope(
            scope="deals.read",
            because=("a", "b", "c"),
        ),
    )


def test_an_alternative_says_what_it_would_have_cost() -> None:
    needs = [need("1", "deals.read", "broad"), need("2", "items.read", "broad")]
    lines = [item.alternatives for item in infer(needs, scopes=FACTS).required]
    assert lines == [("broad works too (broad, allows writing): 1 instead of 2",), ()]


def test_an_alternative_that_makes_the_set_larger_is_not_told() -> None:
    needs = [need("1", "deals.read", "items.read"), need("2", "deals.read")]
    assert [item.alternatives for item in infer(needs, scopes=FACTS).required] == [()]


def test_what_only_some_tiers_can_grant_is_required_all_the_same() -> None:
    found = infer([need("1", "pro.read")], scopes=FACTS)
    assert found.required == (RequiredScope(scope="pro.read", because=("1",), tiers=("Professional", "Enterprise")),)
    assert found.optional == ()
    assert found.names == {"pro.read"}
    assert found.complete


def test_a_call_with_unknown_needs_is_unresolved() -> None:
    unknown = [
        Need(call="no endpoint", match=None),
        Need(call="no row", match=EndpointMatch(row=None, problem="unknown_endpoint")),
        Need(call="no scopes", match=EndpointMatch(row="r", credential="private_app")),
        Need(call="nothing suffices", match=EndpointMatch(row="r", scopes=())),
    ]
    found = infer(unknown, scopes=FACTS)
    assert found.unresolved == ("no endpoint", "no row", "no scopes", "nothing suffices")
    assert found.required == ()
    assert not found.complete


def test_developer_key_public_and_sunset_endpoints_ask_for_nothing() -> None:
    matches = [
        EndpointMatch(row="r", credential="developer_key"),
        EndpointMatch(row="r", credential="none"),
        EndpointMatch(row="r", credential="private_app", scopes=anyof("deals.read"), status="sunset"),
        EndpointMatch(row="r", credential="developer_key", question="Which?", possible=(("a", anyof("deals.read")),)),
    ]
    found = infer([Need(call=str(at), match=match) for at, match in enumerate(matches)], scopes=FACTS)
    assert found == NOTHING


def test_calls_outside_the_program_ask_for_nothing_and_are_counted() -> None:
    found = infer([need("test", "deals.read", counts=False), Need(call="x", match=None, counts=False)], scopes=FACTS)
    assert found == replace(NOTHING, left_out=("test", "x"))


def ask(call: str, *possible: tuple[str, ScopeRequirement], known: ScopeRequirement | None = None) -> Need:
    match = EndpointMatch(
        row="r", credential="private_app", scopes=known, access="read", question="Which object?", possible=possible
    )
    return Need(call=call, match=match)


def test_a_question_makes_scopes_possible_and_never_required() -> None:
    found = infer([ask("1", ("deals", anyof("deals.read")), ("items", anyof("items.read")))], scopes=FACTS)
    assert found.required == ()
    assert [(item.scope, item.because, item.question) for item in found.possible] == [
        ("deals.read", ("1",), "Which object?"),
        ("items.read", ("1",), "Which object?"),
    ]
    assert found.unresolved == ()
    assert not found.complete


def test_a_question_adds_only_what_the_set_lacks() -> None:
    question = ask("1", ("deals", anyof("deals.read")), ("items", anyof("items.read")))
    found = infer([question, need("2", "deals.read")], scopes=FACTS)
    assert [item.scope for item in found.possible] == ["items.read"]
    settled = infer([question, need("2", "deals.read"), need("3", "items.read")], scopes=FACTS)
    assert settled.possible == ()
    assert settled.complete


def test_a_question_keeps_what_the_call_needs_in_any_case() -> None:
    found = infer([ask("1", ("items", anyof("items.read")), known=anyof("deals.read"))], scopes=FACTS)
    assert [item.scope for item in found.required] == ["deals.read"]
    assert [item.scope for item in found.possible] == ["items.read"]


def test_a_question_without_answers_is_unresolved() -> None:
    assert infer([ask("1")], scopes=FACTS).unresolved == ("1",)
    assert infer([ask("1", ("deals", ()))], scopes=FACTS).unresolved == ("1",)


def test_the_union_keeps_the_evidence_of_every_set() -> None:
    one = infer([need("1", "deals.read")], scopes=FACTS)
    two = infer([need("2", "deals.read"), need("3", "pro.read"), Need(call="4", match=None)], scopes=FACTS)
    whole = union([one, two])
    assert [(item.scope, item.because) for item in whole.required] == [("deals.read", ("1", "2")), ("pro.read", ("3",))]
    assert (whole.unresolved, whole.complete, whole.exact) == (("4",), False, True)


def test_a_search_cut_short_is_not_called_exact() -> None:
    needs = [need(str(at), *pair) for at, pair in enumerate(combinations(("a", "b", "c", "d", "e"), 2))]
    assert infer(needs, scopes=FACTS).exact
    found = infer(needs, scopes=FACTS, budget=1)
    assert not found.exact
    assert all(any(option <= found.names for option in (item.match.scopes or ())) for item in needs if item.match)


# -- properties on random small catalogs ------------------------------------------------------------------------------

NAMES = ("a.read", "b.read", "c.write", "d", "e", "f")
catalogs = st.fixed_dictionaries(
    {
        name: st.builds(
            ScopeFact,
            name=st.just(name),
            access=st.sampled_from(("read", "write", "read_write")),
            broad=st.booleans(),
            base=st.booleans(),
            selectable=st.booleans(),
            tiers=st.sampled_from(((), ("Enterprise",))),
        )
        for name in NAMES
    }
)
rows = st.lists(st.frozensets(st.sampled_from(NAMES), max_size=3), min_size=1, max_size=4).map(tuple)
matches = st.builds(
    EndpointMatch,
    row=st.just("r"),
    credential=st.just("private_app"),
    scopes=rows,
    access=st.sampled_from(("read", "write")),
)
programs = st.lists(matches, max_size=6).map(
    lambda found: [Need(call=f"call{place}", match=match) for place, match in enumerate(found)]
)


def bare(item: Need, facts: dict[str, ScopeFact]) -> list[frozenset[str]]:
    assert item.match is not None
    assert item.match.scopes is not None
    return [frozenset(name for name in option if not facts[name].base) for option in item.match.scopes]


def allowed(item: Need, program: list[Need], facts: dict[str, ScopeFact]) -> list[frozenset[str]]:
    """The alternatives of a call that policy admits, told independently of the code under test."""
    rows = [bare(one, facts) for one in program]
    anyway = frozenset(name for row in rows if len(set(row)) == 1 for name in row[0])
    options, preferred = bare(item, facts), preferred_of(item, facts)
    for row in (preferred, options):
        if any(option <= anyway for option in row):
            return [option for option in row if option <= anyway]
    return preferred


def preferred_of(item: Need, facts: dict[str, ScopeFact]) -> list[frozenset[str]]:
    assert item.match is not None
    options = bare(item, facts)
    options = [option for option in options if all(facts[name].selectable for name in option)] or options
    if item.match.access == "read":
        options = [option for option in options if all(facts[name].access != "write" for name in option)] or options
    options = [option for option in options if not any(facts[name].broad for name in option)] or options
    if item.match.access == "read":
        options = [option for option in options if all(facts[name].access == "read" for name in option)] or options
    return options


def satisfies(names: frozenset[str], program: list[Need], facts: dict[str, ScopeFact]) -> bool:
    return all(any(option <= names for option in allowed(item, program, facts)) for item in program)


def price(names: frozenset[str], facts: dict[str, ScopeFact]) -> tuple[int, int, int, int]:
    chosen = [facts[name] for name in names]
    return (
        sum(not fact.selectable for fact in chosen),
        sum(fact.broad for fact in chosen),
        sum(fact.access != "read" for fact in chosen),
        len(chosen),
    )


@given(programs, catalogs)
@settings(max_examples=150, deadline=None)
def test_the_set_satisfies_every_call_and_no_smaller_one_does(program: list[Need], facts: dict[str, ScopeFact]) -> None:
    found = infer(program, scopes=facts)
    subsets = [frozenset(names) for size in range(len(NAMES) + 1) for names in combinations(NAMES, size)]
    assert satisfies(found.names, program, facts)
    assert price(found.names, facts) == min(price(s, facts) for s in subsets if satisfies(s, program, facts))
    assert found.exact
    assert not any(facts[name].base for name in found.names)


@given(programs, catalogs)
@settings(max_examples=80, deadline=None)
def test_every_scope_is_there_for_a_call_that_accepts_it(program: list[Need], facts: dict[str, ScopeFact]) -> None:
    found = infer(program, scopes=facts)
    calls = {item.call: item for item in program}
    for item in found.required:
        assert item.because
        assert all(
            any(item.scope in option for option in allowed(calls[call], program, facts)) for call in item.because
        )


@given(programs, matches, catalogs)
@settings(max_examples=80, deadline=None)
def test_one_more_call_never_makes_the_set_smaller(
    program: list[Need], match: EndpointMatch, facts: dict[str, ScopeFact]
) -> None:
    more = [*program, Need(call="more", match=match)]
    before, after = infer(program, scopes=facts), infer(more, scopes=facts)
    assert price(after.names, facts) >= price(before.names, facts)


@given(programs, st.randoms(use_true_random=False), catalogs)
@settings(max_examples=80, deadline=None)
def test_the_order_of_calls_rows_and_facts_changes_nothing(
    program: list[Need], chance: random.Random, facts: dict[str, ScopeFact]
) -> None:
    mixed = chance.sample(program, len(program))
    shuffled = dict(chance.sample(list(facts.items()), len(facts)))
    assert infer(mixed, scopes=shuffled) == infer(program, scopes=facts)


@given(programs, catalogs, st.frozensets(st.sampled_from(NAMES)))
@settings(max_examples=80, deadline=None)
def test_what_is_held_and_what_is_added_satisfy_every_call(
    program: list[Need], facts: dict[str, ScopeFact], held: frozenset[str]
) -> None:
    found = infer(program, scopes=facts, held=held)
    names = found.names | held | {name for name in NAMES if facts[name].base}
    assert not found.names & held
    for item in program:
        assert item.match is not None
        assert any(option <= names for option in item.match.scopes or ())


# -- what replacements need -----------------------------------------------------------------------------------------


def gone(call: str, *options: str, access: str = "read", counts: bool = True) -> Need:
    match = EndpointMatch(
        row="r",
        credential="private_app",
        status="sunset",
        scopes=anyof(""),
        access=access,
        replacement="/new",
        replacement_scopes=anyof(*options),
    )
    return Need(call=call, match=match, counts=counts)


def later(*needs: Need) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.scope, item.because) for item in infer(needs, scopes=FACTS).after_replacement]


def test_what_gone_endpoints_need_once_replaced_is_told_apart() -> None:
    needs = gone("1", "items.read"), gone("2", "items.read", "broad"), need("3", "deals.read")
    assert later(*needs) == [("items.read", ("1", "2"))]
    assert required(*needs) == ["deals.read"]


def test_what_is_required_anyway_is_not_asked_for_later() -> None:
    assert later(gone("1", "deals.read"), need("2", "deals.read")) == []


def test_what_is_not_part_of_the_program_needs_nothing_later() -> None:
    assert later(gone("1", "deals.read", counts=False)) == []
    assert later(gone("1", "base")) == []

"""The output of the ``scopes`` command: the same set in every format, harmless and whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml

from migrator.model import report as m
from migrator.model.scope import Comparison
from migrator.model.scope_lists import ScopeList, scope_lists
from migrator.report import markdown, text
from migrator.report import scopes as formats
from migrator.scopes.granted import read_granted
from tests.report_sample import HOSTILE, hostile, sample

REPORT = sample()
WHOLE = m.ScopesItem(
    complete=False,
    required=(
        m.RequiredScope(
            scope="crm.objects.contacts.read", because=("k-contact", "gone"), alternatives=("tickets: broad, more",)
        ),
        m.RequiredScope(scope="e-commerce", because=("k-old",) * 7),
    ),
    optional=(m.RequiredScope(scope="automation", tiers=("Professional", "Enterprise"), because=("k-deal",)),),
    possible=(m.PossibleScope(scope="tickets", because=("k-objects",), question="Which object types can `kind` be?"),),
    unresolved=("k-contact",),
    left_out=("k-deal",),
    exact=False,
)
EMPTY = m.ScopesItem(complete=True, required=(), optional=(), possible=(), unresolved=())


def one(scopes: m.ScopesItem) -> tuple[ScopeList, ...]:
    return (ScopeList(name="", id="", scopes=scopes),)


def written(form: str, scopes: m.ScopesItem, report: m.Report = REPORT) -> str:
    return formats.as_data(form, formats.sets(report, one(scopes)))


COMPARISON = Comparison(
    missing=(m.RequiredScope(scope="crm.objects.contacts.read", because=("k-contact",)),),
    unused=(m.RequiredScope(scope="automation", because=(), tiers=("Professional",)),),
)


def test_text_gives_every_scope_its_reason() -> None:
    text = formats.text(REPORT, one(WHOLE))
    assert text.startswith("2 scopes. The set is INCOMPLETE")
    assert "cut short" in text
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  crm.objects.contacts.read"))
    assert lines[at + 1].strip().startswith("GET /contacts/v1/contact/vid/{vid}/profile  crm/client.py:")
    assert lines[at + 2].strip() == "gone"
    assert lines[at + 3].strip() == "alternative: tickets: broad, more"
    assert "only Professional, Enterprise" in text
    assert text.count("GET /companies/v2/companies/paged") == 1
    assert "Which object types can `kind` be?" in text
    assert "-> tickets" in text
    for title in ("Requests with unknown scopes", "Left out: tests, recordings, comments and unreached code"):
        assert title in text


def test_equal_lists_stand_once_under_all_their_names() -> None:
    held = [ScopeList(name=name, id=name.lower(), scopes=WHOLE) for name in ("A", "B")]
    shown = formats.text(REPORT, (*held, ScopeList(name="C", id="c", scopes=replace(WHOLE, possible=()))))
    assert "\nFor A (--credential a),\nFor B (--credential b):\n2 scopes." in shown
    assert shown.count("The set is") == 2
    assert shown.startswith("3 credentials need scopes.")


def test_needs_that_nobody_documents_are_told_apart_from_unresolved_requests() -> None:
    first, second, *_ = REPORT.calls
    calls = (replace(first, catalog=None, scopes=None), replace(second, catalog="a.row", scopes=None))
    report = replace(REPORT, calls=calls)
    item = replace(EMPTY, complete=False, unresolved=(first.id, second.id))
    shown = formats.text(report, one(item))
    assert (
        shown.index("with unknown scopes")
        < shown.index(first.endpoint or "?")
        < shown.index("HubSpot does not document")
    )
    assert shown.index("HubSpot does not document") < shown.rindex(second.endpoint or "?")
    assert "1 request to endpoints whose scopes HubSpot does not document" in text_of(report, item)
    assert "HubSpot does not document" not in formats.text(report, one(replace(item, unresolved=(first.id,))))


def test_a_request_stands_once_with_its_shortest_chain() -> None:
    call = next(item for item in REPORT.calls if item.via)
    longer = replace(call, id="k-longer", via=(*call.via, m.Place(path=call.path, line=999, column=1)))
    report = replace(REPORT, calls=(longer, call))
    item = replace(EMPTY, required=(m.RequiredScope(scope="a", because=("k-longer", call.id)),))
    (line,) = (line for line in formats.text(report, one(item)).splitlines() if (call.endpoint or "?") in line)
    assert line.endswith(f"{call.path}:{call.line} < {call.via[0].path}:{call.via[0].line} (1 more place)")


def test_each_question_and_gap_stands_once_with_all_that_asks() -> None:
    question = "which of these can `kind` be?"
    asked = [("b", "k-objects"), ("c", "k-deal"), ("a", "k-objects")]
    possible = tuple(m.PossibleScope(scope=name, because=(call,), question=question) for name, call in asked)
    other = m.PossibleScope(scope="aa", because=("k-old",), question="what can `x` be?")
    gap = REPORT.gaps[0]
    more = replace(gap, id="g-more", line=gap.line + 1, reason=f"{gap.reason} (3 places)")
    report = replace(REPORT, gaps=(gap, more))
    item = replace(EMPTY, complete=False, possible=(*possible, other))
    for shown in (formats.text(report, one(item)), text_of(report, item), markdown_of(report, item)):
        assert shown.count("hich of these can") == 1
        assert shown.count("hat can `x` be") == 1
        assert shown.count(gap.reason[1:30]) <= 1
    assert f"({gap.id})" in formats.text(report, one(item))
    assert "(g-more)" in formats.text(report, one(item))


def text_of(report: m.Report, scopes: m.ScopesItem) -> str:
    return text.render([replace(report, scopes=scopes, credentials=())])


def markdown_of(report: m.Report, scopes: m.ScopesItem) -> str:
    return markdown.render([replace(report, scopes=scopes, credentials=())])


def test_a_complete_set_says_so_and_nothing_more() -> None:
    assert formats.text(replace(REPORT, gaps=()), one(EMPTY)) == "0 scopes. The set is complete.\n"


def test_json_is_the_reports_own_form_with_the_calls_it_speaks_of() -> None:
    data = json.loads(written("json", WHOLE))
    assert data["required"][0]["scope"] == "crm.objects.contacts.read"
    assert data["unresolved"] == ["k-contact"]
    assert data["calls"]["k-contact"]["request"] == "GET /contacts/v1/contact/vid/{vid}/profile"
    assert set(data["calls"]) == {"k-contact", "k-old", "k-deal", "k-objects"}


@pytest.mark.parametrize("scopes", [WHOLE, EMPTY, REPORT.scopes])
def test_yaml_says_what_json_says(scopes: m.ScopesItem) -> None:
    assert yaml.safe_load(written("yaml", scopes)) == json.loads(written("json", scopes))


def test_what_is_printed_reads_back_as_granted() -> None:
    granted = {"crm.objects.contacts.read", "e-commerce", "automation"}
    assert read_granted(written("yaml", WHOLE), "x") == granted
    assert read_granted(written("json", WHOLE), "x") == granted
    assert read_granted(written("yaml", EMPTY), "x") == frozenset()


@pytest.mark.parametrize(
    "word", ["yes", "null", "1e5", "0x10", "a: b", "- a", "#x", "é\u2028\x85\U0001f600", "::error::x", ""]
)
def test_yaml_quotes_what_could_be_taken_for_something_else(word: str) -> None:
    scopes = replace(EMPTY, unresolved=(word,))
    (read,) = yaml.safe_load(written("yaml", scopes))["unresolved"]
    assert isinstance(read, str)
    if word.isascii() and word.isprintable() and "::" not in word:
        assert read == word


def test_a_comparison_in_every_format() -> None:
    text = formats.comparison_text(REPORT, COMPARISON)
    assert text.splitlines()[0] == "Missing: 1 scope"
    assert "GET /contacts/v1/contact/vid/{vid}/profile" in text
    assert "Granted but not needed: 1 scope" in text
    data = json.loads(formats.as_data("json", formats.compared(COMPARISON)))
    assert data["missing"] == [{"scope": "crm.objects.contacts.read", "tiers": [], "because": ["k-contact"]}]
    assert yaml.safe_load(formats.as_data("yaml", formats.compared(COMPARISON))) == data


def test_an_exact_grant_is_said_in_a_word() -> None:
    done = replace(REPORT, scopes=replace(REPORT.scopes, complete=True))
    assert "exactly those" in formats.comparison_text(done, Comparison(missing=(), unused=()))
    assert "enough for what is known so far" in formats.comparison_text(REPORT, Comparison(missing=(), unused=()))


def test_hostile_text_stays_harmless() -> None:
    report = hostile()
    for shown in (
        formats.text(report, one(report.scopes)),
        written("yaml", report.scopes, report),
    ):
        assert not any(ord(char) < 32 and char != "\n" for char in shown)
        assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
        assert "##[" not in shown
    assert HOSTILE
    assert yaml.safe_load(written("yaml", report.scopes, report))


def test_the_same_set_prints_the_same() -> None:
    assert formats.text(REPORT, one(WHOLE)) == formats.text(sample(), one(WHOLE))


# -- one list for each credential -----------------------------------------------------------------------------------


def _key(ident: str, name: str, *scopes: str, kind: m.CredentialKind = "api_key") -> m.CredentialItem:
    needed = tuple(m.RequiredScope(scope=scope, because=("k-deal",)) for scope in scopes)
    return m.CredentialItem(
        id=ident,
        kind=kind,
        sources=(m.CredentialSource(how="environment", name=name, path="a.py", line=1),),
        tenancy="single",
        state="todo",
        targets=(),
        scopes=replace(EMPTY, required=needed),
    )


def _two(*keys: m.CredentialItem) -> m.Report:
    union = {item.scope: item for key in keys for item in key.scopes.required}
    calls = tuple(replace(call, credential=("c1",)) for call in REPORT.calls)
    whole = replace(EMPTY, required=tuple(union.values()))
    return replace(REPORT, credentials=keys, calls=calls, scopes=whole, gaps=())


def test_two_accounts_have_two_lists_in_every_format() -> None:
    report = _two(_key("c1", "OLD_KEY", "deals.read"), _key("c2", "NEW_KEY", "deals.write"))
    lists = scope_lists(report)
    assert [(item.name, [one.scope for one in item.scopes.required]) for item in lists] == [
        ("OLD_KEY", ["deals.read"]),
        ("NEW_KEY", ["deals.write"]),
    ]
    shown = formats.text(report, lists)
    assert shown.index("OLD_KEY") < shown.index("deals.read") < shown.index("NEW_KEY") < shown.index("deals.write")
    data = json.loads(formats.as_data("json", formats.sets(report, lists)))
    assert [(item["name"], item["id"]) for item in data["credentials"]] == [("OLD_KEY", "c1"), ("NEW_KEY", "c2")]
    assert yaml.safe_load(formats.as_data("yaml", formats.sets(report, lists))) == data
    for rendered in (text.render([report]), markdown.render([report])):
        assert rendered.index("deals.read") < rendered.index("NEW_KEY") < rendered.index("deals.write")


@pytest.mark.parametrize(
    "other", [_key("c2", "DEV_KEY", "x.read", kind="developer_key"), _key("c2", "SPARE_KEY")], ids=["developer", "idle"]
)
def test_one_credential_that_asks_has_the_list_of_the_program(other: m.CredentialItem) -> None:
    report = _two(_key("c1", "OLD_KEY", "deals.read"), other)
    assert [(item.name, item.scopes) for item in scope_lists(report)] == [("", report.scopes)]


def test_what_no_known_credential_carries_has_a_list_of_its_own() -> None:
    report = _two(_key("c1", "OLD_KEY", "deals.read"), _key("c2", "NEW_KEY", "deals.write"))
    loose = m.RequiredScope(scope="files", because=("k-deal", "k-old"))
    calls = tuple(replace(call, credential=() if call.id == "k-old" else call.credential) for call in report.calls)
    report = replace(report, calls=calls, scopes=replace(report.scopes, required=(*report.scopes.required, loose)))
    *_, last = scope_lists(report)
    assert [(item.scope, item.because) for item in last.scopes.required] == [("files", ("k-old",))]


def test_keys_of_one_name_are_told_apart_by_their_id() -> None:
    report = _two(_key("c1", "KEY", "deals.read"), _key("c2", "KEY", "deals.write"))
    assert [item.name for item in scope_lists(report)] == ["KEY (c1)", "KEY (c2)"]

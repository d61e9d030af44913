"""Every row answers to its own path, and the rules answer as the examples say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from migrator.catalog.catalog import Catalog, load
from migrator.catalog.facts import facts
from migrator.catalog.requirement import parse
from migrator.model.scope import EndpointMatch
from migrator.scopes.extras import told, with_body, with_query
from migrator.scopes.match import match
from migrator.scopes.show import show

CATALOG = load()
EXAMPLES = yaml.safe_load((Path(__file__).parent / "data" / "examples.yaml").read_text(encoding="utf-8"))


def concrete(path: str, kind: str = "p_thing") -> str:
    """Makes a path of a template: a custom object in an object's place, so that no row of a known object fits."""

    def value(hit: re.Match[str]) -> str:
        if hit[1] in CATALOG.objects.parameters:
            return kind
        return "a/b/c" if hit[1].endswith("...") else "4711"

    return re.sub(r"\{([^}]*)\}", value, path)


def ask(method: str | None, path: str, host: str | None = None, /, **holes: tuple[str, ...] | None) -> EndpointMatch:
    return match(CATALOG, method, host, path, holes)


def test_every_row_matches_a_path_made_from_it() -> None:
    rows = [CATALOG.endpoint(number) for number in live(CATALOG)]
    wrong = []
    for row in rows:
        found = match(CATALOG, row.method, row.host or None, concrete(row.path), {})
        if found.row != row.id:
            wrong.append(f"{row.method} {row.path} -> {found.row} {found.problem}")
    assert wrong == []
    assert len(rows) > 5_900


def test_every_row_matches_its_own_template() -> None:
    """Dynamic segments, as the code under analysis has them, lead to the same rows."""
    for number in live(CATALOG):
        row = CATALOG.endpoint(number)
        found = match(CATALOG, row.method, row.host or None, row.path.replace("...", ""), {})
        assert found.row == row.id, row.path


def live(catalog: Catalog) -> list[int]:
    """Returns the rows that no correction stands above."""
    last: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(catalog.rows):
        last[row[0], row[1], re.sub(r"\{[^}]*\}", "{}", row[2])] = number
    return sorted(last.values())


def test_rows_have_ids_of_their_own() -> None:
    ids = [CATALOG.endpoint(number).id for number in live(CATALOG)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: str) -> None:
    said = EXAMPLES[example]
    method, path = example.split()
    host = re.match(r"https://([^/]+)", path)
    holes = {
        name: tuple([values] if isinstance(values, str) else values) for name, values in said.get("holes", {}).items()
    }
    known = (None if method == "ANY" else method, host[1] if host else None, path[host.end() if host else 0 :])
    found = match(CATALOG, *known, holes)
    answers: dict[str, object] = {name: getattr(found, name) for name in ("problem", "credential", "access", "status")}
    answers |= {"row": found.template, "scopes": set(found.scopes or ()), "question": found.question is not None}
    wanted = {"problem": None, **{name: said[name] for name in answers if name in said}}
    if "scopes" in said:
        wanted["scopes"] = set(map(frozenset, parse(said["scopes"]) or ()))
    assert {name: answers[name] for name in wanted} == wanted, said["why"]
    assert found.template != said.get("not")


def test_every_scope_of_every_answer_is_known() -> None:
    known = facts().scopes
    for number in live(CATALOG):
        row = CATALOG.endpoint(number)
        found = match(CATALOG, row.method, row.host or None, row.path, {})
        needs = [found.scopes or (), found.replacement_scopes or (), *(scopes for _, scopes in found.possible)]
        named = {scope for scopes in needs for option in scopes for scope in option}
        assert named <= known.keys(), (row.path, named - known.keys())


def test_an_answer_names_the_file_and_line_of_its_row() -> None:
    found = ask("GET", "/owners/v2/owners")
    file, _, line = found.origin.partition(":")
    assert file == "rules/endpoints/owners.yaml"
    assert int(line) > 1


def test_a_sunset_endpoint_says_what_its_replacement_needs() -> None:
    found = ask("GET", "/contacts/v1/lists")
    assert found.scopes == (frozenset(),)
    assert (found.sunset, found.replacement) == ("2026-04-30", "/crm/lists/2026-09")
    assert found.replacement_scopes == (frozenset({"crm.lists.read"}),)


def test_known_values_of_a_hole_are_all_needed() -> None:
    found = ask("GET", "/crm/v3/objects/{kind}/{id}", kind=("contacts", "deals"), id=None)
    assert found.scopes == (frozenset({"crm.objects.contacts.read", "crm.objects.deals.read"}),)
    assert found.question is None


def test_one_unknown_endpoint_among_known_values_is_told() -> None:
    found = ask("GET", "/{area}/v1/contact/vid/1/profile", area=("contacts", "nowhere"))
    assert found.problem == "unknown_endpoint"
    assert found.scopes == (frozenset({"crm.objects.contacts.read"}),)


def test_a_hole_with_slashes_is_put_in_whole() -> None:
    found = ask("GET", "/{path}", path=("contacts/v1/contact/vid/1/profile", "deals/v1/deal/2"))
    assert found.scopes == (frozenset({"crm.objects.contacts.read", "crm.objects.deals.read"}),)


def test_a_word_that_goes_on_with_something_unknown_can_lead_below_it() -> None:
    found = ask("GET", "/contacts/v1/lists{rest}", rest=None)
    assert found.question == "what can `rest` be?"
    assert {"GET /contacts/v1/lists", "GET /contacts/v1/lists/all/contacts/all"} <= dict(found.possible).keys()
    assert ask("GET", "/contacts/v1/lists").question is None


def test_an_unknown_object_lists_what_each_would_need() -> None:
    found = ask("POST", "/crm/v3/objects/{kind}/search", kind=None)
    assert found.question == "Which object types can `{kind}` be?"
    assert found.scopes is None
    possible = dict(found.possible)
    assert possible["deals"] == (frozenset({"crm.objects.deals.read"}),)
    assert possible["custom"] == (frozenset({"crm.objects.custom.read"}),)
    assert len(possible) == len(CATALOG.objects.kinds)


def test_a_partly_known_path_counts_as_all_it_can_be() -> None:
    found = ask("GET", "/{api}/v1/{app}/settings", api=None, app=None)
    assert "developer_key" in found.credentials
    assert ask("GET", "/crm/v3/objects/contacts").credentials == frozenset({"private_app"})
    assert ask(None, "/webhooks/v3/{app}/subscriptions/{id}").credentials == frozenset({"developer_key"})


def test_nothing_is_known_of_a_request_without_a_path() -> None:
    found = match(CATALOG, "GET", None, None, {})
    assert found.row is None
    assert found.scopes is None
    assert {"developer_key", "private_app"} <= found.credentials


def test_a_wrong_method_names_the_right_ones() -> None:
    found = ask("POST", "/crm/v3/objects/contacts/12")
    assert found.problem == "wrong_method"
    assert found.nearest == tuple(
        f"{verb} /crm/v3/objects/contacts/{{contactId}}" for verb in ("DELETE", "GET", "PATCH")
    )


def test_an_unknown_path_names_the_nearest() -> None:
    found = ask("GET", "/crm/v3/objects/contacs/search/x/y")
    assert found.problem == "unknown_endpoint"
    assert "POST /crm/v3/objects/contacts/search" in found.nearest


@pytest.mark.parametrize(
    ("path", "credentials"),
    [
        ("/properties/v1/contacts/named/color", {"private_app"}),  # every known endpoint there takes an account's
        ("/properties/v9/{what}/never/seen", {"private_app"}),
        ("/crm/v3/objects/contacts/a/b/c/d", {"private_app"}),
        ("/hubs/v1/settings", set()),  # nothing is known of it
        ("/webhooks/v9/new/thing", {"developer_key", "oauth_only"}),
        ("/crm/v4/never/seen", {"developer_key", "private_app", "none", "oauth_only"}),
    ],
)
def test_an_unknown_path_may_take_what_the_endpoints_around_it_do(path: str, credentials: set[str]) -> None:
    assert ask("DELETE", path).credentials == credentials | {"unknown"}


def test_a_version_that_is_not_known_is_taken_for_the_one_before_and_said() -> None:
    found = ask("GET", "/crm/objects/2099-03/contacts/1")
    assert found.scopes == (frozenset({"crm.objects.contacts.read"}),)
    assert found.confidence == "low"
    assert "2099-03 is not in the rules" in found.note


def test_the_same_request_on_any_api_host() -> None:
    hosts = (None, "api.hubapi.com", "api-eu1.hubapi.com", "api.hubspot.com")
    assert len({ask("GET", "/crm/v3/objects/deals/1", host).row for host in hosts}) == 1


def test_a_user_rule_wins_and_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "endpoints").mkdir()
    (tmp_path / "endpoints" / "mine.yaml").write_text(
        """
- paths: {'/crm/{version}/objects': v3}
  source: https://example.com/agreed
  endpoints:
    GET /deals/{id}: crm.objects.custom.read
- paths: {'/house/{version}/things': v1}
  source: https://example.com/house
  endpoints:
    GET /{objectType}: 'crm.objects.{objectType}.read'
"""
    )
    mine = load([tmp_path])
    found = match(mine, "GET", None, "/crm/v3/objects/deals/12", {})
    assert found.scopes == (frozenset({"crm.objects.custom.read"}),)
    assert found.origin == f"{tmp_path.as_posix()}/endpoints/mine.yaml:5"
    assert found.source == "Agreed, https://example.com/agreed"
    assert match(mine, "GET", None, "/house/v1/things/deals", {}).scopes == (frozenset({"crm.objects.deals.read"}),)
    assert match(mine, "GET", None, "/crm/v3/objects/contacts/1", {}) == ask("GET", "/crm/v3/objects/contacts/1")
    assert match(CATALOG, "GET", None, "/house/v1/things/deals", {}).problem == "unknown_endpoint"


def test_associated_records_that_a_query_reads_along_take_their_scope() -> None:
    plain = ask("GET", "/crm/v3/objects/contacts/1")
    found = with_query(CATALOG, plain, {"associations": ("deals,0-5",), "limit": ("1",)})
    assert found.scopes == (frozenset({"crm.objects.contacts.read", "crm.objects.deals.read", "tickets"}),)
    assert found.confidence == "medium"
    assert with_query(CATALOG, plain, {"limit": ("deals",)}) == plain
    unknown = with_query(CATALOG, plain, {"associations": None})
    assert (unknown.scopes, unknown.confidence) == (plain.scopes, plain.confidence)
    assert "not known" in unknown.note


@pytest.mark.parametrize("path", ["/contacts/{v}/lists/all/contacts/all", "/{area}/v1/lists/all/contacts/all"])
def test_a_more_specific_row_keeps_its_requests_where_a_part_is_not_known(path: str) -> None:
    assert ask("GET", path).template == "GET /contacts/v1/lists/all/contacts/all"
    other = ask("GET", path.replace("lists/all", "lists/{list}"))
    assert {label.partition(":")[0] for label, _ in other.possible} >= {
        "GET /contacts/v1/lists/all/contacts/all",
        "GET /contacts/v1/lists/{listId}/contacts/all",
    }


def test_the_number_in_a_body_tells_what_an_association_leads_from_and_to() -> None:
    asked = ("PUT", None, "/crm-associations/v1/associations", {})
    assert told(CATALOG, {"definitionId": None, "other": ("1",)}) == {}
    assert told(CATALOG, {"definitionId": ("9999",)}) == {}
    assert match(CATALOG, *asked).question
    found = match(CATALOG, *asked, told(CATALOG, {"definitionId": ("5",)}))
    assert found.question is None
    assert found.scopes == (frozenset({"crm.objects.deals.write", "crm.objects.companies.write"}),)


def test_every_association_number_names_known_objects_and_has_its_row() -> None:
    numbers = CATALOG.objects.definitions.numbers
    assert {word for words in numbers.values() for word in words} <= set(CATALOG.spellings)
    for number, (start, _) in numbers.items():
        found = ask("GET", f"/crm-associations/v1/associations/5/HUBSPOT_DEFINED/{number}")
        assert found.scopes == ask("GET", f"/crm/v4/objects/{start}/1/associations/deals").scopes, number


def test_a_body_that_associates_the_record_is_noted_and_changes_nothing_else() -> None:
    plain = ask("POST", "/crm/v3/objects/deals")
    found = with_body(CATALOG, plain, {"properties": None, "associations": None})
    assert found == replace(plain, note=found.note)
    assert "may need the write scope of the other objects" in found.note
    assert with_body(CATALOG, plain, {"properties": None}) == plain
    search = ask("POST", "/crm/v3/objects/deals/search")
    assert with_body(CATALOG, search, {"associations": None}) == search


@pytest.mark.parametrize(
    ("method", "url", "lines"),
    [
        ("get", "https://api.hubapi.com/owners/v2/owners?hapikey=x", ["  status: sunset, sunset 2025-03-24"]),
        ("PUT", "/webhooks/v3/1/settings", ["  credential: a developer API key, which no access token replaces"]),
        ("PUT", "/crm/v3/objects/contacts/search", ["  nearest: POST /crm/v3/objects/contacts/search"]),
        (
            "POST",
            "/crm/v3/objects/{kind}/search",
            ["  question: Which object types can `{kind}` be?", "    and 24 more"],
        ),
        (None, "/nowhere/at/all", ["any method /nowhere/at/all", "  is no endpoint that the rules know"]),
    ],
)
def test_what_a_request_matches_is_shown(method: str | None, url: str, lines: list[str]) -> None:
    told = show(CATALOG, facts(), method, url).splitlines()
    assert set(lines) <= set(told)
    assert "hapikey" not in "".join(told)


@pytest.mark.parametrize(
    "path", ["", "/", "//", "/{}", "/{a}/{b}", "/{~}", "/{*}", "/{o}/x", "/crm/~/x", "/%7B/x", "no/slash"]
)
def test_odd_paths_are_answered(path: str) -> None:
    for method in ("GET", "BREW", None):
        found = ask(method, path)
        assert found.problem in (None, "unknown_endpoint", "wrong_method")

"""Dated releases: where a replacement points, and that none points to what ends as soon."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrator.catalog.catalog import load
from migrator.catalog.releases import Carried, Releases, dated, read_releases
from migrator.catalog.rows import VERSION, Row
from migrator.catalog.store import Folder
from migrator.errors import RulesError
from migrator.scopes.match import match

CATALOG = load()
RELEASES = Releases(
    until={"2030-03": "2031-09", "2030-09": "2032-03"}, moved={("crm", "old", "things"): ("crm", "things")}
)
BLANK = Row(
    method="GET",
    host="",
    path="",
    version="",
    spec="",
    auth="private_app",
    scopes="none",
    status="current",
    sunset="",
    unsupported="",
    replacement="",
    access="read",
    sure="high",
    source="x",
    commit="",
    note="",
    file="x.yaml",
    line=1,
)


def row(path: str, **said: str) -> Row:
    version = next(part for part in path.split("/") if VERSION.match(part))
    return replace(BLANK, path=path, version=version, **said)


def legacy(path: str, **said: str) -> Row:
    return row(path, status="legacy", unsupported="2031-09", **said)


def replaced(first: Row, *others: Row) -> str:
    return dated([first, *others], RELEASES, ["objectType"])[0].replacement


def test_a_replacement_is_shown_in_the_newest_general_release() -> None:
    others = row("/a/2030-03/b/{id}"), row("/a/2030-09/b/{bId}"), row("/a/2031-03-beta/b/{id}"), legacy("/a/v3/b/{id}")
    assert replaced(legacy("/x/v1/b", replacement="/a/v3/b/{contactId}"), *others) == "/a/2030-09/b/{contactId}"


def test_an_endpoint_replaces_itself_when_nothing_is_said() -> None:
    assert replaced(legacy("/a/v3/b"), row("/a/2030-09/b")) == "/a/2030-09/b"
    assert replaced(row("/a/2030-03/b"), row("/a/2030-09/b")) == "/a/2030-09/b"
    assert replaced(row("/a/2030-09/b"), row("/a/2030-03/b")) == ""


def test_a_value_in_a_replacement_fits_a_parameter() -> None:
    others = row("/crm/pipelines/2030-09/{objectType}"), row("/crm/pipelines/2030-03/{objectType}")
    assert (
        replaced(legacy("/deals/v1/p", replacement="/crm/v3/pipelines/deals"), *others)
        == "/crm/pipelines/2030-09/deals"
    )


def test_a_parameter_of_another_kind_is_no_place_for_a_value() -> None:
    assert replaced(legacy("/a/v1/x", replacement="/a/v3/b/cursor"), row("/a/2030-09/b/{id}")) == ""


def test_what_dated_releases_name_otherwise_is_found() -> None:
    assert replaced(legacy("/crm/old/v3/things/{id}"), row("/crm/things/2030-09/{id}")) == "/crm/things/2030-09/{id}"


def test_nothing_replaces_what_outlives_it() -> None:
    assert replaced(row("/a/v3/b", status="legacy", unsupported="2040-01"), row("/a/2030-09/b")) == ""
    assert replaced(legacy("/x/v1/b", replacement="/a/v3/b"), legacy("/a/v3/b")) == ""


def test_what_is_gone_is_replaced_by_whatever_works() -> None:
    assert replaced(row("/a/v1/b", status="sunset", sunset="2020-01"), row("/a/2030-03/b")) == "/a/2030-03/b"


def test_where_no_release_has_it_the_coming_beta_does() -> None:
    others = row("/a/2030-09-beta/b"), row("/a/2032-03-beta/b")
    assert replaced(legacy("/a/v3/b"), *others) == "/a/2032-03-beta/b"
    assert replaced(others[1], row("/a/2030-09/b")) == ""


def test_the_beta_of_a_release_that_is_out_is_past() -> None:
    (past,) = dated([row("/a/2030-09-beta/b")], RELEASES, [])
    assert (past.status, past.unsupported) == ("legacy", "2030-09")


def test_a_release_has_an_end() -> None:
    assert [one.unsupported for one in dated([row("/a/2030-03/b"), row("/a/2031-03/b")], RELEASES, [])] == [
        "2031-09",
        "",
    ]


def test_a_release_carries_on_what_it_is_known_to_have() -> None:
    releases = replace(RELEASES, carried=(Carried("2030-09", "2030-03", "newer", "low", (("a",),), (("a", "left"),)),))
    rows = [
        legacy("/a/v3/b", scopes="tickets"),
        row("/a/2030-03/b", scopes="tickets", source="old"),
        row("/a/2030-03/left/{id}"),
        row("/b/2030-03/c"),
    ]
    found = {one.path: one for one in dated(rows, releases, [])}
    assert set(found) == {"/a/v3/b", "/a/2030-03/b", "/a/2030-09/b", "/a/2030-03/left/{id}", "/b/2030-03/c"}
    new = found["/a/2030-09/b"]
    assert (new.version, new.scopes, new.source, new.sure, new.unsupported) == (
        "2030-09",
        "tickets",
        "newer",
        "low",
        "2032-03",
    )
    assert found["/a/v3/b"].replacement == "/a/2030-09/b"
    assert found["/a/2030-03/left/{id}"].replacement == ""


def test_a_row_of_its_own_is_not_overruled_by_what_is_carried_on() -> None:
    releases = replace(RELEASES, carried=(Carried("2030-09", "2030-03", "newer", "low", (("a",),), ()),))
    rows = [row("/a/2030-03/b", scopes="tickets"), row("/a/2030-09/b", scopes="forms")]
    assert [one.scopes for one in dated(rows, releases, [])] == ["tickets", "forms"]


# -- the shipped rules ----------------------------------------------------------------------------------------------


def test_no_shipped_replacement_is_legacy_gone_or_ends_before_what_it_replaces() -> None:
    wrong = []
    for number in range(len(CATALOG.rows)):
        endpoint = CATALOG.endpoint(number)
        for path in filter(None, endpoint.replacement.split(" ; ")):
            found = [match(CATALOG, method, None, path, {}) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")]
            known = [one for one in found if one.problem is None]
            ends = endpoint.unsupported if endpoint.status != "sunset" else ""
            if not known or any(
                one.status in ("legacy", "sunset") or (one.unsupported_from or "9999") < ends for one in known
            ):
                wrong.append(f"{endpoint.method} {endpoint.path} -> {path}")
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path", "replacement"),
    [
        ("POST", "/contacts/v1/contact/vid/{vid}/profile", "/crm/objects/2026-09/contacts/{contactId}"),
        ("GET", "/crm/v3/objects/deals", "/crm/objects/2026-09/deals"),
        ("GET", "/properties/v1/companies/properties", "/crm/properties/2026-09/companies"),
        (
            "GET",
            "/crm/v4/objects/tickets/{id}/associations/deals",
            "/crm/objects/2026-09/tickets/{objectId}/associations/{toObjectType}",
        ),
        ("GET", "/forms/v2/forms", "/marketing/forms/2027-03-beta"),
        ("GET", "/cms/v3/hubdb/tables/{tableIdOrName}/rows", "/cms/hubdb/2026-09/tables/{tableIdOrName}/rows"),
        ("POST", "/files/v3/files", "/files/2026-09/files"),
        ("POST", "/events/v3/send", "/events/2026-09/send"),
        ("GET", "/webhooks/v3/{appId}/subscriptions", "/webhooks/2026-03/{appId}/subscriptions"),
    ],
)
def test_where_shipped_replacements_point(method: str, path: str, replacement: str) -> None:
    assert match(CATALOG, method, None, path, {}).replacement == replacement


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: []\nsure: high\nreleases: {2030-03: {general: 2030-03}}", "missing key 'until'"),
        ("sources: []\nsure: high\nreleases: {march: {general: 2030-03, until: 2031-09}}", "'march' is not a month"),
    ],
)
def test_a_wrong_file_of_releases_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "releases.yaml").write_text(text)
    with pytest.raises(RulesError, match=message):
        read_releases(Folder(tmp_path, "", shipped=False))

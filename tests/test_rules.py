"""The rule files: what they hold, how they are checked, and that tables and rules say the same."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.catalog.check import check
from migrator.catalog.index import context, read_rows
from migrator.catalog.objects import by_spelling
from migrator.catalog.reading import parse, read
from migrator.catalog.releases import read_releases
from migrator.catalog.rows import Reader, Row
from migrator.catalog.store import folders, shipped
from migrator.errors import RulesError
from tools import table
from tools.emit import emit
from tools.factor import factor

OBJECTS, SOURCES = context(shipped())
ROWS = read_rows(shipped(), OBJECTS, SOURCES)


def content(row: Row) -> Row:
    return replace(row, file="", line=0)


def expand(text: str, name: str = "mine.yaml") -> list[Row]:
    return list(Reader(OBJECTS, SOURCES).rows(parse(text, name)))


def test_the_shipped_rules_are_right() -> None:
    checked = check()
    assert checked.problems == ()
    assert checked.rows > 6_400
    assert "rules/corrections.yaml" in checked.files


def test_no_two_spellings_name_different_objects() -> None:
    for kind in OBJECTS.kinds.values():
        assert all(by_spelling(OBJECTS.kinds.values())[word].name == kind.name for word in kind.spellings())


def test_every_row_has_a_source_that_is_kept() -> None:
    assert all(row.source in SOURCES.citations or "://" in row.source for row in ROWS)
    releases = read_releases(shipped())
    used = {row.source for row in ROWS} | {carried.source for carried in releases.carried}
    assert used == SOURCES.citations.keys()


def test_every_named_requirement_and_note_is_used() -> None:
    assert {f"${name}" for name in SOURCES.requirements} <= {row.scopes for row in ROWS}
    assert SOURCES.notes.keys() <= {part for row in ROWS for part in row.note.split("; ")}


@pytest.mark.parametrize("seed", range(4))
def test_factoring_rows_loses_nothing(seed: int) -> None:
    """What is emitted for any rows expands to those rows again."""
    by_path = {(row.method, row.host, row.path): row for row in ROWS if not row.file.endswith("corrections.yaml")}
    chosen = [content(row) for row in by_path.values()]
    if seed:
        chosen = random.Random(seed).sample(chosen, 500)  # noqa: S311 - a sample for a test
    files = emit(factor(chosen, OBJECTS, SOURCES))
    again = [content(row) for name, text in files.items() for row in expand(text, name)]
    assert sorted(again, key=repr) == sorted(chosen, key=repr)


def test_shipped_endpoint_files_are_as_the_table_tool_writes_them() -> None:
    """A file edited by hand still has to read well, so it is laid out as the tool would."""
    folder = shipped()
    tabled = [row for row in ROWS if not row.file.endswith("corrections.yaml")]
    for name, text in table.laid_out(tabled, OBJECTS, SOURCES, table.days(folder)).items():
        assert (folder.path / "endpoints" / name).read_text(encoding="utf-8") == text, name


def test_every_area_says_when_it_was_last_compared() -> None:
    found = table.days(shipped())
    assert found.keys() == {path.name for path in shipped().files(("endpoints/*.yaml",))}
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", day) for day in found.values())


# -- what a group says --------------------------------------------------------------

GROUP = """
- paths:
    /a/{version}/things: v1
    /things/{version}: 2025-09 2026-03
  source: https://example.com/things
  scopes: tickets
  versions:
    v1: {status: legacy, unsupported: 2027-09, replacement: '@2026-03'}
  endpoints:
    GET POST: {}
    GET /{id}: crm.objects.contacts.read
    POST /search: {access: read, only: 2026-03, except: {2026-03: {sure: low}}}
"""


def test_a_group_expands_to_methods_and_versions() -> None:
    rows = {(row.method, row.path): row for row in expand(GROUP)}
    assert len(rows) == 3 * 3 + 1
    assert rows["GET", "/a/v1/things/{id}"].scopes == "crm.objects.contacts.read"
    assert rows["GET", "/a/v1/things/{id}"].replacement == "/things/2026-03/{id}"
    assert rows["GET", "/a/v1/things"].access == "read"
    assert rows["POST", "/things/2025-09"].access == "write"
    assert rows["POST", "/things/2026-03/search"].sure == "low"
    assert rows["POST", "/things/2026-03/search"].access == "read"
    assert rows["POST", "/a/v1/things"].line == 10


def test_types_make_a_row_for_each_object() -> None:
    rows = expand(
        """
- paths: {'/crm/{version}/objects': v3}
  types: deals 0-2 emails
  source: https://example.com
  endpoints:
    GET /<type>/{<type>Id}: <type>.read
    POST /<type>: {scopes: <type>.write, types: deals}
"""
    )
    assert {(row.method, row.path): row.scopes for row in rows} == {
        ("GET", "/crm/v3/objects/deals/{dealId}"): "crm.objects.deals.read",
        ("GET", "/crm/v3/objects/0-2/{companyId}"): "crm.objects.companies.read",
        ("GET", "/crm/v3/objects/emails/{emailId}"): "crm.objects.contacts.read + sales-email-read",
        ("POST", "/crm/v3/objects/deals"): "crm.objects.deals.write",
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("source:", "sources:", 5, "unknown key 'sources'. Did you mean 'source'?"),
        ("access: read", "access: reed", 12, "unknown value 'reed'. Did you mean 'read'?"),
        ("GET POST:", "GET POOST:", 10, "'GET POOST' is not a method and path"),
        ("GET /{id}", "GET {id}", 11, "'GET {id}' is not a method and path"),
        ("only: 2026-03", "only: 2026-09", 12, "'2026-09' is not one of this group's"),
        ("2027-09", "soon", 8, "'soon' is not a date"),
        ("scopes: tickets", "scopes: tickets,", 6, "'tickets,' is not a list of scopes"),
        ("scopes: tickets", "scopes: $nothing", 6, "no requirement is named 'nothing'"),
        ("https://example.com/things", "heads", 5, "unknown value 'heads'. Did you mean 'head'?"),
        ("source: https://example.com/things", "auth: none", 10, "this endpoint has no source"),
        ("/things/{version}: 2025-09", "/things/{version}: v1", 4, "version 'v1' has two paths"),
        ("/a/{version}/things", "/a/things", 3, "the path has no segment 'v1'"),
        ("'@2026-03'", "'@2027-03'", 10, "the replacement names version '2027-03'"),
    ],
)
def test_a_wrong_group_is_refused_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GROUP
    with pytest.raises(RulesError) as error:
        expand(GROUP.replace(old, new, 1))
    assert str(error.value).startswith(f"mine.yaml:{line}: {message}")


# -- checking a user's files --------------------------------------------------------------


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        target = path / name.replace("__", "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_suffix(".yaml").write_text(text)
    return path


def test_a_right_folder_has_no_problem(tmp_path: Path) -> None:
    checked = check([folder(tmp_path, endpoints__mine=GROUP)])
    assert (checked.rows, checked.problems) == (10, ())
    assert checked.text() == "1 rule file, 10 endpoints: nothing wrong"


def test_every_group_and_file_is_checked(tmp_path: Path) -> None:
    broken = GROUP.replace("access: read", "access: reed") + GROUP.replace("scopes: tickets", "scopes: ticket")
    checked = check([folder(tmp_path, endpoints__mine=broken, scopes="scopes: [a]", stray=GROUP)])
    assert [problem.what for problem in checked.problems] == [
        "unknown value 'reed'",
        "unknown scope 'ticket'",
        "expected a mapping, found a sequence",
        "nothing reads a rule file of this name",
    ]
    assert checked.problems[1].advice == "Did you mean 'tickets'?"
    assert checked.text().endswith("3 rule files, 10 endpoints: 4 problems")


def test_a_client_in_a_folder_of_ones_own_is_refused_where_it_is_checked_and_where_it_would_be_used(
    tmp_path: Path,
) -> None:
    file = tmp_path / "clients" / "python" / "mine.yaml"
    file.parent.mkdir(parents=True)
    file.write_text((shipped().path / "clients" / "python" / "requests.yaml").read_text(encoding="utf-8"))
    told = "HTTP clients are read from the shipped rules alone"
    assert [problem.what for problem in check([tmp_path]).problems] == [told]
    with pytest.raises(RulesError, match=told):
        folders([tmp_path])


def test_two_rows_for_one_request_are_told(tmp_path: Path) -> None:
    twice = GROUP + GROUP.replace("{id}", "{thing}")
    problems = check([folder(tmp_path, endpoints__mine=twice)]).problems
    assert len(problems) == 10
    assert problems[0].what == "GET /a/v1/things is claimed twice"
    assert problems[0].where.endswith("mine.yaml:22")
    assert problems[0].advice.endswith("mine.yaml:10.")


def test_one_file_can_be_checked(tmp_path: Path) -> None:
    folder(tmp_path, endpoints__mine=GROUP, endpoints__other="- paths: []")
    assert check([tmp_path / "endpoints" / "mine.yaml"]).problems == ()
    assert len(check([tmp_path / "endpoints" / "other.yaml"]).problems) == 1
    assert check([shipped().path / "endpoints" / "owners.yaml"]).rows == 8


def test_a_file_is_not_blamed_for_another(tmp_path: Path) -> None:
    folder(tmp_path, scopes="scopes: {x: {access: reed, sources: [a], sure: low}}", targets="", finding="a: 1")
    told = {name: check([tmp_path / f"{name}.yaml"]).problems[0].what for name in ("scopes", "targets", "finding")}
    assert told == {
        "scopes": "unknown value 'reed'",
        "targets": "the rule file is empty",
        "finding": "nothing reads a rule file of this name",
    }


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="no such rule file"):
        check([tmp_path / "none.yaml"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n  b: c: d", "mine.yaml:2: not valid YAML"),
        ("", "mine.yaml: the rule file is empty"),
        ("a: 1\na: 2", "mine.yaml:2: key 'a' is repeated. It stands on line 1 too."),
    ],
)
def test_what_is_no_rule_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(RulesError) as error:
        list(read(path, "mine.yaml").pairs())
    assert str(error.value).startswith(message)


# -- tables --------------------------------------------------------------

HEAD = (
    "method,path_template,auth,scopes,source,source_ref,status,sunset_date,replacement,access,confidence,note\n"
    "GET,/crm/v3/objects/deals/{dealId},private_app,crm.objects.deals.read,spec,CRM/Deals v3 @9989379138; "
    "private_apps in HEAD,legacy,unsupported:2027-09,,read,high,\n"
    "PUT,/crm/v3/lists/{listId}/memberships/add,private_app,crm.lists.read+crm.lists.write,spec,"
    "CRM/Lists v3 @9989379138; private_apps in HEAD,current,,,write,medium,beta version\n"
    "GET,https://track.hubspot.com/v1/event,none,,doc,https://developers.hubspot.com/docs/api/scopes,sunset,2018-08-01,"
    "/x,read,low,odd\n"
)


def test_a_table_becomes_rules_that_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(HEAD)
    assert table.main(["build", str(path), str(tmp_path)]) == 0
    rows = [row for file in (tmp_path / "endpoints").glob("*.yaml") for row in expand(file.read_text(), file.name)]
    assert table.differences(table.read_table(path, SOURCES), rows, SOURCES) == []
    assert {row.path: (row.scopes, row.unsupported, row.sunset) for row in rows} == {
        "/crm/v3/objects/deals/{dealId}": ("crm.objects.deals.read", "2027-09", ""),
        "/crm/v3/lists/{listId}/memberships/add": ("crm.lists.read + crm.lists.write", "", ""),
        "/v1/event": ("none", "", "2018-08-01"),
    }


def test_a_difference_between_table_and_rules_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text(HEAD.replace("crm.objects.deals.read", "crm.objects.deals.write"))
    assert table.main(["check", str(path)]) == 1
    told = capsys.readouterr().out
    assert (
        "GET /crm/v3/objects/deals/{dealId}: scopes is 'crm.objects.deals.read', table: 'crm.objects.deals.write'"
        in told
    )
    assert "0 of 3 rows agree" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "not a table of endpoints"),
        (HEAD.replace("private_apps in HEAD", "a friend said so"), "no source has the words 'a friend said so'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert table.main(["check", str(path)]) == 2
    assert message in capsys.readouterr().err
    assert table.main([]) == 2

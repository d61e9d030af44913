"""The credentials of today and the project files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrator.catalog.checklist import guide
from migrator.catalog.facts import facts
from migrator.catalog.project import compile_project, project_files, project_template, uid
from migrator.catalog.store import Folder, shipped
from migrator.errors import RulesError
from migrator.model.report import Target
from migrator.model.scope import EndpointMatch, Need
from migrator.scopes.targets import targets

FACTS = facts()
TEMPLATE = project_template()


def need(call: str, credential: str, *, counts: bool = True) -> Need:
    match = EndpointMatch(row=f"row.{call}", template=f"GET /{call}", credential=credential)
    return Need(call=call, match=match, counts=counts)


def verdicts(*needs: Need, tenancy: str = "single") -> dict[str, Target]:
    return {item.credential: item for item in targets(needs, tenancy=tenancy, facts=FACTS)}


def usable(*needs: Need, tenancy: str = "single") -> list[str]:
    return [name for name, target in verdicts(*needs, tenancy=tenancy).items() if target.usable]


ALL = ["service_key", "project_app", "legacy_private_app", "oauth_app"]


def test_account_endpoints_are_served_by_every_credential_and_the_service_key_is_first() -> None:
    assert usable(need("1", "private_app"), need("2", "none")) == ALL
    assert usable() == ALL


def test_one_program_for_many_accounts_needs_an_oauth_app() -> None:
    assert usable(need("1", "private_app"), tenancy="multi") == ["oauth_app"]
    assert "holds a key for each" in verdicts(need("1", "private_app"), tenancy="multi")["service_key"].because


def test_unknown_tenancy_is_said() -> None:
    assert usable(need("1", "private_app"), tenancy="unknown") == ALL
    assert "one account or several" in verdicts(need("1", "private_app"), tenancy="unknown")["service_key"].because


def test_endpoints_for_oauth_apps_alone_block_every_other_credential() -> None:
    found = verdicts(need("1", "private_app"), need("journal", "oauth_only"))
    assert [name for name, target in found.items() if target.usable] == ["oauth_app"]
    assert found["service_key"].blocked_by == ("journal",)
    assert "GET /journal" in found["service_key"].because
    assert found["oauth_app"].blocked_by == ()


def test_developer_key_endpoints_keep_their_key_beside_the_new_credential() -> None:
    found = verdicts(need("1", "private_app"), need("webhooks", "developer_key"))
    assert [name for name, target in found.items() if target.usable] == ALL
    assert {target.blocked_by for target in found.values()} == {("webhooks",)}
    assert "not verified" in found["service_key"].because


def test_a_family_of_closed_endpoints_says_what_does_its_work() -> None:
    match = EndpointMatch(row="r", template="POST /webhooks/v3/{appId}/subscriptions", credential="developer_key")
    found = verdicts(Need(call="1", match=match), need("2", "private_app"))["service_key"]
    assert len(found.instead) == 1
    assert "webhooks component" in found.instead[0]
    assert any("configure-webhooks" in source for source in found.sources)


def test_nothing_replaces_a_key_that_only_calls_developer_key_endpoints() -> None:
    assert usable(need("1", "developer_key"), need("2", "developer_key")) == []


def test_only_a_few_endpoints_are_named() -> None:
    found = verdicts(need("a", "private_app"), *(need(f"e{number}", "developer_key") for number in range(9)))
    assert "GET /e0, GET /e1, GET /e2 and 6 more" in found["service_key"].because


def test_calls_that_are_not_understood_make_it_unsure() -> None:
    found = verdicts(need("1", "private_app"), Need(call="2", match=None), need("3", "mixed"))["service_key"]
    assert found.usable
    assert found.sure == "low"
    assert "2 of 3 requests call unknown endpoints" in found.because


def test_calls_outside_the_program_block_nothing() -> None:
    assert usable(need("1", "private_app"), need("2", "oauth_only", counts=False)) == ALL


def test_what_is_over_is_said_with_its_date() -> None:
    because = verdicts(need("1", "private_app"))["legacy_private_app"].because
    assert "26 October 2026" in because
    assert "28 September 2026" in because


def test_every_credential_has_a_route_in_the_checklist() -> None:
    assert [kind.id for kind in FACTS.targets] == [route.credential for route in guide().routes]


# -- project files --------------------------------------------------------------------------------------------------


def test_project_files_ask_for_the_set() -> None:
    files = project_files(["b.read", "a.read"], TEMPLATE, name='Billing "sync" $required')
    assert sorted(files) == ["hsproject.json", "src/app/app-hsmeta.json"]
    app = json.loads(files["src/app/app-hsmeta.json"])
    assert app["type"] == "app"
    assert app["uid"] == "billing-sync-required"
    assert app["config"]["name"] == 'Billing "sync" $required'
    assert app["config"]["distribution"] == "private"
    assert app["config"]["auth"] == {
        "type": "static",
        "requiredScopes": ["oauth", "a.read", "b.read"],
        "optionalScopes": [],
        "conditionallyRequiredScopes": [],
    }
    assert json.loads(files["hsproject.json"])["srcDir"] == "src"


def test_the_base_scope_is_there_once_and_first() -> None:
    files = project_files(["oauth"], TEMPLATE, name="x")
    assert json.loads(files["src/app/app-hsmeta.json"])["config"]["auth"]["requiredScopes"] == ["oauth"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("My App!", "my-app"), ("..", "app"), ("é", "app"), ("a" * 100, "a" * 64), ("x_y.z", "x_y.z")],
)
def test_uids(name: str, expected: str) -> None:
    assert uid(name) == expected


# -- the rule file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("first: oauth", "frist: oauth", "unknown key 'frist'. Did you mean 'first'?"),
        ('{"name": "$uid"', '{"name" "$uid"', "not valid JSON"),
        ("sure: medium", "sure: very", "unknown value 'very'"),
        ("sure: medium\n", "", "missing key 'sure'"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (shipped().path / "project.yaml").read_text()
    assert old in text
    (tmp_path / "project.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(RulesError, match=r"^mine/project.yaml:\d+: ") as error:
        compile_project(Folder(tmp_path, "mine", False))
    assert message in str(error.value)


def test_a_user_may_bring_other_project_files(tmp_path: Path) -> None:
    text = (shipped().path / "project.yaml").read_text().replace("2026.09", "2027.03")
    (tmp_path / "project.yaml").write_text(text)
    assert project_template([tmp_path]).files["hsproject.json"]["platformVersion"] == "2027.03"

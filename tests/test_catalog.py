"""Loading: compiled once, never wrong, and nothing where nothing is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from migrator.catalog import requirement, store
from migrator.catalog.catalog import load
from migrator.catalog.facts import facts, scope_facts
from migrator.catalog.languages import language_of
from migrator.catalog.store import Folder, rules_version, shipped
from migrator.catalog.vocabulary import vocabulary
from migrator.errors import RulesError
from migrator.explaining import explain_scope

FACTS = facts()


def build_one(folder: Folder) -> dict[str, object]:
    return {"text": (folder.path / "a.yaml").read_text()}


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(store, "COMPILED", tmp_path / "compiled")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("one")
    return Folder(tmp_path / "rules", "rules", True)


def fail(folder: Folder) -> dict[str, object]:
    pytest.fail("compiled again")


def test_rules_are_compiled_once(rules: Folder) -> None:
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "one"}
    assert store.compiled("x", rules, ("*.yaml",), fail) == {"text": "one"}


def test_changed_rules_are_compiled_again(rules: Folder) -> None:
    store.compiled("x", rules, ("*.yaml",), build_one)
    (rules.path / "a.yaml").write_text("two")
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "two"}


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"0" * 32 + b" " + b"0" * 32 + b"\n{}"])
def test_a_damaged_compiled_file_costs_only_time(rules: Folder, damage: bytes) -> None:
    store.compiled("x", rules, ("*.yaml",), build_one)
    (store.COMPILED / "x.json").write_bytes(damage)
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "one"}


def test_compiled_content_that_was_changed_is_not_used(rules: Folder) -> None:
    store.compiled("x", rules, ("*.yaml",), build_one)
    path = store.COMPILED / "x.json"
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "one"}


def test_a_compiled_file_that_is_a_folder_costs_only_time(rules: Folder) -> None:
    (store.COMPILED / "x.json").mkdir(parents=True)
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "one"}
    assert [path.name for path in store.COMPILED.iterdir()] == ["x.json"]


def test_no_place_to_write_costs_only_time(rules: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "COMPILED", rules.path / "a.yaml" / "compiled")
    assert store.compiled("x", rules, ("*.yaml",), build_one) == {"text": "one"}


def test_a_users_rules_are_never_kept(rules: Folder) -> None:
    store.compiled("x", Folder(rules.path, "mine", False), ("*.yaml",), build_one)
    assert not store.COMPILED.exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="no such rules folder"):
        load([tmp_path / "none"])


def test_loading_reads_no_yaml() -> None:
    load()
    facts()
    vocabulary()  # so that all of it is compiled
    program = (
        "import sys\n"
        "from migrator.catalog.catalog import load\n"
        "from migrator.catalog.facts import facts\n"
        "from migrator.catalog.vocabulary import vocabulary\n"
        "vocabulary(), load(), facts()\n"
        "sys.exit('yaml' in sys.modules)\n"
    )
    root = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


def test_a_users_vocabulary_adds_to_ours(tmp_path: Path) -> None:
    (tmp_path / "credentials.yaml").write_text(
        "needles: [{word: Crm_Gateway, why: our proxy}]\n"
        "hosts: [{name: crm.example.com, why: our proxy, source: 'https://example.com', sure: high}]\n"
    )
    words = vocabulary([tmp_path])
    assert "crm_gateway" in words.needles
    assert "hapikey" in words.key_words
    assert words.is_own_host("crm.example.com")
    assert words.is_own_host("api-eu1.hubapi.com")
    assert not words.is_own_host("hubapi.com.example.com")


def test_a_secret_pattern_without_a_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "credentials.yaml").write_text(
        "secrets: [{kind: x, regex: abc, source: 'https://example.com', sure: low}]\n"
    )
    with pytest.raises(RulesError, match="no group named 'secret'"):
        vocabulary([tmp_path])


# -- requirements --------------------------------------------------------------


@pytest.mark.parametrize("text", ["none", "unknown", "a", "a | b", "a + b | c", "crm.objects.{objectType}.read"])
def test_requirements_are_read_and_written_alike(text: str) -> None:
    assert requirement.render(requirement.parse(text)) == text


def test_an_alternative_that_contains_another_falls_away() -> None:
    a, b = frozenset("a"), frozenset("b")
    assert requirement.minimal([a | b, a, a]) == (a,)
    assert requirement.both((a, b), (a,)) == (a,)
    assert requirement.both((a,), (b,)) == (a | b,)
    assert requirement.both((a,), (frozenset(),)) == (a,)


# -- facts --------------------------------------------------------------


def test_the_scope_of_old_public_apps_is_explained() -> None:
    told = explain_scope(FACTS, "contacts") or ""
    assert "Retired since 2022-07-31" in told
    assert "Forms asked for it too" in told
    assert "crm.objects.deals.read" in told
    assert "https://developers.hubspot.com/changelog/upcoming-contacts-scope-sunset" in told


def test_tiers_are_told_with_what_they_were() -> None:
    told = explain_scope(FACTS, "automation") or ""
    assert "Only these accounts can grant it: Professional, Enterprise" in told
    assert "In August 2023 it opened Workflows API" in told


def test_other_spellings_and_near_misses_are_helped() -> None:
    assert "settings.users.teams.write (scope)" in (explain_scope(FACTS, "settings.users.team.write") or "")
    assert "Did you mean 'crm.objects.deals.read'?" in (explain_scope(FACTS, "crm.objects.deal.read") or "")
    assert explain_scope(FACTS, "HK101") is None


def test_choosing_between_scopes_gets_what_it_takes() -> None:
    known = scope_facts()
    assert known["oauth"].base
    assert known["content"].broad
    assert not known["contacts"].selectable
    assert not known["developers-read"].selectable
    assert known["tickets.sensitive.v2"].selectable
    assert known["crm.objects.custom.read"].tiers == ("Enterprise",)
    assert known["crm.objects.deals.read"].access == "read"


def test_retired_scopes_are_replaced_by_known_ones() -> None:
    for scope in FACTS.scopes.values():
        assert set(scope.retired.scopes if scope.retired else ()) <= FACTS.scopes.keys()
        assert scope.selectable in ("true", "false", "unknown") or scope.selectable in FACTS.scopes


def test_every_closed_endpoint_has_a_family_that_says_what_to_do() -> None:
    catalog = load()
    for number in range(len(catalog.rows)):
        row = catalog.endpoint(number)
        family = FACTS.family(row.path)
        if row.auth in ("developer_key", "oauth_only"):
            assert family is not None, row.path


def test_the_version_of_the_rules_is_a_day_and_a_digest(tmp_path: Path) -> None:
    day, digest = rules_version().split()
    assert len(day) == 10
    assert rules_version() == f"{day} {digest}"
    (tmp_path / "scopes.yaml").write_text("scopes: {}")
    assert rules_version([tmp_path]).split()[0] == day
    assert rules_version([tmp_path]) != rules_version()


def test_compiled_rules_are_plain_data() -> None:
    path = store.COMPILED / "endpoints.json"
    load()
    head, _, payload = path.read_bytes().partition(b"\n")
    assert head.split()[0].decode() == store.source_digest(
        shipped(), ("endpoints/*.yaml", "corrections.yaml", "objects.yaml", "releases.yaml", "sources.yaml")
    )
    assert json.loads(payload)["rows"]


@pytest.mark.parametrize(
    ("path", "text", "libraries"),
    [
        ("composer.json", '{"name": "acme/hubspot", "require": {"hubspot/api-client": "^3"}}', ["hubspot/api-client"]),
        ("composer.json", '{"name": "acme/hubspot", "replace": {"x/hubspot": "self.version"}}', []),
        ("composer.lock", '[{"name": "a/hubspot-php",\n "version": "3"}]', ["a/hubspot-php"]),
        ("a.csproj", '<Compile Include="HubSpotClient.cs"/><PackageReference Include="HubSpot.NET"/>', ["HubSpot.NET"]),
        ("packages.config", '<package id="HubSpot.NET" version="1"/>', ["HubSpot.NET"]),
        ("pom.xml", "<project><artifactId>hubspot-api</artifactId></project>", []),
        ("pom.xml", "<dependency><artifactId>hubspot-api</artifactId></dependency>", ["hubspot-api"]),
        ("build.gradle", "implementation 'com.x:hubspot-api:1'", ["hubspot-api"]),
    ],
)
def test_a_manifest_takes_in_what_it_asks_for_and_not_what_it_is_called(
    path: str, text: str, libraries: list[str]
) -> None:
    language = language_of(path)
    assert language is not None
    assert [name for *_, name in language.taken_in(text)] == libraries

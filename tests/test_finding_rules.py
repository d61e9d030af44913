"""The texts of findings and of the checklist are complete and say where their facts come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.catalog.checklist import guide
from migrator.catalog.findings import finding_rules
from migrator.errors import RulesError

RULES = finding_rules()
SEVERITIES = {
    "error": "key_in_params key_in_url key_in_session key_in_sdk key_in_body key_in_header oauth_query hardcoded_key"
    " internal_error unread_key",
    "warning": "unresolved_call unknown_endpoint wrong_method blocked_endpoint sunset_endpoint mixed_hosts"
    " insecure_transport conflicting_authorization malformed_authorization credential_logged shared_key_source"
    " dependency legacy_scope unparsable unused_suppression undecided unread_code",
    "note": "demo_key key_source developer_key test_or_fixture doc_mention idle_mention"
    " config_source written_request recorded_request api_description",
}


def test_the_kinds_and_severities_are_those_of_the_contract() -> None:
    expected = {kind: severity for severity, kinds in SEVERITIES.items() for kind in kinds.split()}
    assert {kind: rule.severity for kind, rule in RULES.items()} == expected


@pytest.mark.parametrize("kind", RULES)
def test_a_finding_can_be_said_and_explained(kind: str) -> None:
    rule = RULES[kind]
    said = rule.say(**dict.fromkeys(rule.fields, "value"))
    assert "{" not in said
    assert said.endswith((".", "value"))
    text = rule.text
    assert all(len(part) > 20 for part in (text.explanation, text.advice))
    assert len(text.explanation) <= 1024  # GitHub cuts longer ones
    assert ("security" in text.tags) == bool(text.security_severity)
    if text.security_severity:
        assert 0 < float(text.security_severity) <= 10


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        RULES["key_in_params"].say(parameter="x")


def test_the_checklist_has_a_route_for_every_credential() -> None:
    made = guide()
    assert [step.id for step in made.steps] == ["sandbox", "scopes", "credential", "code", "verify", "retire"]
    assert [route.credential for route in made.routes] == [
        "service_key",
        "project_app",
        "legacy_private_app",
        "oauth_app",
    ]
    assert all(route.sources for route in made.routes)
    assert {kind for practice in made.practices for kind in practice.kinds} <= set(RULES)


ROW = """
- code: HK950
  kind: odd
  severity: note
  title: Odd
  message: "Odd {name}."
  explanation: Odd.
  advice: Nothing.
  precision: low
  tags: [odd]
"""


def overlay(tmp_path: Path, text: str, name: str = "findings.yaml") -> list[Path]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path]


def test_a_user_can_add_and_replace_texts(tmp_path: Path) -> None:
    rules = finding_rules(overlay(tmp_path, ROW))
    assert rules["odd"].say(name="x") == "Odd x."
    assert len(rules) == len(RULES) + 1
    assert guide(overlay(tmp_path, "practices: []", "checklist.yaml")).practices == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: note", "severity: fatal", r"findings.yaml:4: unknown value 'fatal'"),
        ("title: Odd", "titel: Odd", r"unknown key 'titel'. Did you mean 'title'"),
        ("{name}", "{name", "not a message template"),
        ("{name}", "{0.x}", "needs a plain name"),
        ("tags: [odd]", "tags: [odd]\n  sources: [http://x]\n  sure: high", "not a URL"),
        ("tags: [odd]", "tags: [odd]\n  sources: [https://x]", "sources without 'sure'"),
        ("  advice: Nothing.\n", "", "missing key 'advice'"),
        ("tags: [odd]\n", "tags: [odd]" + ROW, "kind 'odd' is repeated"),
        (
            "tags: [odd]\n",
            "tags: [odd]" + ROW.replace("kind: odd", "kind: even"),
            "code 'HK950' belongs to 'odd' already",
        ),
    ],
)
def test_a_wrong_row_says_where_and_what(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ROW
    with pytest.raises(RulesError, match=said):
        finding_rules(overlay(tmp_path, ROW.replace(old, new, 1)))

"""What an app has been granted, in every form a person may have it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.errors import ConfigurationError
from migrator.scopes.granted import read_granted

TWO = {"crm.objects.contacts.read", "e-commerce"}


def read(text: str) -> set[str]:
    return set(read_granted(text, "granted.txt"))


@pytest.mark.parametrize(
    "text",
    [
        "crm.objects.contacts.read\ne-commerce\n",
        "crm.objects.contacts.read, e-commerce",
        "crm.objects.contacts.read e-commerce",
        "\ufeff# ours\ncrm.objects.contacts.read  # reads\r\n\r\n  e-commerce\r\n",
        "- crm.objects.contacts.read\n- 'e-commerce'\n",
        "---\n- crm.objects.contacts.read\n-   e-commerce\n",
        "[crm.objects.contacts.read, e-commerce]"[1:-1],
        'scopes: [crm.objects.contacts.read, "e-commerce"]\n',
        "scopes:\n  - crm.objects.contacts.read\n  - e-commerce\nname: some app\n",
    ],
)
def test_lists(text: str) -> None:
    assert read(text) == TWO


def test_an_empty_list_grants_nothing() -> None:
    assert read("") == set()
    assert read("# nothing yet\n") == set()
    assert read("[]") == set()


@pytest.mark.parametrize(
    "data",
    [
        ["crm.objects.contacts.read", "e-commerce"],
        {"hubId": 1, "userId": 2, "appId": 3, "scopes": ["crm.objects.contacts.read", "e-commerce"]},
        {"name": "old", "scopes": ["crm.objects.contacts.read", "e-commerce"], "public": False},
        {
            "uid": "a",
            "type": "app",
            "config": {
                "auth": {
                    "type": "static",
                    "requiredScopes": ["crm.objects.contacts.read"],
                    "optionalScopes": ["e-commerce"],
                    "conditionallyRequiredScopes": [],
                }
            },
        },
        {"auth": {"requiredScopes": ["crm.objects.contacts.read", "e-commerce"]}},
        {
            "complete": False,
            "required": [{"scope": "crm.objects.contacts.read", "because": ["c1"]}],
            "optional": [{"scope": "e-commerce", "tiers": ["Professional"], "because": []}],
            "possible": [{"scope": "tickets", "because": [], "question": "?"}],
            "unresolved": ["c2"],
        },
        {
            "schema_version": 1,
            "scopes": {"required": [{"scope": "crm.objects.contacts.read"}, {"scope": "e-commerce"}]},
        },
    ],
)
def test_json_documents(data: object) -> None:
    assert read(json.dumps(data)) == TWO


def test_our_own_yaml() -> None:
    text = """\
complete: false
required:
  - scope: crm.objects.contacts.read
    because:
      - a1b2
      - "c3d4"
    alternatives:
      - "tickets works too, but you would need 1 scope"
optional:
  - scope: e-commerce
    tiers: [Professional]
possible:
  - scope: tickets
    question: "which: one?"
unresolved:
  - deadbeef
"""
    assert read(text) == TWO


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("crm.objects.contacts.read\nNot a scope!\n", "granted.txt:2"),
        ("{", "granted.txt:1"),
        ('{\n "scopes": [1]}', "granted.txt"),
        ('{"name": "app"}', "granted.txt"),
        ("[" * 100_000, "granted.txt"),
    ],
)
def test_a_file_of_no_known_form_is_refused_with_its_place(text: str, where: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(text)
    assert error.value.where == where
    assert "one scope on each line" in error.value.advice


@pytest.mark.parametrize("form", ["{0}", "- {0}", "scopes: [{0}]", '["{0}"]', '{{"scopes": ["{0}"]}}', "token {0}"])
@pytest.mark.parametrize(
    "secret", ["pat-na1-0a1b2c3d-1111-2222-3333-0a1b2c3d4e5f", "0a1b2c3d-1111-2222-3333-0a1b2c3d4e5f", "x" * 100]
)
def test_a_token_in_the_file_is_refused_and_not_shown(form: str, secret: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(form.format(secret))
    assert secret not in str(error.value)
    assert secret[8:20] not in str(error.value)


@given(st.text(alphabet="abc.:-#[]{}\"', \n\t1", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except ConfigurationError:
        return
    assert all(name.strip() == name and name for name in found)

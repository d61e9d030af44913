"""What is hidden from every output, in every encoding, and what stays readable."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.model.mask import Mask

KEY = "4be1d2a7-90c3-4f5e-8a6b-d7c8e9f0a1b2"
WORD = "zq81-plain-word-77x"
MASK = Mask(vocabulary(), (WORD,))
BARE = KEY.replace("-", "")

FORMS = {
    "raw": KEY,
    "no dashes": BARE,
    "upper case": KEY.upper(),
    "percent": quote(KEY).replace("-", "%2D"),
    "percent twice": quote(KEY).replace("-", "%252D"),
    "JSON": KEY.replace("-", "\\u002d"),
    "HTML": KEY.replace("-", "&#45;"),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 in a pair": base64.b64encode(f"user:{KEY}".encode()).decode(),
    "base64 of base64": base64.b64encode(base64.b64encode(KEY.encode())).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"??{KEY}>>".encode()).decode(),
    "token": f"pat-eu1-{KEY}",
    "known": WORD,
    "known in percent": quote(WORD, safe="").replace("-", "%2D"),
    "known in base64": base64.b64encode(WORD.encode()).decode(),
    "known in HTML": html.escape(WORD),
}
BEFORE = ("", "x", "9", ":-", "\\u003d", "\\n", "%3D", "%253D", "=", '"', "-", "_", "/")


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("before", BEFORE)
def test_a_credential_is_hidden_in_each_form_and_after_any_character(name: str, before: str) -> None:
    form = FORMS[name]
    shown = MASK(f"a {before}{form} z")
    assert not [form[at : at + 12] for at in range(len(form) - 11) if form[at : at + 12] in shown]
    assert shown.startswith("a ")
    assert shown.endswith(" z")


@pytest.mark.parametrize("text", [f"the URL is /a?k={WORD[:14]}", f"{WORD[3:]}!", json.dumps({"k": WORD})])
def test_a_part_of_a_known_credential_is_hidden(text: str) -> None:
    shown = MASK(text)
    assert not [WORD[at : at + 12] for at in range(len(WORD) - 11) if WORD[at : at + 12] in shown]


@pytest.mark.parametrize(
    "text",
    [
        "HubSpot(access_token=settings.HUBSPOT_API_KEY)",
        "def companies(hapikey=origin_key, limit=10):",
        "companies(hapikey=settings.HUBSPOT_OTHER_KEY)",
        'headers={"Authorization": f"Bearer {settings.HUBSPOT_PRIVATE_APP_TOKEN}"}',
        'KEY = os.environ["HUBSPOT_API_KEY"]',
        'params={"hapikey": api_key_of_the_account}',
        'url = f"{BASE}/a?hapikey={HUBSPOT_API_KEY}&count=1"',
        "curl https://api.hubapi.com/a?hapikey=YOUR_HUBSPOT_API_KEY",
        "git checkout 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "class HubspotAssociationsBatchReader(HubspotBaseAuthenticatedStream):",
        "?hapikey=demo&count=1",
    ],
)
def test_names_and_expressions_stay_readable(text: str) -> None:
    assert MASK(text) == text


def test_settings_with_secret_names_are_hidden_in_configuration_only() -> None:
    text = 'DB_PASSWORD=hunter2hunter2\n{"clientSecret": "ab12cd34"}\nsecret: ${VAULT}\nport: 8080\nname: web-server\n'
    assert MASK(text) == text
    assert MASK.settings(text) == text.replace("hunter2hunter2", "…").replace("ab12cd34", "…")


def test_a_url_shows_no_password() -> None:
    assert MASK("postgres://app:hunter2hunter2@db/prod") == "postgres://app:…@db/prod"

"""What names and HubSpot's refusals mean."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from migrator import cli
from migrator.catalog.refusals import refusals
from migrator.errors import UsageError
from migrator.explaining import answers_told, meaning

KEY = "0f5b1c2d-1111-4222-8333-9c0d1e2f3a4b"
PROGRAM = f"""import requests

BASE = "https://api.hubapi.com"


def deals():
    return requests.get(BASE + "/crm/v3/objects/deals", params={{"hapikey": "{KEY}"}}).json()


def tickets():
    return requests.get(BASE + "/crm/v3/objects/tickets", params={{"hapikey": "{KEY}"}}).json()
"""
LACKS = {
    "status": "error",
    "category": "MISSING_SCOPES",
    "message": "One or more of the following scopes are required.",
    "errors": [{"context": {"requiredGranularScopes": ["crm.objects.deals.read"]}}],
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hk101", "API key sent as a query parameter"),
        ("crm.objects.deals.read", "view records of deals"),
        ("401", "INVALID_AUTHENTICATION"),
        ("missing_scopes", "lacks a scope"),
        ("429", "Too many requests"),
        ("GET /crm/v3/objects/deals", "crm.objects.deals.read"),
    ],
)
def test_a_name_is_explained(name: str, words: str) -> None:
    assert words in meaning(name, ())


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("crm.object.deals.read", "crm.objects.deals.read"),
        ("MISSING_SCOPE", "MISSING_SCOPES"),
        ("GET /crm/v3/objects/deals/pipeline/x/y", "/crm/"),
        ("nonsense", "a scope"),
    ],
)
def test_an_unknown_name_is_refused_with_suggestions(name: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        meaning(name, ())
    assert advice in caught.value.advice


def test_every_refusal_is_recognised_by_its_own_category() -> None:
    for one in refusals():
        if one.category:
            assert answers_told(f'{{"category": "{one.category}"}}', ())[0].head.startswith(
                f"{one.status} {one.category}"
            )


@pytest.mark.parametrize(
    ("text", "head", "scopes"),
    [
        (json.dumps(LACKS), "403 MISSING_SCOPES", ("crm.objects.deals.read",)),
        (json.dumps(json.dumps(LACKS)), "403 MISSING_SCOPES", ("crm.objects.deals.read",)),
        (
            "This oauth-token does not have proper permissions! (requires any of [crm-objects-deals-read, inner-x])",
            "403 MISSING_SCOPES",
            ("crm.objects.deals.read",),
        ),
        (
            "GET https://api.hubapi.com/crm/v3/objects/deals?limit=1 403 Forbidden",
            "403",
            ("crm.objects.deals.read",),
        ),
        ("403 Client Error: Forbidden for url: https://api.hubapi.com/crm/v3/objects/deals", "403", ()),
        ("This hapikey doesn't exist.", "401", ()),
        ("The API key provided is invalid. View it here: https://app.hubspot.com/l/api-key/", "401", ()),
        ('{"status":"error","message":"Authentication credentials not found."}', "401 INVALID", ()),
        ("This API can't be called using an OAuth access token.", "403: The endpoint takes a developer API key", ()),
        ("HTTP 429 Too Many Requests", "429", ()),
        ('{"message":"You have reached your secondly limit.","errorType":"RATE_LIMIT"}', "429", ()),
    ],
)
def test_an_answer_is_recognised(text: str, head: str, scopes: tuple[str, ...]) -> None:
    (told,) = answers_told(text, ())
    assert told.head.startswith(head)
    assert told.scopes == scopes


@pytest.mark.parametrize("text", ["", "all is well", "files and tickets were copied", "200 OK"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not an answer of HubSpot"):
        answers_told(text, ())


LOG = f"""2026-11-02 10:11:12,133 INFO worker: hello
2026-11-02 10:11:13,004 ERROR 401 Client Error: Unauthorized for url: https://api.hubapi.com/crm/v3/owners?hapikey={KEY}
2026-11-02 10:11:13,005 ERROR {{"status":"error","message":"This hapikey doesn't exist."}}
2026-11-02 10:12:14,001 ERROR 403 Client Error: Forbidden for url: https://api.hubapi.com/crm/v3/objects/deals/search
2026-11-02 10:12:14,005 ERROR body:
{{
  "status": "error",
  "category": "MISSING_SCOPES",
  "message": "requires any of [crm.objects.deals.read]"
}}
2026-11-02 10:13:14,001 ERROR 403 Client Error: Forbidden for url: https://api.hubapi.com/crm/v3/objects/deals/search
2026-11-02 10:14:15,005 ERROR POST https://api.hubapi.com/crm/v3/objects/tickets {{"category":"MISSING_SCOPES"}}
2026-11-02 10:15:15,005 WARN HTTP 429 Too Many Requests
2026-11-02 10:15:16,005 WARN HTTP 429 Too Many Requests
"""


def test_each_answer_of_a_log_is_told_once_with_its_own_request() -> None:
    assert [(one.head.partition(":")[0], one.request, one.scopes) for one in answers_told(LOG, ())] == [
        ("401", "GET /crm/v3/owners", ()),
        ("403 MISSING_SCOPES", "/crm/v3/objects/deals/search", ("crm.objects.deals.read",)),
        ("403 MISSING_SCOPES", "POST /crm/v3/objects/tickets", ("tickets",)),
        ("429 RATE_LIMITS", "", ()),
    ]


def test_a_body_over_lines_is_one_answer() -> None:
    (told,) = answers_told(json.dumps(LACKS, indent=2), ())
    assert (told.head.partition(":")[0], told.scopes) == ("403 MISSING_SCOPES", ("crm.objects.deals.read",))


def explained(text: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    (here / "app.py").write_text(PROGRAM)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli.run(("explain", "-")) == 0
    return capfd.readouterr().out


def test_the_requests_that_need_what_is_missing_are_named(tmp_path: Path, monkeypatch, capfd) -> None:
    shown = explained(json.dumps(LACKS), tmp_path, monkeypatch, capfd)
    assert "Missing: crm.objects.deals.read" in shown
    assert "GET /crm/v3/objects/deals  app.py:7" in shown
    assert "tickets" not in shown
    assert "Grant the scope" in shown


def test_the_requests_that_still_send_a_key_are_named_without_it(tmp_path: Path, monkeypatch, capfd) -> None:
    log = f"401 Client Error: Unauthorized for url: https://api.hubapi.com/crm/v3/objects/deals?hapikey={KEY}"
    shown = explained(log, tmp_path, monkeypatch, capfd)
    assert "2 requests of this code still send a key" in shown
    assert KEY[:12] not in shown


def test_an_endpoint_needs_no_quotes(capfd) -> None:
    assert cli.run(("explain", "GET", "/contacts/v1/lists")) == 0
    assert "crm.lists.read" in capfd.readouterr().out
    assert cli.run(("explain", "no.such.scope")) == 2

"""Changes that would alter what the program sends or does, and are therefore not offered as safe."""

from __future__ import annotations

import pytest
from planning import planned

from migrator.model.edit import Safety

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nDEALS = "https://api.hubapi.com/crm/v3/objects/deals"\n\n\n'
SENT = 'query = {"hapikey": KEY, "limit": 5}\nrequests.get(DEALS, params=query)\n'
IN_URL = 'url = DEALS + "?hapikey=" + KEY\nrequests.get(url)\n'


def safeties(text: str) -> set[Safety]:
    return {change.safety for change in planned(TOP + text).changes}


@pytest.mark.parametrize("text", [SENT, IN_URL], ids=["in a mapping", "in the URL"])
def test_a_key_that_nobody_asks_for_again_is_moved(text: str) -> None:
    assert safeties(text) == {Safety.SAFE}


@pytest.mark.parametrize(
    "read",
    [
        'del query["hapikey"]',
        'print(query["hapikey"][:4])',
        'query.pop("hapikey")',
        'assert "hapikey" in query',
        'if "hapikey" not in query:\n    raise SystemExit(1)',
        'if not query.get("hapikey"):\n    raise ValueError("no key")',
    ],
)
def test_a_key_that_is_taken_from_the_mapping_later_stays(read: str) -> None:
    found = planned(TOP + SENT + read + "\n")
    assert Safety.SAFE not in {change.safety for change in found.changes}
    assert all(change.reason for change in found.changes)


@pytest.mark.parametrize(
    "read",
    [
        'assert "hapikey=" in url',
        "assert KEY in url",
        'log = url.split("hapikey=")[1]',
        'base, _, tail = url.partition("?hapikey=")',
        'if "hapikey" not in url:\n    raise SystemExit(1)',
    ],
)
def test_a_key_that_is_looked_for_in_the_url_later_stays(read: str) -> None:
    assert Safety.SAFE not in safeties(IN_URL + read + "\n")


@pytest.mark.parametrize(
    "read",
    [
        'del query["limit"]',
        'assert "limit" in query',
        'if "limit" not in query:\n    raise SystemExit(1)',
        "print(query)",
    ],
)
def test_what_stays_may_be_read_later(read: str) -> None:
    assert safeties(SENT + read + "\n") == {Safety.SAFE}


@pytest.mark.parametrize(
    "text",
    [
        's = requests.Session()\ns.params["hapikey"] = KEY\ns.get(DEALS + "?hapikey=" + KEY)\n',
        's = requests.Session()\ns.params = {"hapikey": KEY}\n\n\ndef get(path, **more):\n'
        '    more["hapikey"] = KEY\n    return s.get(DEALS + path, params=more)\n\n\nget("/1", limit=2)\n',
        'def auth():\n    return {"hapikey": KEY}\n\n\nrequests.get(DEALS + "?hapikey=" + KEY, params=auth())\n',
    ],
    ids=["session and URL", "session and call", "call and URL"],
)
def test_a_request_that_is_given_the_key_twice_loses_both_or_none(text: str) -> None:
    found = planned(TOP + text)
    after = found.applied()["app.py"]
    assert ("Bearer" in after) != ("hapikey" in after)


OVERRIDE = """class Account:
    key = KEY

    def auth(self):
        return {"hapikey": self.key}

    def deals(self):
        return requests.get(DEALS, params=self.auth())


class Partner(Account):
    def auth(self):
        return {"hapikey": os.environ["PARTNER_KEY"]}


"""


def test_a_subclass_with_a_key_of_its_own_never_sends_that_of_its_base() -> None:
    for use in ("Account().deals()\nPartner().deals()\n", "for one in (Account(), Partner()):\n    one.deals()\n"):
        found = planned(TOP + OVERRIDE + use)
        assert Safety.SAFE not in {change.safety for change in found.changes}


def test_a_subclass_with_another_path_takes_the_key_of_its_base_along() -> None:
    text = OVERRIDE.replace(
        '    def auth(self):\n        return {"hapikey": os.environ["PARTNER_KEY"]}', '    name = "b"'
    )
    assert safeties(text + "Account().deals()\nPartner().deals()\n") == {Safety.SAFE}


PAGES = """def first(key):
    return DEALS + "?hapikey=" + key


def every():
    {kept}
    tail = ""
    while True:
        page = requests.get({url} + tail).json()
        if not page.get("more"):
            return
        tail = "{mark}after=" + str(page["after"])


every()
"""


def test_pages_that_a_caller_appends_follow_a_question_mark() -> None:
    found = planned(TOP + PAGES.format(kept="start = first(KEY)", url="start", mark="&"))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert 'start + tail.replace("&", "?", 1)' in found.applied()["app.py"]


def test_a_key_that_only_a_developer_endpoint_takes_is_not_read_from_the_new_name() -> None:
    text = TOP.replace('os.environ["HUBSPOT_API_KEY"]', '"7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f"')
    hooks = 'requests.get("https://api.hubapi.com/webhooks/v3/7/subscriptions", params={"hapikey": KEY})\n'
    assert planned(text + hooks).changes == ()
    assert [change.kind for change in planned(text + IN_URL).changes].count("extract_literal") == 1

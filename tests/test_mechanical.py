# ruff: noqa: E501 - programs, one to a line
"""Forms in which a key enters that an engineer takes out without a second thought, and their twins that stay.

Every program is executed before and after, so that what is moved is also sent.
"""

from __future__ import annotations

import pytest
from compose import ENV, Outcome, outcomes
from generate import Program
from loopback import Reply
from planning import planned

from migrator.model.edit import Safety

TOP = 'import os\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nBASE = "https://api.hubapi.com"\nDEALS = BASE + "/crm/v3/objects/deals"\n'
REPLIES = (Reply(path="/*", json={}),)

MOVED = {
    "the name is a constant": 'NAME = "hapikey"\nrequests.get(DEALS, params={NAME: KEY, "limit": 1})\n',
    "the name is a constant of two calls": 'NAME = "hapikey"\nrequests.get(DEALS, params={NAME: KEY})\nrequests.get(BASE + "/crm/v3/owners", params={NAME: KEY, "limit": 2})\n',
    "the name is a constant and set later": 'NAME = "hapikey"\n\n\ndef ask(path, params):\n    params[NAME] = KEY\n    return requests.get(BASE + path, params=params)\n\n\nask("/crm/v3/owners", {"limit": 1})\n',
    "the name is an attribute of a class": 'class Api:\n    PARAM = "hapikey"\n\n    def ask(self, path, **params):\n        params[self.PARAM] = KEY\n        return requests.get(BASE + path, params=params)\n\n\nApi().ask("/crm/v3/owners", limit=1)\n',
    "the name is a constant of pairs": 'NAME = "hapikey"\nrequests.get(DEALS, params=[(NAME, KEY), ("limit", 1)])\n',
    "a function returns the encoded parameter": 'from urllib.parse import urlencode\n\n\ndef auth():\n    """Gives the credential."""\n    return urlencode({"hapikey": KEY})\n\n\nrequests.get(DEALS + "?" + auth())\nrequests.get(DEALS + "?limit=1&" + auth())\n',
    "a function returns the parameter as text": 'def auth():\n    return "hapikey=" + KEY\n\n\nrequests.get(DEALS + "?" + auth())\nrequests.get(f"{DEALS}?{auth()}&limit=1")\n',
    "a function returns the whole query": 'def auth():\n    return f"?hapikey={KEY}"\n\n\nrequests.get(DEALS + auth())\nrequests.get(DEALS + auth() + "&limit=1")\n',
    "a method returns the parameter": 'class Api:\n    def __init__(self, key):\n        self.key = key\n\n    def _auth(self):\n        return "hapikey=" + self.key\n\n    def ask(self, path):\n        return requests.get(BASE + path + "?" + self._auth() + "&limit=5")\n\n\nApi(KEY).ask("/crm/v3/owners")\n',
    "a property returns the parameter": 'class Api:\n    def __init__(self, key):\n        self.key = key\n\n    @property\n    def auth(self):\n        return "hapikey=" + self.key\n\n    def ask(self, path):\n        return requests.get(BASE + path + "?limit=5&" + self.auth)\n\n\nApi(KEY).ask("/crm/v3/owners")\n',
    "callers may give another key": 'def ask(path, params):\n    params["hapikey"] = params.get("hapikey") or KEY\n    return requests.get(BASE + path, params=params)\n\n\nask("/crm/v3/owners", {"limit": 1})\nask("/crm/v3/owners", {"limit": 1, "hapikey": os.environ["PARTNER_KEY"]})\n',
    "callers may give another key, by default": 'def ask(path, params):\n    params["hapikey"] = params.get("hapikey", KEY)\n    return requests.get(BASE + path, params=params)\n\n\nask("/crm/v3/owners", {"limit": 1})\n',
    "a template with fields": 'from string import Template\n\nURL = Template("https://api.hubapi.com/crm/v3/objects/$kind?hapikey=$key&limit=$limit")\nrequests.get(URL.substitute(kind="deals", key=KEY, limit=5))\nrequests.get(URL.substitute(kind="notes", key=KEY, limit=6))\n',
    "a template with fields that is filled in at once": 'from string import Template\n\nrequests.get(Template("https://api.hubapi.com/crm/v3/objects/${kind}?hapikey=${key}").substitute(kind="deals", key=KEY))\n',
    "a template with fields of a dictionary": 'from string import Template\n\nURL = Template("https://api.hubapi.com/crm/v3/objects/$kind?limit=$limit&hapikey=$key")\nrequests.get(URL.safe_substitute({"kind": "deals", "key": KEY, "limit": 5}))\n',
    "a query that grows from the key": 'query = "hapikey=" + KEY\nquery += "&limit=5"\nrequests.get(DEALS + "?" + query)\n',
    "a query that grows from the key and its mark": 'query = "?hapikey=" + KEY\nfor name in ("a", "b"):\n    query += "&property=" + name\nrequests.get(DEALS + query)\n',
    "a list that begins with the key": 'parts = [f"hapikey={KEY}"]\nparts.append("limit=5")\nrequests.get(f"{DEALS}?{\'&\'.join(parts)}")\n',
    "an address put together from its fields": 'from urllib.parse import urlencode, urlunsplit\n\nrequests.get(urlunsplit(("https", "api.hubapi.com", "/crm/v3/owners", urlencode({"hapikey": KEY}), "")))\n',
    "an address taken apart and put together": 'from urllib.parse import parse_qs, urlencode, urlparse, urlunparse\n\n\ndef signed(url):\n    parts = urlparse(url)\n    query = parse_qs(parts.query)\n    query["hapikey"] = KEY\n    return urlunparse(parts._replace(query=urlencode(query, doseq=True)))\n\n\nrequests.get(signed(DEALS + "?limit=5"))\n',
    "a dictionary made of keywords and others": 'def ask(path, **params):\n    return requests.get(BASE + path, params=dict(hapikey=KEY, **params))\n\n\nask("/crm/v3/owners", limit=1)\n',
}  # fmt: skip

KEPT = {
    "the constant names the key for another host too": 'NAME = "hapikey"\nrequests.get(DEALS, params={NAME: KEY})\nrequests.get("https://example.org/keys", params={NAME: KEY})\n',
    "the name is bound twice": 'NAME = "hapikey"\nrequests.get(DEALS, params={NAME: KEY})\nNAME = "limit"\nrequests.get(BASE + "/crm/v3/owners", params={NAME: 3})\n',
    "the parameter is noted too": 'def auth():\n    return "hapikey=" + KEY\n\n\nopen(os.environ["SEEN"], "a").write(auth())\nrequests.get(DEALS + "?" + auth())\n',
    "the method that returns the parameter is another in a subclass": 'class Api:\n    def auth(self):\n        return "hapikey=" + KEY\n\n    def ask(self, path):\n        return requests.get(BASE + path + "?" + self.auth())\n\n\nclass Partner(Api):\n    def auth(self):\n        return "hapikey=" + os.environ["PARTNER_KEY"]\n\n\nApi().ask("/crm/v3/owners")\nPartner().ask("/crm/v3/owners")\n',
    "the field stands in the template again": 'from string import Template\n\nURL = Template("https://api.hubapi.com/crm/v3/objects/deals?hapikey=$key&after=$key")\nrequests.get(URL.substitute(key=KEY))\n',
    "the key that callers give is looked at before": 'def ask(path, params):\n    params["hapikey"] = params.get("hapikey") or KEY\n    url = BASE + path + "?" + "&".join(f"{name}={value}" for name, value in params.items())\n    return requests.get(url)\n\n\nask("/crm/v3/owners", {"limit": 1})\n',
    "the rest of the arguments is sent again": 'def ask(path, **fields):\n    for _ in range(2):\n        requests.get(BASE + path, params=fields)\n\n\nask("/crm/v3/owners", limit=1, hapikey=KEY)\n',
}  # fmt: skip


def _outcomes(programs: dict[str, str]) -> dict[str, Outcome]:
    made = [
        Program(files={"app.py": TOP + text}, entry="app.py", env=ENV, idioms=(name,), replies=REPLIES)
        for name, text in programs.items()
    ]
    return {one.program.idioms[0]: one for one in outcomes(made)}


def test_what_is_mechanical_is_moved_safely_and_sends_the_same() -> None:
    found = _outcomes(MOVED)
    assert found.keys() == MOVED.keys()
    assert {name: one.wrong for name, one in found.items() if one.wrong} == {}
    assert {name for name, one in found.items() if one.moved != one.keyed or not one.keyed} == set()


def test_its_twins_send_what_they_sent() -> None:
    found = _outcomes(KEPT)
    assert found.keys() == KEPT.keys()
    assert {name: one.wrong for name, one in found.items() if one.wrong} == {}


@pytest.mark.parametrize("name", KEPT)
def test_no_twin_is_moved_safely(name: str) -> None:
    changes = planned(TOP + KEPT[name]).changes
    assert any(change.safety < Safety.SAFE for change in changes), [change.reason for change in changes]

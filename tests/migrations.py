# ruff: noqa: E501 - programs, a function to a line
"""Programs before and after a migration by hand, and what can go wrong in one: each mutant is a wrong migration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A program as it was and as it is, and by name the texts that a mutant replaces in what it is."""

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    mutants: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def wrong(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yields the wrong migrations with their names."""
        for name, (old, new) in self.mutants.items():
            files = {path: text.replace(old, new) for path, text in self.after.items()}
            assert files != self.after, (self.name, name)
            yield f"{self.name}: {name}", files


_TOP = 'import json\nimport os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nBASE = "https://api.hubapi.com"\n\n\n'

CALLS = Migration(
    name="plain calls",
    before={
        "app.py": _TOP
        + 'def lists(count):\n    return requests.get(BASE + "/contacts/v1/lists", params={"hapikey": KEY, "count": count})\n\n\n'
        'def create(name, size):\n    body = {"properties": {"name": name}, "size": size}\n'
        '    return requests.post(f"{BASE}/crm/v3/objects/companies?hapikey={KEY}", json=body, headers={"X-Trace": "on"})\n\n\n'
        'def remove(deal):\n    requests.delete(f"{BASE}/crm/v3/objects/deals/{deal}?hapikey={KEY}")\n'
    },
    after={
        "app.py": _TOP + 'AUTH = {"Authorization": f"Bearer {KEY}"}\n\n\n'
        'def lists(count):\n    return requests.get(BASE + "/contacts/v1/lists", params={"count": count}, headers=AUTH)\n\n\n'
        'def create(name, size):\n    body = {"properties": {"name": name}, "size": size}\n'
        '    return requests.post(f"{BASE}/crm/v3/objects/companies", json=body, headers={"X-Trace": "on", **AUTH})\n\n\n'
        'def remove(deal):\n    requests.delete(f"{BASE}/crm/v3/objects/deals/{deal}", headers=AUTH)\n'
    },
    mutants={
        "a header is lost": ('{"X-Trace": "on", **AUTH}', "AUTH"),
        "a header has another value": ('"X-Trace": "on"', '"X-Trace": "off"'),
        "no space behind Bearer": ("Bearer {KEY}", "Bearer{KEY}"),
        "another scheme": ("Bearer {KEY}", "Token {KEY}"),
        "no scheme": ('f"Bearer {KEY}"', "KEY"),
        "another header": ('"Authorization"', '"Authentication"'),
        "the body is emptied": ("json=body", "json={}"),
        "the body is lost": (", json=body", ""),
        "a field of the body is lost": (', "size": size}', "}"),
        "the body is sent as a form": ("json=body", "data=body"),
        "a field of the body is renamed": ('"size": size', '"sizes": size'),
        "two spaces behind Bearer": ("Bearer {KEY}", "Bearer  {KEY}"),
        "a line end behind the token": ("Bearer {KEY}", "Bearer {KEY}\\n"),
        "quotes stand around the token": ("Bearer {KEY}", "Bearer '{KEY}'"),
        "the token is sent on one branch": ('/{deal}", headers=AUTH', '/{deal}", headers=AUTH if deal else {}'),
        "the certificate is not checked": ("json=body", "json=body, verify=False"),
        "a parameter is dropped": ('params={"count": count}, ', ""),
        "a parameter is renamed": ('{"count": count}', '{"limit": count}'),
        "a parameter has another value": ('{"count": count}', '{"count": 10}'),
        "the token is not sent": ('/{deal}", headers=AUTH', '/{deal}"'),
        "the key stays": ('/{deal}"', '/{deal}?hapikey={KEY}"'),
        "the key stays as a parameter": ('params={"count": count}', 'params={"count": count, "hapikey": KEY}'),
        "another method": ("requests.delete(", "requests.get("),
        "another path": ("/contacts/v1/lists", "/contacts/v1/list"),
        "another version": ("/crm/v3/objects/companies", "/crm/v4/objects/companies"),
        "the token goes to another host": ('requests.delete(f"{BASE}', 'requests.delete(f"https://proxy.example.com'),
        "plain http": ("https://api", "http://api"),
        "the token is written in the source": (
            'os.environ["HUBSPOT_API_KEY"]',
            '"pat-na1-0a1b2c3d-1111-4222-8333-444455556666"',
        ),
        "another variable": ("HUBSPOT_API_KEY", "HUBSPOT_SANDBOX_KEY"),
        "a request is lost": (
            '    requests.delete(f"{BASE}/crm/v3/objects/deals/{deal}", headers=AUTH)\n',
            "    print(deal)\n",
        ),
        "a request is new": (
            "    requests.delete(",
            '    requests.get(BASE + "/owners/v2/owners", headers=AUTH)\n    requests.delete(',
        ),
        "the token travels in the query": (
            'params={"count": count}, headers=AUTH',
            'params={"count": count, "access_token": KEY}',
        ),
        "it does not parse": ("def remove(deal):", "def remove(deal:"),
    },
)

SENT_WHEN = Migration(
    name="requests under conditions",
    before={
        "hub.py": _TOP + "class Client:\n    def __init__(self, key=KEY):\n        self.key = key\n\n"
        "    def lists(self, count, offset):\n"
        '        res = requests.get(BASE + "/contacts/v1/lists", params={"hapikey": self.key, "count": count, "offset": offset})\n'
        "        return res.json()\n\n"
        '    def create(self, name, size):\n        headers = {"X-Trace": "on"}\n'
        '        if size > 10:\n            headers["X-Big"] = "yes"\n'
        '        return requests.post(f"{BASE}/crm/v3/objects/companies?hapikey={self.key}", json={"name": name}, headers=headers)\n\n'
        '    def sync(self, rows):\n        for row in rows:\n            if not row["email"]:\n                continue\n'
        "            requests.patch(f\"{BASE}/crm/v3/objects/contacts/{row['id']}?hapikey={self.key}\", json=row)\n"
    },
    after={
        "hub.py": _TOP
        + "class Client:\n    def __init__(self, key=KEY):\n        if not key:\n            raise ValueError('no token')\n"
        "        self.key = key\n\n    def lists(self, count, offset):\n        if not self.key:\n            return None\n"
        '        res = requests.get(BASE + "/contacts/v1/lists", params={"count": count, "offset": offset}, headers=self.auth())\n'
        "        res.raise_for_status()\n        return res.json()\n\n"
        '    def auth(self):\n        return {"Authorization": f"Bearer {self.key}"}\n\n'
        '    def create(self, name, size):\n        headers = {"X-Trace": "on", "Authorization": f"Bearer {self.key}"}\n'
        '        if size > 10:\n            headers["X-Big"] = "yes"\n'
        '        return requests.post(f"{BASE}/crm/v3/objects/companies", json={"name": name}, headers=headers)\n\n'
        '    def sync(self, rows):\n        for row in rows:\n            if not row["email"]:\n                continue\n'
        "            requests.patch(f\"{BASE}/crm/v3/objects/contacts/{row['id']}\", json=row, headers=self.auth())\n"
    },
    mutants={
        "nothing is sent without a number": (
            "        res = ",
            "        if not count:\n            return None\n        res = ",
        ),
        "an error is swallowed": (
            "        res = ",
            "        try:\n            json.load(open('x'))\n        except OSError:\n            return None\n        res = ",
        ),
        "a request is moved under a condition": (
            "        return requests.post",
            "        if size:\n            return requests.post",
        ),
        "a request is an arm of an expression": (
            "return requests.post(",
            "return None if not size else requests.post(",
        ),
        "a request follows an operator": ("return requests.post(", "return size and requests.post("),
        "the other arm sends nothing": ('"yes"\n', '"yes"\n        else:\n            return None\n'),
        "headers are made anew on one branch": (
            'headers["X-Big"] = "yes"',
            'headers = {"X-Trace": "on", "X-Big": "yes"}',
        ),
        "the header is taken away on one branch": (
            'headers["X-Big"] = "yes"',
            'headers["X-Big"] = "yes"\n            headers.pop("Authorization")',
        ),
        "parameters change places": ("def lists(self, count, offset)", "def lists(self, offset, count)"),
        "a condition is another one": ('if not row["email"]', 'if not row["id"]'),
        "a condition is inverted": ('if not row["email"]', 'if row["email"]'),
        "the first row without an address is the last": ("continue", "break"),
        "only some rows are sent": ("in rows:", "in rows[:10]:"),
        "a request is sent twice": (
            "        return requests.post(",
            '        requests.post(f"{BASE}/crm/v3/objects/companies", json={"name": name}, headers=headers)\n        return requests.post(',
        ),
    },
)

SENT_WHEN_JS = Migration(
    name="requests of JavaScript under conditions",
    before={
        "app.js": """const axios = require('axios');
const KEY = process.env.HUBSPOT_API_KEY;
const BASE = 'https://api.hubapi.com';

async function lists(count, offset) {
  const res = await axios.get(`${BASE}/contacts/v1/lists?hapikey=${KEY}`, { params: { count, offset } });
  return res.data;
}

module.exports = { lists };
"""
    },
    after={
        "app.js": """const axios = require('axios');
const KEY = process.env.HUBSPOT_API_KEY;
const BASE = 'https://api.hubapi.com';

async function lists(count, offset) {
  if (!KEY) throw new Error('no token');
  const res = await axios.get(`${BASE}/contacts/v1/lists`, { params: { count, offset }, headers: { Authorization: `Bearer ${KEY}` } });
  return res.data;
}

module.exports = { lists };
"""
    },
    mutants={
        "nothing is sent without a number": ("  const res", "  if (!count) return;\n  const res"),
        "parameters change places": ("lists(count, offset)", "lists(offset, count)"),
        "an error ends it": ("  const res", "  try { JSON.parse(offset); } catch (e) { return; }\n  const res"),
    },
)

CLIENT = Migration(
    name="a client and its pages",
    before={
        "client.py": "import json\n\nimport requests\n\n\nclass Client:\n    def __init__(self, key):\n        self.key = key\n"
        '        self.base = "https://api.hubapi.com"\n\n'
        "    def get(self, path, **params):\n"
        '        params["hapikey"] = self.key\n        return requests.get(self.base + path, params=params).json()\n\n'
        "    def send(self, method, path, body):\n"
        '        url = "{}{}?hapikey={}".format(self.base, path, self.key)\n'
        '        headers = {"Content-Type": "application/json"}\n'
        '        if method == "PUT":\n            return requests.put(url, data=json.dumps(body), headers=headers)\n'
        "        return requests.post(url, data=json.dumps(body), headers=headers)\n",
        "job.py": 'import os\n\nfrom client import Client\n\nclient = Client(os.environ["HUBSPOT_API_KEY"])\n\n\n'
        "def contacts():\n    after, every = None, []\n    while True:\n"
        '        page = client.get("/crm/v3/objects/contacts", limit=100, after=after)\n'
        '        every += page["results"]\n        after = page.get("paging")\n        if not after:\n            return every\n\n\n'
        'client.send("PUT", "/crm/v3/objects/notes", {"hs_note_body": "a"})\n'
        'client.send("POST", "/crm/v3/objects/deals", {"dealname": "b"})\ncontacts()\n',
    },
    after={
        "client.py": "import requests\n\n\nclass Client:\n    def __init__(self, token):\n"
        '        self.base = "https://api.hubapi.com"\n        self.session = requests.Session()\n'
        '        self.session.headers["Authorization"] = "Bearer " + token\n\n'
        "    def get(self, path, **params):\n"
        '        return self.call("GET", path, params=params).json()\n\n'
        "    def send(self, method, path, body):\n"
        '        return self.call(method, path, data=json.dumps(body), headers={"Content-Type": "application/json"})\n\n'
        "    def call(self, method, path, **options):\n"
        "        return self.session.request(method, self.base + path, **options)\n".replace(
            "import requests", "import json\n\nimport requests"
        ),
        "job.py": 'import os\n\nfrom client import Client\n\nclient = Client(os.environ["HUBSPOT_API_KEY"])\n\n\n'
        "def contacts():\n    after, every = None, []\n    while True:\n"
        '        page = client.get("/crm/v3/objects/contacts", limit=100, after=after)\n'
        '        every += page["results"]\n        after = page.get("paging")\n        if not after:\n            return every\n\n\n'
        'client.send("PUT", "/crm/v3/objects/notes", {"hs_note_body": "a"})\n'
        'client.send("POST", "/crm/v3/objects/deals", {"dealname": "b"})\ncontacts()\n',
    },
    mutants={},
)
CLIENT_MUTANTS = {
    "the method of one branch": ("self.call(method, path", 'self.call("POST", path'),
    "parameters are not handed on": ("path, params=params)", "path)"),
    "the body is emptied": ("json.dumps(body)", "json.dumps({})"),
    "the body is not handed on": ("data=json.dumps(body), ", ""),
    "the content type is lost": (', headers={"Content-Type": "application/json"}', ""),
    "options are dropped": (", **options)\n", ")\n"),
    "no space": ('"Bearer " + token', '"Bearer" + token'),
    "the header is none": ('self.session.headers["Authorization"]', 'self.session.params["Authorization"]'),
    "a header for one request replaces the session's": (
        'headers={"Content-Type": "application/json"}',
        'headers={"Content-Type": "application/json", "Authorization": ""}',
    ),
    "the session is not used": ("self.session.request(", "requests.request("),
    "the limit is lost": ("limit=100, ", ""),
    "the page is lost": (", after=after", ""),
    "a deal is no longer created": ('client.send("POST", "/crm/v3/objects/deals", {"dealname": "b"})\n', ""),
    "another object": ("/crm/v3/objects/notes", "/crm/v3/objects/tasks"),
    "the token and the key": ("**options)\n", '**options | {"params": {"hapikey": "x"}})\n'),
    "another base": ("https://api.hubapi.com", "https://api.hubapi.eu"),
}

MIGRATIONS = (
    CALLS,
    Migration(name=CLIENT.name, before=CLIENT.before, after=CLIENT.after, mutants=CLIENT_MUTANTS),
    Migration(
        name="an encoded query and urllib",
        before={
            "app.py": "import os\nimport urllib.request\nfrom urllib.parse import urlencode\n\n\n"
            'def owners(email):\n    query = urlencode({"hapikey": os.environ["HUBSPOT_API_KEY"], "email": email})\n'
            '    return urllib.request.urlopen("https://api.hubapi.com/crm/v3/owners?" + query)\n'
        },
        after={
            "app.py": "import os\nimport urllib.request\nfrom urllib.parse import urlencode\n\n\n"
            'def owners(email):\n    query = urlencode({"email": email})\n'
            '    token = os.environ["HUBSPOT_API_KEY"]\n'
            '    request = urllib.request.Request("https://api.hubapi.com/crm/v3/owners?" + query)\n'
            '    request.add_header("Authorization", "Bearer " + token)\n    return urllib.request.urlopen(request)\n'
        },
        mutants={
            "the question mark is lost": ("owners?", "owners"),
            "an ampersand opens the query": ("owners?", "owners&"),
            "the header is not added": ('    request.add_header("Authorization", "Bearer " + token)\n', ""),
            "a body makes it a POST": ('owners?" + query)', 'owners", query.encode())'),
        },
    ),
    Migration(
        name="a developer endpoint beside account calls",
        before={
            "app.py": _TOP + 'HOOKS = BASE + "/webhooks/v3/7/subscriptions"\n'
            'requests.get(HOOKS, params={"hapikey": os.environ["DEVELOPER_KEY"]})\n'
            'requests.get(BASE + "/crm/v3/owners", params={"hapikey": KEY})\n'
        },
        after={
            "app.py": _TOP + 'HOOKS = BASE + "/webhooks/v3/7/subscriptions"\n'
            'requests.get(HOOKS, params={"hapikey": os.environ["DEVELOPER_KEY"]})\n'
            'requests.get(BASE + "/crm/v3/owners", headers={"Authorization": f"Bearer {KEY}"})\n'
        },
        mutants={
            "the developer key is moved too": (
                'params={"hapikey": os.environ["DEVELOPER_KEY"]}',
                'headers={"Authorization": "Bearer " + os.environ["DEVELOPER_KEY"]}',
            ),
            "the token is read from the developer key": ("Bearer {KEY}", "Bearer {os.environ['DEVELOPER_KEY']}"),
        },
    ),
    SENT_WHEN,
    SENT_WHEN_JS,
    Migration(
        name="a method that is split and moved",
        before={
            "app.py": _TOP + "def sync(kind, rows):\n    for row in rows:\n"
            '        url = BASE + "/crm/v3/objects/" + kind + "/" + row["id"] + "?hapikey=" + KEY\n'
            '        requests.patch(url, json={"properties": row["properties"]})\n\n\n'
            'sync("contacts", json.load(open("a")))\nsync("deals", json.load(open("b")))\n'
        },
        after={
            "hub.py": "import os\n\nimport requests\n\nSESSION = requests.Session()\n"
            'SESSION.headers.update({"Authorization": f"Bearer {os.environ[\'HUBSPOT_API_KEY\']}"})\n\n\n'
            "def address(kind, row):\n    return f\"https://api.hubapi.com/crm/v3/objects/{kind}/{row['id']}\"\n\n\n"
            'def patch(kind, row):\n    return SESSION.patch(address(kind, row), json={"properties": row["properties"]})\n',
            "app.py": "import json\n\nfrom hub import patch\n\n\ndef sync(kind, rows):\n    for row in rows:\n        patch(kind, row)\n\n\n"
            'sync("contacts", json.load(open("a")))\nsync("deals", json.load(open("b")))\n',
        },
        mutants={
            "deals are forgotten": ('sync("deals", json.load(open("b")))\n', ""),
            "the id is left out": ("/{row['id']}", ""),
            "the properties are flattened": ('json={"properties": row["properties"]}', 'json=row["properties"]'),
            "put for patch": ("SESSION.patch(", "SESSION.put("),
        },
    ),
)

# ruff: noqa: E501 - programs, one to a line
"""Programs in which the way of a key is entangled with everything around it: python tests/entangle.py SEED.

A second grammar beside `compose`, drawn from what Python offers and not from what HubSpot code was seen to do: mixins,
decorators, context managers, callable objects, closures, generators, retries, prepared requests, and dictionaries that
several calls share, that are changed later, and in which the key is looked for afterwards. Options are `compose`'s.
"""

from __future__ import annotations

import random
import sys
from textwrap import indent

from compose import ENV, PATHS, Choices, main
from generate import Program
from loopback import Reply

REPLIES = (
    Reply(path="/crm/v3/objects/deals", times=1, status=503, json={}),
    Reply(path="/*", times=3, json={"after": 4, "results": [{"id": 9}]}),
    Reply(path="/*", json={"results": []}),
)

KEYS = {
    "constant": 'KEY = os.environ["HUBSPOT_API_KEY"]',
    "function": 'def key():\n    return os.environ["HUBSPOT_API_KEY"]\n\n\nKEY = key()',
    "record": '@dataclass\nclass Account:\n    key: str = ""\n    label: str = "main"\n\n\nACCOUNT = Account(key=os.environ["HUBSPOT_API_KEY"])\nKEY = ACCOUNT.key',
    "chain": 'SETTINGS = ChainMap({}, {"key": os.environ["HUBSPOT_API_KEY"]})\nKEY = SETTINGS["key"]',
    "either of two": 'KEY = os.environ.get("HUBSPOT_OTHER") or os.environ["HUBSPOT_API_KEY"]',
}

# How the key gets into `url` or `params`, in a function that has both; what has to stand before it.
WAYS = {
    "item": ("", 'params["hapikey"] = KEY'),
    "spread over": ('AUTH = {"hapikey": KEY}', "params = {**AUTH, **params}"),
    "merged": ('AUTH = {"hapikey": KEY}', "params = params | AUTH"),
    "helper returns": ('def with_key(params):\n    return dict(params, hapikey=KEY)', "params = with_key(params)"),
    "helper changes": ('def put_key(params):\n    params.setdefault("hapikey", KEY)', "put_key(params)"),
    "signed": ('def signed(url):\n    mark = "&" if "?" in url else "?"\n    return f"{url}{mark}hapikey={KEY}"', "url = signed(url)"),
    "appended": ("", 'url += "?hapikey=" + KEY'),
    "pairs": ("", 'params = [*params.items(), ("hapikey", KEY)]'),
    "shared and copied": ('COMMON = {"hapikey": KEY, "source": "sync"}', "params = dict(COMMON, **params)"),
    "shared": ('COMMON = {"source": "sync"}', 'COMMON["hapikey"] = KEY\nparams.update(COMMON)'),
    "named": ('NAME = "hapikey"', "params[NAME] = KEY"),
    "encoded": ("", 'url = url + "?" + urlencode({**params, "hapikey": KEY})\nparams = {}'),
    "callers may give": ("", 'params["hapikey"] = params.get("hapikey") or KEY'),
    "only where it lacks": ("", 'if "hapikey" not in params:\n    params["hapikey"] = KEY'),
    "in an object": ('class Auth:\n    def __init__(self, key):\n        self.key = key\n\n    def __call__(self, params):\n        params["hapikey"] = self.key\n        return params\n\n\nauth = Auth(KEY)', "params = auth(params)"),
    "in a closure": ('def authorizer(key):\n    def authorize(params):\n        return {"hapikey": key, **params}\n\n    return authorize\n\n\nauthorize = authorizer(KEY)', "params = authorize(params)"),
}  # fmt: skip

AROUND = {
    "nothing": ("", "{body}"),
    "taken out again": ("", 'try:\n{inner}\nfinally:\n    if isinstance(params, dict):\n        params.pop("hapikey", None)'),
    "a block": ('@contextmanager\ndef quiet(label):\n    try:\n        yield label\n    except OSError:\n        note(label)\n        raise', 'with quiet("ask"):\n{inner}'),
    "a loop": ("", "for turn in range(2):\n{inner}"),
    "a lock": ("LOCK = threading.Lock()", "with LOCK:\n{inner}"),
    "a branch": ('MODE = os.environ.get("MODE", "live")', 'if MODE != "dry":\n{inner}\nelse:\n    answer = None'),
}  # fmt: skip

SENDERS = {
    "get": ("", "answer = requests.get(url, params=params{options})"),
    "request": ("", 'answer = requests.request("GET", url, params=params{options})'),
    "session": ("session = requests.Session()", "answer = session.get(url, params=params{options})"),
    "block": ("", "with requests.Session() as http:\n    answer = http.get(url, params=params{options})"),
    "alias": ("fetch = requests.get", "answer = fetch(url, params=params{options})"),
    "partial": ("fetch = functools.partial(requests.get, timeout=9)", "answer = fetch(url, params=params{options})"),
    "prepared": ("session = requests.Session()", 'ready = requests.Request("GET", url, params=params{options}).prepare()\nanswer = session.send(ready)'),
    "options": ("", 'options = {{"params": params}}\noptions["timeout"] = 9\nanswer = requests.get(url, **options)'),
    "chosen": ("", 'answer = getattr(requests, "get")(url, params=params{options})'),
}  # fmt: skip

DECORATORS = {
    "none": "",
    "retry": "def retry(function):\n    @functools.wraps(function)\n    def run(*args, **kwargs):\n        for _ in range(2):\n            found = function(*args, **kwargs)\n            if found is None or found.status_code < 500:\n                return found\n        return found\n\n    return run",
    "retry with arguments": "def retry(times=2):\n    def decorate(function):\n        def run(*args, **kwargs):\n            found = function(*args, **kwargs)\n            left = times\n            while found is not None and found.status_code >= 500 and left > 1:\n                left -= 1\n                found = function(*args, **kwargs)\n            return found\n\n        return run\n\n    return decorate",
    "counted": "CALLS = Counter()\n\n\ndef counted(function):\n    def run(*args, **kwargs):\n        CALLS[function.__name__] += 1\n        return function(*args, **kwargs)\n\n    return run",
}  # fmt: skip
APPLIED = {"none": "", "retry": "@retry\n", "retry with arguments": "@retry(times=2)\n", "counted": "@counted\n"}

SHAPES = {
    "function": "{decorator}def ask(path, **params):\n    url = BASE + path\n{body}\n    return answer",
    "function with a dictionary": "{decorator}def ask_with(path, params):\n    url = BASE + path\n{body}\n    return answer\n\n\ndef ask(path, **params):\n    return ask_with(path, params)",
    "method": "class Api:\n    base = BASE\n\n    {decorator_method}def get(self, path, **params):\n        url = self.base + path\n{deep}\n        return answer\n\n\nask = Api().get",
    "mixin": "class Asks:\n    {decorator_method}def ask(self, path, **params):\n        url = self.base + path\n{deep}\n        return answer\n\n\nclass Based:\n    base = BASE\n\n\nclass Api(Asks, Based):\n    def get(self, path, **params):\n        return self.ask(path, **params)\n\n\napi = Api()\n\n\ndef ask(path, **params):\n    return api.get(path, **params)",
    "callable": "class Api:\n    {decorator_method}def __call__(self, path, **params):\n        url = BASE + path\n{deep}\n        return answer\n\n\nask = Api()",
    "delegate": "class Wire:\n    {decorator_method}def ask(self, path, **params):\n        url = BASE + path\n{deep}\n        return answer\n\n\nclass Api:\n    def __init__(self, wire):\n        self._wire = wire\n\n    def __getattr__(self, name):\n        return getattr(self._wire, name)\n\n\nask = Api(Wire()).ask",
    "closure": "def made(base):\n{decorator_inner}    def ask(path, **params):\n        url = base + path\n{deep}\n        return answer\n\n    return ask\n\n\nask = made(BASE)",
}  # fmt: skip

USES = {
    "once": 'ask("{path}", limit=3)',
    "no parameters": 'ask("{path}")',
    "loop": 'for number in (1, 2):\n    ask("{path}", page=number)',
    "pages": 'after = 0\nwhile True:\n    page = ask("{path}", after=after)\n    after = page.json().get("after") if page is not None else None\n    if not after or after > 3:\n        break',
    "generator": 'def every():\n    for name in ("a", "b"):\n        yield ask("{path}", property=name)\n\n\nnote(len(list(every())))',
    "shared arguments": 'filters = {{"limit": 2}}\nask("{path}", **filters)\nfilters["limit"] = 4\nask("{path}", **filters)\nnote(sorted(filters))',
    "mapped": 'list(map(ask, ["{path}", "/crm/v3/owners"]))',
    "partial": 'owners = functools.partial(ask, "/crm/v3/owners", archived="false")\nowners()\nowners(limit=1)',
    "kept": 'answers = {{}}\nanswers["{path}"] = ask("{path}")\nnote(sorted(answers))',
}

LATER = {
    "nothing": "",
    "dictionary is changed": 'if "COMMON" in globals():\n    COMMON["source"] = "later"\n    ask("{path}", again=1)',
    "key is told": "note(len(KEY))",
    "dictionary is counted": 'if "AUTH" in globals():\n    note(len(AUTH))',
    "dictionary is read": 'if "AUTH" in globals():\n    note(AUTH["hapikey"] == KEY)',
    "another host": 'requests.get("https://example.org/ping", params={{"limit": 1}})',
    "a token beside": 'requests.get(BASE + "{path}", headers={{"Authorization": "Bearer " + os.environ["PARTNER_KEY"]}})',
    "a developer call": 'requests.get(BASE + "/webhooks/v3/77/subscriptions", params={{"hapikey": os.environ["HUBSPOT_DEVELOPER_KEY"]}})',
}

LOOKS = {
    "nothing": "",
    "the URL is kept": "note(url)",
    "the sent URL is kept": "note(answer.url)",
    "the sent URL is compared": 'note(answer.url.endswith(KEY) or "hapikey" in answer.request.url)',
    "the names are kept": "note(sorted(dict(params)))",
    "the size is kept": "note(len(params))",
    "a digest is kept": 'note(hashlib.sha256(f"{url}{sorted(dict(params).items())}".encode()).hexdigest()[:6])',
}

MODULES = ("functools", "hashlib", "os", "requests", "threading")
NAMES = {
    "Counter": "collections",
    "ChainMap": "collections",
    "contextmanager": "contextlib",
    "dataclass": "dataclasses",
    "urlencode": "urllib.parse",
}
NOTE = 'def note(found):\n    with open(os.environ["SEEN"], "a") as file:\n        file.write(f"{found}\\n")'


def entangle(seed: int) -> Program:
    """Returns the program of a seed."""
    draw = Choices(random.Random(seed))  # noqa: S311 - the same program for the same seed
    before_way, way = draw.pair("way", WAYS)
    before_sender, sender = draw.pair("sender", SENDERS)
    before_around, around = draw.pair("around", AROUND)
    options = draw.random.choice(["", "", ", timeout=5", ', headers={"X-App": "sync"}'])
    look = draw.of("look", LOOKS) if draw.maybe(0.3) else ""
    early, late = ("", look) if "answer" in look else (look, "")
    sent = "\n".join(line for line in (way, early, sender.format(options=options), late) if line)
    body = around.format(body=sent, inner=indent(sent, "    ")) if around != "{body}" else sent
    decorator = draw.random.choice(sorted(DECORATORS))
    draw.names.append(f"decorator: {decorator}")
    applied = APPLIED[decorator]
    shape = draw.of("shape", SHAPES).format(
        decorator=applied,
        decorator_method=applied.replace("\n", "\n    "),
        decorator_inner=indent(applied, "    "),
        body=indent(body, "    "),
        deep=indent(body, "        "),
    )
    uses = [draw.of("use", USES).format(path=draw.random.choice(PATHS)) for _ in range(draw.random.choice((1, 2, 3)))]
    later = draw.of("later", LATER).format(path=draw.random.choice(PATHS)) if draw.maybe(0.5) else ""
    parts = [draw.of("key", KEYS), 'BASE = "https://api.hubapi.com"', NOTE, before_way, before_sender, before_around]
    parts += [DECORATORS[decorator], shape, *uses, later]
    text = "\n\n\n".join(part for part in parts if part) + "\n"
    return Program(
        files={"app.py": _imports(text) + text}, entry="app.py", env=ENV, idioms=tuple(draw.names), replies=REPLIES,
        keeps=("/webhooks/v3/77/subscriptions",),
    )  # fmt: skip


def _imports(text: str) -> str:
    lines = [f"import {name}\n" for name in MODULES if f"{name}." in text or f"({name}," in text]
    lines += [
        f"from {home} import {name}\n"
        for name, home in sorted(NAMES.items())
        if f"{name}(" in text or f"@{name}" in text
    ]
    return "".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(entangle))

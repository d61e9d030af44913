"""Small programs that send an API key, put together from the idioms of legacy code: python tests/generate.py SEED.

A program is a choice of where the key comes from, how it gets into the URL, which client sends it, how headers are
given, and through how much indirection. Who chooses is a parameter: a seed, or hypothesis.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import indent
from typing import Any

from loopback import Reply
from urlforms import PARAM_FORMS, URL_FORMS, Code, Form, Sent, inline, merged, plus, without_key

KEY = "k-123"
DEVELOPER_KEY = "d-123"
HOST = "https://api.hubapi.com"
DEVELOPER_PATH = "/webhooks/v3/77/subscriptions"
PATHS = ("/contacts/v1/lists", "/crm/v3/objects/deals", "/owners/v2/owners")


class Choose:
    """Picks one of several things, and remembers the names of what was picked."""

    def __init__(self, pick: Callable[[Sequence[Any]], Any]) -> None:
        self._pick = pick
        self.picked: list[str] = []

    def one(self, options: Sequence[Any]) -> Any:
        """Returns one of the options."""
        return self._pick(options)

    def named(self, options: Mapping[str, Any]) -> Any:
        """Returns the value of one of the names."""
        name = self._pick(sorted(options))
        self.picked.append(name)
        return options[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A folder to be, how it is run, and the names of the idioms it is made of.

    ``keeps`` are the paths whose requests carry a developer key.
    """

    files: Mapping[str, str]
    entry: str
    idioms: tuple[str, ...]
    keeps: tuple[str, ...] = (DEVELOPER_PATH,)
    env: Mapping[str, str] = field(
        default_factory=lambda: {"HUBSPOT_API_KEY": KEY, "HUBSPOT_DEVELOPER_KEY": DEVELOPER_KEY}
    )
    replies: tuple[Reply, ...] = ()

    def write(self, folder: Path) -> Path:
        """Writes the files; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the key comes from: lines that come first, the expression for it, files beside the program, arguments."""

    key: str
    lines: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    arguments: str = ""


_READ = 'os.environ["HUBSPOT_API_KEY"]'
SOURCES = {
    "environment": Source(lines=f"KEY = {_READ}", key="KEY"),
    "getenv": Source(lines='API_KEY = os.getenv("HUBSPOT_API_KEY", "")', key="API_KEY"),
    "read in place": Source(key=_READ),
    "literal": Source(lines=f'HAPIKEY = "{KEY}"', key="HAPIKEY"),
    "imported name": Source(
        lines="from settings import HUBSPOT_API_KEY",
        key="HUBSPOT_API_KEY",
        files={"settings.py": f"import os\n\nHUBSPOT_API_KEY = {_READ}\n"},
    ),
    "settings module": Source(
        lines="import settings", key="settings.KEY", files={"settings.py": f"import os\n\nKEY = {_READ}\n"}
    ),
    "settings class": Source(lines=f"class Settings:\n    api_key = {_READ}\n", key="Settings.api_key"),
    "nested dict": Source(lines=f'CONFIG = {{"hubspot": {{"key": {_READ}}}}}', key='CONFIG["hubspot"]["key"]'),
    "function": Source(lines=f"def load_key():\n    return {_READ}\n", key="load_key()"),
    "json file": Source(
        lines='with open("config.json") as file:\n    config = json.load(file)',
        key='config["hapikey"]',
        files={"config.json": f'{{"hapikey": "{KEY}"}}\n'},
    ),
    "argument": Source(key="sys.argv[1]", arguments=KEY),
}


HEADERS = {
    "no headers": ("", "", ""),
    "headers in place": ("", "", '{"Accept": "application/json"}'),
    "headers in a name": ("", 'headers = {"Accept": "application/json"}', "headers"),
    "headers shared": ('HEADERS = {"Accept": "application/json"}', "", "HEADERS"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a library sends a request. ``call`` takes ``verb``, ``method``, ``url`` and the ``rest`` of the arguments."""

    call: str
    params: str | None = "params"
    body: str = 'json={"name": "x"}'
    made: str = ""
    within: str = ""
    is_async: bool = False
    base: bool = True
    done: str = ""
    read: str | None = ".json()"


CLIENTS = {
    "requests": Client(call="requests.{verb}({url}{rest})"),
    "requests.request": Client(call='requests.request("{method}", {url}{rest})'),
    "requests session": Client(made="session = requests.Session()", call="session.{verb}({url}{rest})"),
    "httpx": Client(call="httpx.{verb}({url}{rest})"),
    "httpx client": Client(within="with httpx.Client() as client:", call="client.{verb}({url}{rest})"),
    "httpx async": Client(
        within="async with httpx.AsyncClient() as client:", call="(await client.{verb}({url}{rest}))", is_async=True
    ),
    "aiohttp": Client(
        within="async with aiohttp.ClientSession() as session:",
        call="await (await session.{verb}({url}{rest}))",
        is_async=True,
    ),
    "urllib": Client(
        call='urllib.request.urlopen(urllib.request.Request({url}{rest}, method="{method}"))',
        params=None,
        body='data=b"{}"',
        read=None,
    ),
    "urllib3": Client(
        made="pool = urllib3.PoolManager()", call='pool.request("{method}", {url}{rest})', params="fields"
    ),
    "http.client": Client(
        made='connection = http.client.HTTPSConnection("api.hubapi.com")',
        call='connection.request("{method}", {url}{rest})',
        params=None,
        body='body="{}"',
        base=False,
        done="connection.getresponse().read()",
        read=None,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What was chosen for one program."""

    source: Source
    client: Client
    form: Callable[[Sent, str, bool], Form]
    headers: tuple[str, str, str]
    bystander: str = ""

    def block(self, sent: Sent, key: str, result: str = "") -> str:
        """Returns the statements of one request, the key by this expression, the answer in the name ``result``."""
        form = self.form(sent, key, self.client.base)
        _, local, headers = self.headers
        options = {self.client.params: form.params, "headers": headers}
        rest = [f"{name}={value}" for name, value in options.items() if value]
        rest += [self.client.body] if sent.method == "POST" else []
        return self.send(form.url, rest, method=sent.method, lines=(*form.lines, local), result=result)

    def send(
        self, url: str, rest: Sequence[str], *, method: str = "GET", lines: Sequence[str] = (), result: str = ""
    ) -> str:
        """Returns the statements of one request, with these lines and arguments."""
        text = "".join(f", {one}" for one in rest)
        call = self.client.call.format(verb=method.lower(), method=method, url=url, rest=text) + (
            self.client.read or ""
        )
        call = f"{result} = {call}" if result else call
        sending = "\n".join(line for line in (*lines, call, self.client.done) if line)
        return f"{self.client.within}\n{indent(sending, '    ')}" if self.client.within else sending

    def define(self, head: str, body: str) -> str:
        """Returns a function of this head."""
        return f"{'async ' if self.client.is_async else ''}def {head}:\n{indent(body, '    ')}\n"

    def run(self, call: str) -> str:
        """Returns the statement that calls such a function."""
        return f"asyncio.run({call})" if self.client.is_async else call

    def end(self, calls: str) -> str:
        """Returns the last statements of a program, with the request that is none of ours."""
        if not self.bystander:
            return calls
        block = self.send(self.bystander, ())
        if not self.client.is_async:
            return f"{calls}{block}\n"
        return f"{calls}\n\n{self.define('other()', block)}\n\nasyncio.run(other())\n"

    def top(self) -> str:
        """Returns what stands above: imports, the key, the base, shared objects."""
        lines = [self.source.lines, f'BASE = "{HOST}"' if self.client.base else "", self.client.made, self.headers[0]]
        return "\n".join(line for line in lines if line) + "\n\n"


def _flat(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    blocks = "\n".join(parts.block(sent, parts.source.key) for sent in sents)
    if parts.client.is_async:
        main = parts.define("main()", blocks) + f"\n\n{parts.run('main()')}\n"
        return {"main.py": parts.top() + parts.end(main)}
    return {"main.py": parts.top() + parts.end(blocks + "\n")}


def _defined(parts: Parts, bodies: Sequence[str], head: str) -> str:
    """Returns a function for each of the bodies."""
    return "".join(parts.define(head.format(number), body) + "\n\n" for number, body in enumerate(bodies))


def _ending(parts: Parts, calls: Sequence[str]) -> str:
    return parts.end("".join(parts.run(call) + "\n" for call in calls))


def _functions(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    bodies = [parts.block(sent, parts.source.key) for sent in sents]
    calls = _ending(parts, [f"send{number}()" for number in range(len(sents))])
    return {"main.py": parts.top() + _defined(parts, bodies, "send{}()") + calls}


def _path_argument(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    body = parts.block(replace(sents[0], path=Code("path")), parts.source.key)
    calls = _ending(parts, [f'send("{sent.path}")' for sent in sents])
    return {"main.py": parts.top() + parts.define("send(path)", body) + "\n\n" + calls}


def _key_argument(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    bodies = [parts.block(sent, "key") for sent in sents]
    calls = _ending(parts, [f"send{number}({parts.source.key})" for number in range(len(sents))])
    return {"main.py": parts.top() + _defined(parts, bodies, "send{}(key)") + calls}


def _methods(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    bodies = [parts.block(sent, "self.key") for sent in sents]
    methods = "def __init__(self, key):\n    self.key = key\n\n" + _defined(parts, bodies, "send{}(self)")
    account = f"class Account:\n{indent(methods.rstrip(), '    ')}\n\n\naccount = Account({parts.source.key})\n"
    calls = _ending(parts, [f"account.send{number}()" for number in range(len(sents))])
    return {"main.py": parts.top() + account + calls}


def _modules(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    bodies = [parts.block(sent, parts.source.key) for sent in sents]
    calls = "".join(parts.run(f"api.send{number}()") + "\n" for number in range(len(sents)))
    api = parts.top() + parts.end(_defined(parts, bodies, "send{}()"))
    return {"api.py": api, "main.py": "import api\n" + calls}


def _paged(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    sent = replace(sents[0], after=(*sents[0].after, ("offset", Code("str(offset)"))))
    turn = parts.block(sent, parts.source.key, result="page") + '\noffset, more = page["offset"], page["hasMore"]'
    body = f"offset, more = 0, True\nwhile more:\n{indent(turn, '    ')}"
    return {"main.py": parts.top() + parts.define("main()", body) + "\n\n" + _ending(parts, ["main()"])}


def _injected(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    key = f'params["hapikey"] = {parts.source.key}'
    rest = (f"{parts.client.params}=params", "headers=headers")
    body = parts.send("BASE + path", rest, lines=("params = params or {}", key))
    headers = parts.headers[2] if parts.headers[2] != "headers" else '{"Accept": "application/json"}'
    calls = [f'send("{sent.path}", {without_key(sent)}, {headers or None})' for sent in sents]
    calls.append(f'send("{sents[0].path}")')
    head = "send(path, params=None, headers=None)"
    return {"main.py": parts.top() + parts.define(head, body) + "\n\n" + _ending(parts, calls)}


def _helped(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    parts = replace(parts, form=_by_helper)
    url = plus([*([Code("BASE")] if parts.client.base else []), Code("path"), "?hapikey=", Code(parts.source.key)])
    files = _functions(parts, sents)
    helper = f"def address(path):\n    return {url}\n\n\n"
    return {"main.py": files["main.py"].replace(parts.top(), parts.top() + helper)}


def _by_helper(sent: Sent, key: str, base: bool) -> Form:
    rest = [part for name, value in (*sent.before, *sent.after) for part in (f"&{name}=", value)]
    return Form((), plus([Code(f'address("{sent.path}")'), *merged(rest)]))


def _from_template(parts: Parts, sents: Sequence[Sent]) -> dict[str, str]:
    def form(sent: Sent, key: str, base: bool) -> Form:
        rest = "".join(f"&{name}={value}" for name, value in (*sent.before, *sent.after))
        return Form((), f'TEMPLATE.format("{sent.path}", {key})' + (f' + "{rest}"' if rest else ""))

    template = f'TEMPLATE = "{HOST if parts.client.base else ""}{{}}?hapikey={{}}"\n'
    files = _functions(replace(parts, form=form), sents)
    return {"urls.py": template, "main.py": "from urls import TEMPLATE\n\n" + files["main.py"]}


Structure = Callable[[Parts, Sequence[Sent]], dict[str, str]]
INDIRECTION: Mapping[str, Structure] = {
    "flat": _flat,
    "functions": _functions,
    "path as an argument": _path_argument,
    "key as an argument": _key_argument,
    "methods": _methods,
    "another module": _modules,
    "pages": _paged,
}
WRAPPERS: Mapping[str, Structure] = {
    "wrapper that adds the key": _injected,
    "function that gives the URL": _helped,
    "template of another module": _from_template,
}
BYSTANDERS = {
    "alone": "",
    "beside another host": '"https://example.org/ping"',
    "beside a public call": '"https://forms.hubspot.com/uploads/form/v2/1/2"',
    "beside a developer call": f'"{HOST}{DEVELOPER_PATH}?hapikey=" + os.environ["HUBSPOT_DEVELOPER_KEY"]',
}
_MODULES = ("aiohttp", "asyncio", "http.client", "httpx", "json", "os", "requests", "sys", "urllib.request", "urllib3")
_PAGES = (
    Reply(path="/[a-z]*", times=2, json={"offset": 7, "hasMore": True}),
    Reply(path="/[a-z]*", json={"offset": 0, "hasMore": False}),
)


def generate(choose: Choose) -> Program:
    """Returns a program made of what was chosen."""
    source, client, headers = choose.named(SOURCES), choose.named(CLIENTS), choose.named(HEADERS)
    make = choose.named(_structures(client))
    form = choose.named({**URL_FORMS, **PARAM_FORMS} if client.params else URL_FORMS) if _takes_forms(make) else inline
    bystander = choose.named(BYSTANDERS) if client.base else ""
    parts = Parts(source=source, client=client, form=form, headers=headers, bystander=bystander)
    files = make(parts, [_sent(choose, client, path) for path in PATHS[: choose.one((1, 2))]])
    return Program(
        files={name: _imports(text) + text for name, text in files.items()} | dict(source.files),
        entry=f"main.py {source.arguments}".strip(),
        idioms=tuple(choose.picked),
        replies=_PAGES if make is _paged else (),
    )


def _structures(client: Client) -> dict[str, Structure]:
    found = {**INDIRECTION, **WRAPPERS}
    if not client.read:
        del found["pages"]
    if not client.params:
        del found["wrapper that adds the key"]
    return found


def _takes_forms(make: Structure) -> bool:
    return make in INDIRECTION.values()


def _sent(choose: Choose, client: Client, path: str) -> Sent:
    return Sent(
        path=path,
        method=choose.one(("GET", "GET", "POST")) if client.params != "fields" else "GET",
        before=choose.one(((), (("count", "5"),))),
        after=choose.one(((), (("property", "email"),))),
    )


def _imports(text: str) -> str:
    lines = [f"import {name}\n" for name in _MODULES if f"{name}." in text]
    if "urlencode(" in text:
        lines.append("from urllib.parse import urlencode\n")
    return "".join(lines) + ("\n" if lines else "")


def seeded(seed: int) -> Program:
    """Returns the program of a seed."""
    return generate(Choose(random.Random(seed).choice))  # noqa: S311 - a choice of programs


if __name__ == "__main__":
    program = seeded(int(sys.argv[1]))
    print("#", ", ".join(program.idioms))
    for name, text in program.files.items():
        print(f"# --- {name}\n{text}")

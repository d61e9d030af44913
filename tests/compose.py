# ruff: noqa: E501 - programs, one to a line
"""Larger programs that send an API key, grown by a grammar: python tests/compose.py SEED, or COUNT programs executed.

Where `generate` varies one request, this varies what surrounds many: wrappers, sessions, dictionaries that several
calls share, pagers, retries, subclasses, and code that reads the key again. Nothing is taken from a known fault: every
part is drawn by itself, so that most programs are of a kind that nobody has thought of.

    python tests/compose.py 17              prints the program of a seed
    python tests/compose.py --run 1000      executes so many before and after `migrate --write`, and says what went wrong
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from textwrap import indent

from generate import Program
from loopback import Recorded, Reply, equal_but_for_credential, record
from loopback.program import ProgramError

ENV = {"HUBSPOT_API_KEY": "k-123", "PARTNER_KEY": "p-456", "HUBSPOT_DEVELOPER_KEY": "d-123"}
PATHS = ("/contacts/v1/lists", "/crm/v3/objects/deals", "/owners/v2/owners", "/companies/v2/companies/paged")
DEVELOPER = "/webhooks/v3/77/subscriptions"
REPLIES = (
    Reply(path="/crm/v3/objects/deals", times=1, status=429, json={}),
    Reply(
        path="/*",
        times=2,
        json={
            "offset": 7,
            "hasMore": True,
            "results": [{"id": 1}],
            "next": "https://api.hubapi.com/crm/v3/owners?after=7",
        },
    ),
    Reply(path="/*", json={"offset": 0, "hasMore": False, "results": []}),
)


@dataclass(slots=True)
class Choices:
    """Draws parts, and remembers their names."""

    random: random.Random
    names: list[str] = field(default_factory=list)

    def of(self, kind: str, options: Mapping[str, str]) -> str:
        """Returns the text of one of the options."""
        name = self.random.choice(sorted(options))
        self.names.append(f"{kind}: {name}")
        return options[name]

    def pair(self, kind: str, options: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
        """Returns both texts of one of the options."""
        name = self.random.choice(sorted(options))
        self.names.append(f"{kind}: {name}")
        return options[name]

    def maybe(self, share: float) -> bool:
        """Returns true in this share of the cases."""
        return self.random.random() < share


# -- parts of a client -----------------------------------------------------------------------------------------------

KEYS = {
    "environment": ('KEY = os.environ["HUBSPOT_API_KEY"]', "KEY"),
    "default of getenv": ('KEY = os.getenv("HUBSPOT_API_KEY", "")', "KEY"),
    "settings": ('class Settings:\n    hapikey = os.environ["HUBSPOT_API_KEY"]\n', "Settings.hapikey"),
    "dictionary": ('CONFIG = {"hubspot": {"key": os.environ["HUBSPOT_API_KEY"]}}', 'CONFIG["hubspot"]["key"]'),
    "function": ('def load_key():\n    return os.environ["HUBSPOT_API_KEY"]\n', "load_key()"),
}
HEADERS = {
    "none": ("", ""),
    "shared constant": ('HEADERS = {"Accept": "application/json"}', "HEADERS"),
    "made by a function": ('def made_headers():\n    return {"X-App": "sync"}\n', "made_headers()"),
    "in place": ("", '{"X-App": "sync"}'),
    "copied": ('HEADERS = {"Accept": "application/json"}', 'dict(HEADERS, **{"X-App": "sync"})'),
}
IN_SESSION = {
    "session params entry": '{s}.params["hapikey"] = {key}',
    "session params update": '{s}.params.update({{"hapikey": {key}}})',
    "session params": '{s}.params = {{"hapikey": {key}}}',
}
IN_PARAMS = {
    "assignment": 'params = dict(params or {{}})\nparams["hapikey"] = {key}',
    "into the caller's": 'params = params if params is not None else {{}}\nparams["hapikey"] = {key}',
    "guarded": 'params = dict(params or {{}})\nif "hapikey" not in params:\n    params["hapikey"] = {key}',
    "setdefault": 'params = dict(params or {{}})\nparams.setdefault("hapikey", {key})',
    "keyword of dict": "params = dict(params or {{}}, hapikey={key})",
    "merged display": 'params = {{**(params or {{}}), "hapikey": {key}}}',
    "update": 'query = {{"hapikey": {key}}}\nquery.update(params or {{}})\nparams = query',
    "update with": 'params = dict(params or {{}})\nparams.update({{"hapikey": {key}}})',
    "pairs": 'params = [("hapikey", {key}), *(params or {{}}).items()]',
    "helper": "params = dict({auth}, **(params or {{}}))",
    "helper updated": "query = {auth}\nquery.update(params or {{}})\nparams = query",
}
IN_URL = {
    "interpolated": 'url = f"{{BASE}}{{path}}?hapikey={{{key}}}"',
    "added": 'url = BASE + path + "?hapikey=" + {key}',
    "formatted": 'url = "{{}}{{}}?hapikey={{}}".format(BASE, path, {key})',
    "percent": 'url = "%s%s?hapikey=%s" % (BASE, path, {key})',
    "template": "url = TEMPLATE.format(path, {key})",
    "grown": 'url = BASE + path\nurl += "?hapikey=" + {key}',
    "behind another": 'url = BASE + path + "?archived=false&hapikey=" + {key}',
    "before another": 'url = f"{{BASE}}{{path}}?hapikey={{{key}}}&archived=false"',
    "by a separator": 'mark = "&" if "?" in path else "?"\nurl = BASE + path + mark + "hapikey=" + {key}',
    "encoded": 'url = BASE + path + "?" + urlencode({{"hapikey": {key}}})',
    "helper": "url = {address}",
}
SENDS = {
    "plain": "return {sender}.request(method, url{options})",
    "kept": "reply = {sender}.request(method, url{options})\nreturn reply",
    "retried in a handler": (
        "try:\n    reply = {sender}.request(method, url{options})\n    reply.raise_for_status()\n    return reply\n"
        "except Exception:\n    return {sender}.request(method, url{options})"
    ),
    "retried in a loop": (
        "for _ in range(2):\n    reply = {sender}.request(method, url{options})\n"
        "    if reply.status_code != 429:\n        break\nreturn reply"
    ),
    "retried on a status": (
        "reply = {sender}.request(method, url{options})\nif reply.status_code == 429:\n"
        "    reply = {sender}.request(method, url{options})\nreturn reply"
    ),
    "arms": (
        'if method == "GET":\n    return {sender}.get(url{options})\n'
        'if method == "POST":\n    return {sender}.post(url{options}, json=data)\n'
        'if method == "DELETE":\n    return {sender}.delete(url{options})\nraise ValueError(method)'
    ),
    "options": "options = dict({named})\nreturn {sender}.request(method, url, **options)",
}
LATER_IN_PARAMS = {
    "nothing": "",
    "deleted": 'del params["hapikey"]',
    "popped": 'params.pop("hapikey", None)',
    "asserted": 'assert "hapikey" in params',
    "shown": "print(sorted(params))",
    "measured": 'if len(params["hapikey"]) < 3:\n    raise ValueError("no key")',
}
LATER_IN_URL = {
    "nothing": "",
    "asserted": 'assert "hapikey" in url',
    "cut": 'shown = url.split("hapikey=")[1]',
    "shown": "print(url)",
    "hidden": 'print(url.replace({key}, "..."))',
}
LOOKS_AT_PARAMS = {
    "counted": "note(len(params))",
    "joined": 'note("-".join(sorted(dict(params))))',
    "written": "note(params)",
    "dumped": "note(json.dumps(params))",
    "hashed": "note(hashlib.md5(str(params).encode()).hexdigest())",
    "values": 'note(" ".join(str(value) for value in dict(params).values()))',
    "rounds": "n = 0\nfor one in params:\n    n += 1\nnote(n)",
    "compared": "note(dict(params) == {{}})",
    "one entry": 'note(dict(params).get("count"))',
    "its kind": "note(isinstance(params, dict))",
    "without the key": 'note({{name: value for name, value in dict(params).items() if name != "hapikey"}})',
}
LOOKS_AT_URL = {
    "measured": "note(len(url))",
    "written": "note(url)",
    "hashed": "note(hashlib.sha1(url.encode()).hexdigest())",
    "cut by place": "note(url[30:])",
    "counted": 'note(url.count("&"))',
    "kept": "seen = set()\nseen.add(url)\nnote(sorted(seen))",
    "its path": 'note(url.split("?")[0])',
    "its start": 'note(url.startswith("https://api"))',
    "its host": "note(urlsplit(url).netloc)",
}
USES = {
    "one": 'client.get("{path}")',
    "with parameters": 'client.get("{path}", {{"count": 5}})',
    "posted": 'client.post("{path}", {{"name": "x"}})',
    "paged by parameter": (
        'query = {{"count": 2}}\nmore = True\nwhile more:\n    page = client.get("{path}", query).json()\n'
        '    more = page.get("hasMore", False)\n    query["offset"] = page.get("offset", 0)'
    ),
    "paged by new parameters": (
        'offset, more = 0, True\nwhile more:\n    page = client.get("{path}", {{"count": 2, "offset": offset}}).json()\n'
        '    offset, more = page.get("offset", 0), page.get("hasMore", False)'
    ),
    "for several": 'for name in ("{path}", "/owners/v2/owners"):\n    client.get(name)',
    "shared parameters": 'query = {{"count": 5}}\nclient.get("{path}", query)\nclient.get("/crm/v3/owners", query)',
    "in a function": 'def fetch(limit=3):\n    return client.get("{path}", {{"limit": limit}}).json()\n\n\nfetch()\nfetch(4)',
    "collected": 'rows = [client.get("{path}", {{"page": n}}).json() for n in range(2)]',
}
USES_OF_URL = {
    "appended": (
        'start = client.address("{path}")\ntail, more = "", True\nwhile more:\n    page = {sender}.get(start + tail{options}).json()\n'
        '    more = page.get("hasMore", False)\n    tail = "&offset=" + str(page.get("offset", 0))'
    ),
    "formatted": '{sender}.get("{{}}&count=2".format(client.address("{path}")){options})',
    "grown": 'link = client.address("{path}")\nlink += "&count=2"\nfor n in range(2):\n    {sender}.get(link + f"&page={{n}}"{options})',
    "as it is": '{sender}.get(client.address("{path}"){options})',
}
SUBCLASSES = {
    "none": "",
    "a path": (
        "class Narrow(Client):\n    def get(self, path, params=None):\n"
        '        return super().get("/crm/v3/objects" + path, params)\n\n\nNarrow({key}).get("/deals")\n'
    ),
    "a key of its own": (
        'class Partner(Client):\n    def credentials(self):\n        return os.environ["PARTNER_KEY"]\n\n\n'
        'Partner({key}).get("/crm/v3/owners")\n'
    ),
    "more parameters": (
        "class Paged(Client):\n    def get(self, path, params=None):\n"
        '        return super().get(path, {{"limit": 1, **(params or {{}})}})\n\n\nPaged({key}).get("/crm/v3/owners")\n'
    ),
    "a parameters helper": (
        'class Quiet(Client):\n    def auth(self):\n        return {{"hapikey": os.environ["PARTNER_KEY"], "quiet": 1}}\n\n\n'
        'Quiet({key}).get("/crm/v3/owners")\n'
    ),
    "another account": 'Client(os.environ["PARTNER_KEY"]).get("/crm/v3/owners")\n',
}
BESIDE = {
    "nothing": "",
    "another host": 'requests.get("https://example.org/ping")\n',
    "another host on the same session": '{session}.get("https://example.org/ping")\n',
    "a developer call": 'requests.get(BASE + "'
    + DEVELOPER
    + '", params={{"hapikey": os.environ["HUBSPOT_DEVELOPER_KEY"]}})\n',
    "a public call": 'requests.post("https://forms.hubspot.com/uploads/form/v2/1/2", data={{"a": "b"}})\n',
    "the same headers elsewhere": 'requests.get("https://example.org/ping"{headers})\n',
}


def compose(seed: int) -> Program:
    """Returns the program of a seed."""
    draw = Choices(random.Random(seed))  # noqa: S311 - a choice of programs
    text = _client(draw)
    return Program(
        files={"main.py": _imports(text) + text},
        entry="main.py",
        idioms=tuple(draw.names),
        keeps=(DEVELOPER,),
        env=ENV,
        replies=REPLIES,
    )


def _client(draw: Choices) -> str:
    """Returns a program with one class through which its requests go."""
    key_lines, key = draw.pair("key", KEYS)
    header_lines, headers = draw.pair("headers", HEADERS)
    has_session = draw.maybe(0.6)
    way = draw.random.choice(["session", "params", "params", "url", "url"] if has_session else ["params", "url"])
    ways = {way} | ({draw.random.choice(["params", "url"])} if draw.maybe(0.15) else set())
    draw.names.append(f"ways: {'+'.join(sorted(ways))}")
    own = draw.of("key in the client", {"attribute": "self.key", "method": "self.credentials()"})
    sender = "self.session" if has_session else "requests"
    options = [f"headers={headers}"] if headers else []
    init = ["self.key = key"] + (["self.session = requests.Session()"] if has_session else [])
    body: list[str] = []
    if "session" in ways:
        init.append(draw.of("session", IN_SESSION).format(s="self.session", key=own))
    if "url" in ways:
        body.append(draw.of("url", IN_URL).format(key=own, address="self.address(path)"))
    else:
        body.append("url = BASE + self.prefix + path")
    if "params" in ways:
        body.append(draw.of("params", IN_PARAMS).format(key=own, auth="self.auth()"))
    options.insert(0, "params=params")
    send = draw.of("send", SENDS)
    named = ", ".join(options)
    sent = send.format(sender=sender, options="".join(f", {one}" for one in options), named=named)
    readable = [LATER_IN_URL] * ("url" in ways) + [LATER_IN_PARAMS] * ("params" in ways)
    later = draw.of("later", draw.random.choice(readable)) if readable and draw.maybe(0.3) else ""
    looks = [LOOKS_AT_URL] * ("url" in ways) + [LOOKS_AT_PARAMS] * ("params" in ways)
    if looks and draw.maybe(0.25):
        body.append(draw.of("look", draw.random.choice(looks)).format())
    if later and "return" not in sent.partition("\n")[0] and sent.endswith("return reply"):
        sent = sent.removesuffix("return reply") + later.format(key=own) + "\nreturn reply"
    methods = [
        _method("__init__(self, key)", init),
        _method("credentials(self)", ["return self.key"]),
        _method("auth(self)", [f'return {{"hapikey": {own}}}']),
        _method("address(self, path)", [f'return BASE + path + "?hapikey=" + {own}']),
        _method("send(self, method, path, params=None, data=None)", [*body, sent]),
        _method("get(self, path, params=None)", ['return self.send("GET", path, params)']),
        _method("post(self, path, data)", ['return self.send("POST", path, None, data)']),
    ]
    uses = [
        draw.of("use", USES).format(path=draw.random.choice(PATHS)) for _ in range(draw.random.choice((1, 2, 2, 3)))
    ]
    if "url" in ways and draw.maybe(0.5):
        given = f", headers={headers}" if headers else ""
        told = draw.of("use of the URL", USES_OF_URL)
        uses.append(told.format(path=draw.random.choice(PATHS), sender="requests", options=given))
    text = "\n\n".join(uses)
    text += "\n" + draw.of("subclass", SUBCLASSES).format(key=key)
    beside = draw.of("beside", BESIDE)
    text += beside.format(
        session="client.session" if has_session else "requests", headers=f", headers={headers}" if headers else ""
    )
    needed = [m for m in methods if _is_needed(m, methods, text)]
    note = NOTE if any("note(" in line for line in body) else ""
    top = "\n".join(
        line for line in (key_lines, 'BASE = "https://api.hubapi.com"', _template(body), header_lines, note) if line
    )
    return (
        f'{top}\n\n\nclass Client:\n    prefix = ""\n\n{"".join(needed).rstrip()}\n\n\nclient = Client({key})\n{text}'
    )


NOTE = """
def note(found):
    with open(os.environ["SEEN"], "a") as file:
        file.write(f"{found}\\n")
"""


def _template(body: Sequence[str]) -> str:
    return 'TEMPLATE = BASE + "{}?hapikey={}"' if any("TEMPLATE" in line for line in body) else ""


def _method(head: str, body: Sequence[str]) -> str:
    lines = indent("\n".join(body), "        ")
    return f"    def {head}:\n{lines}\n\n"


def _is_needed(method: str, methods: Sequence[str], uses: str) -> bool:
    """Returns whether a method is called; what nobody calls is another kind of program."""
    name = method.partition("(")[0].rpartition(" ")[2]
    others = "".join(one for one in methods if one is not method) + uses
    return name in ("__init__", "get", "send") or f".{name}(" in others


def _imports(text: str) -> str:
    lines = [f"import {name}\n" for name in ("hashlib", "json", "os", "requests") if f"{name}." in text]
    parsed = [name for name in ("urlencode", "urlsplit") if f"{name}(" in text]
    return "".join(lines) + (f"from urllib.parse import {', '.join(parsed)}\n" if parsed else "") + "\n"


# -- executed before and after ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one program: how many of its requests carry a key, how many were moved, and what is wrong."""

    program: Program
    keyed: int = 0
    moved: int = 0
    wrong: tuple[str, ...] = ()
    text: str = ""


Sent = tuple[tuple[Recorded, ...], str]
Run = Callable[..., tuple[Recorded, ...]]
"""What executes a program and returns what it sends, as `record` does."""


def outcomes(
    programs: Sequence[Program], *, flags: Sequence[str] = (), workers: int = 2, run: Run = record
) -> list[Outcome]:
    """Returns what `migrate --write` made of the programs, each executed before and after; one that fails is left out."""
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(workers) as pool:
        root = Path(temporary)
        folders = [program.write(root / str(number)) for number, program in enumerate(programs)]
        before = list(pool.map(partial(_sent, run=run), folders, programs))
        command = [sys.executable, "-m", "migrator", "migrate", "--write", *flags, *map(str, folders)]
        env = os.environ | {"XDG_STATE_HOME": str(root / "state")}
        done = subprocess.run(command, cwd=Path(__file__).parents[1], env=env, capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr.decode()
        after = list(pool.map(partial(_sent, run=run), folders, programs))
        texts = ["".join(path.read_text() for path in sorted(folder.glob("*.*"))) for folder in folders]
    every = zip(programs, before, after, texts, strict=True)
    safe = "--unsafe" not in flags
    return [_outcome(program, was, now, text, safe) for program, was, now, text in every if not isinstance(was, str)]


def _sent(folder: Path, program: Program, *, run: Run) -> Sent | str:
    """Returns what a program sends, and what else it found worth a note, or why it fails."""
    seen = folder.with_suffix(".seen")
    seen.write_text("")
    try:
        return run(
            folder, program.entry, env={**program.env, "SEEN": str(seen)}, replies=program.replies
        ), seen.read_text()
    except ProgramError as error:
        return str(error).strip().rpartition("\n")[2]


def _outcome(program: Program, before: Sent, after: Sent | str, text: str, safe: bool) -> Outcome:
    was, seen = before
    keyed = [number for number, one in enumerate(was) if _is_keyed(one, program)]
    if isinstance(after, str):
        return Outcome(program=program, keyed=len(keyed), wrong=(f"it fails: {after}",), text=text)
    now, sees = after
    if safe and seen != sees:
        return Outcome(program=program, keyed=len(keyed), wrong=(f"it noted {seen!r}, notes {sees!r}",), text=text)
    if len(was) != len(now):
        return Outcome(program=program, keyed=len(keyed), wrong=(f"{len(was)} requests became {len(now)}",), text=text)
    wrong: list[str] = []
    for old, new in zip(was, now, strict=True):
        if old != new:
            wrong += equal_but_for_credential([old], [new], keeps=program.keeps)
    moved = sum(was[number] != now[number] for number in keyed)
    return Outcome(program=program, keyed=len(keyed), moved=moved, wrong=tuple(wrong), text=text)


def _is_keyed(request: Recorded, program: Program) -> bool:
    return request.path not in program.keeps and any(part.startswith("hapikey=") for part in request.query)


def main(made: Callable[[int], Program] | None = None, *, run: Run = record) -> int:
    """Prints a program, or executes many with *run*; *made* is the grammar, this one where there is none."""
    made = made or compose
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int, nargs="?", default=0, help="the program to print, or the first to run")
    parser.add_argument("--run", type=int, default=0, metavar="COUNT")
    parser.add_argument("--unsafe", action="store_true")
    parser.add_argument("--left", action="store_true", help="say which parts the programs have that stay as they are")
    args = parser.parse_args()
    if not args.run:
        program = made(args.seed)
        print("#", "; ".join(program.idioms), *program.files.values(), sep="\n")
        return 0
    keyed = moved = ran = wrong = 0
    left, every = Counter[str](), Counter[str]()
    for start in range(args.seed, args.seed + args.run, 50):
        seeds = range(start, min(start + 50, args.seed + args.run))
        for one in outcomes([made(seed) for seed in seeds], flags=["--unsafe"] * args.unsafe, run=run):
            ran, keyed, moved, wrong = ran + 1, keyed + one.keyed, moved + one.moved, wrong + bool(one.wrong)
            every.update(one.program.idioms)
            left.update(one.program.idioms if one.moved < one.keyed else ())
            if one.wrong:
                print(
                    "#",
                    *one.wrong,
                    "; ".join(one.program.idioms),
                    *one.program.files.values(),
                    "# ---",
                    one.text,
                    sep="\n",
                )
    print(f"{ran} programs ran, {moved} of {keyed} requests with a key were moved, {wrong} programs went wrong")
    if args.left:
        print(*(f"{left[name]:5} of {every[name]:5}  {name}" for name, _ in left.most_common()), sep="\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

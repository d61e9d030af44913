# ruff: noqa: E501 - programs, one to a line
"""Programs whose functions are given whole addresses, with the key in them: python tests/handed.py SEED.

The key is in reach where an address is made, and the request is sent elsewhere: behind functions that try again, call
themselves, hand the address on, have headers of their own, or are decorated. Options are `compose`'s.
"""

from __future__ import annotations

import random
import sys
from textwrap import indent

from compose import ENV, NOTE, PATHS, REPLIES, Choices, main
from generate import Program

ADDRESSES = {
    "added": 'url = BASE + "{path}?hapikey=" + key',
    "percent": 'url = "%s{path}?hapikey=%s&limit=2" % (BASE, key)',
    "interpolated": 'url = f"{{BASE}}{path}?limit=1&hapikey={{key}}"',
    "formatted": 'url = "{{}}{path}?hapikey={{}}".format(BASE, key)',
    "encoded": 'url = BASE + "{path}?" + urlencode({{"limit": 3, "hapikey": key}})',
    "grown": 'url = BASE + "{path}"\nurl += "?hapikey=" + key',
    "of a function": 'url = address("{path}", key)',
}
HEADERS = {
    "none": ("", ""),
    "empty": ("", ", headers={}"),
    "none given": ("", ", headers=None"),
    "in place": ("", ', headers={"X-App": "sync"}'),
    "constant": ('HEADERS = {"X-App": "sync"}', ", headers=HEADERS"),
    "local": ("", ", headers=headers"),
    "made": ('def made():\n    return {"X-App": "sync"}', ", headers=made()"),
}
PARAMETERS = {
    "one": ("{url}", "{url}"),
    "a default": ("{url}, timeout=5", "{url}"),
    "two": ("label, {url}", '"x", {url}'),
    "by name": ("label, {url}=None", '"x", {url}={url}'),
    "only by name": ("*, {url}, timeout=5", "{url}={url}"),
    "annotated": ("{url}: str, timeout: int = 5", "{url}"),
    "any": ("{url}, **options", "{url}"),
    "more": ("{url}, *rest", "{url}"),
}
BODIES = {
    "plain": "return requests.get(url{headers})",
    "request": 'return requests.request("GET", url{headers})',
    "session": "with requests.Session() as http:\n    return http.get(url{headers})",
    "again": "reply = requests.get(url{headers})\nif reply.status_code == 429:\n    reply = requests.get(url{headers})\nreturn reply",
    "loop": "for _ in range(3):\n    reply = requests.get(url{headers})\n    if reply.status_code != 429:\n        break\nreturn reply",
    "itself": "reply = requests.get(url{headers})\nif reply.status_code == 429:\n    return {again}\nreturn reply",
    "noted": "note(url.partition('?')[0])\nreturn requests.get(url{headers})",
    "measured": "note(len(url))\nreturn requests.get(url{headers})",
    "kept": "if url not in SEEN:\n    SEEN[url] = requests.get(url{headers})\nreturn SEEN[url]",
    "inner": "def inner():\n    return requests.get(url{headers})\n\nreturn inner()",
    "urllib": "return urllib.request.urlopen(url)",
    "parts": "part, _, rest = url.partition('?')\nreturn requests.get(part + '?' + rest{headers})",
}
DECORATORS = {
    "none": "",
    "one of its own": "def tried(function):\n    @functools.wraps(function)\n    def run(*args, **kwargs):\n        return function(*args, **kwargs)\n\n    return run",
    "one that counts": "def tried(function):\n    def run(url):\n        return function(url)\n\n    return run",
    "a cache": "tried = functools.lru_cache(maxsize=8)",
}
BETWEEN = {
    "nothing": "{get}",
    "one more": "def fetch({first}):\n    return {inner}\n\n\n{get}",
    "two more": "def fetch({first}):\n    return {inner}\n\n\ndef load(url, note_it=False):\n    return fetch(url)\n\n\n{get}",
    "a partial": "fetch = functools.partial(get)\n\n\n{get}",
}
USES = {
    "once": "{call}",
    "twice": "{call}\n{call}",
    "pages": 'for page in (1, 2):\n    link = url + "&page=%d" % page\n    {call_link}',
    "mapped": "list(map({name}, [url]))",
    "listed": "[{call} for _ in range(2)]",
    "another": '{call}\n{name_call}("https://api.hubapi.com/crm/v3/owners")',
    "elsewhere": '{call}\n{name_call}("https://example.org/ping")',
}


def handed(seed: int) -> Program:
    """Returns the program of a seed."""
    draw = Choices(random.Random(seed))  # noqa: S311 - the same program for the same seed
    made, headers = draw.pair("headers", HEADERS)
    parameters, given = draw.pair("parameters", PARAMETERS)
    body = draw.of("body", BODIES)
    decorator = draw.of("decorator", DECORATORS) if draw.maybe(0.3) else ""
    again = f"get({given.format(url='url')})"
    lines = body.format(headers=headers, again=again)
    if headers.endswith("headers=headers"):
        lines = f'headers = {{"X-App": "sync"}}\n{lines}'
    in_class = draw.maybe(0.25) and not decorator
    between = "{get}" if in_class else draw.of("between", BETWEEN)
    inner = again
    parameter, name = parameters.format(url="url"), "get"
    if in_class:
        draw.names.append("a method")
        lines = lines.replace("return get(", "return self.get(")
        sender = f"class Api:\n    def get(self, {parameter}):\n{indent(lines, ' ' * 8)}\n\n\napi = Api()"
        given, name = given, "api.get"
    else:
        applied = "@tried\n" if decorator else ""
        sender = f"{applied}def get({parameter}):\n{indent(lines, ' ' * 4)}"
    if "def load" in between:
        given, name = "{url}", "load"
    elif "def fetch" in between:
        given, name = "{url}", "fetch"
    elif "partial" in between:
        name = "fetch"
    if "partial" in between:
        sender, between = f"{sender}\n\n\nfetch = functools.partial(get)", "{get}"
    middle = between.format(get=sender, first="url", inner=inner)
    parts = ["SEEN = {}" if "SEEN" in lines else "", NOTE.strip() if "note(" in lines else "", made, decorator, middle]
    runs = []
    for number in range(draw.random.choice((1, 1, 2))):
        path = draw.random.choice(PATHS)
        address = draw.of("address", ADDRESSES).format(path=path)
        call = f"{name}({given.format(url='url')})"
        use = draw.of("use", USES).format(
            call=call, call_link=f"{name}({given.replace('={url}', '=link').format(url='link')})", name=name,
            name_call=f"(lambda url: {call})",
        )  # fmt: skip
        runs.append(f"def run{number}(key):\n{indent(address + chr(10) + use, ' ' * 4)}")
    calls = "\n".join(f'run{number}(os.environ["HUBSPOT_API_KEY"])' for number in range(len(runs)))
    top = 'BASE = "https://api.hubapi.com"'
    helper = (
        'def address(path, key):\n    return BASE + path + "?hapikey=" + key' if "address(" in "".join(runs) else ""
    )
    text = "\n\n\n".join(part for part in (top, helper, *parts, *runs, calls) if part) + "\n"
    names = [one for one in ("functools", "os", "requests", "urllib.request") if f"{one}." in text]
    text = (
        "".join(f"import {one}\n" for one in names)
        + ("from urllib.parse import urlencode\n\n" if "urlencode(" in text else "\n")
        + text
    )
    return Program(files={"main.py": text}, entry="main.py", idioms=tuple(draw.names), env=ENV, replies=REPLIES)


if __name__ == "__main__":
    sys.exit(main(handed))

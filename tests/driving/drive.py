"""Runs what a folder of Python defines, in random orders against a client that sends nothing, and prints the requests.

python tests/driving/drive.py FOLDER    one line of JSON: [method, path, keyed, [[file, line], ...]] each
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import random
import re
import signal
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = sys.argv[1]
ROUNDS, STEPS, SECONDS = 80, 60, 6
R = random.Random(1)  # noqa: S311 - the same each time
FILES = sorted(Path(FOLDER).rglob("*.py"))
TEXT = "".join(one.read_text() for one in FILES)
WORDS = sorted(set(re.findall(r"[\"']([A-Za-z_.-]{1,14})[\"']", TEXT)) - {"HUBSPOT_KEY", "hapikey"}) or ["a"]
NAMES = [
    ".".join(one.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__")
    for one in FILES
    if one.name != "conftest.py"
]
HITS: dict[tuple[str, str, bool], list[tuple[str, int]]] = {}
POOL: list[Any] = []


class Stopped(BaseException):
    """A call that takes too long."""


class Answer:
    """What a request is answered with: a success or not, and with more pages or not."""

    text = ""

    def __init__(self) -> None:
        self.status_code = R.choice([200, 200, 404, 429, 500])
        self.ok = self.status_code == 200

    def json(self) -> object:
        more = {"results": [{"id": 1}], "paging": {"next": {"after": 3}}}
        return R.choice([more, {"results": [], "ok": True}, {}])

    def raise_for_status(self) -> None:
        if not self.ok:
            raise RequestError


class RequestError(Exception):
    """What the client raises."""


def note(method: str, url: object, params: object = None, **_: object) -> Answer:
    """Notes a request to HubSpot, with the lines of the program that lead to it."""
    stack, frame = [], sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(FOLDER):
            stack.append((os.path.relpath(frame.f_code.co_filename, FOLDER), frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment] # None ends it
    found = re.match(r"https://api\.hubapi\.com([^?#]*)", str(url))
    if found:
        HITS.setdefault((str(method).upper(), found[1], "hapikey" in f"{url} {params}"), stack)
    return Answer()


class Session:
    """A session of the client."""

    def __init__(self) -> None:
        self.params: Any = {}
        self.headers: Any = {}

    def request(self, method: str, url: object, params: object = None, **_: object) -> Answer:
        return note(method, url, {**self.params, **(dict(params) if params else {})})  # type: ignore[call-overload]

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def client() -> types.ModuleType:
    """Returns what the programs import as their client."""
    stub: Any = types.ModuleType("requests")
    stub.Session, stub.request, stub.HTTPError, stub.RequestException = Session, note, RequestError, RequestError
    for method in ("get", "post", "put", "patch", "delete"):
        setattr(stub, method, lambda url, params=None, _m=method, **given: note(_m, url, params, **given))
        setattr(Session, method, lambda self, url, _m=method, **given: self.request(_m, url, **given))
    return stub


def value() -> Any:
    """Returns something to call a function with."""
    kind = R.randrange(18)
    if kind < 8:
        return R.choice([0, 1, 2, 3, 5, 12]) if kind < 4 else R.choice(WORDS)
    if kind < 11:
        return [None, True, R.choice([[], {}, "", False])][kind - 8]
    if kind < 14:
        return [[R.choice(WORDS), 1], {R.choice(WORDS): R.choice([1, True, R.choice(WORDS)])}, lambda *_, **__: 1][
            kind - 11
        ]
    return R.choice(POOL) if POOL else R.choice(WORDS)


def arguments(function: Callable[..., object]) -> tuple[list[object], dict[str, object]]:
    """Returns arguments that fit the parameters of a function."""
    given: list[object] = []
    named: dict[str, object] = {}
    try:
        params = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        params = []
    for one in params:
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD):
            if one.default is not one.empty and R.random() < 0.5:
                break
            given.append(value())
        elif one.kind == one.VAR_POSITIONAL:
            given += [value() for _ in range(R.randrange(3))]
        elif R.random() < 0.5:
            named[one.name if one.kind == one.KEYWORD_ONLY else R.choice(WORDS)] = value()
    return given, named


def call(function: Callable[..., Any]) -> Any:
    """Returns what a function returns on arguments of any kind, None where it fails."""
    given, named = arguments(function)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        result = function(*given, **named)
        if inspect.isgenerator(result):
            for count, _ in enumerate(result):
                if count > 5:
                    break
        elif inspect.iscoroutine(result):
            return asyncio.run(result)
        elif hasattr(result, "__enter__") and hasattr(result, "__exit__"):
            with result as entered:
                drive(entered)
        return result
    except (Stopped, Exception, SystemExit):
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def drive(found: Any) -> None:
    """Calls some of what an object offers."""
    special = ("__call__", "__len__", "__iter__", "__bool__", "__contains__", "__getitem__")
    for _ in range(R.randrange(1, 8)):
        if inspect.isroutine(found):
            call(found)
            continue
        names = [one for one in dir(found) if not one.startswith("_") or one in special]
        try:
            member = getattr(found, R.choice(names))
        except Exception:  # noqa: S112 - a property of any program
            continue
        if callable(member):
            keep(call(member))


def keep(found: Any) -> None:
    """Keeps what a call returned, for calls to come."""
    if found is None or isinstance(found, (int, str, float, Answer)):
        return
    if len(POOL) < 40:
        POOL.append(found)
    else:
        POOL[R.randrange(40)] = found


def step(modules: list[types.ModuleType]) -> None:
    """Calls one thing that a module or an earlier call offers."""
    offered = [
        found
        for name, found in list(vars(R.choice(modules)).items())
        if isinstance(name, str) and not name.startswith("_") and getattr(found, "__module__", None) in NAMES
    ]
    offered += POOL
    if not offered:
        return
    found = R.choice(offered)
    if inspect.isclass(found):
        made = call(found)
        keep(made)
        drive(found if made is None else made)
    elif isinstance(found, (list, dict, tuple)):
        for one in list(found.values()) if isinstance(found, dict) else found:
            if callable(one):
                call(one)
    elif callable(found) and not hasattr(type(found), "go"):
        keep(call(found))
    else:
        drive(found)


def main() -> None:
    """Imports the modules anew again and again, each time in another order, and calls what they offer."""
    sys.modules["requests"] = client()
    sys.path.insert(0, FOLDER)
    time.sleep = lambda _: None
    signal.signal(signal.SIGALRM, _stop)
    began = time.time()
    for number in range(ROUNDS):
        if time.time() - began > SECONDS:
            break
        POOL.clear()
        for name in NAMES:
            sys.modules.pop(name, None)
        modules = []
        for name in R.sample(NAMES, len(NAMES)):
            try:
                modules.append(importlib.import_module(name))
            except (Stopped, Exception) as error:
                if number == 0:
                    print("import", name, repr(error), file=sys.stderr)
        for _ in range(STEPS if modules else 0):
            step(modules)
    print(json.dumps([[*key, stack] for key, stack in HITS.items()]))


def _stop(*_: object) -> None:
    raise Stopped


main()

"""What JavaScript means by its globals and packages: the models in this folder, found by dotted name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from migrator.evaluate.assumptions import is_guess
from migrator.evaluate.contracts import Model, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.request import Request
from migrator.evaluate.store import (
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Located,
    Method,
    Partial,
    Table,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import as_text, known
from migrator.languages.javascript.clients import gathered, rows, sdk, unknown_functions
from migrator.languages.javascript.library import (
    applying,
    builtins,
    command_lines,
    copies,
    environment,
    hooks,
    joining,
    lists,
    maps,
    numbers,
    objects,
    processes,
    promises,
    required,
    sorting,
    strings,
    templates,
    urls,
    written,
)  # fmt: skip
from migrator.languages.javascript.library.calling import whole
from migrator.languages.javascript.lowering.walk import ITERATOR
from migrator.languages.javascript.semantics import SEMANTICS, UNDEFINED
from migrator.languages.pinned import Pinned
from migrator.languages.shared.sdk import SdkLibrary
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, Name, New
from migrator.model.value import Const, Origin, Ref, Text, Unknown

_GLOBALS = frozenset(
    {
        "process", "console", "Object", "Array", "JSON", "Promise", "String", "Number", "Boolean", "Math", "Date",
        "URL",
        "URLSearchParams", "FormData", "Headers", "Request", "XMLHttpRequest", "require", "encodeURIComponent",
        "encodeURI", "decodeURIComponent", "escape", "Buffer", "setTimeout", "setInterval", "setImmediate",
        "queueMicrotask", "PropertiesService", "Meteor", "Deno", "Bun", "import.meta", "structuredClone", "Set", "Map",
        "Symbol", "Error", "RegExp", "parseInt", "parseFloat", "functions", "React", "Proxy", "Reflect", "document",
        "WeakMap", "WeakSet", "SpreadsheetApp", "Logger", "Utilities", "extend", "Runtime",
    }
)  # fmt: skip
_LOGGED = frozenset({"log", "debug", "info", "warn", "error", "trace", "dir", "fatal", "verbose"})
_LOGGERS = frozenset({"console", "logger", "Logger", "log", "winston", "debug"})
_PRINTED = frozenset(("console", name) for name in ("log", "info", "dir", "table"))
_SEND_NOTHING = frozenset(
    {
        *("assert", "buffer", "crypto", "events", "fs", "os", "path", "querystring", "stream", "url", "util", "zlib"),
        *("@actions/core", "chalk", "crypto-js", "dayjs", "invariant", "joi", "jsonwebtoken", "jwt-simple", "lodash"),
        *("md5", "moment", "qs", "ramda", "uuid", "validator", "yup", "zod"),
    }
)
"""Modules of Node.js and packages that are given URLs and credentials and send nothing."""
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SENDERS = frozenset(
    {"request", "fetch", "ajax", "del", "axios", "got", "needle", "rp", "call", "send", "getjson", "http"}
)
_ALIASES = {"lodash": ("_", "underscore", "lodash-es"), "jQuery": ("jquery",)}


@cache
def _models() -> Mapping[str, Model]:
    texts = (strings, templates, numbers, urls, joining, environment)
    values = (builtins, promises, applying, lists, sorting, copies, maps, objects)
    rooms = (*values, gathered, hooks, required, processes, command_lines, *texts)
    return {name: model for room in rooms for name, model in room.MODELS.items()}


@cache
def _of_lists() -> frozenset[str]:
    """Returns the names of the methods that lists have."""
    return frozenset(name.removeprefix("array.") for name in _models() if name.startswith("array."))


@cache
def canonical(name: str) -> str:
    """Returns the name a library thing is modelled under."""
    name = name.removeprefix("node:")
    if name.endswith(".default") or ".default." in name:
        name = name.replace(".default", "")
    head, dot, tail = name.partition(".")
    for real, others in _ALIASES.items():
        if head in others:
            return f"{real}{dot}{tail}"
    if name.startswith(("lodash/", "lodash.")) and name.count(".") + name.count("/") == 1:
        return f"lodash.{name[7:]}"
    return name


class JavaScriptLibrary(SdkLibrary):
    """The models of functions and packages."""

    language = "javascript"
    senders = _SENDERS
    loaders = frozenset({"require"})
    looks_up = frozenset({"get", "pop", "value"})
    secrets: Mapping[str, str] = MappingProxyType(
        {"getParameter": "Name", "getSecretValue": "SecretId", "accessSecretVersion": "name", "getSecret": "name"}
    )
    decorates = frozenset({"decorate", "decorateRequest", "decorateReply"})
    stores = frozenset({"writeFile", "writeFileSync", "appendFile", "appendFileSync", "outputFile", "setItem"})
    repeats = frozenset({"forEach", "each", "map", "flatMap", "filter", "some", "every"})
    respells = frozenset(
        {"toLowerCase", "toUpperCase", "trim", "trimStart", "trimEnd", "toString", "replace", "replaceAll", "normalize"}
    )
    grows = frozenset({"push", "unshift", "splice", "add", "set", "pop", "shift", "delete", "clear", "fill", "reverse"})
    alters = frozenset({"assign", "defineProperty", "defineProperties", "extend", "merge", "set", "setPrototypeOf"})
    measures = strings.STRING | {"length"}
    glances = frozenset({"isArray", "startsWith", "includes", "has", "hasOwnProperty", "typeof"})
    verbs = _VERBS

    def __init__(self, pinned: Pinned | None = None) -> None:
        """Takes what says which releases of the HubSpot libraries a file's project can have."""
        self._sdk = sdk.JavaScriptSdks(pinned or Pinned())
        self._own: dict[str, Instance | None] = {}
        self._parsers: dict[tuple[str, str], Instance] = {}
        names = rows.clients()
        packages = (name.rpartition(".")[0] for name in names if "." in name)
        self.clients = frozenset({*names, *packages, *gathered.PACKAGES, *sdk.packages()})
        self.globals = frozenset({*_global_clients(), *rows.handed(), gathered.XHR})
        self.roots = self.clients | _SEND_NOTHING
        called = {call.callee for client in names.values() for call in client.calls if call.callee}
        self.sends = frozenset({*called, *_SENDERS, *(name for client in names.values() for name in client.globals)})

    def prints(self, node: Call) -> bool:
        """Returns whether a call writes to the standard output, which another program may read."""
        func = node.func
        return isinstance(func, Attr) and isinstance(func.value, Name) and (func.value.id, func.name) in _PRINTED

    def tells(self, node: Call | New) -> bool:
        """Returns whether a call logs what it is given, or makes an error of it, by the name that is called."""
        match node.func:
            case Name(id=name):
                return name.endswith("Error")
            case Attr(value=Name(id=owner), name=name):
                return owner in _LOGGERS and name in _LOGGED
            case _:
                return False

    def named(self, name: str, origin: Origin | None = None) -> Value:
        """Returns what a name of a library or a global stands for."""
        found = rows.clients().get(canonical(name))
        if found is not None:
            key = found.client
            if key not in self._own:
                self._own[key] = rows.itself(canonical(name), found)
            held = self._own[key]
            if held is not None:
                return held
        return Ref(canonical(name), origin)

    def builtin(self, name: str) -> Value | None:
        """Returns what a name means that the program does not declare, or None."""
        if name == "undefined":
            return UNDEFINED
        if name in ("NaN", "Infinity"):
            return Const(math.nan if name == "NaN" else math.inf)
        if name.startswith("%") or name in _GLOBALS or name in SEMANTICS.whole:
            return Ref(name)
        return self.named(name) if name in rows.clients() and name in _global_clients() else None

    def call(self, site: Site) -> Value | None:
        """Returns the result of a modelled call, or None when there is no model."""
        name = canonical(site.name)
        if name in _models():
            inner = site if name == site.name else site.called(name)
            return _models()[name](inner)
        if name.endswith((".call", ".apply")) and (given := applying.borrowed(site)) is not None:
            return given
        if name.startswith(command_lines.KIND):
            return command_lines.call(site)
        found = self._sdk.call(site)
        return found if found is not None else rows.call(site if name == site.name else site.called(name))

    def attribute(self, receiver: Value, name: str, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns a member of a library value or of one of the language's own, or None when there is no model."""
        match receiver:
            case Ref(name=owner):
                return self._of_ref(owner, name, at)
            case Instance():
                return self._of_instance(receiver, name, at)
            case Unknown(origin=origin):
                return self._of_unknown(origin, name, at)
            case Text():
                if name == "length":
                    return lists.length(receiver)
                return Method(f"string.{name}", receiver) if name in strings.STRING else None
            case Items():
                if name == "length":
                    return None if is_guess(interpreter, receiver) else lists.length(receiver)
                return self._of_items(receiver, name)
            case Table():
                return _of_table(receiver, name, at)
            case Function() | Bound() | Partial() | Class() if name in ("bind", "call", "apply"):
                return Method(f"function.{name}", receiver)
            case Method(name=owner, receiver=holder):
                return Method(f"{owner}.{name}", holder)
            case Const(value=int() | float()) if name in ("toString", "toFixed"):
                return Method(f"number.{name}", receiver)
            case _:
                return None

    def _of_unknown(self, origin: Origin, name: str, at: Location) -> Value | None:
        if not name.isupper():
            return self._sdk.told(f"{origin.name}.{name}", at)
        return environment.handed(origin.name, name, at) if origin.how in ("parameter", "attribute") else None

    def _of_items(self, receiver: Items, name: str) -> Value | None:
        if name == "raw":  # of the texts of a template
            return receiver
        if name == ITERATOR:
            return Method("array.values", receiver)
        if receiver.kind == maps.SET:
            if name == "size":
                return lists.length(receiver)
            if name in maps.OF_SET:
                return Method(f"Set.{name}", receiver)
        return Method(f"array.{name}", receiver) if name in _of_lists() else None

    def _of_ref(self, owner: str, name: str, at: Location) -> Value | None:
        if owner in SEMANTICS.whole:
            return self.builtin(name)
        if command_lines.shares(owner, name):
            shared = self._parsers.setdefault((owner.partition(".")[0], at.path), command_lines.parser(at))
            held = command_lines.attribute(shared, name)
            return held if held is not None else Method(f"{command_lines.KIND}.{name}", shared)
        found = environment.attribute(owner, name, at)
        if found is not None:
            return found
        dotted = f"{owner}.{name}"
        return self.named(dotted) if rows.is_client(canonical(dotted)) else None

    def _of_instance(self, receiver: Instance, name: str, at: Location) -> Value | None:
        kind = str(receiver.kind) if isinstance(receiver.kind, str) else ""
        if kind == command_lines.KIND:
            return command_lines.attribute(receiver, name)
        if kind == maps.MAP:
            return maps.size(receiver, at) if name == "size" else None
        if kind == written.URL:
            return urls.attribute(receiver, name, at)
        if kind.startswith(rows.MARK):
            return rows.attribute(receiver, name)
        return self._sdk.attribute(receiver, name)

    def any_member(self, receiver: Value, name: Value) -> Value | None:
        """Returns what a name that is not known means of a library's value, or None when there is no model."""
        return rows.any_sender(receiver) or self._sdk.any_member(receiver, name)

    def subscript(self, receiver: Value, key: Value, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns a member of a library value under a key, or None when there is no model."""
        if isinstance(receiver, Ref) and receiver.name == "process.argv":
            origin = Origin("argument", f"process.argv[{as_text(key).pattern()}]", at)
            return Unknown("the command line says it", "item", origin)
        names = [known(one) for one in options(key)]
        if None in names and (sender := self.any_member(receiver, key)) is not None:
            return sender
        if not isinstance(receiver, (Ref, Instance, Method)) or None in names:
            return _character(receiver, key, at)
        found: list[Value] = []
        for name in names:
            one = self.attribute(receiver, name or "", interpreter, at)
            if one is None and isinstance(receiver, Ref):
                one = Ref(f"{receiver.name}.{name}", Origin("import", f"{receiver.name}.{name}", at))
            if one is not None:
                found.append(one)
        return choose(found) if found else None

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in the fields a library class gives its objects; returns whether the class is modelled."""
        found = rows.clients().get(canonical(base))
        if found is not None and isinstance(instance.kind, str):
            instance.kind = f"{rows.MARK}{canonical(base)}:"
            fresh = rows.made(site, found, None, None)
            instance.cells.update(fresh.cells)
            return True
        return self._sdk.construct(base, instance, site)

    def publish(self, path: str, interpreter: Interpreter) -> None:
        """Records the requests that a module declares for the platform that its app runs on."""
        unknown_functions.publish(interpreter, path)

    def assign(self, receiver: Located, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Stores a member of a library object or list that is more than a field; returns whether it is one."""
        if isinstance(receiver, Items) and name == "length":
            lists.resize(interpreter, receiver, found)
        if not isinstance(receiver, Instance):
            return True
        if self._sdk.assign(receiver, name, found, interpreter, at):
            return True
        if interpreter.is_test(at.path) and any(receiver is one for one in self._own.values()):
            return True  # a double, which only tests have
        if str(receiver.kind) == gathered.XHR and isinstance(found, (Function, Bound)) and name.startswith("on"):
            return False
        return urls.assign_to(interpreter, receiver, name, found, at)

    def store(self, receiver: Instance, key: Value, found: Value, interpreter: Interpreter) -> None:
        """Stores an item of a library object."""
        name = known(key)
        if name is not None:
            interpreter.heap.put(receiver.cells, name, found)

    def unknown_call(self, site: Site, method: Value | None) -> Request | None:
        """Returns what a function nobody knows sends when options that it is given hold an address of HubSpot."""
        return unknown_functions.unknown_call(site, method)


@cache
def _global_clients() -> frozenset[str]:
    return frozenset(name for client in rows.clients().values() for name in client.globals)


def _character(receiver: Value, key: Value, at: Location) -> Value | None:
    place = whole(key, 0) if isinstance(key, Const) else None
    found = strings.character(receiver, place) if place is None or place >= 0 else UNDEFINED
    if found is not None:
        return found
    if isinstance(receiver, Text):
        return Unknown(
            "a part of a text", "part", Origin("operator", f"part of {as_text(receiver).pattern()[:40]}", at)
        )
    return None


def _of_table(receiver: Table, name: str, at: Location) -> Value | None:
    if name == "length" and name not in receiver.cells:  # it may be the text that was made of it
        return Unknown("a length", name, Origin("attribute", name, at))
    return Method(f"object.{name}", receiver) if name in ("hasOwnProperty", "toString") else None


LIBRARY = JavaScriptLibrary

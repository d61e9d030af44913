"""What Python means by its operators, built-ins and packages: the models in this folder, found by dotted name."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from migrator.catalog.clients import http_clients
from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Model, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import ITEMS, NONE, Class, Instance, Items, Located, Method, Partial, Slot, Table, Value
from migrator.evaluate.strings import as_text, key_of
from migrator.languages.pinned import Pinned
from migrator.languages.python import clients, sdks
from migrator.languages.python.clients import hubspot_sdk
from migrator.languages.python.clients.common import sent_by_auth
from migrator.languages.python.library import (
    command_lines,
    config_files,
    containers,
    functional,
    iteration,
    pathlib_paths,
    records,
    sequences,
    stdlib,
    urllib_parse,
)
from migrator.languages.python.semantics import SEMANTICS
from migrator.languages.shared.clients import models as row_models
from migrator.languages.shared.sdk import SdkLibrary
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, Name, New
from migrator.model.value import Const, Origin, Ref, Text, Unknown

_KINDS = {
    "builtins.classmethod": "classmethod", "builtins.staticmethod": "staticmethod",
    "zope.cachedescriptors.property.Lazy": "property", "pyramid.decorator.reify": "property", "lazy.lazy": "property",
}  # fmt: skip
_PROPERTY = "property"
"""How the names of other decorators end that make properties, whoever defines them."""


_LOGGED = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})


_LIBRARY = (
    *(containers, stdlib, sequences, iteration, functional, urllib_parse, pathlib_paths),
    *(config_files, command_lines, records),
)


class _Models:
    """The models of all modules here, as one table; ``sent`` are the names by which clients send."""

    def __init__(self) -> None:
        self.calls: dict[str, Model] = {name: model for one in _LIBRARY for name, model in one.MODELS.items()}
        self.constructors: dict[str, Callable[[Instance, Site], None]] = {
            name: filling for one in _LIBRARY for name, filling in getattr(one, "CONSTRUCTORS", {}).items()
        }
        self.declared: dict[str, Callable[[Instance, Site], None]] = {}
        self.properties: dict[str, Callable[[Location], Value]] = {}
        self.aliases: dict[str, str] = {**config_files.ALIASES}
        sent: set[str] = set()
        client_names: set[str] = set()
        from_rows = row_models(http_clients("python"), sent_by_auth, SEMANTICS.roles.enter)
        found = pkgutil.iter_modules(clients.__path__)
        written = [importlib.import_module(f"{clients.__name__}.{info.name}") for info in found]
        for calls, constructors, aliases in (
            (from_rows.calls, from_rows.constructors, from_rows.aliases),
            *((one.MODELS, getattr(one, "CONSTRUCTORS", {}), getattr(one, "ALIASES", {})) for one in written),
        ):
            self.calls.update(calls)
            self.constructors.update(constructors)
            self.aliases.update(aliases)
            client_names.update(name.partition(".")[0] for name in (*calls, *constructors, *aliases))
            sent.update(name.rpartition(".")[2] for name in calls)
        for module in written:
            self.declared.update(getattr(module, "DECLARED", {}))
            self.properties.update(getattr(module, "PROPERTIES", {}))
        self.sent, self.clients = frozenset(sent), frozenset(client_names)
        packages = {name.partition(".")[0] for name in (*self.calls, *self.aliases)}
        self.roots = (_SEND_NOTHING | packages | set(sys.stdlib_module_names)) - {"builtins", "str", "dict", "list"}


_SEND_NOTHING = frozenset(
    ("cryptography", "jwt", "markupsafe", "pytest", "rich", "streamlit", "structlog", "toolz", "typer")
)
"""Packages that are given URLs and credentials and send nothing."""
_BY_METHOD = frozenset({"requests", "httpx"})
"""Packages with a function for each HTTP method, and ``request`` for any of them."""
_models = cache(_Models)


@lru_cache(maxsize=4096)
def _canonical(name: str) -> str:
    """Returns the name a library thing is modelled under."""
    aliases = _models().aliases
    head, tail = name, ""
    while head:
        if head in aliases:
            return _canonical(aliases[head] + tail)  # urllib2.build_opener is a function of urllib.request first
        head, _, last = head.rpartition(".")
        tail = f".{last}{tail}"
    return name


def _for_people(node: Call) -> bool:
    """Returns whether what is printed goes to the standard error."""
    return any(arg.name == "file" and isinstance(arg.value, Attr) and arg.value.name == "stderr" for arg in node.args)


class PythonLibrary(SdkLibrary):
    """What Python's packages do, by dotted name."""

    language = "python"
    verbs = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
    reads = frozenset({"read", "load", "download", "open"})
    fills = frozenset({"setdefault", "update"})
    grows = frozenset(
        {"append", "appendleft", "extend", "extendleft", "insert", "add", "put", "put_nowait", "update", "setdefault"}
        | {"pop", "popleft", "popitem", "remove", "discard", "clear", "sort", "reverse", "rotate"}
    )
    alters = frozenset({"setattr", "delattr", "heappush", "heappop", "insort"})
    loaders = frozenset({"__import__", "import_module"})
    looks_up = frozenset({"get", "pop", "getlist", "get_value", "value"})
    secrets: Mapping[str, str] = MappingProxyType(
        {"get_parameter": "Name", "get_secret_value": "SecretId", "access_secret_version": "name", "get_secret": "name"}
    )
    respells = frozenset(
        {"lower", "upper", "strip", "lstrip", "rstrip", "decode", "encode", "replace"}
        | {"removeprefix", "removesuffix", "translate", "expandtabs"}
    )
    bodies = frozenset({"data", "json", "body", "content", "files", "formdata"})
    spread: Mapping[str, tuple[str, str]] = MappingProxyType(
        {
            **dict.fromkeys(("apply", "apply_async"), ("args", "kwds")),
            **dict.fromkeys(("start_new_thread", "Timer"), ("args", "kwargs")),
        }
    )
    stores = frozenset({"write", "writelines", "write_text", "write_bytes", "dump"})
    verifies = frozenset({"verify", "verify_ssl", "ssl", "validate_cert"})
    glances = frozenset({"isinstance", "issubclass", "type", "id", "callable", "hasattr", "startswith", "has_key"})
    senders = frozenset(
        {"request", "fetch", "send", "call", "urlopen", "api_call", "make_request", "http_request", "do_request"}
    )

    def __init__(self, pinned: Pinned | None = None) -> None:
        """Takes the models; *pinned* says which releases of client libraries there can be."""
        self._sdks = hubspot_sdk.PythonSdks(pinned or Pinned())
        self._own = sdks.packages()
        self._models = _models()
        self.sends = frozenset({*self.verbs, *self.senders, *self._models.sent}) - {"__init__"}
        self.roots, self.clients = self._models.roots, self._models.clients | self._own

    def prints(self, node: Call) -> bool:
        """Returns whether a call writes to the standard output, which another program may read."""
        return isinstance(node.func, Name) and node.func.id in ("print", "pprint") and not _for_people(node)

    def tells(self, node: Call | New) -> bool:
        """Returns whether a call prints, logs or raises what it is given, by the name that is called."""
        match node.func:
            case Name(id=name):
                return name in ("print", "pprint") or name.endswith(("Error", "Exception"))
            case Attr(value=Name(id="stderr") | Attr(name="stderr"), name=name):
                return name.startswith("write")
            case Attr(value=Name(id="warnings"), name="warn"):
                return True
            case Attr(value=Name(id=owner) | Attr(name=owner), name=name):
                return name in _LOGGED and "log" in owner.lower()
            case Attr(value=Call(func=Attr(name="getLogger")), name=name):
                return name in _LOGGED
            case _:
                return False

    def only_reads(self, node: Call) -> bool:
        """Returns whether a call changes nothing of what it is given, as what ``unittest`` asserts does not."""
        match node.func:
            case Attr(value=Name(id="self" | "cls"), name=name) if name.startswith("assert"):
                return True
            case _:
                return self.tells(node)

    def call(self, site: Site) -> Value | None:
        """Returns the result of a modelled call, or None when there is no model."""
        name = _canonical(site.name)
        owner, _, last = name.rpartition(".")
        if last == "__getattribute__":  # what `getattr` asks, asked of the object itself
            asked = site.args.shifted(site.receiver if site.receiver is not None else Ref(owner))
            site, name = Site(site.interpreter, "getattr", asked, site.frame, site.node), "builtins.getattr"
        kind, dot, _ = name.removeprefix("builtins.").partition(".")
        if dot and kind in ("str", "dict", "list") and name not in self._models.calls and site.args.positional:
            receiver, *rest = site.args.positional
            name = name.removeprefix("builtins.")
            site = site.given(Args(rest, site.args.keywords), receiver)
        site.name = name
        if (own := containers.entries_of(site)) is not None and own.name in self._models.calls:
            site, name = own, own.name
        model = self._models.calls.get(name)
        if model is not None:
            return model(site)
        if name in self._models.constructors:
            instance = Instance(name, site.location)
            self._models.constructors[name](instance, site)
            return instance
        base, _, last = name.rpartition(".")
        filling = self._models.constructors.get(base) or containers.SUBCLASSED.get(base)
        if last == "__init__" and filling is not None and isinstance(site.receiver, Instance):
            filling(site.receiver, site)
            return NONE
        if name.startswith("sdk:") or name.partition(".")[0] in self._own:
            return self._sdks.call(site)
        return None

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in the fields a library class gives its objects; returns whether the class is modelled."""
        constructor = self._models.constructors.get(_canonical(base)) or containers.SUBCLASSED.get(base)
        if constructor is None:
            return base.partition(".")[0] in self._own and self._sdks.constructor(base, instance, site)
        constructor(instance, site)
        return True

    def declare(self, base: str, instance: Instance, site: Site) -> None:
        """Records what a framework sends for an object of a class that only declares its requests."""
        declared = self._models.declared.get(_canonical(base))
        if declared is not None:
            declared(instance, site)

    def defined(self, base: str, cls: Class, interpreter: Interpreter) -> None:
        """Gives a class what a library's class that it descends from makes of its body."""
        if base in records.ENUMS:
            records.enumerate_members(cls, base, interpreter)

    def property_of(self, base: str, name: str, receiver: Value, at: Location) -> Value | None:
        """Returns what a property of a library class gives where no project class replaces it, or None."""
        found = self._models.properties.get(f"{_canonical(base)}.{name}")
        if found is None and isinstance(receiver, Instance) and base.partition(".")[0] in self._own:
            return self._sdks.inherited(base, receiver, name)
        return None if found is None else found(at)

    def attribute(self, receiver: Value, name: str, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns an attribute of a library value, or None when there is no model."""
        match receiver:
            case Text() | Const() | Items() | Table() if name == "value":
                return receiver
            case Text() if (found := pathlib_paths.member(receiver, name, at)) is not None:
                return found
            case Text() | Const(value=bytes()):
                return Method(f"str.{name}", receiver)
            case Table():
                return Method(f"dict.{name}", receiver)
            case Items():
                return Method(f"list.{name}", receiver)
            case Instance(kind=str() as kind) if kind.startswith("sdk:"):
                return self._sdks.attribute(receiver, name)
            case Unknown(origin=origin) if (sender := self._sdks.told(f"{origin.name}.{name}", at)) is not None:
                return sender
            case Ref(name=holder) if holder.partition(".")[0] in self._own and (
                number := self._sdks.constant(f"{holder}.{name}")
            ):
                return number
            case Instance(kind=command_lines.NAMESPACE):
                return command_lines.field(receiver, name, at)
            case Ref(name="django.conf.settings"):
                return self._setting(name, interpreter, at)
            case Ref(name="requests.codes" | "http.HTTPStatus"):
                return Unknown("a status code", name, Origin("import", name, at))
            case _:
                return None

    def _setting(self, name: str, interpreter: Interpreter, at: Location) -> Value:
        """Returns a Django setting: what a settings module of the project gives it, else unknown."""
        for path in interpreter.program.defining("settings"):
            module = interpreter.module(path)
            if module is not None and name in module.cells:
                found: Value = module.cells[name]
                return found
        return Unknown("the settings hold it", name, Origin("setting", f"settings.{name}", at))

    def any_member(self, receiver: Value, name: Value) -> Value | None:
        """Returns what a name that is not known means of a library's value, or None when there is no model."""
        if isinstance(receiver, Ref) and receiver.name in _BY_METHOD:
            return Partial(Ref(f"{receiver.name}.request"), (as_text(name),), {})
        return self._sdks.any_member(receiver, name)

    def subscript(self, receiver: Value, key: Value, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns an item of a library value, or None when there is no model."""
        if isinstance(receiver, Ref) and receiver.name in ("os.environ", "environ"):
            name = as_text(key).pattern()
            written = config_files.environment_file(interpreter, name, at.path)
            if written is not None:
                return written
            return Unknown(f"the environment holds {name}", name, Origin("environment", name, at))
        if isinstance(receiver, Ref) and receiver.name == "sys.argv":
            name = f"sys.argv[{as_text(key).pattern()}]"
            return Unknown("the command line says it", "item", Origin("argument", name, at))
        if isinstance(receiver, Text):
            return Unknown("a character", "character", Origin("operator", f"part of {receiver.pattern()[:40]}", at))
        if isinstance(receiver, Instance) and isinstance(own := receiver.cells.get(ITEMS), Items):
            place = key.value if isinstance(key, Const) and isinstance(key.value, int) else len(own.items)
            if -len(own.items) <= place < len(own.items):
                return own.items[int(place)]
        if isinstance(receiver, Instance) and receiver.kind == "urllib.parse.ParseResult":
            return receiver.cells.get("__whole__")
        if isinstance(receiver, Instance) and isinstance(receiver.kind, str):
            slot = receiver.cells.get((key_of(key) or ("",))[0])
            return slot.value if isinstance(slot, Slot) else None
        return None

    def assign(self, receiver: Located, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Stores an attribute of a library object that is more than a field; returns whether it is one."""
        return isinstance(receiver, Instance) and self._sdks.assign(receiver, name, found, interpreter, at)

    def store(self, receiver: Instance, key: Value, found: Value, interpreter: Interpreter) -> None:
        """Stores an item of a library object."""
        name = key_of(key)
        if name is not None:
            interpreter.heap.put(receiver.cells, name[0], Slot(key, found))

    def builtin(self, name: str) -> Ref | None:
        """Returns the built-in of this name, or None."""
        return Ref(f"builtins.{name}") if name in stdlib.NAMES else None

    def decorator(self, found: Value) -> str | None:
        """Returns the kind of function a decorator makes, ``""`` for one that changes nothing, None for others."""
        match found:
            case Ref(name=name) | Unknown(hint=name):
                kind = "property" if name.endswith(_PROPERTY) else ""
                return _KINDS.get(_canonical(name), kind) if isinstance(found, Ref) else kind
            case _:
                return "" if isinstance(found, Method) else None


LIBRARY = PythonLibrary

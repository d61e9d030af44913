"""What toy programs mean: numbers do not exist, ``env`` reads the environment, and one client sends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from copy import copy
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

from migrator.catalog.clients import http_clients
from migrator.evaluate.conditions import is_filled
from migrator.evaluate.contracts import Library, Modules, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.request import Request
from migrator.evaluate.semantics import Roles, Semantics
from migrator.evaluate.store import Instance, Value
from migrator.evaluate.strings import known
from migrator.languages.shared.clients import Models, models
from migrator.model.text import Location
from migrator.model.unit import Call as CallNode
from migrator.model.unit import Expr, Unit
from migrator.model.value import Const, Origin, Ref, Unknown

RULES = Path(__file__).parent / "rules"
"""The row of the one client; that of a language that is shipped stands in ``rules/clients/``."""


class _Toy:
    """The rules of the toy language."""

    roles = Roles()
    entries = copies = closed = receives = False
    absent: Const | None = None

    def truth(self, found: Value) -> bool | None:
        """Returns whether a text holds anything."""
        return is_filled(found)

    def key(self, found: Value) -> Value:
        """Returns the key itself."""
        return found

    def operate(self, op: str, left: Value, right: Value, at: Location) -> Value | None:
        """Returns None: texts are joined as everywhere."""
        return None

    def compare(self, op: str, left: Value, right: Value) -> bool | None:
        """Returns None: there are no comparisons."""
        return None

    def field(self, found: Value, conversion: str, spec: Value | None) -> Value:
        """Returns the value itself: there are no interpolated texts."""
        return found

    def is_special(self, name: str) -> bool:
        """Returns False."""
        return False

    is_implicit = is_private = is_special

    def is_main(self, test: Expr) -> bool:
        """Returns False: there are no conditions."""
        return False

    def is_import_failure(self, found: Value | None) -> bool:
        """Returns False: there are no handlers."""
        return False


SEMANTICS: Semantics = _Toy()


@cache
def _models() -> Models:
    return models(http_clients("toy", [RULES]), lambda site, request, auth: None)


class ToyLibrary:
    """What ``env``, ``get`` and ``post`` do."""

    roots = clients = frozenset({"fetcher"})
    verbs = senders = sends = frozenset({"get", "post"})
    globals = loaders = reads = requesting = frozenset[str]()
    fills: frozenset[str] = frozenset()
    grows: frozenset[str] = frozenset()
    alters: frozenset[str] = frozenset()
    glances: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    globals: frozenset[str] = frozenset()
    loaders: frozenset[str] = frozenset()
    looks_up: frozenset[str] = frozenset()
    secrets: Mapping[str, str] = MappingProxyType({})
    respells: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    spread: Mapping[str, tuple[str, str]] = MappingProxyType({})
    verifies: frozenset[str] = frozenset()

    def builtin(self, name: str) -> Value | None:
        """Returns the function of a name."""
        return {"env": Ref("toy.env"), "get": Ref("fetcher.get"), "post": Ref("fetcher.post")}.get(name)

    def call(self, site: Site) -> Value | None:
        """Returns what the environment holds, or the response of a request."""
        if site.name == "toy.env":
            name = known(site.arg(0)) or ""
            return Unknown("the environment holds it", name, Origin("environment", name, site.location))
        model = _models().calls.get(site.name)
        return model(site) if model is not None else None

    def names_client(self, names: Set[str]) -> bool:
        return False

    def stranger(self, site: Site, method: Value | None) -> Request | None:
        """Returns None: there is nothing else that sends."""
        return None

    def answer(self, client: str) -> dict[str, tuple[str, ...]]:
        """Returns nothing: an answer is a text."""
        return {}

    def prints(self, node: object) -> bool:
        return False

    def tells(self, node: CallNode) -> bool:
        """Returns False: nothing is printed."""
        return False

    def attribute(self, receiver: Value, name: str, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns None: there are no attributes."""
        return None

    def subscript(self, receiver: Value, key: Value, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns None: there are no items."""
        return None

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Returns False: there are no classes."""
        return False

    def declare(self, base: str, instance: Instance, site: Site) -> None:
        """Records nothing."""

    def publish(self, path: str, interpreter: Interpreter) -> None:
        """Records nothing."""

    def property_of(self, base: str, name: str, receiver: Value, at: Location) -> Value | None:
        """Returns None."""
        return None

    def decorator(self, found: Value) -> str | None:
        """Returns None."""
        return None

    def assign(self, receiver: Instance, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Returns False."""
        return False

    def store(self, receiver: Instance, key: Value, found: Value, interpreter: Interpreter) -> None:
        """Stores nothing."""


class ToyModules:
    """Files that do not import each other."""

    def __init__(self, load: Callable[[str], Unit | None], text: Callable[[str], str | None]) -> None:
        """Takes how a file is lowered and read."""
        self.unit, self.text = load, text

    def loading(self, load: Callable[[str], Unit | None]) -> Self:
        """Returns the same modules, lowered in another way."""
        twin = copy(self)
        twin.unit = load
        return twin

    def find(self, name: str, importer: str, level: int = 0) -> str | None:
        """Returns None."""
        return None

    def member(self, package: str, name: str) -> str | None:
        """Returns None."""
        return None

    def beside(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns None."""
        return None

    def defining(self, ending: str) -> tuple[str, ...]:
        """Returns nothing."""
        return ()

    def imports(self, path: str, text: str) -> Iterable[str]:
        """Returns nothing."""
        return ()

    def uses(self, path: str, text: str, carriers: Mapping[str, Collection[str]]) -> bool:
        """Returns False."""
        return False

    def called(self, path: str) -> Iterable[str]:
        """Returns nothing."""
        return ()


_LIBRARY: Library = ToyLibrary()
_MODULES: Modules = ToyModules(lambda _: None, lambda _: None)

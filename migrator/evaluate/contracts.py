"""What the evaluator asks of a language's library, and the limits it keeps to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from copy import copy
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Class, Instance, Located, Value
from migrator.model.call import ApiCall
from migrator.model.text import Location
from migrator.model.unit import Call, Expr, New, Unit
from migrator.model.value import Origin, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter
    from migrator.evaluate.request import Request

MAX_RECURSION = 2
NEVER = "never returns"
"""The name of the origin of what a call that does not come back would return."""


Commands: TypeAlias = Callable[[Text | Sequence[Text], Location], Iterable[ApiCall]]
"""What gives the requests of a command, which is one text for a shell, or the words of one that no shell reads."""


class Site:
    """One call of a library function or class, as a model sees it."""

    __slots__ = ("args", "frame", "interpreter", "name", "node", "receiver")

    def __init__(
        self, interpreter: Interpreter, name: str, args: Args, frame: Frame, node: Expr, receiver: Value | None = None
    ) -> None:
        """Takes the dotted name that is called and what it is called with."""
        self.interpreter, self.name, self.args = interpreter, name, args
        self.frame, self.node, self.receiver = frame, node, receiver

    @property
    def location(self) -> Location:
        """Where the call stands."""
        return self.frame.at(self.node.span)

    @property
    def cells(self) -> dict[str, Any]:
        """What the object holds that a method is called on; nothing where it is called on anything else."""
        return self.receiver.cells if isinstance(self.receiver, Instance) else {}

    def given(self, args: Args, receiver: Value | None = None) -> Site:
        """Returns the same call with other arguments, as a method of *receiver* where there is one."""
        return Site(self.interpreter, self.name, args, self.frame, self.node, receiver)

    def called(self, name: str) -> Site:
        """Returns the same call under another name."""
        return Site(self.interpreter, name, self.args, self.frame, self.node, self.receiver)

    def arg(self, position: int, name: str = "") -> Value | None:
        """Returns an argument by position or keyword, or None when it is not given."""
        return self.args.get(position, name)

    def unknown(self, hint: str = "", how: str = "call", name: str = "") -> Unknown:
        """Returns an unknown result of this call."""
        tail = self.name.rpartition(".")[2]
        origin = Origin(how, name or self.name, self.location)
        return Unknown(f"the result of {self.name} is unknown", hint or tail, origin)


Model: TypeAlias = Callable[[Site], Value | None]
"""What a call of a library function gives; None where that is not modelled after all."""
Models: TypeAlias = Mapping[str, Model]
"""Models by dotted name."""


class Modules:
    """The files of a project that are modules of one language, each lowered when it is first asked for.

    What their imports mean, each language says; as it stands here, none imports another.
    """

    def __init__(self, load: Callable[[str], Unit | None], text: Callable[[str], str | None]) -> None:
        """Takes how to lower one (None when it cannot be), and how to read any other file of the project.

        ``glimpse`` reads one that may not matter: what it reads is not looked through for all that it says.
        """
        self._load, self.text, self.glimpse = load, text, text
        self._units: dict[str, Unit | None] = {}

    def loading(self, load: Callable[[str], Unit | None]) -> Self:
        """Returns the same modules, lowered in another way."""
        twin = copy(self)
        twin._load, twin._units = load, {}
        return twin

    def unit(self, path: str) -> Unit | None:
        """Returns a module in lowered form, or None when it cannot be lowered."""
        if path not in self._units:
            self._units[path] = self._load(path)
        return self._units[path]

    def find(self, name: str, importer: str, level: int = 0) -> str | None:
        """Returns the path of the module that a name means in *importer*, None when it is not of the project.

        *level* counts how far up a relative name is looked for, 0 for one that is not relative.
        """
        return None

    def member(self, package: str, name: str) -> str | None:
        """Returns the path of the module *name* inside of the module at *package*, or None."""
        return None

    def shared(self, name: str, reader: str) -> Sequence[str]:
        """Returns the paths of the modules whose own *name* another file may read without importing it."""
        return ()

    def beside(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns path and content of any file that *importer* names: in its own folder or one above it."""
        return None

    def defining(self, ending: str) -> tuple[str, ...]:
        """Returns the paths of modules whose last name holds *ending*, such as settings modules."""
        return ()

    def imports(self, path: str, text: str) -> Iterable[str]:
        """Yields the modules of the project that a file can import, told from its *text* alone."""
        return ()

    def uses(self, path: str, text: str, carriers: Mapping[str, Collection[str]]) -> bool:
        """Returns whether a file imports one of some names from a file that has it; *carriers* gives those files."""
        return False

    def called(self, path: str) -> Iterable[str]:
        """Yields words of which one stands in every file that imports a module whole, under a name of its own."""
        return ()

    def loads(self, path: str, text: str) -> Iterable[str]:
        """Yields the files of data that a file imports, told from its *text* alone."""
        return ()


class Library(Protocol):
    """What a language knows about its own functions and its packages, by dotted name: as it stands here, little.

    ``glances`` look at the kind or the beginning of a value only, which no credential in it decides, ``measures`` are
    members of texts where a text may be told as the mapping that it was made of. ``verifies`` are
    arguments of clients that, where they are false, leave the certificate of the server unchecked. ``globals`` are the
    names by which programs have a client that they do not import, ``loaders`` the functions that import what they are
    given the name of. Methods that ``grows`` names change what they are called on, functions that
    ``alters`` names what they are given first. The result of a method that ``looks_up`` is
    best called by what it looks up, that of one that ``respells`` by what it is called on, which it only spells
    otherwise; a method that ``repeats``
    calls a function for each of some items. ``bodies`` are keywords under which functions send something. Functions
    that ``decorates`` names give a member, by a name and what it is, to any object of a framework. Functions
    that ``stores`` names write what they are given to a file. Functions
    that ``spread`` call what they are given with the items of the argument behind it, and with the entries of the one
    after that; by what keywords they take both. What ``secrets`` names asks a secret manager for what it keeps under
    the name that is given first, or under a keyword or in options by what is said there.
    """

    globals: frozenset[str] = frozenset()
    loaders: frozenset[str] = frozenset()
    looks_up: frozenset[str] = frozenset()
    secrets: Mapping[str, str] = MappingProxyType({})
    respells: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    spread: Mapping[str, tuple[str, str]] = MappingProxyType({})
    roots: frozenset[str]
    senders: frozenset[str]
    fills: frozenset[str] = frozenset()
    decorates: frozenset[str] = frozenset()
    grows: frozenset[str] = frozenset()
    alters: frozenset[str] = frozenset()
    glances: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    verifies: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    sends: frozenset[str]
    clients: frozenset[str]
    verbs: frozenset[str]
    reads: frozenset[str] = frozenset()

    @property
    def requesting(self) -> frozenset[str]:
        """The names of methods that HubSpot's own libraries send requests by."""
        return frozenset()

    def names_client(self, names: Set[str]) -> bool:
        """Returns whether some names are, one after another, what a client of HubSpot's own libraries is asked for."""
        return False

    def unknown_call(self, site: Site, method: Value | None) -> Request | None:
        """Returns what a function nobody knows sends, as the language's options say it; None where they say nothing."""
        return None

    def answer(self, client: str) -> Mapping[str, Collection[str]]:
        """Returns the members of a client's answer that tell the ``url`` it was asked with or hold its ``request``."""
        return {}

    def prints(self, node: Call) -> bool:
        """Returns whether a call writes to the standard output, which another program may read."""
        return False

    def tells(self, node: Call | New) -> bool:
        """Returns whether a call prints, logs or raises what it is given, by the name that is called."""
        return False

    def only_reads(self, node: Call) -> bool:
        """Returns whether a call changes nothing of what it is given, by the name that is called."""
        return self.tells(node)

    def call(self, site: Site) -> Value | None:
        """Returns the result of a modelled call, or None when there is no model."""

    def attribute(self, receiver: Value, name: str, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns an attribute of a library value, or None when there is no model."""
        return None

    def any_member(self, receiver: Value, name: Value) -> Value | None:
        """Returns what a name that is not known means of a library's value, or None when there is no model."""
        return None

    def subscript(self, receiver: Value, key: Value, interpreter: Interpreter, at: Location) -> Value | None:
        """Returns an item of a library value, or None when there is no model."""
        return None

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in the fields a library class gives its objects; returns whether the class is modelled."""
        return False

    def declare(self, base: str, instance: Instance, site: Site) -> None:
        """Records what a framework sends for an object of a class that only declares its requests."""
        return

    def defined(self, base: str, cls: Class, interpreter: Interpreter) -> None:
        """Gives a class what a library's class that it descends from makes of its body."""
        return

    def publish(self, path: str, interpreter: Interpreter) -> None:
        """Records what is sent because a module only declares it, as an object that it publishes."""
        return

    def property_of(self, base: str, name: str, receiver: Value, at: Location) -> Value | None:
        """Returns what a property of a library class gives where no project class replaces it, or None."""
        return None

    def builtin(self, name: str) -> Value | None:
        """Returns the built-in of this name, or None."""

    def decorator(self, found: Value) -> str | None:
        """Returns the kind of function a decorator makes (``property`` ...), ``""`` for one that changes nothing."""
        return ""

    def assign(self, receiver: Located, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Stores an attribute of a library object or list that is more than a field; returns whether it is one."""
        return False

    def store(self, receiver: Instance, key: Value, found: Value, interpreter: Interpreter) -> None:
        """Stores an item of a library object."""
        return

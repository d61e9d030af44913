"""What an evaluation knows, what it found, what it may still spend, and what holds for the moment."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from migrator.evaluate.arguments import Args
from migrator.evaluate.frame import Frame
from migrator.evaluate.heap import Heap
from migrator.evaluate.logged_secrets import Leak
from migrator.evaluate.missing_reads import MissingRead
from migrator.evaluate.observations import Answer, Names, Observation
from migrator.evaluate.store import Class, Function, Instance, Located, Module, Value
from migrator.evaluate.url import Placed, Url
from migrator.model.call import ApiCall, Context
from migrator.model.text import Location
from migrator.model.unit import Attr, ClassDef, Def, Expr, For, If, Lambda, Name, Stmt, Sub, While
from migrator.model.value import Origin

MAX_DEPTH = 14
MAX_CHAIN = 40
"""How deeply calls are followed in all: those of closures are no step of their own."""
_MOST_MADE = 4
"""How many objects of a class are told apart by what they are made with."""
STEPS_PER_ROOT = 60_000
STEPS_NEARBY = 8_000
"""How many steps a root may take once those of its group are used up."""


def steps_of_group(modules: int) -> int:
    """Returns how many steps a group of so many modules may take: a large program has more to follow."""
    return min(200_000 + 50_000 * modules, 3_000_000 + 6_000 * modules)


class OutOfBudgetError(Exception):
    """A root used up its steps; what it found so far stands."""


@dataclass(slots=True)
class State:
    """The program as far as it is evaluated.

    ``definitions`` and ``classes`` are what the statements that ran have made, ``methods`` the classes that have a
    method of a name, ``extended`` what a class descends from, ``mains`` what a file does as a program. ``created`` are
    the functions in the order in which they came to be, ``rounds`` those that a module makes in each round of a loop.
    ``ahead`` are statements of modules that ran before their turn, since another module needed them.
    ``symbols`` has one object for each class of which nobody
    knows an object; ``filled`` what a root found out about fields of objects, ``probes`` which of them it is after,
    ``silent`` how often in the root a function that is handed on said nothing, by what it looks like;
    ``noted`` what is stored in fields, while that is asked;
    ``overwritten`` what a module replaces in what others have made,
    ``disturbed`` whether any has.
    ``literals``, ``urls``, ``correlated``, ``changed`` and ``stored`` keep what is found out again and again.
    ``dumped`` are the values that texts were made of, by the place where,
    ``spelled`` where objects are made that count as the text that is made of them; ``naming`` the origins of literals
    that name a credential. ``answers`` are the names of credentials that the request of an answer is sent with, and the
    members that tell them, by where the answer is made; ``echoes`` those that a member tells. ``leads`` tells whether a
    function can lead to a request. ``handed`` are the functions that modules hand to code nobody knows, which calls
    them when it will: each with where that is, and with what calls it. ``everywhere`` are the members of the object
    that every file can name without, ``decorated`` those that the program gives to objects of a framework.
    ``replaced`` are the libraries of which the program replaces what sends: who knows what it sends besides.
    ``outside`` are the functions called of libraries that nobody has seen.
    """

    heap: Heap = field(default_factory=lambda: Heap([]))
    modules: dict[str, Module] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    definitions: dict[Def | Lambda, Function] = field(default_factory=dict)
    rounds: list[Function] = field(default_factory=list)
    ahead: set[Stmt] = field(default_factory=set)
    classes: dict[ClassDef, Class] = field(default_factory=dict)
    methods: dict[str, set[Class]] = field(default_factory=dict)
    extended: set[object] = field(default_factory=set)
    mains: dict[str, tuple[Stmt, ...]] = field(default_factory=dict)
    created: list[Function] = field(default_factory=list)
    symbols: dict[Class, Instance] = field(default_factory=dict)
    filled: dict[tuple[int, str], tuple[Instance, Value | None]] = field(default_factory=dict)
    silent: dict[Hashable, int] = field(default_factory=dict)
    probes: frozenset[tuple[int, str]] = frozenset()
    noted: list[tuple[Value, str, Value]] | None = None
    overwritten: list[tuple[Located, Any, Any]] = field(default_factory=list)
    disturbed: bool = False
    literals: dict[Any, Value] = field(default_factory=dict)
    urls: dict[Placed, Url] = field(default_factory=dict)
    dumped: dict[Location, Value] = field(default_factory=dict)
    spelled: set[Location] = field(default_factory=set)
    guesses: dict[int, Value] = field(default_factory=dict)
    naming: dict[int, Origin] = field(default_factory=dict)
    answers: dict[Location, Answer] = field(default_factory=dict)
    echoes: dict[Location, Names] = field(default_factory=dict)
    correlated: dict[If, bool] = field(default_factory=dict)
    changed: dict[While | For, tuple[Name | Attr | Sub, ...]] = field(default_factory=dict)
    stored: dict[Def, frozenset[str]] = field(default_factory=dict)
    leads: Callable[[Def | Lambda], bool] = lambda _: False
    handed: dict[tuple[Function, Location], Callable[[], object]] = field(default_factory=dict)
    everywhere: dict[str, Value] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    decorated: dict[str, Value] = field(default_factory=dict)

    def define(self, node: Def, function: Function) -> None:
        """Notes the function that a definition of a module has made."""
        self.definitions[node] = function
        self.rounds += [function] if node.kept else []


@dataclass(slots=True)
class Results:
    """What outlives a root.

    ``calls`` are the requests, each with the root that led to it and the definitions that were active; ``idle`` what
    is given a credential and may send nothing. ``constructed`` says how the program makes objects of a class,
    ``asked`` how it calls a method of a name on objects that nobody knows, ``fresh`` which of these the present root
    has added.
    ``uses`` are where the objects were made that expressions give, by their nodes; ``others`` the nodes that give
    something else too.
    ``ran`` and the ``entered`` ones say what was followed; ``cut`` are the functions in which a budget ended.
    """

    calls: list[tuple[ApiCall, Any, tuple[int, ...]]] = field(default_factory=list)
    idle: list[ApiCall] = field(default_factory=list)
    gaps: dict[tuple[str, Location], str] = field(default_factory=dict)
    leaks: dict[Location, Leak] = field(default_factory=dict)
    lacks: set[MissingRead] = field(default_factory=set)
    observations: set[Observation] = field(default_factory=set)
    uses: dict[int | Location, tuple[Location, set[Location]]] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    constructed: dict[Class, list[tuple[Args, Frame, Expr]]] = field(default_factory=dict)
    asked: dict[str, list[tuple[Args, Frame, Expr]]] = field(default_factory=dict)
    fresh: list[tuple[list[tuple[Args, Frame, Expr]], int]] = field(default_factory=list)
    ran: set[Stmt] = field(default_factory=set)
    entered: set[Function] = field(default_factory=set)
    entered_on: set[tuple[Function, Location]] = field(default_factory=set)
    entered_from_tests: set[Function] = field(default_factory=set)
    cut: set[Function] = field(default_factory=set)

    def made(self, of: Class | str, args: Args, frame: Frame, node: Expr) -> None:
        """Keeps what an object is made with, or a method of a name called; the last may be with one too many."""
        every = self.constructed.setdefault(of, []) if not isinstance(of, str) else self.asked.setdefault(of, [])
        alike = [place for place, (_, _, other) in enumerate(every) if node is other]
        if not alike and len(every) < _MOST_MADE:
            self.fresh.append((every, len(every)))
            every.append((args, frame, node))
        elif frame.owner is not of:  # one that makes others of its kind hands on what it was made with
            place = alike[0] if alike else -1
            every[place] = (every[place][0].joined(args), *every[place][1:])

    @property
    def told(self) -> tuple[int, ...]:
        """How much was found so far, of every kind."""
        made = sum(map(len, (*self.constructed.values(), *self.asked.values())))
        return self.reached, len(self.gaps), len(self.leaks), len(self.lacks), len(self.observations), made

    @property
    def reached(self) -> int:
        """How many requests were found so far."""
        return len(self.calls) + len(self.idle)


@dataclass(slots=True)
class Budget:
    """The steps that the present root has taken and may take, and how deeply it may follow calls.

    ``forks`` are the paths that are open at once, ``total`` the steps that the roots of the group took before.
    """

    steps: int = 0
    limit: int = STEPS_PER_ROOT
    depth: int = MAX_DEPTH
    forks: int = 0
    total: int = 0

    def is_spent(self, modules: int, times: float = 1) -> bool:
        """Returns whether a group of so many modules has taken so many times the steps that it may take."""
        return self.total > times * steps_of_group(modules)

    def step(self) -> None:
        """Counts one step. Raises `OutOfBudgetError` when the root has used up its own."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfBudgetError("following this takes too many steps")


@dataclass(slots=True)
class Now:
    """What holds for a while, and is only changed by `holding`.

    ``root`` is what evaluation began with, ``context`` whether that is a test. Without ``recording`` no request is
    kept. ``guesses`` counts the active calls whose function was guessed, ``decorating`` the decorators being applied.
    ``ignored`` is the expression whose value nobody gets.
    """

    root: Any = None
    context: Context = Context.PROGRAM
    recording: bool = True
    guesses: int = 0
    decorating: int = 0
    ignored: Any = None


class holding:  # noqa: N801 - read as a statement
    """Gives attributes of an object other values for the length of a ``with`` block, whatever ends it."""

    __slots__ = ("before", "owner", "values")

    def __init__(self, owner: object, **values: object) -> None:
        """Takes the object and the values by name."""
        self.owner, self.values = owner, values
        self.before: dict[str, object] = {}

    def __enter__(self) -> None:
        """Sets the values."""
        for name, value in self.values.items():
            self.before[name] = getattr(self.owner, name)
            setattr(self.owner, name, value)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sets what was there before."""
        for name, value in self.before.items():
            setattr(self.owner, name, value)

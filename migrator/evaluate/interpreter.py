"""The state of one evaluation: the store, the modules, what was found so far, and the budgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from migrator.evaluate import assignments, calls, statements, symbolic
from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import STEPS_PER_ROOT, Library, Modules, OutOfBudgetError
from migrator.evaluate.expressions import EXPRESSIONS, alternative
from migrator.evaluate.frame import Frame
from migrator.evaluate.imports import load
from migrator.evaluate.lacks import Lack
from migrator.evaluate.logged_secrets import Leak
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.store import Function, Heap, Instance, Module, Value
from migrator.evaluate.url import Placed, Url
from migrator.evaluate.visit import split_main
from migrator.model.call import ApiCall, Context
from migrator.model.text import Location
from migrator.model.unit import Class, Def, Expr, If, Lambda, Stmt
from migrator.model.value import Origin, Unknown
from migrator.model.vocabulary import Vocabulary


class Interpreter:
    """Evaluates units. All that outlives a root is in ``calls``, ``gaps``, ``entered`` and ``constructed``."""

    def __init__(
        self,
        program: Modules,
        library: Library,
        semantics: Semantics,
        vocabulary: Vocabulary,
        is_test: Callable[[str], bool],
    ) -> None:
        """Starts with nothing evaluated; *is_test* tells a test file by its path."""
        self.program, self.library, self.semantics = program, library, semantics
        self.vocabulary, self.is_test = vocabulary, is_test
        self.heap = Heap([])
        self.modules: dict[str, Module] = {}
        self.frames: dict[str, Frame] = {}
        self.literals: dict[Any, Value] = {}
        self.calls: list[tuple[ApiCall, Any, tuple[int, ...]]] = []
        self.idle: list[ApiCall] = []  # what is given a credential, and may send nothing
        self.gaps: dict[tuple[str, Location], str] = {}
        self.leaks: dict[Location, Leak] = {}
        self.lacks: set[Lack] = set()
        self.definitions: dict[Def | Lambda, Function] = {}
        self.classes: dict[Class, ClassValue] = {}
        self.extended: set[object] = set()  # what a class descends from
        self.methods: dict[str, set[ClassValue]] = {}
        self.leads: Callable[[Def | Lambda], bool] = lambda _: False  # whether a function can lead to a request
        self.symbols: dict[ClassValue, Instance] = {}
        self.guesses = 0
        self.ran: set[Stmt] = set()
        self.created: list[Function] = []
        self.entered: set[Function] = set()
        self.entered_on: set[tuple[Function, Location]] = set()
        self.entered_from_tests: set[Function] = set()
        self.mains: dict[str, tuple[Stmt, ...]] = {}
        self.constructed: dict[ClassValue, list[tuple[Args, Frame, Expr]]] = {}
        self.probes: set[tuple[int, str]] = set()
        self.filled: dict[
            tuple[int, str], tuple[Instance, Value | None]
        ] = {}  # what a root found out about its objects
        self.context = Context.PROGRAM
        self.recording = True
        self.decorating = 0
        self.forks = 0
        self.correlated: dict[If, bool] = {}  # whether what follows a condition is worth following for each arm
        self.stored: dict[Def, frozenset[str]] = {}
        self.urls: dict[Placed, Url] = {}
        self.root: Any = None
        self.steps = 0
        self.limit = STEPS_PER_ROOT

    def step(self) -> None:
        """Counts one step. Raises `OutOfBudgetError` when the root has used up its own."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfBudgetError

    def eval(self, node: Expr, frame: Frame) -> Value:
        """Returns the value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfBudgetError
        return EXPRESSIONS[type(node)](self, node, frame)

    def run(self, body: Sequence[Stmt], frame: Frame) -> int:
        """Runs statements; returns how control can leave them."""
        return statements.run(self, body, frame)

    def run_module(self, module: Module, frame: Frame) -> None:
        """Runs a module body within its own budget."""
        steps, self.steps = self.steps, 0
        root, self.root = self.root, ("module", module.unit.path)
        context, self.context = self.context, self.context_of(module.unit.path)
        body, main = split_main(module.unit.body, self.semantics.is_main)
        if main:
            self.mains[module.unit.path] = main
        try:
            statements.run(self, body, frame)
        except OutOfBudgetError:
            self.gap("budget", frame.at(module.unit.body[0].span), "the module takes too many steps to follow")
        self.steps, self.root, self.context = steps, root, context

    def context_of(self, path: str) -> Context:
        """Returns whether the code of a file is part of the program or a test of it."""
        return Context.TEST if self.is_test(path) else Context.PROGRAM

    def apply(self, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
        """Returns the result of calling a value."""
        return calls.apply(self, func, args, frame, node)

    def construct(self, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
        """Returns a new object of what a value is."""
        return calls.construct(self, func, args, frame, node)

    def define(self, node: Class, frame: Frame) -> ClassValue:
        """Returns the class that a definition makes, its body run."""
        return statements.define(self, node, frame)

    def alternative(self, kept: list[Value], other: Value) -> Value:
        """Returns what of some values or, where they may be nothing, another one is."""
        return alternative(kept, other)

    def invoke(self, func: Function, args: Args, frame: Frame, at: Location) -> Value:
        """Returns the result of running a project function."""
        return calls.invoke(self, func, args, frame, at)

    def object_of(self, cls: ClassValue) -> Instance:
        """Returns the one object of a class for all that is called on objects nobody knows."""
        return symbolic.shared_object(self, cls)

    def module(self, path: str) -> Module | None:
        """Returns a project module, evaluated on first use."""
        return load(self, path)

    def assign(self, target: Expr, found: Value, frame: Frame) -> None:
        """Stores a value in a target."""
        assignments.assign(self, target, found, frame)

    def record(self, call: ApiCall, frame: Frame) -> None:
        """Keeps a request that was reached."""
        if self.recording:
            self.calls.append((call, self.root, frame.chain))

    def gap(self, kind: str, at: Location, reason: str) -> None:
        """Keeps a limit of this evaluation, once for each place."""
        self.gaps.setdefault((kind, at), reason)

    def unknown(self, reason: str, hint: str, at: Location) -> Unknown:
        """Returns an unknown value."""
        return Unknown(reason, hint, Origin("unknown", f"{reason} {hint}", at))

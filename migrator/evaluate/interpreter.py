"""Evaluates units: sends each kind of node, value and call to where it is dealt with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from migrator.evaluate import assignments, calls, statements, symbolic
from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Commands, Library, Modules
from migrator.evaluate.expressions import EXPRESSIONS
from migrator.evaluate.frame import Frame
from migrator.evaluate.imports import load
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.state import Budget, Now, OutOfBudgetError, Results, State, holding
from migrator.evaluate.store import Class as ClassValue
from migrator.evaluate.store import Function, Instance, Module, Value
from migrator.evaluate.visit import split_main
from migrator.model.call import ApiCall, Context
from migrator.model.text import Location
from migrator.model.unit import ClassDef, Expr, Stmt
from migrator.model.value import Origin, Unknown
from migrator.model.vocabulary import Vocabulary


class Interpreter:
    """One evaluation of a program: its state, what was found so far, the budget, and what holds for the moment."""

    def __init__(
        self,
        program: Modules,
        library: Library,
        semantics: Semantics,
        vocabulary: Vocabulary,
        is_test: Callable[[str], bool],
        commands: Commands = lambda _words, _at: (),
        *,
        noting: bool = True,
    ) -> None:
        """Starts with nothing evaluated; *is_test* tells a test file by its path, *commands* what a command sends.

        Who uses what is only noted where *noting*.
        """
        self.commands, self.noting = commands, noting
        self.program, self.library, self.semantics = program, library, semantics
        self.vocabulary, self.is_test = vocabulary, is_test
        self.state, self.results, self.budget, self.now = State(), Results(), Budget(), Now()
        self.heap = self.state.heap

    def eval(self, node: Expr, frame: Frame) -> Value:
        """Returns the value of an expression."""
        self.budget.step()
        return EXPRESSIONS[type(node)](self, node, frame)

    def run(self, body: Sequence[Stmt], frame: Frame) -> int:
        """Runs statements; returns how control can leave them."""
        return statements.run(self, body, frame)

    def run_module(self, module: Module, frame: Frame) -> None:
        """Runs a module body within its own budget."""
        path = module.unit.path
        body, main = split_main(module.unit.body, self.semantics.is_main)
        if main:
            self.state.mains[path] = main
        with holding(self.budget, steps=0, forks=0), self.beginning(("module", path), path):
            try:
                statements.run(self, body, frame)
            except OutOfBudgetError:
                self.gap("budget", frame.at(module.unit.body[0].span), "the module takes too many steps to follow")
                self._run_rest(body, frame)

    def _run_rest(self, body: Sequence[Stmt], frame: Frame) -> None:
        """Runs what is left of a module body, no call in it followed: it defines what others use."""
        begun = [place for place, statement in enumerate(body) if statement in self.results.ran]
        for statement in body[begun[-1] if begun else 0 :]:
            with holding(self.budget, steps=0, forks=0, depth=0), suppress(OutOfBudgetError):
                statements.run(self, [statement], frame)

    def beginning(self, root: object, path: str) -> holding:
        """Returns what holds while a root in a file is evaluated."""
        return holding(self.now, root=root, context=self.context_of(path))

    def context_of(self, path: str) -> Context:
        """Returns whether the code of a file is part of the program or a test of it."""
        return Context.TEST if self.is_test(path) else Context.PROGRAM

    def apply(self, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
        """Returns the result of calling a value."""
        return calls.apply(self, func, args, frame, node)

    def construct(self, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
        """Returns a new object of what a value is."""
        return calls.construct(self, func, args, frame, node)

    def define(self, node: ClassDef, frame: Frame) -> ClassValue:
        """Returns the class that a definition makes, its body run."""
        return statements.define(self, node, frame)

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

    def open(self, owner: Expr, frame: Frame) -> Value:
        """Returns a container that is written into: something unknown becomes one, in its place too."""
        return assignments.opened(self, owner, self.eval(owner, frame), frame)

    def record(self, call: ApiCall, frame: Frame) -> None:
        """Keeps a request that was reached."""
        if self.now.recording:
            self.results.calls.append((call, self.now.root, frame.chain))

    def gap(self, kind: str, at: Location, reason: str) -> None:
        """Keeps a limit of this evaluation, once for each place."""
        self.results.gaps.setdefault((kind, at), reason)

    def unknown(self, reason: str, hint: str, at: Location) -> Unknown:
        """Returns an unknown value."""
        return Unknown(reason, hint, Origin("unknown", f"{reason} {hint}", at))

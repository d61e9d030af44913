"""Where evaluation starts: module bodies, functions nobody calls, and the methods of classes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from functools import partial

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import library_base
from migrator.evaluate.calls import call_symbolic, initialise, methods
from migrator.evaluate.cloning import Copies
from migrator.evaluate.contracts import Site
from migrator.evaluate.escape_analysis import stays
from migrator.evaluate.followed_objects import Made, ask, asked_methods, makers_first, wraps
from migrator.evaluate.frame import Frame
from migrator.evaluate.function_effects import FunctionEffects
from migrator.evaluate.heap import Captured
from migrator.evaluate.initializers import run_initializers
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.memo_keys import memo_key, unless_silent
from migrator.evaluate.mutable_state import Changes
from migrator.evaluate.reachability import Reach, Reaching
from migrator.evaluate.rounds import Round, called_in
from migrator.evaluate.state import (
    MAX_DEPTH,
    STEPS_NEARBY,
    OutOfBudgetError,
    holding,
)
from migrator.evaluate.store import Bound, Class, Function, Instance, Method, Value, options
from migrator.evaluate.symbolic import symbolic_object
from migrator.model.call import ApiCall
from migrator.model.text import Location, Span
from migrator.model.unit import Expr, Name
from migrator.model.value import NOWHERE

BASE = "base"
"""The label of an object of a class that others descend from: what it leaves open, those may fill in."""


_NEAR = 3
"""How deeply calls are followed from a root that takes too many steps otherwise."""
_FURTHER = 1.5
"""After how many times the steps of a group they are not followed from the other roots at all."""


class Roots:
    """Runs every root of a set of files on one interpreter, callers before what they call."""

    def __init__(self, interpreter: Interpreter, surveyed: Sequence[Round] = ()) -> None:
        """Takes the interpreter that keeps what is found, and what is known already of each round to come."""
        self.m, self.is_test = interpreter, interpreter.is_test
        self.surveyed, self.rounds = surveyed, list[Round]()
        words = (*interpreter.vocabulary.needles, *interpreter.vocabulary.key_words)
        self.reaching = Reaching(interpreter.library, interpreter.semantics, words, interpreter.program.find)
        self.known: set[Location] = set()  # the places of the first ``counted`` requests
        self.counted = 0
        self.done: set[tuple[object, ...]] = set()
        self.is_stale = False  # what was followed in a round before would find another state now
        self.given: set[Location] = set()  # where the objects are made that others are given when they are made
        self.made: dict[tuple[Class, int | None, int], tuple[int, Instance, Captured]] = {}
        self.looks: dict[int, Hashable] = {}  # of objects that were made
        self.silent: dict[Hashable, int] = {}  # what says nothing: closures, and methods with an object, as they look
        self.closures: list[Function] = []
        self.too_long: set[Location] = set()  # where the closures stand that the budget cut off
        self.reach = Reach(everything=True)
        library = interpreter.library
        self.changes = Changes(interpreter.semantics.roles.constructor, library.grows, library.alters)
        self.effects = FunctionEffects(interpreter)

    def run(self, paths: Iterable[str]) -> None:
        """Evaluates the given files and adds what is found to the interpreter."""
        units = [path for path in paths if self.m.program.unit(path) is not None]
        for path in units:
            self._guarded(("module", path), partial(self.m.module, path), Location(path, _START))
        for path in units:
            self._main(path)
            publishing = partial(self.m.library.publish, path, self.m)
            self._guarded(("published", path), publishing, Location(path, _START))
        now = self._round(units)
        self.reach, called = now.reach, now.called
        wanted = set(units)
        self.m.state.leads = self.reach.leads
        every = dict.fromkeys((*self.m.state.definitions.values(), *self.m.state.rounds))
        if self.effects.by_program(now.changing, every) or self.m.state.disturbed:
            self.is_stale |= len(self.rounds) > 1
        self.m.state.disturbed = False
        self._handed(wanted)
        functions = [f for f in every if f.unit.path in wanted and f.owner is None]
        classes = [c for c in self.m.state.classes.values() if c.unit.path in wanted]
        uncalled = [f for f in functions if f.name not in called]
        for function in sorted(uncalled, key=lambda f: self.is_test(f.unit.path)):
            self._function(function)
        program_first = sorted(classes, key=lambda c: self.is_test(c.unit.path))
        made = self.m.results.constructed
        by_others = called | now.named
        late = [cls for cls in program_first if cls.name in by_others and cls not in made]
        early = [cls for cls in program_first if cls not in late]
        for cls in early:
            self._class(cls, called)
        for function in sorted(functions, key=lambda f: self.is_test(f.unit.path)):
            if function not in self.m.results.entered or function in self.m.results.cut:
                self._function(function)
        self._made_by_others(late, called)
        early.reverse()  # who imports comes first
        for cls in sorted(early, key=lambda c: self.is_test(c.unit.path)):
            self._class_left(cls, self.m.results.entered_on)
        self._injected(wanted)
        self._asked()
        for function in filter(lambda one: self.reach.leads(one.node), self.closures):
            at = Location(function.unit.path, function.node.span)
            self._guarded(("closure", function), partial(self._uncalled_closures, [function]), at)

    def _round(self, paths: Sequence[str]) -> Round:
        """Returns what the text tells, over everything that is loaded."""
        number = len(self.rounds)
        if number < len(self.surveyed):
            found = self.surveyed[number]
        else:
            loaded = [module.unit for module in self.m.state.modules.values()]
            reach = self.reaching.over(loaded)
            units = filter(None, map(self.m.program.unit, paths))
            called, named = called_in(unit.body for unit in units)
            found = Round(reach=reach, called=called, changing=self.changes.over(loaded), named=named)
        self.rounds.append(found)
        return found

    def _main(self, path: str) -> None:
        """Runs what a file does as a program, once its module is complete."""
        frame = self.m.state.frames.get(path)
        if frame is not None and frame.unit.path in self.m.state.mains:
            body = self.m.state.mains[path]
            self._guarded(("module", path, "main"), partial(self.m.run, body, frame), Location(path, body[0].span))

    def _guarded(self, root: tuple[object, ...], go: Callable[[], object], at: Location, *, of: str = "") -> None:
        """Runs a root within its own budget, and takes back what it does to the store; it belongs to the file *of*."""
        m = self.m
        if root in self.done:
            return
        self.done.add(root)
        m.state.filled.clear()
        m.state.silent.clear()
        created = len(m.state.created)
        mark = m.heap.mark()
        try:
            with m.beginning(root, of or at.path):
                self._within(_NEAR if at in self.too_long else MAX_DEPTH, go)
                if root[0] != "module" or len(root) > 2:  # what a module itself makes is followed last
                    while created < (made := len(m.state.created)):  # one may make others
                        self._within(MAX_DEPTH, partial(self._uncalled_closures, m.state.created[created:made]))
                        created = made
        except OutOfBudgetError as ended:
            if root[0] == "closure":
                self.too_long.add(at)
            m.gap("budget", at, str(ended))
            m.heap.undo(mark)
            with m.beginning(root, of or at.path):
                self._nearby(go, mark)
        self.closures += m.state.created[created:]  # of a module, or of what the budget cut off
        self._preserve()
        m.heap.undo(mark)

    def _within(self, depth: int, go: Callable[[], object]) -> None:
        """Runs something within a budget of its own. Raises `OutOfBudgetError` when that ends, or that of the group."""
        spent = self.m.budget.is_spent(len(self.m.state.modules))
        if depth == MAX_DEPTH and spent:
            raise OutOfBudgetError("the project takes too many steps to follow as a whole")
        limit = STEPS_NEARBY if spent else self.m.budget.limit
        with holding(self.m.budget, steps=0, forks=0, depth=depth, limit=limit):
            try:
                go()
            finally:
                self.m.budget.total += self.m.budget.steps

    def _nearby(self, go: Callable[[], object], mark: int) -> None:
        """Runs a root that takes too many steps without following calls far, and keeps what nothing else has found."""
        m = self.m
        known, before = self._known(), len(m.results.calls)
        for depth in (1,) if m.budget.is_spent(len(m.state.modules), _FURTHER) else (_NEAR, 1):
            try:
                self._within(depth, go)
                break
            except OutOfBudgetError:
                m.heap.undo(mark)
        m.results.calls[before:] = [one for one in m.results.calls[before:] if one[0].location not in known]

    def _known(self) -> set[Location]:
        """Returns the places of all requests recorded so far."""
        calls = self.m.results.calls
        self.known.update(call.location for call, _, _ in calls[self.counted :])
        self.counted = len(calls)
        return self.known

    def _preserve(self) -> None:
        """Copies what newly made objects were given, as it is now: undoing the root would empty it."""
        for made, place in self.m.results.fresh:
            args, frame, node = made[place]
            made[place] = (args.copied(Copies()), frame, node)
            values = [one for found in args.values() for one in options(found)]
            self.given.update(one.location for one in values if isinstance(one, Instance))
        self.m.results.fresh.clear()

    def _uncalled_closures(self, created: list[Function]) -> None:
        for function in created:
            called = function in self.m.results.entered or function in self.m.results.entered_from_tests
            skipped = called or not self.reach.leads(function.node)
            if function.frame is not None and function.frame.function is not None and not skipped:
                self.m.results.entered.add(function)
                go = partial(self._uncalled, function, function.frame, created)
                unless_silent(self.m, self.silent, memo_key(function), go)

    def _uncalled(self, function: Function, frame: Frame, created: Sequence[Function]) -> None:
        self.effects.in_variables(function, created)
        call_symbolic(self.m, function, frame, NOWHERE)

    def _handed(self, wanted: set[str]) -> None:
        """Follows once more what modules have handed on: it is called when other functions may have run."""
        for (function, at), go in list(self.m.state.handed.items()):
            path = function.unit.path
            if path in wanted and not self.is_test(path) and self.reach.leads(function.node):
                self._guarded(("handed", function, at), go, at)

    def _function(self, function: Function) -> None:
        m = self.m
        if not self.reach.leads(function.node):
            return
        frame = m.state.frames[function.unit.path]
        at = Location(function.unit.path, function.node.span)
        self._guarded(("function", function), partial(run_initializers, m, function, frame, self.reach.leads), at)

    def alone(self, function: Function) -> Sequence[ApiCall]:
        """Returns the requests of a function on arguments that only callers know, which are kept nowhere."""
        m = self.m
        before = len(m.results.calls)
        unknown = Function(function.node, function.unit, function.frame, function.name, function.owner, {})
        with holding(m.state, leads=self.reach.leads):
            for number, made in enumerate(self._instances(function.owner) if function.owner else (None,)):
                receiver = made.make() if made is not None and function.kind != "staticmethod" else None
                frame = m.state.frames[function.unit.path]
                go = partial(call_symbolic, m, unknown, frame, NOWHERE, receiver)
                self._guarded(("alone", function, number), go, Location(function.unit.path, function.node.span))
        found = [call for call, _, _ in m.results.calls[before:]]
        del m.results.calls[before:]
        return found

    def _class(self, cls: Class, called: frozenset[str]) -> None:
        for made in self._instances(cls):
            for name, method in methods(cls):
                if name not in called or self.m.semantics.is_special(name):
                    self._method(cls, name, method, made)

    def _made_by_others(self, classes: Sequence[Class], called: frozenset[str]) -> None:
        """Follows classes of which the program makes objects, where it can once those are made."""
        unmade = []
        for cls in makers_first(classes):
            entered: Set[tuple[Function, Location]] = self.m.results.entered_on
            if cls.name in called:
                entered = set(entered)  # what its own methods call may be called by others as well
            unmade += [cls] if cls not in self.m.results.constructed else []
            self._class(cls, called)
            self._class_left(cls, entered)
        for cls in unmade:
            if cls in self.m.results.constructed:
                self._class_left(cls, self.m.results.entered_on)

    def _declared(self, cls: Class, made: Made) -> None:
        """Records what a framework sends for an object of the class, when it is one of a framework's.

        One that others extend is only sent where the program makes it.
        """
        base = library_base(self.m, cls)
        if base is None or (cls in self.m.state.extended and made.location is None):
            return
        m = self.m
        frame = m.state.frames[cls.unit.path]
        node = Name(cls.node.span, cls.name)

        def go() -> None:
            m.library.declare(base, made.make(), Site(m, base, Args(), frame, node))

        self._guarded(("declared", cls, made.label), go, cls.location)

    def _class_left(self, cls: Class, entered: Set[tuple[Function, Location]]) -> None:
        """Follows the methods that nothing has called: on this object for a public one, at all for a private one.

        *entered* are the methods by the objects that they were called on. An object that a function makes and uses is
        used as it does: the source of a copy is not written to.
        """
        special = self.m.semantics.is_special
        for made in self._instances(cls):
            self._declared(cls, made)
            every = methods(cls)
            alike = self._alike(cls, made)
            used = made.inside and any((one, made.location) in entered for name, one in every if not special(name))
            for name, method in every:
                on_this = (
                    used
                    or self.m.semantics.is_private(name)
                    or made.location is None
                    or any((method, one) in entered for one in alike)
                )
                if method not in self.m.results.entered or method in self.m.results.cut or not on_this:
                    self._method(cls, name, method, made)

    def _injected(self, wanted: set[str]) -> None:
        """Follows the classes of other files whose objects were given objects: a client may be among those."""
        seen, constructed = set[Class](), self.m.results.constructed
        while fresh := [c for c in constructed if c not in seen and c.unit.path not in wanted and self._was_given(c)]:
            seen.update(fresh)
            for cls in fresh:
                self._class_left(cls, self.m.results.entered_on)

    def _asked(self) -> None:
        """Follows the methods that objects nobody knows are asked for, on those that the program makes."""
        for method, cls, call in asked_methods(self.m, self.reach.leads):
            at = call[1].at(call[2].span)
            for made in self._instances(cls):
                self._guarded(("asked", method, made.label, at), partial(ask, self.m, method, made.make, call), at)

    def _was_given(self, cls: Class) -> bool:
        values = [
            one for args, _, _ in self.m.results.constructed[cls] for found in args.values() for one in options(found)
        ]
        return any(isinstance(one, (Instance, Bound, Method)) for one in values)

    def _instances(self, cls: Class) -> Iterator[Made]:
        """Yields the objects whose methods are followed: those that the program makes, else a symbolic one."""
        made = self.m.results.constructed.get(cls, [])
        for number, (args, frame, node) in enumerate(made):
            ways = sum(len(options(one)) for one in args.values())  # which grows when others are found
            make = partial(self._again, (cls, number, ways), partial(self._made, cls, args, frame, node))
            body = frame.function.node.body if frame.function is not None else ()
            at = frame.at(node.span)
            inside = isinstance(body, tuple) and at not in self.given and bool(body) and stays(body, node)
            yield Made(label=f"made {number} {ways}", make=make, location=at, inside=inside)
        if not made:
            label = BASE if cls in self.m.state.extended else "symbolic"
            make = partial(self._again, (cls, None, 0), partial(symbolic_object, self.m, cls))
            yield Made(label=label, make=make, location=None)

    def _again(self, which: tuple[Class, int | None, int], make: Callable[[], Instance]) -> Instance:
        """Returns an object as it was made for the first root that asks for it: undoing a root empties it."""
        heap, loaded = self.m.heap, len(self.m.state.modules)
        made = self.made.get(which)
        if made is not None and made[0] == loaded:
            heap.redo(made[2])
            return made[1]
        mark = heap.mark()
        instance = make()
        self.effects.in_object(instance)
        self.made[which] = loaded, instance, heap.capture(mark)
        self.looks[id(instance)] = memo_key(instance)
        return instance

    def _alike(self, cls: Class, made: Made) -> list[Location | None]:
        """Returns where an object is made, and where others are that are like it: those that are given nothing."""
        others = self.m.results.constructed.get(cls, [])
        plain = [frame.at(node.span) for args, frame, node in others if not args.values() and args.star is args.rest]
        return [made.location, *plain] if made.location in plain else [made.location]

    def _made(self, cls: Class, args: Args, frame: Frame, node: Expr) -> Instance:
        own = self.m.state.frames[cls.unit.path]
        with holding(self.m.now, recording=False):
            made = Instance(cls, frame.at(node.span))
            initialise(self.m, cls, made, args, own, node)
            return made

    def _method(self, cls: Class, name: str, method: Function, made: Made) -> None:
        m = self.m
        if not self.reach.leads(method.node) and not wraps(method, self.reach.leads):
            return

        alike: list[tuple[Function, Hashable]] = []

        def go() -> None:
            receiver: Value | None = made.make()
            alike.append((method, self.looks[id(receiver)]))
            if self.silent.get(alike[0]):
                return
            if method.kind == "staticmethod":
                receiver = None
            elif method.kind == "classmethod":
                receiver = cls
            call_symbolic(m, method, m.state.frames[method.unit.path], NOWHERE, receiver)

        at = Location(method.unit.path, method.node.span)
        before = m.results.told
        self._guarded(("method", cls, name, made.label, method), go, at, of=cls.unit.path)
        if m.results.told == before:
            self.silent.update(dict.fromkeys(alike[:1], 1))


_START = Span(0, 0)

"""What the text of a program tells before its functions are run, and what of it holds for a changed program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrator.evaluate.mutable_state import Changing
from migrator.evaluate.reachability import Reach
from migrator.evaluate.visit import expressions, statements
from migrator.model.text import Source, Span
from migrator.model.unit import Attr, Call, ClassDef, Def, Lambda, Lit, Name, Stmt, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is known when a round's files are evaluated: what can lead to a request, what they call, what changes.

    ``named`` are further names that calls are given as texts: a class of such a name may be looked up by it.
    """

    reach: Reach
    called: frozenset[str]
    changing: Changing
    named: frozenset[str] = frozenset()


def called_in(bodies: Iterable[Sequence[Stmt]]) -> tuple[frozenset[str], frozenset[str]]:
    """Returns every name that statements call or give to what they call, and those that they give as a text."""
    names: set[str] = set()
    texts: set[str] = set()
    for call in (one for body in bodies for one in expressions(body) if type(one) is Call):
        for used in (call.func, *[arg.value for arg in call.args]):
            if type(used) is Name:
                names.add(used.id)
            elif type(used) is Attr:
                names.add(used.name)
        given = (arg.value.value for arg in call.args if type(arg.value) is Lit)
        texts.update(text for text in given if isinstance(text, str) and text.isidentifier())
    return frozenset(names), frozenset(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A round as plain data, which outlives the lowered files: by path where definitions stand, and the live ones.

    ``nested`` says that some stand in functions without a name, which only a walk over every expression finds.
    """

    definitions: Mapping[str, tuple[Span, ...]]
    live: Mapping[str, frozenset[Span]]
    everything: bool
    nested: bool
    called: frozenset[str]
    changing: Changing
    named: frozenset[str]


def survey(found: Round, units: Sequence[Unit]) -> Survey:
    """Returns a round as plain data; *units* are all lowered files."""
    every = {unit.path: list(_definitions(unit.body)) for unit in units}
    nested = sum(node in found.reach.live for nodes in every.values() for node in nodes) < len(found.reach.live)
    if nested:
        every = {unit.path: _with_nested(unit) for unit in units}
    live = {path: frozenset(node.span for node in nodes if node in found.reach.live) for path, nodes in every.items()}
    return Survey(
        definitions={path: tuple(node.span for node in nodes) for path, nodes in every.items()},
        live={path: spans for path, spans in live.items() if spans},
        everything=found.reach.everything,
        nested=nested,
        called=found.called,
        changing=found.changing,
        named=found.named,
    )


def resurveyed(
    known: Survey, unit: Callable[[str], Unit | None], changed: Mapping[str, tuple[Source, Source]]
) -> Round:
    """Returns a round for a program of which some files are *changed*, each given as it was and as it is.

    A function that was there before, word by word, can lead to a request if it could; another one is taken to. *unit*
    gives a file of the changed program in lowered form.
    """
    live: set[Def] = set()
    for path in known.definitions.keys() & (known.live.keys() | changed.keys()):
        now = unit(path)
        if now is None:
            continue
        own, old = known.live.get(path, frozenset()), known.definitions[path]
        every = _with_nested(now) if known.nested else list(_definitions(now.body))
        if path not in changed:
            live.update(node for node in every if node.span in own)
            continue
        before, after = changed[path]
        idle = {before.excerpt(span) for span in old if span not in own} - set(map(before.excerpt, own))
        more = len(every) > len(old)  # the others may call it
        live.update(node for node in every if more or after.excerpt(node.span) not in idle)
    return Round(
        reach=Reach(frozenset(live), known.everything), called=known.called, changing=known.changing, named=known.named
    )


def _with_nested(unit: Unit) -> list[Def]:
    """Returns the definitions of a file, those last that stand in functions without a name."""
    bodies = [one.body for one in expressions(unit.body) if type(one) is Lambda and type(one.body) is tuple]
    return [node for body in (unit.body, *bodies) for node in _definitions(body)]


def _definitions(body: Sequence[Stmt]) -> Iterator[Def]:
    for statement in statements(body):
        if isinstance(statement, Def):
            yield statement
        if isinstance(statement, (Def, ClassDef)):
            yield from _definitions(statement.body)

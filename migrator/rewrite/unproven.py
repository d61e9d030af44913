"""Changes that code depends on which was never run: nothing proves what they do to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.evaluate.fixpoint import Evaluation
from migrator.evaluate.unreached import Unfollowed
from migrator.evaluate.visit import nested
from migrator.model.edit import Change, Safety
from migrator.model.text import Location, Source, Span
from migrator.model.unit import Assign, Attr, Aug, Call, Def, Expr, ExprS, Name, Return, Stmt, Sub, Unit


def held_back(
    changes: Sequence[Change],
    evaluation: Evaluation,
    *,
    unit: Callable[[str], Unit | None],
    source: Callable[[str], Source | None],
) -> Iterator[Change]:
    """Yields the changes; one that edits what code reads that was never run becomes `Safety.MANUAL`."""
    sent: dict[str, set[Location]] = defaultdict(set)
    for call in evaluation.calls:
        sent[call.location.path].add(call.location)
    reads: dict[str, list[Unfollowed]] = defaultdict(list)
    for one in evaluation.unfollowed:
        if any(one.location.contains(call.location) for call in evaluation.unreached):
            continue  # its requests are known, and proved with the others
        for name in one.reads:
            reads[name].append(one)
    for change in changes:
        at = next(_met(change, reads, sent, unit), None) if change.safety > Safety.MANUAL else None
        text = source(at.path) if at else None
        if at is None or text is None:
            yield change
            continue
        yield replace(
            change,
            safety=Safety.MANUAL,
            reason=f"Line {text.position(at.span.start).line} of {at.path} may send a request with what this changes, "
            "and nothing in the program leads there, so the change cannot be proved for it.",
            advice="Make the change by hand, in both places; the edits that were planned may help.",
        )


def _met(
    change: Change,
    reads: Mapping[str, Sequence[Unfollowed]],
    sent: Mapping[str, Collection[Location]],
    unit: Callable[[str], Unit | None],
) -> Iterator[Location]:
    for edit in change.edits:
        found = unit(edit.path) if reads else None
        for statement, function in _touched(found.body, edit.span) if found else ():
            own = isinstance(statement, Return) and any(at.span.contains(edit.span) for at in sent.get(edit.path, ()))
            given = set() if own else _given(statement, function)
            public = function is None or isinstance(statement, Return) or any(name.startswith(".") for name in given)
            for one in (one for name in sorted(given) for one in reads.get(name, ())):
                if public or one.location.path == edit.path:
                    yield one.location


def _touched(body: Sequence[Stmt], span: Span, function: Def | None = None) -> Iterator[tuple[Stmt, Def | None]]:
    """Yields the innermost statements that an edit touches, each with the function that it is in."""
    for one in body:
        if one.span.meets(span) or one.span.contains(span):
            within = list(_touched(nested(one), span, one if isinstance(one, Def) else function))
            yield from within or [(one, function)]


def _given(statement: Stmt, function: Def | None) -> set[str]:
    """Returns what a statement gives a value to."""
    match statement:
        case Assign(targets=targets):
            return {name for target in targets for name in _names(target)}
        case Aug(target=target):
            return set(_names(target))
        case ExprS(value=Call(func=Attr(value=receiver, name=name))) if name in _CHANGES:
            return set(_names(receiver))
        case Return() if function is not None:
            return {function.name, f".{function.name}"}
        case _:
            return set()


_CHANGES = frozenset({"update", "setdefault", "append", "extend", "insert", "add", "put"})


def _names(target: Expr) -> Iterator[str]:
    match target:
        case Name(id=name):
            yield name
        case Attr(name=name):
            yield f".{name}"
        case Sub(value=owner):
            yield from _names(owner)

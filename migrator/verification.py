"""Two states of a program, evaluated and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from migrator import __version__
from migrator.carriers.texts import is_passed
from migrator.discover.revision import before as extracted
from migrator.findings.analysis import Analysis
from migrator.findings.credentials import held
from migrator.findings.notes import logged
from migrator.model.call import ApiCall, Carrier, Context
from migrator.model.compared_requests import At, Compared, Verification
from migrator.model.report import Report
from migrator.model.text import Source
from migrator.model.value import CONFIGURED, Hole
from migrator.model.written import Use
from migrator.pipeline import Progress, Studied, silent, studied
from migrator.project import Project
from migrator.rewrite.circumstances import Circumstances, Condition, changed, swapped
from migrator.rewrite.comparison import ComparedRequest, Outcome, compare
from migrator.rewrite.entries import MOVABLE, KnownRequest
from migrator.settings import Settings

_SILENT = frozenset({"unexplained_mention", "unexplained_place", "unreached", "skipped"})
"""Kinds of question behind which a request may be sent that is not among those that are compared."""
_CARRIED = MOVABLE | {Carrier.BEARER}


def verify(
    before: Settings, after: Settings, *, renames: Mapping[str, str], progress: Progress = silent
) -> Verification:
    """Returns what became of each request between two folders; ``renames`` are sources that were renamed on purpose.

    Raises `MigratorError` when a path, the configuration or a rule file is wrong.
    """
    old, old_report = studied(before, progress=progress)
    new, new_report = studied(after, progress=progress, also=_programs(old))
    if only := _programs(new) - _programs(old):
        old, old_report = studied(before, progress=progress, also=only)
    unknown, gone, same = _undecided(old_report(), new_report(), old, new)
    rows = compare(_requests(old), _requests(new), renames=renames)
    rows = _as_circumstanced(rows, old, new)
    rows += compare(_by_hand(old), _by_hand(new), renames=renames, by_hand=True)
    earlier, later = _limits(old), _limits(new)
    for (path, reason), at in later.items():
        if at and _text(old, path) != _text(new, path):
            unknown.setdefault(at, f"{reason}, and it is not what it was: compare by hand")
    limits = [f"before, {told}" for told in (*_told(earlier), *gone)]
    limits += [f"after, {told}" for told in (*_told(later), *same)]
    for at, why in _ungiven(old, new, rows, renames):
        unknown.setdefault(at, why)
    known, logs = {told for _, told in _logged(old)}, dict(_logged(new))
    return Verification(
        rows=tuple(_compared(row, old, new) for row in rows),
        logged=tuple((at, told) for at, told in logs.items() if told not in known),
        open=tuple(sorted(unknown.items())),
        limits=tuple(limits),
        lost=not later.keys() <= earlier.keys(),
        version=__version__,
    )


def verify_since(
    settings: Settings, revision: str, *, renames: Mapping[str, str], progress: Progress = silent
) -> Verification:
    """Returns the comparison of a revision with the work tree.

    Raises `UsageError` where there is no git work tree or no such revision.
    """
    with extracted(settings, revision, option="--since") as before:
        return verify(before, settings, renames=renames, progress=progress)


def _as_circumstanced(rows: Iterable[ComparedRequest], old: Studied, new: Studied) -> tuple[ComparedRequest, ...]:
    """Returns the requests with what is new in the conditions under which each is sent.

    One that is sent from more places than before may be sent from a different one in each case.
    """
    rows = list(rows)
    was, now = _by_kind(row.before for row in rows), _by_kind(row.after for row in rows)
    before = _Surroundings(old, [row.before for row in rows])
    after = _Surroundings(new, [row.after for row in rows])

    def judged(row: ComparedRequest) -> ComparedRequest:
        if row.before is None or row.after is None:
            return row
        earlier, later = was[_kind(row.before)], now[_kind(row.after)]
        if len(earlier) != len(later):
            twice = len(earlier) < len(later) and any(after.follows(row.after, one) for one in later)
            told = (*row.problems, "it is sent twice now, one time after the other")
            return replace(row, verdict=Outcome.DIFFERS, problems=told) if twice else row
        given = before.given(row.before) | after.given(row.after)
        known = partial(before.has, row.before)
        problems = list(changed(before.conditions(row.before), after.conditions(row.after), given, known))
        if swapped(before.parameters(row.before), after.parameters(row.after)):
            problems.append("callers that are not here give the function that sends it its values in another order")
        if (name := after.left_empty(row.after, given)) and not before.left_empty(row.before, given):
            problems.append(f"the token is empty where {name} is not set, which nothing checks now")
        problems += _handled(before.handling(row.before), after.handling(row.after))
        problems = [new.roots[0].mask(one) for one in problems]
        return replace(row, verdict=Outcome.DIFFERS, problems=(*row.problems, *problems)) if problems else row

    return tuple(map(judged, rows))


def _by_kind(calls: Iterable[ApiCall | None]) -> Mapping[tuple[object, ...], Sequence[ApiCall]]:
    """Returns the requests of each kind, one for each way that leads to it."""
    found: dict[tuple[object, ...], list[ApiCall]] = defaultdict(list)
    for call in {(call.location, call.via): call for call in calls if call}.values():
        found[_kind(call)].append(call)
    return found


def _kind(call: ApiCall) -> tuple[object, ...]:
    return call.method, call.host, call.endpoint


class _Surroundings:
    """What stands around the places of a state's requests."""

    def __init__(self, state: Studied, calls: Iterable[ApiCall | None]) -> None:
        self._projects = [root.project for root in state.roots]
        self._sends = {place for call in calls if call is not None for place in (call.location, *call.via)}
        self._files: dict[str, Circumstances | None] = {}

    def conditions(self, call: ApiCall) -> list[Condition]:
        """Returns the conditions along the way to a request."""
        return [
            one
            for place in (*call.via, call.location)
            if (file := self._file(place.path)) is not None
            for one in file.around(place.span)
        ]

    def follows(self, call: ApiCall, other: ApiCall) -> bool:
        """Returns whether a request is sent right after another one that came by the same way."""
        file = self._file(call.location.path)
        same = call.via == other.via and call.location.path == other.location.path
        later = call.location.span.start > other.location.span.start
        return same and later and file is not None and file.beside(other.location.span, call.location.span)

    def parameters(self, call: ApiCall) -> list[str]:
        """Returns the parameters of the function that the way to a request begins in."""
        first = (*call.via, call.location)[0]
        file = self._file(first.path)
        return file.parameters(first.span) if file is not None else []

    def given(self, call: ApiCall) -> set[str]:
        """Returns the names that stand where the credentials of a request are given."""
        found = {source.name for auth in call.auth for source in auth.sources}
        places = {auth.value_at for auth in call.auth} | {one.location for auth in call.auth for one in auth.sources}
        for place in places | {step.location for step in call.trace if step.role == "key"}:
            file = self._file(place.path) if place is not None else None
            if place is not None and file is not None:
                found |= file.names(place.span)
        for path in {place.path for place in (*call.via, call.location)}:
            file = self._file(path)
            found = file.known_by(found) if file is not None else found
        return found

    def left_empty(self, call: ApiCall, names: Set[str]) -> str:
        """Returns what a credential is read from that is empty where it is not set and asked for by no condition."""
        sources = [one for auth in call.auth for one in auth.sources if one.how == "environment"]
        files = ((one.name, one.location.span, self._file(one.location.path)) for one in sources)
        return next((name for name, at, file in files if file and file.is_emptied(at) and not file.asks(names)), "")

    def handling(self, call: ApiCall) -> _Handling:
        """Returns what the functions along the way to a request do with what it gives."""
        way = [(place, file) for place in (*call.via, call.location) if (file := self._file(place.path)) is not None]
        waits = [file.waits(place.span) for place, file in way]
        own = self._file(call.location.path)
        return _Handling(
            raises=any(file.raises(place.span) for place, file in way),
            waited=sum(one for one, _ in waits),
            unused=sum(one for _, one in waits),
            answers=own.answers(call.location.span) if own is not None else ("", False),
            called=bool(call.via),
        )

    def has(self, call: ApiCall, names: Set[str]) -> bool:
        """Returns whether the files that lead to a request have some names."""
        files = (self._file(place.path) for place in (*call.via, call.location))
        return any(file is not None and file.has(names) for file in files)

    def _source(self, path: str) -> Source | None:
        return next((found for project in self._projects if (found := project.source(path)) is not None), None)

    def _file(self, path: str) -> Circumstances | None:
        if path not in self._files:
            known = (one for one in self._projects if path in one.files)
            read = ((one.unit(path), one.language(path)) for one in known)
            unit, language = next(((unit, its) for unit, its in read if unit is not None and its), (None, None))
            source, sends = self._source(path), [place.span for place in self._sends if place.path == path]
            if unit is not None and source is not None and language is not None:
                its = language.semantics
                self._files[path] = Circumstances(unit, source.text, sends, its.ends, its.checks)
            else:
                self._files[path] = None
        return self._files[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handling:
    """Whether errors of a request are raised, how many steps are waited for and not, what returns what it gives."""

    raises: bool
    waited: int
    unused: int
    answers: tuple[str, bool]
    called: bool


def _handled(was: _Handling, now: _Handling) -> Iterator[str]:
    """Yields what is no longer done with what a request gives."""
    if was.raises and not now.raises:
        yield "an error that it is answered with is no longer raised"
    if was.waited > now.waited and was.unused < now.unused:
        yield "it is no longer waited for: an `await` is gone"
    if was.answers == (now.answers[0], True) and not now.answers[1]:
        yield f"`{now.answers[0]}` no longer returns what it is answered"
    if was.called and not now.called and now.answers[0]:
        yield f"nothing calls `{now.answers[0]}` any more, which sends it"


def _programs(state: Studied) -> frozenset[str]:
    """Returns the files that were evaluated: without the key in it, the same file may say nothing of HubSpot."""
    return frozenset(path for root in state.roots for path in root.project.relevant if root.project.language(path))


def _undecided(before: Report, after: Report, old: Studied, new: Studied) -> tuple[dict[At, str], list[str], list[str]]:
    """Returns places of which nothing tells what they send: with why, those now new or with a key; once; as before.

    Code that is not analysed sends what it sent before as long as it is what it was.
    """
    known = {gap.id: gap for gap in before.gaps if gap.kind in _SILENT}
    lines = {(one.path, one.line): one.message for one in after.findings if one.kind == "unread_key"}
    found = {At(path=path, line=line, column=1): message for (path, line), message in lines.items()}
    same: list[str] = []
    keyed = {path for path, _ in lines}
    unread = {gap.path: gap for report in (before, after) for gap in report.gaps if gap.kind == "unread"}
    for path, gap in unread.items():
        if path in keyed:
            continue
        if _text(old, path) == _text(new, path):
            same.append(f"{path}:{gap.line}: {gap.reason}")
        else:
            changed = f"{gap.reason}, and it is not what it was: compare by hand"
            found[At(path=path, line=gap.line, column=gap.column)] = changed
    for gap in after.gaps:
        if gap.kind in _SILENT and (gap.id not in known or gap.kind == "unexplained_mention"):
            found.setdefault(At(path=gap.path, line=gap.line, column=gap.column), gap.reason)
        elif gap.kind in _SILENT:
            same.append(f"{gap.path}:{gap.line}: {gap.reason}")
    left = {gap.id for gap in after.gaps}
    gone = [f"{gap.path}:{gap.line}: {gap.reason}" for name, gap in known.items() if name not in left]
    return found, gone, same


def _text(state: Studied, path: str) -> str | None:
    """Returns the text of a file, None where it is not there or names nothing of HubSpot's."""
    return next((source.text for root in state.roots if (source := root.project.source(path))), None)


def _requests(state: Studied) -> list[KnownRequest]:
    """Returns the requests to HubSpot, and those to other hosts that carry a key or a token.

    What a script sends is of the program as well.
    """
    found = []
    for root in state.roots:
        found += [KnownRequest(id=one.id, call=one.call, match=one.match) for one in root.judged]
        found += [replace(one, call=replace(one.call, context=Context.PROGRAM)) for one in _written(root, {Use.SENT})]
        ours = {(one.how, one.name) for each in root.judged for auth in each.call.auth for one in auth.sources}
        carried = (call for call in root.others if _carries(call, ours))
        found += [KnownRequest(id=f"other-{number}", call=call) for number, call in enumerate(carried)]
    return found


def _carries(call: ApiCall, ours: Collection[tuple[str, str]]) -> bool:
    """Returns whether a request carries a key or a token, or in another field what some of *ours* gives."""
    values = (one.value for one in (*call.query, *call.headers, *call.body) if one.value is not None)
    holes = (piece for value in values for piece in value.pieces if isinstance(piece, Hole))
    return any(auth.carrier in _CARRIED for auth in call.auth) or any(
        one.origin.how in CONFIGURED and (one.origin.how, one.origin.name) in ours for one in holes
    )


def _by_hand(state: Studied) -> list[KnownRequest]:
    """Returns the requests of documents, collections and descriptions; what was recorded is not to be changed."""
    return [one for root in state.roots for one in _written(root, {Use.WRITTEN, Use.DESCRIBED})]


def _written(root: Analysis, uses: Collection[Use]) -> Iterator[KnownRequest]:
    places = {one.call.location for one in root.project.recorded() if one.use in uses}
    for one in root.recorded:
        if one.call.location in places:
            yield KnownRequest(id=one.id, call=one.call, match=one.match)


def _ungiven(
    old: Studied, new: Studied, rows: Iterable[ComparedRequest], renames: Mapping[str, str]
) -> Iterator[tuple[At, str]]:
    """Yields where a credential was given its value: by nothing any more, or by what has no name of HubSpot's now."""
    auths = [auth for row in rows if row.after for auth in row.after.auth]
    read = {one.name for auth in auths for one in auth.sources if one.how == "environment"}
    called = {was: now for was, now in renames.items() if now in read}
    before, after = _given(old, read | called.keys()), _given(new, read)
    givers = {name for _, name in after}
    for (path, name), (at, was) in before.items():
        known = called.get(name, name)
        now = after.get((path, known))
        if known not in givers:
            yield at, f"`{known}` is still read, and nothing gives it a value any more: here it was given one before"
        elif now is not None and _is_of_others(now[1], was, new):
            yield now[0], new.roots[0].mask(f"`{known}` is given {now[1]} here, and was given {was} before")


def _is_of_others(now: str, was: str, state: Studied) -> bool:
    """Returns whether a value comes from another name, which is not one for HubSpot's credentials as it was before."""
    named = state.roots[0].project.vocabulary.named if state.roots else None
    return named is not None and is_passed(now) and is_passed(was) and bool(named(was)) and not named(now)


def _given(state: Studied, names: Collection[str]) -> dict[tuple[str, str], tuple[At, str]]:
    """Returns where files that are no programs give names their values, and the values, by path and name."""
    found: dict[tuple[str, str], tuple[At, str]] = {}
    for root in state.roots:
        for source in root.texts:
            reading = root.project.reading(source.path)
            for one in reading.settings if reading is not None else ():
                if one.name in names:
                    at = _at(root.project, source.path, one.name_at.start)
                    found.setdefault((source.path, one.name), (at, one.value or ""))
    return found


def _limits(state: Studied) -> dict[tuple[str, str], At | None]:
    """Returns where a state could not be followed, by file and reason: requests may be missing there."""
    found: dict[tuple[str, str], At | None] = {}
    for root in state.roots:
        places = [(limit.location.path, limit.location.span.start, limit.reason) for limit in root.limits]
        places += [(source.path, trouble.span.start, trouble.reason) for source, trouble in root.project.troubles()]
        for path, start, reason in places:
            found[path, reason] = _at(root.project, path, start)
    return found | {("", f"the tool failed ({why})"): None for why in state.failures.values()}


def _told(limits: Mapping[tuple[str, str], At | None]) -> list[str]:
    return [f"{path}:{at.line}: {reason}" if at else reason for (path, reason), at in limits.items()]


def _logged(state: Studied) -> Iterator[tuple[At, str]]:
    """Yields each place that prints or logs a credential, with what is printed."""
    for root in state.roots:
        for at, told in logged(root, held(root.program), stored=True):
            yield _at(root.project, at.path, at.span.start), root.mask(told)


def _compared(row: ComparedRequest, old: Studied, new: Studied) -> Compared:
    call = row.call
    return Compared(
        verdict=row.verdict.value,
        method=call.method,
        host=call.host,
        endpoint=call.endpoint,
        before=_place(row.before, old),
        after=_place(row.after, new),
        problems=row.problems,
    )


def _place(call: ApiCall | None, state: Studied) -> At | None:
    if call is None:
        return None
    projects = [root.project for root in state.roots if call.location.path in root.project.files]
    return _at(projects[0], call.location.path, call.location.span.start) if projects else None


def _at(project: Project, path: str, start: int) -> At:
    source = project.source(path)
    place = source.position(start) if source else None
    return At(path=path, line=place.line if place else 1, column=place.column if place else 1)

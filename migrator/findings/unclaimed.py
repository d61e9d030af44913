"""What configuration holds for a program that is none of the project's: names of keys, and addresses of the API."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from migrator.carriers.families import is_sample
from migrator.findings.analysis import Analysis
from migrator.findings.cutover import purpose
from migrator.findings.gaps import Question
from migrator.findings.mentions import is_recorded
from migrator.findings.traces import Traces
from migrator.model.text import Location, Source, Span
from migrator.model.written import Giving, Reading, Setting

_QUERY = re.compile(r"(?i)(?:params|parameters|query\w*|qs|args)[\W\d]*$")
"""Where in a file of configuration the parameters of a request stand."""
Handing = tuple[Setting, str, Span]
"""A setting, the name of the key that it gives a value to or hands on, and where that name stands."""


def unclaimed(
    study: Analysis,
    traces: Traces,
    settings: Mapping[str, Sequence[Handing]],
    takers: Sequence[str],
    asked: Collection[Location],
) -> Iterator[Question]:
    """Yields a question for each name in the *settings* of a path that no code, request or command takes.

    Where the project has no code that could, an address of the API in plain configuration is asked about too. *takers*
    are the names that commands are given, *asked* the places of which something is asked already.
    """
    project, named = study.project, study.project.vocabulary.named
    places: dict[str, list[Location]] = defaultdict(list)
    for path, every in settings.items():
        told, kind = set(traces.told.get(path, ())), purpose(path)
        read = kind != "prose" and not (kind == "env_file" and is_sample(path))
        for one, name, span in every if read else ():
            if not _gives(one, kind, named=bool(named(one.name))) or Location(path, span) in asked:
                continue
            if one.at == span or one.at not in told:
                last = name.rpartition(".")[2]
                places[last if named(last) else name].append(Location(path, span))
    programs = [
        one
        for one in study.texts
        if one.path in settings or not project.is_test(one.path)
        if project.reads(one.path) or project.reading(one.path) is None
    ]
    sent = [study.excerpt(Location(one.call.location.path, one.at)) for one in project.recorded()]
    code = [_plain(text) for text in (*(one.text for one in programs), *sent)] if places else []
    known = {each.name for one in study.every for auth in one.call.auth for each in auth.sources}
    taken = set(map(_plain, {*known, *takers}))
    for name, found in places.items():
        plain = _plain(name) if named(name) else ""  # another name is told by what is around it
        if plain not in taken and not any(plain in text for text in code):
            yield _question(f"`{name}` is named here", found)
    busy = {at.path for at in asked}
    for source in study.texts if not programs and not sent else ():
        reading = project.reading(source.path)
        spans = project.vocabulary.addressed(source.text) if reading is not None and not reading.requests else ()
        silent = source.path not in busy and not traces.told.get(source.path) and source.path in settings
        if spans and silent and purpose(source.path) == "config":  # commands are read, and what they are given
            yield _question("an address of HubSpot's API stands here", [Location(source.path, spans[0])])


def told_to_send(study: Analysis, source: Source, reading: Reading, traces: Traces) -> frozenset[Span]:
    """Returns where a file says what the key's parameter is called, beside an address of HubSpot's API."""
    found = set()
    for one in reading.settings if not is_recorded(source.path) else ():
        if one.name not in traces.names and _QUERY.search(one.path.removesuffix(one.name)):
            found.add(one.name_at)
        text = (one.value or "").strip()
        start = source.text.find(text, *one.at) if text.islower() else -1
        if start >= 0:
            found.add(Span(start, start + len(text)))
    return frozenset(found) if found and study.project.vocabulary.addressed(source.text) else frozenset()


def is_whole(source: Source, span: Span, one: Setting) -> bool:
    """Returns whether the name of the key's parameter is all that a setting holds: something is told to send it."""
    return source.excerpt(span) == (one.value or "").strip() and source.excerpt(span).islower()


def _gives(one: Setting, kind: str, *, named: bool) -> bool:
    """Whether a setting gives a program a key, or hands the name of one on: a sample gives none.

    Nor does a declaration, or a section that refers to another name and that is not *named* as a key itself: who gives
    that name a value is asked about.
    """
    declares = kind in ("config", "terraform") and (one.value is None or not named)
    return not one.keyed or one.giving is Giving.VALUE or (one.giving is Giving.PASSED and not declares)


def _question(what: str, places: Sequence[Location]) -> Question:
    files = len({at.path for at in places})
    where = f" and in {files - 1} more file{'s' * (files > 2)}" if files > 1 else ""
    return Question("unexplained_place", min(places), f"{what}{where}, and nothing in the project reads it")


def _plain(text: str) -> str:
    """Returns a text without the marks between its words: a name is written in many ways."""
    return re.sub(r"[\W_]+", "", text).lower()

"""What configuration holds for a program that is none of the project's: names of keys, and addresses of the API."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from migrator.carriers.families import is_sample
from migrator.findings.analysis import Analysis
from migrator.findings.cutover import purpose
from migrator.findings.gaps import Question
from migrator.findings.mentions import identifier, is_comment, is_declared, is_recorded
from migrator.findings.traces import Traces
from migrator.model.text import Location, Mention, Source, Span
from migrator.model.written import Giving, Reading, Setting

_QUERY = re.compile(r"(?i)(?:params|parameters|query\w*|qs|args)[\W\d]*$")
"""Where in a file of configuration the parameters of a request stand."""
_READ = re.compile(r"(?:\$[({]?|%|\{\{\s*|\b(?:env|secrets|vars|Values)[.:])\s*$")
"""What stands before the name of a variable that is read: who gives it a value is asked about."""
_SENTENCE = 3
"""How many words a value has at least that people read."""
_SPOKEN = frozenset({"prose", "script", "data", "collection"})
"""Families of files in which an address is no setting of a program."""
Handing = tuple[Setting, str, Span]
"""A setting, the name of the key that it gives a value to or hands on, and where that name stands."""


class Takers:
    """What takes a key by its name: code, requests that are written down, and the names that commands are given."""

    def __init__(self, study: Analysis, settings: Collection[str], given: Sequence[str]) -> None:
        """Takes a root, the paths that have settings, and the names that commands are given."""
        project = study.project
        self._programs = [
            one
            for one in study.texts
            if one.path in settings or not project.is_test(one.path)
            if project.reads(one.path) or project.reading(one.path) is None
        ]
        self._sent = [study.excerpt(Location(one.call.location.path, one.at)) for one in project.recorded()]
        known = {each.name for one in study.every for auth in one.call.auth for each in auth.sources}
        self._names = set(map(_plain, {*known, *given}))
        self._found: dict[str, bool] = {}

    @property
    def exist(self) -> bool:
        """Whether there is code, or a request that is written down."""
        return bool(self._programs or self._sent)

    @cached_property
    def _code(self) -> Sequence[str]:
        return [_plain(text) for text in (*(one.text for one in self._programs), *self._sent)]

    def take(self, name: str) -> bool:
        """Returns whether something takes a name, in any spelling."""
        plain = _plain(name)
        if plain not in self._found:
            self._found[plain] = plain in self._names or any(plain in text for text in self._code)
        return self._found[plain]


def unclaimed(
    study: Analysis,
    traces: Traces,
    settings: Mapping[str, Sequence[Handing]],
    takers: Takers,
    asked: Collection[Location],
) -> Iterator[Question]:
    """Yields a question for each name in the *settings* of a path that nothing takes.

    Where the project has no code that could, an address of the API in configuration is asked about too. *asked* are
    the places of which something is asked already.
    """
    project, named = study.project, study.project.vocabulary.named
    busy = {at.path for at in asked}
    places: dict[str, list[Location]] = defaultdict(list)
    for path, every in settings.items():
        told, kind = set(traces.told.get(path, ())), purpose(path)
        sample = kind == "env_file" and is_sample(path)
        for one, name, span in every if kind != "prose" else ():
            if (sample and one.giving is not Giving.PASSED) or (path in busy and one.value is None):
                continue  # what is asked about the file asks about what it declares, too
            if not _gives(one, kind, named=bool(named(one.name))) or Location(path, span) in asked:
                continue
            if one.at == span or one.at not in told:
                last = name.rpartition(".")[2]
                places[last if named(last) else name].append(Location(path, span))
    for name, found in places.items():
        if not takers.take(name if named(name) else ""):  # another name is told by what is around it
            yield _question(f"`{name}` is named here", found)
    for source in study.texts if not takers.exist else ():
        reading = project.reading(source.path)
        if reading is None or reading.requests or source.path in busy or source.path not in settings:
            continue
        spans = project.vocabulary.addressed(source.text) if purpose(source.path) not in _SPOKEN else ()
        held = [span for span in spans if any(one.at.contains(span) for one in reading.settings)]
        if spans and (held or purpose(source.path) == "config"):  # commands are read, and what they are given
            yield _question("an address of HubSpot's API stands here", [Location(source.path, (*held, *spans)[0])])


def holders(study: Analysis) -> Sequence[str]:
    """Returns expressions for the names of settings that hold an address of the API and say so."""
    readings = filter(None, (study.project.reading(one.path) for one in study.texts))
    words = study.project.vocabulary
    held = (one for reading in readings for one in reading.settings if one.value and words.addressed(one.value))
    names = {name for one in held for name in (one.name, one.path) if words.is_telling(name)}
    return [rf"(?<![\w.]){re.escape(name)}(?!\w)" for name in sorted(names)]


def is_loose(study: Analysis, source: Source, mention: Mention) -> bool:
    """Returns whether a name stands in configuration as no setting that is known, and neither read nor spoken of."""
    span, path = mention.span, source.path
    reading = study.project.reading(path) if not study.project.reads(path) else None
    if reading is None or purpose(path) in _SPOKEN or is_sample(path) or study.project.is_test(path):
        return False
    before = source.before(span.start)
    if is_comment(before) or is_declared(source, span) or _READ.search(before) or is_recorded(path):
        return False
    if identifier(source, span) != source.excerpt(span) or mention.word in study.project.vocabulary.key_parameters:
        return False
    return not any(one.at.contains(span) and len((one.value or "").split()) >= _SENTENCE for one in reading.settings)


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

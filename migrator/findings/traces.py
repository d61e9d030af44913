"""What is explained: the places that belong to a request or a finding, and the names that carry a credential."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from migrator.findings.analysis import Analysis, Note
from migrator.findings.definitions import functions, own_of
from migrator.findings.mentions import identifier
from migrator.findings.unknown_libraries import UnknownImport, unknown_imports
from migrator.model.call import ApiCall, Context
from migrator.model.text import Location, Mention, Source, Span, SpanCover

_GIVEN = re.compile(r"\s*(?:(?:export|const|let|var|final|static)\s+)*([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?![=>])")
_WORD = re.compile(r"\w+")


class Traces:
    """The places and names of one root that its requests and findings explain."""

    def __init__(self, study: Analysis, found: Sequence[Note]) -> None:
        """Takes a root and what is told of it so far."""
        self.study = study
        self.told: dict[str, list[Span]] = defaultdict(list)
        self._standing: dict[str, Mapping[str, int]] = {}
        self._unknown_imports: dict[str, tuple[UnknownImport, ...]] = {}
        for note in found:
            self.told[note.at.path].append(note.at.span)

    def has(self, source: Source, mention: Mention) -> bool:
        """Whether an occurrence belongs to a request: it stands in what was traced, or is a name that carries the key.

        The bare key word is such a name only in a file with a part of a request: elsewhere it can mean anything.
        """
        traced = self.spans.get(source.path, ())
        if source.path in self.covers and self.covers[source.path].contains(mention.span):
            return True
        if mention.context not in ("name", "string", "code") or self.study.project.is_test(source.path):
            return False
        name = identifier(source, mention.span)
        if name not in self.names:
            return False
        if name.lower() == mention.word and mention.context == "string":
            return self._is_beside(source, mention)
        return bool(traced) or name.lower() != mention.word

    def _is_beside(self, source: Source, mention: Mention) -> bool:
        """Returns whether the function around an occurrence has another one of the same word in what was traced.

        Where there are too many addresses to tell apart, the request is known by some of them.
        """
        unit = self.study.project.known(source.path)
        around = functions(unit, mention.span) if unit is not None else ()
        spans = [one for one in self.spans.get(source.path, ()) if around and around[-1].span.contains(one)]
        return any(mention.word in source.excerpt(one).lower() for one in spans)

    @cached_property
    def spans(self) -> dict[str, list[Span]]:
        """The places of each file that belong to a request: where its parts come from, where it is sent."""
        study = self.study
        spans: dict[str, list[Span]] = {}
        calls = [*(one.call for one in study.every), *study.others]
        places = {at: call.context for call in sorted(calls, key=_is_tested, reverse=True) for at in _places(call)}
        for at, context in places.items():
            if context is Context.TEST and not study.project.is_test(at.path):
                continue  # what only a test sends does not tell what the program does with it
            spans.setdefault(at.path, []).append(study.line_of(at) if at.span.start == at.span.end else at.span)
        return spans

    @cached_property
    def covers(self) -> dict[str, SpanCover]:
        """The same, to be asked many times."""
        return {path: SpanCover(spans) for path, spans in self.spans.items()}

    @cached_property
    def explained(self) -> dict[str, SpanCover]:
        """The places of each file that belong to a request or to what is told."""
        paths = {*self.spans, *self.told}
        return {path: SpanCover((*self.spans.get(path, ()), *self.told.get(path, ()))) for path in paths}

    @cached_property
    def holders(self) -> Mapping[str, frozenset[tuple[str, Span | None]]]:
        """The names that are given a credential or a URL of a request: in which file, and in which function of it."""
        study = self.study
        found: dict[str, set[tuple[str, Span | None]]] = defaultdict(set)
        for at in sorted({at for one in study.judged for at in _places(one.call)}):
            source, unit = study.project.source(at.path), study.project.known(at.path)
            if source is not None and (name := assigned(source.excerpt(study.line_of(at)))):
                around = functions(unit, at.span) if unit else ()
                found[name].add((at.path, around[-1].span if around else None))
        return {name: frozenset(places) for name, places in found.items()}

    def takes(self, at: Location, reads: Iterable[str]) -> bool:
        """Returns whether code reads what holds a credential or a URL of a request.

        *reads* are its variables and, with a dot, its attributes. A function's own variable is known in it alone; one
        at the top of a file, or a member of a class, where the code's own file has no other of that name.
        """
        return any(self._is_held(at, name) for name in reads)

    def _is_held(self, at: Location, name: str) -> bool:
        places = self.holders.get(name.removeprefix("."), frozenset())
        if not places:
            return False
        shared = {path for path, function in places if function is None}
        if name.startswith("."):
            source = self.study.project.source(at.path)
            return at.path in shared or (bool(shared) and not (source and _sets(source, name[1:])))
        unit = self.study.project.known(at.path)
        inner, top = own_of(unit, at.span) if unit else (frozenset[str](), frozenset[str]())
        if name in inner:
            return any(path == at.path and function and function.contains(at.span) for path, function in places)
        return at.path in shared or (bool(shared) and name not in top)

    @cached_property
    def sent(self) -> dict[str, list[Span]]:
        """The places of each file at which a request is sent."""
        found: dict[str, list[Span]] = defaultdict(list)
        for call in (*(one.call for one in self.study.every), *self.study.others):
            found[call.location.path].append(call.location.span)
        return found

    def unknown_imports(self, path: str) -> tuple[UnknownImport, ...]:
        """Returns what a file takes in from libraries that nobody knows."""
        if path not in self._unknown_imports:
            self._unknown_imports[path] = tuple(unknown_imports(self.study, path))
        return self._unknown_imports[path]

    def standing(self, word: str) -> Mapping[str, int]:
        """Returns the files of code in which a word stands, each with how often."""
        if word not in self._standing:
            every = ((path, times(word, text)) for path, text in self._code.items())
            self._standing[word] = {path: often for path, often in every if often}
        return self._standing[word]

    @cached_property
    def _code(self) -> Mapping[str, str]:
        reads = self.study.project.reads
        return {path: source.text for path, source in self.study.project.sources.items() if reads(path)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The identifiers in the code that gives requests their credentials."""
        study = self.study
        words: set[str] = set()
        for one in study.judged:
            for auth in one.call.auth:
                for at in (auth.name_at, auth.value_at, *(source.location for source in auth.sources)):
                    if at is not None and at.path:
                        source = study.project.source(at.path)
                        words.update(_WORD.findall(source.excerpt(study.line_of(at))) if source else ())
        return frozenset(words)


def assigned(line: str) -> str:
    """Returns the name that a line of code gives a value to, empty where it gives none."""
    found = _GIVEN.match(line)
    return found[1] if found else ""


def times(word: str, text: str) -> int:
    """Returns how often a word stands in a text."""
    return len(re.findall(rf"(?<!\w){word}(?!\w)", text)) if word in text and _WORD.fullmatch(word) else 0


def _sets(source: Source, name: str) -> bool:
    """Whether a file gives a member of this name a value itself."""
    return re.search(rf"(?m)(?:\.|^\s*){re.escape(name)}\s*(?::[^=\n]+)?=(?!=)", source.text) is not None


def _is_tested(call: ApiCall) -> bool:
    return call.context is Context.TEST


def _places(call: ApiCall) -> Iterator[Location]:
    yield call.location
    yield from call.via
    yield from (step.location for step in call.trace if step.location.path)
    for auth in call.auth:
        yield from (at for at in (auth.name_at, auth.value_at) if at is not None and at.path)
        yield from (source.location for source in auth.sources if source.location.path)

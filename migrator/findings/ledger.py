"""The ledger: every place that may have to do with a HubSpot credential, and how each ends.

The verdict of a run is computed from it and never from the absence of findings: a place without another end is an open
question.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from migrator.catalog.languages import KnownLanguage, language_of
from migrator.findings.analysis import Analysis, Note
from migrator.findings.carrier_notes import handed_names
from migrator.findings.cutover import purpose
from migrator.findings.gaps import Question, lines_named
from migrator.findings.key_passing import hands_on, is_spelled_out
from migrator.findings.mentions import (
    identifier,
    in_unread,
    is_comment,
    is_declared,
    is_own_file,
    is_own_name,
    is_recorded,
    mentioned,
)
from migrator.findings.traces import Traces
from migrator.findings.unclaimed import Handing, Takers, holders, is_loose, is_whole, told_to_send, unclaimed
from migrator.findings.unexplained import (
    astray,
    elsewhere,
    given_away,
    handed,
    is_idle,
    taken_by,
    unexplained,
    unknown_clients,
    unreached,
    unsent,
)
from migrator.model.report import Occurrences
from migrator.model.text import Location, Mention, Source, Span, SpanCover
from migrator.model.written import Handed

Bucket: TypeAlias = Literal["in_call", "finding", "gap", "suppressed", "own_name"]

_URL = re.compile(r"https?://\S*$|(?:[?&]|&amp;|%3[fF]|%26)$")
_GIVEN = re.compile(r"=[\w$<{%]")
"""What stands behind the name of a parameter that is given a value, and in no pattern that looks for one."""
_ENTRY = re.compile(r"\W{0,2}[\"']\s*(?:[:,]|=>)")
"""What stands behind the key's name where it is one of a mapping that is written as text."""
_FROM_COMMENT = frozenset({"comment", "docstring"})
_SETTLED = frozenset({"env_file", "compose", "container", "ci", "helm", "kubernetes", "terraform", "config"})
_IDLE = frozenset({"doc_mention", "idle_mention"})
_TEXT_ONLY = _IDLE | {"test_or_fixture"}


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where one occurrence ended up."""

    path: str
    line: int
    bucket: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """The end of each occurrence of one root, notes for what only text tells, and what nothing explains with why."""

    ends: tuple[End, ...]
    notes: tuple[Note, ...]
    open: tuple[Question, ...]

    def counts(self, suppressed: Collection[tuple[str, int]]) -> Occurrences:
        """Returns how many occurrences ended where; those on suppressed lines (path and number) count as such."""
        found = Counter(
            "suppressed" if (end.path, end.line) in suppressed and end.bucket != "own_name" else end.bucket
            for end in self.ends
        )
        return Occurrences(
            total=len(self.ends),
            in_call=found["in_call"],
            finding=found["finding"],
            gap=found["gap"],
            suppressed=found["suppressed"],
            own_name=found["own_name"],
        )


def account(study: Analysis, found: Sequence[Note]) -> Accounted:
    """Returns where each entry of the ledger of a root ends up; *found* are the notes so far."""
    ledger = _Ledger(study, found)
    for source in study.texts:
        ledger.read(source)
    ledger.ask_once()
    ledger.asked += [*ledger.untaken(), *unreached(study, ledger.traces), *elsewhere(study), *astray(study)]
    ledger.asked += list(handed(study, ledger.traces, list(ledger.questions())))
    return Accounted(
        ends=tuple(ledger.ends), notes=tuple(ledger.notes()), open=tuple(dict.fromkeys(ledger.questions()))
    )


@dataclass(slots=True)
class _Ledger:
    """The entries of one root while they are written down."""

    study: Analysis
    found: Sequence[Note]
    settings: dict[str, tuple[Handing, ...]] = field(default_factory=dict)
    entries: dict[str, SpanCover] = field(default_factory=dict)
    sending: dict[str, frozenset[Span]] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    texts: dict[tuple[str, str, int], list[Location]] = field(default_factory=lambda: defaultdict(list))
    open: dict[tuple[str, str], list[Location]] = field(default_factory=lambda: defaultdict(list))
    unread: list[tuple[Note, ...]] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    declared: dict[str, frozenset[str]] = field(default_factory=dict)
    loose: list[tuple[Source, Mention, str]] = field(default_factory=list)
    addresses: Sequence[str] | None = None
    inner: dict[str, tuple[Source, KnownLanguage, Span]] = field(default_factory=dict)
    taken: dict[str, tuple[Handed, ...]] = field(default_factory=dict)
    traces: Traces = field(init=False)

    def __post_init__(self) -> None:
        self.traces = Traces(self.study, self.found)

    def read(self, source: Source) -> None:
        """Writes down what a file holds."""
        study = self.study
        reading = study.project.reading(source.path)
        if reading is not None:
            self.entries[source.path] = SpanCover(at for one in reading.settings for at in (one.name_at, one.at))
            self.sending[source.path] = told_to_send(study, source, reading, self.traces)
            if not is_own_file(source):
                self.settings[source.path] = tuple(handed_names(study, reading))
        self.taken[source.path] = () if _is_apart(study, source.path) else tuple(given_away(study, source, self.traces))
        reads = study.project.reads(source.path)
        carried = reading is not None
        language = None if reads else language_of(source.path)
        named = []
        for mention in mentioned(study, source):
            kind = self._ended(source, mention, None if carried else language)
            if kind == "unread":
                named.append(mention.span)
        if _is_apart(study, source.path):
            return
        if language is not None and not (language.is_lock(source.path) and self._is_asked_for(source, language)):
            self._not_read(source, language, named, carried=carried)
        elif reads and source.path not in study.project.unparsable:
            self.asked += unexplained(study, source, self.traces)
            self.asked += unknown_clients(study, source, self.traces)
        if reading is not None and not reads:
            self.asked += unsent(study, source, reading)
        self.asked += [taken_by(source.path, one.name_at, one.name, one.to) for one in self.taken[source.path]]

    def _ended(self, source: Source, mention: Mention, language: KnownLanguage | None) -> str:
        """Writes down the end of one occurrence of a name, and returns ``unread`` for one in code nothing reads."""
        bucket, why = self._end(source, mention, language)
        if why in _IDLE and is_loose(self.study, source, mention):
            self.loose.append((source, mention, why))
        else:
            self._end_as(source, mention, bucket, why)
        return why

    def _end_as(self, source: Source, mention: Mention, bucket: Bucket, why: str) -> None:
        at = Location(source.path, mention.span)
        line = source.position(mention.span.start).line
        self.ends.append(End(path=source.path, line=line, bucket=bucket))
        if bucket == "finding" and why in _TEXT_ONLY:
            by_line = self.study.project.reads(source.path) and why != "idle_mention"
            self.texts[why, source.path, line if by_line else 0].append(at)
        elif bucket == "gap" and why == "broken":
            self.open[source.path, why].append(at)
        elif bucket == "gap" and why != "given":
            self.open[_subject(source, mention)].append(at)

    def _end(self, source: Source, mention: Mention, language: KnownLanguage | None) -> tuple[Bucket, str]:
        """Returns where an occurrence ends up, and the kind of finding where only its text tells one."""
        study = self.study
        if is_own_name(source, mention.span):
            return "own_name", ""
        if self.traces.has(source, mention) or self._is_part(source, mention.span):
            return "in_call", ""
        if mention.span in self.sending.get(source.path, ()):
            return "gap", ""
        if any(span.contains(mention.span) for span in self.traces.told.get(source.path, ())):
            return "finding", ""
        if source.path in study.project.unparsable:
            return "finding", "unparsable"
        if any(one.at.contains(mention.span) for one in self.taken[source.path]):
            return "gap", "given"
        if _is_setting(self.settings.get(source.path, ()), source, mention.span):
            return "finding", ""
        if kind := _told_by_text(study, source, mention):
            return "gap" if kind == "broken" else "finding", kind
        if language is not None:
            return "finding", in_unread(source, mention.span, language)
        read = study.project.reads(source.path) or study.project.reading(source.path) is not None
        if read and not hands_on(study, Location(source.path, mention.span), mention.context):
            return "finding", "idle_mention"
        if is_spelled_out(source, mention.span) and is_idle(study, source, mention, self.traces):
            return "finding", "idle_mention"
        return "gap", ""

    def _is_part(self, source: Source, span: Span) -> bool:
        """Whether a place is an entry of what is told as a request."""
        reading = self.study.project.reading(source.path)
        return reading is not None and reading.covered.contains(span) and self.entries[source.path].contains(span)

    def _not_read(self, source: Source, language: KnownLanguage, named: Sequence[Span], *, carried: bool) -> None:
        """Writes down a file of a language that is not read: a note for each line with a key, else one for the file."""
        lines: dict[int, Span] = {}
        for span in named:
            lines.setdefault(source.position(span.start).line, span)
        sends = [span for span in lines.values() if _sends_key(self.study, source, span)]
        others = sorted([*lines.values(), *self._reaches(source, language, carried=carried)])
        if others:
            self._tell(source, language, sends, others)

    def _is_asked_for(self, source: Source, language: KnownLanguage) -> bool:
        """Whether a file beside a lock file, which is told, asks for each of the libraries that it names."""
        folder = source.path.rpartition("/")[0]
        others = [one for one in self.study.texts if one.path.rpartition("/")[0] == folder and one is not source]
        rows = [(one, language_of(one.path)) for one in others]
        asked = {
            name
            for one, row in rows
            if row and row.language == language.language
            for *_, name in row.taken_in(one.text)
        }
        return asked.issuperset(name for *_, name in language.taken_in(source.text))

    def _tell(self, source: Source, language: KnownLanguage, sends: Sequence[Span], others: Sequence[Span]) -> None:
        """Writes down what such a file sends or names."""
        notes = [
            Note(
                kind="unread_key",
                at=Location(source.path, span),
                fields={"name": identifier(source, span), "language": language.language},
                manual="Send the credential in the header `Authorization: Bearer` by hand.",
            )
            for span in sends
        ]
        numbers = {source.position(span.start).line for span in others}
        if not notes:
            notes.append(
                Note(
                    kind="unread_code",
                    at=Location(source.path, others[0]),
                    fields={"language": language.language, "lines": lines_named(numbers)},
                    manual="Review by hand what this file sends.",
                )
            )
        first = min(others)
        why = f"{language.language} is not analysed, so the requests of this file are unknown ({lines_named(numbers)})"
        self.asked.append(Question("unread", Location(source.path, first), why))
        self.unread.append(tuple(notes))

    def _reaches(self, source: Source, language: KnownLanguage, *, carried: bool) -> Iterator[Span]:
        """Yields the places at which a file names a host of the API or a library for it."""
        for start, end, name in language.taken_in(source.text):
            if self._is_inner(language, name.lower()):
                self.inner.setdefault(language.language, (source, language, Span(start, end)))
            else:
                yield Span(start, end)
        if not carried:  # whose requests are read
            self.addresses = holders(self.study) if self.addresses is None else self.addresses
            kept = (match.span() for name in self.addresses for match in re.finditer(name, source.text))
            every = (*self.study.project.vocabulary.addressed(source.text), *(Span(*one) for one in kept))
            yield from (span for span in every if not language.is_comment(source.before(span.start)))

    def _is_inner(self, language: KnownLanguage, name: str) -> bool:
        """Whether what a file takes in is a namespace of the program itself: its files are told by what they hold."""
        if language.language not in self.declared:
            rows = ((language_of(one.path), one.text) for one in self.study.texts)
            ours = (row.declared(text) for row, text in rows if row and row.language == language.language)
            self.declared[language.language] = frozenset().union(*ours)
        every = self.declared[language.language]
        return any(name == one or name.startswith((f"{one}.", f"{one}\\", f"{one}/")) for one in every)

    def ask_once(self) -> None:
        """Writes down a file of each language in which namespaces of the program itself are all that names HubSpot."""
        told = {kind.fields["language"] for group in self.unread for kind in group}
        for name, (source, language, span) in self.inner.items():
            if name not in told:
                self._tell(source, language, (), [span])

    def untaken(self) -> Iterator[Question]:
        """Yields a question for what configuration holds for a program that is none of the project's."""
        ours = {path: every for path, every in self.settings.items() if not _is_apart(self.study, path)}
        takers = Takers(self.study, ours, [one.name for every in self.taken.values() for one in every])
        for source, mention, why in self.loose:
            self._end_as(source, mention, *(("finding", why) if takers.take(mention.word) else ("gap", "")))
        asked = {*(at for places in self.open.values() for at in places), *(one.at for one in self.asked)}
        return unclaimed(self.study, self.traces, ours, takers, asked)

    def notes(self) -> Iterator[Note]:
        """Yields what the entries add to the findings."""
        for (kind, _, _), places in self.texts.items():
            yield _text_note(kind, places)
        for group in self.unread:
            yield from group

    def questions(self) -> Iterator[Question]:
        """Yields what the entries leave open."""
        for (_, subject), places in self.open.items():
            yield from _open(self.study, subject, places)
        yield from self.asked


def _is_setting(named: Sequence[Handing], source: Source, span: Span) -> bool:
    """Whether a place is the name of a key that a setting gives or hands on, or in its value; an address is more."""
    for one, _, at in named:
        if at.contains(span) and (one.keyed or not is_whole(source, span, one)):
            return True
        if one.at.contains(span) and not _is_sent(source, span, one.at.start):
            return one.keyed
    return False


def _is_sent(source: Source, span: Span, start: int) -> bool:
    """Whether a name is that of a parameter in an address, or of an entry of a mapping, which some text holds."""
    text = source.text
    if source.excerpt(span).islower() and span.start > start and _GIVEN.match(text, span.end):
        return True
    return bool(_URL.search(text[max(start, span.start - 300) : span.start])) or bool(
        text[span.start - 1 : span.start] in ("'", '"', "\\") and _ENTRY.match(text[span.end : span.end + 12])
    )


def _is_apart(study: Analysis, path: str) -> bool:
    """Whether a file is no part of the program: a test, a recording."""
    known = None if study.project.reads(path) else language_of(path)
    return study.project.is_test(path) or is_recorded(path) or (known is not None and known.is_test(path))


def _told_by_text(study: Analysis, source: Source, mention: Mention) -> str | None:
    """Returns the kind of finding for an occurrence that is text rather than code, None for code."""
    if _is_apart(study, source.path):
        return "test_or_fixture"
    if mention.context in _FROM_COMMENT:
        return "doc_mention"
    if is_declared(source, mention.span):
        return "idle_mention"
    if mention.context != "text":
        return None
    reading = study.project.reading(source.path)
    if reading is not None and is_comment(source.before(mention.span.start)):
        return "doc_mention"
    kind = purpose(source.path)
    if kind == "prose":
        return "doc_mention"
    if kind in _SETTLED and not _is_sent(source, mention.span, 0):
        return "broken" if reading is not None and reading.problem else "doc_mention"
    return None


def _text_note(kind: str, places: Sequence[Location]) -> Note:
    times = f", {len(places)} times from here on" if len(places) > 1 else ""
    return Note(kind=kind, at=places[0], fields={"times": times})


def _subject(source: Source, mention: Mention) -> tuple[str, str]:
    """Returns what unexplained occurrences have in common: a name in all of the code, else the text of one file."""
    if mention.context == "name":
        return "", identifier(source, mention.span)
    return source.path, mention.context


def _open(study: Analysis, subject: str, places: Sequence[Location]) -> Iterator[Question]:
    """Yields the questions that unexplained occurrences leave, one for each line that holds one."""
    lines: dict[tuple[str, int], Location] = {}
    for at in sorted(places):
        lines.setdefault((at.path, study.where(at).line), at)
    first = min(lines.values())
    if not study.project.reads(first.path):
        named = lines_named(number for _, number in lines)
        reading = study.project.reading(first.path) if subject == "broken" else None
        what = f"this file mentions the key ({named}), and nothing in the project reads it"
        if reading is not None:
            what = f"this file cannot be read ({reading.problem}) and mentions the key ({named})"
        yield Question("unexplained_mention", first, what)
        return
    for at in lines.values():
        name = subject if subject not in ("string", "key", "code") else study.excerpt(at)
        what = f"`{name}` is given a value or put into a query here, but no request was found that sends it"
        yield Question("unexplained_mention", at, what)


def _sends_key(study: Analysis, source: Source, span: Span) -> bool:
    """Whether a name in code that nothing reads is the query parameter itself, and so most likely sent."""
    return identifier(source, span).lower() in study.project.vocabulary.key_parameters

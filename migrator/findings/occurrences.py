"""What became of every textual occurrence of the key: the counts add up, because every occurrence ends somewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from migrator.findings.analysis import Analysis, Note
from migrator.findings.cutover import purpose
from migrator.findings.gaps import Question
from migrator.languages.registry import language_of
from migrator.model.call import ApiCall, Context
from migrator.model.report import Occurrences
from migrator.model.text import Location, Mention, Source, Span

Bucket: TypeAlias = Literal["in_call", "finding", "gap", "suppressed", "own_name"]

_OWN_NAME = re.compile(r"hapikey[-_ ]migrator|\bhapikey\s*:\s*ignore\b|tool\.hapikey|hapikey-migrator\.toml", re.I)
_OWN_FILE = re.compile(r'"name":\s*"hapikey-migrator"|(^|/)hapikey-(migrator\.toml|baseline\.json)$', re.I)
_RECORDED = re.compile(r"(^|/)(cassettes?|recordings?|vcr\w*|fixtures?|__snapshots__|mocks?|testdata)/", re.I)
_WORD = re.compile(r"\w+")
_URL = re.compile(r"https?://\S*$")
_FROM_COMMENT = frozenset({"comment", "docstring"})
_SETTLED = frozenset({"env_file", "compose", "container", "ci", "helm", "kubernetes", "terraform", "config"})
_HEAD = 4000


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
    unexplained: tuple[Question, ...]

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
    """Returns where each occurrence of a key word in the files of a root ends up; *found* are the notes so far."""
    traced = _traced(study)
    names = _names(study)
    told: dict[str, list[Span]] = defaultdict(list)
    for note in found:
        told[note.at.path].append(note.at.span)
    ends: list[End] = []
    texts: dict[tuple[str, str, int], list[Location]] = defaultdict(list)
    open_: dict[tuple[str, str], list[Location]] = defaultdict(list)
    for source in study.texts:
        for mention in mentioned(source, study.project.vocabulary.key_words):
            at = Location(source.path, mention.span)
            line = source.position(mention.span.start).line
            bucket, why = _end(study, source, mention, traced.get(source.path, ()), names, told[source.path])
            ends.append(End(path=source.path, line=line, bucket=bucket))
            if bucket == "finding" and why:
                texts[why, source.path, line if _by_line(source) else 0].append(at)
            elif bucket == "gap":
                open_[_subject(source, mention)].append(at)
    return Accounted(
        ends=tuple(ends),
        notes=tuple(_text_note(kind, places) for (kind, _, _), places in texts.items()),
        unexplained=tuple(_open(study, subject, places) for (_, subject), places in open_.items()),
    )


def _end(
    study: Analysis,
    source: Source,
    mention: Mention,
    traced: Sequence[Span],
    names: frozenset[str],
    told: Sequence[Span],
) -> tuple[Bucket, str]:
    """Returns where an occurrence ends up, and the kind of finding where only its text tells one."""
    if _is_own_name(source, mention.span):
        return "own_name", ""
    if _is_part(study, source, mention, traced, names):
        return "in_call", ""
    if any(span.contains(mention.span) for span in told):
        return "finding", ""
    if source.path in study.project.unparsable:
        return "finding", ""
    kind = _told_by_text(study, source, mention)
    return ("finding", kind) if kind else ("gap", "")


def mentioned(source: Source, words: tuple[str, ...]) -> Iterable[Mention]:
    """Returns each occurrence of a word; a file in no known language is text all through."""
    language = language_of(source.path, source.text)
    if language is not None:
        return language.mentions(source, words)
    pattern = re.compile("|".join(map(re.escape, words)), re.I)
    return [Mention(Span(*m.span()), m.group().lower(), "text") for m in pattern.finditer(source.text)]


def _traced(study: Analysis) -> dict[str, list[Span]]:
    """Returns the places that belong to a request: where its parts come from, where it is sent, its credentials."""
    spans: dict[str, list[Span]] = {}
    calls = [*(one.call for one in study.every), *study.others]
    places = {at: call.context for call in sorted(calls, key=_is_tested, reverse=True) for at in _places(call)}
    for at, context in places.items():
        if context is Context.TEST and not study.project.is_test(at.path):
            continue  # what only a test sends does not tell what the program does with it
        spans.setdefault(at.path, []).append(study.line_of(at) if at.span.start == at.span.end else at.span)
    return spans


def _is_tested(call: ApiCall) -> bool:
    return call.context is Context.TEST


def _places(call: ApiCall) -> Iterator[Location]:
    yield call.location
    yield from call.via
    yield from (step.location for step in call.trace if step.location.path)
    for auth in call.auth:
        yield from (at for at in (auth.name_at, auth.value_at) if at is not None and at.path)
        yield from (source.location for source in auth.sources if source.location.path)


def _names(study: Analysis) -> frozenset[str]:
    """Returns the identifiers in the code that gives requests their credentials."""
    words: set[str] = set()
    for one in study.judged:
        for auth in one.call.auth:
            places = (auth.name_at, auth.value_at, *(source.location for source in auth.sources))
            for at in places:
                if at is not None and at.path:
                    source = study.project.source(at.path)
                    words.update(_WORD.findall(source.excerpt(study.line_of(at))) if source else ())
    return frozenset(words)


def _is_part(study: Analysis, source: Source, mention: Mention, traced: Sequence[Span], names: frozenset[str]) -> bool:
    """Whether an occurrence belongs to a request: it stands in what was traced, or is a name that carries the key.

    The bare key word is such a name only in a file with a part of a request: elsewhere it can mean anything.
    """
    if any(span.contains(mention.span) for span in traced):
        return True
    if mention.context not in ("name", "string", "code") or study.project.is_test(source.path):
        return False
    name = _identifier(source, mention.span)
    return name in names and (bool(traced) or name.lower() != mention.word)


def _identifier(source: Source, span: Span) -> str:
    """Returns the whole word around an occurrence."""
    start, end = span
    while start > 0 and (source.text[start - 1].isalnum() or source.text[start - 1] == "_"):
        start -= 1
    while end < len(source.text) and (source.text[end].isalnum() or source.text[end] == "_"):
        end += 1
    return source.text[start:end]


def _is_own_name(source: Source, span: Span) -> bool:
    if _OWN_FILE.search(source.path) or _OWN_FILE.search(source.text[:_HEAD]):
        return True
    start = max(span.start - 24, 0)
    window = source.text[start : span.end + 24]
    return any(m.start() <= span.start - start < m.end() for m in _OWN_NAME.finditer(window))


def _told_by_text(study: Analysis, source: Source, mention: Mention) -> str | None:
    """Returns the kind of finding for an occurrence that is text rather than code, None for code."""
    if study.project.is_test(source.path) or _RECORDED.search(source.path):
        return "test_or_fixture"
    if mention.context in _FROM_COMMENT:
        return "doc_mention"
    if mention.context != "text":
        return None
    kind = purpose(source.path)
    if kind == "prose" or (kind in _SETTLED and not _URL.search(source.text[: mention.span.start][-300:])):
        return "doc_mention"
    return None


def _by_line(source: Source) -> bool:
    """Whether occurrences in a file are told line by line: in code, where somebody works with them one by one."""
    return language_of(source.path, source.text) is not None


def _text_note(kind: str, places: Sequence[Location]) -> Note:
    times = f", {len(places)} times from here on" if len(places) > 1 else ""
    return Note(kind=kind, at=places[0], fields={"times": times})


def _subject(source: Source, mention: Mention) -> tuple[str, str]:
    """Returns what unexplained occurrences have in common: a name in all of the code, else the text of one file."""
    if mention.context == "name":
        return "", _identifier(source, mention.span)
    return source.path, mention.context


def _open(study: Analysis, subject: str, places: Sequence[Location]) -> Question:
    """Returns the question that unexplained occurrences leave, at the first of them.

    Code that was read and does not hand the key on as a parameter hides no request: it checks, declares or redacts it.
    """
    first = min(places, key=lambda at: _defined_first(study, subject, at))
    more = f" ({len(places)} places)" if len(places) > 1 else ""
    if study.project.language(first.path) is None:
        why = f"this file names the key{more} and is not Python, so requests in it are not known"
        return Question("unexplained_mention", first, why)
    what = f"a text names the key{more}" if subject in ("string", "code") else f"`{subject}`{more} names the key"
    kind = "unexplained_mention" if any(_hands_on(study, at) for at in places) else "idle_mention"
    return Question(kind, first, f"{what}, and no request was found that uses it")


def _hands_on(study: Analysis, at: Location) -> bool:
    """Whether the key is named as what a query takes: in a URL, as a key of a mapping, as an item that is set."""
    source = study.project.source(at.path)
    line = study.line_of(at)
    if source is None:
        return True
    before, after = source.text[line.start : at.span.start], source.text[at.span.end : line.end]
    if before.endswith(("?", "&")) and after.startswith("="):
        return True
    return before.endswith(("'", '"')) and re.match(r"""['"]\s*(?::|\]\s*=(?!=)|,)""", after) is not None


def _defined_first(study: Analysis, name: str, at: Location) -> tuple[bool, Location]:
    source = study.project.source(at.path)
    line = source.excerpt(study.line_of(at)) if source else ""
    return (re.match(rf"\s*(?:(?:async\s+)?def|class)\s+{re.escape(name)}\b", line) is None, at)

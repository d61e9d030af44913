"""What became of every textual occurrence of the key: the counts add up, because every occurrence ends somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from migrator.findings.study import Note, Study
from migrator.languages.python.language import PYTHON
from migrator.languages.python.mentions import mentions
from migrator.model.call import ApiCall
from migrator.model.report import Occurrences
from migrator.model.text import Location, Mention, Source, Span

_OWN_NAME = re.compile(r"hapikey[-_ ]migrator|\bhapikey\s*:\s*ignore\b|tool\.hapikey|hapikey-migrator\.toml", re.I)
_WORD = re.compile(r"\w+")
_FROM_COMMENT = frozenset({"comment", "docstring"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """The counts of one root, notes for what only the text tells, and the occurrences that nothing explains."""

    counts: Occurrences
    notes: tuple[Note, ...]
    unexplained: tuple[tuple[Location, str], ...]


def account(study: Study, found: Sequence[Note]) -> Accounted:
    """Returns where each occurrence of a key word in the files of a root ends up."""
    traced = _traced(study)
    names = _names(study)
    told = {(note.at.path, note.at.span) for note in found}
    in_call = finding = gap = own = 0
    extra: list[Note] = []
    unexplained: list[tuple[Location, str]] = []
    for source in study.texts:
        for mention in mentioned(source, study.project.vocabulary.key_words):
            at = Location(source.path, mention.span)
            if _is_own_name(source, mention.span):
                own += 1
            elif _is_part(source, mention, traced.get(source.path, ()), names):
                in_call += 1
            elif any(path == at.path and span.contains(at.span) for path, span in told):
                finding += 1
            elif (kind := _told_by_text(study, source, mention)) is not None:
                finding += 1
                extra.append(Note(kind=kind, at=at))
            else:
                gap += 1
                unexplained.append((at, _why(mention)))
    counts = Occurrences(
        total=in_call + finding + gap + own, in_call=in_call, finding=finding, gap=gap, suppressed=0, own_name=own
    )
    return Accounted(counts=counts, notes=tuple(extra), unexplained=tuple(unexplained))


def mentioned(source: Source, words: tuple[str, ...]) -> Iterable[Mention]:
    """Returns each occurrence of a word; a file in no known language is text all through."""
    if source.path.endswith(PYTHON.suffixes):
        return mentions(source, words)
    pattern = re.compile("|".join(map(re.escape, words)), re.I)
    return [Mention(Span(*m.span()), m.group().lower(), "text") for m in pattern.finditer(source.text)]


def _traced(study: Study) -> dict[str, list[Span]]:
    """Returns the places that belong to a request: where its parts come from, where it is sent, its credentials."""
    spans: dict[str, list[Span]] = {}
    for call in (*(one.call for one in study.judged), *study.others):
        for at in _places(call):
            spans.setdefault(at.path, []).append(study.line_of(at) if at.span.start == at.span.end else at.span)
    return spans


def _places(call: ApiCall) -> Iterator[Location]:
    yield call.location
    yield from call.via
    yield from (step.location for step in call.trace if step.location.path)
    for auth in call.auth:
        yield from (at for at in (auth.name_at, auth.value_at) if at is not None and at.path)
        yield from (source.location for source in auth.sources if source.location.path)


def _names(study: Study) -> frozenset[str]:
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


def _is_part(source: Source, mention: Mention, traced: Sequence[Span], names: frozenset[str]) -> bool:
    """Whether an occurrence belongs to a request: it stands in what was traced, or is a name that carries the key."""
    if any(span.contains(mention.span) for span in traced):
        return True
    if mention.context not in ("name", "string", "code") or not traced:
        return False
    start, end = mention.span
    while start > 0 and (source.text[start - 1].isalnum() or source.text[start - 1] == "_"):
        start -= 1
    while end < len(source.text) and (source.text[end].isalnum() or source.text[end] == "_"):
        end += 1
    return source.text[start:end] in names


def _is_own_name(source: Source, span: Span) -> bool:
    window = source.text[max(span.start - 24, 0) : span.end + 24]
    start = span.start - max(span.start - 24, 0)
    return any(m.start() <= start < m.end() for m in _OWN_NAME.finditer(window))


def _told_by_text(study: Study, source: Source, mention: Mention) -> str | None:
    """Returns the kind of finding for an occurrence that is text rather than code, None for code."""
    if study.project.is_test(source.path):
        return "test_or_fixture"
    if mention.context in _FROM_COMMENT or mention.context == "text":
        return "doc_mention"
    if source.path in study.project.unparsable:
        return "doc_mention"
    return None


def _why(mention: Mention) -> str:
    if mention.context == "name":
        return f"a name holds {mention.word!r}, and no request was found that uses it"
    return f"a text holds {mention.word!r}, and no request was found that uses it"

"""Requests with what the configuration says of them filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from migrator.catalog.rows import METHODS
from migrator.errors import ConfigurationError
from migrator.findings.classify import MatchedCall, judge
from migrator.findings.gaps import Question, identified, questions
from migrator.findings.wording import worded
from migrator.model.call import ApiCall, PathTemplate
from migrator.model.scope import EndpointMatch
from migrator.model.text import Location
from migrator.model.value import Chunk, Hole
from migrator.model.vocabulary import Vocabulary

_LISTED = 12
Endpoint = Callable[[ApiCall], EndpointMatch]


def answered(
    judged: Sequence[MatchedCall],
    calls: Sequence[ApiCall],
    answers: Mapping[str, tuple[str, ...]],
    endpoint: Endpoint,
    excerpt: Callable[[Location], str],
) -> tuple[tuple[ApiCall, ...], frozenset[str]]:
    """Returns the requests with each answer in the place of what was not known, and the ids of the answers used.

    *answers* gives the texts by the id of a gap; *endpoint* and *excerpt* are those that the requests are judged by.
    Raises `ConfigurationError` for an answer that cannot be.
    """
    asked = list(questions(judged))
    names = identified((question for _, question in asked), excerpt)
    given: dict[ApiCall, list[tuple[Question, tuple[str, ...]]]] = defaultdict(list)
    used = set()
    for one, question in asked:
        if answers.get(names[question]) and question.kind in _FILLED:
            put = replace(question, words=worded(one.call, question.text, excerpt))
            _refuse(put, names[question], answers[names[question]], one, endpoint)
            given[one.call].append((question, answers[names[question]]))
            used.add(names[question])
    return tuple(new for call in calls for new in _filled(call, given.get(call, []), endpoint)), frozenset(used)


def _filled(call: ApiCall, given: Sequence[tuple[Question, tuple[str, ...]]], endpoint: Endpoint) -> Sequence[ApiCall]:
    calls: Sequence[ApiCall] = [call]
    for question, texts in given:
        calls = [new for old in calls for new in _FILLED[question.kind](old, texts, endpoint, question.part)]
    return calls


def _refuse(question: Question, name: str, texts: Sequence[str], one: MatchedCall, endpoint: Endpoint) -> None:
    """Raises `ConfigurationError` for a text that is no answer to a question: no method, or an object nobody knows."""
    for text in texts:
        known = question.choices or METHODS
        if question.kind == "dynamic_method":
            fits = text.upper() in METHODS
        elif question.kind == "dynamic_path" and question.choices:
            filled = [
                whole
                for call in _with_values(one.call, (text,), endpoint, question.part)
                for whole in _with_values(call, question.choices[:1], endpoint, "")
            ]
            fits = not any(endpoint(call).guessed == text for call in filled)
        else:
            fits = True
        if not fits:
            listed = ", ".join(known[:_LISTED]) + (f" and {len(known) - _LISTED} more" if len(known) > _LISTED else "")
            raise ConfigurationError(
                f"{text!r} is no answer to {name} ({question.words.rstrip('?')})",
                where="answers",
                advice=f"Known: {listed}. A custom object is called p_NAME or 2-NUMBER.",
            )


def _with_url(call: ApiCall, texts: Sequence[str], _endpoint: Endpoint, _part: str) -> Iterator[ApiCall]:
    for text in texts:
        parts = urlsplit(text)
        path = PathTemplate((Chunk(parts.path if parts.path.startswith("/") else f"/{parts.path}"),))
        yield replace(
            call, path=path, host=parts.hostname or call.host, scheme=parts.scheme or call.scheme, reason=None
        )


def _with_method(call: ApiCall, texts: Sequence[str], _endpoint: Endpoint, _part: str) -> Iterator[ApiCall]:
    for text in texts:
        yield replace(call, method=text.upper(), reason=None)


def _with_values(call: ApiCall, texts: Sequence[str], endpoint: Endpoint, part: str) -> Iterator[ApiCall]:
    """Yields the request with the values given to the part of its path that decides what it needs."""
    if call.path is None:
        return
    before = endpoint(call)
    holes = list(dict.fromkeys(piece for piece in call.path.pieces if isinstance(piece, Hole) and not piece.options))
    holes = [hole for hole in holes if hole.hint == part] or holes
    for hole in holes:
        known = replace(hole, options=tuple(texts))
        pieces = tuple(known if piece == hole else piece for piece in call.path.pieces)
        filled = replace(call, path=PathTemplate(pieces))
        after = endpoint(filled)
        if after.question is None or after.question != before.question or hole.hint == part:
            yield filled
            return
    yield call


_FILLED: Mapping[str, Callable[[ApiCall, Sequence[str], Endpoint, str], Iterator[ApiCall]]] = {
    "dynamic_url": _with_url,
    "dynamic_method": _with_method,
    "dynamic_path": _with_values,
}


def _with_known_beginning(call: ApiCall, endpoint: Endpoint) -> ApiCall:
    """Returns the request without its path where that begins with something unknown, which may be several segments.

    The path stays where the catalog knows it, in full or up to a question.
    """
    if call.path is None:
        return call
    first = next((piece for piece in call.path.pieces if not (isinstance(piece, Chunk) and piece.text == "/")), None)
    opens = isinstance(first, Hole) and first.options is None
    if not opens and (call.own or call.host is not None):
        return call
    match = endpoint(call)
    if match.row is not None or match.question is not None or match.problem == "wrong_method":
        return call
    base = "" if opens else f"{{{call.base or 'base'}}}"
    return replace(call, path=None, reason=f"the start of the URL is unknown: {base}{call.endpoint}")


def settled(
    calls: Sequence[ApiCall],
    answers: Mapping[str, tuple[str, ...]],
    endpoint: Endpoint,
    excerpt: Callable[[Location], str],
    words: Vocabulary,
) -> tuple[tuple[MatchedCall, ...], tuple[ApiCall, ...], frozenset[str]]:
    """Returns the requests to HubSpot, those that go elsewhere, and the answers used, once nothing more is answered.

    An answer can raise the next question: of a path with two parts that are not known, say.
    """
    calls = tuple(_with_known_beginning(call, endpoint) for call in calls)
    judged, others = judge(calls, endpoint, excerpt, words)
    used: frozenset[str] = frozenset()
    while answers.keys() - used:
        calls, more = answered(
            judged, calls, {name: answers[name] for name in answers.keys() - used}, endpoint, excerpt
        )
        if not more:
            break
        used |= more
        judged, others = judge(calls, endpoint, excerpt, words)
    return judged, others, used

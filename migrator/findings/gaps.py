"""What the analysis could not decide, and what would decide it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from migrator.evaluate.fixpoint import Limit
from migrator.findings.analysis import Analysis, Note
from migrator.findings.classify import MatchedCall
from migrator.findings.definitions import enclosing
from migrator.findings.question_kinds import RESOLVE, TOLD
from migrator.model.call import Carrier, Context
from migrator.model.report import Gap
from migrator.model.scope import EndpointMatch
from migrator.model.sentences import opened, sentence
from migrator.model.text import Location, Span
from migrator.model.written import Use
from migrator.scopes.infer import asks_nothing

_PART = re.compile(r"\w+")
"""A part of a path as an answer names it; what else stands there are names of endpoints."""
_TOGETHER = "undocumented_scope"
"""The kind of question that is put once for a file: what to do about it is the same everywhere."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is not known about a request, and where it is sent. Requests that share both share the question.

    ``choices`` are answers that are known, ``part`` is the part of the path that the answer takes the place of. The id
    follows from ``text``, which names no place; people read ``words``.
    """

    kind: str
    at: Location
    text: str
    words: str = field(default="", compare=False, kw_only=True)
    choices: tuple[str, ...] = field(default=(), compare=False)
    part: str = ""


def questions(judged: Iterable[MatchedCall]) -> Iterator[tuple[MatchedCall, Question]]:
    """Yields what is not known of the requests of the program."""
    for one in judged:
        call, match = one.call, one.match
        if call.context is not Context.PROGRAM:
            continue
        if call.endpoint is None:
            yield one, Question("dynamic_url", call.location, call.reason or "the URL is decided while it runs")
        elif call.method is None:
            yield one, Question("dynamic_method", call.location, call.reason or "the method is decided while it runs")
        elif match.question is not None and match.status != "sunset":
            yield from ((one, question) for question in _parts(call.location, match))
        elif match.problem in ("unknown_endpoint", "wrong_method"):
            method = " with this method" if match.problem == "wrong_method" else ""
            text = f"{call.method} {call.endpoint} is not in the rules{method}"
            yield one, Question(match.problem, call.location, text)
        elif _is_unclear(one):
            yield one, _unclear(one)
        elif match.row is not None and match.scopes is None and one.auth != ("none",) and not asks_nothing(match):
            text = f"HubSpot does not document which scopes {call.method} {call.endpoint} needs"
            yield one, Question(_TOGETHER, call.location, text)


def _parts(at: Location, match: EndpointMatch) -> Iterator[Question]:
    """Yields a question for each part of a path that is not known: one answer cannot stand for two of them."""
    choices: defaultdict[str, list[str]] = defaultdict(list)
    for label, _ in match.possible:
        part, _, choice = label.rpartition(": ")
        choices[part].append(choice)
    if len(choices) < 2 or not all(_PART.fullmatch(part) for part in choices):
        yield Question("dynamic_path", at, match.question or "", tuple(choices[""]) if "" in choices else ())
        return
    for part, known in choices.items():
        yield Question(
            "dynamic_path", at, f"Which object types can `{{{part}}}` be?", tuple(dict.fromkeys(known)), part
        )


def _of_scripts(study: Analysis) -> Iterator[Question]:
    """Yields a question for each request that a script or a job sends, and of which nothing tells the credential."""
    sent = {one.call.location for one in study.project.recorded() if one.use is Use.SENT}
    yield from (_unclear(one) for one in study.recorded if one.call.location in sent and _is_unclear(one))


def _unclear(one: MatchedCall) -> Question:
    text = "what this request is sent with comes from outside, so it may carry a key"
    return Question("unknown_credential", one.call.location, text)


def _is_unclear(one: MatchedCall) -> bool:
    """Whether nothing tells which credential a request carries, where one is needed."""
    unnamed = all(auth.carrier is Carrier.UNKNOWN and not auth.name for auth in one.call.auth)
    return one.auth == ("unknown",) and unnamed and one.match.credential != "none"


def identified(asked: Iterable[Question], excerpt: Callable[[Location], str]) -> Mapping[Question, str]:
    """Returns the id of each question: a digest over its words and the code it stands at, with a number among equals.

    *excerpt* gives the source text of a place. No position is part of an id, so it stays when code moves.
    """
    seen: Counter[str] = Counter()
    found = {}
    ordered = sorted(asked, key=lambda q: (q.at, q.kind, q.text, q.part, q.words))
    for one in dict.fromkeys(ordered):  # of equal ones the first, whatever order they came in
        words = "\0".join((one.kind, one.at.path, " ".join(excerpt(one.at).split())[:200], one.text))
        digest = "g" + blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest()
        seen[digest] += 1
        found[one] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return found


def asked(study: Analysis, left: Sequence[Question]) -> Mapping[Question, str]:
    """Returns the questions of a root by place, each with its id; *left* are those of entries without another end."""
    every = [replace(found, words=study.worded(one.call, found.text)) for one, found in questions(study.judged)]
    loose = [one for one in every if one.kind != _TOGETHER]
    return identified(
        [
            *loose,
            *_together(study, [one for one in every if one.kind == _TOGETHER]),
            *_limits(study),
            *_unparsable(study),
            *_of_scripts(study),
            *left,
        ],
        study.excerpt,
    )


def _together(study: Analysis, every: Sequence[Question]) -> Iterator[Question]:
    """Yields one question for those of a file that all have the same remedy, with the lines of each."""
    files: dict[str, dict[str, set[Location]]] = defaultdict(lambda: defaultdict(set))
    for one in every:
        files[one.at.path][one.text].add(one.at)
    for texts in files.values():
        places = set[Location]().union(*texts.values())
        lines = {study.where(at).line for at in places}
        several = f"HubSpot does not document which scopes {len(texts)} kinds of request need"
        text = several if len(texts) > 1 else next(iter(texts))
        yield Question(_TOGETHER, min(places), f"{text} ({lines_named(lines)})" if len(lines) > 1 else text)


def untold(questions: Mapping[Question, str]) -> Iterator[Note]:
    """Yields a note for each question that no finding tells yet."""
    for one, name in questions.items():
        if one.kind not in TOLD:
            resolve = RESOLVE[one.kind]
            question = sentence(opened(one.words or one.text))
            yield Note(kind="undecided", at=one.at, fields={"question": question}, manual=resolve, gap=name)


def gap(study: Analysis, one: Question, name: str) -> Gap:
    """Returns a question as the report has it."""
    where = study.where(one.at)
    return Gap(
        id=name,
        kind=one.kind,
        path=one.at.path,
        line=where.line,
        column=where.column,
        reason=one.words or one.text,
        resolve=RESOLVE[one.kind],
        choices=one.choices,
        cell=study.cell(one.at),
        root=study.root,
    )


def stale(answers: Iterable[str], studies: Sequence[Analysis], path: str) -> Iterator[Gap]:
    """Yields a gap for each answer (by its id) that answers nothing; *path* is the configuration's."""
    used = frozenset(name for study in studies for name in study.answered)
    for name in sorted(set(answers) - used):
        reason = f"the answer to {name} answers nothing: no gap has this id"
        yield Gap(
            id=f"answer-{name}",
            kind="stale_answer",
            path=path,
            line=1,
            column=1,
            reason=reason,
            resolve=RESOLVE["stale_answer"],
        )


def _limits(study: Analysis) -> Iterator[Question]:
    """Yields where evaluation gave up on what can lead to a request, alike limits of one file as one."""
    places: dict[str, list[Location]] = defaultdict(list)
    for call in (one.call for one in study.judged):
        for at in (call.location, *call.via):
            places[at.path].append(at)
    groups: dict[tuple[str, str], list[Limit]] = defaultdict(list)
    for limit in study.limits:
        if not study.project.is_test(limit.location.path) and _matters(study, limit, places[limit.location.path]):
            groups[limit.location.path, limit.reason].append(limit)
    for (_, reason), members in groups.items():
        lines = lines_named(study.where(one.location).line for one in members)
        yield Question("budget", members[0].location, f"{reason} ({lines})" if len(members) > 1 else reason)


def lines_named(numbers: Iterable[int]) -> str:
    """Returns line numbers as messages name them: every one."""
    named = [str(number) for number in sorted(set(numbers))]
    return f"line{'s' * (len(named) != 1)} {', '.join(named)}"


def _matters(study: Analysis, limit: Limit, sent: Sequence[Location]) -> bool:
    """Whether a request could be behind a limit: of a cut loop, if one is sent in the same function."""
    at = limit.location
    if limit.reason.startswith("a loop"):
        unit = study.project.known(at.path)
        name = enclosing(unit, at.span) if unit else ""
        return any(unit is None or enclosing(unit, place.span) == name for place in sent)
    source = study.project.sources.get(at.path) if study.owns(at.path) else None
    return bool(sent) or (source is not None and study.mentions(source))


def _unparsable(study: Analysis) -> Iterator[Question]:
    for source, trouble in study.project.troubles():
        if study.mentions(source) and not study.project.is_test(source.path):
            start = trouble.span.start
            yield Question("syntax_error", Location(source.path, Span(start, start)), trouble.reason)

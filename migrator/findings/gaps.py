"""What the analysis could not decide, and what would decide it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from migrator.findings.study import Study
from migrator.model.report import Gap
from migrator.model.text import Location, Span

_RESOLVE = {
    "dynamic_url": "Say in the configuration (answers) which URLs this can be, or write the path where it is sent.",
    "dynamic_method": "Say in the configuration (answers) which methods this can be.",
    "dynamic_path": "Say in the configuration (answers) which values this can have.",
    "unknown_endpoint": "Check the path; if it is right, add a row with --rules.",
    "wrong_method": "Check the method; if it is right, add a row with --rules.",
    "syntax_error": "Make the file parse, or read it by hand.",
    "budget": "Read this place by hand, or split the code that it runs.",
    "unexplained_mention": "Look whether a request is made with this that the tool does not see.",
}


def gaps_of(study: Study, unexplained: Sequence[tuple[Location, str]]) -> tuple[Gap, ...]:
    """Returns the gaps of a root by place."""
    seen: Counter[str] = Counter()
    found = []
    for kind, at, reason in sorted(set(_all(study, unexplained)), key=lambda one: (one[1], one[0], one[2])):
        where = study.where(at)
        words = "\0".join((kind, at.path, " ".join(study.excerpt(at).split())[:200], reason))
        digest = "g" + blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest()
        seen[digest] += 1
        found.append(
            Gap(
                id=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}",
                kind=kind,
                path=at.path,
                line=where.line,
                column=where.column,
                reason=reason,
                resolve=_RESOLVE[kind],
                root=study.root,
            )
        )
    return tuple(found)


def _all(study: Study, unexplained: Sequence[tuple[Location, str]]) -> Iterator[tuple[str, Location, str]]:
    for one in study.program:
        call, match = one.call, one.match
        if call.endpoint is None:
            yield "dynamic_url", call.location, call.reason or "the URL is decided while the program runs"
        elif call.method is None:
            yield "dynamic_method", call.location, call.reason or "the method is decided while the program runs"
        elif match.question is not None:
            yield "dynamic_path", call.location, match.question
        elif match.problem in ("unknown_endpoint", "wrong_method"):
            yield match.problem, call.location, f"{call.method} {call.endpoint} is not in the rules"
    for limit in study.limits:
        yield "budget", limit.location, limit.reason
    for path, error in study.project.unparsable.items():
        source = study.project.source(path)
        offset = min(len(source.text), _offset(source.text, error.line)) if source else 0
        yield "syntax_error", Location(path, Span(offset, offset)), error.what
    for at, why in unexplained:
        yield "unexplained_mention", at, why


def _offset(text: str, line: int) -> int:
    return sum(len(one) for one in text.splitlines(keepends=True)[: max(line - 1, 0)])

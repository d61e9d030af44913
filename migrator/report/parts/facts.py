"""What several formats say about a report and none of its parts says alone."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from migrator.model.report import CallItem, ErrorItem, Finding, Gap, PossibleScope, Report, ScopesItem
from migrator.model.severity import SEVERITIES, Severity
from migrator.report.parts.plain import counted, sent_at

_COUNTED = re.compile(r" \((?:\d+ places|(lines? \d[\d, ]*))\)(?=$|,)")
_BROKEN = frozenset({"unparsable", "internal_error"})
"""Kinds of findings that say what an error says."""
_SENT_KEYS = frozenset({"api_key", "oauth_query"})
_CODE = r"`[^`]*`(?: \((?!\d+ places|lines? \d)[^()]*\))?"
_THING = re.compile(rf"{_CODE}(?: and {_CODE})*|\b[A-Z]+ /\S*|\{{\w+\}}/\S*")
"""What a question names where others of its kind name something else: code with its place, a request, an address."""
_ANY = "`…`"
_MANY = 3
"""From so many things on, questions that differ in what they name alone are told as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The requests of the running program by what becomes of them; the other counts add up to ``total``.

    ``gone`` send a key to an endpoint that does not answer any more, ``developer`` keep their developer key, ``bearer``
    send a token already, of ``unknown`` nobody knows the credential, and ``other`` carry none.
    """

    total: int
    safe: int
    unsafe: int
    manual: int
    gone: int
    developer: int
    bearer: int
    unknown: int
    other: int

    @property
    def keyed(self) -> int:
        """How many send an account key or a token in the query."""
        return self.safe + self.person

    @property
    def person(self) -> int:
        """How many need a person."""
        return self.unsafe + self.manual + self.gone


def tally(calls: Sequence[CallItem]) -> Tally:
    """Returns the requests counted by what becomes of them; those outside the running program are left out."""
    program = [call for call in calls if call.context == "program"]
    counts = Counter(fate(call) for call in program)
    return Tally(total=len(program), **{name: counts[name] for name in FATE_NAMES})


FATE_NAMES: Mapping[str, str] = {
    "manual": "by hand",
    "gone": "endpoint is gone",
    "unsafe": "to review",
    "safe": "rewritten automatically",
    "unknown": "credential unknown",
    "developer": "developer key, unchanged",
    "bearer": "already Bearer",
    "other": "no credential",
}
"""What becomes of a request, most work first."""


def requests_told(count: Tally) -> str:
    """Returns the requests in a sentence: how many there are, and what becomes of them."""
    changed = [
        (count.safe, "rewritten automatically"),
        (count.unsafe, f"{'needs' if count.unsafe == 1 else 'need'} review"),
        (count.manual, "to change by hand"),
        (count.gone, "to an endpoint that is gone"),
        (count.unknown, "with an unknown credential"),
    ]
    kept = [(count.developer, "developer key"), (count.bearer, "already Bearer"), (count.other, "no credential")]
    said = [f"{number:,} {what}" for number, what in changed if number]
    if unchanged := sum(number for number, _ in kept):
        why = ", ".join(f"{number:,} {what}" for number, what in kept if number)
        said.append(f"{unchanged:,} unchanged ({why})")
    return f"{count.total:,}: {', '.join(said)}" if said else "none"


def unread_told(report: Report) -> str:
    """Returns of how many files the requests are not known, since nothing reads their language; empty for none."""
    files = {(gap.root, gap.path) for gap in report.gaps if gap.kind == "unread"}
    return f"those of {counted(len(files), 'file')} are not known" if files else ""


def fate(call: CallItem) -> str:
    """Returns what becomes of a request, a key of `FATE_NAMES`."""
    if _SENT_KEYS.intersection(call.auth):
        if call.status == "sunset":
            return "gone"
        return call.fix if call.fix != "none" else "manual"
    if "developer_key" in call.auth:
        return "developer"
    if "bearer" in call.auth:
        return "bearer"
    return "unknown" if "unknown" in call.auth else "other"


def severities(findings: Sequence[Finding]) -> Mapping[Severity, int]:
    """Returns how many findings there are of each severity, worst first."""
    counts = Counter(item.severity for item in findings)
    return {severity: counts[severity] for severity in SEVERITIES}


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings by severity, and as they were within one."""
    return sorted(findings, key=lambda item: SEVERITIES.index(item.severity))


def title(report: Report, finding: Finding) -> str:
    """Returns the short name of a finding, its kind where the report brings no text."""
    text = report.guide.findings.get(finding.code)
    return text.title if text else finding.kind.replace("_", " ")


def written_told(report: Report) -> str:
    """Returns how many requests scripts, documents and recordings hold, and whether their scopes are counted."""
    held = [call for call in report.calls if call.context == "recorded"]
    if not held:
        return ""
    counted_too = "`--include-recorded` counts their scopes too" if uncounted(report) else "their scopes are counted"
    return f"{counted(len(held), 'request')} in scripts, documents and recordings; {counted_too}"


def uncounted(report: Report) -> bool:
    """Returns whether a request in a script, document or recording asks for no scope."""
    left_out = frozenset(report.scopes.left_out)
    return any(call.context == "recorded" and call.id in left_out for call in report.calls)


def advised_credential(report: Report) -> str | None:
    """Returns the first credential that can serve every account key of the program, None when there is none.

    Where no program sends anything, the keys of what is written down in scripts and documents ask for one.
    """
    if not any(call.context == "program" for call in report.calls):
        keyed = any(call.context == "recorded" and _SENT_KEYS.intersection(call.auth) for call in report.calls)
        return next((route.credential for route in report.guide.routes), None) if keyed else None
    held = [item.targets for item in report.credentials if item.kind == "api_key" and item.targets]
    usable = [[target.credential for target in targets if target.usable] for targets in held]
    return next((name for name in usable[0] if all(name in names for names in usable)), None) if usable else None


def credential_title(report: Report, name: str | None) -> str:
    """Returns what a kind of credential is called."""
    titles = {route.credential: route.title for route in report.guide.routes}
    return titles.get(name, name.replace("_", " ")) if name else "none"


def credential_told(report: Report) -> str:
    """Returns which credential to create in words, empty where none is needed."""
    if advised := advised_credential(report):
        return credential_title(report, advised)
    keyed = any(item.kind == "api_key" for item in report.credentials)
    return "no single kind can make every request; the page compares them" if keyed else ""


def called(report: Report, fallback: str) -> str:
    """Returns the name of the project or of the one folder that was scanned, *fallback* where neither tells."""
    if report.project or len(report.roots) != 1:
        return report.project or fallback
    return posixpath.basename(report.roots[0].rstrip("/")).strip(".-") or fallback


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeQuestion:
    """Something that only a person can decide: the scopes that an answer can add, and the calls (ids) that ask."""

    text: str
    scopes: tuple[PossibleScope, ...]
    calls: tuple[str, ...]


ENDPOINT_KINDS = frozenset({"unknown_endpoint", "wrong_method", "blocked_endpoint", "sunset_endpoint"})
"""Kinds of findings that stand where the code names an endpoint, which may be far from where the request is sent."""


def messages(report: Report) -> Callable[[Finding], str]:
    """Returns what gives the message of a finding of a report.

    One about an endpoint that is named elsewhere also says where the requests are sent.
    """
    calls = {call.id: call for call in report.calls}

    def message(finding: Finding) -> str:
        sent = sent_at(report, sinks(calls, finding)) if finding.kind in ENDPOINT_KINDS else ""
        return finding.message + sent

    return message


def said(reports: Iterable[Report]) -> Iterator[tuple[Report, Finding, str]]:
    """Yields each finding of some reports, with its report and its message."""
    for report in reports:
        message = messages(report)
        yield from ((report, item, message(item)) for item in report.findings)


def unsaid_errors(report: Report, findings: Iterable[Finding]) -> Iterator[ErrorItem]:
    """Yields the files on which the tool failed that none of the findings tells of."""
    told = {(item.root, item.path) for item in findings if item.kind in _BROKEN}
    return (error for error in report.errors if (error.root, error.path) not in told)


def sinks(calls: Mapping[str, CallItem], finding: Finding) -> tuple[CallItem, ...]:
    """Returns the calls of a finding that are sent from another line than its own, one for each line."""
    sent = {(call.root, call.path, call.line): call for name in finding.calls if (call := calls.get(name))}
    sent.pop((finding.root, finding.path, finding.line), None)
    return tuple(sent.values())


def answer_line(gap: Gap) -> str:
    """Returns the line of the configuration that answers a gap, to be completed; empty where none can."""
    if gap.kind not in _ANSWERABLE:
        return ""
    examples = [choice for choice in gap.choices if re.fullmatch(r"[\w.-]+", choice)][:2] or _ANSWERABLE[gap.kind]
    return f"{gap.id} = [{', '.join(json.dumps(example) for example in examples)}]"


_ANSWERABLE: Mapping[str, list[str]] = {
    "dynamic_url": ["https://..."],
    "dynamic_method": ["GET", "POST"],
    "dynamic_path": ["..."],
}


def questions(scopes: ScopesItem) -> tuple[ScopeQuestion, ...]:
    """Returns each open question of a scope set once."""
    groups: defaultdict[str, list[PossibleScope]] = defaultdict(list)
    for item in scopes.possible:
        groups[item.question].append(item)
    return tuple(
        ScopeQuestion(
            text=text, scopes=tuple(items), calls=tuple(sorted({call for item in items for call in item.because}))
        )
        for text, items in sorted(groups.items())
    )


def gathered(every: Sequence[ScopeQuestion]) -> tuple[ScopeQuestion, ...]:
    """Returns questions about scopes, with those that differ in what they name alone as one, with dots for that."""
    kinds: defaultdict[str, list[ScopeQuestion]] = defaultdict(list)
    for question in every:
        kinds[_THING.sub(_ANY, question.text)].append(question)
    return tuple(
        chain.from_iterable(
            [joined(f"{text} ({counted(len(same), 'such question')})", same)] if len(same) >= _MANY else same
            for text, same in kinds.items()
        )
    )


def joined(text: str, same: Sequence[ScopeQuestion]) -> ScopeQuestion:
    """Returns some questions as one: every scope that an answer can add, and every call that asks."""
    scopes = {item.scope: item for question in reversed(same) for item in question.scopes}
    calls = {call for question in same for call in question.calls}
    return ScopeQuestion(
        text=text,
        scopes=tuple(scopes[name] for name in sorted(scopes)),
        calls=tuple(sorted(calls)),
    )


def parted(report: Report, scopes: ScopesItem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the unresolved calls (ids), apart from those to endpoints that are known and whose needs are not."""
    known = {call.id for call in report.calls if call.catalog is not None and call.scopes is None}
    unresolved = tuple(name for name in scopes.unresolved if name not in known)
    return unresolved, tuple(name for name in scopes.unresolved if name in known)


def alike(gaps: Iterable[Gap]) -> tuple[tuple[Gap, ...], ...]:
    """Returns the gaps in groups that say the same of different places, or of many things."""
    kinds: defaultdict[tuple[str, str], defaultdict[str, list[tuple[int, Gap]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for place, gap in enumerate(gaps):
        text = _uncounted(gap)
        kinds[_THING.sub(_ANY, text), gap.resolve][text].append((place, gap))
    groups = (same.values() if len(same) < _MANY else [list(chain(*same.values()))] for same in kinds.values())
    return tuple(tuple(gap for _, gap in sorted(group, key=itemgetter(0))) for group in chain(*groups))


def reason(gaps: Sequence[Gap]) -> str:
    """Returns what gaps say that are alike, with dots for what each names.

    How many places one of them stands for is told of one alone.
    """
    if len(gaps) == 1:
        return gaps[0].reason
    text, differing = _uncounted(gaps[0]), iter(_differing(gaps))
    return _THING.sub(lambda found: _ANY if next(differing) else found[0], text)


def named(gaps: Sequence[Gap], gap: Gap) -> str:
    """Returns what one of some gaps that are alike names and others do not, empty where all name the same."""
    things = zip(_THING.findall(gap.reason), _differing(gaps), strict=True)
    lines = _COUNTED.search(gap.reason) if len(gaps) > 1 else None
    told = " and ".join(dict.fromkeys(thing for thing, differs in things if differs))
    return ", ".join(filter(None, (told, lines[1] if lines else "")))


def _differing(gaps: Sequence[Gap]) -> list[bool]:
    """Returns of each thing that gaps name which are alike, whether they differ in it."""
    every = zip(*(_THING.findall(gap.reason) for gap in gaps), strict=True)
    return [len(set(things)) > 1 for things in every]


def _uncounted(gap: Gap) -> str:
    return _COUNTED.sub("", gap.reason)

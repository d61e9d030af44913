"""A report arranged as a page shows it: indexed, grouped and sorted, with no markup."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from migrator.model.report import (
    KEY_KINDS,
    CallItem,
    ChangeItem,
    CredentialItem,
    Finding,
    Gap,
    Place,
    Practice,
    Report,
    Route,
    Target,
    TraceStep,
)
from migrator.model.scope_lists import ScopeList, scope_lists
from migrator.report.orders import Order, orders
from migrator.report.parts.facts import (
    FATE_NAMES,
    ScopeQuestion,
    Tally,
    advised_credential,
    alike,
    called,
    fate,
    joined,
    questions,
    tally,
)
from migrator.report.parts.plain import InFile, located
from migrator.report.parts.style import PLAIN, Style
from migrator.report.parts.work import Ending, Work, by_hand, endings, next_command, touched, work

FATES = tuple(FATE_NAMES)
MANY = 1_000
"""From here on code is not coloured and diffs show changed lines alone."""
MANY_ORDERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stop of the evidence chain; ``roles`` are those of all steps that stand on its line.

    ``around`` are the lines next to it that a reader needs and no other stop shows.
    """

    roles: tuple[str, ...]
    path: str
    root: int
    line: int
    around: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWork:
    """What there is to do in a file: the changes that begin in it, and the findings that a person has to mend."""

    path: str
    changes: tuple[ChangeItem, ...]
    manual: tuple[Finding, ...]
    plus: int
    minus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """The requests to one endpoint with one method; ``fate`` is the one that needs most work."""

    method: str | None
    path: str | None
    calls: tuple[CallItem, ...]
    fate: str

    @property
    def first(self) -> CallItem:
        """The first of the requests, which says of the endpoint what all say."""
        return self.calls[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a credential is made, and for each account key of the program whether it can serve it."""

    route: Route
    verdicts: tuple[tuple[CredentialItem, Target], ...]

    @property
    def usable(self) -> bool:
        """Whether it can serve every account key that it was judged for."""
        return all(target.usable for _, target in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One report on a page. ``prefix`` keeps its anchors apart from those of other reports, ``level`` its headings."""

    report: Report
    name: str
    prefix: str
    level: int
    count: Tally
    advised: str | None
    calls: Mapping[str, CallItem]
    findings: Mapping[str, Finding]
    changes: Mapping[str, ChangeItem]
    change_of: Mapping[str, str]
    """The id of the change of each call."""
    put_in: Mapping[str, tuple[Finding, ...]]
    """The findings that say where a call (by its id) is given its credential."""
    orders: Mapping[str, Order]
    """Work orders by the id of a change, or of a finding that no change speaks of."""
    work: Work
    next: tuple[str, str]
    todo: tuple[FileWork, ...]
    endings: tuple[Ending, ...]
    link: str
    files: tuple[tuple[str, tuple[CallItem, ...]], ...]
    endpoints: tuple[EndpointView, ...]
    lists: tuple[tuple[tuple[str, ...], ScopeList], ...]
    """The lists of scopes, each with the credentials that need it."""
    questions: Mapping[str, ScopeQuestion]
    """What only a person can decide about scopes, by its text."""
    asked_at: Mapping[tuple[int, str, int], ScopeQuestion]
    """The question about scopes of each line that sends a request with one."""
    gaps: tuple[tuple[Gap, ...], ...]
    dated: tuple[tuple[str, tuple[EndpointView, ...]], ...]
    """Endpoints that are gone or have an end date, by date."""
    unsupported: tuple[tuple[str, int], ...]
    """How many endpoints lose HubSpot's support, by date."""
    blocked: tuple[CallItem, ...]
    ways: tuple[Way, ...]
    practices: tuple[tuple[Practice, tuple[Finding, ...]], ...]

    @property
    def many(self) -> bool:
        """Whether there are so many changes that work orders are left to the command that prints them."""
        return len(self.report.changes) > MANY_ORDERS

    @property
    def large(self) -> bool:
        """Whether there is so much that each thing is said in the fewest elements: a browser has to build them all."""
        return is_large(self.report)

    def alike(self, ids: Iterable[str]) -> tuple[tuple[str, int], ...]:
        """Returns the calls by what they ask for: the id of the first, and how many there are."""
        groups: dict[object, list[str]] = defaultdict(list)
        for name in ids:
            call = self.calls.get(name)
            groups[(call.method, call.endpoint) if call else name].append(name)
        return tuple((same[0], len(same)) for same in groups.values())

    @property
    def loose(self) -> tuple[ScopeQuestion, ...]:
        """The questions about scopes that no gap asks: of a request with two unknown parts, each part has a gap."""
        told = {question.text for gap in self.report.gaps if (question := self.question(gap))}
        return tuple(question for question in self.questions.values() if question.text not in told)

    def question(self, gap: Gap) -> ScopeQuestion | None:
        """Returns what the answer to a gap adds to the scopes, None where it says nothing about them."""
        at = self.asked_at.get((gap.root, gap.path, gap.line)) if gap.kind == "dynamic_path" else None
        return at or self.questions.get(gap.reason)

    def anchor(self, kind: str, name: str) -> str:
        """Returns the id of an element that stands for something in the report."""
        return f"{self.prefix}{kind}-{re.sub('[^A-Za-z0-9_-]+', '-', name)}"

    def found(self, *kinds: str) -> tuple[Finding, ...]:
        """Returns the findings of some kinds."""
        return tuple(item for item in self.report.findings if item.kind in kinds)

    def path(self, item: InFile) -> str:
        """Returns the path of an item in the project; with several roots, from where the tool ran."""
        return _path(self.report, item)

    def href(self, item: InFile, line: int) -> str:
        """Returns the address of a line, empty where the run was given none or the commit is not known."""
        if not self.link:
            return ""
        known = self.report.revisions[item.root] if item.root < len(self.report.revisions) else None
        if known is None and re.search(r"\{(commit|branch)\}", self.link):
            return ""
        path = f"{known.prefix}{item.path}" if known else located(self.report, item)
        fields = {
            "commit": known.commit if known else "",
            "branch": (known.branch or known.commit) if known else "",
            "path": path,
            "line": str(line),
        }
        return re.sub(r"\{(\w+)\}", lambda found: quote(fields[found[1]], errors="replace"), self.link)

    def asked(self, gaps: Sequence[Gap]) -> ScopeQuestion | None:
        """Returns what the answers to gaps that are alike add to the scopes, None where they say nothing about them."""
        found = [question for gap in gaps if (question := self.question(gap))]
        return joined(found[0].text, found) if found else None


def is_large(report: Report) -> bool:
    """Returns whether a report has more requests or changes than a page shows in colours."""
    return max(len(report.calls), len(report.changes)) > MANY


def views(reports: Sequence[Report], style: Style = PLAIN) -> tuple[ReportView, ...]:
    """Returns reports arranged for one page; those with the same name are numbered."""
    if len(reports) == 1:
        return (_view(reports[0], called(reports[0], "This project"), "", style),)
    names = [called(report, "project") for report in reports]
    return tuple(
        _view(report, f"{name} ({number})" if names.count(name) > 1 else name, f"r{number}-", style)
        for number, (report, name) in enumerate(zip(reports, names, strict=True), 1)
    )


def _view(report: Report, name: str, prefix: str, style: Style) -> ReportView:
    today = style.date or report.date or report.tool.rules.partition(" ")[0]
    return ReportView(
        report=report,
        name=name,
        prefix=prefix,
        level=3 if prefix else 2,
        count=tally(report.calls),
        advised=advised_credential(report),
        calls={call.id: call for call in report.calls},
        findings={item.id: item for item in report.findings},
        changes={change.id: change for change in report.changes},
        change_of={call: change.id for change in reversed(report.changes) for call in change.calls},
        put_in=_put_in(report),
        orders={order.id: order for order in orders(report)},
        work=work(report),
        next=next_command(report),
        todo=_todo(report),
        endings=endings(report, today),
        link=style.link,
        files=_by_file(report),
        endpoints=_endpoints(report.calls),
        lists=_lists(report),
        questions={question.text: question for question in questions(report.scopes)},
        asked_at=_asked_at(report),
        gaps=alike(report.gaps),
        dated=_dated(report),
        unsupported=_unsupported(report),
        blocked=tuple(call for call in report.calls if call.blocked is not None),
        ways=_ways(report),
        practices=tuple((p, tuple(f for f in report.findings if f.kind in p.kinds)) for p in report.guide.practices),
    )


def _asked_at(report: Report) -> Mapping[tuple[int, str, int], ScopeQuestion]:
    asked = {name: question for question in questions(report.scopes) for name in question.calls}
    return {(call.root, call.path, call.line): asked[call.id] for call in report.calls if call.id in asked}


def _lists(report: Report) -> tuple[tuple[tuple[str, ...], ScopeList], ...]:
    """Returns the lists of scopes, those that are the same as one."""
    alike: defaultdict[object, list[ScopeList]] = defaultdict(list)
    for one in scope_lists(report):
        s = one.scopes
        names = [[item.scope for item in items] for items in (s.required, s.after_replacement, s.optional)]
        alike[str((names, s.complete))].append(one)
    return tuple((tuple(one.name for one in same if one.name), same[0]) for same in alike.values())


def _put_in(report: Report) -> Mapping[str, tuple[Finding, ...]]:
    found: defaultdict[str, tuple[Finding, ...]] = defaultdict(tuple)
    for item in report.findings:
        if item.kind in KEY_KINDS:
            for name in item.calls:
                found[name] = (*found[name], item)
    return found


def _todo(report: Report) -> tuple[FileWork, ...]:
    """Returns the work of each file, by path."""
    changes: defaultdict[str, list[ChangeItem]] = defaultdict(list)
    findings = {item.id: item for item in report.findings}
    for change in report.changes:
        at: Sequence[InFile] = change.edits or [findings[name] for name in change.findings if name in findings]
        changes[_path(report, at[0]) if at else ""].append(change)
    manual: defaultdict[str, list[Finding]] = defaultdict(list)
    for item in by_hand(report):
        manual[_path(report, item)].append(item)
    return tuple(
        FileWork(
            path=path,
            changes=tuple(changes[path]),
            manual=tuple(manual[path]),
            plus=sum(touched(change)[0] for change in changes[path]),
            minus=sum(touched(change)[1] for change in changes[path]),
        )
        for path in sorted({*changes, *manual})
    )


def chain(call: CallItem, put_in: Sequence[Finding] = ()) -> tuple[Link, ...]:
    """Returns the evidence chain of a call, the send last; every line is one stop, where the chain meets it last.

    Next to the lines of *put_in*, where the key is put into the request, their neighbours are shown.
    """
    steps = [(step.role, step) for step in call.trace if step.role != "send"]
    sends = [step for step in call.trace if step.role == "send"]
    stops: list[tuple[str, TraceStep | Place | Finding | CallItem]] = [*steps, *(("via", place) for place in call.via)]
    stops += [("put", finding) for finding in put_in]
    stops += [("send", step) for step in sends] if sends else [("send", call)]
    met: dict[tuple[int, str, int], list[str]] = {}
    for role, at in stops:
        key = (at.root, at.path, at.line)
        met[key] = [*met.pop(key, []), role]
    links = []
    shown = set(met)
    for (root, path, line), roles in met.items():
        near = [n for n in (line - 1, line + 1) if "put" in roles and (root, path, n) not in shown]
        shown |= {(root, path, n) for n in near}
        links.append(Link(roles=tuple(dict.fromkeys(roles)), path=path, root=root, line=line, around=tuple(near)))
    return tuple(links)


def _path(report: Report, item: InFile) -> str:
    return item.path if len(report.roots) == 1 else located(report, item)


def _by_file(report: Report) -> tuple[tuple[str, tuple[CallItem, ...]], ...]:
    return tuple((path, tuple(calls)) for path, calls in groupby(report.calls, lambda call: _path(report, call)))


def _endpoints(calls: Iterable[CallItem]) -> tuple[EndpointView, ...]:
    groups: defaultdict[tuple[str | None, str | None], list[CallItem]] = defaultdict(list)
    for call in calls:
        groups[call.method, call.endpoint].append(call)
    made = [
        EndpointView(method=method, path=path, calls=tuple(items), fate=min(map(fate, items), key=FATES.index))
        for (method, path), items in groups.items()
    ]
    return tuple(sorted(made, key=lambda item: (item.path is None, item.path or "", item.method or "")))


def _dated(report: Report) -> tuple[tuple[str, tuple[EndpointView, ...]], ...]:
    groups: defaultdict[str, list[EndpointView]] = defaultdict(list)
    for endpoint in _endpoints(call for call in report.calls if call.context == "program"):
        if endpoint.first.sunset is not None or endpoint.first.status == "sunset":
            groups[endpoint.first.sunset or ""].append(endpoint)
    return tuple((date, tuple(groups[date])) for date in sorted(groups))


def _unsupported(report: Report) -> tuple[tuple[str, int], ...]:
    kept = _endpoints(call for call in report.calls if call.context == "program" and call.sunset is None)
    dates = Counter(e.first.unsupported_from for e in kept if e.first.unsupported_from and e.first.status != "sunset")
    return tuple(sorted(dates.items()))


def _ways(report: Report) -> tuple[Way, ...]:
    keys = [item for item in report.credentials if item.kind == "api_key"]
    return tuple(
        Way(
            route=route,
            verdicts=tuple((key, t) for key in keys for t in key.targets if t.credential == route.credential),
        )
        for route in report.guide.routes
    )

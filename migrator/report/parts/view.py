"""A report arranged as a page shows it: indexed, grouped and sorted, with no markup."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from migrator.model.lists import ScopeList, scope_lists
from migrator.model.report import (
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
from migrator.report.parts.facts import (
    Question,
    Tally,
    advised_credential,
    alike,
    called,
    fate,
    questions,
    tally,
)
from migrator.report.parts.plain import InFile, located

FATES = ("manual", "unsafe", "safe", "developer", "bearer", "other")
"""What becomes of a request, most work first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stop of the evidence chain; ``roles`` are those of all steps that stand on its line."""

    roles: tuple[str, ...]
    path: str
    root: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
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
class View:
    """One report on a page. ``prefix`` keeps its anchors apart from those of other reports, ``level`` its headings."""

    report: Report
    name: str
    prefix: str
    level: int
    count: Tally
    advised: str | None
    calls: Mapping[str, CallItem]
    changes: Mapping[str, ChangeItem]
    change_of: Mapping[str, str]
    """The id of the change of each call."""
    host_of: Mapping[str, str]
    """The id of the finding under which each change is shown."""
    files: tuple[tuple[str, tuple[CallItem, ...]], ...]
    endpoints: tuple[Endpoint, ...]
    lists: tuple[ScopeList, ...]
    questions: tuple[Question, ...]
    gaps: tuple[tuple[Gap, ...], ...]
    dated: tuple[tuple[str, tuple[Endpoint, ...]], ...]
    """Endpoints that are gone or have an end date, by date."""
    blocked: tuple[CallItem, ...]
    ways: tuple[Way, ...]
    practices: tuple[tuple[Practice, tuple[Finding, ...]], ...]

    def anchor(self, kind: str, name: str) -> str:
        """Returns the id of an element that stands for something in the report."""
        return f"{self.prefix}{kind}-{re.sub('[^A-Za-z0-9_-]+', '-', name)}"

    def found(self, *kinds: str) -> tuple[Finding, ...]:
        """Returns the findings of some kinds."""
        return tuple(item for item in self.report.findings if item.kind in kinds)

    def path(self, item: InFile) -> str:
        """Returns the path of an item in the project; with several roots, from where the tool ran."""
        return _path(self.report, item)


def views(reports: Sequence[Report]) -> tuple[View, ...]:
    """Returns reports arranged for one page; those with the same name are numbered."""
    if len(reports) == 1:
        return (_view(reports[0], called(reports[0], "This project"), ""),)
    names = [called(report, "project") for report in reports]
    return tuple(
        _view(report, f"{name} ({number})" if names.count(name) > 1 else name, f"r{number}-")
        for number, (report, name) in enumerate(zip(reports, names, strict=True), 1)
    )


def _view(report: Report, name: str, prefix: str) -> View:
    hosts: dict[str, str] = {}
    for item in report.findings:
        if item.change is not None:
            hosts.setdefault(item.change, item.id)
    return View(
        report=report,
        name=name,
        prefix=prefix,
        level=3 if prefix else 2,
        count=tally(report.calls),
        advised=advised_credential(report),
        calls={call.id: call for call in report.calls},
        changes={change.id: change for change in report.changes},
        change_of={call: change.id for change in reversed(report.changes) for call in change.calls},
        host_of=hosts,
        files=_by_file(report),
        endpoints=_endpoints(report.calls),
        lists=scope_lists(report),
        questions=questions(report.scopes),
        gaps=alike(report.gaps),
        dated=_dated(report),
        blocked=tuple(call for call in report.calls if call.blocked is not None),
        ways=_ways(report),
        practices=tuple((p, tuple(f for f in report.findings if f.kind in p.kinds)) for p in report.guide.practices),
    )


def chain(call: CallItem) -> tuple[Link, ...]:
    """Returns the evidence chain of a call, outermost call site before the send; steps on one line are one link."""
    steps = [step for step in call.trace if step.role != "send"]
    sends = [step for step in call.trace if step.role == "send"]
    stops: list[tuple[str, TraceStep | Place | CallItem]] = [(step.role, step) for step in steps]
    stops += [("via", place) for place in call.via]
    stops += [("send", step) for step in sends] if sends else [("send", call)]
    links: list[Link] = []
    for role, at in stops:
        last = links[-1] if links else None
        if last and (last.path, last.root, last.line) == (at.path, at.root, at.line):
            links[-1] = Link(roles=(*last.roles, role), path=last.path, root=last.root, line=last.line)
        else:
            links.append(Link(roles=(role,), path=at.path, root=at.root, line=at.line))
    return tuple(links)


def diff_runs(diff: str) -> tuple[tuple[str, str], ...]:
    """Returns a unified diff as runs of lines of one kind: head, add, del or same."""
    lines = [line for line in diff.split("\n") if line and not line.startswith("diff --git ")]
    heads = {at + side for at, line in enumerate(lines[:-1]) for side in (0, 1) if _is_head(line, lines[at + 1])}
    kinds = {"@": "head", "+": "add", "-": "del", " ": "same"}
    marked = [("head" if at in heads else kinds.get(line[0], "head"), line) for at, line in enumerate(lines)]
    runs = groupby(marked, lambda pair: pair[0])
    return tuple((kind, "\n".join(line for _, line in pairs)) for kind, pairs in runs)


def _is_head(line: str, following: str) -> bool:
    return line.startswith("--- ") and following.startswith("+++ ")


def _path(report: Report, item: InFile) -> str:
    return item.path if len(report.roots) == 1 else located(report, item)


def _by_file(report: Report) -> tuple[tuple[str, tuple[CallItem, ...]], ...]:
    return tuple((path, tuple(calls)) for path, calls in groupby(report.calls, lambda call: _path(report, call)))


def _endpoints(calls: Iterable[CallItem]) -> tuple[Endpoint, ...]:
    groups: defaultdict[tuple[str | None, str | None], list[CallItem]] = defaultdict(list)
    for call in calls:
        groups[call.method, call.endpoint].append(call)
    made = [
        Endpoint(method=method, path=path, calls=tuple(items), fate=min(map(fate, items), key=FATES.index))
        for (method, path), items in groups.items()
    ]
    return tuple(sorted(made, key=lambda item: (item.path is None, item.path or "", item.method or "")))


def _dated(report: Report) -> tuple[tuple[str, tuple[Endpoint, ...]], ...]:
    groups: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in _endpoints(call for call in report.calls if call.context == "program"):
        date = endpoint.first.sunset or endpoint.first.unsupported_from
        if date is not None or endpoint.first.status == "sunset":
            groups[date or ""].append(endpoint)
    return tuple((date, tuple(groups[date])) for date in sorted(groups))


def _ways(report: Report) -> tuple[Way, ...]:
    keys = [item for item in report.credentials if item.kind == "api_key"]
    return tuple(
        Way(
            route=route,
            verdicts=tuple((key, t) for key in keys for t in key.targets if t.credential == route.credential),
        )
        for route in report.guide.routes
    )

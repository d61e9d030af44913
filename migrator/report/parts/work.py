"""What there is to do, counted in changes, and what cannot wait: the opening of every format for people."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from migrator.model.report import CallItem, ChangeItem, Finding, Report
from migrator.model.sentences import opened
from migrator.report.orders import orders
from migrator.report.parts.plain import counted, request_name

SOON = timedelta(days=90)
_LOUD = frozenset({"error", "warning"})
_ELSEWHERE = frozenset({"sunset_endpoint", "blocked_endpoint", "undecided", "internal_error"})
"""Kinds of findings that are told among endings, blockers, questions and errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Changes of one safety, and how many lines in how many files they touch."""

    changes: int
    lines: int
    files: int

    def __bool__(self) -> bool:
        """Whether there is any."""
        return self.changes > 0

    def __str__(self) -> str:
        """Returns the counts in words."""
        return f"{counted(self.changes, 'change')} of {counted(self.lines, 'line')} in {counted(self.files, 'file')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is left to do: changes that are safe or to review, and what a person has to change.

    Of the last, ``orders`` are changes that the tool does not make, ``manual`` findings. ``gone`` are endpoints that
    do not answer any more, ``questions`` are open, and on ``failed`` files the tool failed.
    """

    safe: Batch
    unsafe: Batch
    written: Batch
    orders: int
    manual: tuple[Finding, ...]
    gone: int
    questions: int
    failed: int

    def __bool__(self) -> bool:
        """Whether anything is left, or was done."""
        batches = self.safe or self.unsafe or self.written
        return bool(batches or self.by_hand or self.gone or self.questions or self.failed)

    @property
    def by_hand(self) -> int:
        """How many places a person has to change."""
        return self.orders + len(self.manual)

    @property
    def beside_changes(self) -> Work:
        """What is left once the changes are made, whoever makes them."""
        none = _batch(())
        return replace(self, safe=none, unsafe=none, written=none, orders=0)

    @property
    def told(self) -> str:
        """The work in one sentence."""
        said = (
            (self.safe, "is safe to apply", "are safe to apply"),
            (self.unsafe, "needs review", "need review"),
            (self.written, "is written", "are written"),
        )
        parts = [f"the tool failed on {counted(self.failed, 'file')}"] if self.failed else []
        parts += [f"{batch} {one if batch.changes == 1 else many}" for batch, one, many in said if batch]
        if self.by_hand:
            parts.append(f"{counted(self.by_hand, 'place')} to change by hand")
        if self.gone:
            parts.append(f"{counted(self.gone, 'endpoint that is gone', 'endpoints that are gone')} to replace")
        if self.questions:
            parts.append(f"{counted(self.questions, 'question is', 'questions are')} open")
            parts += [] if parts[1:] else ["nothing else to change"]
        return f"{opened('; '.join(parts))}." if parts else "Nothing to change."


def work(report: Report) -> Work:
    """Returns what is left to do."""
    open_changes = [change for change in report.changes if not change.written]
    return Work(
        safe=_batch(change for change in open_changes if change.safety == "safe"),
        unsafe=_batch(change for change in open_changes if change.safety == "unsafe"),
        written=_batch(change for change in report.changes if change.written),
        orders=sum(change.safety == "manual" for change in open_changes),
        manual=by_hand(report),
        gone=len(
            {request_name(call) for call in report.calls if call.context == "program" and call.status == "sunset"}
        ),
        questions=len(report.gaps),
        failed=sum(item.kind == "internal_error" for item in report.findings),
    )


def by_hand(report: Report) -> tuple[Finding, ...]:
    """Returns the findings that a person has to mend and no change speaks of."""
    known = {change.id for change in report.changes}
    return tuple(
        item
        for item in report.findings
        if item.fix == "manual" and item.severity in _LOUD and item.kind not in _ELSEWHERE and item.change not in known
    )


def touched(change: ChangeItem) -> tuple[int, int]:
    """Returns how many lines a change adds and how many it takes away."""
    lines = change.diff.splitlines()
    plus = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    minus = sum(line.startswith("-") and not line.startswith("--- ") for line in lines)
    return plus, minus


def _batch(changes: Iterable[ChangeItem]) -> Batch:
    made = list(changes)
    return Batch(
        changes=len(made),
        lines=sum(max(touched(change)) for change in made),
        files=len({(edit.root, edit.path) for change in made for edit in change.edits}),
    )


def next_command(report: Report) -> tuple[str, str]:
    """Returns the one command to run next and what it does; empty where there is none."""
    left = work(report)
    tool = report.tool.name
    paths = [root for root in report.roots if root not in (".", "")] if not report.files else list(report.files)
    below = "".join(f" {shlex.quote(root)}" for root in paths)
    if left.safe:
        return f"{tool} migrate{below} --write", f"applies the {counted(left.safe.changes, 'safe change')}"
    if left.unsafe:
        return f"{tool} migrate{below} --unsafe", "shows the changes to review as one diff; --write applies them"
    if orders(report, unsafe=True):
        return f"{tool} migrate{below} --orders", "prints what to change by hand, with all that it takes"
    if report.gaps and report.scopes.required:
        return f"{tool} scopes{below}", "prints the scopes known so far, and what may add to them"
    if report.scopes.required:
        return f"{tool} scopes{below} --format list", "prints the scopes to grant, one a line"
    return "", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An endpoint that is gone or has an end date, and the requests to it; ``date`` is empty where none is known."""

    request: str
    date: str
    days: int | None
    gone: bool
    calls: tuple[CallItem, ...]


def endings(report: Report, today: str) -> tuple[Ending, ...]:
    """Returns the endpoints of the program that are gone or end within `SOON` of *today*, an ISO 8601 date, by date."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", today) is None:
        return ()
    groups: dict[tuple[str, str], list[CallItem]] = {}
    day = date.fromisoformat(today)
    for call in report.calls:
        if call.context == "program" and (call.status == "sunset" or call.sunset):
            groups.setdefault((call.sunset or "", f"{call.method or '?'} {call.endpoint or '?'}"), []).append(call)
    found = [_ending(request, when, calls, day) for (when, request), calls in sorted(groups.items())]
    return tuple(item for item in found if item.gone or (item.days is not None and item.days <= SOON.days))


def _ending(request: str, when: str, calls: Sequence[CallItem], day: date) -> Ending:
    days = (date.fromisoformat(when) - day).days if when else None
    gone = days <= 0 if days is not None else calls[0].status == "sunset"
    return Ending(request=request, date=when, days=days, gone=gone, calls=tuple(calls))

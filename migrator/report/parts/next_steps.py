"""What a migration ends with: what was done, what one more flag would do, what is left, and what to create."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrator.model.draft import SHIPPED
from migrator.model.report import ChangeItem, Report
from migrator.model.scope_lists import scope_lists
from migrator.report.orders import orders
from migrator.report.parts.facts import advised_credential, credential_title
from migrator.report.parts.plain import counted, located
from migrator.report.parts.work import work

_SHOWN = 12


def next_steps(report: Report, *, written: bool, unsafe: bool) -> Iterator[str]:
    """Yields the summary of a migration that was planned or *written*, with or without what is *unsafe*, by lines."""
    done = [change for change in report.changes if change.written]
    safe = [change for change in report.changes if change.safety == "safe"]
    more = [change for change in report.changes if change.safety == "unsafe" and not change.written]
    if done:
        yield f"Written: {_counted(done)}."
    elif unsafe and more and not written:
        every = [*safe, *more]
        told = f"{_counted(every)}, {len(more)} to review first"
        yield f"Not written yet: {told}; `migrate --unsafe --write` makes {_them(every)}."
    elif safe and not written:
        yield f"Not written yet: {_counted(safe, 'safe change')}; `migrate --write` makes {_them(safe)}."
    if more and not unsafe:
        yield f"With --unsafe also {_counted(more)}; the reason to look at {_them(more)} first is told."
    settled = {finding for change in done for finding in change.findings}
    for finding in report.findings:
        if finding.kind == "dependency" and finding.id not in settled:
            yield f"First: {located(report, finding)}:{finding.line}: {finding.message}"
    left = orders(report, unsafe=unsafe)
    if left:
        yield f"For a person: {counted(len(left), 'work order')}; `migrate --orders` prints them."
    planned = done or safe or more or left
    beside = work(report).beside_changes
    if beside or not planned:
        yield f"{'Besides: ' if planned else ''}{beside.told}{' See `scan`.' if beside else ''}"
    if done or safe or more:
        yield from _credentials(report)


def _credentials(report: Report) -> Iterator[str]:
    title = credential_title(report, advised_credential(report))
    if title == "none":
        return
    moved = {item.id for item in report.credentials if item.state == "migrated"}
    for one in (each for each in scope_lists(report) if each.id not in moved):
        names = [item.scope for item in one.scopes.required]
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        held = f" for {one.name}" if one.name else ""
        asked = f"with {shown}" if names else "; `scopes` says with which scopes"
        if _is_shipped(report, one.id):
            yield (
                f"Put no token in the place of {one.name or 'the key'}, which users can read: a server that sends the "
                f"requests needs a {title} of its own{f' {asked}' if names else asked}."
            )
            continue
        yield f"To create{held}: {title} {asked}." if names else f"To create{held}: {title}{asked}."


def _is_shipped(report: Report, credential: str) -> bool:
    """Returns whether all requests that carry a credential are in code that those who use it can read."""
    told = (finding for finding in report.findings if (finding.reason or "").lower().startswith(SHIPPED.lower()))
    shipped = {call for finding in told for call in finding.calls}
    sent = [call.id for call in report.calls if credential in call.credential]
    return bool(sent) and shipped.issuperset(sent)


def _counted(changes: Sequence[ChangeItem], what: str = "change") -> str:
    files = {(edit.root, edit.path) for change in changes for edit in change.edits}
    return f"{counted(len(changes), what)} in {counted(len(files), 'file')}"


def _them(changes: Sequence[ChangeItem]) -> str:
    return "it" if len(changes) == 1 else "them"

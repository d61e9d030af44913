"""A migration: the changes that are wanted, as a diff, as a patch, and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, discover
from migrator.errors import UsageError, nearest
from migrator.findings.verdict import exit_status, still_sends
from migrator.model.edit import Change, Safety
from migrator.model.report import ChangeItem, Report
from migrator.pipeline import Progress, Studied, reported, scan, silent, studies, uncollected
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.findings.analysis import Analysis
    from migrator.model.text import Source

LEFT = 1
"""The exit status for work that is left."""
Choose = Callable[[Sequence[ChangeItem]], Collection[str]]
"""Is asked which of the changes that are offered are wanted, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A planned or written rewrite: the report, the diff as it may be shown, and the patch that applies.

    ``remarks`` are for standard error: parts of the diff that do not apply as shown, where old content is kept.
    ``status`` is the exit status the contract gives it, ``source`` what standard input held, as it is now.
    """

    report: Report
    diff: str = ""
    patch: bytes = b""
    remarks: tuple[str, ...] = ()
    status: int = 0
    source: bytes = b""


@uncollected()
def migrate(
    settings: Settings,
    *,
    write: bool = False,
    only: Sequence[str] = (),
    choose: Choose | None = None,
    progress: Progress = silent,
) -> Migration:
    """Returns the planned rewrite, applied when it is to be written.

    What is wanted is what the settings select, of that the changes whose ids are in *only* (or begin so), and of those
    what *choose* answers. A run that was killed while it wrote is taken back before a new one begins. Raises
    `WriteError`, with nothing written, when a file cannot be written or was changed meanwhile, and `UsageError` for an
    id that no change has.
    """
    remarks = _recovered(settings) if write else ()
    words = vocabulary(settings.rules)
    progress("Looking for files that can matter")
    discovery = discover(settings, words)
    progress("")
    if not discovery.matters:
        return Migration(report=reported(discovery, Studied(), settings), remarks=remarks, source=_piped(settings))
    studied = studies(discovery, settings, words, progress)
    report = reported(discovery, studied, settings)
    level = Safety.UNSAFE if settings.unsafe else Safety.SAFE
    offered = [
        _rooted(change, study.root) for study in studied.roots for change in study.changes if change.safety >= level
    ]
    wanted = _wanted(report, settings, only, choose, {change.id for change in offered})
    changes = [change for change in offered if change.id in wanted]
    if len(changes) < len(offered):
        progress("Verifying what was chosen")
        changes, alone = _holding(studied.roots, changes, settings)
        remarks += tuple(alone)
        progress("")
    remarks += tuple(_reasons(report, settings))
    status = _status(report, left=write and still_sends(report))
    if not changes:
        return Migration(report=report, remarks=remarks, status=status, source=_piped(settings))
    so_far = Migration(report=report, remarks=remarks, status=_status(report, left=True))
    shown = _shown(discovery, studied.roots, so_far, changes)
    shown = replace(shown, remarks=(*shown.remarks, *_untouched(report, changes)))
    return _written(discovery, studied.roots, settings, shown, changes) if write else shown


def _piped(settings: Settings) -> bytes:
    return settings.stdin.data if settings.stdin else b""


def _wanted(
    report: Report, settings: Settings, only: Sequence[str], choose: Choose | None, offered: Collection[str]
) -> Collection[str]:
    """Returns the ids of the changes that are asked for; a change follows the findings that it settles."""
    shown = {finding.id for finding in report.findings}
    items = [item for item in report.changes if item.id in offered and _selected(item, shown, settings)]
    if only:
        for name in only:
            if not any(item.id.startswith(name) for item in report.changes):
                known = [item.id for item in report.changes]
                raise UsageError(f"no change has the id {name!r}", where="--change", advice=nearest(name, known))
        items = [item for item in items if any(item.id.startswith(name) for name in only)]
    return choose(items) if choose is not None and items else {item.id for item in items}


def _selected(item: ChangeItem, shown: Collection[str], settings: Settings) -> bool:
    if not item.findings:
        return not settings.select
    return any(finding in shown for finding in item.findings)


def _holding(
    roots: Sequence[Analysis], changes: Sequence[Change], settings: Settings
) -> tuple[list[Change], Iterator[str]]:
    """Returns those of some chosen changes that hold without the others, and a sentence for each that does not."""
    from migrator.proving import holding

    kept = [change for study in roots for change in holding(study.project, _own(changes, study), settings)]
    left = [change for change in changes if change not in kept]
    return kept, (f"{change.id}: this change only holds together with others, and was left out." for change in left)


def _own(changes: Iterable[Change], study: Analysis) -> list[Change]:
    return [change for change in changes if any(edit.root == study.root for edit in change.edits)]


def _untouched(report: Report, changes: Iterable[Change]) -> Iterator[str]:
    """Yields a line for each file that git ignores and that goes on to set a name which is renamed."""
    renamed = {old for change in changes for old, _ in change.renames}
    for one in report.cutover:
        for place in one.set_at if one.name in renamed else ():
            if place.given == "ignored":
                yield f"{place.path}:{place.line}: sets {one.name}; git ignores this file, so it is not changed."


def _recovered(settings: Settings) -> tuple[str, ...]:
    from migrator.rewrite.apply import recover

    files = recover([Path(path) for path in settings.paths]).files
    return (f"Restored {len(files)} files that an interrupted run had begun to change.",) if files else ()


def _rooted(change: Change, root: int) -> Change:
    return replace(change, edits=tuple(replace(edit, root=root) for edit in change.edits))


def _reasons(report: Report, settings: Settings) -> Iterator[str]:
    """Yields a line for each change that is not safe: where it is, whether it is left, and what to look at."""
    from migrator.report.orders import orders

    for one in orders(report, unsafe=False):
        made = settings.unsafe and one.safety == "unsafe"
        yield f"{one.at}: {'review' if made else one.safety}: {one.why}"


def _shown(
    discovery: Discovery, studies: Sequence[Analysis], so_far: Migration, changes: Sequence[Change]
) -> Migration:
    """Returns the migration with these changes as a diff and as a patch.

    A change is part of the patch as a whole or not at all, so one that needs a file without lines of bytes is left out.
    """
    from migrator.rewrite.diff import diff, is_patchable, patch
    from migrator.rewrite.splice import combined

    sources = {(source.root, source.path): source for study in studies for source in study.texts}
    mask = studies[0].mask.joined(study.mask for study in studies)
    odd = {key for key in _touched(changes) if not is_patchable(sources[key])}
    edits = combined(change for change in changes if not odd & _touched([change]))
    known = [sources[key] for key in sorted({(edit.root, edit.path) for edit in edits})]
    name = _names(discovery)
    plain = {(study.root, one.path) for study in studies for one in study.texts if not study.project.reads(one.path)}
    shown = diff(
        edits,
        known,
        mask=mask,
        name=name,
        settings=lambda source: mask.settings if (source.root, source.path) in plain else None,
    )
    remarks = [
        f"{path}: the diff hides a credential or cuts a long line and does not apply as shown; use --patch."
        for path in shown.inexact
    ]
    remarks += [f"{path}: its encoding has no place in a diff; --write does not need one." for _, path in sorted(odd)]
    return replace(so_far, diff=shown.text, patch=patch(edits, known, name=name), remarks=(*so_far.remarks, *remarks))


def _touched(changes: Iterable[Change]) -> set[tuple[int, str]]:
    return {(edit.root, edit.path) for change in changes for edit in change.edits}


def _names(discovery: Discovery) -> Callable[[Source], str]:
    """Returns what names a file in a patch: its path from the working folder, or from that which all roots are in."""
    folders = [Path(root.folder) for root in discovery.roots]
    base = Path(os.path.commonpath(folders))
    if base.is_relative_to(here := Path.cwd().resolve()):
        base = here  # where the user stands, and `git apply` with them
    disk = _disk(discovery)
    return lambda source: os.path.relpath(disk(source), base).replace(os.sep, "/")


def _disk(discovery: Discovery) -> Callable[[Source], Path]:
    index = [discovery.index(root) for root in range(len(discovery.roots))]
    return lambda source: Path(index[source.root][source.path].disk)


def _written(
    discovery: Discovery, studies: Sequence[Analysis], settings: Settings, shown: Migration, changes: Sequence[Change]
) -> Migration:
    """Returns the migration with its changes made, which its report says of each; the status is of what is left."""
    from migrator.report.parts.plain import counted
    from migrator.rewrite.apply import apply
    from migrator.rewrite.splice import combined, encode, on_disk, splice

    if settings.stdin is not None:
        (source,) = studies[0].texts
        file, edits = on_disk(source, combined(changes))
        data = encode(file, splice(file.text, edits))
        after = scan(replace(settings, stdin=replace(settings.stdin, data=data)), planned=False)
        report = replace(shown.report, changes=tuple(_marked(shown.report.changes, changes)))
        return replace(shown, report=report, source=data, status=_status(after, left=still_sends(after)))
    done = apply(
        combined(changes),
        [source for study in studies for source in study.texts],
        place=_disk(discovery),
        roots=[Path(root.folder) for root in discovery.roots],
        allow_dirty=settings.allow_dirty,
    )
    remarks = [f"Changed {counted(len(done.files), 'file')}. Undo with `hapikey-migrator migrate --undo`."]
    if done.copies is not None:
        remarks.append(f"The old content is kept in {done.copies}.")
    remarks += [f"{path}: its other names (hard links) still lead to the old content." for path in done.linked]
    after = scan(settings, planned=False)
    status = max(shown.status if shown.status > LEFT else 0, _status(after, left=still_sends(after)))
    report = replace(shown.report, changes=tuple(_marked(shown.report.changes, changes)))
    return replace(shown, report=report, patch=b"", remarks=(*shown.remarks, *remarks), status=status)


def _marked(items: Iterable[ChangeItem], changes: Iterable[Change]) -> Iterator[ChangeItem]:
    """Yields the changes of a report, those that were written marked."""
    written = {(change.id, edit.root) for change in changes for edit in change.edits}
    for item in items:
        yield replace(item, written=any((item.id, edit.root) in written for edit in item.edits))


def _status(report: Report, *, left: bool) -> int:
    """Returns the exit status of a migration: that the tool failed on a file outranks that work is left."""
    return exit_status(report, None) or (LEFT if left else 0)

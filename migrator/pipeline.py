"""The whole tool: from settings to a report, a migration, a baseline."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, discover
from migrator.errors import InternalError, MigratorError
from migrator.findings.blank import blank
from migrator.findings.filters import undecided
from migrator.findings.unseen import unseen
from migrator.findings.verdict import exit_status, still_sends
from migrator.model.edit import Change, Safety
from migrator.model.mask import Mask
from migrator.model.report import (
    ChangeItem,
    Place,
    Report,
)
from migrator.model.stack import on_deep_stack
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.findings.analysis import Analysis
    from migrator.model.call import ApiCall
    from migrator.model.scope import EndpointMatch
    from migrator.model.text import Source

NAME = "hapikey-migrator"
LEFT = 1
"""The exit status for work that is left."""


class Progress(Protocol):
    """Is told what is being done, and of how many files how many are done; nothing when all is."""

    def __call__(self, work: str, done: int = 0, total: int = 0) -> None:
        """Takes the news."""


def silent(work: str, done: int = 0, total: int = 0) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A planned or written rewrite: the report, the diff as it may be shown, and the patch that applies.

    ``remarks`` are for standard error: parts of the diff that do not apply as shown, where old content is kept.
    ``status`` is the exit status the contract gives it.
    """

    report: Report
    diff: str = ""
    patch: bytes = b""
    remarks: tuple[str, ...] = ()
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """The roots that were studied, and by number those on which the tool failed, each with what failed."""

    roots: tuple[Analysis, ...] = ()
    failures: Mapping[int, str] = field(default_factory=dict)


@contextmanager
def boundary(*expected: type[Exception]) -> Iterator[None]:
    """Lets errors for users and the ``expected`` ones pass; raises `InternalError` in place of any other."""
    try:
        yield
    except Exception as error:
        if isinstance(error, (MigratorError, *expected)):
            raise
        raise InternalError(
            f"the tool failed ({type(error).__name__})",
            advice="Run again with --debug and report what it shows.",
        ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the garbage collector off: a run ends soon, and looking for cycles among so many objects costs a lot."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@_uncollected()
def scan(settings: Settings, *, progress: Progress = silent, planned: bool = True) -> Report:
    """Returns what the files of the settings hold, and unless *planned* is false what can be done about it.

    To plan a rewrite and prove it takes as long as all else. Raises `MigratorError` when a path, the configuration or a
    rule file is wrong.
    """
    words = vocabulary(settings.rules)
    progress("Looking for files that can matter")
    discovery = discover(settings, words)
    studied = _studies(discovery, settings, words, progress, planned=planned) if discovery.matters else Studied()
    progress("")
    return _reported(discovery, studied, settings)


def _earlier(settings: Settings) -> Report:
    """Returns what an earlier state of the files holds, with which the present one is compared."""
    return scan(settings, planned=False)


@_uncollected()
def studied(settings: Settings, *, progress: Progress = silent) -> Studied:
    """Returns each root evaluated and matched, with no change planned. Raises `MigratorError` as `scan` does."""
    words = vocabulary(settings.rules)
    return _studies(discover(settings, words), settings, words, progress, planned=False)


def _reported(discovery: Discovery, studied: Studied, settings: Settings) -> Report:
    """Returns the report of the studies, filtered as the settings ask."""
    empty = blank(discovery, settings)
    if not studied.roots and not studied.failures and not settings.answers:
        return undecided(unseen(empty, discovery.skipped, settings), settings, (), _earlier)
    from migrator.findings.assemble import assemble
    from migrator.findings.comments import suppressions

    comments = [(source, suppressions(source)) for study in studied.roots for source in study.texts]
    today = empty.tool.rules.partition(" ")[0]
    report = assemble(empty, studied.roots, settings, comments=comments, today=today, failures=studied.failures)
    return undecided(unseen(report, discovery.skipped, settings), settings, comments, _earlier)


def _studies(
    discovery: Discovery, settings: Settings, words: Vocabulary, progress: Progress, *, planned: bool = True
) -> Studied:
    """Returns each root evaluated, matched and planned for. What fails on one of them is no reason to stop."""
    from migrator.catalog.catalog import load
    from migrator.findings.matching import matching

    endpoint = matching(load(settings.rules))
    studies = []
    failures: dict[int, str] = {}
    total = len(discovery.relevant)
    for root in range(len(discovery.roots)):
        before = sum(file.root < root for file in discovery.relevant)

        def lowered(count: int, before: int = before) -> None:
            progress("Reading", before + count, total)

        work = partial(_study, root, discovery, settings, words, endpoint, lowered, progress, planned=planned)
        try:
            with boundary():
                studies.append(on_deep_stack(work))
        except InternalError as error:
            failures[root] = _told(error)
    progress("")
    return Studied(roots=tuple(studies), failures=failures)


def _told(error: InternalError) -> str:
    """Returns what failed and where in the tool, for a report."""
    cause = error.__cause__
    place = traceback.extract_tb(cause.__traceback__)[-1] if cause else None
    return f"{type(cause).__name__} at {Path(place.filename).name}:{place.lineno}" if place else error.what


def _study(
    root: int,
    discovery: Discovery,
    settings: Settings,
    words: Vocabulary,
    endpoint: Callable[[ApiCall], EndpointMatch],
    lowered: Callable[[int], None],
    progress: Progress,
    *,
    planned: bool,
) -> Analysis:
    from migrator.findings.analysis import Analysis
    from migrator.findings.carried import placed
    from migrator.findings.classify import CARRIED, KEYS, judge
    from migrator.findings.overrides import settled
    from migrator.findings.secrets import written
    from migrator.project import Project

    project = Project(
        files=discovery.index(root),
        relevant=tuple(file.path for file in discovery.relevant if file.root == root),
        listings=[one for one in discovery.listings if one.root == root],
        vocabulary=words,
        lowered=lowered,
        inside=discovery.roots[root].inside,
        outside=discovery.outside(root),
        context=[one for one in discovery.context if one.root == root],
        nearby=tuple(file.path for file in discovery.nearby if file.root == root),
    )
    project.read()
    progress("Following keys and URLs to the requests")
    evaluation = project.evaluate()
    calls = [call for call in evaluation.calls if (*call.via, call.location)[0].path not in project.outside]
    judged, others, answered = settled(calls, settings.answers, endpoint, project.excerpt)
    recorded, _ = judge((written.call for written in project.recorded()), endpoint, project.excerpt)
    texts = (*written((one.call for one in judged), words), *project.keys())
    mask = Mask(words, texts)
    changes: tuple[Change, ...] = ()
    failed = ""
    own = any(auth.carrier in CARRIED for one in (*judged, *recorded) for auth in one.call.auth)
    if planned and (own or any(auth.carrier in KEYS for call in others for auth in call.auth)):
        from migrator.planning import Offer, confined

        progress("Planning the changes and verifying each")
        offer = Offer(
            project=project,
            judged=judged,
            others=others,
            evaluation=evaluation,
            settings=settings,
            mask=mask,
            recorded=recorded,
        )
        try:
            with boundary():
                changes = confined(offer.changes(), project.outside)
        except InternalError as error:
            failed = f"planning the rewrite: {_told(error)}"
    return Analysis(
        root=root,
        project=project,
        judged=placed(judged, project),
        recorded=recorded,
        recorded_count=settings.include_recorded,
        others=others,
        limits=evaluation.limits,
        changes=changes,
        leaks=evaluation.leaks,
        answered=answered,
        failed=failed,
        written=texts,
        mask=mask,
    )


@_uncollected()
def migrate(settings: Settings, *, write: bool = False, progress: Progress = silent) -> Migration:
    """Returns the planned rewrite, applied when it is to be written.

    A run that was killed while it wrote is taken back before a new one begins. Raises `WriteError`, with nothing
    written, when a file cannot be written or was changed meanwhile.
    """
    remarks = _recovered(settings) if write else ()
    words = vocabulary(settings.rules)
    progress("Looking for files that can matter")
    discovery = discover(settings, words)
    progress("")
    if not discovery.matters:
        return Migration(report=_reported(discovery, Studied(), settings), remarks=remarks)
    studied = _studies(discovery, settings, words, progress)
    studies = studied.roots
    report = _reported(discovery, studied, settings)
    level = Safety.UNSAFE if settings.unsafe else Safety.SAFE
    changes = [_rooted(change, study.root) for study in studies for change in study.changes if change.safety >= level]
    remarks += tuple(_left_out(report, studies, level))
    if not changes:
        return Migration(report=report, remarks=remarks, status=_status(report, left=write and still_sends(report)))
    so_far = Migration(report=report, remarks=remarks, status=_status(report, left=True))
    shown = _shown(discovery, studies, so_far, changes)
    shown = replace(shown, remarks=(*shown.remarks, *_untouched(report, changes)))
    return _written(discovery, studies, settings, shown, changes) if write else shown


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


def _left_out(report: Report, studies: Sequence[Analysis], level: Safety) -> Iterator[str]:
    """Yields a line for each planned change that is not offered, with where and why."""
    from migrator.report.parts.plain import located

    for study in studies:
        for change in study.changes:
            if change.safety < level and change.at is not None:
                at = study.where(change.at)
                place = located(report, Place(path=change.at.path, line=at.line, column=at.column, root=study.root))
                yield f"{place}:{at.line}: {change.safety.name.lower()}: {change.reason}"


def _shown(
    discovery: Discovery, studies: Sequence[Analysis], so_far: Migration, changes: Sequence[Change]
) -> Migration:
    """Returns the migration with these changes as a diff and as a patch.

    A change is part of the patch as a whole or not at all, so one that needs a file without lines of bytes is left out.
    """
    from migrator.rewrite.combine import combined
    from migrator.rewrite.diff import diff, is_patchable, patch

    sources = {(source.root, source.path): source for study in studies for source in study.texts}
    mask = studies[0].mask.joined(study.mask for study in studies)
    odd = {key for key in _touched(changes) if not is_patchable(sources[key])}
    edits = combined(change for change in changes if not odd & _touched([change]))
    known = [sources[key] for key in sorted({(edit.root, edit.path) for edit in edits})]
    name = _names(discovery)
    shown = diff(edits, known, mask=mask, name=name)
    remarks = [
        f"{path}: the diff hides a credential and does not apply as shown; use --patch." for path in shown.inexact
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
    from migrator.rewrite.apply import apply
    from migrator.rewrite.combine import combined

    done = apply(
        combined(changes),
        [source for study in studies for source in study.texts],
        place=_disk(discovery),
        roots=[Path(root.folder) for root in discovery.roots],
        allow_dirty=settings.allow_dirty,
    )
    from migrator.report.parts.plain import counted

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

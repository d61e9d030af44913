"""The whole tool: from settings to a report, a migration, a baseline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from migrator import __version__
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, Skip, discover
from migrator.errors import InternalError, MigratorError
from migrator.findings.known import undecided
from migrator.model.edit import Change, Safety
from migrator.model.report import SCHEMA_VERSION, Occurrences, Report, ScopesItem, Skipped, Summary, Tool
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.findings.study import Study
    from migrator.model.call import ApiCall
    from migrator.model.scope import EndpointMatch
    from migrator.model.text import Source

NAME = "hapikey-migrator"
LEFT = 1
"""The exit status for work that is left."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many files of how many are done."""


def silent(_done: int, _total: int) -> None:
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


def scan(settings: Settings, *, progress: Progress = silent) -> Report:
    """Returns what the files of the settings hold.

    Raises `MigratorError` when a path, the configuration or a rule file is wrong.
    """
    words = vocabulary(settings.rules)
    discovery = discover(settings, words)
    studies = _studies(discovery, settings, words, progress) if discovery.relevant else ()
    return _reported(discovery, studies, settings)


def _reported(discovery: Discovery, studies: Sequence[Study], settings: Settings) -> Report:
    """Returns the report of the studies, filtered as the settings ask."""
    if not studies:
        return undecided(_nothing(discovery), settings, (), scan)
    from migrator.findings.assemble import assemble
    from migrator.findings.comments import suppressions

    comments = [(source, suppressions(source)) for study in studies for source in study.texts]
    return undecided(assemble(_nothing(discovery), studies, settings.rules), settings, comments, scan)


def _studies(discovery: Discovery, settings: Settings, words: Vocabulary, progress: Progress) -> tuple[Study, ...]:
    """Returns each root evaluated, matched and planned for."""
    from migrator.catalog.catalog import load
    from migrator.scopes.match import match

    catalog = load(settings.rules)

    def endpoint(call: ApiCall) -> EndpointMatch:
        return match(catalog, call.method, call.host, call.endpoint, call.path.holes() if call.path else {})

    studies = []
    for root in range(len(discovery.roots)):
        studies.append(_study(root, discovery, settings, words, endpoint))
        progress(root + 1, len(discovery.roots))
    return tuple(studies)


def _study(
    root: int, discovery: Discovery, settings: Settings, words: Vocabulary, endpoint: Callable[[ApiCall], EndpointMatch]
) -> Study:
    from migrator.analysis import Project
    from migrator.findings.judge import CARRIED, judge
    from migrator.findings.study import Study

    project = Project(
        files=discovery.index(root),
        relevant=tuple(file.path for file in discovery.relevant if file.root == root),
        listings=[one for one in discovery.listings if one.root == root],
        vocabulary=words,
    )
    project.read()
    evaluation = project.evaluate()
    judged, others = judge(evaluation.calls, endpoint, project.excerpt)
    changes: tuple[Change, ...] = ()
    if any(auth.carrier in CARRIED for one in judged for auth in one.call.auth):
        from migrator.offers import Offer

        offer = Offer(project=project, judged=judged, others=others, calls=evaluation.calls, settings=settings)
        changes = offer.changes()
    return Study(root=root, project=project, judged=judged, others=others, limits=evaluation.limits, changes=changes)


def _nothing(discovery: Discovery) -> Report:
    """Returns the report of a tree in which no file can matter."""
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name=NAME, version=__version__, rules=""),
        roots=tuple(root.name for root in discovery.roots),
        summary=Summary(files_scanned=discovery.count, files_analysed=0, findings=0, calls=0, complete=True),
        occurrences=Occurrences(total=0, in_call=0, finding=0, gap=0, suppressed=0, own_name=0),
        findings=(),
        calls=(),
        credentials=(),
        scopes=ScopesItem(complete=True, required=(), optional=(), possible=(), unresolved=()),
        gaps=(),
        changes=(),
        secrets=(),
        skipped=tuple(map(_skipped, discovery.skipped)),
        errors=(),
    )


def _skipped(skip: Skip) -> Skipped:
    reason = f"{skip.reason} ({skip.count} files)" if skip.count > 1 else skip.reason
    return Skipped(path=skip.path, reason=reason, root=skip.root)


def migrate(settings: Settings, *, write: bool = False, progress: Progress = silent) -> Migration:
    """Returns the planned rewrite, applied when it is to be written.

    A run that was killed while it wrote is taken back before a new one begins. Raises `WriteError`, with nothing
    written, when a file cannot be written or was changed meanwhile.
    """
    remarks = _recovered(settings) if write else ()
    words = vocabulary(settings.rules)
    discovery = discover(settings, words)
    if not discovery.relevant:
        return Migration(report=_reported(discovery, (), settings), remarks=remarks)
    studies = _studies(discovery, settings, words, progress)
    report = _reported(discovery, studies, settings)
    level = Safety.UNSAFE if settings.unsafe else Safety.SAFE
    changes = [_rooted(change, study.root) for study in studies for change in study.changes if change.safety >= level]
    remarks += tuple(_left_out(studies, level))
    if not changes:
        return Migration(report=report, remarks=remarks, status=LEFT if write and _left(report) else 0)
    shown = _shown(discovery, studies, words, replace(Migration(report=report, remarks=remarks), status=LEFT), changes)
    return _written(discovery, studies, settings, shown, changes) if write else shown


def _recovered(settings: Settings) -> tuple[str, ...]:
    from migrator.rewrite.apply import recover

    files = recover([Path(path) for path in settings.paths]).files
    return (f"{len(files)} files of a run that was interrupted are as they were before it.",) if files else ()


def _rooted(change: Change, root: int) -> Change:
    return replace(change, edits=tuple(replace(edit, root=root) for edit in change.edits))


def _left_out(studies: Sequence[Study], level: Safety) -> Iterator[str]:
    """Yields a line for each planned change that is not offered, with where and why."""
    for study in studies:
        for change in study.changes:
            if change.safety < level and change.at is not None:
                line = study.where(change.at).line
                yield f"{change.at.path}:{line}: {change.safety.name.lower()}: {change.reason}"


def _shown(
    discovery: Discovery, studies: Sequence[Study], words: Vocabulary, so_far: Migration, changes: Sequence[Change]
) -> Migration:
    """Returns the migration with these changes as a diff and as a patch.

    A change is part of the patch as a whole or not at all, so one that needs a file without lines of bytes is left out.
    """
    from migrator.findings.secrets import mask
    from migrator.rewrite.combine import combined
    from migrator.rewrite.diff import diff, is_patchable, patch

    sources = {(source.root, source.path): source for study in studies for source in study.texts}
    odd = {key for key in _touched(changes) if not is_patchable(sources[key])}
    edits = combined(change for change in changes if not odd & _touched([change]))
    known = [sources[key] for key in sorted({(edit.root, edit.path) for edit in edits})]
    name = _names(discovery)
    shown = diff(edits, known, mask=lambda text: mask(text, words), name=name)
    remarks = [
        f"{path}: the diff hides a credential and does not apply as shown; use --patch." for path in shown.inexact
    ]
    remarks += [f"{path}: its encoding has no place in a diff; --write does not need one." for _, path in sorted(odd)]
    return replace(so_far, diff=shown.text, patch=patch(edits, known, name=name), remarks=(*so_far.remarks, *remarks))


def _touched(changes: Iterable[Change]) -> set[tuple[int, str]]:
    return {(edit.root, edit.path) for change in changes for edit in change.edits}


def _names(discovery: Discovery) -> Callable[[Source], str]:
    """Returns what names a file in a patch: its path from the root, or from the folder that all roots are in."""
    folders = [Path(root.folder) for root in discovery.roots]
    base = Path(os.path.commonpath(folders))
    if len(folders) > 1 and base.is_relative_to(here := Path.cwd().resolve()):
        base = here
    disk = _disk(discovery)
    return lambda source: os.path.relpath(disk(source), base).replace(os.sep, "/")


def _disk(discovery: Discovery) -> Callable[[Source], Path]:
    index = [discovery.index(root) for root in range(len(discovery.roots))]
    return lambda source: Path(index[source.root][source.path].disk)


def _written(
    discovery: Discovery, studies: Sequence[Study], settings: Settings, shown: Migration, changes: Sequence[Change]
) -> Migration:
    """Returns the migration with its changes made, and what is found after them."""
    from migrator.rewrite.apply import apply
    from migrator.rewrite.combine import combined

    done = apply(
        combined(changes),
        [source for study in studies for source in study.texts],
        place=_disk(discovery),
        roots=[Path(root.folder) for root in discovery.roots],
        allow_dirty=settings.allow_dirty,
    )
    remarks = [f"{len(done.files)} files are written; `migrate --undo` takes them back."]
    if done.copies is not None:
        remarks.append(f"What they held before is kept in {done.copies}.")
    after = scan(settings)
    status = LEFT if _left(after) else 0
    return replace(shown, report=after, patch=b"", remarks=(*shown.remarks, *remarks), status=status)


def _left(report: Report) -> bool:
    """Whether a request still sends an API key, or a token in the query."""
    return any(set(call.auth) & {"api_key", "oauth_query"} for call in report.calls if call.context == "program")

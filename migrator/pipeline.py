"""The whole tool: from settings to a report, a migration, a baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from migrator import __version__
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, Skip, discover
from migrator.errors import InternalError, MigratorError
from migrator.findings.known import undecided
from migrator.model.edit import Change, Edit, Safety
from migrator.model.report import SCHEMA_VERSION, Occurrences, Report, ScopesItem, Skipped, Summary, Tool
from migrator.model.vocabulary import Vocabulary
from migrator.settings import DEFAULT_TOKEN_ENV, Settings

if TYPE_CHECKING:
    from migrator.analysis import Project
    from migrator.findings.judge import Judged
    from migrator.findings.study import Study
    from migrator.model.call import ApiCall
    from migrator.model.scope import EndpointMatch

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
    from migrator.findings.judge import judge
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
    changes = _changes(project, judged, others, evaluation.calls, settings)
    return Study(root=root, project=project, judged=judged, others=others, limits=evaluation.limits, changes=changes)


def _changes(
    project: Project,
    judged: Sequence[Judged],
    others: Sequence[ApiCall],
    calls: Sequence[ApiCall],
    settings: Settings,
) -> tuple[Change, ...]:
    """Returns the proved changes that move the keys of a root."""
    from migrator.findings.judge import KEYS
    from migrator.model.call import Carrier

    carried = KEYS | {Carrier.QUERY_TOKEN}
    if not any(auth.carrier in carried for one in judged for auth in one.call.auth):
        return ()
    from migrator.languages.python.drafting import Drafter
    from migrator.rewrite.entries import Request
    from migrator.rewrite.plan import plan
    from migrator.rewrite.switches import SdkSwitches
    from migrator.rewrite.verify import prove

    requests = [Request(id=one.id, call=one.call, match=one.match) for one in judged]
    requests += [Request(id=f"other-{number}", call=call) for number, call in enumerate(others)]
    token_env = settings.token_env or DEFAULT_TOKEN_ENV
    planned = plan(
        requests,
        Drafter(project.sources),
        switches=SdkSwitches(project.versions(), tuple(settings.rules)),
        token_env=token_env,
    )
    return prove(
        planned,
        calls,
        lambda changed: project.evaluate(changed).calls,
        sources=project.sources,
        token_env=token_env,
    )


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

    Raises `WriteError`, with nothing written, when a file cannot be written or was changed meanwhile.
    """
    words = vocabulary(settings.rules)
    discovery = discover(settings, words)
    if not discovery.relevant:
        return Migration(report=_reported(discovery, (), settings))
    studies = _studies(discovery, settings, words, progress)
    report = _reported(discovery, studies, settings)
    level = Safety.UNSAFE if settings.unsafe else Safety.SAFE
    edits = [
        replace(edit, root=study.root)
        for study in studies
        for change in study.changes
        if change.safety >= level
        for edit in change.edits
    ]
    if not edits:
        return Migration(report=report, status=LEFT if write and _left(report) else 0)
    return _rewritten(discovery, studies, settings, words, report, edits, write=write)


def _rewritten(
    discovery: Discovery,
    studies: Sequence[Study],
    settings: Settings,
    words: Vocabulary,
    report: Report,
    edits: Sequence[Edit],
    *,
    write: bool,
) -> Migration:
    """Returns the migration of these edits: shown, as a patch, and written when it is to be."""
    from migrator.findings.secrets import mask
    from migrator.rewrite.apply import apply
    from migrator.rewrite.diff import diff, patch

    touched = {(edit.root, edit.path) for edit in edits}
    sources = [s for study in studies for s in study.texts if (s.root, s.path) in touched]
    shown = diff(edits, sources, mask=lambda text: mask(text, words))
    remarks = [
        f"{name}: the diff hides a credential and does not apply as shown; use --patch." for name in shown.inexact
    ]
    if not write:
        return Migration(
            report=report, diff=shown.text, patch=patch(edits, sources), remarks=tuple(remarks), status=LEFT
        )
    folders = [Path(root.folder) for root in discovery.roots]
    disk = {(file.root, file.path): Path(file.disk) for file in discovery.relevant}
    index = {root: discovery.index(root) for root in range(len(discovery.roots))}
    done = apply(
        edits,
        sources,
        place=lambda source: disk.get((source.root, source.path)) or Path(index[source.root][source.path].disk),
        roots=folders,
        allow_dirty=settings.allow_dirty,
    )
    remarks = [f"{len(done.files)} files are written; `migrate --undo` takes them back."]
    if done.copies is not None:
        remarks.append(f"What they held before is kept in {done.copies}.")
    after = scan(settings)
    return Migration(report=after, diff=shown.text, remarks=tuple(remarks), status=LEFT if _left(after) else 0)


def _left(report: Report) -> bool:
    """Whether a request still sends an API key, or a token in the query."""
    return any(set(call.auth) & {"api_key", "oauth_query"} for call in report.calls if call.context == "program")

"""The whole tool: from settings to a report, a migration, a baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from migrator import __version__
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, Skip, discover
from migrator.errors import InternalError, MigratorError
from migrator.model.report import SCHEMA_VERSION, Occurrences, Report, ScopesItem, Skipped, Summary, Tool
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Settings

NAME = "hapikey-migrator"

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
    return _found(discovery, settings, words) if discovery.relevant else _nothing(discovery)


def _found(discovery: Discovery, settings: Settings, words: Vocabulary) -> Report:
    from migrator.analysis import Project
    from migrator.catalog.catalog import load
    from migrator.findings.items import call_item
    from migrator.findings.judge import judge
    from migrator.model.call import ApiCall
    from migrator.model.scope import EndpointMatch
    from migrator.model.text import Location, Position
    from migrator.scopes.match import match

    catalog = load(settings.rules)

    def endpoint(call: ApiCall) -> EndpointMatch:
        return match(catalog, call.method, call.host, call.endpoint, call.path.holes() if call.path else {})

    items = []
    for index in range(len(discovery.roots)):
        project = Project(
            files=discovery.index(index),
            relevant=tuple(file.path for file in discovery.relevant if file.root == index),
            listings=[one for one in discovery.listings if one.root == index],
            vocabulary=words,
        )
        evaluation = project.evaluate()

        def excerpt(at: Location, project: Project = project) -> str:
            source = project.source(at.path)
            return source.excerpt(at.span) if source else ""

        def where(at: Location, project: Project = project) -> Position:
            source = project.source(at.path)
            return source.position(at.span.start) if source else Position(1, 1)

        own, _ = judge(evaluation.calls, endpoint, excerpt)
        items += [call_item(one, where, root=index) for one in own]
    from dataclasses import replace

    return replace(_nothing(discovery), calls=tuple(items))


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
    return Migration(report=scan(settings, progress=progress))

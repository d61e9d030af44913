"""The whole tool: from settings to a report, a migration, a baseline."""

from __future__ import annotations

from migrator import __version__
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, Skip, discover
from migrator.model.report import SCHEMA_VERSION, Occurrences, Report, ScopesItem, Skipped, Summary, Tool
from migrator.settings import Settings

NAME = "hapikey-migrator"


def scan(settings: Settings) -> Report:
    """Returns what the files of the settings hold.

    Raises `MigratorError` when a path, the configuration or a rule file is wrong.
    """
    discovery = discover(settings, vocabulary(settings.rules))
    return _nothing(discovery)


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

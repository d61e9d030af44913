"""The report of a run before anything is found."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from migrator import __version__
from migrator.catalog.store import rules_version
from migrator.discover import Discovery, Skip
from migrator.discover.revision import checked_out
from migrator.model.report import SCHEMA_VERSION, Occurrences, Report, Revision, ScopesItem, Skipped, Summary, Tool
from migrator.settings import DEFAULT_TOKEN_ENV, Settings

NAME = "hapikey-migrator"


def blank(discovery: Discovery, settings: Settings) -> Report:
    """Returns the report of a tree in which no file can matter."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name=NAME, version=__version__, rules=rules_version(settings.rules)),
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
        project=Path(discovery.roots[0].folder).name if len(discovery.roots) == 1 else "",
        date=datetime.fromtimestamp(int(epoch), tz=UTC).date().isoformat() if epoch.isdecimal() else "",
        token_env=settings.token_env or DEFAULT_TOKEN_ENV,
        revisions=_revisions(discovery),
        files=tuple(path for path in settings.paths if Path(path).is_file()),
    )


def _revisions(discovery: Discovery) -> tuple[Revision, ...]:
    found = [checked_out(root.folder) for root in discovery.roots]
    held = [Revision(commit=one.commit, branch=one.branch, prefix=one.prefix) for one in found if one is not None]
    return tuple(held) if len(held) == len(found) else ()


def _skipped(skip: Skip) -> Skipped:
    reason = f"{skip.reason} ({skip.count} files)" if skip.count > 1 else skip.reason
    return Skipped(path=skip.path, reason=reason, root=skip.root)

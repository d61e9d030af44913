"""The whole tool: from settings to a report."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from migrator.catalog.findings import finding_rules
from migrator.catalog.vocabulary import vocabulary
from migrator.discover import Discovery, before, discover
from migrator.errors import InternalError, boundary
from migrator.findings import baseline, verdict
from migrator.findings.empty_report import blank
from migrator.findings.selection import select
from migrator.findings.suppression import UNUSED, suppress
from migrator.findings.unread_files import unseen
from migrator.model.edit import Change
from migrator.model.mask import Mask
from migrator.model.report import Report
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source, Suppression
from migrator.model.vocabulary import Vocabulary
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.findings.analysis import Analysis
    from migrator.model.call import ApiCall
    from migrator.model.scope import EndpointMatch


class Progress(Protocol):
    """Is told what is being done, and of how many files how many are done; nothing when all is."""

    def __call__(self, work: str, done: int = 0, total: int = 0) -> None:
        """Takes the news."""


def silent(work: str, done: int = 0, total: int = 0) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """The roots that were studied, and by number those on which the tool failed, each with what failed."""

    roots: tuple[Analysis, ...] = ()
    failures: Mapping[int, str] = field(default_factory=dict)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keeps the garbage collector off: a run ends soon, and looking for cycles among so many objects costs a lot."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@uncollected()
def scan(settings: Settings, *, progress: Progress = silent, planned: bool = True) -> Report:
    """Returns what the files of the settings hold, and unless *planned* is false what can be done about it.

    To plan a rewrite and prove it takes as long as all else. Raises `MigratorError` when a path, the configuration or a
    rule file is wrong.
    """
    words = vocabulary(settings.rules)
    progress("Looking for files that can matter")
    discovery = discover(settings, words)
    studied = studies(discovery, settings, words, progress, planned=planned) if discovery.matters else Studied()
    progress("")
    return reported(discovery, studied, settings)


@uncollected()
def studied(
    settings: Settings, *, progress: Progress = silent, also: Collection[str] = ()
) -> tuple[Studied, Callable[[], Report]]:
    """Returns each root evaluated and matched, with no change planned, and what makes the report of that.

    *also* are paths of files that are read whatever stands in them. Raises `MigratorError` as `scan` does.
    """
    words = vocabulary(settings.rules)
    discovery = discover(settings, words).widened(also)
    found = studies(discovery, settings, words, progress, planned=False)
    return found, partial(reported, discovery, found, settings)


def reported(discovery: Discovery, studied: Studied, settings: Settings) -> Report:
    """Returns the report of the studies, filtered as the settings ask."""
    empty = blank(discovery, settings)
    if not studied.roots and not studied.failures and not settings.answers:
        return _undecided(unseen(empty, discovery.skipped, settings), settings, ())
    from migrator.findings.assemble import assemble
    from migrator.findings.comments import suppressions

    comments = [(source, suppressions(source)) for study in studied.roots for source in study.texts]
    today = empty.tool.rules.partition(" ")[0]
    report = assemble(empty, studied.roots, settings, comments=comments, today=today, failures=studied.failures)
    return _undecided(unseen(report, discovery.skipped, settings), settings, comments)


def _undecided(report: Report, settings: Settings, comments: Iterable[tuple[Source, Sequence[Suppression]]]) -> Report:
    """Returns the report without what comments suppress, a baseline or an earlier revision knows, or nobody asked for.

    Raises `ConfigurationError` when the baseline or a name in the settings is wrong, and `UsageError` when there is no
    such revision.
    """
    rules = finding_rules(settings.rules)
    report = suppress(report, comments, rules[UNUSED])
    if settings.baseline is not None:
        report = baseline.apply(report, settings.baseline, settings.paths, rules[UNUSED])
    if settings.changed_since is not None:
        with before(settings, settings.changed_since) as earlier:
            report = baseline.added(report, scan(earlier, planned=False))
    return verdict.settled(select(report, settings, rules))


def studies(
    discovery: Discovery, settings: Settings, words: Vocabulary, progress: Progress, *, planned: bool = True
) -> Studied:
    """Returns each root evaluated, matched and planned for. What fails on one of them is no reason to stop."""
    from migrator.catalog.catalog import load
    from migrator.scopes.extras import matching

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
    from migrator.findings.carrier_notes import placed
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
        jobs=settings.workers,
        planned=planned,
    )
    project.read()
    progress("Following keys and URLs to the requests")
    evaluation = project.evaluate()
    calls = [call for call in evaluation.calls if (*call.via, call.location)[0].path not in project.outside]
    judged, others, answered = settled(calls, settings.answers, endpoint, project.excerpt, words)
    recorded, _ = judge((one.call for one in project.recorded()), endpoint, project.excerpt, words)
    texts = (*written((one.call for one in (*judged, *recorded)), words), *project.keys())
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
                changes = confined(offer.changes(), project)
        except InternalError as error:
            failed = f"planning the rewrite: {_told(error)}"
        project.let_go(but={})
    return Analysis(
        root=root,
        project=project,
        judged=placed(judged, project),
        recorded=recorded,
        recorded_count=settings.include_recorded,
        others=others,
        limits=evaluation.limits,
        unfollowed=evaluation.unfollowed,
        changes=changes,
        leaks=evaluation.leaks,
        answered=answered,
        failed=failed,
        written=texts,
        mask=mask,
    )

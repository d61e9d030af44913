"""Two states of a program, evaluated and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrator import __version__
from migrator.discover.revision import before as extracted
from migrator.findings.credentials import held
from migrator.findings.notes import logged
from migrator.model.call import ApiCall, Carrier
from migrator.model.compared import At, Compared, Verification
from migrator.pipeline import Progress, Studied, silent, studied
from migrator.project import Project
from migrator.rewrite.comparison import ComparedRequest, compare
from migrator.rewrite.entries import MOVABLE, KnownRequest
from migrator.settings import Settings

_CARRIED = MOVABLE | {Carrier.BEARER}


def verify(
    before: Settings, after: Settings, *, renames: Mapping[str, str], progress: Progress = silent
) -> Verification:
    """Returns what became of each request between two folders; ``renames`` are sources that were renamed on purpose.

    Raises `MigratorError` when a path, the configuration or a rule file is wrong.
    """
    old = studied(before, progress=progress)
    new = studied(after, progress=progress, also=_programs(old))
    if only := _programs(new) - _programs(old):
        old = studied(before, progress=progress, also=only)
    rows = compare(_requests(old), _requests(new), renames=renames)
    earlier, later = _limits(old), _limits(new)
    limits = [f"before, {told}" for told in earlier.values()] + [f"after, {told}" for told in later.values()]
    known, logs = {told for _, told in _logged(old)}, dict(_logged(new))
    return Verification(
        rows=tuple(_compared(row, old, new) for row in rows),
        logged=tuple((at, told) for at, told in logs.items() if told not in known),
        limits=tuple(limits),
        lost=not later.keys() <= earlier.keys(),
        version=__version__,
    )


def verify_since(
    settings: Settings, revision: str, *, renames: Mapping[str, str], progress: Progress = silent
) -> Verification:
    """Returns the comparison of a revision with the work tree.

    Raises `UsageError` where there is no git work tree or no such revision.
    """
    with extracted(settings, revision, option="--since") as before:
        return verify(before, settings, renames=renames, progress=progress)


def _programs(state: Studied) -> frozenset[str]:
    """Returns the files that were evaluated: without the key in it, the same file may say nothing of HubSpot."""
    return frozenset(path for root in state.roots for path in root.project.relevant if root.project.language(path))


def _requests(state: Studied) -> list[KnownRequest]:
    """Returns the requests to HubSpot, and those to other hosts that carry a key or a token."""
    found = []
    for root in state.roots:
        found += [KnownRequest(id=one.id, call=one.call, match=one.match) for one in root.judged]
        carried = (call for call in root.others if any(auth.carrier in _CARRIED for auth in call.auth))
        found += [KnownRequest(id=f"other-{number}", call=call) for number, call in enumerate(carried)]
    return found


def _limits(state: Studied) -> dict[tuple[str, str], str]:
    """Returns what could not be followed, by file and reason: requests may be missing there."""
    found = {}
    for root in state.roots:
        places = [(limit.location.path, limit.location.span.start, limit.reason) for limit in root.limits]
        places += [(source.path, trouble.span.start, trouble.reason) for source, trouble in root.project.troubles()]
        for path, start, reason in places:
            at = _at(root.project, path, start)
            found[path, reason] = f"{path}:{at.line}: {reason}"
    return found | {("", why): f"the tool failed ({why})" for why in state.failures.values()}


def _logged(state: Studied) -> Iterator[tuple[At, str]]:
    """Yields each place that prints or logs a credential, with what is printed."""
    for root in state.roots:
        for at, told in logged(root, held(root.program)):
            yield _at(root.project, at.path, at.span.start), root.mask(told)


def _compared(row: ComparedRequest, old: Studied, new: Studied) -> Compared:
    call = row.call
    return Compared(
        verdict=row.verdict.value,
        method=call.method,
        host=call.host,
        endpoint=call.endpoint,
        before=_place(row.before, old),
        after=_place(row.after, new),
        problems=row.problems,
    )


def _place(call: ApiCall | None, state: Studied) -> At | None:
    if call is None:
        return None
    projects = [root.project for root in state.roots if call.location.path in root.project.files]
    return _at(projects[0], call.location.path, call.location.span.start) if projects else None


def _at(project: Project, path: str, start: int) -> At:
    source = project.source(path)
    place = source.position(start) if source else None
    return At(path=path, line=place.line if place else 1, column=place.column if place else 1)

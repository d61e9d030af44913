"""Requests as the items of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrator.findings.classify import MatchedCall
from migrator.model.call import Certainty
from migrator.model.report import CallItem, Fix, Place, Status, Sureness, TraceStep
from migrator.model.scope import ScopeRequirement
from migrator.model.text import Location, Position

_SURE: Mapping[Certainty, Sureness] = {
    Certainty.EXACT: "exact",
    Certainty.LIKELY: "likely",
    Certainty.POSSIBLE: "possible",
}
_STATUSES: Mapping[str, Status] = {"current": "current", "legacy": "legacy", "sunset": "sunset"}
_ROLES = ("key", "url", "method", "send")

Where = Callable[[Location], Position]


def call_item(
    judged: MatchedCall,
    where: Where,
    *,
    root: int,
    credentials: tuple[str, ...] = (),
    fix: Fix = "none",
    blocked: str | None = None,
    cell: str = "",
) -> CallItem:
    """Returns a request as the report has it; *where* gives the line and column of a place."""
    call, match = judged.call, judged.match
    at = where(call.location)
    return CallItem(
        id=judged.id,
        path=call.location.path,
        line=at.line,
        column=at.column,
        via=tuple(_place(place, where, root) for place in call.via),
        trace=tuple(
            TraceStep(role=step.role, path=step.location.path, line=p.line, column=p.column, root=root)  # type: ignore[arg-type] # the roles are the contract's
            for step in call.trace
            if step.role in _ROLES
            for p in (where(step.location),)
        ),
        client=call.client,
        method=call.method,
        host=call.host,
        endpoint=call.endpoint,
        holes=dict(call.path.holes()) if call.path else {},
        query=tuple(
            sorted({*(p.name for p in call.query if p.name), *(a.name for a in call.auth if _queried(a.place))})
        ),
        auth=judged.auth,
        credential=credentials,
        context=call.context.value,
        resolved=call.resolved,
        certainty=_SURE[call.certainty],
        reason=None if call.resolved else call.reason or "the program decides it while it runs",
        catalog=match.row,
        scopes=alternatives(match.scopes),
        status=_STATUSES.get(match.status, "unknown"),
        unsupported_from=match.unsupported_from,
        sunset=match.sunset,
        replacement=match.replacement,
        fix=fix,
        replacement_scopes=alternatives(match.replacement_scopes),
        nearest=match.nearest,
        blocked=blocked,
        source=match.source,
        rule=match.origin.rpartition(":")[0],
        note=match.note,
        cell=cell,
        root=root,
    )


def _queried(place: str) -> bool:
    return place in ("url", "params", "session_params")


def _place(found: Location, where: Where, root: int) -> Place:
    at = where(found)
    return Place(path=found.path, line=at.line, column=at.column, root=root)


def alternatives(found: ScopeRequirement | None) -> tuple[tuple[str, ...], ...] | None:
    """Returns a requirement as sorted lists, None when it is not known."""
    return None if found is None else tuple(sorted(tuple(sorted(option)) for option in found))

"""Requests, changes and credentials as the items of a report."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.findings.analysis import Analysis
from migrator.findings.classify import MatchedCall
from migrator.findings.credentials import Held
from migrator.findings.wording import known_as
from migrator.model.call import Certainty
from migrator.model.edit import Change, Edit
from migrator.model.report import (
    CallItem,
    ChangeItem,
    CredentialItem,
    CredentialSource,
    EditItem,
    Fix,
    Place,
    ScopesItem,
    Status,
    Sureness,
    Target,
    TraceStep,
)
from migrator.model.scope import ScopeRequirement
from migrator.model.text import Location
from migrator.rewrite.diff import diff, is_patchable
from migrator.rewrite.splice import on_disk

_SURE: Mapping[Certainty, Sureness] = {
    Certainty.EXACT: "exact",
    Certainty.LIKELY: "likely",
    Certainty.POSSIBLE: "possible",
}
_STATUSES: Mapping[str, Status] = {"current": "current", "legacy": "legacy", "sunset": "sunset"}
_ROLES = ("key", "url", "method", "send")


def call_item(
    judged: MatchedCall, study: Analysis, *, credentials: tuple[str, ...], fix: Fix, blocked: str | None
) -> CallItem:
    """Returns a request as the report has it."""
    call, match, root = judged.call, judged.match, study.root
    at = study.where(call.location)
    return CallItem(
        id=judged.id,
        path=call.location.path,
        line=at.line,
        column=at.column,
        via=tuple(_place(place, study) for place in call.via),
        trace=tuple(
            TraceStep(role=step.role, path=step.location.path, line=p.line, column=p.column, root=root)  # type: ignore[arg-type] # the roles are the contract's
            for step in call.trace
            if step.role in _ROLES
            for p in (study.where(step.location),)
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
        cell=study.cell(call.location),
        root=root,
    )


def _queried(place: str) -> bool:
    return place in ("url", "params", "session_params")


def _place(found: Location, study: Analysis) -> Place:
    at = study.where(found)
    return Place(path=found.path, line=at.line, column=at.column, root=study.root)


def alternatives(found: ScopeRequirement | None) -> tuple[tuple[str, ...], ...] | None:
    """Returns a requirement as sorted lists, None when it is not known."""
    return None if found is None else tuple(sorted(tuple(sorted(option)) for option in found))


def change_item(change: Change, study: Analysis) -> ChangeItem:
    """Returns a change with its masked diff."""
    sources = {path: s for path in {e.path for e in change.edits} if (s := study.project.source(path)) is not None}
    patchable = {path for path, source in sources.items() if is_patchable(source)}
    edits = [edit for edit in change.edits if edit.path in patchable]
    reads = study.project.reads
    hidden = study.mask.settings
    shown = diff(
        edits, sources.values(), mask=study.mask, settings=lambda source: None if reads(source.path) else hidden
    )
    return ChangeItem(
        id=change.id,
        safety=change.safety.name.lower(),  # type: ignore[arg-type] # the names are the contract's words
        reason=change.reason,
        findings=change.findings,
        calls=change.calls,
        edits=tuple(_edit(edit, study) for edit in change.edits),
        proof=change.proof,
        kind=change.kind,
        advice=change.advice or "",
        diff=shown.text,
        path=change.at.path if change.at is not None else "",
        line=study.where(change.at).line if change.at is not None else 0,
        root=study.root,
    )


def _edit(edit: Edit, study: Analysis) -> EditItem:
    at = edit.at
    start, end = study.where(at), study.end(at)
    source = study.project.source(edit.path)
    if source is not None:
        _, (edit,) = on_disk(source, [edit])
    masked = study.mask(edit.replacement)
    return EditItem(
        path=edit.path,
        span=(edit.span.start, edit.span.end),
        replacement=masked,
        line=start.line,
        column=start.column,
        end_line=end.line,
        end_column=end.column,
        masked=masked != edit.replacement,
        root=study.root,
    )


def credential_item(one: Held, scopes: ScopesItem, study: Analysis, usable: tuple[Target, ...]) -> CredentialItem:
    """Returns a credential as the report has it."""
    return CredentialItem(
        id=one.id,
        kind=one.kind,
        sources=tuple(
            CredentialSource(
                how=s.how,
                name=study.mask(known_as(s.name)),
                path=s.location.path,
                line=study.where(s.location).line,
                root=study.root,
            )
            for s in one.sources
        ),
        tenancy=one.tenancy,
        state=one.state,
        targets=usable,
        scopes=scopes,
    )

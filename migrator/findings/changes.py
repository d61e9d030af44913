"""Planned changes as the items of a report."""

from __future__ import annotations

from migrator.findings.analysis import Analysis
from migrator.model.edit import Change, Edit
from migrator.model.report import ChangeItem, EditItem, ProofItem
from migrator.model.text import Location
from migrator.rewrite.diff import diff, is_patchable
from migrator.rewrite.splice import on_disk


def change_item(change: Change, study: Analysis) -> ChangeItem:
    """Returns a change with its masked diff."""
    sources = {path: s for path in {e.path for e in change.edits} if (s := study.project.source(path)) is not None}
    patchable = {path for path, source in sources.items() if is_patchable(source)}
    edits = [edit for edit in change.edits if edit.path in patchable]
    shown = diff(edits, sources.values(), mask=study.mask)
    return ChangeItem(
        id=change.id,
        safety=change.safety.name.lower(),  # type: ignore[arg-type] # the names are the contract's words
        reason=change.reason,
        findings=change.findings,
        calls=change.calls,
        edits=tuple(_edit(edit, study) for edit in change.edits),
        proof=ProofItem(ok=change.proof.ok, requests=change.proof.requests, failed=change.proof.failed)
        if change.proof
        else None,
        kind=change.kind,
        advice=change.advice or "",
        diff=shown.text,
        path=change.at.path if change.at is not None else "",
        line=study.where(change.at).line if change.at is not None else 0,
        root=study.root,
    )


def _edit(edit: Edit, study: Analysis) -> EditItem:
    at = Location(edit.path, edit.span)
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

"""The report of a run, from the studies of its roots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from migrator.catalog.checklist import guide
from migrator.catalog.facts import facts
from migrator.catalog.findings import FindingRule, finding_rules
from migrator.findings.changes import change_item
from migrator.findings.credentials import Held, held
from migrator.findings.definitions import enclosing, statement
from migrator.findings.gaps import gaps_of
from migrator.findings.items import call_item
from migrator.findings.notes import notes
from migrator.findings.occurrences import account
from migrator.findings.secrets import DEMO, located, mask
from migrator.findings.study import Note, Study
from migrator.model.edit import Change, Safety
from migrator.model.report import (
    CallItem, CredentialItem, CredentialSource, ErrorItem, Finding, Fix, Gap, Occurrences, OptionalScope,
    PossibleScope, Report, RequiredScope, ScopesItem, SecretItem,
)  # fmt: skip
from migrator.model.scope import Need, ScopeSet
from migrator.scopes.infer import infer, union
from migrator.scopes.targets import targets

_FIXES: Mapping[Safety, Fix] = {Safety.SAFE: "safe", Safety.UNSAFE: "unsafe", Safety.MANUAL: "manual"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one root adds to a report."""

    calls: tuple[CallItem, ...]
    findings: tuple[Finding, ...]
    credentials: tuple[CredentialItem, ...]
    sets: tuple[ScopeSet, ...]
    gaps: tuple[Gap, ...]
    secrets: tuple[SecretItem, ...]
    errors: tuple[ErrorItem, ...]
    occurrences: Occurrences
    analysed: int


def assemble(empty: Report, studies: Sequence[Study], overlays: Sequence[Path] = ()) -> Report:
    """Returns the whole report: what *empty* says of the run, and what the studies found."""
    rules = finding_rules(overlays)
    parts = [_part(study, rules, overlays, f"c{study.root}-" if len(studies) > 1 else "c") for study in studies]
    scopes = scopes_item(union(one for part in parts for one in part.sets))
    findings = sorted(
        (f for part in parts for f in part.findings), key=lambda f: (f.root, f.path, f.line, f.column, f.code)
    )
    calls = tuple(call for part in parts for call in part.calls)
    return replace(
        empty,
        summary=replace(
            empty.summary,
            files_analysed=sum(part.analysed for part in parts),
            findings=len(findings),
            calls=len(calls),
            complete=scopes.complete,
        ),
        occurrences=_added(part.occurrences for part in parts),
        findings=tuple(findings),
        calls=calls,
        credentials=tuple(one for part in parts for one in part.credentials),
        scopes=scopes,
        gaps=tuple(gap for part in parts for gap in part.gaps),
        changes=tuple(change_item(change, study) for study in studies for change in study.changes),
        secrets=tuple(secret for part in parts for secret in part.secrets),
        errors=tuple(error for part in parts for error in part.errors),
        guide=replace(
            guide(overlays),
            findings={r.code: r.text for r in rules.values() if any(f.code == r.code for f in findings)},
        ),
    )


def _added(counts: Iterable[Occurrences]) -> Occurrences:
    names = ("total", "in_call", "finding", "gap", "suppressed", "own_name")
    every = list(counts)
    return Occurrences(**{name: sum(getattr(one, name) for one in every) for name in names})


def _part(study: Study, rules: Mapping[str, FindingRule], overlays: Sequence[Path], prefix: str) -> Part:
    credentials = held(study.program, prefix)
    found = list(notes(study, credentials))
    accounted = account(study, found)
    found += accounted.notes
    gaps = gaps_of(study, accounted.unexplained)
    hiding = tuple(gap.id for gap in gaps if gap.kind == "budget")
    known = facts(overlays)
    scope_facts = {name: scope.fact() for name, scope in known.scopes.items()}
    needs = {one.id: Need(call=one.id, match=one.match if one.call.resolved else None) for one in study.program}
    sets = {
        one.id: infer([needs[c] for c in one.calls if c in needs], scopes=scope_facts, gaps=hiding)
        for one in credentials
    }
    carried = {call for one in credentials for call in one.calls}
    loose = infer(
        [need for name, need in needs.items() if name not in carried and _asks(study, name)], scopes=scope_facts
    )
    by_call: dict[str, tuple[str, ...]] = {}
    for one in credentials:
        for call in one.calls:
            by_call[call] = (*by_call.get(call, ()), one.id)
    fixes = _fixes(study)
    return Part(
        calls=tuple(
            call_item(
                one, study.where, root=study.root, credentials=by_call.get(one.id, ()), fix=fixes.get(one.id, "none")
            )
            for one in study.judged
        ),
        findings=tuple(_findings(study, found, rules)),
        credentials=tuple(
            credential_item(
                one,
                sets[one.id],
                study,
                targets([needs[c] for c in one.calls if c in needs], tenancy=one.tenancy, facts=known),
            )
            for one in credentials
        ),
        sets=(*sets.values(), loose),
        gaps=gaps,
        secrets=tuple(_secrets(study)),
        errors=tuple(_errors(study)),
        occurrences=accounted.counts,
        analysed=len(study.project.units),
    )


def _asks(study: Study, call: str) -> bool:
    """Whether a request without a known credential asks for scopes: one that is sent without any does not."""
    return next(one.auth != ("none",) for one in study.program if one.id == call)


def _fixes(study: Study) -> Mapping[str, Fix]:
    """Returns what can be done about each request: as much as the least of its changes."""
    found: dict[str, Safety] = {}
    for change in study.changes:
        for call in change.calls:
            found[call] = min(found.get(call, Safety.SAFE), change.safety)
    return {call: _FIXES[safety] for call, safety in found.items()}


def _findings(study: Study, found: Iterable[Note], rules: Mapping[str, FindingRule]) -> Iterator[Finding]:
    changes = {change.id: change for change in study.changes}
    ordinals: Counter[str] = Counter()
    for note in sorted(found, key=lambda one: (one.at, one.kind, sorted(one.fields.items()))):
        rule = rules[note.kind]
        start, end = study.where(note.at), study.end(note.at)
        change = changes.get(note.change or "")
        fingerprint = _fingerprint(study, note, rule)
        ordinals[fingerprint] += 1
        unique = f"{fingerprint}-{ordinals[fingerprint]}"
        yield Finding(
            id=blake2b(f"{note.at.path}\0{unique}".encode("utf-8", "replace"), digest_size=6).hexdigest(),
            code=rule.code,
            kind=note.kind,
            severity=rule.severity,
            certainty=note.certainty,  # type: ignore[arg-type] # notes use the contract's words
            path=note.at.path,
            line=start.line,
            column=start.column,
            end_line=end.line,
            end_column=end.column,
            message=mask(rule.say(**note.fields), study.project.vocabulary),
            fix=_FIXES[change.safety] if change else _default_fix(note.kind),
            reason=_reason(change, note.kind),
            calls=note.calls,
            change=note.change,
            fingerprint=unique,
            root=study.root,
        )


_BY_HAND = {
    "hardcoded_key": "The key has to be revoked and is still in the history of the repository.",
    "oauth_query": "The place at which the token enters could not be told.",
}
_CARRIED = (
    "key_in_params",
    "key_in_url",
    "key_in_session",
    "key_in_sdk",
    "key_in_body",
    "key_in_header",
    "oauth_query",
)


def _default_fix(kind: str) -> Fix:
    return "manual" if kind in _CARRIED or kind in _BY_HAND else "none"


def _reason(change: Change | None, kind: str) -> str | None:
    if change is not None:
        return change.reason
    if _default_fix(kind) == "none":
        return None
    return _BY_HAND.get(kind, "No edit could be planned here; move the key to the Authorization header by hand.")


def _fingerprint(study: Study, note: Note, rule: FindingRule) -> str:
    """Returns a digest over the code, the enclosing definition and the statement; neither path nor line."""
    unit = study.project.units.get(note.at.path)
    name = enclosing(unit, note.at.span) if unit else ""
    span = (statement(unit, note.at.span) if unit else None) or study.line_of(note.at)
    source = study.project.source(note.at.path)
    text = " ".join(mask(source.excerpt(span), study.project.vocabulary).split()) if source else ""
    return blake2b("\0".join((rule.code, name, text)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _secrets(study: Study) -> Iterator[SecretItem]:
    for source in study.texts:
        for span, kind, preview in located(source, study.project.vocabulary):
            if kind != DEMO:
                line = source.position(span.start).line
                yield SecretItem(path=source.path, line=line, kind=kind, preview=preview, root=study.root)


def _errors(study: Study) -> Iterator[ErrorItem]:
    for path, error in sorted(study.project.unreadable.items()):
        yield ErrorItem(path=path, message=str(error), root=study.root)
    for path, failure in sorted(study.project.unparsable.items()):
        yield ErrorItem(path=path, message=f"{failure.what} (line {failure.line})", root=study.root)


def credential_item(one: Held, scopes: ScopeSet, study: Study, usable: tuple[object, ...]) -> CredentialItem:
    """Returns a credential as the report has it."""
    return CredentialItem(
        id=one.id,
        kind=one.kind,
        sources=tuple(
            CredentialSource(
                how=s.how, name=s.name, path=s.location.path, line=study.where(s.location).line, root=study.root
            )
            for s in one.sources
        ),
        tenancy=one.tenancy,
        state=one.state,
        targets=usable,  # type: ignore[arg-type] # targets() returns them
        scopes=scopes_item(scopes),
    )


def scopes_item(found: ScopeSet) -> ScopesItem:
    """Returns a scope set as the report has it."""
    return ScopesItem(
        complete=found.complete,
        required=tuple(
            RequiredScope(scope=e.scope, because=e.because, alternatives=e.alternatives) for e in found.required
        ),
        optional=tuple(
            OptionalScope(scope=e.scope, tiers=e.tiers, because=e.because, alternatives=e.alternatives)
            for e in found.optional
        ),
        possible=tuple(
            PossibleScope(scope=e.scope, because=e.because, question=e.question or "") for e in found.possible
        ),
        unresolved=found.unresolved,
    )

"""The report of a run, from the studies of its roots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.catalog.checklist import guide
from migrator.catalog.facts import Facts, facts
from migrator.catalog.findings import FindingRule, finding_rules
from migrator.catalog.sdkrows import sdks
from migrator.findings.analysis import Analysis, Note
from migrator.findings.classify import CARRIED, MatchedCall
from migrator.findings.comments import suppressions
from migrator.findings.credentials import Held, held
from migrator.findings.endpoints import blocked
from migrator.findings.excerpts import illustrate
from migrator.findings.gaps import asked, gap, stale, untold
from migrator.findings.items import call_item, change_item, credential_item
from migrator.findings.ledger import account
from migrator.findings.notes import notes
from migrator.findings.render import FIXES, failed, folded, told
from migrator.findings.selection import by_place
from migrator.findings.suppression import silenced
from migrator.model.call import Context
from migrator.model.edit import Safety
from migrator.model.report import (
    CallItem,
    ChangeItem,
    CredentialItem,
    ErrorItem,
    Finding,
    Fix,
    Gap,
    Occurrences,
    Report,
    ScopesItem,
    SecretItem,
)
from migrator.model.scope import EndpointMatch, Need
from migrator.model.text import Source, Suppression
from migrator.scopes.infer import infer, union
from migrator.scopes.targets import targets
from migrator.settings import Settings

Comments = Sequence[tuple[Source, Sequence[Suppression]]]
_UNTITLED = "hubspot-integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootPart:
    """What one root adds to a report."""

    calls: tuple[CallItem, ...]
    findings: tuple[Finding, ...]
    credentials: tuple[CredentialItem, ...]
    changes: tuple[ChangeItem, ...]
    sets: tuple[ScopesItem, ...]
    gaps: tuple[Gap, ...]
    secrets: tuple[SecretItem, ...]
    errors: tuple[ErrorItem, ...]
    occurrences: Occurrences
    analysed: int
    answered: frozenset[str]


def assemble(
    empty: Report,
    studies: Sequence[Analysis],
    settings: Settings,
    *,
    comments: Comments = (),
    today: str = "",
    failures: Mapping[int, str] | None = None,
) -> Report:
    """Returns the whole report: what *empty* says of the run, and what the studies found.

    *comments* are the suppressions of each file, *today* is the day of the rules, *failures* say by root on what the
    tool failed. Raises `RulesError` when a rule file is wrong.
    """
    rules, known = finding_rules(settings.rules), facts(settings.rules)
    prefixes = [f"c{study.root}-" if len(studies) > 1 else "c" for study in studies]
    parts = [
        _part(study, rules, known, settings, comments, today, prefix)
        for study, prefix in zip(studies, prefixes, strict=True)
    ]
    failures = {**{study.root: study.failed for study in studies if study.failed}, **(failures or {})}
    broken = [failed(root, why, rules) for root, why in sorted(failures.items())]
    findings = sorted([*(one for part in parts for one in part.findings), *broken], key=by_place)
    scopes = union(one for part in parts for one in part.sets)
    calls = tuple(call for part in parts for call in part.calls)
    answers = frozenset(settings.answers)
    report = replace(
        empty,
        summary=replace(
            empty.summary,
            files_analysed=sum(part.analysed for part in parts),
            findings=len(findings),
            calls=len(calls),
            complete=True,
        ),
        occurrences=_added(part.occurrences for part in parts),
        findings=tuple(findings),
        calls=calls,
        credentials=tuple(one for part in parts for one in part.credentials),
        scopes=scopes,
        gaps=(
            *(one for part in parts for one in part.gaps),
            *stale(answers - {name for part in parts for name in part.answered}, studies, Path(settings.source).name),
        ),
        changes=tuple(change for part in parts for change in part.changes),
        secrets=tuple(secret for part in parts for secret in part.secrets),
        errors=(*(error for part in parts for error in part.errors), *(_error(one) for one in broken)),
        guide=replace(
            guide(settings.rules),
            findings={r.code: r.text for r in rules.values() if any(f.code == r.code for f in findings)},
        ),
    )
    shown = illustrate(report, studies, name=empty.project or _UNTITLED, overlays=settings.rules)
    shown = replace(shown, project=empty.project)
    return studies[0].mask.joined(study.mask for study in studies).over(shown) if studies else shown


def _error(one: Finding) -> ErrorItem:
    return ErrorItem(path=one.path, message=one.message, root=one.root)


def _added(counts: Iterable[Occurrences]) -> Occurrences:
    names = ("total", "in_call", "finding", "gap", "suppressed", "own_name")
    every = list(counts)
    return Occurrences(**{name: sum(getattr(one, name) for one in every) for name in names})


def _part(
    study: Analysis,
    rules: Mapping[str, FindingRule],
    known: Facts,
    settings: Settings,
    comments: Comments,
    today: str,
    prefix: str,
) -> RootPart:
    credentials = held(study.program, prefix)
    found = notes(study, credentials, known, settings.rules, today)
    accounted = account(study, found)
    every = asked(study, accounted.open)
    questions = {one: name for one, name in every.items() if name not in settings.answers}
    found = [*found, *accounted.notes, *untold(questions)]
    found = [note for note in found if _concerns(study, note, rules)]
    findings = tuple(told(study, folded(study, found, rules), rules))
    needs, sets, loose = _scopes(study, credentials, known)
    return RootPart(
        calls=tuple(_calls(study, credentials, known)),
        findings=findings,
        credentials=tuple(
            credential_item(
                one, sets[one.id], study, targets([needs[c] for c in one.calls], tenancy=one.tenancy, facts=known)
            )
            for one in credentials
        ),
        changes=tuple(_changes(study, findings)),
        sets=(*sets.values(), loose),
        gaps=tuple(gap(study, one, name) for one, name in questions.items()),
        secrets=tuple(_secrets(study, found)),
        errors=tuple(_errors(study)),
        occurrences=accounted.counts(silenced(findings, comments)),
        analysed=len(study.project.analysed),
        answered=frozenset(every.values()) & set(settings.answers),
    )


def _concerns(study: Analysis, note: Note, rules: Mapping[str, FindingRule]) -> bool:
    """Whether a note is about a file that was asked for, or about requests from there and not suppressed elsewhere."""
    source = study.project.source(note.at.path)
    if study.owns(note.at.path) or source is None:
        return True
    line, names = study.where(note.at).line, {note.kind, rules[note.kind].code, ""}
    comments = (one for one in suppressions(source) if line in one.lines)
    return bool(note.calls) and not any(names.intersection(one.codes or ("",)) for one in comments)


def _scopes(
    study: Analysis, credentials: Sequence[Held], known: Facts
) -> tuple[Mapping[str, Need], Mapping[str, ScopesItem], ScopesItem]:
    """Returns what each request needs, the set of each credential, and that of requests without a known one.

    A request that is sent without any credential needs none, but for those of client libraries: they mean to send one,
    and a release that does not is answered 401. What is not part of the program is only listed.
    """
    scopes = {name: scope.fact() for name, scope in known.scopes.items()}
    counting = (Context.PROGRAM, Context.RECORDED) if study.recorded_count else (Context.PROGRAM,)
    needs = {
        one.id: Need(
            call=one.id,
            match=_asking(study, one) if one.call.resolved else None,
            counts=one.call.context in counting,
        )
        for one in study.every
    }
    sets = {one.id: infer([needs[c] for c in one.calls], scopes=scopes) for one in credentials}
    carried = {call for one in credentials for call in one.calls}
    rest = [
        one
        for one in study.every
        if one.id not in carried and (one.auth != ("none",) or one.call.client in sdks() or not needs[one.id].counts)
    ]
    return needs, sets, infer([needs[one.id] for one in rest], scopes=scopes)


def _asking(study: Analysis, one: MatchedCall) -> EndpointMatch:
    """Returns what the catalog says of a request, with a question in the words of the code."""
    asked = one.match.question
    return one.match if asked is None else replace(one.match, question=study.worded(one.call, asked))


def _calls(study: Analysis, credentials: Sequence[Held], known: Facts) -> Iterator[CallItem]:
    owners: dict[str, tuple[str, ...]] = {}
    for one in credentials:
        for call in one.calls:
            owners[call] = (*owners.get(call, ()), one.id)
    fixes = _fixes(study)
    for judged in study.every:
        yield call_item(
            judged,
            study,
            credentials=owners.get(judged.id, ()),
            fix=fixes.get(judged.id) or _fix_without_change(judged),
            blocked=blocked(judged, known),
        )


def _fixes(study: Analysis) -> Mapping[str, Fix]:
    """Returns what can be done about each request: as much as the least of the changes that move its credential.

    What else is changed with a request, such as the literal that its key is read from, has a finding of its own.
    """
    found: dict[str, Safety] = {}
    moving = {call for change in study.changes if change.moved for call in change.calls}
    for change in study.changes:
        for call in change.calls:
            if change.moved or call not in moving:
                found[call] = min(found.get(call, Safety.SAFE), change.safety)
    return {call: FIXES[safety] for call, safety in found.items()}


def _fix_without_change(one: MatchedCall) -> Fix:
    keyed = any(auth.carrier in CARRIED for auth in one.call.auth) and one.match.credential != "developer_key"
    return "manual" if keyed and one.call.context is Context.PROGRAM else "none"


def _changes(study: Analysis, findings: Sequence[Finding]) -> Iterator[ChangeItem]:
    for change in study.changes:
        yield replace(change_item(change, study), findings=tuple(one.id for one in findings if one.change == change.id))


def _secrets(study: Analysis, found: Iterable[Note]) -> Iterator[SecretItem]:
    placed = {note.at: note for note in found if note.kind == "hardcoded_key"}
    for _, note in sorted(placed.items()):
        yield SecretItem(
            path=note.at.path,
            line=study.where(note.at).line,
            kind=note.fields["secret"],
            preview=note.fields["preview"],
            root=study.root,
        )


def _errors(study: Analysis) -> Iterator[ErrorItem]:
    for path, error in sorted(study.project.unreadable.items()):
        yield ErrorItem(path=path, message=str(error), root=study.root)
    for path, failure in sorted(study.project.unparsable.items()):
        yield ErrorItem(path=path, message=f"{failure.what} (line {failure.line})", root=study.root)

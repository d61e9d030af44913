"""From notes to findings: the words of the rules, a fingerprint, and what can be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from migrator.catalog.findings import FindingRule
from migrator.findings.analysis import Analysis, Note
from migrator.findings.definitions import enclosing, statement
from migrator.findings.endpoints import several
from migrator.model.edit import Change, Safety
from migrator.model.report import Finding, Fix
from migrator.model.severity import SEVERITIES
from migrator.model.text import Span

FIXES: Mapping[Safety, Fix] = {Safety.SAFE: "safe", Safety.UNSAFE: "unsafe", Safety.MANUAL: "manual"}
_SETTLED_BY_EDIT = frozenset({"dependency", "hardcoded_key", "test_or_fixture"})
_SECOND_NAME = "alias_"


def told(study: Analysis, found: Iterable[Note], rules: Mapping[str, FindingRule]) -> Iterator[Finding]:
    """Yields the finding of each note by place; *rules* are the texts by kind."""
    changes = {change.id: change for change in study.changes}
    places: dict[str, list[tuple[Span, Change]]] = defaultdict(list)
    """What each change edits or is about, by file."""
    for change in study.changes:
        for place in [edit.at for edit in change.edits] + ([change.at] if change.at else []):
            places[place.path].append((place.span, change))
    ordinals: Counter[str] = Counter()
    unique = {(note.kind, note.at, tuple(sorted(note.fields.items()))): note for note in found}
    for note in sorted(unique.values(), key=lambda one: (one.at, one.kind, sorted(one.fields.items()))):
        rule = rules[note.kind]
        start, end = study.where(note.at), study.end(note.at)
        settling = changes.get(note.change or "") or _editing(note, places[note.at.path])
        fingerprint = _fingerprint(study, note, rule)
        ordinals[fingerprint] += 1
        fingerprint = f"{fingerprint}-{ordinals[fingerprint]}"
        fix, reason = _remedy(settling, note)
        yield Finding(
            id=blake2b(f"{note.at.path}\0{fingerprint}".encode("utf-8", "replace"), digest_size=6).hexdigest(),
            code=rule.code,
            kind=note.kind,
            severity=rule.severity,
            certainty=note.certainty,  # type: ignore[arg-type] # notes use the contract's words
            path=note.at.path,
            line=start.line,
            column=start.column,
            end_line=end.line,
            end_column=end.column,
            message=study.mask(_placed(rule.say(**note.fields), study.cell(note.at))),
            fix=fix,
            reason=reason,
            calls=note.calls,
            change=settling.id if settling else None,
            fingerprint=fingerprint,
            rule=rule.file,
            gap=note.gap,
            cell=study.cell(note.at),
            root=study.root,
        )


def _placed(message: str, cell: str) -> str:
    """Returns a message with the cell of a notebook, which is where a reader looks."""
    return f"{message.removesuffix('.')} ({cell})." if cell else message


def _editing(note: Note, places: Iterable[tuple[Span, Change]]) -> Change | None:
    """Returns the change that edits what a note speaks of, where an edit settles it; the safest one."""
    if note.kind not in (*_SETTLED_BY_EDIT, "key_source"):
        return None
    at = note.at.span
    found = [change for span, change in places if span.meets(at)]
    if note.kind == "key_source":
        found = [change for change in found if change.kind.startswith(_SECOND_NAME)]
    return max(found, key=lambda change: change.safety, default=None)


def _remedy(change: Change | None, note: Note) -> tuple[Fix, str | None]:
    if change is not None:
        return FIXES[change.safety], change.reason
    return ("manual", note.manual) if note.manual else ("none", None)


def _fingerprint(study: Analysis, note: Note, rule: FindingRule) -> str:
    """Returns a digest over the code, the enclosing definition and the statement; neither path nor line."""
    unit = study.project.known(note.at.path)
    name = enclosing(unit, note.at.span) if unit else ""
    span = (statement(unit, note.at.span) if unit else None) or study.line_of(note.at)
    source = study.project.source(note.at.path)
    text = " ".join(study.mask(source.excerpt(span)).split()) if source else ""
    return blake2b("\0".join((rule.code, name, text)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def failed(root: int, reason: str, rules: Mapping[str, FindingRule]) -> Finding:
    """Returns the finding that the tool failed on a whole root."""
    rule = rules["internal_error"]
    return of_file(rule, f"failed-{root}", ".", root, rule.say(reason=reason), advice=rule.text.advice)


def of_file(rule: FindingRule, name: str, path: str, root: int, message: str, *, advice: str, gap: str = "") -> Finding:
    """Returns a finding, called *name*, about a file as a whole."""
    return Finding(
        id=name,
        code=rule.code,
        kind=rule.kind,
        severity=rule.severity,
        certainty="exact",
        path=path,
        line=1,
        column=1,
        end_line=1,
        end_column=1,
        message=message,
        fix="manual",
        reason=advice,
        calls=(),
        change=None,
        fingerprint=blake2b(f"{rule.code}\0{message}".encode("utf-8", "replace"), digest_size=8).hexdigest(),
        rule=rule.file,
        gap=gap,
        root=root,
    )


_APART = frozenset({"hardcoded_key", "demo_key"})


def folded(study: Analysis, found: Sequence[Note], rules: Mapping[str, FindingRule]) -> Iterator[Note]:
    """Yields notes, those of each built file as the weightiest one; a credential written there stays one of its own."""
    built: dict[str, list[Note]] = defaultdict(list)
    for note in found:
        if note.kind not in _APART and study.project.is_built(note.at.path):
            built[note.at.path].append(note)
        else:
            yield note
    calls = {one.id: one for one in study.judged}
    for notes in built.values():
        first = min(notes, key=lambda one: (SEVERITIES.index(rules[one.kind].severity), one.at))
        ids = tuple(dict.fromkeys(name for note in notes for name in note.calls if note.kind == first.kind))
        members = [calls[name] for name in ids if name in calls]
        named = {"request": several(members)} if members and "request" in first.fields else {}
        yield replace(first, calls=ids, fields={**first.fields, **named})

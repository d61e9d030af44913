"""The report: one dataclass for each object of the JSON report, field for key.

A field without a default is a key that is always there. A field with a default is an optional key: it is left out of
the JSON while it has that default. ``root`` is the index of the item's root and is written only where there are
several. Nothing in a report holds a whole secret, and what a renderer shows is all in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from migrator.model.edit import Proof
from migrator.model.severity import Severity

SCHEMA_VERSION = 1
KEY_KINDS = frozenset(
    {"key_in_params", "key_in_url", "key_in_session", "key_in_sdk", "key_in_body", "key_in_header", "oauth_query"}
)
"""Kinds of findings that stand where a credential is put into a request."""

Fix: TypeAlias = Literal["safe", "unsafe", "manual", "none"]
Sureness: TypeAlias = Literal["exact", "likely", "possible"]
Role: TypeAlias = Literal["key", "url", "method", "send"]
AuthKind: TypeAlias = Literal["api_key", "developer_key", "bearer", "oauth_query", "none", "unknown"]
CallContext: TypeAlias = Literal["program", "test", "recorded", "comment", "unreached"]
Status: TypeAlias = Literal["current", "legacy", "sunset", "unknown"]
CredentialKind: TypeAlias = Literal["api_key", "developer_key", "bearer", "oauth_token", "unknown"]
Tenancy: TypeAlias = Literal["single", "multi", "unknown"]
State: TypeAlias = Literal["todo", "partially_migrated", "migrated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What made the report; ``rules`` is the date and digest of the rules it used."""

    name: str
    version: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much was looked at; ``complete`` says that no gap can hide a scope."""

    files_scanned: int
    files_analysed: int
    findings: int
    calls: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """What became of every textual occurrence of the key; the other counts add up to ``total``."""

    total: int
    in_call: int
    finding: int
    gap: int
    suppressed: int
    own_name: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader should know about one place; ``reason`` is a sentence whenever ``fix`` is unsafe or manual.

    ``rule`` is the rule file that has the row of its code. ``gap`` is the id of the gap that it tells of. ``cell`` is
    the place in a notebook.
    """

    id: str
    code: str
    kind: str
    severity: Severity
    certainty: Sureness
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    fix: Fix
    reason: str | None
    calls: tuple[str, ...]
    change: str | None
    fingerprint: str
    rule: str = ""
    gap: str = ""
    cell: str = ""
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a file: a 1-based line and a 1-based column in code points."""

    path: str
    line: int
    column: int
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One link of the evidence chain: where the key, the URL or the method comes from, or where the request is sent."""

    role: Role
    path: str
    line: int
    column: int
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallItem:
    """One distinct request that the code can make, as the contract describes it.

    The optional keys say more about the endpoint: what the replacement needs, the nearest known endpoints when none
    matches, where that is known from, the rule file that its row came from, a remark of the rules, and why the new
    credential cannot call it.
    """

    id: str
    path: str
    line: int
    column: int
    via: tuple[Place, ...]
    trace: tuple[TraceStep, ...]
    client: str
    method: str | None
    host: str | None
    endpoint: str | None
    holes: Mapping[str, tuple[str, ...] | None]
    query: tuple[str, ...]
    auth: tuple[AuthKind, ...]
    credential: tuple[str, ...]
    context: CallContext
    resolved: bool
    certainty: Sureness
    reason: str | None
    catalog: str | None
    scopes: tuple[tuple[str, ...], ...] | None
    status: Status
    unsupported_from: str | None
    sunset: str | None
    replacement: str | None
    fix: Fix
    replacement_scopes: tuple[tuple[str, ...], ...] | None = None
    nearest: tuple[str, ...] = ()
    blocked: str | None = None
    source: str = ""
    rule: str = ""
    note: str = ""
    cell: str = ""
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSource:
    """Where a credential enters the program."""

    how: str
    name: str
    path: str
    line: int
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whether a kind of credential that exists today can serve the program, and why.

    ``blocked_by`` are the calls (ids) that it cannot make and ``instead`` says what does their work today; ``sure``
    says how sure that is: high, medium or low.
    """

    credential: str
    usable: bool
    because: str
    blocked_by: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredScope:
    """A scope that the calls in ``because`` need; ``alternatives`` says what was not chosen and what it costs.

    ``tiers`` are the account tiers that alone can grant it, none when any can.
    """

    scope: str
    because: tuple[str, ...]
    alternatives: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleScope:
    """A scope that cannot be decided from the code alone, and the question that decides it."""

    scope: str
    because: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopesItem:
    """A scope set with its evidence; ``unresolved`` are calls (ids) whose needs are unknown.

    ``optional`` is what the code can do without, ``after_replacement`` what it needs once the endpoints that are gone
    are replaced.
    ``left_out`` are calls that ask for nothing because they are not part of the running program. ``exact`` is False
    when the search for the smallest set was cut short: the set suffices, and a smaller one may exist.
    """

    complete: bool
    required: tuple[RequiredScope, ...]
    optional: tuple[RequiredScope, ...]
    possible: tuple[PossibleScope, ...]
    unresolved: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    exact: bool = True
    after_replacement: tuple[RequiredScope, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The scopes that are required, whoever can grant them."""
        return frozenset(item.scope for item in self.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialItem:
    """One key or token that the program holds, and the scopes of the calls that carry it."""

    id: str
    kind: CredentialKind
    sources: tuple[CredentialSource, ...]
    tenancy: Tenancy
    state: State
    targets: tuple[Target, ...]
    scopes: ScopesItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something the analysis could not decide, why, and what would decide it; ``choices`` are answers it can have."""

    id: str
    kind: str
    path: str
    line: int
    column: int
    reason: str
    resolve: str
    choices: tuple[str, ...] = ()
    cell: str = ""
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditItem:
    """Replace ``span`` (code points) of a file. The optional positions say the same in 1-based lines and columns.

    ``masked`` says that a secret was hidden in the replacement, which must then not be applied as it stands.
    """

    path: str
    span: tuple[int, int]
    replacement: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    masked: bool = False
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItem:
    """Edits that are applied together or not at all; ``diff`` is the masked unified diff of this change alone.

    ``path`` and ``line`` are where it is made, ``written`` says that this run has applied the edits.
    """

    id: str
    safety: Literal["safe", "unsafe", "manual"]
    reason: str | None
    findings: tuple[str, ...]
    calls: tuple[str, ...]
    edits: tuple[EditItem, ...]
    proof: Proof | None
    kind: str = ""
    advice: str = ""
    diff: str = ""
    written: bool = False
    path: str = ""
    line: int = 0
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretItem:
    """A literal secret in a file; ``preview`` is its masked form."""

    path: str
    line: int
    kind: str
    preview: str
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file or folder that was not looked at, and why."""

    path: str
    reason: str
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorItem:
    """A file on which the tool failed."""

    path: str
    message: str
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Consecutive lines of a file, secrets masked, the first being ``line``; excerpts of a file do not overlap."""

    path: str
    line: int
    text: str
    root: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePlace:
    """A place that sets or reads a name; ``kind`` is code, env_file, compose, ci, helm, script or the like.

    ``given`` says what a place that sets it holds: ``value``, ``sample`` (a placeholder), ``passed`` (what is set
    elsewhere) or ``ignored`` (a value, in a file that git ignores and no rewrite touches); empty where not known.
    """

    kind: str
    path: str
    line: int
    root: int = 0
    given: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutover:
    """A name that carries a key: where its value is set, and who reads it and must change at the same moment."""

    name: str
    how: str
    credentials: tuple[str, ...]
    set_at: tuple[NamePlace, ...]
    read_at: tuple[NamePlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingText:
    """What the rules say about a finding code; ``security_severity`` is empty where it is no security matter."""

    title: str
    explanation: str
    advice: str
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    precision: str
    security_severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeText:
    """What the rules say about a scope: what it grants, which account tiers can grant it, how sure, from where."""

    grants: str
    tiers: tuple[str, ...] = ()
    confidence: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistStep:
    """One step of HubSpot's migration order; ``id`` lets a renderer add the facts of the repository."""

    id: str
    title: str
    text: str
    points: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a credential is made today; ``credential`` is the name that a `Target` uses."""

    credential: str
    title: str
    when: str
    steps: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One of HubSpot's best practices; a finding of one of ``kinds`` breaks it."""

    id: str
    title: str
    text: str
    kinds: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The texts of the rules that this report needs; ``files`` are project files to copy, by name."""

    findings: Mapping[str, FindingText] = field(default_factory=dict)
    scopes: Mapping[str, ScopeText] = field(default_factory=dict)
    steps: tuple[ChecklistStep, ...] = ()
    routes: tuple[Route, ...] = ()
    practices: tuple[Practice, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What was checked out: the commit, its branch where there is one, and the path of the root in the work tree."""

    commit: str
    branch: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything one run found out. ``project`` names it among others; ``date`` is ISO 8601, where one is shown.

    ``files`` are those that were asked for by name, from where the tool ran.
    ``revisions`` are those of the roots, in their order, where all are in git work trees. ``token_env`` is the
    environment variable that the new token is to be read from.
    """

    schema_version: int
    tool: Tool
    roots: tuple[str, ...]
    summary: Summary
    occurrences: Occurrences
    findings: tuple[Finding, ...]
    calls: tuple[CallItem, ...]
    credentials: tuple[CredentialItem, ...]
    scopes: ScopesItem
    gaps: tuple[Gap, ...]
    changes: tuple[ChangeItem, ...]
    secrets: tuple[SecretItem, ...]
    skipped: tuple[Skipped, ...]
    errors: tuple[ErrorItem, ...]
    project: str = ""
    date: str = ""
    token_env: str = ""
    revisions: tuple[Revision, ...] = ()
    files: tuple[str, ...] = ()
    cutover: tuple[Cutover, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    guide: Guide = field(default_factory=Guide)

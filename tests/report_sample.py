"""One rich report that every format is tested on, one full of hostile text, and one of any size."""

from __future__ import annotations

import difflib
from dataclasses import replace

from migrator.catalog.checklist import guide
from migrator.catalog.findings import finding_rules
from migrator.model import report as m

RULES = finding_rules()
CLIENT = '''"""A thin client for HubSpot."""

import os

import requests

BASE = "https://api.hubapi.com"
API_KEY = os.environ["HUBSPOT_API_KEY"]


class HubSpot:
    """Talks to HubSpot with one session."""

    def __init__(self, key=API_KEY):
        self.session = requests.Session()
        self.session.params = {"hapikey": key}

    def get(self, path, **params):
        response = self.session.get(BASE + path, params=params)
        response.raise_for_status()
        return response.json()


def contact(vid):
    url = f"{BASE}/contacts/v1/contact/vid/{vid}/profile"
    return requests.get(url, params={"hapikey": API_KEY, "property": "email"}).json()


def create_deal(properties):
    url = BASE + "/deals/v1/deal?hapikey=" + API_KEY
    return requests.post(url, json={"properties": properties})
'''
SYNC = '''import logging

from crm.client import API_KEY, BASE, HubSpot

log = logging.getLogger(__name__)
hubspot = HubSpot()


def owners():
    return hubspot.get("/owners/v2/owners")


def export(kind):
    """Copies all objects of one kind."""
    return hubspot.get("/crm/v3/objects/" + kind, limit=100)


def contacts():
    url = f"{BASE}/contacts/v1/lists/all/contacts/all?hapikey={API_KEY}"
    log.info("fetching %s", url)
    return url
'''
HOOKS = """import os

import requests

DEVELOPER_KEY = os.environ["HUBSPOT_DEVELOPER_KEY"]


def subscriptions(app_id):
    url = f"https://api.hubapi.com/webhooks/v3/{app_id}/subscriptions"
    return requests.get(url, params={"hapikey": DEVELOPER_KEY}).json()


def flush(url, key):
    return requests.post(url, params={"hapikey": key})
"""
OLD = """import requests

KEY = "…b4d1"
requests.get("http://api.hubapi.com/companies/v2/companies/paged?hapikey=" + KEY)
"""
FILES = {
    "crm/client.py": CLIENT,
    "jobs/sync.py": SYNC,
    "jobs/hooks.py": HOOKS,
    "scripts/old_import.py": OLD,
    "docker-compose.yml": "services:\n  sync:\n    environment:\n      HUBSPOT_API_KEY: ${HUBSPOT_API_KEY}\n",
    "tests/test_client.py": 'def test_contact(httpserver):\n    assert "hapikey=demo" in httpserver.log[0].url\n',
    "docs/setup.md": "# Setup\n\nAppend `?hapikey=YOUR_KEY` to every URL.\n",
    "requirements.txt": "hubspot3==3.2.1\nrequests>=2.25\n",
}


def at(path: str, needle: str) -> tuple[int, int, int]:
    """Returns line, column and end column of a text in a sample file."""
    for number, line in enumerate(FILES[path].splitlines(), 1):
        if needle in line:
            column = line.index(needle) + 1
            return number, column, column + len(needle)
    raise AssertionError(f"{needle!r} is not in {path}")


def finding(kind: str, path: str, needle: str, fix: m.Fix = "none", **more: object) -> m.Finding:
    """Returns a finding at a text of a sample file; what is left over fills the message."""
    rule = RULES[kind]
    line, column, end = at(path, needle)
    common = {"times": "", "problem": "cannot send a Bearer token"}
    own = {name: more.pop(name) for name in ("reason", "calls", "change", "certainty") if name in more}
    made = m.Finding(
        id=f"{kind}-{path.split('/')[-1].split('.')[0]}-{line}",
        code=rule.code,
        kind=kind,
        severity=rule.severity,
        certainty="exact",
        path=path,
        line=line,
        column=column,
        end_line=line,
        end_column=end,
        message=rule.say(**{name: str((dict(rule.example) | common | own | more)[name]) for name in rule.fields}),
        fix=fix,
        reason=None,
        calls=(),
        change=None,
        fingerprint=f"{rule.code}-{path}-{line:04}",
    )
    return replace(made, **own)  # type: ignore[arg-type]


def call(name: str, path: str, needle: str, endpoint: str | None, **more: object) -> m.CallItem:
    """Returns a call at a text of a sample file, by default a resolved GET with the account key."""
    line, column, _ = at(path, needle)
    made = m.CallItem(
        id=name,
        path=path,
        line=line,
        column=column,
        via=(),
        trace=(),
        client="requests",
        method="GET",
        host="api.hubapi.com",
        endpoint=endpoint,
        holes={},
        query=("hapikey",),
        auth=("api_key",),
        credential=("c1",),
        context="program",
        resolved=endpoint is not None,
        certainty="exact",
        reason=None,
        catalog=None,
        scopes=None,
        status="current",
        unsupported_from=None,
        sunset=None,
        replacement=None,
        fix="safe",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def step(role: m.Role, path: str, needle: str) -> m.TraceStep:
    """Returns a link of the evidence chain at a text of a sample file."""
    line, column, _ = at(path, needle)
    return m.TraceStep(role=role, path=path, line=line, column=column)


def place(path: str, needle: str) -> m.Place:
    """Returns a place at a text of a sample file."""
    line, column, _ = at(path, needle)
    return m.Place(path=path, line=line, column=column)


def change(name: str, path: str, edits: tuple[tuple[str, str], ...], **more: object) -> m.ChangeItem:
    """Returns a safe change of a sample file, with its diff."""
    old, items = FILES[path], []
    new = old
    for before, after in edits:
        start = old.index(before)
        line, column, end = at(path, before)
        items.append(
            m.EditItem(
                path=path,
                span=(start, start + len(before)),
                replacement=after,
                line=line,
                column=column,
                end_line=line,
                end_column=end,
            )
        )
        new = new.replace(before, after, 1)
    lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"a/{path}", f"b/{path}", n=2)
    made = m.ChangeItem(
        id=name,
        safety="safe",
        reason=None,
        findings=(),
        calls=(),
        edits=tuple(items),
        proof=m.Proof(ok=True, requests=3, failed=None),
        kind="bearer",
        diff="".join(lines),
    )
    return replace(made, **more)  # type: ignore[arg-type]


KEY = step("key", "crm/client.py", 'os.environ["HUBSPOT_API_KEY"]')
SEND = step("send", "crm/client.py", "self.session.get")
DYNAMIC = "the object type comes from the parameter `kind` of `export`"
OWNERS = "The endpoint is gone; the code has to move to /crm/v3/owners by hand"
FLUSH = "The host is not known, so the token could be sent to anyone"
CALLS = (
    call(
        "k-contact",
        "crm/client.py",
        "requests.get(url",
        "/contacts/v1/contact/vid/{vid}/profile",
        trace=(
            KEY,
            step("url", "crm/client.py", 'f"{BASE}/contacts'),
            step("method", "crm/client.py", "requests.get(url"),
            step("send", "crm/client.py", "requests.get(url"),
        ),
        holes={"vid": None},
        query=("hapikey", "property"),
        catalog="contacts.v1.get-by-vid",
        scopes=(("crm.objects.contacts.read",),),
        status="legacy",
        unsupported_from="2027-09",
        replacement="/crm/v3/objects/contacts/{contactId}",
        source="https://developers.hubspot.com/docs/methods/contacts/get_contact",
        rule="rules/endpoints/contacts.yaml",
    ),
    call(
        "k-deal",
        "crm/client.py",
        "requests.post(url, json",
        "/deals/v1/deal",
        method="POST",
        trace=(
            KEY,
            step("url", "crm/client.py", 'BASE + "/deals'),
            step("send", "crm/client.py", "requests.post(url, json"),
        ),
        scopes=(("crm.objects.deals.write",), ("e-commerce",)),
        status="legacy",
        unsupported_from="2027-09",
        replacement="/crm/v3/objects/deals",
    ),
    call(
        "k-owners",
        "crm/client.py",
        "self.session.get",
        "/owners/v2/owners",
        via=(place("jobs/sync.py", 'hubspot.get("/owners'),),
        trace=(KEY, step("url", "jobs/sync.py", '"/owners/v2/owners"'), SEND),
        scopes=((),),
        status="sunset",
        sunset="2025-03-24",
        replacement="/crm/v3/owners",
        replacement_scopes=(("crm.objects.owners.read",),),
        fix="manual",
    ),
    call(
        "k-objects",
        "crm/client.py",
        "self.session.get",
        "/crm/v3/objects/{kind}",
        via=(place("jobs/sync.py", 'hubspot.get("/crm/v3'),),
        trace=(KEY, step("url", "jobs/sync.py", '"/crm/v3/objects/"'), SEND),
        holes={"kind": None},
        query=("hapikey", "limit"),
        certainty="likely",
        fix="unsafe",
    ),
    call(
        "k-hooks",
        "jobs/hooks.py",
        "requests.get(url",
        "/webhooks/v3/{app_id}/subscriptions",
        trace=(
            step("key", "jobs/hooks.py", 'os.environ["HUBSPOT_DEVELOPER_KEY"]'),
            step("url", "jobs/hooks.py", 'f"https://api'),
            step("send", "jobs/hooks.py", "requests.get(url"),
        ),
        holes={"app_id": None},
        auth=("developer_key",),
        credential=("c2",),
        scopes=((),),
        fix="none",
    ),
    call(
        "k-flush",
        "jobs/hooks.py",
        "requests.post(url",
        None,
        method="POST",
        host=None,
        trace=(step("send", "jobs/hooks.py", "requests.post(url"),),
        credential=("c3",),
        certainty="possible",
        reason="the URL is the parameter `url` of `flush`, and nothing in the project calls `flush`",
        status="unknown",
        fix="manual",
    ),
    call(
        "k-old",
        "scripts/old_import.py",
        "requests.get",
        "/companies/v2/companies/paged",
        trace=(step("key", "scripts/old_import.py", '"…b4d1"'), step("send", "scripts/old_import.py", "requests.get")),
        credential=("c4",),
        scopes=(("crm.objects.companies.read",),),
        status="legacy",
        unsupported_from="2027-09",
        fix="unsafe",
    ),
)
SESSION_WHY = "One of its requests goes to a sunset endpoint, which a token does not bring back"
CHANGES = (
    change(
        "e-contact",
        "crm/client.py",
        (
            (
                '"hapikey": API_KEY, "property": "email"}',
                '"property": "email"}, headers={"Authorization": f"Bearer {API_KEY}"}',
            ),
        ),
        findings=("key_in_params-client-26",),
        calls=("k-contact",),
        proof=m.Proof(ok=True, requests=1, failed=None),
    ),
    change(
        "e-deal",
        "crm/client.py",
        (
            ('"/deals/v1/deal?hapikey=" + API_KEY', '"/deals/v1/deal"'),
            (
                'json={"properties": properties}',
                'json={"properties": properties}, headers={"Authorization": f"Bearer {API_KEY}"}',
            ),
        ),
        findings=("key_in_url-client-30",),
        calls=("k-deal",),
        proof=m.Proof(ok=True, requests=1, failed=None),
    ),
    change(
        "e-session",
        "crm/client.py",
        (('self.session.params = {"hapikey": key}', 'self.session.headers["Authorization"] = f"Bearer {key}"'),),
        safety="unsafe",
        reason=SESSION_WHY,
        findings=("key_in_session-client-16",),
        calls=("k-owners", "k-objects"),
        proof=m.Proof(ok=True, requests=2, failed=None),
    ),
    change(
        "e-flush",
        "jobs/hooks.py",
        (),
        safety="manual",
        reason=FLUSH,
        advice="Find out who calls `flush` and with which URL.",
        findings=("key_in_params-hooks-14",),
        calls=("k-flush",),
        proof=None,
    ),
    change(
        "e-old",
        "scripts/old_import.py",
        (('"…b4d1"', 'os.environ["HUBSPOT_ACCESS_TOKEN"]'),),
        safety="unsafe",
        reason="Taking a literal key out of the source changes where the program gets it from",
        findings=("hardcoded_key-old_import-3",),
        calls=("k-old",),
        proof=m.Proof(ok=False, requests=1, failed="the credential comes from another source"),
    ),
)
PROFILE = "`GET /contacts/v1/contact/vid/{vid}/profile`"
FINDINGS = (
    finding("key_source", "crm/client.py", 'os.environ["HUBSPOT_API_KEY"]', name="`API_KEY`", how="the environment"),
    finding(
        "key_in_session",
        "crm/client.py",
        '{"hapikey": key}',
        "unsafe",
        parameter="hapikey",
        reason=SESSION_WHY,
        calls=("k-owners", "k-objects"),
        change="e-session",
    ),
    finding(
        "key_in_params",
        "crm/client.py",
        '"hapikey": API_KEY',
        "safe",
        parameter="hapikey",
        request=PROFILE,
        calls=("k-contact",),
        change="e-contact",
    ),
    finding(
        "key_in_url",
        "crm/client.py",
        "?hapikey=",
        "safe",
        request="`POST /deals/v1/deal`",
        calls=("k-deal",),
        change="e-deal",
    ),
    finding("doc_mention", "docs/setup.md", "hapikey"),
    finding(
        "developer_key",
        "jobs/hooks.py",
        "requests.get(url",
        request="`GET /webhooks/v3/{app_id}/subscriptions`",
        calls=("k-hooks",),
    ),
    finding(
        "key_in_params",
        "jobs/hooks.py",
        '"hapikey": key',
        "manual",
        parameter="hapikey",
        request="a request whose URL is not known",
        reason=FLUSH,
        calls=("k-flush",),
        change="e-flush",
    ),
    finding(
        "unresolved_call",
        "jobs/hooks.py",
        "requests.post(url",
        "manual",
        unknown="the URL",
        reason="nothing in the project calls `flush`",
        calls=("k-flush",),
    ),
    finding(
        "sunset_endpoint",
        "jobs/sync.py",
        '"/owners/v2/owners"',
        "manual",
        request="`GET /owners/v2/owners`",
        when="stopped answering on 2025-03-24; `/crm/v3/owners` replaces it",
        reason=OWNERS,
        calls=("k-owners",),
    ),
    finding(
        "credential_logged", "jobs/sync.py", "url)", "manual", name="`url`", reason="Only a person can say who reads it"
    ),
    finding(
        "dependency",
        "requirements.txt",
        "hubspot3==3.2.1",
        "manual",
        package="hubspot3",
        version="3.2.1",
        remedy="3.2.2 is the lowest that can",
        reason="A new version changes more than the credential",
    ),
    finding(
        "hardcoded_key",
        "scripts/old_import.py",
        '"…b4d1"',
        "unsafe",
        credential="HubSpot API key",
        preview="…b4d1",
        reason="Taking a literal key out of the source changes where the program gets it from",
        calls=("k-old",),
        change="e-old",
    ),
    finding(
        "insecure_transport",
        "scripts/old_import.py",
        "http://api.hubapi.com",
        "manual",
        request="`GET /companies/v2/companies/paged`",
        reason="The scheme is not the tool's to change",
        calls=("k-old",),
    ),
    finding("test_or_fixture", "tests/test_client.py", "hapikey=demo"),
)
REQUIRED = (
    m.RequiredScope(scope="crm.objects.companies.read", because=("k-old",)),
    m.RequiredScope(scope="crm.objects.contacts.read", because=("k-contact",)),
    m.RequiredScope(
        scope="crm.objects.deals.write",
        because=("k-deal",),
        alternatives=("e-commerce would do, but grants far more",),
    ),
)
QUESTION = "Which object types can `kind` be?"
POSSIBLE = tuple(
    m.PossibleScope(scope=f"crm.objects.{kind}.read", because=("k-objects",), question=QUESTION)
    for kind in ("companies", "contacts", "custom", "deals")
)
OPTIONAL = (m.RequiredScope(scope="crm.objects.custom.read", tiers=("Enterprise",), because=("k-objects",)),)
TARGETS = (
    m.Target(credential="service_key", usable=True, because="All its requests go to the REST API of one account"),
    m.Target(credential="project_app", usable=True, because="It can do what a service key can"),
    m.Target(credential="legacy_private_app", usable=True, because="Only if the account has one already"),
    m.Target(credential="oauth_app", usable=False, because="The program serves one account"),
)


def _scopes(
    *names: str, optional: bool = False, possible: bool = False, unresolved: tuple[str, ...] = ()
) -> m.ScopesItem:
    return m.ScopesItem(
        complete=not possible and not unresolved,
        required=tuple(item for item in REQUIRED if item.scope in names),
        optional=OPTIONAL if optional else (),
        possible=POSSIBLE if possible else (),
        unresolved=unresolved,
    )


def _credential(
    name: str, kind: m.CredentialKind, source: tuple[str, str, str, str], scopes: m.ScopesItem
) -> m.CredentialItem:
    how, label, path, needle = source
    return m.CredentialItem(
        id=name,
        kind=kind,
        sources=(m.CredentialSource(how=how, name=label, path=path, line=at(path, needle)[0]),),
        tenancy="single",
        state="todo",
        targets=TARGETS if kind == "api_key" else (),
        scopes=scopes,
    )


CREDENTIALS = (
    _credential(
        "c1",
        "api_key",
        ("environment", "HUBSPOT_API_KEY", "crm/client.py", "os.environ"),
        _scopes("crm.objects.contacts.read", "crm.objects.deals.write", optional=True, possible=True),
    ),
    _credential(
        "c2", "developer_key", ("environment", "HUBSPOT_DEVELOPER_KEY", "jobs/hooks.py", "os.environ"), _scopes()
    ),
    _credential("c3", "api_key", ("parameter", "key", "jobs/hooks.py", "def flush"), _scopes(unresolved=("k-flush",))),
    _credential(
        "c4", "api_key", ("literal", "KEY", "scripts/old_import.py", "KEY ="), _scopes("crm.objects.companies.read")
    ),
)
CUTOVER = (
    m.Cutover(
        name="HUBSPOT_API_KEY",
        how="environment",
        credentials=("c1",),
        set_at=(
            m.NamePlace(kind="ci", path=".github/workflows/nightly.yml", line=14),
            m.NamePlace(kind="helm", path="charts/sync/values.yaml", line=22),
            m.NamePlace(kind="compose", path="docker-compose.yml", line=4),
        ),
        read_at=(
            m.NamePlace(kind="code", path="crm/client.py", line=8),
            m.NamePlace(kind="code", path="ops/check_quota.sh", line=3),
        ),
    ),
)
SCOPE_TEXTS = {
    "crm.objects.companies.read": m.ScopeText(grants="View companies and their properties", confidence="high"),
    "crm.objects.contacts.read": m.ScopeText(
        grants="View contacts and their properties",
        confidence="high",
        sources=("https://developers.hubspot.com/docs/api/scopes",),
    ),
    "crm.objects.custom.read": m.ScopeText(grants="View records of custom objects", tiers=("Enterprise",)),
    "crm.objects.deals.read": m.ScopeText(grants="View deals and their properties"),
    "crm.objects.deals.write": m.ScopeText(grants="Create, change and delete deals", confidence="high"),
}
PROJECT_FILE = """{
  "uid": "acme_crm_sync",
  "type": "app",
  "config": {
    "name": "acme-crm-sync",
    "distribution": "private",
    "auth": {
      "type": "static",
      "requiredScopes": ["oauth", "crm.objects.contacts.read"]
    }
  }
}
"""


def excerpts(files: dict[str, str]) -> tuple[m.Excerpt, ...]:
    """Returns every file as one excerpt."""
    return tuple(m.Excerpt(path=path, line=1, text=text) for path, text in sorted(files.items()))


def sample() -> m.Report:
    """Returns the report of a made-up project in which almost everything occurs."""
    codes = {item.kind for item in FINDINGS} | {"unparsable"}
    texts = {RULES[kind].code: RULES[kind].text for kind in codes}
    unparsable = replace(
        FINDINGS[0],
        id="unparsable-legacy_py2-12",
        code="HK901",
        kind="unparsable",
        severity="warning",
        path="legacy_py2.py",
        line=12,
        column=11,
        end_line=12,
        end_column=11,
        message=RULES["unparsable"].say(
            what="This part of the file", reason="the syntax is wrong, or newer than this tool knows", places=""
        ),
        fingerprint="HK901-legacy",
    )
    findings = tuple(sorted((*FINDINGS, unparsable), key=lambda item: (item.path, item.line, item.column, item.code)))
    return m.Report(
        schema_version=1,
        tool=m.Tool(name="hapikey-migrator", version="0.1.0", rules="2026-11-21 9f2c41d0"),
        roots=(".",),
        summary=m.Summary(
            files_scanned=128, files_analysed=6, findings=len(findings), calls=len(CALLS), complete=False
        ),
        occurrences=m.Occurrences(total=14, in_call=9, finding=3, gap=1, suppressed=1, own_name=0),
        findings=findings,
        calls=tuple(sorted(CALLS, key=lambda item: (item.path, item.line, item.column, item.id))),
        credentials=CREDENTIALS,
        scopes=_scopes(*(item.scope for item in REQUIRED), optional=True, possible=True, unresolved=("k-flush",)),
        gaps=(
            m.Gap(
                id="g-flush",
                kind="dynamic_url",
                path="jobs/hooks.py",
                line=14,
                column=12,
                reason="the URL is the parameter `url` of `flush`, and nothing in the project calls `flush`",
                resolve="Answer g-flush in [tool.hapikey-migrator.answers] with the URLs it is called with",
            ),
            m.Gap(
                id="g-kind",
                kind="dynamic_path",
                path="jobs/sync.py",
                line=15,
                column=24,
                reason=DYNAMIC,
                choices=("contacts", "companies", "deals"),
                resolve="Answer g-kind in [tool.hapikey-migrator.answers] with the object types",
            ),
        ),
        changes=CHANGES,
        secrets=(m.SecretItem(path="scripts/old_import.py", line=3, kind="api_key", preview="…b4d1"),),
        skipped=(
            m.Skipped(path="data/dump.sql", reason="larger than 2 MB"),
            m.Skipped(path="vendor", reason="vendored: 212 files"),
        ),
        errors=(m.ErrorItem(path="notes/latin.txt", message="cannot be read (Permission denied)"),),
        project="acme-crm-sync",
        date="2026-11-21",
        token_env="HUBSPOT_ACCESS_TOKEN",  # noqa: S106 - the name of a variable
        cutover=CUTOVER,
        excerpts=excerpts(FILES),
        guide=replace(guide(), findings=texts, scopes=SCOPE_TEXTS, files={"src/app/app-hsmeta.json": PROJECT_FILE}),
    )


HOSTILE = (
    "</script><img src=x onerror=alert(1)>\x1b[31m`\"'|\r\n::error::pwned\n%0A::set-output name=x::y"
    "\u202e\u2028]]>--> {{7*7}} [x](javascript:alert(1)) @everyone #1 ~~x~~ \x00\x9b31m https://evil.example\ud800"
)


def hostile() -> m.Report:
    """Returns the sample with hostile text in every place that scanned code can fill."""
    base = sample()
    bad = HOSTILE
    return replace(
        base,
        project=bad,
        roots=(bad,),
        findings=tuple(replace(f, path=bad, message=f"{f.message} {bad}", reason=bad) for f in base.findings),
        calls=tuple(
            replace(
                c,
                path=bad,
                client=bad,
                method=bad,
                host=bad,
                endpoint=f"/{{{bad}}}",
                holes={bad: (bad,)},
                query=(bad,),
                reason=bad,
                scopes=((bad,),),
                status="sunset",
                sunset="2026-01-01",
                replacement=bad,
                source=f"javascript:{bad}",
                rule=bad,
                note=bad,
                via=(m.Place(path=bad, line=1, column=1),),
                trace=tuple(replace(s, path=bad) for s in c.trace),
            )
            for c in base.calls
        ),
        credentials=tuple(
            replace(c, sources=tuple(replace(s, name=bad, path=bad) for s in c.sources)) for c in base.credentials
        ),
        scopes=replace(base.scopes, required=(m.RequiredScope(scope=bad, because=("k-old",), alternatives=(bad,)),)),
        gaps=tuple(replace(g, path=bad, reason=bad, resolve=bad) for g in base.gaps),
        changes=tuple(
            replace(
                c,
                reason=bad,
                advice=bad,
                diff=f"--- a/{bad}\n+++ b/{bad}\n@@ -1 +1 @@\n-{bad}\n+{bad}\n",
                edits=tuple(replace(e, path=bad, replacement=bad) for e in c.edits),
            )
            for c in base.changes
        ),
        secrets=tuple(replace(s, path=bad, preview=bad) for s in base.secrets),
        skipped=(m.Skipped(path=bad, reason=bad),),
        errors=(m.ErrorItem(path=bad, message=bad),),
        cutover=tuple(
            replace(c, name=bad, set_at=(m.NamePlace(kind=bad, path=bad, line=1),), read_at=()) for c in base.cutover
        ),
        excerpts=(m.Excerpt(path=bad, line=1, text="\n".join([bad] * 12)),),
    )


def many(count: int) -> m.Report:
    """Returns a report with *count* findings, each with a call, a change and an excerpt, over *count* / 10 files."""
    base = sample()
    first, request, edit = FINDINGS[2], CALLS[0], CHANGES[0]
    findings, calls, changes, shown = [], [], [], []
    for number in range(count):
        path = f"services/part_{number // 100:02}/module_{number // 10:04}.py"
        line = 26 + 35 * (number % 10)
        for near in (8, 25, 26):
            text = CLIENT.split("\n")[near - 1]
            shown.append(m.Excerpt(path=path, line=near + line - 26, text=text))
        findings.append(
            replace(
                first,
                id=f"f{number}",
                path=path,
                line=line,
                end_line=line,
                calls=(f"k{number}",),
                change=f"e{number}",
                fingerprint=f"{number:08x}",
                fix=("safe", "safe", "unsafe", "manual")[number % 4],  # type: ignore[arg-type]
            )
        )
        calls.append(
            replace(
                request,
                id=f"k{number}",
                path=path,
                line=line,
                endpoint=f"/contacts/v1/resource-{number % 60}/{{vid}}",
                trace=tuple(replace(s, path=path, line=s.line + line - 26) for s in request.trace),
                fix=findings[-1].fix,
            )
        )
        changes.append(replace(edit, id=f"e{number}", findings=(f"f{number}",), calls=(f"k{number}",)))
    return replace(
        base,
        project="large",
        findings=tuple(findings),
        calls=tuple(calls),
        changes=tuple(changes),
        excerpts=tuple(shown),
        summary=replace(base.summary, findings=count, calls=count),
    )

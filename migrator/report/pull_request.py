"""The text of a pull request that makes the migration: what changed, why it is safe, in which order to deploy."""

from __future__ import annotations

from collections.abc import Iterator

from migrator.model.report import CallItem, ChangeItem, Report
from migrator.model.scope_lists import scope_lists, source_name
from migrator.report.orders import orders
from migrator.report.parts.facts import advised_credential, credential_title
from migrator.report.parts.plain import code, counted, escaped, inert, located, request_name


def render(form: str, report: Report, *, unsafe: bool = False) -> str:
    """Returns the text in Markdown; *form* makes no difference, there is one."""
    del form
    return inert("\n".join(_lines(report, unsafe=unsafe)) + "\n")


def _lines(report: Report, *, unsafe: bool) -> Iterator[str]:
    done = [change for change in report.changes if change.written]
    levels = ("safe", "unsafe") if unsafe else ("safe",)
    made = done or [change for change in report.changes if change.safety in levels]
    yield "# Send HubSpot requests with a Bearer token in place of the API key"
    yield ""
    yield "HubSpot answers a request that carries an API key (`?hapikey=`) with 401. "
    yield from _changed(made)
    yield from _scopes(report)
    yield from _deployment(report)
    yield from _gone(report)
    yield from _left(report, unsafe=unsafe)


def _changed(made: list[ChangeItem]) -> Iterator[str]:
    yield from ("", "## What changes", "")
    if not made:
        yield "No change is safe to make without a person."
        return
    proved = [change for change in made if change.proof is not None and change.proof.ok]
    requests = sum(change.proof.requests for change in proved if change.proof is not None)
    files = sorted({edit.path for change in made for edit in change.edits})
    yield f"{counted(len(made), 'change')} in {counted(len(files), 'file')}:"
    yield ""
    yield from (f"- {code(path)}" for path in files)
    yield ""
    yield (
        f"Why this is safe: {len(proved)} of {counted(len(made), 'change')} were proved. The changed program was "
        f"evaluated again and makes the same {counted(requests, 'request')} (method, host, path, query, headers, "
        "body); "
        "only the way of the credential differs."
    )
    for change in made:
        if change.safety == "unsafe" and change.reason:
            yield f"- To review: {escaped(change.reason)}"


def _scopes(report: Report) -> Iterator[str]:
    title = credential_title(report, advised_credential(report))
    yield from ("", "## The new credential", "")
    yield f"Create: {escaped(title)}." if title != "none" else "Which kind of credential serves is not decided."
    calls = {call.id: call for call in report.calls}
    for one in scope_lists(report):
        state = "" if one.scopes.complete else " The list may lack a scope: open questions are left."
        yield from ("", f"{escaped(f'Scopes for {one.name}.' if one.name else 'Scopes.')}{state}", "")
        yield from ("| Scope | Because of |", "| --- | --- |")
        for item in one.scopes.required:
            because = [request_name(calls[name]) for name in item.because if name in calls]
            yield f"| {code(item.scope)} | {', '.join(code(name) for name in dict.fromkeys(because[:3]))} |"


def _deployment(report: Report) -> Iterator[str]:
    keys = [item for item in report.credentials if item.kind in ("api_key", "oauth_token")]
    names = ", ".join(code(source_name(item)) for item in keys) or "the setting that holds the key"
    yield from ("", "## Order of deployment and of the keys", "")
    steps = (
        "Create the credential above in HubSpot, with the scopes above.",
        f"Put its token where the key is today ({names}), in the same deployment as this change: "
        "this code fails with the old key, and the old code with the token.",
        "Deploy, and look at the first answers: 401 means that the token did not arrive, 403 that a scope is missing.",
        "Revoke the API key, and take it out of every place that still holds it.",
    )
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _gone(report: Report) -> Iterator[str]:
    gone = [call for call in report.calls if call.status == "sunset" and call.context == "program"]
    if not gone:
        return
    yield from ("", "## Endpoints that are gone", "", "No credential brings these back:", "")
    lines = (
        f"- {code(request_name(call))} at {code(f'{located(report, call)}:{call.line}')}{_replaced(call)}"
        for call in gone
    )
    yield from dict.fromkeys(lines)


def _replaced(call: CallItem) -> str:
    return f", replaced by {code(call.replacement)}" if call.replacement else ""


def _left(report: Report, *, unsafe: bool) -> Iterator[str]:
    left = orders(report, unsafe=unsafe)
    yield from ("", "## Left to do", "")
    if not left and not report.gaps:
        yield "Nothing."
    for one in left:
        why = f": {escaped(one.why)}" if one.why else ""
        yield f"- [ ] {code(one.places[0])}{why}"
    for gap in report.gaps[:20]:
        yield f"- [ ] {code(f'{located(report, gap)}:{gap.line}')}: {escaped(gap.resolve)}"

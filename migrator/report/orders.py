"""Work orders: for each change that is left to a person, all that is needed to make it from this alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from migrator.model.report import CallItem, ChangeItem, Finding, Report
from migrator.model.scope_lists import source_name
from migrator.model.sentences import sentence
from migrator.report.parts.plain import code, counted, dumped, inert, located, visible

_SHOWN = 6
"""How many requests of an order people are shown: a wrapper can have a hundred, all alike."""
_IN_URL = "the URL"
_HELD = {
    "key_in_params": "the query parameters",
    "key_in_url": _IN_URL,
    "key_in_session": "the client object",
    "key_in_sdk": "the argument of the SDK",
    "key_in_body": "the body",
    "key_in_header": "the header",
    "oauth_query": "the query parameters",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One change for a person, made ``at`` a line; ``requests`` are what each is and what it must be.

    ``check`` is a command.
    """

    id: str
    at: str
    safety: str
    places: tuple[str, ...]
    credential: tuple[str, ...]
    requests: tuple[tuple[str, str], ...]
    why: str
    sketch: str
    check: str


def orders(report: Report, *, unsafe: bool = False) -> tuple[Order, ...]:
    """Returns the work orders of what is left to a person: what is not safe and not written.

    With *unsafe* that is what is manual alone. A finding of a key that no change speaks of has an order of its own.
    """
    levels = ("manual",) if unsafe else ("manual", "unsafe")
    known = {one.id: one for one in report.changes if not one.written and one.safety in levels}
    found: dict[str, list[Finding]] = {name: [] for name in known}
    for finding in report.findings:
        if finding.change in known:
            found[finding.change].append(finding)
        elif finding.change is None and finding.fix in levels and finding.kind in _HELD:
            found[finding.id] = [finding]
    return tuple(_order(report, name, findings, known.get(name)) for name, findings in found.items())


def entries(report: Report) -> list[dict[str, Any]]:
    """Returns the work orders as data."""
    return [_json(one) for one in orders(report)]


def render(form: str, report: Report, *, unsafe: bool = False) -> str:
    """Returns the work orders as text, Markdown or JSON; as text for a format that they have none of."""
    found = orders(report, unsafe=unsafe)
    if form == "json":
        return dumped([_json(one) for one in found])
    if form == "markdown":
        return inert("\n".join(line for one in found for line in _markdown(one)) or "Nothing is left for a person.\n")
    return inert("\n".join(_text(found)) + "\n")


def _order(report: Report, name: str, findings: Sequence[Finding], change: ChangeItem | None) -> Order:
    ids = {call for finding in findings for call in finding.calls} | set(change.calls if change else ())
    calls = [call for call in report.calls if call.id in ids]
    entered = [(located(report, one), one.line, _entered(one)) for one in findings]
    if change is not None and change.path and not findings:
        entered.append((located(report, change), change.line, "the place to change"))
    sent = [(located(report, call), call.line, "the request is sent") for call in calls]
    places = dict.fromkeys(f"{path}:{line}: {what}" for path, line, what in (*entered, *sent))
    why = (change.reason if change else None) or next((one.reason for one in findings if one.reason), None) or ""
    paths = sorted({path for path, *_ in entered})
    first = change if change is not None and change.path else findings[0] if findings else None
    return Order(
        id=name,
        at=f"{located(report, first)}:{first.line}" if first is not None else ".",
        safety=change.safety if change is not None else findings[0].fix,
        places=tuple(places),
        credential=tuple(dict.fromkeys(_credentials(report, calls))),
        requests=tuple(dict.fromkeys((_request(call, call.query), _as_must_be(call)) for call in calls)),
        why=sentence(why) if why else "",
        sketch=_sketch(change, findings, calls),
        check=f"{report.tool.name} verify --since HEAD {shlex.join(paths[:1] if len(paths) == 1 else ['.'])}",
    )


def _entered(finding: Finding) -> str:
    place = _HELD.get(finding.kind)
    return f"the key is in {place}" if place else "the place to change"


def _credentials(report: Report, calls: Sequence[CallItem]) -> Iterator[str]:
    held = {name for call in calls for name in call.credential}
    yield from (source_name(item) for item in report.credentials if item.id in held)


def _as_must_be(call: CallItem) -> str:
    rest = [name for name in call.query if name not in _names(call)]
    return f"{_request(call, rest)} with the header Authorization: Bearer <token>"


def _names(call: CallItem) -> frozenset[str]:
    return frozenset({"hapikey"} | ({"access_token"} if "oauth_query" in call.auth else set()))


def _request(call: CallItem, query: Sequence[str]) -> str:
    given = "?" + "&".join(f"{name}=..." for name in query) if query else ""
    return f"{call.method or 'METHOD'} https://{call.host or 'HOST'}{call.endpoint or '/PATH'}{given}"


def _sketch(change: ChangeItem | None, findings: Sequence[Finding], calls: Sequence[CallItem]) -> str:
    """Returns the edits that were planned and are not offered, else what has to be done in words."""
    if change is not None and change.diff:
        return change.diff
    where = ", ".join(dict.fromkeys(_HELD[one.kind] for one in findings if one.kind in _HELD))
    advice = change.advice if change is not None else ""
    senders = sorted({f"{call.path}:{call.line}" for call in calls})
    steps = [advice or (f"Take the key out of {where}." if where else "Change this by hand.")]
    if senders:
        steps.append(f"Send the header `Authorization: Bearer <token>` with the requests at {', '.join(senders)}.")
    if any(one.kind == "key_in_url" for one in findings):
        steps.append("See that the first parameter that is left follows ?, and the others &.")
    return "\n".join(steps)


def _json(one: Order) -> dict[str, Any]:
    return {
        "id": one.id,
        "places": list(one.places),
        "credential": list(one.credential),
        "requests": [{"is": was, "must_be": now} for was, now in one.requests],
        "why": one.why,
        "sketch": one.sketch,
        "check": one.check,
    }


def _text(found: Sequence[Order]) -> Iterator[str]:
    if not found:
        yield "Nothing is left for a person."
    for number, one in enumerate(found, 1):
        yield from (
            ("", f"Order {number} of {len(found)} ({one.id})")
            if number > 1
            else (f"Order 1 of {len(found)} ({one.id})",)
        )
        yield "  Places"
        yield from (f"    {visible(place)}" for place in one.places)
        if one.credential:
            yield f"  Credential   {visible(', '.join(one.credential))}"
        for was, now in one.requests[:_SHOWN]:
            yield f"  Is           {visible(was)}"
            yield f"  Must be      {visible(now)}"
        yield from (f"  {more}" for more in _more(one))
        yield f"  Why by hand  {visible(one.why)}"
        yield "  Sketch"
        yield from (f"    {visible(line)}" for line in one.sketch.splitlines())
        yield f"  Check        {visible(one.check)}"


def _more(one: Order) -> Iterator[str]:
    """Yields how many requests an order has that are not shown; they change as the others do."""
    left = len(one.requests) - _SHOWN
    if left > 0:
        yield f"and {counted(left, 'more request')} that change in the same way; JSON has them all."


def _markdown(one: Order) -> Iterator[str]:
    yield f"## Order {code(one.id)}"
    yield ""
    yield from (f"- {code(place)}" for place in one.places)
    if one.credential:
        yield f"- Credential: {', '.join(code(name) for name in one.credential)}"
    for was, now in one.requests[:_SHOWN]:
        yield f"- {code(was)} has to become {code(now)}"
    yield from (f"- {more}" for more in _more(one))
    yield (
        f"- Why by hand: {code(one.why)}"
        if one.why
        else "- Why by hand: it is not among the changes that were planned."
    )
    yield f"- Check: {code(one.check)}"
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", one.sketch)), 3)
    yield from ("", f"{fence}diff", *(visible(line) for line in one.sketch.splitlines()), fence, "")

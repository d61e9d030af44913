"""What became of the requests between two states of a program: text, Markdown, JSON, SARIF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from migrator.model.compared_requests import MEANINGS, At, Compared, Verification
from migrator.report.parts.plain import counted, dumped, escaped, inert, visible
from migrator.report.sarif import artifact, log, message

_LEVELS = {"differs": "error", "lost": "error", "new": "warning"}


def render(form: str, found: Verification) -> str:
    """Returns the comparison in one of the formats."""
    made: str = {"text": _text, "json": _json, "sarif": _sarif, "markdown": _markdown}[form](found)
    return made


def _text(found: Verification) -> str:
    return inert("\n".join(_lines(found)) + "\n")


def _lines(found: Verification) -> Iterator[str]:
    told = Counter((_where(row), _request(row), tuple(row.problems)) for row in found.rows if row.problems)
    for (where, request, problems), ways in told.items():
        yield f"{where}: {visible(request)}" + (f" (reached in {ways} ways)" if ways > 1 else "")
        yield from (f"    {visible(problem)}" for problem in problems)
    yield from (
        f"{visible(at.path)}:{at.line}: a credential is printed, logged or saved: {visible(told)}"
        for at, told in found.logged
    )
    yield from (f"{visible(at.path)}:{at.line}: not accounted for: {visible(why)}" for at, why in found.open)
    if not found.ok:
        yield ""
    for name, count in found.counts().items():
        if count:
            yield f"{counted(count, 'request')} {MEANINGS[name]}"
    yield from (f"Not followed {visible(limit)}" for limit in found.limits)
    yield _verdict(found)


def _verdict(found: Verification) -> str:
    left = sum(bool(row.problems) for row in found.rows)
    if left:
        return f"Not every request is accounted for: {counted(left, 'request')} to look at."
    if found.lost:
        return "A part of the program can no longer be followed, so a request may be missing."
    if found.open:
        places = counted(len(found.open), "place")
        return f"Not every request is accounted for: nothing tells what {places} may send."
    if found.logged:
        return "Every request is accounted for, but a credential is printed, logged or saved that was not before."
    if not found.rows:
        return "Neither state sends a request to HubSpot."
    if found.limits:
        return "Every request that was found is accounted for; what could not be followed may send others."
    return "Every request is accounted for."


def _markdown(found: Verification) -> str:
    lines = [f"## HubSpot requests before and after: {_verdict(found)}", "", "| Requests | |", "| ---: | --- |"]
    lines += [f"| {count:,} | {MEANINGS[name]} |" for name, count in found.counts().items() if count]
    left = [row for row in found.rows if row.problems]
    if left:
        lines += ["", "| Request | Where | Not accounted for |", "| --- | --- | --- |"]
        cells = ((_request(row), _where(row), "; ".join(row.problems)) for row in left)
        lines += [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in cells]
    told = "- A credential is printed, logged or saved now in {}:{}: {}"
    logged = [told.format(escaped(at.path), at.line, escaped(text)) for at, text in found.logged]
    unknown = [f"- Not accounted for: {escaped(at.path)}:{at.line}: {escaped(why)}" for at, why in found.open]
    for more in (logged, unknown, [f"- Not followed {escaped(limit)}" for limit in found.limits]):
        lines += ["", *more] if more else []
    return inert("\n".join(lines) + "\n")


def entries(found: Verification) -> list[dict[str, Any]]:
    """Returns the rows as data."""
    return [
        {
            "verdict": row.verdict,
            "method": row.method,
            "host": row.host,
            "endpoint": row.endpoint,
            "before": _place(row.before),
            "after": _place(row.after),
            "problems": list(row.problems),
        }
        for row in found.rows
    ]


def _json(found: Verification) -> str:
    data = {
        "schema_version": 1,
        "tool": {"name": "hapikey-migrator", "version": found.version},
        "summary": {"ok": found.ok, **found.counts()},
        "requests": entries(found),
        "logged": [{**asdict(at), "text": told} for at, told in found.logged],
        "open": [{**asdict(at), "text": why} for at, why in found.open],
        "limits": list(found.limits),
    }
    return dumped(data)


def _place(at: At | None) -> dict[str, Any] | None:
    return None if at is None else asdict(at)


def _sarif(found: Verification) -> str:
    rules = [{"id": f"verify/{name}", "shortDescription": {"text": f"Requests {MEANINGS[name]}"}} for name in _LEVELS]
    rules.append({"id": "verify/logged", "shortDescription": {"text": "Credentials printed, logged or saved"}})
    results = [_result(row) for row in found.rows if row.problems]
    told = "A credential is printed, logged or saved that was not before: {}"
    results += [_located("verify/logged", "error", told.format(text), at) for at, text in found.logged]
    rules.append({"id": "verify/open", "shortDescription": {"text": "Places that may send a request nothing tells of"}})
    unknown = "Nothing tells what is sent from here: {}"
    results += [_located("verify/open", "error", unknown.format(why), at) for at, why in found.open]
    driver = {"name": "hapikey-migrator", "version": found.version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "hapikey-migrator/verify/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return log([run])


def _result(row: Compared) -> dict[str, Any]:
    told = f"{_request(row)}: {'; '.join(row.problems)}."
    return _located(f"verify/{row.verdict}", _LEVELS.get(row.verdict, "error"), told, row.after or row.before)


def _located(rule: str, level: str, told: str, at: At | None) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": rule, "level": level, "message": {"text": message(told)}}
    if at is not None:
        region = {"startLine": at.line, "startColumn": at.column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact(at.path), "region": region}}]
    return result


def _request(row: Compared) -> str:
    return f"{row.method or 'a request'} {row.endpoint or 'to an unknown path'}"


def _where(row: Compared) -> str:
    at = row.after or row.before
    if at is None:
        return "?"
    return f"{visible(at.path)}:{at.line}" + ("" if row.after else " (before)")

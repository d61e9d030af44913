"""SARIF 2.1.0 as GitHub's code scanning reads it: one run for each report.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from migrator.model.report import (
    CallItem,
    ChangeItem,
    EditItem,
    ErrorItem,
    Finding,
    FindingText,
    Place,
    Report,
    TraceStep,
)
from migrator.report.parts.facts import sinks, worst_first
from migrator.report.parts.plain import InFile, counted, dumped, relative, request_name, visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/OWNER/hapikey-migrator"
"""Where the project is, OWNER in place of whoever has it, as in the README."""
CODES = "docs/findings.md"
"""The page that explains each code under a heading of its own."""
MAX_RESULTS = 25_000
MAX_FLOWS = 20
MAX_TEXT = 1_024
_ROLES = {
    "key": "The key enters the program",
    "url": "The URL is put together",
    "method": "The method is chosen",
    "send": "The request is sent",
}
_Json = dict[str, Any]


def render(reports: Sequence[Report]) -> str:
    """Returns one SARIF log."""
    return log([_run(item, len(reports) > 1) for item in reports])


def log(runs: Sequence[_Json]) -> str:
    """Returns a log of some runs."""
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _run(report: Report, several: bool) -> _Json:
    rules = _rules(report)
    index = {rule["id"]: place for place, rule in enumerate(rules)}
    kept = {item.id for item in worst_first(report.findings)[:MAX_RESULTS]}
    calls = {call.id: call for call in report.calls}
    changes = {change.id: change for change in report.changes}
    category = f"{report.tool.name}/{_quoted(report.project, safe='')}/" if several else f"{report.tool.name}/"
    return {
        "tool": {"driver": _driver(report, rules)},
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, len(report.findings) - len(kept))],
        "results": [_result(report, item, index, calls, changes) for item in report.findings if item.id in kept],
    }


def _driver(report: Report, rules: list[_Json]) -> _Json:
    version = report.tool.version
    return {
        "name": report.tool.name,
        "informationUri": HOME,
        "version": version,
        "semanticVersion": version,
        "rules": rules,
    }


def _rules(report: Report) -> list[_Json]:
    firsts = {item.code: item for item in reversed(report.findings)}
    return [_rule(firsts[code], report.guide.findings.get(code)) for code in sorted(firsts)]


def _rule(item: Finding, text: FindingText | None) -> _Json:
    name = "".join(word.capitalize() for word in item.kind.split("_"))
    level = {
        "defaultConfiguration": {"level": item.severity},
        "id": item.code,
        "name": name,
        "helpUri": f"{HOME}/blob/main/{CODES}#{item.code.lower()}",
    }
    if text is None:
        said = {"text": item.kind.replace("_", " ")}
        return level | {"shortDescription": said, "fullDescription": said, "help": said}
    links = "".join(f"\n- <{url}>" for url in text.sources)
    properties: _Json = {"precision": text.precision, "tags": list(text.tags)[:20]}
    if text.security_severity:
        properties["security-severity"] = text.security_severity
    else:
        problem = {"error": "error", "warning": "warning", "note": "recommendation"}
        properties["problem.severity"] = problem[item.severity]
    return level | {
        "shortDescription": {"text": text.title[:MAX_TEXT]},
        "fullDescription": {"text": text.explanation[:MAX_TEXT]},
        "help": {
            "text": f"{text.explanation}\n\n{text.advice}",
            "markdown": f"{text.explanation}\n\n**What to do**: {text.advice}" + (links and f"\n\n{links.strip()}"),
        },
        "properties": properties,
    }


def _invocation(report: Report, left_out: int) -> _Json:
    notes = [_notification(report, error) for error in report.errors]
    if left_out:
        said = f"{counted(left_out, 'finding')} left out, because a run may hold {MAX_RESULTS:,}"
        notes.append({"level": "warning", "message": {"text": said}})
    return {"executionSuccessful": not report.errors, "toolExecutionNotifications": notes}


def _notification(report: Report, error: ErrorItem) -> _Json:
    place = {"physicalLocation": {"artifactLocation": artifact(relative(report, error))}}
    return {"level": "error", "message": {"text": message(error.message)}, "locations": [place]}


def _result(
    report: Report,
    item: Finding,
    rules: Mapping[str, int],
    calls: Mapping[str, CallItem],
    changes: Mapping[str, ChangeItem],
) -> _Json:
    said = item.message if item.reason is None else f"{item.message} {item.fix.capitalize()}: {item.reason}"
    result: _Json = {
        "ruleId": item.code,
        "ruleIndex": rules[item.code],
        "level": item.severity,
        "message": {"text": message(said)},
        "locations": [{"physicalLocation": _physical(report, item, _region(item))}],
        "partialFingerprints": {"hapikeyMigrator/v1": item.fingerprint},
        "properties": {"certainty": item.certainty, "fix": item.fix, "kind": item.kind},
    }
    flows = [_flow(report, calls[name]) for name in item.calls[:MAX_FLOWS] if name in calls and calls[name].trace]
    if flows:
        result["codeFlows"] = flows
    if others := sinks(calls, item)[:MAX_FLOWS]:
        result["relatedLocations"] = [_sent(report, call) for call in others]
    change = changes.get(item.change or "")
    if change and _applicable(change):
        result["fixes"] = [_fix(report, change)]
    if change and change.written:
        result["properties"]["written"] = True
    return result


def _sent(report: Report, call: CallItem) -> _Json:
    region = {"startLine": call.line, "startColumn": call.column}
    said = f"{_ROLES['send']}: {request_name(call)}"
    return {"physicalLocation": _physical(report, call, region), "message": {"text": message(said)}}


def message(text: str) -> str:
    """Returns a text as it may stand in a message.

    There "[text](target)" is a link, and what stands there may come from the scanned code.
    """
    return visible(text).replace("](", "] (")


def _physical(report: Report, item: InFile, region: _Json) -> _Json:
    return {"artifactLocation": artifact(relative(report, item)), "region": region}


def artifact(path: str) -> _Json:
    """Returns where a file lies."""
    return {"uri": _quoted(path.lstrip("/"), safe="/")}


def _quoted(text: str, *, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def _region(item: Finding | EditItem) -> _Json:
    return {
        "startLine": item.line,
        "startColumn": item.column,
        "endLine": item.end_line,
        "endColumn": item.end_column,
    }


def _flow(report: Report, call: CallItem) -> _Json:
    before = [step for step in call.trace if step.role != "send"]
    sends = [step for step in call.trace if step.role == "send"]
    steps: list[tuple[Place | TraceStep, str]] = [
        *((step, _ROLES[step.role]) for step in before),
        *((place, "Called from here") for place in call.via),
        *((step, f"{_ROLES['send']}: {request_name(call)}") for step in sends),
    ]
    locations = [
        {
            "location": {
                "physicalLocation": _physical(report, step, {"startLine": step.line, "startColumn": step.column}),
                "message": {"text": message(said)},
            }
        }
        for step, said in steps
    ]
    return {"message": {"text": message(request_name(call))}, "threadFlows": [{"locations": locations}]}


def _applicable(change: ChangeItem) -> bool:
    # GitHub rejects a whole file for one empty artifactChanges, and a masked text would break the code it is put into
    return change.safety != "manual" and bool(change.edits) and all(e.line and not e.masked for e in change.edits)


def _fix(report: Report, change: ChangeItem) -> _Json:
    said = "Safe" if change.safety == "safe" else f"Unsafe: {message(change.reason or '')}"
    edits = sorted(change.edits, key=lambda edit: (edit.root, edit.path, edit.span))
    return {
        "description": {"text": said},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri},
                "replacements": [
                    {"deletedRegion": _region(edit), "insertedContent": {"text": edit.replacement}} for edit in items
                ],
            }
            for uri, items in groupby(edits, lambda edit: artifact(relative(report, edit))["uri"])
        ],
    }

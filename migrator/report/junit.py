"""JUnit XML: a suite for each file, a case for each finding. Notes pass; a clean report is one case that passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET  # written, never parsed

from migrator.model.report import Finding, Report
from migrator.report.parts.facts import messages
from migrator.report.parts.plain import relative, visible


def render(reports: Sequence[Report]) -> str:
    """Returns the reports as one document of test suites."""
    root = ET.Element("testsuites", name=reports[0].tool.name if reports else "")
    for report in reports:
        _suites(root, report)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suites(root: ET.Element, report: Report) -> None:
    message = messages(report)
    for path, items in groupby(report.findings, lambda item: visible(relative(report, item))):
        _findings(root, path, [(item, visible(message(item))) for item in items])
    for error in report.errors:
        path = visible(relative(report, error))
        case = ET.SubElement(_suite(root, path, 1, errors=1), "testcase", name="analysis", classname=path)
        ET.SubElement(case, "error", message=visible(error.message), type="error")
    if not report.findings and not report.errors:
        ET.SubElement(_suite(root, visible(report.project) or ".", 1), "testcase", name="no finding")


def _suite(root: ET.Element, name: str, tests: int, *, failures: int = 0, errors: int = 0) -> ET.Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return ET.SubElement(root, "testsuite", {"name": name, **counts})


def _findings(root: ET.Element, path: str, items: Sequence[tuple[Finding, str]]) -> None:
    suite = _suite(root, path, len(items), failures=sum(item.severity != "note" for item, _ in items))
    seen: Counter[str] = Counter()
    for item, said in items:
        name = f"{item.code} {item.kind} at {item.line}:{item.column}"
        seen[name] += 1
        name += f" ({seen[name]})" if seen[name] > 1 else ""
        case = ET.SubElement(suite, "testcase", name=name, classname=path, file=path, line=str(item.line))
        if item.severity == "note":
            ET.SubElement(case, "system-out").text = said
            continue
        failure = ET.SubElement(case, "failure", message=said, type=item.severity)
        why = f"\n{item.fix}: {visible(item.reason)}" if item.reason else ""
        failure.text = f"{path}:{item.line}:{item.column}: {said}{why}"

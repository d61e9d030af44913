"""Findings that are selected, suppressed, or known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from migrator.catalog.findings import finding_rules
from migrator.errors import ConfigurationError
from migrator.findings import baseline
from migrator.findings.selection import select
from migrator.findings.suppression import suppress
from migrator.findings.verdict import exit_status
from migrator.model.report import Finding, Occurrences, Report, ScopesItem, Summary, Tool
from migrator.model.text import Source, Span, Suppression
from migrator.settings import Settings

RULES = finding_rules()
UNUSED = RULES["unused_suppression"]


def finding(kind: str, path: str = "a.py", line: int = 1, *, end: int = 0, print_: str = "") -> Finding:
    rule = RULES[kind]
    return Finding(
        id=f"{kind}-{path}-{line}",
        code=rule.code,
        kind=kind,
        severity=rule.severity,
        certainty="exact",
        path=path,
        line=line,
        column=1,
        end_line=end or line,
        end_column=9,
        message="",
        fix="none",
        reason=None,
        calls=(),
        change=None,
        fingerprint=print_ or f"{kind}-{line}",
    )


def report(*findings: Finding, roots: tuple[str, ...] = (".",)) -> Report:
    return Report(
        schema_version=1,
        tool=Tool(name="t", version="1", rules=""),
        roots=roots,
        summary=Summary(files_scanned=1, files_analysed=1, findings=len(findings), calls=0, complete=True),
        occurrences=Occurrences(total=0, in_call=0, finding=0, gap=0, suppressed=0, own_name=0),
        findings=findings,
        calls=(),
        credentials=(),
        scopes=ScopesItem(complete=True, required=(), optional=(), possible=(), unresolved=()),
        gaps=(),
        changes=(),
        secrets=(),
        skipped=(),
        errors=(),
    )


def kinds(found: Report) -> list[str]:
    assert found.summary.findings == len(found.findings)
    return [item.kind for item in found.findings]


PARAMS, URL, SOURCE, BROKEN = "key_in_params", "key_in_url", "key_source", "internal_error"


def test_everything_is_selected_by_default() -> None:
    found = report(finding(PARAMS), finding(SOURCE, line=2))
    assert select(found, Settings(), RULES) == found


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        (Settings(select=("HK1",)), [PARAMS, URL, BROKEN]),
        (Settings(select=("hk101", "key_source")), [PARAMS, SOURCE, BROKEN]),
        (Settings(ignore=("HK1", "internal_error")), [SOURCE, BROKEN]),
        (Settings(select=("HK1",), ignore=("key_in_url",)), [PARAMS, BROKEN]),
    ],
)
def test_findings_are_selected_by_code_beginning_or_kind(settings: Settings, left: list[str]) -> None:
    found = report(*(finding(kind, line=at) for at, kind in enumerate((PARAMS, URL, SOURCE, BROKEN), 1)))
    assert kinds(select(found, settings, RULES)) == left


def test_files_can_ignore_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(source=str(tmp_path / "pyproject.toml"), per_file_ignores={"/src/tests/": ("HK1",)})
    inside, outside = finding(PARAMS, "tests/a.py"), finding(PARAMS, "b.py")
    assert select(report(outside, inside, roots=("src",)), settings, RULES).findings == (outside,)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no finding is called .key_in_parms.\. Did you mean .key_in_params.\?"
    ):
        select(report(), Settings(ignore=("key_in_parms",)), RULES)


SOURCE_TEXT = Source(path="a.py", text="get(\n  url,  # hapikey: ignore[HK101] why\n)\n")


def comment(line: int, *codes: str) -> Suppression:
    return Suppression(Span(14, 38), line, codes, "why")


def test_a_comment_on_any_line_of_a_finding_suppresses_it() -> None:
    found = report(finding(PARAMS, line=1, end=3), finding(URL, line=4))
    left = suppress(found, [(SOURCE_TEXT, [comment(2, "HK101")])], UNUSED)
    assert kinds(left) == [URL]


@pytest.mark.parametrize("codes", [(), ("HK101", "HK102"), ("key_in_params", "key_in_url")])
def test_a_comment_can_suppress_several(codes: tuple[str, ...]) -> None:
    found = report(finding(PARAMS, line=2), finding(URL, line=2))
    assert kinds(suppress(found, [(SOURCE_TEXT, [comment(2, *codes)])], UNUSED)) == []


def test_a_comment_elsewhere_or_for_another_code_suppresses_nothing_and_is_reported() -> None:
    found = report(finding(PARAMS, line=2))
    (kept, idle) = suppress(found, [(SOURCE_TEXT, [comment(2, "HK102")])], UNUSED).findings
    assert (kept.kind, idle.kind) == (PARAMS, "unused_suppression")
    assert "HK102" in idle.message
    assert (idle.line, idle.column, idle.end_line) == (2, 10, 2)
    assert kinds(suppress(found, [(replace(SOURCE_TEXT, path="b.py"), [comment(2)])], UNUSED)) == [
        PARAMS,
        "unused_suppression",
    ]


def test_the_code_that_met_nothing_is_reported_alone() -> None:
    left = suppress(report(finding(PARAMS, line=2)), [(SOURCE_TEXT, [comment(2, "HK101", "HK999")])], UNUSED)
    assert kinds(left) == ["unused_suppression"]
    assert "HK999" in left.findings[0].message
    assert "HK101" not in left.findings[0].message


def test_a_failure_of_the_tool_cannot_be_suppressed() -> None:
    assert BROKEN in kinds(suppress(report(finding(BROKEN, line=2)), [(SOURCE_TEXT, [comment(2)])], UNUSED))


def known(tmp_path: Path, *findings: Finding) -> Path:
    path = tmp_path / "known.json"
    path.write_bytes(baseline.write(report(*findings, roots=(str(tmp_path),)), path)[0])
    return path


def applied(tmp_path: Path, path: Path, *findings: Finding) -> Report:
    return baseline.apply(report(*findings, roots=(str(tmp_path),)), path, [str(tmp_path)], UNUSED)


def test_known_findings_are_not_reported_wherever_they_moved(tmp_path: Path) -> None:
    path = known(tmp_path, finding(PARAMS, "a.py", 3, print_="p"))
    assert kinds(applied(tmp_path, path, finding(PARAMS, "moved/b.py", 90, print_="p"))) == []
    assert kinds(applied(tmp_path, path, finding(PARAMS, "a.py", 3, print_="p"), finding(URL, print_="q"))) == [URL]


def test_a_copy_of_a_known_finding_is_new_and_the_old_place_stays_known(tmp_path: Path) -> None:
    path = known(tmp_path, finding(PARAMS, "z.py", print_="p"))
    left = applied(tmp_path, path, finding(PARAMS, "a.py", print_="p"), finding(PARAMS, "z.py", print_="p"))
    assert [item.path for item in left.findings] == ["a.py"]


def test_stale_entries_are_reported_where_they_stand(tmp_path: Path) -> None:
    path = known(tmp_path, finding(PARAMS, "a.py", print_="p"), finding(URL, "b.py", print_="q"))
    (stale,) = applied(tmp_path, path, finding(PARAMS, "a.py", print_="p")).findings
    assert (stale.kind, stale.path) == ("unused_suppression", "known.json")
    assert "HK102 in b.py" in stale.message
    assert '"q"' in path.read_text().splitlines()[stale.line - 1]


def test_an_entry_of_what_was_not_scanned_is_not_stale(tmp_path: Path) -> None:
    path = known(tmp_path, finding(PARAMS, "other/a.py", print_="p"))
    scanned = tmp_path / "here"
    assert kinds(baseline.apply(report(roots=(str(scanned),)), path, [str(scanned)], UNUSED)) == []


def test_a_baseline_holds_no_failures_and_is_sorted(tmp_path: Path) -> None:
    path = known(
        tmp_path, finding(URL, "b.py"), finding(BROKEN), finding("unused_suppression"), finding(PARAMS, "a.py")
    )
    assert [entry["path"] for entry in json.loads(path.read_text())["findings"]] == ["a.py", "b.py"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}'])
def test_a_damaged_baseline_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="Write it again"):
        applied(tmp_path, path)


def test_a_missing_baseline_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the baseline"):
        applied(tmp_path, tmp_path / "none.json")


def test_what_a_branch_adds_is_what_was_not_there(tmp_path: Path) -> None:
    before = report(finding(PARAMS, "a.py", print_="p"), finding(URL, "a.py", print_="q"), roots=("/tmp/x",))  # noqa: S108
    after = report(finding(PARAMS, "renamed.py", 40, print_="p"), finding(SOURCE, print_="n"), finding(BROKEN))
    assert sorted(kinds(baseline.added(after, before))) == [BROKEN, SOURCE]


@pytest.mark.parametrize(
    ("found", "threshold", "status"),
    [
        ([], "note", 0),
        ([SOURCE], "warning", 0),
        ([SOURCE], "note", 1),
        (["unused_suppression"], "warning", 1),
        (["unused_suppression"], "error", 0),
        ([PARAMS], "error", 1),
        ([PARAMS], None, 0),
        ([PARAMS, BROKEN], None, 2),
        ([BROKEN], "note", 2),
    ],
)
def test_the_exit_status_follows_the_worst_finding(found: list[str], threshold, status: int) -> None:
    assert exit_status(report(*map(finding, found)), threshold) == status

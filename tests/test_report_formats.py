"""What the formats for machines promise beyond their golden files."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from report_sample import hostile, many, sample

from migrator import pipeline
from migrator.model.report import Report
from migrator.model.sentences import sentence
from migrator.report import render
from migrator.report.parts.facts import called
from migrator.report.parts.style import Style
from migrator.settings import Settings

SARIF = jsonschema.Draft7Validator(json.loads((Path(__file__).parent / "data/sarif-2.1.0.json").read_text("utf-8")))


def sarif(*reports: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render("sarif", reports))
    SARIF.validate(log)
    return log


@pytest.mark.parametrize("report", [sample(), hostile(), many(50)], ids=["sample", "hostile", "many"])
def test_sarif_is_valid_and_has_what_github_requires(report: Report) -> None:
    (run,) = sarif(report)["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        texts = (rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["help"]["text"])
        assert all(texts)
        assert max(map(len, texts[:2])) <= 1024
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"].keys() == {"hapikeyMigrator/v1"}
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        assert region.keys() == {"startLine", "startColumn", "endLine", "endColumn"}
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?!/)[A-Za-z0-9._~/%-]+", uri), uri


def test_sarif_security_severity_is_a_number_in_text() -> None:
    (run,) = sarif(sample())["runs"]
    rules = {rule["id"]: rule["properties"] for rule in run["tool"]["driver"]["rules"]}
    assert rules["HK202"]["security-severity"] == "9.1"
    assert "security" in rules["HK202"]["tags"]
    assert rules["HK305"]["problem.severity"] == "warning"


def test_sarif_flow_follows_the_evidence_to_the_send() -> None:
    (run,) = sarif(sample())["runs"]
    session = next(item for item in run["results"] if item["ruleId"] == "HK103")
    flow = session["codeFlows"][0]["threadFlows"][0]["locations"]
    said = [step["location"]["message"]["text"] for step in flow]
    assert said == [
        "The key enters the program",
        "The URL is put together",
        "Called from here",
        "The request is sent: GET /owners/v2/owners",
    ]


def test_sarif_fixes_are_whole_applicable_and_never_masked() -> None:
    report = sample()
    masked = [replace(c, edits=tuple(replace(e, masked=True) for e in c.edits)) for c in report.changes]
    assert not any("fixes" in item for item in sarif(replace(report, changes=tuple(masked)))["runs"][0]["results"])
    fixes = [fix for item in sarif(report)["runs"][0]["results"] for fix in item.get("fixes", ())]
    assert [len(change["replacements"]) for fix in fixes for change in fix["artifactChanges"]] == [1, 1, 2, 1]
    assert sum(fix["description"]["text"] == "Safe" for fix in fixes) == 2


def test_sarif_tells_of_errors() -> None:
    (run,) = sarif(sample())["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "Permission denied" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_keeps_the_worst_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrator.report.sarif.MAX_RESULTS", 5)
    (run,) = sarif(sample())["runs"]
    assert [item["level"] for item in run["results"]] == ["error"] * 5
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"].startswith("10 findings left out")


def test_sarif_runs_of_several_reports_have_categories_of_their_own() -> None:
    runs = sarif(replace(sample(), project="a b"), replace(sample(), project="c"))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["hapikey-migrator/a%20b/", "hapikey-migrator/c/"]


@pytest.mark.parametrize(
    ("roots", "root", "path", "uri"),
    [
        ((".",), 0, "a b/ü.py", "a%20b/%C3%BC.py"),
        (("src",), 0, "a.py", "src/a.py"),
        (("src/a.py",), 0, "a.py", "src/a.py"),
        (("lib", "src"), 1, "a.py", "src/a.py"),
        (("/home/me/x",), 0, "a.py", "a.py"),
        ((".",), 0, "c:/x.py", "c%3A/x.py"),
    ],
)
def test_uris_are_relative_to_where_the_tool_ran(roots: tuple[str, ...], root: int, path: str, uri: str) -> None:
    report = sample()
    moved = replace(report, roots=roots, findings=(replace(report.findings[0], path=path, root=root),))
    (result,) = sarif(moved)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_github_keeps_to_its_limits_and_counts_the_rest() -> None:
    lines = render("github", [many(60), sample()]).splitlines()
    counts = Counter(line.split(" ")[0] for line in lines)
    assert counts == {"::error": 10, "::warning": 6, "::notice": 5}
    assert lines[-1] == "::notice title=hapikey-migrator::55 more findings in the other formats of the report"
    assert [line[2] for line in lines] == sorted(line[2] for line in lines[:10]) + ["w"] * 6 + ["n"] * 5


def test_github_escapes_properties() -> None:
    odd = replace(sample().findings[0], path="a,b:c%.py", message="50% done\r\n::error::x")
    (line,) = render("github", [replace(sample(), findings=(odd,))]).splitlines()
    assert "file=a%2Cb%3Ac%25.py," in line
    assert line.endswith("::50%25 done\\r\\n::error::x")


def test_gitlab_fingerprints_are_unique_and_do_not_depend_on_lines() -> None:
    report = sample()
    twins = replace(report, findings=(*report.findings, *report.findings))
    entries = json.loads(render("gitlab", [twins, replace(report, project="other")]))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 3 * len(report.findings)
    moved = replace(report, findings=tuple(replace(f, line=f.line + 7) for f in report.findings))
    fingerprints = [[e["fingerprint"] for e in json.loads(render("gitlab", [r]))] for r in (report, moved)]
    assert fingerprints[0] == fingerprints[1]
    assert {entry["severity"] for entry in entries} == {"critical", "major", "info"}


@pytest.mark.parametrize("report", [sample(), hostile(), many(30)], ids=["sample", "hostile", "many"])
def test_junit_counts_add_up(report: Report) -> None:
    root = ET.fromstring(render("junit", [report]))  # noqa: S314 - our own output
    assert int(root.get("tests", "")) == len(root.findall(".//testcase")) == len(report.findings) + len(report.errors)
    loud = sum(item.severity != "note" for item in report.findings)
    assert int(root.get("failures", "")) == len(root.findall(".//failure")) == loud
    assert int(root.get("errors", "")) == len(report.errors)


@pytest.mark.parametrize("reports", [[many(1500)], [hostile()] * 3, [sample()] * 40], ids=["many", "hostile", "forty"])
def test_a_comment_fits(reports: list[Report]) -> None:
    made = render("markdown", reports)
    assert len(made) <= 65_000
    assert made.count("<details>") == made.count("</details>")
    more = re.search(r"^(\d+) more project", made, re.MULTILINE)
    assert made.count("## HubSpot API key migration") + int(more[1] if more else 0) == len(reports)


def test_a_comment_counts_what_does_not_fit() -> None:
    made = render("markdown", [many(1500)])
    rows = len(re.findall(r"^\| `services", made, re.MULTILINE))
    assert f"{1500 - rows:,} more findings in the other formats" in made


@pytest.mark.parametrize("report", [sample(), many(30)], ids=["sample", "many"])
def test_text_is_readable_at_80_columns(report: Report) -> None:
    folded = render("text", [report], Style(width=80))
    assert max(map(len, folded.splitlines())) <= 80
    assert folded.split() == render("text", [report]).split()


def test_a_sentence_stays_on_its_line_where_no_terminal_folds_it() -> None:
    report = sample()
    made = render("text", [report])
    assert all(
        any(item.message in line for line in made.splitlines()) for item in report.findings if item.severity != "note"
    )


def test_cases_of_a_suite_have_names_of_their_own() -> None:
    report = sample()
    twice = tuple(replace(item, message=f"{item.message} {n}") for item in report.findings for n in range(3))
    root = ET.fromstring(render("junit", [replace(report, findings=twice)]))  # noqa: S314 - our own output
    for suite in root:
        names = [case.get("name") for case in suite]
        assert len(names) == len(set(names))


def test_sarif_says_where_to_read_more() -> None:
    driver = json.loads(render("sarif", [sample()]))["runs"][0]["tool"]["driver"]
    assert driver["informationUri"].startswith("https://")
    assert all(rule["helpUri"].startswith("https://") for rule in driver["rules"])


def test_a_concise_line_is_one_finding_that_an_editor_can_open() -> None:
    report = sample()
    lines = render("concise", [report]).splitlines()
    assert len(lines) == len(report.findings) + len(report.errors)
    assert all(re.match(r"[^:]+:\d+:\d+: (HK\d+|error) \S", line) for line in lines)


def test_paths_of_an_absolute_root_can_be_opened_and_are_no_addresses() -> None:
    report = replace(sample(), roots=("/srv/app",))
    assert render("concise", [report]).startswith("/srv/app/")
    uris = re.findall(r'"uri": "([^"]*)"', render("sarif", [report]))
    assert uris and not any(uri.startswith(("/", "srv")) for uri in uris)


def test_gaps_that_say_the_same_are_told_once() -> None:
    report = sample()
    gaps = tuple(replace(report.gaps[0], id=f"g{line}", line=line) for line in range(1, 9))
    made = render("text", [replace(report, gaps=gaps)])
    assert made.count("Answer g-flush in") == 1
    assert "jobs/hooks.py:5  g5" in made
    assert "and 3 more places" in made
    assert "jobs/hooks.py:6 " not in made
    assert render("markdown", [replace(report, gaps=gaps)]).count("and 3 more places") == 1
    page = render("html", [replace(report, gaps=gaps)])
    assert all(f'id="g-g{line}"' in page for line in range(1, 9))


@pytest.mark.parametrize(
    ("project", "roots", "name"),
    [
        ("crm", (".",), "crm"),
        ("", ("/home/me/crm/",), "crm"),
        ("", ("../crm",), "crm"),
        ("", (".",), "x"),
        ("", ("..",), "x"),
        ("", ("a", "b"), "x"),
    ],
)
def test_a_report_is_called_by_its_project_or_its_folder(project: str, roots: tuple[str, ...], name: str) -> None:
    assert called(replace(sample(), project=project, roots=roots), "x") == name


def test_sentences_end_once() -> None:
    assert [sentence(text) for text in ("a", "a.", "a?", "")] == ["a.", "a.", "a?", ""]


@pytest.mark.parametrize("form", ["text", "concise", "github", "markdown", "gitlab", "junit", "html"])
def test_a_finding_about_an_endpoint_says_where_the_request_is_sent(form: str) -> None:
    gone = [item for item in sample().findings if item.kind == "sunset_endpoint"]
    told = re.sub(r"<[^>]*>|`", "", render(form, [replace(sample(), findings=tuple(gone))]))
    assert re.search(r"Sent at crm/client\.py:19\.", told)
    loud = [item for item in sample().findings if item.kind == "key_in_session"]
    assert "Sent at" not in re.sub(r"<script.*?</script>", "", render(form, [replace(sample(), findings=tuple(loud))]))


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_requests_that_only_scripts_hold_are_not_passed_over(tmp_path: Path, form: str) -> None:
    (tmp_path / "sync.sh").write_text('curl "https://api.hubapi.com/contacts/v1/lists?hapikey=$HUBSPOT_API_KEY"\n')
    left_out = pipeline.scan(Settings(paths=(str(tmp_path),)))
    counted = pipeline.scan(Settings(paths=(str(tmp_path),), include_recorded=True))
    said = [
        re.sub(r"<[^>]*>|[`.]", "", render(form, [one]).partition("<script type")[0]) for one in (left_out, counted)
    ]
    assert "1 request in scripts, documents and recordings; --include-recorded counts their scopes too" in said[0]
    assert "1 request in scripts, documents and recordings; their scopes are counted" in said[1]
    assert all("service key" in one.lower() for one in said)


def test_gaps_that_differ_in_what_they_name_are_one_question_from_three_on() -> None:
    report = sample()
    first = replace(report.gaps[0], reason="Which object types can `kind0` (app.py:9) be?", kind="dynamic_path")
    gaps = tuple(
        replace(first, id=f"g{n}", line=n + 1, reason=first.reason.replace("kind0", f"kind{n}")) for n in range(7)
    )
    for form in ("text", "markdown", "html"):
        made = render(form, [replace(report, gaps=gaps)])
        assert "Which object types can" in made
        assert len(re.findall(r"Which object types can\W+(?:<code>)?`?…", made)) in (1, 2), form
        assert "kind4" in made, form
    text = render("text", [replace(report, gaps=gaps)])
    assert "jobs/hooks.py:5  `kind4` (app.py:9)  g4" in text
    assert "and 2 more places" in text
    two = render("text", [replace(report, gaps=gaps[:2])])
    assert "can `kind0` (app.py:9) be?" in two
    assert "can `kind1` (app.py:9) be?" in two


def test_requests_that_are_asked_the_same_are_named_at_their_places() -> None:
    report = sample()
    gaps = tuple(
        replace(report.gaps[0], id=f"g{n}", reason=f"GET /crm/v9/things{n} is not in the rules") for n in range(4)
    )
    text = render("text", [replace(report, gaps=gaps)])
    assert text.count("`…` is not in the rules.") == 1
    assert "GET /crm/v9/things2  " in text


def test_many_files_that_nothing_reads_are_left_to_the_summary() -> None:
    report = sample()
    first = replace(report.findings[0], kind="unread_code", code="HK703", severity="warning", message="Uses HubSpot.")
    for number, shown in ((20, True), (21, False)):
        findings = tuple(replace(first, id=f"f{n}", path=f"src/{n}.go") for n in range(number))
        made = render("text", [replace(report, findings=findings)])
        assert ("src/7.go\n" in made) == shown
        assert ("(not shown above: HK703" in made) != shown
        assert f"{number} warnings" in made
        assert render("concise", [replace(report, findings=findings)]).count("Uses HubSpot.") == number

"""The HTML report without a browser; test_report_browser.py has what needs one."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace

from report_sample import CLIENT, KEY, many, sample

from migrator.model.report import Excerpt
from migrator.report import render
from migrator.report.html import Code
from migrator.report.parts.facts import advised_credential, tally
from migrator.report.parts.view import chain, diff_runs, views

PAGE = render("html", [sample()])


def section(name: str) -> str:
    return PAGE.partition(f'id="{name}-section"')[2].partition("</section>")[0]


def test_the_policy_allows_our_style_and_script_alone() -> None:
    for tag in ("style", "script"):
        content = PAGE.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in PAGE
        assert PAGE.count(f"<{tag}>") == 1
    assert "default-src 'none'" in PAGE


def test_the_same_bytes_in_another_process() -> None:
    code = "import sys; sys.path[:0] = sys.argv[1:]; import report_sample, migrator.report as r;" + (
        "sys.stdout.buffer.write(r.render('html', [report_sample.sample()]).encode())"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code, "tests", "."], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    assert made[0].stdout == made[1].stdout == PAGE.encode()


def test_it_opens_with_the_answer() -> None:
    answer = section("answer")
    assert "makes 7 requests to HubSpot, of which 6 send an API key. 2 migrate safely, 4 need a person." in answer
    assert "not complete: 1 question, 1 unknown" in answer
    assert "<dd>Service key</dd>" in answer


def test_the_checklist_is_in_the_official_order_with_the_facts_of_the_repository() -> None:
    steps = section("steps")
    ids = re.findall(r'<li id="step-(\w+)"', steps)
    assert ids == ["sandbox", "scopes", "credential", "code", "verify", "retire"]
    assert "serves this program" in steps
    assert "does not serve this program" in steps
    assert "app-hsmeta.json" in steps
    assert "scripts/old_import.py:3" in steps


def test_every_part_of_the_report_is_shown() -> None:
    assert "Which object types can <code>kind</code> be?" in section("scopes")
    assert "nothing in the project calls <code>flush</code>" in section("blockers")
    assert section("dates").index("2025-03-24") < section("dates").index("2027-09")
    assert section("requests").count("<article") == 7
    assert section("findings").count("<article") == len(sample().findings)
    assert "charts/sync/values.yaml:22" in section("cutover")
    assert section("practices").count("not met") == 5
    assert "hubspot3 3.2.51 cannot send a Bearer token" in section("keys")
    for text in ("Python 2", "Permission denied", "vendored: 212 files"):
        assert text in section("rest")


def test_each_change_is_shown_once_where_its_first_finding_is() -> None:
    for change in sample().changes:
        assert PAGE.count(f'id="e-{change.id}"') == 1
    orphan = replace(sample().changes[0], id="orphan")
    assert 'id="e-orphan"' in render("html", [replace(sample(), changes=(*sample().changes, orphan))])


def test_code_is_highlighted_and_lines_keep_their_numbers() -> None:
    code = Code(replace(sample(), excerpts=(Excerpt(path="a.py", line=7, text='x = """a\nb"""\nreturn <x>\n'),)))
    lines = dict(code.around(0, "a.py", 8, 8))
    assert lines == {
        7: 'x = <span class="s">&#34;&#34;&#34;a</span>',
        8: '<span class="s">b&#34;&#34;&#34;</span>',
        9: '<span class="k">return</span> &lt;x&gt;',
    }
    assert code.line(0, "a.py", 20) is None
    assert code.line(1, "a.py", 7) is None


def test_long_findings_are_cut() -> None:
    code = Code(replace(sample(), excerpts=(Excerpt(path="a.py", line=1, text="x\n" * 90),)))
    assert [number for number, _ in code.around(0, "a.py", 5, 80)] == list(range(4, 17))


def test_a_page_of_many_calls_colours_no_chain() -> None:
    assert str(Code(many(1001)).line(0, "services/part_00/module_0000.py", 8)) == CLIENT.split("\n")[7].replace(
        '"', "&#34;"
    )


def test_steps_on_one_line_are_one_link_and_the_send_comes_last() -> None:
    call = next(item for item in sample().calls if item.id == "k-objects")
    assert [(link.roles, link.line) for link in chain(call)] == [
        (("key",), KEY.line),
        (("url", "via"), 15),
        (("send",), 19),
    ]
    assert [link.roles for link in chain(replace(call, trace=(), via=()))] == [("send",)]


def test_diff_lines_are_told_apart() -> None:
    runs = diff_runs("--- a/x.sql\n+++ b/x.sql\n@@ -1,3 +1,2 @@\n a\n--- gone\n-b\n+c\n")
    assert [kind for kind, _ in runs] == ["head", "same", "del", "add"]
    assert diff_runs("") == ()


def test_paths_are_those_of_the_project_and_with_several_roots_those_of_the_run() -> None:
    finding = sample().findings[0]
    for roots, path in ((("src/app",), "crm/client.py"), (("src/app", "lib"), "src/app/crm/client.py")):
        (view,) = views([replace(sample(), roots=roots)])
        assert view.path(finding) == path
        assert view.files[0][0] == path


def test_requests_are_counted_by_what_becomes_of_them() -> None:
    count = tally(sample().calls)
    assert (count.total, count.safe, count.unsafe, count.manual, count.developer) == (7, 2, 2, 2, 1)
    assert count.total == count.safe + count.unsafe + count.manual + count.developer + count.bearer + count.other
    assert tally([replace(call, context="test") for call in sample().calls]).total == 0


def test_the_credential_advised_serves_every_account_key() -> None:
    report = sample()
    assert advised_credential(report) == "service_key"
    only_app = tuple(
        replace(target, usable=target.credential == "project_app") for target in report.credentials[0].targets
    )
    keys = (replace(report.credentials[0], targets=only_app), *report.credentials[1:])
    assert advised_credential(replace(report, credentials=keys)) == "project_app"
    assert advised_credential(replace(report, credentials=report.credentials[1:2])) is None


def test_projects_of_one_name_are_numbered_and_their_anchors_kept_apart() -> None:
    assert [view.name for view in views([sample(), sample()])] == ["acme-crm-sync (1)", "acme-crm-sync (2)"]
    page = render("html", [sample(), replace(sample(), project="other")])
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "<title>2 projects" in page
    assert page.count("<h1>") == 1

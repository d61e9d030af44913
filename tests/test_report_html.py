"""The HTML report without a browser; test_report_browser.py has what needs one."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace

from report_sample import CLIENT, KEY, many, sample

from migrator.model.report import Excerpt, Revision
from migrator.report import render
from migrator.report.html import Code
from migrator.report.orders import orders
from migrator.report.parts.diffs import hunks
from migrator.report.parts.facts import advised_credential, tally
from migrator.report.parts.style import Style
from migrator.report.parts.view import chain, views
from migrator.report.parts.work import endings, next_command, work

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


def test_it_opens_with_the_work_then_what_is_urgent_then_the_scopes() -> None:
    answer = section("answer")
    order = [
        work(sample()).told,
        "hapikey-migrator migrate --write",
        "written in the source. Revoke",
        "gone since",
        "developer API key",
        "open question",
    ]
    places = [answer.index(text) for text in order]
    assert places == sorted(places)
    assert PAGE.index('id="answer-section"') < PAGE.index('id="scopes-section"') < PAGE.index('id="changes-section"')


def test_requests_to_endpoints_that_are_gone_do_not_count_as_migrated() -> None:
    call = next(call for call in sample().calls if call.fix == "safe")
    before = tally([call])
    after = tally([replace(call, status="sunset")])
    assert (before.safe, before.gone) == (1, 0)
    assert (after.safe, after.gone, after.person) == (0, 1, 1)


def test_endings_are_told_until_they_are_far_away() -> None:
    report = replace(
        sample(), calls=tuple(replace(call, status="legacy", sunset="2026-12-04") for call in sample().calls)
    )
    (first, *_) = endings(report, "2026-11-29")
    assert (first.days, first.gone) == (5, False)
    assert endings(report, "2026-12-05")[0].gone
    assert endings(report, "2026-01-01") == ()


def test_there_is_one_command_to_run_next() -> None:
    report = sample()
    assert next_command(report)[0] == "hapikey-migrator migrate --write"
    assert next_command(replace(report, roots=("a b",)))[0] == "hapikey-migrator migrate 'a b' --write"
    named = replace(report, files=("a.py", "b.py"))
    assert next_command(named)[0] == "hapikey-migrator migrate a.py b.py --write"
    written = replace(report, changes=tuple(replace(change, written=True) for change in report.changes))
    assert next_command(written)[0] == "hapikey-migrator scopes"
    assert next_command(replace(written, gaps=()))[0] == "hapikey-migrator scopes --format list"


def test_what_is_open_is_said_where_nothing_else_is_to_do() -> None:
    done = replace(sample(), changes=(), findings=(), calls=())
    assert work(done).told == f"{len(done.gaps)} questions are open; nothing else to change."
    assert work(replace(done, gaps=done.gaps[:1])).told == "1 question is open; nothing else to change."
    assert work(replace(done, gaps=())).told == "Nothing to change."
    assert work(sample()).told.endswith("1 endpoint that is gone to replace; 2 questions are open.")
    page = render("html", [done])
    assert "questions are open; nothing else to change." in page[: page.index('class="urgent"')]


def test_scopes_are_ticked_and_their_names_never_break() -> None:
    scopes = section("scopes")
    names = re.findall(r'<code class="scope">([^<]*)</code></label>', scopes)
    whole = sample().scopes
    assert set(names) == {item.scope for item in (*whole.required, *whole.after_replacement, *whole.optional)}
    assert scopes.count('type="checkbox"') == len(names)
    assert "<wbr>" not in "".join(re.findall(r'<code class="scope">.*?</code>', PAGE))


def test_the_run_is_named_and_places_become_links() -> None:
    report = replace(sample(), revisions=(Revision(commit="c0ffee" * 6 + "1234", branch="main", prefix="svc/"),))
    style = Style(
        link="https://host/o/r/blob/{commit}/{path}#L{line}", command="hapikey-migrator scan", date="2026-11-29"
    )
    page = render("html", [report], style)
    assert "of commit <code>c0ffeec0ffee</code> on <code>main</code>" in page
    assert '<time datetime="2026-11-29">' in page
    assert "by <code>hapikey-migrator scan</code>" in page
    finding = report.findings[0]
    assert f'href="https://host/o/r/blob/{report.revisions[0].commit}/svc/{finding.path}#L{finding.line}"' in page
    assert "https://host" not in render("html", [sample()], style)


def test_the_checklist_is_in_the_official_order_with_the_facts_of_the_repository() -> None:
    steps = section("steps")
    ids = re.findall(r'<li id="step-(\w+)"', steps)
    assert ids == ["sandbox", "scopes", "credential", "code", "verify", "retire"]
    assert "serves this program" in steps
    assert "does not serve this program" in steps
    assert "app-hsmeta.json" in steps
    assert "scripts/old_import.py:3" in steps


def test_every_part_of_the_report_is_shown() -> None:
    assert "object types can" in section("blockers")
    assert "g-kind = [" in section("blockers")
    assert "nothing in the project calls <code>flush</code>" in section("blockers")
    assert section("dates").index("2025-03-24") < section("dates").index("2027-09")
    assert section("requests").count("<article") == 7
    assert section("findings").count("<article") == len(sample().findings)
    assert "charts/sync/values.yaml:22" in section("cutover")
    assert section("practices").count(">not met</span>") == 5
    assert "hubspot3 3.2.1 cannot send a Bearer token" in section("keys")
    for text in ("was not analysed", "Permission denied", "vendored: 212 files"):
        assert text in section("rest")


def test_each_change_is_shown_once_under_its_file() -> None:
    changes = section("changes")
    for change in sample().changes:
        assert changes.count(f'id="e-{change.id}"') == 1
    orphan = replace(sample().changes[0], id="orphan")
    assert 'id="e-orphan"' in render("html", [replace(sample(), changes=(*sample().changes, orphan))])
    assert "Verified: with this change the program makes the same" in changes


def test_sections_that_are_empty_say_one_line() -> None:
    empty = replace(
        sample(),
        calls=(),
        changes=(),
        findings=(),
        gaps=(),
        secrets=(),
        cutover=(),
        credentials=(),
        errors=(),
        skipped=(),
    )
    page = render("html", [replace(empty, scopes=replace(empty.scopes, required=(), possible=(), unresolved=()))])
    for line in (
        "No line has to change.",
        "Nothing is open.",
        "Every file was read.",
        "No request to HubSpot was found",
    ):
        assert line in page


def test_code_is_highlighted_and_lines_keep_their_numbers() -> None:
    code = Code(replace(sample(), excerpts=(Excerpt(path="a.py", line=7, text='x = """a\nb"""\nreturn <x>\n'),)))
    lines = dict(code.around(0, "a.py", 8, 8))
    assert lines == {
        7: 'x = <span class="s">"""a</span>',
        8: '<span class="s">b"""</span>',
        9: '<span class="k">return</span> &lt;x&gt;',
    }
    assert code.line(0, "a.py", 20) is None
    assert code.line(1, "a.py", 7) is None


def test_long_findings_are_cut() -> None:
    code = Code(replace(sample(), excerpts=(Excerpt(path="a.py", line=1, text="x\n" * 90),)))
    assert [number for number, _ in code.around(0, "a.py", 5, 80)] == list(range(4, 17))


def test_a_page_of_many_calls_colours_no_chain() -> None:
    assert str(Code(many(1001)).line(0, "services/part_00/module_0000.py", 8)) == CLIENT.split("\n")[7]


def test_steps_on_one_line_are_one_link_and_the_send_comes_last() -> None:
    call = next(item for item in sample().calls if item.id == "k-objects")
    assert [(link.roles, link.line) for link in chain(call)] == [
        (("key",), KEY.line),
        (("url", "via"), 15),
        (("send",), 19),
    ]
    assert [link.roles for link in chain(replace(call, trace=(), via=()))] == [("send",)]


def test_the_chain_shows_where_the_key_is_put_in_with_its_neighbours_and_no_line_twice() -> None:
    call = next(item for item in sample().calls if item.id == "k-objects")
    put = replace(sample().findings[0], path=call.path, line=call.line - 1)
    links = chain(call, (put,))
    shown = [(link.path, line) for link in links for line in (link.line, *link.around)]
    assert len(shown) == len(set(shown))
    (at,) = (link for link in links if "put" in link.roles)
    assert at.around == (put.line - 1,)


def test_diff_lines_are_numbered_and_told_apart_by_the_counts_of_their_hunk() -> None:
    (hunk,) = hunks("--- a/x.sql\n+++ b/x.sql\n@@ -3,3 +3,2 @@\n a\n--- gone\n-b\n+c\n\\ No newline at end of file\n")
    assert hunk.path == "x.sql"
    assert [(line.kind, line.old, line.new, line.text) for line in hunk.lines] == [
        ("same", 3, 3, "a"),
        ("del", 4, None, "-- gone"),
        ("del", 5, None, "b"),
        ("add", None, 4, "c"),
    ]
    assert hunks("") == ()


def test_the_words_that_changed_are_marked() -> None:
    (hunk,) = hunks("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-get(url, key=KEY)\n+get(url, token=KEY)\n")
    before, after = hunk.lines
    assert [before.text[a:b] for a, b in before.words] == ["key"]
    assert [after.text[a:b] for a, b in after.words] == ["token"]
    (hunk,) = hunks("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-abc def\n+something quite else()\n")
    assert [line.words for line in hunk.lines] == [(), ()]


def test_paths_are_those_of_the_project_and_with_several_roots_those_of_the_run() -> None:
    finding = sample().findings[0]
    for roots, path in ((("src/app",), "crm/client.py"), (("src/app", "lib"), "src/app/crm/client.py")):
        (view,) = views([replace(sample(), roots=roots)])
        assert view.path(finding) == path
        assert view.files[0][0] == path


def test_requests_are_counted_by_what_becomes_of_them() -> None:
    count = tally(sample().calls)
    assert (count.total, count.safe, count.unsafe, count.manual, count.gone, count.developer) == (7, 2, 2, 1, 1, 1)
    assert count.total == sum((count.safe, count.person, count.developer, count.bearer, count.unknown, count.other))
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


def test_a_change_for_a_person_has_its_work_order() -> None:
    changes = section("changes")
    found = orders(sample())
    assert found
    assert changes.count('<details class="order') == len(found)
    assert "hapikey-migrator verify --since HEAD" in changes

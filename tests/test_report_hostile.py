"""Text of scanned code never becomes markup, a terminal sequence, a workflow command or a link, in any format."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from report_sample import CLIENT, HOSTILE, hostile, sample

from migrator.report import formats, render
from migrator.report.parts.plain import inert, visible, visible_lines

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
TAGS = """
html head meta title link style script body a header div span b button nav ol ul li main section h1 h2 h3 h4 h5 p svg
rect table caption tbody thead tr th td dl dt dd time code pre details summary form label input select option output
article i ins del footer br wbr strong
"""


@pytest.mark.parametrize("name", formats())
def test_no_character_that_steers_what_shows_it(name: str) -> None:
    made = render(name, [hostile(), hostile()])
    assert not UNSEEN.search(made)
    made.encode("utf-8")


@pytest.mark.parametrize("name", ["text", "markdown", "json", "sarif", "gitlab"])
def test_no_command_for_the_log_of_a_ci_job(name: str) -> None:
    for line in render(name, [hostile()]).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_a_log_command_is_broken_wherever_a_line_starts_with_one() -> None:
    assert inert("a\n  ::error::x\n##[group]") == "a\n  \\x3a:error::x\n#\\x23[group]"
    assert inert("::error::x ::y") == "\\x3a:error::x ::y"


def test_github_commands_are_ours_alone() -> None:
    lines = render("github", [hostile()]).splitlines()
    assert len(lines) == len(hostile().findings)
    for line in lines:
        assert re.match(
            r"::(error|warning|notice) file=[^,:]*,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[^,:]*::", line
        )


def test_markdown_shows_what_it_is_given() -> None:
    made = render("markdown", [hostile()])
    for live in ("<img", "</script", "@everyone", "https://evil", "[x](", "~~x~~", "**pwned", "#1 "):
        assert live not in made
    for row in [line for line in made.splitlines() if line.startswith("| <code>")]:
        assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_sarif_messages_hold_no_link() -> None:
    texts = [result["message"]["text"] for result in json.loads(render("sarif", [hostile()]))["runs"][0]["results"]]
    assert all("alert(1)" in text for text in texts)
    assert not any("](" in text for text in texts)


def test_junit_is_well_formed() -> None:
    root = ET.fromstring(render("junit", [hostile()]))  # noqa: S314 - our own output
    assert visible(HOSTILE) in (root.find("testsuite") or root).get("name", "")


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_has_our_elements_and_attributes_alone() -> None:
    page = Page(render("html", [hostile(), hostile()]))
    assert {tag for tag, _ in page.tags} <= set(TAGS.split())
    assert sum(tag == "script" for tag, _ in page.tags) == 2
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert re.match(r"#|https://developers\.hubspot\.com/|data:,$", attributes.get("href") or "#"), attributes
        assert "src" not in attributes
        assert re.fullmatch(r"[A-Za-z0-9_-]*", attributes.get("id") or ""), attributes
    assert any(visible(HOSTILE) in text for text in page.text)


def test_html_data_is_the_whole_report() -> None:
    made = render("html", [hostile()])
    data = made.partition('id="data">')[2].partition("</script>")[0]
    assert "<" not in data
    assert json.loads(data) == json.loads(render("json", [hostile()]))


@pytest.mark.parametrize("name", formats())
def test_renderers_read_no_source_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in {item.path for item in sample().findings}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("key = 'c0ffee00-1234-4abc-8def-00000000cafe'\n" * 40, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "c0ffee00" not in render(name, [sample()])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\nc", "a\\tb\\r\\nc"),
        ("\x1b[31m\x9b", "\\x1b[31m\\x9b"),
        ("\u202eabc\u2069", "\\u202eabc\\u2069"),
        ("\ud800", "\\ud800"),
        ("grün 漢字 😀", "grün 漢字 😀"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_are_kept_apart() -> None:
    assert visible_lines("a\tb\r\n\x00c\rd") == ["a    b", "\\x00c", "d"]
    assert len(visible_lines(CLIENT)) == CLIENT.count("\n") + 1

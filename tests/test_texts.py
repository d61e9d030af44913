"""Every text of the rules and of the questions that a user can see, with an example of how it reads."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import said
from report_sample import sample

from migrator import api
from migrator.catalog.findings import FindingRule, finding_rules
from migrator.findings import endpoints, question_kinds
from migrator.model.report import Gap
from migrator.report import render, sarif
from migrator.report.parts.facts import answer_line, requests_told, tally

GOLDEN = Path(__file__).parent / "golden/texts.md"
ROOT = Path(__file__).parents[1]
RULES = sorted(finding_rules().values(), key=lambda rule: rule.code)
LONGEST = 220
STILTED = (
    r"\b(is|are) not known\b",
    r"\bhas to be\b",
    r"\bhave to be\b",
    r"\bnobody\b",
    r"\bwhich is\b.*\bwhich is\b",
    r"\bin all instead\b",
    r"\b1 (files|requests|changes|scopes) ",
    r" ,|\.\.(?!\.)|  ",
)
"""What readers stumbled over: passives that hide who acts, and counts that do not agree."""


def example(rule: FindingRule) -> str:
    """Returns the message of a finding with the values of its example."""
    return rule.say(**rule.example)


def listed() -> Iterator[str]:
    """Yields the lines of the list of texts."""
    yield "# What a user reads\n"
    yield "Written by `UPDATE_GOLDEN=1 pytest tests/test_texts.py`; read the difference as a user would.\n"
    for rule in RULES:
        yield f"## {rule.code} {rule.text.title}\n"
        yield f"{example(rule)}\n\n{rule.text.explanation}\n\n{rule.text.advice}\n"
        yield f"```\n{rule.before}\n```\n\n```\n{rule.after}\n```\n"
    yield "## What decides an open question\n"
    yield "".join(f"* {kind}: {text}\n" for kind, text in sorted(question_kinds.RESOLVE.items()))
    yield "## Why a change is not safe, what is asked, and what else is told\n"
    yield "".join(f"* {text}\n" for text in said.reasons())
    yield "## Errors\n"
    yield "".join(f"* {text}\n" for text in said.errors())
    yield "## Commands and options\n"
    yield "".join(f"* `{name}`: {text}\n" for name, text in said.helps())
    yield "## What a person has to do about an endpoint\n"
    yield "".join(f"* {kind}: {text}\n" for kind, text in sorted(endpoints._BY_HAND.items()))


def test_every_command_and_option_says_what_it_does() -> None:
    for name, text in said.helps():
        assert re.match(r"[A-Z].*[.:)]$", text), (name, text)
        assert not any(re.search(pattern, text) for pattern in STILTED), (name, text)


def test_errors_and_reasons_are_plain() -> None:
    assert len(said.errors()) > 80
    assert len(said.reasons()) > 100
    for text in (*said.errors(), *said.reasons()):
        assert not re.search(r" [,.;]|\.\.(?!\.)|(?<!\n)  |\b1 (files|requests|changes|scopes) ", text), text
        assert not re.search(r"\b(nobody|in all instead|oops|please|sorry)\b", text, re.IGNORECASE), text


def test_the_list_of_texts_is_up_to_date() -> None:
    made = "\n".join(listed())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(made, encoding="utf-8", newline="\n")
    assert GOLDEN.read_text(encoding="utf-8") == made


def page() -> Iterator[str]:
    """Yields the lines of the page of codes, which SARIF links to."""
    yield "# The codes\n"
    yield "What each finding means, why it matters and what to do. `hapikey-migrator explain CODE` says the same.\n"
    yield "| code | | severity |\n| --- | --- | --- |"
    yield "".join(f"| [{rule.code}](#{rule.code.lower()}) | {rule.text.title} | {rule.severity} |\n" for rule in RULES)
    for rule in RULES:
        yield f"## {rule.code}\n"
        yield f"**{rule.text.title}** ({rule.severity}, `{rule.kind}`)\n\n> {example(rule)}\n"
        yield f"{rule.text.explanation}\n\n{rule.text.advice}\n"
        if rule.before != rule.after:
            yield f"```\n{rule.before}\n```\n\nbecomes\n\n```\n{rule.after}\n```\n"
        if rule.text.sources:
            yield "Source: " + ", ".join(f"<{source}>" for source in rule.text.sources) + "\n"


def test_the_page_of_codes_is_up_to_date() -> None:
    made, path = "\n".join(page()), ROOT / sarif.CODES
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == made


def test_sarif_leads_to_headings_that_are_there() -> None:
    (run,) = json.loads(render("sarif", [sample()]))["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"] == sarif.HOME
    assert f"{sarif.HOME}\n" in (ROOT / "README.md").read_text("utf-8").replace("`", "\n")
    for rule in driver["rules"]:
        address, _, anchor = rule["helpUri"].partition("#")
        path = ROOT / address.removeprefix(f"{sarif.HOME}/blob/main/")
        assert f"\n## {anchor.upper()}\n" in path.read_text("utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_finding_has_an_example_that_reads_well(rule: FindingRule) -> None:
    assert set(rule.example) == rule.fields
    assert rule.before
    assert rule.after
    said = example(rule)
    assert len(said) <= LONGEST
    for text in (said, rule.text.title, rule.text.advice):
        assert re.match(r"[A-Z`]|[a-z0-9-]+ ", text), text
        assert not any(re.search(pattern, text) for pattern in STILTED), text
    assert said[-1] in ".?", said
    assert rule.text.advice.endswith(".")
    assert not rule.text.title.endswith(".")
    explained = api.explain(rule.code, ()).text
    assert "Before:" in explained or rule.before == rule.after
    assert rule.before.split("\n")[0] in explained or rule.before == rule.after


@pytest.mark.parametrize("text", [*question_kinds.RESOLVE.values(), *endpoints._BY_HAND.values()])
def test_what_to_do_is_said_as_a_request(text: str) -> None:
    assert text.endswith((".", "?"))
    assert not any(re.search(pattern, text) for pattern in STILTED)
    assert len(text) <= LONGEST


def test_a_question_can_be_answered_by_pasting_a_line() -> None:
    gap = Gap(
        id="g1", kind="dynamic_path", path="a.py", line=1, column=1, reason="x", resolve="y", choices=("deals", "a b")
    )
    assert answer_line(gap) == 'g1 = ["deals"]'
    assert answer_line(Gap(id="g1", kind="budget", path="a.py", line=1, column=1, reason="x", resolve="y")) == ""


def test_counts_of_requests_agree_and_leave_nothing_out() -> None:
    assert requests_told(tally(())) == "none"

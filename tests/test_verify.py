"""A change is only offered when evaluating the changed program shows the same requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from evaluating import project_of
from planning import ENV

from migrator.evaluate.fixpoint import Evaluation
from migrator.findings.definitions import outermost
from migrator.model.call import ApiCall
from migrator.model.edit import Change, Edit, Safety
from migrator.model.text import Location, Span
from migrator.rewrite.batches import Home
from migrator.rewrite.proof import differences, prove

BEFORE = """import os

import requests

KEY = os.environ["HUBSPOT_API_KEY"]


def lists(count):
    query = {"hapikey": KEY, "count": count}
    return requests.get("https://api.hubapi.com/contacts/v1/lists", params=query, headers={"Accept": "a/b"})


def owners():
    return requests.get("https://api.hubapi.com/owners/v2/owners?hapikey=" + KEY)
"""
HEADER = '"Authorization": f"Bearer {KEY}"'


def calls_of(text: str) -> Sequence[ApiCall]:
    return project_of({"app.py": text}).evaluate().calls


def change(*replaced: tuple[str, str], name: str = "a", at: str = '"hapikey"') -> Change:
    """Returns the change that replaces these texts, said to move the key that enters at *at*."""
    edits = tuple(
        Edit(path="app.py", span=Span(BEFORE.index(old), BEFORE.index(old) + len(old)), replacement=new)
        for old, new in replaced
    )
    place = Location("app.py", Span(BEFORE.index(at), BEFORE.index(at) + len(at)))
    return Change(id=name, kind="move_key", safety=Safety.SAFE, edits=edits, moved=(place,), at=place)


RIGHT = change(('"hapikey": KEY, ', ""), ('"Accept": "a/b"', f'"Accept": "a/b", {HEADER}'))
OTHER = change(
    ('?hapikey=" + KEY', f'", headers={{{HEADER}}}'), name="b", at='"https://api.hubapi.com/owners/v2/owners?hapikey="'
)


def changed(*changes: Change) -> str:
    text = BEFORE
    for edit in sorted((edit for each in changes for edit in each.edits), key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


def test_the_right_change_is_proved() -> None:
    assert list(differences([RIGHT], calls_of(BEFORE), calls_of(changed(RIGHT)))) == []


def test_no_change_is_no_difference() -> None:
    assert list(differences([], calls_of(BEFORE), calls_of(BEFORE))) == []


@pytest.mark.parametrize(
    ("replaced", "check"),
    [
        ([('"hapikey": KEY, ', "")], "credential"),
        ([('"Accept": "a/b"', f'"Accept": "a/b", {HEADER}')], "credential"),
        ([('"hapikey": KEY, ', ""), ('"Accept": "a/b"', HEADER)], "headers"),
        ([('{"hapikey": KEY, "count": count}', "{}"), ('"Accept": "a/b"', f'"Accept": "a/b", {HEADER}')], "query"),
        ([('"hapikey": KEY, ', ""), ('v1/lists"', 'v1/list"'), ('"a/b"', f'"a/b", {HEADER}')], "path"),
        ([('"hapikey": KEY, ', ""), ("requests.get(", "requests.post("), ('"a/b"', f'"a/b", {HEADER}')], "method"),
        ([('"hapikey": KEY, ', ""), ("https://api", "http://api"), ('"a/b"', f'"a/b", {HEADER}')], "scheme"),
        ([('"hapikey": KEY, ', ""), ("api.hubapi", "api.example"), ('"a/b"', f'"a/b", {HEADER}')], "host"),
        ([('"hapikey": KEY, ', ""), ('"a/b"', '"a/b", "Authorization": "Bearer " + count')], "credential"),
        ([('"hapikey": KEY, ', ""), ('headers={"Accept": "a/b"}', f"headers={{{HEADER}}}, json={{'a': 1}}")], "body"),
    ],
)
def test_a_request_that_differs_fails_its_check(replaced: Sequence[tuple[str, str]], check: str) -> None:
    wrong = change(*replaced)
    first = next(differences([wrong], calls_of(BEFORE), calls_of(changed(wrong))))
    assert check in first.check


def test_a_request_that_is_gone_or_new_fails() -> None:
    before = calls_of(BEFORE)
    gone = list(differences([RIGHT], before, before[:1]))
    assert any("no longer found" in failure.check for failure in gone)
    new = [*before, replace(before[0], location=Location("other.py", Span(0, 1)))]
    assert [failure.check for failure in differences([], before, new)] == [
        "a request that was not there before is sent"
    ]


def evaluate(files: Mapping[str, str]) -> Evaluation:
    return project_of(files).evaluate()


def proved(*changes: Change) -> tuple[Change, ...]:
    return prove(
        changes, evaluate({"app.py": BEFORE}), evaluate, sources=project_of({"app.py": BEFORE}).sources, token_env=ENV
    )


def test_a_wrong_change_is_taken_back_whole_and_the_right_one_stays() -> None:
    wrong = change(('?hapikey=" + KEY', '"'), name="b", at='"https://api.hubapi.com/owners/v2/owners?hapikey="')
    right, back = proved(RIGHT, wrong)
    assert (right.safety, right.proof and right.proof.ok) == (Safety.SAFE, True)
    assert back.safety is Safety.MANUAL
    assert "credential" in (back.reason or "")
    assert back.edits == wrong.edits


def test_changes_are_proved_together() -> None:
    assert [each.proof and each.proof.ok for each in proved(RIGHT, OTHER)] == [True, True]


def test_an_unsafe_change_that_fails_does_not_take_safe_ones_along() -> None:
    wrong = replace(change(('"count": count', '"count": 2'), name="c", at="KEY ="), safety=Safety.UNSAFE)
    first, second, third = proved(RIGHT, OTHER, wrong)
    assert (first.safety, second.safety, third.safety) == (Safety.SAFE, Safety.SAFE, Safety.MANUAL)


@pytest.mark.parametrize(
    ("path", "by_definition", "at_top", "evaluations"),
    [
        ("other.py", False, False, 1),
        ("app.py", False, False, 2),
        ("app.py", True, False, 1),
        ("app.py", True, True, 2),
    ],
)
def test_an_unsafe_change_is_proved_beside_safe_ones_only_where_they_have_nothing_in_common(
    path: str, by_definition: bool, at_top: bool, evaluations: int
) -> None:
    alone = BEFORE.replace("/owners/v2/owners", "/deals/v1/deal/paged")
    project = project_of({"app.py": BEFORE, "other.py": alone})
    text = project.text(path)
    start = text.index('?hapikey=" + KEY')
    edits = [Edit(path=path, span=Span(start, start + 16), replacement=f'", headers={{{HEADER}}}')]
    edits += [Edit(path=path, span=Span(0, 0), replacement="import sys\n")] if at_top else []
    at = Location(path, Span(text.rindex('"https'), start + 10))
    unsafe = Change(id="u", kind="move_key", safety=Safety.UNSAFE, edits=tuple(edits), moved=(at,), at=at)
    seen: list[Mapping[str, str]] = []

    def counted(changed: Mapping[str, str]) -> Evaluation:
        seen.append(changed)
        return project.evaluate(changed)

    def home(at: Location) -> Home:
        return at.path, outermost(project.unit(at.path), at.span) if by_definition else None

    done = prove([RIGHT, unsafe], project.evaluate(), counted, sources=project.sources, token_env=ENV, home=home)
    assert [each.proof and each.proof.ok for each in done] == [True, True]
    assert len(seen) == evaluations

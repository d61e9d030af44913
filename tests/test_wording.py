"""What people call things in a report."""

from __future__ import annotations

from itertools import permutations

import pytest

from migrator.findings.gaps import Question, identified
from migrator.findings.wording import known_as
from migrator.model.text import Location, Span


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("item of {argv}.split()[1][-sk]", "-sk"),
        ("[apikey]", "apikey"),
        ("settings.IDS[HUBSPOT_API_KEY]", "settings.IDS[HUBSPOT_API_KEY]"),
        ("userdata.get()", "userdata.get()"),
        (r"C:\keys of mine\key.txt", r"C:\keys of mine\key.txt"),
    ],
)
def test_an_item_of_something_without_a_name_is_called_by_itself(source: str, name: str) -> None:
    assert known_as(source) == name


def test_questions_have_one_order_and_one_id_each() -> None:
    at = Location("a.py", Span(0, 1))
    asked = [
        Question("dynamic_path", at, "Which?", part=part, words=words)
        for part in ("from", "to")
        for words in ("of two", "of one")
    ]
    ids = [list(identified(order, lambda _: "x").items()) for order in permutations(asked)]
    assert all(one == ids[0] for one in ids)
    assert [(question.part, question.words) for question, _ in ids[0]] == [("from", "of one"), ("to", "of one")]

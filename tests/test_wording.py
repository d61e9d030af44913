"""What people call things in a report."""

from __future__ import annotations

import pytest

from migrator.findings.wording import known_as


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

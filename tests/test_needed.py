"""An expression that cannot match is not tried: what has to stand in its matches is known."""

from __future__ import annotations

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.model.mask import Mask
from migrator.model.prefilter import needed


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        (r"(?i)\bHapikey(?:=|%3d)(?P<secret>\w+)", "hapikey"),
        (r"ab|cd", ""),
        (r"x?y*", ""),
        (r"(?:token)+=", "token"),
        (r"(?:token)?=", "="),
        (r"a(?=bc)d", "ad"),
        (r"[a-z]{0,30}://[^/]*:(?P<secret>x+)@", "://"),
        (r"\bkey[_-]name", "name"),
        (r"(?P<secret>[0-9a-f]{8})", ""),
    ],
)
def test_what_every_match_has_in_it(regex: str, text: str) -> None:
    assert needed(regex) == text


KEY = "8f14e45f-ceea-467f-a5b8-3c1d6e7f9a2b"
HOLDING = ("HAPIKEY={}", "x = '{}'", "Authorization: BEARER {}abcdefghijk", "ACCESS_TOKEN=%s{}", "https://me:{}@host/")


@pytest.mark.parametrize("form", HOLDING)
@pytest.mark.parametrize("around", ["y = 1\n", "caf\xe9\n", "Bearer \u212aey \u017fcope \u0130\n"])
def test_a_long_text_is_masked_as_a_short_one(form: str, around: str) -> None:
    mask, line = Mask(vocabulary()), form.format(KEY)
    assert KEY not in mask(line)
    assert mask(around * 400 + line) == around * 400 + mask(line)


def test_most_patterns_of_the_rules_need_not_be_tried() -> None:
    words = vocabulary()
    known = {one.regex for one in words.secrets} | set(words.masks)
    assert sum(len(needed(regex)) > 2 for regex in known) >= 10

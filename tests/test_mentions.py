"""Where a file names the key, and what its comments suppress."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from units import source_of

from migrator.languages.python.lexical import mentions, suppressions

WORDS = ("hapikey", "hapi_key")


def contexts(text: str) -> list[str]:
    return [mention.context for mention in mentions(source_of(text), WORDS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\n", []),
        ("# the HapiKey\n", ["comment"]),
        ("x = 1  # hapikey", ["comment"]),
        ("hapikey = my_hapikey_2\n", ["name", "name"]),
        ("x = '?hapikey='\n", ["string"]),
        ("x = b'hapikey'\n", ["string"]),
        ("'''The hapikey.'''\nx = 1\n", ["docstring"]),
        ("def f():\n    'the hapikey'\n    return 1", ["docstring"]),
        ("x = {'a':\n  'hapikey'\n}\n", ["string"]),
        ("x = \\\n  'hapikey'\ny = 1\n", ["string"]),
        ("f('hapikey')\n", ["string"]),
        ("x = f'?hapikey={hapikey}&{params[\"hapikey\"]}{{hapikey}}'\n", ["string", "name", "string", "string"]),
        ("x = f'{f\"{hapikey}\"}'", ["name"]),
        ("print 'hapikey' % hapikey\n", ["string", "name"]),
        ("x = 'hapikey\ny = 'hapikey'\n", ["code", "string"]),
        ("x = '''hapikey\ny = hapikey\n", ["code", "code"]),
        ("'hapi' 'key'\n", []),
        ("hapi_key, hapikey\n", ["name", "name"]),
        ("<a href='?hapikey=1'> hapikey </a>", ["string", "name"]),
    ],
)
def test_a_mention_has_a_context(text: str, expected: list[str]) -> None:
    assert contexts(text) == expected


def test_a_mention_has_its_place_and_word() -> None:
    source = source_of("# 😀\r\nx = HAPIKEY\r\n")
    (mention,) = mentions(source, WORDS)
    assert source.excerpt(mention.span) == "HAPIKEY"
    assert mention.word == "hapikey"
    assert source.position(mention.span.start) == (2, 5)


def test_of_two_words_at_one_place_the_longer_counts() -> None:
    (mention,) = mentions(source_of("x = hapikeys\n"), ("hapi", "hapikey"))
    assert mention.word == "hapikey"
    assert mentions(source_of("hapikey\n"), ()) == ()


@given(
    st.lists(st.sampled_from(["hapikey", "'", '"', "'''", "#", "\n", "{", "}", "f'", "\\", " ", "é", "\r"])).map(
        "".join
    )
)
def test_every_occurrence_is_one_mention(text: str) -> None:
    found = mentions(source_of(text), WORDS)
    assert len(found) == text.lower().count("hapikey")
    assert {mention.context for mention in found} <= {"comment", "docstring", "string", "name", "code"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\ny = 2  # hapikey: ignore[HK101] known\n", [(2, ("HK101",), "known")]),
        ("#hapikey:ignore[HK101,HK2 , key_in_url]\n", [(1, ("HK101", "HK2", "key_in_url"), "")]),
        ("f(  # type: ignore  # hapikey: ignore[A] because\n)", [(1, ("A",), "because")]),
        ("# hapikey: ignore[] why\n", [(1, (), "why")]),
        ("x = '# hapikey: ignore[A]'\n", []),
        ("# hapikey: ignore\n", []),
        ("# hapikey: ignore[A\n", []),
        ("# hapikey: ignore[A]\r\n# hapikey: ignore[B] b\r\n", [(1, ("A",), ""), (2, ("B",), "b")]),
        ("print 'x'  # hapikey: ignore[A] old\n", [(1, ("A",), "old")]),
    ],
)
def test_suppressions_are_comments(text: str, expected: list[tuple[int, tuple[str, ...], str]]) -> None:
    assert [(found.line, found.codes, found.reason) for found in suppressions(source_of(text))] == expected


def test_a_suppression_covers_its_comment() -> None:
    source = source_of("x = 1  # hapikey: ignore[A] why\n")
    (found,) = suppressions(source)
    assert source.excerpt(found.span) == "# hapikey: ignore[A] why"

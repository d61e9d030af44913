"""Second names for parameters and properties that give a key, in small programs."""

from __future__ import annotations

import re

import pytest

from migrator.languages.python.rewriting.aliases import aliases
from migrator.model.call import KeySource
from migrator.model.draft import AddedAlias
from migrator.model.text import Location, Source, Span
from migrator.rewrite.splice import splice


def named(text: str, how: str, place: str) -> list[AddedAlias]:
    """Returns the aliases for what stands at each match of a pattern and gives a key."""
    source = Source(path="a.py", text=text)
    keys = [
        KeySource(how=how, name=f"a.{found.group()}", location=Location("a.py", Span(*found.span())))
        for found in re.finditer(place, text)
    ]
    return list(aliases({"a.py": source}, keys, ("hapikey",)))


def extended(text: str, how: str, place: str) -> str:
    """Returns the text with its one alias."""
    (alias,) = named(text, how, place)
    return splice(text, alias.edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(hapikey):\n", "def f(hapikey=None, access_token=None):\n"),
        ("def f(hapikey=''):\n", "def f(hapikey='', access_token=None):\n"),
        ("def f(self, hapikey, x=1):\n", "def f(self, hapikey=None, x=1, access_token=None):\n"),
        ("def f(x, *, hapikey):\n", "def f(x, *, hapikey=None, access_token=None):\n"),
        ("def f(x, *, hapikey, y):\n", "def f(x, *, hapikey=None, y, access_token=None):\n"),
        ("def f(hapikey: str, **more):\n", "def f(hapikey: str = None, access_token: str = None, **more):\n"),
        ("def f(hapikey, *rest):\n", "def f(hapikey=None, *rest, access_token=None):\n"),
        ("def f(\n    hapikey,\n):\n", "def f(\n    hapikey=None, access_token=None,\n):\n"),
        ("@staticmethod\ndef f(hapikey):\n", "@staticmethod\ndef f(hapikey=None, access_token=None):\n"),
        ("async def f(HUBSPOT_HAPIKEY):\n", "async def f(HUBSPOT_HAPIKEY=None, HUBSPOT_ACCESS_TOKEN=None):\n"),
    ],
)
def test_a_parameter_may_be_given_under_another_name(before: str, after: str) -> None:
    name = "HUBSPOT_HAPIKEY" if "HUBSPOT" in before else "hapikey"
    new = "HUBSPOT_ACCESS_TOKEN" if "HUBSPOT" in before else "access_token"
    body = f'    """Sends."""\n    send({name})\n'
    expected = f'    """Sends."""\n    {name} = {new} or {name}\n    send({name})\n'
    assert extended(before + body, "parameter", rf"\b{name}(?=[^\w\"]+)") == after + expected


@pytest.mark.parametrize(
    "text",
    [
        "def f(hapikey, x):\n    send(hapikey)\n",
        "def f(hapikey, /):\n    send(hapikey)\n",
        "def f(hapikey, access_token=None):\n    send(hapikey)\n",
        "def f(hapikey):\n    access_token = 1\n    send(hapikey)\n",
        "@app.route('/')\ndef f(hapikey):\n    send(hapikey)\n",
        "def f(api_key):\n    send(api_key)\n",
        "f = lambda hapikey: send(hapikey)\n",
        'def f(hapikey):\n    """Nothing."""\n',
    ],
)
def test_a_parameter_that_cannot_have_one_is_left(text: str) -> None:
    assert named(text, "parameter", r"(?<=[( ])(?:hapikey|api_key)(?=[,):])") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("k = c.get('hapikey')\n", "k = c.get('access_token') or c.get('hapikey')\n"),
        ("x = c.get(1)\nk = c['hapikey']\n", "x = c.get(1)\nk = c.get('access_token') or c['hapikey']\n"),
        ('Client(self.c.get("hapiKey"))\n', 'Client(self.c.get("accessToken") or self.c.get("hapiKey"))\n'),
    ],
)
def test_a_property_may_be_set_under_another_name(before: str, after: str) -> None:
    assert extended(before, "config", r"[\w.]+(?:\.get\(['\"]hapi.ey['\"]\)|\['hapikey'\])") == after


@pytest.mark.parametrize(
    "text",
    [
        "k = c['hapikey']\n",
        "k = c.get('hapikey')\nt = c.get('access_token')\n",
        "k = load().get('hapikey')\n",
        "u = f'{c.get(\"hapikey\")}'\n",
        "p = {'hapikey': c.get('hapikey')}\n",
    ],
)
def test_a_property_that_cannot_have_one_is_left(text: str) -> None:
    assert named(text, "config", r"[\w.()]+(?:\.get\(['\"]hapikey['\"]\)|\['hapikey'\])") == []

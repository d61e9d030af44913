# ruff: noqa: E501 - programs, one to a line
"""Functions that are given whole addresses with a key in them, and that come to hand headers on."""

from __future__ import annotations

import pytest
from compose import outcomes
from handed import handed

from migrator.model.edit import Safety
from tests.planning import planned

DEALS = "https://api.hubapi.com/deals/v1/deal/paged"
CALLS = f'\n\ndef deals(key):\n    return get("{DEALS}?hapikey=" + key)\n'
GIVEN = f'\n\ndef deals(key):\n    return get("{DEALS}", {{}}={{{{"Authorization": f"Bearer {{{{key}}}}"}}}})\n'

MOVED = {
    "plain": ("def get(url):\n    return requests.get(url)", "def get(url, headers=None):\n    return requests.get(url, headers=headers)"),
    "headers that are empty": (
        "def get(url):\n    return requests.get(url, headers={})",
        "def get(url, headers=None):\n    return requests.get(url, headers=headers)",
    ),
    "headers in place": (
        'def get(url):\n    return requests.get(url, headers={"X": "1"})',
        'def get(url, headers=None):\n    return requests.get(url, headers={"X": "1", **(headers or {})})',
    ),
    "calls itself": (
        "def get(url, left=3):\n    reply = requests.get(url)\n    return get(url, left - 1) if left else reply",
        "def get(url, left=3, headers=None):\n    reply = requests.get(url, headers=headers)\n"
        "    return get(url, left - 1, headers=headers) if left else reply",
    ),
    "one function more": (
        "def send(url):\n    return requests.get(url)\n\n\ndef get(url):\n    return send(url)",
        "def send(url, headers=None):\n    return requests.get(url, headers=headers)\n\n\n"
        "def get(url, headers=None):\n    return send(url, headers=headers)",
    ),
    "a decorator that tries again": (
        "from tenacity import retry\n\n\n@retry\ndef get(url):\n    return requests.get(url)",
        "from tenacity import retry\n\n\n@retry\ndef get(url, headers=None):\n    return requests.get(url, headers=headers)",
    ),
    "parameters on lines of their own": (
        "def get(\n    url,\n    timeout=3,\n):\n    return requests.get(url, timeout=timeout)",
        "def get(\n    url,\n    timeout=3,\n    headers=None,\n):\n    return requests.get(url, timeout=timeout, headers=headers)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVED)
def test_a_function_that_is_given_an_address_is_given_the_header_too(name: str) -> None:
    before, after = MOVED[name]
    found = planned(f"import requests\n\n\n{before}\n{CALLS}")
    assert found.applied()["app.py"] == f"import requests\n\n\n{after}\n{GIVEN.format('headers')}"
    assert planned(found.applied()).changes == ()


def test_a_name_that_is_taken_is_left_to_what_has_it() -> None:
    own = 'def get(url):\n    headers = {"X": "1"}\n    return requests.get(url, headers=headers)\n'
    after = planned(f"import requests\n\n\n{own}{CALLS}").applied()["app.py"]
    assert "requests.get(url, headers={**headers, **(auth_headers or {})})" in after
    assert GIVEN.format("auth_headers") in after


def test_a_program_of_python_2_gets_no_new_syntax() -> None:
    own = 'def get(url):\n    print "GET"\n    return requests.get(url, headers={"X": "1"})\n'
    after = planned(f"import requests\n\n\n{own}{CALLS}").applied()["app.py"]
    assert 'headers=dict({"X": "1"}, **(headers or {}))' in after
    assert '"Authorization": "Bearer %s" % key' in after


def test_two_keys_are_handed_on_by_one_function() -> None:
    own = f'def copy(one, other):\n    get("{DEALS}?hapikey=" + one)\n    get("{DEALS}?hapikey=" + other)\n'
    found = planned(f"import requests\n\n\n{MOVED['plain'][0]}\n\n\n{own}")
    assert len(found.changes) == 2
    after = found.applied()["app.py"]
    assert after.count("headers=None") == after.count("{one}") == after.count("{other}") == 1


LEFT = {
    "a cache": "from functools import lru_cache\n\n\n@lru_cache\ndef get(url):\n    return requests.get(url)",
    "a decorator of its own": (
        "def told(f):\n    def inner(url):\n        return f(url)\n\n    return inner\n\n\n"
        "@told\ndef get(url):\n    return requests.get(url)"
    ),
    "any parameters": "def get(url, **params):\n    return requests.get(url, params=params)",
    "made twice": (
        "try:\n    import requests\n\n    def get(url):\n        return requests.get(url)\nexcept ImportError:\n"
        "    import httpx\n\n    def get(url):\n        return httpx.get(url)"
    ),
    "replaced by its name": 'def get(url):\n    return requests.get(url)\n\n\ndef fake():\n    patch("app.get")',
    "handed on in itself": (
        "def get(url):\n    reply = requests.get(url)\n    return reply if reply.ok else later(get, url)"
    ),
    "pages that an answer names": (
        "def get(url):\n    found = []\n    while url:\n        page = requests.get(url).json()\n"
        "        found += page['results']\n        url = page.get('next')\n    return found"
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_a_function_that_cannot_hand_headers_on_is_left(name: str) -> None:
    assert [change.safety for change in planned(f"import requests\n\n\n{LEFT[name]}\n{CALLS}").changes] == [
        Safety.MANUAL
    ]


def test_a_cache_by_address_is_for_a_person_to_see() -> None:
    own = "SEEN = {}\n\n\ndef get(url):\n    if url not in SEEN:\n        SEEN[url] = requests.get(url)\n    return SEEN[url]\n"
    [change] = planned(f"import requests\n\n\n{own}{CALLS}").changes
    assert change.safety is Safety.UNSAFE


def test_headers_that_several_functions_share_take_no_key_that_only_one_has() -> None:
    text = (
        'import os\nimport requests\n\nHEADERS = {"X": "1"}\n\n\ndef address(path, key):\n'
        '    return "https://api.hubapi.com" + path + "?hapikey=" + key\n\n\n'
        "def get(url):\n    return requests.get(url, headers=HEADERS)\n\n\n"
        'def one(key):\n    get(address("/crm/v3/objects/deals", key))\n\n\n'
        'def other(key):\n    get("https://api.hubapi.com/crm/v3/owners?hapikey=" + key)\n\n\n'
        'one(os.environ["KEY"])\nother(os.environ["KEY"])\n'
    )
    after = planned(text).applied()["app.py"]
    assert 'HEADERS = {"X": "1"}' in after
    assert after.count('auth_headers={"Authorization": f"Bearer {key}"}') == 2


def test_programs_that_nobody_wrote_send_the_same() -> None:
    found = outcomes([handed(seed) for seed in range(16)])
    assert sum(one.moved for one in found) > 3
    assert [one.wrong for one in found if one.wrong] == []

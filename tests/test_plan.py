"""What belongs to one change, and how far it is trusted."""

from __future__ import annotations

import pytest
from planning import planned

from migrator.model.edit import Change, Safety

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nLISTS = "https://api.hubapi.com/contacts/v1/lists"\n\n\n'


def only(text: str) -> Change:
    (change,) = planned(TOP + text).changes
    return change


@pytest.mark.parametrize(
    "text",
    [
        "requests.get(LISTS)\n",
        'requests.get(LISTS, headers={"Authorization": f"Bearer {KEY}"})\n',
        'requests.get("https://api.hubapi.com/webhooks/v3/7/subscriptions", params={"hapikey": KEY})\n',
        'requests.get("https://maps.example.com/x", params={"key": KEY})\n',
        'print({"hapikey": KEY})\n',
    ],
)
def test_what_needs_no_rewrite_gets_no_change(text: str) -> None:
    assert planned(TOP + text).changes == ()


def test_calls_that_share_nothing_are_changes_of_their_own() -> None:
    found = planned(
        TOP + 'requests.get(LISTS, params={"hapikey": KEY})\nrequests.post(LISTS + "?hapikey=" + KEY, json={})\n'
    )
    assert [change.safety for change in found.changes] == [Safety.SAFE, Safety.SAFE]
    assert len({change.id for change in found.changes}) == 2
    assert [change.calls for change in found.changes] == [("r0",), ("r1",)]


def test_one_dictionary_for_two_calls_is_one_change() -> None:
    change = only(
        'q = {"hapikey": KEY, "count": 1}\nrequests.get(LISTS, params=q)\nrequests.get(LISTS + "/all", params=q)\n'
    )
    assert change.safety is Safety.SAFE
    assert change.calls == ("r0", "r1")
    assert change.proof is not None
    assert change.proof.requests == 2


def test_two_entries_into_one_call_are_one_change() -> None:
    text = (
        "def get(deals):\n"
        "    if deals:\n"
        '        url = f"https://api.hubapi.com/deals/v1/pipelines?hapikey={KEY}"\n'
        "    else:\n"
        '        url = f"{LISTS}?count=1&hapikey={KEY}"\n'
        "    return requests.get(url)\n"
    )
    found = planned(TOP + text)
    (change,) = found.changes
    assert change.safety is Safety.SAFE
    assert len(change.moved) == 2
    assert found.applied()["app.py"] == TOP + text.replace("?hapikey={KEY}", "").replace("&hapikey={KEY}", "").replace(
        "get(url)", 'get(url, headers={"Authorization": f"Bearer {KEY}"})'
    ).replace('f"https', '"https')


def test_two_keys_into_one_call_are_left_to_a_person() -> None:
    text = (
        'OTHER = os.environ["OTHER_KEY"]\n\n\n'
        "def get(other):\n"
        "    params = {}\n"
        "    if other:\n"
        '        params["hapikey"] = OTHER\n'
        "    else:\n"
        '        params["hapikey"] = KEY\n'
        "    return requests.get(LISTS, params=params)\n"
    )
    found = planned(TOP + text)
    assert {change.safety for change in found.changes} == {Safety.MANUAL}
    assert found.applied()["app.py"] == TOP + text


def test_a_wrapper_that_also_sends_without_the_key_does_not_get_the_header() -> None:
    text = (
        "def get(path, params):\n"
        '    return requests.get("https://api.hubapi.com" + path, params=params)\n\n\n'
        'get("/contacts/v1/lists", {"hapikey": KEY})\n'
        'get("/crm/v3/owners", {})\n'
    )
    found = planned(TOP + text)
    assert [change.safety for change in found.changes] == [Safety.MANUAL]
    assert found.changes[0].reason


def test_a_wrapper_that_hands_headers_on_gets_them_from_its_caller() -> None:
    text = (
        "def get(path, params, **options):\n"
        '    return requests.get("https://api.hubapi.com" + path, params=params, **options)\n\n\n'
        "def lists(key):\n"
        '    return get("/contacts/v1/lists", {"hapikey": key, "count": 1})\n\n\n'
        'get("/crm/v3/owners", {})\n'
        "lists(KEY)\n"
    )
    found = planned(TOP + text)
    (change,) = found.changes
    assert change.safety is Safety.SAFE, change.reason
    wanted = '{"count": 1}, headers={"Authorization": f"Bearer {key}"})'
    assert found.applied()["app.py"] == TOP + text.replace('{"hapikey": key, "count": 1})', wanted)


def test_who_sends_both_kinds_of_key_by_one_line_is_told_to_write_two() -> None:
    both = (
        'for path in ("/contacts/v1/lists", "/webhooks/v3/7/subscriptions"):\n'
        '    requests.get("https://api.hubapi.com" + path, params={"hapikey": KEY})\n'
    )
    assert "by a line of their own" in str(only(both).advice)
    assert only(both.replace(', "/webhooks/v3/7/subscriptions"', ",")).advice is None


def test_a_wrapper_whose_callers_give_the_host_is_handed_the_token_by_those_that_give_ours() -> None:
    text = (
        "def get(url, params):\n"
        "    return requests.get(url, params=params)\n\n\n"
        "def lists():\n"
        '    return get(LISTS, {"hapikey": KEY})\n'
    )
    own = text.replace("requests.get(url", 'requests.get("https://api.hubapi.com" + url').replace(
        "LISTS", '"/owners/v2/owners"'
    )
    assert (only(text).safety, only(own).safety) == (Safety.SAFE, Safety.SAFE)
    assert "get(url, params, headers=None)" in planned(TOP + text).applied()["app.py"]
    assert "get(url, params)" in planned(TOP + own).applied()["app.py"]


@pytest.mark.parametrize(
    ("text", "safety", "word"),
    [
        ('requests.get("http://api.hubapi.com/contacts/v1/lists", params={"hapikey": KEY})\n', Safety.UNSAFE, "https"),
        (
            'h = os.environ["H"]\nrequests.get(f"http://{h}.hubapi.com/owners/v2/owners?hapikey={KEY}")\n',
            Safety.UNSAFE,
            "https",
        ),
        ('requests.get(LISTS.replace("https", "http"), params={"hapikey": KEY})\n', Safety.MANUAL, "plain http"),
        ('requests.get(LISTS, data={"hapikey": KEY})\n', Safety.UNSAFE, "body"),
        ('requests.get(LISTS, params={"hapikey": KEY}, headers={"Authorization": "Basic x"})\n', Safety.MANUAL, "Auth"),
        ('requests.get(LISTS, params={"hapikey": KEY}, auth=("a", "b"))\n', Safety.MANUAL, "Authorization"),
        ('requests.get("https://x.example.com/a", params={"hapikey": KEY})\n', Safety.MANUAL, "x.example.com"),
        (
            'for path in ("/contacts/v1/lists", "/webhooks/v3/7/subscriptions"):\n'
            '    requests.get("https://api.hubapi.com" + path, params={"hapikey": KEY})\n',
            Safety.MANUAL,
            "developer key",
        ),
        ('import httpx\nhttpx.get(LISTS + "?count=1", params={"hapikey": KEY})\n', Safety.MANUAL, "httpx"),
        (
            's = requests.Session()\ns.params["hapikey"] = KEY\ns.get(LISTS)\ns.get("https://x.example.com/a")\n',
            Safety.UNSAFE,
            "host",
        ),
        (
            "def get(params, key=None, token=None):\n"
            "    headers = {}\n"
            "    if key:\n"
            '        params["hapikey"] = key\n'
            "    if token:\n"
            '        headers["Authorization"] = f"Bearer {token}"\n'
            "    return requests.get(LISTS, params=params, headers=headers)\n",
            Safety.UNSAFE,
            "perhaps both",
        ),
    ],
)
def test_what_is_not_safe_says_why(text: str, safety: Safety, word: str) -> None:
    change = only(text)
    assert change.safety is safety
    assert word in (change.reason or "")
    assert (change.advice is not None) == (safety is Safety.MANUAL)


MADE = """from urllib.request import Request, urlopen


def asked(url):
    return Request(url, headers={"Accept": "*/*"})


urlopen(asked(LISTS + "?hapikey=" + KEY))
"""


def test_a_request_gets_the_header_where_it_is_made() -> None:
    found = planned(TOP + MADE)
    assert [change.safety for change in found.changes] == [Safety.UNSAFE]  # urllib keeps headers across redirects
    after = found.applied(Safety.UNSAFE)["app.py"]
    assert """Request(url, headers={"Accept": "*/*", "Authorization": f"Bearer {KEY}"})""" in after
    assert "urlopen(asked(LISTS))" in after


def test_a_request_that_is_made_for_others_too_gets_no_header() -> None:
    found = planned(TOP + MADE + "urlopen(asked(LISTS))\n")
    assert [change.safety for change in found.changes] == [Safety.MANUAL]


LIVES = """query = "hapikey=" + KEY
for name in ("a", "b"):
    query = "{}&property={}".format(query, name)
requests.get(LISTS + "?" + query)
query = "hapikey=" + KEY
requests.get("https://api.hubapi.com/deals/v1/deal/paged?" + query)
"""


def test_a_variable_is_told_apart_from_what_it_is_bound_to_afterwards() -> None:
    after = planned(TOP + LIVES).applied()["app.py"]
    assert "hapikey" not in after
    assert after.count("Authorization") == 2


USED = {
    "settings.py": "import os\nQUERY = '?hapikey=' + os.environ['HUBSPOT_API_KEY']\n",
    "app.py": "import requests, settings\nrequests.get('https://api.hubapi.com/deals/v1/deal' + settings.QUERY)\n",
}


def test_a_constant_goes_from_the_files_that_use_it() -> None:
    after = planned(USED).applied()
    assert after["settings.py"] == "import os\n"
    assert "deals/v1/deal', headers" in after["app.py"]


@pytest.mark.parametrize(
    "other",
    [
        "from settings import QUERY\n",
        "from settings import *\n",
        "import settings\nprint(settings.QUERY)\n",
        "import settings\nif False:\n    requests.get(settings.QUERY)\n",
        "import settings as s\ndef f():\n    return getattr(s, 'QUERY')\n",
        "from importlib import import_module\nm = import_module('settings')\nm.QUERY\n",
    ],
)
def test_a_constant_stays_that_another_file_uses_for_more(other: str) -> None:
    found = planned({**USED, "other.py": other})
    assert found.applied()["settings.py"] == USED["settings.py"]


def test_a_key_in_the_source_becomes_a_read_of_the_environment() -> None:
    key = "01234567-89ab-cdef-0123-456789abcdef"
    text = f'import requests\n\nrequests.get("https://api.hubapi.com/contacts/v1/lists?hapikey={key}")\n'
    found = planned(text)
    (change,) = found.changes
    assert (change.kind, change.safety) == ("extract_literal", Safety.UNSAFE)
    assert key not in str(change)
    assert found.applied(Safety.UNSAFE)["app.py"] == (
        "import os\nimport requests\n\n"
        'requests.get("https://api.hubapi.com/contacts/v1/lists", '
        'headers={"Authorization": f\'Bearer {os.environ["HUBSPOT_ACCESS_TOKEN"]}\'})\n'
    )


def test_a_key_that_only_a_test_gives_stays() -> None:
    found = planned(
        {
            "app.js": "const axios = require('axios');\n"
            "exports.lists = (key) => axios.get(`https://api.hubapi.com/contacts/v1/lists?hapikey=${key}`);\n",
            "app.spec.js": "const nock = require('nock');\nconst { lists } = require('./app');\n"
            "const request = { hapiKey: '01234567-89ab-cdef-0123-456789abcdef' };\n"
            "it('works', async () => {\n"
            "  nock('https://api.hubapi.com').get('/contacts/v1/lists?hapikey=' + request.hapiKey).reply(200);\n"
            "  await lists(request.hapiKey);\n});\n",
        }
    )
    assert "extract_literal" not in {change.kind for change in found.changes}


def test_taking_a_key_out_of_a_constant_is_a_change_of_its_own() -> None:
    key = "01234567-89ab-cdef-0123-456789abcdef"
    text = (
        f'import requests\n\nKEY = "{key}"\nrequests.get("https://api.hubapi.com/contacts/v1/lists?hapikey=" + KEY)\n'
    )
    found = planned(text)
    assert [(change.kind, change.safety) for change in found.changes] == [
        ("extract_literal", Safety.UNSAFE),
        ("move_key", Safety.SAFE),
    ]
    assert f'KEY = "{key}"' in found.applied()["app.py"]
    assert 'KEY = os.environ["HUBSPOT_ACCESS_TOKEN"]' in found.applied(Safety.UNSAFE)["app.py"]


def test_a_second_run_has_nothing_to_do() -> None:
    first = planned(TOP + 'requests.get(LISTS + "?hapikey=" + KEY, params={"count": 1})\n')
    assert first.changes != ()
    assert planned(first.applied()).changes == ()


def test_ids_stay_when_code_above_moves() -> None:
    text = 'requests.get(LISTS, params={"hapikey": KEY})\n'
    assert only(text).id == only("# a line\n" + text).id

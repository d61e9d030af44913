# ruff: noqa: E501 - programs, one to a line
"""A key that only some requests carry: the header comes under the same condition, or the change is none."""

from __future__ import annotations

import pytest
from planning import planned

from migrator.model.edit import Safety

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nDEALS = "https://api.hubapi.com/crm/v3/objects/deals"\n\n\n'

# What may put the key into a request, and what of the changed function tells that the header comes under the same
# condition.
MAYBE = {
    "empty parameters": (
        '    params = {}\n    if key:\n        params["hapikey"] = key\n    return requests.get(DEALS, params=params)\n',
        '    headers = {}\n    if key:\n        headers["Authorization"] = f"Bearer {key}"\n    return requests.get(DEALS, headers=headers)\n',
    ),
    "a choice": (
        '    params = {"hapikey": key} if key else {}\n    return requests.get(DEALS, params=params)\n',
        '    headers = {"Authorization": f"Bearer {key}"} if key else {}\n    return requests.get(DEALS, headers=headers)\n',
    ),
    "a choice in the call": (
        '    return requests.get(DEALS, params={"hapikey": key} if key else None)\n',
        '    return requests.get(DEALS, headers={"Authorization": f"Bearer {key}"} if key else None)\n',
    ),
    "two branches": (
        '    if key:\n        params = {"hapikey": key}\n    else:\n        params = None\n    return requests.get(DEALS, params=params)\n',
        '    if key:\n        headers = {"Authorization": f"Bearer {key}"}\n    else:\n        headers = None\n    return requests.get(DEALS, headers=headers)\n',
    ),
    "other parameters": (
        '    params = {"limit": 5}\n    if key:\n        params["hapikey"] = key\n    return requests.get(DEALS, params=params)\n',
        '    params = {"limit": 5}\n    headers = {}\n    if key:\n        headers["Authorization"] = f"Bearer {key}"\n    return requests.get(DEALS, params=params, headers=headers)\n',
    ),
    "other headers": (
        '    params = {"limit": 5}\n    if key:\n        params["hapikey"] = key\n    return requests.get(DEALS, params=params, headers={"Accept": "a/b"})\n',
        '    params = {"limit": 5}\n    auth_headers = {}\n    if key:\n        auth_headers["Authorization"] = f"Bearer {key}"\n    return requests.get(DEALS, params=params, headers={"Accept": "a/b", **auth_headers})\n',
    ),
    "the end of a URL": (
        '    url = DEALS\n    if key:\n        url += "?hapikey=" + key\n    return requests.get(url)\n',
        '    url = DEALS\n    headers = {}\n    if key:\n        headers["Authorization"] = f"Bearer {key}"\n    return requests.get(url, headers=headers)\n',
    ),
    "a URL that is made again": (
        '    url = DEALS + "?limit=2"\n    if key:\n        url = url + "&hapikey=" + key\n    return requests.get(url)\n',
        '    url = DEALS + "?limit=2"\n    headers = {}\n    if key:\n        headers["Authorization"] = f"Bearer {key}"\n    return requests.get(url, headers=headers)\n',
    ),
}


@pytest.mark.parametrize(("body", "after"), MAYBE.values(), ids=MAYBE)
def test_a_key_that_only_some_requests_carry_becomes_a_header_of_those(body: str, after: str) -> None:
    found = planned(TOP + "def ask(key):\n" + body + "\n\nask(KEY)\nask(None)\n")
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert "def ask(key):\n" + after in found.applied()["app.py"]


def test_parameters_of_a_module_that_may_lack_the_key_become_headers() -> None:
    uses = "".join(f"def ask_{n}():\n    return requests.get(DEALS, params=PARAMS)\n\n\nask_{n}()\n" for n in (1, 2))
    text = TOP + 'KEY = os.environ.get("KEY")\nPARAMS = {}\nif KEY:\n    PARAMS["hapikey"] = KEY\n\n\n' + uses
    after = planned(text).applied()["app.py"]
    assert 'HEADERS = {}\nif KEY:\n    HEADERS["Authorization"] = f"Bearer {KEY}"\n' in after
    assert after.count("requests.get(DEALS, headers=HEADERS)") == 2
    told = planned(text + "print(PARAMS)\n")
    assert Safety.SAFE not in {change.safety for change in told.changes}


@pytest.mark.parametrize(
    "sent",
    [
        "    return send(params)\n",
        "    return requests.get(DEALS, params=params, **options)\n",
        '    return httpx.get(DEALS + "?limit=2", params=params)\n',
        "    return requests.get(DEALS, params=dict(params, limit=2))\n",
    ],
)
def test_a_key_that_only_some_requests_carry_is_not_moved_out_of_sight(sent: str) -> None:
    head = "import httpx\n" + TOP + "def send(params):\n    return requests.get(DEALS, params=params)\n\n\n"
    body = "def ask(key, **options):\n" + MAYBE["empty parameters"][0].rpartition("    return")[0] + sent
    found = planned(head + body + "\n\nask(KEY)\nask(None)\n")
    applied = found.applied()["app.py"]
    assert applied.count("Authorization") == applied.count("if key:\n        headers[")


def test_a_key_put_into_whichever_mapping_it_is_is_lacking_in_none() -> None:
    text = 'def ask(params):\n    params["hapikey"] = KEY\n    return requests.get(DEALS, params=params)\n\n\nask({"a": 1} if input() else {"b": 2})\n'
    found = planned(TOP + text)
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert 'params=params, headers={"Authorization": f"Bearer {KEY}"})' in found.applied()["app.py"]
    may = text.replace("    params[", "    if input():\n        params[")
    assert 'if input():\n        headers["Authorization"]' in planned(TOP + may).applied()["app.py"]

"""More addresses than are kept apart: the parameters that they share stay, and others may be there."""

from __future__ import annotations

from tests.evaluating import sent_by

HEAD = "import os, requests\nKEY = os.environ['HUBSPOT_KEY']\ndef go(n, row):\n    url = 'https://api.hubapi.com/deals/v1/deal'\n"
MANY = range(20)


def test_parameters_that_all_addresses_end_with_stay() -> None:
    arms = "".join(f"    if n == {n}: url = url + '?since={n}x&hapikey=' + KEY\n    el" for n in MANY)
    program = HEAD + arms.replace("    el    if", "    elif") + "se: return\n    requests.get(url)\n"
    carried = {one.rpartition(" ")[2] for one in sent_by({"a.py": program})}
    assert {word for one in carried for word in one.split("+")} == {"query_key"}


def test_parameters_that_only_some_addresses_have_may_be_a_credential() -> None:
    ends = ["'&hapikey=' + KEY" if n % 3 else "'&to=' + row" for n in MANY]
    arms = "".join(f"    if n == {n}: url = url + '?since={n}x' + {end}\n    el" for n, end in enumerate(ends))
    program = HEAD + arms.replace("    el    if", "    elif") + "se: return\n    requests.get(url)\n"
    assert "none" not in {one.rpartition(" ")[2] for one in sent_by({"a.py": program})}


def test_addresses_without_a_credential_have_none() -> None:
    arms = "".join(f"    if n == {n}: url = url + '?since={n}x'\n    el" for n in MANY)
    program = HEAD + arms.replace("    el    if", "    elif") + "se: return\n    requests.get(url)\n"
    assert {one.rpartition(" ")[2] for one in sent_by({"a.py": program})} <= {"none", ""}

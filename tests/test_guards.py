"""What is read from outside decides no guard: the request on either side of one is told."""

from __future__ import annotations

import pytest

from tests.evaluating import sent_by

PYTHON = """
urllib.parse.parse_qs(urllib.parse.urlparse(seen.path).query).get("id")
dict(urllib.parse.parse_qsl(seen.body)).get("id")
urllib.parse.urlsplit(seen.path).fragment
f"a{seen.name}".split("?")[1:]
f"a{seen.name}".partition("?")[2]
collections.ChainMap(seen.asked, {"id": 0}).get("id")
{"deals": {"limit": 5}}.get(seen.name)
{"limit": 0, **seen.asked}["limit"]
dict({"limit": 0}, **seen.asked)["limit"]
updated(seen)["limit"]
next((one for one in [{"id": 1}] if one["id"] == seen.number), None)
list(filter(lambda one: one == seen.number, [1]))
list(some_of(seen.rows))
(lambda limit=0: limit)(*seen.rows)
filled_in(seen).get("id")
filled_in(seen)
len(filled_list(seen))
{"deals": 1}[seen.name] == 1 and seen.number
Updated(**seen.asked).limit
Assigned(seen.asked).limit
Made(**seen.asked).limit
Handed().started()
Based().limit
nested(seen)["page"]["limit"]
appended_to(seen)
LIMITED
"""
PYTHON_FUNCTIONS = """
import collections, dataclasses, machine, requests, urllib.parse
def updated(seen):
    made = {"limit": 0}
    made.update(seen.asked)
    return made
def some_of(rows):
    for row in rows:
        yield row
def filled_in(seen):
    made = {}
    seen.fill(made)
    return made
def filled_list(seen):
    made = []
    seen.fill(made)
    return made
class Updated:
    limit = 0
    def __init__(self, **given):
        self.__dict__.update(given)
class Assigned:
    limit = 0
    def __init__(self, given):
        for name, value in given.items():
            setattr(self, name, value)
@dataclasses.dataclass
class Made:
    limit: int = 0
class Handed:
    def __init__(self):
        self.running = False
    def started(self):
        machine.start(self)
        return self.running
class Based(machine.Part):
    def __init__(self):
        self.limit = 0
        machine.register(part=self)
def nested(seen):
    made = {"page": {"limit": 0}}
    seen.fill(made)
    return made
def appended_to(seen):
    made = []
    seen.each(made.append)
    return made
LIMITED = False
from machine.settings import *
"""
JAVASCRIPT = """
new URL(seen.url).searchParams.get("id")
new URL(seen.url, `http://${seen.host}`).searchParams.get("id")
new URL(seen.url).search
new URL(seen.url).hash
require("url").parse(seen.url, true).query.id
`a${seen.name}`.split("?")[1]
({ deals: { limit: 5 } })[seen.name]
({ deals: 1 })[seen.name]
[{ id: 1 }].filter((one) => one.id === seen.number)[0]
[1, 2, 3].slice(0, seen.number)[0]
({ ...{ limit: 0 }, ...seen.asked }).limit
Object.assign({ limit: 0 }, seen.asked).limit
filled({}, seen).id
filled({ done: false }, seen).done
filled([], seen).length
filled([], seen)[0]
counted(seen.rows).size
new Handed().started()
"""
JAVASCRIPT_FUNCTIONS = """
const axios = require("axios"), machine = require("./machine")
function filled(made, seen) { seen.fill(made); return made }
class Handed { constructor() { this.running = false } started() { machine.start(this); return this.running } }
function counted(rows) { const made = new Map(); rows.forEach((row) => made.set(row, 1)); return made }
"""
CERTAIN = """
"a?b".split("?")[1:]
"a?b".partition("?")[2]
{**seen.asked, "limit": 1}["limit"]
dict(seen.asked, limit=1)["limit"]
logged({"limit": 1})["limit"]
"""
NEVER = """
"ab".split("?")[1:]
"ab".partition("?")[2]
{"limit": 0, **{"id": 1}}["limit"]
dict({"limit": 0}, id=1)["limit"]
next((one for one in [] if one), None)
logged({"limit": 0})["limit"]
"""


def guards(table: str) -> list[str]:
    """Returns the expressions of a table."""
    return table.strip().splitlines()


def sides_in_python(guard: str) -> list[str]:
    """Returns which requests a program can make that sends one where the expression is true, and another where not."""
    program = f"""{PYTHON_FUNCTIONS}
def logged(made):
    print("sending", made)
    return made
def run(seen):
    if {guard}:
        requests.get("https://api.hubapi.com/crm/v3/owners")
    else:
        requests.get("https://api.hubapi.com/crm/v3/lists")
"""
    return [line.split()[1].rpartition("/")[2] for line in sent_by({"run.py": program})]


@pytest.mark.parametrize("guard", guards(PYTHON))
def test_both_sides_of_a_guard_in_python(guard: str) -> None:
    assert sides_in_python(guard) == ["lists", "owners"]


@pytest.mark.parametrize("guard", guards(CERTAIN))
def test_a_guard_that_is_true_for_sure(guard: str) -> None:
    assert sides_in_python(guard) == ["owners"]


@pytest.mark.parametrize("guard", guards(NEVER))
def test_a_guard_that_is_false_for_sure(guard: str) -> None:
    assert sides_in_python(guard) == ["lists"]


@pytest.mark.parametrize("guard", guards(JAVASCRIPT))
def test_both_sides_of_a_guard_in_javascript(guard: str) -> None:
    program = f"""{JAVASCRIPT_FUNCTIONS}
exports.run = async (seen) => {{
  if ({guard}) await axios.get("https://api.hubapi.com/crm/v3/owners")
  else await axios.get("https://api.hubapi.com/crm/v3/lists")
}}
"""
    sides = [line.split()[1].rpartition("/")[2] for line in sent_by({"run.js": program})]
    assert sides == ["lists", "owners"]


@pytest.mark.parametrize(("look", "methods"), [("assertNotIn", ["GET"]), ("take", ["DELETE", "GET"])])
def test_what_is_asserted_of_a_list_leaves_it_as_it_is(look: str, methods: list[str]) -> None:
    program = f"""
import requests, unittest
METHODS = ["GET"]
def send(path, method):
    if method not in METHODS:
        raise ValueError(method)
    return requests.request(method, "https://api.hubapi.com" + path)
send("/crm/v3/owners", "GET")
class Tests(unittest.TestCase):
    def test_it(self):
        self.{look}("DELETE", METHODS)
        send("/crm/v3/lists", method="DELETE")
"""
    assert [line.split()[0] for line in sent_by({"run.py": program})] == methods

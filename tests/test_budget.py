"""What is left of a root whose steps ran out: its requests, and nothing else."""

from __future__ import annotations

import re

import pytest
from evaluating import calls_of, project_of

from migrator.evaluate.memo_keys import memo_key
from migrator.evaluate.state import Budget, OutOfBudgetError, holding
from migrator.evaluate.store import NONE, Items, Value
from migrator.model.call import ApiCall, Certainty

HEAD = """\
import requests
URL = "https://api.hubapi.com/crm/v3/objects/"
SHARED = {"limit": 1}
"""
LIGHT, HEAVY = 2, 11


def tree(depth: int, leaf: str) -> str:
    """Returns functions that call each other three times at each level, down to one that does something."""
    levels = [f"def w{n}(p):\n" + "".join(f"    w{n + 1}(p + '{n}{c}')\n" for c in "abc") for n in range(depth)]
    return "\n".join([*levels, f"def w{depth}(p):\n    {leaf}\n"])


def places(calls: list[ApiCall]) -> set[tuple[str | None, bool, Certainty]]:
    """Returns each path with whether a key travels with it, and how certain it is."""
    return {(call.endpoint, any(auth.name == "hapikey" for auth in call.auth), call.certainty) for call in calls}


@pytest.mark.parametrize("depth", [LIGHT, HEAVY])
def test_a_guess_ends_with_the_root(depth: int) -> None:
    code = f"""{HEAD}
{tree(depth, "len(p)")}
class Job:
    def fetch_every_row(self, p):
        w0(p)
        requests.get(URL + 'tickets')

def begin(thing):
    thing.fetch_every_row('x')

def end(key):
    requests.get(URL + 'deals', params={{'hapikey': key}})
"""
    assert ("/crm/v3/objects/deals", True, Certainty.EXACT) in places(calls_of({"job.py": code}))


@pytest.mark.parametrize("depth", [LIGHT, HEAVY])
def test_what_a_root_wrote_is_undone(depth: int) -> None:
    code = f"""{HEAD}
{tree(depth, "requests.get(URL + 'tickets') if p == 'never' else None")}
class Job:
    def __init__(self):
        w0('')

    def fetch_every_row(self):
        return requests.get(URL + 'companies')

def begin(thing, key):
    SHARED['hapikey'] = key
    thing.fetch_every_row()

def end():
    requests.get(URL + 'deals', params=SHARED)
"""
    sent = [call for call in calls_of({"job.py": code}) if call.endpoint == "/crm/v3/objects/deals"]
    assert {(auth.maybe, auth.left) for call in sent for auth in call.auth} == {
        (True, True)
    }  # a function may have left it there


@pytest.mark.parametrize("depth", [LIGHT, HEAVY])
def test_a_field_that_is_probed_does_not_stop_recording(depth: int) -> None:
    code = f"""{HEAD}
{tree(depth, "len(p)")}
class Job:
    def __init__(self):
        self.path = None

    def connect(self):
        w0('')
        self.path = 'companies'

    def fetch(self):
        return requests.get(URL + self.path)

def end(key):
    requests.get(URL + 'deals', params={{'hapikey': key}})
"""
    assert ("/crm/v3/objects/deals", True, Certainty.EXACT) in places(calls_of({"job.py": code}))


def test_a_request_behind_the_end_of_a_budget_is_still_found() -> None:
    code = f"""{HEAD}
{tree(HEAVY, "len(p)")}
def send(key):
    w0(key)
    requests.get(URL + 'contacts', params={{'hapikey': key}})

def main():
    send('k')
"""
    found = places(calls_of({"job.py": code}))
    assert ("/crm/v3/objects/contacts", True, Certainty.EXACT) in found


def test_what_holds_for_a_block_is_put_back_when_it_fails() -> None:
    budget = Budget(limit=3)
    with pytest.raises(OutOfBudgetError), holding(budget, steps=1, forks=2):
        while True:
            budget.step()
    assert (budget.steps, budget.forks, budget.limit) == (0, 0, 3)


def test_a_request_is_not_told_again_by_the_end_of_its_chain() -> None:
    code = f"""{HEAD}
{tree(HEAVY, "len(p)")}
def send(path):
    requests.get(URL + path)

def step():
    send('deals')
    w0('')

def run():
    step()
    w0('')

run()
"""
    chains = [call.via for call in calls_of({"job.py": code}) if call.endpoint == "/crm/v3/objects/deals"]
    assert chains
    assert not [one for one in chains for other in chains if len(one) < len(other) and other[-len(one) :] == one]


@pytest.mark.parametrize("deep", [2, 13, 14, 15])
def test_what_is_called_too_deeply_is_known_where_it_is_called(deep: int) -> None:
    steps = "\n".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(deep))
    last = f"def f{deep}():\n    return requests.get(build('deals'))\n\ndef build(name):\n    return URL + name\n"
    code = f"{HEAD}\n{steps}\n{last}"
    assert "/crm/v3/objects/deals" in {call.endpoint for call in calls_of({"job.py": code})}


@pytest.mark.parametrize("deep", [1, 2, 3, 5])
def test_one_helper_can_be_given_functions_at_several_places(deep: int) -> None:
    inner = "requests.get(URL + x0)"
    for n in range(deep):
        inner = f"step(x{n + 1}, lambda x{n}: {inner})"
    code = f"{HEAD}\ndef step(x, then):\n    return then(x + '/1')\n\ndef run():\n    x{deep} = 'deals'\n    {inner}\n"
    found = {call.endpoint for call in calls_of({"job.py": code})}
    assert f"/crm/v3/objects/deals{'/1' * deep}" in found


def test_a_function_that_is_given_itself_comes_to_an_end() -> None:
    again = "def again(x, then):\n    requests.get(URL + x)\n    again(x + '/1', lambda y: then(y))\n"
    code = f"{HEAD}\n{again}\nagain('deals', print)\n"
    assert "/crm/v3/objects/deals" in {call.endpoint for call in calls_of({"job.py": code})}


def test_a_method_is_run_on_the_object_that_another_class_makes_of_its_class() -> None:
    lists = """\
class Lists:
    def __init__(self, client):
        self.client = client

    def all(self):
        return self.client.get('lists')
"""
    client = """\
import requests
from lists import Lists

class Client:
    def __init__(self, key):
        self.key = key
        self.lists = Lists(self)

    def get(self, path):
        return requests.get('https://api.hubapi.com/contacts/v1/' + path, params={'hapikey': self.key})
"""
    made = "from client import Client\nmade = Client('k')\n"
    found = calls_of({"lists.py": lists, "client.py": client, "run.py": made})
    assert {(call.endpoint, call.auth[0].name) for call in found} == {("/contacts/v1/lists", "hapikey")}


def test_a_page_that_asks_for_the_next_one_is_told_as_the_first_and_as_any_other() -> None:
    code = (
        f"{HEAD}\ndef page(path, after=None):\n    found = requests.get(URL + path, params={{'after': after}}).json()\n"
        "    return found['results'] + (page(path, found['after']) if 'after' in found else [])\n\n"
        "def read():\n    return page('deals')\n"
    )
    found = calls_of({"job.py": code})
    assert {call.endpoint for call in found} == {"/crm/v3/objects/deals"}
    assert sorted([one.name for one in call.query] for call in found) == [[], ["after"]]


@pytest.mark.parametrize("name", ["_page", "__page"])
def test_what_a_private_method_is_given_is_known_from_its_class(name: str) -> None:
    code = f"""{HEAD}
class Api:
    def {name}(self, params):
        return requests.get(URL + 'deals', params=params)

    def read(self):
        return self.{name}({{'hapikey': KEY}})
"""
    assert [[auth.name for auth in call.auth] for call in calls_of({"api.py": code})] == [["hapikey"]]


def test_addresses_with_two_beginnings_and_two_endings_become_one() -> None:
    known = "\n".join(f"    if kind == {n}:\n        return f'{{URL}}{name}?v={{kind}}&limit=1'" for n, name in _NAMED)
    other = "\n".join(
        f"    if kind == {n}0:\n        return f'{{host}}/{name}?v={{kind}}&after=2'" for n, name in _NAMED
    )
    code = f"{HEAD}\ndef address(kind, host):\n{known}\n{other}\n\n"
    code += "def run(kind, host):\n    requests.get(address(kind, host))\n"
    assert any((call.endpoint or "").startswith("/crm/v3/objects/") for call in calls_of({"job.py": code}))


_NAMED = list(enumerate(["deals", "contacts", "notes", "calls", "tasks", "quotes", "goals", "leads"], 1))


def test_what_is_handed_on_is_followed_after_the_state_that_functions_leave_was_found() -> None:
    code = f"""{HEAD}
import queues

class Client:
    def __init__(self):
        self.last = []

    def send(self):
        def go():
            self.last.append('sent')
            requests.get(URL + 'deals')
        queues.push(go)
        queues.push(go)

client = Client()
"""
    assert {call.endpoint for call in calls_of({"job.py": code})} == {"/crm/v3/objects/deals"}


def handlers(last: str) -> str:
    """Returns functions that each hand the next one on twice, to an object that nobody knows, down to one."""
    levels = [f"  function on{n}() {{ out.on('a', on{n + 1}); out.on('b', on{n + 1}); }}" for n in range(14)]
    sends = "fetch('https://api.hubapi.com/crm/v3/owners')"
    return "\n".join(
        ["function watch(out) {", *levels, f"  function on14() {{ {last} }}", "  on0();", f"  {sends};\n}}"]
    )


def test_what_is_handed_on_and_says_nothing_is_not_run_each_time() -> None:
    found = project_of({"watch.js": handlers("out.end()")}).evaluate()
    assert [call.endpoint for call in found.calls] == ["/crm/v3/owners"]
    assert found.limits == ()


def test_what_is_handed_on_and_sends_is_run_each_time() -> None:
    code = """
function watch(out) {
  function send() { fetch('https://api.hubapi.com/crm/v3/objects/deals'); }
  out.on('a', send);
  out.on('b', send);
  out.on('c', send);
}
"""
    assert len({call.via for call in calls_of({"watch.js": code})}) == 3


def test_what_is_handed_on_is_run_again_where_it_sees_something_else() -> None:
    code = """
function watch(out) {
  let path = '';
  function send() { if (path) fetch('https://api.hubapi.com/crm/v3/objects/' + path); }
  out.on('a', send);
  out.on('b', send);
  out.on('c', send);
  path = 'deals';
  out.on('d', send);
}
"""
    assert {call.endpoint for call in calls_of({"watch.js": code})} == {"/crm/v3/objects/deals"}


def test_a_picture_is_no_larger_than_is_worth_it() -> None:
    held: Value = NONE
    for _ in range(6):
        held = Items("list", [held] * 10)  # a value of seven objects, and a million places
    assert len(memo_key(held)) < 5_000  # type: ignore[arg-type] # a tuple
    assert memo_key(held) == memo_key(held)


@pytest.mark.parametrize("each", ["chain(FIRST, SECOND)", "chain.from_iterable([FIRST, SECOND])", "[*FIRST, *SECOND]"])
def test_items_behind_those_that_are_kept_are_sent_or_asked_about(each: str) -> None:
    names = [[f"{word}{number:02}" for number in range(25)] for word in ("one", "two")]
    lists = "".join(f"{name} = {every}\n" for name, every in zip(("FIRST", "SECOND"), names, strict=True))
    found = project_of(
        {"a.py": f"from itertools import chain\n{HEAD}{lists}for x in {each}:\n    requests.get(URL + x)\n"}
    )
    sent = {call.endpoint for call in found.evaluate().calls}
    assert sent == {f"/crm/v3/objects/{name}" for every in names for name in every} or found.evaluate().limits


def test_addresses_of_more_parts_than_are_kept_stand_for_all_of_them() -> None:
    one, two = ("".join(f"go() ? '{kind}{number}' : " for number in range(4)) + f"'{kind}4'" for kind in "ab")
    source = f"const join = require('url-join');\nfetch(join('https://api.hubapi.com', {one}, {two}));\n"
    paths = [str(call.endpoint) for call in calls_of({"a.js": source})]
    assert all(any(re.fullmatch(rf"/(a{number}|{{\w+}})/.*|/?{{\w+}}", path) for path in paths) for number in range(5))


LONG = [f"/crm/v3/objects/contacts/{number}" for number in range(230)]
GROWN = {
    "a.py": "import requests\ntodo = []\n"
    + "".join(f"todo.append('{path}')\n" for path in LONG)
    + "todo.append('/owners/v2/owners')\nrequests.get('https://api.hubapi.com' + todo[-1])\n",
    "a.js": f"const todo = []; todo.push(...{LONG}, {', '.join(map(repr, LONG))}, '/owners/v2/owners');"
    "todo.unshift('/first'); todo.slice(205).forEach(path => fetch('https://api.hubapi.com' + path));",
}


@pytest.mark.parametrize("path", GROWN)
def test_what_a_list_holds_beyond_what_is_followed_is_sent(path: str) -> None:
    (call,) = calls_of({path: GROWN[path]})
    assert call.host == "api.hubapi.com"
    assert call.endpoint is None, "any of the rest, which nobody can tell apart"

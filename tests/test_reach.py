"""Functions that cannot lead to a request are not run; those that can are, by whatever name they are reached."""

from __future__ import annotations

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.evaluate.reachability import Reach, Reaching
from migrator.evaluate.visit import statements
from migrator.languages.javascript.language import LANGUAGE as JAVASCRIPT
from migrator.languages.javascript.library.lookup import JavaScriptLibrary
from migrator.languages.python.language import LANGUAGE as PYTHON
from migrator.languages.python.library.lookup import PythonLibrary
from migrator.languages.python.semantics import SEMANTICS
from migrator.model.text import Source
from migrator.model.unit import ClassDef, Def
from tests.evaluating import reach, sent_by

SENDS = "import requests\ndef send(path):\n    return requests.get(BASE + path)\n"


def reached(text: str) -> tuple[Reach, dict[str, Def]]:
    words = vocabulary()
    unit = PYTHON.lower(Source(path="app.py", text=text), words)
    found = {one.name: one for one in statements(unit.body) if isinstance(one, Def)}
    return reach([unit], PythonLibrary(), SEMANTICS, words.needles), found


LEADS = {
    "it calls a sender": "def f(x):\n    return send(x)\n",
    "it hands a sender on": "def f(pool):\n    pool.map(send, [1])\n",
    "it calls what was bound to a sender": "job = send\ndef f():\n    return job(1)\n",
    "it calls a local name for a client": "def f(u):\n    go = requests.get\n    return go(u)\n",
    "it names the host": "def f(client):\n    client.call('https://api.hubapi.com/x')\n",
    "it names a constant with the host": "HOST = 'https://api.hubapi.com'\ndef f(g):\n    return g(HOST)\n",
    "it uses what the function around it made of a client": (
        "def f():\n    made = requests.Session()\n    def g():\n        return made.anything()\n    return g\n"
    ),
    "it asks a session, and there is one": (
        "def g():\n    return f(requests.Session(), '')\ndef f(session, url):\n    return session.get(url)\n"
    ),
    "it reads an attribute that holds a session": (
        "def g(self):\n    self.crm = requests.Session()\ndef f(self):\n    return self.crm\n"
    ),
    "it looks up what an object of a class gives": (
        "class Api:\n    def get(self, name):\n        return send(name)\n"
        "def f():\n    api = Api()\n    return api.get('deals')\n"
    ),
    "it looks up what an annotated parameter gives": (
        "class Api:\n    def get(self, name):\n        return send(name)\n"
        "def f(api: Api):\n    return api.get('deals')\n"
    ),
    "it looks up what the module has": (
        "class Api:\n    def get(self, name):\n        return send(name)\n"
        "for api in (Api(),):\n    pass\ndef f():\n    return api.get('deals')\n"
    ),
    "it looks up what only one class can give": (
        "class Api:\n    def get_all(self, name):\n        return send(name)\n"
        "def f(api):\n    return api.get_all('deals')\n"
    ),
    "it carries the key": "def f(hapikey):\n    print(hapikey)\n",
    "it calls what it stores for all": "job = send\ndef f():\n    global job\n    job = wrap(job)\n    return job(1)\n",
    "it has a member of the name of its variable": (
        "def g(self):\n    self.crm = requests.Session()\ndef f(self):\n    crm = self.crm\n    return crm\n"
    ),
    "it calls an imported name": "from elsewhere import get\ndef f(u):\n    return get(u)\n",
    "it calls a name that may be imported": "from elsewhere import *\ndef f(u):\n    return get(u)\n",
    "it calls a built-in that stands for something else": ("open = opener.open\ndef f(u):\n    return open(u)\n"),
    "it asks under a computed name, and there is a session": (
        "def g():\n    return f(requests.Session(), '')\ndef f(session, url):\n    return session['get'](url)\n"
    ),
    "a definition in it asks under a name that it gives": (
        "def g():\n    return f(requests.Session(), '')\n"
        "def f(session, url):\n    verb = 'get'\n    def go():\n        return session[verb](url)\n    return go\n"
    ),
}

DOES_NOT = {
    "it looks up an entry": "def f(row):\n    return row.get('id') or row.get(1)\n",
    "it looks up an entry, and a class sends by that name": (
        "class Api:\n    def get(self, name):\n        return send(name)\n"
        "def f(rows):\n    for row in rows:\n        yield row.get('id')\n    yield rows.get('more')\n"
    ),
    "it asks what nobody gives it a session for": "def f(session, url):\n    return session.get(url)\n",
    "it fills a queue": "def f(queue, a):\n    queue.put((1, a))\n",
    "it opens a file": "def f(path):\n    with open(path) as file:\n        return file.read()\n",
    "it calls a function of its own file that is called as a verb": (
        "def get(one, key):\n    return one[key]\ndef f(one):\n    return get(one, 'a')\n"
    ),
    "one definition in it has the name, and another calls": (
        "def g():\n    return h(requests.Session())\n"
        "def f(x):\n    def verb():\n        return 'get'\n    def go(it, name):\n        return it[name]()\n"
        "    return verb, go\n"
    ),
    "it formats text": "def f(a):\n    return '{} of {}'.format(a, len(a)).strip()\n",
}


@pytest.mark.parametrize("text", LEADS.values(), ids=LEADS)
def test_what_can_lead_to_a_request_is_run(text: str) -> None:
    found, functions = reached(SENDS + text)
    assert found.leads(functions["f"])


@pytest.mark.parametrize("text", DOES_NOT.values(), ids=DOES_NOT)
def test_what_cannot_is_left_out(text: str) -> None:
    found, functions = reached(SENDS + text)
    assert not found.leads(functions["f"])
    assert found.leads(functions["send"])


def test_a_sender_that_is_called_without_its_name_keeps_everything() -> None:
    text = SENDS + "class A:\n    def __getitem__(self, key):\n        return send(key)\ndef f(a):\n    return a[1]\n"
    found, functions = reached(text)
    assert found.everything and found.leads(functions["f"])


def test_a_private_method_is_no_special_one() -> None:
    found, functions = reached(
        f"{SENDS}class A:\n    def __go(self):\n        send('a')\n\ndef plain(a):\n    return a\n"
    )
    assert not found.everything
    assert not found.leads(functions["plain"])


def test_a_special_method_that_sends_is_called_unseen() -> None:
    found, functions = reached(
        f"{SENDS}class A:\n    def __getattr__(self, name):\n        send(name)\n\ndef plain(a):\n    return a.b\n"
    )
    assert found.leads(functions["plain"])


def test_a_module_of_the_project_is_not_the_library_of_its_name() -> None:
    text = "from hubspot.config import Config\n\ndef f():\n    return Config.copy()\n"
    unit = PYTHON.lower(Source(path="hubspot/model.py", text=text), vocabulary())
    [node] = [one for one in statements(unit.body) if isinstance(one, Def)]

    def leads(found: str | None) -> bool:
        reaching = Reaching(PythonLibrary(), SEMANTICS, (), lambda _name, _importer, _level: found)
        return reaching.over([unit]).leads(node)

    assert leads(None)
    assert not leads("hubspot/config.py")


def test_a_method_whose_base_is_a_stranger_is_run_for_what_it_asks_of_itself() -> None:
    text = (
        "import requests\nfrom elsewhere import Client\nclass Service(Client):\n"
        "    def __init__(self):\n        super().__init__('https://api.hubapi.com')\n"
        "    def names(self):\n        found = self.get_raw('properties')\n        return found\n"
    )
    unit = PYTHON.lower(Source(path="app.py", text=text), vocabulary())
    [cls] = [one for one in statements(unit.body) if isinstance(one, ClassDef)]
    found = reach([unit], PythonLibrary(), SEMANTICS, vocabulary().needles)
    assert all(found.leads(one) for one in cls.body if isinstance(one, Def))


ASKS = "function f(it, url) { return it.get(url) }\n"
HANDS_ON = {
    "a module is an argument": "const axios = require('axios')\nf(axios, u)\n",
    "a client is made": "import axios from 'axios'\nexport const api = axios.create({})\n",
    "a module is a member": "class A { constructor() { this.http = require('got') } }\n",
    "a client without an import is given": "f($http, u)\n",
    "a module is returned": "const { get } = require('axios')\nfunction g() { return get }\n",
}
KEEPS = {
    "it is asked where it is": "const axios = require('axios')\nfunction g(u) { return axios.get(u) }\n",
    "it is called where it is": "const fetch = require('node-fetch')\nfunction g(u) { return fetch(u) }\n",
    "it needs no import": "function g(u) { return fetch(u) }\n",
    "nothing is a client": "const path = require('path')\nf(path, u)\n",
    "a number is called as a client": "function h(a) { var z = a * 2; if (z > 3) return z / 3 }\n",
}


def asked(text: str) -> tuple[bool, bool]:
    """Returns whether what asks anything leads to a request, and whether the function ``g`` does, if there is one."""
    unit = JAVASCRIPT.lower(Source(path="app.js", text=ASKS + text), vocabulary())
    found = reach([unit], JavaScriptLibrary(), JAVASCRIPT.semantics, vocabulary().needles)
    own = {one.name: found.leads(one) for one in statements(unit.body) if isinstance(one, Def)}
    return own["f"], own.get("g", True)


@pytest.mark.parametrize("text", HANDS_ON.values(), ids=HANDS_ON)
def test_what_asks_anything_is_run_where_a_client_is_handed_on(text: str) -> None:
    assert asked(text) == (True, True)


@pytest.mark.parametrize("text", KEEPS.values(), ids=KEEPS)
def test_what_asks_anything_is_left_out_where_no_client_is(text: str) -> None:
    assert asked(text) == (False, True)


UNSEEN = {
    "a property": (
        "class A:\n    def __init__(self, path):\n        self.path = path\n"
        "    @property\n    def found(self):\n        return send(self.path)\n"
        "def show():\n    return A('/contacts/v1/lists').found\n"
    ),
    "an item": (
        "class A:\n    def __getitem__(self, path):\n        return send(path)\n"
        "def show():\n    return A()['/contacts/v1/lists']\n"
    ),
    "an object that is called": (
        "class A:\n    def __call__(self, path):\n        return send(path)\n"
        "def show(a: A):\n    found = A()\n    return found('/contacts/v1/lists')\n"
    ),
    "a decorator": (
        "def sending(function):\n    def inner(path):\n        send(path)\n        return function(path)\n"
        "    return inner\n@sending\ndef plain(path):\n    return path\n"
        "def show():\n    return plain('/contacts/v1/lists')\n"
    ),
    "a table": "TABLE = {'go': send}\ndef show(name):\n    return TABLE[name]('/contacts/v1/lists')\n",
    "a name that is given twice": (
        "def get(path):\n    return path\nget = send\ndef show():\n    return get('/contacts/v1/lists')\n"
    ),
    "a name that a function gives": (
        "get = None\ndef begin():\n    global get\n    get = send\n"
        "def show():\n    begin()\n    return get('/contacts/v1/lists')\n"
    ),
    "a function that is given": "def show():\n    return list(map(send, ['/contacts/v1/lists']))\n",
}
UNSEEN_IN_JAVASCRIPT = {
    "a getter": (
        "class A { constructor(path) { this.path = path }\n  get found() { return send(this.path) } }\n"
        "function show() { return new A('/contacts/v1/lists').found }\n"
    ),
    "a text": (
        "class A { constructor(path) { this.path = path }\n  toString() { return send(this.path) } }\n"
        "function show() { const a = new A('/contacts/v1/lists'); return a.toString() }\n"
    ),
    "a table": "const table = { send }\nfunction show(name) { return table[name]('/contacts/v1/lists') }\n",
    "a name that a function gives": (
        "let get\nfunction begin() { get = send }\nfunction show() { begin(); return get('/contacts/v1/lists') }\n"
    ),
    "a function that is given": "function show() { return ['/contacts/v1/lists'].map(send) }\n",
    "a verb that is computed": (
        "function show() { for (const verb of ['get']) axios[verb](`https://api.hubapi.com/contacts/v1/lists?${q}`) }\n"
    ),
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_is_sent_without_a_call_of_its_name_is_found(text: str) -> None:
    before = (
        "import requests\nfrom settings import key\ndef send(path):\n"
        "    return requests.get('https://api.hubapi.com' + path, params={'hapikey': key})\n"
    )
    assert "GET /contacts/v1/lists query_key" in sent_by({"app.py": before + text})


@pytest.mark.parametrize("text", UNSEEN_IN_JAVASCRIPT.values(), ids=UNSEEN_IN_JAVASCRIPT)
def test_what_is_sent_without_a_call_of_its_name_is_found_in_javascript(text: str) -> None:
    before = (
        "const axios = require('axios')\nconst q = `hapikey=${process.env.HAPIKEY}`\n"
        "function send(path) { return axios.get(`https://api.hubapi.com${path}?${q}`) }\n"
    )
    after = "module.exports = { show }\n"
    assert "GET /contacts/v1/lists query_key" in sent_by({"app.js": before + text + after})


def test_a_library_beside_a_request_is_not_followed() -> None:
    """A file of functions that send nothing costs no more steps than its module takes."""
    library = "".join(
        f"def pick{one}(rows, key):\n    def get(row):\n        return row[key]\n    return pick{one + 1}(rows, get)\n"
        for one in range(40)
    )
    sends = "import requests\nrequests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': key})\n"
    unit = PYTHON.lower(Source(path="app.py", text=library + sends), vocabulary())
    found = reach([unit], PythonLibrary(), SEMANTICS, vocabulary().needles)
    assert not found.live

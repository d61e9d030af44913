"""The evaluator answers for any program: it never raises, never hangs, and says where it gave up."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from migrator.catalog.vocabulary import vocabulary
from migrator.discover.files import File
from migrator.evaluate.fixpoint import Evaluation
from migrator.model.text import Source
from migrator.project import Project

SEND = 'requests.get("https://api.hubapi.com/contacts/v1/lists", params={"hapikey": KEY})\n'


def evaluation(text: str) -> Evaluation:
    project = Project(
        files={"app.py": File(path="app.py", root=0, disk="app.py")},
        relevant=("app.py",),
        listings=(),
        vocabulary=vocabulary(),
        sources={"app.py": Source(path="app.py", text="import requests\nKEY = x\n" + text)},
    )
    return project.evaluate()


def branches(count: int) -> str:
    lines = ["def f(a):", "    url = 'https://api.hubapi.com'"]
    for number in range(count):
        lines += [f"    if a.x{number}:", f"        url, b = url + '/a{number}', {number}"]
        lines += ["    else:", f"        url, b = url + '/b{number}', -{number}"]
    return "\n".join([*lines, "    requests.get(url)", ""])


def chain(count: int) -> str:
    heads = [f"def f{n}(p):\n    f{n + 1}(p + '/{n}')\n    f{n + 1}(p + '/x{n}')\n" for n in range(count)]
    return "".join(heads) + f"def f{count}(p):\n    requests.get('https://api.hubapi.com' + p)\nf0('')\n"


PROGRAMS: Mapping[str, str] = {
    "2^30 branches": branches(30) + SEND,
    "2^24 calls": chain(24) + SEND,
    "mutual recursion": "def a(p):\n    return b(p + '/a')\ndef b(p):\n    return a(p + '/b')\na('')\n" + SEND,
    "a list that grows by itself": "x = []\nwhile True:\n    x += x + [x]\n    if y: break\n" + SEND,
    "a text that doubles": "s = 'ab'\nfor i in z:\n    s = s + s\n" * 20 + SEND,
    "a text that doubles 60 times": "s = 'ab'\n" + "s = s + s\n" * 60 + SEND,
    "a huge literal": "s = '" + "x" * 1_000_000 + "'\n" + SEND,
    "a huge list": f"for i in {list(range(20_000))}:\n    requests.get('https://api.hubapi.com/' + str(i))\n" + SEND,
    "a class that descends from itself": "class A: pass\nclass A(A): pass\nclass B(A, A): pass\nB().x\n" + SEND,
    "an object that holds itself": "class A: pass\na = A()\na.a = a\nd = {}\nd['d'] = d\n" + SEND,
    "a decorator that returns itself": "def d(f):\n    return d\n@d\n@d\ndef g(): pass\ng(g)(g)\n" + SEND,
    "getattr of itself": "class A:\n    def __getattr__(self, n):\n        return getattr(self, n + n)\nA().b\n" + SEND,
    "a constructor that asks for an object of its class": "class A:\n    def __init__(self, app):\n"
    "        app.on_start(self.set_up)\n    def set_up(self):\n        requests.get('https://api.hubapi.com/a')\n"
    "        self.app.a.set_up()\nx.set_up()\n" + SEND,
    "a property of itself": "class A:\n    @property\n    def p(self):\n        return self.p + self.p\nA().p\n" + SEND,
    "nested comprehensions": "r = [[[[a + b for a in c] for b in c] for c in d] for d in range(9)]\n" + SEND,
    "nested functions": "\n".join(" " * n + f"def f{n}():" for n in range(60)) + "\n" + " " * 60 + "pass\n" + SEND,
    "products of choices": "".join(f"a{n} = 'x' if c{n} else 'y'\n" for n in range(30))
    + "u = 'https://api.hubapi.com/' + "
    + " + ".join(f"a{n}" for n in range(30))
    + "\nrequests.get(u)\n"
    + SEND,
    "star imports of itself": "from app import *\nimport app\napp.app.app\n" + SEND,
    "a generator of itself": "def g():\n    yield from g()\n    yield g\nfor i in g(): i()\n" + SEND,
    "lambdas that call lambdas": "y = lambda f: (lambda x: f(x(x)))(lambda x: f(x(x)))\ny(y)\n" + SEND,
    "deep calls": "f(" * 150 + ")" * 150 + "\n" + SEND,
    "long elif": "if q == 0:\n    pass\n" + "".join(f"elif q == {n}:\n    u = '{n}'\n" for n in range(1, 800)) + SEND,
    "loops in loops": "for a in q:\n for b in a:\n  for c in b:\n   for d in c:\n    f = a + b\n" * 4 + SEND,
}  # fmt: skip


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_hostile_programs_are_answered(text: str) -> None:
    started = time.process_time()
    found = evaluation(text)
    assert time.process_time() - started < 300, "the budgets bound the steps; this only tells a hang from an answer"
    sent = [call for call in found.calls if call.endpoint == "/contacts/v1/lists"]
    assert sent or any(limit.kind == "budget" for limit in found.limits)


@pytest.mark.parametrize("name", ["2^24 calls", "a huge list"])
def test_a_budget_that_was_hit_says_where(name: str) -> None:
    limits = evaluation(PROGRAMS[name]).limits
    assert limits and all(limit.location.path == "app.py" and limit.reason for limit in limits)

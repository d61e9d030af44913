"""What the text of a program told is used again for a changed one, and for nothing that the change touches."""

from __future__ import annotations

from migrator.catalog.vocabulary import vocabulary
from migrator.evaluate.changing import Changing
from migrator.evaluate.reachability import Reach, Reaching, reach
from migrator.evaluate.rounds import Round, resurveyed
from migrator.evaluate.visit import statements
from migrator.languages.python.language import LANGUAGE as PYTHON
from migrator.languages.python.library import PythonLibrary
from migrator.languages.python.semantics import SEMANTICS
from migrator.model.text import Source
from migrator.model.unit import Def, Unit

SEND = "import requests\ndef send(path):\n    return requests.get(path)\n"
PLAIN = "def plain(a):\n    return a + 1\ndef other(a):\n    return a + 2\n"


def lowered(text: str, path: str = "app.py") -> tuple[Source, Unit]:
    source = Source(path=path, text=text)
    return source, PYTHON.lower(source, vocabulary())


def again(old: str, new: str) -> dict[str, bool]:
    """Returns which functions of the new text are taken to lead to a request, going by the old one."""
    before, after = lowered(old), lowered(new)
    found = reach([before[1]], PythonLibrary(), SEMANTICS, vocabulary().needles)
    (round_,) = resurveyed([Round(reach=found, called=frozenset(), changing=Changing())], [(before, after)])
    return {one.name: round_.reach.leads(one) for one in statements(after[1].body) if isinstance(one, Def)}


def test_functions_that_moved_are_what_they_were() -> None:
    assert again(SEND + PLAIN, "import os\n" + SEND + PLAIN) == {"send": True, "plain": False, "other": False}


def test_a_function_that_changed_is_run() -> None:
    assert again(SEND + PLAIN, SEND + PLAIN.replace("a + 1", "a - 1")) == {"send": True, "plain": True, "other": False}


def test_functions_that_do_not_correspond_are_run() -> None:
    assert all(again(SEND + PLAIN, SEND + PLAIN + "def third():\n    pass\n").values())


def test_units_that_come_later_make_earlier_functions_live() -> None:
    library, words = PythonLibrary(), vocabulary().needles
    _, user = lowered("def f(x):\n    return obtain(x)\n", "user.py")
    _, sender = lowered(SEND.replace("send", "obtain"))
    reaching = Reaching(library, SEMANTICS, words, lambda _name, _importer, _level: None)
    first = reaching.over([user])
    second = reaching.over([user, sender])
    assert first == Reach()
    assert second == reach([user, sender], library, SEMANTICS, words)
    assert len(second.live) == 2

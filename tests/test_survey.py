"""What the text of a program told is used again for a changed one, and for nothing that the change touches."""

from __future__ import annotations

from migrator.catalog.vocabulary import vocabulary
from migrator.evaluate.mutable_state import Changing
from migrator.evaluate.reachability import Reach, Reaching
from migrator.evaluate.rounds import Round, resurveyed, survey
from migrator.evaluate.visit import statements
from migrator.languages.javascript.language import LANGUAGE as JAVASCRIPT
from migrator.languages.pinned import Pinned
from migrator.languages.python.language import LANGUAGE as PYTHON
from migrator.languages.python.library.lookup import PythonLibrary
from migrator.languages.python.semantics import SEMANTICS
from migrator.model.text import Source
from migrator.model.unit import Def, Unit
from tests.evaluating import reach

SEND = "import requests\ndef send(path):\n    return requests.get(path)\n"
PLAIN = "def plain(a):\n    return a + 1\ndef other(a):\n    return a + 2\n"


def lowered(text: str, path: str = "app.py") -> tuple[Source, Unit]:
    source = Source(path=path, text=text)
    return source, PYTHON.lower(source, vocabulary())


def again(old: str, new: str) -> dict[str, bool]:
    """Returns which functions of the new text are taken to lead to a request, going by the old one."""
    before, after = lowered(old), lowered(new)
    found = reach([before[1]], PythonLibrary(), SEMANTICS, vocabulary().needles)
    known = survey(Round(reach=found, called=frozenset(), changing=Changing()), [before[1]])
    round_ = resurveyed(known, {"app.py": after[1]}.get, {"app.py": (before[0], after[0])})
    return {one.name: round_.reach.leads(one) for one in statements(after[1].body) if isinstance(one, Def)}


def test_functions_that_moved_are_what_they_were() -> None:
    assert again(SEND + PLAIN, "import os\n" + SEND + PLAIN) == {"send": True, "plain": False, "other": False}


def test_a_function_that_changed_is_run() -> None:
    assert again(SEND + PLAIN, SEND + PLAIN.replace("a + 1", "a - 1")) == {"send": True, "plain": True, "other": False}


def test_functions_that_do_not_correspond_are_run() -> None:
    assert all(again(SEND + PLAIN, SEND + PLAIN + "def third():\n    pass\n").values())


def test_functions_beside_one_that_is_taken_out_are_what_they_were() -> None:
    assert again(PLAIN + SEND, PLAIN.partition("def other")[0] + SEND) == {"plain": False, "send": True}


def test_a_file_that_is_lowered_again_is_what_it_was() -> None:
    _, unit = lowered(SEND + PLAIN)
    found = Round(
        reach=reach([unit], PythonLibrary(), SEMANTICS, vocabulary().needles),
        called=frozenset({"send"}),
        changing=Changing(),
    )
    _, twin = lowered(SEND + PLAIN)
    known = survey(found, [unit])
    again = resurveyed(known, {"app.py": twin}.get, {})
    assert [one.name for one in again.reach.live] == ["send"]
    assert again.called == found.called
    assert survey(again, [twin]) == known


def test_definitions_in_functions_without_a_name_are_known_again() -> None:
    text = "const it = { get all() { function send(x) { return fetch('https://api.hubapi.com' + x) } send('/a') } }\n"
    units = [JAVASCRIPT.lower(Source(path="app.js", text=text), vocabulary()) for _ in range(2)]
    library = JAVASCRIPT.library(Pinned(()))
    known = survey(
        Round(
            reach=reach(units[:1], library, JAVASCRIPT.semantics, vocabulary().needles),
            called=frozenset(),
            changing=Changing(),
        ),
        units[:1],
    )
    assert known.nested
    assert [one.name for one in resurveyed(known, {"app.js": units[1]}.get, {}).reach.live] == ["send"]


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

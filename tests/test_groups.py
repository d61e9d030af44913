"""What imports connect is evaluated together, and by itself."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Mapping

import pytest
from evaluating import calls_of, project_of

from migrator.evaluate.fixpoint import Evaluator
from migrator.evaluate.groups import Connections

SENDS = 'import requests\ndef fetch(key):\n    requests.get("https://api.hubapi.com/{}", params={{"hapikey": key}})\n'


def grouped(files: Mapping[str, str], wanted: str) -> list[list[str]]:
    """Returns the groups of files, whose texts name the files that they import after an arrow."""

    def imports(_path: str, text: str) -> Iterator[str]:
        yield from re.findall(r"> (\w+)", text)

    return [sorted(group) for group in Connections(imports, files.get).groups(wanted.split())]


def test_imports_connect_directly_and_through_other_files() -> None:
    files = {"a": "> b", "b": "", "c": "> shared", "d": "> shared", "shared": "", "e": ""}
    assert grouped(files, "a b c d e") == [["a", "b"], ["c", "d"], ["e"]]


def test_a_method_that_one_file_alone_defines_connects_it_with_its_callers() -> None:
    files = {"a": "client.fetch_all_rows(1)", "b": "def fetch_all_rows(self, n)", "c": "def fetch_rows(self)"}
    assert grouped(files, "a b c") == [["a", "b"], ["c"]]
    assert grouped({**files, "c": "def fetch_all_rows(self)"}, "a b c") == [["a"], ["b"], ["c"]]


def test_a_change_is_evaluated_where_it_can_be_felt(monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of(
        {"one.py": SENDS.format("a"), "two.py": SENDS.format("b"), "use.py": "import two\ntwo.fetch('k')\n"}
    )
    project.evaluate()
    ran: list[str] = []
    add = Evaluator.add

    def counted(self: Evaluator, paths: list[str]) -> None:
        ran.extend(sorted(paths))
        add(self, paths)

    monkeypatch.setattr(Evaluator, "add", counted)
    after = project.evaluate({"two.py": SENDS.format("c")})
    assert ran == ["two.py", "use.py"]
    assert {call.endpoint for call in after.calls} == {"/a", "/c"}


def test_a_client_that_sends_nothing_is_asked_about_unless_another_group_sends_its_key() -> None:
    idle = "import os\nfrom hubspot import HubSpot\nclient = HubSpot(api_key=os.environ['HUBSPOT_API_KEY'])\n"
    sends = "import os, requests\nrequests.get('https://api.hubapi.com/a?hapikey=' + os.environ['HUBSPOT_API_KEY'])\n"
    assert [call.location.path for call in calls_of({"idle.py": idle})] == ["idle.py"]
    assert [call.location.path for call in calls_of({"idle.py": idle, "sends.py": sends})] == ["sends.py"]


def test_what_leaves_a_group_can_be_handed_to_another_process() -> None:
    project = project_of({"one.py": SENDS.format("a"), "two.py": "import one\none.fetch('k')\n"})
    found = project.evaluate()
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - its own

"""Which language a file is in, and that the same text means the same whatever its file is called."""

from __future__ import annotations

import subprocess
import sys

import pytest
from evaluating import calls_of

from migrator.languages.registry import language_of, languages
from migrator.model.call import ApiCall


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a/b.py", ""),
        ("B.PY", ""),
        ("gui.pyw", ""),
        ("bin/sync", "#!/usr/bin/env python3\n"),
        ("sync", "#!/usr/bin/python\n"),
        ("sync", "#! /opt/py/bin/python3.11 -u\n"),
        ("sync", "#!/usr/bin/env -S python3 -u\n"),
        ("sync", "#!/usr/bin/pypy3\n"),
        ("sync", "#!/usr/bin/env -S uv run --script\n"),
        ("sync", "#!/usr/bin/env -S poetry run python\n"),
    ],
)
def test_a_python_program(path: str, text: str) -> None:
    language = language_of(path, text)
    assert language is not None
    assert language.name == "python"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "#!/usr/bin/env python3\n"),
        ("run", "#!/bin/sh\n"),
        ("run", "import requests\n"),
        ("run", "\n#!/usr/bin/env python3\n"),
        ("run", "#!/bin/pythonic-shell\n"),
        ("py", ""),
    ],
)
def test_no_python_program(path: str, text: str) -> None:
    assert language_of(path, text) is None


def test_every_language_says_how_it_is_told() -> None:
    for language in languages():
        assert language.title
        assert language.suffixes
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in language.suffixes)


def test_asking_for_a_language_loads_no_model_of_it() -> None:
    code = (
        "import sys; from migrator.languages.registry import language_of; language_of('a.py');"
        "print(sorted(m for m in sys.modules if m.startswith(('libcst', 'tree_sitter', 'migrator.languages.python.'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['migrator.languages.python.language']"]


PROGRAM = """\
#!/usr/bin/env python3
import requests

def deals(key):
    return requests.get("https://api.hubapi.com/deals/v1/deal/paged", params={"hapikey": key})
"""


@pytest.mark.parametrize("path", ["sync.pyw", "bin/sync"])
def test_a_program_means_the_same_by_any_name(path: str) -> None:
    assert [seen(call) for call in calls_of({path: PROGRAM})] == [seen(call) for call in calls_of({"sync.py": PROGRAM})]


def seen(call: ApiCall) -> tuple[object, ...]:
    return call.method, call.host, call.endpoint, call.auth[0].carrier, call.location.span

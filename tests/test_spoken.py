"""Requests of commands that programs have run: found with what the program puts into them, and changed by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import command, scan, tree

HEAD = 'import os, shlex, subprocess\nK = os.environ["HAPIKEY"]\nAPI = "https://api.hubapi.com"\n'
SENT = [
    ("os.system('curl %s/owners/v2/owners?hapikey=%s' % (API, K))", "GET", "/owners/v2/owners"),
    ("os.popen('wget -qO- \"' + API + '/deals/v1/deal/5?hapikey=' + K + '\"').read()", "GET", "/deals/v1/deal/5"),
    ("subprocess.run(['curl', '-X', 'DELETE', API + '/deals/v1/deal/5?hapikey=' + K])", "DELETE", "/deals/v1/deal/5"),
    ("subprocess.check_output(f'http POST {API}/deals/v1/deal hapikey=={K}', shell=True)", "POST", "/deals/v1/deal"),
    ("subprocess.Popen(shlex.split(f'curl {API}/deals/v1/deal -G -d hapikey={K}'))", "GET", "/deals/v1/deal"),
    ("subprocess.call('bash -c \"curl https://api.hubapi.com/deals/v1/deal/5?hapikey=$HAPIKEY\"', shell=True)", "GET",
     "/deals/v1/deal/5"),
]  # fmt: skip
NOTHING = [
    "os.system('ls')",
    "subprocess.run(['git', 'clone', 'https://github.com/a/b'])",
    "subprocess.run(['curl', 'https://example.com/deals/v1/deal/5'])",
    "subprocess.run(input().split())",
]
NODE = "const { exec, spawn } = require('child_process');\nconst k = process.env.HAPIKEY;\n"
SPOKEN_IN_NODE = [
    ("exec(`curl -X POST 'https://api.hubapi.com/deals/v1/deal?hapikey=${k}'`, () => {});", "POST", "/deals/v1/deal"),
    ("spawn('curl', ['-s', `https://api.hubapi.com/owners/v2/owners?hapikey=${k}`]);", "GET", "/owners/v2/owners"),
]


def calls(folder: Path, name: str, text: str) -> list[dict[str, Any]]:
    (folder / name).write_text(text)
    found: list[dict[str, Any]] = scan(folder)["calls"]
    return found


@pytest.mark.parametrize(
    ("name", "line", "method", "path"),
    [
        *(("a.py", HEAD + line, method, path) for line, method, path in SENT),
        *(("a.js", NODE + line, method, path) for line, method, path in SPOKEN_IN_NODE),
    ],
)
def test_a_command_sends_what_it_says(tmp_path: Path, name: str, line: str, method: str, path: str) -> None:
    (one,) = calls(tmp_path, name, line + "\n")
    assert (one["method"], one["endpoint"], one["auth"], one["context"]) == (method, path, ["api_key"], "program")
    before = tree(tmp_path)
    status, _ = command("migrate", "--write", "--unsafe", str(tmp_path))
    assert (status, tree(tmp_path)) == (1, before)


@pytest.mark.parametrize("line", NOTHING)
def test_another_command_sends_nothing_here(tmp_path: Path, line: str) -> None:
    assert calls(tmp_path, "a.py", f"{HEAD}{line}\n") == []


def test_a_command_with_a_token_sends_no_key(tmp_path: Path) -> None:
    line = "subprocess.run(['curl', API + '/owners/v2/owners', '-H', 'Authorization: Bearer ' + K])\n"
    assert [one["auth"] for one in calls(tmp_path, "a.py", HEAD + line)] == [["bearer"]]

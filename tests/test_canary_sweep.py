"""No output of any command holds twelve characters in a row of a credential, wherever and however it is planted."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
import tree_pools

from migrator import cli
from migrator.agents import AgentDesk
from migrator.report import formats

API = "https://api.hubapi.com/contacts/v1/lists/all/contacts/all"
_RUN = 12
_TELLING = 8
"""How many of them have to be the credential's own rather than an escape's."""
_ESCAPE = re.compile(r"&?#?45;|&#?4?|%?25|%?2D|\\\\?u?0?0?2d|[^0-9A-Za-z]")


def key(number: int) -> str:
    """Returns a key of its own for each place."""
    return str(UUID(int=(0x9E3779B97F4A7C15F39CC0605CEDC834 * (number + 3)) % 2**128, version=4))


def encoded(secret: str) -> dict[str, str]:
    """Returns a credential in each encoding in which it can stand."""
    return {
        "raw": secret,
        "bare": secret.replace("-", ""),
        "base64": base64.b64encode(secret.encode()).decode(),
        "percent": secret.replace("-", "%2D"),
        "twice": secret.replace("-", "%252D"),
        "json": secret.replace("-", "\\u002d"),
        "html": secret.replace("-", "&#45;"),
    }


PLACES = {
    "params.py": 'import requests\nrequests.get("{api}", params={{"hapikey": "{key}"}})\n',
    "url.py": 'import requests\nrequests.get("{api}?hapikey={key}&count=1")\n',
    "constant.py": 'import requests\nKEY = "{key}"\nrequests.get("{api}", params={{"hapikey": KEY}})\n',
    "default.py": 'import os, requests\nrequests.get("{api}?hapikey=" + os.getenv("HUBSPOT_KEY", "{key}"))\n',
    "sdk.py": 'from hubspot import HubSpot\nHubSpot(api_key="{key}").crm.contacts.basic_api.get_page()\n',
    "comment.py": "import hubspot  # was ?hapikey={key}\n",
    "logged.py": 'import logging, requests\nlogging.info("{key}")\nrequests.get("{api}?hapikey={key}")\n',
    "broken.py": 'def f(:\n    get("{api}?hapikey={key}")\n',
    "path.py": 'import requests\n\ndef f(a):\n    requests.get("https://api.hubapi.com/" + a + "/{key}?a=1")\n',
    "a.js": "const key = '{key}';\nfetch('{api}?hapikey={key}');\n",
    "a.php": "<?php get('{api}?hapikey={key}'); $hapikey = '{key}';\n",
    "a.rb": "Hubspot.configure(hapikey: '{key}')\nget('{api}?hapikey={key}')\n",
    "a.go": 'package main\nconst hapikey = "{key}"\n',
    "a.sh": 'K="${{HUBSPOT_API_KEY:-{key}}}"\ncurl "{api}?hapikey={key}"\n',
    ".env": "DB=1\nHUBSPOT_API_KEY={key}\nOTHER_PASSWORD=hunter2hunter2\n",
    "a.yml": "env:\n- name: HUBSPOT_API_KEY\n  value: {key}\nhubspot:\n  apiKey: {key}\n",
    "a.json": '{{"hubspot": {{"apiKey": "{key}"}}, "log": "a?hapikey\\\\u003d{key}"}}\n',
    "a.ini": "[hubspot]\napi_key = {key}\n",
    "a.toml": '[hubspot]\napi_key = "{key}"\n',
    "web.config": '<add key="HubSpotApiKey" value="{key}"/>\n',
    "a.csv": "name,value\nhubspot_api_key,{key}\n",
    "README.md": "Use `?hapikey={key}` or hapikey:{key}.\n",
    "tests/test_a.py": "def test():\n    assert '?hapikey={key}'\n",
    "tests/cassettes/a.yaml": 'uri: {api}?hapikey={key}\nbody: \'{{"email": "jane.doe.canary@example.org"}}\'\n',
    "a.log": "GET /a?hapikey={key} 200\n",
    "nb.ipynb": '{{"cells": [{{"cell_type": "code", "source": ["get(\'{api}?hapikey={key}\')"], "metadata": {{}},'
    ' "outputs": [], "execution_count": null}}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}',
}
WIDE = {
    **tree_pools.POSITIONS,
    **{f"kinds/{number}/{name}": text for number, (name, text) in enumerate(sorted(tree_pools.CARRIERS.items()))},
    **{
        f"languages/{number}/{name}": f"{text}// hapikey={{key}}\n"
        for number, (name, text) in enumerate(sorted(tree_pools.LANGUAGES.items())[::4])
    },
}
"""Those, and every kind of file that trees are made of; a language has the key in its last line too."""
COMMANDS = (
    *(("scan", "--format", form) for form in formats()),
    ("migrate",),
    ("migrate", "--unsafe", "--annotate", "--token-env", "HUBSPOT_TOKEN"),
    ("migrate", "--unsafe", "--format", "json"),
    *(("scopes", "--format", form) for form in ("text", "json", "yaml", "hsmeta")),
    ("scan", "--debug", "--statistics"),
    ("baseline", "--baseline", "../known.json"),
    ("scan", "--baseline", "../known.json"),
    ("scan", "--output", "json=../a.json", "--output", "html=../a.html", "--output", "sarif=../a.sarif"),
    ("report", "../a.json", "--format", "html"),
    ("verify", ".", "."),
    ("scan", "--config", "broken.py"),
    ("report", "a.json"),
    ("migrate", "--write", "--unsafe"),
    ("migrate", "--undo"),
)
WIDER = (
    ("scan", *(part for form in formats() for part in ("--output", f"{form}=../report.{form}"))),
    ("scan", "--debug", "--statistics", "--include-recorded", "--link", "https://h/{path}#L{line}"),
    ("scan", "--show-settings"),
    ("scopes", "--format", "json"),
    ("scopes",),
    ("migrate", "--unsafe", "--annotate", "--token-env", "HUBSPOT_TOKEN"),
    ("migrate", "--orders"),
    ("migrate", "--orders", "--format", "json"),
    ("migrate", "--pr-text"),
    ("baseline", "--baseline", "../known.json"),
    ("explain", "-"),
    ("explain", "{key}"),
    ("scan", "{key}"),
    ("scan", "--select", "{key}"),
    ("scan", "--link", "https://h/{path}?t={key}", "--output", "html=../linked.html"),
    ("{key}",),
    ("rules", "show", "GET", "/contacts/v1/lists?hapikey={key}"),
    ("verify", ".", "../gone-{key}"),
    ("report", "kinds/0/{key}.json"),
    ("migrate", "-i"),
    ("migrate", "--write", "--unsafe"),
    ("migrate", "--undo"),
)
"""What is said of them, what a person types included."""

FEW = (("scan", "--format", "json"), ("scan", "--format", "html"), ("migrate", "--unsafe", "--annotate"), ("scan",))
"""What shows most, for the other encodings."""


def runs(secrets: list[str]) -> Iterator[str]:
    """Yields each run of characters that no output may hold."""
    for secret in secrets:
        for form in {*encoded(secret).values(), quote(secret), json.dumps(secret)[1:-1], html.escape(secret)}:
            windows = (form[at : at + _RUN] for at in range(len(form) - _RUN + 1))
            yield from (one for one in windows if len(_ESCAPE.sub("", one)) >= _TELLING)


@pytest.mark.parametrize("encoding", encoded(key(0)))
def test_no_output_holds_a_run_of_a_planted_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], encoding: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "code"
    secrets = [key(number) for number in range(len(PLACES))]
    for secret, (name, text) in zip(secrets, PLACES.items(), strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.format(api=API, key=encoded(secret)[encoding]))
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "planted")):
        subprocess.run(("git", *arguments), cwd=folder, check=True)
    monkeypatch.chdir(folder)
    printed = {}
    for command in COMMANDS if encoding == "raw" else FEW:
        cli.run(command)
        printed[" ".join(command)] = "".join(capfd.readouterr())
    for path in (*tmp_path.glob("*.*"), *(tmp_path / "state").rglob("*")):
        if path.is_file():
            printed[path.name] = path.read_bytes().decode("utf-8", "replace")
    banned = {*runs(secrets), "hunter2hunter2", "jane.doe.canary"}
    shown = {(name, one) for name, text in printed.items() for one in banned if one in text}
    assert sorted(shown)[:5] == []


def test_no_output_holds_a_run_of_a_credential_of_any_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "code"
    secrets = [key(number) for number in range(100, 100 + len(WIDE))]
    for secret, (name, text) in zip(secrets, WIDE.items(), strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        coded = base64.b64encode(secret.encode()).decode()
        (folder / name).write_text(text.format(api=API, path="/owners/v2/owners", key=secret, base64=coded))
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "planted")):
        subprocess.run(("git", *arguments), cwd=folder, check=True)
    monkeypatch.chdir(folder)
    typed = key(99)
    log = f"GET {API}?hapikey={typed} 401\n" + json.dumps(
        {"status": "error", "message": f"The API key {typed} is invalid"}
    )
    printed = {}
    for command in WIDER:
        answers = b"y\n" * 40 if "-i" in command else log.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(answers)))
        cli.run(tuple(part.replace("{key}", typed) for part in command))
        printed[" ".join(command)] = "".join(capfd.readouterr())
    desk = AgentDesk(root=folder, allow_write=False)
    for name in ("questions", "plan", "orders"):
        printed[f"mcp {name}"] = json.dumps(getattr(desk, name)())
    printed["mcp inventory of chains"] = json.dumps(desk.inventory(chains=True))
    printed["mcp explain"] = json.dumps(desk.explain("HK101"))
    for path in (*tmp_path.glob("*.*"), *(tmp_path / "state").rglob("*")):
        if path.is_file():
            printed[path.name] = path.read_bytes().decode("utf-8", "replace")
    banned = set(runs([*secrets, typed]))
    shown = {(name, one) for name, text in printed.items() for one in banned if one in text}
    assert sorted(shown)[:5] == []

"""No output of the tool holds a credential: keys of every shape that the rules know, planted in files of every kind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrator import cli, pipeline
from migrator.report import formats

KEY = "3fa9c1e2-77d4-4b0a-9c55-8e1d2f60a7b3"
TOKEN = "pat-na1-5b6c7d8e-1f20-4a3b-8c9d-0e1f2a3b4c5d"  # noqa: S105 - made up
OAUTH = "CNzq9fR8LBIHAAEAQAAAARjV7o4BIPCg8SwKdGhpc2lzYXRva2Vu"
WORD = "q7w8e9r0t1y2u3i4o5p6"
CANARIES = (KEY, TOKEN, OAUTH, WORD)
CODE = f'''\
"""Docs: GET https://api.hubapi.com/contacts/v1/lists?hapikey={KEY}"""
import requests

KEY = "{KEY}"
TOKEN = "{TOKEN}"  # was Bearer {OAUTH}


def lists():
    return requests.get("https://api.hubapi.com/contacts/v1/lists?hapikey={KEY}&count=2")


def word(count):
    return requests.get(f"https://api.hubapi.com/contacts/v1/lists?hapikey={WORD}&count={{count}}")


def parameters():
    return requests.get("https://api.hubapi.com/contacts/v1/lists", params={{"hapikey": "{KEY}", "count": 2}})


def named():
    return requests.get("https://api.hubapi.com/contacts/v1/lists", params={{"hapikey": KEY}})


def bearer():
    return requests.get("https://api.hubapi.com/contacts/v1/lists", headers={{"Authorization": "Bearer {TOKEN}"}})


def oauth():
    return requests.get("https://api.hubapi.com/contacts/v1/lists?access_token={OAUTH}")


def where(name):
    return requests.get(f"https://api.hubapi.com/{{name}}/{KEY}?hapikey={WORD}")
'''
FILES = {
    "app.py": CODE,
    "broken.py": f"def f(:\n    get('https://api.hubapi.com/x?hapikey={KEY}')\n",
    ".env": f"HUBSPOT_API_KEY={KEY}\nHUBSPOT_TOKEN={TOKEN}\n",
    "README.md": f"curl 'https://api.hubapi.com/contacts/v1/lists?hapikey={WORD}' # or Bearer {OAUTH}\n",
    "tests/test_app.py": f"def test():\n    assert 'https://api.hubapi.com/x?hapikey={KEY}'\n",
    "tests/cassettes/a.yaml": f"uri: https://api.hubapi.com/contacts/v1/lists?hapikey%3D{WORD}&hapikey={KEY}\n",
}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a work tree with credentials in its files, as the working folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "repository"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "planted")):
        subprocess.run(("git", *arguments), cwd=folder, check=True)
    monkeypatch.chdir(folder)
    return folder


def assert_clean(capfd: pytest.CaptureFixture[str], *arguments: str) -> int:
    """Runs a command line and asserts that nothing printed holds a credential. Returns the exit status."""
    status = cli.run(arguments)
    printed = "".join(capfd.readouterr())
    assert printed
    assert [canary for canary in CANARIES if canary in printed] == []
    return status


@pytest.mark.parametrize("form", formats())
def test_no_report_holds_a_credential(planted: Path, capfd: pytest.CaptureFixture[str], form: str) -> None:
    assert assert_clean(capfd, "scan", "--format", form) == 1


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html"])
def test_no_printed_migration_holds_a_credential(planted: Path, capfd: pytest.CaptureFixture[str], form: str) -> None:
    flags = ("migrate", "--unsafe", "--annotate", "--token-env", "HUBSPOT_TOKEN")
    assert assert_clean(capfd, *flags, "--patch", "../a.patch", "--format", form) == 1
    assert (planted.parent / "a.patch").stat().st_mode & 0o777 == 0o600
    subprocess.run(("git", "apply", "--check", "../a.patch"), check=True)
    assert assert_clean(capfd, *flags, "--write", "--format", form) == 1
    assert_clean(capfd, "migrate", "--undo")
    assert {name: (planted / name).read_text() for name in FILES} == FILES


def test_what_is_kept_to_undo_is_no_copy_of_a_tracked_file(planted: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert_clean(capfd, "migrate", "--unsafe", "--write")
    kept = b"".join(path.read_bytes() for path in (planted.parent / "state").rglob("*") if path.is_file())
    assert kept
    assert [canary for canary in CANARIES if canary.encode() in kept] == []


def test_no_trace_holds_a_credential(
    planted: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(CODE)

    monkeypatch.setattr(pipeline, "reported", fail)
    assert assert_clean(capfd, "scan", "--debug") == 2

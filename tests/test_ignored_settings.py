"""Files that git ignores and that set what the program reads: where they are looked for, and that no value is told."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from cases import scan

KEY = "4b1f6c0e-93d7-4a52-8f10-6e2d5c9ab874"
PROGRAM = """import os
import requests

requests.get("https://api.hubapi.com/crm/v3/owners", params={"hapikey": os.environ["HUBSPOT_API_KEY"]})
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env.local", f"HUBSPOT_API_KEY={KEY}\n"),
        ("config/live.env", f'export HUBSPOT_API_KEY="{KEY}"\n'),
        (".envs/.env", f"HUBSPOT_API_KEY={KEY}\n"),
        ("local.settings.json", f'{{"Values": {{"HUBSPOT_API_KEY": "{KEY}"}}}}'),
    ],
)
def test_a_file_of_one_machine_is_named_without_its_value(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)
    (tmp_path / ".gitignore").write_text(f"{path}\n")
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    report = scan(tmp_path)
    [name] = report["cutover"]
    assert [(one["path"], one["given"]) for one in name["set_at"]] == [(path, "ignored")]
    assert KEY not in json.dumps(report)

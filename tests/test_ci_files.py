"""What runs the tool elsewhere: the action, the GitLab component, the image, the schema of the configuration."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from test_settings import EVERYTHING

import migrator
from migrator import settings
from migrator.errors import ConfigurationError

ROOT = Path(__file__).parents[1]
LEGACY = ROOT / "fixtures/projects/legacy-crm"
SCHEMA = json.loads((Path(migrator.__file__).parent / "settings.schema.json").read_text(encoding="utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text))


def test_the_schema_of_the_configuration_knows_every_key_and_no_other() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(settings._KEYS)
    assert all(item["description"] for item in SCHEMA["properties"].values())


def test_the_schema_takes_what_the_tool_takes_and_refuses_what_it_refuses(tmp_path: Path) -> None:
    assert valid(EVERYTHING)
    assert valid(settings.written(settings.Settings()))
    path = tmp_path / "hapikey-migrator.toml"
    for text in (
        "selct = []",
        "jobs = -1",
        "jobs = true",
        "ignore = 'x'",
        "fail-on = 'bad'",
        "token-env = '1'",
        "answers = []",
    ):
        assert not valid(text), text
        path.write_text(text)
        with pytest.raises(ConfigurationError):
            settings.read(path)


def step(name: str) -> dict[str, Any]:
    return next(item for item in ACTION["runs"]["steps"] if item.get("name") == name)


def test_the_action_takes_no_input_into_a_command() -> None:
    for item in ACTION["runs"]["steps"]:
        assert "${{" not in item.get("run", ""), item["name"]


@pytest.mark.parametrize("fail_on", ["error", "note"])
def test_the_action_scans_and_says_where_its_files_are(fail_on: str, tmp_path: Path) -> None:
    program = tmp_path / "hapikey-migrator"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m migrator "$@"\n')
    program.chmod(0o755)
    output, summary = tmp_path / "output", tmp_path / "summary"
    environment = {
        **os.environ,
        "HAPIKEY": str(program),
        "PATHS": str(LEGACY),
        "FAIL_ON": fail_on,
        "ARGUMENTS": "--isolated --quiet",
        "TEMP_FOLDER": f"{tmp_path}",
        "LINK": "https://example.com/o/r/blob/{commit}/{path}#L{line}",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    subprocess.run(["bash", "-eo", "pipefail", "-c", step("Scan")["run"]], check=True, env=environment, cwd=tmp_path)
    said = dict(line.split("=", 1) for line in output.read_text().splitlines())
    assert said["status"] == "1"
    assert said["reported"] == "true"
    assert all(Path(said[name]).is_file() for name in ("sarif", "html", "json"))
    assert "HubSpot" in summary.read_text()
    assert set(ACTION["outputs"]) == {"status", "sarif", "json", "html"}


def test_the_action_can_leave_code_scanning_out_and_names_each_artifact() -> None:
    assert "inputs.upload-sarif == 'true'" in step("Upload to code scanning")["if"]
    assert "strategy.job-index" in ACTION["inputs"]["artifact-name"]["default"]
    for name in ("Install", "Scan"):
        assert "${TEMP_FOLDER//\\\\//}" in step(name)["run"], "a Windows path has backslashes"
    slashes = subprocess.run(
        ["bash", "-c", 'TEMP_FOLDER="D:\\a\\_temp"; echo "${TEMP_FOLDER//\\\\//}"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert slashes.stdout == "D:/a/_temp\n"


def test_the_gitlab_component_writes_the_reports_it_names() -> None:
    head, job = yaml.safe_load_all((ROOT / "templates/scan.yml").read_text(encoding="utf-8"))
    inputs = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(job)))
    assert inputs == set(head["spec"]["inputs"])
    (script,) = job["hapikey-migrator"]["script"]
    artifacts = job["hapikey-migrator"]["artifacts"]
    for path in (*artifacts["paths"], *artifacts["reports"].values()):
        assert f"={path}" in script
    assert "$[[" not in script, "an input must not become a command"


def test_the_image_runs_without_root_and_holds_what_the_build_needs() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("FROM ")[2]
    assert re.search(r"^USER (?!root)", last, re.MULTILINE)
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / name).exists() for name in kept)
    assert {"migrator", "rules", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE"} <= set(kept)


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_terminal_of_the_readme_is_real() -> None:
    _, _, block = README.partition("```console\n$ hapikey-migrator ")
    command, _, shown = block.partition("\n```")[0].partition("\n")
    done = subprocess.run(
        [sys.executable, "-m", "migrator", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert shown == done.stdout.rstrip()


def test_the_figures_of_the_comparison_are_those_that_its_command_prints() -> None:
    done = subprocess.run(
        [sys.executable, "tests/bench/compare.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        assert f"| {line.partition(': ')[2]} |" in README


def test_the_picture_of_the_readme_is_there() -> None:
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG")

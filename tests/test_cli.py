"""The command line: what it accepts, what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from migrator import cli, pipeline
from migrator.catalog.findings import finding_rules
from migrator.cli.terminal import Terminal, write_file
from migrator.errors import WriteError
from migrator.report import formats

ROOT = Path(__file__).parents[1]
LEGACY = ROOT / "fixtures/projects/legacy-crm"
CONTACTS = "https://api.hubapi.com/crm/v3/objects/contacts"
COMMANDS = ("scan", "migrate", "scopes", "report", "explain", "rules", "baseline")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.run(arguments)
    output, errors = capfd.readouterr()
    return status, output, errors


def start(*arguments: str, cwd: Path, **more) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "migrator", *arguments]
    return subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.PIPE, **more)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_without_a_command_it_helps(arguments: Sequence[str], capfd) -> None:
    status, output, errors = run(capfd, *arguments)
    assert (status, errors) == (0, "")
    assert all(f"\n  {command}" in output for command in COMMANDS)
    assert "Exit status" in output


def test_a_group_without_a_command_helps(capfd) -> None:
    status, output, _ = run(capfd, "rules")
    assert status == 0
    assert "check" in output
    assert "show" in output


@pytest.mark.parametrize("command", [*COMMANDS, "rules check", "rules show"])
def test_every_command_helps(command: str, capfd) -> None:
    status, output, _ = run(capfd, *command.split(), "-h")
    assert status == 0
    assert output.startswith(f"Usage: hapikey-migrator {command}")


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_it_says_its_version(flag: str, capfd) -> None:
    assert run(capfd, flag) == (0, "hapikey-migrator, version 0.1.0\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("scna",), "No such command 'scna'. Did you mean 'scan'?"),
        (("rules", "shw"), "No such command 'shw'. Did you mean 'show'?"),
        (("scan", "--formt", "json"), "--format"),
        (("scan", "--format", "yaml"), "'yaml' is not one of"),
        (("scan", "nowhere"), "nowhere: no such file or folder"),
        (("scan", "--config", "none.toml"), "none.toml: cannot read the configuration"),
        (("scan", "--config", "none.toml", "--isolated"), "--config and --isolated exclude each other"),
        (("scan", "--rules", "nowhere"), "no such rules folder"),
        (("scan", "--output", "html"), "'html' is not FORMAT=FILE"),
        (("scan", "--output", "htm=x"), "'htm=x' is not FORMAT=FILE"),
        (("scan", "--fail-on", "all"), "'all' is not one of"),
        (("scan", "--jobs", "-1"), "--jobs"),
        (("scan", "-"), "the path - needs a name"),
        (("scan", "--stdin-filename", "a.py"), "--stdin-filename goes with the path -"),
        (("scan", "--baseline", "none.json"), "cannot read the baseline"),
        (("scan", "--changed-since", "main"), "--changed-since needs a git work tree"),
        (("scan", "--select", "HK9999"), "no finding is called 'HK9999'"),
        (("migrate", "--token-env", "1 2"), "'1 2' cannot name an environment variable"),
        (("scopes", "--credential", "c9"), "no credential 'c9'"),
        (("report",), "Missing argument"),
        (("report", "none.json"), "none.json: cannot be read"),
        (("explain", "nothing at all"), "nothing is called"),
        (("rules", "check", "none.yaml"), "no such rule file"),
    ],
)
def test_what_it_cannot_do_is_said_in_one_message(arguments: Sequence[str], message: str, here: Path, capfd) -> None:
    status, output, errors = run(capfd, *arguments)
    assert (status, output) == (2, "")
    assert errors.count("Error: ") == 1
    assert message in errors
    assert "Traceback" not in errors


def test_a_broken_configuration_is_told_with_its_line(here: Path, capfd) -> None:
    (here / "hapikey-migrator.toml").write_text("\nselct = []\n")
    status, _, errors = run(capfd, "scan")
    assert status == 2
    assert "hapikey-migrator.toml:2: unknown key 'selct'. Did you mean 'select'?" in errors
    assert run(capfd, "scan", "--isolated")[0] == 0


def test_a_broken_rule_file_is_told_with_its_line(here: Path, capfd) -> None:
    (here / "rules").mkdir()
    (here / "rules/credentials.yaml").write_text("needles:\n  - {wrod: x}\n")
    status, _, errors = run(capfd, "scan", "--rules", "rules")
    assert status == 2
    assert "rules/credentials.yaml:2: unknown key 'wrod'" in errors


def test_a_tree_without_a_key_is_clean(here: Path, capfd) -> None:
    (here / "a.py").write_text("x = 1\n")
    status, output, errors = run(capfd, "scan")
    assert (status, errors) == (0, "")
    assert "Nothing to do" in output
    assert run(capfd, "scan", "--quiet") == (0, "", "")


@pytest.mark.parametrize("name", formats())
def test_every_format_can_be_printed_and_written(name: str, here: Path, capfd) -> None:
    (here / "a.py").write_text("x = 1\n")
    status, output, _ = run(capfd, "scan", "--format", name, "--output", f"{name}=made", "--color", "never")
    assert status == 0
    assert (here / "made").read_text() == output


def test_several_files_come_from_one_run(here: Path, capfd) -> None:
    status, _, _ = run(capfd, "scan", str(LEGACY), "--exit-zero", "--output", "json=a.json", "--output", "html=a.html")
    assert status == 0
    assert json.loads((here / "a.json").read_text())["schema_version"] == 1
    assert (here / "a.html").read_text().startswith("<!")


def test_each_of_several_folders_is_rewritten(here: Path, capfd) -> None:
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "a.js").write_text(f"fetch(`{CONTACTS}?hapikey=${{process.env.KEY}}`);\n")
    status, _, _ = run(capfd, "migrate", "--isolated", "--write", "one", "two")
    assert status == 0
    assert not any("hapikey" in path.read_text() for path in here.rglob("*.js"))


def test_a_saved_report_renders_as_the_scan_did(here: Path, capfd) -> None:
    _, output, _ = run(capfd, "scan", str(LEGACY), "--exit-zero", "--output", "json=a.json")
    assert run(capfd, "report", "a.json") == (0, output, "")


def test_the_same_input_gives_the_same_bytes(here: Path, capfd) -> None:
    assert run(capfd, "scan", str(LEGACY), "--format", "json") == run(capfd, "scan", str(LEGACY), "--format", "json")


def test_standard_input_is_a_file(here: Path, tmp_path: Path) -> None:
    code = b"import requests\nrequests.get('https://api.hubapi.com/contacts/v1/lists', params={'hapikey': key})\n"
    process = start("scan", "-", "--stdin-filename", "a.py", "--format", "json", cwd=here, stdin=-1, stdout=-1)
    output, _ = process.communicate(code)
    (call,) = json.loads(output)["calls"]
    assert (call["path"], call["line"], call["method"]) == ("a.py", 2, "GET")


def test_nothing_but_the_report_goes_to_standard_output(here: Path) -> None:
    process = start("scan", str(LEGACY), "--format", "json", cwd=here, stdout=-1)
    output, errors = process.communicate()
    assert json.loads(output)["schema_version"] == 1
    assert errors == b""


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("text", ("explain", "HK101"), "key_in_params"),
        ("text", ("explain", "oauth"), "oauth (scope)"),
        ("text", ("explain", "GET /contacts/v1/lists"), "GET /contacts/v1/lists"),
        ("text", ("rules", "show", "get", "/contacts/v1/lists"), "GET /contacts/v1/lists"),
        ("text", ("scopes", str(LEGACY)), "crm.objects.deals.read"),
        ("json", ("scopes", str(LEGACY), "--format", "json"), '"required"'),
        ("yaml", ("scopes", str(LEGACY), "--format", "yaml"), "required:"),
        ("hsmeta", ("scopes", str(LEGACY), "--format", "hsmeta"), '"requiredScopes"'),
    ],
)
def test_the_smaller_commands_answer(name: str, arguments: Sequence[str], message: str, here: Path, capfd) -> None:
    status, output, _ = run(capfd, *arguments)
    assert status == 0
    assert message in output


def test_the_files_of_a_project_app_are_written(here: Path, capfd) -> None:
    assert run(capfd, "scopes", str(LEGACY), "--credential", "HUBSPOT_API_KEY", "--project", "app")[0] == 0
    made = json.loads((here / "app/src/app/app-hsmeta.json").read_text())
    assert "crm.objects.deals.read" in made["config"]["auth"]["requiredScopes"]
    assert json.loads((here / "app/hsproject.json").read_text())["srcDir"] == "src"


def test_an_app_is_made_for_each_of_several_credentials(here: Path, capfd) -> None:
    assert run(capfd, "scopes", str(LEGACY), "--project", "app")[0] == 0
    apps = {path.parents[2].name: path.read_text() for path in here.glob("app/*/src/app/app-hsmeta.json")}
    assert {"hubspot_api_key", "hubspot_access_token"} < apps.keys()
    assert "crm.schemas.contacts.write" not in apps["hubspot_api_key"]
    status, output, _ = run(capfd, "scopes", str(LEGACY), "--format", "hsmeta")
    assert status == 0
    assert {"HUBSPOT_API_KEY", "HUBSPOT_ACCESS_TOKEN"} < json.loads(output).keys()


def test_granted_scopes_are_compared(here: Path, capfd) -> None:
    (here / "granted.txt").write_text("crm.objects.deals.read\n")
    status, output, _ = run(capfd, "scopes", str(LEGACY), "--granted", "granted.txt", "--credential", "c1")
    assert status == 1
    assert "Missing" in output
    status, _, errors = run(capfd, "scopes", str(LEGACY), "--granted", "granted.txt")
    assert status == 2
    assert "HUBSPOT_API_KEY" in errors


def test_a_list_of_scopes_is_what_granted_reads(here: Path, capfd) -> None:
    status, output, _ = run(capfd, "scopes", str(LEGACY), "--credential", "c1", "--format", "list")
    assert status == 0
    assert "crm.objects.deals.read" in output.splitlines()
    (here / "granted.txt").write_text(output)
    assert run(capfd, "scopes", str(LEGACY), "--credential", "c1", "--granted", "granted.txt", "--strict")[0] == 0
    assert run(capfd, "scopes", str(LEGACY), "--credential", "c1", "--granted", "granted.txt", "--format", "list") == (
        0,
        "",
        "",
    )


def test_a_granted_scope_that_does_not_exist_is_told(here: Path, capfd) -> None:
    (here / "granted.txt").write_text("crm.objects.deal.read\n")
    _, _, errors = run(capfd, "scopes", str(LEGACY), "--credential", "c1", "--granted", "granted.txt")
    assert "granted.txt: no scope is called 'crm.objects.deal.read'. Did you mean 'crm.objects.deals.read'?" in errors


def test_settings_are_shown_instead_of_a_scan(here: Path, capfd) -> None:
    (here / "hapikey-migrator.toml").write_text("fail-on = 'note'\n")
    status, output, errors = run(capfd, "scan", "--show-settings", "--jobs", "3")
    assert (status, errors) == (0, "")
    assert "hapikey-migrator.toml" in output.splitlines()[0]
    assert 'fail-on = "note"' in output
    assert "jobs = 3" in output


def test_statistics_go_to_standard_error(here: Path, capfd) -> None:
    (here / "a.py").write_text(CALLS)
    plain = run(capfd, "scan")
    status, output, errors = run(capfd, "scan", "--statistics")
    assert (status, output) == plain[:2]
    assert "    120  HK102  key_in_url\n" in errors
    assert "      1  files analysed\n" in errors


def test_without_a_name_every_code_is_explained_in_a_line(capfd) -> None:
    status, output, _ = run(capfd, "explain")
    assert status == 0
    assert [line[:5] for line in output.splitlines()] == sorted(rule.code for rule in finding_rules().values())


def test_nothing_to_look_at_is_said(here: Path, capfd) -> None:
    status, output, _ = run(capfd, "scan")
    assert status == 0
    assert "No file to look at here." in output


def test_a_link_template_is_checked(here: Path, capfd) -> None:
    for wrong in ("https://x/{pth}", "javascript:{path}", "https://x/"):
        status, _, errors = run(capfd, "scan", "--link", wrong)
        assert status == 2
        assert "--link" in errors


def test_paths_are_told_from_where_the_user_stands(here: Path, capfd, monkeypatch) -> None:
    (here / "app/jobs").mkdir(parents=True)
    (here / "app/a.py").write_text(CALLS)
    for folder, path, shown in ((".", "app", "app/a.py"), (".", str(here), "app/a.py"), ("app/jobs", "..", "../a.py")):
        monkeypatch.chdir(here / folder)
        _, output, _ = run(capfd, "scan", path, "--format", "concise")
        assert output.startswith(f"{shown}:4:"), output[:80]


def test_a_baseline_makes_findings_known(here: Path, capfd) -> None:
    (here / "a.py").write_text("import requests\nrequests.get('https://api.hubapi.com/x', params={'hapikey': KEY})\n")
    assert run(capfd, "scan")[0] == 1
    status, _, errors = run(capfd, "baseline")
    assert status == 0
    assert "hapikey-baseline.json: " in errors
    assert run(capfd, "scan", "--baseline", "hapikey-baseline.json")[0] == 0


CALL = "import requests\n\n\ndef {name}(key):\n    return requests.get({url!r}, params={{'hapikey': key}})\n"


def test_only_what_a_branch_adds_is_reported(here: Path, capfd) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=here, check=True, capture_output=True)

    (here / "old.py").write_text(CALL.format(name="old", url=CONTACTS))
    git("init", "-qb", "main")
    git("add", ".")
    git("commit", "-qm", "old")
    git("checkout", "-qb", "work")
    assert run(capfd, "scan", "--changed-since", "main")[0] == 0
    git("mv", "old.py", "moved.py")
    (here / "moved.py").write_text("# a line more\n" + (here / "moved.py").read_text())
    assert run(capfd, "scan", "--changed-since", "main")[0] == 0
    (here / "new.py").write_text(CALL.format(name="new", url=CONTACTS))
    status, output, _ = run(capfd, "scan", "--changed-since", "main", "--format", "json")
    assert status == 1
    assert {item["path"] for item in json.loads(output)["findings"]} == {"new.py"}


def test_a_comment_suppresses_and_an_idle_one_is_reported(here: Path, capfd) -> None:
    code = CALL.format(name="old", url=CONTACTS)
    (here / "a.py").write_text(code.replace("key})", "key})  # hapikey: ignore[HK101] the sandbox"))
    assert run(capfd, "scan")[0] == 0
    (here / "a.py").write_text(code.replace("key})", "key})  # hapikey: ignore[HK301] the sandbox"))
    status, output, _ = run(capfd, "scan", "--format", "json")
    assert status == 1
    assert {"key_in_params", "unused_suppression"} <= {item["kind"] for item in json.loads(output)["findings"]}


def test_findings_can_be_selected_and_the_threshold_moved(here: Path, capfd) -> None:
    (here / "a.py").write_text(CALL.format(name="old", url=CONTACTS))
    assert run(capfd, "scan")[0] == 1
    assert run(capfd, "scan", "--exit-zero")[0] == 0
    assert run(capfd, "scan", "--ignore", "HK1,HK3")[0] == 0
    assert run(capfd, "scan", "--select", "key_source")[0] == 0
    assert run(capfd, "scan", "--select", "key_source", "--fail-on", "note")[0] == 1
    assert run(capfd, "scan", "--exclude", "*.py")[0] == 0


def test_a_migration_is_printed_then_written_then_taken_back(here: Path, capfd) -> None:
    before = f"import os, requests\nKEY = os.environ['KEY']\nrequests.get('{CONTACTS}', params={{'hapikey': KEY}})\n"
    (here / "a.py").write_text(before)
    status, output, _ = run(capfd, "migrate", "--patch", "a.patch")
    assert status == 1
    assert "+requests.get(" in output
    assert (here / "a.py").read_text() == before
    assert stat.S_IMODE((here / "a.patch").stat().st_mode) == 0o600
    assert run(capfd, "migrate", "--write")[0] == 0
    assert "Bearer" in (here / "a.py").read_text()
    assert run(capfd, "migrate")[0] == 0
    assert run(capfd, "migrate", "--undo")[0] == 0
    assert (here / "a.py").read_text() == before


@pytest.mark.parametrize(
    ("variables", "mode", "colors"),
    [
        ({}, "auto", False),
        ({"FORCE_COLOR": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "1"}, "auto", True),
        ({"FORCE_COLOR": "0"}, "auto", False),
        ({"CLICOLOR_FORCE": "0"}, "auto", False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": ""}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
        ({"FORCE_COLOR": "1"}, "never", False),
    ],
)
def test_colours_follow_the_option_then_the_environment(variables, mode: str, colors: bool, monkeypatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Terminal(color=mode).colors is colors


def test_colours_reach_a_pipe_only_when_asked_for(here: Path, capfd, monkeypatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in run(capfd, "report", str(_saved(here)))[1]
    assert "\x1b[" in run(capfd, "report", str(_saved(here)), "--color", "always")[1]


def _saved(folder: Path) -> Path:
    from report_sample import sample

    from migrator.report.json import render

    path = folder / "saved.json"
    path.write_text(render([sample()]))
    return path


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")
    path.chmod(0o640)
    (tmp_path / "link").symlink_to(path)
    write_file(tmp_path / "link", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (tmp_path / "link").is_symlink()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.html", "link"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(WriteError, match=r"a\.html: cannot be written \(No space left on device\)"):
        write_file(path, b"new")
    assert [item.name for item in tmp_path.iterdir()] == ["a.html"]
    assert path.read_text() == "old"


def test_an_output_that_cannot_be_written_is_an_error(here: Path, capfd) -> None:
    status, output, errors = run(capfd, "scan", "--output", "json=none/a.json")
    assert (status, output) == (2, "")
    assert "none/a.json: cannot be written" in errors


def test_a_pipe_can_be_an_output(here: Path, capfd) -> None:
    assert run(capfd, "scan", "--output", "json=/dev/null")[0] == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("arguments", [("--help",), ("scan",), ("explain", "HK101")])
def test_a_broken_pipe_ends_quietly_and_not_as_findings(arguments: Sequence[str], here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*arguments, cwd=here, stdout=writing)
    os.close(writing)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (2, b"")


CALLS = "import requests\n\n\ndef a(key):\n" + (
    '    requests.get(f"https://api.hubapi.com/deals/v1/deal/paged?hapikey={key}")\n' * 120
)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_that_takes_little_at_a_time_gets_the_whole_report(unbuffered: str, here: Path, monkeypatch) -> None:
    (here / "a.py").write_text(CALLS)
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    whole, _ = start("scan", "--format", "json", cwd=here, stdout=-1).communicate()
    assert len(whole) > 100_000
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = start("scan", "--format", "json", cwd=here, stdout=writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == whole
    assert process.wait() == 1
    process.stderr.close()  # type: ignore[union-attr]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves_midway_is_no_success(unbuffered: str, here: Path, monkeypatch) -> None:
    (here / "a.py").write_text(CALLS)
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    process = start("scan", "--format", "json", "--exit-zero", cwd=here, stdout=-1)
    assert process.stdout.read(10)  # type: ignore[union-attr]
    process.stdout.close()  # type: ignore[union-attr]
    assert process.wait() == 2
    assert process.stderr.read() == b""  # type: ignore[union-attr]
    process.stderr.close()  # type: ignore[union-attr]


def test_a_full_disk_is_an_error(here: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start("scan", cwd=here, stdout=full)
        _, errors = process.communicate()
    assert process.returncode == 2
    assert errors == b"Error: standard output: cannot be written (No space left on device).\n"


INTERRUPTED = """
import io, os, signal, sys, time
from migrator import cli

class Waiting(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite that runs in the background has it ignored
sys.stdin = io.TextIOWrapper(io.BufferedReader(Waiting()))
sys.exit(cli.run(["scan", "-", "--stdin-filename", "a.py"]))
"""


def test_an_interrupt_ends_with_its_own_status(here: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.run([sys.executable, "-c", INTERRUPTED], cwd=here, env=environment, capture_output=True)
    assert (process.returncode, process.stdout) == (130, b"")
    assert process.stderr.splitlines()[-1] == b"Interrupted."


def test_what_nobody_expected_is_no_finding_and_shows_nothing_of_the_input(here: Path, capfd, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("-".join(["hapikey=0f5b", "1c9a"]))

    monkeypatch.setattr(pipeline, "scan", fail)
    status, output, errors = run(capfd, "scan")
    assert (status, output) == (2, "")
    assert errors == "Error: the tool failed (RuntimeError). Run again with --debug and report what it shows.\n"
    status, _, errors = run(capfd, "scan", "--debug")
    assert status == 2
    assert "in fail" in errors
    assert "0f5b-1c9a" not in errors


HEAVY = ("libcst", "jinja2", "yaml", "pygments", "tree_sitter", "migrator.project", "migrator.evaluate.store")


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"], ["scan"], ["scan", "--format", "json"]])
def test_nothing_heavy_is_imported_where_there_is_nothing_to_do(arguments: list[str], here: Path) -> None:
    (here / "a.py").write_text("x = 1\n")
    cli.run(["-q", "scan"])  # compiles what is read
    code = (
        f"import sys; from migrator.cli import run; run({arguments!r}); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_migration_names_the_release_that_can_send_a_token(here: Path, capfd) -> None:
    (here / "requirements.txt").write_text("hubspot3==2.1.9\n")
    (here / "app.py").write_text(
        "import os\nfrom hubspot3.deals import DealsClient\n\nDealsClient(access_token=os.environ['T']).get('1')\n"
    )
    _, _, errors = run(capfd, "migrate")
    assert "First: requirements.txt:1: hubspot3 2.1.9" in errors
    assert "3.2.2" in errors

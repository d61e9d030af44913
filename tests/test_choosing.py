"""What `migrate` writes is what was asked for, and what it says at the end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\n\n\n'
DEALS = (
    "def deals():\n"
    '    return requests.get("https://api.hubapi.com/crm/v3/objects/deals", params={"hapikey": KEY})\n\n\n'
)
OWNERS = 'def owners():\n    return requests.get("https://api.hubapi.com/crm/v3/owners?hapikey=" + KEY)\n'
HAND = 'def by_hand(name):\n    return send("https://api.hubapi.com/crm/v3/objects/notes?hapikey=" + KEY)\n'
HOOK = (
    "def wide(path):\n"
    '    return requests.get("https://api.hubapi.com" + path, params={"hapikey": os.environ["OTHER"]})\n'
)


def run(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migrator", "migrate", *arguments]
    env = {"XDG_STATE_HOME": str(folder.parent / "state"), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, env=env, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "pyproject.toml").write_text("")
    (own / "app.py").write_text(TOP + DEALS + OWNERS)
    (own / "more.py").write_text(TOP + OWNERS)
    return own


def left(folder: Path) -> Mapping[str, int]:
    return {path.name: path.read_text().count("hapikey") for path in folder.glob("*.py")}


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--select", "HK101"), {"app.py": 1, "more.py": 1}),
        (("--ignore", "key_in_url"), {"app.py": 1, "more.py": 1}),
        (("--select", "HK102"), {"app.py": 1, "more.py": 0}),
        ((), {"app.py": 0, "more.py": 0}),
    ],
)
def test_only_what_is_selected_is_written(folder: Path, arguments: tuple[str, ...], wanted: Mapping[str, int]) -> None:
    run(folder, "--write", *arguments)
    assert left(folder) == wanted


def test_per_file_ignores_hold_for_what_is_written(folder: Path) -> None:
    (folder / "hapikey-migrator.toml").write_text('[per-file-ignores]\n"more.py" = ["HK1"]\n')
    run(folder, "--write")
    assert left(folder) == {"app.py": 0, "more.py": 1}


def test_one_change_is_written_by_its_id(folder: Path) -> None:
    changes = json.loads(run(folder, "--format", "json").stdout)["changes"]
    (one,) = (change for change in changes if change["edits"][0]["path"] == "more.py")
    run(folder, "--write", "--change", one["id"][:8])
    assert left(folder) == {"app.py": 2, "more.py": 0}
    unknown = run(folder, "--write", "--change", "none")
    assert (unknown.returncode, "no change has the id" in unknown.stderr) == (2, True)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ("n\nn\nn\n", {"app.py": 2, "more.py": 1}),
        ("y\nn\nn\n", {"app.py": 1, "more.py": 1}),
        ("?\na\nn\n", {"app.py": 0, "more.py": 1}),
        ("q\n", {"app.py": 2, "more.py": 1}),
        ("y\nq\n", {"app.py": 1, "more.py": 1}),
    ],
)
def test_changes_are_taken_one_by_one(folder: Path, answers: str, wanted: Mapping[str, int]) -> None:
    done = run(folder, "-i", given=answers)
    assert left(folder) == wanted
    assert "Proved:" in done.stderr
    assert "+++ b/app.py" in done.stderr


def test_standard_input_is_printed_as_it_is_now(folder: Path) -> None:
    done = run(folder, "--write", "-", "--stdin-filename", "new.py", given=TOP + DEALS)
    assert done.stdout == TOP + DEALS.replace('params={"hapikey": KEY}', 'headers={"Authorization": f"Bearer {KEY}"}')
    assert done.returncode == 0
    again = run(folder, "--write", "-", "--stdin-filename", "new.py", given=done.stdout)
    assert (again.stdout, again.returncode) == (done.stdout, 0)
    assert left(folder) == {"app.py": 2, "more.py": 1}


def test_undo_with_nothing_to_undo_says_so(folder: Path) -> None:
    done = run(folder, "--undo")
    assert (done.returncode, "no earlier run" in done.stderr) == (1, True)


def test_a_diff_is_coloured_where_colours_are(folder: Path) -> None:
    assert "\x1b[32m+" in run(folder, "--color", "always").stdout
    assert "\x1b" not in run(folder).stdout


def test_the_end_says_what_is_next(folder: Path) -> None:
    (folder / "more.py").write_text(TOP + HAND + HOOK)
    planned = run(folder).stderr
    assert "Not written yet: 2 safe changes in 1 file" in planned
    assert "With --unsafe also 1 change in 1 file" in planned
    assert "migrate --orders" in planned
    assert "crm.objects.deals.read" in planned
    every = run(folder, "--unsafe").stderr
    assert "Not written yet: 3 changes in 2 files, 1 to review first; `migrate --unsafe --write` makes them." in every
    (why,) = re.findall(r": unsafe: (.*)", planned)
    assert f": review: {why}" in every
    assert "Written: 2 changes in 1 file." in run(folder, "--write").stderr


def test_the_end_says_what_no_change_is_for(folder: Path) -> None:
    (folder / "sync.rb").write_text('get("https://api.hubapi.com/deals/v1/pipelines?hapikey=#{key}")\n')
    assert "Besides: 1 place to change by hand; 1 question is open. See `scan`." in run(folder).stderr
    for name in ("app.py", "more.py"):
        (folder / name).write_text("")
    for arguments in ((), ("--write", "--allow-dirty")):
        assert run(folder, *arguments).stderr == "1 place to change by hand; 1 question is open. See `scan`.\n"
    (folder / "sync.rb").write_text("")
    assert run(folder).stderr == "Nothing to change.\n"


def test_an_order_can_be_worked_from_alone(folder: Path) -> None:
    (folder / "more.py").write_text(TOP + HAND)
    (one,) = json.loads(run(folder, "--orders", "--format", "json").stdout)
    assert any(place.startswith("more.py:9") for place in one["places"])
    assert one["credential"] == ["HUBSPOT_API_KEY"]
    assert "hapikey=..." in one["requests"][0]["is"]
    assert "hapikey" not in one["requests"][0]["must_be"]
    assert "Authorization: Bearer" in one["requests"][0]["must_be"]
    assert one["why"].endswith(".")
    assert one["sketch"]
    assert one["check"].endswith("verify --since HEAD more.py")
    for form in ("text", "markdown"):
        text = run(folder, "--orders", "--format", form).stdout
        assert "more.py:9" in text
        assert one["check"] in text


def test_no_order_is_left_of_what_is_safe(folder: Path) -> None:
    assert run(folder, "--orders", "--format", "json").stdout == "[]\n"
    assert "Nothing is left" in run(folder, "--orders").stdout


def test_the_text_of_a_pull_request_tells_what_a_reviewer_asks(folder: Path) -> None:
    (folder / "more.py").write_text(TOP + HAND)
    text = run(folder, "--pr-text").stdout
    for part in ("app.py", "were proved", "crm.objects.deals.read", "HUBSPOT_API_KEY", "Revoke", "- [ ] `more.py:9"):
        assert part in text


def test_an_order_shows_people_some_of_many_requests(folder: Path) -> None:
    names = ("deals", "tickets", "contacts", "companies", "products", "quotes", "notes", "tasks")
    wrapper = 'def by_hand(path):\n    return send("https://api.hubapi.com" + path + "?hapikey=" + KEY)\n\n\n'
    (folder / "more.py").write_text(TOP + wrapper + "".join(f'by_hand("/crm/v3/objects/{name}")\n' for name in names))
    (one,) = json.loads(run(folder, "--orders", "--format", "json").stdout)
    assert len(one["requests"]) == len(names)
    for form in ("text", "markdown"):
        text = run(folder, "--orders", "--format", form).stdout
        assert "and 2 more requests" in text
        assert sum(f"/objects/{name}" in text for name in names) == 6


@pytest.mark.parametrize("flags", [(), ("--unsafe",), ("--write",), ("--unsafe", "--write")])
def test_lines_orders_and_the_summary_speak_of_the_same_changes(folder: Path, flags: tuple[str, ...]) -> None:
    literal = 'SECRET = "7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f"\n'
    literal += 'requests.get("https://api.hubapi.com/crm/v3/owners", params={"hapikey": SECRET})\n'
    (folder / "more.py").write_text(TOP + HAND + HOOK + literal)
    level = [flag for flag in flags if flag == "--unsafe"]
    orders = json.loads(run(folder, "--orders", "--format", "json", *level).stdout)
    told = run(folder, *flags).stderr
    lines = re.findall(r"^\S+:\d+: (?:manual|unsafe): ", told, flags=re.MULTILINE)
    summary = re.search(r"For a person: (\d+) work order", told)
    assert len(lines) == len(orders) == (1 if level else 3)
    assert summary is not None
    assert int(summary[1]) == len(lines)


def test_the_next_command_prints_what_is_left_to_a_person(folder: Path) -> None:
    (folder / "app.py").write_text(TOP + HAND)
    (folder / "more.py").write_text("")
    command = [sys.executable, "-m", "migrator", "scan", "--exit-zero", "--isolated", "app.py"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert "migrate app.py --orders" in told

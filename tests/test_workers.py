"""Work shared among processes: the same results for any number of them, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from migrator import project
from migrator.model.workers import shared

ROOT = Path(__file__).parents[1]
PROGRAM = """import os
import requests

BASE = "https://api.hubapi.com"


def send_{name}(path, **more):
    return requests.get(BASE + path, params=dict(more, hapikey=os.environ["KEY_{name}"]))


def all_{name}(count):
    send_{name}("/contacts/v1/lists", count=count)
    send_{name}("/{name}/v1/things/%s" % count)
"""


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_results_are_in_the_order_of_the_tasks(jobs: int) -> None:
    assert shared(lambda task: (task, "x" * 100_000), [5, 9, 1, 7], jobs) == [(n, "x" * 100_000) for n in range(4)]
    assert shared(lambda task: task, [], jobs) == []


def test_more_tasks_than_a_pipe_holds_are_all_done() -> None:
    assert shared(lambda task: task, [1] * 20_000, 2) == list(range(20_000))


def test_what_a_task_raises_is_raised(capfd: pytest.CaptureFixture[str]) -> None:
    def work(task: int) -> int:
        if task == 1:
            raise KeyError("lost")
        return task

    with pytest.raises(KeyError, match="lost"):
        shared(work, [1, 1, 1], 2)
    assert capfd.readouterr() == ("", "")


def test_the_tasks_of_a_worker_that_dies_are_done_all_the_same() -> None:
    own = os.getpid()

    def work(task: int) -> int:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.05)
        return task

    assert shared(work, [1] * 6, 3) == list(range(6))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_with_its_parent(how: signal.Signals, tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "from migrator.model.workers import shared\n"
        "def work(task):\n"
        f"    open(os.path.join({str(tmp_path)!r}, str(os.getpid())), 'w').close()\n"
        "    time.sleep(60)\n"
        "shared(work, [1, 1, 1], 3)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )
    wait(lambda: len(list(tmp_path.iterdir())) == 3)
    os.kill(process.pid, how)
    process.wait()
    wait(lambda: not any(alive(int(path.name)) for path in tmp_path.iterdir()))


def wait(until, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


ONE_PROGRAM = """import os
import requests
KEY = os.environ["HUBSPOT_API_KEY"]


def contacts():
    return requests.get("https://api.hubapi.com/crm/v3/objects/contacts", params={"hapikey": KEY})


def deals(hapikey):
    return requests.get("https://api.hubapi.com/crm/v3/objects/deals", params={"hapikey": hapikey})


def company(number):
    params = {"hapikey": "12345678-90ab-4def-9234-567890abcdef"}
    requests.get("https://api.hubapi.com/owners/v2/owners", params={"hapikey": KEY})
    return requests.get(f"https://api.hubapi.com/crm/v3/objects/companies/{number}", params=params)
"""


def scanned(root: Path, *arguments: str, seed: str = "0") -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-m", "migrator", *arguments, "--isolated"]
    return subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, check=False).stdout


def test_a_report_is_the_same_for_any_number_of_workers_and_any_hash_seed(tmp_path: Path) -> None:
    for name in ("contacts", "companies", "deals"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "app.py").write_text(PROGRAM.format(name=name) + "# filler\n" * 4_500)
        (folder / "broken.py").write_text("import requests\nhapikey = (1\n" + PROGRAM.format(name=f"b{name}"))
    runs = {scanned(tmp_path, "scan", "--format", "json", "--exit-zero", "-j", n, seed=n) for n in ("1", "2", "3")}
    assert len(runs) == 1
    assert b"contacts" in runs.pop()
    patches = {scanned(tmp_path, "migrate", "--unsafe", "-j", n, seed=n) for n in ("1", "2")}
    assert len(patches) == 1
    assert b"Bearer" in patches.pop()


def test_one_large_program_is_proved_by_several_processes_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from migrator.pipeline import scan
    from migrator.settings import Settings

    (tmp_path / "app.py").write_text(ONE_PROGRAM)
    settings = Settings(paths=(str(tmp_path),))
    alone = scan(settings)
    assert {change.safety for change in alone.changes} == {"safe", "unsafe"}
    foreseen, evaluate, asked = [], project.Project._evaluate, []
    share = project.Project.share
    monkeypatch.setattr(project, "_ENOUGH", 1)
    monkeypatch.setattr(project.Project, "share", lambda *given: foreseen.append(len(given[2])) or share(*given))
    monkeypatch.setattr(
        project.Project, "_evaluate", lambda own, new, *of: asked.append(new) or evaluate(own, new, *of)
    )
    assert scan(replace(settings, jobs=2)) == alone
    assert 2 in foreseen
    states = [frozenset(one.items()) for one in asked if one]
    assert len(states) == len(set(states)), "what was foreseen is evaluated again"


def test_a_small_run_starts_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from migrator.pipeline import scan
    from migrator.settings import Settings

    for name in ("contacts", "companies"):
        (tmp_path / f"{name}.py").write_text(PROGRAM.format(name=name))
    monkeypatch.setattr(os, "fork", None)
    assert len(scan(Settings(paths=(str(tmp_path),), jobs=2)).calls) == 4
    monkeypatch.setattr(project, "_ENOUGH", 1)
    monkeypatch.delattr(os, "fork")
    assert len(scan(Settings(paths=(str(tmp_path),), jobs=2)).calls) == 4

"""Programs put together from the idioms: they send the key, and once migrated the same requests without it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import generate
import pytest
from generate import KEY, Choose, Program, seeded
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from loopback import Recorded, equal_but_for_credential, record

ROOT = Path(__file__).parents[1]
SEEDS = range(4015, 4075)  # together they have every idiom


@st.composite
def programs(draw: st.DrawFn) -> Program:
    return generate.generate(Choose(lambda options: draw(st.sampled_from(options))))


def send(folder: Path, program: Program) -> tuple[Recorded, ...]:
    return record(folder, program.entry, env=program.env, replies=program.replies)


def migrate(folders: Sequence[Path], state: Path) -> None:
    """Rewrites the programs in place."""
    command = [sys.executable, "-m", "migrator", "migrate", "--write", *map(str, folders)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"XDG_STATE_HOME": str(state)}, capture_output=True)
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr, done.stderr.decode()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def moved(folder: Path, made: Sequence[Program]) -> list[bool]:
    """Returns of each request with a key, of programs that are migrated, whether it changed, having checked how."""
    folders = [program.write(folder / str(number)) for number, program in enumerate(made)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        before = list(pool.map(send, folders, made))
        migrate(folders, folder / "state")
        after = list(pool.map(send, folders, made))
    once = [contents(own) for own in folders]
    migrate(folders, folder / "state")
    assert [contents(own) for own in folders] == once, "a second run changes more"
    found = []
    wrong = []
    for program, olds, news in zip(made, before, after, strict=True):
        assert len(olds) == len(news), program
        for old, new in zip(olds, news, strict=True):
            if old != new:
                wrong += [(one, program) for one in equal_but_for_credential([old], [new], keeps=program.keeps)]
            if f"hapikey={KEY}" in old.query:
                found.append(old != new)
    assert wrong == []
    return found


def test_the_seeds_cover_every_idiom() -> None:
    dimensions = ("SOURCES", "CLIENTS", "URL_FORMS", "PARAM_FORMS", "HEADERS", "INDIRECTION", "WRAPPERS", "BYSTANDERS")
    every = {name for dimension in dimensions for name in vars(generate)[dimension]}
    assert every == {name for seed in SEEDS for name in seeded(seed).idioms}


def test_a_seed_is_always_the_same_program() -> None:
    assert seeded(3) == seeded(3)
    assert len({str(seeded(seed).files) for seed in SEEDS}) == len(SEEDS)


def test_generated_programs_send_the_key(tmp_path: Path) -> None:
    made = [seeded(seed) for seed in SEEDS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        folders = [program.write(tmp_path / str(seed)) for seed, program in enumerate(made)]
        sent = list(pool.map(send, folders, made))
    for program, requests in zip(made, sent, strict=True):
        keys = [request for request in requests if f"hapikey={KEY}" in request.query]
        assert keys, program
        assert {request.host for request in keys} == {"api.hubapi.com"}, program
        assert len(requests) == len(keys) + ("alone" not in program.idioms and "http.client" not in program.idioms)
        assert all(request.header("Authorization") is None for request in requests), program


def test_most_generated_programs_are_migrated(tmp_path: Path) -> None:
    made = [program for program in map(seeded, SEEDS) if "urllib" not in program.idioms]  # which follows redirects
    found = moved(tmp_path, made)
    assert sum(found) >= 0.9 * len(found)


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(programs(), min_size=6, max_size=6))
def test_a_migrated_program_sends_the_same(tmp_path_factory: pytest.TempPathFactory, made: list[Program]) -> None:
    moved(tmp_path_factory.mktemp("generated"), made)

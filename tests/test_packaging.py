"""What is installed: a wheel, a wheel made from the sdist, an editable checkout, each run from an empty folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # not before Python 3.11.4
LEGACY = ROOT / "fixtures/projects/legacy-crm"


def call(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, kind: str, into: Path) -> Path:
    call(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", into, cwd=source)
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies what git would give to a fresh clone, with the changes that are not committed yet."""
    root = tmp_path_factory.mktemp("checkout") / "source"
    left = shutil.ignore_patterns(
        ".git", ".venv", "venv", "node_modules", "__pycache__", "compiled", "*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, root, ignore=left)
    return root


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(checkout, "sdist", tmp_path_factory.mktemp("sdist"))


def install(folder: Path, *what: str | Path) -> Path:
    """Returns the Python of a new environment that has our dependencies and, of this project, only what is given."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    packages = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index")
    call(*pip, "--no-build-isolation", "--ignore-installed", *what, cwd=folder)
    return python


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("installed"), wheel)


def test_the_wheel_brings_rules_templates_and_schema(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {
        f"migrator/rules/{path.relative_to(ROOT / 'rules').as_posix()}" for path in (ROOT / "rules").rglob("*.yaml")
    }
    assert rules <= names
    assert "migrator/report/report.schema.json" in names
    assert any(name.startswith("migrator/report/templates/") for name in names)
    assert {"migrator/catalog/compiled/endpoints.json", "migrator/catalog/compiled/vocabulary.json"} <= names
    assert not any(name.startswith(("tests", "fixtures")) or "__pycache__" in name for name in names)


def test_a_wheel_made_from_the_sdist_is_the_same(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", **SAFELY)  # noqa: S202 - our own archive
    (source,) = (tmp_path / "source").iterdir()
    again = build(source, "wheel", tmp_path / "again")
    contents = [
        {name: file.read(name) for name in file.namelist()} for file in (zipfile.ZipFile(wheel), zipfile.ZipFile(again))
    ]
    assert contents[0] == contents[1]


def test_the_wheel_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    program = installed.parent / "hapikey-migrator"
    where = call(installed, "-c", "import migrator; print(migrator.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parents[1]))
    assert "No file to look at" in call(program, "scan", cwd=tmp_path)
    assert "key_in_params" in call(program, "explain", "HK101", cwd=tmp_path)
    assert call(installed, "-m", "migrator", "--version", cwd=tmp_path).startswith("hapikey-migrator")


def test_the_wheel_does_the_main_job(installed: Path, tmp_path: Path) -> None:
    program = installed.parent / "hapikey-migrator"
    shutil.copytree(LEGACY, tmp_path / "crm")
    output = call(
        program, "scan", "crm", "--exit-zero", "--format", "json", "--output", "html=report.html", cwd=tmp_path
    )
    assert len(json.loads(output)["calls"]) >= 15
    assert "<html" in (tmp_path / "report.html").read_text()
    assert "crm.objects.deals.read" in call(program, "scopes", "crm", cwd=tmp_path)


def test_the_wheel_reads_no_yaml_and_writes_nothing_beside_itself(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("requests.get('https://api.hubapi.com/contacts/v1/lists?hapikey=' + key)\n")
    packages = next((installed.parents[1] / "lib").glob("python*/site-packages/migrator"))
    before = {path: path.stat().st_mtime_ns for path in packages.rglob("*") if path.suffix != ".pyc" and path.is_file()}
    code = "import sys; from migrator.cli import run; run(['-q', 'scan']); print('yaml' in sys.modules)"
    assert call(installed, "-c", code, cwd=tmp_path) == "False\n"
    after = {path: path.stat().st_mtime_ns for path in packages.rglob("*") if path.suffix != ".pyc" and path.is_file()}
    assert after == before


def test_an_editable_install_reads_the_rules_of_the_checkout(checkout: Path, tmp_path: Path) -> None:
    python = install(tmp_path / "env", "-e", checkout)
    code = "from migrator.catalog.store import shipped; print(shipped().path)"
    assert call(python, "-c", code, cwd=tmp_path) == f"{checkout / 'rules'}\n"
    assert "key_in_params" in call(python.parent / "hapikey-migrator", "explain", "HK101", cwd=tmp_path)


def commands() -> Sequence[str]:
    return re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_has_two_commands_that_set_everything_up() -> None:
    job, tests = commands()
    assert job.endswith("> scopes.txt")
    assert "html=report.html" in job
    assert tests.endswith(".venv/bin/python -m pytest -q")
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").count("grep -m1 -- '-m pytest' README.md") == 1


def test_the_version_is_said_once_everywhere() -> None:
    from migrator import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

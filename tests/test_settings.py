"""What configures a run, and what a wrong configuration is told."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from migrator import settings as module
from migrator.errors import ConfigurationError
from migrator.settings import Patterns, Settings, find, load, read, written

EVERYTHING = """
select = ["HK1", "key_source"]
ignore = ["HK601"]
include = ["*.py"]
exclude = ["attic/"]
force-exclude = true
include-recorded = true
max-file-size = 1000
fail-on = "error"
token-env = "CRM_TOKEN"
rules = ["own", "/abs"]
baseline = "known.json"
jobs = 3

[per-file-ignores]
"tests/" = ["test_or_fixture"]

[answers]
g1 = ["contacts", "deals"]
g2 = "tickets"
"""


def test_a_configuration_sets_every_key(tmp_path: Path) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_text(EVERYTHING)
    assert read(path) == Settings(
        source=str(path),
        select=("HK1", "key_source"),
        ignore=("HK601",),
        per_file_ignores={"tests/": ("test_or_fixture",)},
        include=Patterns(str(tmp_path), ("*.py",)),
        exclude=Patterns(str(tmp_path), ("attic/",)),
        force_exclude=True,
        include_recorded=True,
        max_file_size=1000,
        fail_on="error",
        answers={"g1": ("contacts", "deals"), "g2": ("tickets",)},
        token_env="CRM_TOKEN",  # noqa: S106 - a name
        rules=(tmp_path / "own", Path("/abs")),
        baseline=tmp_path / "known.json",
        jobs=3,
    )


def test_every_key_is_a_setting_and_none_is_left_untested() -> None:
    fields = {field.name for field in dataclasses.fields(Settings)}
    keys = {key.replace("-", "_") for key in module._KEYS}
    assert keys <= fields
    assert all(key in EVERYTHING for key in module._KEYS)


def test_settings_are_written_as_the_configuration_that_gives_them(tmp_path: Path) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_text(EVERYTHING)
    for settings in (Settings(), read(path)):
        path.write_text(written(settings))
        again = read(path)
        assert written(replace(again, source="", paths=())) == written(replace(settings, source="", paths=()))


def test_settings_can_be_sent_to_another_process() -> None:
    settings = Settings(answers={"g": ("x",)}, include=Patterns("/", ("*",)))
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", r"toml:1: unknown key 'selct'\. Did you mean 'select'\?"),
        ("\n\njobs = -1", r"toml:3: jobs: -1 is negative"),
        ("jobs = true", r"toml:1: jobs: true is not a whole number"),
        ("ignore = 'HK1'", r"toml:1: ignore: 'HK1' is not a list of strings"),
        ("ignore = [1]", r"toml:1: ignore: 1 is not a string"),
        ("fail-on = 'eror'", r"toml:1: fail-on: 'eror' is not one of error, warning, note\. Did you mean 'error'\?"),
        ("token-env = '1A'", r"toml:1: token-env: '1A' cannot name an environment variable"),
        ("token-env = 'a b'", r"toml:1: token-env: 'a b' cannot name"),
        ("force-exclude = 1", r"toml:1: force-exclude: 1 is not true or false"),
        ("answers = []", r"toml:1: answers: a list is not a table"),
        ("[answers]\ng1 = 3", r"toml:2: g1: 3 is not a list of strings"),
        ("[select]", r"toml:1: select: a table is not a list of strings"),
        ("jobs = = 2", r"not valid TOML: Invalid value \(at line 1"),
    ],
)
def test_a_wrong_configuration_is_told_where_and_what(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        read(path)


def test_an_error_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_text("token-env = '0f5b1c9a-7d3e-4c28-9b60-5a1e2f3d4c5b'")
    with pytest.raises(ConfigurationError) as caught:
        read(path)
    assert "0f5b1c9a" not in str(caught.value)


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "hapikey-migrator.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        read(path)
    with pytest.raises(ConfigurationError, match="No such file"):
        read(tmp_path / "none.toml")


def test_the_nearest_configuration_above_all_paths_counts(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.hapikey-migrator]\njobs = 1\n")
    inner = tmp_path / "service"
    (inner / "src").mkdir(parents=True)
    (inner / "hapikey-migrator.toml").write_text("jobs = 2\n")
    (inner / "src" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load({"paths": (str(inner / "src"),)}).jobs == 2
    assert load({"paths": (str(inner / "src"), str(tmp_path / "other"))}).jobs == 1
    assert load({"paths": (str(inner),)}, isolated=True).jobs == 0
    assert load({"paths": (str(inner),)}, config=tmp_path / "pyproject.toml").jobs == 1


def test_the_search_ends_at_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "hapikey-migrator.toml").write_text("jobs = 1\n")
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert find([str(tmp_path / "repo")]) is None


def test_a_pyproject_without_our_table_is_not_ours_and_a_wrong_table_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\n")
    (tmp_path / ".git").mkdir()
    assert find([str(tmp_path)]) is None
    path.write_text("[tool]\nhapikey-migrator = 3\n")
    with pytest.raises(ConfigurationError, match="expected a table"):
        load({"paths": (str(tmp_path),)})


def test_a_flag_replaces_the_value_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("select = ['HK1']\njobs = 4\n")
    settings = load({"select": ("HK2",), "jobs": None}, config=path)
    assert settings.select == ("HK2",)
    assert settings.jobs == 4
    assert settings.workers == 4

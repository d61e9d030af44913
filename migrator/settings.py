"""Everything a run is told: by flags, by a configuration file, by default, in this order."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, get_args

from migrator.disk import text
from migrator.errors import ConfigurationError, nearest
from migrator.model.severity import SEVERITIES, Severity

TABLE = "hapikey-migrator"
OWN_FILE = "hapikey-migrator.toml"
SHARED_FILE = "pyproject.toml"
DEFAULT_TOKEN_ENV = "HUBSPOT_ACCESS_TOKEN"  # noqa: S105 - a name, not a token


@dataclass(frozen=True, slots=True)
class Patterns:
    """File patterns as a ``.gitignore`` has them, and the folder they are relative to."""

    base: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stdin:
    """A file given on standard input: the name it goes by and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run does. ``source`` is the configuration file that was read; ``jobs`` 0 means one for each processor.

    ``answers`` gives, by the id of a gap, the texts that its unknown value can be. ``select`` and ``ignore`` hold
    finding codes, beginnings of codes, or kinds. ``token_env`` is the environment variable to rename to; None
    keeps the names that the program has, and reads what it has no name for from `DEFAULT_TOKEN_ENV`. ``stands_for``
    says of folders with an earlier revision which they are of: what is around those counts.
    """

    paths: tuple[str, ...] = (".",)
    stdin: Stdin | None = None
    source: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    include: Patterns = Patterns()
    exclude: Patterns = Patterns()
    force_exclude: bool = False
    max_file_size: int = 5_000_000
    fail_on: Severity = "warning"
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    token_env: str | None = None
    rules: tuple[Path, ...] = ()
    baseline: Path | None = None
    changed_since: str | None = None
    include_recorded: bool = False
    unsafe: bool = False
    aliases: bool = False
    annotate: bool = False
    allow_dirty: bool = False
    jobs: int = 0
    stands_for: Mapping[str, str] = field(default_factory=dict)

    @property
    def workers(self) -> int:
        """How many processes to use."""
        if self.jobs:
            return self.jobs
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def base(self) -> str:
        """The folder that relative patterns of the configuration stand for."""
        return str(Path(self.source).parent) if self.source else str(Path.cwd())


def load(flags: Mapping[str, Any], *, config: Path | None = None, isolated: bool = False) -> Settings:
    """Returns the settings of a run: a flag that is given replaces the value of the configuration.

    ``flags`` maps fields of `Settings` to values; None means not given. ``config`` is read instead of the scanned
    repository's own file, which ``isolated`` ignores. Raises `ConfigurationError` when the file is missing or wrong.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    path = config or (None if isolated else find(given.get("paths", (".",))))
    configured = read(path, own=path != config) if path else Settings()
    return replace(configured, **given)


def written(settings: Settings) -> str:
    """Returns settings as the configuration that gives the same, after the file they come from and the paths."""
    source = settings.source or "no configuration file was found"
    head = [f"# {source}", f"# paths: {', '.join(settings.paths) or '-'}"]
    rows = [(key, getattr(settings, key.replace("-", "_"))) for key in _KEYS]
    plain = [f"{key} = {_toml(value)}" for key, value in rows if value is not None and not isinstance(value, Mapping)]
    tables = [
        f"\n[{key}]\n" + "\n".join(f"{_toml(name)} = {_toml(item)}" for name, item in value.items())
        for key, value in rows
        if isinstance(value, Mapping) and value
    ]
    return "\n".join([*head, *plain, *tables]) + "\n"


def _toml(value: object) -> str:
    """Returns a value as TOML, in which texts, numbers and lists are spelled as in JSON."""
    if isinstance(value, Patterns):
        value = value.lines
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def find(paths: Iterable[str]) -> Path | None:
    """Returns the configuration file that governs the paths, or None.

    It is the nearest one above all of them, looked for up to the folder that holds ``.git``. Raises
    `ConfigurationError` when a ``pyproject.toml`` on the way is not TOML.
    """
    start = Path(os.path.commonpath([Path(path).absolute() for path in paths] or [Path.cwd()]))
    for folder in (start, *start.parents):
        own, shared = folder / OWN_FILE, folder / SHARED_FILE
        if own.is_file() and not own.is_symlink():
            return own
        if shared.is_file() and not shared.is_symlink() and TABLE in _parse(shared).get("tool", {}):
            return shared
        if (folder / ".git").exists():
            return None
    return None


def read(path: Path, *, own: bool = False) -> Settings:
    """Returns the settings that a configuration file holds.

    It is the repository's ``own`` when nobody named it: then it cannot name what is outside of the repository. Raises
    `ConfigurationError`, with the line where it can be told, on an unknown key or a value of another type.
    """
    data = _parse(path)
    table = data.get("tool", {}).get(TABLE, {}) if path.name == SHARED_FILE else data
    at = _Place(path, within=_top(path.parent) if own else None)
    if not isinstance(table, dict):
        raise at.error(TABLE, "expected a table")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise at.error(key, f"unknown key {key!r}", nearest(key, _KEYS))
        values[key.replace("-", "_")] = _KEYS[key](at, key, value)
    return Settings(source=str(path), **values)


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    within: Path | None

    def error(self, key: str, what: str, advice: str = "") -> ConfigurationError:
        line = _line(text(self.path), key)
        return ConfigurationError(what, where=f"{self.path}:{line}" if line else str(self.path), advice=advice)


def _line(text: str, key: str) -> int:
    match = re.search(rf"""(?m)^[ \t]*(?:["']?{re.escape(key)}["']?[ \t]*=|\[.*\b{re.escape(key)}["']?\])""", text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def _parse(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text(path))
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise ConfigurationError(f"cannot read the configuration ({reason})", where=str(path)) from error
    except RecursionError as error:
        raise ConfigurationError("the TOML nests too deeply", where=str(path), advice="Correct it first.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"not valid TOML: {error}", where=str(path), advice="Correct it first.") from error


def _top(folder: Path) -> Path:
    """Returns the repository that a folder is in, the folder itself outside of any."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder).resolve()


_Check: TypeAlias = Callable[[_Place, str, Any], Any]


def _typed(kind: type, name: str) -> _Check:
    def check(at: _Place, key: str, value: object) -> object:
        if type(value) is not kind:
            raise at.error(key, f"{key}: {_shown(value)} is not {name}")
        return value

    return check


_text = _typed(str, "a string")
_flag = _typed(bool, "true or false")
_integer = _typed(int, "a whole number")


def _number(at: _Place, key: str, value: object) -> int:
    number: int = _integer(at, key, value)
    if number < 0:
        raise at.error(key, f"{key}: {number} is negative")
    return number


def _texts(at: _Place, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise at.error(key, f"{key}: {_shown(value)} is not a list of strings")
    if wrong := [item for item in value if not isinstance(item, str)]:
        raise at.error(key, f"{key}: {_shown(wrong[0])} is not a string")
    return tuple(value)


def _patterns(at: _Place, key: str, value: object) -> Patterns:
    return Patterns(str(at.path.parent.absolute()), _texts(at, key, value))


def _lists(at: _Place, key: str, value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise at.error(key, f"{key}: {_shown(value)} is not a table")
    return {name: _texts(at, name, [item] if isinstance(item, str) else item) for name, item in value.items()}


def _severity(at: _Place, key: str, value: object) -> str:
    if value not in SEVERITIES:
        advice = nearest(value, SEVERITIES) if isinstance(value, str) else ""
        raise at.error(key, f"{key}: {_shown(value)} is not one of {', '.join(get_args(Severity))}", advice)
    return str(value)


def _variable(at: _Place, key: str, value: object) -> str:
    name: str = _text(at, key, value)
    if not is_variable(name):
        raise at.error(key, f"{key}: {_shown(name)} cannot name an environment variable")
    return name


def is_variable(name: str) -> bool:
    """Returns whether a text can name an environment variable in every shell."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None


def _path(at: _Place, key: str, value: object) -> Path:
    return _inside(at, key, _text(at, key, value))


def _paths(at: _Place, key: str, value: object) -> tuple[Path, ...]:
    return tuple(_inside(at, key, item) for item in _texts(at, key, value))


def _inside(at: _Place, key: str, name: str) -> Path:
    path = at.path.parent / name
    if at.within is not None and not path.resolve().is_relative_to(at.within):
        advice = f"Name it on the command line (--{key}) if you trust it."
        raise at.error(key, f"{key} must stay inside the repository: {name!r} is outside", advice)
    return path


_TYPES: Mapping[type, str] = {str: "a string", list: "a list", dict: "a table", float: "a number"}


def _shown(value: object) -> str:
    """Returns a wrong value: numbers, switches and short words as they stand, of what could be a secret its type."""
    if isinstance(value, str) and re.fullmatch(r"\D{0,24}|.{0,4}", value):
        return repr(value)
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return _TYPES.get(type(value), type(value).__name__)


_KEYS: Mapping[str, _Check] = {
    "select": _texts,
    "ignore": _texts,
    "per-file-ignores": _lists,
    "include": _patterns,
    "exclude": _patterns,
    "force-exclude": _flag,
    "include-recorded": _flag,
    "max-file-size": _number,
    "fail-on": _severity,
    "answers": _lists,
    "token-env": _variable,
    "rules": _paths,
    "baseline": _path,
    "jobs": _number,
}

"""Functions of Node and of libraries that have a command run."""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import Value
from migrator.languages.shared.commands import run_command


def _shell(site: Site) -> Value:
    return run_command(site, site.arg(0))


def _program(site: Site) -> Value:
    return run_command(site, site.arg(0), site.arg(1))


_NAMES = {"exec": _shell, "execSync": _shell}
_NAMES |= dict.fromkeys(("spawn", "spawnSync", "execFile", "execFileSync"), _program)

MODELS: Models = {
    **{f"{room}.{name}": model for room in ("child_process", "node:child_process") for name, model in _NAMES.items()},
    "shelljs.exec": _shell, "execa": _program, "execa.default": _program, "execa.command": _shell,
}  # fmt: skip

"""What commands of a shell do with a credential that they are given: ``commands.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from migrator.catalog.reading import read_from
from migrator.catalog.schema import made, of, plain
from migrator.catalog.store import Folder, layers

FILE = "commands.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Some commands, and what they do; of those that give a name a value, the options that hold both."""

    does: str = of("before", "shows", "keeps", "shells", "runs", "names")
    words: tuple[str, ...]
    why: str
    sure: str
    option: str = ""
    value: str = ""
    source: str = ""


@cache
def _rows() -> tuple[Commands, ...]:
    found = layers("commands", (), (FILE,), compile_commands)
    return tuple(made(Commands, row) for layer in found for row in layer.get("commands", ()))


@cache
def command_words(*does: str) -> frozenset[str]:
    """Returns the words of the commands that do one of these. Raises `RulesError` when a rule file is wrong."""
    return frozenset(word for row in _rows() if row.does in does for word in row.words)


def naming(words: Sequence[str]) -> tuple[int, int | None] | None:
    """Returns which words of a command are the name that it gives a value, and the value; None for another command.

    Raises `RulesError` when a rule file is wrong.
    """
    said = f" {' '.join('_'.join(word.split()) or '_' for word in words)} "
    for row in (one for one in _rows() if one.does == "names"):
        for begins in (each for each in row.words if f" {each} " in said):
            behind = len(said.partition(f" {begins} ")[0].split()) + len(begins.split())
            at = _behind(words, row.option) if row.option else behind
            name = next((n for n in range(at or len(words), len(words)) if not words[n].startswith("-")), None)
            return None if name is None else (name, _behind(words, row.value))
    return None


def _behind(words: Sequence[str], option: str) -> int | None:
    at = words.index(option) + 1 if option in words else len(words)
    return at if at < len(words) else None


def compile_commands(folder: Folder) -> Mapping[str, Any]:
    """Returns ``commands.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    return {"commands": [plain(item, Commands) for item in top.items()]} if top else {}

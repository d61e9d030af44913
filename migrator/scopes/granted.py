"""The scopes an app has, from what a person has at hand: a list, a project file, our own output, a token's answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from migrator.errors import ConfigurationError

ADVICE = (
    "Give a list with one scope on each line, the project file of the app, the output of `scopes --format json` or "
    "`yaml`, or HubSpot's JSON answer about the token."
)
_NAME = re.compile(r"[a-z][a-z0-9_.-]*[a-z0-9]")
_GRANTED = ("required", "optional", "scopes", "requiredScopes", "optionalScopes", "conditionallyRequiredScopes")
_NESTED = ("scopes", "config", "auth", "app")
_SECTION = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")
_LONGEST, _MOST_DIGITS = 80, 3


def read_granted(text: str, where: str) -> frozenset[str]:
    """Returns the scopes that a text grants; ``where`` is what errors call its file.

    Raises `ConfigurationError` when it is none of the known forms. What is wrong is told by its line and never quoted:
    it could be a token.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        return frozenset(_names(_json(text, where), where))
    return frozenset(_listed(text, where))


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"not valid JSON: {error.msg}", where=f"{where}:{error.lineno}", advice=ADVICE
        ) from error
    except RecursionError as error:
        raise ConfigurationError("the JSON is nested too deeply", where=where, advice=ADVICE) from error


def _names(data: Any, where: str) -> Iterator[str]:
    """Yields the scopes in a JSON document of a known shape. Raises `ConfigurationError` on any other."""
    lists = [data] if isinstance(data, list) else list(_lists(data))
    if not lists:
        raise ConfigurationError("no list of scopes in it", where=where, advice=ADVICE)
    for item in (item for items in lists for item in items):
        name = item.get("scope") if isinstance(item, dict) else item
        if not isinstance(name, str) or not _is_scope(name):
            raise ConfigurationError("an entry of its list of scopes is not a scope name", where=where, advice=ADVICE)
        yield name


def _lists(data: Any) -> Iterator[Sequence[Any]]:
    if not isinstance(data, Mapping):
        return
    yield from (data[key] for key in _GRANTED if isinstance(data.get(key), list))
    for key in _NESTED:
        yield from _lists(data.get(key))


def _listed(text: str, where: str) -> Iterator[str]:
    """Yields the scopes in lines: bare, separated by commas or blanks, or in YAML lists under the keys we write."""
    lines = [(number, re.sub(r"(^|\s)#.*", "", line).rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and line != "---"]
    if any(_SECTION.match(line) for _, line in lines):
        lines = list(_sections(lines))
    for number, line in lines:
        for word in re.split(r"[,\s]+", re.sub(r"^\s*-\s", "", line).strip("[] ")):
            name = word.strip("'\"")
            if name and not _is_scope(name):
                raise ConfigurationError("not a scope name", where=f"{where}:{number}", advice=ADVICE)
            if name:
                yield name


def _sections(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yields the items of the lists that say what is granted, each without its ``scope:``."""
    taken, depth = False, -1
    for number, line in lines:
        if section := _SECTION.match(line):
            taken, depth = section[1] in _GRANTED, -1
            if taken and section[2]:
                yield number, section[2]
            continue
        item = re.match(r"(\s*)-\s+(?:scope:\s*)?(.*)", line)
        if not taken or item is None:
            continue
        depth = len(item[1]) if depth < 0 else depth
        if len(item[1]) == depth:
            yield number, item[2]


def _is_scope(text: str) -> bool:
    """Returns whether a text can be a scope name; one with many digits is more likely a credential."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _MOST_DIGITS

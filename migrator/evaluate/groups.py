"""Which files of a program can be felt in each other: what imports connect is evaluated as one, and by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from migrator.evaluate.name_uses import TELLING

_ASKED = re.compile(rf"\.\s*({TELLING.pattern})\s*\(")
_NAMED = re.compile(rf"(?<![\w.])({TELLING.pattern})\s*\(")


def reachable(
    files: Iterable[str], imports: Callable[[str, str], Iterable[str]], text: Callable[[str], str | None]
) -> frozenset[str]:
    """Returns the files and all that their imports can lead to."""
    found = set(files)
    pending = sorted(found)
    while pending:
        path = pending.pop()
        fresh = set(imports(path, text(path) or "")) - found
        found |= fresh
        pending += sorted(fresh)
    return frozenset(found)


class Connections:
    """The imports of a program, read once from the text of each file."""

    def __init__(self, imports: Callable[[str, str], Iterable[str]], text: Callable[[str], str | None]) -> None:
        """Takes what yields the files that the text of a file imports, and what gives that text."""
        self._imports, self._text = imports, text
        self._imported: dict[str, frozenset[str]] = {}

    def groups(self, files: Iterable[str]) -> list[frozenset[str]]:
        """Returns the files in groups, by the first of each: imports connect them, or files that they lead to.

        A method that only one file can define connects that with the files that call one of its name: what is called
        on an object nobody knows is taken for it.
        """
        wanted = sorted(files)
        parent = {path: path for path in wanted}
        pending = list(wanted)
        while pending:
            path = pending.pop()
            for other in self._of(path):
                if other not in parent:
                    parent[other] = other
                    pending.append(other)
                _join(parent, path, other)
        if len({_root(parent, path) for path in wanted}) > 1:
            for one, other in self._called(sorted(parent)):
                _join(parent, one, other)
        found: dict[str, list[str]] = {}
        for path in wanted:
            found.setdefault(_root(parent, path), []).append(path)
        return sorted(map(frozenset, found.values()), key=min)

    def _of(self, path: str) -> frozenset[str]:
        if path not in self._imported:
            self._imported[path] = frozenset(self._imports(path, self._text(path) or ""))
        return self._imported[path]

    def _called(self, files: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Yields each file that calls a method with the only one that can define it."""
        named: dict[str, str] = {}
        asked: dict[str, list[str]] = {}
        for path in files:
            text = self._text(path) or ""
            for name in set(_NAMED.findall(text)):
                named[name] = "" if name in named else path
            for name in set(_ASKED.findall(text)):
                asked.setdefault(name, []).append(path)
        for name, callers in asked.items():
            if owner := named.get(name):
                yield from ((path, owner) for path in callers)


def _root(parent: dict[str, str], path: str) -> str:
    while parent[path] != path:
        parent[path] = parent[parent[path]]
        path = parent[path]
    return path


def _join(parent: dict[str, str], one: str, other: str) -> None:
    left, right = sorted((_root(parent, one), _root(parent, other)))
    parent[right] = left

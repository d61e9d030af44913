"""Which files the imports of others lead to, read from their text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from migrator.evaluate.program import Program

FROM = re.compile(r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)", re.M)
IMPORT = re.compile(r"^[ \t]*import[ \t]+([^\r\n#]+)", re.M)
DOTTED = re.compile(r"[A-Za-z_][\w.]*")
WORD = re.compile(r"\w+")


def closure(program: Program, paths: Iterable[str], text: Callable[[str], str | None]) -> frozenset[str]:
    """Returns these files and all that their imports can lead to; *text* gives the content of a file, None without."""
    found = set(paths)
    pending = sorted(found)
    while pending:
        path = pending.pop()
        fresh = set(_imported(program, path, text(path) or "")) - found
        found |= fresh
        pending += sorted(fresh)
    return frozenset(found)


def _imported(program: Program, path: str, text: str) -> Iterator[str]:
    for dots, module, names in FROM.findall(text):
        target = program.relative(path, len(dots), module) if dots else program.find(module, path)
        if target is not None:
            yield target
        for name in WORD.findall(names):
            dotted = f"{module}.{name}" if module else name
            inner = program.relative(path, len(dots), dotted) if dots else program.find(dotted, path)
            if inner is not None:
                yield inner
    for line in IMPORT.findall(text):
        yield from filter(None, (program.find(name, path) for name in DOTTED.findall(line)))

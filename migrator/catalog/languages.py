"""Programming languages by their files, and how programs in them take in a HubSpot library: ``languages.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from migrator.catalog.store import Folder, compiled, folders

FILE = "languages.yaml"
_REQUIRED = ("language", "files", "comments", "sure")
_KNOWN = (*_REQUIRED, "imports", "libraries", "source")


class KnownLanguage:
    """One language: its name, what begins a comment in it, and which text takes in a HubSpot library."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        """Takes a row as `compile_languages` returns it."""
        self.name: str = row["language"]
        self.comments: tuple[str, ...] = tuple(row["comments"])
        self._row = row

    def has(self, path: str) -> bool:
        """Returns whether a file of that path is one of this language."""
        return self._files.search(path.lower()) is not None

    def libraries(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yields start, end and name of each HubSpot library that a text of this language takes in."""
        if "imports" not in self._row:
            return
        for found in self._imports.finditer(text):
            name = next(filter(None, found.groups()), "")
            if any(one.fullmatch(name) for one in self._libraries):
                yield *found.span(found.lastgroup or 0), name

    @cached_property
    def _files(self) -> re.Pattern[str]:
        return re.compile(self._row["files"])

    @cached_property
    def _imports(self) -> re.Pattern[str]:
        return re.compile(self._row["imports"], re.IGNORECASE | re.MULTILINE)

    @cached_property
    def _libraries(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one, re.IGNORECASE) for one in self._row["libraries"])


@lru_cache(maxsize=4)
def languages(overlays: tuple[Path, ...] = ()) -> tuple[KnownLanguage, ...]:
    """Returns the languages of the shipped rules and the user's own, whose rows come first.

    Raises `RulesError` when a rule file is wrong.
    """
    layers = [compiled("languages", folder, (FILE,), compile_languages) for folder in folders(overlays)]
    return tuple(KnownLanguage(row) for layer in reversed(layers) for row in layer.get("languages", ()))


def language_of(path: str, overlays: Sequence[Path] = ()) -> KnownLanguage | None:
    """Returns the language of a file, as far as its path tells; None for what is no program.

    Raises `RulesError` when a rule file is wrong.
    """
    return next((one for one in languages(tuple(overlays)) if one.has(path)), None)


def compile_languages(folder: Folder) -> Mapping[str, Any]:
    """Returns ``languages.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    from migrator.catalog.reading import read
    from migrator.catalog.vocabulary import SURE

    path = folder.path / FILE
    if not path.exists():
        return {}
    rows = []
    for item in read(path, folder.label(FILE)).items():
        fields = item.fields(_KNOWN, _REQUIRED)
        fields["sure"].choice(SURE)
        row: dict[str, Any] = {"language": fields["language"].text(), "files": fields["files"].pattern()}
        row["comments"] = fields["comments"].texts()
        if "imports" in fields:
            row["imports"] = fields["imports"].pattern()
            row["libraries"] = [one.pattern() for one in item.fields(_KNOWN, ("libraries",))["libraries"].items()]
        rows.append(row)
    return {"languages": rows}

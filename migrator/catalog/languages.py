"""Programming languages by their files, and how programs in them take in a HubSpot library: ``languages.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from migrator.catalog.reading import read_from
from migrator.catalog.schema import made, patterns, plain
from migrator.catalog.store import Folder, layers

FILE = "languages.yaml"


@dataclass(frozen=True, kw_only=True)
class KnownLanguage:
    """One language: its name, what its files are called, what begins a comment, and what takes in a HubSpot library."""

    language: str
    files: str = patterns()
    comments: tuple[str, ...]
    sure: str
    imports: str = patterns(default="")
    libraries: tuple[str, ...] = patterns(default=())
    declares: str = patterns(default="")
    locks: str = patterns(default="")
    tests: str = patterns(default="")
    source: str = ""

    def has(self, path: str) -> bool:
        """Returns whether a file of that path is one of this language."""
        return self._files.search(path.lower()) is not None

    def is_comment(self, before: str) -> bool:
        """Returns whether what stands before a part of a line of this language begins as a comment does."""
        begun = before.lstrip()
        return begun.startswith(self.comments) or ("/*" in self.comments and re.match(r"\*(?!\w)", begun) is not None)

    def is_lock(self, path: str) -> bool:
        """Returns whether a file of this language repeats what another one beside it asks for."""
        return bool(self.locks) and re.search(self.locks, path.lower()) is not None

    def is_test(self, path: str) -> bool:
        """Returns whether a file of this language is a test by the conventions of the language."""
        return bool(self.tests) and re.search(self.tests, path.lower()) is not None

    def taken_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yields start, end and name of each HubSpot library that a text of this language takes in."""
        if not self.imports:
            return
        for found in self._imports.finditer(text):
            name = next(filter(None, found.groups()), "")
            if any(one.fullmatch(name) for one in self._libraries):
                yield *found.span(found.lastgroup or 0), name

    def declared(self, text: str) -> frozenset[str]:
        """Returns the namespaces that a text of this language declares, in lower case."""
        found = re.finditer(self.declares, text, re.IGNORECASE | re.MULTILINE) if self.declares else ()
        return frozenset(one["library"].lower() for one in found)

    @cached_property
    def _files(self) -> re.Pattern[str]:
        return re.compile(self.files)

    @cached_property
    def _imports(self) -> re.Pattern[str]:
        return re.compile(self.imports, re.IGNORECASE | re.MULTILINE)

    @cached_property
    def _libraries(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one, re.IGNORECASE) for one in self.libraries)


@lru_cache(maxsize=4)
def languages(overlays: tuple[Path, ...] = ()) -> tuple[KnownLanguage, ...]:
    """Returns the languages of the shipped rules and the user's own, whose rows come first.

    Raises `RulesError` when a rule file is wrong.
    """
    found = layers("languages", overlays, (FILE,), compile_languages)
    return tuple(made(KnownLanguage, row) for layer in reversed(found) for row in layer.get("languages", ()))


def language_of(path: str, overlays: Sequence[Path] = ()) -> KnownLanguage | None:
    """Returns the language of a file, as far as its path tells; None for what is no program.

    Raises `RulesError` when a rule file is wrong.
    """
    return next((one for one in languages(tuple(overlays)) if one.has(path)), None)


def compile_languages(folder: Folder) -> Mapping[str, Any]:
    """Returns ``languages.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    rows = [plain(item, KnownLanguage) for item in top.items()] if top else []
    return {"languages": rows}

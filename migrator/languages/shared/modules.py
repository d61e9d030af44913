"""The modules of a project, each lowered when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Self

from migrator.model.unit import Unit


class LoadedModules:
    """Modules by path; which one an import means, each language says."""

    def __init__(self, load: Callable[[str], Unit | None], text: Callable[[str], str | None]) -> None:
        """Takes how to lower one (None when it cannot be), and how to read any other file of the project."""
        self._load, self.text = load, text
        self._units: dict[str, Unit | None] = {}

    def loading(self, load: Callable[[str], Unit | None]) -> Self:
        """Returns the same modules, lowered in another way."""
        twin = copy(self)
        twin._load, twin._units = load, {}
        return twin

    def unit(self, path: str) -> Unit | None:
        """Returns the lowered file, or None when it cannot be lowered."""
        if path not in self._units:
            self._units[path] = self._load(path)
        return self._units[path]

    def loads(self, path: str, text: str) -> Iterable[str]:
        """Yields nothing: a file of data is not imported."""
        return ()

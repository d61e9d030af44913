"""What a language has to offer."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Protocol

from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


class Language(Protocol):
    """A programming language: how its files are told and lowered."""

    name: str
    suffixes: tuple[str, ...]

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns the file in lowered form. Raises `UnparsableError`; never anything else."""
        ...

    def relower(
        self,
        source: Source,
        vocabulary: Vocabulary,
        *,
        before: Source,
        unit: Unit,
        known: MutableMapping[tuple[str, str], Unit],
    ) -> Unit:
        """Returns a changed file, which was lowered to *unit* before, in lowered form. Raises `UnparsableError`.

        *known* keeps its new parts, by path and text, for the next time.
        """
        ...

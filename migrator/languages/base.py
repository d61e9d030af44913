"""What a language has to offer."""

from __future__ import annotations

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

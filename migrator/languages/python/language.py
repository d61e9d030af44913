"""Python as a `Language`."""

from __future__ import annotations

from migrator.languages.base import Language
from migrator.languages.python.lower import lower
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


class _Python:
    """Python 3 source files."""

    name: str = "python"
    suffixes: tuple[str, ...] = (".py", ".pyw")

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns the file in lowered form. Raises `UnparsableError`; never anything else."""
        return lower(source, vocabulary)


PYTHON: Language = _Python()

"""Python as a `Language`."""

from __future__ import annotations

from collections.abc import MutableMapping

from migrator.languages.base import Language
from migrator.languages.python.lower import lower
from migrator.languages.python.relower import relower
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
        return relower(source, vocabulary, before=before, unit=unit, known=known)


PYTHON: Language = _Python()

"""Edits that move a credential into a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migrator.model.draft import Draft, Entry, Where
from migrator.model.text import Location, Source


class JavaScriptDrafter:
    """Drafts edits of JavaScript files."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Takes the files by path."""
        self._sources = sources

    def draft(self, entries: Sequence[Entry], *, token_env: str, where: Where = Where.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved."""
        return Draft(problem="requests of JavaScript are not rewritten yet")

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""
        return Draft(problem="literals of JavaScript are not rewritten yet")

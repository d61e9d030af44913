"""What became of a request between two states of a program, as it is printed."""

from __future__ import annotations

from dataclasses import dataclass

MEANINGS = {
    "moved": "equal but for the credential, which travels as a Bearer token now",
    "equal": "sent as before",
    "differs": "sent in another way, as told above",
    "lost": "no longer sent",
    "new": "not sent before",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class At:
    """A place in a file."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One request: its verdict (a key of `MEANINGS`), where it was and is sent from, and what is not accounted for."""

    verdict: str
    method: str | None
    host: str | None
    endpoint: str | None
    before: At | None
    after: At | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What became of every request; ``limits`` say where a state could not be followed, so that some may be missing.

    ``lost`` says that something can no longer be followed that could be before. ``logged`` are places that print or log
    a credential in a way that they did not before, each with what it prints, and ``open`` places of which nothing tells
    what they send now, each with why. ``version`` is that of the tool.
    """

    rows: tuple[Compared, ...]
    limits: tuple[str, ...] = ()
    lost: bool = False
    logged: tuple[tuple[At, str], ...] = ()
    open: tuple[tuple[At, str], ...] = ()
    version: str = ""

    @property
    def ok(self) -> bool:
        """Whether every request is accounted for, and no credential told to more people."""
        return not (self.lost or self.logged or self.open) and not any(row.problems for row in self.rows)

    def counts(self) -> dict[str, int]:
        """Returns how many requests have each verdict."""
        return {name: sum(row.verdict == name for row in self.rows) for name in MEANINGS}

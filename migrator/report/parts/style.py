"""What a reader's surroundings ask of a report: colours and columns of a terminal, links, and the run to name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to show reports.

    ``width`` is the number of columns to fold at, None for none. ``link`` makes an address of a place: in it stand
    ``{commit}``, ``{branch}``, ``{path}`` and ``{line}``. ``command`` and ``date`` (ISO 8601) are those of the run.
    """

    color: bool = False
    width: int | None = None
    link: str = ""
    command: str = ""
    date: str = ""


PLAIN = Style()

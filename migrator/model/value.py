"""What an expression can be, as far as the program text tells. What leaves the evaluator is made of these."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from migrator.model.record import value
from migrator.model.text import Location, Span

NOWHERE = Location("", Span(0, 0))
CONFIGURED = frozenset({"environment", "setting", "config", "secret_manager"})
"""How values come into being (see `Origin`) that have a name outside of the program, the same wherever it is read."""


@value
class Origin:
    """Where a value came into being: how, a name that stays the same when code moves, and the place.

    ``how`` is one of ``literal``, ``parameter``, ``environment``, ``setting``, ``config``, ``argument`` (command
    line), ``secret_manager``, ``database``, ``import``, ``attribute``, ``call``, ``loop``, ``operator``, ``unknown``.
    ``name`` is the variable, setting or parameter read, or the source text of the expression; two unknown values are
    the same only if ``how`` and ``name`` are equal. The place is not compared. ``of`` is the origin of the text that it
    is another spelling of.
    """

    how: str
    name: str
    location: Location = field(default=NOWHERE, compare=False)
    of: Origin | None = field(default=None, compare=False)


@value
class Chunk:
    """Known text. ``offset`` is where it starts in the literal at ``origin.location``."""

    text: str
    origin: Origin | None = field(default=None, compare=False)
    offset: int = field(default=0, compare=False)


@value
class Hole:
    """Text that is not known. ``hint`` names it for people; ``options`` are all the texts it can be, when known.

    ``secret`` is the digest of a credential that stands here as a literal; its text is never kept. ``others`` are
    further origins that it can have. ``form`` is ``quoted`` for text that is percent-encoded, ``line`` for text that
    may end with the end of a line, ``bytes`` for bytes, alone or before ``line``, empty for text as it is.
    """

    hint: str
    origin: Origin
    options: tuple[str, ...] | None = None
    secret: str = ""
    others: tuple[Origin, ...] = field(default=(), compare=False)
    form: str = field(default="", compare=False)


Piece: TypeAlias = Chunk | Hole


@value
class Text:
    """A string: known and unknown pieces in order. Adjacent chunks stay apart, so that each keeps its origin."""

    pieces: tuple[Piece, ...]

    def known(self) -> str | None:
        """Returns the whole text, or None when a part of it is not known."""
        if len(self.pieces) == 1:  # most are
            [piece] = self.pieces
            return piece.text if isinstance(piece, Chunk) else None
        if any(isinstance(piece, Hole) for piece in self.pieces):
            return None
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Chunk))

    def pattern(self) -> str:
        """Returns the text with each hole as ``{hint}``."""
        return "".join(piece.text if isinstance(piece, Chunk) else "{" + piece.hint + "}" for piece in self.pieces)


@value
class Const:
    """A constant that is not text: a number, truth value, bytes or ``None``."""

    value: int | float | complex | bool | bytes | None
    origin: Origin | None = field(default=None, compare=False)


@value
class Ref:
    """Something of a library, by its dotted name: ``requests.get``, ``os.environ``."""

    name: str
    origin: Origin | None = field(default=None, compare=False)


@value
class Unknown:
    """A value that cannot be known, why, and a name for people to call it by."""

    reason: str
    hint: str
    origin: Origin


Leaf: TypeAlias = Text | Const | Ref | Unknown

"""How a request of a client library carries what the library was given."""

from __future__ import annotations

from migrator.evaluate.request import sources
from migrator.evaluate.store import Slot, options
from migrator.evaluate.strings import as_text, known, one_of, texts
from migrator.model.call import Auth, AuthPlace, Carrier
from migrator.model.value import Chunk, Text


def sdk_auth(carrier: Carrier, slot: Slot) -> Auth:
    """Returns the credential that a slot of a client holds, under the name and at the place it was given by."""
    value = one_of(texts(slot.value))
    piece = slot.key.pieces[0] if isinstance(slot.key, Text) else None
    origin = piece.origin if isinstance(piece, Chunk) else None
    found = [source for one in options(slot.value) for source in sources(as_text(one))]
    return Auth(
        carrier=carrier, place=AuthPlace.SDK, name=known(slot.key) or "", name_at=origin.location if origin else None,
        value=value, value_at=found[0].location if len(found) == 1 else None, sources=tuple(found),
    )  # fmt: skip

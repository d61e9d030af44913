"""The parameters at the end of texts that become one: what they share stays known, what only some have stays open."""

from __future__ import annotations

from migrator.model.value import Chunk, Hole, Origin, Piece, Text


def further_parameters(start: tuple[Piece, ...], texts: list[Text], shared: int) -> tuple[Piece, ...]:
    """Returns what stands for the parameters that some texts have and others may not, after the same start."""
    inside = "".join(piece.text for text in texts for piece in text.pieces[shared:] if isinstance(piece, Chunk))
    if "&" not in inside and "?" not in inside:
        return ()
    begun = any("?" in piece.text for piece in start if isinstance(piece, Chunk))
    return (Chunk("&" if begun else "?"), Hole("parameters", Origin("operator", "choice")))


def shared_parameters(texts: list[Text]) -> tuple[Piece, ...]:
    """Returns the parameters with which all of several texts end, from an ampersand on."""
    found: list[Piece] = []
    backwards = [text.pieces[::-1] for text in texts]
    for pieces in zip(*backwards, strict=False):
        if all(piece == pieces[0] for piece in pieces):
            found.insert(0, pieces[0])
            continue
        chunks = [piece for piece in pieces if isinstance(piece, Chunk)]
        if len(chunks) == len(pieces):
            end = chunks[0].text[len(chunks[0].text) - _alike_at_end([chunk.text for chunk in chunks]) :]
            found.insert(0, Chunk(end, chunks[0].origin, chunks[0].offset + len(chunks[0].text) - len(end)))
        break
    while found:
        first = found[0]
        if isinstance(first, Chunk) and (at := first.text.find("&")) >= 0:
            return (Chunk(first.text[at:], first.origin, first.offset + at), *found[1:])
        del found[0]
    return ()


def _alike_at_end(texts: list[str]) -> int:
    ends = [text[::-1] for text in texts]
    return next((at for at, pair in enumerate(zip(*ends, strict=False)) if len(set(pair)) > 1), min(map(len, ends)))


def without(text: Text, tail: tuple[Piece, ...]) -> Text:
    """Returns a text without the pieces that it ends with, of which the first may begin within a piece."""
    first, before = tail[0], text.pieces[: len(text.pieces) - len(tail)]
    whole = text.pieces[len(text.pieces) - len(tail)]
    if isinstance(whole, Chunk) and isinstance(first, Chunk) and len(whole.text) > len(first.text):
        return Text((*before, Chunk(whole.text[: -len(first.text)], whole.origin, whole.offset)))
    return Text(before)

"""Methods of strings, and the functions that make them.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/String
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Items, Value, choose
from migrator.evaluate.strings import (
    concat,
    cut,
    ends,
    flat,
    holds,
    known,
    position,
    split,
    starts,
    strip,
    text,
    texts,
)  # fmt: skip
from migrator.languages.javascript.library.calling import first, whole
from migrator.languages.javascript.library.replacing import replaced
from migrator.languages.javascript.library.written import as_string, as_url
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.containers import split_parts
from migrator.languages.shared.simple_models import cased, subject
from migrator.model.value import Const, Hole, Origin, Text


def _concat(site: Site) -> Value:
    return concat([as_string(subject(site)), *(as_string(one) for one in site.args.positional)])


def _split(site: Site) -> Value:
    separator, most = known(site.arg(0)), site.arg(1)
    if most is not None:  # at most so many parts
        alone = Args(site.args.positional[:1])
        whole = _split(Site(site.interpreter, site.name, alone, site.frame, site.node, site.receiver))
        count = most.value if isinstance(most, Const) and isinstance(most.value, int) else None
        if not isinstance(whole, Items) or whole.rest is not None or count is None:
            return whole
        return Items(whole.kind, whole.items[:count], whole.location)
    written = [one.known() for one in texts(subject(site))] if separator == "" else [None]
    if None not in written:
        return choose(Items("list", tuple(map(text, one or "")), site.location) for one in written)
    if separator is None or not separator:
        by_pattern = site.arg(0) is not None and separator is None
        return Items("list", (), site.location, site.unknown("part") if by_pattern else subject(site))
    return choose(split_parts(site, one, split(one, separator)) for one in texts(subject(site)))


def _trim(*, left: bool, right: bool) -> Model:
    return lambda site: choose(strip(one, None, left=left, right=right) for one in texts(subject(site)))


def _tested(check: Callable[[Text, str], bool | None], *, until: bool = False) -> Model:
    """Returns the model of a question to a text from a place on, or *until* one."""

    def model(site: Site) -> Value:
        wanted, place = known(site.arg(0)), whole(site.arg(1), 0)
        low, high = (0, place) if until else (place or 0, None)
        verdicts: set[bool | None] = set()
        for one in texts(subject(site)):
            counted = site.arg(1) is None or (one.known() is not None and place is not None)
            part = one if site.arg(1) is None else cut(one, low, high)
            verdicts.add(check(part, wanted) if counted and wanted is not None else None)
        return Const(bool(verdicts.pop())) if len(verdicts) == 1 and None not in verdicts else site.unknown("condition")

    return model


def _index_of(find: Callable[[str, str], int]) -> Model:
    def model(site: Site) -> Value:
        place = position(texts(subject(site)), known(site.arg(0)), find)
        return site.unknown("index") if place is None else Const(place)

    return model


def _slice(bounds: Callable[[int, int | None, int], tuple[int, int | None]]) -> Model:
    """Returns the model of a part of a text; *bounds* gives its ends from two arguments and the length of the text."""

    def model(site: Site) -> Value:
        low, end = whole(site.arg(0), 0), site.arg(1)
        high = whole(end, 0)
        subjects = texts(subject(site))
        certain = low is not None and high is not None
        if low is None or not certain or any(one.known() is None for one in subjects):
            return choose(_hole(site, one) for one in subjects)
        given = None if end is None or end is UNDEFINED else high
        return choose(cut(one, *bounds(low, given, len(flat(one)))) for one in subjects)

    return model


def _sliced(low: int, high: int | None, length: int) -> tuple[int, int | None]:
    start = max(low + length, 0) if low < 0 else low
    stop = length if high is None else max(high + length, 0) if high < 0 else high
    return start, max(start, stop)


def _between(low: int, high: int | None, length: int) -> tuple[int, int | None]:
    ends = sorted((max(low, 0), length if high is None else max(high, 0)))
    return ends[0], ends[1]


def _counted(low: int, high: int | None, length: int) -> tuple[int, int | None]:
    start = max(low + length, 0) if low < 0 else low
    return start, None if high is None else start + max(high, 0)


def _hole(site: Site, found: Text) -> Text:
    return Text((Hole("slice", Origin("operator", f"slice of {found.pattern()[:60]}", site.location)),))


def _character(site: Site) -> Value:
    return character(subject(site), whole(site.arg(0), 0)) or site.unknown("part")


def _character_or_none(site: Site) -> Value:
    place = whole(site.arg(0), 0)
    found = UNDEFINED if place is not None and place < 0 else _character(site)
    return text("") if found is UNDEFINED else found


def character(found: Value, place: int | None) -> Value | None:
    """Returns a character of a text; None where the text is not one that is known."""
    written = known(found)
    if written is None or place is None:
        return None
    return text(written[place]) if -len(written) <= place < len(written) else UNDEFINED


def _padded(pad: Callable[[str, int, str], str]) -> Model:
    def model(site: Site) -> Value:
        written, size = known(as_string(subject(site))), whole(site.arg(0), 0)
        filler = site.arg(1)
        sign = " " if filler is None else known(as_string(filler))
        if written is None or size is None or not sign or size > _LONGEST:
            return _hole(site, texts(subject(site))[0])
        return text(pad(written, size, sign))

    return model


_LONGEST = 200


def _at_start(written: str, size: int, sign: str) -> str:
    return (sign * size)[: max(size - len(written), 0)] + written


def _at_end(written: str, size: int, sign: str) -> str:
    return written + (sign * size)[: max(size - len(written), 0)]


def _repeated(site: Site) -> Value:
    written, times = known(subject(site)), whole(site.arg(0), 0)
    if written is None or times is None or not 0 <= times * len(written) <= _LONGEST:
        return _hole(site, texts(subject(site))[0])
    return text(written * times)


def _string(site: Site) -> Value:
    return as_string(as_url(site.arg(0) or text("")))


def _to_string(site: Site) -> Value:
    return as_string(as_url(subject(site)))


def _format(site: Site) -> Value:
    """Returns a text with ``%s`` and the like filled in: https://nodejs.org/api/util.html#utilformatformat-args."""
    shape, given = first(site), list(site.args.positional[1:])
    if not isinstance(shape, Text):
        return as_string(shape)
    whole = flat(shape)
    parts: list[Value] = []
    start = at = 0
    while (at := whole.find("%", at)) >= 0:
        if whole[at + 1 : at + 2] in ("s", "d", "i", "j", "o") and given:
            parts += [cut(shape, start, at), as_string(given.pop(0))]
            start = at = at + 2
        elif whole[at + 1 : at + 2] == "%":
            parts.append(cut(shape, start, at + 1))
            start = at = at + 2
        else:
            at += 1
    more = [part for one in given for part in (text(" "), as_string(one))] if site.name.endswith("format") else []
    return concat([*parts, cut(shape, start), *more])


MODELS: Models = {
    "object.toString": _to_string, "string.concat": _concat, "string.replace": replaced(False),
    "string.replaceAll": replaced(True), "string.split": _split, "string.toLowerCase": cased("lower"),
    "string.toUpperCase": cased("upper"), "string.toLocaleLowerCase": cased("lower"),
    "string.toLocaleUpperCase": cased("upper"), "string.trim": _trim(left=True, right=True),
    "string.trimStart": _trim(left=True, right=False), "string.trimEnd": _trim(left=False, right=True),
    "string.startsWith": _tested(starts), "string.endsWith": _tested(ends, until=True),
    "string.includes": _tested(holds), "string.indexOf": _index_of(str.find),
    "string.lastIndexOf": _index_of(str.rfind), "string.slice": _slice(_sliced), "string.substring": _slice(_between),
    "string.substr": _slice(_counted), "string.toString": _to_string, "string.valueOf": subject,
    "string.charAt": _character_or_none, "string.at": _character, "string.padStart": _padded(_at_start),
    "string.padEnd": _padded(_at_end), "string.repeat": _repeated,
    "string.normalize": subject, "String": _string, "util.format": _format,
    "sprintf-js.sprintf": _format, "sprintf-js.vsprintf": _format,
}  # fmt: skip

STRING = frozenset(name.partition(".")[2] for name in MODELS if name.startswith("string."))

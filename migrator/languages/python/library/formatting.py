"""Python's string formatting over text that is known in part: every literal piece keeps its origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from migrator.evaluate.attributes import member
from migrator.evaluate.conditions import is_filled
from migrator.evaluate.store import Class, Function, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import as_text, concat, cut, flat, formed, hole, known, one_of, replace, text, texts
from migrator.model.text import Location
from migrator.model.value import Const, Hole, Origin, Text, Unknown

_PARTS = re.compile(r"([^!:]*)(?:!(\w))?(?::(.*))?.*?", re.DOTALL)
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_PERCENT = re.compile(
    r"%(?:\((?P<name>[^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?(?P<kind>[diouxXeEfFgGcrsa%])"
)
_LONGEST_FORMAT = 8
"""How long a format is taken for one: a width of many digits would make a text of that length."""
_TEMPLATE = re.compile(r"\$\$|\$(?:\{(\w+)\}|(\w+))")


def _filled(template: Value, pattern: re.Pattern[str], fields: Callable[[], Callable[[re.Match[str]], Value]]) -> Value:
    """Returns a template with its fields filled in; *fields* gives anew for each text what fills one in."""

    def fill(one: Text) -> Value:
        whole, field, parts, start = flat(one), fields(), list[Value](), 0
        for match in pattern.finditer(whole):
            parts += [cut(one, start, match.start()), field(match)]
            start = match.end()
        return concat([*parts, cut(one, start)])

    return choose(fill(one) for one in texts(template))


def braces(template: Value, positional: Sequence[Value], keywords: Mapping[str, Value], at: Location) -> Value:
    """Returns ``template.format(*positional, **keywords)``."""

    def fields() -> Callable[[re.Match[str]], Value]:
        places = count()

        def field(match: re.Match[str]) -> Value:
            if match.group() in ("{{", "}}"):
                return text(match.group()[0])
            name, conversion, spec = _PARTS.fullmatch(match.group(1)).groups("")  # type: ignore[union-attr] # all do
            found = _field(name or str(next(places)), positional, keywords, at)
            return interpolated(found, conversion, text(spec))

        return field

    return _filled(template, _FIELD, fields)


def _field(name: str, positional: Sequence[Value], keywords: Mapping[str, Value], at: Location) -> Value:
    head, *tail = re.split(r"[.\[]", name.replace("]", ""))
    found = dict(enumerate(positional)).get(int(head)) if head.isdigit() else keywords.get(head)
    for part in tail:
        match found:
            case Table():
                slot = found.cells.get(part)
                found = slot.value if isinstance(slot, Slot) else None
            case Items() if part.isdigit() and int(part) < found.least:
                found = found.items[int(part)]
            case Instance(kind=Class() as cls):
                found = _plain(found.cells.get(part) or member(cls, part))
            case Class():
                found = _plain(member(found, part))
            case _:
                found = None
        head = part
    return found if found is not None else hole(head or "value", Origin("operator", f"format field {name}", at))


def _plain(found: Value | None) -> Value | None:
    """Returns a member that is no function, which a field would call."""
    return None if isinstance(found, Function) else found


def percent(template: Value, given: Value, at: Location) -> Value:
    """Returns ``template % given``."""

    def fields() -> Callable[[re.Match[str]], Value]:
        items = iter(given.items if isinstance(given, Items) and given.kind == "tuple" else [given])

        def field(match: re.Match[str]) -> Value:
            if match.group("kind") == "%":
                return text("%")
            if match.group("name") is not None:
                return _printed(_named(given, match.group("name"), at), match)
            found = next(items, given.rest if isinstance(given, Items) else None)
            return _printed(found, match) if found is not None else hole("value", Origin("operator", "% argument", at))

        return field

    return _filled(template, _PERCENT, fields)


def _printed(found: Value, match: re.Match[str]) -> Value:
    """Returns a value as a field of a `%` format writes it."""
    form = "%" + match.group()[1:].removeprefix(f"({match['name']})")
    if form == "%s" or "*" in form:
        return found
    return choose(_as_written(one, lambda plain: form % (plain,)) for one in options(found))


def _as_written(one: Value, write: Callable[[object], str]) -> Value:
    """Returns a known text or number as something writes it, any other value as it is."""
    plain = one.known() if isinstance(one, Text) else one.value if isinstance(one, Const) else None
    if plain is None:
        return one
    try:
        written = write(plain)
    except (TypeError, ValueError, OverflowError):
        return one
    return one if written == plain else text(written)


def _named(given: Value, name: str, at: Location) -> Value:
    found = [
        option.cells[name].value for option in options(given) if isinstance(option, Table) and name in option.cells
    ]
    return choose(found) if found else hole(name, Origin("operator", f"% field {name}", at))


def template(pattern: Value, keywords: Mapping[str, Value], at: Location) -> Value:
    """Returns ``string.Template(pattern).substitute(**keywords)``."""

    def field(match: re.Match[str]) -> Value:
        name = match.group(1) or match.group(2)
        if not name:
            return text("$")
        found = keywords.get(name)
        return found if found is not None else hole(name, Origin("operator", f"template field {name}", at))

    return _filled(pattern, _TEMPLATE, lambda: field)


def interpolated(found: Value, conversion: str, spec: Value | None) -> Value:
    """Returns the value of one field of an f-string."""
    written = known(spec)
    if conversion == "r":
        found = choose(_quoted(one) if isinstance(one, Text) else concat([one]) for one in options(found))
    if written and len(written) <= _LONGEST_FORMAT:
        found = choose(_as_written(one, lambda plain: format(plain, written)) for one in options(found))
    return found if all(isinstance(one, (Text, Unknown, Const)) for one in options(found)) else concat([found])


def _quoted(one: Text) -> Value:
    written = one.known()
    return text(repr(written)) if written is not None else one


def joined(separator: Value, found: Value, at: Location) -> Value:
    """Returns ``separator.join(found)``."""
    results: list[Value] = []
    for option in options(found):
        if not isinstance(option, Items):
            results.append(hole("joined", Origin("operator", f"join of {as_text(option).pattern()[:40]}", at)))
            continue
        if option.least < len(option.items):
            results.append(_joined(separator, option.items[: option.least], None, at))
        results.append(_joined(separator, option.items, option.rest, at))
    return choose(results)


def _joined(separator: Value, items: Sequence[Value], rest: Value | None, at: Location) -> Value:
    parts: list[Value] = []
    for one in items:
        parts += [separator, one] if parts else [one]
    if rest is not None:
        parts.append(Text((Hole("more", Origin("operator", "rest of a joined list", at)),)))
    return concat(parts) if parts else text("")


_QUOTED = {" ": "%20", "/": "%2F", ":": "%3A", "@": "%40", "?": "%3F", "&": "%26", "=": "%3D", "+": "%2B", ",": "%2C"}


def quoted(found: Value, safe: str, *, plus: bool = False) -> Value:
    """Returns ``urllib.parse.quote(found, safe)``: known text percent-encoded, holes as being so."""

    def encode(one: Text) -> Value:
        one = formed(one, "quoted")
        for raw, code in {"%": "%25", **_QUOTED}.items():
            if raw not in safe:
                one = replace(one, raw, text("+" if plus and raw == " " else code))
        return one

    return choose(encode(one) for one in texts(found))


def encoded(found: Value, at: Location) -> Value:
    """Returns ``urlencode(found)`` as text whose parameter names keep the origin of their keys."""
    results = []
    for option in options(found):
        parts: list[Value] = []
        for key, value in _pairs(option):
            parts += [text("&")] if parts else []
            parts += [key, text("="), value]
        rest = option.rest if isinstance(option, (Table, Items)) else option
        if rest is not None and is_filled(rest) is not False:
            parts += [text("&")] if parts else []
            parts.append(hole("query", Origin("operator", "urlencode", at)))
        results.append(concat(parts) if parts else text(""))
    return choose(results)


def _pairs(option: Value) -> list[tuple[Value, Value]]:
    if isinstance(option, Table):
        return [(slot.key, _scalar(slot.value)) for _, slot in option.slots()]
    if isinstance(option, Items):
        return [
            (one.items[0], _scalar(one.items[1]))
            for one in option.items
            if isinstance(one, Items) and len(one.items) == 2
        ]
    return []


def _scalar(found: Value) -> Value:
    plain = [one for one in options(found) if not isinstance(one, (Table, Items))]
    if not plain:
        return hole("value", Origin("operator", "list value"))
    written = one_of(texts(choose(plain)))
    return quoted(written, "") if known(written) is not None else written

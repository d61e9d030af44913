"""The forms in which legacy code gets a key into the query of a request, as source text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Code(NamedTuple):
    """An expression, as opposed to text, in a URL."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one request is to hold: a path, and names and values of the query around the key."""

    path: str | Code
    method: str = "GET"
    before: tuple[tuple[str, str | Code], ...] = ()
    after: tuple[tuple[str, str | Code], ...] = ()

    def parts(self, key: str, base: bool) -> list[str | Code]:
        """Returns the URL with the key in its query as text and expressions."""
        found: list[str | Code] = [Code("BASE")] if base else []
        found.append(self.path)
        separator = "?"
        for name, value in (*self.before, ("hapikey", Code(key)), *self.after):
            found += [f"{separator}{name}=", value]
            separator = "&"
        return merged(found)


class Form(NamedTuple):
    """How a request is addressed: statements that come first, the URL, the parameters if there are any."""

    lines: tuple[str, ...]
    url: str
    params: str | None = None


def merged(parts: Sequence[str | Code]) -> list[str | Code]:
    found: list[str | Code] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found


def plus(parts: Sequence[str | Code]) -> str:
    return " + ".join(part.text if isinstance(part, Code) else f'"{part}"' for part in parts)


def _interpolated(parts: Sequence[str | Code]) -> str:
    inner = "".join("{" + part.text.replace('"', "'") + "}" if isinstance(part, Code) else part for part in parts)
    return f'f"{inner}"'


def _filled(parts: Sequence[str | Code], mark: str) -> tuple[str, list[str]]:
    text = "".join(mark if isinstance(part, Code) else part for part in parts)
    return f'"{text}"', [part.text for part in parts if isinstance(part, Code)]


def _formatted(parts: Sequence[str | Code]) -> str:
    text, codes = _filled(parts, "{}")
    return f"{text}.format({', '.join(codes)})"


def _numbered(parts: Sequence[str | Code]) -> str:
    codes = [part.text for part in parts if isinstance(part, Code)]
    marks = iter(range(len(codes)))
    text = "".join(f"{{{next(marks)}}}" if isinstance(part, Code) else part for part in parts)
    return f'"{text}".format({", ".join(codes)})'


def _named(parts: Sequence[str | Code]) -> str:
    codes = [part.text for part in parts if isinstance(part, Code)]
    names = iter(f"part{number}" for number in range(len(codes)))
    text = "".join(f"{{{next(names)}}}" if isinstance(part, Code) else part for part in parts)
    return f'"{text}".format({", ".join(f"part{number}={code}" for number, code in enumerate(codes))})'


def _percent(parts: Sequence[str | Code]) -> str:
    text, codes = _filled(parts, "%s")
    return f"{text} % ({', '.join(codes)},)"


def _in_url(render: Callable[[Sequence[str | Code]], str], named: bool) -> Callable[[Sent, str, bool], Form]:
    def form(sent: Sent, key: str, base: bool) -> Form:
        url = render(sent.parts(key, base))
        return Form((f"url = {url}",), "url") if named else Form((), url)

    return form


def _address(sent: Sent, base: bool) -> str:
    return plus([*([Code("BASE")] if base else []), sent.path])


def _value(value: str | Code) -> str:
    return value.text if isinstance(value, Code) else f'"{value}"'


def _appended(sent: Sent, key: str, base: bool) -> Form:
    first = Sent(path=sent.path, before=sent.before).parts(key, base)
    more = [f"url += {plus([f'&{name}=', value])}" for name, value in sent.after]
    return Form((f"url = {plus(first)}", *more), "url")


def _joined(sent: Sent, key: str, base: bool) -> Form:
    pairs = (*sent.before, ("hapikey", Code(key)), *sent.after)
    parts = ", ".join(plus(merged([f"{name}=", value])) for name, value in pairs)
    return Form((), f'{_address(sent, base)} + "?" + "&".join([{parts}])')


def _suffixed(sent: Sent, key: str, base: bool) -> Form:
    rest = merged([part for name, value in (*sent.before, *sent.after) for part in (f"&{name}=", value)])
    url = " + ".join([_address(sent, base), "auth", *([plus(rest)] if rest else [])])
    return Form((f'auth = "?hapikey=" + {key}',), url)


def _held(sent: Sent, key: str, base: bool) -> Form:
    parts = [Code("auth") if part == Code(key) else part for part in sent.parts(key, base)]
    texts = [part.removesuffix("hapikey=") if isinstance(part, str) else part for part in parts]
    return Form((f'auth = "hapikey=" + {key}',), _interpolated([text for text in texts if text]))


def _prefixed(sent: Sent, key: str, base: bool) -> Form:
    parts = sent.parts(key, base)
    place = parts.index(Code(key))
    return Form((f"start = {plus(parts[:place])}",), plus([Code("start"), *parts[place:]]))


def _branched(sent: Sent, key: str, base: bool) -> Form:
    first = Sent(path=sent.path, before=sent.before).parts(key, base)
    more = [f"if len(url) > 3:\n    url += {plus([f'&{name}=', value])}" for name, value in sent.after]
    return Form((f"url = {plus(first)}", *more), "url")


def _grown(sent: Sent, key: str, base: bool) -> Form:
    pairs = ", ".join(f'("{name}", {_value(value)})' for name, value in (*sent.before, *sent.after))
    grow = f'for name, value in [{pairs}]:\n    query = "{{}}&{{}}={{}}".format(query, name, value)'
    return Form((f'query = "hapikey=" + {key}', *([grow] if pairs else [])), f'{_address(sent, base)} + "?" + query')


def _tailed(sent: Sent, key: str, base: bool) -> Form:
    more = [f"tail += {plus([f'&{name}=', value])}" for name, value in sent.after]
    parts = Sent(path=sent.path, before=sent.before).parts(key, base)
    return Form(('tail = ""', *more), _interpolated([*parts, Code("tail")]))


def _dict(sent: Sent, key: str) -> str:
    pairs = (*sent.before, ("hapikey", Code(key)), *sent.after)
    return "{" + ", ".join(f'"{name}": {_value(value)}' for name, value in pairs) + "}"


def without_key(sent: Sent) -> str:
    return "{" + ", ".join(f'"{name}": {_value(value)}' for name, value in (*sent.before, *sent.after)) + "}"


def _encoded(sent: Sent, key: str, base: bool) -> Form:
    return Form((f"query = {_dict(sent, key)}",), f'{_address(sent, base)} + "?" + urlencode(query)')


def inline(sent: Sent, key: str, base: bool) -> Form:
    return Form((), _address(sent, base), _dict(sent, key))


def _local(sent: Sent, key: str, base: bool) -> Form:
    return Form((f"params = {_dict(sent, key)}",), _address(sent, base), "params")


def _item(sent: Sent, key: str, base: bool) -> Form:
    lines = (f"params = {without_key(sent)}", f'params["hapikey"] = {key}')
    return Form(lines, _address(sent, base), "params")


def _updated(sent: Sent, key: str, base: bool) -> Form:
    lines = (f"params = {without_key(sent)}", f'params.update({{"hapikey": {key}}})')
    return Form(lines, _address(sent, base), "params")


def _called(sent: Sent, key: str, base: bool) -> Form:
    pairs = (*sent.before, ("hapikey", Code(key)), *sent.after)
    return Form((), _address(sent, base), f"dict({', '.join(f'{name}={_value(value)}' for name, value in pairs)})")


def _unpacked(sent: Sent, key: str, base: bool) -> Form:
    return Form((f"others = {without_key(sent)}",), _address(sent, base), f'{{**others, "hapikey": {key}}}')


def _pairs(sent: Sent, key: str, base: bool) -> Form:
    pairs = (*sent.before, ("hapikey", Code(key)), *sent.after)
    return Form(
        (), _address(sent, base), "[" + ", ".join(f'("{name}", {_value(value)})' for name, value in pairs) + "]"
    )


URL_FORMS: Mapping[str, Callable[[Sent, str, bool], Form]] = {
    "url by +": _in_url(plus, named=False),
    "url by + in a name": _in_url(plus, named=True),
    "url by f-string": _in_url(_interpolated, named=False),
    "url by f-string in a name": _in_url(_interpolated, named=True),
    "url by format": _in_url(_formatted, named=False),
    "url by numbered format": _in_url(_numbered, named=True),
    "url by named format": _in_url(_named, named=True),
    "url by %": _in_url(_percent, named=True),
    "url appended to": _appended,
    "query joined": _joined,
    "query as a suffix": _suffixed,
    "query encoded": _encoded,
    "query grown in a loop": _grown,
    "name and key in a name": _held,
    "name at the end of a name": _prefixed,
    "url appended to in branches": _branched,
    "tail in a name": _tailed,
}
PARAM_FORMS: Mapping[str, Callable[[Sent, str, bool], Form]] = {
    "params in place": inline,
    "params in a name": _local,
    "params by item": _item,
    "params by update": _updated,
    "params by dict()": _called,
    "params by unpacking": _unpacked,
    "params as pairs": _pairs,
}

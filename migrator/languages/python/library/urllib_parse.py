"""The functions of ``urllib.parse`` and its many spellings, over text that is known in part.

https://docs.python.org/3/library/urllib.parse.html
"""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import commonprefix
from urllib.parse import unquote, urljoin

from migrator.evaluate.arguments import Args
from migrator.evaluate.assumptions import guess
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import ITEMS, NONE, REST, Instance, Items, Slot, Table, Value, choose
from migrator.evaluate.strings import HOLE, concat, cut, flat, known, split, text, texts
from migrator.languages.python.library import formatting
from migrator.languages.shared.containers import pairs
from migrator.model.value import Text


def _merged_one(site: Site) -> Value | None:
    name, value = site.arg(0, "key"), site.arg(1, "value")
    written = known(name) if name is not None else None
    if name is None or value is None or written is None:
        return None
    return _added(site.receiver, Table(site.location, {written: Slot(name, value)}), site)


def _updated(site: Site) -> Value:
    """Returns a URL of yarl with parameters added: https://yarl.aio-libs.org/en/stable/api/#yarl.URL.update_query."""
    given = site.arg(0)
    return _added(site.receiver, Table(site.location, dict(site.args.keywords)) if given is None else given, site)


def _url(site: Site) -> Value:
    """Returns ``httpx.URL(url, params=...)`` as text."""
    url, params = site.arg(0, "url"), site.arg(-1, "params")
    return _added(url, params, site) if params is not None else url or text("")


def _added(url: Value | None, params: Value, site: Site) -> Value:
    query = formatting.encoded(params, site.location)
    urls: Sequence[Text] = texts(url) if url is not None else ()
    return choose(concat([one, text("&" if "?" in flat(one) else "?"), query]) for one in urls)


def _quote(plus: bool) -> Model:
    def model(site: Site) -> Value:
        safe = site.arg(1, "safe")
        written = known(safe) if safe is not None else ("" if plus else "/")
        return formatting.quoted(site.arg(0, "string") or NONE, written or "", plus=plus)

    return model


def _unquoted(site: Site) -> Value | None:
    written = known(site.arg(0, "string"))
    return site.arg(0, "string") if written is None or "%" not in written else text(unquote(written))


def _urljoin(site: Site) -> Value:
    bases, urls = texts(site.arg(0, "base") or NONE), texts(site.arg(1, "url") or NONE)
    return choose(_resolved(base, url) for base in bases for url in urls)


def _resolved(base: Text, url: Text) -> Value:
    """Returns ``urljoin(base, url)``, following RFC 3986 as far as the known text goes."""
    one, other = base.known(), url.known()
    if one is not None and other is not None and "://" in one:
        joined = urljoin(one, other)
        first = len(commonprefix([joined, one]))
        last = len(commonprefix([joined[first:][::-1], other[::-1]]))
        between = text(joined[first : len(joined) - last])
        return concat([cut(base, 0, first), between, cut(url, len(other) - last)])
    whole = flat(url)
    if "://" in whole:
        return url
    head = flat(base)
    if whole.startswith("/"):
        scheme = head.find("://")
        slash = head.find("/", scheme + 3 if scheme >= 0 else 0)
        return concat([cut(base, 0, slash) if slash >= 0 else base, url])
    slash = head.rfind("/", head.find("://") + 3 if "://" in head else 0)
    if slash < 0:
        return concat([base, text("" if head.endswith(HOLE) and whole.startswith(HOLE) else "/"), url])
    return concat([cut(base, 0, slash + 1), url])


def _urlparse(site: Site) -> Value:
    one = texts(site.arg(0) or NONE)[0]
    whole = flat(one)
    instance = Instance("urllib.parse.ParseResult", site.location)
    scheme_end = whole.find("://")
    start = scheme_end + 3 if scheme_end >= 0 else 2 * whole.startswith("//")
    path = next((i for i in range(start, len(whole)) if whole[i] in "/?#"), len(whole))
    query = whole.find("?", path)
    stop = query if query >= 0 else len(whole)

    def rest() -> Value:
        """Returns a part that is not written in the URL: whatever is unknown at its end may hold it."""
        return guess(site.interpreter, text("")) if whole.endswith(HOLE) else text("")

    instance.cells.update(
        scheme=cut(one, 0, scheme_end) if scheme_end >= 0 else site.arg(1, "scheme") or text(""),
        netloc=cut(one, start, path), path=cut(one, path, stop),
        query=cut(one, stop + 1) if query >= 0 else rest(), params=rest(), fragment=rest(),
        hostname=cut(one, start, path), __whole__=one,
    )  # fmt: skip
    return _itemised(instance, site)


_PARTS = ("scheme", "netloc", "path", "params", "query", "fragment")


def _itemised(instance: Instance, site: Site) -> Instance:
    """Gives the parts of a URL in order too, as what iterates over them sees them."""
    names = [name for name in _PARTS if name != "params" or "split" not in site.name]
    instance.cells[ITEMS] = Items("tuple", [instance.cells.get(name, text("")) for name in names], site.location)
    return instance


def _unparse(site: Site) -> Value:
    given = site.arg(0)
    if isinstance(given, Instance):
        parts = [given.cells.get(name, text("")) for name in _PARTS]
    elif isinstance(given, Items):
        parts = list(given.items)
        if len(parts) == 5:
            parts.insert(3, text(""))
    else:
        return given if isinstance(given, Text) else site.unknown("url")
    if len(parts) != 6:
        return site.unknown("url")
    scheme, netloc, path, _, query, _ = parts
    mark = text("?") if any(flat(one) for one in texts(query)) else text("")
    first = flat(texts(path)[0])[:1]
    slash = text("/" if first and first not in ("/", HOLE) and any(flat(one) for one in texts(netloc)) else "")
    return concat([scheme, text("://"), netloc, slash, path, mark, query])


def _replaced(site: Site) -> Value:
    if not isinstance(site.receiver, Instance):
        return site.unknown()
    copy = Instance(site.receiver.kind, site.location)
    copy.cells.update(site.receiver.cells)
    copy.cells.update(site.args.named)
    return _itemised(copy, site)


def _parse_qs(site: Site) -> Table:
    table = Table(site.location)
    for one in texts(site.arg(0) or NONE):
        for part in split(one, "&"):
            name, equals, _ = flat(part).partition("=")
            if HOLE in name:
                table.cells[REST] = part
            elif name and equals:
                table.cells[name] = Slot(cut(part, 0, len(name)), cut(part, len(name) + 1))
    return table


_PREFIXES = (
    *("urllib.parse", "urllib", "urlparse", "six.moves.urllib.parse", "six.moves.urllib"),
    *("future.moves.urllib.parse", "requests.compat", "django.utils.http", "werkzeug.urls"),
)
_URL: dict[str, Model] = {
    "urlencode": lambda site: formatting.encoded(site.arg(0, "query") or NONE, site.location),
    "quote": _quote(False), "quote_plus": _quote(True), "urlquote": _quote(False),
    "urljoin": _urljoin, "urlparse": _urlparse, "urlsplit": _urlparse, "urlunparse": _unparse, "urlunsplit": _unparse,
    "parse_qs": _parse_qs, "parse_qsl": lambda site: pairs(_parse_qs(site), "tuple", site.location, site.location),
    "unquote": _unquoted, "unquote_plus": _unquoted, "url_join": _urljoin,
}  # fmt: skip

MODELS: Models = {
    "urllib.parse.ParseResult._replace": _replaced,
    "urllib.parse.ParseResult.geturl": lambda site: _unparse(site.given(Args([site.receiver or NONE]))),
    "str.copy_merge_params": lambda site: _added(site.receiver, site.arg(0, "params") or NONE, site),  # of httpx
    "str.update_query": _updated,
    "str.extend_query": _updated,
    "httpx.URL": _url,
    "str.copy_set_param": _merged_one,
    "str.copy_add_param": _merged_one,
    **{f"{prefix}.{name}": model for prefix in _PREFIXES for name, model in _URL.items()},
}

"""Reads the rows of HTTP clients from rule files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from migrator.catalog.clients import PATTERN
from migrator.catalog.reading import Entry, read
from migrator.catalog.store import Folder

_PARTS = frozenset({"params", "headers", "body", "auth", "fields"})
_SENDER = frozenset({"of", "names", "method", "otherwise", "url", "request", "session"}) | _PARTS
_SESSION = frozenset({"of", "holds", "starts", "scheme", "through", "itself"})
_OBJECT = frozenset({"of", "holds"})
_CLIENT = frozenset({"client", "sources", "aliases", "senders", "sessions", "objects", "caveat", "replaces_query"})


def compile_clients(folder: Folder) -> Mapping[str, Any]:
    """Returns the rows of a rules folder by language. Raises `RulesError` for what is wrong in them."""
    found: dict[str, list[Any]] = {}
    for path in folder.files((PATTERN,)):
        entry = read(path, folder.label(path.relative_to(folder.path).as_posix()))
        found.setdefault(path.parent.name, []).append(_compiled(entry))
    return found


def _compiled(entry: Entry) -> dict[str, Any]:
    row = entry.fields(_CLIENT, ("client", "sources"))
    row["sources"].texts()
    return {
        "client": row["client"].text(),
        "aliases": {key.text(): item.text() for key, item in row["aliases"].pairs()} if "aliases" in row else {},
        "senders": [_sender(item) for item in row["senders"].items()] if "senders" in row else [],
        "sessions": [_session(item) for item in row["sessions"].items()] if "sessions" in row else [],
        "objects": [_object(item) for item in row["objects"].items()] if "objects" in row else [],
        "caveat": row["caveat"].text() if "caveat" in row else "",
        "replaces_query": "replaces_query" in row and row["replaces_query"].flag(),
    }


def _sender(entry: Entry) -> dict[str, Any]:
    row = entry.fields(_SENDER, ("of",))
    if not {"url", "request"} & set(row):
        raise entry.error("missing key 'url'", "Say where the URL is, or the request that holds it.")
    names = row.pop("names").texts() if "names" in row else ("",)
    callees = [f"{home}.{name}".rstrip(".") for home in row.pop("of").texts() for name in names]
    otherwise = {"otherwise": row.pop("otherwise").text()} if "otherwise" in row else {}
    return {"callees": callees, **otherwise, **{name: list(_written(item)) for name, item in row.items()}}


def _session(entry: Entry) -> dict[str, Any]:
    row = entry.fields(_SESSION, ("of",))
    texts: dict[str, Any] = {name: list(row[name].texts()) for name in ("starts", "itself") if name in row}
    words: dict[str, Any] = {name: row[name].text() for name in ("scheme", "through") if name in row}
    return {"classes": list(row["of"].texts()), "holds": _held(row), **texts, **words}


def _object(entry: Entry) -> dict[str, Any]:
    row = entry.fields(_OBJECT, ("of", "holds"))
    return {"classes": list(row["of"].texts()), "holds": _held(row)}


def _held(row: Mapping[str, Entry]) -> dict[str, Any]:
    return {key.text(): list(_written(item)) for key, item in row["holds"].pairs()} if "holds" in row else {}


def _written(entry: Entry) -> Iterator[tuple[int, str, list[str]]]:
    for item in [entry] if entry.node.id == "scalar" else entry.items():
        head, *path = item.text().split(".")
        place, _, name = head.partition(" ")
        if place.isdecimal():
            yield int(place), name, path
        elif not name and place:
            yield -1, place, path
        else:
            raise item.error(f"no place of an argument: {item.text()!r}", "Write 1 params, params, 1 or 0.params.")

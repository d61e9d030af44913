"""HTTP clients of a language as rows: which calls send a request, and where its parts are among the arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from migrator.catalog.store import Folder, compiled, shipped


@dataclass(frozen=True, slots=True)
class Argument:
    """Where a part of a request is: an argument by place or name, and the entries that lead to it from there.

    Written ``2 headers`` (third argument, or by that name), ``headers`` (by name only), ``2`` or ``0.headers`` (the
    entry of an argument that is a mapping).
    """

    position: int = -1
    name: str = ""
    path: tuple[str, ...] = ()


Places = tuple[Argument, ...]
"""Alternatives: the first that is given counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Calls that send a request. ``callees`` are dotted names, of functions and of methods by their class.

    ``method`` is where the request's method is; without it the last part of the name is one. ``otherwise`` is the
    method where none is given. ``url`` and the like are where those parts are; all that ``body`` names are sent.
    ``fields`` go into the query or the body, as the method has one or not. ``request`` is an object that holds the
    parts, ``session`` a session given to a function.
    """

    callees: tuple[str, ...]
    method: Places = ()
    otherwise: str = ""
    url: Places = ()
    request: Places = ()
    session: Places = ()
    params: Places = ()
    headers: Places = ()
    body: Places = ()
    auth: Places = ()
    fields: Places = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Objects whose ``params``, ``headers``, ``base_url`` and ``auth`` go into each of their requests.

    ``classes`` are what makes them, ``holds`` where these parts are among the arguments of that, ``starts`` those that
    an object has from the start, empty. A base without a scheme gets ``scheme``. The methods of a subclass go through
    its own method ``through``, if it has one. ``itself`` are methods that give the object.
    """

    classes: tuple[str, ...]
    holds: Mapping[str, Places]
    starts: tuple[str, ...] = ()
    scheme: str = ""
    through: str = ""
    itself: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestObject:
    """Objects that hold a request until it is sent: what makes them, and where the parts are among its arguments."""

    classes: tuple[str, ...]
    holds: Mapping[str, Places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One library. ``aliases`` are other names of its parts.

    ``caveat`` says what may happen to a header that it is given; ``replaces_query`` that parameters replace the query
    which a URL has.
    """

    name: str
    aliases: Mapping[str, str]
    senders: tuple[Sender, ...]
    sessions: tuple[Session, ...]
    objects: tuple[RequestObject, ...]
    caveat: str = ""
    replaces_query: bool = False


def _compile(folder: Folder) -> Mapping[str, Any]:
    from migrator.catalog.clientrows import compile_clients  # only a run that has to compile rules pays for it

    return compile_clients(folder)


@cache
def clients(language: str) -> tuple[Client, ...]:
    """Returns the clients of a language, by name. Raises `RulesError` when a rule file is wrong."""
    rows = compiled("clients", shipped(), (PATTERN,), _compile)
    return tuple(_client(row) for row in rows.get(language, ()))


@cache
def client_named(name: str) -> Client | None:
    """Returns the client that reports call by a name, of whatever language, or None."""
    rows = compiled("clients", shipped(), (PATTERN,), _compile)
    return next((_client(row) for found in rows.values() for row in found if row["client"] == name), None)


PATTERN = "clients/*/*.yaml"


def _client(row: Mapping[str, Any]) -> Client:
    return Client(
        name=row["client"],
        aliases=row["aliases"],
        senders=tuple(Sender(**_places(one)) for one in row["senders"]),
        sessions=tuple(Session(**_holding(one)) for one in row["sessions"]),
        objects=tuple(RequestObject(**_holding(one)) for one in row["objects"]),
        caveat=row["caveat"],
        replaces_query=row["replaces_query"],
    )


def _places(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: part if name == "otherwise" else tuple(part) if name == "callees" else _arguments(part)
        for name, part in row.items()
    }


def _holding(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: tuple(part) if isinstance(part, list) else part for name, part in row.items()}
    return {**found, "holds": {name: _arguments(part) for name, part in row["holds"].items()}}


def _arguments(parts: list[list[Any]]) -> Places:
    return tuple(Argument(position, name, tuple(path)) for position, name, path in parts)

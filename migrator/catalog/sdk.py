"""A HubSpot client library: how it takes its credential and what it sends, by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypeVar

from migrator.catalog.schema import of
from migrator.model.record import value

PATTERN = "sdks/*.yaml"
SENT = ("key", "bearer", "query", "nothing")
_NPM = "npm:"


@value
class Argument:
    """An argument of a callable; ``position`` is None when it can only be given by keyword."""

    keyword: str
    position: int | None = None


@value
class Client:
    """A callable that makes a client of a library, in some of its releases.

    ``root`` is the attribute path that methods of the object stand under; empty for a client of everything.
    ``credential`` takes an object of one of `Sdk.credentials` instead of a text.
    """

    name: str
    root: str = ""
    key: Argument | None = None
    token: Argument | None = None
    credential: Argument | None = None
    since: str = ""
    until: str = ""


@value
class Setter:
    """A method of a client that gives it a credential; ``kind`` is ``key`` or ``token``."""

    name: str
    kind: str
    argument: Argument
    since: str = ""
    until: str = ""


@value
class Sender:
    """A method of a client that sends what it is given.

    ``path`` takes the path, ``method`` being fixed; or ``options`` takes a mapping whose keys ``keys`` names by what
    they hold (method, path, query, body, headers, host), ``method`` being the default. ``verb``, ``query`` and
    ``body`` are further arguments; ``through`` is the method of a subclass
    that completes the path. ``prefers`` names the kinds of credential it sends in every release, whatever the rest of
    the library does: of those that the client holds the first, and no other.
    """

    name: str
    method: str
    path: Argument | None = None
    options: Argument | None = None
    keys: tuple[tuple[str, str], ...] = ()
    verb: Argument | None = None
    query: Argument | None = None
    body: Argument | None = None
    through: str = ""
    prefers: str = ""
    since: str = ""
    until: str = ""


@value
class Sends:
    """What a credential argument makes a library send to account and to developer endpoints, in some releases.

    Each is ``key`` (in the query), ``bearer``, ``query`` (a token in the query) or ``nothing``.
    """

    account: str = of(*SENT)
    developer: str = of(*SENT)
    since: str = ""
    until: str = ""


class _Ranged(Protocol):
    @property
    def since(self) -> str: ...
    @property
    def until(self) -> str: ...


_R = TypeVar("_R", bound=_Ranged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdk:
    """A client library. ``also`` are other names that it is published under, ``wraps`` the library that sends for it.

    ``attributes`` of a client and ``config`` keys say which credential they hold, ``credentials`` the same of classes.
    ``constants`` are values that the library has names for, ``fields`` the fields of a body that arguments become.
    ``lowest`` holds the first release that sends a token as Bearer at all (``bearer``), for every account endpoint
    (``bearer_everywhere``), and that still sends a developer key besides (``bearer_and_developer_key``); ``instead``
    says what to do when there is none. ``granted`` is the option for which a client gets a token, when it has none.
    """

    package: str
    imports: tuple[str, ...]
    sources: tuple[str, ...]
    sure: str
    measured: tuple[str, ...]
    releases: tuple[str, ...]
    key: tuple[Sends, ...]
    token: tuple[Sends, ...]
    lowest: Mapping[str, str]
    also: tuple[str, ...] = ()
    clients: tuple[Client, ...] = ()
    setters: tuple[Setter, ...] = ()
    senders: tuple[Sender, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""
    wraps: str = ""
    granted: str = ""
    module: str = ""

    @property
    def language(self) -> str:
        """The language of the programs that use it, by where it is published."""
        return "javascript" if self.package.startswith(_NPM) else "python"

    @property
    def name(self) -> str:
        """What people call it."""
        return called(self.package)

    def installable(self, specifier: str = "") -> tuple[str, ...]:
        """Returns the releases that a version specifier (PEP 440) admits; all of them for an empty one.

        For one that admits no release known here, those nearest to it. Raises ValueError when it is no specifier.
        """
        from migrator.catalog.versions import admitted

        return admitted(specifier, self.releases) if specifier else self.releases

    def during(self, rows: Iterable[_R], versions: Sequence[str]) -> tuple[_R, ...]:
        """Returns the rows that hold in at least one of the releases."""
        order = _order(self.releases)
        places = [order[version] for version in versions]

        def covers(row: _Ranged) -> bool:
            first = order[row.since] if row.since else 0
            last = order[row.until] if row.until else len(order)
            return any(first <= place <= last for place in places)

        return tuple(row for row in rows if covers(row))


def called(package: str) -> str:
    """Returns what people call a package, whose name here says where it is from if that is not the Python index."""
    return package.removeprefix(_NPM)


@lru_cache(maxsize=64)
def _order(releases: tuple[str, ...]) -> Mapping[str, int]:
    """Returns the place of each release among all of them."""
    return {release: place for place, release in enumerate(releases)}

"""Which of HubSpot's client libraries a name is of, as the tables of the rules have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import methods
from migrator.catalog.sdks import sdks
from migrator.languages.shared import sdk as shared
from migrator.languages.shared.sdk import by_last_name


@cache
def _by_import() -> Mapping[str, tuple[Sdk, ...]]:
    found: dict[str, list[Sdk]] = {}
    for sdk in sdks().values():
        for name in sdk.imports if sdk.language == "python" else ():
            found.setdefault(name, []).append(sdk)
    return {name: tuple(rows) for name, rows in found.items()}


def packages() -> frozenset[str]:
    """Returns the top-level names that the libraries are imported by."""
    return frozenset(name.partition(".")[0] for name in _by_import())


@cache
def requesting() -> frozenset[str]:
    """Returns the names of the methods that send requests."""
    return frozenset(tails())


@cache
def tails() -> Mapping[str, Sequence[tuple[Sdk, str]]]:
    """Returns the methods that send requests by their last names, each with its library."""
    return by_last_name((one for one in sdks().values() if one.language == "python"), lambda sdk: methods(sdk.package))


def names_client(names: Set[str]) -> bool:
    """Returns whether some names are, one after another, what a client of a library is asked for."""
    return shared.names_client(names, _parts(), tails())


@cache
def _parts() -> frozenset[str]:
    tables = (methods(sdk.package) for sdk in sdks().values() if sdk.language == "python")
    return frozenset(name for table in tables for name in table.parts)


@cache
def has_module(name: str) -> bool:
    """Returns whether one of the libraries has a module, as far as its clients and methods tell."""
    return any(_has_module(sdk, name) for sdk in libraries(name))


def _has_module(sdk: Sdk, name: str) -> bool:
    clients = (one.name for one in sdk.clients)
    known = (*sdk.imports, *sdk.classes, *sdk.credentials, *clients, *(one.name for one in sdk.senders))
    if any(one == name or one.startswith(f"{name}.") for one in known):
        return True
    areas = {path.partition(".")[0] for path in methods(sdk.package).prefixes}
    return any(name.removeprefix(f"{root}.").partition(".")[0] in areas for root in sdk.imports)


def libraries(name: str) -> Iterator[Sdk]:
    """Yields the libraries that a dotted name may be of, those of the longest beginning first."""
    parts = name.split(".")
    for depth in range(len(parts), 0, -1):
        yield from _by_import().get(".".join(parts[:depth]), ())

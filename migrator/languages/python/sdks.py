"""Which of HubSpot's client libraries a name is of, as the tables of the rules have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import methods
from migrator.catalog.sdkrows import sdks


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

"""HubSpot's client libraries, by the tables of the rules."""

from __future__ import annotations

from migrator.evaluate.contracts import Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import Instance, Value
from migrator.languages.pinned import Pinned
from migrator.model.text import Location


def packages() -> frozenset[str]:
    """Returns the names of the packages."""
    return frozenset({"@hubspot/api-client", "hubspot"})


class Models:
    """What the libraries send."""

    def __init__(self, pinned: Pinned) -> None:
        """Takes what says which releases there can be."""
        self.pinned = pinned

    def call(self, site: Site) -> Value | None:
        """Returns the result of a call of a library, or None for any other."""
        return None

    def attribute(self, receiver: Instance, name: str) -> Value | None:
        """Returns a member of a client, or None."""
        return None

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in an object of a class that descends from a client; returns whether it does."""
        return False

    def assign(self, receiver: Instance, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Stores a credential that is assigned to a client; returns whether it is one."""
        return False

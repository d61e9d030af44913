"""Models of functions that do next to nothing: what is given goes on, or nothing is known of what comes back."""

from __future__ import annotations

from migrator.evaluate.contracts import Model, Site
from migrator.evaluate.store import NONE, Instance, Value, choose
from migrator.evaluate.strings import map_known, text, texts


def argument(site: Site) -> Value | None:
    """Returns what a function is given first, as it is."""
    return site.arg(0)


def receiver(site: Site) -> Value | None:
    """Returns what a method is called on, as it is."""
    return site.receiver


def gives(found: Value) -> Model:
    """Returns the model of what always gives the same."""
    return lambda _: found


nothing = gives(NONE)


def keep_nothing(_instance: Instance, _site: Site) -> None:
    """Is the constructor of what is told where it is asked for something: nothing that it is given matters."""


def unknown(hint: str = "", how: str = "call", name: str = "") -> Model:
    """Returns the model of what gives something unknown."""
    return lambda site: site.unknown(hint, how, name)


def subject(site: Site) -> Value:
    """Returns the text that a method is called on."""
    return site.receiver if site.receiver is not None else text("")


def cased(name: str) -> Model:
    """Returns the model of what changes the case of a text, as the method *name* of Python's texts does."""
    return lambda site: choose(map_known(one, name) for one in texts(subject(site)))

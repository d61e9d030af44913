"""What toy programs mean: numbers do not exist, ``env`` reads the environment, and one client sends."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from migrator.catalog.clients import http_clients
from migrator.evaluate.conditions import is_filled
from migrator.evaluate.contracts import Library, Site
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.store import Value
from migrator.evaluate.strings import known
from migrator.languages.shared.clients import ClientModels, models
from migrator.model.value import Origin, Ref, Unknown

RULES = Path(__file__).parent / "rules"
"""The row of the one client; that of a language that is shipped stands in ``rules/clients/``."""


class _Toy(Semantics):
    """The rules of the toy language: texts alone."""

    def truth(self, found: Value) -> bool | None:
        """Returns whether a text holds anything."""
        return is_filled(found)


SEMANTICS: Semantics = _Toy()


@cache
def _models() -> ClientModels:
    return models(http_clients("toy", [RULES]), lambda site, request, auth: None)


class ToyLibrary(Library):
    """What ``env``, ``get`` and ``post`` do."""

    roots = clients = frozenset({"fetcher"})
    verbs = senders = sends = frozenset({"get", "post"})

    def builtin(self, name: str) -> Value | None:
        """Returns the function of a name."""
        return {"env": Ref("toy.env"), "get": Ref("fetcher.get"), "post": Ref("fetcher.post")}.get(name)

    def call(self, site: Site) -> Value | None:
        """Returns what the environment holds, or the response of a request."""
        if site.name == "toy.env":
            name = known(site.arg(0)) or ""
            return Unknown("the environment holds it", name, Origin("environment", name, site.location))
        model = _models().calls.get(site.name)
        return model(site) if model is not None else None

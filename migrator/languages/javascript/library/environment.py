"""Where values come from outside: environment variables, settings, and the stores of platforms."""

from __future__ import annotations

from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Instance, Value
from migrator.evaluate.strings import known, text
from migrator.languages.shared.simple_models import unknown
from migrator.model.text import Location
from migrator.model.value import Origin, Ref, Unknown

_ENVIRONMENTS = frozenset({"process.env", "import.meta.env", "Bun.env", "env-var.env", "$env", "@env"})
_WHOLE = ("functions.config", "firebase-functions.config", "next/config")
_CONTEXTS = frozenset({"context", "env"})
_PLACED = {"Runtime.getAssets": "assets", "Runtime.getFunctions": "functions"}
"""Calls that give the files of a platform by name, each with its ``path`` to require it by, and the folder they are in.

https://www.twilio.com/docs/serverless/functions-assets/client
"""
PLACED = "%placed:"


def variable(name: str, at: Location) -> Unknown:
    """Returns the value of an environment variable."""
    return Unknown(f"the environment variable {name} is not known", name, Origin("environment", name, at))


def setting(name: str, at: Location) -> Unknown:
    """Returns a value from configuration."""
    return Unknown(f"the setting {name} is not known", name.rpartition(".")[2], Origin("setting", name, at))


def attribute(owner: str, name: str, at: Location) -> Value | None:
    """Returns a member of the environment, or of settings; None of anything else."""
    if owner in _ENVIRONMENTS:
        return variable(name, at)
    if owner == "Meteor.settings":
        return setting(name, at)
    if owner.startswith(PLACED) and name == "path" and "." in owner:
        folder, _, file = owner.removeprefix(PLACED).partition(".")
        return text(f"{PLACED}{folder}/{file.strip('/')}")
    return None


def handed(owner: str, name: str, at: Location) -> Value | None:
    """Returns a variable that a serverless platform hands to a function, in what is called its context or ``env``."""
    return variable(name, at) if owner.rpartition(".")[2] in _CONTEXTS else None


def _placed(folder: str) -> Model:
    return lambda _: Ref(f"{PLACED}{folder}")


def _named(how: str) -> Model:
    def model(site: Site) -> Value:
        name = known(site.arg(0))
        if name is None:
            return site.unknown("value", how)
        reason = f"{'the environment variable' if how == 'environment' else 'the setting'} {name} is not known"
        return Unknown(reason, name.rpartition(".")[2], Origin(how, name, site.location))

    return model


def _store(site: Site) -> Value:
    return Instance("PropertiesService.Properties", site.location)


MODELS: Models = {
    **{name: _placed(folder) for name, folder in _PLACED.items()},
    **dict.fromkeys(_WHOLE, unknown("environment", "environment", "environment")),
    "Deno.env.get": _named("environment"), "env-var.get": _named("environment"), "config.get": _named("setting"),
    "nconf.get": _named("setting"),
    "PropertiesService.getScriptProperties": _store, "PropertiesService.getUserProperties": _store,
    "PropertiesService.getDocumentProperties": _store,
    "PropertiesService.Properties.getProperty": _named("setting"),
    "firebase-functions/params.defineSecret": _named("secret_manager"),
    "@nestjs/config.ConfigService.get": _named("environment"),
    "@nestjs/config.ConfigService.getOrThrow": _named("environment"),
}  # fmt: skip

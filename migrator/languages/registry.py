"""The languages there are, which one a file is in, and what the manifests of all of them ask for."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

from migrator import languages as rooms
from migrator.catalog.sdkrows import sdks
from migrator.languages.base import Language
from migrator.model.requirement import Requirement
from migrator.model.text import Source

_INTERPRETER = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*/)?([A-Za-z_.]+)")


@cache
def languages() -> tuple[Language, ...]:
    """Returns every language, by name: each folder here that has a module ``language``."""
    names = sorted(info.name for info in pkgutil.iter_modules(rooms.__path__, f"{rooms.__name__}.") if info.ispkg)
    found = (f"{name}.language" for name in names)
    return tuple(importlib.import_module(name).LANGUAGE for name in found if find_spec(name) is not None)


@cache
def _by_suffix() -> Mapping[str, Language]:
    return {suffix: language for language in languages() for suffix in language.suffixes}


@cache
def _by_interpreter() -> Mapping[str, Language]:
    return {program: language for language in languages() for program in language.interpreters}


def language_of(path: str, text: str = "") -> Language | None:
    """Returns the language of a file by its suffix, and by the first line of its text where it has none, or None."""
    name = path[path.rfind("/") + 1 :]
    _, dot, suffix = name.rpartition(".")
    if dot:
        return _by_suffix().get(f".{suffix.lower()}")
    found = _INTERPRETER.match(text)
    return _by_interpreter().get(found[1].rstrip(".")) if found else None


def language_of_kernel(name: str) -> Language | None:
    """Returns the language of a notebook by what it calls its kernel or language, or None."""
    name = name.lower()
    for language in languages():
        if any(name.startswith(kernel) if kernel else not name for kernel in language.cells.kernels):
            return language
    return None


def language_in(source: Source) -> Language | None:
    """Returns the language of the program that a file is, or that is in it, or None."""
    named = source.embedded.language if source.embedded is not None else ""
    found = (language for language in languages() if language.name == named)
    return next(found) if named else language_of(source.path, source.text)


def is_manifest(path: str) -> bool:
    """Returns whether a file, by its name, can say which packages a project uses."""
    return any(language.packages.is_manifest(path) for language in languages())


def asked(manifests: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Returns what files (texts by path) ask for of HubSpot libraries."""
    if not manifests:
        return ()
    names = [name for sdk in sdks().values() for name in (sdk.package, *sdk.also)]
    return tuple(one for language in languages() for one in language.packages.requirements(manifests, names))

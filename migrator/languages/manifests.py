"""What the manifests of a project ask for, whatever language they are of."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.catalog.sdks import sdks
from migrator.languages.registry import languages
from migrator.model.requirement import Requirement


def is_manifest(path: str) -> bool:
    """Returns whether a file, by its name, can say which packages a project uses."""
    return any(language.packages.is_manifest(path) for language in languages())


def asked(manifests: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Returns what files (texts by path) ask for of HubSpot libraries."""
    if not manifests:
        return ()
    names = [name for sdk in sdks().values() for name in (sdk.package, *sdk.also)]
    return tuple(one for language in languages() for one in language.packages.requirements(manifests, names))

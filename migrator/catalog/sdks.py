"""The HubSpot client libraries that the rules know, but for their methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from migrator.catalog.schema import made
from migrator.catalog.sdk import PATTERN, Sdk
from migrator.catalog.sdkrows import compile_libraries
from migrator.catalog.store import compiled, folders


def sdks(overlays: Sequence[Path] = ()) -> Mapping[str, Sdk]:
    """Returns the libraries by package name; a user's file replaces the shipped one.

    Raises `RulesError` when a rule file is wrong.
    """
    return _loaded(tuple(overlays))


@cache
def _loaded(overlays: tuple[Path, ...]) -> Mapping[str, Sdk]:
    rows: dict[str, Any] = {}
    for folder in folders(overlays):
        rows |= compiled("sdks", folder, (PATTERN,), compile_libraries)
    return {package: made(Sdk, row) for package, row in rows.items()}

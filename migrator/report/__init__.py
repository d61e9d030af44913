"""Renderers: each public module of this package is a format with ``render(reports) -> str``, found, not listed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

from migrator.model.report import Report

_OTHER = frozenset({"scopes"})  # renders a scope set, not a report


def formats() -> tuple[str, ...]:
    """Returns the names of the formats, sorted, without importing one."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return tuple(sorted(name for name in found if name not in _OTHER))


def render(name: str, reports: Sequence[Report], *, color: bool = False) -> str:
    """Returns the reports in the format *name*; *color* adds terminal colours where the format has them.

    Half a surrogate pair, which source text can spell but no file can hold, becomes a question mark.
    """
    module = importlib.import_module(f"{__name__}.{name}")
    write = getattr(module, "painted", module.render) if color else module.render
    text: str = write(reports)
    return text.encode("utf-8", "replace").decode("utf-8")

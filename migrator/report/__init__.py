"""Renderers: each public module of this package is a format with ``render(reports) -> str``, found, not listed.

A format that minds a `Style` has ``styled(reports, style) -> str`` too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.report.parts.style import PLAIN, Style

if TYPE_CHECKING:
    from migrator.model.report import Report

SCOPE_FORMATS = ("text", "list", "json", "yaml", "hsmeta")
VERIFICATION_FORMATS = ("text", "json", "sarif", "markdown")

_OTHER = frozenset({"scopes", "verification", "orders", "pull_request"})  # render something else than a report


def formats() -> tuple[str, ...]:
    """Returns the names of the formats, sorted, without importing one."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return tuple(sorted(name for name in found if name not in _OTHER))


def render(name: str, reports: Sequence[Report], style: Style = PLAIN) -> str:
    """Returns the reports in the format *name*, as *style* asks where the format can.

    Half a surrogate pair, which source text can spell but no file can hold, becomes a question mark.
    """
    module = importlib.import_module(f"{__name__}.{name}")
    text: str = module.styled(reports, style) if hasattr(module, "styled") else module.render(reports)
    return text.encode("utf-8", "replace").decode("utf-8")

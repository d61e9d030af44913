"""Configuration files of a scanned project as plain data."""

from __future__ import annotations

from typing import Any


def yaml_document(text: str) -> Any:
    """Returns the first document of a YAML text as plain data; None when it is not YAML or builds objects."""
    import yaml

    try:
        return next(iter(yaml.safe_load_all(text)), None)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None

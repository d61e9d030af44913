"""The files of a project app that asks for a scope set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from migrator.catalog.project import ProjectTemplate

_LONGEST_UID = 64


def project_files(required: Iterable[str], template: ProjectTemplate, *, name: str) -> Mapping[str, str]:
    """Returns the files of a project app with static authentication, by path.

    Such an app has required scopes alone: nobody installs it, so nobody could grant optional ones.
    Source: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes
    """
    values = {
        "$name": name,
        "$uid": uid(name),
        "$description": template.description,
        "$required": [template.first, *sorted(set(required) - {template.first})],
    }
    return {path: json.dumps(_filled(data, values), indent=2) + "\n" for path, data in template.files.items()}


def uid(name: str) -> str:
    """Returns an identifier for a project component: at most 64 letters, digits, dots, dashes and underscores."""
    words = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.")
    return words[:_LONGEST_UID].rstrip("-.") or "app"


def _filled(data: Any, values: Mapping[str, Any]) -> Any:
    match data:
        case dict():
            return {key: _filled(item, values) for key, item in data.items()}
        case list():
            return [_filled(item, values) for item in data]
        case str():
            return values.get(data, data)
    return data

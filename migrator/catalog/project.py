"""The files of a project app, as ``rules/project.yaml`` has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrator.catalog.findings import sources
from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.store import Folder, layers

FILE = "project.yaml"
_KEYS = ("first", "description", "files", "sure", "sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTemplate:
    """The files of a project app by path, as JSON data with places to fill in, and the scope that is listed first."""

    first: str
    description: str
    files: Mapping[str, Any]


def project_template(overlays: Sequence[Path] = ()) -> ProjectTemplate:
    """Returns the shipped files, or the user's own instead. Raises `RulesError` when a rule file is wrong."""
    *_, data = filter(None, layers("project", overlays, (FILE,), compile_project))
    return ProjectTemplate(**data)


def compile_project(folder: Folder) -> Mapping[str, Any]:
    """Returns ``project.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    if top is None:
        return {}
    fields = top.fields(_KEYS, _KEYS)
    sources(fields)
    files = {name.text(): _json(content) for name, content in fields["files"].pairs()}
    return {"first": fields["first"].text(), "description": fields["description"].text(), "files": files}


def _json(entry: RuleValue) -> Any:
    try:
        return json.loads(entry.text())
    except ValueError as error:
        raise entry.error(f"not valid JSON: {error}") from error


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

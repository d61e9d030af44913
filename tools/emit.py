"""Groups of endpoints as the text of rule files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from tools.factor import Group, Pairs, Payload

_PLAIN = re.compile(r"^[A-Za-z0-9_/<$][A-Za-z0-9_./<>$+| ()=;-]*(?<! )$")
_RESERVED = re.compile(r"^(true|false|yes|no|on|off|null|[\d.]+|\d{4}-\d\d-\d\d)$", re.IGNORECASE)
_WIDTH = 118
COMPARED = "# Compared: "
"""How a file begins to say to which state of HubSpot's specifications or documents it was compared."""


def emit(groups: Iterable[Group], compared: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Returns the endpoint files, name to content, that hold these groups; ``compared`` is the day of each file."""
    areas: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        areas[group.header.area].append("\n".join(_group(group)))
    return {
        f"{area}.yaml": _file(area, texts, compared.get(f"{area}.yaml", "")) for area, texts in sorted(areas.items())
    }


def _file(area: str, texts: Sequence[str], compared: str) -> str:
    head = (
        f"# {area}: how to read this is in migrator/catalog/rows.py, what the sources stand for in rules/sources.yaml."
    )
    day = f"\n{COMPARED}{compared}" if compared else ""
    return "\n\n".join([head + day, *texts]) + "\n"


def _group(group: Group) -> list[str]:
    header = group.header
    lines = [f"  spec: {_scalar(header.spec)}"] if header.spec else []
    lines.append("  paths:")
    paths: dict[str, list[str]] = defaultdict(list)
    for path, version in header.paths:
        paths[path].append(version)
    lines += [f"    {path}: {' '.join(versions)}" for path, versions in paths.items()]
    if any(group.types):
        lines += _folded("  types:", group.types)
    lines += [f"  {name}: {_scalar(value)}" for name, value in header.defaults]
    if header.versions:
        lines.append("  versions:")
        lines += [f"    {names}: {text}" for names, text in _joined(header.versions)]
    lines.append("  endpoints:")
    lines += _endpoints(group)
    return ["- " + lines[0][2:], *lines[1:]]


def _folded(key: str, words: Sequence[str]) -> list[str]:
    """Returns a key and its words, on as many lines as they take."""
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    lines = [key]
    for word in words:
        if len(lines[-1]) + len(word) >= _WIDTH:
            lines.append(indent + word)
        else:
            lines[-1] += f" {word}"
    return lines


def _endpoints(group: Group) -> list[str]:
    alike: dict[tuple[str, Payload, tuple[str, ...]], list[str]] = defaultdict(list)
    for rest, method, payload, types in group.endpoints:
        alike[rest, payload, types].append(method)
    lines = []
    for (rest, payload, types), methods in alike.items():
        key = " ".join([*methods, rest]).rstrip()
        lines += _endpoint(key, payload, types)
    return lines


def _endpoint(key: str, payload: Payload, types: Sequence[str]) -> list[str]:
    names = [name for name, _ in payload.values]
    if names == ["scopes"] and not (types or payload.only or payload.exceptions):
        return [f"    {key}: {_scalar(payload.values[0][1])}"]
    parts = [f"{name}: {_scalar(value)}" for name, value in payload.values]
    parts += [f"only: {' '.join(payload.only)}"] if payload.only else []
    parts += [f"types: {' '.join(types)}"] if types else []
    exceptions = [f"{versions}: {text}" for versions, text in _joined(payload.exceptions)]
    flow = [*parts, "except: {" + ", ".join(exceptions) + "}"] if exceptions else parts
    line = f"    {key}: {{{', '.join(flow)}}}"
    if len(line) <= _WIDTH:
        return [line]
    block = [f"    {key}:"]
    for part in parts:
        name, _, value = part.partition(": ")
        block += _folded(f"      {name}:", value.split()) if name in ("types", "only") else [f"      {part}"]
    return block + (["      except:", *(f"        {line}" for line in exceptions)] if exceptions else [])


def _joined(items: Iterable[tuple[str, Pairs]]) -> list[tuple[str, str]]:
    """Returns the versions that say the same, together, with what they say."""
    alike: dict[Pairs, list[str]] = defaultdict(list)
    for version, values in items:
        alike[values].append(version)
    return [
        (" ".join(versions), "{" + ", ".join(f"{name}: {_scalar(value)}" for name, value in values) + "}")
        for values, versions in alike.items()
    ]


def _scalar(text: str) -> str:
    if _PLAIN.match(text) and not _RESERVED.match(text):
        return text
    return "'" + text.replace("'", "''") + "'"

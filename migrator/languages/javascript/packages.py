"""What ``package.json`` and the lock files of npm, yarn and pnpm ask for, as version specifiers of PEP 440.

https://docs.npmjs.com/cli/configuring-npm/package-json and https://github.com/npm/node-semver#ranges
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from migrator.model.requirement import Requirement, normal
from migrator.model.text import Span

_NPM = "npm:"
_FILES = frozenset({"package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"})
_GROUPS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+\S+)?")
_YARN_VERSION = re.compile(r'[ \t]+"?version"?:?[ \t]+"?([\w.+-]+)')
_PNPM = re.compile(r"^[ \t]+['\"]?/?(?P<name>@?[\w.-]+(?:/[\w.-]+)?)[@/](?P<version>\d[\w.+-]*)[^\n]*:", re.M)
_COMPARED = re.compile(r"(>=|<=|>|<|=|\^|~)?\s*(v?\d[\w.*+-]*|[xX*])")


def is_manifest(path: str) -> bool:
    """Returns whether a file, by its name, can say which packages a project uses."""
    return path.rpartition("/")[2] in _FILES


def may_state(path: str) -> bool:
    """Returns False: only manifests say which packages there are."""
    return False


def requirements(files: Mapping[str, str], only: Collection[str] = ()) -> tuple[Requirement, ...]:
    """Returns what files (texts by path) ask for of some packages; one that is broken asks for nothing."""
    found = []
    only = frozenset(name.removeprefix(_NPM) for name in only if name.startswith(_NPM))
    for path, text in files.items():
        name = path.rpartition("/")[2]
        if not any(package in text for package in only):
            continue
        if name == "package.json":
            found += list(_manifest(path, text, only))
        elif name == "yarn.lock":
            found += list(_yarn(path, text, only))
        elif name == "pnpm-lock.yaml":
            found += list(_pnpm(path, text, only))
        elif name in _FILES:
            found += list(_npm_lock(path, text, only))
    return tuple(found)


def _loaded(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _manifest(path: str, text: str, only: Collection[str]) -> Iterator[Requirement]:
    content = _loaded(text)
    for group in _GROUPS:
        asked = content.get(group)
        for name, written in asked.items() if isinstance(asked, dict) else ():
            if name not in only or not isinstance(written, str):
                continue
            place = re.search(rf'"{re.escape(name)}"\s*:\s*"({re.escape(written)})"', text)
            span = Span(*place.span()) if place else Span(0, 0)
            version_span = Span(*place.span(1)) if place else None
            specifier = pep440(written)
            exact = specifier.removeprefix("==") if specifier.startswith("==") and "*" not in specifier else None
            yield _requirement(name, specifier, exact, path, span, version_span, locked=False)


def _requirement(
    name: str, specifier: str, exact: str | None, path: str, span: Span, version_span: Span | None, *, locked: bool
) -> Requirement:
    return Requirement(
        package=normal(_NPM + name), specifier=specifier, version=exact, path=path, span=span,
        version_span=version_span,
        locked=locked,
    )  # fmt: skip


def _locked(name: str, version: str, path: str, span: Span) -> Requirement:
    if _VERSION.fullmatch(version.strip()) is None:  # (a repository, an archive, a folder)
        return _requirement(name, "", None, path, span, span, locked=True)
    plain = version_of(version)
    return _requirement(name, f"=={plain}", plain, path, span, span, locked=True)


def _npm_lock(path: str, text: str, only: Collection[str]) -> Iterator[Requirement]:
    content = _loaded(text)
    packages = content.get("packages")
    seen = set()
    for key, item in packages.items() if isinstance(packages, dict) else ():
        name = key.rpartition("node_modules/")[2]
        if name in only and isinstance(item, dict) and isinstance(item.get("version"), str) and name not in seen:
            seen.add(name)
            yield _locked(name, item["version"], path, _place(text, name))
    listed = content.get("dependencies")
    for name, item in listed.items() if isinstance(listed, dict) else ():
        if name in only and name not in seen and isinstance(item, dict) and isinstance(item.get("version"), str):
            yield _locked(name, item["version"], path, _place(text, name))


def _place(text: str, name: str) -> Span:
    at = max(text.find(f'"node_modules/{name}"'), text.find(f'"{name}": {{'))
    return Span(max(at, 0), max(at, 0) + len(name) + 2)


def _yarn(path: str, text: str, only: Collection[str]) -> Iterator[Requirement]:
    """Yields what a lock file of yarn holds: a line of names, and below it, indented, one with the version."""
    name, start = "", 0
    for line in text.splitlines(keepends=True):
        if line[:1] not in (" ", "\t"):
            name = _yarn_name(line.rstrip())
        elif name in only and (found := _YARN_VERSION.match(line)):
            yield _locked(name, found[1], path, Span(start + found.start(1), start + found.end(1)))
            name = ""
        start += len(line)


def _yarn_name(line: str) -> str:
    """Returns the package that a line such as ``"@a/b@^1.0.0", "@a/b@^1.1.0":`` is about."""
    first = line.removesuffix(":").split(",")[0].strip().strip('"')
    return first[: first.find("@", 1)] if line.endswith(":") and first.find("@", 1) > 0 else first.removesuffix(":")


def _pnpm(path: str, text: str, only: Collection[str]) -> Iterator[Requirement]:
    for match in _PNPM.finditer(text):
        if match["name"] in only:
            yield _locked(match["name"], match["version"].partition("(")[0], path, Span(*match.span("version")))


def version_of(written: str) -> str:
    """Returns a version of npm as PEP 440 writes it: ``6.0.1-beta.3`` is ``6.0.1b3``."""
    found = _VERSION.fullmatch(written.strip())
    if found is None:
        return written
    major, minor, patch, tag = found.groups()
    numbers = ".".join(part if part and part.isdecimal() else "0" for part in (major, minor, patch))
    if tag is None:
        return numbers
    word = re.match(r"(alpha|beta|rc|[a-z]+)?\.?-?(\d+)?", tag, re.I)
    kind = {"alpha": "a", "beta": "b", "rc": "rc"}.get((word[1] or "").lower() if word else "", "dev")
    separator = "." if kind == "dev" else ""
    return f"{numbers}{separator}{kind}{word[2] if word and word[2] else 0}"


def pep440(written: str) -> str:
    """Returns a range of npm as a specifier of PEP 440; empty for any version, a tag or an address."""
    alternatives = [one.strip() for one in written.split("||")]
    found = [_alternative(one) for one in alternatives]
    if any(not one for one in found):
        return ""
    return found[-1]  # of several, the newest one is what is installed


def _alternative(written: str) -> str:
    hyphen = re.fullmatch(r"(v?\d\S*)\s+-\s+(v?\d\S*)", written)
    if hyphen:
        return f">={version_of(hyphen[1])},<={version_of(hyphen[2])}"
    compared = _COMPARED.findall(written)
    if not compared or ":" in written or "/" in written:
        return ""
    return ",".join(filter(None, (_compared(op, version) for op, version in compared)))


def _compared(op: str, version: str) -> str:
    found = _VERSION.fullmatch(version)
    if found is None:
        return ""
    major, minor, patch = (int(part) if part and part.isdecimal() else None for part in found.groups()[:3])
    low = version_of(version)
    first = major or 0
    if op == "^":
        if first or minor is None:
            return f">={low},<{first + 1}"
        return f">={low},<0.{minor + 1}" if minor or patch is None else f">={low},<0.0.{patch + 1}"
    if op == "~":
        return f">={low},<{first + 1}" if minor is None else f">={low},<{first}.{minor + 1}"
    if op in ("", "=") and (minor is None or patch is None):
        return f"=={first}.*" if minor is None else f"=={first}.{minor}.*"
    return f"{'==' if op in ('', '=') else op}{low}"

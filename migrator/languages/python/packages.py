"""Which versions of a package a Python project asks for, from the files that say so."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from migrator.languages.python import manifests
from migrator.languages.python.manifests import Found
from migrator.model.requirement import Requirement
from migrator.model.text import Span

_READERS: tuple[tuple[re.Pattern[str], Callable[[str], Iterable[Found]]], ...] = (
    (re.compile(r"(^|/)([^/]*[-_.])?(requirements|constraints)([-_.][^/]*)?\.(txt|in)$"), manifests.requirements_txt),
    (re.compile(r"(^|/)(requirements|constraints)/[^/]+\.(txt|in)$"), manifests.requirements_txt),
    (re.compile(r"(^|/)pyproject\.toml$"), manifests.pyproject),
    (re.compile(r"(^|/)Pipfile$"), manifests.pipfile),
    (re.compile(r"(^|/)Pipfile\.lock$"), manifests.pipfile_lock),
    (re.compile(r"(^|/)(poetry|uv|pdm)\.lock$"), manifests.toml_lock),
    (re.compile(r"(^|/)setup\.cfg$"), manifests.setup_cfg),
    (re.compile(r"(^|/)setup\.py$"), manifests.setup_py),
    (re.compile(r"(^|/)environment[^/]*\.ya?ml$"), manifests.environment),
    (re.compile(r"(^|/)tox\.ini$"), manifests.tox),
    (re.compile(r"(^|/)(Dockerfile|Containerfile)[^/]*$"), manifests.installs),
)
_STATING: tuple[tuple[re.Pattern[str], Callable[[str], Iterable[Found]]], ...] = (
    (re.compile(r"\.pyw?$"), manifests.script),
    (re.compile(r"\.ipynb$"), manifests.notebook),
    (re.compile(r"\.(sh|bash|mk)$|(^|/)(Makefile|Procfile|Jenkinsfile)$"), manifests.pinned_installs),
    (
        re.compile(r"(^|/)(\.gitlab-ci|\.travis|azure-pipelines|bitbucket-pipelines|buildspec)[^/]*\.ya?ml$"),
        manifests.pinned_installs,
    ),
    (re.compile(r"(^|/)\.(github/(workflows|actions)|circleci|gitlab)/.*\.ya?ml$"), manifests.pinned_installs),
)
"""Files that do many things, and say among others which packages they need."""
_ENDINGS = (".txt", ".in", ".toml", "Pipfile", ".lock", "setup.cfg", "setup.py", ".yml", ".yaml")  # told far faster
_NAMED = re.compile(r"(^|/)(tox\.ini$|Dockerfile|Containerfile)")
_INCLUDE = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[ =]\s*(\S+)", re.MULTILINE)


def is_manifest(path: str) -> bool:
    """Returns whether a file, by its name, can say which packages a project uses."""
    return _reader(path) is not None


def may_state(path: str) -> bool:
    """Returns whether a file that is no manifest can, by its name, install packages or say which ones it needs."""
    return not is_manifest(path) and _stating(path) is not None


def requirements(files: Mapping[str, str], only: Collection[str] = ()) -> tuple[Requirement, ...]:
    """Returns the requirements that files (texts by path) state, by path and place; ``only`` those of these packages.

    Files that a requirements file includes are read whatever they are called. What is no requirement is passed over: a
    project's own files may be broken.
    """
    names = frozenset(map(canonicalize_name, only))
    found: list[Requirement] = []
    included = _included(files)
    for path in sorted(files):
        reader = _reader(path) or (manifests.requirements_txt if path in included else _stating(path))
        if reader is None or not _mentions(files[path], names):
            continue
        found += [item for item in _requirements(path, reader(files[path])) if not names or item.package in names]
    return tuple(sorted(found, key=lambda item: (item.path, item.span)))


def _reader(path: str) -> Callable[[str], Iterable[Found]] | None:
    if not path.endswith(_ENDINGS) and not _NAMED.search(path):
        return None
    tail = path[path.rfind("/", 0, max(path.rfind("/"), 0)) + 1 :]  # what no pattern looks beyond
    return next((reader for pattern, reader in _READERS if pattern.search(tail)), None)


def _stating(path: str) -> Callable[[str], Iterable[Found]] | None:
    return next((reader for pattern, reader in _STATING if pattern.search(path)), None)


def _included(files: Mapping[str, str]) -> frozenset[str]:
    """Returns the files that requirements files include, in any number of steps."""
    seen: set[str] = set()
    waiting = [path for path in files if _reader(path) is manifests.requirements_txt]
    while waiting:
        path = waiting.pop()
        for match in _INCLUDE.finditer(files[path]):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1]))
            if target in files and target not in seen:
                seen.add(target)
                waiting.append(target)
    return frozenset(seen)


def _mentions(text: str, names: frozenset[str]) -> bool:
    spelled = "|".join("[-_.]+".join(map(re.escape, name.split("-"))) for name in sorted(names))
    return not names or re.search(spelled, text, re.IGNORECASE) is not None


def _requirements(path: str, found: Iterable[Found]) -> Iterator[Requirement]:
    for item in found:
        read = _versioned(item) if item.name else _pep508(item)
        if read is not None:
            name, specifier, version_span = read
            yield Requirement(
                package=canonicalize_name(name),
                specifier=specifier,
                version=_exact(specifier),
                path=path,
                span=item.span,
                version_span=version_span,
                locked=item.locked,
                alone=item.alone,
            )


def _pep508(item: Found) -> tuple[str, str, Span | None] | None:
    """Returns name, specifier and the specifier's place of a requirement in the form of PEP 508 or a link to one."""
    if egg := re.match(r"[^#]*://[^#]*#(?:.*&)?egg=([\w.-]+)", item.text):
        return egg[1], "", None
    try:
        parsed = Pep508(item.text)
    except InvalidRequirement:
        return None
    written = re.match(r"\s*[\w.-]+\s*(?:\[[^\]]*\])?\s*\(?\s*([^;()@]*[^;()@\s])", item.text)
    place = Span(item.span.start + written.start(1), item.span.start + written.end(1)) if written else None
    return parsed.name, str(parsed.specifier), place if str(parsed.specifier) else None


def _versioned(item: Found) -> tuple[str, str, Span | None] | None:
    """Returns the same of a name with a version beside it, in the dialect of the file."""
    try:
        specifier = str(SpecifierSet(_pep440(item.text.strip(), item.dialect)))
    except InvalidSpecifier:
        specifier = ""
    return item.name, specifier, item.version_span


def _pep440(text: str, dialect: str) -> str:
    """Returns a constraint of Poetry, Pipenv, conda or a lock file as PEP 440; empty when it has no such form."""
    if text in ("", "*") or "||" in text or "|" in text:
        return ""
    return ",".join(_clause(clause.strip(), dialect) for clause in text.split(",") if clause.strip())


def _clause(clause: str, dialect: str) -> str:
    if clause[0] in "^~" and not clause.startswith("~="):
        release = _release(text := clause[1:].strip())
        last = len(release) - 1
        first = next((at for at, part in enumerate(release) if part), last)
        return _kept(text, release, first if clause[0] == "^" else min(1, last))
    if clause[0] == "=" and not clause.startswith("=="):
        bare = clause[1:].strip().rstrip("*").rstrip(".")
        return f"=={bare}.*" if dialect == "conda" else f"=={bare}"
    return clause if clause[0] in "<>=!~" else f"=={clause}"


def _kept(text: str, release: tuple[int, ...], place: int) -> str:
    """Returns a version and those above it that are the same up to a place."""
    return f">={text},<{'.'.join(map(str, (*release[:place], release[place] + 1)))}" if release else "?"


def _release(text: str) -> tuple[int, ...]:
    try:
        return Version(text).release
    except InvalidVersion:
        return ()


def _exact(specifier: str) -> str | None:
    clauses = list(SpecifierSet(specifier)) if specifier else []
    if len(clauses) != 1 or clauses[0].operator not in ("==", "===") or clauses[0].version.endswith("*"):
        return None
    return clauses[0].version

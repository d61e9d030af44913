"""The names that carry a key, where their values are set, and who else reads them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from migrator.discover.reading import read
from migrator.discover.search import search
from migrator.errors import ReadError
from migrator.findings.analysis import Analysis
from migrator.model.report import CredentialItem, Cutover, NamePlace, Report
from migrator.model.text import Source

_SHARED = frozenset({"environment", "setting", "config", "secret_manager", "argument", "import"})
"""The ways of a name that other programs and deployments know too."""
_KEYS = frozenset({"api_key", "oauth_token", "unknown"})
MOST_PLACES = 100
LARGEST = 2_000_000
"""How long a file may be that only a name leads to."""

# What a file is for, by its path; the first that fits tells. Anything else that is not prose is code.
_PURPOSES = (
    (
        "ci",
        r"\.github/workflows/|\.gitlab-ci|\.circleci/|\.travis\.yml|azure-pipelines|bitbucket-pipelines|[Jj]enkinsfile",
    ),
    ("compose", r"(^|/)(docker-)?compose[^/]*\.ya?ml$"),
    ("container", r"(^|/)(Dockerfile|Containerfile)[^/]*$"),
    ("helm", r"(^|/)charts?/|(^|/)values[^/]*\.ya?ml$|(^|/)templates/[^/]*\.(ya?ml|tpl)$"),
    ("kubernetes", r"(^|/)(k8s|kubernetes|manifests)/"),
    ("terraform", r"\.(tf|tfvars)$"),
    ("env_file", r"(^|/)\.?env(\.[^/]*)?$|\.env$|\.envrc$"),
    ("prose", r"\.(md|rst|txt|adoc|patch|diff)$|(^|/)(README|CHANGELOG|LICENSE)[^/]*$"),
    ("config", r"\.(ya?ml|toml|ini|cfg|conf|json|properties)$|(^|/)Procfile$"),
)


def cutover(report: Report, studies: Sequence[Analysis]) -> tuple[Cutover, ...]:
    """Returns each name that brings an account key into the program, with the places of it in the files of the run."""
    holders: defaultdict[tuple[str, str], list[CredentialItem]] = defaultdict(list)
    for credential in report.credentials:
        for source in credential.sources:
            if credential.kind in _KEYS and source.how in _SHARED:
                holders[source.name, source.how].append(credential)
    words = sorted({_word(name) for name, _ in holders if _is_distinct(_word(name))})
    files = [file for study in studies for file in _files(study, words)] if words else []
    return tuple(_cutover(name, how, held, files) for (name, how), held in sorted(holders.items()))


def _files(study: Analysis, words: Sequence[str]) -> Iterator[Source]:
    """Yields the files in which one of the words stands, of those that were read and of all others."""
    yield from study.texts
    others = [word for word in words if not study.words.is_telling(word)]
    for file in search(study.project.listings, others, words=True) if others else ():
        if file.path not in study.project.sources:
            with suppress(ReadError):
                source = read(file)
                if len(source.text) <= LARGEST:
                    yield replace(source, root=study.root)


def lines_of(text: str) -> Sequence[str]:
    """Returns the lines of a text, which end where `Source.position` says they do."""
    return re.split(r"\r\n|\n|\r", text)


def purpose(path: str) -> str:
    """Returns what a file is for, as far as its path tells."""
    return next((kind for kind, pattern in _PURPOSES if re.search(pattern, path)), "code")


def _cutover(name: str, how: str, held: Sequence[CredentialItem], files: Iterable[Source]) -> Cutover:
    read_at = {
        NamePlace(kind="code", path=source.path, line=source.line, root=source.root)
        for credential in held
        for source in credential.sources
        if source.name == name
    }
    set_at: set[NamePlace] = set()
    for place, line in _mentions(files, _word(name)) if _is_distinct(_word(name)) else ():
        (set_at if _sets(_word(name), line, place.kind, how) else read_at).add(place)
    return Cutover(
        name=name,
        how=how,
        credentials=tuple(dict.fromkeys(credential.id for credential in held)),
        set_at=_sorted(set_at),
        read_at=_sorted(read_at - set_at),
    )


def _word(name: str) -> str:
    """Returns the part of a name that stands in files: of ``settings.KEY`` and ``config['KEY']`` it is ``KEY``."""
    found = re.search(r"(\w+)['\"]?\]?$", name)
    return found[1] if found else name


def _is_distinct(word: str) -> bool:
    # A name in capitals is one name everywhere; "key" or "settings.key" is another thing in every file
    return re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", word) is not None


def _mentions(files: Iterable[Source], word: str) -> Iterator[tuple[NamePlace, str]]:
    """Yields each line that a word stands in, but for prose, with its place."""
    pattern = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])")
    for source in files:
        kind = purpose(source.path)
        if kind == "prose" or not pattern.search(source.text):
            continue
        for number, line in enumerate(lines_of(source.text), 1):
            if pattern.search(line):
                yield NamePlace(kind=kind, path=source.path, line=number, root=source.root), line


def _sets(word: str, line: str, kind: str, how: str) -> bool:
    """Whether a line gives a name its value; code gives an environment variable one through the environment alone."""
    if kind == "code" and how == "environment":
        written = rf"environ\[['\"]{word}['\"]\]\s*=[^=]|environ\.setdefault\(\s*['\"]{word}|setenv\(\s*['\"]{word}"
        return re.search(rf"{written}|^\s*(?:export|set)\s+{word}=", line) is not None
    if kind == "code":
        return re.match(rf"\s*{word}\s*(?::[^=]*)?=(?!=)", line) is not None
    before = r"^\s*(?:#\s*)?(?:-\s*)?(?:export\s+|ENV\s+|ARG\s+)?['\"]?"
    return re.search(rf"{before}{word}['\"]?\s*[=:]|\bname\b['\"]?\s*[:=]\s*['\"]?{word}\b", line) is not None


def _sorted(places: Iterable[NamePlace]) -> tuple[NamePlace, ...]:
    return tuple(sorted(places, key=lambda place: (place.root, place.path, place.line))[:MOST_PLACES])

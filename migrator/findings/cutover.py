"""The names that carry a key, where their values are set, and who else reads them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from migrator.findings.study import Study
from migrator.model.report import CredentialItem, Cutover, NamePlace, Report

_SHARED = frozenset({"environment", "setting", "config", "secret_manager", "argument"})
"""The ways of a name that other programs and deployments know too."""
_KEYS = frozenset({"api_key", "unknown"})

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
    ("prose", r"\.(md|rst|txt|adoc)$|(^|/)(README|CHANGELOG|LICENSE)[^/]*$"),
    ("config", r"\.(ya?ml|toml|ini|cfg|conf|json|properties)$|(^|/)Procfile$"),
)


def cutover(report: Report, studies: Sequence[Study]) -> tuple[Cutover, ...]:
    """Returns each name that brings an account key into the program, with the places of it in the files of the run."""
    holders: defaultdict[tuple[str, str], list[CredentialItem]] = defaultdict(list)
    for credential in report.credentials:
        for source in credential.sources:
            if credential.kind in _KEYS and source.how in _SHARED:
                holders[source.name, source.how].append(credential)
    return tuple(_cutover(name, how, held, studies) for (name, how), held in sorted(holders.items()))


def lines_of(text: str) -> Sequence[str]:
    """Returns the lines of a text, which end where `Source.position` says they do."""
    return re.split(r"\r\n|\n|\r", text)


def purpose(path: str) -> str:
    """Returns what a file is for, as far as its path tells."""
    return next((kind for kind, pattern in _PURPOSES if re.search(pattern, path)), "code")


def _cutover(name: str, how: str, held: Sequence[CredentialItem], studies: Sequence[Study]) -> Cutover:
    read = {
        NamePlace(kind="code", path=source.path, line=source.line, root=source.root)
        for credential in held
        for source in credential.sources
        if source.name == name
    }
    places = [place for study in studies for place in _mentions(study, name)] if _is_distinct(name) else []
    return Cutover(
        name=name,
        how=how,
        credentials=tuple(dict.fromkeys(credential.id for credential in held)),
        set_at=_sorted(place for place in places if place.kind not in ("code", "prose")),
        read_at=_sorted(read | {place for place in places if place.kind == "code"}),
    )


def _is_distinct(name: str) -> bool:
    # A name in capitals is one name everywhere; "key" or "settings.key" is another thing in every file
    return re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", name) is not None


def _mentions(study: Study, name: str) -> Iterator[NamePlace]:
    word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
    for source in study.texts:
        kind = purpose(source.path)
        for number, line in enumerate(lines_of(source.text), 1):
            if word.search(line):
                yield NamePlace(kind=kind, path=source.path, line=number, root=study.root)


def _sorted(places: Iterable[NamePlace]) -> tuple[NamePlace, ...]:
    return tuple(sorted(places, key=lambda place: (place.root, place.path, place.line)))

"""Evaluates small projects given as text: no discovery, no catalog of endpoints, no rewriting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from migrator.catalog.vocabulary import vocabulary
from migrator.discover.files import File
from migrator.evaluate.contracts import Library
from migrator.evaluate.reachability import Reach, Reaching
from migrator.evaluate.semantics import Semantics
from migrator.languages.registry import language_of
from migrator.model.call import ApiCall
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.project import Project


def calls_of(files: Mapping[str, str]) -> list[ApiCall]:
    """Returns the requests that a project can make, every module being relevant."""
    return list(project_of(files).evaluate().calls)


def sent_by(files: Mapping[str, str]) -> list[str]:
    """Returns the method and the endpoint of each request that a project can make, and what its credentials are."""
    return sorted(
        {
            f"{call.method} {call.endpoint} {'+'.join(sorted(auth.carrier.value for auth in call.auth))}"
            for call in calls_of(files)
        }
    )


def project_of(files: Mapping[str, str]) -> Project:
    """Returns a project of files given as text, every module being relevant."""
    return Project(
        files={path: File(path=path, root=0, disk=path) for path in files},
        relevant=tuple(path for path, text in files.items() if language_of(path, text)),
        listings=(),
        vocabulary=vocabulary(),
        sources={path: Source(path=path, text=text) for path, text in files.items()},
    )


def reach(units: Iterable[Unit], library: Library, semantics: Semantics, words: Sequence[str]) -> Reach:
    """Returns which functions of the units can lead to a request; *words* mark texts and names of HubSpot."""
    return Reaching(library, semantics, words, lambda _name, _importer, _level: None).over(units)

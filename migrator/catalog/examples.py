"""Requests whose answer is known: what the rules are held to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from migrator.catalog import requirement
from migrator.catalog.reading import RuleValue, read
from migrator.catalog.store import Folder, shipped
from migrator.catalog.vocabulary import SURE

FILE = "examples.yaml"
PROBLEMS = ("unknown_endpoint", "wrong_method")
_KEYS = (
    "row",
    "not",
    "problem",
    "scopes",
    "question",
    "credential",
    "access",
    "status",
    "holes",
    "why",
    "source",
    "sure",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request and what is right of its answer; what is None is not held to anything.

    ``row`` is the method and path of the row that has to match, ``unlike`` one that must not.
    """

    method: str | None
    host: str | None
    path: str
    holes: dict[str, tuple[str, ...]]
    row: str | None = None
    unlike: str | None = None
    problem: str | None = None
    scopes: frozenset[frozenset[str]] | None = None
    question: bool | None = None
    credential: str | None = None
    access: str | None = None
    status: str | None = None
    why: str = ""
    source: str = ""
    sure: str = "high"
    where: str = ""


def examples(folder: Folder | None = None) -> tuple[Example, ...]:
    """Returns the examples of a rules folder, of the shipped one by default.

    Raises `RulesError` when the file is wrong.
    """
    folder = folder or shipped()
    path = folder.path / FILE
    return _read(path, folder.label(FILE)) if path.exists() else ()


def _read(path: Path, label: str) -> tuple[Example, ...]:
    return tuple(_example(key, item) for key, item in read(path, label).pairs())


def _example(key: RuleValue, entry: RuleValue) -> Example:
    words = key.text().split()
    if len(words) != 2:
        raise key.error(f"{key.text()!r} is not a method and path", "Write GET /segment, or ANY for no method.")
    fields = entry.fields(_KEYS, ("why", "source", "sure"))
    fields["sure"].choice(SURE)
    host, _, path = (
        words[1].removeprefix("https://").partition("/") if words[1].startswith("https:") else ("", "", words[1][1:])
    )
    texts = {
        name: fields[name].text()
        for name in ("row", "credential", "access", "status", "why", "source", "sure")
        if name in fields
    }
    return Example(
        method=None if words[0] == "ANY" else words[0],
        host=host or None,
        path=f"/{path}",
        holes={name.text(): values.texts() for name, values in (fields["holes"].pairs() if "holes" in fields else ())},
        unlike=fields["not"].text() if "not" in fields else None,
        problem=fields["problem"].choice(PROBLEMS) if "problem" in fields else None,
        scopes=_scopes(fields["scopes"]) if "scopes" in fields else None,
        question=fields["question"].flag() if "question" in fields else None,
        where=key.where,
        **texts,
    )


def _scopes(entry: RuleValue) -> frozenset[frozenset[str]]:
    try:
        alternatives = requirement.parse(entry.text())
    except ValueError as error:
        raise entry.error(str(error)) from error
    return frozenset(map(frozenset, alternatives or ()))

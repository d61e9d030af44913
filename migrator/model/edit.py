"""Edits as inert data. Only ``rewrite/apply.py`` turns them into bytes on disk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from migrator.model.text import Location, Source, Span


class Safety(IntEnum):
    """What applying a change can do, in order; decided at each occurrence.

    ``SAFE`` changes nothing but where the credential travels. ``UNSAFE`` may change something else (a name, a
    dependency, a branch) or needs a person to confirm a fact. ``MANUAL`` is not offered as an edit.
    """

    MANUAL = 0
    UNSAFE = 1
    SAFE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the text of ``span`` in the file at ``path`` by ``replacement``; an empty span inserts.

    Offsets are code points of `Source.text`. ``digest`` is the digest of the file the edit was planned on.
    """

    path: str
    span: Span
    replacement: str
    digest: str = ""
    root: int = 0

    @property
    def at(self) -> Location:
        """Where it is made."""
        return Location(self.path, self.span)


def edited(source: Source, span: Span, replacement: str) -> Edit:
    """Returns the edit that replaces the text of a span in a file."""
    return Edit(path=source.path, span=span, replacement=replacement, digest=source.digest, root=source.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The outcome of evaluating the changed program again: how many requests were compared, and which check failed."""

    ok: bool
    requests: int
    failed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The smallest set of edits that only together leave every touched request well formed: all are applied or none.

    ``reason`` is a sentence whenever the safety is not ``SAFE``. ``calls`` are the ids of the requests it migrates,
    ``moved`` the places (`Auth.name_at`) at which the credentials that it moves enter them.
    A ``MANUAL`` change may carry edits as a suggestion; they are never applied. ``renames`` are the names that it
    replaces in whole files, so in what other changes put there as well; ``sources`` the names under which a credential
    may enter from now on, each with the one that it entered under before.
    """

    id: str
    kind: str
    safety: Safety
    edits: tuple[Edit, ...]
    reason: str | None = None
    calls: tuple[str, ...] = ()
    moved: tuple[Location, ...] = ()
    findings: tuple[str, ...] = ()
    at: Location | None = None
    advice: str | None = None
    proof: Proof | None = None
    renames: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    def renamed(self, text: str, *, bare: bool = False) -> str:
        """Returns a piece of code with the old names replaced where they stand in quotes or are read from ``env``.

        In a script (*bare*) they name one without quotes too.
        """
        for old, new in self.renames:
            whole = rf"(?<![A-Za-z0-9_]){re.escape(old)}(?![A-Za-z0-9_])"
            quoted = rf"(?<=['\"]){re.escape(old)}(?=['\"])|(?<=\benv\.){re.escape(old)}(?![A-Za-z0-9_])"
            text = re.sub(whole if bare else quoted, new, text)
        return text

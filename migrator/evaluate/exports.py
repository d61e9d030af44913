"""Names by which one file gives another what requests are made of, and which files take it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

_MEMBER = re.compile(r"\.(\w+)")


@dataclass(frozen=True, slots=True)
class Export:
    """The files in which a name carries a key, a HubSpot URL, a client, or a function that sends.

    With ``members`` it only matters to who reads one of these attributes.
    """

    files: frozenset[str]
    members: frozenset[str] = frozenset()


Exports: TypeAlias = Mapping[str, Export]


def joined(parts: Iterable[Exports]) -> dict[str, Export]:
    """Returns the carriers of several parts of a program."""
    found: dict[str, Export] = {}
    for part in parts:
        for name, one in part.items():
            other = found.get(name)
            if other is not None:
                by_member = one.members and other.members
                one = Export(one.files | other.files, one.members | other.members if by_member else frozenset())
            found[name] = one
    return found


def users(
    texts: Mapping[str, str],
    carriers: Exports,
    uses: Callable[[str, str, Mapping[str, frozenset[str]]], bool],
) -> set[str]:
    """Returns the files that use a carrier; *uses* tells whether one imports one of some names from who has it."""
    by_member = any(one.members for one in carriers.values())
    found = set()
    for path, text in texts.items():
        read = set(_MEMBER.findall(text)) if by_member else set()
        known = {
            name: one.files for name, one in carriers.items() if not one.members or not one.members.isdisjoint(read)
        }
        if uses(path, text, known):
            found.add(path)
    return found

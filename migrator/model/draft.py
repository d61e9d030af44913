"""What passes between the planner and a language: where a credential enters, and the edits that would move it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from migrator.model.call import ApiCall, AuthPlace, Carrier
from migrator.model.edit import Change, Edit, Safety
from migrator.model.text import Location

SHIPPED = (
    "this code runs where its users can read it, and a token must not be shipped to them; "
    "send the request from a server"
)
"""Why a credential is never moved in code for browsers and the like."""
BUILT = "this file is made from others; change those and build it again"
"""Why nothing is changed in what a build has written."""


class NotMovedError(Exception):
    """A credential that cannot be moved, and why, in words that continue a sentence."""


class Placement(StrEnum):
    """Where the header of an entry goes, in the order in which the planner asks."""

    NOWHERE = "nowhere"  # the requests have a token of their own, so the key goes and no header comes

    CALLER = "caller"  # the call of a wrapper that hands headers on, in the function the key enters in
    SENDER = "sender"  # the call that sends the request
    SHARED = "shared"  # the one dictionary that all the requests are given as headers
    BESIDE = "beside"  # the headers at hand where the key enters, under the same condition
    NEW_PARAMETER = "new parameter"  # the call of a function that gets a parameter more, by which it is handed headers
    OTHER_NAME = "other name"  # the call that sends the request, by another name of the key where its own is unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One place at which a credential enters requests, and the requests it enters.

    ``at`` is the literal or argument that puts the name into the request, ``offset`` where in its content the name
    stands. ``keyword`` is what an SDK calls a token, where the place is one of an SDK. ``attempts`` are all calls
    of the program that send the same credential, those of other entries too.
    """

    at: Location
    offset: int
    name: str
    carrier: Carrier
    place: AuthPlace
    calls: tuple[ApiCall, ...]
    keyword: str = ""
    attempts: frozenset[Location] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The edits that move the credential of some entries into a header, or why there are none.

    ``senders`` are the call expressions that send the header from now on, whoever calls them; ``shared`` the places,
    a session or a dictionary, that other requests may share. ``written_out`` says that a credential
    in the source became a read of the environment, ``widened`` that a wrapper sends the header from now on whose
    callers give it the host, ``guarded`` that the key was only put in where a caller had given none, and ``caution``
    is a sentence on what only a person can rule out. ``trusted`` says that a function nobody knows is given the header
    among others that it is given already. ``encrypting`` are edits that make plain requests encrypted, which
    several drafts may share, and ``common`` such edits by which functions come to hand headers on; ``ways`` are then
    the calls from where the header is given to where it is sent. ``sources`` are the names that a credential has in
    reports once it is spelled as a header takes it, each with the one it had. ``problem`` says why nothing was drafted;
    ``edits`` may then be a suggestion.
    """

    edits: tuple[Edit, ...] = ()
    senders: frozenset[Location] = frozenset()
    shared: frozenset[Location] = frozenset()
    written_out: bool = False
    widened: bool = False
    guarded: bool = False
    trusted: bool = False
    caution: str | None = None
    encrypting: tuple[Edit, ...] = ()
    common: tuple[Edit, ...] = ()
    ways: frozenset[tuple[Location, ...]] = frozenset()
    sources: tuple[tuple[str, str], ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedAlias:
    """A second name for a ``kind`` of thing; ``sources`` are its names in reports, each with the old one."""

    kind: str
    old: str
    new: str
    at: Location
    edits: tuple[Edit, ...]
    sources: Mapping[str, str] = field(default_factory=dict)

    def change(self) -> Change:
        """Returns the change that adds it: the old name is other people's, and stays."""
        comes_first = "" if self.kind == "flag" else ", and comes first"
        return Change(
            id=f"alias-{self.at.path}-{self.at.span.start}",
            kind=f"alias_{self.kind}",
            safety=Safety.UNSAFE,
            edits=self.edits,
            at=self.at,
            reason=f"The {self.kind} {self.old} keeps its name; {self.new} is another name for it{comes_first}.",
            sources=tuple(self.sources.items()),
        )

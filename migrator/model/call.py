"""The requests a program can make: nothing of the client's spelling is left, nothing of HubSpot is known yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from migrator.model.text import Location
from migrator.model.value import Chunk, Hole, Piece, Text

EITHER_SCHEME = "http or https"
"""The scheme of a request that is sent in plain or encrypted, as what is configured says."""
AUTHORIZATION = "authorization"
"""The header that takes a token, in small letters."""


class Certainty(IntEnum):
    """How sure a statement about the program is."""

    POSSIBLE = 0
    LIKELY = 1
    EXACT = 2


class Carrier(StrEnum):
    """What kind of credential a request carries and how, as far as the request alone tells.

    Whether a key in the query is an account or a developer key is decided by the endpoint.
    """

    QUERY_KEY = "query_key"  # ?hapikey=
    QUERY_TOKEN = "query_token"  # noqa: S105 - ?access_token=
    BEARER = "bearer"  # Authorization: Bearer
    SDK_KEY = "sdk_key"  # given to an SDK, which sends it in the query
    HEADER_KEY = "header_key"
    BODY_KEY = "body_key"
    OTHER = "other"  # basic authentication, a signature, another vendor's header
    NONE = "none"
    UNKNOWN = "unknown"


class AuthPlace(StrEnum):
    """Where in the program a credential is attached to a request."""

    URL = "url"  # written into the URL's text
    PARAMS = "params"  # a query parameter argument of the call
    SESSION_PARAMS = "session_params"  # the query parameters of a session or client object
    HEADERS = "headers"
    SESSION_HEADERS = "session_headers"
    BODY = "body"
    SDK = "sdk"  # an argument or attribute of an SDK client
    AUTH = "auth"  # an authentication object that edits the request
    NONE = "none"


class Context(StrEnum):
    """Whether the code that makes a request is part of the running program."""

    PROGRAM = "program"
    TEST = "test"
    RECORDED = "recorded"
    COMMENT = "comment"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """Where a credential enters the program.

    ``how`` is an `Origin` how: environment, setting, config, parameter, argument, literal, secret_manager, database,
    call, unknown. ``form`` is what the program makes of it, such as ``.strip()``.
    """

    how: str
    name: str
    location: Location
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """One credential that a request carries.

    ``name`` is the parameter, header or keyword it travels under. ``name_at`` is the literal (or argument) that puts
    that name into the request, and ``offset`` where in that literal's content it stands; ``value`` is the credential
    as text with holes; ``value_at`` is the expression that gives it, where one expression does. ``dropped`` says that
    the program gives it to a library that does not send it, so the request goes out without. ``always`` says that the
    request is surely sent with it, ``alone`` that where it is sent with it, it is sent with nothing else, and ``maybe``
    that the mapping that holds it may lack it, ``left`` that it does unless a function which nothing leads to was run.
    """

    carrier: Carrier
    place: AuthPlace
    name: str = ""
    name_at: Location | None = None
    offset: int = 0
    value: Text | None = None
    value_at: Location | None = None
    sources: tuple[KeySource, ...] = ()
    dropped: bool = False
    always: bool = field(default=False, compare=False)
    alone: bool = field(default=False, compare=False)
    maybe: bool = field(default=False, compare=False)
    left: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """The path of a URL: known text and holes."""

    pieces: tuple[Piece, ...]

    def render(self) -> str:
        """Returns the path with each hole as ``{hint}``; a hint that returns within the path gets a number."""
        seen: dict[str, list[Hole]] = {}
        out = []
        for piece in self.pieces:
            if isinstance(piece, Chunk):
                out.append(piece.text)
                continue
            out.append("{" + _numbered(piece, seen) + "}")
        return "".join(out)

    def shape(self) -> tuple[str | tuple[object, ...], ...]:
        """Returns the path apart from what its variables are called."""
        return tuple(piece.text if isinstance(piece, Chunk) else (piece.options,) for piece in self.pieces)

    def without_end(self) -> PathTemplate:
        """Returns the path without a variable right behind a word, which is a query as a rule if none is written."""
        *before, last = self.pieces
        word = before[-1] if before else last
        glued = isinstance(last, Hole) and isinstance(word, Chunk) and word.text[-1] not in "/:=-_.~@"
        return PathTemplate(tuple(before)) if glued else self

    def holes(self) -> Mapping[str, tuple[str, ...] | None]:
        """Returns the possible texts of each hole that `render` names, None where they are not known."""
        return {name: hole.options for name, hole in self.named().items()}

    def named(self) -> Mapping[str, Hole]:
        """Returns the holes by the names that `render` gives them."""
        seen: dict[str, list[Hole]] = {}
        return {_numbered(piece, seen): piece for piece in self.pieces if isinstance(piece, Hole)}


def _numbered(hole: Hole, seen: dict[str, list[Hole]]) -> str:
    alike = seen.setdefault(hole.hint, [])
    if hole not in alike:
        alike.append(hole)
    place = alike.index(hole)
    return hole.hint if place == 0 else f"{hole.hint}{place + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One query parameter, header or body field; ``name`` is None when it is not known which.

    ``at`` is the literal of a URL that the name stands in, ``offset`` where in its content it does.
    """

    name: str | None
    value: Text | None
    at: Location | None = field(default=None, compare=False)
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One link of the evidence chain; ``role`` is ``key``, ``url``, ``method`` or ``send``."""

    role: str
    location: Location


SPELLED = "[object Object]"
"""What a client sends that makes a text of an object which it is given as the body; `ApiCall.body_as` says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One distinct request that the program can make, at one sink, through one chain of call sites.

    ``location`` is the HTTP or SDK call itself; ``via`` the call sites that led there, outermost first. ``method``,
    ``host`` and ``path`` are None when they cannot be known, and ``reason`` then says why, in the names of what is
    ``unknown``. ``own`` says that the host is HubSpot's, which can be known of a host that varies; ``base`` is the name
    of what the program is configured with that the beginning of a URL is read from; ``broken`` says that ``&`` opens
    the query where ``?`` should, ``unverified`` that the certificate of the server is not checked.
    ``query``, ``headers`` and ``body`` leave the credential out; ``body_as`` names the option of the client that gives
    the body, which says how it is written, ``options`` are the others with what is known of their values, ``*`` for
    what is not known of them. ``session`` is where the session or client object was
    made, ``made`` where the object that holds the request was, if there is one.
    """

    location: Location
    via: tuple[Location, ...] = ()
    client: str
    method: str | None
    scheme: str | None = None
    host: str | None = None
    own: bool = False
    base: str = ""
    broken: bool = False
    unverified: bool = False
    path: PathTemplate | None = None
    query: tuple[SentField, ...] = ()
    headers: tuple[SentField, ...] = ()
    body: tuple[SentField, ...] = ()
    body_as: str = field(default="", compare=False)
    options: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    auth: tuple[Auth, ...] = ()
    trace: tuple[Step, ...] = ()
    session: Location | None = None
    made: Location | None = field(default=None, compare=False)
    context: Context = Context.PROGRAM
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None
    operation: str = ""
    unknown: tuple[Hole, ...] = field(default=(), compare=False)

    @property
    def resolved(self) -> bool:
        """Whether method and endpoint are both known."""
        return self.method is not None and self.path is not None

    @property
    def endpoint(self) -> str | None:
        """The path alone, each dynamic segment as ``{name}``."""
        return None if self.path is None else self.path.render()

"""What the client models share."""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import attribute, member
from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request
from migrator.evaluate.store import Bound, Class, Function, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import concat, text, texts
from migrator.languages.shared.clients import given
from migrator.model.call import Auth, AuthPlace, Carrier
from migrator.model.record import value
from migrator.model.text import Location
from migrator.model.value import Chunk, Const, Text, Unknown

MODELS: dict[str, object] = {}


@value
class HeaderRule:
    """Where the requests of a framework get a header from, whose users declare them and write no call.

    ``method`` of a class gives the headers, as a property where it takes no arguments. ``keyed`` names the arguments by
    which an authenticator sends a value under a name: the name, the value, and where they travel; ``header`` is the
    word for a header there.
    """

    method: str
    is_property: bool = False
    keyed: tuple[str, str, str] | None = None
    header: str = ""


def sent_by_auth(site: Site, request: Request, auth: Value | None) -> None:
    """Adds what an ``auth=`` object does to a request: a class of the project is run on it, a pair is no token."""
    for one in options(auth) if auth is not None else ():
        match one:
            case Instance(kind=Class() as cls) if isinstance(edits := _editor(cls), Function):
                _edited_by(site, request, Bound(edits, one))
            case Bound() | Function():
                _edited_by(site, request, one)
            case Const(value=None) | Table():
                continue
            case Instance() if "headers" in one.cells or "params" in one.cells:
                from_authenticators(request, one)
            case Items() | Instance():
                request.carried.append(Auth(carrier=Carrier.OTHER, place=AuthPlace.AUTH))
            case _:
                request.carried.append(Auth(carrier=Carrier.UNKNOWN, place=AuthPlace.AUTH))


def _editor(cls: Class) -> Value | None:
    """Returns the method by which an authentication class edits a request: httpx's is a generator of requests."""
    found = (member(cls, name) for name in ("__call__", "auth_flow", "sync_auth_flow"))
    return next((one for one in found if one is not None), None)


def _edited_by(site: Site, request: Request, func: Value) -> None:
    prepared = Instance("requests.PreparedRequest", site.location)
    headers = Table(site.location)
    prepared.cells.update(url=request.url, headers=headers, method=request.method or site.unknown("method"))
    site.interpreter.apply(func, Args([prepared]), site.frame, site.node)
    if isinstance(prepared.cells["url"], Unknown):  # edited by what nobody knows: it goes where it went, with more
        request.open = True
    else:
        request.url = prepared.cells["url"]
    request.headers.append(prepared.cells["headers"])
    request.params += given(prepared.cells.get("params"))


def member_value(site: Site, instance: Instance, name: str, *args: Value) -> Value | None:
    """Returns what an attribute holds or a method of that name returns; None when the project's class has neither.

    A framework gives a method whatever arguments it takes.
    """
    if name not in instance.cells and (not isinstance(instance.kind, Class) or member(instance.kind, name) is None):
        return None
    found = attribute(site.interpreter, instance, name, site.frame, site.location)
    asked = Args(list(args), rest=site.unknown("argument", "parameter", name))
    results = [
        site.interpreter.apply(one, asked, site.frame, site.node) if isinstance(one, (Bound, Function)) else one
        for one in options(found)
    ]
    return choose(results)


def declared_place(path: Value, site: Site) -> Callable[[Text], Location]:
    """Returns what tells where the path of a URL is declared, else where its class is."""
    written = {piece.origin for one in texts(path) for piece in one.pieces if isinstance(piece, Chunk)}

    def place(url: Text) -> Location:
        origins = (piece.origin for piece in url.pieces if isinstance(piece, Chunk) and piece.origin in written)
        return next((one.location for one in origins if one is not None and one.location.path), site.location)

    return place


def from_authenticators(request: Request, found: Value | None) -> None:
    """Adds what the authenticators of a framework send; one that is not known may send anything."""
    for one in options(found) if found is not None else ():
        match one:
            case Instance() if isinstance(one.kind, str) or "headers" in one.cells or "params" in one.cells:
                request.params += given(one.cells.get("params"))
                request.headers += given(one.cells.get("headers"))
            case Const(value=None):
                continue
            case _:
                request.carried.append(Auth(carrier=Carrier.UNKNOWN, place=AuthPlace.AUTH))


def renewed(instance: Instance, site: Site) -> None:
    """Makes an authenticator one that sends a token which it gets and renews itself."""
    instance.cells |= bearer(site, "", site.unknown("access_token")).cells


def bearer(site: Site, kind: str, token: Value | None) -> Instance:
    """Returns an authenticator object that sends a token as Bearer."""
    made = Instance(kind, site.location)
    if token is not None:
        header = Slot(text("Authorization"), concat([text("Bearer "), token]))
        made.cells["headers"] = Table(site.location, {"Authorization": header})
    return made

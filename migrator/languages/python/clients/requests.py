"""requests: functions, sessions and their subclasses, prepared requests, authentication objects.

https://requests.readthedocs.io/en/latest/api/
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Table, Value, choose, options
from migrator.evaluate.strings import text
from migrator.languages.python.clients.common import VERBS, headers_place, mapping, own_request, sent_by_auth

CLIENT = "requests"

Model = Callable[[Site], Value | None]

_SESSION = "requests.Session"


def _body(site: Site, *positions: tuple[int, str]) -> list[Value]:
    return [found for place, name in positions if (found := site.arg(place, name)) is not None]


def _send(
    site: Site, method: Value | None, shift: int, *,
    session: Instance | None = None, verb: str = "", client: str = CLIENT,
) -> Value:  # fmt: skip
    """Records a request whose URL is the argument at *shift*."""
    by_verb = verb in ("post", "put", "patch")
    params = site.arg(shift + 1 if not by_verb and verb else -1, "params") if verb else site.arg(2, "params")
    data = site.arg(shift + 1, "data") if by_verb else site.arg(-1 if verb else 3, "data")
    json = site.arg(shift + 2 if verb == "post" else -1, "json")
    headers = site.arg(-1 if verb else 4, "headers")
    request = Request(
        client=client,
        method=method,
        url=site.arg(shift, "url") or NONE,
        params=[one for one in (params,) if one is not None],
        headers=[one for one in (headers,) if one is not None],
        body=[one for one in (data, json) if one is not None],
        headers_at=headers_place(site),
    )
    auth = site.arg(-1, "auth")
    if session is not None:
        from_session(request, session)
        auth = auth if auth is not None else session.cells.get("auth")
    sent_by_auth(site, request, auth)
    record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


def from_session(request: Request, session: Instance) -> None:
    """Adds what a session object gives to every request."""
    request.session = session.location
    for name, group in (("params", request.session_params), ("headers", request.session_headers)):
        found = session.cells.get(name)
        if found is not None:
            group.append(found)
    base = session.cells.get("base_url")
    if base is not None:
        request.base = base


def functions(package: str) -> dict[str, Model]:
    """Returns the models of a module that sends as requests does: a function for each verb, and ``request``."""

    def function(verb: str) -> Model:
        return lambda site: _send(site, text(verb.upper()), 0, session=_given_session(site), verb=verb, client=package)

    def request(site: Site) -> Value:
        return _send(site, site.arg(0, "method"), 1, session=_given_session(site), client=package)

    return {**{f"{package}.{verb}": function(verb) for verb in VERBS}, f"{package}.request": request}


def _given_session(site: Site) -> Instance | None:
    """Returns the session that a function is told to send with, which grequests has."""
    found = site.arg(-1, "session")
    return found if isinstance(found, Instance) else None


def _session_of(site: Site) -> Instance | None:
    return site.receiver if isinstance(site.receiver, Instance) else None


def _session_verb(verb: str) -> Model:
    def model(site: Site) -> Value | None:
        session = _session_of(site)
        own = own_request(site)
        if own is not None:
            return site.interpreter.apply(own, site.args.shifted(text(verb.upper())), site.frame, site.node)
        return _send(site, text(verb.upper()), 0, session=session, verb=verb)

    return model


def _session_request(site: Site) -> Value:
    return _send(site, site.arg(0, "method"), 1, session=_session_of(site))


def session(instance: Instance, site: Site) -> None:
    """Gives an object what every session has."""
    instance.cells.setdefault("params", Table(site.location))
    instance.cells.setdefault("headers", Table(site.location))


def _request_object(instance: Instance, site: Site) -> None:
    for place, name in enumerate(("method", "url", "headers", "files", "data", "params", "auth")):
        found = site.arg(place, name)
        if found is not None:
            instance.cells[name] = found
    json = site.arg(9, "json")
    if json is not None:
        instance.cells["json"] = json


def _prepare(site: Site) -> Value | None:
    return site.receiver


def _prepare_request(site: Site) -> Value | None:
    request, session_object = site.arg(0, "request"), _session_of(site)
    if isinstance(request, Instance) and session_object is not None:
        site.interpreter.heap.put(request.cells, "__session__", session_object)
    return request


def _session_send(site: Site) -> Value | None:
    results = [_send_object(site, one) for one in options(site.arg(0, "request") or NONE) if isinstance(one, Instance)]
    return choose(results) if results else None


def _send_object(site: Site, prepared: Instance) -> Value:
    cells = prepared.cells
    request = Request(
        client=CLIENT,
        method=cells.get("method"),
        url=cells.get("url", NONE),
        params=mapping(cells.get("params")),
        headers=mapping(cells.get("headers")),
        body=[*mapping(cells.get("data")), *mapping(cells.get("json"))],
    )
    carrier = cells.get("__session__")
    if isinstance(carrier, Instance):
        from_session(request, carrier)
    sent_by_auth(site, request, cells.get("auth"))
    record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


def _prepare_url(site: Site) -> Value:
    """Sets the URL of a prepared request, with the parameters that are added to it."""
    if isinstance(site.receiver, Instance):
        for place, name in enumerate(("url", "params")):
            found = site.arg(place, name)
            if found is not None:
                site.interpreter.heap.put(site.receiver.cells, name, found)
    return NONE


def _mount(_: Site) -> Value:
    return NONE


MODELS: dict[str, Model] = {
    **functions(CLIENT),
    **{f"{_SESSION}.{verb}": _session_verb(verb) for verb in VERBS},
    f"{_SESSION}.request": _session_request,
    f"{_SESSION}.send": _session_send,
    f"{_SESSION}.prepare_request": _prepare_request,
    f"{_SESSION}.mount": _mount,
    f"{_SESSION}.close": _mount,
    "requests.Request.prepare": _prepare,
    "requests.PreparedRequest.prepare_url": _prepare_url,
}

CONSTRUCTORS = {_SESSION: session, "requests.Request": _request_object, "requests.PreparedRequest": _request_object}

ALIASES = {
    "requests.api": "requests",
    "requests.sessions.Session": _SESSION,
    "requests.sessions.session": _SESSION,
    "requests.session": _SESSION,
    "requests.models.Request": "requests.Request",
    "requests.packages.urllib3": "urllib3",
    "requests_cache.CachedSession": _SESSION,
    "requests_oauthlib.OAuth2Session": _SESSION,
    "requests_oauthlib.OAuth1Session": _SESSION,
    "requests_toolbelt.sessions.BaseUrlSession": _SESSION,
    "requests_futures.sessions.FuturesSession": _SESSION,
    "cachecontrol.CacheControl": _SESSION,
    "ratelimit.RateLimitedSession": _SESSION,
    "botocore.vendored.requests": "requests",
    "pip._vendor.requests": "requests",
}

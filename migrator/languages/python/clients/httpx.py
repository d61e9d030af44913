"""httpx: functions, clients with a base URL, default parameters and headers, authentication classes.

https://www.python-httpx.org/api/ - the parameters of a call replace the query that its URL has (0.28 and later).
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Table, Value, options
from migrator.evaluate.strings import text
from migrator.languages.python.clients.common import VERBS, given, headers_place, own_request, sent_by_auth

CLIENT = "httpx"

Model = Callable[[Site], Value | None]

_CLIENTS = ("httpx.Client", "httpx.AsyncClient")
_SETTINGS = ("auth", "params", "headers", "cookies", "timeout", "base_url")


def _client(instance: Instance, site: Site) -> None:
    for name in _SETTINGS:
        found = site.arg(-1, name)
        if found is not None:
            instance.cells[name] = found
    instance.cells.setdefault("params", Table(site.location))
    instance.cells.setdefault("headers", Table(site.location))


def _send(site: Site, method: Value | None, url: Value | None) -> Value:
    client = site.receiver if isinstance(site.receiver, Instance) else None
    cells = client.cells if client else {}
    auth = site.arg(-1, "auth")
    request = Request(
        client=CLIENT,
        method=method,
        url=url if url is not None else NONE,
        base=cells.get("base_url"),
        params=given(site.arg(-1, "params")),
        session_params=given(cells.get("params")),
        headers=given(site.arg(-1, "headers")),
        session_headers=given(cells.get("headers")),
        body=given(*(site.arg(-1, name) for name in ("data", "json", "content"))),
        session=client.location if client else None,
        headers_at=headers_place(site),
    )
    sent_by_auth(site, request, auth if auth is not None else cells.get("auth"))
    record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


def _verb(verb: str) -> Model:
    def model(site: Site) -> Value | None:
        own = own_request(site)
        if own is not None:
            return site.interpreter.apply(own, site.args.shifted(text(verb.upper())), site.frame, site.node)
        return _send(site, text(verb.upper()), site.arg(0, "url"))

    return model


def _request(site: Site) -> Value:
    return _send(site, site.arg(0, "method"), site.arg(1, "url"))


def _build(site: Site) -> Value:
    built = Instance("httpx.Request", site.location)
    for place, name in enumerate(("method", "url")):
        built.cells[name] = site.arg(place, name) or NONE
    for name in ("params", "headers", "data", "json", "content"):
        found = site.arg(-1, name)
        if found is not None:
            built.cells[name] = found
    return built


def _send_built(site: Site) -> Value:
    client = site.receiver if isinstance(site.receiver, Instance) else None
    cells = client.cells if client else {}
    for built in options(site.arg(0, "request") or NONE):
        if isinstance(built, Instance):
            request = Request(
                client=CLIENT,
                method=built.cells.get("method"),
                url=built.cells.get("url", NONE),
                base=cells.get("base_url"),
                params=given(built.cells.get("params")),
                session_params=given(cells.get("params")),
                headers=given(built.cells.get("headers")),
                session_headers=given(cells.get("headers")),
                body=given(*(built.cells.get(name) for name in ("data", "json", "content"))),
                session=client.location if client else None,
            )
            record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


def _entered(site: Site) -> Value | None:
    return site.receiver


MODELS: dict[str, Model] = {
    **{f"httpx.{verb}": _verb(verb) for verb in VERBS},
    "httpx.request": _request,
    "httpx.stream": _request,
    **{f"{client}.{verb}": _verb(verb) for client in _CLIENTS for verb in VERBS},
    **{f"{client}.{name}": _request for client in _CLIENTS for name in ("request", "stream")},
    **{f"{client}.build_request": _build for client in _CLIENTS},
    **{f"{client}.send": _send_built for client in _CLIENTS},
    **{f"{client}.{name}": _entered for client in _CLIENTS for name in ("__enter__", "__aenter__")},
    "httpx.Request": _build,
}

CONSTRUCTORS = dict.fromkeys(_CLIENTS, _client)

ALIASES = {"authlib.integrations.httpx_client.AsyncOAuth2Client": "httpx.AsyncClient"}

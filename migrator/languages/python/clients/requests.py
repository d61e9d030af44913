"""requests: what is prepared first and sent later. All else about it is rows.

https://requests.readthedocs.io/en/latest/user/advanced/#prepared-requests
"""

from __future__ import annotations

from migrator.evaluate.contents import insert
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Table, Value, choose, options
from migrator.evaluate.strings import known, text
from migrator.languages.python.clients.common import bearer, sent_by_auth
from migrator.languages.shared.clients import given
from migrator.languages.shared.simple_models import nothing, receiver

CLIENT = "requests"

_OWNER = "@session"  # the cell in which a prepared request keeps the session that prepared it


def _prepare_request(site: Site) -> Value | None:
    request = site.arg(0, "request")
    if isinstance(request, Instance) and isinstance(site.receiver, Instance):
        site.interpreter.heap.put(request.cells, _OWNER, site.receiver)
    return request


def send(site: Site) -> Value | None:
    """Sends a request that is prepared already."""
    results = [_sent(site, one) for one in options(site.arg(0, "request") or NONE) if isinstance(one, Instance)]
    return choose(results) if results else None


def _sent(site: Site, prepared: Instance) -> Value:
    cells, owner = prepared.cells, prepared.cells.get(_OWNER)
    shared = owner.cells if isinstance(owner, Instance) else {}
    request = Request(
        client=CLIENT,
        method=cells.get("method"),
        url=cells.get("url", NONE),
        base=shared.get("base_url"),
        params=given(cells.get("params")),
        session_params=given(shared.get("params")),
        headers=given(cells.get("headers")),
        session_headers=given(shared.get("headers")),
        body=given(cells.get("data"), cells.get("json")),
        session=owner.location if isinstance(owner, Instance) else None,
        made=prepared.location,
    )
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


def _api_key(site: Site) -> Value:
    """Returns what sends a key under a name, in a header or as a parameter."""
    made, name = Instance(f"{_DLT}.APIKeyAuth", site.location), site.arg(0, "name") or text("Authorization")
    place = {"query": "params", "header": "headers"}.get(known(site.arg(2, "location")) or "header", "cookies")
    made.cells[place] = Table(site.location)
    insert(made.cells[place].cells, name, site.arg(1, "api_key") or site.unknown("api_key"))
    return made


_DLT = "dlt.sources.helpers.rest_client.auth"

MODELS: Models = {
    f"{_DLT}.BearerTokenAuth": lambda site: bearer(site, f"{_DLT}.BearerTokenAuth", site.arg(0, "token")),
    f"{_DLT}.APIKeyAuth": _api_key,
    "requests.Session.send": send,
    "requests.Session.prepare_request": _prepare_request,
    "requests.Session.mount": nothing,
    "requests.Session.close": nothing,
    "requests.Request.prepare": receiver,
    **{f"requests.{kind}.prepare_url": _prepare_url for kind in ("PreparedRequest", "Request")},
}

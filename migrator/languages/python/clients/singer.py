"""Singer SDK streams: no call is written, the framework sends what the class attributes say.

https://sdk.meltano.com/en/latest/classes/singer_sdk.RESTStream.html
"""

from __future__ import annotations

from functools import partial

from migrator.evaluate.contents import merged
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Slot, Table, Value
from migrator.evaluate.strings import concat, known, text
from migrator.languages.python.clients.common import (
    HeaderRule,
    bearer,
    declared_place,
    from_authenticators,
    member_value,
    renewed,
)
from migrator.languages.python.clients.requests import send
from migrator.languages.shared.clients import given
from migrator.languages.shared.simple_models import argument
from migrator.model.value import Const

CLIENT = "singer_sdk"

_STREAM = "singer_sdk.RESTStream"
_MODULES = ("singer_sdk.authenticators", "singer_sdk.helpers.authenticators")


def _stream(instance: Instance, site: Site) -> None:
    instance.cells.setdefault("config", site.unknown("config", "config", "config"))


def _declared(instance: Instance, site: Site) -> None:
    """Records the request of one stream: its base and path, its parameters, its headers and authenticator."""
    path = member_value(site, instance, "path")
    if path is None or (isinstance(path, Const) and path.value is None):
        return
    method = member_value(site, instance, "rest_method") or member_value(site, instance, "http_method") or text("GET")
    unknown = site.unknown("context", "parameter", "context")
    params = member_value(site, instance, "get_url_params", unknown, site.unknown("next_page_token", "loop"))
    request = Request(
        client=CLIENT,
        method=method,
        url=concat([member_value(site, instance, "url_base") or site.unknown("url_base"), path]),
        params=given(params),
        headers=given(member_value(site, instance, "http_headers")),
        at=declared_place(path, site),
    )
    from_authenticators(request, member_value(site, instance, "authenticator"))
    record(site.interpreter, request, site.frame, site.node)


def _readable(made: Instance) -> Instance:
    """Lets a program ask an authenticator for what it sends."""
    for name in ("headers", "params"):
        made.cells[f"auth_{name}"] = made.cells.get(name) or Table(made.location)
    return made


def _renewed(instance: Instance, site: Site) -> None:
    renewed(instance, site)
    _readable(instance)


def _prepared(site: Site) -> Value:
    """Returns the request that a stream builds of what it is given, which its authenticator signs."""
    made = Instance("requests.Request", site.location)
    made.cells |= {name: found for name, found in site.args.named.items() if name != "headers"}
    headers = Table(site.location)
    signed = member_value(site, site.receiver, "authenticator") if isinstance(site.receiver, Instance) else None
    for found in (signed.cells.get("headers") if isinstance(signed, Instance) else signed, site.arg(-1, "headers")):
        if found is not None and found != NONE:
            headers = merged(site.interpreter, headers, found, site.location)
    made.cells["headers"] = headers
    return made


def _api_key(site: Site) -> Value:
    """Returns the authenticator that sends one value as a header or a parameter."""
    made = Instance("singer_sdk.authenticators.APIKeyAuthenticator", site.location)
    key, value = site.arg(1, "key"), site.arg(2, "value")
    place = known(site.arg(3, "location") or text("header"))
    name = known(key) if key is not None else None
    if name is not None and key is not None and value is not None:
        table = Table(site.location, {name: Slot(key, value)})
        made.cells["params" if place == "params" else "headers"] = table
    return _readable(made)


def _bearer(site: Site) -> Value:
    return _readable(bearer(site, "singer_sdk.authenticators.BearerTokenAuthenticator", site.arg(1, "token")))


def _simple(site: Site) -> Value:
    made = Instance("singer_sdk.authenticators.SimpleAuthenticator", site.location)
    headers = site.arg(1, "auth_headers")
    if headers is not None:
        made.cells["headers"] = headers
    return _readable(made)


_MAKERS: Models = {"APIKeyAuthenticator": _api_key, "BearerTokenAuthenticator": _bearer, "SimpleAuthenticator": _simple}

MODELS: Models = {
    f"{module}.{name}{maker}": model
    for module in _MODULES
    for name, model in _MAKERS.items()
    for maker in ("", ".create_for_stream")
} | {
    f"{_STREAM}.get_url_params": lambda site: Table(site.location),
    f"{_STREAM}.build_prepared_request": _prepared,
    f"{_STREAM}.request_decorator": argument,
    f"{_STREAM}._request": send,
}

PROPERTIES = {
    f"{_STREAM}.http_headers": Table,
    f"{_STREAM}._http_headers": Table,
    f"{_STREAM}.requests_session": partial(Instance, "requests.Session"),
    f"{_STREAM}._requests_session": partial(Instance, "requests.Session"),
}

CONSTRUCTORS = {
    _STREAM: _stream,
    **{f"{module}.{name}": _renewed for module in _MODULES for name in ("OAuthAuthenticator", "OAuthJWTAuthenticator")},
}

HEADERS = HeaderRule(method="http_headers", is_property=True, keyed=("key", "value", "location"), header="header")

DECLARED = {_STREAM: _declared}

ALIASES = {
    "singer_sdk.streams.RESTStream": _STREAM,
    "singer_sdk.streams.rest.RESTStream": _STREAM,
    "singer_sdk.streams.GraphQLStream": _STREAM,
}

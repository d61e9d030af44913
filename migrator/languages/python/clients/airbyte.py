"""Airbyte CDK streams: no call is written, the framework sends what the methods of the class say.

https://docs.airbyte.com/connector-development/cdk-python/http-streams
"""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import Instance, Table, Value
from migrator.evaluate.strings import text
from migrator.languages.python.clients.common import (
    HeaderRule,
    bearer,
    declared_place,
    from_authenticators,
    member_value,
    renewed,
)
from migrator.languages.shared.clients import given
from migrator.model.value import Unknown

CLIENT = "airbyte_cdk"

_STREAM = "airbyte_cdk.sources.streams.http.HttpStream"
_TOKENS = ("airbyte_cdk.sources.streams.http.auth", "airbyte_cdk.sources.streams.http.requests_native_auth")


def _stream(instance: Instance, site: Site) -> None:
    authenticator = site.arg(0, "authenticator")
    if authenticator is not None:
        instance.cells["_authenticator"] = authenticator


def _declared(instance: Instance, site: Site) -> None:
    """Records the request of one stream: its base and path, its parameters, its headers and authenticator."""
    path = member_value(site, instance, "path")
    if path is None or isinstance(path, Unknown):
        return
    base = member_value(site, instance, "url_base") or site.unknown("url_base")
    request = Request(
        client=CLIENT,
        method=member_value(site, instance, "http_method") or text("GET"),
        url=path,
        base=base,
        params=given(member_value(site, instance, "request_params")),
        headers=given(member_value(site, instance, "request_headers")),
        at=declared_place(path, site),
    )
    from_authenticators(request, instance.cells.get("_authenticator"))
    record(site.interpreter, request, site.frame, site.node)


def _auth_header(site: Site) -> Value:
    """Returns the header that an authenticator sends, for a program that asks for it."""
    found = site.receiver.cells.get("headers") if isinstance(site.receiver, Instance) else None
    return found or site.unknown("headers")


def _token(site: Site) -> Value:
    return bearer(site, "airbyte_cdk.TokenAuthenticator", site.arg(0, "token"))


MODELS: Models = {
    **{f"{module}.TokenAuthenticator": _token for module in _TOKENS},
    **{f"airbyte_cdk.{name}.get_auth_header": _auth_header for name in ("TokenAuthenticator", "Oauth2Authenticator")},
    f"{_STREAM}.request_params": lambda site: Table(site.location),
    f"{_STREAM}.request_headers": lambda site: Table(site.location),
}

CONSTRUCTORS = {_STREAM: _stream, **{f"{module}.Oauth2Authenticator": renewed for module in _TOKENS}}

HEADERS = HeaderRule(method="request_headers")

DECLARED = {_STREAM: _declared}

ALIASES = {
    "airbyte_cdk.sources.streams.http.http.HttpStream": _STREAM,
    "airbyte_cdk.sources.streams.http.HttpSubStream": _STREAM,
}

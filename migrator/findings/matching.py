"""The catalog's answer for a request as the evaluator finds it."""

from __future__ import annotations

from collections.abc import Callable

from migrator.catalog.catalog import Catalog
from migrator.model.call import ApiCall, SentField
from migrator.model.scope import EndpointMatch
from migrator.scopes.extras import told, with_body, with_query
from migrator.scopes.match import match


def matching(catalog: Catalog) -> Callable[[ApiCall], EndpointMatch]:
    """Returns a function from a request to the endpoint that it is and what it needs, its query and body included."""

    def endpoint(call: ApiCall) -> EndpointMatch:
        holes = call.path.holes() if call.path else {}
        body = {one.name: _texts(one) for one in call.body if one.name}
        found = match(catalog, call.method, call.host, call.endpoint, holes, told(catalog, body))
        found = with_query(catalog, found, {one.name: _texts(one) for one in call.query if one.name})
        return with_body(catalog, found, body)

    return endpoint


def _texts(one: SentField) -> tuple[str, ...] | None:
    known = one.value.known() if one.value else None
    return None if known is None else (known,)

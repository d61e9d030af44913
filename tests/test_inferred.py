"""The scope sets that the shipped rules lead to, for the endpoints at which least privilege is easily got wrong."""

from __future__ import annotations

import pytest

from migrator.catalog.catalog import load
from migrator.catalog.facts import scope_facts
from migrator.model.report import ScopesItem
from migrator.model.scope import Need
from migrator.scopes.infer import infer
from migrator.scopes.match import match

CATALOG = load()
SCOPES = scope_facts()


def inferred(*requests: str) -> ScopesItem:
    needs = []
    for request in requests:
        method, path = request.split(" ")
        needs.append(Need(call=request, match=match(CATALOG, method, None, path, {})))
    return infer(needs, scopes=SCOPES)


@pytest.mark.parametrize(
    ("requests", "scopes"),
    [
        # a POST that reads
        (["POST /crm/v3/objects/contacts/search"], ["crm.objects.contacts.read"]),
        (["POST /crm/v3/objects/deals/batch/read"], ["crm.objects.deals.read"]),
        # writing does not include reading
        (
            ["GET /deals/v1/deal/1", "PUT /deals/v1/deal/1"],
            ["crm.objects.deals.read", "crm.objects.deals.write"],
        ),
        (["GET /crm/v3/schemas"], ["crm.schemas.custom.read"]),
        (["GET /crm/v3/schemas", "GET /crm/v3/objects/2-123"], ["crm.objects.custom.read"]),
        # definitions alone need no records, and come with them where those are read anyway
        (["GET /properties/v1/contacts/properties"], ["crm.schemas.contacts.read"]),
        (
            ["GET /properties/v1/contacts/properties", "GET /crm/v3/objects/contacts"],
            ["crm.objects.contacts.read"],
        ),
        # granular before broad, also where the broad one is needed elsewhere
        (["GET /crm/v3/objects/products"], ["crm.objects.products.read"]),
        (["GET /crm/v3/owners", "GET /automation/v3/workflows"], ["automation", "crm.objects.owners.read"]),
        # tickets have no granular scope that an app can be given
        (["GET /crm/v3/objects/tickets", "POST /crm/v3/objects/tickets"], ["tickets"]),
        # the base scope and public endpoints ask for nothing
        (["GET /integrations/v1/me"], []),
        # a developer key is another credential
        (["GET /webhooks/v3/123/subscriptions"], []),
        # both ends of an association are written, one is read
        (
            ["PUT /crm/v3/objects/deals/1/associations/contacts/2/3"],
            ["crm.objects.contacts.write", "crm.objects.deals.write"],
        ),
        (["GET /crm/v3/objects/deals/1/associations/contacts"], ["crm.objects.deals.read"]),
    ],
)
def test_what_requests_need(requests: list[str], scopes: list[str]) -> None:
    found = inferred(*requests)
    assert sorted(found.names) == scopes
    assert found.unresolved == ()


def test_a_dynamic_object_type_asks_and_requires_nothing() -> None:
    found = inferred("GET /crm/v3/objects/{kind}")
    assert found.names == frozenset()
    assert "crm.objects.deals.read" in {item.scope for item in found.possible}
    assert all("kind" in (item.question or "") for item in found.possible)
    assert not found.complete


def test_what_an_account_may_not_be_able_to_grant_says_who_can() -> None:
    (workflows,) = inferred("GET /automation/v3/workflows").required
    assert workflows.scope == "automation"
    assert "Enterprise" in " ".join(workflows.tiers)


def test_an_unknown_endpoint_is_unresolved() -> None:
    assert inferred("GET /no/such/endpoint").unresolved == ("GET /no/such/endpoint",)

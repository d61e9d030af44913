"""HubSpot's client libraries in JavaScript programs that nobody sees make the client."""

from __future__ import annotations

import pytest
from evaluating import sent_by

MANIFESTS = {
    "old": '{"dependencies": {"hubspot": "^2.3.0"}}',
    "early": '{"dependencies": {"@hubspot/api-client": "^5.0.0"}}',
    "late": '{"dependencies": {"@hubspot/api-client": "^11.0.0"}}',
    "none": "{}",
}
GIVEN = {
    "a member of what a framework hands over": "exports.go = async (req) => req.hs.crm.deals.basicApi.archive('7');",
    "the result of a function": "exports.go = async () => (await locate('hs')).crm.deals.basicApi.archive('7');",
    "a part that has a name of its own": "exports.go = ({crm}) => { const api = crm.deals.basicApi; api.archive('7'); };",
    "a module that is not there": "const hs = require('./absent'); exports.go = () => hs.crm.deals.basicApi.archive('7');",
}


def sent(source: str, manifest: str) -> list[str]:
    return sent_by({"a.js": source, "package.json": MANIFESTS[manifest]})


@pytest.mark.parametrize("name", GIVEN)
def test_the_methods_that_are_called_tell_of_which_library_a_client_is(name: str) -> None:
    assert sent(GIVEN[name], "none") == ["DELETE /crm/v3/objects/deals/7 unknown"]


@pytest.mark.parametrize(
    ("manifest", "method", "carrier"),
    [
        ("early", "crm.deals.basicApi.archive('7')", "unknown"),
        ("late", "crm.deals.basicApi.archive('7')", "bearer"),  # no release of these sends anything else
        ("late", "webhooks.subscriptionsApi.archive(2, 1)", "sdk_key"),
        ("late", "oauth.tokensApi.create('refresh_token')", ""),
    ],
)
def test_a_client_that_nobody_saw_being_made_sends_what_its_releases_can(
    manifest: str, method: str, carrier: str
) -> None:
    [found] = sent(f"exports.go = (deps) => deps.client.{method};", manifest)
    assert found.rpartition(" ")[2] == carrier


@pytest.mark.parametrize(
    ("call", "manifest", "found"),
    [
        ("app.hubspot.deals.getById(7)", "old", ["GET /deals/v1/deal/7 unknown"]),
        ("app.hubspot.deals.getById(7)", "none", []),  # two words of any program
        ("app.database.deals.getById(7)", "old", []),
        ("hubspotClient.apiRequest({path: '/v/a'})", "early", ["GET /v/a unknown"]),
        ("billing.apiRequest({path: '/v/a'})", "early", []),
        ("row.crm.deals.basicApi", "late", []),  # which asks for nothing
        ("mock.crm.deals.basicApi.archive.mockResolvedValue({})", "late", []),
    ],
)
def test_what_is_too_little_to_tell_a_library(call: str, manifest: str, found: list[str]) -> None:
    assert sent(f"exports.go = (app, hubspotClient, billing, row, mock) => {call};", manifest) == found


MADE = "const {Client} = require('@hubspot/api-client');\n"
HANDED_ON = {
    "a variable of the function around it": (
        "exports.make = (o) => { const c = new Client(o); return { go: async () => { await c.crm.deals.basicApi.archive('7'); } }; };"
    ),
    "a function in a method that is stored": (
        "function Node(o) { const c = this.c = new Client(o); this.go = async function () { return c.crm.deals.basicApi.archive('7'); }; }"
        " module.exports = Node;"
    ),
    "an argument": (
        "function store(c) { return { go: async (x) => { await c.crm.deals.basicApi.archive('7'); } }; }"
        " module.exports = store(new Client({accessToken: process.env.T}));"
    ),
}


@pytest.mark.parametrize("name", HANDED_ON)
def test_a_function_that_has_its_client_from_elsewhere_is_run(name: str) -> None:
    [found] = sent_by({"a.js": MADE + HANDED_ON[name]})
    assert found.startswith("DELETE /crm/v3/objects/deals/7 ")


def test_a_class_of_another_file_is_followed_on_the_client_it_is_given() -> None:
    files = {
        "a.js": MADE + "const Store = require('./b'); module.exports = new Store(new Client({apiKey: process.env.K}));",
        "b.js": "class Store { constructor(c) { this.c = c; } drop(id) { return this.c.crm.deals.basicApi.archive(id); } }"
        " module.exports = Store;",
    }
    assert sent_by(files) == ["DELETE /crm/v3/objects/deals/{id} sdk_key"]


def test_a_literal_for_an_identifier_is_no_key_of_a_container() -> None:
    source = (
        "const Hubspot = require('hubspot');\nfunction store(c) { return { go: () => c.deals.getById(7) }; }\n"
        "module.exports = store(new Hubspot({apiKey: process.env.K}));"
    )
    assert sent_by({"a.js": source}) == ["GET /deals/v1/deal/7 sdk_key"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (
            "[{associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 5}]",
            ["PUT /crm/v4/objects/deals/1/associations/notes/2 key"],
        ),
        (
            "'deal_to_note'",
            [
                "PUT /crm/v3/objects/deals/1/associations/notes/2/deal_to_note key",
                "PUT /crm/v4/objects/deals/1/associations/notes/2 key",
            ],
        ),
    ],
)
def test_an_argument_that_can_stand_in_no_path_tells_the_release(kind: str, found: list[str]) -> None:
    call = f"new Client({{apiKey: process.env.K}}).crm.deals.associationsApi.create('1', 'notes', '2', {kind});"
    assert sent_by({"a.js": MADE + call}) == [one.replace(" key", " sdk_key") for one in found]

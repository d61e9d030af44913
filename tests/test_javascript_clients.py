"""HubSpot's client libraries in JavaScript programs that nobody sees make the client."""

from __future__ import annotations

import pytest
from evaluating import calls_of, sent_by

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


U, K = "https://api.hubapi.com/v", "?hapikey=' + process.env.K"
UI = {
    "a page of Nuxt": (f"const {{data}} = await useFetch('{U}/a{K});", "GET /v/a query_key"),
    "a page of Nuxt with options": (
        f"useLazyFetch('{U}/a', {{method: 'post', query: {{hapikey: process.env.K}}}});",
        "POST /v/a query_key",
    ),
    "parameters by their other name": (
        f"$fetch('{U}/a', {{params: {{hapikey: process.env.K}}}});",
        "GET /v/a query_key",
    ),
    "what SWR gets": (
        f"import useSWR from 'swr'; const get = (...a) => fetch(...a); exports.C = () => useSWR('{U}/a{K}, get);",
        "GET /v/a query_key",
    ),
    "what SWR gets by a function": (
        f"import useSWR from 'swr'; exports.C = () => useSWR(() => '{U}/a{K}, u => fetch(u));",
        "GET /v/a query_key",
    ),
}


@pytest.mark.parametrize("name", UI)
def test_what_pages_get(name: str) -> None:
    source, found = UI[name]
    assert sent_by({"a.js": source}) == [found]


def test_a_function_of_a_page_that_another_library_has_is_asked_about() -> None:
    source = f"import {{useFetch}} from '@vueuse/core'; useFetch('{U}/a{K}).post({{}});"
    assert sent_by({"a.js": source}) == ["None /v/a query_key"]


COMMANDS = {
    "commander": "const {program} = require('commander'); program.option('-k, --api-kind <k>', 'a', 'deals').parse(); "
    "const o = program.opts(); get(o.apiKind);",
    "commander, a command of its own": "import {Command} from 'commander'; const p = new Command(); "
    "p.argument('<id>').option('--kind <k>', 'a', 'deals').action((id, o) => get(o.kind)); p.parse();",
    "yargs": "const yargs = require('yargs'); yargs.option('kind', {default: 'deals'}); get(yargs.argv.kind);",
    "yargs of arguments": "const y = require('yargs/yargs'); get(y(process.argv).options({kind: {alias: 'k', default: 'deals'}})"
    ".help().parseSync().k);",
    "minimist": "get(require('minimist')(process.argv, {default: {kind: 'deals'}}).kind);",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_is_its_default_or_what_the_command_line_says(name: str) -> None:
    head = f"const get = k => fetch('{U}/' + k + '?hapikey=' + process.env.K);\n"
    found = [line.split()[1] for line in sent_by({"a.js": head + COMMANDS[name]})]
    assert "/v/deals" in found
    assert [one for one in found if one != "/v/deals"][:1] == ["/v/{" + found[-1][4:]]


def test_an_address_and_choices_are_all_that_an_option_is() -> None:
    source = (
        f"const a = require('yargs').option('base', {{default: '{U}'}}).option('kind', {{choices: ['deals', 'tickets']}}).argv; "
        "fetch(`${a.base}/${a.kind}?hapikey=${process.env.K}`);"
    )
    assert sent_by({"a.js": source}) == ["GET /v/deals query_key", "GET /v/tickets query_key"]


def credentials_of(source: str) -> set[str]:
    """Returns the names of the credentials that a program's requests carry."""
    calls = calls_of({"a.js": source, "package.json": MANIFESTS["late"]})
    return {found.name for call in calls for auth in call.auth for found in auth.sources}


def test_clients_that_are_made_elsewhere_pass_for_one_credential() -> None:
    source = (
        "exports.one = (req) => req.hs.crm.deals.basicApi.archive('7');\n"
        "exports.other = (hs) => hs.crm.contacts.basicApi.archive('7');\n"
    )
    assert credentials_of(source) == {"a client of @hubspot/api-client that is made elsewhere"}


WRAPPED = """
const { Client } = require("@hubspot/api-client");
function logged(target) {
  return new Proxy(target, {
    get(behind, name) {
      const found = Reflect.get(behind, name);
      if (typeof found === "function") return (...given) => { console.log(name); return found.apply(behind, given); };
      return typeof found === "object" ? logged(found) : found;
    },
  });
}
const hs = logged(new Client({ accessToken: process.env.CRM_TOKEN }));
exports.go = () => hs.crm.deals.basicApi.archive("7");
"""


def test_a_client_behind_a_proxy_is_the_client() -> None:
    assert sent(WRAPPED, "late") == ["DELETE /crm/v3/objects/deals/7 bearer"]
    assert credentials_of(WRAPPED) == {"CRM_TOKEN"}


def test_headers_can_be_set_in_one_of_several_ways() -> None:
    code = """
function read(kind) {
  const request = new XMLHttpRequest();
  request.open('GET', 'https://api.hubapi.com/crm/v3/owners');
  if (kind) request.setRequestHeader('Accept', 'text/csv');
  else request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('X-Job', 'owners');
  request.send();
}
"""
    [call] = calls_of({"read.js": code})
    assert {one.name for one in call.headers} == {"Accept", "X-Job"}

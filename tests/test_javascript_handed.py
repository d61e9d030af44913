"""JavaScript functions that are given whole addresses with a key in them, and that come to hand headers on."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import equal_but_for_credential
from loopback.node import NODE, record_node
from planning import planned

from migrator.model.edit import Safety

DEALS = "https://api.hubapi.com/deals/v1/deal/paged"
ASKS = f"const deals = (key) => get(`{DEALS}?hapikey=${{key}}`);\ndeals(process.env.K);\n"
GIVEN = f"const deals = (key) => get(`{DEALS}`, {{}}{{ Authorization: `Bearer ${{key}}` }});\ndeals(process.env.K);\n"

MOVED = {
    "an arrow": (
        "const get = (url) => fetch(url);\n",
        "const get = (url, headers) => fetch(url, { headers: { ...headers } });\n",
        "",
    ),
    "an arrow with one name": (
        "const get = async url => (await fetch(url)).status;\n",
        "const get = async (url, headers) => (await fetch(url, { headers: { ...headers } })).status;\n",
        "",
    ),
    "headers of its own": (
        "function get(url) {\n  return fetch(url, { headers: { 'X-App': 'sync' } });\n}\n",
        "function get(url, headers) {\n  return fetch(url, { headers: { 'X-App': 'sync', ...headers } });\n}\n",
        "",
    ),
    "options beside": (
        "const config = { method: 'GET' };\nconst get = (url) => fetch(url, config);\n",
        "const config = { method: 'GET' };\nconst get = (url, headers) => fetch(url, { ...config, headers: { ...config.headers, ...headers } });\n",
        "",
    ),
    "a default that callers leave": (
        "const get = (url, method = 'GET') => fetch(url, { method });\n",
        "const get = (url, method = 'GET', headers) => fetch(url, { method, headers: { ...headers } });\n",
        "undefined, ",
    ),
    "calls itself": (
        "const get = async (url, left = 2) => {\n  const reply = await fetch(url);\n  return left ? get(url, left - 1) : reply;\n};\n",
        "const get = async (url, left = 2, headers) => {\n  const reply = await fetch(url, { headers: { ...headers } });\n  return left ? get(url, left - 1, headers) : reply;\n};\n",
        "undefined, ",
    ),
    "one function more": (
        "const send = (method, url) => fetch(url, { method });\nconst get = (url) => send('GET', url);\n",
        "const send = (method, url, headers) => fetch(url, { method, headers: { ...headers } });\nconst get = (url, headers) => send('GET', url, headers);\n",
        "",
    ),
}


@pytest.mark.parametrize("name", MOVED)
def test_a_function_that_is_given_an_address_is_given_the_header_too(name: str, tmp_path: Path) -> None:
    own, changed, before = MOVED[name]
    found = planned({"a.js": own + ASKS})
    after = found.applied()["a.js"]
    assert after == changed + GIVEN.replace("{}", before, 1)
    assert planned({"a.js": after}).changes == ()
    if NODE is not None:
        sent = []
        for text in (own + ASKS, after):
            (tmp_path / "a.js").write_text(text)
            sent.append(record_node(tmp_path, "a.js", env={"K": "secret-k"}))
        assert equal_but_for_credential(*sent) == ()


def test_a_method_and_a_function_of_another_file() -> None:
    method = f"class Api {{\n  get(url) {{ return fetch(url); }}\n  deals(key) {{ return this.get(`{DEALS}?hapikey=${{key}}`); }}\n}}\n"
    after = planned({"a.js": method}).applied()["a.js"]
    assert "  get(url, headers) { return fetch(url, { headers: { ...headers } }); }\n" in after
    assert f"this.get(`{DEALS}`, {{ Authorization: `Bearer ${{key}}` }})" in after
    files = {
        "a.js": f"const {{ get }} = require('./lib');\n{ASKS}",
        "lib.js": "const axios = require('axios');\nexports.get = async (url) => (await axios.get(url)).data;\n",
    }
    found = planned(files).applied()
    assert found["lib.js"].endswith(
        "exports.get = async (url, headers) => (await axios.get(url, { headers: { ...headers } })).data;\n"
    )
    assert found["a.js"].endswith(GIVEN.replace("{}", "", 1))


LEFT = {
    "it is handed on": "const get = (url) => fetch(url);\nconst all = (urls) => urls.map(get);\n",
    "it has another name too": "const get = (url) => fetch(url);\nconst load = get;\n[1].map(load);\n",
    "it counts what it is given": "function get(url) {\n  console.log(arguments.length);\n  return fetch(url);\n}\n",
    "it is given more than it takes": "const get = (url) => fetch(url);\nget('https://example.com/x', 'twice');\n",
    "it takes any more": "const get = (url, ...rest) => fetch(url + rest.join(''));\n",
    "headers are something else": "const get = (url) => {\n  const headers = { A: 'b' };\n  return fetch(url, { headers });\n};\n",
    "it is made twice": "let get;\nif (process.env.X) get = (url) => fetch(url);\nelse get = (url) => fetch(url, { method: 'GET' });\n",
    "a file of another age": "var get = function (url) {\n  return fetch(url);\n};\n",
    "pages that an answer names": "const get = async (url) => {\n  let all = [];\n  while (url) {\n    const page = await (await fetch(url)).json();\n    all = all.concat(page.results);\n    url = page.next;\n  }\n  return all;\n};\n",
}


@pytest.mark.parametrize("name", LEFT)
def test_a_function_that_cannot_hand_headers_on_is_left(name: str) -> None:
    asks = ASKS if "age" not in name else f"function deals(key) {{\n  return get('{DEALS}?hapikey=' + key);\n}}\n"
    assert all(change.safety is Safety.MANUAL for change in planned({"a.js": LEFT[name] + asks}).changes)


def test_a_subclass_with_a_method_of_its_own_keeps_both_as_they_are() -> None:
    text = (
        f"class Api {{\n  get(url) {{ return fetch(url); }}\n  deals(key) {{ return this.get(`{DEALS}?hapikey=${{key}}`); }}\n}}\n"
        "class Narrow extends Api {\n  get(url) { return super.get(url + '&limit=1'); }\n}\n"
    )
    assert all(change.safety is Safety.MANUAL for change in planned({"a.js": text}).changes)

"""Apps of Zapier: functions that change each request, requests that are only declared, and templates in braces."""

from __future__ import annotations

from evaluating import sent_by
from planning import planned

from migrator.model.edit import Safety

H = "https://api.hubapi.com"
MANIFEST = '{"name": "crm", "main": "index.js", "dependencies": {"zapier-platform-core": "15.0.0"}}'
SENDS = f"module.exports = {{key: 'a', operation: {{perform: (z, bundle) => z.request('{H}/deals/v1/deal/1')}}}};"


def app(before: str, **more: str) -> dict[str, str]:
    index = f"const auth = require('./auth');\nmodule.exports = {{triggers: [require('./send')], {before}}};\n"
    return {"package.json": MANIFEST, "index.js": index, "send.js": SENDS, "auth.js": "", **more}


KEY = "const addKey = (req, z, bundle) => {\n  req.params.hapikey = bundle.authData.apiKey;\n  return req;\n};\n"
BEARER = (
    "const addToken = (req, z, b) => { req.headers.Authorization = `Bearer ${b.authData.access_token}`; return req; };"
)


def test_what_the_app_adds_to_each_request() -> None:
    keyed = app("beforeRequest: [auth.addKey]", **{"auth.js": KEY + "module.exports = {addKey};"})
    assert sent_by(keyed) == ["GET /deals/v1/deal/1 query_key"]
    token = app("beforeRequest: [...auth.befores]", **{"auth.js": BEARER + "module.exports = {befores: [addToken]};"})
    assert sent_by(token) == ["GET /deals/v1/deal/1 bearer"]


def test_an_app_that_adds_nothing() -> None:
    assert sent_by(app("afterResponse: []")) == ["GET /deals/v1/deal/1 "]


def test_a_folder_that_is_no_app_of_the_platform_has_no_such_functions() -> None:
    files = app("beforeRequest: [auth.addKey]", **{"auth.js": KEY + "module.exports = {addKey};"})
    assert sent_by({**files, "package.json": '{"dependencies": {"express": "4"}}'}) == ["GET /deals/v1/deal/1 "]


def test_requests_that_are_declared() -> None:
    declared = f"module.exports = {{type: 'custom', test: {{url: '{H}/integrations/v1/me', params: {{hapikey: '{{{{bundle.authData.k}}}}'}}}}}};"
    files = app("authentication: auth", **{"auth.js": declared})
    assert "GET /integrations/v1/me query_key" in sent_by(files)
    visited = f"module.exports = {{type: 'oauth2', oauth2Config: {{authorizeUrl: {{url: '{H}/oauth/authorize'}}}}}};"
    assert sent_by(app("authentication: auth", **{"auth.js": visited})) == ["GET /deals/v1/deal/1 "]


def test_a_key_added_to_each_request_is_moved_where_it_is_added() -> None:
    files = app("beforeRequest: [auth.addKey]", **{"auth.js": KEY + "module.exports = {addKey};"})
    after = planned(files).applied(Safety.SAFE)["auth.js"]
    assert "  req.headers.Authorization = `Bearer ${bundle.authData.apiKey}`;\n  return req;" in after


def test_a_key_that_is_added_to_requests_to_others_too_is_no_safe_change() -> None:
    other = "module.exports = {operation: {perform: (z) => z.request('https://hooks.example.com/x')}};"
    files = app(
        "beforeRequest: [auth.addKey], creates: [require('./other')]",
        **{"auth.js": KEY + "module.exports = {addKey};", "other.js": other},
    )
    [change] = planned(files).changes
    assert change.safety is not Safety.SAFE
    assert "hooks.example.com" in (change.reason or "")


def test_a_template_in_braces_stays_one() -> None:
    text = f"const go = (z) => z.request({{url: '{H}/deals/v1/deal/1?hapikey={{{{bundle.authData.k}}}}'}});\nmodule.exports = {{go}};\n"
    files = {"package.json": MANIFEST, "index.js": text}
    after = planned(files).applied(Safety.SAFE)["index.js"]
    assert f"url: '{H}/deals/v1/deal/1', headers: {{ Authorization: 'Bearer {{{{bundle.authData.k}}}}' }}" in after

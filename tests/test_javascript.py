"""The requests of JavaScript and TypeScript programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evaluating import calls_of, sent_by

from migrator import pipeline
from migrator.errors import UnparsableError
from migrator.languages.javascript.lowering.lower import tree
from migrator.languages.syntax.grammar import Grammar, Parsed
from migrator.model.text import Source
from migrator.settings import Settings

H = "https://api.hubapi.com"
K = "process.env.HUBSPOT_KEY"


def requests(source: str, path: str = "a.js", **files: str) -> list[str]:
    every = {path: source, **{name.replace("__", "."): text for name, text in files.items()}}
    return sent_by(every)


def one(source: str, path: str = "a.js") -> str:
    [found] = requests(source, path)
    return found


CLIENTS = {
    "axios": f"require('axios').get('{H}/v/a', {{params: {{hapikey: {K}}}}})",
    "axios as a function": f"import axios from 'axios'; axios({{url: '{H}/v/a', params: {{hapikey: {K}}}}})",
    "axios with a name of its own": f"import {{get as read}} from 'axios'; read('{H}/v/a?hapikey=' + {K})",
    "axios instance": f"const c = require('axios').create({{baseURL: '{H}/v', params: {{hapikey: {K}}}}}); c.get('a')",
    "axios defaults": f"const a = require('axios'); a.defaults.baseURL = '{H}'; a.get(`/v/a?hapikey=${{{K}}}`)",
    "axios interceptor": f"const c = require('axios').create({{baseURL: '{H}'}});"
    f"c.interceptors.request.use(o => {{ o.params = {{...o.params, hapikey: {K}}}; return o; }}); c.get('/v/a')",
    "fetch": f"fetch(`{H}/v/a?hapikey=${{{K}}}`)",
    "node-fetch": f"const go = require('node-fetch'); go('{H}/v/a?hapikey=' + {K}, {{method: 'get'}})",
    "axios asked for its default": f"const a = require('axios').default; a.get('{H}/v/a', {{params: {{hapikey: {K}}}}})",
    "axios asked for its default, called": f"const a = require('axios').default; a({{url: '{H}/v/a', params: {{hapikey: {K}}}}})",
    "axios as tslib takes it": "const t = require('tslib'), a_1 = t.__importDefault(require('axios')); (0, a_1.default)("
    f"{{url: '{H}/v/a', params: {{hapikey: {K}}}}})",
    "axios as babel takes it": "const w = require('@babel/runtime/helpers/interopRequireDefault'); var _a = w(require('axios'));"
    f"_a.default.get('{H}/v/a', {{params: {{hapikey: {K}}}}})",
    "URL": f"const u = new URL('/v/a', '{H}'); u.searchParams.set('hapikey', {K}); fetch(u.href)",
    "URLSearchParams": f"const q = new URLSearchParams(); q.append('hapikey', {K}); fetch('{H}/v/a?' + q.toString())",
    "querystring": f"const qs = require('querystring'); fetch('{H}/v/a?' + qs.stringify({{hapikey: {K}}}))",
    "request": f"require('request')('{H}/v/a?hapikey=' + {K}, (e, r, b) => console.log(b))",
    "request options": f"const r = require('request'); const o = {{uri: '{H}/v/a', qs: {{hapikey: {K}}}}}; r(o, () => {{}})",
    "request.defaults": f"const r = require('request').defaults({{baseUrl: '{H}', qs: {{hapikey: {K}}}}}); r.get('/v/a')",
    "request-promise": f"import rp from 'request-promise'; rp({{uri: '{H}/v/a', qs: {{hapikey: {K}}}}}).then(x => x)",
    "got": f"const got = require('got'); got('v/a', {{prefixUrl: '{H}', searchParams: {{hapikey: {K}}}}})",
    "got.extend": f"import got from 'got'; got.extend({{prefixUrl: '{H}', searchParams: {{hapikey: {K}}}}}).get('v/a')",
    "superagent": f"require('superagent').get('{H}/v/a').query({{hapikey: {K}}}).end((e, r) => {{}})",
    "superagent, awaited": f"import sa from 'superagent'; const r = await sa.get('{H}/v/a').query('hapikey=' + {K})",
    "needle": f"require('needle')('get', `{H}/v/a?hapikey=${{{K}}}`)",
    "ky": f"import ky from 'ky'; ky.get('{H}/v/a', {{searchParams: {{hapikey: {K}}}}}).json()",
    "https": f"require('https').get('{H}/v/a?hapikey=' + {K}, res => {{}})",
    "https options": "const s = require('https'); const r = s.request({host: 'api.hubapi.com', path: '/v/a?hapikey=' + "
    f"{K}}}); r.end()",
    "jQuery": f"$.getJSON('{H}/v/a', {{hapikey: {K}}}, d => d)",
    "jQuery.ajax": f"jQuery.ajax({{url: '{H}/v/a', type: 'GET', data: {{hapikey: {K}}}}})",
    "XMLHttpRequest": f"var x = new XMLHttpRequest(); x.open('GET', '{H}/v/a?hapikey=' + {K}); x.send()",
    "UrlFetchApp": f"UrlFetchApp.fetch('{H}/v/a?hapikey=' + {K}, {{muteHttpExceptions: true}})",
    "Meteor": f"import {{HTTP}} from 'meteor/http'; HTTP.get('{H}/v/a', {{params: {{hapikey: {K}}}}})",
    "Zapier": f"const run = (z, bundle) => z.request({{url: '{H}/v/a', params: {{hapikey: bundle.authData.k}}}})",
    "unknown": f"const send = require('./lost'); send.request({{url: '{H}/v/a', qs: {{hapikey: {K}}}}})",
}


@pytest.mark.parametrize("name", CLIENTS)
def test_every_client_is_followed(name: str) -> None:
    assert one(CLIENTS[name]) == "GET /v/a query_key"


@pytest.mark.parametrize(
    ("source", "method"),
    [
        (f"require('axios').post('{H}/v/a', {{b: 1}}, {{params: {{hapikey: {K}}}}})", "POST"),
        (f"require('axios').request({{url: '{H}/v/a', method: 'patch', params: {{hapikey: {K}}}}})", "PATCH"),
        (f"fetch('{H}/v/a?hapikey=' + {K}, {{method: 'DELETE'}})", "DELETE"),
        (f"require('request').del('{H}/v/a?hapikey=' + {K})", "DELETE"),
        (f"require('request').put({{url: '{H}/v/a', qs: {{hapikey: {K}}}, json: {{}}}}, () => 0)", "PUT"),
        (f"require('needle').post('{H}/v/a?hapikey=' + {K}, {{}}, {{json: true}})", "POST"),
        (f"require('superagent')('PUT', '{H}/v/a').query({{hapikey: {K}}})", "PUT"),
        (f"$.post('{H}/v/a?hapikey=' + {K}, {{a: 1}})", "POST"),
        (f"UrlFetchApp.fetch('{H}/v/a?hapikey=' + {K}, {{method: 'post'}})", "POST"),
        (f"HTTP.call('PUT', '{H}/v/a?hapikey=' + {K}, {{data: {{}}}})", "PUT"),
    ],
)
def test_methods(source: str, method: str) -> None:
    assert one(source) == f"{method} /v/a query_key"


A = f"const send = p => fetch('{H}' + p + '?hapikey=' + {K});"
MEANINGS = {
    "a later variable of a function hides an outer one from its start": ("var p = '/y'; function f() { send(p || '/x'); var p = '/z'; } f()", "/x"),
    "a method with a variable keeps its name": ("class C { go(p) { var q = p; send(q) } stop(p) { var q = p; return q } } new C().go('/x')", "/x"),
    "a function with a variable keeps its name": ("function go(p) { var q = p; return q } function stop(p) { var q = '/y'; return q } send(go('/x'))", "/x"),
    "what is false is filtered out": ("send(['', null, '/x'].filter(Boolean).join(''))", "/x"),
    "nothing and false are not the same": ("send('/' + (0 ?? 5) + (0 || 5))", "/05"),
    "the last of two spread entries wins": ("const o = {p: '/y'}; send({...o, p: '/x'}.p)", "/x"),
    "what is taken out is gone": ("const o = {p: '/y'}; delete o.p; send(o.p || '/x')", "/x"),
    "numbers are added before they are text": ("send('/' + (1 + 2) + 1 + 2)", "/312"),
    "a prototype over another one": ("function P() {} P.prototype.p = '/y'; function Q() {} Q.prototype = Object.create(P.prototype); Q.prototype.p = '/x'; send(new Q().p)", "/x"),
    "a function is called before it is written": ("go('/x'); function go(p) { return send(p); }", "/x"),
    "an inner name hides an outer one": ("let p = '/x'; { let p = '/y'; p + ''; } send(p)", "/x"),
    "an assignment reaches the outer variable": ("let p = '/y'; function f() { p = '/x'; } f(); send(p)", "/x"),
    "an empty list is true": ("send([] ? '/x' : '/y')", "/x"),
    "an empty object is true": ("const o = {}; send(o ? '/x' : '/y')", "/x"),
    "an empty text is false": ("send('' || '/x')", "/x"),
    "zero is false": ("send(0 ? '/y' : '/x')", "/x"),
    "the text 0 is true": ("send('0' ? '/x' : '/y')", "/x"),
    "only null and undefined are replaced": ("const n = {a: ''}; send('/x' + (n.a ?? '/y') + (n.b ?? ''))", "/x"),
    "a number and its text are one key": ("const t = {1: '/x'}; send(t['1']); send(t[1])", "/x"),
    "a member is an entry": ("const o = {}; o.p = '/x'; send(o['p'])", "/x"),
    "an entry is a member": ("const o = {}; o['p'] = '/x'; send(o.p)", "/x"),
    "true as text": ("send('/' + true)", "/true"),
    "null as text": ("send('/x' + null)", "/xnull"),
    "undefined as text": ("let u; send(`/${u}`)", "/undefined"),
    "a list as text": ("send('/' + [1, 2])", "/1,2"),
    "optional members": ("const o = {a: {p: '/x'}}; send(o?.a?.p)", "/x"),
    "defaults": ("function f(a = '/x') { return send(a); } f()", "/x"),
    "defaults in patterns": ("const f = ({a = '/x', ...rest} = {}) => send(a); f({b: 1})", "/x"),
    "patterns rename": ("const {a: {b: [, q]}} = {a: {b: ['/y', '/x']}}; send(q)", "/x"),
    "parameters that are gathered": ("const f = (...all) => send(all[1]); f('/y', '/x')", "/x"),
    "arguments": ("function f() { return send(arguments[0]); } f('/x')", "/x"),
    "spread arguments": ("const f = (a, b) => send(b); f(...['/y', '/x'])", "/x"),
    "this of a method": ("const o = {p: '/x', f() { return send(this.p); }}; o.f()", "/x"),
    "this inside of an arrow": ("const o = {p: '/x', f() { return ['a'].map(() => send(this.p)); }}; o.f()", "/x"),
    "bind": ("function f(t) { return send(this.p + t); } f.bind({p: '/x'}, '')()", "/x"),
    "call": ("function f(t) { return send(this.p + t); } f.call({p: '/x'}, '')", "/x"),
    "apply": ("function f(t) { return send(t); } f.apply(null, ['/x'])", "/x"),
    "getters": ("const o = {get p() { return '/x'; }}; send(o.p)", "/x"),
    "getters of classes": ("class C { get p() { return '/x'; } } send(new C().p)", "/x"),
    "statics": ("class C { static p = '/x'; static go() { return send(this.p); } } C.go()", "/x"),
    "fields": ("class C { p = '/x'; go = () => send(this.p); } new C().go()", "/x"),
    "super": (
        "class B { constructor(p) { this.p = p; } go() { return send(this.p); } }"
        "class C extends B { constructor() { super('/x'); } go() { return super.go(); } } new C().go()",
        "/x",
    ),
    "prototypes": ("function C(p) { this.p = p; } C.prototype.go = function () { return send(this.p); }; new C('/x').go()", "/x"),
    "inherited prototypes": (
        "function B(p) { this.p = p; } B.prototype.go = function () { return send(this.p); };"
        "function C() { B.call(this, '/x'); } require('util').inherits(C, B); new C().go()",
        "/x",
    ),
    "promises": ("Promise.resolve('/x').then(p => send(p))", "/x"),
    "a promise that is made": ("new Promise((resolve, reject) => resolve('/x')).then(p => send(p))", "/x"),
    "callbacks": ("function get(cb) { cb(null, '/x'); } get((err, p) => send(p))", "/x"),
    "await": ("(async () => { const p = await Promise.resolve('/x'); await send(p); })()", "/x"),
    "a function that is called at once": ("(function (p) { send(p); })('/x')", "/x"),
    "a comma": ("(0, send)('/x')", "/x"),
    "a switch that falls through": (
        "function f(k) { let p; switch (k) { case 'a': case 'b': p = '/x'; break; default: p = '/y'; } return send(p); } f('b')",
        "/x",
    ),
    "a loop over values": ("for (const p of ['/x']) send(p)", "/x"),
    "a loop over keys": ("for (const k in {x: 1}) send('/' + k)", "/x"),
    "a counted loop": ("const all = ['/x']; for (let i = 0; i < all.length; i++) { send(all[i]); }", "/x"),
    "a counter of a loop": ("for (let p = 1; p < pages; p++) send('/c/' + p)", "/c/{p}"),
    "a counter of a while loop": ("let p = 1; while (p < 3) { send(`/c/${p}`); p += 1; }", "/c/{p}"),
    "a counter of a do loop": ("let p = 1; do { send(`/c/${p}`); p = p + 1; } while (p < 3)", "/c/{p}"),
    "a counter that an object holds": ("const o = {p: 1}; while (o.p < 3) { send(`/c/${o.p}`); o.p++; }", "/c/{p}"),
    "a counter inside of an expression": ("let p = 1; while (p < 3) { send(`/c/${p}/${p++ && 'x'}`); }", "/c/{p}/x"),
    "a number that a loop leaves as it is": ("let v = 1, n = 0; while (n < 3) { send(`/v${v}`); v = 1; n++; }", "/v1"),
    "forEach": ("['/x'].forEach(function (p) { send(p); })", "/x"),
    "join": ("send(['', 'x'].join('/'))", "/x"),
    "replace": ("send('/:id'.replace(':id', 'x'))", "/x"),
    "assignments that are values": ("let p; send(p = '/x')", "/x"),
    "Object.assign": ("const o = Object.assign({}, {p: '/y'}, {p: '/x'}); send(o.p)", "/x"),
    "spread objects": ("const o = {...{p: '/y'}, p: '/x'}; send(o.p)", "/x"),
    "a computed key": ("const k = 'p'; const o = {[k]: '/x'}; send(o.p)", "/x"),
    "a generator": ("function* g() { yield '/x'; } for (const p of g()) send(p)", "/x"),
    "try and finally": ("try { send('/x'); } catch ({message}) { message + ''; } finally { }", "/x"),
}  # fmt: skip


@pytest.mark.parametrize("name", MEANINGS)
def test_what_programs_mean(name: str) -> None:
    source, path = MEANINGS[name]
    assert requests(A + source) == [f"GET {path} query_key"]


TYPED = {
    "annotations": ("const go = async <T>(p: string, q?: number): Promise<T> => (await send(p)) as T; go<any>('/x');", "/x"),
    "assertions": ("send(<string>('/x' as any)!);", "/x"),
    "enums": ("enum P { X = '/x', Y = '/y' } send(P.X);", "/x"),
    "namespaces": ("namespace N { export const p = '/x'; } send(N.p);", "/x"),
    "parameter properties": ("class C { constructor(private readonly p: string) {} go() { send(this.p); } } new C('/x').go();", "/x"),
    "abstract classes": ("abstract class B { abstract p(): string; go() { send(this.p()); } } class C extends B { p() { return '/x'; } } new C().go();", "/x"),
    "decorators": ("@D() class C { @E() go(@F() a = '/x') { send(a); } } new C().go();", "/x"),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_typescript_adds(name: str) -> None:
    source, path = TYPED[name]
    assert requests(A.replace("p =>", "(p: any) =>") + source, "a.ts") == [f"GET {path} query_key"]


@pytest.mark.parametrize(
    "part", ["const b = <p class='a' title=\"b\">Sent {n} of {m}!</p>;", "const f = (p: string): number => 1;"]
)
def test_what_the_grammar_of_javascript_refuses_is_read_by_the_wider_one(part: str) -> None:
    assert requests(f"{A}{part} send('/x');") == ["GET /x query_key"]
    assert not tree(Source(path="a.js", text=part)).troubles


def test_what_no_grammar_takes_stays_told() -> None:
    assert tree(Source(path="a.js", text="const b = <p class='a'>; send('/x'")).troubles


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("a.jsx", "const a = <p title='Q&A'>Terms & Conditions, AT&T &amp; more</p>;"),
        ("a.tsx", "const a = (b: boolean) => <p>{b && <i>yours & ours</i>} & <a href='/x?a=1&b=2'>more</a></p>;"),
        ("a.js", "import j from './j.json' assert { type: 'json' };"),
        ("a.ts", "import j from './j.json' assert { type: 'json' };"),
        ("a.ts", "export type * from './types';"),
    ],
)
def test_what_the_language_takes_and_its_grammar_does_not_is_read(path: str, part: str) -> None:
    text = f"{part}\nfetch('{H}/v/a?b=1&hapikey=' + {K} + (1 & 2));\n"
    assert not tree(Source(path=path, text=text)).troubles
    assert one(text, path) == "GET /v/a query_key"


def test_what_the_language_does_not_take_is_told_beside_it() -> None:
    text = "const a = <p>Terms & Conditions</p>;\nconst b = (1 & );\nconst c = <p>Q&A</p>;\n"
    [found] = tree(Source(path="a.jsx", text=text)).troubles
    assert text.count("\n", 0, found.span.start) == 1


def modules(**files: str) -> list[str]:
    every = {name.replace("___", "/").replace("__", "."): text for name, text in files.items()}
    return sorted({f"{call.location.path} {call.method} {call.endpoint}" for call in calls_of(every)})


SEND = f"fetch(B + '/x?hapikey=' + {K})"


@pytest.mark.parametrize(
    "files",
    [
        {"b__js": f"exports.B = '{H}'", "a__js": f"const {{B}} = require('./b'); {SEND}"},
        {"b__js": f"module.exports = {{B: '{H}'}}", "a__js": f"const B = require('./b').B; {SEND}"},
        {"b__js": f"module.exports = '{H}'", "a__mjs": f"import B from './b.js'; {SEND}"},
        {"b__ts": f"export const B = '{H}';", "a__ts": f"import {{B}} from './b'; {SEND}"},
        {"b__ts": f"export default '{H}';", "a__ts": f"import B from './b'; {SEND}"},
        {"b__ts": f"const B = '{H}'; export {{B as C}};", "a__ts": f"import * as all from './b'; const B = all.C; {SEND}"},
        {"c__ts": f"export const B = '{H}';", "b__ts": "export * from './c';", "a__ts": f"import {{B}} from './b'; {SEND}"},
        {"c__ts": f"export default '{H}';", "b__ts": "export {default as B} from './c';", "a__ts": f"import {{B}} from './b'; {SEND}"},
        {"b___index__js": f"exports.B = '{H}'", "a__js": f"const {{B}} = require('./b'); {SEND}"},
        {"b__json": f'{{"B": "{H}"}}', "a__js": f"const {{B}} = require('./b.json'); {SEND}"},
        {"b__js": f"exports.B = '{H}'", "a__js": f"import('./b').then(({{B}}) => {SEND})"},
        {
            "tsconfig__json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@own/*": ["lib/*"]}}} // why',
            "lib___b__ts": f"export const B = '{H}';",
            "a__ts": f"import {{B}} from '@own/b'; {SEND}",
        },
        {
            "pk___package__json": '{"name": "@co/pk", "main": "lib/b.js"}',
            "pk___lib___b__js": f"exports.B = '{H}'",
            "a__js": f"const {{B}} = require('@co/pk'); {SEND}",
        },
    ],
)  # fmt: skip
def test_modules(files: dict[str, str]) -> None:
    [found] = modules(**files)
    assert found.rpartition(".")[0].startswith("a") or found.startswith("a")
    assert found.endswith("GET /x")


def test_a_class_that_a_parameter_is_declared_to_be_is_followed() -> None:
    source = f"class Api {{ get(p: string) {{ return fetch('{H}' + p); }} }} class S {{ constructor(private api: Api) {{}} go() {{ this.api.get('/x'); }} }}"
    assert "GET /x " in requests(source, "a.ts")


def test_code_with_errors_is_followed_as_far_as_it_goes() -> None:
    assert requests(f"fetch('{H}/x'); const = ; fetch('{H}/y')") == ["GET /x ", "GET /y "]


def test_a_key_in_the_source_is_never_a_value() -> None:
    key = "0f3c1a92-5b8e-4d06-9e27-c41d8a6b03f5"
    for source in (
        f"fetch('{H}/x?hapikey={key}')",
        f"fetch(`{H}/x?hapikey={key}`)",
        f"const hapikey = '{key}'; fetch('{H}/x?hapikey=' + hapikey)",
    ):
        [call] = calls_of({"a.js": source})
        assert key not in repr(call)
        assert [auth.carrier.value for auth in call.auth] == ["query_key"]


def test_lines_that_nobody_writes_count_in_programs_alone() -> None:
    from migrator.catalog.vocabulary import vocabulary
    from migrator.languages.javascript.language import LANGUAGE

    script = f"axios.get(`{H}/x?hapikey=${{key}}`)"
    assert requests(f"<p>{'a log of HubSpot ' * 300}</p>\n<script>{script}</script>", "a.html") == ["GET /x query_key"]
    brought = "a=1;" * 900
    assert requests(f"<p>HubSpot</p><script>{brought}</script>", "a.html") == []
    with pytest.raises(UnparsableError, match="minified"):
        LANGUAGE.lower(Source(path="a.html", text=f"<script>{brought}{script}</script>"), vocabulary())


def test_programs_in_pages() -> None:
    script = f"axios.get(`{H}/x?hapikey=${{key}}`)"
    page = f"<p>?hapikey=1</p>\n<script>{script}</script>\n<script type='application/json'>{{}}</script>"
    assert requests(page, "a.html") == ["GET /x query_key"]
    component = (
        f'<template><b/></template>\n<script lang="ts">\nexport default {{ go(a: string) {{ {script} }} }};\n</script>'
    )
    assert requests(component, "a.vue") == requests(component, "a.svelte") == ["GET /x query_key"]


def test_a_member_that_a_default_names() -> None:
    source = f"class Api {{ get(p) {{ fetch('{H}' + p); }} run(o) {{ const verb = o.verb ? o.verb : 'get'; this[verb]('/v/a'); }} }}"
    assert "GET /v/a " in requests(source)


def test_files_that_a_platform_gives_by_name() -> None:
    files = {
        "functions/a.js": "const {load} = require(Runtime.getAssets()['/crm/client.js'].path); exports.handler = (c) => load(c.ID);",
        "assets/crm/client.private.js": f"exports.load = (id) => fetch(`{H}/deals/v1/deal/${{id}}?hapikey=${{process.env.K}}`);",
    }
    assert "functions/a.js" in {place.path for call in calls_of(files) for place in call.via}


@pytest.mark.parametrize(
    "handler",
    [
        f"export default {{ async fetch(request, env, ctx) {{ return fetch('{H}/v/a?hapikey=' + env.CRM_KEY); }} }};",
        f"export const go = ({{ env }}) => fetch('{H}/v/a?hapikey=' + env.CRM_KEY);",
        f"exports.handler = (context) => {{ const {{ CRM_KEY }} = context; fetch('{H}/v/a?hapikey=' + CRM_KEY); }};",
    ],
)
def test_variables_that_a_platform_hands_over(handler: str) -> None:
    [call] = calls_of({"a.js": handler})
    [auth] = call.auth
    assert [(source.how, source.name) for source in auth.sources] == [("environment", "CRM_KEY")]


TICKET = "crm.tickets.basicApi.archive('1')"


@pytest.mark.parametrize(
    "source",
    [
        f"export const go = (client: Client) => client.{TICKET};",
        f"export class A {{ constructor(private readonly crm: Client) {{}} go() {{ return this.crm.{TICKET}; }} }}",
        f"interface Ctx {{ client: Client; key: string }} export const go = async (_: any, {{ client }}: Ctx) => client.{TICKET};",
        f"type Ctx = {{ client?: Client }}; export const go = async (c: Ctx) => c.client.{TICKET};",
        f"export const go = (options) => new Client(options).{TICKET};",
    ],
)
def test_a_client_library_that_is_handed_over_has_a_credential_that_nobody_knows(source: str) -> None:
    [call] = calls_of({"a.ts": "import { Client } from '@hubspot/api-client';\n" + source})
    assert (call.method, call.endpoint) == ("DELETE", "/crm/v3/objects/tickets/1")
    assert [auth.carrier.value for auth in call.auth] == ["unknown"]


@pytest.mark.parametrize("name", ["Api", "$Api", "Api$"])
def test_a_type_that_has_the_name_of_a_value_does_not_replace_it(name: str) -> None:
    shape, value = f"interface {name} {{ c: {name} }}", f"const {name} = {{ base: '{H}/v/a' }};"
    for first, second in ((shape, value), (value, shape)):
        assert requests(f"{first} {second} fetch({name}.base);", "a.ts") == ["GET /v/a "]
    assert requests(f"const enum {name} {{ base = '{H}/v/a' }} {shape} fetch({name}.base);", "a.ts") == ["GET /v/a "]


def test_a_file_of_many_types_is_searched_once() -> None:
    from time import process_time

    shapes = "".join(
        f"export interface Model{n} {{ parent?: Model{n // 2}; {'name: string; ' * 20}}}\n" for n in range(1_500)
    )
    start = process_time()
    assert one(f"{shapes}fetch('{H}/v/a?hapikey=' + {K});", "a.ts") == "GET /v/a query_key"
    assert process_time() - start < 6


def test_what_may_be_missing_is_no_part_of_a_path() -> None:
    source = f"export const go = ({{ id = undefined }}) => fetch(`{H}/deals/v1/deal/${{id}}`);"
    assert requests(source) == ["GET /deals/v1/deal/{id} "]
    assert requests(f"fetch(`{H}/c/${{undefined}}`);") == ["GET /c/undefined "]


def test_what_an_interceptor_writes_into_the_headers_is_in_those_of_its_request_alone() -> None:
    hooked = f"const axios = require('axios'); const c = axios.create({{baseURL: '{H}'}});"
    hook = "c.interceptors.request.use(o => { o.headers.Authorization = 'Bearer ' + process.env.T; return o; });"
    sends = f"c.get('/v/a'); axios.get('{H}/v/b'); axios.create({{baseURL: '{H}'}}).get('/v/c');"
    assert requests(hooked + hook + sends) == ["GET /v/a bearer", "GET /v/b ", "GET /v/c "]
    common = hook.replace("headers.", "headers.common.")
    assert requests(hooked + common + sends) == ["GET /v/a bearer", "GET /v/b ", "GET /v/c "]


def test_what_a_build_makes_is_told_once_for_each_file(tmp_path: Path) -> None:
    source = f"const axios = require('axios');\naxios.get(`{H}/deals/v1/deal/1?hapikey=${{{K}}}`);\naxios.post(`{H}/deals/v1/deal?hapikey=${{{K}}}`);\n"
    for name in ("src/a.js", "dist/a.js", "lib/a.min.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    squeezed = source.replace("\n", ";") + "var a = 1;" * 400
    (tmp_path / "lib" / "b.js").write_text(squeezed)
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    places = [(one.path, one.kind, one.fix) for one in report.findings if one.severity != "note"]
    assert places == [
        ("dist/a.js", "key_in_url", "manual"),
        ("lib/a.min.js", "key_in_url", "manual"),
        ("lib/b.js", "unparsable", "manual"),
        ("src/a.js", "key_in_url", "safe"),
        ("src/a.js", "key_in_url", "safe"),
    ]
    [told, *_] = report.findings
    assert "2 requests, such as GET /deals/v1/deal/1" in told.message
    assert told.reason == "This file is made from others; change those and build it again."
    assert len(told.calls) == 2
    assert [gap.path for gap in report.gaps] == ["lib/b.js"]
    counts = report.occurrences
    assert counts.total == counts.in_call + counts.finding + counts.gap + counts.suppressed + counts.own_name


def test_a_page_in_one_text_is_no_build() -> None:
    page = "<p class=\\'a\\'>" * 400
    source = f"const page = '<html>{page}' + title + '</html>';\nfetch('{H}/v/a?hapikey=' + {K});"
    assert requests(source) == ["GET /v/a query_key"]
    assert requests(source.replace("page", "x" * 2_001)) == []


def test_what_tests_put_in_the_place_of_a_client_is_no_part_of_the_program() -> None:
    program = f"const axios = require('axios'); exports.go = () => axios.get('{H}/v/a?hapikey=' + {K});"
    test = "const axios = require('axios'); axios.get = jest.fn(); test('it', () => require('./a').go());"
    found = calls_of({"a.js": program, "a.test.js": test})
    assert [(call.endpoint, call.context.value) for call in found] == [("/v/a", "program")]
    assert calls_of({"a.js": "require('axios').get = () => 1;\n" + program}) == []


def test_what_a_build_squeezes_into_a_line_is_told_once() -> None:
    from migrator.catalog.vocabulary import vocabulary
    from migrator.languages.javascript.language import LANGUAGE

    source = Source(path="a.js", text="var a = 1;" * 400 + f"fetch('{H}/x')")
    with pytest.raises(UnparsableError, match="minified"):
        LANGUAGE.lower(source, vocabulary())
    assert requests(source.text) == []


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("// hapikey", "comment"),
        ("/* hapikey */", "comment"),
        ("f('hapikey')", "string"),
        ("f(`a ${b} hapikey`)", "string"),
        ("f(`a ${hapikey}`)", "name"),
        ("const hapikey = 1", "name"),
        ("f({hapikey: 1})", "key"),
        ("f({'hapikey': 1})", "key"),
        ("f({hapikey})", "key"),
        ("f.hapikey = 1", "key"),
        ("a = f.hapikey", "name"),
        ("const {hapikey} = f", "name"),
        ("f(process.env.hapikey)", "variable"),
    ],
)
def test_mentions(source: str, context: str) -> None:
    from migrator.languages.javascript.language import LANGUAGE

    [found] = LANGUAGE.mentions(Source(path="a.js", text=source), ("hapikey",))
    assert found.context == context


def test_mentions_in_a_long_chain_of_calls_take_one_walk() -> None:
    from migrator.languages.javascript.language import LANGUAGE

    found = LANGUAGE.mentions(Source(path="a.js", text="'a'" + ".then(hapikey => b)" * 3000), ("hapikey",))
    assert [one.context for one in found] == ["name"] * 3000


def test_a_file_is_parsed_once_for_all_that_its_text_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from migrator.languages.javascript import lexical
    from migrator.languages.javascript.lowering import lower

    parsed, read = lower.parsed, list[str]()

    def counted(source: Source, grammar: Grammar, masked: str | None = None) -> Parsed:
        read.append(source.text)
        return parsed(source, grammar, masked)

    monkeypatch.setattr(lower, "parsed", counted)
    first, other = (Source(path="once.js", text=f"f('hapikey', secret) // {n}") for n in (1, 2))
    assert [one.context for one in lexical.mentions(first, ("hapikey",))] == ["string"]
    assert [one.context for one in lexical.mentions(first, ("secret",))] == ["name"]
    assert read == [first.text]
    assert [one.context for one in lexical.mentions(other, ("secret",))] == ["name"]
    assert read == [first.text, other.text]


def test_suppressions() -> None:
    from migrator.languages.javascript.language import LANGUAGE

    text = "f(1); // hapikey: ignore[HK101, HK102] a partner's\n/* hapikey: ignore[] why */\n'// hapikey: ignore[x]'\n"
    found = LANGUAGE.suppressions(Source(path="a.js", text=text))
    assert [(one.line, one.codes, one.reason) for one in found] == [
        (1, ("HK101", "HK102"), "a partner's"),
        (2, (), "why"),
    ]


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ("^6.0.1-beta3", ">=6.0.1b3,<7"), ("~2.3", ">=2.3.0,<2.4"), ("2.3.14", "==2.3.14"), ("2.x", "==2.*"), ("*", ""),
        ("latest", ""), (">=1.0.0 <3.0.0", ">=1.0.0,<3.0.0"), ("1.0.0 - 2.0.0", ">=1.0.0,<=2.0.0"), ("^0.4.1", ">=0.4.1,<0.5"),
        ("^1.0.0 || ^2.0.0", ">=2.0.0,<3"), ("github:a/b", ""), ("^9", ">=9.0.0,<10"),
    ],
)  # fmt: skip
def test_version_ranges(written: str, specifier: str) -> None:
    from migrator.languages.javascript.packages import pep440

    assert pep440(written) == specifier


@pytest.mark.parametrize(
    ("path", "text", "version"),
    [
        ("package-lock.json", '{"packages": {"node_modules/hubspot": {"version": "2.3.14"}}}', "2.3.14"),
        ("package-lock.json", '{"dependencies": {"hubspot": {"version": "2.3.14"}}}', "2.3.14"),
        ("yarn.lock", 'hubspot@^2.3.2:\n  version "2.3.14"\n  resolved "x"\n', "2.3.14"),
        ("yarn.lock", '"hubspot@npm:^2.3.2":\n  version: 2.3.14\n  resolution: "x"\n', "2.3.14"),
        ("yarn.lock", 'a@1:\n  version "1.0.0"\n  dependencies:\n    hubspot "^2"\n\nhubspot@^2.1.0, hubspot@^2.3.2:\n  version "2.3.14"\n', "2.3.14"),
        ("pnpm-lock.yaml", "packages:\n\n  /hubspot@2.3.14:\n    resolution: {}\n", "2.3.14"),
        ("pnpm-lock.yaml", "packages:\n\n  /hubspot/2.3.14:\n    resolution: {}\n", "2.3.14"),
    ],
)  # fmt: skip
def test_lock_files(path: str, text: str, version: str) -> None:
    from migrator.languages.javascript.packages import requirements

    [found] = requirements({path: text}, ["npm:hubspot", "hubspot"])
    assert (found.package, found.version, found.locked) == ("npm:hubspot", version, True)


@pytest.mark.parametrize("version", ["git+https://github.com/a/b.git#c736bb", "file:../b", "https://c.org/b.tgz"])
def test_a_lock_file_that_holds_no_release_says_none(version: str) -> None:
    from migrator.languages.javascript.packages import requirements

    text = f'{{"dependencies": {{"hubspot": {{"version": "{version}"}}}}}}'
    [found] = requirements({"package-lock.json": text}, ["npm:hubspot"])
    assert (found.specifier, found.version, found.locked) == ("", None, True)


def test_a_large_lock_file_is_read_once() -> None:
    from time import process_time

    from migrator.languages.javascript.packages import requirements

    entry = '"@scope/name-%d@^1.0.0", "@scope/name-%d@^1.2.0":\n  integrity sha512-%s\n  dependencies:\n    hubspot "^2"\n\n'
    text = "".join(entry % (n, n, "A" * 80) for n in range(6_000))
    start = process_time()
    assert requirements({"yarn.lock": text}, ["npm:hubspot"]) == ()
    assert process_time() - start < 2


def test_client_libraries_by_release() -> None:
    source = "const {Client} = require('@hubspot/api-client'); new Client({apiKey: process.env.K}).crm.contacts.basicApi.getById('1');"
    for release, carrier in (("^8.0.0", "sdk_key"), ("^12.0.0", "")):
        manifest = f'{{"dependencies": {{"@hubspot/api-client": "{release}"}}}}'
        files = {"a.js": source, "package.json": manifest}
        [call] = calls_of(files)
        assert (call.method, call.endpoint) == ("GET", "/crm/v3/objects/contacts/1")
        assert "".join(auth.carrier.value for auth in call.auth) == carrier


@pytest.mark.parametrize(
    ("held", "asked", "release", "carriers"),
    [
        ("apiKey: 'k'", "", "12.0.0", "sdk_key"),  # which other methods of that release ignore
        ("apiKey: 'k'", "", "2.1.1", "sdk_key"),
        ("accessToken: 't'", "", "9.1.1", "bearer"),
        ("apiKey: 'k', accessToken: 't'", "", "2.1.1", "bearer+sdk_key"),
        ("apiKey: 'k', accessToken: 't'", "", "8.9.0", "bearer"),
        ("accessToken: 't', developerApiKey: 'd'", "", "9.1.1", "sdk_key"),
        ("accessToken: 't', developerApiKey: 'd'", ", authType: 'accessToken'", "9.1.1", "bearer"),
        ("accessToken: 't'", ", authType: 'none'", "9.1.1", ""),
        ("", ", headers: {Authorization: 'Bearer ' + process.env.T}", "9.1.1", "bearer"),
    ],
)
def test_what_a_request_by_hand_carries(held: str, asked: str, release: str, carriers: str) -> None:
    whole = f"const {{Client}} = require('@hubspot/api-client'); new Client({{{held}}}).apiRequest({{path: '/v/a'{asked}}});"
    manifest = f'{{"dependencies": {{"@hubspot/api-client": "{release}"}}}}'
    assert requests(whole, package__json=manifest) == [f"GET /v/a {carriers}"]


def test_a_request_by_hand_to_a_whole_address() -> None:
    asked = f"{{method: 'PUT', overlapUrl: '{H}/v/b', path: '/v/a'}}"
    assert one(
        f"const h = require('@hubspot/api-client'); new h.Client({{accessToken: 't'}}).apiRequest({asked});"
    ) == ("PUT /v/b bearer")


def test_the_older_client_sends_the_key_alone() -> None:
    source = "const H = require('hubspot'); new H({apiKey: 'k', accessToken: 't'}).contacts.getByEmail('a');"
    assert one(source) == "GET /contacts/v1/contact/email/a/profile sdk_key"
    assert one(source.replace("apiKey: 'k', ", "")) == "GET /contacts/v1/contact/email/a/profile bearer+query_token"


@pytest.mark.parametrize(
    ("source", "open_"),
    [
        ("module.exports = { before: [(request, K) => { request.params.hapikey = K; return request; }] };", 1),
        ("module.exports = (client, K) => client.setQuery({ hapikey: K });", 1),
        ("module.exports = (client, hapikey) => client.setQuery({ hapikey });", 1),
        ("module.exports = (request) => request.query.hapikey;", 0),
        ("module.exports = ({ hapikey }) => check(hapikey);", 0),
    ],
)
def test_a_parameter_set_where_no_request_is_seen_is_asked_about(source: str, open_: int, tmp_path: Path) -> None:

    (tmp_path / "a.js").write_text(source)
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert len([gap for gap in report.gaps if gap.kind == "unexplained_mention"]) == open_


@pytest.mark.parametrize(
    "sent",
    [
        f"send('{H}/v/a', {{name: 'x'}}, {{params: {{hapikey: {K}}}}})",
        f"http.post('{H}/v/a', {{}}, {{qs: {{hapikey: {K}}}}})",
        f"doRequest({{hostname: 'api.hubapi.com', path: `/v/a?hapikey=${{{K}}}`, method: 'POST'}})",
    ],
)
def test_a_function_nobody_knows_takes_the_options_that_say_most(sent: str) -> None:
    [found] = requests(f"const {{send, http, doRequest}} = require('./absent'); {sent}")
    assert found.endswith("/v/a query_key")


@pytest.mark.parametrize(
    ("options", "how"),
    [
        ("clientId: 'i', refreshToken: process.env.T", "bearer+query_token"),
        ("apiKey: 'k', refreshToken: process.env.T", "sdk_key"),
        ("clientId: 'i'", ""),
    ],
)
def test_the_older_client_sends_what_it_is_granted_for_a_token(options: str, how: str) -> None:
    source = f"const H = require('hubspot'); const h = new H({{{options}}}); "
    assert one(source + "h.contacts.getByEmail('a');") == f"GET /contacts/v1/contact/email/a/profile {how}"
    assert one(source + "h.refreshAccessToken();").startswith("POST /oauth/v1/token ")


def test_methods_of_the_older_client_that_make_an_address_or_send_by_themselves() -> None:
    make = "const H = require('hubspot'); const h = new H({apiKey: 'k'}); "
    manifest = '{"dependencies": {"hubspot": "2.3.14"}}'
    asked = calls_of({"a.js": make + "h.oauth.getAuthorizationUrl({scope: 'contacts'});"})
    assert [call.endpoint for call in asked] == [None]  # the client is made, and no request of it is seen
    [call] = calls_of({"a.js": make + "h.files.upload({content: 'x'});", "package.json": manifest})
    assert (call.method, call.endpoint) == ("POST", "/filemanager/api/v3/files/upload")
    use = "const t = h.oauth.getAccessToken({}); new H({accessToken: t.access_token}).contacts.getByEmail('a');"
    [_, call] = calls_of({"a.js": make + use, "package.json": manifest})
    assert {source.name for auth in call.auth for source in auth.sources} == {"oauth.getAccessToken().access_token"}


ALIKE = {
    "api.ts": (
        "export class Api { async make(kind: string) { return fetch('https://api.hubapi.com/crm/v3/objects/' + kind) }\n"
        "  async other() { return fetch('https://api.hubapi.com/crm/v3/owners') } }\n"
    ),
    "first.ts": "import { Api } from './api';\nexport class First { api = new Api(); run() { return this.api.other() } }\n",
    "second.ts": "import { Api } from './api';\nexport class Two { api = new Api(); go() { return this.api.make('deals') } }\n",
    "web.ts": (
        "import { First } from './first';\nimport { Two } from './second';\nconst one = new First(); const two = new Two();\n"
        "on('x', () => one.run()); const table = { go: () => two.go() };\n"
    ),
}


def test_what_is_called_on_one_object_is_not_open_on_another_that_is_made_alike() -> None:
    assert sorted({call.endpoint for call in calls_of(ALIKE)}) == ["/crm/v3/objects/deals", "/crm/v3/owners"]


def test_an_address_with_many_unknown_parts_keeps_what_is_known() -> None:
    program = (
        "const base = process.env.B == null ? 'https://api.hubapi.com' : process.env.B;\n"
        "const any = (x) => x.a ? load(x) : x.b ? make(x) : find(x);\n"
        "const join = (f, a, t, b) => fetch(`${base}/crm/v4/objects/${f}/${a}/associations/default/${t}/${b}`);\n"
        "function run(x, y) { const one = any(x), other = any(y); return join('contact', one.id, 'deal', other.id) }\n"
    )
    found = {call.endpoint or "" for call in calls_of({"a.js": program})}
    assert {re.sub(r"\{\w+\}", "{}", one) for one in found} == {
        "/crm/v4/objects/contact/{}/associations/default/deal/{}"
    }


SENDS = f"fetch(`{H}${{path}}?hapikey=${{{K}}}`)"
WHOLE = {
    "an object": (f"module.exports = {{\n  ask(path) {{\n    return {SENDS};\n  }},\n}};\n", "require('./far').ask"),
    "a function": (f"module.exports = (path) => {SENDS};\n", "require('./far')"),
    "a function without a name, called otherwise": (
        f"export default function (path) {{\n  return {SENDS};\n}}\n",
        "require('./far').default",
    ),
    "what a function makes": (
        f"module.exports = () => {{\n  const ask = (path) => {SENDS};\n  return {{ ask }};\n}};\n",
        "require('./far')().ask",
    ),
    "a class": (
        f"module.exports = class {{\n  ask(path) {{\n    return {SENDS};\n  }}\n}};\n",
        "new (require('./far'))().ask",
    ),
}


@pytest.mark.parametrize("name", ["far.js", "far/index.js"])
@pytest.mark.parametrize("form", WHOLE)
def test_a_file_is_read_that_imports_what_sends_under_a_name_of_its_own(form: str, name: str, tmp_path: Path) -> None:
    sender, asked = WHOLE[form]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(sender)
    (tmp_path / "main.js").write_text(f"const it = {asked};\nit('/v/a');\n")
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert [call.endpoint for call in report.calls] == ["/v/a"]


@pytest.mark.parametrize(("asked", "paths"), [("make('k').ask('/v/a');", ["/v/a"]), ("", [None])])
def test_what_a_function_makes_is_told_as_its_callers_use_it(asked: str, paths: list[str | None]) -> None:
    maker = f"function make(key) {{\n  return {{ ask: (path) => fetch(`{H}${{path}}?hapikey=${{key}}`) }};\n}}\n"
    assert [call.endpoint for call in calls_of({"a.js": maker + asked})] == paths


@pytest.mark.parametrize("kept", ["const k = '';", "const o = {hubspot: {key: ''}}, {key: k} = o.hubspot;"])
def test_a_text_that_is_left_empty_is_for_people_to_fill_in(kept: str) -> None:
    source = f"{kept} function f() {{ let u = '{H}/v/a'; if (k) u += '?hapikey=' + k; return fetch(u); }} f();"
    assert one(source) == "GET /v/a query_key"


def test_a_text_that_the_program_fills_is_no_switch() -> None:
    source = f"let k = ''; function f() {{ return fetch('{H}/v/a' + (k == 'b' ? '/b' : '')); }} k = 'a'; f();"
    assert requests(source) == ["GET /v/a "]


def test_a_function_that_is_a_member_of_itself_ends() -> None:
    source = f"function f() {{ return fetch('{H}/v/a'); }} f.f = f; f.default = f; module.exports = f; f();"
    assert one(source) == "GET /v/a "


READERS = {
    "require": "const {base} = require('./settings.json');",
    "no suffix": "const {base} = require('./settings');",
    "import": "import settings from './settings.json'; const {base} = settings;",
    "own copy": "const base = 'https://example.org';",
}


@pytest.mark.parametrize(("form", "paths"), [(form, [] if form == "own copy" else ["/v/a"]) for form in READERS])
def test_a_program_is_read_whose_address_stands_in_a_file_of_data_alone(
    form: str, paths: list[str], tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text(f'{{"base": "{H}/v"}}')
    (tmp_path / "send.js").write_text(f"{READERS[form]}\nrequire('axios').get(`${{base}}/a`);\n")
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert [call.endpoint for call in report.calls if call.endpoint] == paths


HANDLERS = {
    "a guard": ("app.get('/x', () => {{ if (!token) return; {send} }});", ["GET /v/a "]),
    "a choice": ("app.get('/x', () => fetch(token ? '{H}/v/a' : '{H}/v/b'));", ["GET /v/a ", "GET /v/b "]),
    "within a function": (
        "function routes(it) {{ it.get('/x', () => {{ if (token) {{ {send} }} }}); }} routes(app);",
        ["GET /v/a "],
    ),
    "what nothing changes": ("app.get('/x', () => {{ if (never) {{ {send} }} }});", []),
}


@pytest.mark.parametrize("form", HANDLERS)
def test_what_is_handed_to_a_framework_is_called_when_others_may_have_run(form: str) -> None:
    handler, sent = HANDLERS[form]
    before = "const app = require('express')(); let token = null; const never = false;"
    after = "app.get('/back', (req) => { token = req.query.code; });"
    handler = handler.format(send=f"fetch('{H}/v/a');", H=H)
    assert requests(f"{before} {handler} {after}") == sent


ASK = f"const hub = (m, p) => fetch('{H}' + p, {{method: m}});"
FAR = {
    "a member of the global object": f"{ASK} globalThis.ask = hub; ask('PUT', '/v/a');",
    "asked of the global object": f"{ASK} window.ask = hub; window.ask('PUT', '/v/a');",
    "decorated": f"{ASK} const f = require('fastify')(); f.decorate('ask', hub); "
    "f.get('/x', function (r) { r.server.ask('PUT', '/v/a'); });",
    "a member by its name": f"{ASK} const _ = require('lodash'); _.invoke({{ask: hub}}, 'ask', 'PUT', '/v/a');",
    "texts and values": f"{ASK} const put = (t, ...v) => hub('PUT', String.raw(t, ...v)); put`/v/${{'a'}}`;",
    "with or without new": f"{ASK} function F(p) {{ if (!new.target) return new F(p); hub('PUT', p); }} F('/v/a');",
}


@pytest.mark.parametrize("form", FAR)
def test_a_function_is_known_where_the_language_or_a_framework_hands_it_over(form: str) -> None:
    assert "PUT /v/a " in requests(FAR[form])


def test_a_file_is_read_that_imports_what_sends_by_a_name_it_puts_together(tmp_path: Path) -> None:
    (tmp_path / "far.js").write_text(f"module.exports = (path) => fetch('{H}' + path);\n")
    (tmp_path / "main.js").write_text("const name = 'far';\nrequire(`./${name}`)('/v/a');\n")
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert "/v/a" in [call.endpoint for call in report.calls]


FILLERS = {
    "arrows": f"this.base = '{H}/v'; this.ask = (id) => fetch(this.base + '/a');",
    "functions": f"this.base = '{H}/v'; this.ask = function (id) {{ return fetch(this.base + '/a'); }};",
    "another name": f"var self = this; self.base = '{H}/v'; this.ask = function () {{ return fetch(self.base + '/a'); }};",
    "chosen by a method": f"this.base = '{H}/u'; this.use = () => {{ this.base = '{H}/v'; }}; "
    "this.ask = () => fetch(this.base + '/a');",
}


@pytest.mark.parametrize("head", ["module.exports = function (key) {", "function Api(key) {"])
@pytest.mark.parametrize("form", FILLERS)
def test_a_function_that_fills_an_object_is_a_constructor_for_others(form: str, head: str) -> None:
    end = "}; " if head.startswith("module") else "} module.exports = Api;"
    assert "GET /v/a " in requests(f"{head} {FILLERS[form]} {end}")


def test_what_one_program_puts_into_a_shared_client_is_not_there_for_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.js").write_text(
            "const axios = require('axios');\n"
            "module.exports = function (o) {\n"
            "  axios.interceptors.request.use((c) => { o.seen = c; return c; });\n"
            f"  this.base = '{H}/v';\n"
            f"  this.ask = () => axios.get(this.base + '/{name}');\n"
            "};\n"
        )
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert sorted(call.endpoint or "" for call in report.calls) == ["/v/one", "/v/two"]


@pytest.mark.parametrize(
    ("guard", "sent"),
    [
        ("if (k !== 'a' && k !== 'b') return;", ["/v/a", "/v/b"]),
        ("if (!(k === 'a' || k === 'b')) throw new Error(k);", ["/v/a", "/v/b"]),
        ("if (!['a', 'b'].includes(k)) return;", ["/v/a", "/v/b"]),
        ("if (k !== 'a' && other !== 'b') return;", ["/v/{k}"]),
        ("if (k !== 'a' || k !== 'b') return;", ["/v/a"]),
        ("if (['a', 'b'].includes(k)) return;", ["/v/{k}"]),
    ],
)
def test_a_guard_says_which_texts_a_value_can_be(guard: str, sent: list[str]) -> None:
    source = f"module.exports = async (k, other) => {{ {guard} await fetch(`{H}/v/${{k}}`); }};"
    assert sorted(call.endpoint or "" for call in calls_of({"a.js": source})) == sent


def test_what_is_done_for_each_of_what_nobody_knows_is_done_with_one_of_it() -> None:
    source = (
        f"async function go(r) {{ const {{ data }} = await r; data.ids.map(async (id) => fetch(`{H}/v/${{id}}/x`)); }}"
    )
    assert one(source).startswith("GET /v/{id}/x ")


_SCRIPT = {
    "menu": "function onOpen() { log(load('/v/a')); const c = new Client(KEY); c.list(); change(1); }",
    "calls": "var load = function (path) { return JSON.parse(UrlFetchApp.fetch(ROOT + path + '?hapikey=' + KEY)); }\n"
    "class Client { constructor(k) { this.k = k }\n list() { UrlFetchApp.fetch(`${ROOT}/v/b?hapikey=${this.k}`) } }\n"
    "function change(id) { UrlFetchApp.fetch(ROOT + '/v/' + id, {method: 'patch', headers: {Authorization: 'Bearer ' + KEY}}) }",
    "settings": f"const ROOT = '{H}',\n  KEY = PropertiesService.getScriptProperties().getProperty('HUBSPOT')\nvar unused = 1",
}


@pytest.mark.parametrize(
    "files",
    [
        {f"{name}.gs": text for name, text in _SCRIPT.items()},
        {"appsscript.json": "{}", **{f"src/{name}.js": text for name, text in _SCRIPT.items()}},
        {f"{name}.js": text for name, text in _SCRIPT.items()},
        {
            f"{name}.js": text.replace("const ROOT", "window.ROOT").replace(",\n  KEY", "\nwindow.KEY")
            for name, text in _SCRIPT.items()
        },
    ],
    ids=[
        "files of an Apps Script",
        "files that a tool takes there",
        "scripts of a page that nobody knows",
        "of the window",
    ],
)
def test_the_files_of_a_script_have_one_scope(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert {f"{call.method} {call.endpoint}" for call in report.calls} == {"GET /v/a", "GET /v/b", "PATCH /v/1"}
    assert {one for call in report.calls for one in call.auth} == {"api_key", "bearer"}


@pytest.mark.parametrize("path", ["owners.js", "js/app/owners.js"])
@pytest.mark.parametrize("given", ["var BASE", "window.BASE"])
def test_a_script_that_names_nothing_of_hubspot_is_found_by_what_another_gives(
    tmp_path: Path, path: str, given: str
) -> None:
    (tmp_path / "js" / "app").mkdir(parents=True)
    (tmp_path / "js" / "config.js").write_text(f"{given} = '{H}';\n")
    (tmp_path / path).write_text(
        "function load(T) { return fetch(BASE + '/v/a', {headers: {Authorization: `Bearer ${T}`}}); }"
    )
    assert [call.endpoint for call in pipeline.scan(Settings(paths=(str(tmp_path),))).calls] == ["/v/a"]


@pytest.mark.parametrize(
    ("token", "names"),
    [
        ("process.env.HUBSPOT || 'dry-run'", {("environment", "HUBSPOT")}),
        ("process.env.HUBSPOT ?? 'dry-run'", {("environment", "HUBSPOT")}),
        ("dry ? optional('HUBSPOT') : required('HUBSPOT')", {("environment", "HUBSPOT")}),
        ("dry ? 'dry-run' : process.env.HUBSPOT", {("environment", "HUBSPOT"), ("literal", "'dry-run'")}),
    ],
)
def test_a_variable_of_the_environment_with_a_default_is_one_credential(
    token: str, names: set[tuple[str, str]]
) -> None:
    program = (
        "function required(n) { const v = process.env[n]; if (!v) throw new Error(n); return v; }\n"
        "function optional(n) { return process.env[n] || 'dry-run'; }\n"
        f"fetch('{H}/v/a', {{headers: {{Authorization: `Bearer ${{{token}}}`}}}});"
    )
    found = {(one.how, one.name) for call in calls_of({"a.js": program}) for auth in call.auth for one in auth.sources}
    assert found == names


def test_what_is_taken_out_of_a_parameter_is_named_without_a_number() -> None:
    program = f"exports.a = ({{options}}) => options; exports.b = ({{own}}) => fetch(`{H}/v/a?hapikey=${{own.key}}`);"
    (call,) = calls_of({"a.js": program})
    assert [one.name.rpartition("options")[2] for auth in call.auth for one in auth.sources] == [".own.key"]


def test_modules_of_one_folder_share_nothing(tmp_path: Path) -> None:
    for name, text in _SCRIPT.items():
        (tmp_path / f"{name}.js").write_text(f"{text}\nexport {{}};")
    report = pipeline.scan(Settings(paths=(str(tmp_path),)))
    assert [call.endpoint for call in report.calls if call.resolved] == []


def test_a_method_whose_name_is_unknown_is_any_that_leads_to_a_request() -> None:
    found = requests(
        "class Api { constructor(k) { this.k = k; }\n"
        "run(action, id) { return this[action](id); }\n"
        f"one(id) {{ return fetch(`{H}/v/one/${{id}}?hapikey=${{this.k}}`); }}\n"
        f"two(id) {{ return fetch(`{H}/v/two/${{id}}?hapikey=${{this.k}}`); }}\n"
        "log(id) { console.log(id); } }\n"
        f"exports.go = (req) => new Api({K}).run(req.action, 7);"
    )
    assert {"GET /v/one/7 query_key", "GET /v/two/7 query_key"} <= set(found)


def test_what_a_namespace_exports_is_its_own_to_give() -> None:
    sent = f"export namespace Api {{ export const go = () => fetch('{H}/v/a'); export function b() {{ go(); }} }}"
    assert sent_by({"api.ts": sent, "a.ts": "import {Api} from './api'; Api.go(); Api.b();"}) == ["GET /v/a "]


@pytest.mark.parametrize("made", ["new undici.Pool(H)", "new undici.Client(H)", "new (require('undici').Client)(H)"])
def test_a_pool_of_undici_is_asked_for_a_path(made: str) -> None:
    source = f"const undici = require('undici'); const H = '{H}'; const c = {made}; "
    assert one(source + f"c.request({{path: '/v/a?hapikey=' + {K}, method: 'PUT'}})") == "PUT /v/a query_key"


_ADDS = (
    "const add = (request) => { request.params = { ...request.params, hapikey: process.env.K }; return request; };\n"
)
_ASKS = f"(z) => z.request('{H}/v/a')"


@pytest.mark.parametrize(
    ("files", "how"),
    [
        ({"index.js": f"{_ADDS}module.exports = {{ beforeRequest: [add], go: {_ASKS} }};"}, "query_key"),
        ({"app.js": f"{_ADDS}module.exports = {{ beforeRequest: [add], go: {_ASKS} }};"}, "query_key"),
        (
            {
                "index.js": f"{_ADDS}module.exports = {{ beforeRequest: [add], go: require('./lib/go') }};",
                "lib/go.js": f"module.exports = {_ASKS};",
            },
            "query_key",
        ),
        ({"index.js": f"module.exports = {{ go: {_ASKS} }};"}, ""),
        (
            {
                "index.js": f"{_ADDS}module.exports = {{ beforeRequest: [add], go: {_ASKS} }};",
                "package.json": '{"dependencies": {"express": "4.0.0"}}',
            },
            "",
        ),
    ],
    ids=["an app of one file", "by another name", "of several files", "without such a function", "of another platform"],
)
def test_an_app_without_a_manifest_changes_its_requests(files: dict[str, str], how: str) -> None:
    assert sent_by(files) == [f"GET /v/a {how}"]

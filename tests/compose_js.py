# ruff: noqa: E501, S311 - programs, one to a line; drawn by a seed
"""JavaScript programs that send an API key, grown by a grammar and executed with node: what `compose` does for Python.

python tests/compose_js.py 17              prints the program of a seed
python tests/compose_js.py --run 300       executes so many before and after `migrate --write`
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from textwrap import indent

from compose import Choices, main
from generate import Program
from loopback import Reply
from loopback.node import record_node

ENV = {"HUBSPOT_API_KEY": "k-123", "PARTNER_KEY": "p-456", "HUBSPOT_DEVELOPER_KEY": "d-123"}
DEVELOPER = "/webhooks/v3/77/subscriptions"
REPLIES = (
    Reply(path="/crm/v3/objects/deals", times=1, status=429, json={"status": "error"}),
    Reply(
        path="/*",
        times=2,
        json={"offset": 7, "hasMore": True, "results": [{"id": 1}, {"id": 2}], "paging": {"next": {"after": "a7"}}},
    ),
    Reply(path="/*", json={"offset": 0, "hasMore": False, "results": [], "id": "9"}),
)

KEYS = {
    "environment": ("const KEY = process.env.HUBSPOT_API_KEY;", "KEY"),
    "destructured environment": ("const { HUBSPOT_API_KEY } = process.env;", "HUBSPOT_API_KEY"),
    "environment at the place": ("", "process.env.HUBSPOT_API_KEY"),
    "called hapikey": ("const hapikey = process.env.HUBSPOT_API_KEY;", "hapikey"),
    "configuration": ("const config = { hubspot: { key: process.env.HUBSPOT_API_KEY } };", "config.hubspot.key"),
    "configuration module": ("const config = require('./config');", "config.hubspotKey"),
    "destructured configuration module": ("const { hubspotKey } = require('./config');", "hubspotKey"),
    "function": ("function getKey() {\n  return process.env.HUBSPOT_API_KEY;\n}\n", "getKey()"),
    "checked": ("const KEY = process.env.HUBSPOT_API_KEY;\nif (!KEY) {\n  throw new Error('no key');\n}", "KEY"),
    "default": ("const KEY = process.env.HUBSPOT_API_KEY || '';", "KEY"),
}
CONFIG = "module.exports = {\n  hubspotKey: process.env.HUBSPOT_API_KEY,\n  portal: 62515,\n};\n"

# How a function `send(method, path, query, body)` gets the key into its URL; `q` stands for the query without it.
URLS = {
    "template": "const url = `${{BASE}}${{path}}?hapikey={T}`;",
    "template before another": "const url = `${{BASE}}${{path}}?hapikey={T}&archived=false`;",
    "template behind another": "const url = `${{BASE}}${{path}}?archived=false&hapikey={T}`;",
    "sum": "const url = BASE + path + '?hapikey=' + {key};",
    "sum before another": "const url = BASE + path + '?hapikey=' + {key} + '&archived=false';",
    "grown": "let url = BASE + path;\nurl += '?hapikey=' + {key};",
    "by a separator": "const url = BASE + path + (path.includes('?') ? '&' : '?') + 'hapikey=' + {key};",
    "URL object": "const address = new URL(BASE + path);\naddress.searchParams.set('hapikey', {key});\nconst url = address.toString();",
    "parameters": "const search = new URLSearchParams({{ hapikey: {key}, archived: 'false' }});\nconst url = `${{BASE}}${{path}}?${{search}}`;",
    "parameters appended": "const search = new URLSearchParams();\nsearch.append('archived', 'false');\nsearch.append('hapikey', {key});\nconst url = `${{BASE}}${{path}}?${{search.toString()}}`;",
    "querystring": "const url = BASE + path + '?' + require('querystring').stringify({{ hapikey: {key}, archived: false }});",
    "search": "const address = new URL(BASE + path);\naddress.search = `hapikey={T}&archived=false`;\nconst url = address.href;",
    "search, a sum": "const address = new URL(BASE + path);\naddress.search = '?hapikey=' + {key};\nconst url = address.toString();",
    "search of parameters": "const address = new URL(BASE + path);\naddress.search = new URLSearchParams({{ ...query, hapikey: {key} }}).toString();\nconst url = address;",
    "URL of text": "const address = new URL(BASE + path + '?hapikey=' + {key});\nfor (const name of Object.keys(query || {{}})) {{\n  address.searchParams.append(name, query[name]);\n}}\nconst url = address.toString();",
    "parameters of text": "const search = new URLSearchParams('hapikey=' + {key} + '&archived=false');\nconst url = `${{BASE}}${{path}}?${{search}}`;",
    "parameters under a condition": "const search = new URLSearchParams();\nif (query && query.limit) {{\n  search.set('limit', query.limit);\n}}\nsearch.set('hapikey', {key});\nconst url = `${{BASE}}${{path}}?${{search}}`;",
    "address that ends in the name": "const start = `${{BASE}}${{path}}?hapikey=`;\nconst url = start + {key} + '&archived=false';",
    "pushed": "const parts = ['archived=false'];\nparts.push('hapikey=' + {key});\nif (path.length > 30) {{\n  parts.push('portalId=7');\n}}\nconst url = BASE + path + '?' + parts.join('&');",
    "pushed first": "const parts = [];\nparts.push(`hapikey={T}`, 'archived=false');\nconst url = `${{BASE}}${{path}}?${{parts.join('&')}}`;",
    "made a text": "const url = BASE + path + '?hapikey=' + `{T}`;",
    "joined": "const url = BASE + path + '?' + ['archived=false', 'hapikey=' + {key}].join('&');",
    "entries joined": "const parts = {{ hapikey: {key}, archived: false }};\nconst url = `${{BASE}}${{path}}?${{Object.keys(parts).map((name) => `${{name}}=${{parts[name]}}`).join('&')}}`;",
    "the rest behind": "const url = `${{BASE}}${{path}}?hapikey={T}${{rest(query)}}`;",
    "the rest before": "const url = `${{BASE}}${{path}}?${{more(query)}}hapikey={T}`;",
    "helper": "const url = address(path);",
    "encoded": "const url = `${{BASE}}${{path}}?hapikey=${{encodeURIComponent({key})}}`;",
    "replaced": "const url = `${{BASE}}${{path}}?hapikey=:key`.replace(':key', {key});",
}
PARAMS = {
    "spread, key first": "const params = {{ hapikey: {key}, ...query }};",
    "spread, key last": "const params = {{ ...query, hapikey: {key} }};",
    "assign": "const params = Object.assign({{ hapikey: {key} }}, query);",
    "assign behind": "const params = Object.assign({{}}, query, {{ hapikey: {key} }});",
    "member": "const params = {{ ...query }};\nparams.hapikey = {key};",
    "item": "const params = {{ ...query }};\nparams['hapikey'] = {key};",
    "guarded": "const params = {{ ...query }};\nif (!params.hapikey) {{\n  params.hapikey = {key};\n}}",
    "nothing else": "const params = {{ hapikey: {key} }};",
    "function": "const params = withKey(query);",
    "constant": "const params = {{ ...AUTH, ...query }};",
    "assign to what is given": "const params = query || {{}};\nparams.hapikey = {key};",
    "arm": "const params = {key} ? {{ hapikey: {key}, ...query }} : {{ ...query }};",
    "text": "const params = {{ ...query, hapikey: `{T}` }};",
    "loop": "const params = {{ hapikey: {key} }};\nfor (const name of Object.keys(query || {{}})) {{\n  params[name] = query[name];\n}}",
}
# What sends: by a URL, and by a URL and `params`; every one gives back the parsed body, or throws.
FETCH = "const reply = await fetch({url}{options});\nif (!reply.ok) {{\n  throw new Error(String(reply.status));\n}}\nreturn reply.json();"
BY_URL = {
    "fetch": (FETCH, "{ method, body: body ? JSON.stringify(body) : undefined }"),
    "fetch with headers": (FETCH, "{ method, headers: { 'Content-Type': 'application/json' }, body: body ? JSON.stringify(body) : undefined }"),
    "fetch with options made before": ("const options = {{ method, headers: {{}} }};\nif (body) {{\n  options.headers['Content-Type'] = 'application/json';\n  options.body = JSON.stringify(body);\n}}\n" + FETCH, "options"),
    "fetch with Headers": ("const headers = new Headers();\nheaders.append('Accept', 'application/json');\nif (body) {{\n  headers.append('Content-Type', 'application/json');\n}}\n" + FETCH, "{ method, headers, body: body ? JSON.stringify(body) : undefined }"),
    "fetch with Headers written out": (FETCH, "{ method, headers: new Headers({ Accept: 'application/json' }), body: body ? JSON.stringify(body) : undefined }"),
    "fetch with pairs": (FETCH, "{ method, headers: [['Accept', 'application/json']], body: body ? JSON.stringify(body) : undefined }"),
    "fetch with options of Headers": ("const headers = new Headers({{ Accept: 'application/json' }});\nconst options = {{ method, headers }};\nif (body) {{\n  options.body = JSON.stringify(body);\n}}\n" + FETCH, "options"),
    "fetch with options spread": ("const extra = {{ headers: {{ Accept: 'application/json' }} }};\n" + FETCH, "{ ...extra, method, body: body ? JSON.stringify(body) : undefined }"),
    "axios with options spread": ("const axios = require('axios').default;\nconst extra = {{ timeout: 5000, headers: {{ 'X-Part': 'a' }} }};\nconst reply = await axios({{ method, url: {url}, data: body, ...extra }});\nreturn reply.data;", ""),
    "axios by options": ("const axios = require('axios');\nconst reply = await axios({{ method, url: {url}, data: body }});\nreturn reply.data;", ""),
    "axios by method": ("const axios = require('axios');\nif (method === 'get') {{\n  return (await axios.get({url})).data;\n}}\nif (method === 'delete') {{\n  return (await axios.delete({url})).data;\n}}\nreturn (await axios[method]({url}, body)).data;", ""),
    "axios by arms": ("const axios = require('axios');\nswitch (method) {{\n  case 'get':\n    return (await axios.get({url})).data;\n  case 'post':\n    return (await axios.post({url}, body)).data;\n  case 'patch':\n    return (await axios.patch({url}, body, {{ timeout: 5000 }})).data;\n  default:\n    return (await axios.delete({url})).data;\n}}", ""),
    "request": ("const request = require('request');\nreturn new Promise((resolve, reject) => {{\n  request({{ method, url: {url}, json: body || true }}, (error, response, answer) => {{\n    if (error || response.statusCode > 299) {{\n      return reject(error || new Error(String(response.statusCode)));\n    }}\n    resolve(answer);\n  }});\n}});", ""),
    "request-promise": ("const rp = require('request-promise');\nreturn rp({{ method, uri: {url}, body: body || undefined, json: true }});", ""),
    "got": ("const got = require('got');\nreturn got({url}, {{ method, json: body, responseType: 'json', retry: 0 }}).then((reply) => reply.body);", ""),
    "superagent": ("const superagent = require('superagent');\nconst reply = await superagent(method, {url}).send(body);\nreturn reply.body;", ""),
    "needle": ("const needle = require('needle');\nconst reply = await needle(method, {url}, body, {{ json: true }});\nif (reply.statusCode > 299) {{\n  throw new Error(String(reply.statusCode));\n}}\nreturn reply.body;", ""),
    "https": ("const https = require('https');\nreturn new Promise((resolve, reject) => {{\n  const asked = https.request({url}, {{ method }}, (reply) => {{\n    let text = '';\n    reply.on('data', (part) => {{ text += part; }});\n    reply.on('end', () => (reply.statusCode > 299 ? reject(new Error(text)) : resolve(JSON.parse(text))));\n  }});\n  asked.on('error', reject);\n  if (body) {{\n    asked.write(JSON.stringify(body));\n  }}\n  asked.end();\n}});", ""),
}  # fmt: skip
BY_PARAMS = {
    "axios by options": "const axios = require('axios');\nconst reply = await axios({{ method, url: BASE + path, params{data} }});\nreturn reply.data;",
    "axios with options spread": "const axios = require('axios');\nconst extra = {{ timeout: 5000, headers: {{ 'X-Part': 'a' }} }};\nreturn (await axios({{ params, ...extra, method, url: BASE + path{data} }})).data;",
    "axios with options made before": "const axios = require('axios');\nconst options = {{ method, url: BASE + path, params }};\nif (body) {{\n  options.data = body;\n}}\nreturn (await axios(options)).data;",
    "axios by method": "const axios = require('axios');\nif (method === 'get' || method === 'delete') {{\n  return (await axios[method](BASE + path, {{ params }})).data;\n}}\nreturn (await axios[method](BASE + path, body, {{ params }})).data;",
    "axios instance": "const reply = await http.request({{ method, url: path, params{data} }});\nreturn reply.data;",
    "request": "const request = require('request');\nreturn new Promise((resolve, reject) => {{\n  request({{ method, url: BASE + path, qs: params, json: body || true }}, (error, response, answer) => {{\n    if (error || response.statusCode > 299) {{\n      return reject(error || new Error(String(response.statusCode)));\n    }}\n    resolve(answer);\n  }});\n}});",
    "request-promise": "const rp = require('request-promise');\nconst options = {{ method, uri: BASE + path, qs: params, json: true }};\nif (body) {{\n  options.body = body;\n}}\nreturn rp(options);",
    "got": "const got = require('got');\nreturn got(BASE + path, {{ method, searchParams: params, json: body, responseType: 'json', retry: 0 }}).then((reply) => reply.body);",
    "superagent": "const superagent = require('superagent');\nconst reply = await superagent(method, BASE + path).query(params).send(body);\nreturn reply.body;",
    "fetch": "const reply = await fetch(`${{BASE}}${{path}}?${{new URLSearchParams(params)}}`, {{ method, body: body ? JSON.stringify(body) : undefined }});\nif (!reply.ok) {{\n  throw new Error(String(reply.status));\n}}\nreturn reply.json();",
}  # fmt: skip
# A client that holds the key: what is made once, and how it sends.
KEPT = {
    "axios create": ("const http = require('axios').create({{ baseURL: BASE, params: {{ hapikey: {key} }} }});", "return (await http.request({{ method, url: path, params: query, data: body }})).data;"),
    "axios create by method": ("const http = require('axios').create({{\n  baseURL: BASE,\n  timeout: 9000,\n  params: {{ hapikey: {key}, archived: false }},\n}});", "if (method === 'get' || method === 'delete') {{\n  return (await http[method](path, {{ params: query }})).data;\n}}\nreturn (await http[method](path, body)).data;"),
    "axios defaults": ("const axios = require('axios');\naxios.defaults.baseURL = BASE;\naxios.defaults.params = {{ hapikey: {key} }};", "return (await axios.request({{ method, url: path, params: query, data: body }})).data;"),
    "axios interceptor": ("const http = require('axios').create({{ baseURL: BASE }});\nhttp.interceptors.request.use((config) => {{\n  config.params = {{ ...config.params, hapikey: {key} }};\n  return config;\n}});", "return (await http.request({{ method, url: path, params: query, data: body }})).data;"),
    "axios interceptor, member": ("const http = require('axios').create({{ baseURL: BASE }});\nhttp.interceptors.request.use((config) => {{\n  config.params = config.params || {{}};\n  config.params.hapikey = {key};\n  return config;\n}});", "return (await http.request({{ method, url: path, params: query, data: body }})).data;"),
    "request defaults": ("const request = require('request').defaults({{ baseUrl: BASE, qs: {{ hapikey: {key} }}, json: true }});", "return new Promise((resolve, reject) => {{\n  request({{ method, url: path, body: body || undefined }}, (error, response, answer) => {{\n    if (error || response.statusCode > 299) {{\n      return reject(error || new Error(String(response.statusCode)));\n    }}\n    resolve(answer);\n  }});\n}});"),
    "request-promise defaults": ("const rp = require('request-promise').defaults({{ qs: {{ hapikey: {key} }}, json: true }});", "return rp({{ method, uri: BASE + path, body: body || undefined }});"),
    "got extend": ("const api = require('got').extend({{ prefixUrl: BASE, searchParams: {{ hapikey: {key} }}, responseType: 'json', retry: 0 }});", "return (await api(path.slice(1), {{ method, json: body }})).body;"),
    "options that are spread": ("const common = {{ qs: {{ hapikey: {key} }}, json: true }};", "return require('request-promise')({{ ...common, method, uri: BASE + path, body: body || undefined }});"),
    "options that are assigned": ("const common = {{ params: {{ hapikey: {key} }}, headers: {{ 'X-App': 'sync' }} }};", "return (await require('axios')(Object.assign({{ method, url: BASE + path, data: body }}, common))).data;"),
}  # fmt: skip
LATER = {
    "nothing": "",
    "shown": "console.log({what});",
    "asserted": "if (!String({what}).includes('a')) {{\n  throw new Error('odd');\n}}",
    "noted": "require('fs').appendFileSync(process.env.SEEN, JSON.stringify({what}) + '\\n');",
    "measured": "if (JSON.stringify({what}).length > 4000) {{\n  throw new Error('long');\n}}",
    "counted": "require('fs').appendFileSync(process.env.SEEN, String(JSON.stringify({what}).length) + '\\n');",
}
SHAPES = ("functions", "class", "subclass", "prototype", "closure", "class with a key", "closure with a key", "object")
RETRIES = {
    "none": "",
    "again in a handler": "try {\n  return await first();\n} catch (error) {\n  return first();\n}",
    "in a loop": "for (let attempt = 0; attempt < 3; attempt += 1) {\n  try {\n    return await first();\n  } catch (error) {\n    if (attempt === 2) {\n      throw error;\n    }\n  }\n}",
    "by recursion": "const again = (left) => first().catch((error) => {\n  if (left === 0) {\n    throw error;\n  }\n  return again(left - 1);\n});\nreturn again(2);",
}


def _steps(choose: Choices, call: str) -> list[str]:
    """Returns what the program does with its client; *call* sends, as ``send(method, path, query, body)`` would."""
    every = {
        "one": "await {c}('get', '/contacts/v1/lists/9', {{ count: 2 }});",
        "no query": "await {c}('get', '/owners/v2/owners');",
        "create": "await {c}('post', '/crm/v3/objects/contacts', undefined, {{ properties: {{ email: 'a@b.example' }} }});",
        "update": "await {c}('patch', `/crm/v3/objects/companies/${{4 + 3}}`, undefined, {{ properties: {{ name: 'A' }} }});",
        "delete": "await {c}('delete', '/crm/v3/objects/contacts/8');",
        "search": "await {c}('post', '/crm/v3/objects/deals/search', {{}}, {{ filterGroups: [], limit: 10 }});",
        "retried": "await {c}('get', '/crm/v3/objects/deals', {{ limit: 5 }}).catch(() => {{}});",
        "several": "await Promise.all([1, 2].map((id) => {c}('get', `/crm/v3/objects/tickets/${{id}}`, {{ archived: false }})));",
        "in turn": "for (const id of ['a', 'b']) {{\n  await {c}('get', '/crm/v3/objects/products/' + id);\n}}",
        "pages": "let offset;\nlet more = true;\nwhile (more) {{\n  const page = await {c}('get', '/companies/v2/companies/paged', offset ? {{ limit: 2, offset }} : {{ limit: 2 }});\n  offset = page.offset;\n  more = page.hasMore;\n}}",
        "pages by recursion": "const pages = async (after) => {{\n  const page = await {c}('get', '/crm/v3/objects/line_items', after ? {{ after }} : {{}});\n  return page.paging ? pages(page.paging.next.after) : page;\n}};\nawait pages();",
        "then": "await {c}('get', '/crm/v3/owners', {{ limit: 3 }}).then((page) => page.results.forEach((one) => one.id));",
    }
    names = choose.random.sample(sorted(every), choose.random.randint(2, 5))
    choose.names += [f"step: {name}" for name in names]
    return [every[name].format(c=call) for name in names]


def _body(choose: Choices, key: str, text: str) -> tuple[str, str, set[str]]:
    """Returns what is made once, the body of ``send``, and the helpers that the body calls."""
    way = choose.random.choice(["url", "url", "params", "params", "kept"])
    if way == "kept":
        made, body = choose.pair("kept", KEPT)
        return made.format(key=key), body.format(), set()
    if way == "url":
        built = choose.of("url", URLS).format(key=key, T=text)
        sent, options = choose.pair("sender", BY_URL)
        body = f"{built}\n{sent.format(url='url', options=f', {options}' if options else '')}"
        what = "url"
    else:
        built = choose.of("params", PARAMS).format(key=key, T=text)
        body = f"{built}\n{choose.of('sender', BY_PARAMS).format(data=', data: body')}"
        what = "params"
    later = choose.of("later", LATER).format(what=what) if choose.maybe(0.2) else ""
    if later:
        body = f"{built}\n{later}\n{body[len(built) + 1 :]}"
    needs = {
        name
        for name in ("address", "withKey", "AUTH", "rest", "more", "http")
        if f"{name}(" in body or f"...{name}" in body or f"{name}." in body
    }
    return "", body, needs


def _helpers(needs: set[str], key: str, text: str) -> str:
    every = {
        "address": f"const address = (path) => `${{BASE}}${{path}}?hapikey={text}`;",
        "withKey": f"const withKey = (query) => ({{ ...query, hapikey: {key} }});",
        "AUTH": f"const AUTH = {{ hapikey: {key} }};",
        "rest": "const rest = (query) => Object.keys(query || {}).map((name) => `&${name}=${query[name]}`).join('');",
        "more": "const more = (query) => Object.keys(query || {}).map((name) => `${name}=${query[name]}&`).join('');",
        "http": "const http = require('axios').create({ baseURL: BASE });",
    }
    return "\n".join(every[name] for name in every if name in needs)


def _shaped(choose: Choices, shape: str, made: str, helpers: str, body: str, retry: str) -> tuple[str, str, str]:
    """Returns the module of a client, what makes one elsewhere, and the expression that sends."""
    signature = "(method, path, query, body)"
    if retry:
        body = f"const first = async () => {{\n{indent(body, '  ')}\n}};\n{retry}"
    inner = indent(body, "  ")
    twice = indent(body, "    ")
    top = f"{helpers}\n{made}".strip()
    match shape:
        case "functions":
            return (
                f"{top}\n\nasync function send{signature} {{\n{inner}\n}}\n\nmodule.exports = {{ send }};\n",
                "const { send } = require('./client');",
                "send",
            )
        case "object":
            return (
                f"{top}\n\nmodule.exports = {{\n  async send{signature} {{\n{twice}\n  }},\n}};\n",
                "const client = require('./client');",
                "client.send",
            )
        case "prototype":
            return (
                f"{top}\n\nfunction Client() {{}}\n\nClient.prototype.send = async function {signature} {{\n{inner}\n}};\n\nmodule.exports = Client;\n",
                "const Client = require('./client');\nconst client = new Client();",
                "client.send",
            )
        case "closure":
            return (
                f"{top}\n\nmodule.exports = () => {{\n  const send = async {signature} => {{\n{twice}\n  }};\n  return {{ send }};\n}};\n",
                "const client = require('./client')();",
                "client.send",
            )
        case "class":
            return (
                f"{top}\n\nclass Client {{\n  async send{signature} {{\n{twice}\n  }}\n}}\n\nmodule.exports = Client;\n",
                "const Client = require('./client');\nconst client = new Client();",
                "client.send",
            )
        case "subclass":
            names = "  list(path, query) {\n    return this.send('get', path, query);\n  }\n"
            return (
                f"{top}\n\nclass Base {{\n  async send{signature} {{\n{twice}\n  }}\n}}\n\nclass Client extends Base {{\n{names}}}\n\nmodule.exports = Client;\n",
                "const Client = require('./client');\nconst client = new Client();",
                "client.send",
            )
        case "class with a key":
            held = (
                f"    this.key = key;\n{indent(made.replace('const http =', 'this.http ='), '    ')}"
                if made.startswith("const http =")
                else "    this.key = key;"
            )
            kept = "" if made.startswith("const http =") else made
            text = twice.replace("http.", "this.http.").replace("http[", "this.http[") if "this.http" in held else twice
            return (
                f"{helpers}\n{kept}\n\nclass Client {{\n  constructor(key) {{\n{held}\n  }}\n\n  async send{signature} {{\n{text}\n  }}\n}}\n\nmodule.exports = Client;\n".lstrip(),
                "const Client = require('./client');\nconst client = new Client(process.env.HUBSPOT_API_KEY);",
                "client.send",
            )
        case _:
            return (
                f"{helpers}\n\nmodule.exports = (key) => {{\n{indent(made, '  ')}\n  return {{\n    async send{signature} {{\n{indent(body, '      ')}\n    }},\n  }};\n}};\n".lstrip(),
                "const client = require('./client')(process.env.HUBSPOT_API_KEY);",
                "client.send",
            )


def compose(seed: int) -> Program:
    """Returns the program of a seed."""
    choose = Choices(random.Random(seed))
    shape = choose.random.choice(SHAPES)
    choose.names.append(f"shape: {shape}")
    given = {"class with a key": ("", "this.key"), "closure with a key": ("", "key")}.get(shape)
    declared, key = given or choose.pair("key", KEYS)
    text = f"${{{key}}}"
    made, body, needs = _body(choose, key, text)
    if given and (
        needs & {"address", "withKey", "AUTH"}
        or (made and shape == "class with a key" and not made.startswith("const http ="))
    ):
        declared, key_of = KEYS["environment"]
        word = re.compile(rf"(?<![\w.]){re.escape(key)}\b")
        made, body = word.sub(key_of, made), word.sub(key_of, body)
        key, text = key_of, f"${{{key_of}}}"
    made = made.replace("this.key", "key") if shape == "class with a key" else made
    retry = choose.of("retry", RETRIES) if choose.maybe(0.3) else ""
    module, maker, call = _shaped(choose, shape, made, _helpers(needs, key, text), body, retry)
    base = (
        "const BASE = 'https://api.hubapi.com';"
        if choose.maybe(0.7)
        else "const HOST = 'api.hubapi.com';\nconst BASE = `https://${HOST}`;"
    )
    client = "\n".join(
        part for part in ("'use strict';\n" if choose.maybe(0.3) else "", declared, base, module) if part
    )
    steps = _steps(choose, call)
    files = {"client.js": client, "index.js": _index(choose, maker, steps)}
    if "./config" in client:
        files["config.js"] = CONFIG
    if choose.maybe(0.2):
        files = {name: _styled(one) for name, one in files.items()}
        choose.names.append("style: none")
    return Program(
        files=files, entry="index.js", idioms=tuple(choose.names), keeps=(DEVELOPER,), env=ENV, replies=REPLIES
    )


def _styled(text: str) -> str:
    """Returns a program with double quotes and no semicolons at the ends of lines, as another house writes it."""
    lines = [
        line[:-1] if line.endswith(";") and not line.lstrip().startswith("for") else line for line in text.split("\n")
    ]
    lines = [f";{line}" if line.startswith("(") else line for line in lines]
    return "\n".join(line.replace("'", '"') if '"' not in line else line for line in lines)


def _index(choose: Choices, maker: str, steps: Sequence[str]) -> str:
    if choose.maybe(0.3):
        functions = [
            f"async function step{number}() {{\n{indent(step, '  ')}\n}}\n" for number, step in enumerate(steps)
        ]
        calls = "\n".join(f"  await step{number}();" for number in range(len(steps)))
        return f"{maker}\n\n{''.join(functions)}\nasync function main() {{\n{calls}\n}}\n\nmain().catch((error) => {{\n  console.error(error);\n  process.exit(1);\n}});\n"
    lines = indent("\n".join(steps), "  ")
    return f"{maker}\n\n(async () => {{\n{lines}\n}})().catch((error) => {{\n  console.error(error);\n  process.exit(1);\n}});\n"


if __name__ == "__main__":
    sys.exit(main(compose, run=record_node))

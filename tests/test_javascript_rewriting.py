"""Keys of JavaScript programs moved into headers: what is written, and what the program sends before and after."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from loopback import Recorded, equal_but_for_credential
from loopback.node import NODE, record_node
from planning import Planned, planned

from migrator.migration import migrate
from migrator.model.edit import Safety
from migrator.rewrite.entries import Switch
from migrator.settings import Settings

C = "https://api.hubapi.com/crm/v3/objects/contacts"
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


def moved(source: str, path: str = "a.js", switch: Switch | None = None) -> Planned:
    return planned({path: source}, switch=switch)


def fixed(source: str, path: str = "a.js", least: Safety = Safety.SAFE, switch: Switch | None = None) -> str:
    return moved(source, path, switch).applied(least)[path]


# Each program, and a piece of what it becomes.
SAFE = {
    "a sign that a branch adds before the key": (
        f"const send = (url) => {{\n  if (url.indexOf('?') >= 0) {{\n    url += '&';\n  }} else {{\n    url += '?';\n  }}\n  url += 'hapikey=' + process.env.K;\n  return fetch(url);\n}};\nsend('{C}?limit=1').then(() => send('{C}'));\n",
        "const send = (url) => {\n  return fetch(url, { headers: { Authorization: ",
    ),
    "a sign that is chosen and added before the key": (
        f"const send = (url) => {{\n  url += url.includes('?') ? '&' : '?';\n  url += `hapikey=${{process.env.K}}`;\n  return fetch(url);\n}};\nsend('{C}?limit=1').then(() => send('{C}'));\n",
        "const send = (url) => {\n  return fetch(url, { headers: { Authorization: ",
    ),
    "headers that options are given before they are sent": (
        "const https = require('https');\nfunction send(path, given) {\n  const options = given || { method: 'GET' };\n  options.hostname = 'api.hubapi.com';\n  options.path = path + '?hapikey=' + process.env.K;\n  options.headers = { 'X-App': 'sync' };\n  https.request(options, () => {}).end();\n}\nsend('/crm/v3/objects/contacts');\n",
        "  options.headers = { 'X-App': 'sync', Authorization: `Bearer ${process.env.K}` };\n",
    ),
    "a sign that depends on what is not known": (
        "const send = (path) => fetch('https://api.hubapi.com' + path + (path.indexOf('?') > -1 ? '&' : '?') + 'hapikey=' + process.env.K);\nsend('/crm/v3/objects/contacts/' + (process.argv[2] || '7'));\nsend('/crm/v3/objects/contacts?after=' + process.argv[2]);\n",
        "fetch('https://api.hubapi.com' + path, { headers: ",
    ),
    "a template that ends in the key": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get(`{C}?hapikey=${{K}}`);\n",
        f"axios.get(`{C}`, {{ headers: {{ Authorization: `Bearer ${{K}}` }} }});",
    ),
    "a template that goes on": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get(`{C}?hapikey=${{K}}&limit=${{2 + 1}}`);\n",
        f"`{C}?limit=${{2 + 1}}`, {{ headers: ",
    ),
    "a template with the key last": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get(`{C}?limit=1&hapikey=${{K}}`, {{ timeout: 5000 }});\n",
        f"`{C}?limit=1`, {{ timeout: 5000, headers: {{ Authorization: `Bearer ${{K}}` }} }}",
    ),
    "a sum, as old programs write it": (
        f'var request = require("request");\nvar K = process.env.K;\nrequest("{C}/" + 1 + "?hapikey=" + K, function (e) {{}});\n',
        f'request("{C}/" + 1, {{ headers: {{ Authorization: "Bearer " + K }} }}, function',
    ),
    "a sum that goes on": (
        f"const request = require('request');\nrequest.get('{C}?hapikey=' + process.env.K + '&limit=' + 3, () => {{}});\n",
        f"request.get('{C}?limit=' + 3, {{ headers: ",
    ),
    "a sum with the sign in the text before": (
        f"const axios = require('axios');\naxios.get('{C}?limit=1&' + 'hapikey=' + process.env.K);\n",
        f"axios.get('{C}?limit=1', {{ headers: ",
    ),
    "a sum with the sign before that goes on": (
        f"const axios = require('axios');\naxios.get('{C}?' + 'hapikey=' + process.env.K + '&limit=' + 3);\n",
        f"axios.get('{C}?' + 'limit=' + 3, {{ headers: ",
    ),
    "a client that a platform hands over": (
        f"module.exports = async (z, bundle) => z.request({{ url: '{C}', params: {{ hapikey: bundle.authData.apiKey, limit: 1 }} }});\n",
        "params: { limit: 1 }, headers: { Authorization: `Bearer ${bundle.authData.apiKey}` }",
    ),
    "fetch as a parameter": (
        f"module.exports.load = async ({{ fetch }}) => fetch(`{C}?hapikey=${{process.env.K}}`);\n",
        f"fetch(`{C}`, {{ headers: {{ Authorization: ",
    ),
    "a comment that ends the line of the key": (
        f"const axios = require('axios');\naxios.get('{C}', {{\n  params: {{\n    hapikey: process.env.K, // for now\n    limit: 1,\n  }},\n}});\n",
        "  params: {\n    // for now\n    limit: 1,\n  },\n  headers: {",
    ),
    "a parameter that is pushed onto those that are joined": (
        f"const parts = [];\nparts.push('hapikey=' + process.env.K);\nparts.push('limit=' + 3);\nprocess.argv.slice(2).forEach((one) => {{ parts.push('property=' + one); }});\nfetch('{C}?' + parts.join('&'));\n",
        f"const parts = [];\nparts.push('limit=' + 3);\nprocess.argv.slice(2).forEach((one) => {{ parts.push('property=' + one); }});\nfetch('{C}?' + parts.join('&'), {{ headers: ",
    ),
    "a parameter that is pushed with another": (
        f"const parts = [];\nparts.push(`hapikey=${{process.env.K}}`, 'limit=3');\nfetch(`{C}?${{parts.join('&')}}`);\n",
        f"parts.push('limit=3');\nfetch(`{C}?${{parts.join('&')}}`, {{ headers: ",
    ),
    "a text that is only made of the key": (
        f"const axios = require('axios');\nconst more = '?hapikey=' + `${{process.env.K}}`;\naxios.get('{C}' + more);\n",
        f"axios.get('{C}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});",
    ),
    "texts that are only made of the key, on both arms": (
        f"const axios = require('axios');\nconst K = process.env.K;\nlet qs;\nif (process.argv[2]) {{\n  qs = {{ limit: 1, hapikey: `${{K}}` }};\n}} else {{\n  qs = {{ limit: 2, hapikey: String(K) }};\n}}\naxios.get('{C}', {{ params: qs }});\n",
        "{ params: qs, headers: { Authorization: `Bearer ${K}` } }",
    ),
    "arguments that stand on lines of their own": (
        f"const axios = require('axios');\naxios.post(\n  '{C}?hapikey=' + process.env.K,\n  {{ properties: {{}} }},\n);\n",
        f"axios.post(\n  '{C}',\n  {{ properties: {{}} }},\n  {{ headers: {{ Authorization: ",
    ),
    "parameters that are the key or none": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get('{C}', {{ params: K ? {{ hapikey: K }} : {{}} }});\n",
        f"axios.get('{C}', {{ headers: K ? {{ Authorization: `Bearer ${{K}}` }} : {{}} }});",
    ),
    "parameters that are the key or none, beside headers": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get('{C}', {{ params: K ? {{ hapikey: K }} : {{}}, headers: {{ Accept: '*/*' }} }});\n",
        "{ headers: { Accept: '*/*', ...(K ? { Authorization: `Bearer ${K}` } : {}) } }",
    ),
    "options that are spread": (
        f"const axios = require('axios');\nconst call = (url, options = {{}}) => axios({{ url, ...options, params: {{ ...options.params, hapikey: process.env.K }} }});\ncall('{C}', {{ headers: {{ 'X-Sent-By': 'us' }} }});\ncall('{C}/7');\n",
        "params: { ...options.params }, headers: { ...options.headers, Authorization: `Bearer ${process.env.K}` } }",
    ),
    "options that are spread, or none": (
        f"const call = (url, init) => fetch(url + '?hapikey=' + process.env.K, {{ method: 'GET', ...init }});\ncall('{C}', {{ headers: {{ 'X-Sent-By': 'us' }} }});\ncall('{C}/7');\n",
        "{ method: 'GET', ...init, headers: { ...(init && init.headers), Authorization: `Bearer ${process.env.K}` } }",
    ),
    "options that are spread behind parameters": (
        f"const axios = require('axios');\nconst base = {{ timeout: 5000, headers: {{ 'X-Sent-By': 'us' }} }};\naxios.get('{C}', {{ params: {{ hapikey: process.env.K }}, ...base }});\n",
        "{ ...base, headers: { ...base.headers, Authorization: `Bearer ${process.env.K}` } }",
    ),
    "options without headers that are spread": (
        f"const axios = require('axios');\nconst base = {{ timeout: 5000 }};\naxios.get('{C}', {{ ...base, params: {{ hapikey: process.env.K }} }});\n",
        "{ ...base, headers: { Authorization: `Bearer ${process.env.K}` } }",
    ),
    "a branch without a block that is there for the key": (
        f"const axios = require('axios');\nconst params = {{ limit: 1 }};\nif (!params.hapikey) params.hapikey = process.env.K;\naxios.get('{C}', {{ params }});\n",
        f"const params = {{ limit: 1 }};\naxios.get('{C}', {{ params, headers: ",
    ),
    "a branch that is there for the key": (
        f"const axios = require('axios');\nconst params = {{ limit: 1 }};\nif (!params.hapikey) {{\n  params.hapikey = process.env.K;\n}}\naxios.get('{C}', {{ params }});\n",
        f"const params = {{ limit: 1 }};\naxios.get('{C}', {{ params, headers: ",
    ),
    "the body of a loop": (
        f"const axios = require('axios');\nconst params = {{ limit: 1 }};\nfor (const name of ['hapikey']) params.hapikey = process.env.K;\naxios.get('{C}', {{ params }});\n",
        "for (const name of ['hapikey']) {}\n",
    ),
    "a function of URLs that is given the key": (
        "const axios = require('axios');\nconst K = process.env.K;\nconst url = (path, key) => `https://api.hubapi.com${path}?hapikey=${key}`;\nconst go = () => axios.get(url('/crm/v3/objects/contacts', K));\ngo();\n",
        "axios.get(url('/crm/v3/objects/contacts', K), { headers: { Authorization: `Bearer ${K}` } });",
    ),
    "a function of parameters that is given the key": (
        f"const axios = require('axios');\nconst more = (key, one) => ({{ hapikey: key, ...one }});\naxios.get('{C}', {{ params: more(process.env.K, {{ limit: 1 }}) }});\n",
        "{ params: more(process.env.K, { limit: 1 }), headers: { Authorization: `Bearer ${process.env.K}` } }",
    ),
    "functions of a prototype": (
        "var axios = require('axios');\nfunction Hub(key) { this.key = key; }\nHub.prototype.url = function (path) { return 'https://api.hubapi.com' + path + '?hapikey=' + this.key; };\nHub.prototype.list = function () { return axios.get(this.url('/crm/v3/objects/contacts')); };\nnew Hub(process.env.K).list();\n",
        "axios.get(this.url('/crm/v3/objects/contacts'), { headers: { Authorization: 'Bearer ' + this.key } });",
    ),
    "functions of one object": (
        "var hub = {\n  key: process.env.K,\n  url: function (path) { return 'https://api.hubapi.com' + path + '?hapikey=' + this.key; },\n  list: function () { return fetch(this.url('/crm/v3/objects/contacts')); },\n};\nhub.list();\n",
        "fetch(this.url('/crm/v3/objects/contacts'), { headers: { Authorization: 'Bearer ' + this.key } });",
    ),
    "a query that a function adds to a chain": (
        f"const superagent = require('superagent');\nconst keyed = (one) => one.query({{ hapikey: process.env.K }});\nkeyed(superagent.get('{C}')).end(() => {{}});\nkeyed(superagent.get('{C}/7')).end(() => {{}});\n",
        "const keyed = (one) => one.set('Authorization', `Bearer ${process.env.K}`);",
    ),
    "one parameter in sums and templates": (
        f"const K = process.env.K;\nconst KEYED = `hapikey=${{K}}`;\nfetch(`{C}?limit=1&${{KEYED}}`);\nfetch('{C}?' + KEYED + '&limit=' + 2);\nfetch('{C}?limit=3&' + KEYED);\n",
        f"fetch('{C}?' + 'limit=' + 2, {{ headers: ",
    ),
    "a query of its own behind its sign": (
        f"const qs = require('querystring');\nfetch(['{C}', '7'].join('/') + '?' + qs.stringify({{ hapikey: process.env.K }}));\n",
        f"fetch(['{C}', '7'].join('/'), {{ headers: ",
    ),
    "parameters that are set on options": (
        f"const request = require('request');\nconst options = {{ url: '{C}', json: true }};\noptions.qs = {{ hapikey: process.env.K }};\nrequest(options, () => {{}});\n",
        "options.headers = { Authorization: `Bearer ${process.env.K}` };\nrequest(options, ",
    ),
    "parameters that are set on options with headers": (
        f"const request = require('request');\nconst options = {{ url: '{C}', headers: {{ 'X-Part': 'a' }} }};\noptions.qs = {{ hapikey: process.env.K }};\nrequest(options, () => {{}});\n",
        "Authorization: `Bearer ${process.env.K}` ",
    ),
    "options that a function makes of a URL": (
        "const axios = require('axios');\nconst one = (config, id) => {\n  const url = `https://api.hubapi.com/crm/v3/objects/contacts/${id}?hapikey=${config.key}`;\n  const options = { url, method: 'get' };\n  return { timeout: 5000, ...options };\n};\nconst go = (config) => axios(one(config, 7));\ngo({ key: process.env.K });\n",
        "{ url, method: 'get', headers: { Authorization: `Bearer ${config.key}` } };",
    ),
    "what may follow the key": (
        f"const page = (after) => fetch(`{C}?hapikey=${{process.env.K}}${{after ? `&after=${{after}}` : ''}}`);\npage();\npage(7);\n",
        f"fetch(`{C}${{after ? `?after=${{after}}` : ''}}`, {{ headers: ",
    ),
    "what may be added behind the key": (
        f"const axios = require('axios');\nfunction page(offset) {{\n  let url = '{C}?hapikey=' + process.env.K;\n  if (offset) {{\n    url += '&offset=' + offset + '&limit=2';\n  }}\n  return axios.get(url);\n}}\npage();\npage(7);\n",
        "    url += '?offset=' + offset + '&limit=2';",
    ),
    "what follows the key, one thing or another": (
        f"const page = (after, limit) => fetch(`{C}?hapikey=${{process.env.K}}${{after ? `&after=${{after}}` : ''}}${{limit ? `&limit=${{limit}}` : ''}}`);\npage();\npage(7);\npage(undefined, 2);\npage(7, 2);\n",
        "${limit ? `&limit=${limit}` : ''}`.replace('&', '?'), { headers: ",
    ),
    "what follows the key in a sum, one thing or another": (
        f"const page = (after, limit) => {{\n  const url = '{C}?hapikey=' + process.env.K + (after ? '&after=' + after : '') + (limit ? '&limit=' + limit : '');\n  return fetch(url);\n}};\npage();\npage(7, 2);\npage('', 2);\n",
        f"const url = ('{C}' + (after ? '&after=' + after : '') + (limit ? '&limit=' + limit : '')).replace('&', '?');",
    ),
    "what follows the key is not known": (
        f"const f = (more) => fetch(`{C}?hapikey=${{process.env.K}}${{more ? '&' + more : ''}}`);\nf();\nf('limit=3');\n",
        "${more ? '?' + more : ''}`, {",
    ),
    "what follows the key in a sum is not known": (
        f"const f = (more) => fetch('{C}?hapikey=' + process.env.K + (more ? '&' + more : ''));\nf();\nf('limit=3');\n",
        f"fetch('{C}' + (more ? '?' + more : ''), {{",
    ),
    "a question mark that stands alone without the key": (
        f"fetch('{C}/?' + '&hapikey=' + process.env.K);\n",
        f"fetch('{C}/', {{ headers: ",
    ),
    "a parameter that is text of its own": (
        f"const page = (offset) => {{\n  const auth = `hapikey=${{process.env.K}}`;\n  const query = `?count=2&${{auth}}&offset=${{offset}}`;\n  return fetch(`{C}${{query}}`);\n}};\npage(1);\n",
        "=> {\n  const query = `?count=2&offset=${offset}`;\n",
    ),
    "a parameter that is text of its own, last": (
        f"const auth = 'hapikey=' + process.env.K;\nfetch(`{C}?limit=2&${{auth}}`);\nfetch(`{C}/7?${{auth}}`);\n",
        f"fetch(`{C}?limit=2`, {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});\nfetch(`{C}/7`, {{",
    ),
    "a page that asks for the next one": (
        f"const page = (after) => {{\n  let url = `{C}?hapikey=${{process.env.K}}`;\n  if (after) url += `&after=${{after}}`;\n  return fetch(url).then((r) => r.json()).then((data) => (data.id && after !== data.id ? page(data.id) : data));\n}};\npage();\n",
        "if (after) url += `?after=${after}`;",
    ),
    "what callers add behind the key": (
        "const axios = require('axios');\nconst address = (path) => `https://api.hubapi.com${path}?hapikey=${process.env.K}`;\naxios.get(address('/owners/v2/owners'));\naxios.get(address('/crm/v3/objects/contacts') + '&limit=3');\n",
        "axios.get(address('/crm/v3/objects/contacts') + '?limit=3', {",
    ),
    "a constant that ends addresses": (
        f"const axios = require('axios');\nconst auth = '?hapikey=' + process.env.K;\naxios.get('{C}' + auth);\naxios.get(`{C}/7${{auth}}&archived=false`);\n",
        f"const axios = require('axios');\naxios.get('{C}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});\naxios.get(`{C}/7?archived=false`, {{",
    ),
    "a method that a variable names": (
        f"const axios = require('axios');\nconst send = (method, body) => axios[method](`{C}?hapikey=${{process.env.K}}`, body);\nsend('post', {{ a: 1 }});\nsend('put', {{ a: 2 }});\n",
        f"axios[method](`{C}`, body, {{ headers: ",
    ),
    "a key that a function reads": (
        f"const axios = require('axios');\nfunction key() {{\n  return process.env.K;\n}}\nconst address = () => `{C}?hapikey=${{key()}}`;\naxios.get(address());\n",
        "axios.get(address(), { headers: { Authorization: `Bearer ${key()}` } });",
    ),
    "parameters that are the body too": (
        f"const axios = require('axios');\nconst p = {{ hapikey: process.env.K, a: 1 }};\naxios.post('{C}', p, {{ params: p }});\n",
        f"const p = {{ a: 1 }};\naxios.post('{C}', p, {{ params: p, headers: ",
    ),
    "parameters that are a query here and a body there": (
        f"const axios = require('axios');\nconst all = (more) => ({{ hapikey: process.env.K, ...more }});\naxios.get('{C}', {{ params: all({{ limit: 1 }}) }});\naxios.post(`{C}?hapikey=${{process.env.K}}`, all({{ a: 1 }}));\n",
        "const all = (more) => ({ ...more });",
    ),
    "a sign that the path decides": (
        "const send = (path) => {\n  const sign = path.includes('?') ? '&' : '?';\n  return fetch(`https://api.hubapi.com${path}${sign}hapikey=${encodeURIComponent(process.env.K)}`);\n};\nsend('/crm/v3/objects/contacts?limit=2');\n",
        "  return fetch(`https://api.hubapi.com${path}`, { headers: { Authorization: `Bearer ${process.env.K}` } });",
    ),
    "a sign that the path decides, before another parameter": (
        "const send = (path) => fetch('https://api.hubapi.com' + path + (path.includes('?') ? '&' : '?') + 'hapikey=' + process.env.K + '&limit=3');\nsend('/crm/v3/objects/contacts?archived=false');\nsend('/owners/v2/owners');\n",
        "path + (path.includes('?') ? '&' : '?') + 'limit=3'",
    ),
    "a query of nothing else": (
        f"const query = new URLSearchParams({{ hapikey: process.env.K }});\nfetch(`{C}?${{query}}`);\nfetch('{C}/7?' + query.toString());\n",
        f"fetch(`{C}`, {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});\nfetch('{C}/7', {{",
    ),
    "a constant that is spread into parameters": (
        f"const axios = require('axios');\nconst auth = {{ hapikey: process.env.K }};\nconst get = (more) => axios.get('{C}', {{ params: {{ ...auth, ...more }} }});\nget({{ limit: 1 }});\n",
        "const axios = require('axios');\nconst get = (more) => axios.get('https://api.hubapi.com/crm/v3/objects/contacts', { params: { ...more }, headers: ",
    ),
    "a body comes before the options": (
        f"const axios = require('axios');\naxios.post(`{C}?hapikey=${{process.env.K}}`, {{ a: 1 }});\n",
        f"axios.post(`{C}`, {{ a: 1 }}, {{ headers: ",
    ),
    "a body that is not given": (
        f"const axios = require('axios');\naxios.post(`{C}?hapikey=${{process.env.K}}`);\n",
        f"axios.post(`{C}`, undefined, {{ headers: ",
    ),
    "parameters that hold nothing else": (
        f"const axios = require('axios');\naxios.get('{C}', {{ params: {{ hapikey: process.env.K }} }});\n",
        f"axios.get('{C}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});",
    ),
    "parameters in lines, with a comma at the end": (
        f"const axios = require('axios');\naxios.get('{C}', {{\n  params: {{\n    limit: 1,\n    hapikey: process.env.K,\n  }},\n}});\n",
        "  params: {\n    limit: 1,\n  },\n  headers: { Authorization: `Bearer ${process.env.K}` },\n});",
    ),
    "parameters in lines, the key first": (
        f"const axios = require('axios');\naxios.get('{C}', {{\n  params: {{\n    hapikey: process.env.K,\n    limit: 1\n  }}\n}});\n",
        "  params: {\n    limit: 1\n  },\n  headers: { Authorization: `Bearer ${process.env.K}` }\n});",
    ),
    "parameters in a variable": (
        f"const axios = require('axios');\nconst params = {{ hapikey: process.env.K, limit: 1 }};\naxios.get('{C}', {{ params }});\n",
        "const params = { limit: 1 };",
    ),
    "an entry that is called as its value": (
        f"const axios = require('axios');\nconst hapikey = process.env.K;\naxios.get('{C}', {{ params: {{ hapikey, limit: 1 }} }});\n",
        "{ params: { limit: 1 }, headers: { Authorization: `Bearer ${hapikey}` } }",
    ),
    "options in a variable": (
        f"var request = require('request');\nvar o = {{ url: '{C}', qs: {{ hapikey: process.env.K }}, json: true }};\nrequest(o, function () {{}});\n",
        f"var o = {{ url: '{C}', headers: {{ Authorization: 'Bearer ' + process.env.K }}, json: true }};",
    ),
    "headers that are there": (
        f"fetch('{C}?hapikey=' + process.env.K, {{ headers: {{ 'X-A': 'b' }} }});\n",
        "{ headers: { 'X-A': 'b', Authorization: 'Bearer ' + process.env.K } }",
    ),
    "headers in a variable": (
        f"const headers = {{ 'X-A': 'b' }};\nfetch(`{C}?hapikey=${{process.env.K}}`, {{ headers }});\n",
        "{ headers: { ...headers, Authorization: `Bearer ${process.env.K}` } }",
    ),
    "an instance": (
        "const axios = require('axios');\nconst c = axios.create({ baseURL: 'https://api.hubapi.com', params: { hapikey: process.env.K } });\nc.get('/crm/v3/objects/contacts');\n",
        "axios.create({ baseURL: 'https://api.hubapi.com', headers: { Authorization: `Bearer ${process.env.K}` } });",
    ),
    "an interceptor": (
        "const axios = require('axios');\nconst c = axios.create({ baseURL: 'https://api.hubapi.com' });\nc.interceptors.request.use((config) => {\n  config.params = { ...config.params, hapikey: process.env.K };\n  return config;\n});\nc.get('/crm/v3/objects/contacts');\n",
        "  config.params = { ...config.params };\n  config.headers.Authorization = `Bearer ${process.env.K}`;\n",
    ),
    "an entry that is assigned": (
        f"const axios = require('axios');\nfunction f(params) {{\n  params.hapikey = process.env.K;\n  return axios.get('{C}', {{ params }});\n}}\nf({{ limit: 2 }});\n",
        "function f(params) {\n  return axios.get(",
    ),
    "URL": (
        f"const u = new URL('{C}');\nu.searchParams.set('hapikey', process.env.K);\nu.searchParams.set('limit', 1);\nfetch(u);\n",
        f"const u = new URL('{C}');\nu.searchParams.set('limit', 1);\nfetch(u, {{ headers: ",
    ),
    "Headers of this request alone": (
        f"const K = process.env.K;\nconst headers = new Headers();\nheaders.append('Accept', 'text/csv');\nfetch(`{C}?hapikey=${{K}}`, {{ headers }});\n",
        f"headers.append('Accept', 'text/csv');\nheaders.append('Authorization', `Bearer ${{K}}`);\nfetch(`{C}`, {{ headers }});",
    ),
    "Headers that are written out": (
        f"fetch(`{C}?hapikey=${{process.env.K}}`, {{ headers: new Headers({{ Accept: 'text/csv' }}) }});\n",
        "new Headers({ Accept: 'text/csv', Authorization: `Bearer ${process.env.K}` })",
    ),
    "Headers of options that something else looks at": (
        f"const given = new Headers();\ngiven.set('Accept', 'text/csv');\nconst options = {{ method: 'GET', headers: given }};\nconst ask = (path) => fetch(`{C}${{path}}?hapikey=${{process.env.K}}`, options);\nask('/1');\nconsole.log(options.method);\n",
        "{ ...options, headers: new Headers([...options.headers, ['Authorization', `Bearer ${process.env.K}`]]) }",
    ),
    "Headers of a field": (
        f"class A {{\n  constructor(key) {{\n    this.key = key;\n    this.headers = new Headers({{ Accept: 'text/csv' }});\n  }}\n\n  get() {{\n    return fetch(`{C}?hapikey=${{this.key}}`, {{ headers: this.headers }});\n  }}\n}}\nnew A(process.env.K).get();\n",
        "{ headers: new Headers([...this.headers, ['Authorization', `Bearer ${this.key}`]]) }",
    ),
    "headers in pairs": (
        f"fetch(`{C}?hapikey=${{process.env.K}}`, {{ headers: [['Accept', 'text/csv']] }});\n",
        "[['Accept', 'text/csv'], ['Authorization', `Bearer ${process.env.K}`]]",
    ),
    "the search of a URL": (
        f"const u = new URL('{C}');\nu.search = `hapikey=${{process.env.K}}&limit=3`;\nfetch(u);\n",
        "u.search = `limit=3`;\nfetch(u, { headers: ",
    ),
    "the search of a URL, a sum": (
        f"const u = new URL('{C}');\nu.search = 'hapikey=' + process.env.K + '&limit=' + 3;\nfetch(u);\n",
        "u.search = 'limit=' + 3;",
    ),
    "the search of a URL, of nothing else": (
        f"const u = new URL('{C}');\nu.search = new URLSearchParams({{ hapikey: process.env.K }}).toString();\nfetch(u);\n",
        f"const u = new URL('{C}');\nfetch(u, {{ headers: ",
    ),
    "the search of a URL that may have another": (
        f"const ask = (path) => {{\n  const u = new URL('{C}' + path);\n  u.search = 'hapikey=' + process.env.K;\n  return fetch(u);\n}};\nask('/7?limit=3');\n",
        "u.search = '';\n  return fetch(u, { headers: ",
    ),
    "an address that ends in the sign and grows": (
        f"const axios = require('axios');\nlet url = '{C}?';\nurl += 'hapikey=' + process.env.K;\nurl += '&limit=3';\naxios.get(url);\n",
        f"let url = '{C}';\nurl += '?limit=3';\naxios.get(url, {{ headers: ",
    ),
    "an address that ends in the sign of the next parameter and grows": (
        f"const axios = require('axios');\nlet url = '{C}' + '?limit=3&';\nurl += `hapikey=` + process.env.K;\nurl += '&after=3';\naxios.get(url);\n",
        f"let url = '{C}' + '?limit=3';\nurl += '&after=3';\naxios.get(url, {{ headers: ",
    ),
    "options or nothing": (
        "const ask = (path, options) => fetch(`https://api.hubapi.com${path}?hapikey=${process.env.K}`, options || {});\nask('/owners/v2/owners');\nask('/crm/v3/objects/contacts', { method: 'POST', headers: { 'X-A': 'b' }, body: '{}' });\n",
        "fetch(`https://api.hubapi.com${path}`, { ...options, headers: { ...(options && options.headers), Authorization: ",
    ),
    "options or nothing, as old programs write it": (
        "var request = require('request');\nfunction ask(path, options) {\n  request('https://api.hubapi.com' + path + '?hapikey=' + process.env.K, options || {}, function () {});\n}\nask('/owners/v2/owners');\nask('/crm/v3/objects/contacts', { method: 'POST', headers: { 'X-A': 'b' } });\n",
        "path, Object.assign({}, options, { headers: Object.assign({}, options && options.headers, { Authorization: 'Bearer ' + process.env.K }) }), function",
    ),
    "options that callers give": (
        f"const rp = require('request-promise');\nlet key = '';\nconst send = (options) => rp(options).then((r) => r);\nconst one = (id) => {{\n  const options = {{ uri: `{C}/${{id}}?hapikey=${{key}}`, json: true }};\n  return send(options);\n}};\nconst start = (given) => {{\n  key = given;\n  return one(7);\n}};\nstart(process.env.K);\n",
        "rp({ ...options, headers: { ...(options && options.headers), Authorization: `Bearer ${key}` } })",
    ),
    "a URL that callers give": (
        f"const rp = require('request-promise');\nconst key = process.env.K;\nconst send = (url) => rp(url).then((r) => r);\nsend(`{C}/7?hapikey=${{key}}`);\n",
        "rp(url, { headers: { Authorization: `Bearer ${key}` } })",
    ),
    "an address that ends in the name of the key": (
        f"const axios = require('axios');\nconst key = process.env.K;\nconst url = '{C}?hapikey=';\naxios.get(url + key + '&limit=' + 3);\naxios.get(`${{url}}${{key}}`);\n",
        f"const url = '{C}';\naxios.get(url + '?limit=' + 3, {{ headers: {{ Authorization: `Bearer ${{key}}` }} }});\naxios.get(`${{url}}`, {{",
    ),
    "an address that ends in the name of the key, behind others": (
        f"const axios = require('axios');\nvar url = '{C}' + '?limit=2&hapikey=';\naxios.get(url + process.env.K + '&after=' + 3);\n",
        f"var url = '{C}' + '?limit=2';\naxios.get(url + '&after=' + 3, {{ headers: ",
    ),
    "parameters that may be set before the key": (
        f"const page = (after) => {{\n  const u = new URL('{C}');\n  u.searchParams.set('limit', '3');\n  if (after) u.searchParams.set('after', after);\n  u.searchParams.set('hapikey', process.env.K);\n  return fetch(u);\n}};\npage();\npage('7');\n",
        "  if (after) u.searchParams.set('after', after);\n  return fetch(u, { headers: ",
    ),
    "text that a URL is made of": (
        f"const u = new URL(`{C}?hapikey=${{process.env.K}}`);\nu.searchParams.append('limit', '3');\nfetch(u);\n",
        f"const u = new URL(`{C}`);",
    ),
    "text that parameters are made of": (
        f"const q = new URLSearchParams('hapikey=' + process.env.K);\nq.append('limit', '3');\nfetch(`{C}?${{q}}`);\n",
        "const q = new URLSearchParams();",
    ),
    "URLSearchParams": (
        f"const q = new URLSearchParams({{ hapikey: process.env.K, limit: 1 }});\nfetch(`{C}?${{q}}`);\n",
        "new URLSearchParams({ limit: 1 });",
    ),
    "a list that is joined": (
        f"const K = process.env.K;\nfetch('{C}?' + ['limit=1', 'hapikey=' + K].join('&'));\n",
        "['limit=1'].join('&')",
    ),
    "querystring": (
        f"const qs = require('querystring');\nfetch('{C}?' + qs.stringify({{ hapikey: process.env.K, limit: 1 }}));\n",
        "qs.stringify({ limit: 1 })",
    ),
    "https": (
        f"const https = require('https');\nhttps.get('{C}?hapikey=' + process.env.K, (res) => {{ res.resume(); }});\n",
        f"https.get('{C}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }}, (res)",
    ),
    "https with options": (
        "const https = require('https');\nconst r = https.request({ hostname: 'api.hubapi.com', path: '/crm/v3/objects/contacts?hapikey=' + process.env.K }, (res) => { res.resume(); });\nr.end();\n",
        "path: '/crm/v3/objects/contacts', headers: { Authorization: ",
    ),
    "superagent": (
        f"const sa = require('superagent');\nsa.get('{C}').query({{ hapikey: process.env.K }}).end(() => {{}});\n",
        ".set('Authorization', `Bearer ${process.env.K}`).end(() => {});",
    ),
    "needle": (
        f"const needle = require('needle');\nneedle('get', `{C}?hapikey=${{process.env.K}}`).then((r) => r.body);\n",
        f"needle('get', `{C}`, undefined, {{ headers: ",
    ),
    "got": (
        f"const got = require('got');\ngot('{C}', {{ searchParams: {{ hapikey: process.env.K }}, responseType: 'json' }});\n",
        f"got('{C}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }}, responseType: 'json' }});",
    ),
    "request-promise": (
        f"const rp = require('request-promise');\nrp({{ uri: '{C}', qs: {{ hapikey: process.env.K, limit: 1 }}, json: true }}).then((r) => r);\n",
        "qs: { limit: 1 }, json: true, headers: { Authorization: ",
    ),
    "a method of a class": (
        "const axios = require('axios');\nclass A {\n  constructor(key) {\n    this.key = key;\n  }\n\n  get(p, params = {}) {\n    return axios.get(`https://api.hubapi.com${p}`, { params: { ...params, hapikey: this.key } });\n  }\n}\nnew A(process.env.K).get('/crm/v3/objects/contacts', { limit: 1 });\n",
        "{ params: { ...params }, headers: { Authorization: `Bearer ${this.key}` } }",
    ),
}  # fmt: skip


MAY_SEND_NO_KEY = {
    "a text that is the key or none": (
        f"const axios = require('axios');\nconst K = process.env.K;\naxios.get('{C}' + (K ? '?hapikey=' + K : ''));\n",
        f"axios.get('{C}', {{ headers: ",
    ),
    "a part of a template that is the key or none": (
        f"const K = process.env.K;\nfetch(`{C}${{K ? `?hapikey=${{K}}` : ''}}`);\n",
        f"fetch(`{C}`, {{ headers: ",
    ),
    "a key that is added under a condition": (
        f"const axios = require('axios');\nconst key = process.env.K;\nlet url = '{C}';\nif (key) url += `?hapikey=${{key}}`;\naxios.get(url);\n",
        f"let url = '{C}';\naxios.get(url, {{ headers: ",
    ),
}
"""The same, of programs that send an empty token where there is no key."""
MOVED = SAFE | MAY_SEND_NO_KEY


@pytest.mark.parametrize("name", MOVED)
def test_moved(name: str, tmp_path: Path) -> None:
    before, piece = MOVED[name]
    least = Safety.SAFE if name in SAFE else Safety.UNSAFE
    assert [change.safety for change in moved(before).changes] == [least]
    after = fixed(before, least=least)
    assert piece in after
    assert "hapikey=" not in after and "hapikey:" not in after
    assert fixed(after) == after, "a second run has nothing to do"
    if NODE is not None:
        (tmp_path / "a.js").write_text(after)
        subprocess.run([NODE, "--check", "a.js"], cwd=tmp_path, check=True)


BY_HAND = {
    "a sign that what follows the key needs": (
        f"const send = (url) => {{\n  if (url.indexOf('?') >= 0) url += '&';\n  else url += '?';\n  url += 'hapikey=' + process.env.K;\n  url += '&limit=3';\n  return fetch(url);\n}};\nsend('{C}');\n"
    ),
    "a sign that something else decides": (
        f"const send = (url, first) => {{\n  if (first) url += '?';\n  else url += '&';\n  url += 'hapikey=' + process.env.K;\n  return fetch(url);\n}};\nsend('{C}', true);\nsend('{C}?limit=1', false);\n"
    ),
    "each of two parameters may follow": f"function page(after, limit) {{\n  let url = `{C}?hapikey=${{process.env.K}}`;\n  if (after) url += `&after=${{after}}`;\n  if (limit) url += `&limit=${{limit}}`;\n  return fetch(url);\n}}\npage('a', 3);\npage();\n",
    "a method that decides where headers go": f"const axios = require('axios');\nconst send = (method, body) => axios[method](`{C}?hapikey=${{process.env.K}}`, body);\nsend('post', {{ a: 1 }});\nsend('get');\n",
    "a key that another call makes anew": f"let n = 0;\nfunction key() {{\n  n += 1;\n  return process.env['K' + n];\n}}\nconst address = () => `{C}?hapikey=${{key()}}`;\nfetch(address());\n",
    "a page": f"fetch('{C}?hapikey=' + process.env.K).then((r) => {{ document.title = r.status; }});\n",
    "jQuery": f"$.getJSON('{C}', {{ hapikey: process.env.K }}, (d) => d);\n",
    "jQuery with options": f"$.ajax({{ url: '{C}', data: {{ hapikey: process.env.K }} }});\n",
    "AngularJS": f"module.exports = ($http) => $http.get('{C}', {{ params: {{ hapikey: process.env.K }} }});\n",
    "XMLHttpRequest": f"const x = new XMLHttpRequest(); x.open('GET', '{C}?hapikey=' + process.env.K); x.send();\n",
    "a sender nobody knows": f"const send = require('./lost');\nsend.request({{ url: '{C}', qs: {{ hapikey: process.env.K }} }});\n",
    "an address that ends in the name of one key or another": f"const url = '{C}?hapikey=';\nfetch(url + process.env.K);\nfetch(url + process.env.L);\n",
    "an address that ends in the name of the key, then anything": f"const url = '{C}?hapikey=';\nmodule.exports = (more) => fetch(url + process.env.K + more);\n",
    "plain http by a module that something else uses": "const http = require('http');\nhttp.get('http://api.hubapi.com/owners/v2/owners?hapikey=' + process.env.K, (r) => r.resume());\nhttp.createServer(() => {}).listen(0);\n",
    "plain http that is not written": f"fetch('{C}'.replace('https', 'http') + '?hapikey=' + process.env.K);\n",
    "a comment beside the key": f"const axios = require('axios');\naxios.get('{C}', {{ params: {{ hapikey: process.env.K, /* why */ limit: 1 }} }});\n",
    "another header of that name": f"fetch('{C}?hapikey=' + process.env.K, {{ headers: {{ Authorization: process.env.BASIC }} }});\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_left_to_people(name: str) -> None:
    found = moved(BY_HAND[name])
    assert [change.safety for change in found.changes] == [Safety.MANUAL]
    assert found.changes[0].reason
    assert found.applied(Safety.UNSAFE)["a.js"] == BY_HAND[name]


PLAIN = C.replace("https", "http")


@pytest.mark.parametrize(
    "sent",
    [
        f"fetch('{C}?hapikey=' + process.env.K, {{ headers: {{ Accept: '*/*' }}, ...init }})",
        f"axios.get('{C}', Object.assign({{ params: {{ hapikey: process.env.K }} }}, init))",
        f"axios(((config) => {{ const url = `{C}?hapikey=${{config.key}}`; const options = {{ url }}; return {{ ...options, ...config.more }}; }})(init))",
    ],
)
def test_what_is_put_on_top_of_the_headers_may_replace_the_token(sent: str) -> None:
    found = moved(f"const axios = require('axios');\nexports.go = (init) => {sent};\n")
    assert [(one.safety, "on top of the headers" in str(one.reason)) for one in found.changes] == [
        (Safety.UNSAFE, True)
    ]


@pytest.mark.parametrize(("test", "safety"), [("if (K) ", Safety.UNSAFE), ("", Safety.SAFE)])
def test_a_url_that_grows_by_the_key_where_there_is_one_would_send_an_empty_token(test: str, safety: Safety) -> None:
    source = f"const K = process.env.K;\nlet url = '{C}';\n{test}url += '?hapikey=' + K;\nfetch(url);\n"
    [change] = moved(source).changes
    assert change.safety is safety
    assert ("may send no key" in str(change.reason)) == (safety is Safety.UNSAFE)


def test_a_key_or_a_token_is_sent_by_one_header_after_a_look() -> None:
    source = (
        f"const axios = require('axios');\nexports.go = (key, token) => axios.get('{C}', {{\n  params: key ? {{ hapikey: key }} : {{}},\n"
        "  headers: token ? { Authorization: `Bearer ${token}` } : {},\n});\n"
    )
    header = "headers: token ? { Authorization: `Bearer ${token}` } : key ? { Authorization: `Bearer ${key}` } : {},"
    assert fixed(source) == source
    assert header in fixed(source, least=Safety.UNSAFE)
    assert "params" not in fixed(source, least=Safety.UNSAFE)


@pytest.mark.parametrize(
    ("branch", "left"),
    [
        ("if (K) params.hapikey = K;\n", ""),
        ("if (K) {\n  params.hapikey = K;\n}\n", ""),
        ("if (ready()) params.hapikey = K;\n", "if (ready()) {}\n"),
        (
            "if (more) {\n  params.after = more;\n} else {\n  params.hapikey = K;\n}\n",
            "if (more) {\n  params.after = more;\n}\n",
        ),
        ("if (more) params.after = more;\nelse if (K) params.hapikey = K;\n", "if (more) params.after = more;\n"),
        ("if (K) params.hapikey = K;\nelse fail();\n", "if (K) {}\nelse fail();\n"),
    ],
)
def test_what_a_statement_leaves_of_its_branch(branch: str, left: str) -> None:
    head = "const axios = require('axios');\nconst K = process.env.K, more = process.argv[2];\nconst params = { limit: 1 };\n"
    after = fixed(f"{head}{branch}axios.get('{C}', {{ params }});\n", least=Safety.UNSAFE)
    assert after == f"{head}{left}axios.get('{C}', {{ params, headers: {{ Authorization: `Bearer ${{K}}` }} }});\n"


AUTHENTICATED = {
    "axios": f"axios.get('{C}', {{ params: {{ hapikey: process.env.K }}, auth: {{ username: 'a', password: 'b' }} }});",
    "axios, an instance": "axios.create({ baseURL: 'https://api.hubapi.com', auth: who }).get('/crm/v3/objects/contacts?hapikey=' + process.env.K);",
    "request": f"request({{ url: '{C}', qs: {{ hapikey: process.env.K }}, auth: {{ user: 'a', pass: 'b' }} }}, () => {{}});",
    "request, in a chain": f"request('{C}?hapikey=' + process.env.K, () => {{}}).auth('a', 'b');",
    "request, perhaps": f"const o = {{ url: '{C}', qs: {{ hapikey: process.env.K }} }};\nif (process.argv[2]) {{\n  o.auth = who;\n}}\nrequest(o, () => {{}});",
    "got": f"got('{C}', {{ searchParams: {{ hapikey: process.env.K }}, username: 'a', password: 'b' }});",
    "superagent": f"superagent.get('{C}').auth('a', 'b').query({{ hapikey: process.env.K }}).end(() => {{}});",
    "needle": f"needle.get('{C}?hapikey=' + process.env.K, {{ username: 'a', password: 'b' }}, () => {{}});",
    "https": "https.get({ host: 'api.hubapi.com', path: '/crm/v3/objects/contacts?hapikey=' + process.env.K, auth: 'a:b' }, () => {});",
    "the address": "https.get('https://a:b@api.hubapi.com/crm/v3/objects/contacts?hapikey=' + process.env.K, () => {});",
}


@pytest.mark.parametrize("name", AUTHENTICATED)
def test_a_request_that_says_who_sends_it_in_another_way_is_left(name: str) -> None:
    """Most clients put that into the header in place of the one that they are given, and the token is lost."""
    names = ("axios", "request", "got", "superagent", "needle", "https")
    head = "".join(f"const {one} = require('{one}');\n" for one in names)
    [change] = moved(
        f"{head}const who = {{ username: 'a', password: process.env.P }};\n{AUTHENTICATED[name]}\n"
    ).changes
    assert change.safety is Safety.MANUAL
    assert "Authorization header" in str(change.reason)


ENCRYPTED = {
    "an option": (
        f"const request = require('request');\nrequest({{ url: '{PLAIN}', qs: {{ hapikey: process.env.K }} }}, () => {{}});\n",
        f"request({{ url: '{C}', headers: {{ Authorization: ",
    ),
    "a base that several share": (
        f"const base = '{PLAIN}';\nconst bare = () => fetch(base);\nbare;\nfetch(`${{base}}/1?hapikey=${{process.env.K}}`).then(() => fetch(base + '/2?hapikey=' + process.env.K));\n",
        f"const base = '{C}';\n",
    ),
    "the module http": (
        f"const http = require('http');\nhttp.get('{PLAIN}?hapikey=' + process.env.K, (r) => r.resume());\n",
        f"const http = require('https');\nhttp.get('{C}', {{ headers: ",
    ),
    "the module http, with a port": (
        'var http = require("http");\nvar o = { host: "api.hubapi.com", port: 80, path: "/owners/v2/owners?hapikey=" + process.env.K };\nhttp.request(o).end();\n',
        'var http = require("https");\nvar o = { host: "api.hubapi.com", port: 443, path: "/owners/v2/owners", headers: { ',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCRYPTED)
def test_a_request_over_plain_http_is_encrypted_before_it_gets_a_token(name: str) -> None:
    source, piece = ENCRYPTED[name]
    found = moved(source)
    assert {change.safety for change in found.changes} == {Safety.UNSAFE}
    assert all("it becomes https" in str(change.reason) for change in found.changes)
    assert found.applied()["a.js"] == source
    after = fixed(source, least=Safety.UNSAFE)
    assert piece in after and "http:" not in after and "hapikey" not in after


@needs_node
@pytest.mark.parametrize("name", ENCRYPTED)
def test_an_encrypted_program_sends_the_same(name: str, tmp_path: Path) -> None:
    source, _ = ENCRYPTED[name]
    if not available(source):
        pytest.skip("run `npm ci --prefix tests/clients`, and set NODE_PATH to its node_modules")
    before, after = sent(source, tmp_path), sent(fixed(source, least=Safety.UNSAFE), tmp_path)
    assert before and equal_but_for_credential(before, after) == ()


GIVEN = "const send = require('./lost');\nsend.%s;\n"


@pytest.mark.parametrize(
    ("call", "after"),
    [
        (
            f"request({{ url: '{C}', qs: {{ hapikey: process.env.K }}, headers: {{ Accept: 'text/csv' }} }})",
            f"request({{ url: '{C}', headers: {{ Accept: 'text/csv', Authorization: `Bearer ${{process.env.K}}` }} }})",
        ),
        (
            f"put(`{C}?hapikey=${{process.env.K}}`, {{ headers: {{ 'X-A': 'b' }} }})",
            f"put(`{C}`, {{ headers: {{ 'X-A': 'b', Authorization: `Bearer ${{process.env.K}}` }} }})",
        ),
    ],
)
def test_a_function_nobody_knows_that_is_given_headers_is_given_one_more(call: str, after: str) -> None:
    source = GIVEN % call
    assert [change.safety for change in moved(source).changes] == [Safety.UNSAFE]
    assert fixed(source) == source
    modern = "const send = require('./lost');\n"
    assert fixed(source, least=Safety.UNSAFE) == modern + f"send.{after};\n"


def test_a_request_without_a_key_stays_as_it_is_over_plain_http() -> None:
    source = f"fetch('{PLAIN}', {{ headers: {{ Authorization: `Bearer ${{process.env.K}}` }} }});\n"
    assert moved(source).changes == ()


@pytest.mark.parametrize("path", ["public/js/a.js", "dist/a.js", "web/a.min.js", "src/App.jsx"])
def test_what_is_shipped_or_built_is_left(path: str) -> None:
    page = "const View = () => <b class='a'>x</b>;\n" if path.endswith("jsx") else ""
    source = f"{page}fetch('{C}?hapikey=' + process.env.K);\n"
    assert [change.safety for change in moved(source, path).changes] == [Safety.MANUAL]


KEYED = f"fetch('{C}?hapikey=' + process.env.K);\n"
SERVER = (
    f"const http = require('http');\nhttp.createServer((_, out) => {KEYED[:-2]}.then(() => out.end())).listen(80);\n"
)
BROWSERS = {
    "a script of a page": ({"site/index.html": "<script src='js/main.js?v=2'></script>"}, "site/js/main.js"),
    "a script of a page, from the top": ({"web/a.html": "<script src='/js/main.js'></script>"}, "js/main.js"),
    "a module that a page's module imports": ({"index.html": "<script type='module' src='src/app.js'></script>", "src/app.js": "import { load } from './api';\nload();\n"}, "src/api.ts"),
    "a module that a page imports itself": ({"index.html": "<p>From 'server'</p><script type=module>import './api.js';</script>"}, "api.js"),
    "a script that a window is given": ({"index.html": "<script>require('./renderer.js')</script>"}, "renderer.js"),
    "a worker of a page's script": ({"index.html": "<script src='main.js'></script>", "main.js": "new Worker('worker.js');\n"}, "worker.js"),
    "a module of a component": ({"src/List.vue": "<template><p/></template><script>import api from './api';\nexport default {};</script>"}, "src/api.js"),
    "the entry of a bundler": ({"webpack.config.js": "module.exports = { entry: './src/main', output: {} };\n", "index.html": "<p/>"}, "src/main.js"),
    "the entry of a bundler, by a path": ({"webpack.config.js": "const path = require('path');\nmodule.exports = { entry: path.join(__dirname, 'src/main.js'), devServer: {} };\n"}, "src/main.js"),
    "the start of a site": ({"package.json": '{"dependencies": {"react-scripts": "4"}}', "src/index.js": "import './api';\n"}, "src/api.js"),
    "the start of a site beside commands": ({"package.json": '{"scripts": {"a": "node build.js src/index.js && react-scripts start src/index.js"}, "dependencies": {"react-scripts": "4"}}', "src/index.js": "import './api';\n"}, "src/api.js"),
    "the start of an app": ({"package.json": '{"dependencies": {"react-native": "0.70"}}', "App.tsx": "import { a } from './lib/api';\na();\n"}, "lib/api.ts"),
    "a part of an extension": ({"manifest.json": '{"manifest_version": 3, "background": {"service_worker": "back.js"}}'}, "back.js"),
    "a module of an extension": ({"manifest.json": '{"manifest_version": 2, "content_scripts": [{"js": ["all.js"]}]}', "all.js": "import './api.js';\n"}, "api.js"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROWSERS)
def test_what_a_browser_or_an_app_loads_is_left_and_the_server_beside_it_is_not(name: str) -> None:
    files, path = BROWSERS[name]
    found = planned({**files, path: KEYED, "server.js": SERVER})
    assert {change.at.path: change.safety for change in found.changes if change.at} == {
        path: Safety.MANUAL,
        "server.js": Safety.SAFE,
    }


@pytest.mark.parametrize(
    "files",
    [
        {"views/index.html": "<script src='/server.js'></script>"},
        {"index.html": "<script src='main.js'></script>", "main.js": "import type { A } from './server';\n"},
        {"docs/index.html": "<pre>require('../server.js')</pre><script src='code.js'></script>"},
        {"webpack.config.js": "module.exports = { target: 'node', entry: './server.js' };\n", "index.html": "<p/>"},
        {"webpack.config.js": "module.exports = { entry: './server.js', plugins: [new GasPlugin()] };\n"},
        {
            "webpack.config.js": "const own = require('./server.js');\nmodule.exports = { entry: './src/main.js', devServer: own };\n"
        },
        {"package.json": '{"main": "server.js", "dependencies": {"react-scripts": "4", "express": "4"}}'},
        {
            "package.json": '{"scripts": {"server": "nodemon src/index.js"}, "dependencies": {"react-scripts": "4"}}',
            "src/index.js": "require('../server.js');\n",
        },
        {"manifest.json": '{"name": "A site", "scripts": ["server.js"]}'},
    ],
)
def test_a_server_is_not_taken_for_what_a_browser_loads(files: dict[str, str]) -> None:
    assert "Bearer" in planned({**files, "server.js": SERVER}).applied()["server.js"]


def test_a_key_in_the_source_becomes_a_read_of_the_environment() -> None:
    source = f"const axios = require('axios');\naxios.get('{C}?hapikey=0f3c1a92-5b8e-4d06-9e27-c41d8a6b03f5');\n"
    assert [change.safety for change in moved(source).changes] == [Safety.UNSAFE]
    assert "Bearer ${process.env.HUBSPOT_ACCESS_TOKEN}`" in fixed(source, least=Safety.UNSAFE)


def test_a_key_in_a_variable_is_taken_out_of_the_source_apart() -> None:
    source = f"const hapikey = '0f3c1a92-5b8e-4d06-9e27-c41d8a6b03f5';\nfetch('{C}?hapikey=' + hapikey);\n"
    after = fixed(source, least=Safety.UNSAFE)
    assert "const hapikey = process.env.HUBSPOT_ACCESS_TOKEN;" in after
    assert f"fetch('{C}', {{ headers: {{ Authorization: `Bearer ${{hapikey}}` }} }});" in after


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("new Client({ apiKey: process.env.K })", "new Client({ accessToken: process.env.K })"),
        ("new Client({ 'apiKey': process.env.K, numberOfApiCallRetries: 3 })", "new Client({ 'accessToken': process.env.K, numberOfApiCallRetries: 3 })"),
        ("new Client((o => { o.apiKey = process.env.K; return o; })({}))", "new Client((o => { o.accessToken = process.env.K; return o; })({}))"),
        ("new Client((o => { o['apiKey'] = process.env.K; return o; })({}))", "new Client((o => { o['accessToken'] = process.env.K; return o; })({}))"),
        ("(apiKey => new Client({ apiKey }))(process.env.K)", "(apiKey => new Client({ accessToken: apiKey }))(process.env.K)"),
    ],
)  # fmt: skip
def test_client_libraries(source: str, after: str) -> None:
    whole = "const { Client } = require('@hubspot/api-client');\nconst c = %s;\nc.crm.contacts.basicApi.getPage();\n"
    assert fixed(whole % source, switch=Switch(keyword="accessToken")) == whole % after


def test_a_client_library_that_is_given_its_key_later() -> None:
    program = (
        "const { Client } = require('@hubspot/api-client');\nconst c = new Client();\nc.set%s(process.env.K);\n"
        "c.crm.contacts.basicApi.getPage();\n"
    )
    assert fixed(program % "ApiKey", switch=Switch(keyword="accessToken")) == program % "AccessToken"


def test_a_key_beside_the_one_of_a_client_library_goes_with_it() -> None:
    made = "const h = require('@hubspot/api-client');\nconst c = new h.Client({ %s: process.env.K });\n"
    asked = "c.apiRequest({ path: '/crm/v3/objects/contacts', qs: { hapikey: process.env.K } });\n"
    other = "c.apiRequest({ path: `/crm/v3/objects/deals?limit=1&hapikey=${process.env.K}` });\n"
    after = fixed(made % "apiKey" + asked + other, switch=Switch(keyword="accessToken"))
    assert after == made % "accessToken" + (
        "c.apiRequest({ path: '/crm/v3/objects/contacts' });\nc.apiRequest({ path: `/crm/v3/objects/deals?limit=1` });\n"
    )


def test_a_key_in_a_request_of_a_client_library_without_one() -> None:
    made = "const h = require('@hubspot/api-client');\nconst c = new h.Client();\n"
    after = fixed(made + "c.apiRequest({ path: `/crm/v3/objects/contacts?hapikey=${process.env.K}` });\n")
    headers = "headers: { Authorization: `Bearer ${process.env.K}` }"
    assert after == made + f"c.apiRequest({{ path: `/crm/v3/objects/contacts`, {headers} }});\n"


def test_one_parameter_or_another_behind_what_may_hold_a_sign_is_left_to_a_look() -> None:
    more = "${after ? `&after=${after}` : ''}${limit ? `&limit=${limit}` : ''}"
    source = f"const page = (email, after, limit) => fetch(`{C}/${{email}}?hapikey=${{process.env.K}}{more}`);\npage('a', 3);\npage('b', 0, 2);\n"
    assert [change.safety for change in moved(source).changes] == [Safety.UNSAFE]
    assert f"fetch(`{C}/${{email}}{more}`.replace('&', '?'), {{ headers: " in fixed(source, least=Safety.UNSAFE)


def test_a_method_that_only_callers_know_decides_where_headers_go() -> None:
    source = f"const axios = require('axios');\nmodule.exports = (method, body) => axios[method](`{C}?hapikey=${{process.env.K}}`, body);\n"
    found = moved(source)
    assert [call.method for call in found.calls] == [None]
    assert [change.safety for change in found.changes] == [Safety.MANUAL]


def test_a_question_mark_that_stands_alone_goes_where_what_is_added_later_can_bring_its_own() -> None:
    grown = f"function page(offset) {{\n  let url = '{C}?' + '&hapikey=' + process.env.K;\n  if (offset) {{\n    url += '&offset=' + offset;\n  }}\n  return fetch(url);\n}}\npage();\npage(7);\n"
    after = fixed(grown)
    assert f"let url = '{C}';" in after
    assert "url += '?offset=' + offset;" in after


def test_types_between_a_name_and_its_arguments_are_seen_past() -> None:
    sent = "const r = await axios.post<Foo | Bar>(\n    `{C}%s`,\n    request.body%s\n  );\n".replace("{C}", C)
    program = "import axios from 'axios';\nexport async function send(request: any) {\n  %s}\n"
    headers = ",\n    { headers: { Authorization: `Bearer ${request.hapiKey}` } }"
    change = moved(program % (sent % ("?hapikey=${request.hapiKey}", "")), path="app.ts")
    assert change.applied()["app.ts"] == program % (sent % ("", headers))


def test_a_key_that_is_only_in_the_body_is_left_to_a_look() -> None:
    source = f"const axios = require('axios');\naxios.post('{C}', {{ hapikey: process.env.K, properties: {{}} }});\n"
    assert [change.safety for change in moved(source).changes] == [Safety.UNSAFE]
    assert "{ properties: {} }, { headers: " in fixed(source, least=Safety.UNSAFE)


def test_a_client_that_is_made_with_a_token_or_with_a_key_keeps_both_ways() -> None:
    made = "token ? { headers: { Authorization: `Bearer ${token}` } } : { params: { hapikey: key } }"
    source = (
        f"const axios = require('axios');\nconst make = (token, key) => axios.create({made});\n"
        f"make(process.env.TOKEN, process.env.K).get('{C}');\n"
    )
    assert [change.safety for change in moved(source).changes] == [Safety.UNSAFE]
    assert ": { headers: { Authorization: `Bearer ${key}` } });" in fixed(source, least=Safety.UNSAFE)


@pytest.mark.parametrize(
    ("source", "safety"),
    [
        ("const api = axios.create({ params: { hapikey: process.env.K } });\nexports.b = (u) => api.get(u);\n", Safety.UNSAFE),
        ("const api = axios.create({ params: { hapikey: process.env.K } });\n", Safety.SAFE),
        ("const api = axios;\nexports.b = (h) => axios.get(`https://${h}/deals/v1/deal/1`, { params: { hapikey: process.env.K } });\n", Safety.SAFE),
        ("const api = axios.create();\napi.interceptors.request.use((c) => {\n  c.params = { ...c.params, hapikey: process.env.K };\n  return c;\n});\nexports.b = (u) => api.get(u);\n", Safety.UNSAFE),
    ],
)  # fmt: skip
def test_a_header_for_all_requests_of_a_client_needs_to_know_their_hosts(source: str, safety: Safety) -> None:
    whole = (
        f"const axios = require('axios');\n{source}exports.a = () => api.get('{C}', {{ params: {{ limit: 1 }} }});\n"
    )
    assert {change.safety for change in moved(whole).changes} == {safety}


def sent(source: str, folder: Path) -> tuple[Recorded, ...]:
    (folder / "a.js").write_text(source)
    return record_node(folder, "a.js", env={"K": "secret-k", "HUBSPOT_ACCESS_TOKEN": "secret-k"})


def available(source: str) -> bool:
    packages = [
        name
        for name in ("axios", "request", "request-promise", "got", "superagent", "needle")
        if f"'{name}'" in source or f'"{name}"' in source
    ]
    asked = [
        subprocess.run([NODE, "-e", f"require('{name}')"], capture_output=True, check=False)
        for name in packages
        if NODE
    ]
    return all(one.returncode == 0 for one in asked)


PLATFORMS = {
    "a client that a platform hands over": """
const request = ({ url, params, headers }) => fetch(`${url}?${new URLSearchParams(params)}`, { headers });
module.exports({ request }, { authData: { apiKey: process.env.K } });
""",
    "fetch as a parameter": "module.exports.load({ fetch });",
}
"""What runs the programs that run nothing by themselves."""


@needs_node
@pytest.mark.parametrize("name", MOVED)
def test_a_rewritten_program_sends_the_same(name: str, tmp_path: Path) -> None:
    source, _ = MOVED[name]
    if not available(source):
        pytest.skip("run `npm ci --prefix tests/clients`, and set NODE_PATH to its node_modules")
    start = PLATFORMS.get(name, "")
    rewritten = fixed(source, least=Safety.SAFE if name in SAFE else Safety.UNSAFE)
    before, after = sent(source + start, tmp_path), sent(rewritten + start, tmp_path)
    assert before, "the program sends nothing"
    assert equal_but_for_credential(before, after) == ()
    assert all("hapikey" not in one.target and one.header("Authorization") == "Bearer secret-k" for one in after)


SENT = (
    "const axios = require('axios');\nconst fs = require('fs');\nconst K = process.env.HUBSPOT_API_KEY;\n"
    f"const params = {{ limit: 5, hapikey: K }};\nconst url = `{C}/7?hapikey=${{K}}`;\n"
    f"axios.get('{C}', {{ params }});\naxios.get(url);\n"
)


@pytest.mark.parametrize(
    "look",
    [
        "if (Object.keys(params).length > 9) throw new Error('many');",
        "fs.writeFileSync(Object.keys(params).join('-'), 'x');",
        "fs.writeFileSync('last.json', JSON.stringify(params));",
        "const sum = Object.values(params).join(',');",
        "let n = 0;\nfor (const k in params) { n += 1; }",
        "console.log(params);",
        "require('./elsewhere').remember(params);",
        "if (url.length > 2000) throw new Error('long');",
        "if (url === require('./last').url) process.exit(0);",
        "fs.appendFileSync('urls.txt', url);",
        "const seen = new Map();\nif (seen.has(url)) process.exit(0);",
        "const name = url.slice(20);",
        "fs.writeFileSync('size', String(JSON.stringify(params).length));",
    ],
)
def test_what_looks_at_a_request_in_another_way_makes_its_change_unsafe(look: str) -> None:
    found = moved(SENT + look + "\n")
    assert sorted(change.safety for change in found.changes) == [Safety.UNSAFE, Safety.SAFE]
    assert any("of a.js looks at what the key is taken out of" in str(change.reason) for change in found.changes)


@pytest.mark.parametrize(
    "look",
    [
        "console.log(params.limit);",
        "console.error('failed', url, params);",
        "function fail() { throw new Error(`failed ${url}`); }\ntry { fail(); } catch (e) { process.exit(1); }",
        "if (url.startsWith('https')) { console.log('secure'); }",
        "if (Array.isArray(params)) throw new Error('a list');",
        "const other = { ...params };",
    ],
)
def test_what_no_key_decides_leaves_both_changes_safe(look: str) -> None:
    assert {change.safety for change in moved(SENT + look + "\n").changes} == {Safety.SAFE}


ASKED = f"const axios = require('axios');\nconst fs = require('fs');\nconst K = process.env.HUBSPOT_API_KEY;\n(async () => {{\n  const answer = await fetch(`{C}/7?hapikey=${{K}}`);\n  const other = await axios.get('{C}', {{ params: {{ hapikey: K }} }});\n  "


@pytest.mark.parametrize(
    "look",
    ["fs.appendFileSync('urls', answer.url);", "fs.appendFileSync('urls', other.config.url + other.config.params);"],
)
def test_what_looks_at_the_url_that_an_answer_tells_makes_its_change_unsafe(look: str) -> None:
    found = moved(ASKED + look + "\n})();\n")
    assert sorted(change.safety for change in found.changes) == [Safety.UNSAFE, Safety.SAFE]


@pytest.mark.parametrize("read", ["console.log(answer.status);", "fs.appendFileSync('urls', other.data.url);"])
def test_what_else_an_answer_tells_leaves_both_changes_safe(read: str) -> None:
    assert {change.safety for change in moved(ASKED + read + "\n})();\n").changes} == {Safety.SAFE}


SENDER = (
    "const fetch = require('node-fetch');\n"
    "exports.send = async (url, options = {}) => (await fetch(url, options)).json();\n"
)
CLIENT = (
    "const { send } = require('./send');\nconst key = process.env.HUBSPOT_API_KEY;\n"
    f"const rows = (id) => `{C}/${{id}}?hapikey=${{key}}`;\n"
    "exports.get = (id) => send(rows(id));\n"
    "exports.put = (id, body) => send(rows(id), { method: 'PATCH', body });\n"
)
WRAPPER = "module.exports = (url, options = {}) => fetch(url, options).then((answer) => answer.json());\n"
ASKING = (
    "const ask = require('./send');\nconst key = process.env.K;\n"
    "const urls = { deal: (id) => `https://api.hubapi.com/deals/v1/deal/${id}?hapikey=${key}` };\n"
    "exports.read = (id) => ask(urls.deal(id));\n"
    "exports.write = (id, body) => ask(urls.deal(id), { method: 'PUT', body });\n"
)


@pytest.mark.parametrize(("client", "sender"), [(CLIENT, SENDER), (ASKING, WRAPPER)])
def test_a_function_of_another_file_that_hands_options_on_is_given_the_header(client: str, sender: str) -> None:
    found = planned({"send.js": sender, "client.js": client})
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    header = "headers: { Authorization: `Bearer ${key}` } });"
    keyless = client.replace("?hapikey=${key}", "")
    after = keyless.replace("(id));", f"(id), {{ {header}").replace("body });", f"body, {header}")
    assert found.applied() == {"send.js": sender, "client.js": after}


@pytest.mark.parametrize(
    "sender",
    [
        SENDER.replace("fetch(url, options)", "fetch(url, { ...options, headers: { Accept: 'text/csv' } })"),
        SENDER.replace("(url, options = {})", "(url, method, options = {})"),
    ],
    ids=["has headers", "takes them elsewhere"],
)
def test_a_function_of_another_file_that_hands_no_headers_on_is_left(sender: str) -> None:
    found = planned({"send.js": sender, "client.js": CLIENT})
    assert {change.safety for change in found.changes} == {Safety.MANUAL}
    assert len(found.changes) == 1
    assert found.applied(Safety.UNSAFE)["client.js"] == CLIENT


def test_a_function_of_another_file_that_picks_options_gets_a_parameter_for_headers() -> None:
    sender = SENDER.replace("fetch(url, options)", "fetch(url, { method: options.method })")
    after = planned({"send.js": sender, "client.js": CLIENT}).applied()
    assert "(url, options = {}, headers) => (await fetch(url, { method: options.method, headers: {" in after["send.js"]
    assert "send(rows(id), undefined, { Authorization: `Bearer ${key}` });" in after["client.js"]
    assert "send(rows(id), { method: 'PATCH', body }, { Authorization: `Bearer ${key}` });" in after["client.js"]


@pytest.mark.parametrize(
    "sender",
    [
        "module.exports = (url, { method, body } = {}) => fetch(url, { method, body });\n",
        "module.exports = (url, data) => fetch(url, { method: 'POST', body: JSON.stringify(data) });\n",
    ],
    ids=["picks some", "takes a body"],
)
def test_a_function_that_is_given_the_address_sends_its_token_after_a_look(sender: str) -> None:
    found = planned({"send.js": sender, "client.js": ASKING})
    assert {change.safety for change in found.changes} == {Safety.UNSAFE}
    assert "Authorization: `Bearer ${process.env.K}`" in found.applied(Safety.UNSAFE)["send.js"]


@pytest.mark.parametrize(
    ("given", "written", "asked"),
    [
        ("const key = process.env.K;", "key", "process.env.K"),
        ("const { K } = process.env;", "K", "process.env.K"),
        ("const { K: key } = process.env;", "key", "process.env.K"),
        ("const { key } = require('../settings');", "key", "settings.key"),
        ("const config = require('../settings');", "config.key", "settings.key"),
    ],
)
def test_a_key_of_another_file_is_read_where_the_request_is_sent(given: str, written: str, asked: str) -> None:
    maker = f"{given}\nmodule.exports = (path) => `https://api.hubapi.com${{path}}?hapikey=${{{written}}}`;\n"
    client = (
        "const axios = require('axios');\nconst settings = require('./settings');\nconst address = require('./lib/make');\n"
        "axios.get(address('/crm/v3/objects/contacts'));\n"
    )
    files = {"settings.js": "exports.key = process.env.K;\n", "lib/make.js": maker, "client.js": client}
    found = planned(files)
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    header = f", {{ headers: {{ Authorization: `Bearer ${{{asked}}}` }} }});"
    assert found.applied()["client.js"] == client.replace("'));", f"'){header}")


def test_headers_of_a_type_that_may_be_the_class_are_copied_as_it_copies() -> None:
    source = f"export const ask = (headers: HeadersInit = {{}}) => fetch(`{C}?hapikey=${{process.env.K}}`, {{ headers }});\nask();\n"
    written = "headers: new Headers([...new Headers(headers), ['Authorization', `Bearer ${process.env.K}`]]) }"
    assert written in fixed(source, "a.ts")
    assert "headers: { ...headers, Authorization: `Bearer" in fixed(source.replace(": HeadersInit", ""), "a.ts")


def test_a_key_of_another_file_that_cannot_be_had_is_left() -> None:
    maker = "let key;\nexports.use = (one) => { key = one; };\nexports.address = (path) => `https://api.hubapi.com${path}?hapikey=${key}`;\n"
    client = "const { address, use } = require('./make');\nuse(process.env.K);\nfetch(address('/crm/v3/objects/contacts'));\n"
    assert {change.safety for change in planned({"make.js": maker, "client.js": client}).changes} == {Safety.MANUAL}


def test_a_key_sent_in_the_answer_to_another_request_moves_by_itself() -> None:
    source = (
        "const request = require('request');\n"
        f"request({{ url: '{C}', qs: {{ hapikey: process.env.K }} }}, () => {{\n"
        f"  request.patch({{ url: '{C}/7', qs: {{ hapikey: process.env.K }}, json: {{ a: 1 }} }}, () => {{}});\n}});\n"
    )
    assert [change.safety for change in moved(source).changes] == [Safety.SAFE, Safety.SAFE]


def test_who_prints_a_token_is_told_of_the_change_that_writes_it() -> None:
    one = "const {0} = {{ url: '{1}/{0}', qs: {{ hapikey: process.env.K }} }};\n"
    source = f"const request = require('request');\n{one.format('a', C)}{one.format('b', C)}console.log(b);\nrequest(a);\nrequest(b);\n"
    changes = moved(source).changes
    assert [change.safety for change in changes] == [Safety.SAFE, Safety.UNSAFE]
    assert "Line 4 of a.js" in str(changes[1].reason)


BLOCK = (
    "const axios = require('axios');\nasync function send(live) {\n  let url;\n  if (live) {\n    const key = %s;\n"
    f"    url = `{C}?hapikey=${{key}}`;\n  }}\n  return axios.get(url);\n}}\nsend(true);\n"
)


def test_a_key_of_a_block_is_read_again_behind_it_or_left() -> None:
    again = BLOCK % "process.env.K"
    assert "return axios.get(url, { headers: { Authorization: `Bearer ${process.env.K}` } });" in fixed(again)
    assert [change.safety for change in moved(BLOCK % "await live()").changes] == [Safety.MANUAL]


def test_a_key_beside_a_token_of_a_client_library_goes(tmp_path: Path) -> None:
    made = "const h = require('@hubspot/api-client');\nconst c = new h.Client({ accessToken: process.env.T%s });\n"
    asked = "c.crm.contacts.basicApi.getPage();\n"
    (tmp_path / "package.json").write_text('{"dependencies": {"@hubspot/api-client": "8.0.0"}}\n')
    (tmp_path / "a.js").write_text(made % ", apiKey: process.env.K" + asked)
    migrate(Settings(paths=(str(tmp_path),), unsafe=True), write=True)
    assert (tmp_path / "a.js").read_text() == made % "" + asked


# What one arm of a branch sends, where the other sends a token.
ARMS = {
    "a header in the other arm": (
        f"const axios = require('axios');\nconst K = process.env.K, T = process.env.T;\nconst params = {{ limit: 1 }};\nconst headers = {{}};\nif (T) {{\n  headers.Authorization = `Bearer ${{T}}`;\n}} else {{\n  params.hapikey = K;\n}}\naxios.get('{C}', {{ params, headers }});\n",
        "} else {\n  headers.Authorization = `Bearer ${K}`;\n}",
    ),
    "a header in the other arm, and a URL": (
        f"const K = process.env.K, T = process.env.T;\nconst url = new URL('{C}?limit=1');\nconst headers = {{}};\nif (T) {{\n  headers['Authorization'] = `Bearer ${{T}}`;\n}} else if (K) {{\n  url.searchParams.append('hapikey', K);\n}}\nfetch(url, {{ headers }});\n",
        "} else if (K) {\n  headers['Authorization'] = `Bearer ${K}`;\n}",
    ),
    "headers in the other arm": (
        f"const axios = require('axios');\nconst K = process.env.K, T = process.env.T;\nconst options = {{}};\nif (K) {{\n  options.params = {{ hapikey: K }};\n}} else {{\n  options.headers = {{ Authorization: `Bearer ${{T}}` }};\n}}\naxios.get('{C}', options);\n",
        "  options.headers = { Authorization: `Bearer ${K}` };\n} else {",
    ),
    "a URL in one arm": (
        f"const K = process.env.K, T = process.env.T;\nlet url = '{C}';\nconst headers = {{}};\nif (T) {{\n  headers.Authorization = 'Bearer ' + T;\n}} else {{\n  url = '{C}' + '?hapikey=' + K;\n}}\nfetch(url, {{ headers }});\n",
        "} else {\n  url = '" + C + "';\n  headers.Authorization = `Bearer ${K}`;\n}",
    ),
    "a URL in one arm without braces": (
        f"const K = process.env.K, T = process.env.T;\nlet url = '{C}';\nconst headers = {{}};\nif (T) headers.Authorization = 'Bearer ' + T;\nelse url = '{C}' + '?hapikey=' + K;\nfetch(url, {{ headers }});\n",
        "\nelse { url = '" + C + "'; headers.Authorization = `Bearer ${K}`; }\n",
    ),
    "a URL that grows in one case": (
        f"const K = process.env.K, T = process.env.T;\nlet url = '{C}';\nconst headers = {{}};\nswitch (T ? 'token' : 'key') {{\n  case 'token':\n    headers.Authorization = 'Bearer ' + T;\n    break;\n  default:\n    url += '?hapikey=' + K;\n}}\nfetch(url, {{ headers }});\n",
        "  default:\n    headers.Authorization = `Bearer ${K}`;\n}",
    ),
    "headers that the other arm makes": (
        f"const axios = require('axios');\nconst K = process.env.K, T = process.env.T;\nconst options = {{ headers: {{ 'X-App': 'sync' }} }};\nif (T) {{\n  options.headers = options.headers || {{}};\n  options.headers.Authorization = 'Bearer ' + T;\n}} else {{\n  options.params = options.params || {{}};\n  options.params.hapikey = K;\n}}\naxios.get('{C}', options);\n",
        "  options.headers = { ...options.headers, Authorization: `Bearer ${K}` };\n}",
    ),
}


@pytest.mark.parametrize("name", ARMS)
def test_a_key_in_one_arm_is_sent_as_the_token_in_the_other(name: str, tmp_path: Path) -> None:
    source, piece = ARMS[name]
    (tmp_path / "a.js").write_text(source)
    migrate(Settings(paths=(str(tmp_path),), unsafe=True), write=True)
    assert piece in (tmp_path / "a.js").read_text()
    assert "hapikey" not in (tmp_path / "a.js").read_text()
    if available(source):
        after = record_node(tmp_path, "a.js", env={"K": "secret-k"})
        before = sent(source, tmp_path)
        assert equal_but_for_credential(before, after) == ()
        assert [one.header("Authorization") for one in after] == ["Bearer secret-k"]


@pytest.mark.parametrize(
    "arm",
    [
        "url += '?hapikey=' + K;\n  headers = { Accept: 'json' };",
        "const headers = {};\n  url += '?hapikey=' + K;\n  console.log(headers);",
    ],
)
def test_headers_that_an_arm_makes_anew_or_hides_are_not_set_in_it(arm: str) -> None:
    source = (
        f"const K = process.env.K, T = process.env.T;\nlet url = '{C}';\nlet headers = {{}};\n"
        f"if (T) {{\n  headers.Authorization = 'Bearer ' + T;\n}} else {{\n  {arm}\n}}\nfetch(url, {{ headers }});\n"
    )
    assert fixed(source, least=Safety.UNSAFE) == source


NEW_NAME = "NEW_TOKEN"


@pytest.mark.parametrize(
    ("taken", "renamed"),
    [
        ("const { OLD_KEY } = process.env;", "const { NEW_TOKEN: OLD_KEY } = process.env;"),
        (
            "const { PORT, OLD_KEY: OLD } = process.env;\nconst OLD_KEY = OLD;",
            "const { PORT, NEW_TOKEN: OLD } = process.env;\nconst OLD_KEY = OLD;",
        ),
        ("const OLD_KEY = process.env.OLD_KEY;", "const OLD_KEY = process.env.NEW_TOKEN;"),
        ("const { OLD_KEY } = require('./settings');", "const { OLD_KEY } = require('./settings');"),
    ],
)
def test_a_variable_that_is_taken_out_of_the_environment_is_renamed(taken: str, renamed: str, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(f"{taken}\nfetch(`{C}?hapikey=${{OLD_KEY}}`);\n")
    migrate(Settings(paths=(str(tmp_path),), unsafe=True, token_env=NEW_NAME), write=True)
    assert (tmp_path / "a.js").read_text().startswith(renamed)

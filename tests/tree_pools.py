# ruff: noqa: E501 - programs and files, one to a line
"""What trees are made of: programs put together from parts, and files of many kinds, each with a twin that is harmless.

A program is drawn as where its key comes from, how a request is put together, what sends it and what stands around it,
in Python 2 and 3, notebooks, JavaScript and TypeScript. With a Bearer token in place of the key it is the twin.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Mapping, Sequence
from textwrap import indent

KEY = "7f2c9b04-6d1e-4a85-b3f7-0e9d8c7b6a52"
OTHER = "1d0a4c3e-5b6f-4780-92a1-b3c4d5e6f708"
API = "https://api.hubapi.com"
KNOWN = "/crm/v3/owners/"
OLD = "/companies/v2/companies/paged"
Files = dict[str, str]
Draw = random.Random

# --- Python -----------------------------------------------------------------------------------------------------------

PY_SOURCES: Mapping[str, str] = {
    "environment": "import os\nKEY = os.environ['HUBSPOT_API_KEY']\n",
    "environment by another name": "import os\nKEY = os.getenv('CRM_SECRET', '')\n",
    "a literal": f"KEY = '{KEY}'\n",
    "settings": "from django.conf import settings\nKEY = settings.HUBSPOT_KEY\n",
    "a file": "import json\nKEY = json.load(open('conf.json'))['hubspot']['key']\n",
    "arguments": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--key')\nKEY = p.parse_args().key\n",
    "input": "KEY = input('key? ')\n",
    "elsewhere": "from secrets_of_ours import KEY\n",
}
PY_URLS: Mapping[str, str] = {
    "an f-string": "url = f'{BASE}{PATH}?hapikey={KEY}&count=1'",
    "plus": "url = BASE + PATH + '?hapikey=' + KEY",
    "percent": "url = '%s%s?hapikey=%s' % (BASE, PATH, KEY)",
    "format": "url = '{}{}?count=1&hapikey={}'.format(BASE, PATH, KEY)",
    "named format": "url = '{base}{path}?hapikey={key}'.format(base=BASE, path=PATH, key=KEY)",
    "join": "url = ''.join([BASE, PATH, '?', 'hapikey=', KEY])",
    "in steps": "url = BASE + PATH\nurl += '?count=1'\nurl += '&hapikey=%s' % KEY",
    "urlencode": "from urllib.parse import urlencode\nurl = BASE + PATH + '?' + urlencode({'hapikey': KEY})",
    "pairs": "from urllib.parse import urlencode\nurl = BASE + PATH + '?' + urlencode([('count', 1), ('hapikey', KEY)])",
    "urljoin": "from urllib.parse import urljoin\nurl = urljoin(BASE, PATH) + '?hapikey=' + KEY",
    "a template": "from string import Template\nurl = Template('$base$path?hapikey=$key').substitute(base=BASE, path=PATH, key=KEY)",
}
PY_PARAMS: Mapping[str, str] = {
    "a mapping": "query = {'hapikey': KEY, 'count': 1}",
    "dict()": "query = dict(count=1, hapikey=KEY)",
    "an item": "query = {}\nquery['hapikey'] = KEY",
    "update": "query = {'count': 1}\nquery.update({'hapikey': KEY})",
    "update by name": "query = {}\nquery.update(hapikey=KEY)",
    "setdefault": "query = {'count': 1}\nquery.setdefault('hapikey', KEY)",
    "pairs": "query = [('count', 1), ('hapikey', KEY)]",
    "spread": "common = {'hapikey': KEY}\nquery = {**common, 'count': 1}",
    "a union": "query = {'count': 1} | {'hapikey': KEY}",
    "a comprehension": "query = {name: value for name, value in (('hapikey', KEY), ('count', 1))}",
    "a name of its own": "NAME = 'hapikey'\nquery = {NAME: KEY}",
    "one of two names": "import sys\nquery = {'access_token' if len(sys.argv) > 1 else 'hapikey': KEY}",
}
PY_SENDS_URL: Mapping[str, str] = {
    "requests": "import requests\nanswer = requests.get(url)",
    "requests by request": "import requests\nanswer = requests.request('GET', url)",
    "a session": "import requests\nanswer = requests.Session().get(url, timeout=5)",
    "a prepared request": "import requests\nanswer = requests.Session().send(requests.Request('GET', url).prepare())",
    "getattr": "import requests\nanswer = getattr(requests, 'get')(url)",
    "httpx": "import httpx\nanswer = httpx.get(url)",
    "urllib": "from urllib.request import urlopen\nanswer = urlopen(url).read()",
    "urllib's Request": "import urllib.request\nanswer = urllib.request.urlopen(urllib.request.Request(url))",
    "urllib3": "import urllib3\nanswer = urllib3.PoolManager().request('GET', url)",
    "a library nobody knows": "import fetchlib\nanswer = fetchlib.pull(url)",
    "a process": "import subprocess\nanswer = subprocess.check_output(['curl', '-s', url])",
    "a shell": "import os\nos.system('curl -s \"' + url + '\"')",
    "pandas": "import pandas\nanswer = pandas.read_json(url)",
}
PY_SENDS_PARAMS: Mapping[str, str] = {
    "requests": "import requests\nanswer = requests.get(BASE + PATH, params=query)",
    "a session's get": "import requests\nanswer = requests.Session().get(BASE + PATH, params=query)",
    "a session's own": "import requests\nsession = requests.Session()\nsession.params = query\nanswer = session.get(BASE + PATH)",
    "spread": "import requests\nmore = {'params': query, 'timeout': 3}\nanswer = requests.get(BASE + PATH, **more)",
    "httpx": "import httpx\nanswer = httpx.get(BASE + PATH, params=query)",
    "an httpx client": "import httpx\nanswer = httpx.Client(base_url=BASE, params=query).get(PATH)",
    "urllib3": "import urllib3\nanswer = urllib3.PoolManager().request('GET', BASE + PATH, fields=query)",
    "a library nobody knows": "import fetchlib\nanswer = fetchlib.pull(BASE + PATH, query=query)",
}
PY_BEARER: Mapping[str, str] = {
    "requests": "import requests\nanswer = requests.get(BASE + PATH, headers={'Authorization': 'Bearer ' + KEY})",
    "a session": "import requests\ns = requests.Session()\ns.headers['Authorization'] = f'Bearer {KEY}'\nanswer = s.get(BASE + PATH)",
    "httpx": "import httpx\nanswer = httpx.get(BASE + PATH, headers={'Authorization': f'Bearer {KEY}'})",
    "urllib": "import urllib.request as u\nanswer = u.urlopen(u.Request(BASE + PATH, headers={'Authorization': 'Bearer ' + KEY}))",
    "an SDK": "from hubspot import HubSpot\nanswer = HubSpot(access_token=KEY).crm.owners.owners_api.get_page()",
}


def _function(head: str, body: str) -> str:
    return f"{head}\n{indent(body, '    ')}\n    return answer\n"


PY_AROUND: Mapping[str, Callable[[str], str]] = {
    "nothing": lambda body: body + "\nprint(answer)\n",
    "a function": lambda body: _function("def run():", body) + "\n\nprint(run())\n",
    "a function nobody calls": lambda body: _function("def run():", body),
    "an async function": lambda body: _function("async def run():", body),
    "a method": lambda body: f"class Job:\n{indent(_function('def run(self):', body), '    ')}\n\nJob().run()\n",
    "a method of a class nobody makes": lambda body: (
        f"class Job:\n{indent(_function('def run(self):', body), '    ')}\n"
    ),
    "a static method": lambda body: (
        f"class Job:\n    @staticmethod\n{indent(_function('def run():', body), '    ')}\n\nJob.run()\n"
    ),
    "an arm": lambda body: (
        f"def run(dry=False):\n    answer = None\n    if not dry:\n{indent(body, '        ')}\n    return answer\n\n\nrun(dry=True)\n"
    ),
    "try": lambda body: f"try:\n{indent(body, '    ')}\nexcept Exception:\n    answer = None\n",
    "a loop": lambda body: f"for page in range(3):\n{indent(body, '    ')}\n",
    "a decorator": lambda body: (
        "import functools\n\n\ndef retried(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n\n\n@retried\n"
        + _function("def run():", body)
        + "\n\nrun()\n"
    ),
    "a nested function": lambda body: (
        f"def outer():\n{indent(_function('def run():', body), '    ')}\n    return run\n\n\nouter()()\n"
    ),
    "a main block": lambda body: f"if __name__ == '__main__':\n{indent(body, '    ')}\n",
    "a thread": lambda body: (
        "import threading\n" + _function("def run():", body) + "\n\nthreading.Thread(target=run).start()\n"
    ),
    "a table of functions": lambda body: _function("def run():", body) + "\n\nJOBS = {'run': run}\nJOBS['run']()\n",
    "a generator": lambda body: f"def run():\n{indent(body, '    ')}\n    yield answer\n\n\nlist(run())\n",
}
PY_PLACES: Mapping[str, Callable[[str, str], Files]] = {
    "one file": lambda name, path: {name: f"BASE = '{API}'\nPATH = '{path}'\n"},
    "another file": lambda name, path: {
        "where.py": f"BASE = '{API}'\nPATH = '{path}'\n",
        name: "from where import BASE, PATH\n",
    },
    "a module": lambda name, path: {
        "where.py": f"ROOT = '{API}'\n",
        name: f"import where\nBASE = where.ROOT\nPATH = '{path}'\n",
    },
    "a class": lambda name, path: {
        "where.py": f"class Places:\n    root = '{API}'\n",
        name: f"from where import Places\nBASE = Places.root\nPATH = '{path}'\n",
    },
    "an object": lambda name, path: {
        "where.py": f"class Places:\n    def __init__(self):\n        self.root = '{API}'\n\n\nplaces = Places()\n",
        name: f"from where import places\nBASE = places.root\nPATH = '{path}'\n",
    },
    "a mapping": lambda name, path: {
        "where.py": f"PLACES = {{'hub': {{'root': '{API}'}}}}\n",
        name: f"from where import PLACES\nBASE = PLACES['hub']['root']\nPATH = '{path}'\n",
    },
    "a function": lambda name, path: {
        "where.py": f"def root():\n    return '{API}'\n",
        name: f"from where import root\nBASE = root()\nPATH = '{path}'\n",
    },
    "parts": lambda name, path: {name: f"HOST = 'api.hubapi.com'\nBASE = 'https://' + HOST\nPATH = '{path}'\n"},
}


def python(draw: Draw, *, keyed: bool) -> tuple[Files, str]:
    """Returns a Python program that sends a key, or its twin that sends a token, and what it was drawn from."""
    names = [draw.choice(sorted(pool)) for pool in (PY_PLACES, PY_SOURCES, PY_AROUND)]
    place, source, around = names
    if not keyed:
        way = draw.choice(sorted(PY_BEARER))
        body = PY_BEARER[way]
        source = draw.choice(["environment", "environment by another name", "elsewhere"])
        around = draw.choice(sorted(set(PY_AROUND) - {"an arm"}))
        names = [place, source, around, way]
    elif draw.random() < 0.5:
        url, send = draw.choice(sorted(PY_URLS)), draw.choice(sorted(PY_SENDS_URL))
        body = f"{PY_URLS[url]}\n{PY_SENDS_URL[send]}"
        names += [f"URL by {url}", send]
    else:
        query, send = draw.choice(sorted(PY_PARAMS)), draw.choice(sorted(PY_SENDS_PARAMS))
        body = f"{PY_PARAMS[query]}\n{PY_SENDS_PARAMS[send]}"
        names += [f"query by {query}", send]
    files = PY_PLACES[place]("job.py", OLD if keyed else KNOWN) if "an SDK" not in names else {"job.py": ""}
    files["job.py"] += PY_SOURCES[source] + PY_AROUND[around](body)
    return files, "Python: " + ", ".join(names)


PY2: Sequence[str] = (
    "import urllib2\nKEY = raw_input()\nprint urllib2.urlopen('%s/contacts/v1/lists?hapikey=%s' % ('https://api.hubapi.com', KEY)).read()\n",
    "import urllib, urllib2, os\nq = urllib.urlencode({'hapikey': os.environ['K'], 'count': 5L})\nprint >>open('o', 'w'), urllib2.urlopen('https://api.hubapi.com/deals/v1/deal/paged?' + q).read()\n",
    "import httplib\nc = httplib.HTTPSConnection('api.hubapi.com')\ntry:\n    c.request('GET', '/contacts/v1/lists?hapikey=' + KEY)\nexcept Exception, e:\n    print e\n",
    "import requests\nclass A:\n    def go(self, key):\n        exec 'pass'\n        return requests.get(u'https://api.hubapi.com/owners/v2/owners', params=dict(hapikey=key)).json()\n",
)
PY2_TWINS: Sequence[str] = (
    "import urllib2\nprint urllib2.urlopen('https://example.com/hubspot').read()\n",
    "print 'HubSpot is moved', 010\n",
)

# --- JavaScript -------------------------------------------------------------------------------------------------------

JS_SOURCES: Mapping[str, str] = {
    "environment": "const KEY = process.env.HUBSPOT_API_KEY;",
    "another name": "const { CRM_SECRET: KEY } = process.env;",
    "a literal": f"const KEY = '{KEY}';",
    "configuration": "const KEY = require('config').get('hubspot.key');",
    "elsewhere": "import { KEY } from '@ours/secrets';",
}
JS_URLS: Mapping[str, str] = {
    "a template": "const url = `${BASE}${PATH}?hapikey=${KEY}`;",
    "plus": "const url = BASE + PATH + '?count=1&hapikey=' + KEY;",
    "concat": "const url = BASE.concat(PATH, '?hapikey=', KEY);",
    "join": "const url = [BASE + PATH, 'hapikey=' + KEY].join('?');",
    "search parameters": "const url = new URL(BASE + PATH);\nurl.searchParams.set('hapikey', KEY);",
    "URLSearchParams": "const url = `${BASE}${PATH}?${new URLSearchParams({ hapikey: KEY })}`;",
    "querystring": "const url = BASE + PATH + '?' + require('querystring').stringify({ hapikey: KEY });",
    "in steps": "let url = BASE + PATH;\nurl += '?hapikey=';\nurl += KEY;",
}
JS_SENDS: Mapping[str, str] = {
    "fetch": "await fetch(url);",
    "fetch with options": "await fetch(url, { method: 'GET', headers: { Accept: 'application/json' } });",
    "axios": "await require('axios').get(url);",
    "axios with options": "await require('axios')({ method: 'get', url });",
    "got": "await require('got')(url).json();",
    "https": "require('https').get(url, (response) => response.resume());",
    "request": "require('request')({ url, json: true }, () => {});",
    "superagent": "await require('superagent').get(url);",
    "a library nobody knows": "await require('fetchlib').pull(url);",
    "a process": "require('child_process').execSync(`curl -s ${url}`);",
}
JS_QUERIES: Mapping[str, str] = {
    "axios": "await require('axios').get(BASE + PATH, { params: { hapikey: KEY } });",
    "an axios instance": "await require('axios').create({ baseURL: BASE, params: { hapikey: KEY } }).get(PATH);",
    "got": "await require('got')(BASE + PATH, { searchParams: { hapikey: KEY } });",
    "request": "require('request').get({ uri: BASE + PATH, qs: { hapikey: KEY, count: 1 } }, () => {});",
    "superagent": "await require('superagent').get(BASE + PATH).query({ hapikey: KEY });",
    "an object that grows": "const params = { count: 1 };\nparams.hapikey = KEY;\nawait require('axios').get(BASE + PATH, { params });",
    "spread": "const auth = { hapikey: KEY };\nawait require('axios').get(BASE + PATH, { params: { ...auth, count: 1 } });",
    "jQuery": "$.getJSON(BASE + PATH, { hapikey: KEY });",
    "an SDK": "const hubspot = require('@hubspot/api-client');\nawait new hubspot.Client({ apiKey: KEY }).crm.contacts.basicApi.getPage();",
}
JS_BEARER: Mapping[str, str] = {
    "fetch": "await fetch(BASE + PATH, { headers: { Authorization: `Bearer ${KEY}` } });",
    "axios": "await require('axios').get(BASE + PATH, { headers: { Authorization: 'Bearer ' + KEY } });",
    "got": "await require('got')(BASE + PATH, { headers: { authorization: `Bearer ${KEY}` } });",
}
JS_AROUND: Mapping[str, Callable[[str], str]] = {
    "a function": lambda body: f"async function run() {{\n{indent(body, '  ')}\n}}\nrun();\n",
    "an export": lambda body: f"export async function run() {{\n{indent(body, '  ')}\n}}\n",
    "an arrow": lambda body: f"export const run = async () => {{\n{indent(body, '  ')}\n}};\n",
    "module.exports": lambda body: f"module.exports = {{ async run() {{\n{indent(body, '  ')}\n}} }};\n",
    "a class": lambda body: f"class Job {{\n  async run() {{\n{indent(body, '    ')}\n  }}\n}}\nnew Job().run();\n",
    "a class nobody makes": lambda body: f"export class Job {{\n  async run() {{\n{indent(body, '    ')}\n  }}\n}}\n",
    "an arm": lambda body: (
        f"export async function run(dry) {{\n  if (!dry) {{\n{indent(body, '    ')}\n  }}\n}}\nrun(true);\n"
    ),
    "a handler": lambda body: f"exports.handler = async (event) => {{\n{indent(body, '  ')}\n}};\n",
    "a promise": lambda body: f"Promise.resolve().then(async () => {{\n{indent(body, '  ')}\n}});\n",
    "a route": lambda body: f"app.get('/go', async (req, res) => {{\n{indent(body, '  ')}\n  res.end();\n}});\n",
}
JS_NAMES = ("job.js", "job.mjs", "job.cjs", "job.ts", "job.tsx", "job.jsx")


def javascript(draw: Draw, *, keyed: bool) -> tuple[Files, str]:
    """Returns a JavaScript or TypeScript program that sends a key, or its twin, and what it was drawn from."""
    name, source, around = draw.choice(JS_NAMES), draw.choice(sorted(JS_SOURCES)), draw.choice(sorted(JS_AROUND))
    head = f"const BASE = '{API}';\nconst PATH = '{OLD if keyed else KNOWN}';\n"
    files: Files = {}
    if draw.random() < 0.4:
        files["where.js"] = f"const BASE = '{API}';\nmodule.exports = {{ BASE }};\n"
        head = f"const {{ BASE }} = require('./where');\nconst PATH = '{OLD if keyed else KNOWN}';\n"
    if not keyed:
        way = draw.choice(sorted(JS_BEARER))
        source = draw.choice(["environment", "another name", "elsewhere"])
        around = draw.choice(sorted(set(JS_AROUND) - {"an arm"}))
        body = JS_BEARER[way]
    elif draw.random() < 0.5:
        way, send = draw.choice(sorted(JS_URLS)), draw.choice(sorted(JS_SENDS))
        body = f"{JS_URLS[way]}\n{JS_SENDS[send]}"
        way = f"URL by {way}, {send}"
    else:
        way = draw.choice(sorted(JS_QUERIES))
        body = JS_QUERIES[way]
    files[name] = f"{JS_SOURCES[source]}\n{head}{JS_AROUND[around](body)}"
    return files, f"{name}: {source}, {around}, {way}"


PAGES: Mapping[str, tuple[str, str]] = {
    "page.html": ("<script>fetch('%s')</script>\n", "web"),
    "Page.vue": (
        "<template><p/></template>\n<script>\nexport default { async created() { await fetch('%s') } }\n</script>\n",
        "web",
    ),
    "Page.svelte": ("<script>\n  fetch('%s');\n</script>\n<p>x</p>\n", "web"),
}

# --- notebooks --------------------------------------------------------------------------------------------------------


def notebook(cells: Sequence[str], *, version: int = 4, kernel: str = "python3", language: str = "python") -> str:
    """Returns a notebook with these cells."""
    made = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            ("source" if version == 4 else "input"): cell.splitlines(keepends=True),
        }
        | (
            {"execution_count": None}
            if version == 4
            else {"language": language, "prompt_number": 1, "collapsed": False}
        )
        for cell in cells
    ]
    meta = {"kernelspec": {"name": kernel, "display_name": kernel}, "language_info": {"name": language}}
    if version == 3:
        return json.dumps(
            {"nbformat": 3, "nbformat_minor": 0, "metadata": meta, "worksheets": [{"cells": made, "metadata": {}}]}
        )
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": meta, "cells": made}, indent=1)


NOTEBOOKS: Mapping[str, str] = {
    "of four": notebook(["import requests, os", f"requests.get('{API}{OLD}', params={{'hapikey': os.environ['K']}})"]),
    "of three": notebook(["import urllib2", f"print urllib2.urlopen('{API}{OLD}?hapikey=' + KEY).read()"], version=3),
    "with a command": notebook([f"!curl '{API}{OLD}?hapikey=$HUBSPOT_API_KEY'"]),
    "with a magic": notebook([f"%env HUBSPOT_API_KEY={KEY}"]),
    "in R": notebook(
        [f'library(httr)\nGET("{API}{OLD}", query = list(hapikey = Sys.getenv("K")))'], kernel="ir", language="R"
    ),
    "in Julia": notebook(
        [f'using HTTP\nHTTP.get("{API}{OLD}?hapikey=" * ENV["K"])'], kernel="julia-1.9", language="julia"
    ),
    "in JavaScript": notebook([f"await fetch(`{API}{OLD}?hapikey=${{key}}`)"], kernel="deno", language="typescript"),
    "with a broken cell": notebook(["def (:\n  x", f"import requests\nrequests.get('{API}{OLD}?hapikey=' + k)"]),
}
NOTEBOOK_TWINS: Mapping[str, str] = {
    "moved": notebook(
        [
            "import requests, os",
            f"requests.get('{API}{KNOWN}', headers={{'Authorization': 'Bearer ' + os.environ['T']}})",
        ]
    ),
    "of other things": notebook(["import pandas as pd", "pd.read_csv('hubspot.csv').head()"]),
    "in R of other things": notebook(["plot(1:3)"], kernel="ir", language="R"),
}

# --- other languages --------------------------------------------------------------------------------------------------

LANGUAGES: Mapping[str, str] = {
    "a.php": "<?php $c = curl_init('{api}/a?hapikey=' . getenv('K')); curl_exec($c);\n",
    "b.php": "<?php\nuse GuzzleHttp\\Client;\n(new Client)->get('{api}/a', ['query' => ['hapikey' => $key]]);\n",
    "a.rb": "require 'net/http'\nNet::HTTP.get(URI(\"{api}/a?hapikey=#{{ENV['K']}}\"))\n",
    "b.rb": "Hubspot.configure(hapikey: ENV['K'])\nHubspot::Contact.all\n",
    "a.go": 'package main\nimport "net/http"\nfunc f(k string) {{ http.Get("{api}/a?hapikey=" + k) }}\n',
    "A.java": 'class A {{ void f(String k) throws Exception {{ new java.net.URL("{api}/a?hapikey=" + k).openStream(); }} }}\n',
    "A.kt": 'fun f(k: String) = java.net.URL("{api}/a?hapikey=$k").readText()\n',
    "A.groovy": 'def f(k) {{ new URL("{api}/a?hapikey=${{k}}").text }}\n',
    "A.scala": 'object A {{ def f(k: String) = scala.io.Source.fromURL(s"{api}/a?hapikey=$k") }}\n',
    "A.cs": 'class A {{ string F(string k) => new System.Net.WebClient().DownloadString("{api}/a?hapikey=" + k); }}\n',
    "A.fs": 'let f k = System.Net.Http.HttpClient().GetAsync("{api}/a?hapikey=" + k)\n',
    "A.vb": 'Module A\n Function F(k As String)\n  Return New Net.WebClient().DownloadString("{api}/a?hapikey=" & k)\n End Function\nEnd Module\n',
    "a.swift": 'let t = URLSession.shared.dataTask(with: URL(string: "{api}/a?hapikey=\\(k)")!)\n',
    "a.m": '[NSURL URLWithString:[NSString stringWithFormat:@"{api}/a?hapikey=%@", k]];\n',
    "a.dart": "final r = await http.get(Uri.parse('{api}/a?hapikey=$k'));\n",
    "a.lua": 'http.request("{api}/a?hapikey=" .. k)\n',
    "a.pl": 'use LWP::Simple; get("{api}/a?hapikey=$ENV{{K}}");\n',
    "a.r": 'library(httr)\nGET("{api}/a", query = list(hapikey = Sys.getenv("K")))\n',
    "a.jl": 'HTTP.get("{api}/a?hapikey=" * ENV["K"])\n',
    "a.ex": 'def f(k), do: HTTPoison.get("{api}/a?hapikey=" <> k)\n',
    "a.erl": 'f(K) -> httpc:request("{api}/a?hapikey=" ++ K).\n',
    "a.clj": '(defn f [k] (slurp (str "{api}/a?hapikey=" k)))\n',
    "A.hs": 'f k = simpleHTTP (getRequest ("{api}/a?hapikey=" ++ k))\n',
    "a.rs": 'fn f(k: &str) {{ reqwest::blocking::get(format!("{api}/a?hapikey={{}}", k)); }}\n',
    "a.cpp": 'void f(std::string k) {{ get("{api}/a?hapikey=" + k); }}\n',
    "a.c": 'void f(char *k) {{ sprintf(url, "{api}/a?hapikey=%s", k); }}\n',
    "A.cls": "public class A {{ void f(String k) {{ HttpRequest r = new HttpRequest(); r.setEndpoint('{api}/a?hapikey=' + k); }} }}\n",
    "a.ps1": 'Invoke-RestMethod -Uri "{api}/a?hapikey=$env:K"\n',
    "a.bat": 'curl "{api}/a?hapikey=%K%"\n',
    "a.sql": "select http_get('{api}/a?hapikey=' || k);\n",
    "a.coffee": 'request.get "{api}/a?hapikey=#{{k}}"\n',
    "a.cfm": '<cfhttp url="{api}/a?hapikey=#k#" method="get">\n',
    "a.tcl": 'http::geturl "{api}/a?hapikey=$k"\n',
    "a.nim": 'discard newHttpClient().getContent("{api}/a?hapikey=" & k)\n',
    "a.cr": 'HTTP::Client.get "{api}/a?hapikey=#{{k}}"\n',
    "a.zig": 'const url = "{api}/a?hapikey=" ++ key;\n',
    "tool": '#!/usr/bin/env perl\nget("{api}/a?hapikey=$k");\n',
    "a.unknownlanguage": 'send "{api}/a?hapikey=" with k\n',
}
LANGUAGE_TWINS: Mapping[str, str] = {
    "ok.php": "<?php echo '<a href=\"https://www.hubspot.com\">HubSpot</a>';\n",
    "ok.rb": "puts 'Powered by HubSpot'\n",
    "ok.go": "package main\n// See https://developers.hubspot.com for more\nfunc main() {}\n",
    "Ok.java": 'class Ok { String s = "hubspot"; }\n',
    "ok.sql": "select hubspot_id from contacts;\n",
    "ok.swift": 'let page = "https://app.hubspot.com/login"\n',
    "ok.css": ".hubspot-form { color: red }\n",
    "ok.r": "x <- read.csv('hubspot.csv')\n",
}

# --- files that are no programs ---------------------------------------------------------------------------------------

CARRIERS: Mapping[str, str] = {
    ".env": "PORT=1\nHUBSPOT_API_KEY={key}\n",
    ".env.production": 'export HUBSPOT_API_KEY="{key}"\n',
    ".envrc": "export HUBSPOT_APIKEY={key}\n",
    "run.sh": 'set -e\ncurl -s "{api}{path}?hapikey=$HUBSPOT_API_KEY"\n',
    "wget.sh": "wget -q -O - '{api}{path}?hapikey='$K\n",
    "http.sh": "http GET {api}{path} hapikey==$K\n",
    "default.sh": 'KEY="${{HUBSPOT_API_KEY:-{key}}}"\n',
    "run.fish": "set -x HUBSPOT_API_KEY {key}\n",
    "run.cmd": "set HUBSPOT_API_KEY={key}\r\n",
    "Makefile": 'sync:\n\tcurl "{api}{path}?hapikey=$(HUBSPOT_API_KEY)"\n',
    "Dockerfile": "FROM scratch\nENV HUBSPOT_API_KEY={key}\n",
    "Containerfile": 'FROM x\nCMD ["curl", "{api}{path}?hapikey=$K"]\n',
    "docker-compose.yml": "services:\n  a:\n    environment:\n      - HUBSPOT_API_KEY={key}\n",
    ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - run: |\n          curl '{api}{path}?hapikey=${{{{ secrets.HUBSPOT_API_KEY }}}}'\n",
    ".gitlab-ci.yml": "variables:\n  HUBSPOT_API_KEY: {key}\n",
    "azure-pipelines.yml": "variables:\n- name: HUBSPOT_API_KEY\n  value: {key}\n",
    ".circleci/config.yml": 'jobs:\n  a:\n    steps:\n      - run: curl "{api}{path}?hapikey=$K"\n',
    "bitbucket-pipelines.yml": 'pipelines:\n  default:\n    - step:\n        script:\n          - curl "{api}{path}?hapikey=$K"\n',
    "Jenkinsfile": "node {{ sh 'curl \"{api}{path}?hapikey=$K\"' }}\n",
    "secret.yaml": "kind: Secret\napiVersion: v1\ndata:\n  HUBSPOT_API_KEY: {base64}\n",
    "deploy.yaml": "kind: Deployment\nspec:\n  containers:\n  - env:\n    - name: HUBSPOT_API_KEY\n      value: {key}\n",
    "values.yaml": "hubspot:\n  apiKey: {key}\n",
    "serverless.yml": "provider:\n  environment:\n    HUBSPOT_API_KEY: {key}\n",
    "main.tf": 'variable "hubspot_api_key" {{\n  default = "{key}"\n}}\n',
    "prod.tfvars": 'hubspot_api_key = "{key}"\n',
    "app.json": '{{"env": {{"HUBSPOT_API_KEY": {{"value": "{key}"}}}}}}\n',
    "appsettings.json": '{{"HubSpot": {{"ApiKey": "{key}"}}}}\n',
    "settings.json": '{{"hubspotApiKey": "{key}", // ours\n}}\n',
    "config.toml": '[hubspot]\napi_key = "{key}"\n',
    "app.ini": "[hubspot]\napi_key: {key}\n",
    "app.properties": "hubspot.apikey={key}\n",
    "application.yml": "app:\n  hubspot:\n    api-key: {key}\n",
    "web.config": '<configuration><appSettings><add key="HubSpotApiKey" value="{key}"/></appSettings></configuration>\n',
    "strings.xml": '<resources><string name="hubspot_api_key">{key}</string></resources>\n',
    "Info.plist": "<plist><dict><key>HubSpotAPIKey</key><string>{key}</string></dict></plist>\n",
    "a.service": "[Service]\nEnvironment=HUBSPOT_API_KEY={key}\n",
    "crontab": "HUBSPOT_API_KEY={key}\n0 1 * * * sync\n",
    "keys.csv": "name,value\nhubspot_api_key,{key}\n",
    "seed.sql": "insert into settings (name, value) values ('hubspot_api_key', '{key}');\n",
    "ansible.yml": "- hosts: all\n  vars:\n    hubspot_api_key: {key}\n",
    "postman_collection.json": '{{"info": {{"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "x"}}, "variable": [{{"key": "hubspot_api_key", "value": "{key}"}}], "item": []}}\n',
    "notes.md": "Use `{api}{path}?hapikey={key}`.\n",
    "a.http": "GET {api}{path}?hapikey={key}\n",
    "openapi.yaml": "openapi: 3.0.0\nservers: [{{url: '{api}'}}]\npaths:\n  /a:\n    get:\n      parameters:\n      - {{name: hapikey, in: query, example: {key}}}\n",
    "vault.hcl": 'secret "hubspot" {{\n  hubspot_api_key = "{key}"\n}}\n',
    "Pulumi.prod.yaml": "config:\n  app:hubspotApiKey: {key}\n",
    "template.yaml": "Resources:\n  F:\n    Properties:\n      Environment:\n        Variables:\n          HUBSPOT_API_KEY: {key}\n",
    "fly.toml": '[env]\n  HUBSPOT_API_KEY = "{key}"\n',
    "netlify.toml": '[build.environment]\n  HUBSPOT_API_KEY = "{key}"\n',
    "now.json": '{{"env": {{"HUBSPOT_API_KEY": "{key}"}}}}\n',
    ".travis.yml": "env:\n  global:\n    - HUBSPOT_API_KEY={key}\n",
    "package.json": '{{"name": "x", "scripts": {{"sync": "curl \\"{api}{path}?hapikey=$K\\""}}}}\n',
    "pyproject.toml": "[tool.poe.tasks]\nsync = \"curl '{api}{path}?hapikey=$K'\"\n",
}
CARRIER_TWINS: Mapping[str, str] = {
    ".env.sample": "HUBSPOT_API_KEY=\nHUBSPOT_TOKEN=your-token-here\n",
    "ids.yml": f"campaigns:\n  - id: {OTHER}\n    key: spring\n",
    "other.env": f"STRIPE_API_KEY={OTHER}\nHUBSPOT_PORTAL_ID=123456\n",
    "ids.json": f'{{"hubspot": {{"portalId": "62515", "formGuid": "{OTHER}"}}}}\n',
    "ci.yml": "env:\n  HUBSPOT_PORTAL_ID: ${{ secrets.HUBSPOT_PORTAL_ID }}\n",
    "k8s.yaml": "kind: Deployment\nspec:\n  containers:\n  - env:\n    - name: HUBSPOT_PORTAL_ID\n      valueFrom: {secretKeyRef: {name: hubspot, key: token}}\n",
    "vars.tf": 'variable "hubspot_api_key" {\n  type = string\n  sensitive = true\n}\n',
    "moved.sh": f'curl -H "Authorization: Bearer $HUBSPOT_TOKEN" "{API}{KNOWN}"\n',
    "history.md": "We sent `?hapikey=` until 2022, see HUBSPOT_API_KEY.\n",
    "people.csv": f"id,email\n{OTHER},a@example.org\n",
    "go.sum.txt": "github.com/x/hubspot v1.0.0 h1:abc\n",
    "requirements.txt": "hubspot-api-client==9.0.0\nrequests\n",
    "robots.txt": "User-agent: HubSpot Crawler\n",
}

POSITIONS: Mapping[str, str] = {
    "docstring.py": '"""Send ?hapikey={key} to HubSpot."""\nimport requests\n',
    "argument.py": 'import requests\ndef f(key="{key}"):\n    return requests.get("{api}", params={{"hapikey": key}})\n',
    "entry.py": 'KEYS = {{"{key}": "hubspot"}}\n',
    "bytes.py": 'import requests\nrequests.get("{api}", params={{"hapikey": b"{key}"}})\n',
    "interpolated.py": 'import requests\nk = "{key}"\nrequests.get(f"{api}?hapikey={{k}}&x={key}")\n',
    "raised.py": 'import hubspot\nraise ValueError("bad hapikey {key}")\n',
    "annotated.py": 'import requests\nHUBSPOT_API_KEY: str = "{key}"  # not {key}\nrequests.get("{api}?hapikey=" + HUBSPOT_API_KEY)\n',
    "lines.py": 'import requests\nrequests.get("{api}"\n    "?hapikey="\n    "{key}"\n    "&count=1")\n',
    "suppressed.py": 'import requests\nrequests.get("{api}?hapikey={key}")  # hapikey: ignore[HK102] it is {key}\n',
    "stale.py": "x = 1  # hapikey: ignore[HK101] {key}\n",
    "header.py": 'import requests\nrequests.get("{api}", headers={{"Authorization": "Bearer{key}"}})\n',
    "bearer.py": 'import requests\nrequests.get("{api}", headers={{"Authorization": "Bearer {key}"}})\n',
    "body.py": 'import requests\nrequests.post("{api}", json={{"hapikey": "{key}"}})\n',
    "auth.py": 'import requests\nrequests.get("{api}", auth=("{key}", "{key}"))\n',
    "unknown.py": 'import fetchlib\nfetchlib.go("{api}", "{key}", hapikey="{key}")\n',
    "host.py": 'import requests\nrequests.get("https://user:{key}@api.hubapi.com/contacts/v1/lists")\n',
    "chain.py": "import os, requests\nos.environ.setdefault('HUBSPOT_API_KEY', '{key}')\n"
    "requests.get('{api}?hapikey=' + os.environ['HUBSPOT_API_KEY'])\n",
    "old.py": "import urllib2\nprint urllib2.urlopen('{api}?hapikey=%s' % '{key}').read()\n",
    "two/where.py": "class Conf:\n    key = '{key}'\n",
    "two/job.py": "import requests\nfrom where import Conf\nrequests.get('{api}', params=dict(hapikey=Conf.key))  # {key}\n",
    "a.ts": "import axios from 'axios';\nconst KEY: string = '{key}';\naxios.get('{api}', {{ params: {{ hapikey: KEY }} }});\n",
    "a.vue": "<template><p/></template>\n<script>\nfetch('{api}?hapikey={key}')\n</script>\n",
    "sdk.js": "new (require('@hubspot/api-client').Client)({{ apiKey: '{key}' }}).crm.contacts.basicApi.getPage();\n",
    "min.js": "var a=1;" + "b(2);" * 900 + "fetch('{api}?hapikey={key}');\n",
    "magic.ipynb": '{{"cells": [{{"cell_type": "code", "source": ["%env HUBSPOT_API_KEY={key}"], "metadata": {{}}, "outputs":'
    ' [{{"output_type": "stream", "name": "stdout", "text": ["{key}"]}}], "execution_count": 1}}], "metadata": {{}},'
    ' "nbformat": 4, "nbformat_minor": 5}}',
    "hapikey-migrator.toml": "ignore = []  # {key}\n",
}
"""Places in programs at which a key can stand, each of which another part of the tool reads."""

ENCODINGS: Mapping[str, str] = {
    "as it is": "utf-8",
    "with a mark": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16 of little end without a mark": "utf-16-le",
    "UTF-16 of big end without a mark": "utf-16-be",
    "Latin-1": "latin-1",
}


def filled(text: str) -> str:
    """Returns a file of `LANGUAGES` or `CARRIERS` with its key and address."""
    secret = base64.b64encode(KEY.encode()).decode()
    return text.format(api=API, path=OLD, key=KEY, base64=secret)


def planted(draw: Draw) -> tuple[Files, str]:
    """Returns files of which one sends a key, or holds one, and what they were drawn from."""
    kind = draw.choices(
        ("python", "javascript", "language", "carrier", "notebook", "two", "page"), (5, 4, 3, 5, 1, 1, 1)
    )[0]
    match kind:
        case "python":
            return python(draw, keyed=True)
        case "javascript":
            return javascript(draw, keyed=True)
        case "language":
            name = draw.choice(sorted(LANGUAGES))
            return {name: filled(LANGUAGES[name])}, name
        case "carrier":
            name = draw.choice(sorted(CARRIERS))
            return {name: filled(CARRIERS[name])}, name
        case "notebook":
            name = draw.choice(sorted(NOTEBOOKS))
            return {"work.ipynb": NOTEBOOKS[name]}, f"a notebook {name}"
        case "two":
            number = draw.randrange(len(PY2))
            return {"old.py": PY2[number]}, f"Python 2, {number}"
        case _:
            name = draw.choice(sorted(PAGES))
            return {name: PAGES[name][0] % f"{API}{OLD}?hapikey={KEY}"}, name


def harmless(draw: Draw) -> Files:
    """Returns files of which none sends a key or holds one."""
    kind = draw.choices(
        ("python", "javascript", "language", "carrier", "notebook", "two", "page"), (3, 3, 2, 5, 1, 1, 1)
    )[0]
    match kind:
        case "python":
            return python(draw, keyed=False)[0]
        case "javascript":
            return javascript(draw, keyed=False)[0]
        case "language":
            name = draw.choice(sorted(LANGUAGE_TWINS))
            return {name: LANGUAGE_TWINS[name]}
        case "carrier":
            name = draw.choice(sorted(CARRIER_TWINS))
            return {name: CARRIER_TWINS[name]}
        case "notebook":
            return {"quiet.ipynb": NOTEBOOK_TWINS[draw.choice(sorted(NOTEBOOK_TWINS))]}
        case "two":
            return {"quiet.py": draw.choice(PY2_TWINS)}
        case _:
            name = draw.choice(sorted(PAGES))
            return {name: PAGES[name][0] % "/api/vote"}

"""Drafts of rewrites, on entries found by looking for the key's name in small programs."""
# ruff: noqa: E501 - programs before and after read best on one line each

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
import pytest

from migrator.languages.python.rewriting.drafting import PythonDrafter
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.call import ApiCall, AuthPlace, Carrier
from migrator.model.draft import Draft, KeyEntry, Placement
from migrator.model.text import Location, Source, Span
from tests.evaluating import project_of

ENV = "HUBSPOT_ACCESS_TOKEN"
SENDER = re.compile(
    r"(?:requests|httpx|urllib\.request|http|s|self\.s|session)\.(?:get|post|request|urlopen|Client)|urlopen"
)


def _client(tree: Tree, call: cst.Call) -> str:
    return "urllib" if tree.code(call.func).endswith("urlopen") else "requests"


def entries(files: dict[str, str], place: AuthPlace, name: str = "hapikey", keyword: str = "") -> list[KeyEntry]:
    """Returns an entry for each literal or keyword that names the key, entering every request of the program."""
    trees = {path: Tree(Source(path=path, text=text)) for path, text in files.items()}
    calls = tuple(
        ApiCall(location=Location(path, tree.span(call)), client=_client(tree, call), method="GET")
        for path, tree in trees.items()
        for call in tree.walk(None, cst.Call)
        if SENDER.fullmatch(tree.code(call.func))
    )
    found = []
    for path, tree in sorted(trees.items()):
        for node in tree.walk(None, cst.SimpleString, cst.FormattedStringText):
            offset = _offset(tree.code(node), name)
            if offset >= 0:
                found.append((Location(path, tree.span(node)), offset))
        keywords = [arg.keyword for arg in tree.walk(None, cst.Arg) if arg.keyword is not None]
        found += [(Location(path, tree.span(keyword)), 0) for keyword in keywords if keyword.value == name]
    return [
        KeyEntry(at=at, offset=offset, name=name, carrier=Carrier.QUERY_KEY, place=place, calls=calls, keyword=keyword)
        for at, offset in sorted(found)
    ]


def _offset(code: str, name: str) -> int:
    if code.strip("'\"") == name:
        return 0
    found = re.search(rf"(?<![\w-]){name}=", code)
    return found.start() if found else -1


def applied(files: dict[str, str], draft: Draft) -> dict[str, str]:
    """Returns the files with the draft's edits made; each must parse."""
    assert draft.problem is None, draft.problem
    out = dict(files)
    for edit in sorted(draft.edits, key=lambda edit: (edit.path, edit.span), reverse=True):
        text = out[edit.path]
        out[edit.path] = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    for text in out.values():
        cst.parse_module(text)
    return out


def drafter(files: dict[str, str]) -> PythonDrafter:
    """Returns what drafts rewrites of a program."""
    own = project_of(files)
    return PythonDrafter(own.sources, own.evaluate().uses)


def drafted(files: dict[str, str], place: AuthPlace, where: Placement = Placement.SENDER) -> Draft:
    """Drafts the move of all entries of the files together."""
    return drafter(files).draft(entries(files, place), token_env=ENV, where=where)


def moved(text: str, place: AuthPlace = AuthPlace.PARAMS, where: Placement = Placement.SENDER) -> str:
    """Returns one file with its key moved."""
    return applied({"a.py": text}, drafted({"a.py": text}, place, where))["a.py"]


def bare(text: str) -> str:
    """Returns the text with one kind of quote; which kind is used is tested on its own."""
    return text.replace('"', "'")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('get(u, params={"hapikey": K})', 'get(u, headers={"Authorization": f"Bearer {K}"})'),
        ("get(u, params={'hapikey': K})", "get(u, headers={'Authorization': f'Bearer {K}'})"),
        ('get(u, params={"hapikey": e["K"]})', """get(u, headers={"Authorization": f'Bearer {e["K"]}'})"""),
        ("get(f'x?hapikey={e[\"K\"]}')", """get('x', headers={'Authorization': f'Bearer {e["K"]}'})"""),
        ("get(u, params=dict(hapikey=K))", 'get(u, headers={"Authorization": f"Bearer {K}"})'),
        ("get(u, params={'hapikey': f(\"'\")})", """get(u, headers={'Authorization': 'Bearer %s' % f("'")})"""),
    ],
)
def test_quotes_are_those_of_the_place_the_key_was_in(before: str, after: str) -> None:
    assert moved(f"requests.{before}\n") == f"requests.{after}\n"


IN_CALL: Sequence[tuple[str, str]] = [
    (
        "requests.get(u, params={'hapikey': K})",
        'requests.get(u, headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, {'hapikey': K})",
        'requests.get(u, headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, params={'limit': 1, 'hapikey': K})",
        """requests.get(u, params={'limit': 1}, headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(u, params=dict(hapikey=K, limit=1))",
        'requests.get(u, params=dict(limit=1), headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, params={**p, 'hapikey': K})",
        'requests.get(u, params={**p}, headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, params=[('a', 1), ('hapikey', K)])",
        """requests.get(u, params=[('a', 1)], headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(u, params={'hapikey': K}, headers={'Accept': 'x'})",
        """requests.get(u, headers={'Accept': 'x', "Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(u, params={'hapikey': K}, headers=h)",
        'requests.get(u, headers={**(h or {}), "Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, params={'hapikey': K}, headers=None)",
        'requests.get(u, headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u, params={'hapikey': os.environ[\"K\"]})",
        """requests.get(u, headers={"Authorization": f"Bearer {os.environ['K']}"})""",
    ),
    (
        "requests.get(u, params={'hapikey': os.environ['K']})",
        """requests.get(u, headers={"Authorization": f"Bearer {os.environ['K']}"})""",
    ),
    (
        "requests.get(u, params={'hapikey': 'abc'})",
        'import os\nrequests.get(u, headers={"Authorization": f"Bearer {os.environ["HUBSPOT_ACCESS_TOKEN"]}"})',
    ),
    (
        "requests.get(u, params={'hapikey': a or b})",
        'requests.get(u, headers={"Authorization": f"Bearer {a or b}"})',
    ),
    (
        "requests.get(u, params={'hapikey': lambda: 1})",
        'requests.get(u, headers={"Authorization": "Bearer %s" % (lambda: 1)})',
    ),
    (
        "requests.get(u + '?' + urlencode({'hapikey': K, 'count': 5}))",
        """requests.get(u + '?' + urlencode({'count': 5}), headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(u + '?' + urlencode({'hapikey': K}))",
        'requests.get(u, headers={"Authorization": f"Bearer {K}"})',
    ),
    (
        "requests.get(u + '/x?' + urlencode({'hapikey': K}))",
        """requests.get(u + '/x', headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(f'{u}?{urlencode(dict(hapikey=K))}')",
        """requests.get(f'{u}', headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(u + '/d?hapikey=' + K + '&count=5')",
        """requests.get(u + '/d?count=5', headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get('%s/x/%s?hapikey=%s&p=%s' % (B, i, K, p))",
        """requests.get('%s/x/%s?p=%s' % (B, i, p), headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get('{}/x?hapikey={}&to={}'.format(B, K, t))",
        """requests.get('{}/x?to={}'.format(B, t), headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get(f'{B}/x?hapikey={os.environ[\"HK\"]}')",
        """requests.get(f'{B}/x', headers={"Authorization": f"Bearer {os.environ['HK']}"})""",
    ),
    (
        "requests.get(u + '?' + '&'.join([f'limit={n}', f'hapikey={K}']))",
        """requests.get(u + '?' + '&'.join([f'limit={n}']), headers={"Authorization": f"Bearer {K}"})""",
    ),
    (
        "requests.get('https://x/y?hapikey=0a1b-2c')",
        """import os\nrequests.get('https://x/y', headers={"Authorization": f"Bearer {os.environ['HUBSPOT_ACCESS_TOKEN']}"})""",
    ),
    (
        "urllib.request.urlopen(u + '?hapikey=' + K)",
        'urllib.request.urlopen(urllib.request.Request(u, headers={"Authorization": f"Bearer {K}"}))',
    ),
]


@pytest.mark.parametrize(("before", "after"), IN_CALL)
def test_the_key_moves_within_a_call(before: str, after: str) -> None:
    assert bare(moved(before + "\n")) == bare(after + "\n")


IN_FUNCTION: Sequence[tuple[str, str]] = [
    (
        "def f():\n    q = {'limit': 1, 'hapikey': K}\n    return requests.get(u, params=q)\n",
        'def f():\n    q = {\'limit\': 1}\n    return requests.get(u, params=q, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f(hapikey):\n    q = {'hapikey': hapikey}\n    h = {\"accept\": 1}\n"
        "    return requests.get(u, headers=h, params=q)\n",
        'def f(hapikey):\n    h = {"accept": 1, "Authorization": f"Bearer {hapikey}"}\n'
        "    return requests.get(u, headers=h)\n",
    ),
    (
        "def f():\n    h = {\"accept\": 1}\n    k = load()\n    return requests.get(u, headers=h, params={'hapikey': k})\n",
        'def f():\n    h = {"accept": 1}\n    k = load()\n'
        '    return requests.get(u, headers={**h, "Authorization": f"Bearer {k}"})\n',
    ),
    (
        "def f(headers=None):\n    return requests.get(u, headers=headers, params={'hapikey': K})\n",
        "def f(headers=None):\n"
        '    return requests.get(u, headers={**(headers or {}), "Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f(**kw):\n    return requests.get(u, params={'hapikey': K}, **kw)\n",
        'def f(**kw):\n    return requests.get(u, headers={**(kw.pop("headers", None) or {}), '
        '"Authorization": f"Bearer {K}"}, **kw)\n',
    ),
    (
        "def f(p=None):\n    p = p or {}\n    p['hapikey'] = K\n    return requests.get(u, params=p)\n",
        'def f(p=None):\n    p = p or {}\n    return requests.get(u, params=p, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f(p):\n    p.update(hapikey=K)\n    return requests.get(u, params=p)\n",
        'def f(p):\n    return requests.get(u, params=p, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f():\n    p = load()\n    p.setdefault('hapikey', K)\n    return requests.get(u, params=p)\n",
        'def f():\n    p = load()\n    return requests.get(u, params=p, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f():\n    q = [('a', 1)]\n    q.append(('hapikey', K))\n    return requests.get(u, params=q)\n",
        "def f():\n    q = [('a', 1)]\n"
        '    return requests.get(u, params=q, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f():\n    url = f'{e}?hapikey={k}'\n    h = {\n        'a': 1\n    }\n    r = requests.post(url=url, headers=h)\n",
        "def f():\n    url = f'{e}'\n    h = {\n        'a': 1,\n        \"Authorization\": f\"Bearer {k}\"\n    }\n"
        "    r = requests.post(url=url, headers=h)\n",
    ),
    (
        "def url(i):\n    return B + '/x/' + i + '?hapikey=' + K\n\ndef f():\n    return requests.get(url(1))\n",
        "def url(i):\n    return B + '/x/' + i\n\ndef f():\n"
        '    return requests.get(url(1), headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def url(i, key):\n    return B + '/x/' + i + '?hapikey=' + key\n\ndef f():\n    return requests.get(url(1, K))\n",
        "def url(i):\n    return B + '/x/' + i\n\ndef f():\n"
        '    return requests.get(url(1), headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def url(i):\n    return B + '?hapikey=' + K\n\ndef f():\n    requests.get(url(1) + '&offset=' + o)\n",
        "def url(i):\n    return B\n\ndef f():\n"
        '    requests.get(url(1) + \'?offset=\' + o, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "def f():\n    url = B + '?hapikey=' + K\n    url += '&a=1'\n    requests.get(url)\n",
        'def f():\n    url = B\n    url += \'?a=1\'\n    requests.get(url, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "AUTH = '?hapikey=' + K\nLIM = '&limit=9'\n\ndef f(p):\n    requests.get(B + p + AUTH + LIM)\n",
        'LIM = \'?limit=9\'\n\ndef f(p):\n    requests.get(B + p + LIM, headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "class C:\n    def __init__(self):\n        self.ep = f'{B}?hapikey={self.k}'\n\n"
        "    def go(self):\n        requests.get(self.ep)\n",
        "class C:\n    def __init__(self):\n        self.ep = f'{B}'\n\n"
        '    def go(self):\n        requests.get(self.ep, headers={"Authorization": f"Bearer {self.k}"})\n',
    ),
    (
        "class C:\n    T = 'https://x%s?hapikey=%s'\n\n    def go(self, p):\n        requests.get(self.T % (p, self.k))\n",
        "class C:\n    T = 'https://x%s'\n\n    def go(self, p):\n"
        '        requests.get(self.T % (p,), headers={"Authorization": f"Bearer {self.k}"})\n',
    ),
    (
        "T = 'https://x/{t}?hapikey={k}'\n\ndef go(t):\n    requests.get(T.format(**{'t': t, 'k': K}))\n",
        "T = 'https://x/{t}'\n\ndef go(t):\n"
        '    requests.get(T.format(**{\'t\': t}), headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "class C:\n    KEY = env()\n    params = {'hapikey': KEY, 'a': 1}\n\n"
        "    def go(self):\n        requests.get(u, params=self.params)\n",
        "class C:\n    KEY = env()\n    params = {'a': 1}\n\n    def go(self):\n"
        '        requests.get(u, params=self.params, headers={"Authorization": f"Bearer {self.KEY}"})\n',
    ),
    (
        "def f():\n    d = {'hapikey': K}\n    return requests.get(u + '/x?' + urlencode(d))\n",
        'def f():\n    return requests.get(u + \'/x\', headers={"Authorization": f"Bearer {K}"})\n',
    ),
    (
        "from urllib.request import urlopen\n\ndef f():\n    return urlopen(u + '?hapikey=' + K)\n",
        "from urllib.request import Request, urlopen\n\ndef f():\n"
        '    return urlopen(Request(u, headers={"Authorization": f"Bearer {K}"}))\n',
    ),
    (
        "P = '?hapikey='\n\ndef f(k):\n    requests.get(B + P + k + '&a=1')\n\ndef g(k2):\n    requests.get(B + P + k2)\n",
        "\ndef f(k):\n    requests.get(B + '?a=1', headers={'Authorization': f'Bearer {k}'})\n\n"
        "def g(k2):\n    requests.get(B, headers={'Authorization': f'Bearer {k2}'})\n",
    ),
    (
        "def f():\n    url = ''.join([B, '/x', '?hapikey=', K, '&a=1'])\n    requests.get(url)\n",
        "def f():\n    url = ''.join([B, '/x', '?a=1'])\n    requests.get(url, headers={'Authorization': f'Bearer {K}'})\n",
    ),
    (
        "def f():\n    requests.get(B + '?' + '&'.join(['hapikey=' + K]))\n",
        "def f():\n    requests.get(B, headers={'Authorization': f'Bearer {K}'})\n",
    ),
    (
        "def key():\n    return ('hapikey', load())\n\ndef f():\n    q = []\n    q.append(key())\n    requests.get(u, params=q)\n",
        "def key():\n    return load()\n\ndef f():\n    q = []\n"
        "    requests.get(u, params=q, headers={'Authorization': f'Bearer {key()}'})\n",
    ),
    (
        "class C:\n    params = {'hapikey': K}\n\n    def f(self):\n        requests.get(u, params=self.params)\n",
        "class C:\n    headers = {'Authorization': f'Bearer {K}'}\n\n    def f(self):\n"
        "        requests.get(u, headers=self.headers)\n",
    ),
    (
        "class C:\n    def __init__(self, key):\n        self.key = key\n        self.q = {'hapikey': key, 'a': 1}\n\n"
        "    def f(self):\n        requests.get(u, params=self.q)\n",
        "class C:\n    def __init__(self, key):\n        self.key = key\n        self.q = {'a': 1}\n\n"
        "    def f(self):\n        requests.get(u, params=self.q, headers={'Authorization': f'Bearer {self.key}'})\n",
    ),
    (
        "def f():\n    url = B + '?hapikey=' + K\n    url += '&a=1'\n    if x:\n        url += '&b=2'\n    requests.get(url)\n",
        "def f():\n    url = B\n    url += '?a=1'\n    if x:\n        url += '&b=2'\n"
        "    requests.get(url, headers={'Authorization': f'Bearer {K}'})\n",
    ),
    (
        "def f():\n    o = ''\n    if x:\n        o += '&a=1'\n    requests.get(B + '?hapikey=' + K + o)\n",
        "def f():\n    o = ''\n    if x:\n        o += '&a=1'\n"
        "    requests.get(B + o.replace('&', '?', 1), headers={'Authorization': f'Bearer {K}'})\n",
    ),
    (
        "o = '&a=1&b='\nrequests.get(B + '?hapikey=' + K + o + x)\nprint(o)\n",
        "o = '&a=1&b='\n"
        "requests.get(B + o.replace('&', '?', 1) + x, headers={'Authorization': f'Bearer {K}'})\nprint(o)\n",
    ),
]


@pytest.mark.parametrize(("before", "after"), IN_FUNCTION)
def test_the_key_moves_within_a_file(before: str, after: str) -> None:
    assert bare(moved(before)) == bare(after)


SESSIONS: Sequence[tuple[str, str]] = [
    ("s.params['hapikey'] = K\n", 's.headers["Authorization"] = f"Bearer {K}"\n'),
    ("s.params = {'hapikey': K}\n", 's.headers["Authorization"] = f"Bearer {K}"\n'),
    ("s.params.update({'hapikey': K})\n", 's.headers.update({"Authorization": f"Bearer {K}"})\n'),
    ("s.params.update(hapikey=K)\n", 's.headers["Authorization"] = f"Bearer {K}"\n'),
    (
        "s.params.update({'hapikey': K, 'a': 1})\n",
        's.headers["Authorization"] = f"Bearer {K}"\ns.params.update({\'a\': 1})\n',
    ),
    (
        "c = httpx.Client(base_url=B, params={'hapikey': K})\n",
        'c = httpx.Client(base_url=B, headers={"Authorization": f"Bearer {K}"})\n',
    ),
]


@pytest.mark.parametrize(("before", "after"), SESSIONS)
def test_the_key_of_a_session_moves_into_its_headers(before: str, after: str) -> None:
    assert bare(moved(before, AuthPlace.SESSION_PARAMS)) == bare(after)


@pytest.mark.parametrize(
    "added",
    [
        "r.prepare_url(r.url, {'hapikey': self.key})",
        "r.url = add(r.url, 'hapikey', self.key)",
        "r.url = r.url + '?hapikey=' + self.key",
        "r.url += sep + 'hapikey=' + self.key",
        "r.url = f'{r.url}{sep}hapikey={self.key}'",
    ],
)
def test_an_authentication_object_sets_the_header_instead(added: str) -> None:
    before = f"class A:\n    def __call__(self, r):\n        {added}\n        return r\n"
    assert moved(before, AuthPlace.URL) == before.replace(added, "r.headers['Authorization'] = f'Bearer {self.key}'")


def test_deep_nesting_is_no_obstacle() -> None:
    text = "x = " + " + ".join(["a"] * 450) + "\nrequests.get(u, params={'hapikey': K})\n"
    assert "Bearer" in moved(text)


def test_a_key_under_a_condition_takes_its_header_along() -> None:
    before = (
        "def get(params):\n    if CONFIG['key'] is None:\n        headers = {'Authorization': bearer()}\n"
        "    else:\n        params['hapikey'] = CONFIG['key']\n        headers = {}\n    return params, headers\n"
    )
    after = (
        "def get(params):\n    if CONFIG['key'] is None:\n        headers = {'Authorization': bearer()}\n"
        '    else:\n        headers = {"Authorization": f"Bearer {CONFIG[\'key\']}"}\n    return params, headers\n'
    )
    assert bare(moved(before, where=Placement.BESIDE)) == bare(after)


@pytest.mark.parametrize("between", ["", "    log(i)\n", "    if i:\n        log(i)\n"])
def test_a_key_that_nothing_asks_for_needs_no_headers_beside_it(between: str) -> None:
    text = f"K = ''\n\ndef f(i):\n    url = B + i + '?hapikey=' + K\n{between}    requests.get(url)\n"
    assert drafted({"a.py": text}, AuthPlace.URL, where=Placement.BESIDE).problem is not None
    asked = text.replace(
        "    url = B + i + '?hapikey=' + K\n", "    url = B\n    if K:\n        url += '?hapikey=' + K\n"
    )
    assert "    headers = {}\n    if K:" in moved(asked, AuthPlace.URL, where=Placement.BESIDE)


def test_what_is_asked_about_what_follows_an_empty_text_is_left() -> None:
    text = "o = ''\nrequests.get(B + '?hapikey=' + K + o + x)\nrequests.get(B + o)\n"
    assert drafted({"a.py": text}, AuthPlace.URL).problem is not None


def test_a_name_of_another_file_is_imported_with_the_helper() -> None:
    files = {
        "pkg/urls.py": "KEY = load()\n\n\ndef url(i):\n    return B + '?hapikey=' + KEY\n",
        "pkg/go.py": "from .urls import url\n\n\ndef go():\n    return requests.get(url(1))\n",
    }
    after = applied(files, drafted(files, AuthPlace.URL))
    assert after["pkg/urls.py"] == "KEY = load()\n\n\ndef url(i):\n    return B\n"
    assert after["pkg/go.py"] == (
        "from .urls import KEY, url\n\n\ndef go():\n"
        "    return requests.get(url(1), headers={'Authorization': f'Bearer {KEY}'})\n"
    )


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("q = 1\n", False),
        ("from a import q\n", True),
        ("from .a import (\n    p,\n    q,\n)\n", True),
        ("from a import *\n", True),
        ("from a import p\nq = 1\n", False),
        ("import a\nq = 1\n", False),
        ("import a\nprint(a.q)\n", True),
        ("import a as b\nprint(b.q)\n", True),
        ("from importlib import import_module\nm = import_module('a')\ngetattr(m, 'q')\n", True),
    ],
)
def test_a_dictionary_that_another_file_may_use_is_kept(other: str, kept: bool) -> None:
    code = "q = {'hapikey': K}\nrequests.get(u, params=q)\n"
    files = {"a.py": code, "b.py": other}
    after = applied(files, drafted(files, AuthPlace.PARAMS))["a.py"]
    assert ("params=q" in after) is kept


@pytest.mark.parametrize(
    ("made", "left"),
    [
        ("u = 'x'\nv = f'{u}?hapikey={K}'\n", "u = 'x'\nv = u\n"),
        ("u = 'x'\nv = '{}?hapikey={}'.format(u, K)\n", "u = 'x'\nv = u\n"),
        ("u = 'x'\nv = '{0}?hapikey={1}'.format(u, K)\n", "u = 'x'\nv = u\n"),
        ("u = 'x'\nv = '%s?hapikey=%s' % (u, K)\n", "u = 'x'\nv = u\n"),
        ("def u():\n    return 'x' + y\n\nv = f'{u()}?hapikey={K}'\n", "def u():\n    return 'x' + y\n\nv = u()\n"),
        ("v = f'{u}?hapikey={K}'\n", "v = f'{u}'\n"),
        ("u = 7\nv = '{}?hapikey={}'.format(u, K)\n", "u = 7\nv = '{}'.format(u)\n"),
        ("u = 'x'\nu = g()\nv = f'{u}?hapikey={K}'\n", "u = 'x'\nu = g()\nv = f'{u}'\n"),
        ("u = 'x'\nv = f'{u!r}?hapikey={K}'\n", "u = 'x'\nv = f'{u!r}'\n"),
        ("u = 'x'\nv = f'{u:>9}?hapikey={K}'\n", "u = 'x'\nv = f'{u:>9}'\n"),
        ("u = 'x'\nv = f'{u}?hapikey={K}&a=1'\n", "u = 'x'\nv = f'{u}?a=1'\n"),
        (
            "def u():\n    if y:\n        return 'x'\n\nv = f'{u()}?hapikey={K}'\n",
            "def u():\n    if y:\n        return 'x'\n\nv = f'{u()}'\n",
        ),
    ],
)
def test_a_template_with_one_text_left_becomes_that_text(made: str, left: str) -> None:
    header = "headers={'Authorization': f'Bearer {K}'}"
    assert moved(made + "requests.get(v)\n") == left + f"requests.get(v, {header})\n"


@pytest.mark.parametrize(
    "imports",
    [
        "import sys, urllib2\n",
        "import urllib2 as u2\n",
        "from httplib import X\n",
        "from __future__ import print_function\n",
        "for k, v in d.iteritems(): pass\n",
        "if d.has_key('a'): pass\n",
        "v = unicode(w)\n",
        "isinstance(w, basestring)\n",
    ],
)
def test_a_file_that_python_2_may_run_gets_no_interpolated_string(imports: str) -> None:
    assert "'Bearer %s' % K" in moved(f"{imports}requests.get(u, params={{'hapikey': K}})\n")


def test_a_file_with_interpolated_strings_is_not_for_python_2() -> None:
    code = "for k, v in frame.iteritems(): f'{k}'\nrequests.get(u, params={'hapikey': K})\n"
    assert "f'Bearer {K}'" in moved(code)


def test_annotations_of_the_future_are_no_sign_of_python_2() -> None:
    code = "from __future__ import annotations\nrequests.get(u, params={'hapikey': K})\n"
    assert "f'Bearer {K}'" in moved(code)


def test_a_template_of_another_file_loses_the_argument_where_it_is_filled_in() -> None:
    files = {
        "urls.py": "ROWS = 'https://x/{t}/rows?hapikey={k}'\n",
        "go.py": "import urls\n\n\ndef go(t, key):\n    requests.get(urls.ROWS.format(t=t, k=key))\n",
    }
    after = applied(files, drafted(files, AuthPlace.URL))
    assert after["urls.py"] == "ROWS = 'https://x/{t}/rows'\n"
    assert bare(after["go.py"]) == (
        "import urls\n\n\ndef go(t, key):\n"
        "    requests.get(urls.ROWS.format(t=t), headers={'Authorization': f'Bearer {key}'})\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "def f(p):\n    p.setdefault('hapikey', K)\n    return requests.get(u, params=p)\n",
    ],
)
def test_a_key_that_is_put_in_where_there_is_none_leaves_with_its_guard(text: str) -> None:
    draft = drafted({"a.py": text}, AuthPlace.PARAMS)
    assert draft.guarded
    after = "".join(edit.replacement for edit in draft.edits)
    assert "hapikey" not in after and "Bearer" in after


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    r = go(u)\n    if r.status_code == 401:\n        r = requests.get(u, params={'hapikey': K})\n",
        "def f(p):\n    p['hapikey'] = p.get('hapikey') or K\n    return requests.get(u, params=p)\n",
        "def f(t):\n    requests.get(B + '?hapikey=' + K + t)\n",
        "def f(a):\n    requests.get('x?hapikey={}&b={}'.format(*a))\n",
        "def f():\n    u = 'x?a=1&hapikey=' + k\n    k = 2\n    requests.get(u)\n",
        "def p(k):\n    return {'hapikey': k}\n\ndef f(x):\n    requests.get(u, params=x)\n",
        "def f():\n    requests.get(u, params={'hapikey': K}, headers={'authorization': 'Basic x'})\n",
    ],
)
def test_what_cannot_be_told_is_left_with_a_sentence(text: str) -> None:
    draft = drafted({"a.py": text}, AuthPlace.PARAMS)
    assert draft.problem
    assert draft.edits == ()


ASKED = "'&' if '?' in u else '?'"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "    if x:\n        u += '&a=1'\n    u += '&b=2'\n",
            f"    if x:\n        u += '?a=1'\n    u += ({ASKED}) + 'b=2'\n",
        ),
        ("    for i in n:\n        u += '&a=' + i\n", f"    for i in n:\n        u += ({ASKED}) + 'a=' + i\n"),
        ("    for i in n:\n        u = u + '&a=' + i\n", f"    for i in n:\n        u = u + ({ASKED}) + 'a=' + i\n"),
        (
            "    for i in n:\n        u = f'{u}&a={i}'\n",
            '    for i in n:\n        u = f\'{u}{"&" if "?" in u else "?"}a={i}\'\n',
        ),
        (
            "    for i in n:\n        u = '{}&a={}'.format(u, i)\n",
            f"    for i in n:\n        u = '{{}}{{}}a={{}}'.format(u, {ASKED}, i)\n",
        ),
        (
            "    for i in n:\n        u = '%s&a=%s' % (u, i)\n",
            f"    for i in n:\n        u = '%s%sa=%s' % (u, {ASKED}, i)\n",
        ),
        (
            "    if x:\n        u += '&a=1'\n    else:\n        u += '&b=2'\n",
            "    if x:\n        u += '?a=1'\n    else:\n        u += '?b=2'\n",
        ),
        ("    u += '&a=1'\n    if x:\n        u += '&b=2'\n", "    u += '?a=1'\n    if x:\n        u += '&b=2'\n"),
    ],
)
def test_what_is_appended_asks_whether_it_comes_first_where_that_depends(before: str, after: str) -> None:
    made = "def f(n, x):\n    u = B + '/p{}'{}\n{}    requests.get(u{})\n"
    expected = made.replace("{}'{}", "'", 1).format(after, ", headers={'Authorization': f'Bearer {K}'}")
    assert moved(made.format("?hapikey=", " + K", before, "")) == expected


@pytest.mark.parametrize(
    "before",
    [
        "    for i in n:\n        u = '{0}&a={1}'.format(u, i)\n",
        "    for i in n:\n        u = '{u}&a={i}'.format(u=u, i=i)\n",
        "    if x:\n        u += '&a=1'\n    u = '%(u)s&b=2' % {'u': u}\n",
    ],
)
def test_what_is_appended_by_a_template_with_names_is_left(before: str) -> None:
    made = "def f(n, x):\n    u = B + '/p?hapikey=' + K\n{}    requests.get(u)\n"
    assert drafted({"a.py": made.format(before)}, AuthPlace.PARAMS).problem


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("HubSpot(api_key=K)\n", "HubSpot(access_token=K)\n"),
        ("HubSpot(a, api_key=K, b=1)\n", "HubSpot(a, access_token=K, b=1)\n"),
    ],
)
def test_an_sdk_is_given_the_key_as_a_token(before: str, after: str) -> None:
    files = {"a.py": before}
    found = entries(files, AuthPlace.SDK, name="api_key", keyword="access_token")
    draft = drafter({"a.py": before}).draft(found, token_env=ENV)
    assert applied(files, draft)["a.py"] == after


@pytest.mark.parametrize(
    ("read", "renamed"),
    [
        ("getattr(c.api, 'api_key', None)", "getattr(c.api, 'access_token', None)"),
        ("c.api.api_key", "c.api.access_token"),
        ("c.other.api_key", "c.other.api_key"),
    ],
)
def test_what_asks_an_sdk_for_its_key_asks_for_its_token(read: str, renamed: str) -> None:
    text = "def login(c, k):\n    if {} != k:\n        c.api = HubSpot(api_key=k)\n"
    files = {"a.py": text.format(read)}
    found = entries(files, AuthPlace.SDK, name="api_key", keyword="access_token")[-1:]
    draft = drafter({"a.py": files["a.py"]}).draft(found, token_env=ENV)
    assert applied(files, draft)["a.py"] == text.format(renamed).replace("api_key=", "access_token=")


def test_whatever_asks_the_client_for_its_key_by_another_name_asks_for_its_token() -> None:
    files = {
        "a.py": "from hubspot import HubSpot\n\nclient = HubSpot(api_key=K)\nother = client\n\n\n"
        "def tell(b):\n    mine = other\n    return mine.api_key, getattr(other, 'api_key', ''), b.api_key\n",
        "b.py": "import a\n\n\ndef same(x):\n    return a.client.api_key == x\n",
    }
    found = entries(files, AuthPlace.SDK, name="api_key", keyword="access_token")[:1]
    after = applied(files, drafter(files).draft(found, token_env=ENV))
    assert after["a.py"] == (
        files["a.py"]
        .replace("(api_key=", "(access_token=")
        .replace("mine.api_key", "mine.access_token")
        .replace("'api_key'", "'access_token'")
    )
    assert after["b.py"] == files["b.py"].replace("api_key", "access_token")


def test_a_key_that_is_asked_of_another_client_stays() -> None:
    files = {"a.py": "a = HubSpot(api_key=k)\nprint(getattr(b, 'api_key', ''))\n"}
    found = entries(files, AuthPlace.SDK, name="api_key", keyword="access_token")[:1]
    assert drafter({"a.py": files["a.py"]}).draft(found, token_env=ENV).problem


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("H = {'a': 1}\n\n\ndef g():\n    requests.get(u, headers=H, params={'hapikey': K})\n", "**H"),
        (
            "def g(u, h=None):\n    return requests.get(u, headers=h, params={'hapikey': K})\n\n\nh = {'a': 1}\ng(x, h)\n",
            "**(h or {})",
        ),
        (
            "class C:\n    def __init__(self, h=None):\n        self.h = h\n\n    def g(self):\n"
            "        requests.get(u, headers=self.h, params={'hapikey': K})\n\n\nh = {'a': 1}\nC(h).g()\n",
            "**(self.h or {})",
        ),
    ],
)
def test_headers_that_a_caller_nobody_sees_may_leave_out_may_be_none(text: str, headers: str) -> None:
    assert f"headers={{{headers}, 'Authorization'" in bare(moved(text))


GROWN = "def f(n, x):\n{}    u = B + x\n{}    requests.get(u{})\n"


@pytest.mark.parametrize(
    ("made", "grown", "after"),
    [
        ("    key = '?hapikey=' + K\n", "    u += key\n", ""),
        ("    key = '?hapikey=' + K\n", "    u += key\n    u += '&a=1'\n", "    u += '?a=1'\n"),
        (
            "    key = '?hapikey={}'.format(K)\n",
            "    u += key\n    for i in n:\n        u += '&a=' + i\n",
            f"    for i in n:\n        u += ({ASKED}) + 'a=' + i\n",
        ),
        ("    key = '&hapikey=' + K\n", "    u += '?a=1'\n    u += key\n", "    u += '?a=1'\n"),
    ],
)
def test_a_parameter_that_a_url_grows_by_leaves_with_its_statement(made: str, grown: str, after: str) -> None:
    expected = GROWN.format("", after, ", headers={'Authorization': f'Bearer {K}'}")
    assert moved(GROWN.format(made, grown, "")) == expected


KEPT = """class C:
    def __init__(self, key):
        {}self.pairs = [('a', 1), ('hapikey', key)]

    def get(self):
        {}return requests.get(u + '?' + urlencode(self.pairs){})
"""


def test_what_a_constructor_is_given_is_kept_for_the_methods_that_send() -> None:
    after = moved(KEPT.format("", "", ""))
    sent = ", headers={'Authorization': f'Bearer {self.key}'}"
    assert after == KEPT.format("self.key = key\n        ", "", sent).replace(", ('hapikey', key)", "")


@pytest.mark.parametrize(
    ("made", "used"),
    [("key = key.strip()\n        ", ""), ("", "self.key = 1\n        "), ("", "other.key()\n        ")],
    ids=["bound again", "set already", "another meaning"],
)
def test_an_attribute_that_means_something_else_is_not_taken(made: str, used: str) -> None:
    assert drafted({"a.py": KEPT.format(made, used, "")}, AuthPlace.PARAMS).problem


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "  ", "  # end", "\n# end"])
def test_a_file_may_end_as_it_likes(end: str) -> None:
    before = f"def f():\n    return requests.get(u, params={{'hapikey': K}}){end}"
    after = f"def f():\n    return requests.get(u, headers={{'Authorization': f'Bearer {{K}}'}}){end}"
    assert moved(before) == after


def test_an_edit_carries_the_digest_of_the_file_it_was_planned_on() -> None:
    source = Source(path="a.py", text="requests.get(u, params={'hapikey': K})\n", digest="d1")
    found = entries({"a.py": source.text}, AuthPlace.PARAMS)
    assert {edit.digest for edit in PythonDrafter({"a.py": source}, ()).draft(found, token_env=ENV).edits} == {"d1"}
    assert found[0].at.span == Span(24, 33)


METHOD = """\
class C:
    def lists(self):
        return requests.get(BASE, params=self.auth())
    def auth(self):
        return {'hapikey': K}
C().lists()
"""


def test_a_method_that_gave_nothing_but_the_key_leaves_with_it() -> None:
    after = moved(METHOD)
    assert "auth(" not in after
    assert "params" not in after


@pytest.mark.parametrize(
    "more", ["print(C().auth())\n", "class D(C):\n    def auth(self):\n        return {'n': '1'}\nD().lists()\n"]
)
def test_a_method_that_something_else_asks_or_replaces_stays(more: str) -> None:
    after = moved(METHOD + more)
    assert "def auth(self)" in after
    assert "params=self.auth()" in after


JOINED = "def f(n):\n    parts = ['hapikey=' + K]\n{}    return requests.get(BASE + '?' + '&'.join(parts))\n"


def test_a_list_that_may_grow_is_joined_without_the_key() -> None:
    after = moved(JOINED.format("    if n:\n        parts.append('n=' + n)\n"), AuthPlace.URL)
    assert "parts = []" in after
    assert "'&'.join(parts), headers=" in after


@pytest.mark.parametrize("between", ["", "    print(parts)\n"])
def test_a_list_that_nothing_is_left_of_is_not_joined(between: str) -> None:
    assert drafted({"a.py": JOINED.format(between)}, AuthPlace.URL).problem == "nothing is left to join"

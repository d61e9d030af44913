"""Lists that hold more on one way through a program than on another: how long they are decides nothing."""

from __future__ import annotations

import pytest
from evaluating import calls_of

HEAD = {
    "a.js": "const axios = require('axios');\nfunction f(req) {\n",
    "a.py": "import requests\ndef f(req):\n",
}
REQUEST = {
    "a.js": "  return axios.get('https://api.hubapi.com/x?hapikey=' + process.env.K);\n}\n",
    "a.py": "    return requests.get('https://api.hubapi.com/x?hapikey=' + KEY)\n",
}
GUARDS = [
    ("a.js", "const wrong = []; if (!req.a) wrong.push('a'); if (wrong.length) return wrong;"),
    ("a.js", "const wrong = []; if (!req.a) wrong.push('a'); if (wrong.length > 0) { return wrong; }"),
    ("a.js", "const wrong = []; req.a ?? wrong.push('a'); if (wrong.length !== 0) return wrong;"),
    ("a.js", "const wrong = {}; if (!req.a) wrong.a = 'no'; if (Object.keys(wrong).length > 0) return wrong;"),
    ("a.js", "const seen = new Set(); if (req.a) seen.add(1); if (seen.size) return 0;"),
    ("a.js", "const wrong = ['a', 'b'].filter(one => !req[one]); if (wrong.length) return wrong;"),
    ("a.py", "    wrong = []\n    if not req.a:\n        wrong.append('a')\n    if wrong:\n        return wrong\n"),
    ("a.py", "    wrong = []\n    if req.a:\n        wrong += ['a']\n    if len(wrong) > 0:\n        return wrong\n"),
]

WRONG = {
    "a.js": "const wrong = []; if (!req.a) wrong.push('a'); ",
    "a.py": "    wrong = []\n    if not req.a:\n        wrong.append('a')\n",
}
MADE = [
    ("a.js", "if ([...wrong].length) return wrong;"),
    ("a.js", "for (const one of wrong) { return one; }"),
    ("a.js", "if (wrong.slice(0, 1).length) return wrong;"),
    ("a.js", "if (wrong.concat([]).length) return wrong;"),
    ("a.js", "if (wrong.map(one => one + 1).length) return wrong;"),
    ("a.js", "if (wrong.some(one => one)) return wrong;"),
    ("a.js", "if (wrong.includes('a')) return wrong;"),
    ("a.js", "if (wrong.join('; ')) return wrong;"),
    ("a.js", "if (wrong[0]) return wrong;"),
    ("a.js", "if (wrong.find(one => one.length)) return wrong;"),
    ("a.js", "if ([{ a: 1 }].find(one => one.a === req.a)) return wrong;"),
    ("a.py", "    if wrong[:1]:\n        return wrong\n"),
    ("a.py", "    if '; '.join(wrong):\n        return wrong\n"),
    ("a.py", "    if list(wrong):\n        return wrong\n"),
    ("a.py", "    for one in wrong:\n        return one\n"),
    ("a.py", "    if [one for one in wrong]:\n        return wrong\n"),
    ("a.py", "    every = wrong + []\n    if every:\n        return every\n"),
]
GUARDS += [(path, WRONG[path] + guard) for path, guard in MADE]


@pytest.mark.parametrize(("path", "guard"), GUARDS)
def test_what_follows_a_guard_is_reached(path: str, guard: str) -> None:
    program = HEAD[path] + guard + ("\n" if not guard.endswith("\n") else "") + REQUEST[path]
    assert [call.endpoint for call in calls_of({path: program})] == ["/x"]


SURE = [
    ("a.js", "const all = ['a']; if (req.a) all.push('b'); if (![...all].length) return all;"),
    (
        "a.py",
        "    all = ['a']\n    if req.a:\n        all.append('b')\n    if not list(all) + []:\n        return all\n",
    ),
    ("a.js", "const all = ['a']; if (req.a) all.push('b'); if (all.length === 0 || !all) return all;"),
    ("a.py", "    all = ['a']\n    if req.a:\n        all.append('b')\n    if not all:\n        return all\n"),
]


@pytest.mark.parametrize(("path", "guard"), SURE)
def test_what_is_there_on_each_way_is_known(path: str, guard: str) -> None:
    program = HEAD[path] + guard + ("\n" if not guard.endswith("\n") else "") + REQUEST[path]
    assert [call.endpoint for call in calls_of({path: program})] == ["/x"]

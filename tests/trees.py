"""Small trees of files with or without a place that sends a HubSpot key: python tests/trees.py COUNT [FIRST].

The verdict on a tree is green exactly when nothing is planted in it. The command prints each tree of which it is not.
What is planted is drawn from the lists here and from `tree_pools`, in any encoding, in folders and in git work trees.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import tree_pools

from migrator import pipeline
from migrator.model.report import Report
from migrator.settings import Settings

KEY = "5d0c1e7a-93b4-4f62-8a1d-c7e2b9f04a36"
API = "https://api.hubapi.com"
LARGEST = 20_000
"""How large a file may be in these trees."""
_HEAD = f'import os\nimport requests\nKEY = os.environ["HUBSPOT_API_KEY"]\nBASE = "{API}"\n'
_CONSUMER = (
    "import requests\n\ndef fetch(session, path):\n    return session.get('https://example.com' + path).json()\n"
)

HARMLESS: Mapping[str, str] = {
    "moved.py": 'import os, requests\nT = os.environ["TOKEN"]\n'
    f'requests.get("{API}/crm/v3/owners/", headers={{"Authorization": "Bearer " + T}})\n',
    "plain.py": _CONSUMER,
    "comment.py": f"# {API}/contacts/v1/lists?hapikey=KEY was the old way\nprint('hubspot')\n",
    "idle.py": f'OLD_BASE_OF_HUBSPOT = "{API}"\n',
    "redact.py": "import re\n\ndef hide(text):\n    return re.sub(r'hapikey=[^&]+', 'hapikey=*', text)\n",
    "README.md": f"Call `{API}/crm/v3/owners?hapikey=KEY` once, see HUBSPOT_API_KEY.\n",
    "tests/test_sync.py": f"def test_it(get):\n    assert get('{API}/a?hapikey=k')\n",
    "web/app.js": "export function add(a, b) { return a + b; }\n",
    "lib/tool.rb": "puts 'https://www.hubspot.com/products'\n",
    "src/Page.php": "<?php echo 'Powered by HubSpot';\n",
    ".env.example": "HUBSPOT_API_KEY=\nPORT=8080\n",
    "config.yml": "hubspot:\n  api_key: ${HUBSPOT_API_KEY}\n  timeout: 10\n",
    "data.json": '{"form": {"id": "0b1f5c7e-2a3d-4e6f-9c8b-7a6d5e4f3c2b"}}\n',
}

PLANTED: Mapping[str, Mapping[str, str]] = {
    "params": {"a.py": _HEAD + 'requests.get(BASE + "/contacts/v1/lists", params={"hapikey": KEY})\n'},
    "url": {"a.py": _HEAD + 'requests.get(BASE + "/deals/v1/deal/paged?hapikey=" + KEY)\n'},
    "function nobody calls": {
        "a.py": _HEAD + "def go(path):\n    return requests.post(BASE + path, params=dict(hapikey=KEY))\n"
    },
    "method of a class nobody makes": {
        "a.py": _HEAD + "class C:\n    def go(self):\n        q = {}\n        q['hapikey'] = KEY\n"
        "        return requests.put(BASE + '/x/y', params=q)\n"
    },
    "arm that is switched off": {
        "a.py": _HEAD
        + "def go(dry):\n    if not dry:\n        requests.patch(BASE + '/crm/v3/objects/deals/1?hapikey=' + KEY)\n\n"
        "go(dry=True)\n"
    },
    "verb by name": {"a.py": _HEAD + "getattr(requests, 'get')(BASE + '/a/b', params={'hapikey': KEY})\n"},
    "given to others": {"a.py": _HEAD + "import elsewhere\nelsewhere.Client(KEY).sync()\n"},
    "URL given to others": {"a.py": _HEAD + "import elsewhere\nelsewhere.run(f'{BASE}/a?hapikey={KEY}')\n"},
    "mapping given to others": {"a.py": _HEAD + "import elsewhere\nelsewhere.run({'hapikey': KEY})\n"},
    "key sent to another host": {
        "a.py": _HEAD + "requests.get('https://gate.example.com/a', params={'hapikey': KEY})\n"
    },
    "wrapper given to others": {
        "a.py": _HEAD
        + "import elsewhere\ndef go(path):\n    return requests.get(BASE + path, params={'hapikey': KEY})\n\n"
        "elsewhere.later(go, 3)\n"
    },
    "script's wrapper given to others": {
        "a.js": f"const go = (path) => fetch('{API}' + path + '?hapikey=' + process.env.K);\nlater(go, null);\n"
    },
    "key in a mapping in a mapping": {"services.php": f"<?php return [\n 'hubspot' => [\n  'key' => '{KEY}']];\n"},
    "key in a mapping of a script": {"config.js": f"module.exports = {{\n hubspot: {{\n  apiKey: '{KEY}' }} }};\n"},
    "key in a row that is changed": {"seed.sql": "UPDATE" + f" s SET value='{KEY}' WHERE name='hubspot_api_key';\n"},
    "key of a connector": {"source.json": f'{{"name": "hubspot", "config": {{"api_key": "{KEY}"}}}}'},
    "playbook": {"play.yml": f"- uri:\n    url: '{API}/contacts/v1/lists?hapikey={{{{ k }}}}'\n    method: GET\n"},
    "load test": {"load.jmx": "<t><p name='domain'>api.hubapi.com</p><p name='path'>/a/b?hapikey=${K}</p></t>"},
    "curl by a process": {"a.py": _HEAD + "import subprocess\nsubprocess.run(['curl', BASE + '/a?hapikey=' + KEY])\n"},
    "SDK": {"a.py": _HEAD + "from hubspot import HubSpot\nHubSpot(api_key=KEY).crm.contacts.basic_api.get_page()\n"},
    "unknown query": {
        "a.py": f"import requests\n\ndef go(query):\n    return requests.get('{API}/crm/v3/owners/', params=query)\n"
    },
    "unknown headers": {
        "a.py": f"import requests\n\ndef go(given):\n    return requests.get('{API}/crm/v3/owners/', headers=given)\n"
    },
    "unknown session": {"a.py": f"def go(session):\n    return session.get('{API}/crm/v3/owners/')\n"},
    "two files": {
        "conf.py": f'BASE = "{API}"\n',
        "a.py": "import os, requests\nimport conf\n\n\ndef go(path):\n"
        "    return requests.get(conf.BASE + path, params={'hapikey': os.getenv('HUBSPOT_API_KEY')})\n\n\ngo('/a/b')\n",
    },
    "broken file": {"a.py": _HEAD + "def f(:\n    requests.get(BASE + '/a?hapikey=' + KEY)\n"},
    "large file": {"a.py": _HEAD + "X = 1\n" * LARGEST},
    "binary file": {"a.bin": "\0\1hapikey=abc\0"},
    "literal": {"a.py": f'import requests\nrequests.get("{API}/a/b?hapikey={KEY}")\n'},
    "PHP": {"a.php": f"<?php\n$r = file_get_contents('{API}/a?hapikey=' . $key);\n"},
    "PHP library": {"a.php": "<?php\n$hubspot = SevenShores\\Hubspot\\Factory::create($key);\n"},
    "Ruby": {"a.rb": f"Net::HTTP.get(URI('{API}/a?hapikey=' + ENV['HAPIKEY']))\n"},
    "Ruby library": {"a.rb": "require 'hubspot-ruby'\nHubspot.configure(hapikey: key)\n"},
    "Go": {"a.go": f'package main\nfunc f(k string) {{ http.Get("{API}/a?hapikey=" + k) }}\n'},
    "Go library": {"a.go": 'package main\nimport "github.com/belong-inc/go-hubspot"\n'},
    "Java": {"A.java": f'class A {{ String u(String k) {{ return "{API}/a?hapikey=" + k; }} }}\n'},
    "Kotlin": {"A.kt": f'fun u(k: String) = "{API}/a?hapikey=$k"\n'},
    "C#": {"A.cs": f'class A {{ string U(string k) => "{API}/a?hapikey=" + k; }}\n'},
    "C# library": {"A.cs": "using HubSpot.NET.Core;\nclass A { }\n"},
    "Elixir": {"a.ex": f'def u(k), do: "{API}/a?hapikey=" <> k\n'},
    "Rust": {"a.rs": f'fn u(k: &str) -> String {{ format!("{API}/a?hapikey={{}}", k) }}\n'},
    "Perl": {"a.pl": f'my $u = "{API}/a?hapikey=" . $k;\n'},
    "Swift": {"a.swift": f'let u = "{API}/a?hapikey=" + k\n'},
    "Scala": {"A.scala": f'object A {{ def u(k: String) = "{API}/a?hapikey=" + k }}\n'},
    "PowerShell": {"a.ps1": f'Invoke-RestMethod "{API}/a?hapikey=$k"\n'},
    "JavaScript": {"a.js": f"fetch('{API}/contacts/v1/lists?hapikey=' + process.env.HAPIKEY)\n"},
    "TypeScript": {"a.ts": f"export const go = (k: string) => fetch(`{API}/contacts/v1/lists?hapikey=${{k}}`)\n"},
    "shell": {"a.sh": f'curl "{API}/contacts/v1/lists?hapikey=$HAPIKEY"\n'},
    "environment file": {".env": f"HUBSPOT_API_KEY={KEY}\n"},
    "YAML": {"conf/app.yml": f"hubspot:\n  api_key: {KEY}\n"},
    "JSON": {"appsettings.json": f'{{"HubSpot": {{"ApiKey": "{KEY}"}}}}\n'},
    "INI": {"app.ini": f"[hubspot]\napi_key = {KEY}\n"},
    "TOML": {"app.toml": f'[hubspot]\napi_key = "{KEY}"\n'},
    "properties": {"app.properties": f"hubspot.api.key={KEY}\n"},
    "compose": {"docker-compose.yml": f"services:\n  a:\n    environment:\n      HUBSPOT_API_KEY: {KEY}\n"},
    "Terraform": {"main.tfvars": f'hubspot_api_key = "{KEY}"\n'},
}
_FOLDERS = ("", "app/", "src/jobs/", "services/crm/")
_MANY = 450
"""So many files are searched by git where it can."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a tree, what is planted in it (nothing where that is empty), and in which encoding."""

    files: Mapping[str, str]
    planted: str
    encoding: str = "as it is"
    sown: frozenset[str] = frozenset()
    in_git: bool = False


def tree(seed: int) -> Tree:
    """Returns the tree of a seed: in every third nothing is planted."""
    draw = random.Random(seed)  # noqa: S311 - no secret depends on it
    files = {name: HARMLESS[name] for name in draw.sample(sorted(HARMLESS), draw.randint(1, 4))}
    for number in range(draw.randint(0, 2)):
        files |= {f"quiet{number}/{name}": text for name, text in tree_pools.harmless(draw).items()}
    in_git = seed % 61 == 1
    files |= {f"filler/{number}.txt": "nothing\n" for number in range(_MANY)} if in_git else {}
    if seed % 3 == 0:
        return Tree(files, "", in_git=in_git)
    if draw.random() < 0.25:
        planted = draw.choice(sorted(PLANTED))
        sown: Mapping[str, str] = PLANTED[planted]
    else:
        sown, planted = tree_pools.planted(draw)
    folder = "" if len(sown) > 1 else draw.choice(_FOLDERS)
    sown = {f"{folder}{name}": text for name, text in sown.items()}
    encoding = draw.choice(sorted(tree_pools.ENCODINGS)) if draw.random() < 0.2 else "as it is"
    return Tree({**files, **sown}, planted, encoding, frozenset(sown), in_git)


def _write(folder: Path, made: Tree) -> None:
    for name, text in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        code = tree_pools.ENCODINGS[made.encoding] if name in made.sown else "utf-8"
        (folder / name).write_bytes(text.encode(code))
    if made.in_git:
        for command in (("init", "-q"), ("add", "-A")):
            subprocess.run(("git", *command), cwd=folder, check=True, capture_output=True)


def wrong(seeds: range, folder: Path) -> Iterator[str]:
    """Yields what is wrong with the verdict on each of these trees, which are made in a folder."""
    made = {seed: tree(seed) for seed in seeds}
    places = [folder / str(seed) for seed in made]
    for place, one in zip(places, made.values(), strict=True):
        _write(place, one)
    report = pipeline.scan(Settings(paths=tuple(map(str, places)), max_file_size=LARGEST), planned=False)
    roots = {name: number for number, name in enumerate(report.roots)}
    for place, (seed, one) in zip(places, made.items(), strict=True):
        told = _loud(report, roots[str(place)])
        names = sorted(name for name in one.files if not name.startswith("filler/"))
        if one.planted and not told:
            yield f"{seed}: green with {one.planted!r} ({one.encoding}) beside {names}"
        elif told and not one.planted:
            yield f"{seed}: nothing is planted in {names}, and it says {told}"


def _loud(report: Report, root: int) -> list[str]:
    return [
        f"{one.path}:{one.line} {one.kind}" for one in report.findings if one.root == root and one.severity != "note"
    ]


def main() -> int:
    """Checks as many trees as the first argument says, and returns how many were judged wrongly."""
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    failures = 0
    for start in range(first, first + count, 50):
        with tempfile.TemporaryDirectory() as folder:
            for line in wrong(range(start, min(start + 50, first + count)), Path(folder).resolve()):
                failures += 1
                print(line, flush=True)
    print(f"{count} trees, {failures} judged wrongly")
    return failures


if __name__ == "__main__":
    sys.exit(min(main(), 1))

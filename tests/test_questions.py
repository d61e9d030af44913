"""Questions name the expression of the user's code and its place, can be answered, and are settled by the answer."""

# ruff: noqa: E501 - programs read best on one line each

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from migrator import cli

HEAD = 'import os\nimport sys\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nURL = "https://api.hubapi.com/crm/v3/objects/"\n\n\n'


def scanned(here: Path, capfd: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    assert cli.run(("scan", str(here), "--format", "json", "--exit-zero")) == status
    found: dict[str, Any] = json.loads(capfd.readouterr().out) if status == 0 else {}
    return found


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("def rows(kind):\n    requests.get(URL + kind, params={'hapikey': KEY})\n", "`kind` (app.py:9)"),
        ("def rows(event):\n    requests.get(URL + event['type'], params={'hapikey': KEY})\n", "`event['type']` (app.py:10)"),
        ("def rows(job):\n    requests.get(URL + job.target.kind, params={'hapikey': KEY})\n", "`job.target.kind` (app.py:10)"),
        ("def rows(kind: str = None):\n    requests.get(URL + kind, params={'hapikey': KEY})\n", "`kind` (app.py:9)"),
        (
            "def rows(kind):\n    word = kind.lower()\n    requests.get(URL + word, params={'hapikey': KEY})\n",
            "`kind.lower()` (app.py:10)",
        ),
        ("requests.get(URL + sys.argv[1], params={'hapikey': KEY})\n", "`sys.argv[1]` (app.py:9)"),
        ("requests.get(URL + os.environ['KIND'], params={'hapikey': KEY})\n", "`os.environ['KIND']` (app.py:9)"),
        (
            "def rows(db):\n    for kind in db.kinds():\n        requests.get(URL + kind, params={'hapikey': KEY})\n",
            "`db.kinds()` (app.py:10)",
        ),
    ],
)  # fmt: skip
def test_a_question_names_the_expression_and_its_place(body: str, asked: str, tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(HEAD + body)
    report = scanned(tmp_path, capfd)
    question = f"Which object types can {asked} be?"
    assert [gap["reason"] for gap in report["gaps"]] == [question]
    assert {one["question"] for one in report["scopes"]["possible"]} == {question}
    assert report["gaps"][0]["path"] == "app.py"


def test_a_question_of_a_script_names_its_expression(tmp_path: Path, capfd) -> None:
    (tmp_path / "app.js").write_text(
        "const axios = require('axios')\n"
        "exports.rows = (event) => axios.get(\n"
        "  `https://api.hubapi.com/crm/v3/objects/${event.body.kind}`,\n"
        "  { params: { hapikey: process.env.HUBSPOT_KEY } })\n"
    )
    report = scanned(tmp_path, capfd)
    assert [gap["reason"] for gap in report["gaps"]] == ["Which object types can `event.body.kind` (app.js:3) be?"]


def test_two_parts_are_two_questions(tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(
        HEAD + "def link(a, b):\n    url = f'{URL}{a.kind}/1/associations/{b.kind}'\n"
        "    requests.get(url, params={'hapikey': KEY})\n"
    )
    assert [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]] == [
        "Which object types can `a.kind` (app.py:10) be?"
    ]


def test_an_expression_over_lines_is_shortened(tmp_path: Path, capfd) -> None:
    call = "pick(\n    one_long_argument,\n    another_long_argument,\n    and_a_third_one_that_is_long_too,\n)"
    (tmp_path / "app.py").write_text(HEAD + f"requests.get(URL + {call}, params={{'hapikey': KEY}})\n")
    (reason,) = [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]]
    assert reason == "Which object types can `pick( one_long_argument, another_long_argument, …` (app.py:9) be?"


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (
            "def run(job):\n    requests.request(job['verb'], URL + 'deals', params={'hapikey': KEY})\n",
            "the method is {verb}, where {verb} is `job['verb']` (app.py:10)",
        ),
        (
            "def run(conf, path):\n    requests.get(conf.base + '/' + path.strip('/'), params={'hapikey': KEY})\n",
            "the URL is {base}/{path}, where {base} is `conf.base` (app.py:10), and {path} is `path.strip('/')` (app.py:10)",
        ),
        (
            "requests.get('https://api.hubapi.com/' + os.environ['WAY'] + '?hapikey=' + KEY)\n",
            "the URL is https://api.hubapi.com/{WAY}?hapikey={HUBSPOT_API_KEY}, where {WAY} is `os.environ['WAY']` (app.py:9)",
        ),
    ],
)
def test_what_a_url_or_a_method_is_made_of_is_named(body: str, asked: str, tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(HEAD + body)
    assert [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]] == [asked]


def test_parts_of_one_expression_are_told_apart(tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(
        HEAD + "def link(name):\n    def kind(x):\n        return x.lower()\n"
        "    url = f'https://api.hubapi.com/crm/v4/objects/{kind(name.a)}/1/associations/default/{kind(name.b)}/2'\n"
        "    requests.put(url, params={'hapikey': KEY})\n"
    )
    reasons = [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]]
    assert len(reasons) == len(set(reasons)) == 2
    assert all("x.lower()` (app.py:11, {" in reason and "} in the path) be?" in reason for reason in reasons)


def test_a_long_word_is_cut(tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(
        HEAD + f"def f(x):\n    requests.get(URL + x.{'y' * 60}, params={{'hapikey': KEY}})\n"
    )
    (reason,) = [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]]
    assert reason == f"Which object types can `x.{'y' * 48} …` (app.py:10) be?"


@pytest.mark.parametrize("literal", ["aaaaaaaa-1111-2222-3333", "b7bc\\u002d4423", "s3cr3t-w0rd"])
def test_a_literal_that_may_be_a_secret_is_not_shown(literal: str, tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(HEAD + f"requests.get(URL + pick('{literal}'), params={{'hapikey': KEY}})\n")
    (reason,) = [gap["reason"] for gap in scanned(tmp_path, capfd)["gaps"]]
    assert reason == "Which object types can `{pick}` be?"


def test_an_id_stays_when_code_moves(tmp_path: Path, capfd) -> None:
    body = "def rows(event):\n    requests.get(URL + event['type'], params={'hapikey': KEY})\n"
    ids = []
    for text in (HEAD + body, HEAD + "\n\nOTHER = 1\n\n\n" + body):
        (tmp_path / "app.py").write_text(text)
        ids += [gap["id"] for gap in scanned(tmp_path, capfd)["gaps"]]
    assert len(ids) == 2 and len(set(ids)) == 1


def test_an_answer_settles_and_a_wrong_one_is_refused(tmp_path: Path, capfd) -> None:
    (tmp_path / "app.py").write_text(
        HEAD + "def rows(event):\n    requests.get(URL + event['type'].lower(), params={'hapikey': KEY})\n"
    )
    (gap,) = scanned(tmp_path, capfd)["gaps"]
    assert {"contacts", "deals", "tickets"} <= set(gap["choices"])
    settings = tmp_path / "hapikey-migrator.toml"
    settings.write_text(f'[answers]\n{gap["id"]} = ["deals", "tickets"]\n')
    report = scanned(tmp_path, capfd)
    assert (report["gaps"], report["scopes"]["complete"]) == ([], True)
    assert [one["scope"] for one in report["scopes"]["required"]] == ["crm.objects.deals.read", "tickets"]
    settings.write_text(f'[answers]\n{gap["id"]} = ["dealz"]\n')
    scanned(tmp_path, capfd, status=2)
    assert "`event['type'].lower()`" in capfd.readouterr().err


SENT = "import requests, os\nrequests.get('https://api.hubapi.com/crm/v3/objects/contacts', headers={'Authorization': 'Bearer ' + os.environ['T']})\n"
SENT_BY = "import axios from 'axios'\naxios.get('https://api.hubapi.com/crm/v3/objects/contacts', {headers: {Authorization: 'Bearer ' + process.env.T}})\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.py", "op.create_table('hubspot_tokens', sa.Column('id'))\n"),
        ("app.py", "op.add_column('accounts', sa.Column('hubspot_api_key', sa.String()))\n"),
        ("app.py", "TOKENS = Table('hubspot_tokens', metadata)\nprint(TOKENS.c)\n"),
        ("app.ts", "exports.up = knex => knex.schema.createTable('hubspot_tokens', t => { t.string('token') })\n"),
        ("app.ts", "@Entity('hubspot_tokens')\nexport class Token {}\n"),
        (
            "app.jsx",
            "export const f = () => <input onChange={(e) => go(e)} id='hubspot_api_key' data-testid='hubspot-api-key'/>\n",
        ),
        ("app.jsx", "export const f = () => { use(screen.getByTestId('hubspot-api-key')) }\n"),
    ],
)
def test_a_table_or_an_element_called_like_a_credential_is_no_credential(
    name: str, text: str, tmp_path: Path, capfd
) -> None:
    (tmp_path / name).write_text((SENT if name.endswith(".py") else SENT_BY) + text)
    assert scanned(tmp_path, capfd)["gaps"] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.py", "go(db.settings('hubspot_tokens'))\n"),
        ("app.ts", "go(document.getElementById('hubspot_api_key').value)\n"),
        ("app.ts", "go(secrets.get({ id: 'hubspot_api_key' }))\n"),
    ],
)
def test_what_is_looked_up_by_the_name_of_a_credential_is_asked_about(
    name: str, text: str, tmp_path: Path, capfd
) -> None:
    (tmp_path / name).write_text((SENT if name.endswith(".py") else SENT_BY) + text)
    assert len(scanned(tmp_path, capfd)["gaps"]) == 1


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"Gemfile": "gem 'hubspot-ruby'\n", "Gemfile.lock": "GEM\n  specs:\n    hubspot-ruby (0.9.0)\n"}, ["Gemfile"]),
        ({"Gemfile.lock": "GEM\n  specs:\n    hubspot-ruby (0.9.0)\n"}, ["Gemfile.lock"]),
        ({"Gemfile": "gem 'rails'\n", "Gemfile.lock": "GEM\n  specs:\n    hubspot-ruby (0.9.0)\n"}, ["Gemfile.lock"]),
        (
            {
                "composer.json": '{"require": {"hubspot/hubspot-php": "^1"}}\n',
                "composer.lock": '{"packages": [{"name": "hubspot/hubspot-php", "version": "1.0"}]}\n',
            },
            ["composer.json"],
        ),
        ({"crm.rb": "module Crm\n  def self.up\n    ::Hubspot::Contact.create!('a')\n  end\nend\n"}, ["crm.rb"]),
        ({"crm.rb": "module Crm\n  def self.up\n    Mine::Hubspot::Contact.create!('a')\n  end\nend\n"}, []),
        ({"crm.php": "<?php\nuse HubSpot\\Client\\Crm\\Contacts\\ApiException;\n"}, []),
        ({"crm.php": "<?php\nuse HubSpot\\Factory;\n"}, ["crm.php"]),
        ({"Crm.Tests/ClientTests.cs": 'class ClientTests { const string HubSpotApiKey = "a"; }\n'}, []),
        ({"Crm/Client.cs": 'class Client { const string HubSpotApiKey = "a"; }\n'}, ["Crm/Client.cs"]),
    ],
)
def test_code_that_is_not_read_is_asked_about_where_it_may_send(
    files: dict[str, str], asked: list[str], tmp_path: Path, capfd
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [gap["path"] for gap in scanned(tmp_path, capfd)["gaps"]] == asked

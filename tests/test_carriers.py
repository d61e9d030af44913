"""Keys, settings and requests in files that are no programs: what is found where, and what is not."""

# ruff: noqa: E501, S608 - a row for each kind of file, SQL among them

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from migrator.carriers.reading import read
from migrator.catalog.vocabulary import vocabulary
from migrator.model.text import Source
from migrator.model.written import Giving, Reading
from migrator.pipeline import scan
from migrator.settings import Settings

KEY = "4b1f6c0e-93d7-4a52-8f10-6e2d5c9ab874"
PACKED = b64encode(KEY.encode()).decode()
BARE = KEY.replace("-", "")
TOKEN = "pat" + "-eu1-" + KEY

# (kind of file, path, text, line of the key)
KEYS = [
    ("dotenv", ".env", f"DEBUG=1\nHUBSPOT_API_KEY={KEY}\n", 2),
    ("dotenv of one environment", ".env.production", f'export HAPIKEY="{KEY}"  # live\n', 1),
    ("dotenv with a comment", "config/.env.local", f"# HUBSPOT_HAPIKEY={KEY}\n", 1),
    ("dotenv without dashes", ".env", f"HUBSPOT_KEY={BARE}\n", 1),
    ("token in a dotenv", ".env", f"HUBSPOT_ACCESS_TOKEN={TOKEN}\n", 1),
    ("direnv", ".envrc", f"export HUBSPOT_API_KEY={KEY}\n", 1),
    ("ini", "app.ini", f"[hubspot]\napi_key = {KEY}\n", 2),
    ("ini with a colon", "setup.cfg", f"[crm]\nhubspot_api_key: {KEY}\n", 2),
    ("properties", "src/application.properties", f"server.port=1\nhubspot.api.key={KEY}\n", 2),
    ("toml table", "config.toml", f'[hubspot]\napi_key = "{KEY}"\n', 2),
    ("toml dotted key", "config.toml", f"hubspot.key = '{KEY}'\n", 1),
    ("toml inline table", "config.toml", f'hubspot = {{ portal = 5, api_key = "{KEY}" }}\n', 1),
    ("toml nested table", "x.toml", f'[integrations.hubspot.live]\nkey = "{KEY}"\n', 2),
    ("yaml", "config/settings.yml", f"hubspot:\n  portal: 62\n  api_key: {KEY}\n", 3),
    ("yaml with quotes", "a.yaml", f"hubspot: {{apiKey: '{KEY}'}}\n", 1),
    ("yaml of several documents", "a.yaml", f"a: 1\n---\nhapikey: {KEY}\n", 3),
    ("yaml that is named for the vendor", "config/hubspot.yml", f"production:\n  api_key: {KEY}\n", 2),
    ("yaml in the folder of the vendor", "hubspot/live.yml", f"api_key: {KEY}\n", 1),
    ("name and value in yaml", "a.yaml", f"env:\n  - name: HUBSPOT_API_KEY\n    value: {KEY}\n", 3),
    ("key beside its vendor", "a.yaml", f"- provider: hubspot\n  api_key: {KEY}\n", 2),
    ("json", "appsettings.Development.json", f'{{\n "HubSpot": {{\n  "ApiKey": "{KEY}"}}}}', 3),
    ("json with comments", "tsconfig.json", f'{{ // c\n "hubspotApiKey": "{KEY}", }}', 2),
    ("flat json", "local.settings.json", f'{{"Values": {{"HubSpot__ApiKey": "{KEY}"}}}}', 1),
    ("colons in json", "secrets.json", f'{{"HubSpot:ApiKey": "{KEY}"}}', 1),
    ("editor", ".vscode/launch.json", f'{{"configurations": [{{"env":\n {{"HUBSPOT_API_KEY": "{KEY}"}}}}]}}', 2),
    ("nodemon", "nodemon.json", f'{{"env": {{"HAPIKEY": "{KEY}"}}}}', 1),
    ("escaped json", "log.json", f'{{"m": "GET /owners/v2/owners?hapikey\\u003d{KEY}"}}', 1),
    ("xml attributes", "Web.config", f'<c>\n <add key="HubSpotApiKey" value="{KEY}"/>\n</c>', 2),
    ("xml element", "a.xml", f"<c><hubspot><apiKey>{KEY}</apiKey></hubspot></c>", 1),
    (
        "xml property named by an attribute",
        "load.jmx",
        f'<e>\n<p name="Field.value">{KEY}</p>\n<p name="Field.name">hapikey</p>\n</e>',
        2,
    ),
    (
        "xml string of a phone",
        "res/strings.xml",
        f'<resources><string name="hubspot_api_key">{KEY}</string></resources>',
        1,
    ),
    ("plist", "Info.plist", f"<plist><dict>\n<key>HubSpotAPIKey</key>\n<string>{KEY}</string></dict></plist>", 3),
    ("compose list", "docker-compose.yml", f"services:\n  web:\n    environment:\n      - HUBSPOT_API_KEY={KEY}\n", 4),
    ("compose mapping", "compose.yaml", f"services:\n  web:\n    environment:\n      HUBSPOT_API_KEY: {KEY}\n", 4),
    ("compose default", "compose.yaml", f"services: {{w: {{environment: ['K=${{HUBSPOT_API_KEY:-{KEY}}}']}}}}\n", 1),
    ("secret of kubernetes", "k8s/s.yaml", f"kind: Secret\nstringData:\n  hubspot-api-key: {KEY}\n", 3),
    ("packed secret of kubernetes", "s.yaml", f"kind: Secret\ndata:\n  hapikey: {PACKED}\n", 3),
    ("quoted packed secret", "s.yaml", f'kind: Secret\ndata: {{HUBSPOT_API_KEY: "{PACKED}"}}\n', 2),
    ("values of helm", "charts/x/values.yaml", f"hubspot:\n  apiKey: {KEY}\n", 2),
    (
        "template of helm",
        "templates/s.yaml",
        f"{{{{- if .Values.x }}}}\ndata:\n  HUBSPOT_API_KEY: {KEY}\n{{{{- end }}}}\n",
        3,
    ),
    ("terraform variable", "v.tf", f'variable "hubspot_api_key" {{\n  default = "{KEY}"\n}}\n', 2),
    ("terraform values", "prod.tfvars", f'hubspot_api_key = "{KEY}"\n', 1),
    ("terraform map", "m.tf", f'resource "x" "y" {{\n  environment {{\n    HUBSPOT_API_KEY = "{KEY}"\n  }}\n}}\n', 3),
    ("workflow of github", ".github/workflows/a.yml", f"env:\n  HUBSPOT_API_KEY: {KEY}\n", 2),
    ("pipeline of gitlab", ".gitlab-ci.yml", f"variables:\n  HUBSPOT_API_KEY: '{KEY}'\n", 2),
    ("config of circleci", ".circleci/config.yml", f"jobs: {{b: {{environment: {{HUBSPOT_API_KEY: {KEY}}}}}}}\n", 1),
    ("travis", ".travis.yml", f"env:\n  global:\n    - HUBSPOT_API_KEY={KEY}\n", 3),
    ("pipelines of azure", "azure-pipelines.yml", f"variables:\n- name: hubspotApiKey\n  value: {KEY}\n", 3),
    ("serverless", "serverless.yml", f"provider:\n  environment:\n    HUBSPOT_API_KEY: {KEY}\n", 3),
    ("app of heroku", "app.json", f'{{"env": {{"HUBSPOT_API_KEY": {{"value": "{KEY}"}}}}}}', 1),
    ("cloudformation", "t.json", f'{{"ParameterKey": "HubSpotApiKey",\n "ParameterValue": "{KEY}"}}', 2),
    (
        "task of a container service",
        "task.json",
        f'{{"environment": [{{"name": "HUBSPOT_API_KEY", "value": "{KEY}"}}]}}',
        1,
    ),
    ("Procfile", "Procfile", f"web: HUBSPOT_API_KEY={KEY} gunicorn app\n", 1),
    ("Dockerfile", "Dockerfile", f"FROM x\nENV HUBSPOT_API_KEY={KEY}\n", 2),
    ("older Dockerfile", "Dockerfile.dev", f"FROM x\nENV HUBSPOT_API_KEY {KEY}\n", 2),
    ("argument of a Dockerfile", "a.Dockerfile", f"ARG HUBSPOT_API_KEY={KEY}\n", 1),
    ("systemd", "crm.service", f'[Service]\nEnvironment="HUBSPOT_API_KEY={KEY}"\n', 2),
    ("shell", "run.sh", f"export HUBSPOT_API_KEY='{KEY}'\n", 1),
    ("default of a shell", "run.sh", f"K=${{HUBSPOT_API_KEY:-{KEY}}}\n", 1),
    ("assignment of a default", "run.sh", f": ${{HUBSPOT_API_KEY:={KEY}}}\n", 1),
    ("environment of one command", "bin/go", f"#!/bin/sh\nHUBSPOT_API_KEY={KEY} ./sync\n", 2),
    ("option of docker", "run.sh", f"docker run -e HUBSPOT_API_KEY={KEY} crm\n", 1),
    ("literal for kubectl", "run.sh", f"kubectl create secret generic s --from-literal=hapikey={KEY}\n", 1),
    ("fish", "c.fish", f"set -x HUBSPOT_API_KEY {KEY}\n", 1),
    ("PowerShell", "go.ps1", f'$env:HUBSPOT_API_KEY = "{KEY}"\n', 1),
    ("batch", "go.bat", f"set HUBSPOT_API_KEY={KEY}\r\n", 1),
    ("Makefile", "Makefile", f"HUBSPOT_API_KEY := {KEY}\nall:\n\techo\n", 1),
    ("cron", "crontab", f"HUBSPOT_API_KEY={KEY}\n* * * * * sync\n", 1),
    ("variable of Postman", "c.json", f'{{"variable": [\n{{"key": "hapikey", "value": "{KEY}"}}]}}', 2),
    ("environment of Postman", "e.json", f'{{"values": [{{"key": "hubspot_api_key", "value": "{KEY}"}}]}}', 1),
    (
        "environment of Insomnia",
        "i.json",
        f'{{"resources": [{{"_type": "environment", "data": {{"hapikey": "{KEY}"}}}}]}}',
        1,
    ),
    ("recording of a browser", "a.har", f'{{"queryString": [{{"name": "hapikey", "value": "{KEY}"}}]}}', 1),
    (
        "key beside the address of the API",
        "App.config",
        f'<c><add key="baseUri" value="https://api.hubapi.com"/>\n<add key="apiToken" value="{KEY}"/></c>',
        2,
    ),
    (
        "example of a description",
        "openapi.yaml",
        f"openapi: 3.0.1\npaths: {{}}\ncomponents:\n  parameters:\n    k: {{name: hapikey, in: query,\n      example: {KEY}}}\n",
        6,
    ),
    (
        "default of a description",
        "swagger.json",
        f'{{"swagger": "2.0", "paths": {{}}, "parameters": {{"k": {{"in": "query", "name": "hapikey",\n"default": "{KEY}"}}}}}}',
        2,
    ),
    ("table of names and values", "keys.csv", f"name,value\nother,1\nhubspot_api_key,{KEY}\n", 3),
    ("environment of tox", "tox.ini", f"[testenv]\nsetenv = HUBSPOT_API_KEY = {KEY}\n", 2),
    ("default of a Makefile", "Makefile", f"export HUBSPOT_API_KEY ?= {KEY}\n", 1),
    ("registry of Windows", "w.reg", f'[HKLM\\hubspot]\r\n"hapikey"="{KEY}"\r\n', 2),
    ("short name", ".env", f"HUBSPOT_API={KEY}\n", 1),
    ("rows of sql", "seed.sql", f"INSERT INTO s (name, value) VALUES\n ('hubspot_api_key', '{KEY}');\n", 2),
    ("column of sql", "seed.sql", f"INSERT INTO accounts (id, hubspot_api_key) VALUES (1, '{KEY}');\n", 1),
    ("update in sql", "seed.sql", f"UPDATE accounts SET hubspot_api_key = '{KEY}' WHERE id = 1;\n", 1),
    ("update of a row in sql", "seed.sql", f"UPDATE s SET value='{KEY}' WHERE name='hubspot_api_key';\n", 1),
    (
        "serialized by PHP",
        "dump.sql",
        f"INSERT INTO o VALUES (2,'crm','a:1:{{s:7:\"hapikey\";s:36:\"{KEY}\";}}');\n",
        1,
    ),
    ("properties on two lines", "a.properties", f"hubspot.api.key = \\\n   {KEY}\n", 2),
    ("what a service is configured with", "a.json", f'{{"service": "hubspot", "config": {{"api_key": "{KEY}"}}}}', 1),
    ("connector", "a.json", f'{{"credentials": {{"api_key": "{KEY}"}}, "name": "source-hubspot"}}', 1),
    ("environment of a collection", "env.json", f'{{"values": [{{"key": "hapikey", "value": "{KEY}"}}]}}', 1),
    ("table", "accounts.csv", f"id,hapikey,name\n1,{KEY},x\n", 2),
    ("table with tabs", "a.tsv", f"name\thubspot_api_key\nx\t{KEY}\n", 2),
]
NO_KEYS = [
    ("id of a portal", ".env", "HUBSPOT_PORTAL_ID=6251234\nHUBSPOT_API_KEY=\n"),
    ("sample", ".env.example", "HUBSPOT_API_KEY=your-api-key-here\n"),
    ("secret of the CI", ".github/workflows/a.yml", "env:\n  HUBSPOT_API_KEY: ${{ secrets.HUBSPOT_API_KEY }}\n"),
    ("variable", "compose.yaml", "services: {w: {environment: ['HUBSPOT_API_KEY=${HUBSPOT_API_KEY}']}}\n"),
    ("another secret of the vendor", ".env", f"HUBSPOT_CLIENT_SECRET={KEY}\n"),
    ("id of a form", "a.yaml", f"hubspot:\n  form_guid: {KEY}\n  note: hapikey\n"),
    ("id in the answer of a recording", "vcr/x.yml", f'request: {{uri: "https://api.hubapi.com/x?hapikey=K"}}\nbody: {{"guid": "{KEY}"}}\n'),
    ("id in a packed answer", "a.har", f'{{"text": "{{\\"hapikey\\": 1, \\"guid\\": \\"{KEY}\\"}}"}}'),
    ("key of another vendor", "a.yaml", f"stripe:\n  api_key: {KEY}\nhubspot:\n  portal: 5\n"),
    ("key of another vendor in a list", "a.yaml", f"- {{provider: stripe, api_key: {KEY}}}\n- provider: hubspot\n"),
    ("table of names without a key", "a.csv", f"name,value\nform_guid,{KEY}\nhapikey,\n"),
    ("example of another parameter", "openapi.yaml", f"openapi: 3.0.1\npaths: {{}}\nx: [{{name: hapikey, in: query}}, {{name: formId, in: query, example: {KEY}}}]\n"),
    ("key of another vendor in a project", "a.json", f'{{"name": "hubspot", "mail": {{"api_key": "{KEY}"}}}}'),
    ("another row in sql", "a.sql", f"UPDATE s SET value='{KEY}' WHERE name='form';\nSELECT 'hapikey';\n"),
    ("path of Windows", "a.ini", f"[hubspot]\nfolder=C:\\\nform={KEY}\n"),
    ("column of ids", "a.csv", f"hubspot_id,guid\n1,{KEY}\n"),
    ("row about something else", "a.sql", f"INSERT INTO forms (hubspot_guid, name) VALUES ('{KEY}', 'hapikey');\n"),
    ("id of a client", "a.json", f'{{"hubspot": {{"clientId": "{KEY}", "appId": "{KEY}"}}}}'),
    ("key of anybody in a project named for the vendor", "Acme.HubSpot.Sync/app.yaml", f"api_key: {KEY}\n"),
    ("key beside the addresses of two vendors", "a.env", f"A=https://api.hubapi.com\nB=https://api.stripe.com\nAPI_KEY={KEY}\n"),
    ("key for a cache", "a.yaml", f"hubspot:\n  cache_key: {KEY}\n"),
    ("word that ends like a name", "a.yaml", f"hubspot:\n  monkey: {KEY}\n"),
]  # fmt: skip
WORDS = vocabulary()


def reading(path: str, text: str) -> tuple[Source, Reading]:
    source = Source(path=path, text=text)
    found = read(source, WORDS)
    assert found is not None
    return source, found


def test_there_are_enough_kinds() -> None:
    assert len({kind for kind, *_ in KEYS}) >= 69


@pytest.mark.parametrize(("kind", "path", "text", "line"), KEYS, ids=[row[0] for row in KEYS])
def test_a_key_is_the_value_of_the_name_of_one(kind: str, path: str, text: str, line: int) -> None:
    source, found = reading(path, text)
    assert {one.text for one in found.secrets} <= {KEY, BARE, TOKEN}
    told = {source.position(one.at.start).line for one in found.secrets}
    told |= {source.position(start).line for name, start, _ in WORDS.credentials(text) if name != "uuid"}
    assert told == {line}


@pytest.mark.parametrize(("kind", "path", "text"), NO_KEYS, ids=[row[0] for row in NO_KEYS])
def test_nothing_else_is_a_key(kind: str, path: str, text: str) -> None:
    assert reading(path, text)[1].secrets == ()


def test_a_setting_has_its_dotted_path_and_what_gives_it() -> None:
    text = (
        "services:\n  web:\n    environment:\n      HUBSPOT_API_KEY: ${HUBSPOT_API_KEY}\n"
        "  job:\n    environment:\n      - HUBSPOT_API_KEY\n      - HAPIKEY=changeme\n"
    )
    source, found = reading("compose.yml", text)
    keyed = [(one.path, one.giving, source.position(one.name_at.start).line) for one in found.settings if one.keyed]
    assert keyed == [
        ("services.web.environment.HUBSPOT_API_KEY", Giving.PASSED, 4),
        ("services.job.environment.HUBSPOT_API_KEY", Giving.PASSED, 7),
        ("services.job.environment.HAPIKEY", Giving.SAMPLE, 8),
    ]
    assert found.family == "compose"


def test_a_reference_to_a_secret_is_passed_on() -> None:
    text = "env:\n- name: HUBSPOT_API_KEY\n  valueFrom: {secretKeyRef: {name: crm, key: HUBSPOT_API_KEY}}\n"
    keyed = [one for one in reading("k8s/a.yaml", text)[1].settings if one.keyed]
    assert [(one.path.rpartition(".")[0], one.giving) for one in keyed] == [
        ("env[0]", Giving.PASSED),
        ("env[0].valueFrom.secretKeyRef", Giving.PASSED),
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", '{"hapikey": '),
        ("a.yaml", "hapikey: [\n- : :\n"),
        ("a.xml", "<a><hapikey></a>"),
        ("a.toml", "[[[hapikey = '"),
        ("a.tf", 'x "hapikey" { {{ ] = '),
        ("run.sh", "curl 'https://api.hubapi.com/x?hapikey=$(( ${ `"),
        ("a.yaml", "a: &a [*a, hapikey]\n"),
        ("a.json", "[" * 5000),
        ("a.sql", "INSERT INTO hapikey VALUES (("),
        ("a.csv", 'hapikey,"\n"'),
        ("Makefile", "\tcurl \\\n"),
        (".env", "=\n==\n'\"hapikey"),
    ],
)
def test_a_broken_file_is_read_as_far_as_it_goes(path: str, text: str) -> None:
    assert read(Source(path=path, text=text), WORDS) is not None


def test_programs_are_not_read_here() -> None:
    assert read(Source(path="a.php", text="hapikey"), WORDS) is None
    assert read(Source(path="bin/run", text="#!/usr/bin/env python3\nhapikey"), WORDS) is None


@pytest.mark.parametrize(
    ("line", "auth"),
    [
        ("wget $BASE/owners/v2/owners?limit=2&hapikey=$KEY", ["query_key"]),
        ("curl https://api.hubapi.com/owners/v2/owners?limit=2&hapikey=$KEY&portalId=7", ["query_key"]),
        ("curl https://api.hubapi.com/owners/v2/owners?limit=2 & hapikey=$KEY", []),
        ("curl https://api.hubapi.com/owners/v2/owners&hapikey=$KEY", []),
    ],
)
def test_a_query_that_somebody_forgot_to_quote_is_one_where_nothing_else_is_meant(line: str, auth: list[str]) -> None:
    found = read(Source(path="sync.sh", text=f"BASE=https://api.hubapi.com\n{line}\n"), vocabulary())
    assert found is not None
    (one,) = found.requests
    assert [each.carrier.value for each in one.call.auth] == auth


CELLS = "<Workbook><Row><Cell><Data>{}</Data></Cell><Cell><Data>{}</Data></Cell></Row></Workbook>\n"
KEY_CELL = "7c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("book.xml", CELLS.format("hapikey", KEY_CELL), True),
        ("book.xml", CELLS.format("id", KEY_CELL), False),
        ("book.xml", CELLS.format("hapikey", "see the vault"), False),
        ("zap.json", f'{{"querystring": "hapikey||{KEY_CELL}"}}\n', True),
        ("zap.json", f'{{"querystring": "form||{KEY_CELL}"}}\n', False),
        ("RUNBOOK.md", f"The HubSpot API key is `{KEY_CELL}`.\n", True),
        ("RUNBOOK.md", f"HubSpot production account key: {KEY_CELL}\n", True),
        ("RUNBOOK.md", f"The HubSpot form is `{KEY_CELL}`.\n", False),
        ("RUNBOOK.md", f"The HubSpot key is in the vault under {KEY_CELL}.\n", False),
    ],
)
def test_a_key_is_told_where_its_name_stands_right_before_it(name: str, text: str, told: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = scan(Settings(paths=(str(tmp_path),)))
    assert any(one.kind == "hardcoded_key" for one in report.findings) == told


@pytest.mark.parametrize(
    ("url", "opened"), [("https://api.hubapi.com/contacts/v1/lists", True), ("https://example.com/lists", False)]
)
def test_configuration_that_names_the_parameter_beside_an_address_is_asked_about(
    url: str, opened: bool, tmp_path: Path
) -> None:
    text = f"request:\n  url: {url}\n  auth: {{in: query, param: hapikey, value: '${{TOKEN}}'}}\n"
    (tmp_path / "sync.yaml").write_text(text, encoding="utf-8")
    report = scan(Settings(paths=(str(tmp_path),)))
    assert report.summary.complete != opened
    assert len(report.findings) == 1

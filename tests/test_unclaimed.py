"""What configuration holds for a program that is none of the project's is asked about, and what is read here is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.pipeline import scan
from migrator.settings import Settings

KEY = "7c1d9e2f-4b3a-4d5e-8f60-a1b2c3d4e5f6"
OPEN = {
    ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - uses: acme/hubspot@v1\n        with:\n"
    "          api-key: ${{ secrets.HUBSPOT_API_KEY }}\n",
    "tox.ini": "[testenv]\npassenv = HUBSPOT_API_KEY\n",
    "secret.yaml": "kind: ExternalSecret\nspec:\n  data:\n    - secretKey: HUBSPOT_API_KEY\n",
    "application.yml": "hubspot:\n  api-key: abc\n",
    "airbyte.yml": "hs:\n  connector: airbyte/source-hubspot\n  configuration:\n    credentials: {api_key: x}\n",
    "option.config": "option_settings:\n  - option_name: HUBSPOT_API_KEY\n    value: abc\n",
    "nginx.conf": "location /hs/ {\n  proxy_pass https://api.hubapi.com/;\n}\n",
    "hub.cfg": 'data = "hapikey=abc"\n',
    "scrape.yml": "params:\n  hapikey: [abc]\ntargets: [api.hubapi.com]\n",
    "env.yml.j2": "env:\n  HUBSPOT_API_KEY: abc\n",
}
OPEN |= {
    "pod.yaml": "kind: Pod\nspec:\n  envFrom:\n  - secretRef: {name: hubspot-api-key}\n",
    ".env.tpl": 'HUBSPOT_API_KEY="op://vault/hubspot/key"\n',
    "app.env.ctmpl": 'HUBSPOT_API_KEY={{ with secret "kv/hs" }}{{ .Data.key }}{{ end }}\n',
    "helmfile.yaml.gotmpl": 'releases:\n- set:\n  - name: hubspotApiKey\n    value: {{ env "HS" }}\n',
    "site.conf": "<VirtualHost *>\n SetEnv HUBSPOT_API_KEY abcd\n</VirtualHost>\n",
    "www.conf": "[www]\nenv[HUBSPOT_API_KEY] = $HS\n",
    "crm.service": "[Service]\nLoadCredential=hubspot_api_key:/etc/hs\n",
    "Jenkinsfile": "pipeline {\n environment { HUBSPOT_API_KEY = credentials('hs') }\n}\n",
    "justfile": 'sync:\n  crm-sync --key {{env_var("HUBSPOT_API_KEY")}}\n',
    "Dockerfile": "FROM acme/proxy\nENV UPSTREAM=https://api.hubapi.com\n",
    "appsettings.json": '{"HubSpot": {"ApiKey": "", "BaseUrl": "https://api.hubapi.com"}}',
}
CONNECTORS = {
    "n8n.json": '{"nodes": [{"type": "n8n-nodes-base.hubspot", "parameters": {"resource": "deal"}}]}',
    "make.json": '{"flow": [{"id": 1, "module": "hubspotcrm:ActionCreateContact", "version": 2}]}',
    "zap.json": '{"steps": [{"app": "HubSpotCLIAPI", "action": "create_contact"}]}',
    "red.json": '[{"id": "a", "type": "hubspot-contact", "key": "b", "wires": []}]',
    "factory.json": '{"properties": {"type": "Hubspot", "typeProperties": {"accessToken": {"value": "x"}}}}',
    "flow.yml": "tasks:\n- id: q\n  type: io.kestra.plugin.hubspot.contacts.Create\n",
    "meltano.yml": "plugins:\n  extractors:\n  - name: tap-hubspot\n",
    "docker-compose.yml": "services:\n  a:\n    image: airbyte/source-hubspot:0.2\n",
    "in.yml.liquid": "in:\n  type: hubspot\n  portal: {{ env.HS }}\n",
    "main.tf": 'resource "fivetran_connector" "h" {\n  service = "hubspot"\n}\n',
}
CLOSED = {
    "config.yml": "hubspot:\n  api-key: ${HS}\n",
    "vars.tf": 'variable "hubspot_api_key" {\n  type = string\n}\n',
    "about.json": '{"about": "the HUBSPOT_API_KEY of old"}',
    ".env.example": "HUBSPOT_API_KEY=\n",
    ".env.template": "HUBSPOT_API_KEY=1111-2222-3333\n",
    "schema.sql": "CREATE TABLE t (id int, hubspot_api_key varchar(64));\n",
    "say.sh": 'echo "set HUBSPOT_API_KEY first"\n',
    "tests/run.sh": "export HUBSPOT_API_KEY=x\n",
    "log.yml": 'redact:\n  pattern: "hapikey=[^&]+"\n',
    "docs.md": "Set `HUBSPOT_API_KEY=` first.\n",
}
PLAIN = {
    "compose.yml": "services:\n  a:\n    build: .\n    image: hubspot:latest\n",
    "package.json": '{"name": "hubspot_api", "version": "1.0.0"}',
    "i18n.json": '{"type": "hubspot", "provider": "hubspot", "name": "HubSpot"}',
    "icons.yml": "- name: hubspot-logo\n  type: image\n- name: hubspot\n",
    "catalog.yaml": "- service: hubspot\n  owner: sales\n",
}
INSERT = "INSERT INTO integrations(kind,secret) VALUES "
ROWS = {
    "seed.sql": f"{INSERT}('hubspot','{KEY}');\n",
    "seed.csv": f"kind,secret\nhubspot,{KEY}\n",
    "seed.json": f'[{{"fields": {{"name": "hubspot", "secret": "{KEY}"}}}}]',
}
OTHERS = {
    "seed.csv": f"id,name,kind\n{KEY},hubspot,crm\n",
    "seed.json": f'{{"name": "hubspot", "formId": "{KEY}"}}',
    "seed.sql": f"{INSERT}('stripe','{KEY}');\n",
}


def found(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    report = scan(Settings(paths=(str(folder),)))
    assert report.summary.complete == (not report.gaps)
    return [one.kind for one in report.findings]


@pytest.mark.parametrize("name", OPEN)
def test_a_key_for_a_program_that_is_not_there_is_asked_about_once(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, **{name: OPEN[name]}).count("undecided") == 1


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_connector_of_another_product_is_told(name: str, tmp_path: Path) -> None:
    assert found(tmp_path / "ours", **{name: CONNECTORS[name]}).count("unread_code") == 1
    other = CONNECTORS[name].replace("HubSpot", "Pipedrive").replace("Hubspot", "Pipedrive")
    assert not found(tmp_path / "other", **{name: other.replace("hubspot", "pipedrive")})


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_that_only_names_the_product_is_not(name: str, tmp_path: Path) -> None:
    assert not found(tmp_path, **{name: PLAIN[name]})


@pytest.mark.parametrize("name", CLOSED)
def test_what_only_speaks_of_a_name_is_not(name: str, tmp_path: Path) -> None:
    assert "undecided" not in found(tmp_path, **{name: CLOSED[name]})


def test_a_name_that_code_reads_in_another_spelling_is_not(tmp_path: Path) -> None:
    reader = "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    hubspot_token: str\n"
    assert "undecided" in found(tmp_path, **{".env": "HUBSPOT_TOKEN=abc\n"})
    assert "undecided" not in found(tmp_path, **{"settings.py": reader})


def test_a_name_that_a_request_of_a_script_reads_is_not(tmp_path: Path) -> None:
    sent = "curl https://api.hubapi.com/owners/v2/owners?hapikey=$ApiKey\n"
    assert "undecided" not in found(tmp_path / "a", **{"a.sh": f"ApiKey=abc\n{sent}"})
    assert "undecided" in found(tmp_path / "b", **{"a.sh": f"OtherHapiKey=abc\n{sent}"})


def test_a_key_that_a_command_stores_by_its_name_is_told(tmp_path: Path) -> None:
    assert "hardcoded_key" in found(tmp_path, **{"a.sh": f"gh secret set HUBSPOT_API_KEY --body '{KEY}'\n"})


@pytest.mark.parametrize("name", ROWS)
def test_the_key_of_a_row_that_names_hubspot_is_told(name: str, tmp_path: Path) -> None:
    assert "hardcoded_key" in found(tmp_path / "a", **{name: ROWS[name]})
    assert found(tmp_path / "b", **{name: OTHERS[name]}) == []


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("f.rb", "config.filter_parameters += [\n  :password,\n  :hapikey,\n]\n", "idle_mention"),
        ("a.rb", "# redact\nuri.query = add(:hapikey, key)\n", "unread_key"),
        ("a.php", "<?php\n$u = mask(add_query_arg('hapikey', $k));\n", "unread_key"),
    ],
)
def test_a_name_in_a_list_of_what_no_log_shows_is_not_sent(name: str, text: str, kind: str, tmp_path: Path) -> None:
    assert found(tmp_path, **{name: text}) == [kind]


def test_an_exception_of_a_library_that_is_missing_sends_nothing(tmp_path: Path) -> None:
    text = "from acme.hubspot_api import HubspotLimited\ndef f():\n    raise HubspotLimited('x')\n"
    assert found(tmp_path / "a", **{"a.py": text}) == []
    assert found(tmp_path / "b", **{"a.py": text.replace("raise", "return")}) == ["undecided"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<?php\n$query['hapikey'] = $key;\n", ["unread_key"]),
        (
            "<?php\n/**\n * Adds the 'hapikey' to https://api.hubapi.com/\n */\n// $query['hapikey'] = 1;\n",
            ["doc_mention"],
        ),
    ],
)
def test_a_comment_in_a_language_that_is_not_read_sends_nothing(text: str, told: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, **{"send.php": text}) == told


def test_code_that_reads_where_the_address_is_kept_is_told(tmp_path: Path) -> None:
    files = {"application.properties": "hubspot.api.url=https://api.hubapi.com\n"}
    reader = 'class A {\n  @Value("${hubspot.api.url}") String url;\n}\n'
    assert "unread_code" in found(tmp_path / "ours", **files, **{"A.java": reader})
    other = {"application.properties": "hubspot.api.url=https://example.com\n"}
    assert not found(tmp_path / "other", **other, **{"A.java": reader})


def test_a_secret_of_an_app_beside_its_name_is_no_key(tmp_path: Path) -> None:
    text = f"spring.application.name=HubSpot\nhubspot.client.secret={KEY}\n"
    assert not found(tmp_path, **{"application.properties": text})

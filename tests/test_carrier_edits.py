"""Requests outside of programs: what they send, how their key moves, and that nothing else does."""

# ruff: noqa: E501 - a row for each kind of file, SQL among them

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.carriers.reading import read
from migrator.catalog.vocabulary import vocabulary
from migrator.model.call import Carrier
from migrator.model.text import Source
from migrator.model.written import Reading, Use, Written
from migrator.rewrite.splice import splice

WORDS = vocabulary()
API = "https://api.hubapi.com"


def reading(path: str, text: str) -> Reading:
    found = read(Source(path=path, text=text), WORDS)
    assert found is not None
    return found


def changed(path: str, text: str) -> str:
    """The file with every edit of its requests and schemes made."""
    found = reading(path, text)
    edits = dict.fromkeys(edit for one in (*found.requests, *found.schemes) for edit in one.edits)
    return splice(text, list(edits))


def only(path: str, text: str) -> Written:
    (one,) = reading(path, text).requests
    return one


LINES = [
    (f'curl "{API}/owners/v2/owners?hapikey=$K"', f'curl "{API}/owners/v2/owners" -H "Authorization: Bearer $K"'),
    (f"curl '{API}/o?hapikey=abc&a=1' -s", f"curl '{API}/o?a=1' -H 'Authorization: Bearer abc' -s"),
    (f"curl {API}/o?a=1\\&hapikey=$K", f'curl {API}/o?a=1 -H "Authorization: Bearer $K"'),
    (f"curl {API}/o?hapikey=${{K}}\\&a=1", f'curl {API}/o?a=1 -H "Authorization: Bearer ${{K}}"'),
    (f"curl '{API}/o?a=1&hapikey='\"$K\"", f'curl \'{API}/o?a=1\'"" -H "Authorization: Bearer $K"'),
    (f'curl "{API}/o?hapikey=$(cat key)&b=2"', f'curl "{API}/o?b=2" -H "Authorization: Bearer $(cat key)"'),
    (f'X=$(curl -s "{API}/o?hapikey=$K")', f'X=$(curl -s "{API}/o" -H "Authorization: Bearer $K")'),
    (f"X=`curl -s {API}/o?hapikey=$K`", f'X=`curl -s {API}/o -H "Authorization: Bearer $K"`'),
    (f"curl -G {API}/o -d hapikey=$K -d n=1", f'curl -G {API}/o -H "Authorization: Bearer $K" -d n=1'),
    (f'eval "curl {API}/o?hapikey=$K"', f'eval "curl {API}/o -H \\"Authorization: Bearer $K\\""'),
    (f"bash -c 'curl \"{API}/o?hapikey=$K\"'", f'bash -c \'curl "{API}/o" -H "Authorization: Bearer $K"\''),
    (f'wget -q "{API}/o?hapikey=$K" -O x', f'wget -q "{API}/o" --header="Authorization: Bearer $K" -O x'),
    (f"http GET {API}/o hapikey==$K n==1", f'http GET {API}/o "Authorization:Bearer $K" n==1'),
    (f"https '{API}/o?hapikey=k1'", f"https '{API}/o' 'Authorization:Bearer k1'"),
    (
        f'Invoke-RestMethod -Uri "{API}/o?hapikey=$key" -Method Get',
        f'Invoke-RestMethod -Uri "{API}/o" -Headers @{{ Authorization = "Bearer $key" }} -Method Get',
    ),
    (f'if curl -f "{API}/o?hapikey=$K"; then :; fi', f'if curl -f "{API}/o" -H "Authorization: Bearer $K"; then :; fi'),
    (f'curl "{API}/o?hapikey=$K" | jq .', f'curl "{API}/o" -H "Authorization: Bearer $K" | jq .'),
]
LEFT = [
    f'curl "{API}/o?hapikey=$K" -H "Authorization: Basic x"',
    f'curl -u a:b "{API}/o?hapikey=$K"',
    f'curl "{API}/o" -H "Authorization: Bearer $K"',
    f'curl -d hapikey=$K "{API}/o"',
    f'curl "$URL"  # hapikey={API}',
    f'echo "{API}/o?hapikey=$K"',
    f'curl "{API}/o?hapikey="',
    f'Invoke-RestMethod -Uri "{API}/o?hapikey=$key" -Headers $h',
    'curl "https://example.com/o?api_key=$K"',
]


@pytest.mark.parametrize(("before", "after"), LINES)
def test_the_key_of_a_command_moves_into_a_header(before: str, after: str) -> None:
    assert changed("run.sh", f"set -e\n{before}\n") == f"set -e\n{after}\n"
    assert changed("run.sh", f"set -e\n{after}\n") == f"set -e\n{after}\n"
    old, new = only("run.sh", before), only("run.sh", after)
    assert [one.carrier for one in new.call.auth] == [Carrier.BEARER]
    assert replace(old.call, auth=(), location=new.call.location, trace=new.call.trace, headers=()) == replace(
        new.call, auth=(), headers=()
    )


@pytest.mark.parametrize("line", LEFT)
def test_what_no_edit_can_move_is_left(line: str) -> None:
    text = f"{line}\n"
    assert changed("run.sh", text) == text


def test_lines_that_go_on_keep_their_ends() -> None:
    before = f'curl -s \\\r\n  -X POST \\\r\n  "{API}/deals/v1/deal?hapikey=$K" \\\r\n  -d @body.json\r\n'
    after = (
        f'curl -s \\\r\n  -X POST \\\r\n  "{API}/deals/v1/deal" -H "Authorization: Bearer $K" \\\r\n  -d @body.json\r\n'
    )
    assert changed("run.sh", before) == after
    assert only("run.sh", before).call.method == "POST"


CARRIED = [
    ("Makefile", f'sync:\n\t@curl "{API}/o?hapikey=$$K"\n', f'sync:\n\t@curl "{API}/o" -H "Authorization: Bearer $$K"\n'),
    ("Makefile", f"sync:\n\tcurl {API}/o?hapikey=$(KEY)\n", f'sync:\n\tcurl {API}/o -H "Authorization: Bearer $(KEY)"\n'),
    ("Dockerfile", f"FROM x\nRUN curl {API}/o?hapikey=$K\n", f'FROM x\nRUN curl {API}/o -H "Authorization: Bearer $K"\n'),
    ("crontab", f"0 * * * * curl -s '{API}/o?hapikey=k1'\n", f"0 * * * * curl -s '{API}/o' -H 'Authorization: Bearer k1'\n"),
    (
        "README.md",
        f'Try:\n\n```sh\n$ curl "{API}/o?hapikey=YOUR_KEY&count=2"\n```\n',
        f'Try:\n\n```sh\n$ curl "{API}/o?count=2" -H "Authorization: Bearer YOUR_KEY"\n```\n',
    ),
    ("d.rst", f"::\n\n    curl {API}/o?hapikey=<key>\n", f'::\n\n    curl {API}/o -H "Authorization: Bearer <key>"\n'),
    (
        ".github/workflows/a.yml",
        f'jobs:\n  a:\n    steps:\n      - run: |\n          set -e\n          curl "{API}/o?hapikey=$K" |\n            jq .\n',
        f'jobs:\n  a:\n    steps:\n      - run: |\n          set -e\n          curl "{API}/o" -H "Authorization: Bearer $K" |\n            jq .\n',
    ),
    (
        ".github/workflows/a.yml",
        f"s:\n  - run: curl -f {API}/o?hapikey=${{{{ secrets.K }}}} -o it's\n",
        f"s:\n  - run: 'curl -f {API}/o -H \"Authorization: Bearer ${{{{ secrets.K }}}}\" -o it''s'\n",
    ),
    (
        ".gitlab-ci.yml",
        f"job:\n  script:\n    - 'curl \"{API}/o?hapikey=$K\"'\n",
        f"job:\n  script:\n    - 'curl \"{API}/o\" -H \"Authorization: Bearer $K\"'\n",
    ),
    (
        ".gitlab-ci.yml",
        f'job:\n  script:\n    - curl -f "{API}/o?hapikey=$K"\n',
        f"job:\n  script:\n    - 'curl -f \"{API}/o\" -H \"Authorization: Bearer $K\"'\n",
    ),
    (
        "package.json",
        f'{{"scripts": {{"sync": "curl \\"{API}/o?hapikey=$K\\""}}}}',
        f'{{"scripts": {{"sync": "curl \\"{API}/o\\" -H \\"Authorization: Bearer $K\\""}}}}',
    ),
    (
        "a.http",
        f"GET {API}/o?hapikey={{{{k}}}}&a=1 HTTP/1.1\nAccept: */*\n",
        f"GET {API}/o?a=1 HTTP/1.1\nAuthorization: Bearer {{{{k}}}}\nAccept: */*\n",
    ),
    (
        "c.json",
        f'{{"item": [{{"request": {{"method": "GET", "header": [], "url": {{"raw": "{API}/o?hapikey={{{{k}}}}&a=1", '
        '"query": [{"key": "hapikey", "value": "{{k}}"}, {"key": "a", "value": "1"}]}}}]}',
        f'{{"item": [{{"request": {{"method": "GET", "header": [{{"key": "Authorization", "value": "Bearer {{{{k}}}}"}}], '
        f'"url": {{"raw": "{API}/o?a=1", "query": [{{"key": "a", "value": "1"}}]}}}}}}]}}',
    ),
    (
        "i.yaml",
        f"- url: {API}/o\n  method: GET\n  parameters:\n    - name: hapikey\n      value: k1\n    - name: a\n      value: b\n"
        "  headers:\n    - name: A\n      value: b\n",
        f"- url: {API}/o\n  method: GET\n  parameters:\n    - name: a\n      value: b\n"
        "  headers:\n    - name: Authorization\n      value: Bearer k1\n    - name: A\n      value: b\n",
    ),
    (
        "a.har",
        f'{{"request": {{"method": "GET", "url": "{API}/o?hapikey=k1", "headers": [], "httpVersion": "1", '
        '"queryString": [{"name": "hapikey", "value": "k1"}]}, "response": {}}',
        f'{{"request": {{"method": "GET", "url": "{API}/o", "headers": [{{"name": "Authorization", "value": "Bearer k1"}}], '
        '"httpVersion": "1", "queryString": []}, "response": {}}',
    ),
    (
        "cassettes/a.yaml",
        f"interactions:\n- request:\n    method: get\n    uri: {API}/o?hapikey=K1\n    headers:\n      Accept:\n      - x\n"
        "  response: {}\n",
        f"interactions:\n- request:\n    method: get\n    uri: {API}/o\n    headers:\n      Authorization:\n      - Bearer K1\n"
        "      Accept:\n      - x\n  response: {}\n",
    ),
    (
        "openapi.yaml",
        "openapi: 3.0.1\npaths: {}\ncomponents:\n  securitySchemes:\n    k:\n      type: apiKey\n      name: hapikey\n      in: query\n",
        "openapi: 3.0.1\npaths: {}\ncomponents:\n  securitySchemes:\n    k:\n      type: http\n      scheme: bearer\n",
    ),
    (
        "swagger.json",
        '{"swagger": "2.0", "paths": {}, "securityDefinitions": {"k": {"type": "apiKey", "in": "query", "name": "hapikey"}}}',
        '{"swagger": "2.0", "paths": {}, "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "Authorization"}}}',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after"), CARRIED, ids=[f"{n}-{row[0]}" for n, row in enumerate(CARRIED)])
def test_the_key_moves_wherever_the_request_stands(path: str, before: str, after: str) -> None:
    assert changed(path, before) == after
    assert changed(path, after) == after
    if path.endswith((".yml", ".yaml")):
        assert yaml.safe_load(after)
    if path.endswith((".json", ".har")):
        assert json.loads(after)


@pytest.mark.parametrize(
    ("path", "use"),
    [("run.sh", Use.SENT), ("notes.md", Use.WRITTEN), ("Makefile", Use.SENT), ("a.txt", Use.WRITTEN)],
)
def test_what_a_request_is_there_for(path: str, use: Use) -> None:
    assert only(path, f"curl {API}/owners/v2/owners?hapikey=$K\n").use is use


def test_a_request_in_a_comment_is_not_sent() -> None:
    assert only("run.sh", f"# curl {API}/owners/v2/owners?hapikey=$K\n").use is Use.WRITTEN


def test_an_address_that_the_file_gives_is_known() -> None:
    one = only("run.sh", f'BASE={API}\ncurl -X DELETE "$BASE/deals/v1/deal/$id?hapikey=$K"\n')
    assert (one.call.method, one.call.host, one.call.endpoint) == ("DELETE", "api.hubapi.com", "/deals/v1/deal/{id}")


GIVEN = [
    (
        "c.json",
        '{"auth": {"type": "apikey", "apikey": [{"key": "key", "value": "hapikey"}, {"key": "value", "value": "{{k}}", "type": '
        f'"string"}}, {{"key": "in", "value": "query"}}]}}, "item": [{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}}}}}, '
        f'{{"request": {{"method": "POST", "url": {{"raw": "{API}/p"}}}}}}]}}',
        '{"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{k}}", "type": '
        f'"string"}}]}}, "item": [{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}}}}}, '
        f'{{"request": {{"method": "POST", "url": {{"raw": "{API}/p"}}}}}}]}}',
    ),
    (
        "c.json",  # with no place said, it is sent in a header
        f'{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}, "auth": {{"type": "apikey", "apikey": [\n'
        '  {"key": "value", "value": "{{k}}"},\n  {"key": "key", "value": "hapikey"}\n]}}}',
        f'{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}, "auth": {{"type": "bearer", "bearer": [\n'
        '  {"key": "token", "value": "{{k}}"}\n]}}}',
    ),
    (
        "c.json",  # the older format; the key stands in the URL as well
        '{"request": {"auth": {"type": "apikey", "apikey": {"key": "hapikey", "value": "{{k}}", "in": "query"}}, '
        f'"method": "GET", "url": {{"raw": "{API}/o?hapikey={{{{k}}}}&a=1"}}}}}}',
        '{"request": {"auth": {"type": "bearer", "bearer": {"token": "{{k}}"}}, '
        f'"method": "GET", "url": {{"raw": "{API}/o?a=1"}}}}}}',
    ),
    (
        "insomnia.yaml",
        f"- url: {API}/o\n  method: GET\n  authentication:\n    type: apikey\n    key: hapikey\n    value: \"{{{{ _.k }}}}\"\n"
        "    addTo: queryParams\n  id: 1\n",
        f'- url: {API}/o\n  method: GET\n  authentication:\n    type: bearer\n    token: "{{{{ _.k }}}}"\n  id: 1\n',
    ),
    (
        "insomnia.json",
        f'{{"_type": "request", "url": "{API}/o", "method": "GET", "authentication": {{"value": "{{{{ k }}}}", "type": "apikey", '
        '"key": "hapikey", "addTo": "queryParams"}}',
        f'{{"_type": "request", "url": "{API}/o", "method": "GET", "authentication": {{"token": "{{{{ k }}}}", "type": "bearer"}}}}',
    ),
]  # fmt: skip
_AUTH = '"auth": {"type": "apikey", "apikey": [{"key": "key", "value": "hapikey"}, {"key": "value", "value": "{{k}}"}]}'
GIVEN_LEFT = [
    f'{{{_AUTH}, "item": [{{"request": {{"method": "GET", "url": {{"raw": "{API}/o?hapikey={{{{other}}}}"}}}}}}]}}',
    f'{{{_AUTH}, "item": [{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}}}}}, {{"request": {{"method": "GET", '
    f'"header": [{{"key": "Authorization", "value": "Basic x"}}], "url": {{"raw": "{API}/p"}}}}}}]}}',
    f'{{{_AUTH}, "item": [{{"request": {{"auth": {{"type": "noauth"}}, "method": "GET", "url": {{"raw": "{API}/o"}}}}}}]}}',
    f'{{{_AUTH.replace("hapikey", "x-api-key")}, "item": [{{"request": {{"method": "GET", "url": {{"raw": "{API}/o"}}}}}}]}}',
]


@pytest.mark.parametrize(("path", "before", "after"), GIVEN, ids=[f"{n}-{row[0]}" for n, row in enumerate(GIVEN)])
def test_an_entry_that_gives_requests_a_key_gives_them_a_token(path: str, before: str, after: str) -> None:
    assert changed(path, before) == after
    assert changed(path, after) == after
    data = yaml.safe_load(after) if path.endswith(".yaml") else json.loads(after)
    assert data
    for old, new in zip(reading(path, before).requests, reading(path, after).requests, strict=True):
        assert [one.carrier for one in new.call.auth] == [Carrier.BEARER]
        assert {one.value for one in new.call.auth} == {one.value for one in old.call.auth}


@pytest.mark.parametrize("text", GIVEN_LEFT)
def test_an_entry_stays_where_one_request_cannot_follow(text: str) -> None:
    assert changed("c.json", text) == text


LISTED = [
    (
        "Dockerfile",
        f'FROM x\nCMD ["curl", "-fsS", "{API}/o?hapikey=k1&a=1"]\n',
        f'FROM x\nCMD ["curl", "-fsS", "{API}/o?a=1", "-H", "Authorization: Bearer k1"]\n',
    ),
    (
        "Dockerfile",
        f'CMD ["curl", "--url={API}/o?hapikey=k1"]\n',
        f'CMD ["curl", "--url={API}/o", "-H", "Authorization: Bearer k1"]\n',
    ),
    (
        "job.Dockerfile",
        f'ENTRYPOINT ["wget","-q"]\nCMD [ "{API}/o?hapikey=k1" ]\n',
        f'ENTRYPOINT ["wget","-q"]\nCMD [ "{API}/o", "--header=Authorization: Bearer k1" ]\n',
    ),
    (
        "Dockerfile",
        f'HEALTHCHECK --interval=5s CMD ["curl", \\\n    "{API}/o?hapikey=k1"]\n',
        f'HEALTHCHECK --interval=5s CMD ["curl", \\\n    "{API}/o", \\\n    "-H", \\\n    "Authorization: Bearer k1"]\n',
    ),
    (
        "Dockerfile",
        f'RUN ["sh", "-c", "curl \\"{API}/o?hapikey=$K\\""]\n',
        f'RUN ["sh", "-c", "curl \\"{API}/o\\" -H \\"Authorization: Bearer $K\\""]\n',
    ),
    (
        "compose.yml",
        f'services: {{w: {{healthcheck: {{test: ["CMD", "curl", "-f", "{API}/o?hapikey=$K"]}}}}}}\n',
        f'services: {{w: {{healthcheck: {{test: ["CMD", "curl", "-f", "{API}/o", "-H", "Authorization: Bearer $K"]}}}}}}\n',
    ),
    (
        "compose.yml",
        f"services:\n  w:\n    entrypoint: [curl]\n    command:\n      - -s\n      - {API}/o?a=1&hapikey=${{K}}  # daily\n      - -f\n",
        "services:\n  w:\n    entrypoint: [curl]\n    command:\n      - -s\n"
        f'      - {API}/o?a=1\n      - "-H"\n      - "Authorization: Bearer ${{K}}"  # daily\n      - -f\n',
    ),
    (
        "k8s/job.yaml",
        f"c:\n- command: ['curl']\n  args: ['-X', 'DELETE', '{API}/o?hapikey=$(HUBSPOT_API_KEY)']\n",
        f"c:\n- command: ['curl']\n  args: ['-X', 'DELETE', '{API}/o', '-H', 'Authorization: Bearer $(HUBSPOT_API_KEY)']\n",
    ),
    (
        "k8s/job.yaml",
        f'c:\n- command: ["curl", "-G"]\n  args:\n  - {API}/o\n  - -d\n  - hapikey=$(K)\n',
        f'c:\n- command: ["curl", "-G"]\n  args:\n  - {API}/o\n  - -H\n  - "Authorization: Bearer $(K)"\n',
    ),
    (
        ".vscode/tasks.json",
        f'{{"tasks": [{{"command": "http", "args": ["GET", "{API}/o", "hapikey==${{env:K}}"]}}]}}',
        f'{{"tasks": [{{"command": "http", "args": ["GET", "{API}/o", "Authorization:Bearer ${{env:K}}"]}}]}}',
    ),
    (
        "job.nomad",
        f'config {{\n  command = "curl"\n  args = ["{API}/o?hapikey=${{K}}"]\n}}\n',
        f'config {{\n  command = "curl"\n  args = ["{API}/o", "-H", "Authorization: Bearer ${{K}}"]\n}}\n',
    ),
    (
        ".circleci/config.yml",
        f'steps:\n  - run:\n      command: curl "{API}/o?hapikey=$K"\n',
        f"steps:\n  - run:\n      command: 'curl \"{API}/o\" -H \"Authorization: Bearer $K\"'\n",
    ),
]  # fmt: skip
LISTED_LEFT = [
    ("Dockerfile", f'CMD ["curl", "-u", "a:b", "{API}/o?hapikey=k1"]\n'),
    ("Dockerfile", f'CMD ["echo", "{API}/o?hapikey=k1"]\n'),
    ("Dockerfile", f'CMD ["curl", "{API}/o", "-H", "Authorization: Bearer k1"]\n'),
    ("k8s/job.yaml", f"c: {{command: curl, args: ['{API}/o', -H, 'Authorization: Bearer $(K)']}}\n"),
]


@pytest.mark.parametrize(("path", "before", "after"), LISTED, ids=[f"{n}-{row[0]}" for n, row in enumerate(LISTED)])
def test_the_key_moves_in_a_command_that_is_a_list_of_words(path: str, before: str, after: str) -> None:
    assert changed(path, before) == after
    assert changed(path, after) == after
    old, new = only(path, before), only(path, after)
    assert [one.carrier for one in new.call.auth] == [Carrier.BEARER]
    assert {one.value for one in new.call.auth} == {one.value for one in old.call.auth}
    assert (new.call.method, new.call.path, new.call.query) == (old.call.method, old.call.path, old.call.query)
    if path.endswith((".yml", ".yaml")):
        assert yaml.safe_load(after)


@pytest.mark.parametrize(("path", "text"), LISTED_LEFT)
def test_a_list_of_words_that_no_edit_can_change_is_left(path: str, text: str) -> None:
    assert changed(path, text) == text


def test_a_variable_of_a_list_of_words_is_known_by_its_name() -> None:
    (one,) = only("k8s/j.yaml", f"c: {{command: [curl], args: ['{API}/o?hapikey=$(HUBSPOT_API_KEY)']}}\n").call.auth
    assert [(source.how, source.name) for source in one.sources] == [("environment", "HUBSPOT_API_KEY")]


UNMOVED = [
    (
        "flow.json",
        f'{{"requestMethod": "GET", "url": "{API}/o", "queryParametersUi": '
        '{"parameter": [{"name": "hapikey", "value": "={{$env.K}}"}]}}',
    ),
]


@pytest.mark.parametrize(("path", "text"), UNMOVED)
def test_a_key_that_no_edit_moves_is_known_all_the_same(path: str, text: str) -> None:
    assert [one.carrier for one in only(path, text).call.auth] == [Carrier.QUERY_KEY]


NAMES = st.sampled_from(["a", "count", "vid-offset", "property"])
VALUES = st.sampled_from(["1", "x%20y", "$N", "${N}", "{{n}}", "é", "2020-01-01"])
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=3)


@st.composite
def urls(draw: st.DrawFn) -> tuple[str, str]:
    """A URL with the key somewhere in its query, and without it."""
    rest = [f"{name}={value}" for name, value in draw(QUERIES)]
    at = draw(st.integers(0, len(rest)))
    key = f"hapikey={draw(st.sampled_from(['$K', '${K}', '{{k}}', 'k-1']))}"
    with_key, without = "&".join([*rest[:at], key, *rest[at:]]), "&".join(rest)
    base = f"{API}/contacts/v1/lists"
    return f"{base}?{with_key}", f"{base}?{without}" if without else base


PLACES = {
    "run.sh": 'set -e\n{}\necho "é"\r\n',
    "README.md": "# é\n\n```\n{}\n```\n",
    ".gitlab-ci.yml": "a:\n  script:\n    - |\n      {}\n      echo é\n",
    "Dockerfile": "FROM x\nRUN {}\n",
}


@settings(max_examples=150, deadline=None)
@given(
    urls(), st.sampled_from(['"', "'"]), st.sampled_from(sorted(PLACES)), st.sampled_from(["curl -s {} -f", "wget {}"])
)
def test_every_other_character_stays(pair: tuple[str, str], quote: str, path: str, command: str) -> None:
    url, bare = pair
    text = PLACES[path].replace("{}", command.replace("{}", f"{quote}{url}{quote}"))
    (one,) = reading(path, text).requests
    after = changed(path, text)
    header = after[after.index(bare + quote) + len(bare) + 1 :].partition(f"{quote} -f" if "curl" in command else "\n")[
        0
    ]
    assert "Authorization: Bearer " in header
    assert (
        after.replace(f"{quote}{bare}{quote}", f"{quote}{url}{quote}").replace(
            f" {header.strip()}{quote if 'curl' in command else ''}", "", 1
        )
        == text
    )
    (new,) = reading(path, after).requests
    assert [auth.value for auth in new.call.auth] == [auth.value for auth in one.call.auth]
    assert (new.call.path, new.call.query) == (one.call.path, one.call.query)


@settings(max_examples=100, deadline=None)
@given(urls(), st.sampled_from([None, 0, 1, 2]), st.booleans())
def test_a_collection_is_still_the_same_json(pair: tuple[str, str], indent: int | None, ascii_only: bool) -> None:
    url, bare = pair
    query = [dict(zip(("key", "value"), part.split("=", 1), strict=True)) for part in url.partition("?")[2].split("&")]
    request = {"method": "GET", "header": [{"key": "A", "value": "é"}], "url": {"raw": url, "query": query}}
    text = json.dumps({"item": [{"name": 'é "q"', "request": request}]}, indent=indent, ensure_ascii=ascii_only)
    after = json.loads(changed("c.postman_collection.json", text))
    made = after["item"][0]["request"]
    value = next(one["value"] for one in query if one["key"] == "hapikey")
    assert made["url"]["raw"] == bare
    assert made["url"]["query"] == [one for one in query if one["key"] != "hapikey"]
    assert made["header"] == [{"key": "Authorization", "value": f"Bearer {value}"}, {"key": "A", "value": "é"}]
    assert after["item"][0]["name"] == 'é "q"'


class _Recorder(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, str | None, bytes]]] = []

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("Authorization"), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the base class

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Recorder) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found.server_port
        found.shutdown()


EXECUTED = [
    'curl -s "http://HOST/owners/v2/owners?hapikey=$K&email=a%40b.c"',
    "curl -s 'http://HOST/owners/v2/owners?email=x&hapikey='\"$K\"",
    "curl -s http://HOST/deals/v1/deal/paged?hapikey=${K}\\&limit=2",
    'curl -s -X POST "http://HOST/deals/v1/deal?hapikey=$K" -H "Content-Type: application/json" -d \'{"a": "b c"}\'',
    "curl -s -G http://HOST/deals/v1/deal/paged -d hapikey=$K -d limit=2",
    "curl -s \\\n  \"http://HOST/contacts/v1/lists?hapikey=$K\" \\\n  -H 'Accept: text/x'",
    'X=$(curl -s "http://HOST/contacts/v1/lists?hapikey=$K"); echo "$X" >/dev/null',
    'eval "curl -s \\"http://HOST/contacts/v1/lists?hapikey=$K&count=1\\""',
    'BASE=http://HOST; for i in 1 2; do curl -s "$BASE/contacts/v1/contact/vid/$i/profile?hapikey=$K"; done',
    'curl -s -X DELETE "http://HOST/deals/v1/deal/5?hapikey=$(printf %s "$K")"',
]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("line", EXECUTED)
def test_a_changed_command_sends_the_same_with_a_header(line: str, tmp_path: Path) -> None:
    # The address is told to the tool as HubSpot's, and to curl as this machine's
    after = changed("run.sh", line.replace("http://HOST", API))
    assert after != line
    sent = []
    for text in (line, after.replace(API, "http://HOST")):
        with server() as port:
            _Recorder.seen.clear()
            (tmp_path / "run.sh").write_text(text.replace("HOST", f"127.0.0.1:{port}"))
            environment = {"K": "k-1", "PATH": "/usr/bin:/bin"}
            subprocess.run(["bash", str(tmp_path / "run.sh")], env=environment, check=True, timeout=30)
            sent.append(list(_Recorder.seen))
    before, now = sent
    assert before
    for (method, path, _, body), new in zip(before, now, strict=True):
        kept = path.replace("hapikey=k-1&", "").replace("&hapikey=k-1", "").replace("?hapikey=k-1", "")
        assert new == (method, kept, "Bearer k-1", body)

"""Keys that stand as literals in languages that are not read: the name that they are given to tells them apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import scan

KEY = "4b1f6c0e-93d7-4a52-8f10-6e2d5c9ab874"
URL = "https://api.hubapi.com/owners/v2/owners"

TOLD = [
    ("a.rb", f"TOKEN_OF_CRM = '{KEY}'\nget(\"{URL}?hapikey=#{{TOKEN_OF_CRM}}\")\n", 1),
    ("a.go", f'const crm = "{KEY}"\nvar u = "{URL}?hapikey=" + crm\n', 1),
    ("A.java", f'private final String K = "{KEY}";\nString u = URL + "?hapikey=" + this.K;\n', 1),
    ("a.php", f"<?php\ndefine('CRM', '{KEY}');\n$u = '{URL}?hapikey=' . CRM;\n", 2),
    ("a.php", f"<?php\n$k = '{KEY}';\n$q = ['hapikey' => $k];\n", 2),
    ("A.cs", f'string apiKey = "{KEY}";\nrequest.AddParameter("hapikey", apiKey);\n', 1),
    ("services.php", f"<?php return [\n  'hubspot' => [\n    'key' => '{KEY}',\n  ],\n];\n", 3),
    ("config.js", f"module.exports = {{\n  port: 1, hubspot: {{\n    portal: f(1), apiKey: '{KEY}' }} }};\n", 3),
    ("settings.py", f'HUBSPOT = {{\n    "API_KEY": "{KEY}",\n}}\n', 2),
    ("a.rb", f"Hubspot.configure(\n  api_key: '{KEY}'\n)\n", 2),
    ("a.sql", "INSERT" + f' INTO s VALUES (1, \'{{"hubspot": {{"api_key": "{KEY}"}}}}\');\n', 1),
    ("t/a.t", f"my $c = HubSpot::Client->new({{ api_key => '{KEY}' }});\n", 1),
    ("a.swift", f'let api_key = "{KEY}"\nlet u = "{URL}?hapikey=\\(api_key)"\n', 1),
]
OTHER = [
    ("a.rb", f"FORM = '{KEY}'\nTOKEN = ENV['T']\nget(\"{URL}?hapikey=#{{TOKEN}}\")\n"),
    ("services.php", f"<?php return ['hubspot' => ['portal' => 1], 'mail' => ['key' => '{KEY}']];\n"),
    ("config.js", f"module.exports = {{ hubspot: {{ a: {{ b: 1 }} }}, stripe: {{ apiKey: '{KEY}' }} }};\n"),
    ("settings.py", f'HUBSPOT = {{"FORM": "{KEY}"}}\n'),
    ("a.go", f'const clientID = "{KEY}"\nvar u = "{URL}?hapikey=" + os.Getenv("K")\n'),
    ("A.java", f'String apiKey = "{KEY}";\nString u = "https://example.com/hubspot";\n'),
    ("a.php", f"<?php\n$portal = '{KEY}';\n$q = ['hapikey' => $k, 'portal' => $portal];\n"),
]


def literals(folder: Path, path: str, text: str) -> list[int]:
    """Returns the lines of a file at which a key is told."""
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return [one["line"] for one in scan(folder)["findings"] if one["kind"] == "hardcoded_key"]


@pytest.mark.parametrize(("path", "text", "line"), TOLD)
def test_what_is_sent_as_the_key_is_one(tmp_path: Path, path: str, text: str, line: int) -> None:
    assert literals(tmp_path, path, text) == [line]


@pytest.mark.parametrize(("path", "text"), OTHER)
def test_another_id_is_none(tmp_path: Path, path: str, text: str) -> None:
    assert literals(tmp_path, path, text) == []

"""Scripts whose commands take their parts from variables and tables: which requests they send, and what is asked."""

# ruff: noqa: E501 - a script a row

from __future__ import annotations

from pathlib import Path

import pytest
from cases import scan

API = "https://api.hubapi.com"

# (path, text, requests as (method, endpoint, credentials), lines that are asked about)
SCRIPTS = [
    pytest.param(
        "sync.ps1",
        f'$query = @{{ hapikey = $env:HUB; limit = 5 }}\nInvoke-RestMethod -Uri "{API}/crm/v3/owners" -Body $query\n',
        [("GET", "/crm/v3/owners", ["api_key"])],
        [],
        id="a table given as the body of a GET is its query",
    ),
    pytest.param(
        "sync.ps1",
        f'irm "{API}/crm/v3/owners" -Method Post -Body @{{ note = "x; y"; hapikey = $k }} -Headers @{{ Authorization = "Bearer $t" }}\n',
        [("POST", "/crm/v3/owners", ["api_key", "bearer"])],
        [],
        id="a table given to a POST is its body",
    ),
    pytest.param(
        "sync.ps1",
        f'$at = "{API}"\n$auth = @{{\n  "Authorization" = "Bearer $env:TOKEN"\n}}\n'
        '$all = @{ Uri = "$at/crm/v3/owners"; Headers = $auth; Method = "GET" }\nInvoke-RestMethod @all\n',
        [("GET", "/crm/v3/owners", ["bearer"])],
        [],
        id="options and headers out of tables",
    ),
    pytest.param(
        "sync.ps1",
        f'$h = @{{ Accept = "x" }}\n$h["Authorization"] = Get-It\niwr "{API}/crm/v3/owners" -Headers $h\n',
        [("GET", "/crm/v3/owners", ["unknown"])],
        [3],
        id="a table that is filled elsewhere can hold a credential",
    ),
    pytest.param(
        "sync.ps1",
        f'iwr "{API}/crm/v3/owners" -Headers @{{ Accept = "x" }}\n',
        [("GET", "/crm/v3/owners", ["none"])],
        [],
        id="a table that is all there holds none",
    ),
    pytest.param(
        "sync.ps1",
        f'Get-Owners -Params @{{ hapikey = $k }} -Of "{API}/crm/v3/owners"\n',
        [],
        [1, 1],
        id="a table given to a function of somebody's",
    ),
    pytest.param(
        "sync.bat",
        f'set HUB={API}\r\ncurl "%HUB%/crm/v3/owners?hapikey=%KEY%"\r\n',
        [("GET", "/crm/v3/owners", ["api_key"])],
        [],
        id="variables of a batch file",
    ),
    pytest.param(
        "sync.sh",
        f'curl -K auth.cfg "{API}/crm/v3/owners"\ncurl "${{MORE[@]}}" {API}/crm/v3/deals\ncurl --oauth2-bearer $T {API}/x\n',
        [
            ("GET", "/crm/v3/owners", ["unknown"]),
            ("GET", "/crm/v3/deals", ["unknown"]),
            ("GET", "/x", ["bearer"]),
        ],
        [1, 2],
        id="options that a file or a variable gives",
    ),
    pytest.param(
        "sync.sh",
        f'get() {{ curl -H "Authorization: Bearer $T" "{API}/$1"; }}\nget crm/v3/owners\n',
        [("GET", None, ["bearer"])],
        [],
        id="an argument is no part of a path that is known",
    ),
    pytest.param(
        "sync.ps1",
        f'$base = "{API}"\n$web = New-Object Net.WebClient\n$web.DownloadString("$base/crm/v3/owners")\n',
        [],
        [1],
        id="an address that something unknown is given",
    ),
    pytest.param(
        "sync.sh",
        f"# {API}/crm/v3/owners lists them\nexport HUB_URL={API}\necho calling {API}\nprintf '%s' {API}\n./run\n",
        [],
        [],
        id="an address that is said, or exported to what is read by itself",
    ),
]


@pytest.mark.parametrize(("path", "text", "requests", "asked"), SCRIPTS)
def test_what_a_script_sends(
    tmp_path: Path, path: str, text: str, requests: list[tuple[str, str | None, list[str]]], asked: list[int]
) -> None:
    (tmp_path / path).write_text(text, encoding="utf-8", newline="")
    report = scan(tmp_path)
    assert [(one["method"], one["endpoint"], one["auth"]) for one in report["calls"]] == requests
    assert [one["line"] for one in report["gaps"]] == asked

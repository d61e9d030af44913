"""A folder of a larger project: what is reached from there is known, and nothing else of the project is reported."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from migrator import pipeline
from migrator.migration import migrate
from migrator.model.report import Report
from migrator.settings import Settings

HUB = """import os
import requests

KEY = os.environ["HUBSPOT_API_KEY"]
BASE = "https://api.hubapi.com"


def get(path, **params):
    params["hapikey"] = KEY
    return requests.get(BASE + path, params=params)


def owners():
    return get("/crm/v3/owners")
"""
SYNC = 'from common.hub import get\n\n\ndef sync(deal):\n    return get(f"/deals/v1/deal/{deal}")\n'
PROJECT = {
    "common/__init__.py": "",
    "common/hub.py": HUB,
    "common/sync.py": SYNC,
    "common/names.py": 'COMPANIES = "/companies/v2/companies/paged"\n',
    "services/crm/main.py": "from common.hub import owners\n\nowners()\n",
    "services/billing/__init__.py": "",
    "services/billing/main.py": "from common.sync import sync\n\n\ndef run():\n    sync(7)\n",
}
SEND = 'import requests\n{}\nrequests.get("https://api.hubapi.com" + PATH, params={{"hapikey": "k"}})\n'


def grow(root: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def track(root: Path) -> Path:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    return root


@pytest.fixture(params=["git", "project"])
def rooted(request: pytest.FixtureRequest, tmp_path: Path):
    """Makes a project that is a work tree, or one by what it holds."""

    def make(files: Mapping[str, str]) -> Path:
        root = grow(tmp_path / "mono", files)
        if request.param == "git":
            track(root)
        else:
            grow(root, {"pyproject.toml": ""})
        return root

    return make


def scanned(*paths: Path) -> Report:
    return pipeline.scan(Settings(paths=tuple(map(str, paths))))


def requests_of(report: Report) -> list[str]:
    return [f"{call.method} {call.endpoint}" for call in report.calls]


def paths_of(report: Report) -> set[str]:
    return {one.path for one in (*report.findings, *report.gaps, *report.secrets, *report.errors)}


def alone(text: str, **more: str) -> dict[str, str]:
    return {"services/billing/main.py": SEND.format(text), **{f"{name}.py": content for name, content in more.items()}}


def test_a_folder_that_needs_nothing_around_it_reports_nothing_else(rooted) -> None:
    root = rooted({**PROJECT, "services/billing/main.py": "print('no HubSpot here')\n"})
    report = scanned(root / "services/billing")
    assert not report.calls
    assert not report.findings
    assert not report.gaps
    assert report.occurrences.total == 0
    assert report.summary.complete


def test_a_wrapper_around_the_folder_is_followed_from_the_folder_alone(rooted) -> None:
    report = scanned(rooted(PROJECT) / "services/billing")
    assert requests_of(report) == ["GET /deals/v1/deal/7"]
    (call,) = report.calls
    assert call.path == "../../common/hub.py"
    assert [place.path for place in call.via] == ["main.py", "../../common/sync.py"]
    assert [item.scope for item in report.scopes.required] == ["crm.objects.deals.read"]
    assert all(one.calls for one in report.findings if one.path.startswith("../"))


def test_the_whole_project_has_the_requests_of_every_folder(rooted) -> None:
    root = rooted(PROJECT)
    every = {name for folder in ("services/billing", "services/crm") for name in requests_of(scanned(root / folder))}
    assert every == set(requests_of(scanned(root)))


@pytest.mark.parametrize(
    "line",
    [
        "from ...common.names import COMPANIES as PATH",
        "from common.names import COMPANIES as PATH",
        "import common.names\nPATH = common.names.COMPANIES",
        "from services.billing.own import PATH",
        "from .own import PATH",
        "from ..sibling import PATH",
    ],
)
def test_an_import_is_resolved_as_it_is_from_the_top(rooted, line: str) -> None:
    own = 'PATH = "/companies/v2/companies/paged"\n'
    files = {
        **PROJECT,
        "services/billing/main.py": SEND.format(line),
        "services/billing/own.py": own,
        "services/sibling.py": own,
    }
    report = scanned(rooted(files) / "services/billing")
    assert requests_of(report) == ["GET /companies/v2/companies/paged"]


def test_a_library_beside_the_folder_is_found_by_its_name(rooted) -> None:
    files = alone("from hubkit.names import PATH", **{"libs/hubkit/src/hubkit/names": 'PATH = "/crm/v3/owners"\n'})
    assert requests_of(scanned(rooted(files) / "services/billing")) == ["GET /crm/v3/owners"]


def test_of_two_modules_of_that_name_none_is_taken(rooted) -> None:
    names = {"services/crm/names": 'PATH = "/crm/v3/owners"\n', "services/mail/names": 'PATH = "/crm/v3/lists"\n'}
    report = scanned(rooted(alone("from names import PATH", **names)) / "services/billing")
    assert requests_of(report) == ["GET None"]
    assert not report.scopes.complete


def test_a_module_of_the_folder_comes_before_one_around_it(rooted) -> None:
    names = {"names": 'PATH = "/crm/v3/owners"\n', "services/billing/names": 'PATH = "/crm/v3/lists"\n'}
    report = scanned(rooted(alone("from names import PATH", **names)) / "services/billing")
    assert requests_of(report) == ["GET /crm/v3/lists"]


def test_a_module_around_the_folder_hides_none_of_the_standard_library(rooted) -> None:
    names = {"tools/string": 'ascii_letters = "/crm/v3/owners"\n'}
    report = scanned(rooted(alone("from string import ascii_letters as PATH", **names)) / "services/billing")
    assert "/crm/v3/owners" not in {call.endpoint for call in report.calls}


def test_what_files_around_the_folder_hold_is_not_reported(rooted) -> None:
    held = 'TOKEN = "pat-na1-1a2b3c4d-1234-4abc-8def-0123456789af"\n# hapikey in a comment\n'
    report = scanned(rooted({**PROJECT, "common/names.py": held, "common/sync.py": held + SYNC}) / "services/billing")
    assert not report.secrets
    assert paths_of(report) == {"../../common/hub.py"}


def test_a_comment_around_the_folder_takes_its_finding_back(rooted) -> None:
    ignored = HUB.replace('["hapikey"] = KEY', '["hapikey"] = KEY  # hapikey: ignore[HK101] on purpose')
    report = scanned(rooted({**PROJECT, "common/hub.py": ignored}) / "services/billing")
    assert [one.code for one in report.findings if one.severity == "error"] == []
    assert not any(one.kind == "unused_suppression" for one in report.findings)


def test_a_rewrite_stays_in_the_folder(rooted) -> None:
    root = rooted(PROJECT)
    done = migrate(Settings(paths=(str(root / "services/billing"),), unsafe=True, allow_dirty=True), write=True)
    assert (root / "common/hub.py").read_text(encoding="utf-8") == HUB
    assert done.status == 1
    (finding,) = (one for one in done.report.findings if one.kind == "key_in_params")
    assert finding.fix == "manual"
    assert "outside of what was asked for" in (finding.reason or "")


def test_roots_are_followed_each_for_itself(rooted) -> None:
    root = rooted(PROJECT)
    report = scanned(root / "services/billing", root / "services/crm")
    assert {(call.root, call.endpoint) for call in report.calls} == {(0, "/deals/v1/deal/7"), (1, "/crm/v3/owners")}


def test_git_searches_a_project_for_several_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("migrator.discover.search"), "_FEW", 0)
    root = track(grow(tmp_path / "mono", PROJECT))
    assert len(scanned(root / "services/billing", root / "services/crm").calls) == 2
    assert len(scanned(root / "services/billing").calls) == 1


def test_a_large_folder_is_no_project_by_its_place_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrator.discover.around._MOST", 5)
    root = grow(tmp_path / "mono", PROJECT)
    monkeypatch.chdir(root)
    assert not scanned(root / "services/billing").calls


def test_a_branch_adds_nothing_through_what_is_around_the_folder(tmp_path: Path) -> None:
    root = track(grow(tmp_path / "mono", PROJECT))
    folder = root / "services/billing"
    settings = Settings(paths=(str(folder),), changed_since="HEAD")
    assert not pipeline.scan(settings).findings
    grow(folder, {"more.py": "from common.sync import sync\n\nsync(8)\n"})
    assert [Path(call.via[0].path).name for call in pipeline.scan(settings).calls] == ["main.py", "more.py"]


def test_a_folder_is_no_project_because_the_tool_runs_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(
        tmp_path, {"a/main.py": SEND.format("from paths import PATH"), "b/paths.py": 'PATH = "/crm/v3/objects/deals"\n'}
    )
    found = []
    for place in (tmp_path, tmp_path / "a", Path("/")):
        monkeypatch.chdir(place)
        for asked in (tmp_path / "a", tmp_path / "a" / "main.py"):
            report = pipeline.scan(Settings(paths=(str(asked),)))
            found.append([(call.method, call.endpoint, call.auth) for call in report.calls])
    assert found[0] == [("GET", None, ("api_key",))]
    assert all(one == found[0] for one in found)


def test_requirements_above_what_was_asked_for_hold(rooted, monkeypatch: pytest.MonkeyPatch) -> None:
    client = "from hubspot import HubSpot\nHubSpot(access_token='t').crm.imports.core_api.get_page()\n"
    root = rooted({"requirements.txt": "hubspot-api-client==6.0.0\n", "jobs/sync.py": client, "other/x.py": ""})
    grow(root, {"other/requirements.txt": "hubspot-api-client==12.0.0\n"})
    for asked in (root, root / "jobs", root / "jobs" / "sync.py"):
        monkeypatch.chdir(root)
        found = pipeline.scan(Settings(paths=(str(asked),))).findings
        assert any("6.0.0" in one.message for one in found if one.kind == "dependency"), asked


HELD = {
    "a client of a library, in JavaScript": {
        "held.js": "const h = require('@hubspot/api-client');\nexports.it = new h.Client({ apiKey: process.env.K });\n",
        "use.js": "const { it } = require('./held');\nit.crm.deals.basicApi.getPage();\n",
        "package.json": '{"dependencies": {"@hubspot/api-client": "8.0.0"}}\n',
    },
    "a client with an address, in JavaScript": {
        "held.js": "const axios = require('axios');\nconst params = { hapikey: process.env.K };\n"
        "exports.it = axios.create({ baseURL: 'https://api.hubapi.com', params });\n",
        "use.js": "const { it } = require('./held');\nit.get('/crm/v3/objects/deals');\n",
    },
    "a client of a library, in Python": {
        "held.py": 'import os\nimport hubspot\n\nit = hubspot.Client.create(api_key=os.environ["K"])\n',
        "use.py": "from held import it\n\nit.crm.deals.basic_api.get_page()\n",
        "requirements.txt": "hubspot-api-client==8.0.0\n",
    },
}


@pytest.mark.parametrize("name", HELD)
def test_a_client_is_followed_into_a_file_that_names_nothing_of_hubspots(name: str, tmp_path: Path) -> None:
    report = pipeline.scan(Settings(paths=(str(grow(tmp_path, HELD[name])),)))
    assert [(call.path, call.endpoint) for call in report.calls] == [(sorted(HELD[name])[-1], "/crm/v3/objects/deals")]

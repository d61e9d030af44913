"""Values that a guard or a library's constant leaves: no question is asked of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrator import cli

HEAD = """import os
import requests
from hubspot3 import Hubspot3
from hubspot3.crm_associations import Definitions

KEY = os.environ["HUBSPOT_API_KEY"]
ROUTES = {"deals": 1, "tickets": 2}


def rows(kind):
"""
SEND = '    return requests.get(f"https://api.hubapi.com/crm/v3/objects/{kind}", params={"hapikey": KEY})\n'
IF_SEND = SEND.replace("    return", "        return")


def needed(program: str, here: Path, capfd: pytest.CaptureFixture[str]) -> tuple[list[str], bool]:
    (here / "app.py").write_text(program)
    cli.run(("scan", str(here), "--format", "json", "--exit-zero"))
    scopes = json.loads(capfd.readouterr().out)["scopes"]
    return [item["scope"] for item in scopes["required"]], scopes["complete"]


@pytest.mark.parametrize(
    "guard",
    [
        '    if kind in ("deals", "tickets"):\n' + IF_SEND,
        '    if kind in ["deals", "tickets"]:\n' + IF_SEND,
        "    if kind in ROUTES:\n" + IF_SEND,
        "    if kind in ROUTES.keys():\n" + IF_SEND,
        "    if kind not in ROUTES:\n        raise ValueError(kind)\n" + SEND,
        "    if not kind in set(ROUTES):\n        raise ValueError(kind)\n" + SEND,
        "    allowed = sorted(ROUTES)\n    assert kind in allowed\n" + SEND,
        "    if kind.lower() in ROUTES:\n" + IF_SEND,
    ],
)
def test_a_guard_leaves_its_values(guard: str, tmp_path: Path, capfd) -> None:
    assert needed(HEAD + guard, tmp_path, capfd) == (["crm.objects.deals.read", "tickets"], True)


@pytest.mark.parametrize(
    "guard",
    [
        '    if kind not in ("deals", "tickets"):\n' + IF_SEND,
        "    if kind in os.environ:\n" + IF_SEND,
        "    if kind.upper() in ROUTES:\n" + IF_SEND,
        "    if KEY in ROUTES:\n" + IF_SEND,
        "    ROUTES[KEY] = 3\n    if kind in ROUTES:\n" + IF_SEND,
        SEND,
    ],
)
def test_what_says_nothing_of_a_value_leaves_the_question(guard: str, tmp_path: Path, capfd) -> None:
    assert needed(HEAD + guard, tmp_path, capfd) == ([], False)


@pytest.mark.parametrize(
    ("call", "scopes"),
    [
        ("create(1, 2, Definitions.DEAL_TO_COMPANY)", ["crm.objects.companies.write", "crm.objects.deals.write"]),
        ("create(from_object=1, to_object=2, definition=3)", ["crm.objects.contacts.write", "crm.objects.deals.write"]),
        ("delete(1, 2, definition=Definitions.TICKET_TO_DEAL)", ["crm.objects.deals.write", "tickets"]),
        ("get(7, Definitions.COMPANY_TO_DEAL)", ["crm.objects.companies.read"]),
    ],
)
def test_a_number_that_a_library_names_is_known(call: str, scopes: list[str], tmp_path: Path, capfd) -> None:
    program = f"{HEAD}    return None\n\n\nHubspot3(api_key=KEY).crm_associations.{call}\n"
    assert needed(program, tmp_path, capfd) == (scopes, True)


def test_a_name_that_the_library_lacks_leaves_the_question(tmp_path: Path, capfd) -> None:
    program = f"{HEAD}    return None\n\n\nHubspot3(api_key=KEY).crm_associations.create(1, 2, Definitions.NO_SUCH)\n"
    assert needed(program, tmp_path, capfd) == ([], False)


# -- copies of a library ----------------------------------------------------------------------------------------------

USES = 'import os\nfrom hubspot import HubSpot\n\nHubSpot(api_key=os.environ["KEY"]).crm.deals.basic_api.get_page()\n'
OWN = "import requests\n\n\nclass HubSpot:\n    def __init__(self, api_key):\n        self.crm = self\n"


def clients(files: dict[str, str], here: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    for name, text in files.items():
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    cli.run(("scan", str(here), "--format", "json", "--exit-zero"))
    return [call["client"] for call in json.loads(capfd.readouterr().out)["calls"]]


@pytest.mark.parametrize(
    "copy", ["old/hubspot/__init__.py", "tools/vendor2/hubspot.py", "other/src/hubspot/__init__.py"]
)
def test_a_copy_on_no_import_path_is_not_the_library(copy: str, tmp_path: Path, capfd) -> None:
    assert clients({copy: OWN, "service/app.py": USES}, tmp_path, capfd) == ["hubspot-api-client"]


@pytest.mark.parametrize(
    "own", ["hubspot.py", "service/hubspot.py", "src/hubspot/__init__.py", "service/lib/hubspot.py"]
)
def test_a_package_of_that_name_that_can_be_imported_is(own: str, tmp_path: Path, capfd) -> None:
    assert clients({own: OWN, "service/app.py": USES}, tmp_path, capfd) == []


@pytest.mark.parametrize("given", ['access_token=os.environ["TOKEN"]', 'api_key=os.environ["KEY"]'])
@pytest.mark.parametrize("release", ["6.0.0", "9.0.0"])
def test_what_a_library_asks_for_is_needed_though_its_release_sends_no_credential(
    given: str, release: str, tmp_path: Path, capfd
) -> None:
    (tmp_path / "requirements.txt").write_text(f"hubspot-api-client=={release}\n")
    program = f"import os\nfrom hubspot import HubSpot\n\nHubSpot({given}).crm.imports.core_api.get_page()\n"
    assert needed(program, tmp_path, capfd)[0] == ["crm.import"]


def test_a_request_without_a_credential_needs_none(tmp_path: Path, capfd) -> None:
    program = 'import requests\n\nrequests.get("https://api.hubapi.com/crm/v3/objects/deals")\n'
    assert needed(program, tmp_path, capfd)[0] == []

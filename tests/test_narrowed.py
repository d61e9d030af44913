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


# -- command lines -----------------------------------------------------------------------------------------------------

HEAD_OF_COMMANDS = """import argparse
import os

import click
import requests

KINDS = ("deals", "tickets")


def rows(kind):
    key = os.environ["HUBSPOT_API_KEY"]
    return requests.get(f"https://api.hubapi.com/crm/v3/objects/{kind}", params={"hapikey": key})


parser = argparse.ArgumentParser()
"""
DEALS_AND_TICKETS = (["crm.objects.deals.read", "tickets"], True)


@pytest.mark.parametrize(
    "command",
    [
        'parser.add_argument("kind", choices=["deals", "tickets"])\nrows(parser.parse_args().kind)\n',
        'parser.add_argument("kind", choices=KINDS)\ngiven, left = parser.parse_known_args()\nrows(given.kind)\n',
        'parser.add_argument("-k", "--the-kind", choices=KINDS)\ngiven = parser.parse_args()\nrows(given.the_kind)\n',
        'parser.add_argument("-k", dest="kind", choices=KINDS, default="deals")\nrows(parser.parse_args().kind)\n',
        'parser.add_argument("kinds", nargs="+", choices=KINDS)\n'
        "for one in parser.parse_args().kinds:\n    rows(one)\n",
        'group = parser.add_argument_group("a")\ngroup.add_argument("kind", choices=KINDS)\n'
        "rows(parser.parse_args().kind)\n",
        'parser.add_argument("kind", choices=KINDS)\nlower = argparse.ArgumentParser(parents=[parser])\n'
        "rows(lower.parse_args().kind)\n",
        "def run(given):\n    rows(given.kind)\n\n\n"
        'one = parser.add_subparsers().add_parser("run")\none.add_argument("kind", choices=KINDS)\n'
        "one.set_defaults(go=run)\ngiven = parser.parse_args()\ngiven.go(given)\n",
        '@click.command()\n@click.argument("kind", type=click.Choice(KINDS))\ndef run(kind):\n    rows(kind)\n',
        '@click.command()\n@click.option("--the-kind", type=click.Choice(["deals", "tickets"]))\n'
        "def run(the_kind):\n    rows(the_kind)\n\n\nrun()\n",
        '@click.command()\n@click.option("-k", "kinds", type=click.Choice(KINDS), multiple=True)\n'
        "def run(kinds):\n    for one in kinds:\n        rows(one)\n",
        '@click.command()\n@click.argument("kinds", type=click.Choice(KINDS), nargs=-1)\n'
        "def run(kinds):\n    for one in kinds:\n        rows(one)\n",
    ],
)
def test_the_choices_of_a_command_line_are_its_values(command: str, tmp_path: Path, capfd) -> None:
    assert needed(HEAD_OF_COMMANDS + command, tmp_path, capfd) == DEALS_AND_TICKETS


@pytest.mark.parametrize(
    "command",
    [
        'parser.add_argument("kind")\nrows(parser.parse_args().kind)\n',
        'parser.add_argument("kind", choices=os.listdir("."))\nrows(parser.parse_args().kind)\n',
        'parser.add_argument("kind")\nparser.add_argument("--how", choices=KINDS)\nrows(parser.parse_args().kind)\n',
        '@click.command()\n@click.argument("kind")\n@click.option("--how", type=click.Choice(KINDS))\n'
        "def run(kind, how):\n    rows(kind)\n",
        '@click.command()\n@click.argument("kind", type=click.Path())\ndef run(kind):\n    rows(kind)\n',
    ],
)
def test_a_command_line_without_choices_leaves_the_question(command: str, tmp_path: Path, capfd) -> None:
    assert needed(HEAD_OF_COMMANDS + command, tmp_path, capfd) == ([], False)


def test_what_two_commands_declare_differently_leaves_the_question(tmp_path: Path, capfd) -> None:
    commands = (
        'both = parser.add_subparsers()\nboth.add_parser("a").add_argument("kind", choices=KINDS)\n'
        'both.add_parser("b").add_argument("kind")\nrows(parser.parse_args().kind)\n'
    )
    assert needed(HEAD_OF_COMMANDS + commands, tmp_path, capfd) == (DEALS_AND_TICKETS[0], False)

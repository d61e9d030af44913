"""Requests on connections that are not encrypted, which become ones that are."""

from __future__ import annotations

import pytest

from migrator.model.edit import Safety
from tests.planning import planned

SENDS = 'def deals(key):\n    made = {}\n    made.request("GET", "/deals/v1/deal/paged?hapikey=" + key)\n'
SENT = (
    "def deals(key):\n    made = {}\n"
    '    made.request("GET", "/deals/v1/deal/paged", headers={{"Authorization": f"Bearer {{key}}"}})\n'
)

MADE = {
    "by the module": (
        "import http.client\n\n\n",
        'http.client.HTTPConnection("api.hubapi.com")',
        'http.client.HTTPSConnection("api.hubapi.com")',
    ),
    "with the port": (
        "import http.client as web\n\n\n",
        'web.HTTPConnection("api.hubapi.com", port=80)',
        'web.HTTPSConnection("api.hubapi.com", port=443)',
    ),
    "with the port in the host": (
        "import http.client\n\n\n",
        'http.client.HTTPConnection("api.hubapi.com:80", timeout=3)',
        'http.client.HTTPSConnection("api.hubapi.com:443", timeout=3)',
    ),
    "by a class in a table": (
        'import http.client\n\nKINDS = {"plain": http.client.HTTPConnection}\n\n\n',
        'KINDS["plain"]("api.hubapi.com")',
        'KINDS["plain"]("api.hubapi.com")',
    ),
    "by its own name": (
        "from http.client import HTTPConnection\n\n\n",
        'HTTPConnection("api.hubapi.com")',
        'HTTPSConnection("api.hubapi.com")',
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_connection_is_encrypted_after_a_look(name: str) -> None:
    top, before, after = MADE[name]
    text = top + SENDS.format(before)
    found = planned(text)
    assert [change.safety for change in found.changes] == [Safety.UNSAFE]
    top = top.replace("HTTPConnection", "HTTPSConnection")
    assert found.applied(Safety.UNSAFE)["app.py"] == top + SENT.replace("{}", after, 1).replace("{{", "{").replace(
        "}}", "}"
    )


LEFT = {
    "another port": ("import http.client\n\n\n", 'http.client.HTTPConnection("api.hubapi.com", 8080)'),
    "a port that is not known": (
        "import http.client\nimport os\n\n\n",
        'http.client.HTTPConnection("api.hubapi.com", int(os.environ["P"]))',
    ),
    "a name that something else uses": (
        'from http.client import HTTPConnection\n\nOTHER = HTTPConnection("example.com")\n\n\n',
        'HTTPConnection("api.hubapi.com")',
    ),
    "a class of its own": (
        "import http.client\n\n\nclass Own(http.client.HTTPConnection):\n    pass\n\n\n",
        'Own("api.hubapi.com")',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_a_connection_that_cannot_be_encrypted_so_is_left(name: str) -> None:
    top, made = LEFT[name]
    assert all(change.safety is Safety.MANUAL for change in planned(top + SENDS.format(made)).changes)

"""Forms in which programs that nobody here wrote send their key: moved, and beside each the twin that stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import equal_but_for_credential, record

from migrator.model.edit import Safety
from tests.planning import planned

TOP = 'import os\nimport requests\n\nKEY = os.environ["HUBSPOT_KEY"]\nBASE = "https://api.hubapi.com"\n'
LISTS = "https://api.hubapi.com/contacts/v1/lists"
SENT = 'headers={"Authorization": f"Bearer {KEY}"}'

URLS = {
    "the name stands in a literal of its own": (
        f'url = ("{LISTS}/?"\n       "hapikey={{}}".format(KEY))\nrequests.get(url)\n',
        f'url = ("{LISTS}/")\nrequests.get(url, {SENT})\n',
    ),
    "a literal is left empty": (
        f'url = ("{LISTS}?"\n       "hapikey=%s&"\n       "count=%d" % (KEY, 9))\nrequests.get(url)\n',
        f'url = ("{LISTS}?"\n       "count=%d" % (9,))\nrequests.get(url, {SENT})\n',
    ),
    "a literal goes on in the next line": (
        f'requests.get("{LISTS}?hapikey=%s\\\n&count=9" % KEY)\n',
        f'requests.get("{LISTS}?count=9", {SENT})\n',
    ),
    "the name stands in the next line": (
        f'requests.get("{LISTS}?\\\nhapikey=%s" % KEY)\n',
        f'requests.get("{LISTS}", {SENT})\n',
    ),
    "a constant ends in the mark": (
        'PATH = "/contacts/v1/lists?"\nrequests.get(BASE + PATH + "hapikey=" + KEY + "&count=9")\n',
        f'PATH = "/contacts/v1/lists?"\nrequests.get(BASE + PATH + "count=9", {SENT})\n',
    ),
    "a constant has a field of its own": (
        'PATH = "/contacts/v1/lists/%d?"\nrequests.get((BASE + PATH + "hapikey=%s") % (7, KEY))\n',
        f'PATH = "/contacts/v1/lists/%d?"\nrequests.get((BASE + PATH) % (7,), {SENT})\n',
    ),
    "a constant is all that names the key, in a sum that is filled in": (
        'LIST = "/contacts/v1/lists/%d?"\nQUERY = "hapikey=%s"\nrequests.get((BASE + LIST + QUERY) % (7, KEY))\n',
        f'LIST = "/contacts/v1/lists/%d?"\nrequests.get((BASE + LIST) % (7,), {SENT})\n',
    ),
    "a constant has more, in sums that are filled in": (
        'LIST = "/contacts/v1/lists/%d?"\nALL = "/contacts/v1/lists?x=1&"\nQUERY = "hapikey=%s&count=%d"\n'
        "requests.get((BASE + LIST + QUERY) % (7, KEY, 2))\nrequests.get((BASE + ALL + QUERY) % (KEY, 2))\n",
        'LIST = "/contacts/v1/lists/%d?"\nALL = "/contacts/v1/lists?x=1&"\nQUERY = "count=%d"\n'
        f"requests.get((BASE + LIST + QUERY) % (7, 2), {SENT})\nrequests.get((BASE + ALL + QUERY) % (2,), {SENT})\n",
    ),
    "a constant opens the query, in a sum that grows": (
        'LIST = "/contacts/v1/lists/%d"\nQUERY = "?hapikey=%s"\n'
        'url = (BASE + LIST + QUERY) % (7, KEY)\nurl += "&count=2"\nrequests.get(url)\n',
        f'LIST = "/contacts/v1/lists/%d"\nurl = (BASE + LIST) % (7,)\nurl += "?count=2"\nrequests.get(url, {SENT})\n',
    ),
    "a mark ends an address with a part of its own, before a query that is encoded": (
        "from urllib.parse import urlencode\n\n\ndef read(form, key):\n"
        '    url = BASE + "/forms/v2/forms/" + form + "?"\n    query = urlencode({"hapikey": key})\n'
        "    address = url + query\n    return requests.get(address)\n\n\nread('7', KEY)\n",
        "from urllib.parse import urlencode\n\n\ndef read(form, key):\n"
        '    url = BASE + "/forms/v2/forms/" + form\n    address = url\n'
        '    return requests.get(address, headers={"Authorization": f"Bearer {key}"})\n\n\nread(\'7\', KEY)\n',
    ),
    "such an address has other uses": (
        "from urllib.parse import urlencode\n\n\ndef read(form, key):\n"
        '    url = f"{BASE}/forms/v2/forms/{form}?"\n    query = urlencode({"hapikey": key})\n'
        "    print(url)\n    return requests.get(url + query)\n\n\nread('7', KEY)\n",
        "from urllib.parse import urlencode\n\n\ndef read(form, key):\n"
        '    url = f"{BASE}/forms/v2/forms/{form}?"\n    print(url)\n'
        '    return requests.get(url, headers={"Authorization": f"Bearer {key}"})\n\n\nread(\'7\', KEY)\n',
    ),
}


@pytest.mark.parametrize("name", URLS)
def test_a_key_leaves_a_url(name: str) -> None:
    before, after = URLS[name]
    found = planned(TOP + before)
    assert found.applied()["app.py"] == TOP + after
    assert planned(found.applied()).changes == ()


HELPERS = {
    "a lambda": (
        f'auth = lambda: {{"hapikey": KEY}}\nrequests.get("{LISTS}", params=auth())\n',
        f'requests.get("{LISTS}", {SENT})\n',
    ),
    "a function whose answer is the second argument": (
        f'def auth():\n    return dict(hapikey=KEY)\n\n\nrequests.get("{LISTS}", auth())\n',
        f'requests.get("{LISTS}", {SENT})\n',
    ),
}


@pytest.mark.parametrize("name", HELPERS)
def test_what_gave_nothing_but_the_key_goes(name: str) -> None:
    before, after = HELPERS[name]
    assert planned(TOP + before).applied()["app.py"] == TOP + after


PROPERTIES = [
    "from boltons.cacheutils import cachedproperty",
    "from sqlalchemy.ext.hybrid import hybrid_property",
    "from tools import memoized_property",
    "from pyramid.decorator import reify",
    "from zope.cachedescriptors.property import Lazy",
]


@pytest.mark.parametrize("line", PROPERTIES)
def test_decorators_of_others_make_properties_too(line: str) -> None:
    client = (
        f"{line}\n\n\nclass Client:\n    @{line.split()[-1]}\n    def lists(self):\n"
        '        return BASE + "/contacts/v1/lists?hapikey=" + KEY\n\n'
        "    def read(self):\n        return requests.get(self.lists)\n"
    )
    after = planned(TOP + client).applied()["app.py"]
    assert f"requests.get(self.lists, {SENT})" in after


def test_a_decorator_that_is_no_property_leaves_a_method_to_be_called() -> None:
    client = (
        "from tools import cached\n\n\nclass Client:\n    @cached\n    def lists(self):\n"
        '        return BASE + "/contacts/v1/lists?hapikey=" + KEY\n\n'
        "    def read(self):\n        return requests.get(self.lists())\n"
    )
    assert f"requests.get(self.lists(), {SENT})" in planned(TOP + client).applied()["app.py"]


READ = {
    "from a file, with the end of its line": (
        'with open("key.txt") as file:\n    key = file.readline()\n',
        "{key.strip()}",
    ),
    "from a file, stripped": ('key = open("key.txt").read().strip()\n', "{key}"),
    "from a file, as bytes": ('key = open("key.txt", "rb").read().strip()\n', "{key.decode()}"),
    "from a path, as bytes": (
        'import pathlib\nkey = pathlib.Path("key.txt").read_bytes()\n',
        "{key.decode().strip()}",
    ),
    "from a file, as bytes that are decoded": ('key = open("key.txt", "rb").read().decode().strip()\n', "{key}"),
    "as bytes": ("key = KEY.encode()\n", "{key.decode()}"),
    "from base64": ("import base64\nkey = base64.b64decode(KEY)\n", "{key.decode()}"),
    "from base64, decoded": ("import base64\nkey = base64.b64decode(KEY).decode()\n", "{key}"),
    "from a program": (
        'import subprocess\nkey = subprocess.check_output(["cat", "key.txt"])\n',
        "{key.decode().strip()}",
    ),
    "from a program, as text": (
        'import subprocess\nkey = subprocess.check_output(["cat", "key.txt"], text=True).strip()\n',
        "{key}",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_header_gets_the_key_as_text_without_the_end_of_its_line(name: str) -> None:
    reading, written = READ[name]
    after = planned(TOP + reading + f'requests.get("{LISTS}", params={{"hapikey": key}})\n').applied()["app.py"]
    assert after == TOP + reading + f'requests.get("{LISTS}", headers={{"Authorization": f"Bearer {written}"}})\n'


def test_what_is_encoded_for_the_query_alone_is_not_encoded_for_the_header() -> None:
    found = planned(TOP + f'requests.get("{LISTS}", params={{"hapikey": KEY.encode()}})\n')
    assert found.applied()["app.py"] == TOP + f'requests.get("{LISTS}", {SENT})\n'


def test_a_key_that_is_bytes_on_one_way_alone_is_left_to_a_person() -> None:
    text = TOP + f'key = KEY.encode() if len(KEY) > 9 else KEY\nrequests.get("{LISTS}", params={{"hapikey": key}})\n'
    (change,) = planned(text).changes
    assert (change.safety, "bytes or text" in (change.reason or "")) == (Safety.MANUAL, True)


def test_python_2_knows_no_other_text() -> None:
    text = TOP + f'print "x"\nkey = KEY.encode("utf-8")\nrequests.get("{LISTS}", params={{"hapikey": key}})\n'
    assert '"Bearer %s" % key}' in planned(text).applied()["app.py"]


@pytest.mark.parametrize(
    "other", ["print(QUERY)\n", 'requests.get((BASE + "/owners/v2/owners?" + QUERY).replace("%s", KEY))\n']
)
def test_a_constant_that_is_not_only_filled_in_stays(other: str) -> None:
    text = TOP + 'LIST = "/contacts/v1/lists?"\nQUERY = "hapikey=%s"\nrequests.get((BASE + LIST + QUERY) % KEY)\n'
    assert planned(text + other).applied()["app.py"] == text + other


STAYING = {
    "a lambda that is handed on": (
        f'auth = lambda: {{"hapikey": KEY}}\nprint(auth)\nrequests.get("{LISTS}", params=auth())\n',
        "auth = lambda: {}\n",
    ),
    "a lambda that other code asks": (
        f'auth = lambda: {{"hapikey": KEY}}\nprint(len(auth()))\nrequests.get("{LISTS}", params=auth())\n',
        "auth = lambda: {}\n",
    ),
    "a wrapper that has to be given something": (
        "def auth():\n    return {'hapikey': KEY}\n\n\ndef call(path, params):\n"
        "    return requests.get(BASE + path, params=params)\n\n\ncall('/contacts/v1/lists', params=auth())\n",
        "call('/contacts/v1/lists', params=auth())\n",
    ),
}


@pytest.mark.parametrize("name", STAYING)
def test_what_is_used_for_more_stays_without_the_key(name: str) -> None:
    before, kept = STAYING[name]
    after = planned(TOP + before).applied(Safety.UNSAFE)["app.py"]
    assert kept in after
    assert "hapikey" not in after


def test_a_query_that_is_empty_without_the_key_is_empty_text_where_the_url_is_ready_for_it() -> None:
    text = (
        "import requests, urllib.parse\n\n\ndef read(key, token):\n    if key is not None:\n"
        "        query = urllib.parse.urlencode({'hapikey': key})\n        headers = {}\n    else:\n"
        "        query = ''\n        headers = {'Authorization': f'Bearer {token}'}\n"
        f"    return requests.get('{LISTS}?' + query, headers=headers)\n"
    )
    after = planned(text).applied()["app.py"]
    assert "        query = ''\n        headers = {'Authorization': f'Bearer {key}'}\n    else:" in after


def test_the_fields_of_what_is_not_known_are_not_counted() -> None:
    text = TOP + "def read(path, key):\n    return requests.get((BASE + path + '?hapikey=%s&id=%s') % (key, path))\n"
    found = planned(text)
    assert found.applied()["app.py"] == text
    assert "% (path,), headers=" in found.applied(Safety.UNSAFE)["app.py"]


def test_a_wrapper_that_is_given_host_and_key_is_handed_the_header_whatever_makes_its_parameters() -> None:
    wrapper = "def call(url, params):\n    return requests.get(url, params=params)\n\n\n"
    helper = "def auth():\n    return {'hapikey': KEY}\n\n\n"
    for given in ("auth()", "{'hapikey': KEY}"):
        found = planned(TOP + wrapper + helper + f"call('{LISTS}', {given})\n")
        assert [change.safety for change in found.changes] == [Safety.SAFE]
        after = found.applied()["app.py"]
        assert "requests.get(url, params=params, headers=headers)" in after
        assert after.endswith(", headers={'Authorization': f'Bearer {KEY}'})\n")


def test_a_key_of_another_vendor_stays_in_the_source() -> None:
    ours, theirs = "c911862e-72ad-43c8-8731-b66320987e54", "8a5ef4b2-6b10-4c2f-9d7e-0c1f2a3b4c5d"
    text = (
        f"import requests\n\nTHEIRS = '{theirs}'\nOURS = '{ours}'\n"
        "requests.get('https://api.example.com/visits?access_token=' + THEIRS)\n"
        "requests.get('https://api.example.com/visits', headers={'Authorization': 'Bearer ' + THEIRS})\n"
        f"requests.get('{LISTS}?hapikey=' + OURS)\n"
    )
    after = planned(text).applied(Safety.UNSAFE)["app.py"]
    assert f"THEIRS = '{theirs}'\nOURS = os.environ['HUBSPOT_ACCESS_TOKEN']\n" in after


def test_a_key_that_goes_to_another_vendor_as_well_stays_in_the_source() -> None:
    key = "c911862e-72ad-43c8-8731-b66320987e54"
    text = (
        f"import requests\n\nKEY = '{key}'\nrequests.get('{LISTS}?hapikey=' + KEY)\n"
        "requests.get('https://api.example.com/visits?access_token=' + KEY)\n"
    )
    assert f"KEY = '{key}'\n" in planned(text).applied(Safety.UNSAFE)["app.py"]


PROGRAMS = {name: before for forms in (URLS, HELPERS) for name, (before, _) in forms.items()} | {
    name: reading + f'requests.get("{LISTS}", params={{"hapikey": key}})\n' for name, (reading, _) in READ.items()
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_moved_sends_the_same(name: str, tmp_path: Path) -> None:
    text = TOP + PROGRAMS[name]
    key = "aGFwaWtleQ==" if "base64" in name else "k-1"
    sent = []
    for state, code in (("before", text), ("after", planned(text).applied()["app.py"])):
        folder = tmp_path / state
        folder.mkdir()
        (folder / "app.py").write_text(code)
        (folder / "key.txt").write_text("k-1")  # with the end of a line the key never worked
        sent.append(record(folder, "app.py", env={"HUBSPOT_KEY": key}))
    before, after = sent
    assert before
    assert equal_but_for_credential(before, after) == ()

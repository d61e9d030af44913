"""Changes that would alter what the program sends or does, and are therefore not offered as safe."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from planning import planned

from migrator.migration import migrate
from migrator.model.edit import Safety
from migrator.rewrite.entries import Switch
from migrator.settings import Settings

TOP = 'import os\n\nimport requests\n\nKEY = os.environ["HUBSPOT_API_KEY"]\nDEALS = "https://api.hubapi.com/crm/v3/objects/deals"\n\n\n'
SENT = 'query = {"hapikey": KEY, "limit": 5}\nrequests.get(DEALS, params=query)\n'
IN_URL = 'url = DEALS + "?hapikey=" + KEY\nrequests.get(url)\n'


def safeties(text: str) -> set[Safety]:
    return {change.safety for change in planned(TOP + text).changes}


@pytest.mark.parametrize("text", [SENT, IN_URL], ids=["in a mapping", "in the URL"])
def test_a_key_that_nobody_asks_for_again_is_moved(text: str) -> None:
    assert safeties(text) == {Safety.SAFE}


@pytest.mark.parametrize(
    "read",
    [
        'del query["hapikey"]',
        'print(query["hapikey"][:4])',
        'query.pop("hapikey")',
        'assert "hapikey" in query',
        'if "hapikey" not in query:\n    raise SystemExit(1)',
        'if not query.get("hapikey"):\n    raise ValueError("no key")',
    ],
)
def test_a_key_that_is_taken_from_the_mapping_later_stays(read: str) -> None:
    found = planned(TOP + SENT + read + "\n")
    assert Safety.SAFE not in {change.safety for change in found.changes}
    assert all(change.reason for change in found.changes)


@pytest.mark.parametrize(
    "read",
    [
        'assert "hapikey=" in url',
        "assert KEY in url",
        'log = url.split("hapikey=")[1]',
        'base, _, tail = url.partition("?hapikey=")',
        'if "hapikey" not in url:\n    raise SystemExit(1)',
    ],
)
def test_a_key_that_is_looked_for_in_the_url_later_stays(read: str) -> None:
    assert Safety.SAFE not in safeties(IN_URL + read + "\n")


@pytest.mark.parametrize(
    "read",
    [
        'del query["limit"]',
        'assert "limit" in query',
        'if "limit" not in query:\n    raise SystemExit(1)',
        'print(query["limit"], query.get("offset"))',
        "query.update(offset=2)\nassert isinstance(query, dict)",
        "names = [name for name in query]\nrows = dict(query)",
        'logging.getLogger("sync").debug("sent %s", query)\nlogging.info(f"sent {query}")',
        'if not query:\n    raise RuntimeError(f"nothing in {query}")',
        "if query is not None:\n    copied = {**query}",
    ],
)
def test_what_stays_may_be_read_later(read: str) -> None:
    assert safeties("import logging\n" + SENT + read + "\n") == {Safety.SAFE}


DUMPED = """import json


def note(found):
    open("last", "w").write(f"{found}")


note(json.dumps(query))
"""
LOOKS = {
    "joined": 'open("-".join(query), "w").write("x")',
    "hashed": "import hashlib\nname = hashlib.md5(str(sorted(query.items())).encode()).hexdigest()",
    "counted": "assert len(query) < 9",
    "counted one by one": "n = 0\nfor one in query:\n    n += 1",
    "counted by a comprehension": "n = sum(1 for _ in query)",
    "without the names": "total = sum(len(str(v)) for k, v in query.items())",
    "values": "wanted = list(query.values())",
    "dumped": 'import json\nopen("last.json", "w").write(json.dumps(query))',
    "compared": "from state import last\nif query == last:\n    raise SystemExit(0)",
    "printed": "print(query)",
    "dumped by a function": DUMPED,
    "given away": "import tool\ntool.remember(query)",
    "given away by name": "import tool\ntool.remember(**query)",
    "written as text": 'open("log.txt", "a").write(f"{query}\\n")',
}
URL_LOOKS = {
    "measured": "assert len(url) < 2000",
    "hashed": "import hashlib\nname = hashlib.sha1(url.encode()).hexdigest()",
    "a cache": "cache = {}\nif url in cache:\n    raise SystemExit(0)",
    "from a cache": "from state import cache\nrow = cache[url]",
    "compared": "from state import last\nif url == last:\n    raise SystemExit(0)",
    "cut by place": "name = url[20:]",
    "counted": 'n = url.count("&")',
    "matched": 'import re\nname = re.sub(r"[^a-z]", "_", url)',
    "printed": "print(url)",
    "printed into a file": 'print(url, file=open("urls.txt", "a"))',
    "written to the output": "import sys\nsys.stdout.write(url)",
    "given away": "import tool\ntool.shorten(url)",
    "in a file": 'open("urls.txt", "a").write(url)',
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_looks_at_the_mapping_in_another_way_makes_a_change_unsafe(look: str) -> None:
    [change] = planned(TOP + SENT + look + "\n").changes
    assert change.safety is Safety.UNSAFE
    assert change.proof is not None and change.proof.ok
    assert "of app.py looks at what the key is taken out of" in str(change.reason)


@pytest.mark.parametrize("look", URL_LOOKS.values(), ids=URL_LOOKS)
def test_what_looks_at_the_url_in_another_way_makes_a_change_unsafe(look: str) -> None:
    [change] = planned(TOP + IN_URL + look + "\n").changes
    assert change.safety is (Safety.MANUAL if "shorten" in look else Safety.UNSAFE)  # which may send it


@pytest.mark.parametrize(
    "read",
    [
        'assert url.startswith("https://")',
        "from urllib.parse import urlsplit\nhost = urlsplit(url).netloc",
        'path = url.split("?")[0]',
        "start = url[:8]",
        'print("sending", DEALS)',
        "import logging\nlogging.warning(url)",
        'import sys\nsys.stderr.write("asking " + url)',
        "import sys\nprint(url, file=sys.stderr)",
        "import warnings\nwarnings.warn(url)",
    ],
)
def test_what_no_key_decides_may_be_read_of_the_url(read: str) -> None:
    assert safeties(IN_URL + read + "\n") == {Safety.SAFE}


ASKED = 'answer = requests.get(DEALS, params={"hapikey": KEY, "limit": 5})\n'
ANSWER_LOOKS = {
    "kept": "import tool\ntool.keep(answer.url)",
    "cut": 'answer.url.split("hapikey=")',
    "compared": 'same = answer.url == "x"',
    "asked": 'has = "hapikey" in answer.url',
    "its request": "import tool\ntool.keep(answer.request.url)",
    "in a text": 'import tool\ntool.keep(f"from {answer.url}")',
    "a part": "tail = answer.url[40:]",
    "its history": "import tool\ntool.keep([one.url for one in answer.history])",
    "sent again": 'requests.get(answer.url + "&offset=5")',
}


@pytest.mark.parametrize("look", ANSWER_LOOKS.values(), ids=ANSWER_LOOKS)
def test_what_looks_at_the_url_that_an_answer_tells_makes_a_change_unsafe(look: str) -> None:
    change = planned(TOP + ASKED + look + "\n").changes[0]
    assert change.safety is Safety.UNSAFE
    assert "of app.py looks at what the key is taken out of" in str(change.reason)


@pytest.mark.parametrize(
    "read",
    [
        "import logging\nlogging.info(answer.url)",
        'start = answer.url.startswith("https://")',
        'link = answer.json()["url"].split("?")',
        "verb = answer.request.method",
        "import tool\ntool.keep(answer.status_code)",
        'import tool\ntool.keep(requests.get("https://example.org").url)',
    ],
)
def test_what_no_key_decides_may_be_read_of_an_answer(read: str) -> None:
    assert safeties(TOP + ASKED + read + "\n") == {Safety.SAFE}


def test_a_token_that_other_code_would_see_makes_a_change_unsafe() -> None:
    session = 's = requests.Session()\ns.params = {"hapikey": KEY}\ns.get(DEALS)\n'
    assert safeties(session) == {Safety.SAFE}
    [change] = planned(TOP + session + 'open("sent.txt", "w").write(str(dict(s.headers)))\n').changes
    assert change.safety is Safety.UNSAFE
    assert "would see the token" in str(change.reason)


def test_only_the_change_that_is_felt_becomes_unsafe() -> None:
    other = 'more = {"hapikey": KEY, "limit": 7}\nrequests.get(DEALS + "/7", params=more)\n'
    found = planned(TOP + SENT + other + "assert len(query) < 9\n")
    assert sorted(change.safety for change in found.changes) == [Safety.UNSAFE, Safety.SAFE]
    safe = found.applied(Safety.SAFE)["app.py"]
    assert 'query = {"hapikey": KEY, "limit": 5}' in safe and 'more = {"limit": 7}' in safe


@pytest.mark.parametrize(
    "text",
    [
        's = requests.Session()\ns.params["hapikey"] = KEY\ns.get(DEALS + "?hapikey=" + KEY)\n',
        's = requests.Session()\ns.params = {"hapikey": KEY}\n\n\ndef get(path, **more):\n'
        '    more["hapikey"] = KEY\n    return s.get(DEALS + path, params=more)\n\n\nget("/1", limit=2)\n',
        'def auth():\n    return {"hapikey": KEY}\n\n\nrequests.get(DEALS + "?hapikey=" + KEY, params=auth())\n',
    ],
    ids=["session and URL", "session and call", "call and URL"],
)
def test_a_request_that_is_given_the_key_twice_loses_both_or_none(text: str) -> None:
    found = planned(TOP + text)
    after = found.applied()["app.py"]
    assert ("Bearer" in after) != ("hapikey" in after)


OVERRIDE = """class Account:
    key = KEY

    def auth(self):
        return {"hapikey": self.key}

    def deals(self):
        return requests.get(DEALS, params=self.auth())


class Partner(Account):
    def auth(self):
        return {"hapikey": os.environ["PARTNER_KEY"]}


"""


def test_a_subclass_with_a_key_of_its_own_never_sends_that_of_its_base() -> None:
    for use in ("Account().deals()\nPartner().deals()\n", "for one in (Account(), Partner()):\n    one.deals()\n"):
        found = planned(TOP + OVERRIDE + use)
        assert Safety.SAFE not in {change.safety for change in found.changes}


def test_a_subclass_with_another_path_takes_the_key_of_its_base_along() -> None:
    text = OVERRIDE.replace(
        '    def auth(self):\n        return {"hapikey": os.environ["PARTNER_KEY"]}', '    name = "b"'
    )
    assert safeties(text + "Account().deals()\nPartner().deals()\n") == {Safety.SAFE}


PAGES = """def first(key):
    return DEALS + "?hapikey=" + key


def every():
    {kept}
    tail = ""
    while True:
        page = requests.get({url} + tail).json()
        if not page.get("more"):
            return
        tail = "{mark}after=" + str(page["after"])


every()
"""


def test_pages_that_a_caller_appends_follow_a_question_mark() -> None:
    found = planned(TOP + PAGES.format(kept="start = first(KEY)", url="start", mark="&"))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert 'start + tail.replace("&", "?", 1)' in found.applied()["app.py"]


def test_a_key_that_only_a_developer_endpoint_takes_is_not_read_from_the_new_name() -> None:
    text = TOP.replace('os.environ["HUBSPOT_API_KEY"]', '"7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f"')
    hooks = 'requests.get("https://api.hubapi.com/webhooks/v3/7/subscriptions", params={"hapikey": KEY})\n'
    assert planned(text + hooks).changes == ()
    assert [change.kind for change in planned(text + IN_URL).changes].count("extract_literal") == 1


GUARDS = {
    "a question": '    if "hapikey" not in query:\n        query["hapikey"] = KEY\n',
    "setdefault": '    query.setdefault("hapikey", KEY)\n',
}


@pytest.mark.parametrize("guard", GUARDS.values(), ids=GUARDS)
def test_a_guard_that_no_caller_triggers_goes_with_the_key(guard: str) -> None:
    text = f"def get(path, query):\n{guard}    return requests.get(DEALS + path, params=query)\n\n\n"
    called = planned(TOP + text + 'get("/1", {"a": 1})\n')
    assert {change.safety for change in called.changes} == {Safety.SAFE}
    assert "hapikey" not in called.applied()["app.py"]
    assert Safety.SAFE not in safeties(text)


def test_a_guard_that_a_caller_triggers_stays_and_the_header_comes_under_it() -> None:
    own = 'get("/1", {"hapikey": os.environ["PARTNER_KEY"]})\nget("/2", {})\n'
    text = "def get(path, query):\n%s    return requests.get(DEALS + path, params=query)\n\n\n" + own
    after = planned(TOP + text % GUARDS["a question"]).applied()["app.py"]
    assert 'if "hapikey" not in query:\n        headers["Authorization"] = f"Bearer {KEY}"' in after
    assert own in after
    assert Safety.SAFE not in safeties(text % GUARDS["setdefault"])


RETRY = """def get(path):
    try:
        return requests.get(DEALS + path{first}).json()
    except Exception:
        return requests.get(DEALS + path{second}).json()


get("/1")
"""
KEYED = ', params={"hapikey": KEY}'


def test_a_second_attempt_with_the_same_key_moves_with_the_first() -> None:
    found = planned(TOP + RETRY.format(first=KEYED, second=KEYED))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert "hapikey" not in found.applied()["app.py"]


def test_a_key_that_is_sent_after_a_token_was_refused_is_left_to_a_person() -> None:
    attempt = ', headers={"Authorization": "Bearer " + os.environ["TOKEN"]}'
    assert safeties(RETRY.format(first=attempt, second=KEYED)) == {Safety.MANUAL}


NEXT = """def get(url):
    return requests.get(url, params={{"hapikey": {key}}}).json()


def every():
    page = get(DEALS)
    while page.get("next"):
        page = get(page["next"])


every()
"""


def test_a_link_out_of_an_answer_does_not_keep_the_others_from_moving() -> None:
    found = planned(TOP + NEXT.format(key="KEY"))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert "hapikey" not in found.applied()["app.py"]


def test_a_path_that_is_not_known_is_trusted_as_far_as_the_key_is() -> None:
    wrapper = 'def get(path):\n    return requests.get("https://api.hubapi.com" + path, params={"hapikey": KEY})\n\n\n'
    assert safeties(wrapper) == {Safety.UNSAFE}
    assert safeties(wrapper + 'requests.get(DEALS, params={"hapikey": KEY})\n') == {Safety.SAFE}
    hooks = 'requests.get("https://api.hubapi.com/webhooks/v3/7/subscriptions", params={"hapikey": KEY})\n'
    assert safeties(wrapper + IN_URL + hooks) == {Safety.SAFE, Safety.UNSAFE}


ARMS = """def call(path, method="GET", **body):
    url = DEALS + path + "?hapikey=" + KEY
    headers = {"accept": "application/json"}
    if method == "GET":
        return requests.get(url, headers=headers, params=body)
    if method == "POST":
        return requests.post(url, headers=headers, json=body)
    if method == "PATCH":
        return requests.patch(url, headers=headers, json=body)


"""


def offered(files: dict[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Returns the files after the safe changes of a whole migration, and each change with its safety."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        done = migrate(Settings(paths=(folder,)), write=True)
        after = {name: Path(folder, name).read_text() for name in files}
    return after, [(change.safety, change.reason or "") for change in done.report.changes]


def test_an_arm_that_no_caller_takes_gets_the_header_too() -> None:
    after, changes = offered({"app.py": TOP + ARMS + 'call("/1", "POST", name="x")\n'})
    assert [safety for safety, _ in changes] == ["safe"]
    assert "hapikey" not in after["app.py"]


def test_a_function_that_nobody_calls_is_trusted_as_far_as_the_key_is() -> None:
    anywhere = ARMS.replace("DEALS + path", '"https://api.hubapi.com" + path')
    _, changes = offered({"app.py": TOP + anywhere})
    assert [safety for safety, _ in changes] == ["unsafe"]


def test_an_attribute_of_the_same_name_of_another_class_is_another_thing() -> None:
    own = (
        "class Contacts:\n    def __init__(self, key):\n"
        '        self.params = {"hapikey": key}\n        self.sent = {"accept": "application/json"}\n\n'
        "    def all(self):\n        return requests.get(DEALS, headers=self.sent, params=self.params)\n\n\n"
        "Contacts(KEY).all()\n"
    )
    other = (
        "import requests\n\n\nclass Crud:\n    def __init__(self, base, headers):\n        self.base = base\n"
        "        self.sent = headers\n\n    def get(self, uid):\n"
        '        return requests.get(f"{self.base}/{uid}", headers=self.sent)\n'
    )
    after, changes = offered({"app.py": TOP + own, "crud.py": other})
    assert [safety for safety, _ in changes] == ["safe"]
    assert "hapikey" not in after["app.py"]
    assert after["crud.py"] == other


def test_a_helper_that_gave_nothing_but_the_key_goes_with_its_uses() -> None:
    helper = 'def auth():\n    return {"hapikey": KEY}\n\n\n'
    uses = "requests.get(DEALS, params=auth())\nrequests.get(DEALS + '/1', params=auth())\n"
    after = planned(TOP + helper + uses).applied()["app.py"]
    assert "auth" not in after.replace("Authorization", "")
    assert after.count("Bearer") == 2
    kept = planned(TOP + helper + uses + "print(auth())\n").applied()["app.py"]
    assert "def auth():" in kept


SEPARATED = """def get(path):
    mark = "&" if "?" in path else "?"
    url = {url}
    return requests.get(url{more})


get("/1")
get("/2?archived=true")
"""


@pytest.mark.parametrize(
    ("url", "after"),
    [
        ('DEALS + path + mark + "hapikey=" + KEY', "DEALS + path"),
        ('f"{DEALS}{path}{mark}hapikey={KEY}"', 'f"{DEALS}{path}"'),
        ('DEALS + path + mark + "hapikey=" + KEY + "&limit=5"', 'DEALS + path + mark + "limit=5"'),
    ],
)
def test_a_mark_that_the_url_asks_for_goes_with_the_key_unless_more_follows(url: str, after: str) -> None:
    found = planned(TOP + SEPARATED.format(url=url, more=""))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    text = found.applied()["app.py"]
    assert f"url = {after}\n" in text
    assert ("mark =" in text) == ("mark" in after)


GONE = {
    "a copy of itself": "def ask(params=None):\n    params = {**(params or {}), 'hapikey': KEY}\n",
    "a copy by a call": "def ask(**params):\n    params = dict(params, hapikey=KEY)\n",
    "an update": "AUTH = {'hapikey': KEY}\n\n\ndef ask(**params):\n    params.update(AUTH)\n",
    "a spread": "AUTH = {'hapikey': KEY}\n\n\ndef ask(**params):\n    params = {**AUTH, **params}\n",
    "a spread into a call": "AUTH = {'hapikey': KEY}\n\n\ndef ask(**params):\n    params = dict(params, **AUTH)\n",
}


@pytest.mark.parametrize("head", GONE.values(), ids=GONE)
def test_what_only_put_the_key_in_leaves_nothing_behind(head: str) -> None:
    text = TOP + head + "    return requests.get(DEALS, params=params)\n\n\nask()\nask(**{'params': {'a': 1}})\n"
    if "**params" in head:
        text = text.replace("ask(**{'params': {'a': 1}})", "ask(a=1)")
    found = planned(text)
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    after = found.applied()["app.py"]
    assert after.count("params") == 3 + ("'params'" in text)
    assert "AUTH" not in after


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (GONE["a copy of itself"] + "    params['limit'] = 2\n", "params = {**(params or {})}"),
        (GONE["a copy by a call"] + "    note(params)\n", "params = dict(params)"),
        (GONE["an update"].replace("def ask", "print(AUTH)\n\n\ndef ask"), "params.update(AUTH)"),
    ],
    ids=["changed later", "handed on", "read elsewhere"],
)
def test_a_copy_that_is_more_than_a_copy_stays(head: str, kept: str) -> None:
    note = "def note(params):\n    params['seen'] = 1\n\n\n"
    text = TOP + note + head + "    return requests.get(DEALS, params=params)\n\n\nask()\n"
    assert kept in planned(text).applied(Safety.UNSAFE)["app.py"]


NAMED = {
    "a text with fields": ('f"{DEALS}/{n}?{NAME}={KEY}"', 'f"{DEALS}/{n}"'),
    "more behind": ('f"{DEALS}/{n}?{NAME}={KEY}&limit=2"', 'f"{DEALS}/{n}?limit=2"'),
    "more before": ('f"{DEALS}/{n}?limit=2&{NAME}={KEY}"', 'f"{DEALS}/{n}?limit=2"'),
    "a sum": ('DEALS + "?" + NAME + "=" + KEY', "DEALS"),
    "a template": ('"{}/{}?{}={}".format(DEALS, n, NAME, KEY)', '"{}/{}".format(DEALS, n)'),
}


@pytest.mark.parametrize(("url", "after"), NAMED.values(), ids=NAMED)
def test_a_name_of_the_key_that_is_a_constant_goes_out_of_texts(url: str, after: str) -> None:
    found = planned(f'{TOP}NAME = "hapikey"\n\n\ndef ask(n):\n    return requests.get({url})\n\n\nask(1)\n')
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    text = found.applied()["app.py"]
    assert f"requests.get({after}, headers=" in text
    assert "NAME" not in text


def test_a_name_of_the_key_that_more_than_one_value_follows_stays() -> None:
    for url in ('f"{DEALS}?{NAME}={KEY}{n}"', 'f"{DEALS}?{NAME}{n}={KEY}"', 'f"{DEALS}?{NAME}=x{KEY}"'):
        found = planned(f'{TOP}NAME = "hapikey"\n\n\ndef ask(n):\n    return requests.get({url})\n\n\nask(input())\n')
        assert Safety.SAFE not in {change.safety for change in found.changes}, url


QUERIES = {
    "a sum": ('DEALS + "?" + query', "DEALS"),
    "a text with fields": ('f"{DEALS}?{query}"', "DEALS"),
    "a template": ('"{}?{}".format(DEALS, query)', "DEALS"),
    "more before": ('DEALS + "?limit=2&" + query', 'DEALS + "?limit=2"'),
    "a variable of its own": ("start + query", "start"),
    "a constant of several": ("ALL + query", "ALL"),
}


@pytest.mark.parametrize(("url", "after"), QUERIES.values(), ids=QUERIES)
def test_a_query_that_held_nothing_but_the_key_goes_with_its_mark(url: str, after: str) -> None:
    head = f'from urllib.parse import urlencode\n\n{TOP}ALL = DEALS + "?"\n\n\n'.replace(
        'DEALS + "?"', '"https://api.hubapi.com/crm/v3/owners?"'
    )
    body = '    start = "https://api.hubapi.com/crm/v3/owners?"\n    query = urlencode({"hapikey": KEY})\n'
    use = f'def ask():\n{body}    return requests.get({url})\n\n\nask()\nrequests.get(ALL + "limit=1")\n'
    found = planned(head + use)
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    text = found.applied()["app.py"]
    assert f"requests.get({after}, headers=" in text
    assert "query" not in text.partition("def ask")[2]
    assert ('start = "https://api.hubapi.com/crm/v3/owners"' in text) is (after == "start")


@pytest.mark.parametrize(
    "more",
    [
        'query += "&limit=2"\n    url = DEALS + "?" + query',
        'url = DEALS + "?" + query + "&limit=2"',
        "url = address(DEALS, query)",
    ],
)
def test_a_query_that_more_is_put_to_stays(more: str) -> None:
    head = "from urllib.parse import urlencode\n\n" + TOP + 'def address(*parts):\n    return "?".join(parts)\n\n\n'
    body = f'    query = urlencode({{"hapikey": KEY}})\n    {more}\n    return requests.get(url)\n\n\nask()\n'
    assert "Authorization" not in planned(head + "def ask():\n" + body).applied()["app.py"]


@pytest.mark.parametrize("name", ["README.md", "export.sh"])
def test_a_key_that_is_written_in_a_command_is_not_made_a_token(name: str) -> None:
    command = 'curl "https://api.hubapi.com/crm/v3/owners?limit=1&hapikey={}"\n'
    text = f"```sh\n{command}```\n" if name.endswith(".md") else command
    for value in ("$HUBSPOT_API_KEY", "YOUR_KEY"):
        after, [(safety, _)] = offered({name: text.format(value)})
        assert safety == "safe" and f"Authorization: Bearer {value}" in after[name]
    written = text.format("7c1f3e22-9b4a-4d5e-8c6f-0a1b2c3d4e5f")
    after, [(safety, reason)] = offered({name: written})
    assert (safety, after[name]) == ("manual", written)
    assert "a variable or a placeholder" in reason


TWO_WAYS = """TOKEN = os.environ.get("HUBSPOT_TOKEN")


def deals(limit):
    headers = {{}}
    params = {{"limit": limit}}
{chosen}    return requests.get(DEALS, params=params, headers=headers)


deals(1)
deals(os.environ.get("LIMIT"))
"""
SET_HEADER = 'headers["Authorization"] = f"Bearer {TOKEN}"\n'
SET_PARAMETER = 'params["hapikey"] = KEY\n'
EITHER = {
    "else": f"    if TOKEN:\n        {SET_HEADER}    else:\n        {SET_PARAMETER}",
    "the other way round": f"    if KEY:\n        {SET_PARAMETER}    else:\n        {SET_HEADER}",
    "or neither": f"    if TOKEN:\n        {SET_HEADER}    elif limit:\n        {SET_PARAMETER}",
}
BOTH = {
    "two conditions": f"    if TOKEN:\n        {SET_HEADER}    if limit:\n        {SET_PARAMETER}",
    "the key always": f"    {SET_PARAMETER}    if TOKEN:\n        {SET_HEADER}",
}


@pytest.mark.parametrize("chosen", EITHER.values(), ids=EITHER)
def test_the_way_with_the_key_is_moved_where_the_way_with_a_token_is_another(chosen: str) -> None:
    found = planned(TOP + TWO_WAYS.format(chosen=chosen))
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    after = found.applied()["app.py"]
    assert 'headers["Authorization"] = f"Bearer {KEY}"' in after and SET_HEADER in after


@pytest.mark.parametrize("chosen", BOTH.values(), ids=BOTH)
def test_a_key_that_may_travel_beside_a_token_is_not_moved_safely(chosen: str) -> None:
    assert Safety.SAFE not in safeties(TOP + TWO_WAYS.format(chosen=chosen))


def test_a_key_beside_a_token_goes_and_the_token_stays() -> None:
    sent = 'requests.get(DEALS, params={"hapikey": KEY, "limit": 5}, headers={"Authorization": f"Bearer {TOKEN}"})\n'
    found = planned(TOP + 'TOKEN = os.environ["HUBSPOT_TOKEN"]\n' + sent)
    assert [(change.safety, change.proof and change.proof.ok) for change in found.changes] == [(Safety.UNSAFE, True)]
    assert "already sends a Bearer token" in str(found.changes[0].reason)
    after = found.applied(Safety.UNSAFE)["app.py"]
    assert 'requests.get(DEALS, params={"limit": 5}, headers={"Authorization": f"Bearer {TOKEN}"})' in after


CALLS = """{head}requests.get(DEALS, params={{"hapikey": KEY}}, headers={first})
requests.get(DEALS + "/1", params={{"hapikey": KEY, "a": 1}}, headers={second})
"""
HEADERS = 'HEADERS = {"Accept": "text/csv"}\n'


def test_requests_that_share_a_dictionary_of_headers_share_the_entry() -> None:
    found = planned(TOP + CALLS.format(head=HEADERS, first="HEADERS", second="HEADERS"))
    assert [change.safety for change in found.changes] == [Safety.SAFE]
    after = found.applied()["app.py"]
    assert after.count("Authorization") == 1 and after.count("headers=HEADERS)") == 2


@pytest.mark.parametrize(
    ("head", "second", "more"),
    [
        (HEADERS, "HEADERS", 'requests.get("https://example.org", headers=HEADERS)\n'),
        (HEADERS, "HEADERS", 'open("names.txt", "w").write(",".join(HEADERS))\n'),
        (HEADERS, '{"Accept": "text/csv"}', ""),
        (HEADERS, "HEADERS", 'requests.get(DEALS + "/2", params={"limit": 5}, headers=HEADERS)\n'),
        (HEADERS, 'dict(HEADERS, **{"X-App": "sync"})', ""),
    ],
    ids=["another host", "read", "another dictionary", "no key", "a copy"],
)
def test_headers_that_others_use_stay_as_they_are(head: str, second: str, more: str) -> None:
    found = planned(TOP + CALLS.format(head=head, first="HEADERS", second=second) + more)
    assert [change.safety for change in found.changes] == [Safety.SAFE, Safety.SAFE]
    assert HEADERS in found.applied()["app.py"]


def test_requests_with_different_keys_share_no_entry() -> None:
    text = TOP + CALLS.format(head=HEADERS, first="HEADERS", second="HEADERS")
    first, middle, last = text.rpartition('"hapikey": KEY')
    found = planned(first + '"hapikey": os.environ["PARTNER_KEY"]' + last if middle else text)
    assert HEADERS in found.applied(Safety.UNSAFE)["app.py"]


LIBRARY = "from hubspot3 import Hubspot3\nfrom hubspot3.base import BaseClient\n\n\n"
OWN = """class Pipelines(BaseClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def _get_path(self, subpath):
        return f"crm-pipelines/v1/{subpath}"

    def all(self):
        return self._call("pipelines/deals", method="GET")


class Portal:
    def __init__(self, key):
        self.client = Hubspot3(api_key=key)
        self.pipelines = Pipelines(api_key=key)

    def companies(self):
        return self.client.companies.get_all()


portal = Portal(KEY)
portal.companies()
portal.pipelines.all()
"""


@pytest.mark.parametrize(("pin", "safety"), [("hubspot3==3.2.56", "safe"), ("hubspot3", "unsafe")])
def test_clients_of_a_library_are_given_a_token_through_classes_of_the_program(pin: str, safety: str) -> None:
    after, changes = offered({"requirements.txt": f"{pin}\n", "app.py": TOP + LIBRARY + OWN})
    assert [found for found, _ in changes] == [safety, safety]
    assert after["app.py"].count("access_token=key") == (2 if safety == "safe" else 0)


PORTAL = """const hubspot = require("@hubspot/api-client");
const key = process.env.HUBSPOT_API_KEY;
const client = new hubspot.Client({ apiKey: key });

async function patient(options) {
  return client.apiRequest(options);
}

client.crm.contacts.basicApi.getById("1");
module.exports = { patient };
"""
GUARDED = (
    "from urllib.parse import urljoin\n"
    + TOP
    + """
def ask(path, params):
    if "hapikey" not in params:
        params["hapikey"] = KEY
    return requests.get(urljoin("https://api.hubapi.com/", path), params=params)


ask("/crm/v3/objects/deals", {"limit": 2})
ask(input(), {})
"""
)

LOOSE = """
module.exports.note = (find) => find({ path: `/crm/v3/objects/notes/1?hapikey=${key}` });
"""


def test_a_key_that_nothing_is_known_to_send_may_meet_a_token_on_its_way() -> None:
    package = '{"dependencies": {"@hubspot/api-client": "8.0.0"}}'
    _, changes = offered({"package.json": package, "portal.js": PORTAL})
    assert [safety for safety, _ in changes] == ["safe"]
    after, changes = offered({"package.json": package, "portal.js": PORTAL + LOOSE})
    assert "safe" not in {safety for safety, _ in changes}
    assert any("beside the token" in reason for _, reason in changes)
    assert "apiKey: key" in after["portal.js"]


def test_a_guard_that_asks_for_the_key_writes_none() -> None:
    _, changes = offered(
        {"app.py": GUARDED, "test_app.py": "import app\n\n\ndef test_it(host):\n    app.ask(host, {})\n"}
    )
    assert [safety for safety, _ in changes] == ["safe"]
    _, changes = offered(
        {"app.py": GUARDED + 'LOOSE = {"hapikey": KEY}\n\n\ndef other(path):\n    return ask(path, LOOSE)\n'}
    )
    assert "safe" not in {safety for safety, _ in changes}


def test_a_list_that_is_written_as_text_is_looked_at() -> None:
    told = 'def tell(found):\n    with open("sent.log", "a") as file:\n        file.write(f"{found}\\n")\n\n\n'
    ask = 'url = DEALS + "?hapikey=" + KEY\nrequests.get(url)\n'
    for kept in ("[url]", "sorted({url})", "[{'url': url}]", "(url, 1)"):
        assert safeties(told + ask + f"tell({kept})\n") == {Safety.UNSAFE}, kept
    assert safeties(told + ask + 'tell([DEALS, "a=1"])\n') == {Safety.SAFE}
    pairs = 'params = {"limit": 1}\nparams["hapikey"] = KEY\ntell(sorted(params.items()))\n'
    assert safeties(told + pairs + "requests.get(DEALS, params=params)\n") == {Safety.UNSAFE}


def test_a_token_that_other_requests_read_off_the_switched_client_is_told() -> None:
    text = (
        "import os\n\nimport requests\nfrom hubspot import HubSpot\n\n\nclass Crm:\n"
        "    def __init__(self, key=None, token=None):\n        if key:\n"
        "            self.client = HubSpot(api_key=key)\n"
        "        else:\n            self.client = HubSpot(access_token=token)\n\n"
        "    def owner(self, number):\n        return self.client.crm.owners.owners_api.get_by_id(number)\n\n"
        "    def user(self, number):\n        if self.client.access_token is None:\n"
        '            raise ValueError("not with a key")\n'
        '        headers = {"Authorization": f"Bearer {self.client.access_token}"}\n'
        '        return requests.get(f"https://api.hubapi.com/settings/v3/users/{number}", headers=headers)\n\n\n'
        'for crm in (Crm(key=os.environ["HUBSPOT_API_KEY"]), Crm(token=os.environ["PARTNER_TOKEN"])):\n'
        '    crm.owner(4)\nCrm(token=os.environ["PARTNER_TOKEN"]).user(5)\n'
    )
    (change,) = planned(text, switch=Switch(keyword="access_token")).changes
    assert change.safety is Safety.UNSAFE
    assert "sends the token of the same client" in (change.reason or "")


ACCOUNTS = (
    'def sync(accounts):\n    headers = {"Accept": "application/json"}\n    for key, page in accounts:\n'
    '        params = {"page": page}\n        if key:\n            params["hapikey"] = key\n'
    "        requests.get(DEALS, params=params, headers=headers)\n\n\n"
)


def test_a_request_without_a_key_sends_no_empty_token() -> None:
    for last in ("None", "KEY"):
        after = planned(TOP + ACCOUNTS + f"sync([(KEY, 1), ({last}, 2)])\n").applied()["app.py"]
        assert 'if key:\n            auth_headers["Authorization"] = f"Bearer {key}"' in after
        assert "headers={**headers, **auth_headers}" in after


def test_a_header_of_one_round_is_not_sent_in_the_next() -> None:
    for use in ("headers=headers", "**{'headers': headers}"):
        text = ACCOUNTS.replace("if key:", "if page % 2:").replace("headers=headers)", f"{use})")
        after = planned(TOP + text + "sync([(KEY, 1), (KEY, 2)])\n").applied(Safety.UNSAFE)["app.py"]
        assert 'headers["Authorization"]' not in after
        assert "headers = {**headers" not in after


OBJECT = (
    "class Auth:\n    def __init__(self, key):\n        self.key = key\n\n    def __call__(self, params):\n"
    '        params["hapikey"] = self.key\n        return params\n\n\nauth = Auth(KEY)\n\n\n'
    "def ask(**params):\n    return requests.get(DEALS, params=auth(params))\n\n\n"
)
CLOSURE = (
    "def authorizer(key):\n    def authorize(params):\n"
    '        return {"hapikey": key, **params}\n\n    return authorize\n\n\n'
    "authorize = authorizer(KEY)\n\n\n"
    "def ask(**params):\n    return requests.get(DEALS, params=authorize(params))\n\n\n"
)


@pytest.mark.parametrize("text", [OBJECT, CLOSURE], ids=["an object", "a closure"])
def test_a_key_out_of_reach_is_read_from_the_constant_that_has_it(text: str) -> None:
    found = planned(TOP + text + "ask(limit=2)\n")
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert 'headers={"Authorization": f"Bearer {KEY}"})' in found.applied()["app.py"]
    given = text.replace("(KEY)", '(SETTINGS["key"])')
    settings = 'def load():\n    return os.environ["CRM_KEY"]\n\n\nSETTINGS = {"key": load()}\n\n\n'
    found = planned(TOP + settings + given + "ask(limit=2)\n")
    assert {change.safety for change in found.changes} == {Safety.SAFE}
    assert """Bearer {SETTINGS["key"]}""" in found.applied()["app.py"]


@pytest.mark.parametrize(
    "text",
    [
        OBJECT + 'auth = Auth(os.environ["PARTNER_KEY"])\nask(limit=2)\n',
        OBJECT + 'ask(limit=2)\nKEY = os.environ["PARTNER_KEY"]\nask(limit=3)\n',
        CLOSURE.replace("def ask(", "def ask(KEY=None, "),
        CLOSURE.replace("authorizer(KEY)", 'authorizer(os.environ["PARTNER_KEY"])') + "ask(limit=2)\n",
    ],
    ids=["another account", "a constant that changes", "another variable", "another key"],
)
def test_a_constant_that_may_be_another_key_is_not_sent(text: str) -> None:
    assert "Bearer {KEY}" not in planned(TOP + text).applied(Safety.UNSAFE)["app.py"]

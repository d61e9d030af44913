"""The harness that executes programs: it sees what every client sends, and nothing gets past it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from loopback import ProgramError, Recorded, Reply, equal_but_for_credential, record

KEY = "k-1"
URL = "https://api.hubapi.com/contacts/v1/lists?count=5&hapikey=k-1"

PROGRAMS = {
    "requests": f"import requests\nrequests.get('{URL}')\n",
    "httpx": f"import httpx\nhttpx.get('{URL}')\n",
    "httpx, async": f"""
        import asyncio, httpx
        async def main():
            async with httpx.AsyncClient() as client:
                await client.get('{URL}')
        asyncio.run(main())
        """,
    "aiohttp": f"""
        import asyncio, aiohttp
        async def main():
            async with aiohttp.ClientSession() as session:
                async with session.get('{URL}') as response:
                    await response.json()
        asyncio.run(main())
        """,
    "urllib": f"import urllib.request\nurllib.request.urlopen('{URL}').read()\n",
    "urllib3": f"import urllib3\nurllib3.PoolManager().request('GET', '{URL}')\n",
    "http.client": f"""
        import http.client
        connection = http.client.HTTPSConnection('api.hubapi.com')
        connection.request('GET', '{URL.removeprefix("https://api.hubapi.com")}')
        connection.getresponse().read()
        """,
    "pycurl": f"""
        import pycurl
        curl = pycurl.Curl()
        curl.setopt(curl.URL, '{URL}')
        curl.setopt(curl.WRITEFUNCTION, lambda _: None)
        curl.perform()
        """,
    "grequests": f"import grequests\ngrequests.map([grequests.get('{URL}')])\n",
    "tornado": f"""
        from tornado.httpclient import AsyncHTTPClient
        from tornado.ioloop import IOLoop
        IOLoop.current().run_sync(lambda: AsyncHTTPClient().fetch('{URL}'))
        """,
    "treq": f"""
        import treq
        from twisted.internet.task import react
        react(lambda reactor: treq.get('{URL}'))
        """,
}


def run(tmp_path: Path, program: str, **options: object) -> tuple[Recorded, ...]:
    lines = program.strip("\n").splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    (tmp_path / "main.py").write_text("\n".join(line[margin:] for line in lines) + "\n")
    return record(tmp_path, "main.py", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("client", PROGRAMS)
def test_requests_of_every_client_are_seen(tmp_path: Path, client: str) -> None:
    if find_spec(client.partition(",")[0]) is None:
        pytest.skip(f"{client} is not installed")
    (found,) = run(tmp_path, PROGRAMS[client], **({"loaded": ()} if client == "grequests" else {}))
    assert str(found) == f"GET {URL}"
    assert found.query == ("count=5", "hapikey=k-1")


def test_everything_of_a_request_is_seen(tmp_path: Path) -> None:
    program = """
        import requests
        session = requests.Session()
        session.headers["X-Own"] = "1"
        session.put("http://api.hubspot.com:8080/a//b%2Fc?q=%20+&q", json={"a": [1]})
        session.post("https://example.org/upload", files={"f": ("name", b"content")})
        session.patch("https://api.hubapi.com/x", data=iter([b"in ", b"chunks"]))
        session.head("https://api.hubapi.com//x")
        """
    put, post, patch, head = run(tmp_path, program)
    assert (put.method, put.scheme, put.host) == ("PUT", "http", "api.hubspot.com:8080")
    assert (put.path, put.query, put.body) == ("/a//b%2Fc", ("q=%20+", "q"), b'{"a": [1]}')
    assert put.header("x-own") == "1"
    assert b"content" in post.body
    assert patch.body == b"in chunks"
    assert head.target == "//x"


def test_answers_are_scripted(tmp_path: Path) -> None:
    program = """
        import requests
        offset, more = None, True
        while more:
            page = requests.get("https://api.hubapi.com/all", params={"o": offset}).json()
            offset, more = page["vid-offset"], page["has-more"]
        assert requests.post("https://api.hubapi.com/all").status_code == 204
        assert requests.get("https://api.hubapi.com/other").json()["results"] == []
        """
    more = Reply(path="/a*", method="GET", times=2, json={"vid-offset": 7, "has-more": True})
    found = run(tmp_path, program, replies=[more, Reply(path="/all", method="POST", status=204)])
    assert [request.target for request in found] == ["/all", "/all?o=7", "/all?o=7", "/all", "/other"]


def test_redirects_to_other_hosts_are_seen(tmp_path: Path) -> None:
    away = Reply(host="api.hubapi.com", status=302, headers={"Location": "https://example.org/next"})
    found = run(tmp_path, "import requests\nrequests.get('https://api.hubapi.com/x')\n", replies=[away])
    assert [request.host for request in found] == ["api.hubapi.com", "example.org"]


def test_environment_and_paths_reach_the_program(tmp_path: Path) -> None:
    (tmp_path / "src" / "pkg").mkdir(parents=True)
    (tmp_path / "src" / "pkg" / "job.py").write_text(
        "import os, requests, sys\nrequests.get('https://a.org/' + os.environ['WHAT'] + sys.argv[1])\n"
    )
    (found,) = record(tmp_path, "-m pkg.job --all", env={"WHAT": "x"}, path=["src"])
    assert found.path == "/x--all"
    assert not list(tmp_path.rglob("__pycache__"))


@pytest.mark.parametrize(
    "program",
    [
        "import socket\nsocket.socket().connect(('93.184.215.14', 443))",
        "import socket\nsocket.socket(socket.AF_INET6).connect(('2606:2800:21f::1', 443))",
        "import socket\nsocket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('8.8.8.8', 53))",
    ],
)
def test_nothing_leaves_loopback(tmp_path: Path, program: str) -> None:
    with pytest.raises(ProgramError, match=r"not reached|no datagrams"):
        run(tmp_path, program)


def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="KeyError: 'missing'"):
        run(tmp_path, "{}['missing']\n")


def request(target: str = "/x", headers: tuple[tuple[str, str], ...] = (), **parts: object) -> Recorded:
    known = {"method": "GET", "scheme": "https", "host": "api.hubapi.com", "target": target, "headers": headers}
    return Recorded(**(known | parts))  # type: ignore[arg-type]


BEARER = (("Authorization", "Bearer k-1"),)
OLD = request("/x?a=1&hapikey=k-1&b=2", (("Accept", "*/*"),))
NEW = request("/x?a=1&b=2", (("accept", "*/*"), *BEARER))
JSON = (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (request("/x?hapikey=k-1"), request("/x", BEARER)),
        (request("/x?access_token=k-1"), request("/x", BEARER)),
        (request("/x?hapikey=a%2Bb+c"), request("/x", (("Authorization", "Bearer a+b c"),))),
        (request(), request()),
        (
            request(headers=JSON, body=b'{"hapikey": "k-1", "a": 1}'),
            request(headers=(*JSON, *BEARER, ("Content-Length", "7")), body=b'{"a":1}'),
        ),
        (request("/x?hapikey=k-1", (("Authorization", "Bearer "),)), request("/x", BEARER)),
        (
            request("/x?hapikey=k-1", (("Content-Type", "multipart/form-data; boundary=aa"),), body=b"--aa\r\n--aa--"),
            request("/x", (("Content-Type", "multipart/form-data; boundary=bb"), *BEARER), body=b"--bb\r\n--bb--"),
        ),
    ],
)
def test_a_moved_credential_is_equal(old: Recorded, new: Recorded) -> None:
    assert equal_but_for_credential([old], [new]) == ()


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (OLD, OLD, "the key is still sent"),
        (OLD, request("/x?a=1&b=2", (("Accept", "*/*"),)), "Authorization is [], not Bearer"),
        (
            OLD,
            request("/x?a=1&b=2", (("Accept", "*/*"), ("Authorization", "Bearer other"))),
            "not Bearer and the value",
        ),
        (OLD, request("/x?b=2&a=1", (("Accept", "*/*"), *BEARER)), "query was ('a=1', 'b=2'), is ('b=2', 'a=1')"),
        (OLD, request("/x?a=1&b=2", BEARER), "headers lost [('accept', '*/*')], gained []"),
        (OLD, request("/x&a=1&b=2", (("Accept", "*/*"), *BEARER)), "path was '/x', is '/x&a=1&b=2'"),
        (request("/x?hapikey=k-1"), request("/x?", BEARER), "ends in a separator"),
        (request("/x?hapikey=k-1"), request("/x", BEARER, method="POST"), "method was 'GET', is 'POST'"),
        (request("/x?hapikey=k-1"), request("/x", BEARER, host="b.org"), "host was 'api.hubapi.com', is 'b.org'"),
        (request("/x?hapikey=k-1"), request("/x", BEARER, body=b"x"), "body was b'', is b'x'"),
        (request("/x?hapikey=k-1", scheme="http"), request("/x", BEARER, scheme="http"), "over plain HTTP"),
        (request("/x?hapikey=k-1&hapikey=k-2"), request("/x", BEARER), "two different keys"),
        (request("/x?hapikey=k-1", BEARER), request("/x", BEARER), "an Authorization header already"),
        (request(), request(headers=BEARER), "gained [('authorization', 'Bearer k-1')]"),
    ],
)
def test_any_other_difference_is_told(old: Recorded, new: Recorded, difference: str) -> None:
    (found, *_) = equal_but_for_credential([old], [new])
    assert difference in found


def test_a_lost_request_is_told() -> None:
    assert "2 requests became 1" in equal_but_for_credential([OLD, OLD], [NEW])[0]


def test_requests_that_keep_their_key_must_be_the_same() -> None:
    assert equal_but_for_credential([OLD], [OLD], keeps=["/x"]) == ()
    assert equal_but_for_credential([OLD], [NEW], keeps=["/x"]) != ()


def test_requests_at_the_same_time_may_come_in_any_order() -> None:
    olds = [request("/x?hapikey=k-1"), request("/y?hapikey=k-1")]
    news = [request("/y", BEARER), request("/x", BEARER)]
    assert equal_but_for_credential(olds, news) != ()
    assert equal_but_for_credential(olds, news, ordered=False) == ()

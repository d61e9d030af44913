"""Reads the requests that commands send: curl, wget, HTTPie and PowerShell's two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from migrator.carriers import powershell
from migrator.carriers.requests import METHODS, Parts
from migrator.carriers.shell import Command, Word, commands
from migrator.carriers.view import View

COMMANDS = frozenset({"curl", "wget", "httpie", "powershell"})
"""What the clients of such requests are called."""
_CURL_VALUES = frozenset("AbcCdDeEFHKmoPQrtTuUwxXyYzh")
_CURL_NAMED = frozenset({
    "abstract-unix-socket", "alt-svc", "aws-sigv4", "cacert", "capath", "cert", "cert-type", "ciphers", "config",
    "connect-timeout", "connect-to", "continue-at", "cookie", "cookie-jar", "create-file-mode", "curves", "data",
    "data-ascii", "data-binary", "data-raw", "data-urlencode", "delegation", "dns-interface", "dns-servers",
    "doh-url", "dump-header", "engine", "etag-compare", "etag-save", "expect100-timeout", "form", "form-string",
    "header", "hsts", "interface", "ipfs-gateway", "json", "keepalive-time", "key", "key-type", "limit-rate",
    "max-filesize", "max-redirs", "max-time", "netrc-file", "noproxy", "oauth2-bearer", "output", "output-dir",
    "parallel-max", "pass", "pinnedpubkey", "proto", "proto-default", "proto-redir", "proxy", "proxy-user",
    "proxy-header", "quote", "range", "rate", "referer", "request", "request-target", "resolve", "retry",
    "retry-delay", "retry-max-time", "socks5", "socks5-hostname", "speed-limit", "speed-time", "stderr", "tls-max",
    "trace", "trace-ascii", "unix-socket", "upload-file", "url", "url-query", "user", "user-agent", "variable",
    "write-out",
})  # fmt: skip
_DATA = frozenset({"-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--data-urlencode", "--json"})
_FORM = frozenset({"-F", "--form", "--form-string"})
_WGET_VALUES = frozenset("aoOPQtTUBiDIRAXe")
_HTTPIE_VALUES = frozenset({"-a", "--auth", "-A", "--auth-type", "-o", "--output", "-p", "--print", "-s", "--style"})
_HTTPIE_VALUES |= {"--session", "--session-read-only", "--timeout", "--proxy", "--verify", "--cert", "--pretty"}
_ITEM = re.compile(r"(?P<name>[\w.\[\]-]+)(?P<sign>==|:=@|:=|=@|=|:|@)")
_URL = re.compile(r"(?i)(?:https?://|[\w.-]+\.\w{2,}/|\$\{?\w+\}?|%\w+%|\{\{|<)")
_INNER = re.compile(r"(?:^|[\s;&|(])(?:curl|wget|https?|xhs?)\s")
_FUNCTION = re.compile(r"\s*\(\s*\)\s*\{")
_ELSEWHERE = frozenset({"-u", "--user", "-K", "--config", "-n", "--netrc", "--netrc-file"})
"""Options of curl by which a credential comes from elsewhere."""
_IMPLIED = {"-I": "HEAD", "--head": "HEAD", "-T": "PUT", "--upload-file": "PUT"}
_DEEPEST = 6


@dataclass(slots=True, eq=False)
class Sending:
    """One command that sends a request: its parts, and the words that an edit touches.

    ``url`` is the word that holds the URL; ``queries`` are words that hold a parameter, each with the word of its
    option where there is one.
    """

    client: str
    command: Command
    parts: Parts
    url: Word
    queries: list[tuple[Word | None, Word]] = field(default_factory=list)
    extended: bool = False

    @property
    def script(self) -> View:
        """The text that the command is a part of."""
        return self.url.script

    @property
    def has_authorization(self) -> bool:
        """Whether the command already sends an Authorization header, or what can become one."""
        return self.extended or any(name.text.strip().lower() == "authorization" for name, _ in self.parts.headers)


def sendings(script: View, depth: int = 0) -> Iterator[Sending]:
    """Yields each command of a text that sends a request, also those that are the text of another command."""
    for command in _expanded(script):
        found = sending(command)
        if found is not None:
            yield found
            continue
        if depth < _DEEPEST:
            yield from _told_to_a_shell(command, depth)


def _expanded(script: View) -> Iterator[Command]:
    """Yields the commands of a text; a call of a function that hands on all it is given is what that function runs."""
    opened, functions = "", dict[str, list[Word]]()
    for command in commands(script):
        first = command.words[0] if command.words else None
        if first is not None and _FUNCTION.match(script.text, first.end):
            opened = first.text
        handed = next((at for at, word in enumerate(command.words) if word.text in ("$@", "$*")), None)
        if opened and handed is not None:
            functions[opened], opened = [*command.words[:handed], *command.words[handed + 1 :]], ""
        elif first is not None and first.text in functions:
            command.words = [*functions[first.text], *command.words[1:]]
        yield command


def _told_to_a_shell(command: Command, depth: int) -> Iterator[Sending]:
    """Yields the requests in the words that another shell is given to run."""
    for word in command.words:
        if _INNER.search(word.text) and " " in word.text:
            quote = word.quotes[:1]
            form = {"'": "shell-single", '"': "shell-double"}.get(quote, "")
            inner = word.view.inside(form) if form and len(set(word.quotes)) == 1 else replace(word.view, known=False)
            for found in sendings(inner, depth + 1):
                found.command.commented |= command.commented
                yield found


def sending(command: Command) -> Sending | None:
    """Returns the request that a command sends, None where it sends none."""
    for number, word in enumerate(command.words):
        reader = _READERS.get(word.text.lstrip("@+-").rpartition("/")[2].lower().removesuffix(".exe"))
        if reader is not None and (found := reader(command.words[number + 1 :])) is not None:
            found.command = command
            return found
    return None


def _part(word: Word, start: int, end: int | None = None) -> Word:
    end = len(word.text) if end is None else end
    return replace(word, view=word.view.cut(start, end), quotes=word.quotes[start:end])


def header(view: View) -> tuple[View, View]:
    """Returns the name and the value of ``Name: value``."""
    name, colon, value = view.text.partition(":")
    start = len(name) + len(colon) + len(value) - len(value.lstrip())
    return view.cut(0, len(name)), view.cut(start, len(view.text))


def _options(words: list[Word], *, short: frozenset[str], named: Callable[[str], bool]) -> Iterator[_Option]:
    """Yields each option with its value, and each other word, in order."""
    at = 0
    while at < len(words):
        word, text = words[at], words[at].text
        at += 1
        if text.startswith("--") and len(text) > 2:
            name, equals, _ = text.partition("=")
            if equals:
                yield _Option(name, None, _part(word, len(name) + 1))
            elif named(name[2:]) and at < len(words):
                yield _Option(name, word, words[at])
                at += 1
            else:
                yield _Option(name, word, None)
        elif text.startswith("-") and len(text) > 1 and word.quotes[:1] == " ":
            taking = next((i for i, letter in enumerate(text[1:], 1) if letter in short), 0)
            if taking and taking + 1 < len(text):
                yield _Option(f"-{text[taking]}", None, _part(word, taking + 1))
            elif taking and at < len(words):
                yield _Option(f"-{text[taking]}", word, words[at])
                at += 1
            yield from (_Option(f"-{letter}", word, None) for letter in text[1 : taking or None])
        else:
            yield _Option("", None, word)


@dataclass(slots=True, eq=False)
class _Option:
    name: str
    word: Word | None
    value: Word | None


def _curl(words: list[Word]) -> Sending | None:
    options = list(_options(words, short=_CURL_VALUES, named=_CURL_NAMED.__contains__))
    given = [(one.name, one.word, one.value) for one in options if one.value is not None]
    found = _address([value for name, _, value in given if name in ("", "--url")])
    if found is None:
        return None
    names = {one.name for one in options}
    data = [one for one in given if one[0] in _DATA or one[0] == "--url-query"]
    forced = not names.isdisjoint({"-G", "--get"})
    queries = [(word, value) for name, word, value in data if forced or name == "--url-query"]
    bodies = [value.view for name, _, value in data if not forced and name != "--url-query"]
    headers = [value for name, _, value in given if name in ("-H", "--header")]
    parts = Parts(client="curl", url=found.view, headers=[header(one.view) for one in headers], bodies=bodies)
    parts.method = next((value.text.upper() for name, _, value in reversed(given) if name in ("-X", "--request")), "")
    parts.method = parts.method or next((method for name, method in _IMPLIED.items() if name in names), "")
    parts.method = parts.method or ("POST" if bodies or names & _FORM else "GET")
    parts.queries = [value.view for _, value in queries]
    parts.tokens = [value.view for name, _, value in given if name == "--oauth2-bearer"]
    spread = (value for name, _, value in given if name == "" and value is not found)
    parts.open = not names.isdisjoint(_ELSEWHERE) or any(one.text.startswith("$") for one in spread)
    parts.open |= any(one.text.startswith(("$", "@", "%")) and ":" not in one.text for one in headers)
    authorized = not names.isdisjoint(_ELSEWHERE | {"--oauth2-bearer"})
    return Sending("curl", Command(), parts, found, queries, extended=authorized)


def _address(words: list[Word]) -> Word | None:
    """Returns the word that is the URL: one that begins like one, rather with a path than a variable by itself."""
    likely = [word for word in words if _URL.match(word.text)]
    pathed = (word for word in likely if "/" in word.text)
    found = next(pathed, next(iter((*likely, *words)), None))
    return found if found is not None and (_URL.match(found.text) or "." in found.text) else None


def _wget(words: list[Word]) -> Sending | None:
    method, url, bodies, headers = "", None, [], []
    named = {"header", "method", "post-data", "body-data", "output-document", "user-agent", "timeout", "tries"}
    for one in _options(words, short=_WGET_VALUES, named=named.__contains__):
        match one.name:
            case "":
                url = url or one.value
            case "--header" if one.value:
                headers.append(header(one.value.view))
            case "--method" if one.value:
                method = one.value.text.upper()
            case "--post-data" | "--body-data" if one.value:
                bodies.append(one.value.view)
    if url is None or not _URL.match(url.text):
        return None
    method = method or ("POST" if bodies else "GET")
    parts = Parts(client="wget", url=url.view, method=method, headers=headers, bodies=bodies)
    return Sending("wget", Command(), parts, url)


def _httpie(words: list[Word]) -> Sending | None:
    method, url, extended = "", None, False
    queries: list[tuple[Word | None, Word]] = []
    headers: list[tuple[View, View]] = []
    sends = False
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.text.startswith("-"):
            extended |= word.text in ("-a", "--auth", "-A", "--auth-type")
            sends |= word.text in ("-f", "--form")
            at += word.text in _HTTPIE_VALUES
        elif not method and url is None and word.text.upper() in METHODS:
            method = word.text.upper()
        elif url is None:
            url = word
        elif item := _ITEM.match(word.text):
            if item["sign"] == "==":
                queries.append((None, word))
            elif item["sign"] == ":":
                headers.append(header(word.view))
            else:
                sends = True
    if url is None or not (_URL.match(url.text) or url.text.startswith(":")):
        return None
    parts = Parts(client="httpie", url=url.view, method=method or ("POST" if sends else "GET"), headers=headers)
    for _, word in queries:
        sign = word.text.index("==")
        parts.fields.append((word.view.cut(0, sign), word.view.cut(sign + 2, len(word.text))))
    parts.open = extended
    return Sending("httpie", Command(), parts, url, queries, extended=extended)


def _powershell(words: list[Word]) -> Sending | None:
    told = powershell.told(words)
    if told.url is None or not _URL.match(told.url.text):
        return None
    parts = Parts(client="powershell", url=told.url.view, method=told.method or "GET", headers=told.headers)
    parts.fields, parts.filled, parts.open = told.fields, told.filled, told.open
    return Sending("powershell", Command(), parts, told.url, extended=told.headed)


_READERS: Mapping[str, Callable[[list[Word]], Sending | None]] = {
    "curl": _curl,
    "wget": _wget,
    "http": _httpie,
    "https": _httpie,
    "xh": _httpie,
    "xhs": _httpie,
    "invoke-restmethod": _powershell,
    "invoke-webrequest": _powershell,
    "irm": _powershell,
    "iwr": _powershell,
}

"""Reads the requests that commands send: curl, wget, HTTPie and PowerShell's two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

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
_URL = re.compile(r"(?i)(?:https?://|[\w.-]+\.\w{2,}/|\$\{?\w+\}?|\{\{|<)")
_INNER = re.compile(r"(?:^|[\s;&|(])(?:curl|wget|https?|xhs?)\s")
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
    for command in commands(script):
        found = sending(command)
        if found is not None:
            yield found
            continue
        if depth < _DEEPEST:
            yield from _told_to_a_shell(command, depth)


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


def _header(word: Word) -> tuple[View, View]:
    """Returns the name and the value of ``Name: value``."""
    name, colon, value = word.text.partition(":")
    start = len(name) + len(colon) + len(value) - len(value.lstrip())
    return word.view.cut(0, len(name)), word.view.cut(start, len(word.text))


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
    method, urls, data, headers, forced, extended = "", [], [], [], False, False
    forms = False
    for one in _options(words, short=_CURL_VALUES, named=_CURL_NAMED.__contains__):
        match one.name:
            case "" | "--url":
                urls += [one.value] if one.value else []
            case "-X" | "--request":
                method = one.value.text.upper() if one.value else ""
            case "-H" | "--header" if one.value:
                headers.append(_header(one.value))
            case "-G" | "--get":
                forced = True
            case "-I" | "--head":
                method = method or "HEAD"
            case "-T" | "--upload-file":
                method = method or "PUT"
            case "-u" | "--user" | "--oauth2-bearer" | "-K" | "--config":
                extended = True
            case name if name in _DATA or name == "--url-query":
                data += [(name, one.word, one.value)] if one.value else []
            case name if name in _FORM:
                forms = True
    found = next((url for url in urls if _URL.match(url.text)), urls[0] if urls else None)
    if found is None or not (_URL.match(found.text) or "." in found.text):
        return None
    queries = [(word, value) for name, word, value in data if forced or name == "--url-query"]
    bodies = [value.view for name, _, value in data if not forced and name != "--url-query"]
    method = method or ("POST" if bodies or forms else "GET")
    parts = Parts(client="curl", url=found.view, method=method, headers=headers, bodies=bodies)
    parts.queries = [value.view for _, value in queries]
    return Sending("curl", Command(), parts, found, queries, extended=extended)


def _wget(words: list[Word]) -> Sending | None:
    method, url, bodies, headers = "", None, [], []
    named = {"header", "method", "post-data", "body-data", "output-document", "user-agent", "timeout", "tries"}
    for one in _options(words, short=_WGET_VALUES, named=named.__contains__):
        match one.name:
            case "":
                url = url or one.value
            case "--header" if one.value:
                headers.append(_header(one.value))
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
                headers.append(_header(word))
            else:
                sends = True
    if url is None or not (_URL.match(url.text) or url.text.startswith(":")):
        return None
    parts = Parts(client="httpie", url=url.view, method=method or ("POST" if sends else "GET"), headers=headers)
    for _, word in queries:
        sign = word.text.index("==")
        parts.fields.append((word.view.cut(0, sign), word.view.cut(sign + 2, len(word.text))))
    return Sending("httpie", Command(), parts, url, queries, extended=extended)


def _powershell(words: list[Word]) -> Sending | None:
    method, url, extended = "", None, False
    headers: list[tuple[View, View]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        name = word.text.lower()
        if name in ("authorization", "@{authorization") and at + 1 < len(words) and words[at].text == "=":
            headers.append((word.view, words[at + 1].view))
            at += 2
            continue
        if name in ("-uri", "-method", "-body", "-headers", "-contenttype", "-outfile") and at < len(words):
            url = words[at] if name == "-uri" else url
            method = words[at].text.upper() if name == "-method" else method
            extended |= name == "-headers"
            at += not words[at].text.startswith("@{")
        elif not name.startswith("-") and url is None:
            url = word
    if url is None or not _URL.match(url.text):
        return None
    parts = Parts(client="powershell", url=url.view, method=method or "GET", headers=headers)
    return Sending("powershell", Command(), parts, url, extended=extended)


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

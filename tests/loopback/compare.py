"""Compares what a program sends before and after its rewrite."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from loopback.server import Recorded

IN_QUERY = ("hapikey", "access_token")
IN_BODY = ("hapikey",)
IN_HEADERS = ("hapikey",)
EMPTY = ("", "Bearer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bare:
    """A request without the old credential, and the values it had."""

    request: Recorded
    values: tuple[str, ...]
    by_fields: bool = False


def equal_but_for_credential(
    before: Sequence[Recorded], after: Sequence[Recorded], *, keeps: Sequence[str] = (), ordered: bool = True
) -> tuple[str, ...]:
    """Returns how the requests differ in more than that a Bearer header carries the credential now.

    ``keeps`` are patterns of paths whose requests keep the key they have. Without ``ordered``, requests that run at the
    same time may come in any order.
    """
    if len(before) != len(after):
        return (f"{len(before)} requests became {len(after)}:", *map(str, before), "then", *map(str, after))
    if not ordered:
        before, after = sorted(before, key=_order), sorted(after, key=_order)
    return tuple(
        f"request {number} ({old.method} {old.host}{old.path}): {difference}"
        for number, (old, new) in enumerate(zip(before, after, strict=True), start=1)
        for difference in _differences(old, new, keeps)
    )


def _order(request: Recorded) -> tuple[str, ...]:
    bare = _bare(request).request
    return (bare.method, bare.host, bare.path, *bare.query, bare.body.decode("latin-1"))


def _differences(old: Recorded, new: Recorded, keeps: Sequence[str]) -> Iterator[str]:
    was = _bare(old)
    if not was.values or any(fnmatchcase(old.path, pattern) for pattern in keeps):
        yield from _unequal(old, new)
        return
    now = _bare(new)
    if now.values:
        yield "the key is still sent"
    if len(set(was.values)) > 1:
        yield "two different keys were sent"
    if was.request.header("Authorization") is not None:
        yield "there was an Authorization header already"
    found = [value for name, value in new.headers if name.lower() == "authorization"]
    if found != [f"Bearer {was.values[0]}"]:
        yield f"Authorization is {found}, not Bearer and the value of the key"
    if new.scheme != "https":
        yield "the token is sent over plain HTTP"
    if new.target.endswith(("?", "&")) and not was.request.target.endswith(("?", "&")):
        yield f"{new.target!r} ends in a separator"
    rest = _with_fields(now.request, _fields(now.request) or ()) if was.by_fields and not now.by_fields else now.request
    others = tuple((name, value) for name, value in rest.headers if name.lower() != "authorization")
    yield from _unequal(was.request, replace(rest, headers=others))


def _unequal(old: Recorded, new: Recorded) -> Iterator[str]:
    for what in ("method", "scheme", "host", "path", "query"):
        if getattr(old, what) != getattr(new, what):
            yield f"{what} was {getattr(old, what)!r}, is {getattr(new, what)!r}"
    if _body(old) != _body(new):
        yield f"body was {old.body[:200]!r}, is {new.body[:200]!r}"
    was, now = _headers(old), _headers(new)
    if was != now:
        yield f"headers lost {sorted(was - now)}, gained {sorted(now - was)}"


def _headers(request: Recorded) -> frozenset[tuple[str, str]]:
    boundary = _boundary(request)
    return frozenset((name.lower(), value.replace(boundary, "BOUNDARY")) for name, value in request.headers)


def _body(request: Recorded) -> bytes:
    return request.body.replace(_boundary(request).encode(), b"BOUNDARY")


def _boundary(request: Recorded) -> str:
    """Returns the random text between the parts of a multipart body, or something that is not there."""
    found = re.search(r'boundary="?([^";]+)', request.header("Content-Type") or "")
    return found[1] if found else "\0"


def _bare(request: Recorded) -> _Bare:
    query = request.target.partition("?")[2]
    rest = "&".join(part for part in request.query if not _named(part, IN_QUERY))
    headers = tuple((name, value) for name, value in request.headers if not _carries(name, value))
    fields = _fields(request) or ()
    values = [unquote_plus(part.partition("=")[2]) for part in request.query if _named(part, IN_QUERY)]
    values += [value for name, value in request.headers if name.lower() in IN_HEADERS]
    values += [str(value) for name, value in fields if name in IN_BODY]
    target = request.target if rest == query else request.path + ("?" + rest if rest else "")
    bare = replace(request, target=target, headers=headers)
    if any(name in IN_BODY for name, _ in fields):
        bare = _with_fields(bare, [(name, value) for name, value in fields if name not in IN_BODY])
    return _Bare(request=bare, values=tuple(values), by_fields=bare.body != request.body)


def _carries(name: str, value: str) -> bool:
    """Returns whether a header carries the key, or a token that there is none of, as some generated clients send it."""
    return name.lower() in IN_HEADERS or (name.lower() == "authorization" and value.strip() in EMPTY)


def _named(part: str, names: Sequence[str]) -> bool:
    return unquote_plus(part.partition("=")[0]) in names


def _fields(request: Recorded) -> list[tuple[str, Any]] | None:
    """Returns the fields of a form or JSON object, None for another body."""
    if (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
        return parse_qsl(request.body.decode(), keep_blank_values=True)
    try:
        found = json.loads(request.body)
    except ValueError:
        return None
    return list(found.items()) if isinstance(found, dict) else None


def _with_fields(request: Recorded, fields: Sequence[tuple[str, Any]]) -> Recorded:
    """Returns a request with these fields in one spelling of all clients' spellings, and so without its length."""
    headers = tuple((name, value) for name, value in request.headers if name.lower() != "content-length")
    return replace(request, headers=headers, body=json.dumps(fields).encode())

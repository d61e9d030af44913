"""Text of scanned code made harmless to look at, and names for things."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from typing import Protocol

from migrator.model.report import CallItem, Report

# Control characters steer terminals, bidirectional ones reorder what a reader sees, and no XML may hold most of them.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


MOST_PLACES = 3
"""How many places a sentence names."""


class InFile(Protocol):
    """An item of a report that stands in a file."""

    @property
    def path(self) -> str:
        """The path relative to the root."""
        ...

    @property
    def root(self) -> int:
        """The index of the root."""
        ...


def visible(text: str) -> str:
    """Returns text on one line in which every control, bidirectional and invisible character is spelled out."""
    return _UNSEEN.sub(_spelled, text)


def visible_lines(text: str) -> list[str]:
    """Returns the lines of a text, each made `visible`; tabs become four spaces."""
    return [visible(line.replace("\t", "    ")) for line in re.split(r"\r\n|\n|\r", text)]


def inert(text: str) -> str:
    """Returns output of several lines in which a CI log finds no command of its own (``::name::``, ``##[name]``)."""
    return re.sub(r"(?m)^(\s*):(?=:)", r"\1\\x3a", text).replace("##[", "#\\x23[")


def code(text: str) -> str:
    """Returns text as code of Markdown, which renders nothing of what is in it."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{visible(text)}{pad}{ticks}"


def escaped(text: str) -> str:
    """Returns text as prose of Markdown, which renders nothing of what is in it."""
    return re.sub(r"[\\`*_\[\]<>#|~@&$]", r"\\\g<0>", visible(text))


def dumped(data: object) -> str:
    """Returns data as JSON in ASCII, indented by two spaces, in which a CI log finds no command of its own."""
    return json.dumps(data, indent=2).replace("##[", "#\\u0023[") + "\n"


def _spelled(match: re.Match[str]) -> str:
    point = ord(match[0])
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(point, f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}")


def relative(report: Report, item: InFile) -> str:
    """Returns the path of an item from where the tool ran, and from its root where that was given as absolute."""
    root = report.roots[item.root] if item.root < len(report.roots) else "."
    return item.path if _is_absolute(root) else located(report, item)


def _is_absolute(root: str) -> bool:
    return posixpath.isabs(root) or re.match(r"[A-Za-z]:[/\\]", root) is not None


def located(report: Report, item: InFile) -> str:
    """Returns the path of an item from where the tool ran, absolute where its root is."""
    root = report.roots[item.root] if item.root < len(report.roots) else "."
    if root in (".", "", "-"):
        return item.path
    if posixpath.basename(root) == item.path:
        return root
    joined = posixpath.join(root, item.path)
    return posixpath.normpath(joined) if item.path.startswith("../") else joined


def sent_at(report: Report, calls: Sequence[CallItem]) -> str:
    """Returns where requests are sent, as a sentence behind a message; empty where there is none."""
    if not calls:
        return ""
    places = ", ".join(f"{relative(report, call)}:{call.line}" for call in calls[:MOST_PLACES])
    more = f" and {counted(len(calls) - MOST_PLACES, 'more place')}" if len(calls) > MOST_PLACES else ""
    return f" Sent at {places}{more}."


def request_name(call: CallItem) -> str:
    """Returns the method and endpoint of a call, with a question mark for what is not known."""
    return f"{call.method or '?'} {call.endpoint or '?'}"


def counted(number: int, one: str, many: str = "") -> str:
    """Returns a number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def scope_names(scopes: Sequence[Sequence[str]] | None) -> str:
    """Returns a requirement in words: alternatives joined by "or", scopes that are needed together by "and"."""
    if scopes is None:
        return "unknown"
    ways = [" and ".join(way) for way in scopes if way]
    return " or ".join(ways) if ways else "none"

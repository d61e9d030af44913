"""What tests ask of lowered files: their nodes, and a short way to write them down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from migrator.languages.python.lowering.lower import lower
from migrator.model.text import Source, Span
from migrator.model.unit import Lambda, Lit, Name, Unit
from migrator.model.vocabulary import SecretPattern, Vocabulary

WORDS = Vocabulary(
    needles=("hapikey",),
    key_words=("hapikey",),
    key_parameters=frozenset({"hapikey"}),
    token_parameters=frozenset({"access_token"}),
    key_headers=frozenset(),
    hosts=(".hubapi.com",),
    secrets=(
        SecretPattern(kind="demo_key", regex=r"\bhapikey\W{1,8}(?P<secret>demo)(?![\w-])"),
        SecretPattern(kind="api_key", regex=r"(?i)\bhapikey=(?P<secret>[0-9a-z][0-9a-z_-]{7,})(?![0-9a-z_-]*[ {<%$(])"),
        SecretPattern(kind="uuid", regex=r"(?P<secret>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
    ),
    placeholders=(r"(?i)^your[ _-].*key$",),
)


def source_of(text: str, path: str = "pkg/mod.py") -> Source:
    """Returns a text as a file."""
    return Source(path=path, text=text, digest="0" * 64)


def unit_of(text: str) -> Unit:
    """Returns a text in lowered form."""
    return lower(source_of(text), WORDS)


def nodes_of(part: object) -> Iterator[Any]:
    """Yields all nodes in a lowered part, outermost first, without recursion."""
    stack = [part]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple) and not isinstance(top, Span):
            stack.extend(reversed(top))
        elif is_dataclass(top):
            yield top
            stack.extend(getattr(top, field.name) for field in reversed(fields(top)))


def written(node: object) -> str:
    """Returns a node in short: its class and fields, without places."""
    if isinstance(node, tuple):
        return "[" + ", ".join(map(written, node)) + "]"
    if isinstance(node, Name):
        return node.id
    if not is_dataclass(node):
        return repr(node)
    kept = [getattr(node, field.name) for field in fields(node) if field.name not in ("span", "digest", "role", "kept")]
    if isinstance(node, Lambda) and not isinstance(node.body, tuple):
        kept = kept[:2]  # what else it has, only one with a block has
    kept = kept[:-1] if isinstance(node, Lit) else kept
    return f"{type(node).__name__}({', '.join(map(written, kept))})"

"""What a file says about the key as text, and its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from migrator.errors import UnparsableError
from migrator.languages.javascript.lower import PAGES, scripts, tree
from migrator.languages.shared.words import word_spans
from migrator.languages.syntax.tree import Node, Syntax
from migrator.model.text import Mention, Source, Span, Suppression

_SUPPRESSION = re.compile(r"(?://|/\*|\*)[ \t]*hapikey:[ \t]*ignore\[([^\]\r\n]*)\][ \t]*([^\r\n]*)")
_CONTEXTS = {
    **dict.fromkeys(("string_fragment", "string", "jsx_text", "regex_pattern", "template_string"), "string"),
    **dict.fromkeys(("identifier", "property_identifier", "shorthand_property_identifier", "type_identifier"), "name"),
    **dict.fromkeys(("shorthand_property_identifier_pattern", "private_property_identifier"), "name"),
    "template_substitution": "code",
}
_ENVIRONMENTS = frozenset({"process.env", "import.meta.env", "Bun.env"})


def mentions(source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    found = word_spans(source, words)
    if not found:
        return ()
    places = dict(_contexts(source, found))
    return tuple(Mention(span, source.excerpt(span).lower(), places.get(span, "code")) for span in found)


@lru_cache(maxsize=1)
def _read(source: Source) -> Syntax:
    """Returns the tree of a file, which is asked for different words in turn."""
    return tree(source)


def _contexts(source: Source, spans: list[Span]) -> Iterator[tuple[Span, str]]:
    """Yields the lexical place of each span, the one that counts last: ``variable`` is one of the environment."""
    try:
        syntax = _read(source)
    except UnparsableError:
        return
    page = scripts(source.text) if source.path.lower().endswith(tuple(PAGES)) else source.text
    for span in spans:
        told = any(comment.start <= span.start and span.end <= comment.end for comment in syntax.comments)
        if told or not page[span.start : span.end].strip():  # a comment, or what a page shows
            yield span, "comment"
    named: set[Span] = set()
    given: set[Span] = set()
    pending: list[tuple[Node, list[Span]]] = [(syntax.root, spans)]
    while pending:
        node, inside = pending.pop()
        variable = _reads_environment(node, source)
        if variable is not None:
            named.update(span for span in inside if variable.start <= span.start and span.end <= variable.end)
        if node.kind in _CONTEXTS:
            yield from ((span, _CONTEXTS[node.kind]) for span in inside)
        key = _gives(node)
        if key is not None:
            given.update(span for span in inside if key.start <= span.start and span.end <= key.end)
        for child in node.children:
            within = [span for span in inside if child.start <= span.start and span.end <= child.end]
            if within:
                pending.append((child, within))
    yield from ((span, "key") for span in given)
    yield from ((span, "variable") for span in named)


def _gives(node: Node) -> Node | None:
    """Returns the name under which a value is put into an object, ``hapikey: value``; None for any other."""
    match node.kind:
        case "pair":
            return node.child("key")
        case "shorthand_property_identifier":
            return node
        case "assignment_expression":
            target = node.child("left")
            return target.child("property") if target is not None and target.kind == "member_expression" else None
        case _:
            return None


def _reads_environment(node: Node, source: Source) -> Node | None:
    """Returns the name of the variable that an expression reads from the environment, None for any other."""
    owner, name = node.child("object"), node.child("property")
    if node.kind != "member_expression" or owner is None or name is None:
        return None
    return name if source.excerpt(owner.span) in _ENVIRONMENTS else None


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``// hapikey: ignore[CODE, ...] reason`` of a file in order."""
    if not _SUPPRESSION.search(source.text):
        return ()
    try:
        comments = _read(source).comments
    except UnparsableError:
        return ()
    return tuple(
        Suppression(span, source.position(span.start).line, _codes(match[1]), match[2].removesuffix("*/").strip())
        for span in comments
        for match in _SUPPRESSION.finditer(source.excerpt(span))
    )


def _codes(listed: str) -> tuple[str, ...]:
    return tuple(code for code in (item.strip() for item in listed.split(",")) if code)

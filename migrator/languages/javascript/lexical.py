"""What a file says about the key as text, and its comments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.errors import UnparsableError
from migrator.languages.javascript.lowering.lower import is_page, raw, scripts
from migrator.languages.shared.text_search import may_suppress, suppressions_in, word_spans
from migrator.languages.syntax.grammar import converted
from migrator.model.text import Mention, Source, Span, Suppression

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode

_CONTEXTS = {
    **dict.fromkeys(("string_fragment", "string", "jsx_text", "regex_pattern", "template_string"), "string"),
    **dict.fromkeys(("identifier", "property_identifier", "shorthand_property_identifier", "type_identifier"), "name"),
    **dict.fromkeys(("shorthand_property_identifier_pattern", "private_property_identifier"), "name"),
    "template_substitution": "code",
}
_TAKEN = "taken"
_NEAR = 4  # {['hapikey']: value}: a text, its quotes, the brackets and the pair
_ENVIRONMENTS = frozenset({"process.env", "import.meta.env", "Bun.env"})


@lru_cache(maxsize=4096)
def mentions(source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
    """Returns each occurrence of one of the words, in any case, in order; of two at one place the longer."""
    found = word_spans(source, words)
    if not found:
        return ()
    places = dict(_contexts(source, found))
    return tuple(_mention(source, span, places.get(span, "code")) for span in found)


def _mention(source: Source, span: Span, context: str) -> Mention:
    word = source.excerpt(span)
    if context == _TAKEN:
        return Mention(span, word.lower(), "variable", f"{{}}: {word}")
    return Mention(span, word.lower(), context)


def _contexts(source: Source, spans: list[Span]) -> Iterator[tuple[Span, str]]:
    """Yields the lexical place of each span: ``variable`` is one of the environment, ``key`` a name for a value."""
    try:
        found, _ = raw(source)
    except UnparsableError:
        return
    page = scripts(source.text) if is_page(source.path) else source.text
    root = found.trees[0].root_node
    for span, around in _around(root, spans):
        shown = not page[span.start : span.end].strip()  # what a page shows
        yield span, "comment" if shown else _context(source, span, around)


def _around(root: ParserNode, spans: list[Span]) -> Iterator[tuple[Span, list[ParserNode]]]:
    """Yields the nodes that decide what a span is, innermost first, in one walk: a parent is sought from the root."""
    cursor, around = root.walk(), [root]
    for span in spans:
        while len(around) > 1 and around[-1].end_byte < span.end:
            around.pop()
            cursor.goto_parent()
        while cursor.goto_first_child_for_byte(span.start) is not None:
            one = cursor.node
            if one is None or not one.start_byte <= span.start < span.end <= one.end_byte:
                cursor.goto_parent()
                break
            around.append(one)
        yield span, around[: -_NEAR - 1 : -1]


def _context(source: Source, span: Span, around: list[ParserNode]) -> str:
    for found, name in ((_variable, "variable"), (_taken, _TAKEN), (_gives, "key")):
        places = (found(node, source) for node in around)
        if any(one.start_byte <= span.start and span.end <= one.end_byte for one in places if one is not None):
            return name
    kinds = [node.type for node in around]
    if kinds and kinds[0].endswith("comment"):
        return "comment"
    return next((_CONTEXTS[kind] for kind in kinds if kind in _CONTEXTS), "code")


def _gives(node: ParserNode, _: Source) -> ParserNode | None:
    """Returns the name under which a value is put into an object, ``hapikey: value``; None for any other."""
    match node.type:
        case "pair":
            return node.child_by_field_name("key")
        case "shorthand_property_identifier":
            return node
        case "assignment_expression":
            target = node.child_by_field_name("left")
            is_member = target is not None and target.type == "member_expression"
            return target.child_by_field_name("property") if target is not None and is_member else None
        case _:
            return None


def _variable(node: ParserNode, source: Source) -> ParserNode | None:
    """Returns the name of the variable that an expression reads from the environment, None for any other."""
    if node.type == "pair_pattern":
        return node.child_by_field_name("key") if _is_environment(node.parent, source) else None
    if node.type != "member_expression":
        return None
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    if owner is None or source.text[owner.start_byte : owner.end_byte] not in _ENVIRONMENTS:
        return None
    return name


def _taken(node: ParserNode, source: Source) -> ParserNode | None:
    """Returns the name that ``{ NAME } = process.env`` takes from the environment for a name of its own."""
    if node.type != "shorthand_property_identifier_pattern":
        return None
    around = node.parent
    if around is not None and around.type == "object_assignment_pattern":  # which has a default
        around = around.parent
    return node if _is_environment(around, source) else None


def _is_environment(pattern: ParserNode | None, source: Source) -> bool:
    """Returns whether a pattern takes apart what holds the environment."""
    declared = pattern.parent if pattern is not None and pattern.type == "object_pattern" else None
    value = declared.child_by_field_name("value") if declared is not None else None
    return value is not None and source.text[value.start_byte : value.end_byte] in _ENVIRONMENTS


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """Returns the comments ``// hapikey: ignore[CODE, ...] reason`` of a file in order."""
    if not may_suppress(source):
        return ()
    try:
        return tuple(suppressions_in(source, converted(*raw(source)).comments))
    except UnparsableError:
        return ()

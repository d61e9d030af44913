"""Python 2 in the syntax of Python 3 and of the same length, so that one parser can say where everything stands."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from migrator.errors import UnparsableError
from migrator.languages.python.lowering.grammar import GRAMMAR, read
from migrator.languages.syntax.grammar import by_kind
from migrator.model.text import Source

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node

_EITHER = re.compile(r"\b(?:print|exec)\b")
"""What both may take, and mean something else by."""
_OCTAL = re.compile(r"0[0-7]*[1-7][0-7]*")


@lru_cache(maxsize=256)
def modernised(text: str) -> str:
    """Returns a text with what only Python 2 takes replaced by what Python 3 takes at the same place.

    The result is only good for finding places: a statement ``print`` becomes a ``yield``, which takes what it takes.
    """
    if not _EITHER.search(text) and compiles(text):
        return text
    try:
        stack = read(Source(path="", text=text)).nodes
    except UnparsableError:
        return text
    old = _kinds()
    edges: list[tuple[int, str]] = []
    while stack:
        node = stack.pop()
        if node.kind_id in old:
            edges += _replaced(node, text)
        stack += node.children
    if not edges:
        return text
    chars = list(text)
    for start, new in edges:
        chars[start : start + len(new)] = new
    return "".join(chars)


def compiles(text: str) -> bool:
    """Returns whether the running Python takes a text as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the running Python says of the source is not for the user
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@cache
def _kinds() -> frozenset[int]:
    return frozenset(by_kind(GRAMMAR, dict.fromkeys(_OLD)))


_OLD = (
    *("print_statement", "exec_statement", "<>", "string", "integer", "string_start", "except_clause"),
    *("raise_statement", "parameters", "lambda_parameters"),
)


def _replaced(node: Node, text: str) -> list[tuple[int, str]]:
    """Returns what to write instead of tokens of one node, and where."""
    match node.type:
        case "print_statement":
            return [
                (node.start_byte, "yield"),
                *((child.start_byte, "  ") for child in node.children if child.type == "chevron"),
            ]
        case "exec_statement":
            return [(node.start_byte, "not ")]
        case "<>":
            return [(node.start_byte, "!=")]
        case "string" if text[node.start_byte] == "`":
            return [(node.start_byte, "("), (node.end_byte - 1, ")")]
        case "integer":
            return _number(node, text)
        case "string_start" if text[node.start_byte] in "uU" and text[node.start_byte + 1] in "rR":
            return [(node.start_byte, " ")]
        case "except_clause" if len(_values(node)) > 1:
            return [(comma, "|") for comma in _commas(node)]
        case "raise_statement":
            return [
                (comma, "|") for child in node.children if child.type == "expression_list" for comma in _commas(child)
            ]
        case "parameters" | "lambda_parameters":
            return [edge for child in node.children for edge in _unpacked(child)]
    return []


def _values(node: Node) -> list[Node]:
    return [child for child in node.children_by_field_name("value") if child.is_named]


def _number(node: Node, text: str) -> list[tuple[int, str]]:
    word = text[node.start_byte : node.end_byte]
    found = [(node.end_byte - 1, " ")] if word[-1] in "lL" else []
    digits = word.rstrip("lL")
    if _OCTAL.fullmatch(digits):
        found.append((node.start_byte, " " * (len(digits) - len(digits.lstrip("0")))))
    return found


def _commas(node: Node) -> list[int]:
    return [child.start_byte for child in node.children if child.type == ","]


def _unpacked(node: Node) -> list[tuple[int, str]]:
    """Returns how a parameter that is several in parentheses becomes several parameters."""
    node = (node.child_by_field_name("name") or node) if node.type == "default_parameter" else node
    if node.type != "tuple_pattern":
        return []
    inner = [edge for child in node.children for edge in _unpacked(child)]
    return [(node.start_byte, " "), (node.end_byte - 1, " "), *inner]

"""Python 2 in the syntax of Python 3 and of the same length, so that one parser can say where everything stands."""

from __future__ import annotations

import re
from functools import lru_cache

from migrator.errors import UnparsableError
from migrator.languages.python.grammar import syntax
from migrator.languages.syntax.tree import Node
from migrator.model.text import Source

_OCTAL = re.compile(r"0[0-7]*[1-7][0-7]*")


@lru_cache(maxsize=256)
def modernised(text: str) -> str:
    """Returns a text with what only Python 2 takes replaced by what Python 3 takes at the same place.

    The result is only good for finding places: a statement ``print`` becomes a ``yield``, which takes what it takes.
    """
    try:
        root = syntax(Source(path="", text=text)).root
    except UnparsableError:
        return text
    chars = list(text)
    for node in root.walk():
        for start, new in _replaced(node, text):
            chars[start : start + len(new)] = new
    return "".join(chars)


def _replaced(node: Node, text: str) -> list[tuple[int, str]]:
    """Returns what to write instead of tokens of one node, and where."""
    match node.kind:
        case "print_statement":
            return [(node.start, "yield"), *((child.start, "  ") for child in node.children if child.kind == "chevron")]
        case "exec_statement":
            return [(node.start, "not ")]
        case "<>":
            return [(node.start, "!=")]
        case "string" if text[node.start] == "`":
            return [(node.start, "("), (node.end - 1, ")")]
        case "integer":
            return _number(node, text)
        case "string_start" if text[node.start] in "uU" and text[node.start + 1] in "rR":
            return [(node.start, " ")]
        case "except_clause" if len(node.all("value")) > 1:
            return [(comma, "|") for comma in _commas(node)]
        case "raise_statement":
            return [
                (comma, "|") for child in node.children if child.kind == "expression_list" for comma in _commas(child)
            ]
        case "parameters" | "lambda_parameters":
            return [edge for child in node.children for edge in _unpacked(child)]
    return []


def _number(node: Node, text: str) -> list[tuple[int, str]]:
    word = text[node.start : node.end]
    found = [(node.end - 1, " ")] if word[-1] in "lL" else []
    digits = word.rstrip("lL")
    if _OCTAL.fullmatch(digits):
        found.append((node.start, " " * (len(digits) - len(digits.lstrip("0")))))
    return found


def _commas(node: Node) -> list[int]:
    return [child.start for child in node.children if child.kind == ","]


def _unpacked(node: Node) -> list[tuple[int, str]]:
    """Returns how a parameter that is several in parentheses becomes several parameters."""
    node = (node.child("name") or node) if node.kind == "default_parameter" else node
    if node.kind != "tuple_pattern":
        return []
    inner = [edge for child in node.children for edge in _unpacked(child)]
    return [(node.start, " "), (node.end - 1, " "), *inner]

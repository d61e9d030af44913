"""Functions that send a request to wherever their callers say."""

from __future__ import annotations

import re

from migrator.languages.javascript.rewriting.credential import function_name
from migrator.languages.javascript.rewriting.headers import pair_of
from migrator.languages.javascript.rewriting.removed_key import RemovedKey
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, ScriptWorkspace, elements
from migrator.languages.syntax.tree import Node
from migrator.model.text import Location

_ADDRESS = re.compile(r"ur[li]|href|link|address|endpoint", re.I)


def is_given_url(workspace: ScriptWorkspace, removed: RemovedKey, place: Location) -> bool:
    """Returns whether a call gets the header in another function than the key's, one that is given the URL."""
    file, node = workspace.call(place)
    function, given = file.function(node), node.child("arguments")
    own = removed.file.function(removed.node) if file is removed.file else None
    if function is None or function is own or (file is removed.file and _is_private(file, function)):
        return False
    args = elements(given) if given is not None else [node]
    named = (one for one in args if one.kind == "identifier" and _ADDRESS.search(file.code(one)))
    first = next(named, next(iter(args), None))
    made = first if first is None or first.kind == "object" else file.made(first)
    if first is not None and made is not None and made.kind == "object":
        pair = pair_of(file, made, "url") or pair_of(file, made, "uri")
        first = (pair.child("value") or pair) if pair is not None else None
    name = _beginning(file, first) if first is not None else ""
    listed = function.child("parameters") or function.child("parameter")
    plain = [] if listed is None else [listed] if listed.kind == "identifier" else listed.named_children
    return name in {file.code(one.child("pattern") or one.child("left") or one) for one in plain}


def _is_private(file: ScriptEditor, function: Node) -> bool:
    """Returns whether a function of a module is for that module alone."""
    name, method = function_name(file, function), function.kind == "method_definition"
    named = re.escape(name or "")
    given = rf"\bexports?\b[^;\n]*\b{named}\b|\bexports\s*=\s*\{{[^}}]*\b{named}\b|\bexport\s*\{{[^}}]*\b{named}\b"
    return bool(name) and name != "exports" and not method and re.search(given, file.text) is None


def _beginning(file: ScriptEditor, node: Node) -> str:
    """Returns the variable that a URL begins with, followed through others, empty where it begins with a text."""
    while True:
        made, left = file.made(node), node.child("left")
        hole = next(iter(node.children[1:2]), None) if node.kind == "template_string" else None
        if made is not None and made is not node and made.kind != "object":
            node = made
        elif node.kind == "binary_expression" and left is not None:
            node = left
        elif hole is not None and hole.kind == "template_substitution" and hole.named_children:
            node = hole.named_children[0]
        else:
            return file.code(node) if node.kind in ("identifier", "shorthand_property_identifier") else ""

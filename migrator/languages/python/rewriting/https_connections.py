"""Connections of ``http.client`` that are not encrypted: those that are come from the class beside it.

https://docs.python.org/3/library/http.client.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from migrator.languages.python.rewriting.bindings import called, keyword
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import Workspace
from migrator.model.draft import KeyEntry
from migrator.model.edit import Edit, edited
from migrator.model.text import Span

_PLAIN, _ENCRYPTED = "HTTPConnection", "HTTPSConnection"
_PORT = re.compile(r":(\d+)['\"]$")


def https_edits(workspace: Workspace, entries: Sequence[KeyEntry]) -> tuple[Edit, ...]:
    """Returns the edits that encrypt the connections on which requests are sent, none where one cannot be."""
    found: dict[Edit, None] = {}
    for place in {call.session for entry in entries for call in entry.calls if call.scheme == "http"}:
        tree = workspace.index.tree(place.path) if place is not None else None
        made = tree.find(place.span, cst.Call) if tree is not None and place is not None else None
        edits = _encrypted(tree, made) if tree is not None and made is not None else ()
        if not edits:
            return ()
        found.update(dict.fromkeys(edits))
    return tuple(found)


def _encrypted(tree: Tree, made: cst.Call) -> Sequence[Edit]:
    """Returns the edits that make a connection one that is encrypted, none where it is made in another way."""
    port = _port(tree, made)
    named = tree.named(_PLAIN)
    members = [one for one in named if isinstance(above := tree.parent(one), cst.Attribute) and above.attr is one]
    imported = [one for one in named if isinstance(tree.parent(one), cst.ImportAlias)]
    if port is not None and tree.source.excerpt(port) != "80":
        return ()
    if called(tree, made) != _PLAIN:  # (the class is handed on as a value: all that is made of it is encrypted)
        derived = any(isinstance(tree.parent(arg), cst.ClassDef) for one in members if (arg := _argument(tree, one)))
        names = members if len(members) == len(named) and not derived else []
    elif isinstance(made.func, cst.Name):
        names = list(named) if len(named) == 2 and len(imported) == 1 else []
    else:
        names = [one for one in members if tree.span(made.func).contains(tree.span(one))]
    edits = [edited(tree.source, tree.span(name), _ENCRYPTED) for name in names]
    return [*edits, edited(tree.source, port, "443")] if port is not None and edits else edits


def _argument(tree: Tree, name: cst.Name) -> cst.CSTNode | None:
    """Returns the argument or base that the class of a module is."""
    member = tree.parent(name)
    above = tree.parent(member) if member is not None else None
    return above if isinstance(above, cst.Arg) else None


def _port(tree: Tree, made: cst.Call) -> Span | None:
    """Returns where the port of a connection is written, which may be behind the host, None where none is."""
    plain = [arg for arg in made.args if arg.keyword is None and not arg.star]
    port = keyword(made, "port") or (plain[1] if len(plain) > 1 else None)
    host = keyword(made, "host") or (plain[0] if plain else None)
    if port is not None:
        return tree.span(port.value)
    behind = _PORT.search(tree.code(host.value)) if host is not None else None
    if host is None or behind is None:
        return None
    start = tree.span(host.value).start
    return Span(start + behind.start(1), start + behind.end(1))

"""The module ``http`` of Node.js, which takes no address of https: ``https`` is called in the same way.

https://nodejs.org/api/https.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrator.languages.javascript.rewriting.headers import pair_of
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, ScriptWorkspace, callee, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import KeyEntry, NotMovedError
from migrator.model.edit import Edit, edited
from migrator.model.text import Span

_SENDS = frozenset({"get", "request"})
_PORTS = {"80": "443"}


def https_edits(workspace: ScriptWorkspace, entries: Sequence[KeyEntry]) -> tuple[Edit, ...]:
    """Returns the edits that send the requests of ``http`` by ``https``. Raises `NotMovedError` where others use it."""
    found: list[Edit] = []
    for entry in entries:
        sent = {(place.path, place.span.start) for place in entry.attempts}
        for call in (one for one in entry.calls if one.client == "http"):
            file, node = workspace.call(call.location)
            found += _of_options(file, node)
            found.append(_module(file, node, sent))
    return tuple(dict.fromkeys(found))


def _of_options(file: ScriptEditor, node: Node) -> Iterator[Edit]:
    """Yields the edit of a port that is written beside the host."""
    given = node.child("arguments")
    for one in elements(given) if given is not None else ():
        made = one if one.kind == "object" else file.made(one)
        if made is None or made.kind != "object":
            continue
        if pair_of(file, made, "protocol") is not None or pair_of(file, made, "agent") is not None:
            raise NotMovedError("the request uses plain http, and its options say more of it; make it one of https")
        port = pair_of(file, made, "port")
        value = port.child("value") if port is not None else None
        if value is not None:
            new = _PORTS.get(file.code(value).strip("'\""))
            if new is None:
                raise NotMovedError("the request uses plain http at a port of its own; make it one of https")
            start = value.start + (value.kind == "string")
            yield edited(file.source, Span(start, start + 2), new)


def _module(file: ScriptEditor, node: Node, sent: set[tuple[str, int]]) -> Edit:
    func = callee(node)
    owner = func.child("object") if func is not None else None
    name = file.code(owner) if owner is not None and owner.kind == "identifier" else None
    written = _written(file, owner, name) if owner is not None and name is not None else None
    if written is None or name is None:
        raise NotMovedError("the request uses plain http; send it by the module https")
    for one in file.syntax.root.walk():
        if one.kind not in ("identifier", "shorthand_property_identifier") or file.code(one) != name:
            continue
        member = file.parent(one)
        call = file.parent(member) if member is not None and member.kind == "member_expression" else None
        sends = member is not None and file.code(member).rpartition(".")[2] in _SENDS
        ours = call is not None and (file.source.path, call.start) in sent
        if not (sends and ours) and (
            member is None or member.kind not in ("variable_declarator", "import_clause", "namespace_import")
        ):
            raise NotMovedError("the module http is used for something else as well; send this request by https")
    start = written.end - 1 - len("http")
    return edited(file.source, Span(start, written.end - 1), "https")


def _written(file: ScriptEditor, owner: Node, name: str) -> Node | None:
    """Returns the text that names the module which a variable is, None where it is something else."""
    made = file.made(owner)
    given = made.child("arguments") if made is not None and made.kind == "call_expression" else None
    texts = [one for one in elements(given) if one.kind == "string"] if given is not None else []
    for one in file.syntax.root.named_children:
        source, clause = one.child("source"), next((c for c in one.children if c.kind == "import_clause"), None)
        if one.kind == "import_statement" and source is not None and clause is not None:
            texts += [source] if any(file.code(part) == name for part in clause.walk()) else []
    return next((one for one in texts if file.code(one)[1:-1] in ("http", "node:http")), None)

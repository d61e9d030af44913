"""URLs that are templates of ``$name`` fields, filled in by ``substitute``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from migrator.languages.python.rewriting.bindings import called
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

_FIELD = re.compile(r"\$(?:\{(\w+)\}|(\w+))(?=[&#'\"]|$)")
_FILLS = frozenset({"substitute", "safe_substitute"})
_ELSEWHERE = "the template is filled in elsewhere"


def template_of(tree: Tree, node: cst.CSTNode) -> cst.Call | None:
    """Returns the call that makes a text a template of ``$name`` fields, None when none does."""
    arg = tree.parent(node)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    return call if isinstance(call, cst.Call) and called(tree, call) == "Template" and len(call.args) == 1 else None


def take_field(site: EntrySite, template: cst.Call, at: int) -> Removal:
    """Takes the parameter at *at* out of a template, and what fills its field in out of every use.

    Raises `NotMovedError` when a use cannot be told, or when the field stands in the template again.
    """
    tree, text = site.tree, site.tree.text
    start = at + len(site.entry.name) + 1
    found = _FIELD.match(text, start)
    whole = tree.code(template)
    name = (found[1] or found[2]) if found is not None else ""
    if found is None or len(re.findall(rf"\$\{{?{name}\b", whole)) != 1:
        raise NotMovedError("the key is no field of its own in the template")
    tokens = [replace(site.token(_filling(own, use, name)), tree=own.tree) for own, use in _uses(site, template)]
    if not tokens:
        raise NotMovedError(_ELSEWHERE)
    begin, end = at, found.end()
    if text[end] == "&":
        end += 1
    elif text[at - 1] in "?&":
        begin -= 1
    site.file.replace(Span(begin, end), "")
    return Removal(token=tokens[0], others=tuple(tokens[1:]))


def _uses(site: EntrySite, template: cst.Call) -> Iterator[tuple[FileEditor, cst.Call]]:
    """Yields the calls that fill a template in."""
    above = site.tree.parent(template)
    match above:
        case cst.Attribute():
            yield site.file, _fill(site.tree, above)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            uses = site.workspace.every_use_of(site.location(template), name)
            yield from ((own, _fill(own.tree, own.tree.parent(use))) for own, use in uses)
        case _:
            raise NotMovedError(_ELSEWHERE)


def _fill(tree: Tree, read: cst.CSTNode | None) -> cst.Call:
    call = tree.parent(read) if isinstance(read, cst.Attribute) and read.attr.value in _FILLS else None
    if not isinstance(call, cst.Call) or call.func is not read:
        raise NotMovedError(_ELSEWHERE)
    return call


def _filling(file: FileEditor, use: cst.Call, name: str) -> cst.BaseExpression:
    """Takes what fills a field in out of a use, and returns it."""
    for arg in use.args:
        if arg.keyword is not None and arg.keyword.value == name:
            file.drop_item(use, arg)
            return arg.value
        for element in arg.value.elements if isinstance(arg.value, cst.Dict) else ():
            match element:
                case cst.DictElement(key=cst.SimpleString() as key, value=value) if key.evaluated_value == name:
                    file.drop_item(arg.value, element)
                    return value
    raise NotMovedError("the template is filled in with arguments that are not written out here")

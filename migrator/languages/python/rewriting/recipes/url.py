"""The key written into a URL: by ``+``, ``%``, ``.format``, an f-string, or as an element that is joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from migrator.languages.python.rewriting.bindings import bound_by, function_of, places_of
from migrator.languages.python.rewriting.credential import TokenExpression, quote_at
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.appended_parameters import (
    drop_parameter,
    follow_variable,
    lead_with_question_mark,
)
from migrator.languages.python.rewriting.urls.encoded_query import drop_query
from migrator.languages.python.rewriting.urls.parameter import Cut, cut_parameter, cut_template, prune
from migrator.languages.python.rewriting.urls.parts import Part, around, parts_of, root_of
from migrator.languages.python.rewriting.urls.returned_parameter import drop_calls
from migrator.languages.python.rewriting.urls.separator import is_led, make_leading, strip_separator
from migrator.languages.python.rewriting.urls.string_templates import take_field, template_of
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError

PLACES = frozenset({AuthPlace.URL, AuthPlace.PARAMS})
_GROWS = frozenset({"append", "extend"})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?s")


def take(site: EntrySite) -> Removal | None:
    """Returns what was taken out, None when the key's name is not written in a text."""
    at = _name_at(site)
    if at is None:
        return None
    root = root_of(site.tree, site.node)
    if (template := template_of(site.tree, root)) is not None:
        return take_field(site, template, at)
    parts = parts_of(site.tree, root)
    literal = _unfilled(site, root, parts, at)
    if literal:
        return _template(site, root, at)
    cut = cut_parameter(site.file, root, parts, at, site.entry.name)
    if cut.value is None and not cut.literal:
        return _prefix(site, cut)
    _leave_well_formed(site, cut)
    statement = site.tree.parent(cut.root)
    name = bound_by(statement) if not cut.whole else None
    if statement is not None and name is not None and site.file.left_of(cut.root) == name.value:
        site.file.drop_statement(statement)
    gone = statement if isinstance(statement, cst.BaseSmallStatement) and site.file.goes(statement) else None
    return Removal(token=_token(site, cut), statement=gone)


def _name_at(site: EntrySite) -> int | None:
    """Returns where ``hapikey=`` stands, the occurrence nearest to where the entry says."""
    span, entry = site.tree.span(site.node), site.entry
    wanted = max(entry.at.span.start, span.start) + entry.offset
    pattern = re.compile(rf"(?<![\w-]){re.escape(entry.name)}=")
    places = [found.start() for found in pattern.finditer(site.tree.text, span.start, span.end)]
    return min(places, key=lambda place: abs(place - wanted), default=None)


def _token(site: EntrySite, cut: Cut) -> TokenExpression:
    if cut.value is not None:
        return site.token(cut.value)
    return site.token(cut.root, written_out=True)


def _leave_well_formed(site: EntrySite, cut: Cut) -> None:
    if cut.whole:
        _take_away(site, cut)
    elif cut.bare:
        lead_with_question_mark(site.file, cut)
    elif not cut.lead and cut.tail:
        strip_separator(site.file, cut.root, cut.tail)


def _take_away(site: EntrySite, cut: Cut) -> None:
    """Takes out what held nothing but the parameter: an element that is joined, or a constant that is appended."""
    tree, file = site.tree, site.file
    above = tree.parent(cut.root)
    container = tree.parent(above) if above is not None else None
    match above:
        case cst.Element() if isinstance(container, (cst.List, cst.Tuple)):
            file.drop_item(container, above)
            if file.is_emptied(container) and not _is_filled_later(tree, container):
                drop_query(file, _joining(tree, container))
        case cst.Arg() if isinstance(container, cst.Call) and _appends(container):
            statement = tree.parent(container)
            if not isinstance(statement, cst.Expr):
                raise NotMovedError("the parameter is added inside an expression")
            file.drop_statement(statement)
        case cst.AugAssign():
            _drop_growth(file, above, cut)
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name() as name)]
            | [cst.AssignTarget(target=cst.Attribute(value=cst.Name("self"), attr=name))]
        ):
            if tree.parent(name) is above.targets[0] and _grows_from(site, above, name, cut):
                return
            file.drop_statement(above)
            _drop_uses(site, name, cut.lead)
        case cst.Return():
            drop_calls(file, above, cut.lead)
        case _:
            raise NotMovedError("the parameter is made here and put into the URL elsewhere")


def _drop_growth(file: FileEditor, statement: cst.AugAssign, cut: Cut) -> None:
    """Takes out the statement that appends the parameter to a URL; what is appended after it may lead from now on."""
    file.drop_statement(statement)
    if cut.lead == "?":
        lead_with_question_mark(file, cut)


def _prefix(site: EntrySite, cut: Cut) -> Removal:
    """Takes the name out of a constant that ends in it, and the key out of where it is put behind the constant."""
    tree, file = site.tree, site.file
    assign = tree.parent(cut.root)
    bound = bound_by(assign)
    if not isinstance(assign, cst.Assign) or bound is None:
        raise NotMovedError("the name stands here and the key is put behind it elsewhere")
    if cut.whole:
        file.drop_statement(assign)
    lead, first = (cut.lead, 0) if cut.whole else (cut.lead or "?", 1)
    gone = _drop_uses(site, bound, lead, first=first, last=1)
    values = [part.value for part in gone if part.value is not None]
    if not values:
        raise NotMovedError(f"nothing is put behind {bound.value}")
    token, *others = map(site.token, values)
    return Removal(token=token, others=tuple(others))


def _is_filled_later(tree: Tree, items: cst.CSTNode) -> bool:
    """Returns whether something may be added to a list after it is made; an address may well end in ``?``."""
    name = bound_by(tree.parent(items))
    if name is None:
        return False
    uses = places_of(tree, function_of(tree, items) or tree.naming(name.value), name.value)
    return any(isinstance(one, cst.Attribute) and one.attr.value in _GROWS for one in map(tree.parent, uses))


def _joining(tree: Tree, items: cst.CSTNode) -> cst.Call:
    """Returns the call that joins a list. Raises `NotMovedError` when it is joined elsewhere."""
    arg = tree.parent(items)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name("join"))):
            return call
        case _:
            raise NotMovedError("nothing is left to join")


def _appends(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "append" and len(call.args) == 1


def _drop_uses(site: EntrySite, bound: cst.Name, lead: str, *, first: int = 0, last: int = 0) -> list[Part]:
    """Takes a constant that held the parameter, or the beginning of it, out of every URL that it is put into.

    *lead* is what the parameter began with. The pieces that go are counted from the constant: the *first* and the
    *last* of them, which is returned for each use.
    """
    uses = site.workspace.uses_of(site.entry.at, bound)
    if not uses:
        raise NotMovedError(f"`{bound.value}` is bound more than once, imported by its name, or not used")
    dropped = []
    for file, use in uses:
        tree = file.tree
        root, parts, place = around(tree, use)
        if place is None or len(parts) <= last or place + last >= len(parts):
            raise NotMovedError(f"`{bound.value}` is used for more than being appended to a URL")
        dropped.append(parts[place + last])
        grown = tree.parent(root)
        if isinstance(grown, cst.AugAssign) and (first, last, len(parts)) == (0, 0, 1):
            _drop_growth(file, grown, Cut(root=root, lead=lead, bare=lead == "?"))
        else:
            drop_parameter(file, root, parts, place + first, place + last, lead=lead)
    return dropped


def _grows_from(site: EntrySite, assign: cst.Assign, name: cst.Name, cut: Cut) -> bool:
    """Makes a query that begins with the key, and is appended to afterwards, begin empty.

    What it grows to begins with ``&`` then, which goes where the query is used.
    """
    tree, file, assumed = site.tree, site.file, frozenset({name.value})
    every = site.workspace.uses_of(site.entry.at, name) or ()
    uses = [use for own, use in every if own is file]
    grown = {above for use in uses for above in tree.ancestors(use) if _binds(above, name.value)}
    if not grown or len(uses) < len(every) or cut.lead not in ("", "?"):
        return False
    if not all(is_led(file, getattr(each, "value", None), assumed) for each in grown):
        return False
    file.replace(tree.outer(assign.value), '""' if quote_at(tree, assign.value) == '"' else "''")
    for use in uses:
        if grown.intersection(tree.ancestors(use)):
            continue
        root, parts, found = around(tree, use)
        place = found or 0
        if cut.lead:
            make_leading(file, parts[place:], assumed)
        elif place == 0:
            strip_separator(file, root, parts, assumed)
        else:
            follow_variable(file, root, parts, place, assumed)
    return True


def _binds(statement: cst.CSTNode, name: str) -> bool:
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AugAssign(target=target):
            return isinstance(target, cst.Name) and target.value == name
        case _:
            return False


def _unfilled(site: EntrySite, root: cst.BaseExpression, parts: list[Part], at: int) -> bool:
    """Returns whether the value is a placeholder that is filled in somewhere else."""
    if any(not part.filled for part in parts):
        return False
    part = next((each for each in parts if each.is_text and each.span.start <= at < each.span.end), None)
    if part is None:
        return False
    found = _PLACEHOLDER.match(site.tree.text, at + len(site.entry.name) + 1, part.span.end)
    return found is not None and not isinstance(root, cst.FormattedString)


def _template(site: EntrySite, root: cst.BaseExpression, at: int) -> Removal:
    """Takes the parameter out of a template and the argument out of every place that fills it in."""
    uses = list(_fillings(site, root))
    if not uses:
        raise NotMovedError("the template is filled in elsewhere")
    cuts = [cut_template(site.file, file, root, use, at, site.entry.name) for file, use, _ in uses]
    values = [(file, cut.value) for (file, *_), cut in zip(uses, cuts, strict=True) if cut.value is not None]
    if len(values) != len(uses):
        raise NotMovedError("the template is filled in with arguments that are not written out here")
    if cuts[0].bare and cuts[0].tail:
        raise NotMovedError("what follows the key in the template may begin with &")
    for file, use, _ in uses if cuts[0].bare else ():
        _lead_after(file, use)
    assign = site.tree.parent(root)
    if cuts[0].whole and isinstance(assign, cst.Assign):
        site.file.drop_statement(assign)
        for file, use, name in uses:
            if not isinstance(use, cst.BinaryOperation) or prune(file, use.left, [name]):
                raise NotMovedError("nothing is left of the URL here")
    token, *others = [replace(site.token(value), tree=file.tree) for file, value in values]
    return Removal(token=token, others=tuple(others))


def _lead_after(file: FileEditor, use: cst.BaseExpression) -> None:
    """Makes what follows a filled-in template that now has no ``?`` begin with one."""
    root = root_of(file.tree, use)
    parts = parts_of(file.tree, root)
    place = next((index for index, part in enumerate(parts) if part.value is use), None)
    following = parts[place + 1] if place is not None and place + 1 < len(parts) else None
    lead_with_question_mark(file, Cut(root=root, tail=(following,) if following else (), bare=True))


def _fillings(
    site: EntrySite, root: cst.BaseExpression
) -> Iterator[tuple[FileEditor, cst.BaseExpression, cst.CSTNode]]:
    """Yields the expressions that fill in the template held by a variable or attribute, in any file, with its name."""
    held, made = _held_by(site, root), site.entry.at
    more = NotMovedError(f"`{held.value}` is used for more than being filled in")
    if not site.workspace.is_seen(made, held):
        raise more
    for use in site.workspace.index.uses(made):
        file = site.workspace.file(use.at.path)
        tree = file.tree
        node = tree.find(use.at.span, cst.Name, cst.Attribute)
        if node is None or isinstance(tree.parent(node), cst.ImportAlias):
            continue
        if (filled := _filled_in(tree, node, summed=file is site.file)) is not None:
            yield file, filled, node
        elif tree.code(node).rpartition(".")[2] == held.value:
            call = tree.parent(arg) if isinstance(arg := tree.parent(node), cst.Arg) else None
            if not isinstance(call, cst.Call) or not site.workspace.index.is_known(tree.location(call.func)):
                raise more


def _held_by(site: EntrySite, root: cst.BaseExpression) -> cst.Name:
    match site.tree.parent(root):
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name() as name)]
            | [cst.AssignTarget(target=cst.Attribute(attr=cst.Name() as name))]
        ):
            return name
        case _:
            raise NotMovedError("the template is filled in elsewhere")


def _filled_in(tree: Tree, node: cst.CSTNode, *, summed: bool) -> cst.BaseExpression | None:
    above, alone = tree.parent(node), node
    while summed and isinstance(above, cst.BinaryOperation) and isinstance(above.operator, cst.Add):
        node, above = above, tree.parent(above)
    match above:
        case cst.BinaryOperation(operator=cst.Modulo(), left=left) if left is node:
            return above
        case cst.Attribute(attr=cst.Name("format")):
            call = tree.parent(above) if node is alone else None
            return call if isinstance(call, cst.Call) and call.func is above else None
        case _:
            return None

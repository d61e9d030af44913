"""The key written into a URL: by ``+``, ``%``, ``.format``, an f-string, or as an element that is joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from migrator.languages.python.appends import lead_with_question_mark
from migrator.languages.python.desk import Spot, Taken
from migrator.languages.python.edits import Sheet
from migrator.languages.python.tokens import Token, function_of, names_in
from migrator.languages.python.urls import Cut, NotMovedError, Part, cut_parameter, parts_of, root_of, template_parts
from migrator.model.call import Place
from migrator.model.text import Span

PLACES = frozenset({Place.URL, Place.PARAMS})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?s")


def take(spot: Spot) -> Taken | None:
    """Returns what was taken out, None when the key's name is not written in a text."""
    at = _name_at(spot)
    if at is None:
        return None
    root = root_of(spot.tree, spot.node)
    parts = parts_of(spot.tree, root)
    literal = _unfilled(spot, root, parts, at)
    if literal:
        return _template(spot, root, at)
    cut = cut_parameter(spot.sheet, root, parts, at, spot.entry.name)
    if cut.value is None and not cut.literal:
        raise NotMovedError("the name stands here and the key is put behind it elsewhere")
    _leave_well_formed(spot, cut)
    return Taken(token=_token(spot, cut))


def _name_at(spot: Spot) -> int | None:
    """Returns where ``hapikey=`` stands, the occurrence nearest to where the entry says."""
    span, entry = spot.tree.span(spot.node), spot.entry
    wanted = max(entry.at.span.start, span.start) + entry.offset
    pattern = re.compile(rf"(?<![\w-]){re.escape(entry.name)}=")
    places = [found.start() for found in pattern.finditer(spot.tree.text, span.start, span.end)]
    return min(places, key=lambda place: abs(place - wanted), default=None)


def _token(spot: Spot, cut: Cut) -> Token:
    if cut.value is not None:
        return Token(tree=spot.tree, node=cut.value)
    return Token(tree=spot.tree, node=cut.root, literal=cut.literal)


def _leave_well_formed(spot: Spot, cut: Cut) -> None:
    if cut.whole:
        _take_away(spot, cut.root)
        return
    if cut.bare:
        lead_with_question_mark(spot.sheet, cut)


def _take_away(spot: Spot, root: cst.BaseExpression) -> None:
    """Takes out what held nothing but the parameter: an element that is joined, or a constant that is appended."""
    tree, sheet = spot.tree, spot.sheet
    above = tree.parent(root)
    container = tree.parent(above) if above is not None else None
    match above:
        case cst.Element() if isinstance(container, (cst.List, cst.Tuple)):
            sheet.drop_item(container, above)
            if sheet.is_emptied(container):
                raise NotMovedError("nothing is left to join")
        case cst.Arg() if isinstance(container, cst.Call) and _appends(container):
            statement = tree.parent(container)
            if not isinstance(statement, cst.Expr):
                raise NotMovedError("the parameter is added inside an expression")
            sheet.drop_statement(statement)
        case cst.AugAssign():
            sheet.drop_statement(above)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            sheet.drop_statement(above)
            _drop_uses(sheet, above, name)
        case _:
            raise NotMovedError("the parameter is made here and put into the URL elsewhere")


def _appends(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "append" and len(call.args) == 1


def _drop_uses(sheet: Sheet, assign: cst.Assign, name: str) -> None:
    """Takes a constant that held the parameter out of every URL it is appended to."""
    tree = sheet.tree
    scope = function_of(tree, assign) or tree.module
    uses = [each for each in names_in(tree, scope) if each.value == name and not _is_target(sheet, each)]
    for use in uses:
        root = root_of(tree, _climbable(sheet, use))
        parts = parts_of(tree, root)
        place = next((index for index, part in enumerate(parts) if part.value is use), None)
        if place is None or len(parts) == 1:
            raise NotMovedError(f"{name} is used for more than being appended to a URL")
        _drop_part(sheet, root, parts, place)


def _climbable(sheet: Sheet, use: cst.CSTNode) -> cst.CSTNode:
    above = sheet.tree.parent(use)
    return above if isinstance(above, cst.FormattedStringExpression) else use


def _is_target(sheet: Sheet, name: cst.Name) -> bool:
    return isinstance(sheet.tree.parent(name), cst.AssignTarget)


def _drop_part(sheet: Sheet, root: cst.BaseExpression, parts: list[Part], place: int) -> None:
    tree, part = sheet.tree, parts[place]
    if isinstance(part.group, cst.FormattedString):
        sheet.replace(part.span, "")
    elif part.argument is not None and part.container is not None:
        sheet.replace(part.span, "")
        sheet.drop_item(part.container, part.argument)
    else:
        above = tree.parent(part.group)
        if not isinstance(above, cst.BinaryOperation):
            raise NotMovedError("nothing is left of the URL here")
        keep = above.right if above.left is part.group else above.left
        gone = Span(part.span.start, tree.outer(keep).start)
        sheet.replace(gone if above.left is part.group else Span(tree.outer(keep).end, part.span.end), "")
    following = parts[place + 1] if place + 1 < len(parts) else None
    lead_with_question_mark(sheet, Cut(root=root, tail=following, bare=True))


def _unfilled(spot: Spot, root: cst.BaseExpression, parts: list[Part], at: int) -> bool:
    """Returns whether the value is a placeholder that is filled in somewhere else."""
    if any(not part.filled for part in parts):
        return False
    part = next((each for each in parts if each.is_text and each.span.start <= at < each.span.end), None)
    if part is None:
        return False
    found = _PLACEHOLDER.match(spot.tree.text, at + len(spot.entry.name) + 1, part.span.end)
    return found is not None and not isinstance(root, cst.FormattedString)


def _template(spot: Spot, root: cst.BaseExpression, at: int) -> Taken:
    """Takes the parameter out of a template and the argument out of every place that fills it in."""
    uses = list(_fillings(spot, root))
    if not uses:
        raise NotMovedError("the template is filled in elsewhere")
    filled = [template_parts(spot.tree, root, use) for use in uses]
    cuts = [cut_parameter(spot.sheet, root, parts, at, spot.entry.name) for parts in filled]
    codes = {spot.tree.code(cut.value) if cut.value is not None else "" for cut in cuts}
    if len(codes) != 1 or "" in codes:
        raise NotMovedError("the template is filled in with different keys")
    if cuts[0].bare and cuts[0].tail is not None:
        raise NotMovedError("what follows the key in the template may begin with &")
    return Taken(token=_token(spot, cuts[0]))


def _fillings(spot: Spot, root: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Returns the expressions in this file that fill in the template held by a variable or attribute."""
    tree = spot.tree
    name = _held_by(spot, root)
    for node in tree.walk(tree.module, cst.Name):
        if node.value != name:
            continue
        above = tree.parent(node)
        whole = above if isinstance(above, cst.Attribute) and above.attr is node else node
        if isinstance(tree.parent(whole), cst.AssignTarget):
            continue
        use = _filled_in(spot, whole)
        if use is None:
            raise NotMovedError(f"{name} is used for more than being filled in")
        yield use


def _held_by(spot: Spot, root: cst.BaseExpression) -> str:
    above = spot.tree.parent(root)
    match above:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))]):
            return name
        case _:
            raise NotMovedError("the template is filled in elsewhere")


def _filled_in(spot: Spot, node: cst.CSTNode) -> cst.BaseExpression | None:
    tree = spot.tree
    above = tree.parent(node)
    match above:
        case cst.BinaryOperation(operator=cst.Modulo(), left=left) if left is node:
            return above
        case cst.Attribute(attr=cst.Name("format")):
            call = tree.parent(above)
            return call if isinstance(call, cst.Call) and call.func is above else None
        case _:
            return None

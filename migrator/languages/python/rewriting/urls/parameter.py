"""How a query parameter is taken out of a URL that is put together from text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.languages.python.rewriting.bindings import assigned, home_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parts import (
    Part,
    constant_text,
    filled_in,
    is_surely_text,
    joined,
)
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

_EITHER = "?&"
_END_OF_VALUE = re.compile(r"[&#]")
_CONTINUED = re.compile(r"(?:\\\r?\n)*")
"""Line breaks in the source that the text of a literal does not have."""
_MARK = re.compile(rf"([?&]){_CONTINUED.pattern}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What came out of a URL: the expression that gave the parameter's value, or its literal text.

    ``whole`` says that nothing is left of the expression. ``lead`` is what stood before the parameter, empty when it
    opened the expression. ``bare`` says that the parameter was the first and the last of the query, so the URL now has
    no ``?``; ``tail`` are the pieces that followed it where they may themselves begin with ``&``.
    """

    root: cst.BaseExpression
    value: cst.BaseExpression | None = None
    literal: str = ""
    whole: bool = False
    lead: str = ""
    bare: bool = False
    tail: tuple[Part, ...] = ()


def cut_parameter(
    file: FileEditor,
    root: cst.BaseExpression,
    parts: Sequence[Part],
    at: int,
    name: str,
    *,
    filler: FileEditor | None = None,
) -> Cut:
    """Takes the query parameter whose name stands at *at* out of a URL and returns what gave its value.

    The rest stays a URL: the first parameter left follows ``?``, and arguments of a template stay aligned; *filler*
    is the file in which it is filled in, when that is another one. Raises `NotMovedError` when the pieces around it
    cannot be told.
    """
    tree = file.tree
    first = next((i for i, part in enumerate(parts) if part.is_text and part.span.start <= at < part.span.end), None)
    if first is None:
        raise NotMovedError("the parameter's name is not plain text here")
    reach = _value(tree, parts, first, at + len(name) + 1)
    if reach.field is not None and reach.value is None:
        raise NotMovedError("the template is filled in with arguments that are not written out here")
    lead, before = _before(tree, parts, first, at)
    end = tree.text[reach.stop : reach.stop + 1] if reach.stopped else ""
    if lead == _EITHER:
        lead = _separated(file, parts[first - 1], "?" if end == "&" else "&")
    kept = before is None or (lead == "?" and end == "&")
    begin = at if kept or before is None else before.start
    stop = reach.stop + (end == "&" and lead != "&")
    gone = Span(begin, stop)
    _drop_arguments(file, filler or file, parts, parts[first : reach.last + 1], gone)
    if not kept and begin < parts[first].span.start:
        first -= 1
    if not lead and first and reach.tail:
        raise NotMovedError("what follows the key may begin with &, behind a mark that ends a constant")
    whole = erase(file, root, parts, first, reach.last, gone)
    bare = lead == "?" and end != "&"
    return Cut(
        root=root, value=reach.value, literal=reach.literal, whole=whole, lead=lead, bare=bare,
        tail=reach.tail,
    )  # fmt: skip


def cut_template(
    file: FileEditor, filler: FileEditor, template: cst.BaseExpression, use: cst.BaseExpression, at: int, name: str
) -> Cut:
    """Takes a query parameter out of a template and its argument out of one place that fills it in.

    Raises `NotMovedError` as `cut_parameter` does.
    """
    return cut_parameter(file, template, filled_in(file.tree, template, use), at, name, filler=filler)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """How far the value of a parameter goes, and what it is."""

    last: int
    stop: int
    stopped: bool
    value: cst.BaseExpression | None
    field: Part | None
    literal: str
    tail: tuple[Part, ...]


def _value(tree: Tree, parts: Sequence[Part], first: int, at: int) -> _Reach:
    literal, field, last, stop = "", None, first, at
    tail: tuple[Part, ...] = ()
    stopped = False
    for index in range(first, len(parts)):
        part = parts[index]
        if not part.is_text:
            if field is not None or literal:
                tail = tuple(parts[index:])
                break
            field, last, stop = part, index, part.span.end
            continue
        begin = at if index == first else part.span.start
        found = _END_OF_VALUE.search(tree.text, begin, part.span.end)
        if field is None or found is None:
            literal += tree.text[begin : found.start() if found else part.span.end]
        elif _CONTINUED.fullmatch(tree.text, begin, found.start()) is None:
            raise NotMovedError("the parameter's value has more than one piece")
        if field is not None and found is None and part.span.end > begin:
            raise NotMovedError("the parameter's value has more than one piece")
        last, stop = index, found.start() if found else part.span.end
        if found:
            stopped = True
            break
    value = field.value if field else None
    return _Reach(last=last, stop=stop, stopped=stopped, value=value, field=field, literal=literal, tail=tail)


def _before(tree: Tree, parts: Sequence[Part], first: int, at: int) -> tuple[str, Span | None]:
    """Returns what stands before the parameter, ``?``, ``&`` or nothing at all, and where, None when it has to stay.

    Raises `NotMovedError` when that is not known.
    """
    if at == parts[first].span.start and first == 0:
        return "", None
    part = parts[first] if at > parts[first].span.start else parts[first - 1]
    end = at if part is parts[first] else part.span.end
    mark = _MARK.search(tree.text, part.span.start, end) if part.is_text else None
    if mark is not None:
        return mark[1], Span(mark.start(), end)
    if _is_mark(part.value) or _separator(tree, part.value) is not None:
        return _EITHER, part.span
    if (constant_text(tree, part.value) or "")[-1:] in ("?", "&"):
        return "", None  # a mark that ends a constant stays: other addresses may be made with it
    raise NotMovedError("cannot tell whether the parameter is the first one")


def erase(file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], first: int, last: int, gone: Span) -> bool:
    """Erases a stretch of the pieces. Returns whether nothing is left of the whole expression."""
    _simplify(file, root, parts, gone)
    emptied = all(gone.contains(part.span) for part in parts if part.group is parts[first].group)
    alone = emptied and not _is_empty(parts, gone)
    if not alone and _joins(file.tree, parts[first], parts[last], gone):
        file.replace(gone, "")
        _plain(file, parts, gone)
        return _is_empty(parts, gone)
    doomed = []
    groups = {id(part.group): part.group for part in parts[first : last + 1]}
    for group in groups.values():
        spans = [part.span for part in parts if part.group is group]
        content = Span(spans[0].start, spans[-1].end)
        hit = Span(max(content.start, gone.start), min(content.end, gone.end))
        if hit == content:
            doomed.append(group)
        elif hit.start < hit.end:
            file.replace(hit, "")
    _plain(file, parts, gone)
    return prune(file, root, doomed)


def _separator(tree: Tree, value: cst.CSTNode | None) -> cst.Assign | None:
    """Returns the assignment of a variable that is ``?`` or ``&``, whichever the URL needs."""
    scope = home_of(tree, value) if isinstance(value, cst.Name) else None
    assign = assigned(tree, scope, value.value) if isinstance(value, cst.Name) else None
    return assign if assign is not None and _is_mark(assign.value) else None


def _is_mark(value: cst.CSTNode | None) -> bool:
    """Returns whether an expression is ``?`` or ``&``, whichever the URL needs."""
    match value:
        case cst.IfExp(body=cst.SimpleString() as one, orelse=cst.SimpleString() as other):
            return {one.evaluated_value, other.evaluated_value} == {"?", "&"}
        case _:
            return False


def _separated(file: FileEditor, part: Part, lead: str) -> str:
    """Returns the mark as which a separator counts, its variable taken out where it goes and has no other use."""
    assign, name = _separator(file.tree, part.value), part.value
    if lead == "&" and assign is not None and isinstance(name, cst.Name):
        scope = home_of(file.tree, name)
        uses = [each for each in file.tree.walk(scope, cst.Name) if each.value == name.value] if scope else []
        if len(uses) == 2:
            file.drop_statement(assign)
    return lead


def erase_parts(
    file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], first: int, last: int, *, lead: str
) -> str:
    """Erases whole pieces, with the arguments that fill them in, and returns what they began with.

    That is *lead*, or the mark before them, which goes with them. Raises `NotMovedError` when that is not known, or
    when nothing would be left.
    """
    begin, end = parts[first].span.start, parts[last].span.end
    _drop_arguments(file, file, parts, parts[first : last + 1], Span(begin, end))
    if not lead:
        lead, before = _before(file.tree, parts, first, begin)
        first, begin = (first - 1, before.start) if before else (first, begin)
    if erase(file, root, parts, first, last, Span(begin, end)):
        raise NotMovedError("nothing is left of the URL here")
    return lead


def erase_mark(file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], place: int) -> str:
    """Erases the ``?`` or ``&`` that stands before a piece and returns it. Raises `NotMovedError` as `erase_parts`."""
    lead, before = _before(file.tree, parts, place, parts[place].span.start)
    if before is not None:
        erase(file, root, parts, place - 1, place - 1, before)
    return lead


def _simplify(file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], gone: Span) -> None:
    """Puts the one value that is left of a template or an interpolated string in its place, when that is a text."""
    tree = file.tree
    left = [part for part in parts if not gone.contains(part.span)]
    if len(left) != 1 or left[0].value is None or not isinstance(left[0].value, cst.BaseExpression):
        return
    value, field = left[0].value, tree.source.excerpt(left[0].span)
    plain = field in ("{}", "{0}", "%s") or field == f"{{{tree.code(value)}}}"
    made = isinstance(root, cst.FormattedString) or left[0].container is not None
    if made and plain and isinstance(value, (cst.Name, cst.Attribute, cst.Call)) and is_surely_text(tree, value):
        file.replace(tree.span(root), tree.code(value))


def _plain(file: FileEditor, parts: Sequence[Part], gone: Span) -> None:
    """Takes the ``f`` off an interpolated string that has nothing left to fill in."""
    tree = file.tree
    groups = {id(part.group): part.group for part in parts if isinstance(part.group, cst.FormattedString)}
    for group in groups.values():
        own = [part for part in parts if part.group is group]
        lost = any(not part.is_text and gone.contains(part.span) for part in own)
        left = [part for part in own if not gone.contains(part.span)]
        escaped = any(mark in tree.text[part.span.start : part.span.end] for part in own for mark in ("{{", "}}"))
        if lost and not escaped and isinstance(group, cst.FormattedString) and all(part.is_text for part in left):
            start = tree.span(group).start
            prefix = group.start.rstrip("\"'")
            file.replace(Span(start, start + len(prefix)), prefix.replace("f", "").replace("F", ""))


def _is_empty(parts: Sequence[Part], gone: Span) -> bool:
    return all(gone.contains(part.span) for part in parts)


def _joins(tree: Tree, first: Part, last: Part, gone: Span) -> bool:
    """Returns whether the stretch can go in one piece, so that the literals at its ends become one."""
    if first.group is last.group:
        return last.is_text or bool(last.argument) or isinstance(last.group, cst.FormattedString) or not last.filled
    if not (isinstance(first.group, cst.SimpleString) and isinstance(last.group, cst.SimpleString)):
        return False
    between = tree.text[gone.start : gone.end]
    alike = (first.group.prefix, first.group.quote) == (last.group.prefix, last.group.quote)
    closed = between.count("(") == between.count(")") and "#" not in between
    return alike and closed and last.span.end > gone.end


def _drop_arguments(
    file: FileEditor, filler: FileEditor, parts: Sequence[Part], hit: Sequence[Part], gone: Span
) -> None:
    doomed = [part for part in hit if part.argument is not None and gone.contains(part.span)]
    for part in doomed:
        used = [other for other in parts if other.argument is part.argument and not gone.contains(other.span)]
        if used:
            continue
        texts = [file.tree.text[other.span.start : other.span.end] for other in parts if other.is_text]
        escaped = any(mark in text for text in texts for mark in ("{{", "}}", "%%"))
        _drop_argument(filler, part, escaped=escaped)
        if isinstance(part.container, cst.Call):
            _renumber(file, part.container, parts, part)


def _drop_argument(filler: FileEditor, part: Part, *, escaped: bool) -> None:
    container, argument = part.container, part.argument
    assert container is not None
    assert argument is not None
    if isinstance(container, cst.BinaryOperation):
        _unfill(filler, container, container.left, escaped=escaped)
        return
    filler.drop_item(container, argument)
    filling = next((each for each in (container, *filler.tree.ancestors(container)) if _fills(each)), None)
    if filler.is_emptied(container) and filling is not None and (filling is container or _only(filling, container)):
        _unfill(filler, filling, _template(filling), escaped=escaped)


def _fills(node: cst.CSTNode) -> bool:
    match node:
        case cst.BinaryOperation(operator=cst.Modulo()) | cst.Call(func=cst.Attribute(attr=cst.Name("format"))):
            return True
        case _:
            return False


def _only(filling: cst.CSTNode, container: cst.CSTNode) -> bool:
    if isinstance(filling, cst.BinaryOperation):
        return filling.right is container
    return isinstance(filling, cst.Call) and [arg.value for arg in filling.args] == [container]


def _template(filling: cst.CSTNode) -> cst.BaseExpression:
    if isinstance(filling, cst.BinaryOperation):
        return filling.left
    assert isinstance(filling, cst.Call)
    assert isinstance(filling.func, cst.Attribute)
    return filling.func.value


def _unfill(filler: FileEditor, filling: cst.CSTNode, template: cst.BaseExpression, *, escaped: bool) -> None:
    """Takes the filling in off a template that has no field left; one with escapes still needs it."""
    tree = filler.tree
    start = tree.outer(template).end
    if isinstance(filling, cst.BinaryOperation):
        filler.replace(Span(start, tree.outer(filling.right).end), " % ()" if escaped else "")
    else:
        filler.replace(Span(start, tree.span(filling).end), ".format()" if escaped else "")


def _renumber(file: FileEditor, call: cst.Call, parts: Sequence[Part], gone: Part) -> None:
    positional = [arg for arg in call.args if arg.keyword is None and not arg.star]
    place = next((index for index, arg in enumerate(positional) if arg is gone.argument), None)
    for part in parts if place is not None else ():
        if part.key is None or part.argument is gone.argument:
            continue
        number = file.tree.text[part.key.start : part.key.end]
        if number.isdigit() and place is not None and int(number) > place:
            file.replace(part.key, str(int(number) - 1))


def prune(file: FileEditor, node: cst.CSTNode, doomed: Sequence[cst.CSTNode]) -> bool:
    """Takes operands out of a chain of ``+``, and returns whether nothing is left of *node*."""
    if any(node is each for each in doomed):
        return True
    if (items := joined(node)) is not None:
        gone = [element for element in items.elements if prune(file, element.value, doomed)]
        for element in gone:
            file.drop_item(items, element)
        return len(gone) == len(items.elements)
    if _fills(node):
        return prune(file, _template(node), doomed)
    if not isinstance(node, cst.ConcatenatedString) and not (
        isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add)
    ):
        return False
    left, right = prune(file, node.left, doomed), prune(file, node.right, doomed)
    tree = file.tree
    if left and not right:
        file.replace(Span(tree.outer(node.left).start, tree.outer(node.right).start), "")
    elif right and not left:
        file.replace(Span(tree.outer(node.left).end, tree.outer(node.right).end), "")
    return left and right

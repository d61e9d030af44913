"""What is appended to a URL after the query parameter that made its ``?`` has gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.languages.python.rewriting.bindings import bindings, block_of, function_of, names_in
from migrator.languages.python.rewriting.credential import quote_at
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parameter import Cut, erase_mark, erase_parts
from migrator.languages.python.rewriting.urls.parts import Part, climbable, parts_of, root_of
from migrator.languages.python.rewriting.urls.separator import (
    begins_with_and,
    is_led,
    make_leading,
    may_be_empty,
    strip_separator,
)
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

_DEPENDS = "which of the parameters appended later comes first depends on the way taken"


def drop_parameter(
    file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], first: int, last: int, *, lead: str
) -> None:
    """Takes pieces that are one parameter of a query out of it; *lead* is the mark that they begin with, if any.

    Raises `NotMovedError` when what is left would be no URL.
    """
    mark, rest = erase_parts(file, root, parts, first, last, lead=lead), parts[last + 1 :]
    if mark == "?":
        lead_with_question_mark(file, Cut(root=root, tail=tuple(rest), bare=True))
    elif not mark and rest:
        strip_separator(file, root, rest)


def follow_variable(
    file: FileEditor, root: cst.BaseExpression, parts: Sequence[Part], place: int, assumed: frozenset[str]
) -> None:
    """Makes a variable that begins with ``&`` now (one of *assumed*) follow what stands before it in a URL."""
    if erase_mark(file, root, parts, place) == "?":
        make_leading(file, parts[place:], assumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Appended:
    """A piece that follows a URL: ``url`` is the URL's code, ``grows`` says that the URL's variable takes it in.

    ``argument`` is what fills in the field that follows the piece, where both are of a template.
    """

    part: Part
    url: str
    grows: bool
    argument: cst.CSTNode | None = None


def lead_with_question_mark(file: FileEditor, cut: Cut) -> None:
    """Makes what follows a URL that now has no ``?`` begin with one.

    Where it depends on the way taken which of several parts comes first, each asks what the URL already holds.
    Raises `NotMovedError` when what follows is not known.
    """
    tree = file.tree
    if cut.tail:
        make_leading(file, cut.tail)
        return
    span = _reach(tree, cut.root)
    every = [each for each in _appended(tree, cut.root) if begins_with_and(tree, each.part) or _is_led(file, each)]
    every = [each for each in every if span.contains(each.part.span) or _loops_since(tree, each, cut.root)]
    every.sort(key=lambda each: each.part.span)
    for place, each in enumerate(every):
        if any(_always(tree, other, cut.root) for other in every[:place]):
            continue
        before = [other for other in every if other is not each and _precedes(tree, other, each, cut.root)]
        if before or _repeats(tree, each, cut.root):
            _ask(file, each)
        else:
            make_leading(file, (each.part,))


def _reach(tree: Tree, root: cst.BaseExpression) -> Span:
    """Returns the stretch in which a variable can hold the URL: up to where it is bound anew beside its statement."""
    above, whole = tree.parent(root), Span(0, len(tree.text))
    match above:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
            | cst.AugAssign(target=cst.Name(value=name))
        ):
            function = function_of(tree, root)
            begin, block = tree.span(root).start, block_of(tree, root)
            found = bindings(tree, function or tree.naming(name), name)
            later = [each for each in found if isinstance(each, cst.AssignTarget) and tree.span(each).start > begin]
            anew = [each for each in later if block_of(tree, each) is block and not _reads(tree, each, name)]
            looped = tree.above(root, cst.For, cst.While) is not None
            return Span(0 if looped else begin, min((tree.span(each).start for each in anew), default=whole.end))
        case _:
            return whole


def _reads(tree: Tree, target: cst.CSTNode, name: str) -> bool:
    statement = tree.parent(target)
    return isinstance(statement, cst.Assign) and any(each.value == name for each in names_in(tree, statement.value))


def _is_led(file: FileEditor, one: _Appended) -> bool:
    return one.part.value is not None and is_led(file, one.part.value)


# -- the order in which pieces are appended -------------------------------------------------------------------------


def _always(tree: Tree, one: _Appended, root: cst.BaseExpression) -> bool:
    """Returns whether a piece is appended whatever way is taken after the URL was made."""
    filled = one.part.is_text or not may_be_empty(tree, one.part.value)
    return one.grows and filled and block_of(tree, one.part.group) is block_of(tree, root)


def _precedes(tree: Tree, one: _Appended, other: _Appended, root: cst.BaseExpression) -> bool:
    """Returns whether the URL may already hold one piece where another is appended."""
    if not one.grows:
        return False
    here, there = (list(tree.ancestors(each.part.group)) for each in (one, other))
    if any(loop in there for loop in _loops_since(tree, one, root)):
        return True
    branch = next((above for above in here if isinstance(above, cst.If) and above in there), None)
    apart = branch is not None and (branch.body in here) != (branch.body in there)
    return not apart and one.part.span < other.part.span


def _repeats(tree: Tree, one: _Appended, root: cst.BaseExpression) -> bool:
    return one.grows and bool(_loops_since(tree, one, root))


def _loops_since(tree: Tree, one: _Appended, root: cst.BaseExpression) -> list[cst.CSTNode]:
    """Returns the loops that a piece is appended in and the URL is not made in."""
    around = set(tree.ancestors(root))
    loops = (above for above in tree.ancestors(one.part.group) if isinstance(above, (cst.For, cst.While)))
    return [loop for loop in loops if loop not in around]


def _ask(file: FileEditor, one: _Appended) -> None:
    """Makes a piece begin with ``?`` or with ``&``, whichever the URL asks for when it is appended."""
    tree, part = file.tree, one.part
    group, url = part.group, one.url
    outer = quote_at(tree, group)
    inner = "'" if outer == '"' else '"'
    if not part.is_text or (isinstance(group, cst.FormattedString) and any(quote in url for quote in "\"'")):
        raise NotMovedError(_DEPENDS)
    ampersand = Span(part.span.start, part.span.start + 1)
    if part.span.start == parts_of(tree, group)[0].span.start:  # type: ignore[arg-type]  # literals are expressions
        start = tree.span(group).start
        file.replace(ampersand, "")
        file.replace(Span(start, start), f"({_asked(url, outer)}) + ")
    elif isinstance(group, cst.FormattedString):
        file.replace(ampersand, f"{{{_asked(url, inner)}}}")
    elif isinstance(one.argument, (cst.Arg, cst.Element)):
        start = tree.span(one.argument).start
        file.replace(ampersand, "{}" if isinstance(one.argument, cst.Arg) else "%s")
        file.replace(Span(start, start), f"{_asked(url, outer)}, ")
    else:
        raise NotMovedError(_DEPENDS)


def _asked(url: str, mark: str) -> str:
    return f"{mark}&{mark} if {mark}?{mark} in {url} else {mark}?{mark}"


# -- where pieces are appended --------------------------------------------------------------------------------------


def _appended(tree: Tree, root: cst.BaseExpression) -> Iterator[_Appended]:
    """Returns the pieces that directly follow the URL wherever its variable, attribute or function is used."""
    holder = _holder(tree, root)
    if holder is None:
        return
    scope, name = holder
    for added in tree.walk(scope, cst.AugAssign):
        if isinstance(added.operator, cst.AddAssign) and _is_use(added.target, name):
            yield _Appended(part=parts_of(tree, added.value)[0], url=tree.code(added.target), grows=True)
    seen: set[int] = set()
    for node in tree.walk(scope, cst.Name, cst.Attribute, cst.Call):
        if not _is_use(node, name):
            continue
        whole = root_of(tree, climbable(tree, node))
        if id(whole) in seen or whole is root:
            continue
        seen.add(id(whole))
        yield from _after(tree, whole, name)
        if whole is node and _is_kept(tree, whole):
            yield from _appended(tree, whole)


def _is_kept(tree: Tree, made: cst.BaseExpression) -> bool:
    """Returns whether what a function gives is kept in a variable of its own."""
    above = tree.parent(made)
    return isinstance(made, cst.Call) and isinstance(above, cst.Assign) and above.value is made


def _after(tree: Tree, whole: cst.BaseExpression, name: str) -> Iterator[_Appended]:
    above = tree.parent(whole)
    grows = isinstance(above, cst.Assign) and any(_is_use(target.target, name) for target in above.targets)
    parts = parts_of(tree, whole)
    for part, following, field in zip(parts, parts[1:], [*parts[2:], None], strict=False):
        if part.value is not None and _is_use(part.value, name):
            argument = field.argument if field is not None and field.key is None else None
            yield _Appended(part=following, url=tree.code(part.value), grows=grows, argument=argument)


def _holder(tree: Tree, root: cst.BaseExpression) -> tuple[cst.CSTNode, str] | None:
    """Returns the scope and the name by which a URL expression is used."""
    above = tree.parent(root)
    function = function_of(tree, root)
    match above:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
            | cst.AugAssign(target=cst.Name(value=name))
        ):
            return function or tree.naming(name), name
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name)))]):
            return tree.naming(name), name
        case cst.Return() if function is not None:
            return tree.naming(function.name.value), function.name.value
        case _:
            return None


def _is_use(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Name(value=value):
            return value == name
        case cst.Attribute(attr=cst.Name(value=value)):
            return value == name
        case cst.Call(func=func):
            return _is_use(func, name)
        case _:
            return False

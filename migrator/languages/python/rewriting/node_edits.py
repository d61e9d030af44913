"""Items between commas, and statements: what becomes of the text when some are taken out, put in or replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrator.languages.python.rewriting.tree import Tree
from migrator.model.text import Span


@dataclass(slots=True)
class ItemChanges:
    """What is to happen to one list of items between commas."""

    drop: set[int] = field(default_factory=set)
    add: list[str] = field(default_factory=list)
    replace: dict[int, str] = field(default_factory=dict)


def items_of(container: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """Returns the items between commas of a call, display, class or import; empty for anything else."""
    match container:
        case cst.Call():
            return container.args
        case cst.Dict() | cst.List() | cst.Tuple() | cst.Set():
            return container.elements
        case cst.ImportFrom(names=names) if not isinstance(names, cst.ImportStar):
            return names
        case _:
            return ()


def item_edits(tree: Tree, container: cst.CSTNode, changes: ItemChanges) -> dict[Span, str]:
    """Returns what becomes of a list of items: the text for each span."""
    items = items_of(container)
    drop, add, out = set(changes.drop), list(changes.add), {}
    for index, text in changes.replace.items():
        out[tree.span(items[index])] = text
    for index in sorted(drop):
        if add and not positional_follows(container, items[index]):
            out[tree.span(items[index])] = add.pop(0)
            drop.discard(index)
    left = [item for index, item in enumerate(items) if index not in drop]
    if drop and isinstance(container, cst.Tuple) and len(left) == 1:
        return {tree.span(container): tree.code(left[0]) + ","}
    for first, last in _runs(sorted(drop)):
        out[_cut(tree, container, first, last)] = ""
    if add:
        out.update(_insertion(tree, container, add, drop))
    return out


def positional_follows(container: cst.CSTNode, item: cst.CSTNode) -> bool:
    """Returns whether an argument by position stands behind an item."""
    behind = items_of(container)[items_of(container).index(item) + 1 :]
    return any(isinstance(arg, cst.Arg) and arg.keyword is None and not arg.star for arg in behind)


def _runs(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Returns the first and last of each run of neighbours in a sorted sequence."""
    starts = [index for index in indexes if index - 1 not in indexes]
    ends = [index for index in indexes if index + 1 not in indexes]
    return zip(starts, ends, strict=True)


def _cut(tree: Tree, container: cst.CSTNode, first: int, last: int) -> Span:
    """Returns the span to delete so that items *first* to *last* are gone and the rest still reads well."""
    items = items_of(container)
    begin, end = tree.span(items[first]).start, tree.span(items[last]).end
    if first == 0 and last == len(items) - 1:
        return _inside(tree, container)
    lines = _own_lines(tree, begin, end)
    if last < len(items) - 1:
        return lines or Span(begin, tree.span(items[last + 1]).start)
    before = tree.span(items[first - 1]).end
    if lines and "#" in tree.text[before:begin]:
        return lines
    return Span(before, end)


def _own_lines(tree: Tree, begin: int, end: int) -> Span | None:
    """Returns the whole lines of an item that has them to itself."""
    start, stop = tree.line_of(begin)[0], tree.line_of(end)[1]
    rest = tree.text[end:stop].lstrip(" \t")
    rest = rest[1:].lstrip(" \t") if rest.startswith(",") else rest
    if tree.text[start:begin].strip() or (rest.strip() and not rest.startswith("#")):
        return None
    return Span(start, stop)


def _inside(tree: Tree, container: cst.CSTNode) -> Span:
    """Returns the span between the brackets of a container."""
    span = tree.span(container)
    if isinstance(container, cst.Tuple):
        return span
    if isinstance(container, cst.Call):
        opening = tree.text.index("(", tree.outer(container.func).end)
        return Span(opening + 1, span.end - 1)
    return Span(span.start + 1, span.end - 1)


def _insertion(tree: Tree, container: cst.CSTNode, add: Sequence[str], drop: set[int]) -> dict[Span, str]:
    items = items_of(container)
    left = [item for index, item in enumerate(items) if index not in drop]
    if isinstance(container, cst.ImportFrom):
        return _sorted_insertion(tree, left, add)
    if not left:
        inside = _inside(tree, container)
        return {inside: ", ".join(add)}
    stars = [arg for arg in left if isinstance(arg, cst.Arg) and arg.star == "**"]
    if stars:
        at = tree.span(stars[0]).start
        gap = f",{tree.newline}{tree.indent_of(at)}" if _own_lines(tree, at, tree.span(stars[0]).end) else ", "
        return {Span(at, at): "".join(text + gap for text in add)}
    return _append(tree, left[-1], add)


def _sorted_insertion(tree: Tree, left: Sequence[cst.CSTNode], add: Sequence[str]) -> dict[Span, str]:
    """Returns the insertion of imported names before the first that sorts after them."""
    after = [item for item in left if _import_order(tree.code(item)) > _import_order(add[0])]
    if not after:
        return _append(tree, left[-1], add)
    at = tree.span(after[0]).start
    gap = f",{tree.newline}{tree.indent_of(at)}" if _own_lines(tree, at, tree.span(after[0]).end) else ", "
    return {Span(at, at): "".join(text + gap for text in add)}


def _import_order(name: str) -> tuple[int, str]:
    """Returns how import sorters rank a name: constants, classes, the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def _append(tree: Tree, last: cst.CSTNode, add: Sequence[str]) -> dict[Span, str]:
    begin, end = tree.span(last)
    lines = _own_lines(tree, begin, end)
    if lines is None:
        return {Span(end, end): "".join(f", {text}" for text in add)}
    newline, indent = tree.newline, tree.indent_of(begin)
    stop = end + len(tree.text[end : lines.end].rstrip("\r\n"))
    rest = tree.text[end:stop].lstrip(" \t")
    if rest.startswith(","):
        return {Span(stop, stop): "".join(f"{newline}{indent}{text}," for text in add)}
    body = "".join(f"{newline}{indent}{text}," for text in add)[:-1]
    if not rest:
        return {Span(end, end): "," + body}
    return {Span(end, end): ",", Span(stop, stop): body}


def statement_edits(tree: Tree, statements: set[cst.CSTNode]) -> Iterator[tuple[Span, str]]:
    """Yields what becomes of the lines of some small statements that go; a block that becomes empty keeps ``pass``."""
    lines: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    for statement in statements:
        line = tree.parent(statement)
        if line is not None:
            lines.setdefault(line, []).append(statement)
    whole = {line for line, gone in lines.items() if len(gone) == len(line.body)}  # type: ignore[attr-defined]
    for line, gone in lines.items():
        if line not in whole:
            yield from _small_cuts(tree, line, gone)
    yield from _line_cuts(tree, whole)


def _small_cuts(tree: Tree, line: cst.CSTNode, gone: Sequence[cst.CSTNode]) -> Iterator[tuple[Span, str]]:
    body: Sequence[cst.CSTNode] = line.body  # type: ignore[attr-defined]
    for first, last in _runs(sorted(body.index(each) for each in gone)):
        if last < len(body) - 1:
            yield Span(tree.span(body[first]).start, tree.span(body[last + 1]).start), ""
        else:
            yield Span(tree.span(body[first - 1]).end, tree.span(body[last]).end), ""


def _line_cuts(tree: Tree, lines: set[cst.CSTNode]) -> Iterator[tuple[Span, str]]:
    for line in lines:
        block = line if isinstance(line, cst.SimpleStatementSuite) else tree.parent(line)
        rest = [each for each in getattr(block, "body", ()) if each not in lines] if block is not line else []
        if rest or isinstance(block, cst.Module):
            yield Span(tree.line_of(tree.span(line).start)[0], tree.line_of(tree.span(line).end)[1]), ""
        elif (branch := _idle_branch(tree, block)) is not None:
            yield Span(tree.line_of(tree.span(branch).start)[0], tree.line_of(tree.span(branch).end)[1]), ""
        elif block is line or line is block.body[0]:  # type: ignore[union-attr]
            yield tree.span(line), "pass"
        else:
            yield Span(tree.line_of(tree.span(line).start)[0], tree.line_of(tree.span(line).end)[1]), ""


def _idle_branch(tree: Tree, block: cst.CSTNode | None) -> cst.If | None:
    """Returns the ``if`` whose only block this is, when its test does nothing and more stands beside it."""
    branch = tree.parent(block) if block is not None else None
    if not isinstance(branch, cst.If) or branch.orelse is not None:
        return None
    around = tree.parent(branch)
    if not isinstance(around, (cst.IndentedBlock, cst.Module)) or len(around.body) < 2:
        return None
    acts = next(tree.walk(branch.test, cst.Call, cst.Await, cst.NamedExpr, cst.Yield), None)
    return None if acts is not None else branch

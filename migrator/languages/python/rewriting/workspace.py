"""The files that one draft touches, parsed once, with who uses what in them, and what is to be done to each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import libcst as cst

from migrator.evaluate.object_uses import ObjectUse
from migrator.languages.python.rewriting.bindings import bound_by, home_of, is_member, reads_of
from migrator.languages.python.rewriting.node_edits import ItemChanges, item_edits, items_of, statement_edits
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.draft import NotMovedError, Placement
from migrator.model.edit import Edit, edited
from migrator.model.text import Location, Source, Span

Uses: TypeAlias = "list[tuple[FileEditor, cst.Name | cst.Attribute]]"
_HELD = 1_000_000
"""How many characters of source may be held as trees from one draft to the next."""


class SourceIndex:
    """The sources with their trees, made when they are asked for, and where each value is used."""

    def __init__(self, sources: Mapping[str, Source], uses: Iterable[ObjectUse] = ()) -> None:
        """Takes the sources by path, and what the evaluation saw of who uses what."""
        self.sources = sources
        self._trees: dict[str, Tree] = {}
        self._uses: dict[tuple[str, int], list[ObjectUse]] = {}
        uses = tuple(uses)
        for use in uses:
            self._uses.setdefault((use.of.path, use.of.span.start), []).append(use)
        self._given: dict[tuple[str, int], list[ObjectUse]] = {}
        for use in uses:
            self._given.setdefault((use.at.path, use.at.span.end), []).append(use)

    def tree(self, path: str) -> Tree:
        """Returns a file to be edited. Raises `NotMovedError` when it is not at hand."""
        if path not in self._trees:
            if path not in self.sources:
                raise NotMovedError(f"`{path}` is not part of what is analysed")
            self._trees[path] = Tree(self.sources[path])
        return self._trees[path]

    def evict(self) -> None:
        """Forgets the trees where many are held; what a draft has taken from them must not outlive it."""
        if sum(len(tree.text) for tree in self._trees.values()) > _HELD:
            self._trees.clear()

    def uses(self, made: Location) -> Sequence[ObjectUse]:
        """Returns the expressions that give what is made at a place."""
        return self._uses.get((made.path, made.span.start), ())

    def is_known(self, place: Location) -> bool:
        """Returns whether the expression at a place gives something that is made in the program."""
        return (place.path, place.span.end) in self._given

    def made(self, place: Location) -> Location | None:
        """Returns where what the expression at a place gives is made, None where it may give several things."""
        found = self._given.get((place.path, place.span.end), ())
        return found[0].of if len(found) == 1 and found[0].alone else None

    def said(self, path: str, name: str) -> Iterator[Location]:
        """Yields where files that import a file say a name of it, or all names."""
        importers = {use.at.path for use in self.uses(Location(path, Span(0, 0)))} - {path}
        taken = rf"import[^\S\n]*(?:\([^)]*\b{name}\b|[^\n(]*(?:\b{name}\b|\*))"
        pattern = re.compile(rf"{taken}|\.{name}\b|['\"]{name}['\"]")
        for each in sorted(importers & self.sources.keys()):
            yield from (Location(each, Span(*found.span())) for found in pattern.finditer(self.sources[each].text))


class FileEditor:
    """Collects what is to be done to one file and renders it once, so that changes at one place do not collide."""

    def __init__(self, tree: Tree, workspace: Workspace) -> None:
        """Takes the tree of the file, and the workspace that it belongs to."""
        self.tree, self.workspace = tree, workspace
        self._items: dict[cst.CSTNode, ItemChanges] = {}
        self._statements: set[cst.CSTNode] = set()
        self._texts: dict[Span, str] = {}

    def is_shared(self, name: str) -> bool:
        """Returns whether other files speak of a name of this one."""
        return any(self.workspace.index.said(self.tree.source.path, name))

    def made(self, expression: cst.CSTNode) -> Location | None:
        """Returns where what an expression gives is made, None where it may give several things."""
        return self.workspace.index.made(self.tree.location(expression))

    def display(self, expression: cst.BaseExpression) -> cst.Dict | None:
        """Returns the dictionary display of this file that an expression is, or that alone it gives."""
        if isinstance(expression, cst.Dict):
            return expression
        made = self.made(expression)
        return self.tree.find(made.span, cst.Dict) if made is not None and made.path == self.tree.source.path else None

    def insert_before(self, statement: cst.CSTNode, code: str) -> None:
        """Puts a statement on a line of its own before another. Raises `NotMovedError` where there is none."""
        start = self.tree.span(statement).start
        indent = self.tree.text[self.tree.line_of(start)[0] : start]
        if isinstance(self.tree.parent(statement), cst.SimpleStatementSuite) or indent.strip():
            raise NotMovedError("there is no line of its own for the header here")
        self.replace(Span(start, start), code + self.tree.newline + indent)

    def replace(self, span: Span, text: str) -> None:
        """Puts *text* where *span* stands; an empty span inserts. Saying the same twice is saying it once."""
        self._texts[span] = text

    def drop_item(self, container: cst.CSTNode, item: cst.CSTNode) -> None:
        """Takes an argument, dictionary entry or element out of its container, with its comma."""
        self._of(container).drop.add(items_of(container).index(item))

    def replace_item(self, container: cst.CSTNode, item: cst.CSTNode, text: str) -> None:
        """Puts *text* where an item stands."""
        self._of(container).replace[items_of(container).index(item)] = text

    def add_item(self, container: cst.CSTNode, text: str) -> None:
        """Adds an argument or entry as the last, but before ``**`` arguments of a call."""
        changes = self._of(container)
        if text not in changes.add:
            changes.add.append(text)

    def added(self, container: cst.CSTNode) -> Sequence[str]:
        """Returns what is added to a container of items so far."""
        return self._items[container].add if container in self._items else ()

    def drop_statement(self, statement: cst.CSTNode) -> None:
        """Takes out a small statement; a block that becomes empty keeps a ``pass``."""
        self._statements.add(statement)

    def keep_statement(self, statement: cst.CSTNode) -> None:
        """Takes back that a statement is dropped."""
        self._statements.discard(statement)

    def goes(self, statement: cst.CSTNode) -> bool:
        """Returns whether a small statement is taken out."""
        return statement in self._statements

    def left_of(self, node: cst.CSTNode) -> str:
        """Returns the code of a node as it is with the edits so far."""
        span, text = self.tree.outer(node), self.tree.source.excerpt(self.tree.outer(node))
        for edit in reversed([edit for edit in self.edits() if span.contains(edit.span)]):
            start, end = edit.span.start - span.start, edit.span.end - span.start
            text = text[:start] + edit.replacement + text[end:]
        return text

    def is_emptied(self, container: cst.CSTNode) -> bool:
        """Returns whether nothing is left in a container of items."""
        changes = self._items.get(container)
        dropped = len(changes.drop) if changes and not changes.add else 0
        return dropped == len(items_of(container))

    def is_dropped(self, container: cst.CSTNode, item: cst.CSTNode) -> bool:
        """Returns whether an item is taken out of its container."""
        changes = self._items.get(container)
        return changes is not None and items_of(container).index(item) in changes.drop

    def _of(self, container: cst.CSTNode) -> ItemChanges:
        return self._items.setdefault(container, ItemChanges())

    def edits(self) -> tuple[Edit, ...]:
        """Returns the edits in order of position; what lies inside something that goes away is left out."""
        pieces = dict(self._texts) | dict(statement_edits(self.tree, self._statements))
        for container, changes in self._items.items():
            for span, text in item_edits(self.tree, container, changes).items():
                pieces[span] = pieces.get(span, "") + text if span.start == span.end else text
        spans = sorted(pieces, key=lambda span: (span.start, -span.end))
        kept: list[Span] = []
        for span in spans:
            if not (kept and kept[-1].contains(span) and kept[-1] != span and kept[-1].end > span.start):
                kept.append(span)
        source = self.tree.source
        return tuple(edited(source, span, pieces[span]) for span in kept if source.excerpt(span) != pieces[span])


class Workspace:
    """The files that one draft edits, each with its pending changes."""

    def __init__(self, index: SourceIndex, token_env: str, where: Placement = Placement.SENDER) -> None:
        """Takes the index of the sources, what is read instead of a written credential, and where headers go."""
        self.index = index
        self.token_env = token_env
        self.where = where
        self._files: dict[str, FileEditor] = {}

    def file(self, path: str) -> FileEditor:
        """Returns the editor of a file."""
        if path not in self._files:
            self._files[path] = FileEditor(self.index.tree(path), self)
        return self._files[path]

    def call_at(self, place: Location) -> cst.Call:
        """Returns the call expression at a location. Raises `NotMovedError` when there is none."""
        call = self.index.tree(place.path).find(place.span, cst.Call)
        if call is None:
            raise NotMovedError("the request is not sent by a plain call")
        return call

    def uses_of(self, made: Location, target: cst.Name) -> Uses | None:
        """Returns where the variable or attribute that is bound at *target* gives what is made at a place, in any file.

        None when it gives something else too, is imported by its name, or is used where the evaluation never came.
        """
        name, scope = target.value, self._scope(made, target)
        found: Uses = []
        for use in self.index.uses(made):
            file = self.file(use.at.path)
            node = file.tree.find(use.at.span, cst.Name, cst.Attribute)
            if node is None or isinstance(file.tree.parent(node), (cst.ImportAlias, cst.AsName)):
                if {name, "*"} & set(re.findall(r"\w+|\*", file.tree.source.excerpt(use.at.span))):
                    return None
                continue
            if isinstance(node, cst.Attribute) and node.attr.value == name:
                pass
            elif not isinstance(node, cst.Name) or node.value != name or home_of(file.tree, node) is not scope:
                continue
            if not use.alone:
                return None
            found.append((file, node))
        return found if self.is_seen(made, target) else None

    def bound(self, made: Location) -> str:
        """Returns the variable that what is made at a place is bound to there, empty when it is none."""
        tree = self.index.tree(made.path)
        node = tree.find(made.span, cst.Dict, cst.Call)
        name = bound_by(tree.parent(node)) if node is not None else None
        return name.value if name is not None and not is_member(tree, name) else ""

    def seen(self, made: Location, path: str) -> list[cst.Name | cst.Attribute]:
        """Returns the names and attributes of a file that give what is made at a place."""
        tree = self.index.tree(path)
        places = (use.at for use in self.index.uses(made) if use.at.path == path)
        found = (tree.find(place.span, cst.Name, cst.Attribute) for place in places)
        return [node for node in found if isinstance(node, (cst.Name, cst.Attribute))]

    def every_use_of(self, made: Location, target: cst.Name) -> Uses:
        """Returns what `uses_of` does. Raises `NotMovedError` where that is not all known."""
        uses = self.uses_of(made, target)
        if uses is None:
            raise NotMovedError(f"`{target.value}` is bound more than once, imported by its name, or used out of sight")
        return uses

    def is_seen(self, made: Location, target: cst.Name) -> bool:
        """Returns whether the evaluation came wherever what is bound at *target*, and made at a place, is spoken of."""
        tree, scope = self.index.tree(made.path), self._scope(made, target)
        places = list(map(tree.location, reads_of(tree, target, scope)))
        places += () if isinstance(scope, cst.FunctionDef) else self.index.said(made.path, target.value)
        return all(map(self.index.is_known, places))

    def _scope(self, made: Location, target: cst.Name) -> cst.CSTNode | None:
        tree = self.index.tree(made.path)
        return None if is_member(tree, target) else home_of(tree, target)

    def close(self) -> None:
        """Lets the editors go, which know this workspace: nothing else would, as the collector is off."""
        self._files.clear()

    def edits(self) -> tuple[Edit, ...]:
        """Returns the edits of all files, sorted by file and position."""
        return tuple(edit for path in sorted(self._files) for edit in self._files[path].edits())

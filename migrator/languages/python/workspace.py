"""The files that one draft touches, parsed once, and what a recipe has taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.evaluate.uses import ObjectUse
from migrator.languages.python.credential import Token, bearer, carry, quote_at
from migrator.languages.python.edits import Sheet, Tree
from migrator.languages.python.imports import module_stem
from migrator.languages.python.names import home_of, is_member, reads_of
from migrator.languages.python.urls import NotMovedError
from migrator.model.draft import KeyEntry
from migrator.model.edit import Edit
from migrator.model.text import Location, Source, Span


class Shelf:
    """Makes trees of files when they are asked for, and keeps them."""

    def __init__(self, sources: Mapping[str, Source], uses: Iterable[ObjectUse] = ()) -> None:
        """Takes the sources by path, and what the evaluation saw of who uses what."""
        self.sources = sources
        self._trees: dict[str, Tree] = {}
        self._uses: dict[tuple[str, int], list[ObjectUse]] = {}
        for use in uses:
            self._uses.setdefault((use.of.path, use.of.span.start), []).append(use)

    def tree(self, path: str) -> Tree:
        """Returns a file to be edited. Raises `NotMovedError` when it is not at hand."""
        if path not in self._trees:
            if path not in self.sources:
                raise NotMovedError(f"`{path}` is not part of what is analysed")
            self._trees[path] = Tree(self.sources[path])
        return self._trees[path]

    def uses(self, made: Location) -> Sequence[ObjectUse]:
        """Returns the expressions that give what is made at a place."""
        return self._uses.get((made.path, made.span.start), ())

    def said(self, path: str, name: str) -> set[tuple[str, int]]:
        """Returns where other files that import a file say a name after a dot or as a text: the file, and the end."""
        importers = {use.at.path for use in self.uses(Location(path, Span(0, 0)))} - {path}
        pattern = re.compile(rf"\.{name}\b|['\"]{name}['\"]")
        texts = {each: self.sources[each].text for each in importers & self.sources.keys()}
        return {(each, match.end()) for each, text in texts.items() for match in pattern.finditer(text)}

    def is_shared(self, tree: Tree, name: str) -> bool:
        """Returns whether another file may use a name of this one; one that begins with a dot is an attribute's."""
        stem = module_stem(tree.source.path)
        others = [source for source in self.sources.values() if source is not tree.source and stem in source.text]
        bare = name.removeprefix(".")
        if tree.source.path.endswith("__init__.py"):
            return any(re.search(rf"\b{re.escape(bare)}\b", source.text) for source in others)
        return any(_uses(source.text, re.escape(stem), re.escape(bare), attribute=bare != name) for source in others)


def _uses(text: str, stem: str, name: str, *, attribute: bool) -> bool:
    """Returns whether a file imports a module and speaks of a name of it."""
    taken = re.findall(rf"\bfrom\s+[\w.]*\b{stem}\s+import\s*(\([^)]*\)|[^\n]*)", text)
    whole = re.search(rf"\bimport\s*(?:\([^)]*\b{stem}\b|[^\n]*\b{stem}\b)|['\"][\w.]*\b{stem}['\"]", text)
    if not taken and not whole:
        return False
    named = any(re.search(rf"\b{name}\b|\*", names) for names in taken)
    return (named and not attribute) or re.search(rf"\.{name}\b|['\"]{name}['\"]", text) is not None


class Desk:
    """The sheets of one draft."""

    def __init__(self, shelf: Shelf, token_env: str) -> None:
        """Takes the shelf to fetch files from, and what is read instead of a credential that stands in the source."""
        self.shelf = shelf
        self.token_env = token_env
        self._sheets: dict[str, Sheet] = {}

    def sheet(self, path: str) -> Sheet:
        """Returns the sheet for a file."""
        if path not in self._sheets:
            tree = self.shelf.tree(path)
            self._sheets[path] = Sheet(tree, is_shared=lambda name: self.shelf.is_shared(tree, name))
        return self._sheets[path]

    def call_at(self, place: Location) -> cst.Call:
        """Returns the call expression at a location. Raises `NotMovedError` when there is none."""
        call = self.shelf.tree(place.path).find(place.span, cst.Call)
        if call is None:
            raise NotMovedError("the request is not sent by a plain call")
        return call

    def uses_of(self, made: Location, target: cst.Name) -> list[tuple[Sheet, cst.Name | cst.Attribute]] | None:
        """Returns where the variable or attribute that is bound at *target* gives what is made at a place, in any file.

        None when it gives something else too, is imported by its name, or is used where the evaluation never came.
        """
        own, name = self.shelf.tree(made.path), target.value
        scope = None if is_member(own, target) else home_of(own, target)
        found: list[tuple[Sheet, cst.Name | cst.Attribute]] = []
        for use in self.shelf.uses(made):
            sheet = self.sheet(use.at.path)
            node = sheet.tree.find(use.at.span, cst.Name, cst.Attribute)
            if node is None or isinstance(sheet.tree.parent(node), (cst.ImportAlias, cst.AsName)):
                if {name, "*"} & set(re.findall(r"\w+|\*", sheet.tree.source.excerpt(use.at.span))):
                    return None
                continue
            if isinstance(node, cst.Attribute) and node.attr.value == name:
                pass
            elif not isinstance(node, cst.Name) or node.value != name or home_of(sheet.tree, node) is not scope:
                continue
            if not use.alone:
                return None
            found.append((sheet, node))
        met = {(sheet.tree.source.path, sheet.tree.span(node).end) for sheet, node in found}
        known = all((made.path, own.span(each).end) in met for each in reads_of(own, target, scope))
        return (
            found if known and (isinstance(scope, cst.FunctionDef) or self.shelf.said(made.path, name) <= met) else None
        )

    def edits(self) -> tuple[Edit, ...]:
        """Returns the edits of all sheets, sorted by file and position."""
        return tuple(edit for path in sorted(self._sheets) for edit in self._sheets[path].edits())


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a recipe took out: where the value comes from, and whether the header is already in place.

    ``others`` are the values that the same text is given elsewhere, each for the requests of its own function.
    ``statement`` is the statement that put the key in, when all of it goes; its place is free for another.
    ``placed`` says that the header is set where the key was; ``shared`` is then the place that it is set at.
    ``guarded`` says that the key was only put in where there was none yet. ``given`` is the expression that takes a key
    that callers gave out of where it would be sent, with ``{}`` for the token's own.
    """

    token: Token
    others: tuple[Token, ...] = ()
    statement: cst.BaseSmallStatement | None = None
    placed: bool = False
    shared: Location | None = None
    guarded: bool = False
    given: str = ""

    def code(self, own: str) -> str:
        """Returns the expression for the token, *own* the one for where callers give none."""
        return self.given.replace("{}", own) if self.given else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The place that an entry names: the sheet of its file and the innermost string or name there."""

    entry: KeyEntry
    desk: Desk
    sheet: Sheet
    node: cst.CSTNode

    def token(self, node: cst.CSTNode, *, written_out: bool = False) -> Token:
        """Returns the token that a value gives; a credential that is *written out* is read from the environment."""
        written_out = written_out or isinstance(node, (cst.SimpleString, cst.ConcatenatedString))
        environment = self.desk.token_env if written_out else ""
        return Token(tree=self.tree, node=node, environment=environment, quote=quote_at(self.tree, self.node))

    def bearer(self, token: Token) -> str:
        """Returns the value of a header that is set where the credential was."""
        return bearer(self.tree, carry(token, self.sheet, token.node), token.quote)

    @property
    def tree(self) -> Tree:
        """The file the place is in."""
        return self.sheet.tree

    def location(self, node: cst.CSTNode) -> Location:
        """Returns the location of a node of this file."""
        return Location(self.tree.source.path, self.tree.span(node))

"""The files that one draft touches, parsed once, and what a recipe has taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.evaluate.uses import ObjectUse
from migrator.languages.python.rewriting.credential import Token, bearer, carry, quote_at
from migrator.languages.python.rewriting.edits import Sheet, Tree, Uses
from migrator.languages.python.rewriting.names import home_of, is_member, reads_of
from migrator.languages.python.rewriting.urls.parts import NotMovedError
from migrator.model.draft import KeyEntry, Where
from migrator.model.edit import Edit
from migrator.model.text import Location, Source, Span

_HELD = 1_000_000
"""How many characters of source may be held as trees from one draft to the next."""


class Shelf:
    """Makes trees of files when they are asked for, and keeps them."""

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

    def let_go(self) -> None:
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


class Desk:
    """The sheets of one draft."""

    def __init__(self, shelf: Shelf, token_env: str, where: Where = Where.SENDER) -> None:
        """Takes the shelf to fetch files from, what is read instead of a written credential, and where headers go."""
        self.shelf = shelf
        self.token_env = token_env
        self.where = where
        self._sheets: dict[str, Sheet] = {}

    def sheet(self, path: str) -> Sheet:
        """Returns the sheet for a file."""
        if path not in self._sheets:
            self._sheets[path] = Sheet(self.shelf.tree(path), self)
        return self._sheets[path]

    def call_at(self, place: Location) -> cst.Call:
        """Returns the call expression at a location. Raises `NotMovedError` when there is none."""
        call = self.shelf.tree(place.path).find(place.span, cst.Call)
        if call is None:
            raise NotMovedError("the request is not sent by a plain call")
        return call

    def uses_of(self, made: Location, target: cst.Name) -> Uses | None:
        """Returns where the variable or attribute that is bound at *target* gives what is made at a place, in any file.

        None when it gives something else too, is imported by its name, or is used where the evaluation never came.
        """
        name, scope = target.value, self._scope(made, target)
        found: Uses = []
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
        return found if self.is_seen(made, target) else None

    def made(self, place: Location) -> Location | None:
        """Returns where what the expression at a place gives is made, None where it may give several things."""
        return self.shelf.made(place)

    def bound(self, made: Location) -> str:
        """Returns the variable that what is made at a place is bound to there, empty when it is none."""
        tree = self.shelf.tree(made.path)
        node = tree.find(made.span, cst.Dict, cst.Call)
        match tree.parent(node) if node is not None else None:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]) if not is_member(tree, name):
                return name.value
            case _:
                return ""

    def seen(self, made: Location, path: str) -> list[cst.Name | cst.Attribute]:
        """Returns the names and attributes of a file that give what is made at a place."""
        tree = self.shelf.tree(path)
        places = (use.at for use in self.shelf.uses(made) if use.at.path == path)
        found = (tree.find(place.span, cst.Name, cst.Attribute) for place in places)
        return [node for node in found if isinstance(node, (cst.Name, cst.Attribute))]

    def is_shared(self, path: str, name: str) -> bool:
        """Returns whether other files speak of a name of a file."""
        return any(self.shelf.said(path, name))

    def every_use_of(self, made: Location, target: cst.Name) -> Uses:
        """Returns what `uses_of` does. Raises `NotMovedError` where that is not all known."""
        uses = self.uses_of(made, target)
        if uses is None:
            raise NotMovedError(f"`{target.value}` is bound more than once, imported by its name, or used out of sight")
        return uses

    def is_seen(self, made: Location, target: cst.Name) -> bool:
        """Returns whether the evaluation came wherever what is bound at *target*, and made at a place, is spoken of."""
        tree, scope = self.shelf.tree(made.path), self._scope(made, target)
        places = list(map(tree.location, reads_of(tree, target, scope)))
        places += () if isinstance(scope, cst.FunctionDef) else self.shelf.said(made.path, target.value)
        return all(map(self.shelf.is_known, places))

    def _scope(self, made: Location, target: cst.Name) -> cst.CSTNode | None:
        tree = self.shelf.tree(made.path)
        return None if is_member(tree, target) else home_of(tree, target)

    def close(self) -> None:
        """Lets the sheets go, which know this desk: nothing else would before the collector runs, which is off."""
        self._sheets.clear()

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
        return self.tree.location(node)

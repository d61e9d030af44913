"""Parsing with a grammar that is installed as a package of its own, and loaded when it is first needed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import count
from time import thread_time
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from migrator.errors import UnparsableError
from migrator.languages.syntax.tree import ERROR, Node, Syntax
from migrator.model.text import Source, Span, Trouble

if TYPE_CHECKING:
    import tree_sitter

_T = TypeVar("_T")

ParserNode: TypeAlias = "tree_sitter.Node"
"""A node as the parser gives it."""

DEEPEST = 3_000
_CHUNK = 1 << 16
_node = tuple.__new__
_SECONDS = 2.0  # of processor time, and more for a long text: a grammar can go round for ever in a line that is wrong
_SECONDS_A_CHARACTER = 1e-5
_STEPS = 64  # between two looks at the clock, each of which takes as long as parsing a line
_PASSES = 12  # each mends the errors that the last one left

ERROR_KIND = 0xFFFF
"""The number of the kind of what a grammar does not take."""

NOT_TAKEN = "the syntax is wrong, or newer than this tool knows"
TOO_DEEP = "the code nests too deeply to be analysed"


@dataclass(frozen=True, slots=True)
class Grammar:
    """A grammar: the language as users know it, its package, and the function there that gives it.

    ``refused`` is what the language takes as it stands and the grammar does not: patterns, each with the letter that
    stands for what it finds in an error.
    """

    language: str
    package: str
    function: str = "language"
    refused: tuple[tuple[bytes, bytes], ...] = ()


class _Kind(NamedTuple):
    name: str
    named: bool
    extra: bool  # a comment or continuation, which may stand anywhere


class _Loaded(NamedTuple):
    """A parser, the names of the numbers that its trees consist of, and the texts for which it needs too long."""

    parser: tree_sitter.Parser
    kinds: dict[int, _Kind]
    fields: dict[int | None, str]
    given_up: set[bytes]


_EXTRA = re.compile("comment|^line_continuation$")


@cache
def _loaded(grammar: Grammar) -> _Loaded:
    import tree_sitter

    pointer = getattr(import_module(grammar.package), grammar.function)()
    language = tree_sitter.Language(pointer)
    numbers = range(language.node_kind_count)
    names = {n: language.node_kind_for_id(n) or "" for n in numbers}
    kinds = {n: _Kind(name, language.node_kind_is_named(n), bool(_EXTRA.search(name))) for n, name in names.items()}
    fields: dict[int | None, str] = {None: ""}
    fields |= {n: language.field_name_for_id(n) or "" for n in range(1, language.field_count + 1)}
    return _Loaded(tree_sitter.Parser(language), {**kinds, ERROR_KIND: _Kind(ERROR, True, False)}, fields, set())


class Parsed(NamedTuple):
    """What a parser gives for a text: trees that follow one another, in order, and the places they do not hold."""

    text: str
    trees: tuple[tree_sitter.Tree, ...]
    troubles: tuple[Trouble, ...]

    @property
    def nodes(self) -> list[tree_sitter.Node]:
        """What stands on the first level of the text."""
        found = [node for tree in self.trees for node in tree.root_node.children]
        return found if len(self.trees) == 1 else sorted(found, key=lambda node: node.start_byte)


def parsed(source: Source, grammar: Grammar, masked: str | None = None) -> Parsed:
    """Returns a file as the parser gives it. *masked* is what the grammar is given instead: a text of the same length.

    Total but for `UnparsableError`, when the grammar's package is missing or parsing takes too long.
    """
    try:
        loaded = _loaded(grammar)
    except (ImportError, AttributeError, ValueError) as error:
        package = grammar.package.replace("_", "-")
        what = f"the grammar of {grammar.language} cannot be loaded from {package}, which may not be installed"
        raise _unparsable(source, what, f"Install {package}, or check the file's requests by hand.") from error
    text = source.text if masked is None else masked
    data = _encoded(text)
    tree = _parsed(loaded, data)
    if tree is not None and tree.root_node.has_error and grammar.refused:
        tree = _without_refused(loaded, data, tree, grammar)
    if tree is None:
        advice = "Exclude the file, or check its requests by hand."
        raise _unparsable(source, "the parser needs too long for this file", advice)
    return Parsed(source.text, (tree,), tuple(sorted(_troubles(tree.root_node))))


def converted(found: Parsed, grammar: Grammar) -> Syntax:
    """Returns the one tree that a parser gave, as ours."""
    [tree] = found.trees
    return _Conversion(found, _loaded(grammar)).run(tree)


def by_kind(grammar: Grammar, table: Mapping[str, _T]) -> dict[int, _T]:
    """Returns a table of kinds by the numbers that a grammar has for them: words are tokens only where nothing else is.

    A kind that has a name is not confused with the token that is written as it.
    """
    kinds = _loaded(grammar).kinds
    names = {kind.name for kind in kinds.values() if kind.named}
    return {n: table[one.name] for n, one in kinds.items() if one.name in table and one.named == (one.name in names)}


def parts_of(grammar: Grammar) -> frozenset[int]:
    """Returns the numbers of the kinds that have a name, but of those that may stand anywhere."""
    return frozenset(number for number, kind in _loaded(grammar).kinds.items() if kind.named and not kind.extra)


def _unparsable(source: Source, what: str, advice: str) -> UnparsableError:
    return UnparsableError(what, line=1, column=1, where=f"{source.path}:1", advice=advice)


_LONE_RETURN = re.compile(r"\r(?!\n)")


def _encoded(text: str) -> bytes:
    """Returns one byte for each code point, so that the parser's offsets are those of the text."""
    if "\r" in text:
        text = _LONE_RETURN.sub("\n", text)
    return text.replace("\0", "Z").encode("ascii", "one-byte-each")  # which ends the text to a grammar


def _one_byte_each(error: UnicodeError) -> tuple[str, int]:
    """Writes what is not ASCII as a letter that no keyword has, or as white space where it is that."""
    assert isinstance(error, UnicodeEncodeError)
    wide = error.object[error.start : error.end]
    return "".join([" " if each.isspace() or each == "\ufeff" else "Z" for each in wide]), error.end


codecs.register_error("one-byte-each", _one_byte_each)


def _parsed(loaded: _Loaded, data: bytes) -> tree_sitter.Tree | None:
    if data in loaded.given_up:
        return None
    deadline = thread_time() + _SECONDS + len(data) * _SECONDS_A_CHARACTER
    steps = count(1)
    try:
        return loaded.parser.parse(
            lambda offset, _point: data[offset : offset + _CHUNK],
            progress_callback=lambda _offset, _failed: not next(steps) % _STEPS and thread_time() > deadline,
        )
    except ValueError:  # it was told to stop
        loaded.parser.reset()
        loaded.given_up.add(data)
        return None


def _troubles(root: tree_sitter.Node) -> Iterator[Trouble]:
    """Yields what the grammar does not take or misses, but for what is in such a place already."""
    stack = [root] if root.has_error else []
    while stack:
        node = stack.pop()
        if node.is_error:
            yield Trouble(Span(*node.byte_range), NOT_TAKEN)
        elif node.is_missing:
            missed = "a name" if node.is_named else f"`{node.type}`"
            yield Trouble(Span(*node.byte_range), f"{missed} is missing here")
        elif node.has_error:
            stack += node.children


def _without_refused(loaded: _Loaded, data: bytes, tree: tree_sitter.Tree, grammar: Grammar) -> tree_sitter.Tree:
    """Returns the tree of a text in which letters stand for what its errors hold of it, where it then holds more."""
    found: list[tuple[int, tree_sitter.Tree]] = []
    for _ in range(_PASSES + 1):
        troubles = list(_troubles(tree.root_node))
        found.append((sum(one.span.end - one.span.start + 1 for one in troubles), tree))
        changed = _spelled_out(data, sorted(one.span for one in troubles if one.reason == NOT_TAKEN), grammar)
        again = _parsed(loaded, changed) if changed != data else None
        if again is None:
            break
        data, tree = changed, again
    return min(found, key=lambda one: one[0])[1]


def _spelled_out(data: bytes, errors: Sequence[Span], grammar: Grammar) -> bytes:
    """Returns a text in which letters stand for the first of what the grammar refuses in each error; all in order."""
    changed = bytearray(data)
    for pattern, letter in grammar.refused:
        left = iter(errors)
        error = next(left, None)
        for found in re.finditer(pattern, data):
            while error is not None and error.end <= found.start():
                error = next(left, None)
            if error is not None and error.start <= found.start():
                changed[found.start() : found.end()] = letter * len(found[0])
                error = next(left, None)
    return bytes(changed)


class _Conversion:
    """A tree of the parser made into ours, without recursion: programs nest as deep as their authors like.

    The only trouble that it adds is where it cuts a tree.
    """

    def __init__(self, found: Parsed, loaded: _Loaded) -> None:
        """Takes what the parser gave, and the names of what the tree consists of."""
        self.text = found.text
        self.loaded = loaded
        self.comments: list[Span] = []
        self.troubles = list(found.troubles)

    def run(self, tree: tree_sitter.Tree) -> Syntax:
        """Returns the tree with its comments and troubles."""
        root = self._converted(tree.walk())
        return Syntax(self.text, root, tuple(self.comments), tuple(sorted(self.troubles)))

    def _converted(self, cursor: tree_sitter.TreeCursor) -> Node:
        kinds, fields = self.loaded.kinds, self.loaded.fields
        goto_first_child, goto_next_sibling = cursor.goto_first_child, cursor.goto_next_sibling
        siblings: list[Node] = []
        above: list[list[Node]] = []
        while True:
            raw = cursor.node
            assert raw is not None
            kind, named, extra = kinds[raw.kind_id]
            field, start, end = fields[cursor.field_id], raw.start_byte, raw.end_byte
            if goto_first_child():
                if len(above) < DEEPEST:
                    inside: list[Node] = []
                    siblings.append(_node(Node, (kind, named, field, start, end, inside)))
                    above.append(siblings)
                    siblings = inside
                    continue
                cursor.goto_parent()
                self.troubles.append(Trouble(Span(start, end), TOO_DEEP))
            if not extra:
                siblings.append(_node(Node, (kind, named, field, start, end, ())))
            elif kind != "line_continuation":
                self.comments.append(Span(start, end))
            while not goto_next_sibling():
                if not cursor.goto_parent():
                    return siblings[0]
                last = siblings[-1].end if extra and siblings else -1
                siblings = above.pop()
                if last >= 0:  # a comment behind a block is none of it
                    siblings[-1] = siblings[-1]._replace(end=last)

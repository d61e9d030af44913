"""The syntax tree that every grammar gives: kinds, fields, and spans in code points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from migrator.model.text import Span

ERROR = "ERROR"
"""The kind of a node that holds what the grammar does not take; its children are what it could still tell apart."""


class Node:
    """One node. A token without a name of its own in the grammar, such as ``(``, has its text as its kind.

    ``field`` is the role that the node has in its parent, empty without one. Comments and other extras are not among
    the children. Where the tree is cut for its depth, a node has no children and is told of in `Syntax.troubles`.
    """

    __slots__ = ("children", "end", "field", "kind", "named", "start")

    def __init__(self, kind: str, named: bool, field: str, start: int, end: int) -> None:
        """Takes all but the children."""
        self.kind = kind
        self.named = named
        self.field = field
        self.start = start
        self.end = end
        self.children: list[Node] = []

    def __repr__(self) -> str:
        """Returns the node as an S-expression, for tests and debuggers."""
        inner = "".join(f" {child!r}" for child in self.children)
        role = f"{self.field}: " if self.field else ""
        return f"{role}({self.kind}{inner})" if self.named else f"{role}{self.kind!r}"

    @property
    def span(self) -> Span:
        """Where the node stands."""
        return Span(self.start, self.end)

    @property
    def named_children(self) -> list[Node]:
        """The children that have a name in the grammar."""
        return [child for child in self.children if child.named]

    def child(self, field: str) -> Node | None:
        """Returns the first child with a role, None when there is none."""
        for child in self.children:
            if child.field == field:
                return child
        return None

    def all(self, field: str) -> list[Node]:
        """Returns the named children with a role."""
        return [child for child in self.children if child.field == field and child.named]

    def walk(self) -> Iterator[Node]:
        """Yields the node and all nodes in it, in the order of the source, without recursion."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class Trouble(NamedTuple):
    """A place that the tree does not hold as it is written, and why."""

    span: Span
    reason: str


class Syntax(NamedTuple):
    """A parsed text: its tree, its comments, and the places that it does not hold, in order."""

    text: str
    root: Node
    comments: tuple[Span, ...]
    troubles: tuple[Trouble, ...]

"""The syntax tree that every grammar gives: kinds, fields, and spans in code points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from migrator.model.text import Span, Trouble

_span = tuple.__new__  # half the cost of the class's own
ERROR = "ERROR"
"""The kind of a node that holds what the grammar does not take; its children are what it could still tell apart."""


class Node(NamedTuple):
    """One node. A token without a name of its own in the grammar, such as ``(``, has its text as its kind.

    ``field`` is the role that the node has in its parent, empty without one. Comments and other extras are not among
    the children. Where the tree is cut for its depth, a node has no children and is told of in `Syntax.troubles`.
    Nodes are tuples because a file has thousands, and these cost least to build; they compare by identity.
    """

    kind: str
    named: bool
    field: str
    start: int
    end: int
    children: Sequence[Node]

    def __eq__(self, other: object) -> bool:
        """Returns whether both are the same node."""
        return self is other

    def __hash__(self) -> int:
        """Returns what goes with identity."""
        return id(self)

    def __repr__(self) -> str:
        """Returns the node as an S-expression, for tests and debuggers."""
        inner = "".join(f" {child!r}" for child in self.children)
        role = f"{self.field}: " if self.field else ""
        return f"{role}({self.kind}{inner})" if self.named else f"{role}{self.kind!r}"

    @property
    def span(self) -> Span:
        """Where the node stands."""
        return _span(Span, self[3:5])

    @property
    def named_children(self) -> list[Node]:
        """The children that have a name in the grammar."""
        return [child for child in self[5] if child[1]]

    def child(self, field: str) -> Node | None:
        """Returns the first child with a role, None when there is none."""
        for child in self[5]:
            if child[2] == field:
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


class Syntax(NamedTuple):
    """A parsed text: its tree, its comments, and the places that it does not hold, in order."""

    text: str
    root: Node
    comments: tuple[Span, ...]
    troubles: tuple[Trouble, ...]

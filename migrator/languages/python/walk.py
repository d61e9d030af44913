"""A walk over a syntax tree in the order of its tokens. Each lowering takes exactly the tokens of its node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import libcst as cst

from migrator.languages.python.literals import Secrets
from migrator.languages.python.spans import Tokens
from migrator.model.unit import Expr


class Walk(Tokens):
    """A walk over one file, the lowering of each kind of expression, and what is known along the way."""

    __slots__ = ("expressions", "secrets", "yields")

    def __init__(self, text: str, secrets: Secrets, expressions: Lowerings) -> None:
        """Starts before the first token."""
        super().__init__(text)
        self.secrets = secrets
        self.expressions = expressions
        self.yields = False  # whether the function body being walked yields


Lowerings: TypeAlias = Mapping[type[cst.CSTNode], Callable[[Walk, Any], Expr]]


def expression(walk: Walk, node: cst.CSTNode) -> Expr:
    """Returns an expression, the parentheses around it taken."""
    if not (left := node.lpar):  # type: ignore[attr-defined]  # every expression has it, not every node
        return walk.expressions[type(node)](walk, node)
    walk.at += len(left)
    lowered = walk.expressions[type(node)](walk, node)
    walk.at += len(left)
    return lowered


def optional(walk: Walk, node: cst.CSTNode | None) -> Expr | None:
    """Returns an expression that need not be there."""
    return None if node is None else expression(walk, node)


def comma(walk: Walk) -> bool:
    """Takes a comma if one is next. Returns whether it was."""
    if walk.at < len(walk.words) and walk.words[walk.at] == ",":
        walk.at += 1
        return True
    return False

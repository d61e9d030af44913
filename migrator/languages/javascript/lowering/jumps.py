"""Jumps: which loop, switch or block a ``break`` or ``continue`` leaves, and how several are left at once.

A statement in lowered form leaves the loop that it stands in. What goes further is noted in a variable, which is asked
behind each loop that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from migrator.languages.javascript.lowering.walk import JumpTarget, Walk, undefined
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Assign, For, If, Jump, Lit, Name, Seq, Stmt


def once(walk: Walk, target: JumpTarget, span: Span, body: Sequence[Stmt]) -> list[Stmt]:
    """Returns statements that a ``break`` leaves, as a loop of one round."""
    only = Seq(span, "list", (undefined(span),))
    return target.around(For(span, Name(span, walk.fresh("%once")), only, tuple(body), ()))


def jump(walk: Walk, node: Node) -> list[Stmt]:
    """Returns ``break`` or ``continue``, with or without a label."""
    kind: Literal["break", "continue"] = "break" if node.kind == "break_statement" else "continue"
    label = next((walk.code(one) for one in node.named_children), "")
    left: list[JumpTarget] = []
    for target in reversed(walk.targets):
        if (label in target.labels) if label else (kind in target.jumps):
            break
        left.append(target)
    else:
        return [Jump(node.span, kind)]
    if not left:
        return [Jump(node.span, kind)]
    flag = Name(node.span, walk.fresh("%left"))
    left[-1].flags.append(Assign(node.span, (flag,), Lit(node.span, False)))
    for one in left:
        then: Literal["break", "continue"] = kind if one is left[-1] else "break"
        one.asked.append(If(node.span, flag, (Jump(node.span, then),), ()))
    return [Assign(node.span, (flag,), Lit(node.span, True)), Jump(node.span, "break")]


def labelled(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a statement with a label: a loop, or anything else, which ``break`` leaves by the label alone."""
    label, body = node.child("label"), node.child("body")
    if body is None:
        return []
    walk.labels |= {walk.code(label)} if label is not None else frozenset()
    if body.kind in _LOOPS:
        return walk.statement(body)
    target = JumpTarget(walk)
    with target.inside(walk):
        lowered = walk.statement(body)
    return once(walk, target, node.span, lowered)


LOOP = ("break", "continue")
"""The jumps of a loop."""
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement", "labeled_statement"})

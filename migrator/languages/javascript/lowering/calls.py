"""Calls, and the making of objects."""

from __future__ import annotations

from migrator.languages.javascript.lowering import literals
from migrator.languages.javascript.lowering.classes import CONSTRUCTOR, parent
from migrator.languages.javascript.lowering.walk import Walk, special
from migrator.languages.syntax.tree import Node
from migrator.model.unit import Arg, Call, Expr, Name, New, Opaque, Seq

_PROMISE = frozenset({"then", "catch", "finally"})
_BOUND = frozenset({"bind", "call", "apply"})


def call(walk: Walk, node: Node) -> Expr:
    """Returns a call."""
    func, given = node.child("function"), node.child("arguments")
    if func is None or given is None:
        return Opaque(node.span, "a call of nothing")
    if given.kind == "template_string":
        asked = walk.expression(func)
        texts, values = literals.apart(walk, given, raw=walk.code(func) == "String.raw")
        return special(node.span, "tagged", asked, Seq(given.span, "list", tuple(texts)), *values)
    if func.kind == "identifier" and walk.code(func) == "await":
        # the grammar takes `await (0, f)(...)` for a call of `await`
        return walk.expressions["sequence_expression"](walk, given)
    if func.kind == "import":
        return Call(node.span, Name(func.span, "require"), arguments(walk, given))
    if func.kind == "super":
        return Call(node.span, parent(func.span, CONSTRUCTOR), arguments(walk, given))
    if func.kind == "member_expression":
        own = _of_language(walk, node, func, given)
        if own is not None:
            return own
    return Call(node.span, walk.expression(func), arguments(walk, given))


def _of_language(walk: Walk, node: Node, func: Node, given: Node) -> Expr | None:
    """Returns a call of what promises and functions have, whatever object it is asked of; None for any other."""
    owner, found = func.child("object"), func.child("property")
    name = walk.code(found) if found is not None else ""
    first = next(iter(given.named_children), None)
    if owner is None or owner.kind == "super":
        return None
    follows = first is not None and first.kind not in ("string", "template_string", "object")
    plain = first is not None and first.kind in ("this", "null", "undefined")
    made = owner.kind in ("parenthesized_expression", "function_expression")
    if not ((name in _PROMISE and follows) or (name in _BOUND and (name == "bind" or plain or made))):
        return None
    args = (Arg(owner.span, walk.expression(owner)), *arguments(walk, given))
    return Call(node.span, Name(func.span, f"%{name}"), args)


def arguments(walk: Walk, node: Node | None) -> tuple[Arg, ...]:
    """Returns the arguments of a call."""
    found = []
    for one in node.named_children if node is not None else ():
        if one.kind == "spread_element":
            found.append(Arg(one.span, walk.expression(next(iter(one.named_children), None)), None, "*"))
        else:
            found.append(Arg(one.span, walk.expression(one)))
    return tuple(found)


def made(walk: Walk, node: Node) -> Expr:
    """Returns the making of an object."""
    func = node.child("constructor")
    return New(node.span, walk.expression(func), arguments(walk, node.child("arguments")))

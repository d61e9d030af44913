"""Destructuring: a pattern is a row of assignments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from migrator.languages.javascript.lowering.literals import cook
from migrator.languages.javascript.lowering.walk import Walk, special, text_of
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Assign, Attr, BoolOp, Expr, Lit, Name, Stmt, Sub

Bind: TypeAlias = Callable[[Span, str], Name]


def bound(walk: Walk, node: Node, value: Expr, bind: Bind) -> list[Stmt]:
    """Returns the assignments that give the names in a pattern their parts of a value; *bind* makes the targets."""
    match node.kind:
        case "identifier" | "shorthand_property_identifier_pattern":
            name = walk.code(node)
            return [Assign(node.span, (bind(node.span, name),), walk.secrets.held(name, value))]
        case "object_pattern":
            held, before = _held(walk, node, value)
            return [*before, *_from_object(walk, node, held, bind)]
        case "array_pattern":
            held, before = _held(walk, node, value)
            return [*before, *_from_array(walk, node, held, bind)]
        case "assignment_pattern" | "object_assignment_pattern":
            left, right = node.child("left"), node.child("right")
            given = BoolOp(node.span, "=", value, walk.expression(right))
            return bound(walk, left, given, bind) if left is not None else []
        case "undefined":
            return []
        case _:
            return [Assign(node.span, (walk.expression(node),), value)]


def _held(walk: Walk, node: Node, value: Expr) -> tuple[Expr, list[Stmt]]:
    """Returns a value that can be read several times, and what has to be done for that."""
    if isinstance(value, Name):
        return value, []
    name = Name(node.span, walk.fresh("%taken"))
    return name, [Assign(node.span, (name,), value)]


def _from_object(walk: Walk, node: Node, value: Expr, bind: Bind) -> list[Stmt]:
    found: list[Stmt] = []
    taken: list[Expr] = []
    for part in node.named_children:
        match part.kind:
            case "shorthand_property_identifier_pattern":
                name = walk.code(part)
                taken.append(text_of(part.span, name))
                found += bound(walk, part, Attr(part.span, value, name), bind)
            case "object_assignment_pattern":
                left, right = part.child("left"), part.child("right")
                if left is None or left.kind != "shorthand_property_identifier_pattern":
                    continue
                name = walk.code(left)
                taken.append(text_of(left.span, name))
                given = BoolOp(part.span, "=", Attr(left.span, value, name), walk.expression(right))
                found += bound(walk, left, given, bind)
            case "pair_pattern":
                key, inner = part.child("key"), part.child("value")
                if key is None or inner is None:
                    continue
                read = read_key(walk, key, value)
                taken.append(read.index if isinstance(read, Sub) else text_of(key.span, read.name))
                found += bound(walk, inner, read, bind)
            case "rest_pattern" if part.named_children:
                rest = special(part.span, "rest", value, *taken)
                found += bound(walk, part.named_children[0], rest, bind)
    return found


def read_key(walk: Walk, key: Node, value: Expr) -> Attr | Sub:
    """Returns the part of a value under a key as it is written in a pattern or object."""
    match key.kind:
        case "property_identifier" | "private_property_identifier":
            return Attr(key.span, value, walk.code(key))
        case "string":
            return Attr(key.span, value, cook(walk.text[key.start + 1 : key.end - 1]))
        case "computed_property_name":
            inner = key.named_children
            return Sub(key.span, value, walk.expression(inner[0] if inner else None))
        case _:
            return Sub(key.span, value, walk.expression(key))


def _from_array(walk: Walk, node: Node, value: Expr, bind: Bind) -> list[Stmt]:
    found: list[Stmt] = []
    place = 0
    for part in node.children:
        if part.kind == ",":
            place += 1
        elif part.kind == "rest_pattern" and part.named_children:
            rest = special(part.span, "from", value, Lit(part.span, place))
            found += bound(walk, part.named_children[0], rest, bind)
        elif part.named:
            found += bound(walk, part, Sub(part.span, value, Lit(part.span, place)), bind)
    return found


def is_pattern(node: Node) -> bool:
    """Returns whether a target is more than a place to store in."""
    return node.kind in ("object_pattern", "array_pattern")

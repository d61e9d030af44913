"""Names, operators, calls and the like in lowered form."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from migrator.languages.python.lowering.dialect import OLD_METHODS
from migrator.languages.python.lowering.displays import DISPLAYS, elements, only_argument
from migrator.languages.python.lowering.lowering import (
    MISSING,
    Lowering,
    Lowerings,
    code,
    expression,
    first,
    named,
    part,
    parts,
    roles,
    span_of,
    unstarred,
)
from migrator.languages.python.lowering.strings import concatenated, string
from migrator.model.text import Span
from migrator.model.unit import (
    Arg,
    Attr,
    Bin,
    BoolOp,
    Call,
    Compare,
    Expr,
    IfExp,
    Lit,
    Name,
    Opaque,
    Seq,
    Slice,
    Sub,
    Walrus,
    Wrap,
)

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node


def _constant(value: bool | None, _low: Lowering, node: Node) -> Expr:
    return Lit(span_of(node), value)


def _ellipsis(_low: Lowering, node: Node) -> Expr:
    return Opaque(span_of(node), "...")


def _number(low: Lowering, node: Node) -> Expr:
    span = span_of(node)
    word = low.text[span.start : span.end]
    try:
        value = _value(word)
        if word[-1] in "lL" or (word[0] == "0" and value and word.isdecimal()):
            low.evidence.old = True
        return Lit(span, value)
    except ValueError:
        return Opaque(span, "a number too long to convert, or none")


def _value(word: str) -> int | float | complex:
    digits = word.rstrip("lL").replace("_", "")
    if digits.isdecimal():
        return int(digits, 8 if digits[0] == "0" and digits.strip("0") else 10)
    if word[:2].lower() in ("0x", "0o", "0b"):
        return int(word.rstrip("lL"), 0)
    return complex(word) if word[-1] in "jJ" else float(word)


def _attribute(low: Lowering, node: Node) -> Expr:
    found = node.children
    if len(found) == 3:
        value, word = expression(low, found[0]), low.word(found[2])
    else:
        value = part(low, node, "object")
        name = node.child_by_field_name("attribute")
        word = low.word(name) if name else ""
    if word in OLD_METHODS:
        low.evidence.names = True
    return Attr(span_of(node), value, word)


def _call(low: Lowering, node: Node) -> Expr:
    found = node.children
    if len(found) == 2:
        func, args = expression(low, found[0]), arguments(low, found[1])
    else:
        func = part(low, node, "function")
        given = node.child_by_field_name("arguments")
        args = arguments(low, given) if given else ()
    return Call(span_of(node), func, args)


def arguments(low: Lowering, node: Node) -> tuple[Arg, ...]:
    """Returns the arguments of a call or bases of a class in the order of the source."""
    if node.type == "generator_expression":
        value = only_argument(low, node)
        return (Arg(value.span, value),)
    wanted = low.parts
    return tuple([_argument(low, child) for child in node.children if child.kind_id in wanted])


def _argument(low: Lowering, node: Node) -> Arg:
    if node.kind_id in low.simple:
        value = expression(low, node)
        return Arg(value.span, value)
    kind = node.type
    if kind == "keyword_argument":
        return _keyword(low, node)
    if kind in ("list_splat", "dictionary_splat"):
        return Arg(span_of(node), first(low, node), None, "*" if kind == "list_splat" else "**")
    if low.text[node.start_byte] == "*":
        return Arg(span_of(node), unstarred(low, node), None, "*")
    return Arg(span_of(node), expression(low, node))


def _keyword(low: Lowering, node: Node) -> Arg:
    found = node.children
    name: Node | None
    if len(found) == 3:
        name, value = found[0], expression(low, found[2])
    else:
        name, value = node.child_by_field_name("name"), part(low, node, "value")
    word = low.word(name) if name else ""
    return Arg(span_of(node), low.secrets.held(word, value), word)


def _subscript(low: Lowering, node: Node) -> Expr:
    found = node.children
    if len(found) == 4 and found[2].kind_id in low.parts and found[2].type != "list_splat":
        return Sub(span_of(node), expression(low, found[0]), expression(low, found[2]))
    value = part(low, node, "value")
    given = roles(low, node, "subscript")
    last = code(low, node)[-2]
    if len(given) == 1 and last == given[0] and given[0].type != "list_splat":
        return Sub(span_of(node), value, expression(low, given[0]))
    items = elements(low, given)
    inside = Span(given[0].start_byte, last.end_byte) if given else span_of(node)
    return Sub(span_of(node), value, Seq(inside, "tuple", items))


def _slice(low: Lowering, node: Node) -> Expr:
    bounds: list[Expr | None] = [None, None, None]
    place = 0
    for child in node.children:
        if child.kind_id in low.named:
            bounds[place] = expression(low, child)
        elif child.type == ":":
            place = min(place + 1, 2)
    return Slice(span_of(node), *bounds)


def _operands(low: Lowering, node: Node) -> tuple[str, Expr, Expr]:
    """Returns the operator between two expressions, and these."""
    found = node.children
    if len(found) == 3:
        left = expression(low, found[0])
        return found[1].type, left, expression(low, found[2])
    left = part(low, node, "left")
    op = node.child_by_field_name("operator")
    return op.type if op else "", left, part(low, node, "right")


def _binary(low: Lowering, node: Node) -> Expr:
    op, left, right = _operands(low, node)
    return Bin(span_of(node), low.operator(op), left, right)


def _boolean(low: Lowering, node: Node) -> Expr:
    return BoolOp(span_of(node), *_operands(low, node))


def _unary(low: Lowering, node: Node) -> Expr:
    op = node.child_by_field_name("operator")
    return Wrap(span_of(node), op.type if op else "", part(low, node, "argument"))


def _not(low: Lowering, node: Node) -> Expr:
    return Wrap(span_of(node), "not", part(low, node, "argument"))


def _comparison(low: Lowering, node: Node) -> Expr:
    ops = []
    operands = []
    for child in node.children:
        if child.kind_id in low.named:
            operands.append(expression(low, child))
        elif not child.is_named:
            op = child.type
            low.evidence.old |= op == "<>"
            ops.append("!=" if op == "<>" else op)
    if len(operands) != len(ops) + 1:
        return Opaque(span_of(node), "a comparison that the grammar does not take")
    return Compare(span_of(node), operands[0], tuple(ops), tuple(operands[1:]))


def _conditional(low: Lowering, node: Node) -> Expr:
    found = [expression(low, child) for child in parts(low, node)]
    if len(found) != 3:
        return Opaque(span_of(node), "a conditional expression that the grammar does not take")
    body, test, orelse = found
    return IfExp(span_of(node), test, body, orelse)


def _await(low: Lowering, node: Node) -> Expr:
    low.evidence.new = True
    return Wrap(span_of(node), "await", first(low, node))


def _yield(low: Lowering, node: Node) -> Expr:
    low.yields = True
    whence = any(child.type == "from" for child in node.children)
    low.evidence.new |= whence
    value = first(low, node) if named(low, node) else None
    return Wrap(span_of(node), "yield from" if whence else "yield", value)


def _walrus(low: Lowering, node: Node) -> Expr:
    low.evidence.new = True
    target = part(low, node, "name")
    value = part(low, node, "value")
    if not isinstance(target, Name):
        return Opaque(span_of(node), "an assignment expression to something else than a name")
    return Walrus(span_of(node), target, held(low, target, value))


def held(low: Lowering, target: Expr, value: Expr) -> Expr:
    """Returns what is assigned to *target*, a literal key replaced."""
    if type(value) is not Lit:
        return value
    match target:
        case Name(id=name) | Attr(name=name) | Sub(index=Lit(value=str() as name)):
            return low.secrets.held(name, value)
    return value


# -- types, which may stand where an expression may ---------------------------------------------------------------


def _generic(low: Lowering, node: Node) -> Expr:
    value = first(low, node)
    given = code(low, code(low, node)[-1])
    found = [child for child in given if child.is_named]
    if not found:
        return value
    if len(found) == 1 and given[-2] == found[0] and low.text[found[0].start_byte] != "*":
        return Sub(span_of(node), value, expression(low, found[0]))
    inside = Span(found[0].start_byte, given[-2].end_byte)
    return Sub(span_of(node), value, Seq(inside, "tuple", elements(low, found)))


def _union(low: Lowering, node: Node) -> Expr:
    found: Expr | None = None
    for each in _alternatives(low, node):
        lowered = expression(low, each)
        found = lowered if found is None else Bin(Span(node.start_byte, each.end_byte), "|", found, lowered)
    return found or Opaque(span_of(node), MISSING)


def _alternatives(low: Lowering, node: Node) -> Iterator[Node]:
    """Yields the types that a union is of, from left to right, however the grammar groups them."""
    stack = [node]
    while stack:
        top = stack.pop()
        op = top.child_by_field_name("operator")
        if top.type in ("type", "union_type") or (op is not None and op.type == "|"):
            stack += reversed(named(low, top))
        else:
            yield top


def _bounded(low: Lowering, node: Node) -> Expr:
    bounds = [expression(low, child) for child in named(low, node)]
    return Slice(span_of(node), bounds[0], bounds[-1], None)


def _member(low: Lowering, node: Node) -> Expr:
    return Attr(span_of(node), first(low, node), low.word(code(low, node)[-1]))


EXPRESSIONS: Lowerings = {
    **DISPLAYS,
    "as_pattern": first,
    "as_pattern_target": first,
    "attribute": _attribute,
    "await": _await,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "call": _call,
    "comparison_operator": _comparison,
    "concatenated_string": concatenated,
    "conditional_expression": _conditional,
    "constrained_type": _bounded,
    "ellipsis": _ellipsis,
    "false": partial(_constant, False),
    "float": _number,
    "generic_type": _generic,
    "identifier": expression,
    "integer": _number,
    "member_type": _member,
    "named_expression": _walrus,
    "none": partial(_constant, None),
    "not_operator": _not,
    "slice": _slice,
    "string": string,
    "subscript": _subscript,
    "true": partial(_constant, True),
    "type": first,
    "unary_operator": _unary,
    "union_type": _union,
    "yield": _yield,
}

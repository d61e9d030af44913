"""Names, operators, calls and the like in lowered form."""

from __future__ import annotations

from collections.abc import Iterator

from migrator.languages.python.dialect import OLD_METHODS, OLD_NAMES
from migrator.languages.python.displays import DISPLAYS, elements, only_argument
from migrator.languages.python.lowering import MISSING, Lowering, Lowerings, expression, first, part, span_of, unstarred
from migrator.languages.python.strings import concatenated, string
from migrator.languages.syntax.tree import ERROR, Node
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


def _name(low: Lowering, node: Node) -> Expr:
    word = low.word(node)
    if word in OLD_NAMES:
        low.evidence.names = True
    return Name(span_of(node), word)


def _none(_low: Lowering, node: Node) -> Expr:
    return Lit(span_of(node), None)


def _true(_low: Lowering, node: Node) -> Expr:
    return Lit(span_of(node), True)


def _false(_low: Lowering, node: Node) -> Expr:
    return Lit(span_of(node), False)


def _ellipsis(_low: Lowering, node: Node) -> Expr:
    return Opaque(span_of(node), "...")


def _number(low: Lowering, node: Node) -> Expr:
    span = span_of(node)
    word = low.text[node.start : node.end]
    try:
        value = _value(word)
        if word[-1] in "lL" or (word[0] == "0" and value and word.isdecimal()):
            low.evidence.old = True
        return Lit(span, value)
    except ValueError:
        return Opaque(span, "a number too long to convert, or none")


def _value(word: str) -> int | float | complex:
    if word[:2].lower() in ("0x", "0o", "0b"):
        return int(word.rstrip("lL"), 0)
    if word[-1] in "jJ":
        return complex(word)
    digits = word.rstrip("lL").replace("_", "")
    if not digits.isdecimal():
        return float(word)
    return int(digits, 8 if digits[0] == "0" and digits.strip("0") else 10)


def _attribute(low: Lowering, node: Node) -> Expr:
    value = part(low, node, "object")
    name = node.child("attribute")
    word = low.word(name) if name else ""
    if word in OLD_METHODS:
        low.evidence.names = True
    return Attr(span_of(node), value, word)


def _call(low: Lowering, node: Node) -> Expr:
    func = part(low, node, "function")
    given = node.child("arguments")
    return Call(span_of(node), func, arguments(low, given) if given else ())


def arguments(low: Lowering, node: Node) -> tuple[Arg, ...]:
    """Returns the arguments of a call or bases of a class in the order of the source."""
    if node.kind == "generator_expression":
        value = only_argument(low, node)
        return (Arg(value.span, value),)
    return tuple([_argument(low, child) for child in node.children if child.named and child.kind != ERROR])


def _argument(low: Lowering, node: Node) -> Arg:
    kind = node.kind
    if kind == "keyword_argument":
        name = node.child("name")
        value = part(low, node, "value")
        word = low.word(name) if name else ""
        return Arg(span_of(node), low.secrets.held(word, value), word)
    if kind in ("list_splat", "dictionary_splat"):
        return Arg(span_of(node), first(low, node), None, "*" if kind == "list_splat" else "**")
    if low.text[node.start] == "*":
        return Arg(span_of(node), expression(low, unstarred(node)), None, "*")
    return Arg(span_of(node), expression(low, node))


def _subscript(low: Lowering, node: Node) -> Expr:
    value = part(low, node, "value")
    found = node.all("subscript")
    if len(found) == 1 and node.children[-2] is found[0] and found[0].kind != "list_splat":
        return Sub(span_of(node), value, expression(low, found[0]))
    items = elements(low, found)
    inside = Span(found[0].start, node.children[-2].end) if found else span_of(node)
    return Sub(span_of(node), value, Seq(inside, "tuple", items))


def _slice(low: Lowering, node: Node) -> Expr:
    bounds: list[Expr | None] = [None, None, None]
    place = 0
    for child in node.children:
        if child.kind == ":":
            place = min(place + 1, 2)
        elif child.named:
            bounds[place] = expression(low, child)
    return Slice(span_of(node), *bounds)


def _binary(low: Lowering, node: Node) -> Expr:
    left = part(low, node, "left")
    op = node.child("operator")
    right = part(low, node, "right")
    return Bin(span_of(node), low.operator(op.kind if op else ""), left, right)


def _boolean(low: Lowering, node: Node) -> Expr:
    left = part(low, node, "left")
    op = node.child("operator")
    right = part(low, node, "right")
    return BoolOp(span_of(node), op.kind if op else "", left, right)


def _unary(low: Lowering, node: Node) -> Expr:
    op = node.child("operator")
    return Wrap(span_of(node), op.kind if op else "", part(low, node, "argument"))


def _not(low: Lowering, node: Node) -> Expr:
    return Wrap(span_of(node), "not", part(low, node, "argument"))


def _comparison(low: Lowering, node: Node) -> Expr:
    ops = []
    operands = []
    for child in node.children:
        if child.field == "operators":
            low.evidence.old |= child.kind == "<>"
            ops.append("!=" if child.kind == "<>" else child.kind)
        elif child.named:
            operands.append(expression(low, child))
    if len(operands) != len(ops) + 1:
        return Opaque(span_of(node), "a comparison that the grammar does not take")
    return Compare(span_of(node), operands[0], tuple(ops), tuple(operands[1:]))


def _conditional(low: Lowering, node: Node) -> Expr:
    parts = [expression(low, child) for child in node.children if child.named and child.kind != ERROR]
    if len(parts) != 3:
        return Opaque(span_of(node), "a conditional expression that the grammar does not take")
    body, test, orelse = parts
    return IfExp(span_of(node), test, body, orelse)


def _await(low: Lowering, node: Node) -> Expr:
    low.evidence.new = True
    return Wrap(span_of(node), "await", first(low, node))


def _yield(low: Lowering, node: Node) -> Expr:
    low.yields = True
    whence = any(child.kind == "from" for child in node.children)
    low.evidence.new |= whence
    value = first(low, node) if node.named_children else None
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
    match target:
        case Name(id=name) | Attr(name=name) | Sub(index=Lit(value=str() as name)):
            return low.secrets.held(name, value)
    return value


# -- types, which may stand where an expression may ---------------------------------------------------------------


def _generic(low: Lowering, node: Node) -> Expr:
    value = first(low, node)
    given = node.children[-1]
    found = [child for child in given.children if child.named]
    if not found:
        return value
    if len(found) == 1 and given.children[-2] is found[0] and low.text[found[0].start] != "*":
        return Sub(span_of(node), value, expression(low, found[0]))
    inside = Span(found[0].start, given.children[-2].end)
    return Sub(span_of(node), value, Seq(inside, "tuple", elements(low, found)))


def _union(low: Lowering, node: Node) -> Expr:
    found: Expr | None = None
    for each in _alternatives(node):
        lowered = expression(low, each)
        found = lowered if found is None else Bin(Span(node.start, each.end), "|", found, lowered)
    return found or Opaque(span_of(node), MISSING)


def _alternatives(node: Node) -> Iterator[Node]:
    """Yields the types that a union is of, from left to right, however the grammar groups them."""
    stack = [node]
    while stack:
        top = stack.pop()
        op = top.child("operator")
        if top.kind in ("type", "union_type") or (op is not None and op.kind == "|"):
            stack += reversed(top.named_children)
        else:
            yield top


def _bounded(low: Lowering, node: Node) -> Expr:
    bounds = [expression(low, child) for child in node.children if child.named]
    return Slice(span_of(node), bounds[0], bounds[-1], None)


def _member(low: Lowering, node: Node) -> Expr:
    return Attr(span_of(node), first(low, node), low.word(node.children[-1]))


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
    "false": _false,
    "float": _number,
    "generic_type": _generic,
    "identifier": _name,
    "integer": _number,
    "member_type": _member,
    "named_expression": _walrus,
    "none": _none,
    "not_operator": _not,
    "slice": _slice,
    "string": string,
    "subscript": _subscript,
    "true": _true,
    "type": first,
    "unary_operator": _unary,
    "union_type": _union,
    "yield": _yield,
}

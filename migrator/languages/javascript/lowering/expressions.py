"""Expressions in lowered form."""

from __future__ import annotations

import re
from collections.abc import Callable

from migrator.languages.javascript.lowering import calls, functions, literals
from migrator.languages.javascript.lowering.classes import declared
from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.lowering.patterns import bound, is_pattern
from migrator.languages.javascript.lowering.walk import (
    ASYNC_ITERATOR,
    ITERATOR,
    Lowerings,
    Walk,
    deleted,
    iterated,
    special,
    text_of,
    undefined,
)
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import (
    Arg,
    Attr,
    Bin,
    BoolOp,
    Call,
    Compare,
    Entry,
    Expr,
    ExprS,
    IfExp,
    Lit,
    Map,
    Name,
    Opaque,
    Seq,
    Sub,
    Walrus,
    Wrap,
)  # fmt: skip

IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
_EQUAL = {"===": "==", "==": "like", "!==": "!=", "!=": "not like"}
_ORDER = frozenset({"<", "<=", ">", ">=", "in"})
_LOGICAL = {"&&": "and", "||": "or", "??": "??"}


def _inner(walk: Walk, node: Node) -> Expr:
    """Returns the one expression in a node that means nothing by itself."""
    inner = node.named_children
    return walk.expression(inner[0]) if inner else Opaque(node.span, "an empty expression")


def _identifier(walk: Walk, node: Node) -> Expr:
    return walk.variable(node.span, walk.code(node))


def _constant(value: bool | None) -> Callable[[Walk, Node], Expr]:
    return lambda _, node: Lit(node.span, value)


def _regex(walk: Walk, node: Node) -> Expr:
    pattern, flags = node.child("pattern"), node.child("flags")
    written = walk.code(pattern) if pattern is not None else ""
    return special(
        node.span, "regex", text_of(node.span, written), text_of(node.span, walk.code(flags) if flags else "")
    )


def _object(walk: Walk, node: Node) -> Expr:
    entries: list[Entry] = []
    for part in node.named_children:
        match part.kind:
            case "shorthand_property_identifier":
                name = walk.code(part)
                key = Lit(part.span, name, part.start)
                entries.append(Entry(part.span, key, walk.secrets.held(name, walk.variable(part.span, name))))
            case "spread_element":
                entries.append(Entry(part.span, None, _inner(walk, part)))
            case "pair" if (own := part.child("key")) is not None and walk.code(own).strip("'\"") == "__proto__":
                entries.insert(0, Entry(part.span, None, walk.expression(part.child("value"))))
            case "pair":
                entries.append(_pair(walk, part))
            case "method_definition":
                entries.append(_method(walk, part))
    return Map(node.span, tuple(entries))


def _pair(walk: Walk, node: Node) -> Entry:
    key, value = node.child("key"), node.child("value")
    if key is None:
        return Entry(node.span, None, Opaque(node.span, "an entry without a name"))
    found = _key(walk, key)
    name = found.value if isinstance(found, Lit) and isinstance(found.value, str) else ""
    given = named(walk, value, name) if value is not None else undefined(node.span)
    return Entry(node.span, found, walk.secrets.held(name, given) if name else given)


def _key(walk: Walk, key: Node) -> Expr:
    match key.kind:
        case "property_identifier" | "private_property_identifier":
            return Lit(key.span, walk.code(key), key.start)
        case "string":
            return literals.piece(key.span, walk.text[key.start + 1 : key.end - 1], key.start + 1)
        case "number":
            return text_of(key.span, walk.code(key))
        case "computed_property_name":
            return _inner(walk, key)
        case _:
            return walk.expression(key)


def _method(walk: Walk, node: Node) -> Entry:
    key = node.child("name")
    if key is None:
        return Entry(node.span, None, Opaque(node.span, "a method without a name"))
    found = _key(walk, key)
    name = found.value if isinstance(found, Lit) and isinstance(found.value, str) else "method"
    hint = name if IDENTIFIER.fullmatch(name) else "method"
    role = next((child.kind for child in node.children if child.kind in ("get", "set")), "")
    if role:
        return Entry(node.span, found, functions.accessor(walk, node, hint, "getter" if role == "get" else "setter"))
    return Entry(node.span, found, functions.anonymous(walk, node, hint))


def named(walk: Walk, node: Node | None, hint: str) -> Expr:
    """Returns a value that is about to be called by a name, so that a function in it is known by that."""
    while node is not None and node.kind == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    if node is None:
        return undefined(Span(0, 0))
    if node.kind in FUNCTIONS and IDENTIFIER.fullmatch(hint):
        return functions.anonymous(walk, node, hint)
    if node.kind == "class":
        return _class(walk, node, hint)
    return walk.expression(node)


def _array(walk: Walk, node: Node) -> Expr:
    items: list[Expr] = []
    before = "["
    for part in node.children:
        if part.kind == "," and before in ("[", ","):
            items.append(undefined(part.span))
        elif part.kind == "spread_element":
            items.append(Wrap(part.span, "*", iterated(walk, _inner(walk, part))))
        elif part.kind not in ("[", "]", ",", "comment"):
            items.append(walk.expression(part))
        before = before if part.kind == "comment" else part.kind
    return Seq(node.span, "list", tuple(items))


def _class(walk: Walk, node: Node, hint: str = "") -> Expr:
    own = node.child("name")
    name = walk.fresh(hint if IDENTIFIER.fullmatch(hint) else walk.code(own) if own is not None else "Class")
    with walk.inside():
        if own is not None:
            walk.block.names[walk.code(own)] = name
        walk.pending += declared(walk, node, name)
    return Name(node.span, name)


def _subscript(walk: Walk, node: Node) -> Expr:
    owner, index = node.child("object"), node.child("index")
    if owner is not None and owner.kind == "identifier" and walk.code(owner) == "await":
        return _listed(walk, node, index)
    value = walk.expression(owner)
    if index is not None and index.kind == "string":
        name = literals.cook(walk.text[index.start + 1 : index.end - 1])
        return Attr(node.span, value, name)
    key = walk.expression(index)
    if isinstance(key, Lit) and key.value in _KNOWN_SYMBOLS.values():
        return Attr(node.span, value, str(key.value))
    return Sub(node.span, value, key)


def _listed(walk: Walk, node: Node, index: Node | None) -> Expr:
    """Returns ``await [...]``, which the grammar takes for a member of something called ``await``."""
    parts = index.named_children if index is not None and index.kind == "sequence_expression" else [index]
    return Seq(node.span, "list", tuple(walk.expression(one) for one in parts if one is not None))


def _member(walk: Walk, node: Node) -> Expr:
    owner, found = node.child("object"), node.child("property")
    name = walk.code(found) if found is not None else ""
    if name in _KNOWN_SYMBOLS and owner is not None and walk.code(owner) == "Symbol":
        return text_of(node.span, _KNOWN_SYMBOLS[name])
    if owner is not None and name == "prototype" and walk.code(owner) in walk.constructors:
        return walk.expression(owner)
    return Attr(node.span, walk.expression(owner), name)


_KNOWN_SYMBOLS = {"iterator": ITERATOR, "asyncIterator": ASYNC_ITERATOR}


def _assignment(walk: Walk, node: Node) -> Expr:
    left, right = node.child("left"), node.child("right")
    if left is None:
        return walk.expression(right)
    if is_pattern(left):
        value = walk.expression(right)
        walk.pending += bound(walk, left, value, walk.target)
        return value
    target, given = assigned(walk, left, right)
    return Walrus(node.span, target, given)


def assigned(walk: Walk, left: Node, right: Node | None) -> tuple[Expr, Expr]:
    """Returns the place that an assignment stores in, and what it stores there."""
    hint = walk.code(left)
    place = target(walk, left)
    name = place.name if isinstance(place, Attr) else hint
    given = named(walk, right, name)
    return place, walk.secrets.held(name, given)


def target(walk: Walk, node: Node) -> Expr:
    """Returns the place that an assignment stores in."""
    while node.kind in ("parenthesized_expression", "non_null_expression", "as_expression") and node.named_children:
        node = node.named_children[0]
    return walk.target(node.span, walk.code(node)) if node.kind == "identifier" else walk.expression(node)


def augmented(walk: Walk, node: Node) -> tuple[Expr, str, Expr]:
    """Returns target, operator and value of ``a += b``, the operator without its equals sign."""
    left, right, op = node.child("left"), node.child("right"), node.child("operator")
    place = target(walk, left) if left is not None else Opaque(node.span, "an assignment without a target")
    return place, walk.code(op).removesuffix("=") if op is not None else "+", walk.expression(right)


def _augmented(walk: Walk, node: Node) -> Expr:
    place, op, value = augmented(walk, node)
    if op in _LOGICAL:
        return Walrus(node.span, place, BoolOp(node.span, _LOGICAL[op], place, value))
    return Walrus(node.span, place, Bin(node.span, op, place, value))


def _update(walk: Walk, node: Node) -> Expr:
    argument, op = node.child("argument"), node.child("operator")
    place = target(walk, argument) if argument is not None else Opaque(node.span, "nothing to count")
    step, back = ("-", "+") if op is not None and op.kind == "--" else ("+", "-")
    made = Walrus(node.span, place, Bin(node.span, step, place, Lit(node.span, 1)))
    is_before = op is not None and argument is not None and op.start < argument.start
    return made if is_before else Bin(node.span, back, made, Lit(node.span, 1))


def _await(walk: Walk, node: Node) -> Expr:
    return special(node.span, "await", _inner(walk, node))


def _yield(walk: Walk, node: Node) -> Expr:
    inner = node.named_children
    kind = "yield from" if any(child.kind == "*" for child in node.children) else "yield"
    return Wrap(node.span, kind, walk.expression(inner[0]) if inner else None)


def _unary(walk: Walk, node: Node) -> Expr:
    op, argument = node.child("operator"), walk.expression(node.child("argument"))
    match op.kind if op is not None else "":
        case "!":
            return Wrap(node.span, "not", argument)
        case "-":
            return Wrap(node.span, "-", argument)
        case "+":
            return special(node.span, "number", argument)
        case "~":
            return Bin(node.span, "^", argument, Lit(node.span, -1))
        case "void":
            walk.pending.append(ExprS(node.span, argument))
            return undefined(node.span)
        case "delete":
            walk.pending.append(deleted(node, argument))
            return Lit(node.span, True)
        case word:
            return special(node.span, word or "operator", argument)


def _binary(walk: Walk, node: Node) -> Expr:
    chain: list[Node] = []
    left: Node | None = node
    while left is not None and left.kind == "binary_expression":
        chain.append(left)
        left = left.child("left")
    found = walk.expression(left)
    for one in reversed(chain):
        op = one.child("operator")
        found = _operation(walk, one, op.kind if op is not None else "", found, one.child("right"))
    return found


def _operation(walk: Walk, node: Node, op: str, left: Expr, right: Node | None) -> Expr:
    other = walk.expression(right)
    if op in _EQUAL:
        return _equality(node, _EQUAL[op], left, other)
    if op in _LOGICAL:
        return BoolOp(node.span, _LOGICAL[op], left, other)
    if op in _ORDER:
        return Compare(node.span, left, (op,), (other,))
    if op == "instanceof":
        return special(node.span, "instanceof", left, other)
    return Bin(node.span, op, left, other)


def _equality(node: Node, op: str, left: Expr, right: Expr) -> Expr:
    is_loose = op in ("like", "not like")
    for one, other in ((left, right), (right, left)):
        match one, other:
            case Call(func=Name(id="%typeof"), args=(Arg(value=asked),)), Lit(value="undefined"):
                strict = "==" if op in ("==", "like") else "!="
                return Compare(node.span, asked, (strict,), (undefined(other.span),))
            case _, (Lit(value=None) | Name(id="undefined")) if is_loose:
                return Compare(node.span, one, ("is" if op == "like" else "is not",), (Lit(other.span, None),))
            case _, (Lit(value=None) | Name(id="undefined")):
                return Compare(node.span, one, (op,), (other,))
            case _:
                continue
    return Compare(node.span, left, (op,), (right,))


def _ternary(walk: Walk, node: Node) -> Expr:
    test, yes, no = (walk.expression(node.child(field)) for field in ("condition", "consequence", "alternative"))
    return IfExp(node.span, test, yes, no)


def _sequence(walk: Walk, node: Node) -> Expr:
    parts = [walk.expression(one) for one in node.named_children]
    before = [one for one in parts[:-1] if not isinstance(one, Lit)]
    return special(node.span, "last", *before, parts[-1]) if before else parts[-1]


def _markup(walk: Walk, node: Node) -> Expr:
    """Returns markup as what it evaluates; what it shows is nobody's concern."""
    parts = []
    stack = list(reversed(node.named_children))
    while stack:
        one = stack.pop()
        if one.kind == "jsx_expression":
            inner = [child for child in one.named_children if child.kind != "spread_element"]
            parts += [walk.expression(child) for child in inner]
        else:
            stack.extend(reversed(one.named_children))
    return special(node.span, "markup", *parts)


def _cast(walk: Walk, node: Node) -> Expr:
    """Returns what a type assertion is made of: its first part, or the last one of ``<T>value``."""
    inner = node.named_children
    if not inner:
        return undefined(node.span)
    return walk.expression(inner[-1] if node.kind == "type_assertion" else inner[0])


def _other(_: Walk, node: Node) -> Expr:
    return Opaque(node.span, f"{node.kind.replace('_', ' ')} is not modelled")


def _error(walk: Walk, node: Node) -> Expr:
    for one in node.named_children:
        if one.kind in walk.expressions and one.kind != "ERROR":
            walk.pending.append(ExprS(one.span, walk.expression(one)))
    return _other(walk, node)


EXPRESSIONS: Lowerings = {
    "identifier": _identifier, "shorthand_property_identifier": _identifier, "type_identifier": _identifier,
    "this": lambda walk, node: walk.variable(node.span, functions.THIS),
    "super": lambda _, node: special(node.span, "super"), "undefined": lambda _, node: undefined(node.span),
    "true": _constant(True), "false": _constant(False), "null": _constant(None),
    "number": literals.number, "string": literals.string, "template_string": literals.template, "regex": _regex,
    "object": _object, "array": _array, "function_expression": functions.anonymous, "function": functions.anonymous,
    "generator_function": functions.anonymous, "arrow_function": functions.anonymous, "class": _class,
    "subscript_expression": _subscript, "member_expression": _member, "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented, "update_expression": _update, "await_expression": _await,
    "yield_expression": _yield, "unary_expression": _unary, "binary_expression": _binary,
    "ternary_expression": _ternary, "sequence_expression": _sequence, "call_expression": calls.call,
    "new_expression": calls.made, "parenthesized_expression": _inner, "spread_element": _inner,
    "meta_property": literals.meta,
    "jsx_element": _markup, "jsx_self_closing_element": _markup, "jsx_fragment": _markup,
    "as_expression": _cast, "satisfies_expression": _cast, "non_null_expression": _cast, "type_assertion": _cast,
    "instantiation_expression": _cast, "jsx_expression": _inner, "nested_identifier": _other, "ERROR": _error,
    "%named": lambda walk, node: named(walk, node, ""),
}  # fmt: skip

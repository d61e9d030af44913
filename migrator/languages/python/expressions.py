"""Expressions of the syntax tree in lowered form. Each function takes exactly the tokens of the node it lowers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import libcst as cst

from migrator.languages.python.literals import Secrets, cook, text_literal
from migrator.languages.python.spans import GAP, Tokens
from migrator.model.text import Span
from migrator.model.unit import (
    Arg,
    Attr,
    Bin,
    BoolOp,
    Call,
    Comp,
    Compare,
    Entry,
    Expr,
    Field,
    IfExp,
    Join,
    Lambda,
    Lit,
    Loop,
    Map,
    Name,
    Opaque,
    Param,
    Seq,
    Slice,
    Sub,
    Walrus,
    Wrap,
)


class Walk(Tokens):
    """A walk over one file's tree, in the order of its tokens."""

    __slots__ = ("secrets", "yields")

    def __init__(self, text: str, secrets: Secrets) -> None:
        """Starts before the first token."""
        super().__init__(text)
        self.secrets = secrets
        self.yields = False  # whether the function body being walked yields


def expression(walk: Walk, node: cst.CSTNode) -> Expr:
    """Returns an expression with the parentheses around it taken."""
    if not (left := node.lpar):  # type: ignore[attr-defined]  # every expression has it, not every node
        return EXPRESSIONS[type(node)](walk, node)
    walk.at += len(left)
    lowered = EXPRESSIONS[type(node)](walk, node)
    walk.at += len(node.rpar)  # type: ignore[attr-defined]  # as above
    return lowered


def _name(walk: Walk, node: cst.Name) -> Expr:
    span, name = walk.take(), node.value
    return Lit(span, _CONSTANTS[name]) if name in _CONSTANTS else Name(span, name)


def optional(walk: Walk, node: cst.CSTNode | None) -> Expr | None:
    """Returns an expression that need not be there."""
    return None if node is None else expression(walk, node)


_CONSTANTS = {"None": None, "True": True, "False": False}


def _integer(walk: Walk, node: cst.Integer) -> Expr:
    span = walk.take()
    try:
        return Lit(span, int(node.value, 0))
    except ValueError:
        return Opaque(span, "a number too long to convert")


def _float(walk: Walk, node: cst.Float) -> Expr:
    return Lit(walk.take(), float(node.value))


def _imaginary(walk: Walk, node: cst.Imaginary) -> Expr:
    return Lit(walk.take(), complex(node.value))


def _ellipsis(walk: Walk, _node: cst.Ellipsis) -> Expr:
    return Opaque(walk.take(), "...")


def _string(walk: Walk, node: cst.SimpleString) -> Expr:
    span = walk.take()
    lit = text_literal(node.value, span)
    return walk.secrets.masked(span, (lit,)) or lit


def _adjacent(walk: Walk, node: cst.ConcatenatedString) -> Expr:
    first = walk.at
    parts: list[Expr] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        parts += _adjacent_part(walk, rest.left)
        rest = rest.right
    parts += _adjacent_part(walk, rest)
    lits = [part for part in parts if isinstance(part, Lit)]
    span = walk.since(first)
    whole = walk.secrets.masked(span, lits) if len(lits) == len(parts) else None
    return whole or Join(span, tuple(parts))


def _adjacent_part(walk: Walk, node: cst.BaseExpression) -> tuple[Expr, ...]:
    walk.at += len(node.lpar)
    if isinstance(node, cst.SimpleString):
        part: Expr = text_literal(node.value, walk.take())
    else:
        part = _interpolated(walk, node)  # type: ignore[arg-type]  # nothing else can stand here
    walk.at += len(node.rpar)
    return (part,)


def _interpolated(walk: Walk, node: cst.FormattedString | cst.TemplatedString) -> Expr:
    first = walk.at
    start = walk.starts[first] + len(node.start)
    parts, end = _parts(walk, node.parts, start, node.start.rstrip("'\"").lower())
    walk.take_to(end + len(node.end))
    return Join(walk.since(first), tuple(parts))


def _parts(walk: Walk, nodes: Sequence[cst.CSTNode], offset: int, prefix: str) -> tuple[list[Expr], int]:
    """Returns the parts of an interpolated string that start at *offset*, and where they end."""
    parts: list[Expr] = []
    for node in nodes:
        if isinstance(node, cst.FormattedStringText | cst.TemplatedStringText):
            lit = _stretch(node.value, offset, prefix)
            parts += _unjoined(walk.secrets.masked(lit.span, (lit,)) or lit)
            offset = lit.span.end
        else:
            offset = _field(walk, node, offset, parts, prefix)  # type: ignore[arg-type]  # the one other kind of part
    return parts, offset


def _unjoined(part: Expr) -> tuple[Expr, ...]:
    return part.parts if isinstance(part, Join) else (part,)


def _stretch(raw: str, offset: int, prefix: str) -> Lit:
    value = cook(raw.replace("{{", "{").replace("}}", "}"), prefix)
    return Lit(Span(offset, offset + len(raw)), value, offset if value == raw else -1)


def _field(
    walk: Walk,
    node: cst.FormattedStringExpression | cst.TemplatedStringExpression,
    offset: int,
    parts: list[Expr],
    prefix: str,
) -> int:
    """Adds the replacement field whose brace is at *offset* to *parts*. Returns where it ends."""
    start = offset
    walk.enter(offset + 1)
    value = expression(walk, node.expression)
    end = _gap(walk, walk.leave())
    conversion = node.conversion or ""
    if node.equal is not None:
        end = _gap(walk, end + 1)
        said = Span(start + 1, end)
        parts.append(Lit(said, walk.text[start + 1 : end], start + 1))
        conversion = conversion or ("" if node.format_spec else "r")
    if node.conversion:
        end = _gap(walk, end + 1) + len(node.conversion)
        end = _gap(walk, end)
    spec: Expr | None = None
    if node.format_spec is not None:
        inner, stop = _parts(walk, node.format_spec, end + 1, prefix)
        spec = Join(Span(end + 1, stop), tuple(inner))
        end = stop
    parts.append(Field(Span(start, end + 1), value, conversion, spec))
    return end + 1


def _gap(walk: Walk, offset: int) -> int:
    found = GAP.match(walk.text, offset)
    return found.end() if found else offset


def _attribute(walk: Walk, node: cst.Attribute) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 2
    return Attr(walk.since(first), value, node.attr.value)


def _call(walk: Walk, node: cst.Call) -> Expr:
    first = walk.at
    func = expression(walk, node.func)
    walk.at += 1
    args = tuple([argument(walk, arg) for arg in node.args])
    walk.at += 1
    return Call(walk.since(first), func, args)


def argument(walk: Walk, node: cst.Arg) -> Arg:
    """Returns one argument of a call or base of a class, the comma behind it taken."""
    first = walk.at
    name = None
    if node.star:
        walk.at += 1
    elif node.keyword is not None:
        name = node.keyword.value
        walk.at += 2
    value = expression(walk, node.value)
    if name is not None:
        value = walk.secrets.held(name, value)
    span = walk.since(first)
    comma(walk)
    return Arg(span, value, name, node.star)


def comma(walk: Walk) -> bool:
    """Takes a comma if one is next. Returns whether it was."""
    if walk.at < len(walk.words) and walk.words[walk.at] == ",":
        walk.at += 1
        return True
    return False


def _subscript(walk: Walk, node: cst.Subscript) -> Expr:
    first = walk.at
    value = expression(walk, node.value)
    walk.at += 1
    inside = walk.at
    trailing = False
    items: list[Expr] = []
    for element in node.slice:
        items.append(_slice(walk, element.slice))
        end = walk.at
        trailing = comma(walk)
    index = items[0]
    if len(items) > 1 or trailing or (isinstance(index, Wrap) and index.kind == "*"):
        index = Seq(Span(walk.starts[inside], walk.ends[end - 1]), "tuple", tuple(items))
    walk.at += 1
    return Sub(walk.since(first), value, index)


def _slice(walk: Walk, node: Any) -> Expr:
    first = walk.at
    if type(node) is cst.Index:
        if not node.star:
            return expression(walk, node.value)
        walk.at += 1
        value = expression(walk, node.value)
        return Wrap(walk.since(first), "*", value)
    lower = optional(walk, node.lower)
    walk.at += 1
    upper = optional(walk, node.upper)
    if isinstance(node.second_colon, cst.Colon):
        walk.at += 1
    step = optional(walk, node.step)
    return Slice(walk.since(first), lower, upper, step)


def _binary(walk: Walk, node: cst.BinaryOperation) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    op = walk.words[walk.at]
    walk.at += 1
    right = expression(walk, node.right)
    return Bin(walk.since(first), op, left, right)


def _boolean(walk: Walk, node: cst.BooleanOperation) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    op = walk.words[walk.at]
    walk.at += 1
    right = expression(walk, node.right)
    return BoolOp(walk.since(first), op, left, right)


def _unary(walk: Walk, node: cst.UnaryOperation) -> Expr:
    first = walk.at
    kind = walk.words[first]
    walk.at += 1
    value = expression(walk, node.expression)
    return Wrap(walk.since(first), kind, value)


def _comparison(walk: Walk, node: cst.Comparison) -> Expr:
    first = walk.at
    left = expression(walk, node.left)
    ops = []
    rights = []
    for target in node.comparisons:
        size = 2 if isinstance(target.operator, cst.IsNot | cst.NotIn) else 1
        ops.append(" ".join(walk.words[walk.at : walk.at + size]))
        walk.at += size
        rights.append(expression(walk, target.comparator))
    return Compare(walk.since(first), left, tuple(ops), tuple(rights))


def _conditional(walk: Walk, node: cst.IfExp) -> Expr:
    first = walk.at
    body = expression(walk, node.body)
    walk.at += 1
    test = expression(walk, node.test)
    walk.at += 1
    orelse = expression(walk, node.orelse)
    return IfExp(walk.since(first), test, body, orelse)


def _await(walk: Walk, node: cst.Await) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.expression)
    return Wrap(walk.since(first), "await", value)


def _yield(walk: Walk, node: cst.Yield) -> Expr:
    first = walk.at
    walk.yields = True
    walk.at += 1
    if isinstance(node.value, cst.From):
        walk.at += 1
        value = optional(walk, node.value.item)
        return Wrap(walk.since(first), "yield from", value)
    value = optional(walk, node.value)
    return Wrap(walk.since(first), "yield", value)


def _walrus(walk: Walk, node: cst.NamedExpr) -> Expr:
    first = walk.at
    target = expression(walk, node.target)
    walk.at += 1
    value = expression(walk, node.value)
    if not isinstance(target, Name):
        return Opaque(walk.since(first), "an assignment expression to something else than a name")
    return Walrus(walk.since(first), target, held(walk, target, value))


def held(walk: Walk, target: Expr, value: Expr) -> Expr:
    """Returns what is assigned to *target*, a literal key replaced."""
    match target:
        case Name(id=name) | Attr(name=name) | Sub(index=Lit(value=str() as name)):
            return walk.secrets.held(name, value)
    return value


def _elements(walk: Walk, nodes: Sequence[cst.BaseElement]) -> tuple[Expr, ...]:
    items = []
    for node in nodes:
        if isinstance(node, cst.StarredElement):
            items.append(expression(walk, node))
        else:
            items.append(expression(walk, node.value))
        comma(walk)
    if len(items) == 2:
        items[1] = _valued(walk, items[0], items[1])
    return tuple(items)


def _valued(walk: Walk, key: Expr, value: Expr) -> Expr:
    """Returns the value that stands beside *key*, a literal key replaced."""
    if isinstance(key, Lit) and isinstance(key.value, str):
        return walk.secrets.held(key.value, value)
    return value


def _starred(walk: Walk, node: cst.StarredElement) -> Expr:
    first = walk.at
    walk.at += 1
    value = expression(walk, node.value)
    return Wrap(walk.since(first), "*", value)


def _tuple(walk: Walk, node: cst.Tuple) -> Expr:
    inner = 1 if node.lpar else 0
    first = walk.at - inner
    items = _elements(walk, node.elements)
    return Seq(Span(walk.starts[first], walk.ends[walk.at - 1 + inner]), "tuple", items)


def _list(walk: Walk, node: cst.List) -> Expr:
    first = walk.at
    walk.at += 1
    items = _elements(walk, node.elements)
    walk.at += 1
    return Seq(walk.since(first), "list", items)


def _set(walk: Walk, node: cst.Set) -> Expr:
    first = walk.at
    walk.at += 1
    items = _elements(walk, node.elements)
    walk.at += 1
    return Seq(walk.since(first), "set", items)


def _dict(walk: Walk, node: cst.Dict) -> Expr:
    first = walk.at
    walk.at += 1
    entries = []
    for element in node.elements:
        entries.append(_entry(walk, element))
        comma(walk)
    walk.at += 1
    return Map(walk.since(first), tuple(entries))


def _entry(walk: Walk, node: cst.BaseDictElement) -> Entry:
    first = walk.at
    if not isinstance(node, cst.DictElement):
        walk.at += 1
        value = expression(walk, node.value)
        return Entry(walk.since(first), None, value)
    key = expression(walk, node.key)
    walk.at += 1
    value = _valued(walk, key, expression(walk, node.value))
    return Entry(walk.since(first), key, value)


def _generator(walk: Walk, node: cst.GeneratorExp) -> Expr:
    inner = 1 if node.lpar else 0
    first = walk.at - inner
    element = expression(walk, node.elt)
    loops = _loops(walk, node.for_in)
    return Comp(Span(walk.starts[first], walk.ends[walk.at - 1 + inner]), "generator", element, None, loops)


def _list_comp(walk: Walk, node: cst.ListComp) -> Expr:
    first = walk.at
    walk.at += 1
    element = expression(walk, node.elt)
    loops = _loops(walk, node.for_in)
    walk.at += 1
    return Comp(walk.since(first), "list", element, None, loops)


def _set_comp(walk: Walk, node: cst.SetComp) -> Expr:
    first = walk.at
    walk.at += 1
    element = expression(walk, node.elt)
    loops = _loops(walk, node.for_in)
    walk.at += 1
    return Comp(walk.since(first), "set", element, None, loops)


def _dict_comp(walk: Walk, node: cst.DictComp) -> Expr:
    first = walk.at
    walk.at += 1
    key = expression(walk, node.key)
    walk.at += 1
    value = expression(walk, node.value)
    loops = _loops(walk, node.for_in)
    walk.at += 1
    return Comp(walk.since(first), "dict", key, value, loops)


def _loops(walk: Walk, node: cst.CompFor | None) -> tuple[Loop, ...]:
    loops = []
    while node is not None:
        first = walk.at
        walk.at += 2 if node.asynchronous is not None else 1
        target = expression(walk, node.target)
        walk.at += 1
        iterable = expression(walk, node.iter)
        tests = []
        for test in node.ifs:
            walk.at += 1
            tests.append(expression(walk, test.test))
        loops.append(Loop(walk.since(first), target, iterable, tuple(tests)))
        node = node.inner_for_in
    return tuple(loops)


def _lambda(walk: Walk, node: cst.Lambda) -> Expr:
    first = walk.at
    outer = walk.yields
    walk.at += 1
    params = parameters(walk, node.params)
    walk.at += 1
    body = expression(walk, node.body)
    walk.yields = outer
    return Lambda(walk.since(first), params, body)


def parameters(walk: Walk, node: cst.Parameters) -> tuple[Param, ...]:
    """Returns the parameters of a function."""
    params = [_parameter(walk, param, "positional") for param in node.posonly_params]
    if isinstance(node.posonly_ind, cst.ParamSlash):
        walk.at += 1
        comma(walk)
    params += [_parameter(walk, param, "normal") for param in node.params]
    if isinstance(node.star_arg, cst.Param):
        params.append(_parameter(walk, node.star_arg, "*"))
    elif isinstance(node.star_arg, cst.ParamStar):
        walk.at += 1
        comma(walk)
    params += [_parameter(walk, param, "keyword") for param in node.kwonly_params]
    if node.star_kwarg is not None:
        params.append(_parameter(walk, node.star_kwarg, "**"))
    return tuple(params)


def _parameter(walk: Walk, node: cst.Param, kind: str) -> Param:
    first = walk.at
    walk.at += 2 if node.star else 1
    name = node.name.value
    annotation: Expr | None = None
    default: Expr | None = None
    if node.annotation is not None:
        walk.at += 1
        annotation = expression(walk, node.annotation.annotation)
    if node.default is not None:
        walk.at += 1
        default = walk.secrets.held(name, expression(walk, node.default))
    span = walk.since(first)
    comma(walk)
    return Param(span, name, kind, default, annotation)


_Lowering: TypeAlias = Callable[[Walk, Any], Expr]

EXPRESSIONS: dict[type[cst.CSTNode], _Lowering] = {
    cst.Attribute: _attribute,
    cst.Await: _await,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Call: _call,
    cst.Comparison: _comparison,
    cst.ConcatenatedString: _adjacent,
    cst.Dict: _dict,
    cst.DictComp: _dict_comp,
    cst.Ellipsis: _ellipsis,
    cst.Float: _float,
    cst.FormattedString: _interpolated,
    cst.GeneratorExp: _generator,
    cst.IfExp: _conditional,
    cst.Imaginary: _imaginary,
    cst.Integer: _integer,
    cst.Lambda: _lambda,
    cst.List: _list,
    cst.ListComp: _list_comp,
    cst.Name: _name,
    cst.NamedExpr: _walrus,
    cst.Set: _set,
    cst.SetComp: _set_comp,
    cst.SimpleString: _string,
    cst.StarredElement: _starred,
    cst.Subscript: _subscript,
    cst.TemplatedString: _interpolated,
    cst.Tuple: _tuple,
    cst.UnaryOperation: _unary,
    cst.Yield: _yield,
}

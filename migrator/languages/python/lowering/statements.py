"""Statements of the syntax tree in lowered form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from migrator.languages.python.lowering.depth import ARMS
from migrator.languages.python.lowering.displays import elements, parameters, unpacked
from migrator.languages.python.lowering.expressions import arguments, held
from migrator.languages.python.lowering.importing import import_from, imported
from migrator.languages.python.lowering.lowering import (
    MISSING,
    Lowering,
    clause,
    code,
    expression,
    first,
    named,
    optional,
    part,
    parts,
    roles,
    span_of,
    whole_span,
)
from migrator.languages.python.lowering.patterns import match
from migrator.languages.syntax.grammar import TOO_DEEP
from migrator.model.text import Span, Trouble
from migrator.model.unit import (
    Arg,
    Assign,
    Aug,
    Call,
    ClassDef,
    Def,
    Del,
    Expr,
    ExprS,
    For,
    Handler,
    If,
    Item,
    Jump,
    Name,
    Opaque,
    Return,
    Scope,
    Seq,
    Stmt,
    Try,
    While,
    With,
)

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node

_Body: TypeAlias = tuple[Stmt, ...]


def statements(low: Lowering, nodes: Sequence[Node]) -> _Body:
    """Returns the statements of a block or file; of what the grammar does not take, the parts that it knows."""
    out: list[Stmt] = []
    for node in nodes:
        lowering = low.statements.get(node.kind_id)
        if lowering is not None:
            out.append(lowering(low, node))
        elif node.kind_id not in low.named:
            continue
        elif node.type == "match_statement":
            out += match(low, node, block)
        elif node.is_error:
            out.append(ExprS(span_of(node), Opaque(span_of(node), MISSING)))
            out += statements(low, node.children)
        elif node.kind_id in low.expressions:
            out.append(ExprS(span_of(node), expression(low, node)))
        else:  # a part of a compound statement whose head the grammar does not take
            out += statements(low, node.children)
    return tuple(out)


def block(low: Lowering, node: Node | None) -> _Body:
    """Returns the statements in a block. One that nests too deeply is left out, and told."""
    if node is None:
        return ()
    if not low.fits(node, 1):
        return (ExprS(span_of(node), Opaque(span_of(node), TOO_DEEP)),)
    low.depth += 1
    body = statements(low, node.children)
    low.depth -= 1
    return body


def _suite(low: Lowering, node: Node | None) -> _Body:
    """Returns the statements in the block of a clause."""
    if node is None:
        return ()
    return tuple([stmt for child in node.children if child.type == "block" for stmt in block(low, child)])


def _expression(low: Lowering, node: Node) -> Stmt:
    found = node.children
    if len(found) == 1:
        lowering = low.statements.get(found[0].kind_id)
        return lowering(low, found[0]) if lowering else ExprS(span_of(node), first(low, node))
    if any(child.type == "," for child in found):
        return ExprS(span_of(node), Seq(span_of(node), "tuple", elements(low, found)))
    return ExprS(span_of(node), first(low, node))


def _assign(low: Lowering, node: Node) -> Stmt:
    targets = []
    annotation: Expr | None = None
    at: Node | None = node
    last = node
    while at is not None and at.type == "assignment":
        last = at
        found = at.children
        if len(found) == 3 and found[1].type == "=":
            targets.append(expression(low, found[0]))
            at = found[2]
            continue
        targets.append(part(low, at, "left"))
        annotation = annotation or optional(low, at.child_by_field_name("type"))
        low.evidence.new |= annotation is not None
        at = at.child_by_field_name("right")
    if at is None:
        missing = None if annotation is not None else Opaque(span_of(last), MISSING)
        return Assign(span_of(node), tuple(targets), missing, annotation)
    value = expression(low, at)
    for target in targets:
        value = held(low, target, value)
    return Assign(span_of(node), tuple(targets), value, annotation)


def _augmented(low: Lowering, node: Node) -> Stmt:
    target = part(low, node, "left")
    op = node.child_by_field_name("operator")
    value = part(low, node, "right")
    return Aug(span_of(node), target, low.operator(op.type[:-1] if op else ""), held(low, target, value))


_ASSIGNMENTS: dict[str, Callable[[Lowering, Node], Stmt]] = {"assignment": _assign, "augmented_assignment": _augmented}


def _return(low: Lowering, node: Node) -> Stmt:
    found = node.children
    value = expression(low, found[1]) if len(found) == 2 else first(low, node) if named(low, node) else None
    return Return(span_of(node), value)


def _assert(low: Lowering, node: Node) -> Stmt:
    return ExprS(span_of(node), first(low, node))


def _del(low: Lowering, node: Node) -> Stmt:
    found = first(low, node)
    return Del(span_of(node), found.items if isinstance(found, Seq) else (found,))


def _raise(low: Lowering, node: Node) -> Stmt:
    value = next(iter(named(low, node)), None)
    cause = node.child_by_field_name("cause")
    if value is not None and value == cause:
        value = None
    low.evidence.new |= cause is not None
    if value is not None and value.type == "expression_list":  # of Python 2: class, argument and traceback
        low.evidence.old = True
        return Jump(span_of(node), "raise", expression(low, code(low, value)[0]))
    return Jump(span_of(node), "raise", optional(low, value))


def _jump(kind: Literal["break", "continue", "pass"], _low: Lowering, node: Node) -> Stmt:
    return Jump(span_of(node), kind)


def _global(low: Lowering, node: Node) -> Stmt:
    return Scope(span_of(node), "global", _names(low, node))


def _nonlocal(low: Lowering, node: Node) -> Stmt:
    low.evidence.new = True
    return Scope(span_of(node), "nonlocal", _names(low, node))


def _names(low: Lowering, node: Node) -> tuple[str, ...]:
    return tuple([low.word(child) for child in node.children if child.type == "identifier"])


def _type_alias(low: Lowering, node: Node) -> Stmt:
    left = node.child_by_field_name("left")
    while left is not None and left.type in ("type", "generic_type") and (inner := named(low, left)):
        left = inner[0]
    name = expression(low, left) if left is not None else Opaque(span_of(node), MISSING)
    return Assign(span_of(node), (name,), part(low, node, "right"))


def _called(name: str, low: Lowering, node: Node) -> Stmt:
    """Returns a statement of Python 2 as the call that it is in Python 3."""
    low.evidence.old = True
    args = []
    for child in node.children:
        if child.type == "chevron":
            args.append(Arg(span_of(child), first(low, child), "file"))
        elif child.kind_id in low.parts:
            args.append(Arg(span_of(child), expression(low, child)))
    func = Name(Span(node.start_byte, node.start_byte + len(name)), name)
    return ExprS(span_of(node), Call(span_of(node), func, tuple(args)))


def _if(low: Lowering, node: Node) -> Stmt:
    """Lowers a chain of ``elif`` without recursion, which could not follow one of any length."""
    arms: list[tuple[Node, Expr, _Body]] = []
    orelse: _Body = ()
    end = whole_span(low, node).end
    for arm in [node, *roles(low, node, "alternative")]:
        if arm.type == "else_clause":
            orelse = block(low, arm.child_by_field_name("body"))
        elif len(arms) < ARMS:
            arms.append((arm, part(low, arm, "condition"), block(low, arm.child_by_field_name("consequence"))))
        elif len(arms) == ARMS:
            low.troubles.append(Trouble(Span(arm.start_byte, end), f"there are more than {ARMS:,} elif branches"))
            break
    for arm, test, body in reversed(arms):
        lowered = If(Span(arm.start_byte, end), test, body, orelse)
        orelse = (lowered,)
    return lowered


def _while(low: Lowering, node: Node) -> Stmt:
    test = part(low, node, "condition")
    body = block(low, node.child_by_field_name("body"))
    return While(whole_span(low, node), test, body, _suite(low, node.child_by_field_name("alternative")))


def _for(low: Lowering, node: Node) -> Stmt:
    target = part(low, node, "left")
    iterable = part(low, node, "right")
    body = block(low, node.child_by_field_name("body"))
    return For(whole_span(low, node), target, iterable, body, _suite(low, node.child_by_field_name("alternative")))


def _with(low: Lowering, node: Node) -> Stmt:
    head = clause(node, "with_clause")
    items = tuple([_item(low, item) for item in _managers(low, head)]) if head else ()
    return With(whole_span(low, node), items, block(low, node.child_by_field_name("body")))


def _managers(low: Lowering, clause: Node) -> Sequence[Node]:
    """Returns the managers of a ``with``, each by itself where parentheses are around all of them."""
    items = [child.child_by_field_name("value") or child for child in clause.children if child.type == "with_item"]
    while len(items) == 1 and items[0].type in ("parenthesized_expression", "tuple"):
        inner = parts(low, items[0])
        if not inner:
            break
        items = inner
    return items


def _item(low: Lowering, node: Node) -> Item:
    if node.type != "as_pattern":
        return Item(span_of(node), expression(low, node), None)
    return Item(span_of(node), first(low, node), part(low, node, "alias"))


def _try(low: Lowering, node: Node) -> Stmt:
    body = block(low, node.child_by_field_name("body"))
    handlers = tuple([_handler(low, child) for child in node.children if child.type == "except_clause"])
    orelse = _suite(low, clause(node, "else_clause"))
    return Try(whole_span(low, node), body, handlers, orelse, _suite(low, clause(node, "finally_clause")))


def _handler(low: Lowering, node: Node) -> Handler:
    found = roles(low, node, "value")
    bound = node.child_by_field_name("alias")
    kind = found[0] if found else None
    if kind is not None and kind.type == "as_pattern":
        kind, bound = code(low, kind)[0], kind.child_by_field_name("alias")
    elif _binds_by_comma(low, found):
        bound = found[1]
        low.evidence.old = True
    caught = optional(low, kind)
    if len(found) > 1 and bound is None:
        caught = Seq(Span(found[0].start_byte, found[-1].end_byte), "tuple", elements(low, found))
    name = low.word(bound) if bound is not None else None
    return Handler(whole_span(low, node), caught, name, _suite(low, node))


def _binds_by_comma(low: Lowering, values: Sequence[Node]) -> bool:
    """Returns whether ``except A, b`` binds: Python 3.14 takes it for two classes, which are not written so."""
    return len(values) == 2 and values[1].type == "identifier" and low.text[values[1].start_byte].islower()


def _function(low: Lowering, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()) -> Stmt:
    given = node.child_by_field_name("parameters")
    name = node.child_by_field_name("name")
    params = parameters(low, given) if given else ()
    yields, low.yields = low.yields, False
    body = _unpacked(low, given) + block(low, node.child_by_field_name("body"))
    generator, low.yields = low.yields, yields
    is_async = bool(node.children) and node.children[0].type == "async"
    low.evidence.new |= is_async or node.child_by_field_name("return_type") is not None
    span = whole_span(low, outer or node)
    return Def(span, low.word(name) if name else "", params, body, decorators, is_async, generator)


def _unpacked(low: Lowering, given: Node | None) -> _Body:
    """Returns what unpacks the parameters that Python 2 takes apart."""
    out: list[Stmt] = []
    for node in given.children if given else ():
        pattern = (node.child_by_field_name("name") or node) if node.type == "default_parameter" else node
        if pattern.type == "tuple_pattern":
            span = span_of(pattern)
            out.append(Assign(span, (expression(low, pattern),), Name(span, unpacked(node))))
    return tuple(out)


def _class(low: Lowering, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()) -> Stmt:
    name = node.child_by_field_name("name")
    given = node.child_by_field_name("superclasses")
    bases = arguments(low, given) if given else ()
    body = block(low, node.child_by_field_name("body"))
    return ClassDef(whole_span(low, outer or node), low.word(name) if name else "", bases, body, decorators)


def _decorated(low: Lowering, node: Node) -> Stmt:
    decorators = tuple([first(low, child) for child in node.children if child.type == "decorator"])
    defined = node.child_by_field_name("definition")
    if defined is None:
        return ExprS(span_of(node), Opaque(span_of(node), MISSING))
    lowering = _class if defined.type == "class_definition" else _function
    return lowering(low, defined, node, decorators)


STATEMENTS: dict[str, Callable[[Lowering, Node], Stmt]] = {
    **_ASSIGNMENTS,
    "assert_statement": _assert,
    "break_statement": partial(_jump, "break"),
    "class_definition": _class,
    "continue_statement": partial(_jump, "continue"),
    "decorated_definition": _decorated,
    "delete_statement": _del,
    "exec_statement": partial(_called, "exec"),
    "expression_statement": _expression,
    "for_statement": _for,
    "function_definition": _function,
    "future_import_statement": import_from,
    "global_statement": _global,
    "if_statement": _if,
    "import_from_statement": import_from,
    "import_statement": imported,
    "nonlocal_statement": _nonlocal,
    "pass_statement": partial(_jump, "pass"),
    "print_statement": partial(_called, "print"),
    "raise_statement": _raise,
    "return_statement": _return,
    "try_statement": _try,
    "type_alias_statement": _type_alias,
    "while_statement": _while,
    "with_statement": _with,
}

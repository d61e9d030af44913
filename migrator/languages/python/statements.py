"""Statements of the syntax tree in lowered form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from migrator.languages.python.depth import ARMS
from migrator.languages.python.dialect import NEW_MODULES, OLD_MODULES
from migrator.languages.python.displays import elements, parameters, unpacked
from migrator.languages.python.expressions import arguments, held
from migrator.languages.python.lowering import MISSING, Lowering, expression, first, optional, part, span_of
from migrator.languages.python.patterns import match
from migrator.languages.syntax.grammar import TOO_DEEP
from migrator.languages.syntax.tree import ERROR, Node
from migrator.model.text import Span, Trouble
from migrator.model.unit import (
    Alias,
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
    From,
    Handler,
    If,
    Import,
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

_Body: TypeAlias = tuple[Stmt, ...]


def statements(low: Lowering, nodes: Sequence[Node]) -> _Body:
    """Returns the statements of a block or file; of what the grammar does not take, the parts that it knows."""
    out: list[Stmt] = []
    for node in nodes:
        lowering = STATEMENTS.get(node.kind)
        if lowering is not None:
            out.append(lowering(low, node))
        elif not node.named:
            continue
        elif node.kind == "match_statement":
            out += match(low, node, block)
        elif node.kind == ERROR:
            out.append(ExprS(span_of(node), Opaque(span_of(node), MISSING)))
            out += statements(low, node.children)
        elif node.kind in low.expressions:
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
    return tuple([stmt for child in node.children if child.kind == "block" for stmt in block(low, child)])


def _clause(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.kind == kind), None)


def _expression(low: Lowering, node: Node) -> Stmt:
    found = node.children
    if len(found) == 1 and found[0].kind in _ASSIGNMENTS:
        return _ASSIGNMENTS[found[0].kind](low, found[0])
    if len(found) > 1 and any(child.kind == "," for child in found):
        return ExprS(span_of(node), Seq(span_of(node), "tuple", elements(low, found)))
    return ExprS(span_of(node), first(low, node))


def _assign(low: Lowering, node: Node) -> Stmt:
    targets = []
    annotation: Expr | None = None
    at: Node | None = node
    last = node
    while at is not None and at.kind == "assignment":
        last = at
        targets.append(part(low, at, "left"))
        annotation = annotation or optional(low, at.child("type"))
        low.evidence.new |= annotation is not None
        at = at.child("right")
    if at is None:
        missing = None if annotation is not None else Opaque(span_of(last), MISSING)
        return Assign(span_of(node), tuple(targets), missing, annotation)
    value = expression(low, at)
    for target in targets:
        value = held(low, target, value)
    return Assign(span_of(node), tuple(targets), value, annotation)


def _augmented(low: Lowering, node: Node) -> Stmt:
    target = part(low, node, "left")
    op = node.child("operator")
    value = part(low, node, "right")
    return Aug(span_of(node), target, low.operator(op.kind[:-1] if op else ""), held(low, target, value))


_ASSIGNMENTS: dict[str, Callable[[Lowering, Node], Stmt]] = {"assignment": _assign, "augmented_assignment": _augmented}


def _return(low: Lowering, node: Node) -> Stmt:
    return Return(span_of(node), first(low, node) if node.named_children else None)


def _assert(low: Lowering, node: Node) -> Stmt:
    return ExprS(span_of(node), first(low, node))


def _del(low: Lowering, node: Node) -> Stmt:
    found = first(low, node)
    return Del(span_of(node), found.items if isinstance(found, Seq) else (found,))


def _raise(low: Lowering, node: Node) -> Stmt:
    value = node.named_children[0] if node.named_children else None
    if value is not None and value.field == "cause":
        value = None
    low.evidence.new |= node.child("cause") is not None
    if value is not None and value.kind == "expression_list":  # of Python 2: class, argument and traceback
        low.evidence.old = True
        return Jump(span_of(node), "raise", expression(low, value.children[0]))
    return Jump(span_of(node), "raise", optional(low, value))


def _break(_low: Lowering, node: Node) -> Stmt:
    return Jump(span_of(node), "break")


def _continue(_low: Lowering, node: Node) -> Stmt:
    return Jump(span_of(node), "continue")


def _pass(_low: Lowering, node: Node) -> Stmt:
    return Jump(span_of(node), "pass")


def _global(low: Lowering, node: Node) -> Stmt:
    return Scope(span_of(node), "global", _names(low, node))


def _nonlocal(low: Lowering, node: Node) -> Stmt:
    low.evidence.new = True
    return Scope(span_of(node), "nonlocal", _names(low, node))


def _names(low: Lowering, node: Node) -> tuple[str, ...]:
    return tuple([low.word(child) for child in node.children if child.kind == "identifier"])


def _import(low: Lowering, node: Node) -> Stmt:
    return Import(span_of(node), tuple([_alias(low, child, _module) for child in node.all("name")]))


def _from(low: Lowering, node: Node) -> Stmt:
    if node.kind == "future_import_statement":
        return From(span_of(node), "__future__", 0, _aliases(low, node))
    whence = node.child("module_name")
    level, module = 0, whence
    if whence is not None and whence.kind == "relative_import":
        prefix, module = _clause(whence, "import_prefix"), _clause(whence, "dotted_name")
        level = low.text.count(".", prefix.start, prefix.end) if prefix else 0
    name = _module(low, module) if module is not None else ""
    star = _clause(node, "wildcard_import")
    if star is not None:
        return From(span_of(node), name, level, (Alias(span_of(star), "*", None),))
    return From(span_of(node), name, level, _aliases(low, node))


def _aliases(low: Lowering, node: Node) -> tuple[Alias, ...]:
    return tuple([_alias(low, child, _dotted) for child in node.all("name")])


def _alias(low: Lowering, node: Node, said: Callable[[Lowering, Node], str]) -> Alias:
    if node.kind != "aliased_import":
        return Alias(span_of(node), said(low, node), None)
    name, bound = node.child("name"), node.child("alias")
    return Alias(span_of(node), said(low, name) if name else "", low.word(bound) if bound else None)


def _module(low: Lowering, node: Node) -> str:
    name = _dotted(low, node)
    low.evidence.names |= name in OLD_MODULES
    low.evidence.new_names |= name in NEW_MODULES
    return name


def _dotted(low: Lowering, node: Node) -> str:
    return ".".join([low.word(child) for child in node.children if child.kind == "identifier"])


def _type_alias(low: Lowering, node: Node) -> Stmt:
    left = node.child("left")
    while left is not None and left.kind in ("type", "generic_type") and left.named_children:
        left = left.named_children[0]
    name = expression(low, left) if left is not None else Opaque(span_of(node), MISSING)
    return Assign(span_of(node), (name,), part(low, node, "right"))


def _print(low: Lowering, node: Node) -> Stmt:
    return _called(low, node, "print")


def _exec(low: Lowering, node: Node) -> Stmt:
    return _called(low, node, "exec")


def _called(low: Lowering, node: Node, name: str) -> Stmt:
    """Returns a statement of Python 2 as the call that it is in Python 3."""
    low.evidence.old = True
    args = []
    for child in node.children:
        if child.kind == "chevron":
            args.append(Arg(span_of(child), first(low, child), "file"))
        elif child.named and child.kind != ERROR:
            args.append(Arg(span_of(child), expression(low, child)))
    func = Name(Span(node.start, node.start + len(name)), name)
    return ExprS(span_of(node), Call(span_of(node), func, tuple(args)))


def _if(low: Lowering, node: Node) -> Stmt:
    """Lowers a chain of ``elif`` without recursion, which could not follow one of any length."""
    arms: list[tuple[Node, Expr, _Body]] = []
    orelse: _Body = ()
    for arm in [node, *node.all("alternative")]:
        if arm.kind == "else_clause":
            orelse = block(low, arm.child("body"))
        elif len(arms) < ARMS:
            arms.append((arm, part(low, arm, "condition"), block(low, arm.child("consequence"))))
        elif len(arms) == ARMS:
            low.troubles.append(Trouble(Span(arm.start, node.end), f"there are more than {ARMS:,} elif branches"))
            break
    for arm, test, body in reversed(arms):
        lowered = If(Span(arm.start, node.end), test, body, orelse)
        orelse = (lowered,)
    return lowered


def _while(low: Lowering, node: Node) -> Stmt:
    test = part(low, node, "condition")
    body = block(low, node.child("body"))
    return While(span_of(node), test, body, _suite(low, node.child("alternative")))


def _for(low: Lowering, node: Node) -> Stmt:
    target = part(low, node, "left")
    iterable = part(low, node, "right")
    body = block(low, node.child("body"))
    return For(span_of(node), target, iterable, body, _suite(low, node.child("alternative")))


def _with(low: Lowering, node: Node) -> Stmt:
    clause = _clause(node, "with_clause")
    items = tuple([_item(low, item) for item in _managers(clause)]) if clause else ()
    return With(span_of(node), items, block(low, node.child("body")))


def _managers(clause: Node) -> Sequence[Node]:
    """Returns the managers of a ``with``, each by itself where parentheses are around all of them."""
    items = [child.child("value") or child for child in clause.children if child.kind == "with_item"]
    while len(items) == 1 and items[0].kind in ("parenthesized_expression", "tuple"):
        inner = [child for child in items[0].named_children if child.kind != ERROR]
        if not inner:
            break
        items = inner
    return items


def _item(low: Lowering, node: Node) -> Item:
    if node.kind != "as_pattern":
        return Item(span_of(node), expression(low, node), None)
    return Item(span_of(node), first(low, node), part(low, node, "alias"))


def _try(low: Lowering, node: Node) -> Stmt:
    body = block(low, node.child("body"))
    handlers = tuple([_handler(low, child) for child in node.children if child.kind == "except_clause"])
    orelse = _suite(low, _clause(node, "else_clause"))
    return Try(span_of(node), body, handlers, orelse, _suite(low, _clause(node, "finally_clause")))


def _handler(low: Lowering, node: Node) -> Handler:
    found = node.all("value")
    bound = node.child("alias")
    kind = found[0] if found else None
    if kind is not None and kind.kind == "as_pattern":
        kind, bound = kind.children[0], kind.child("alias")
    elif _binds_by_comma(low, found):
        bound = found[1]
        low.evidence.old = True
    caught = optional(low, kind)
    if len(found) > 1 and bound is None:
        caught = Seq(Span(found[0].start, found[-1].end), "tuple", elements(low, found))
    name = low.word(bound) if bound is not None else None
    return Handler(span_of(node), caught, name, _suite(low, node))


def _binds_by_comma(low: Lowering, values: Sequence[Node]) -> bool:
    """Returns whether ``except A, b`` binds: Python 3.14 takes it for two classes, which are not written so."""
    return len(values) == 2 and values[1].kind == "identifier" and low.text[values[1].start].islower()


def _function(low: Lowering, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()) -> Stmt:
    given = node.child("parameters")
    name = node.child("name")
    params = parameters(low, given) if given else ()
    yields, low.yields = low.yields, False
    body = _unpacked(low, given) + block(low, node.child("body"))
    generator, low.yields = low.yields, yields
    is_async = bool(node.children) and node.children[0].kind == "async"
    low.evidence.new |= is_async or node.child("return_type") is not None
    span = span_of(outer or node)
    return Def(span, low.word(name) if name else "", params, body, decorators, is_async, generator)


def _unpacked(low: Lowering, given: Node | None) -> _Body:
    """Returns what unpacks the parameters that Python 2 takes apart."""
    out: list[Stmt] = []
    for node in given.children if given else ():
        pattern = (node.child("name") or node) if node.kind == "default_parameter" else node
        if pattern.kind == "tuple_pattern":
            span = span_of(pattern)
            out.append(Assign(span, (expression(low, pattern),), Name(span, unpacked(node))))
    return tuple(out)


def _class(low: Lowering, node: Node, outer: Node | None = None, decorators: tuple[Expr, ...] = ()) -> Stmt:
    name = node.child("name")
    given = node.child("superclasses")
    bases = arguments(low, given) if given else ()
    body = block(low, node.child("body"))
    return ClassDef(span_of(outer or node), low.word(name) if name else "", bases, body, decorators)


def _decorated(low: Lowering, node: Node) -> Stmt:
    decorators = tuple([first(low, child) for child in node.children if child.kind == "decorator"])
    defined = node.child("definition")
    if defined is None:
        return ExprS(span_of(node), Opaque(span_of(node), MISSING))
    lowering = _class if defined.kind == "class_definition" else _function
    return lowering(low, defined, node, decorators)


STATEMENTS: dict[str, Callable[[Lowering, Node], Stmt]] = {
    **_ASSIGNMENTS,
    "assert_statement": _assert,
    "break_statement": _break,
    "class_definition": _class,
    "continue_statement": _continue,
    "decorated_definition": _decorated,
    "delete_statement": _del,
    "exec_statement": _exec,
    "expression_statement": _expression,
    "for_statement": _for,
    "function_definition": _function,
    "future_import_statement": _from,
    "global_statement": _global,
    "if_statement": _if,
    "import_from_statement": _from,
    "import_statement": _import,
    "nonlocal_statement": _nonlocal,
    "pass_statement": _pass,
    "print_statement": _print,
    "raise_statement": _raise,
    "return_statement": _return,
    "try_statement": _try,
    "type_alias_statement": _type_alias,
    "while_statement": _while,
    "with_statement": _with,
}

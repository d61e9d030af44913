"""Functions: parameters, hoisting, and bodies. One without a name is defined just before the statement it stands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from migrator.languages.javascript.lowering.names import (
    FunctionNames,
    block_names,
    hoisted_names,
    is_function_declaration,
    kept,
    pattern_names,
    uses,
)
from migrator.languages.javascript.lowering.patterns import bound, is_pattern
from migrator.languages.javascript.lowering.walk import Walk, special, undefined
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import (
    Assign,
    Attr,
    BoolOp,
    Def,
    Expr,
    Lambda,
    Lit,
    Name,
    Param,
    Return,
    Role,
    Scope,
    Stmt,
    Sub,
)

THIS = "this"
_ARGUMENTS = "arguments"


def function(walk: Walk, node: Node, name: str, role: Role = "", prefix: Prefix | None = None) -> Def:
    """Returns the definition of a function under a name; *prefix* gives what its body starts with."""
    arrow = node.kind == "arrow_function"
    own = FunctionNames(arrow=arrow)
    body = node.child("body")
    statements = body.named_children if body is not None and body.kind == "statement_block" else []
    given = _parameters(node)
    held = kept(walk.block, node, walk.text)
    names = [name for one in given for name in pattern_names(one, walk.text)]
    own.arguments = not arrow and body is not None and uses(node, _ARGUMENTS, walk.text)
    outer_pending, walk.pending = walk.pending, []
    with walk.inside((*names, *([_ARGUMENTS] if own.arguments else [])), own):
        if not arrow:
            walk.block.declare(THIS)
        _name_itself(walk, node, name)
        params, before = _bind_parameters(walk, node, given)
        for hoisted in hoisted_names(statements, walk.text):
            hides = hoisted not in walk.block.names and walk.block.find(hoisted) is not None
            local = walk.block.declare(hoisted)
            if hides:  # it is there, and nothing, before it is given anything
                before.append(Assign(Span(node.start, node.start), (Name(node.span, local),), undefined(node.span)))
        if prefix is not None:
            before += prefix(walk)
        if body is not None and body.kind != "statement_block":
            value = walk.expression(body)
            lowered: list[Stmt] = [*walk.pending, Return(body.span, value)]
        else:
            lowered = block(walk, statements)
        outer = tuple(sorted(own.outer))
    walk.pending = outer_pending
    scope = [Scope(Span(node.start, node.start), "nonlocal", outer)] if outer else []
    return Def(
        node.span,
        name,
        params,
        (*scope, *before, *lowered),
        (),
        is_async=any(child.kind == "async" for child in node.children),
        generator=_is_generator(node),
        role=role,
        kept=held,
    )


Prefix = Callable[[Walk], list[Stmt]]


def _is_generator(node: Node) -> bool:
    return node.kind.startswith("generator") or any(child.kind == "*" for child in node.children)


def _name_itself(walk: Walk, node: Node, variable: str) -> None:
    """Lets a function expression call itself by its own name, which nothing else knows."""
    name = node.child("name") if node.kind in ("function_expression", "generator_function") else None
    if name is not None:
        walk.block.names.setdefault(walk.code(name), variable)


def _parameters(node: Node) -> list[Node]:
    single = node.child("parameter")
    if single is not None:
        return [single]
    listed = node.child("parameters")
    return [one for one in listed.named_children if one.kind != "decorator"] if listed is not None else []


def _bind_parameters(walk: Walk, node: Node, given: Sequence[Node]) -> tuple[tuple[Param, ...], list[Stmt]]:
    """Returns the parameters, and the statements that fill in defaults and take patterns apart."""
    start = Span(node.start, node.start)
    params = [] if node.kind == "arrow_function" else [Param(start, THIS, "receiver")]
    gathered = walk.block.function.arguments
    if gathered:
        params.append(Param(start, _ARGUMENTS, "*"))
    before: list[Stmt] = []
    for place, one in enumerate(given):
        pattern, default, annotation = _parts(one)
        if pattern is None or walk.code(pattern) == THIS:
            continue
        rest = pattern.kind == "rest_pattern"
        inner = pattern.named_children[0] if rest and pattern.named_children else pattern
        name = walk.fresh("options") if is_pattern(inner) else walk.variable(inner.span, walk.code(inner)).id
        value = Name(inner.span, name)
        made: Expr | None = walk.expression(default) if default is not None else None
        if gathered:
            before.append(_taken(inner, name, place, rest=rest))
        elif rest:
            params.append(Param(inner.span, name, "*"))
        else:
            plain = made if made is not None and _is_plain(made) else undefined(inner.span)
            params.append(Param(inner.span, name, "normal", plain))
            made = None if plain is made else made
        if made is not None:
            before += walk.pending
            walk.pending = []
            before.append(Assign(inner.span, (value,), BoolOp(inner.span, "=", value, made)))
        if annotation is not None:
            kind = walk.variable(annotation.span, walk.code(annotation))
            before.append(Assign(inner.span, (value,), special(inner.span, "typed", value, kind)))
        if is_pattern(inner):
            before += bound(walk, inner, value, walk.variable)
            before[:0] = walk.pending
            walk.pending = []
        if any(child.kind in ("accessibility_modifier", "readonly") for child in one.children):
            before.append(Assign(inner.span, (Attr(inner.span, Name(inner.span, THIS), name),), value))
    return tuple(params), before


def _taken(pattern: Node, name: str, place: int, *, rest: bool) -> Stmt:
    """Returns how a parameter is read from all arguments."""
    number, every = Lit(pattern.span, place), Name(pattern.span, _ARGUMENTS)
    read: Expr = special(pattern.span, "from", every, number) if rest else Sub(pattern.span, every, number)
    return Assign(pattern.span, (Name(pattern.span, name),), read)


def _is_plain(default: Expr) -> bool:
    return isinstance(default, Lit) or (isinstance(default, Name) and default.id == "undefined")


def _parts(one: Node) -> tuple[Node | None, Node | None, Node | None]:
    """Returns the pattern, the default and the simple type of a parameter."""
    if one.kind in ("required_parameter", "optional_parameter"):
        annotation = one.child("type")
        types = annotation.named_children if annotation is not None else []
        simple = types[0] if types and types[0].kind == "type_identifier" else None
        return one.child("pattern"), one.child("value"), simple
    if one.kind == "assignment_pattern":
        return one.child("left"), one.child("right"), None
    return one, None, None


def block(walk: Walk, statements: Sequence[Node]) -> list[Stmt]:
    """Returns the statements of a block, which declares what it declares; functions come first."""
    for name in block_names(statements, walk.text):
        walk.block.declare(name)
    lowered: list[Stmt] = []
    for statement in sorted(statements, key=lambda one: not is_function_declaration(one)):
        lowered += walk.statement(statement)
    return lowered


def nested(walk: Walk, node: Node | None) -> tuple[Stmt, ...]:
    """Returns what a branch or loop does, as a block of its own."""
    if node is None:
        return ()
    with walk.inside():
        return tuple(block(walk, node.named_children if node.kind == "statement_block" else [node]))


def accessor(walk: Walk, node: Node, name: str, role: Role) -> Expr:
    """Returns the getter or setter of an object."""
    made = function(walk, node, name)
    return Lambda(made.span, made.params, made.body, name, role=role)


def anonymous(walk: Walk, node: Node, hint: str = "") -> Expr:
    """Defines a function before the current statement and returns the variable that holds it."""
    own = node.child("name")
    name = walk.fresh(hint or (walk.code(own) if own is not None else "callback"))
    walk.pending.append(function(walk, node, name))
    return Name(node.span, name)

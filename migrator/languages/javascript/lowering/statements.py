"""Statements in lowered form."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from migrator.languages.javascript.lowering import exports, jumps, loops
from migrator.languages.javascript.lowering.classes import declared, from_function
from migrator.languages.javascript.lowering.expressions import assigned, augmented, named, target
from migrator.languages.javascript.lowering.functions import block, function, nested
from migrator.languages.javascript.lowering.names import FUNCTIONS, shape_parts, unwrapped
from migrator.languages.javascript.lowering.patterns import Bind, bound, is_pattern
from migrator.languages.javascript.lowering.walk import Statements, Walk, deleted, special, undefined
from migrator.languages.syntax.tree import Node
from migrator.model.unit import (
    Arg,
    Assign,
    Attr,
    Aug,
    Bin,
    BoolOp,
    Call,
    Compare,
    Entry,
    Expr,
    ExprS,
    Handler,
    If,
    Jump,
    Lit,
    Map,
    Name,
    Return,
    Stmt,
    Try,
    Wrap,
)  # fmt: skip

_VALUE = re.compile(r"\b(?:class|const|let|var|enum)\s+(?=([\w$]+))")


def _expression(walk: Walk, node: Node) -> list[Stmt]:
    inner = node.named_children
    return _effect(walk, inner[0]) if inner else []


def _effect(walk: Walk, node: Node) -> list[Stmt]:
    """Returns what an expression that nobody reads does."""
    match node.kind:
        case "parenthesized_expression" if node.named_children:
            return _effect(walk, node.named_children[0])
        case "sequence_expression":
            return [one for part in node.named_children for one in _effect(walk, part)]
        case "assignment_expression":
            return _assignment(walk, node)
        case "augmented_assignment_expression":
            place, op, value = augmented(walk, node)
            if op in ("&&", "||", "??"):
                return [ExprS(node.span, walk.expression(node))]
            return [Aug(node.span, place, op, value)]
        case "update_expression" if (argument := node.child("argument")) is not None:
            step = "-" if any(child.kind == "--" for child in node.children) else "+"
            return [Aug(node.span, target(walk, argument), step, Lit(node.span, 1))]
        case "binary_expression":
            return _short_circuit(walk, node)
        case "ternary_expression":
            return _choice(walk, node)
        case "unary_expression":
            return _unary(walk, node)
        case "internal_module":
            return _namespace(walk, node)
        case _:
            return _called(walk, node)


def _unary(walk: Walk, node: Node) -> list[Stmt]:
    op, argument = node.child("operator"), node.child("argument")
    if op is None or argument is None or op.kind not in ("delete", "!", "void"):
        return [ExprS(node.span, walk.expression(node))]
    if op.kind != "delete":
        return _effect(walk, argument)
    return [deleted(node, walk.expression(argument))]


def _called(walk: Walk, node: Node) -> list[Stmt]:
    value = walk.expression(node)
    match value:
        case Call(func=Attr(name="inherits") | Name(id="inherits"), args=(Arg(value=Name() as own), base, *_)):
            return [ExprS(node.span, special(node.span, "inherits", own, base.value))]
        case _:
            return [ExprS(node.span, value)]


def _assignment(walk: Walk, node: Node) -> list[Stmt]:
    left, right = node.child("left"), node.child("right")
    if left is None or right is None:
        return []
    if is_pattern(left):
        return bound(walk, left, walk.expression(right), walk.target)
    if left.kind == "member_expression" and (found := _prototype(walk, left, right)) is not None:
        return found
    places = [left]
    while right is not None and right.kind == "assignment_expression" and not is_pattern(right):
        inner = right.child("left")
        if inner is None or is_pattern(inner):
            break
        places.append(inner)
        right = right.child("right")
    last, value = assigned(walk, places[-1], right)
    others = [target(walk, one) for one in places[:-1]]
    return [Assign(node.span, (last, *reversed(others)), value)]


def _prototype(walk: Walk, left: Node, right: Node) -> list[Stmt] | None:
    """Returns what giving a constructor function a whole prototype means: a base, or methods."""
    owner, name = left.child("object"), left.child("property")
    if owner is None or name is None or walk.code(name) != "prototype" or walk.code(owner) not in walk.constructors:
        return None
    cls = walk.expression(owner)
    if right.kind == "object":
        made = walk.expression(right)
        return [ExprS(left.span, special(left.span, "assign", cls, made))]
    base = walk.expression(right)
    match base:
        case Call(func=Attr(name="create"), args=(first, *_)):
            base = first.value
        case Call(func=found):
            base = found
    return [ExprS(left.span, special(left.span, "inherits", cls, base))]


def _short_circuit(walk: Walk, node: Node) -> list[Stmt]:
    op, left, right = node.child("operator"), node.child("left"), node.child("right")
    if op is None or left is None or right is None or op.kind not in ("&&", "||", "??"):
        return [ExprS(node.span, walk.expression(node))]
    test = walk.expression(left)
    if op.kind == "||":
        test = Wrap(node.span, "not", test)
    elif op.kind == "??":
        test = Compare(node.span, test, ("is",), (Lit(op.span, None),))
    return [If(node.span, test, _apart(walk, right), ())]


def _apart(walk: Walk, node: Node) -> tuple[Stmt, ...]:
    """Returns what an expression does, with what it needs beforehand, as a branch."""
    return tuple(walk.apart(lambda: _effect(walk, node)))


def _choice(walk: Walk, node: Node) -> list[Stmt]:
    test = walk.expression(node.child("condition"))
    arms = [node.child("consequence"), node.child("alternative")]
    yes, no = (_apart(walk, arm) if arm is not None else () for arm in arms)
    return [If(node.span, test, yes, no)]


def _declaration(walk: Walk, node: Node) -> list[Stmt]:
    declared = [one for one in node.named_children if one.kind == "variable_declarator"]
    stays = node.kind == "variable_declaration"
    return [each for one in declared for each in walk.apart(partial(_declarator, walk, one, stays=stays))]


def _declarator(walk: Walk, node: Node, *, stays: bool = False) -> list[Stmt]:
    """Returns what declaring a variable does; one that ``stays`` keeps what it has been given before."""
    name, value = node.child("name"), node.child("value")
    if name is None:
        return []
    if is_pattern(name):
        return bound(walk, name, walk.expression(value), walk.variable)
    variable = walk.variable(name.span, walk.code(name))
    if value is None:
        kept = stays and variable.id in walk.block.function.assigned
        return [] if kept else [Assign(node.span, (variable,), undefined(node.span))]
    walk.block.function.assigned.add(variable.id)
    while value.kind == "parenthesized_expression" and value.named_children:
        value = value.named_children[0]
    if value.kind in FUNCTIONS:
        return _defined(walk, value, name)
    if value.kind == "class":
        return declared(walk, value, variable.id)
    given = walk.secrets.held(walk.code(name), named(walk, value, walk.code(name)))
    return [Assign(node.span, (variable,), given)]


def _function(walk: Walk, node: Node) -> list[Stmt]:
    name = node.child("name")
    return _defined(walk, node, name) if name is not None else []


def _defined(walk: Walk, node: Node, name: Node) -> list[Stmt]:
    variable = walk.variable(name.span, walk.code(name)).id
    if walk.code(name) in walk.constructors:
        return from_function(walk, node, variable)
    return [function(walk, node, variable)]


def _class(walk: Walk, node: Node) -> list[Stmt]:
    name = node.child("name")
    return declared(walk, node, walk.variable(name.span, walk.code(name)).id) if name is not None else []


def _if(walk: Walk, node: Node) -> list[Stmt]:
    test = walk.expression(node.child("condition"))
    other = node.child("alternative")
    if other is not None and other.kind == "else_clause":
        other = next(iter(other.named_children), None)
    return [If(node.span, test, nested(walk, node.child("consequence")), nested(walk, other))]


def _try(walk: Walk, node: Node) -> list[Stmt]:
    handler, final = node.child("handler"), node.child("finalizer")
    handlers = (_handler(walk, handler),) if handler is not None else ()
    last = nested(walk, final.child("body")) if final is not None else ()
    return [Try(node.span, nested(walk, node.child("body")), handlers, (), last)]


def _handler(walk: Walk, node: Node) -> Handler:
    parameter = node.child("parameter")
    with walk.inside():
        name, before = None, list[Stmt]()
        if parameter is not None and parameter.kind == "identifier":
            name = walk.block.declare(walk.code(parameter))
        elif parameter is not None:
            name = walk.fresh("error")
            before = bound(walk, parameter, Name(parameter.span, name), _declaring(walk))
        return Handler(node.span, None, name, (*before, *nested(walk, node.child("body"))))


def _declaring(walk: Walk) -> Bind:
    return lambda span, name: Name(span, walk.block.declare(name))


def _return(walk: Walk, node: Node) -> list[Stmt]:
    inner = node.named_children
    return [Return(node.span, walk.expression(inner[0]) if inner else None)]


def _throw(walk: Walk, node: Node) -> list[Stmt]:
    inner = node.named_children
    return [Jump(node.span, "raise", walk.expression(inner[0]) if inner else None)]


def _nothing(_walk: Walk, _node: Node) -> list[Stmt]:
    return []


def _with(walk: Walk, node: Node) -> list[Stmt]:
    body = node.child("body")
    return walk.statement(body) if body is not None else []


def _enum(walk: Walk, node: Node) -> list[Stmt]:
    name, body = node.child("name"), node.child("body")
    if name is None or body is None:
        return []
    variable = walk.variable(name.span, walk.code(name))
    made = _shared(walk, node, variable)
    number: Expr = Lit(node.span, 0)
    with walk.inside():
        for one in body.named_children:
            key, value = one.child("name") if one.kind == "enum_assignment" else one, one.child("value")
            if key is None or one.kind == "comment":
                continue
            shown = walk.code(key).strip("'\"")
            given = walk.expression(value) if value is not None else number
            member = Attr(one.span, variable, shown)
            made.append(Assign(one.span, (Name(key.span, walk.block.declare(shown)), member), given))
            if not isinstance(given, Lit) or isinstance(given.value, int):
                made.append(ExprS(one.span, special(one.span, "mirror", variable, member, Lit(key.span, shown))))
            counted = given.value if isinstance(given, Lit) and isinstance(given.value, int) else None
            following = Bin(one.span, "+", member, Lit(one.span, 1))
            number = Lit(one.span, counted + 1) if counted is not None else following
    return made


def _shared(walk: Walk, node: Node, variable: Name) -> list[Stmt]:
    """Returns what makes the object of an enumeration or a namespace: nothing where its name has one already."""
    assigned = walk.block.function.assigned
    made: list[Stmt] = [] if variable.id in assigned else [Assign(node.span, (variable,), Map(node.span, ()))]
    assigned.add(variable.id)
    return made


def _namespace(walk: Walk, node: Node) -> list[Stmt]:
    name, body = node.child("name"), node.child("body")
    if name is None or body is None:
        return []
    outer, *inner = walk.code(name).split(".")
    whole: Expr = walk.variable(name.span, outer)
    made = _shared(walk, node, walk.variable(name.span, outer))
    for part in inner:
        whole = Attr(name.span, whole, part)
        made.append(Assign(node.span, (whole,), BoolOp(node.span, "or", whole, Map(node.span, ()))))
    with walk.inside():
        inside = [unwrapped(one) for one in body.named_children]
        made += block(walk, inside)
        for one in body.named_children:
            for exported in exports.names_of(walk, one):
                value = walk.variable(one.span, exported)
                made.append(Assign(one.span, (Attr(one.span, whole, exported),), value))
    return made


def _error(walk: Walk, node: Node) -> list[Stmt]:
    found: list[Stmt] = []
    for one in node.named_children:
        if one.kind in walk.statements and one.kind != "ERROR":
            found += walk.statement(one)
        elif one.kind in walk.expressions and one.kind not in ("ERROR", "identifier", "property_identifier"):
            found.append(ExprS(one.span, walk.expression(one)))
    return found


def _shape(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a type as an object of the types of its members, unless something else in the file has its name."""
    name, parts = node.child("name"), shape_parts(node)
    if name is None or not parts or walk.code(name) in _values(walk.text):
        return []
    named = ((key.span, walk.code(key), walk.variable(kind.span, walk.code(kind))) for key, kind in parts)
    whole = Map(node.span, tuple(Entry(span, Lit(span, key), kind) for span, key, kind in named))
    return [Assign(node.span, (walk.variable(name.span, walk.code(name)),), whole)]


@lru_cache(maxsize=1)
def _values(text: str) -> frozenset[str]:
    """Returns the names that a file declares for something else than a type."""
    return frozenset(_VALUE.findall(text))


STATEMENTS: Statements = {
    "expression_statement": _expression, "variable_declaration": _declaration, "lexical_declaration": _declaration,
    "function_declaration": _function, "generator_function_declaration": _function, "class_declaration": _class,
    "abstract_class_declaration": _class, "if_statement": _if, "for_statement": loops.counted,
    "for_in_statement": loops.over, "while_statement": loops.repeated, "do_statement": loops.done_once,
    "switch_statement": loops.switched, "try_statement": _try, "return_statement": _return, "throw_statement": _throw,
    "break_statement": jumps.jump, "continue_statement": jumps.jump, "empty_statement": _nothing,
    "statement_block": lambda walk, node: list(nested(walk, node)),
    "labeled_statement": jumps.labelled, "with_statement": _with, "debugger_statement": _nothing,
    "hash_bang_line": _nothing, "enum_declaration": _enum, "import_statement": exports.imported,
    "export_statement": exports.exported, "interface_declaration": _shape, "type_alias_declaration": _shape,
    "ambient_declaration": _nothing, "function_signature": _nothing, "import_alias": _nothing, "module": _namespace,
    "internal_module": _namespace, "ERROR": _error, "%effect": lambda walk, node: list(_apart(walk, node)),
}  # fmt: skip

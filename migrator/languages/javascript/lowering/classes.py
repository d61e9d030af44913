"""Classes, and the functions with prototypes that were classes before there were any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrator.evaluate.attributes import STATIC
from migrator.languages.javascript.lowering.functions import THIS, function
from migrator.languages.javascript.lowering.literals import cook
from migrator.languages.javascript.lowering.names import FunctionNames, kept, unwrapped
from migrator.languages.javascript.lowering.walk import Walk, special, text_of, undefined
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Arg, Assign, Attr, Call, ClassDef, Def, Expr, ExprS, Lit, Name, Param, Role, Stmt, Sub

CONSTRUCTOR = "constructor"
_FIELDS = frozenset({"field_definition", "public_field_definition"})


def declared(walk: Walk, node: Node, name: str) -> list[Stmt]:
    """Returns a class under a name, and what its static blocks do."""
    body = node.child("body")
    members = body.named_children if body is not None else []
    fields = [one for one in members if one.kind in _FIELDS and not _is(one, "static")]
    own = {_key(walk, one) for one in members if one.kind == "method_definition" and not _is(one, "static")}
    base = _base(walk, node)
    lowered: list[Stmt] = []
    constructor: Stmt | None = None
    computed: list[tuple[Node, str]] = []
    for one in members:
        if one.kind == "method_definition" and (key := _key(walk, one)) is None:
            computed.append((one, walk.fresh("method")))
            lowered.append(function(walk, one, computed[-1][1], _role(one)))
        elif one.kind == "method_definition" and key is not None:
            if key == "constructor":
                constructor = _constructor(walk, one, fields, derived=base is not None)
            else:
                hidden = key in own and _is(one, "static")
                lowered.append(function(walk, one, f"{STATIC}{key}" if hidden else key, _role(one)))
        elif one.kind in _FIELDS and _is(one, "static") and (key := _key(walk, one)) is not None:
            outer, walk.pending = walk.pending, []
            value = walk.secrets.held(key, walk.expression(one.child("value")))
            lowered += [*walk.pending, Assign(one.span, (Name(one.span, key),), value)]
            walk.pending = outer
    if constructor is None and fields:
        constructor = _made(walk, node, fields, derived=base is not None)
    bases = (Arg(base.span, base),) if base is not None else ()
    every = tuple(one for one in (constructor, *lowered) if one is not None)
    made: list[Stmt] = [ClassDef(node.span, name, bases, every, (), kept(walk.block, node, walk.text))]
    made += _decorated_members(walk, members, name)
    for one, given in computed:  # a member whose name is a value
        found = one.child("name")
        place = Sub(one.span, Name(one.span, name), walk.expression(found.named_children[0] if found else None))
        made.append(Assign(one.span, (place,), Attr(one.span, Name(one.span, name), given)))
    for one in members:
        if one.kind == "class_static_block" and (inner := one.child("body")) is not None:
            with walk.inside():
                walk.block.names[THIS] = name
                for statement in inner.named_children:
                    made += walk.statement(statement)
    return [*made, *decorated(walk, node.children, name)]


def decorated(walk: Walk, nodes: Iterable[Node], name: str, key: str | None = None) -> list[Stmt]:
    """Returns what decorators do to a class, or to its method under a key; the last one comes first."""
    made: list[Stmt] = []
    for one in reversed([one for one in nodes if one.kind == "decorator" and one.named_children]):
        cls, func = Name(one.span, name), walk.expression(one.named_children[0])
        named = () if key is None else (text_of(one.span, key),)
        made.append(Assign(one.span, (cls,), special(one.span, "decorated", func, cls, *named)))
    return made


def _decorated_members(walk: Walk, members: Iterable[Node], name: str) -> Iterator[Stmt]:
    decorators: list[Node] = []
    for one in members:
        if one.kind == "decorator":
            decorators.append(one)
        else:
            if one.kind == "method_definition" and decorators and (key := _key(walk, one)) not in (None, CONSTRUCTOR):
                yield from decorated(walk, decorators, name, str(key))
            decorators = []


def _is(node: Node, word: str) -> bool:
    return any(child.kind == word for child in node.children)


def _key(walk: Walk, node: Node) -> str | None:
    key = node.child("name") or node.child("property")
    if key is not None and key.kind == "computed_property_name":
        name = walk.expression(next(iter(key.named_children), None))
        return name.value if isinstance(name, Lit) and isinstance(name.value, str) else None
    if key is None:
        return None
    return cook(walk.text[key.start + 1 : key.end - 1]) if key.kind == "string" else walk.code(key)


def _base(walk: Walk, node: Node) -> Expr | None:
    heritage = next((one for one in node.children if one.kind == "class_heritage"), None)
    if heritage is None:
        return None
    clause = next((one for one in heritage.named_children if one.kind == "extends_clause"), None)
    if clause is not None:
        return walk.expression(clause.child("value"))
    plain = [one for one in heritage.named_children if one.kind != "implements_clause"]
    return walk.expression(plain[0]) if plain else None


def _role(node: Node) -> Role:
    if _is(node, "get"):
        return "getter"
    if _is(node, "set"):
        return "setter"
    return "static" if _is(node, "static") else ""


def _constructor(walk: Walk, node: Node, fields: list[Node], *, derived: bool) -> Def:
    if not fields:
        return function(walk, node, CONSTRUCTOR)
    if not derived:
        return function(walk, node, CONSTRUCTOR, prefix=lambda inner: _initialised(inner, fields))
    made = function(walk, node, CONSTRUCTOR)
    own = _own_fields(walk, fields)
    place = next((at for at, one in enumerate(made.body) if _asks_base(one)), -1) + 1
    body = (*made.body[:place], *own, *made.body[place:])
    return Def(made.span, made.name, made.params, body, made.decorators, made.is_async, made.generator)


def _asks_base(statement: Stmt) -> bool:
    match statement:
        case ExprS(value=Call(func=Attr(value=Call(func=Name(id="%super")), name=name))):
            return name == CONSTRUCTOR
        case _:
            return False


def _made(walk: Walk, node: Node, fields: list[Node], *, derived: bool) -> Def:
    """Returns the constructor that a class with fields has when it writes none."""
    span = Span(node.start, node.start)
    params = (Param(span, THIS, "receiver"), Param(span, "arguments", "*"))
    every = Arg(span, Name(span, "arguments"), None, "*")
    ask = [ExprS(span, Call(span, parent(span, CONSTRUCTOR), (every,)))] if derived else []
    return Def(node.span, CONSTRUCTOR, params, (*ask, *_own_fields(walk, fields)), ())


def _own_fields(walk: Walk, fields: list[Node]) -> list[Stmt]:
    with walk.inside((THIS,), FunctionNames(arrow=False)):
        return _initialised(walk, fields)


def _initialised(walk: Walk, fields: Iterable[Node]) -> list[Stmt]:
    lowered: list[Stmt] = []
    for one in fields:
        key, value = _key(walk, one), one.child("value")
        if key is None or (value is None and _is(one, "declare")):
            continue
        outer, walk.pending = walk.pending, []
        given = walk.secrets.held(key, walk.expressions["%named"](walk, value)) if value else undefined(one.span)
        lowered += [*walk.pending, Assign(one.span, (Attr(one.span, Name(one.span, THIS), key),), given)]
        walk.pending = outer
    return lowered


def parent(span: Span, name: str) -> Expr:
    """Returns ``super.name``."""
    return Attr(span, special(span, "super"), name)


def old_classes(walk: Walk, statements: Iterable[Node]) -> Iterator[str]:
    """Yields the functions of a file that are classes: they are made with ``new``, or have a prototype."""
    if walk.identifiers and walk.identifiers.isdisjoint(_MAKES):
        return
    declared = set()
    made = set()
    stack = list(statements)
    while stack:
        node = stack.pop()
        if node.children:
            stack += node.children
        match node.kind:
            case "function_declaration":
                declared.add(_part(walk, node, "name"))
            case "variable_declarator":
                value = node.child("value")
                if value is not None and value.kind == "function_expression":
                    declared.add(_part(walk, node, "name"))
            case "member_expression" if _part(walk, node, "property") == "prototype":
                made.add(_part(walk, node, "object"))
            case "new_expression":
                made.add(_part(walk, node, "constructor"))
            case "call_expression" if _name_of_call(walk, node) == "inherits":
                arguments = node.child("arguments")
                made.update(walk.code(one) for one in (arguments.named_children if arguments else []))
    yield from declared & made - {""}


_MAKES = frozenset({"prototype", "new", "inherits"})


def _part(walk: Walk, node: Node, field: str) -> str:
    found = node.child(field)
    return walk.code(found) if found is not None else ""


def _name_of_call(walk: Walk, node: Node) -> str:
    called = node.child("function")
    if called is None:
        return ""
    return _part(walk, called, "property") if called.kind == "member_expression" else walk.code(called)


def from_function(walk: Walk, node: Node, name: str) -> list[Stmt]:
    """Returns a constructor function as the class it is; what its prototype is given is assigned to it later."""
    held = kept(walk.block, node, walk.text)
    return [ClassDef(node.span, name, (), (function(walk, unwrapped(node), CONSTRUCTOR),), (), held)]

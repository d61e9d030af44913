"""Imports and exports of ES modules, as the CommonJS ones they are compiled to."""

from __future__ import annotations

from collections.abc import Iterator

from migrator.languages.javascript.lowering.classes import declared, decorated
from migrator.languages.javascript.lowering.expressions import named
from migrator.languages.javascript.lowering.functions import function
from migrator.languages.javascript.lowering.names import block_names, pattern_names
from migrator.languages.javascript.lowering.walk import Walk, special
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Arg, Assign, Attr, Call, Entry, Expr, ExprS, Lit, Map, Name, Stmt

EXPORTS = "__exports"
DEFAULT = "default"


def names_of(walk: Walk, node: Node) -> Iterator[str]:
    """Yields the names that a statement exports by declaring them."""
    if node.kind != "export_statement" or (declaration := node.child("declaration")) is None:
        return
    if declaration.kind in ("internal_module", "module") and (name := declaration.child("name")) is not None:
        yield walk.code(name)
    yield from block_names([declaration], walk.text)
    if declaration.kind == "variable_declaration":
        for one in declaration.named_children:
            yield from pattern_names(one.child("name"), walk.text)


def _required(walk: Walk, node: Node) -> Expr:
    source = node.child("source")
    if source is None:
        source = next((one.child("source") for one in node.named_children if one.child("source") is not None), None)
    asked = walk.expression(source)
    return Call(node.span, Name(node.span, "require"), (Arg(asked.span, asked),))


def _word(walk: Walk, node: Node) -> str:
    written = walk.code(node)
    return written[1:-1] if node.kind == "string" else written


def imported(walk: Walk, node: Node) -> list[Stmt]:
    """Returns what an import statement binds; one of types alone binds them too, as they may be classes."""
    required = _required(walk, node)
    clause = next((one for one in node.named_children if one.kind in ("import_clause", "import_require_clause")), None)
    if clause is None:
        return [ExprS(node.span, required)]
    found: list[Stmt] = []
    for part in clause.named_children:
        match part.kind:
            case "identifier":
                whole = clause.kind == "import_require_clause"
                value = required if whole else special(node.span, DEFAULT, required)
                found.append(Assign(part.span, (walk.variable(part.span, walk.code(part)),), value))
            case "namespace_import":
                name = next((one for one in part.children if one.kind == "identifier"), None)
                if name is not None:
                    found.append(Assign(part.span, (walk.variable(name.span, walk.code(name)),), required))
            case "named_imports":
                found += _named(walk, part, required)
    return found


def _named(walk: Walk, node: Node, required: Expr) -> list[Stmt]:
    found: list[Stmt] = []
    for one in node.named_children:
        name, alias = one.child("name"), one.child("alias")
        bound = alias or name
        if one.kind != "import_specifier" or name is None or bound is None:
            continue
        variable = walk.variable(bound.span, _word(walk, bound))
        found.append(Assign(one.span, (variable,), _read(one.span, required, _word(walk, name))))
    return found


def _read(span: Span, module: Expr, name: str) -> Expr:
    return special(span, DEFAULT, module) if name == DEFAULT else Attr(span, module, name)


def _give(span: Span, name: str, value: Expr) -> Stmt:
    return Assign(span, (Attr(span, Name(span, EXPORTS), name),), value)


def exported(walk: Walk, node: Node) -> list[Stmt]:
    """Returns what an export statement declares, and how others see it."""
    declaration, value = node.child("declaration"), node.child("value")
    is_default = any(child.kind == DEFAULT for child in node.children)
    if any(child.kind == "=" for child in node.children):
        whole = value or next(iter(node.named_children), None)
        owner = Attr(node.span, Name(node.span, "__module"), "exports")
        return [Assign(node.span, (owner,), named(walk, whole, "exported"))]
    if declaration is not None:
        return _declared(walk, node, declaration, is_default=is_default)
    if value is not None:
        return _default(walk, node, value)
    if node.child("source") is not None:
        return _again(walk, node)
    for part in node.named_children:
        for one, name, shown in _renamed(walk, part):
            walk.after.append(_give(one.span, shown, walk.variable(name.span, _word(walk, name))))
    return []


def _renamed(walk: Walk, clause: Node) -> Iterator[tuple[Node, Node, str]]:
    """Yields what a clause exports: each of its parts, the name here, and what others know that by."""
    for one in clause.named_children if clause.kind == "export_clause" else ():
        name = one.child("name")
        if name is not None:
            yield one, name, _word(walk, one.child("alias") or name)


def _declared(walk: Walk, node: Node, declaration: Node, *, is_default: bool) -> list[Stmt]:
    if is_default and declaration.child("name") is None:
        return _default(walk, node, declaration)
    found = walk.statement(declaration)
    for name in names_of(walk, node):
        given = walk.variable(node.span, name)
        found += decorated(walk, node.children, given.id)
        found.append(_give(node.span, DEFAULT if is_default else name, given))
    return found


def _default(walk: Walk, node: Node, value: Node) -> list[Stmt]:
    if value.kind in ("function_declaration", "generator_function_declaration"):
        name = walk.fresh("exported")
        return [function(walk, value, name), _give(node.span, DEFAULT, Name(node.span, name))]
    if value.kind == "class_declaration":
        name = walk.fresh("Exported")
        made = [*declared(walk, value, name), *decorated(walk, node.children, name)]
        return [*made, _give(node.span, DEFAULT, Name(node.span, name))]
    given = named(walk, value, "exported")
    return [_give(node.span, DEFAULT, given)]


def _again(walk: Walk, node: Node) -> list[Stmt]:
    """Returns what exporting from another module does."""
    required = _required(walk, node)
    found: list[Stmt] = []
    for part in node.named_children:
        match part.kind:
            case "export_clause":
                for one, name, shown in _renamed(walk, part):
                    found.append(_give(one.span, shown, _read(one.span, required, _word(walk, name))))
            case "namespace_export" if part.named_children:
                found.append(_give(part.span, _word(walk, part.named_children[0]), required))
    if not found:
        everything = special(node.span, "assign", Name(node.span, EXPORTS), required)
        return [ExprS(node.span, everything)]
    return found


def prelude() -> list[Stmt]:
    """Returns what every module starts with: an object that is what others see of it."""
    at = Span(0, 0)
    exports = Assign(at, (Name(at, EXPORTS),), Map(at, ()))
    held = Entry(at, Lit(at, "exports"), Name(at, EXPORTS))
    return [exports, Assign(at, (Name(at, "__module"),), Map(at, (held,)))]

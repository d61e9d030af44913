"""Imports in lowered form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from migrator.languages.python.lowering.dialect import NEW_MODULES, OLD_MODULES
from migrator.languages.python.lowering.lowering import Lowering, clause, roles, span_of
from migrator.model.unit import Alias, From, Import, Stmt

if TYPE_CHECKING:
    from migrator.languages.syntax.grammar import ParserNode as Node


def imported(low: Lowering, node: Node) -> Stmt:
    """Returns ``import a.b as c, d``."""
    return Import(span_of(node), tuple([_alias(low, child, _module) for child in roles(low, node, "name")]))


def import_from(low: Lowering, node: Node) -> Stmt:
    """Returns ``from a.b import c``, also of the future."""
    if node.type == "future_import_statement":
        return From(span_of(node), "__future__", 0, _aliases(low, node))
    whence = node.child_by_field_name("module_name")
    level, module = 0, whence
    if whence is not None and whence.type == "relative_import":
        prefix, module = clause(whence, "import_prefix"), clause(whence, "dotted_name")
        level = low.text.count(".", *prefix.byte_range) if prefix else 0
    name = _module(low, module) if module is not None else ""
    star = clause(node, "wildcard_import")
    if star is not None:
        return From(span_of(node), name, level, (Alias(span_of(star), "*", None),))
    return From(span_of(node), name, level, _aliases(low, node))


def _aliases(low: Lowering, node: Node) -> tuple[Alias, ...]:
    return tuple([_alias(low, child, _dotted) for child in roles(low, node, "name")])


def _alias(low: Lowering, node: Node, said: Callable[[Lowering, Node], str]) -> Alias:
    if node.type != "aliased_import":
        return Alias(span_of(node), said(low, node), None)
    name, bound = node.child_by_field_name("name"), node.child_by_field_name("alias")
    return Alias(span_of(node), said(low, name) if name else "", low.word(bound) if bound else None)


def _module(low: Lowering, node: Node) -> str:
    name = _dotted(low, node)
    low.evidence.names |= name in OLD_MODULES
    low.evidence.new_names |= name in NEW_MODULES
    return name


def _dotted(low: Lowering, node: Node) -> str:
    return ".".join([low.word(child) for child in node.children if child.type == "identifier"])

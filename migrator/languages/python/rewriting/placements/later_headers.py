"""Headers that a function comes to after the key: read out of options at hand, or made under no condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from migrator.languages.python.rewriting.bindings import (
    argument_of,
    assigned,
    bindings,
    bound_between,
    function_of,
    names_in,
    parameters,
)
from migrator.languages.python.rewriting.credential import TokenExpression
from migrator.languages.python.rewriting.parameters import calls_of
from migrator.languages.python.rewriting.placements.headers import extended, makes_anew, makes_mapping
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.call import ApiCall
from migrator.model.text import Span

_STEPS = 3
"""How far a mapping is followed from callee to caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A mapping whose ``headers`` a request is given; where ``unless`` holds, what the key is put into is not used."""

    name: str
    unless: str


def read_later(
    file: FileEditor, function: cst.FunctionDef, statement: cst.CSTNode, calls: Sequence[ApiCall]
) -> Options | None:
    """Returns the mapping, made for this request alone, whose headers are read after a statement."""
    tree, begin = file.tree, file.tree.span(statement).end
    sites = {place.span for call in calls for place in (call.location, *call.via) if place.path == tree.source.path}
    keyed = _keyed(statement)
    for name, at in _reads(tree, function, sites):
        if at >= begin and not bound_between(tree, function, [name], begin, at) and _is_own(file, function, name):
            return Options(name=name, unless=_unless(tree, function, name, keyed) or "")
    for name in (param.name.value for param in parameters(function)):
        readers = _readers(file, function, name)
        if not readers or not _is_own(file, function, name):
            continue
        others = {
            (_unless(own, caller, variable, _variable(function, call, keyed)) or "").replace(f"{variable}.", f"{name}.")
            for own, call, caller, variable in readers
        }
        if len(others) == 1:
            return Options(name=name, unless=others.pop())
    return None


def _keyed(statement: cst.CSTNode) -> str:
    """Returns the variable whose item a statement sets, empty when it does something else."""
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=cst.Name(value=name)))]):
            return name
        case _:
            return ""


def _unless(tree: Tree, function: cst.FunctionDef, options: str, keyed: str | None) -> str | None:
    """Returns what a function takes out of the options instead of what it makes of the variable with the key."""
    for node in tree.walk(function.body, cst.BooleanOperation):
        match node:
            case cst.BooleanOperation(
                operator=cst.Or(), left=cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name("get")))
            ) if name == options and any(each.value == keyed for each in names_in(tree, node.right)):
                return tree.code(node.left)
    return None


def _reads(tree: Tree, function: cst.FunctionDef, sites: set[Span]) -> Iterator[tuple[str, int]]:
    """Yields the variables that a function takes headers from or hands on whole to a request, and where."""
    for node in tree.walk(function.body, cst.Call):
        match node:
            case cst.Call(
                func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name("get" | "pop")), args=[first, *_]
            ):
                if isinstance(first.value, cst.SimpleString) and first.value.evaluated_value == "headers":
                    yield name, tree.span(node).start
        if tree.span(node) in sites:
            stars = [arg.value for arg in node.args if arg.star == "**"]
            yield from ((star.value, tree.span(node).start) for star in stars if isinstance(star, cst.Name))


def _variable(function: cst.FunctionDef, call: cst.Call, name: str) -> str | None:
    """Returns the variable that a call gives a parameter, None when it is none or cannot be told."""
    arg = argument_of(function, call, name)
    return arg.value.value if arg is not None and isinstance(arg.value, cst.Name) else None


def _readers(
    file: FileEditor, function: cst.FunctionDef, name: str
) -> list[tuple[Tree, cst.Call, cst.FunctionDef, str]]:
    """Returns every call, with its function and what that gives a parameter, empty unless all read headers from it."""
    found = []
    for own, call in calls_of(file, function) or ():
        tree = own.tree
        caller, variable, end = function_of(tree, call), _variable(function, call, name), tree.span(call).end
        if caller is None or variable is None:
            return []
        if not any(read == variable and at >= end for read, at in _reads(tree, caller, set())):
            return []
        found.append((tree, call, caller, variable))
    return found


def _is_own(file: FileEditor, function: cst.FunctionDef, name: str, steps: int = _STEPS) -> bool:
    """Returns whether a variable holds a mapping that is made for one call alone, here or by every caller."""
    tree, found = file.tree, bindings(file.tree, function, name)
    star = function.params.star_kwarg
    if star is not None and star.name.value == name:
        return not found
    if not any(param.name.value == name for param in parameters(function)):
        assign = assigned(tree, function, name)
        return assign is not None and makes_anew(assign.value)
    calls = calls_of(file, function)
    if found or not steps or not calls:
        return False
    for own, call in calls:
        caller, variable = function_of(own.tree, call), _variable(function, call, name)
        if caller is None or variable is None or not _is_own(own, caller, variable, steps - 1):
            return False
    return True


# -- headers that are made after the key, under no condition ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A variable of headers that a function binds after the key was put in, and the condition of the key."""

    name: str
    assign: cst.Assign
    condition: str
    unit: str

    def add(self, file: FileEditor, key: str, value: str) -> None:
        """Adds an entry to the headers, under the condition."""
        tree = file.tree
        if isinstance(self.assign.value, cst.Dict) or makes_anew(self.assign.value):
            code = f"{self.name}[{key}] = {value}"
        else:
            code = f"{self.name} = {extended(tree, self.name, f'{key}: {value}', sure=True)}"
        indent = tree.newline + tree.indent_of(tree.span(self.assign).start)
        guard = f"{indent}if {self.condition}:{indent}{self.unit}" if self.condition else indent
        end = tree.span(self.assign).end
        stop = tree.line_of(end)[1]
        stop -= len(tree.text[end:stop]) - len(tree.text[end:stop].rstrip("\r\n"))
        file.replace(Span(stop, stop), guard + code)


def made_later(tree: Tree, function: cst.FunctionDef, statement: cst.CSTNode, token: TokenExpression) -> Later | None:
    """Returns the headers that are made after a statement whatever way led to it, None when there are none."""
    begin = tree.span(statement).end
    for assign in sorted(tree.walk(function.body, cst.Assign), key=lambda one: tree.span(one).start):
        target, line = assign.targets[0].target, tree.parent(assign)
        if not isinstance(target, cst.Name) or "header" not in target.value.lower() or len(assign.targets) != 1:
            continue
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        single = len(bindings(tree, function, target.value)) == 1
        if tree.span(assign).start < begin or not alone or not single or not makes_mapping(assign.value):
            continue
        tests = _tests(tree, statement, tree.above(assign, cst.IndentedBlock))
        nodes = [] if token.environment else [token.node]
        if tests is None or not _steady(tree, function, [*tests[1], *nodes], begin, tree.span(assign).end):
            continue
        return Later(name=target.value, assign=assign, condition=tests[0], unit=unit_of(tree, function))
    return None


def unit_of(tree: Tree, function: cst.FunctionDef) -> str:
    """Returns by how much a function indents its body."""
    first = function.body.body[0]
    outer = tree.indent_of(tree.span(function).start)
    return tree.indent_of(tree.span(first).start).removeprefix(outer) or "    "


def _tests(
    tree: Tree, statement: cst.CSTNode, block: cst.CSTNode | None
) -> tuple[str, list[cst.BaseExpression]] | None:
    """Returns the condition under which a statement inside a block is run, None when it is more than a condition."""
    found: list[tuple[bool, cst.BaseExpression]] = []
    inner: cst.CSTNode = statement
    for above in tree.ancestors(statement):
        if above is block:
            break
        if isinstance(above, cst.If):
            found.insert(0, (inner is above.body, above.test))
        elif not isinstance(above, (cst.IndentedBlock, cst.SimpleStatementLine, cst.Else)):
            return None
        inner = above
    else:
        return None
    tests = [test for _, test in found]
    if not all(_is_plain(test) for test in tests):
        return None
    clauses = [_clause(tree, test, holds=holds, several=len(found) > 1) for holds, test in found]
    return " and ".join(clauses), tests


def _is_plain(test: cst.BaseExpression) -> bool:
    """Returns whether a condition only looks at variables, attributes and constants."""
    match test:
        case cst.Name() | cst.SimpleString() | cst.Integer():
            return True
        case cst.Attribute(value=owner):
            return _is_plain(owner)
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _is_plain(inner)
        case cst.BooleanOperation(left=left, right=right):
            return _is_plain(left) and _is_plain(right)
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            return not isinstance(operator, (cst.In, cst.NotIn)) and _is_plain(left) and _is_plain(right)
        case _:
            return False


def _clause(tree: Tree, test: cst.BaseExpression, *, holds: bool, several: bool) -> str:
    code = tree.code(test)
    plain = isinstance(test, (cst.Name, cst.Attribute))
    if holds:
        return f"({code})" if several and isinstance(test, cst.BooleanOperation) else code
    return f"not {code}" if plain else f"not ({code})"


def _steady(tree: Tree, function: cst.FunctionDef, nodes: Sequence[cst.CSTNode], begin: int, end: int) -> bool:
    """Returns whether some expressions are worth the same at two places of a function, as far as it binds their names.

    An attribute may be set by whatever is called in between, which the proof of the change sees.
    """
    if bound_between(tree, function, [name.value for node in nodes for name in names_in(tree, node)], begin, end):
        return False
    read = {tree.code(each) for node in nodes for each in (node, *tree.walk(node, cst.Attribute))}
    targets = tree.walk(function.body, cst.AssignTarget)
    return not any(begin <= tree.span(one).start < end and tree.code(one.target) in read for one in targets)

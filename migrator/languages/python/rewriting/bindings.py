"""The names of a Python file: which function binds which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from migrator.languages.python.rewriting.tree import Tree, children
from migrator.model.text import Location, Span

RECEIVERS = frozenset({"self", "cls"})
_BINDS = (cst.AssignTarget, cst.NameItem, cst.FunctionDef, cst.ClassDef, cst.ImportAlias, cst.AsName)


def function_of(tree: Tree, node: cst.CSTNode) -> cst.FunctionDef | None:
    """Returns the function that a node is evaluated in, None at module or class level."""
    inner = node
    for above in tree.ancestors(node):
        if isinstance(above, cst.FunctionDef) and inner in (above.body,):
            return above
        if isinstance(above, cst.ClassDef) and inner is above.body:
            return None
        inner = above
    return None


def names_in(tree: Tree, node: cst.CSTNode) -> list[cst.Name]:
    """Returns the variables that an expression reads."""
    found = [name for name in tree.walk(node, cst.Name) if name is node or _is_variable(tree, name)]
    return sorted(found, key=lambda name: tree.span(name).start)


def places_of(tree: Tree, scope: cst.CSTNode, name: str) -> list[cst.Name]:
    """Returns where a variable stands in a function, or anywhere in the file for its module."""
    if isinstance(scope, cst.Module):
        found = list(tree.named(name))
    else:
        around = tree.span(scope)
        found = [each for each in tree.named(name) if around.contains(tree.span(each))]
    return sorted((each for each in found if _is_variable(tree, each)), key=lambda each: tree.span(each).start)


def _is_variable(tree: Tree, name: cst.Name) -> bool:
    above = tree.parent(name)
    attribute = isinstance(above, cst.Attribute) and above.attr is name
    return not attribute and not (isinstance(above, cst.Arg) and above.keyword is name)


def bindings(tree: Tree, scope: cst.CSTNode, name: str) -> list[cst.CSTNode]:
    """Returns the nodes that bind a variable inside a function, class or module, its own nested scopes left out."""
    body = scope.body if isinstance(scope, (cst.FunctionDef, cst.ClassDef)) else scope
    stack: list[cst.CSTNode] = [body]
    found: list[cst.CSTNode] = []
    while stack:
        node = stack.pop()
        if _binds(node, name):
            found.append(node)
        if node is body or not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            stack.extend(children(node))
    return sorted(found, key=lambda node: tree.span(node).start)


def assigned(tree: Tree, scope: cst.CSTNode | None, name: str) -> cst.Assign | None:
    """Returns the assignment that alone binds a variable of a function, class or module, None when it is bound else."""
    found = bindings(tree, scope, name) if scope is not None else []
    above = tree.parent(found[0]) if len(found) == 1 else None
    return above if isinstance(above, cst.Assign) else None


def bound_between(
    tree: Tree, scope: cst.CSTNode | None, names: Iterable[str], begin: int, end: int | None = None
) -> str:
    """Returns the first of some variables that a scope, else the module, binds between two places, empty for none."""
    for name in names:
        for binding in bindings(tree, scope or tree.naming(name), name):
            if begin <= tree.span(binding).start < (len(tree.text) if end is None else end):
                return name
    return ""


def bound_by(statement: cst.CSTNode | None) -> cst.Name | None:
    """Returns the variable that a statement alone gives a value, None when it does something else."""
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            return name
        case _:
            return None


def block_of(tree: Tree, node: cst.CSTNode) -> cst.CSTNode | None:
    """Returns the innermost block of statements that a node is in."""
    return tree.above(node, cst.IndentedBlock, cst.Module, cst.SimpleStatementSuite)


def _binds(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.AssignTarget(target=target) | cst.For(target=target) | cst.NamedExpr(target=target):
            return _names(target, name)
        case cst.AnnAssign(target=target, value=value):
            return value is not None and _names(target, name)
        case cst.AugAssign(target=target):
            return _names(target, name)
        case cst.AsName(name=target):
            return _names(target, name)
        case cst.FunctionDef(name=own) | cst.ClassDef(name=own):
            return own.value == name
        case cst.ImportAlias(name=target, asname=None):
            return isinstance(target, cst.Name) and target.value == name
        case _:
            return False


def _names(target: cst.CSTNode, name: str) -> bool:
    match target:
        case cst.Name(value=value):
            return value == name
        case cst.Tuple() | cst.List():
            return any(_names(element.value, name) for element in target.elements)
        case cst.StarredElement(value=value):
            return _names(value, name)
        case _:
            return False


def called(tree: Tree, call: cst.Call) -> str:
    """Returns the last part of the name of what is called."""
    return tree.code(call.func).rpartition(".")[2]


def parameters(function: cst.FunctionDef) -> list[cst.Param]:
    """Returns all parameters of a function in order, starred ones last."""
    lists = function.params
    stars = [star for star in (lists.star_arg, lists.star_kwarg) if isinstance(star, cst.Param)]
    return [*lists.posonly_params, *lists.params, *lists.kwonly_params, *stars]


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """Returns the argument that a call is given by a name, None when there is none."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def argument_of(helper: cst.FunctionDef, call: cst.Call, name: str) -> cst.Arg | None:
    """Returns the argument that a call gives a parameter, None when there is none or it cannot be told."""
    if any(arg.star for arg in call.args):
        return None
    named = keyword(call, name)
    names = [each.name.value for each in parameters(helper)]
    bound = isinstance(call.func, cst.Attribute) or helper.name.value == "__init__"
    names = names[1:] if bound and names[0:1] and names[0] in RECEIVERS else names
    plain = [arg for arg in call.args if arg.keyword is None]
    place = names.index(name) if name in names else len(plain)
    return named if named is not None else plain[place] if place < len(plain) else None


def stored_variables(tree: Tree, method: cst.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yields the attributes of its object in which a method keeps variables as they are, with the variables."""
    receiver = next((param.name.value for param in parameters(method)), "")
    for assign in tree.walk(method.body, cst.Assign):
        target, value = assign.targets[0].target, assign.value
        if isinstance(target, cst.Attribute) and isinstance(value, cst.Name) and tree.code(target.value) == receiver:
            yield target.attr.value, value.value


def made_at(tree: Tree, function: cst.FunctionDef) -> Location:
    """Returns where the evaluation says that a function is made: its decorators belong to it."""
    made = tree.location(function)
    first = function.decorators[0] if function.decorators else function
    return Location(made.path, Span(tree.span(first).start, made.span.end))


def first_statement(function: cst.FunctionDef) -> cst.CSTNode | None:
    """Returns the first statement in the block of a function behind its docstring, None when there is none."""
    body = function.body.body if isinstance(function.body, cst.IndentedBlock) else ()
    return next((each for each in body if not is_docstring(each)), None)


def is_docstring(statement: cst.CSTNode) -> bool:
    """Returns whether a statement is nothing but a text."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
        case _:
            return False


def is_local(tree: Tree, function: cst.FunctionDef | None, name: str) -> bool:
    """Returns whether a name is a function's own: one of its parameters, or bound in it."""
    if function is None:
        return False
    if any(param.name.value == name for param in parameters(function)):
        return True
    return bool(bindings(tree, function, name))


def home_of(tree: Tree, name: cst.Name) -> cst.FunctionDef | cst.Module | None:
    """Returns the function or module that binds a variable, None when it is a parameter."""
    function = function_of(tree, name)
    while function is not None:
        if any(param.name.value == name.value for param in parameters(function)):
            return None
        if bindings(tree, function, name.value):
            return function
        function = function_of(tree, function)
    return tree.naming(name.value)


def is_member(tree: Tree, target: cst.Name) -> bool:
    """Returns whether what is bound is an attribute: of an object, or of the class whose body this is."""
    owner = tree.above(target, cst.ClassDef, cst.FunctionDef)
    if isinstance(owner, cst.ClassDef) and owner.name is target:
        owner = tree.above(owner, cst.ClassDef, cst.FunctionDef)
    return isinstance(tree.parent(target), cst.Attribute) or isinstance(owner, cst.ClassDef)


def reads_of(tree: Tree, target: cst.Name, scope: cst.CSTNode | None) -> Iterator[cst.CSTNode]:
    """Yields where a variable of a scope is read in its file, every attribute of the name where there is no scope."""
    if scope is None:
        every = (
            each for each in tree.walk(tree.naming(target.value), cst.Attribute) if each.attr.value == target.value
        )
        yield from (each for each in every if not isinstance(tree.parent(each), cst.AssignTarget))
        return
    for each in places_of(tree, scope, target.value):
        if not isinstance(tree.parent(each), _BINDS) and home_of(tree, each) is scope:
            yield each


def free_name(tree: Tree, node: cst.CSTNode, names: Sequence[str] = ("headers", "auth_headers")) -> str | None:
    """Returns the first of some names that nothing has yet where a node stands, None when all are taken."""
    scope = function_of(tree, node)
    taken = {name.value.lower() for name in names_in(tree, scope.body if scope is not None else tree.naming("headers"))}
    if scope is not None:
        taken |= {param.name.value for param in parameters(scope)}
    return next((name for name in names if name not in taken), None)

"""Which expressions are certainly text, as far as their own file tells."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.names import bindings, function_of, home_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parts import is_text


def is_surely_text(tree: Tree, node: cst.CSTNode | None) -> bool:
    """Returns whether an expression is text whatever happens: written as one, or a name or function that gives one."""
    match node:
        case cst.Name():
            scope = home_of(tree, node)
            found = bindings(tree, scope, node.value) if scope is not None else []
            values = [_assigned(tree.parent(each)) if isinstance(each, cst.AssignTarget) else None for each in found]
            return bool(values) and all(value is not None and is_text(value) for value in values)
        case cst.Call(func=cst.Name(value=name)):
            return _gives_text(tree, tree.naming(name), name)
        case None:
            return False
        case _:
            return is_text(node)


def _assigned(statement: cst.CSTNode | None) -> cst.BaseExpression | None:
    return statement.value if isinstance(statement, cst.Assign) and len(statement.targets) == 1 else None


def _gives_text(tree: Tree, scope: cst.Module, name: str) -> bool:
    """Returns whether the one function of a name is plain and returns text wherever it returns."""
    found = bindings(tree, scope, name)
    if len(found) != 1 or not isinstance(found[0], cst.FunctionDef):
        return False
    function = found[0]
    returns = [each for each in tree.walk(function.body, cst.Return) if function_of(tree, each) is function]
    last = function.body.body[-1] if function.body.body else None
    ends = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return)
    plain = not function.decorators and function.asynchronous is None and ends
    return plain and all(each.value is not None and is_text(each.value) for each in returns)

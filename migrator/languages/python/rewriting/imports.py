"""Names of other modules, and the environment, made available in a file."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.bindings import bindings, is_docstring
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Span


def imported(home: Tree, name: str, file: FileEditor) -> str:
    """Returns how a name of another module is written in this one, extending an import of that module if need be."""
    stem = module_stem(home.source.path)
    for statement in _imports(file.tree):
        if isinstance(statement, cst.Import):
            bound = _bound_module(file.tree, statement, stem)
            if bound:
                return f"{bound}.{name}"
            continue
        if isinstance(statement.names, cst.ImportStar):
            continue
        bound = _bound_module(file.tree, statement, stem)
        if bound:
            return f"{bound}.{name}"
        if _last(file.tree, statement.module) == stem:
            return _extended(statement, name, file)
    raise NotMovedError(f"`{name}` lives in {home.source.path} and is not imported where the request is sent")


def _imports(tree: Tree) -> list[cst.Import | cst.ImportFrom]:
    return [*tree.walk(tree.naming("import"), cst.ImportFrom), *tree.walk(tree.naming("import"), cst.Import)]


def _extended(statement: cst.ImportFrom, name: str, file: FileEditor) -> str:
    assert not isinstance(statement.names, cst.ImportStar)
    for alias in statement.names:
        if isinstance(alias.name, cst.Name) and alias.name.value == name:
            asname = alias.asname.name if alias.asname else alias.name
            return asname.value if isinstance(asname, cst.Name) else name
    if bindings(file.tree, file.tree.naming(name), name):
        raise NotMovedError(f"`{name}` is another variable where the request is sent")
    file.add_item(statement, name)
    return name


def _bound_module(tree: Tree, statement: cst.Import | cst.ImportFrom, stem: str) -> str:
    aliases = () if isinstance(statement.names, cst.ImportStar) else statement.names
    for alias in aliases:
        if _last(tree, alias.name) != stem:
            continue
        if alias.asname is not None:
            return tree.code(alias.asname.name)
        return tree.code(alias.name)
    return ""


def _last(tree: Tree, dotted: cst.CSTNode | None) -> str:
    return tree.code(dotted).rpartition(".")[2] if dotted is not None else ""


def module_stem(path: str) -> str:
    """Returns the name by which a file is imported from beside it."""
    parts = path.removesuffix(".py").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]


def environment_read(file: FileEditor, name: str, quote: str) -> str:
    """Returns the expression that reads an environment variable, adding ``import os`` where it is missing."""
    tree = file.tree
    bound = [
        alias
        for each in tree.walk(tree.naming("import"), cst.Import)
        for alias in each.names
        if tree.code(alias) == "os"
    ]
    if not bound:
        file.replace(Span(_after_docstring(tree), _after_docstring(tree)), "import os" + tree.newline)
    return f"os.environ[{quote}{name}{quote}]"


def _after_docstring(tree: Tree) -> int:
    """Returns where the first import belongs: before the first one there is, after docstring and ``__future__``."""
    first = next((each for each in tree.body() if not _comes_first(each)), None)
    return tree.span(first).start if first is not None else len(tree.text)


def _comes_first(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name("__future__"))]):
            return True
        case _:
            return is_docstring(statement)

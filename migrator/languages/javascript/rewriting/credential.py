"""How the credential is said where the header goes, which may be another function or file than where it was."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.removed_key import FILLED, RemovedKey, removed_key
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, callee, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import NotMovedError

_OUT_OF_REACH = "the key is out of reach where the request is sent"
_SAME_NAME = "another variable has the key's name where the request is sent"
_ENVIRONMENT = "process.env"
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ASSERTED = frozenset({"as_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"})
_PLAIN = re.compile(r"[\w$.]+")


def expression_at(removed: RemovedKey, file: ScriptEditor, place: Node) -> str:
    """Returns the credential's expression where the header goes. Raises `NotMovedError` when it cannot be had there."""
    problem = _hidden(removed, file, place)
    if problem is None:
        return removed.code
    code = _from_environment(removed.file, removed.node) or _from_same_module(removed, file, place)
    code = code or _from_argument(removed, file, place)
    if code is None:
        raise NotMovedError(problem)
    return code


def _from_argument(removed: RemovedKey, file: ScriptEditor, place: Node) -> str | None:
    """Returns what a function is given as the parameter that the credential is, by calls beside the request."""
    name, own = removed.code, removed.file
    function = own.declaring(removed.node, name) if _WORD.fullmatch(name) else None
    listed = (function.child("parameters") or function.child("parameter")) if function is not None else None
    every = [listed] if listed is not None and listed.kind == "identifier" else listed.named_children if listed else ()
    names = [own.code(one.child("pattern") or one.child("left") or one) for one in every]
    called = function_name(own, function) if function is not None else None
    if called is None or name not in names:
        return None
    found = [one for one in file.syntax.root.walk() if one.kind == "call_expression" and _calls(file, one, called)]
    near = [one for one in found if place.start <= one.start and one.end <= place.end]
    near = near or [one for one in found if file.function(one) is file.function(place)]
    given = [list(elements(listed)) for one in near if (listed := one.child("arguments")) is not None]
    at = names.index(name)
    if not given or any(len(one) <= at or any(each.kind == "spread_element" for each in one) for one in given):
        return None
    said = {file.code(one[at]): removed_key(file, one[at]) for one in given}
    [other, *more] = said.values()
    return None if more or other.written else expression_at(other, file, place)


def function_name(file: ScriptEditor, function: Node) -> str | None:
    """Returns the name that a function is called by, None for one without."""
    above = file.parent(function)
    name = function.child("name")
    if name is None and above is not None:
        name = above.child("name") or above.child("key") or above.child("left")
    return file.code(name).rpartition(".")[2] if name is not None else None


def _calls(file: ScriptEditor, call: Node, name: str) -> bool:
    func = callee(call)
    return func is not None and file.code(func).rpartition(".")[2] == name


def is_in_scope(removed: RemovedKey, file: ScriptEditor, place: Node) -> bool:
    """Returns whether the credential can be had at a place as it was written."""
    return _hidden(removed, file, place) is None


def _hidden(removed: RemovedKey, file: ScriptEditor, place: Node) -> str | None:
    """Returns why the expression cannot be had as it was written, None where it can."""
    code, node = removed.code, removed.node
    if FILLED.fullmatch(code):
        return None
    word = _WORD.match(code)
    if word is None or any(sign in code for sign in "(`"):
        names = {file.code(one) for one in node.walk() if one.kind == "identifier"} if file is removed.file else set()
        same = all(file.home(node, name) is file.home(place, name) for name in names)
        near = file.function(place) is file.function(node) or _is_reader(file, node, place)
        return None if near and same and file is removed.file else _OUT_OF_REACH
    root = word[0]
    if code.startswith(f"{_ENVIRONMENT}."):
        return None
    if file is not removed.file:
        return _OUT_OF_REACH
    if root == "this":
        return None if _owner(file, node) == _owner(file, place) else _OUT_OF_REACH
    home = file.home(node, root)
    if home is not None and not (home.start <= place.start and place.end <= home.end):
        return _OUT_OF_REACH
    return None if file.home(place, root) is home else _SAME_NAME


def _owner(file: ScriptEditor, node: Node) -> Node | str | None:
    """Returns what ``this`` belongs to: the class or object of a method, the name of an old class, or the function."""
    method = False
    for one in file.around(node):
        above = file.parent(one)
        if one.kind == "class_body" or (method and one.kind == "object"):
            return one
        if one.kind not in FUNCTIONS or one.kind == "arrow_function":
            continue
        left = above.child("left") if above is not None and above.kind == "assignment_expression" else None
        if left is not None and ".prototype." in file.code(left):
            return file.code(left).partition(".prototype.")[0]
        if one.kind != "method_definition" and (above is None or above.kind != "pair"):
            return one
        method = True
    return None


def _is_reader(file: ScriptEditor, node: Node, place: Node) -> bool:
    """Returns whether the credential is what a function of the file gives that only reads it."""
    func, given = callee(node), node.child("arguments")
    if node.kind != "call_expression" or func is None or func.kind != "identifier" or given is None:
        return False
    name = file.code(func)
    if given.named_children or file.declaring(node, name) is not None or file.declaring(place, name) is not None:
        return False
    made = file.made(func) or next(
        (one for one in file.syntax.root.named_children if _is_declared(file, one, name)), None
    )
    body = made.child("body") if made is not None and made.kind in FUNCTIONS else None
    if body is None or any(one.kind == "async" for one in (made.children if made is not None else ())):
        return False
    if body.kind == "statement_block":
        first = body.named_children[0] if len(body.named_children) == 1 else None
        body = first.named_children[0] if first is not None and first.kind == "return_statement" else None
    return body is not None and _PLAIN.fullmatch(file.code(body)) is not None


def _is_declared(file: ScriptEditor, node: Node, name: str) -> bool:
    called = node.child("name") if node.kind == "function_declaration" else None
    return called is not None and file.code(called) == name


def _from_environment(file: ScriptEditor, node: Node) -> str | None:
    """Returns the read of the environment that a constant stands for, which can be had anywhere."""
    if node.kind in ("identifier", "shorthand_property_identifier"):
        name, home = file.code(node), file.declaring(node, file.code(node))
        found = [one for one in _constants(file) if one[0] == name and file.declaring(one[1], name) is home]
        if len(found) != 1:
            return None
        _, value, member = found[0]
        if member:
            return f"{_ENVIRONMENT}.{member}" if file.code(value) == _ENVIRONMENT else None
        return _from_environment(file, value)
    while node.kind in _ASSERTED and node.named_children:
        node = node.named_children[0]
    code = file.code(node)
    reads = node.kind == "member_expression" and code.startswith(f"{_ENVIRONMENT}.") and _PLAIN.fullmatch(code)
    return code if reads else None


def _constants(file: ScriptEditor) -> Iterator[tuple[str, Node, str]]:
    """Yields each name that ``const`` binds, the value that it is or is taken from, and the member that it is there."""
    for one in file.syntax.root.walk():
        statement = file.parent(one) if one.kind == "variable_declarator" else None
        target, value = one.child("name"), one.child("value")
        if statement is None or target is None or value is None:
            continue
        if any(child.kind == "const" for child in statement.children):
            yield from ((name, value, member) for name, member in _bound(file, target))


def _bound(file: ScriptEditor, target: Node) -> Iterator[tuple[str, str]]:
    """Yields the names that a target binds, with the member that each is; patterns inside of others are left out."""
    if target.kind == "identifier":
        yield file.code(target), ""
    for part in target.named_children if target.kind == "object_pattern" else ():
        key, value = part.child("key"), part.child("value")
        if part.kind == "shorthand_property_identifier_pattern":
            yield file.code(part), file.code(part)
        elif part.kind == "pair_pattern" and key is not None and value is not None and value.kind == "identifier":
            yield file.code(value), file.code(key)


def _from_same_module(removed: RemovedKey, file: ScriptEditor, place: Node) -> str | None:
    """Returns how a file says it that imports what the credential is a part of from the same module."""
    word = _WORD.match(removed.code)
    if file is removed.file or word is None or _PLAIN.fullmatch(removed.code) is None:
        return None
    wanted = _imports(removed.file).get(word[0])
    if wanted is None or removed.file.declaring(removed.node, word[0]) is not None:
        return None
    module, member = wanted
    path = [member, *removed.code[len(word[0]) :].split(".")]
    path = [part for part in path if part]
    for name, (same, own) in _imports(file).items():
        if same == module and file.declaring(place, name) is None and ([own] if own else []) == path[: bool(own)]:
            return ".".join([name, *path[bool(own) :]])
    return None


def _imports(file: ScriptEditor) -> dict[str, tuple[str, str]]:
    """Returns what a file imports by name: the module, as a path or a package, and the member of it, if it is one."""
    found: dict[str, tuple[str, str]] = {}
    for name, value, member in _constants(file):
        given = value.child("arguments") if value.kind == "call_expression" else None
        func = callee(value)
        if given is not None and func is not None and file.code(func) == "require" and given.named_children:
            found[name] = _module(file, given.named_children[0]), member
    for one in file.syntax.root.named_children:
        source = one.child("source") if one.kind == "import_statement" else None
        for part in one.walk() if source is not None else ():
            name_node, alias = part.child("name"), part.child("alias")
            if part.kind == "import_specifier" and name_node is not None:
                found[file.code(alias or name_node)] = _module(file, source), file.code(name_node)
            elif part.kind == "import_clause":
                plain = (child for child in part.named_children if child.kind == "identifier")
                found.update((file.code(child), (_module(file, source), "default")) for child in plain)
    return found


def _module(file: ScriptEditor, node: Node | None) -> str:
    written = file.code(node)[1:-1] if node is not None else ""
    folder = posixpath.dirname(file.source.path)
    return posixpath.normpath(posixpath.join(folder, written)) if written.startswith(".") else written

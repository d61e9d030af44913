"""How the credential is said where the header goes, which may be another function or file than where it was."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, elements
from migrator.languages.javascript.rewriting.taken import FILLED, Taken, held
from migrator.languages.syntax.tree import Node

_OUT_OF_REACH = "the key is out of reach where the request is sent"
_SAME_NAME = "another variable has the key's name where the request is sent"
_ENVIRONMENT = "process.env"
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ASSERTED = frozenset({"as_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"})
_PLAIN = re.compile(r"[\w$.]+")


def visible(taken: Taken, sheet: Sheet, place: Node) -> str:
    """Returns the credential's expression where the header goes. Raises `NotMovedError` when it cannot be had there."""
    problem = _hidden(taken, sheet, place)
    if problem is None:
        return taken.code
    code = _from_environment(taken.sheet, taken.node) or _from_same_module(taken, sheet, place)
    code = code or _from_argument(taken, sheet, place)
    if code is None:
        raise NotMovedError(problem)
    return code


def _from_argument(taken: Taken, sheet: Sheet, place: Node) -> str | None:
    """Returns what a function is given as the parameter that the credential is, by calls beside the request."""
    name, own = taken.code, taken.sheet
    function = own.declaring(taken.node, name) if _WORD.fullmatch(name) else None
    listed = (function.child("parameters") or function.child("parameter")) if function is not None else None
    every = [listed] if listed is not None and listed.kind == "identifier" else listed.named_children if listed else ()
    names = [own.code(one.child("pattern") or one.child("left") or one) for one in every]
    called = name_of(own, function) if function is not None else None
    if called is None or name not in names:
        return None
    found = [one for one in sheet.syntax.root.walk() if one.kind == "call_expression" and _calls(sheet, one, called)]
    near = [one for one in found if place.start <= one.start and one.end <= place.end]
    near = near or [one for one in found if sheet.function(one) is sheet.function(place)]
    given = [list(elements(listed)) for one in near if (listed := one.child("arguments")) is not None]
    at = names.index(name)
    if not given or any(len(one) <= at or any(each.kind == "spread_element" for each in one) for one in given):
        return None
    said = {sheet.code(one[at]): held(sheet, one[at]) for one in given}
    [other, *more] = said.values()
    return None if more or other.written else visible(other, sheet, place)


def name_of(sheet: Sheet, function: Node) -> str | None:
    """Returns the name that a function is called by, None for one without."""
    above = sheet.parent(function)
    name = function.child("name")
    if name is None and above is not None:
        name = above.child("name") or above.child("key") or above.child("left")
    return sheet.code(name).rpartition(".")[2] if name is not None else None


def _calls(sheet: Sheet, call: Node, name: str) -> bool:
    func = call.child("function")
    return func is not None and sheet.code(func).rpartition(".")[2] == name


def is_visible(taken: Taken, sheet: Sheet, place: Node) -> bool:
    """Returns whether the credential can be had at a place as it was written."""
    return _hidden(taken, sheet, place) is None


def _hidden(taken: Taken, sheet: Sheet, place: Node) -> str | None:
    """Returns why the expression cannot be had as it was written, None where it can."""
    code, node = taken.code, taken.node
    if FILLED.fullmatch(code):
        return None
    word = _WORD.match(code)
    if word is None or any(sign in code for sign in "(`"):
        names = {sheet.code(one) for one in node.walk() if one.kind == "identifier"} if sheet is taken.sheet else set()
        same = all(sheet.home(node, name) is sheet.home(place, name) for name in names)
        near = sheet.function(place) is sheet.function(node) or _is_reader(sheet, node, place)
        return None if near and same and sheet is taken.sheet else _OUT_OF_REACH
    root = word[0]
    if code.startswith(f"{_ENVIRONMENT}."):
        return None
    if sheet is not taken.sheet:
        return _OUT_OF_REACH
    if root == "this":
        return None if _owner(sheet, node) == _owner(sheet, place) else _OUT_OF_REACH
    home = sheet.home(node, root)
    if home is not None and not (home.start <= place.start and place.end <= home.end):
        return _OUT_OF_REACH
    return None if sheet.home(place, root) is home else _SAME_NAME


def _owner(sheet: Sheet, node: Node) -> Node | str | None:
    """Returns what ``this`` belongs to: the class or object of a method, the name of an old class, or the function."""
    method = False
    for one in sheet.around(node):
        above = sheet.parent(one)
        if one.kind == "class_body" or (method and one.kind == "object"):
            return one
        if one.kind not in FUNCTIONS or one.kind == "arrow_function":
            continue
        left = above.child("left") if above is not None and above.kind == "assignment_expression" else None
        if left is not None and ".prototype." in sheet.code(left):
            return sheet.code(left).partition(".prototype.")[0]
        if one.kind != "method_definition" and (above is None or above.kind != "pair"):
            return one
        method = True
    return None


def _is_reader(sheet: Sheet, node: Node, place: Node) -> bool:
    """Returns whether the credential is what a function of the file gives that only reads it."""
    func, given = node.child("function"), node.child("arguments")
    if node.kind != "call_expression" or func is None or func.kind != "identifier" or given is None:
        return False
    name = sheet.code(func)
    if given.named_children or sheet.declaring(node, name) is not None or sheet.declaring(place, name) is not None:
        return False
    made = sheet.made(func) or next(
        (one for one in sheet.syntax.root.named_children if _is_declared(sheet, one, name)), None
    )
    body = made.child("body") if made is not None and made.kind in FUNCTIONS else None
    if body is None or any(one.kind == "async" for one in (made.children if made is not None else ())):
        return False
    if body.kind == "statement_block":
        first = body.named_children[0] if len(body.named_children) == 1 else None
        body = first.named_children[0] if first is not None and first.kind == "return_statement" else None
    return body is not None and _PLAIN.fullmatch(sheet.code(body)) is not None


def _is_declared(sheet: Sheet, node: Node, name: str) -> bool:
    called = node.child("name") if node.kind == "function_declaration" else None
    return called is not None and sheet.code(called) == name


def _from_environment(sheet: Sheet, node: Node) -> str | None:
    """Returns the read of the environment that a constant stands for, which can be had anywhere."""
    if node.kind in ("identifier", "shorthand_property_identifier"):
        name, home = sheet.code(node), sheet.declaring(node, sheet.code(node))
        found = [one for one in _constants(sheet) if one[0] == name and sheet.declaring(one[1], name) is home]
        if len(found) != 1:
            return None
        _, value, member = found[0]
        if member:
            return f"{_ENVIRONMENT}.{member}" if sheet.code(value) == _ENVIRONMENT else None
        return _from_environment(sheet, value)
    while node.kind in _ASSERTED and node.named_children:
        node = node.named_children[0]
    code = sheet.code(node)
    reads = node.kind == "member_expression" and code.startswith(f"{_ENVIRONMENT}.") and _PLAIN.fullmatch(code)
    return code if reads else None


def _constants(sheet: Sheet) -> Iterator[tuple[str, Node, str]]:
    """Yields each name that ``const`` binds, the value that it is or is taken from, and the member that it is there."""
    for one in sheet.syntax.root.walk():
        statement = sheet.parent(one) if one.kind == "variable_declarator" else None
        target, value = one.child("name"), one.child("value")
        if statement is None or target is None or value is None:
            continue
        if any(child.kind == "const" for child in statement.children):
            yield from ((name, value, member) for name, member in _bound(sheet, target))


def _bound(sheet: Sheet, target: Node) -> Iterator[tuple[str, str]]:
    """Yields the names that a target binds, with the member that each is; patterns inside of others are left out."""
    if target.kind == "identifier":
        yield sheet.code(target), ""
    for part in target.named_children if target.kind == "object_pattern" else ():
        key, value = part.child("key"), part.child("value")
        if part.kind == "shorthand_property_identifier_pattern":
            yield sheet.code(part), sheet.code(part)
        elif part.kind == "pair_pattern" and key is not None and value is not None and value.kind == "identifier":
            yield sheet.code(value), sheet.code(key)


def _from_same_module(taken: Taken, sheet: Sheet, place: Node) -> str | None:
    """Returns how a file says it that imports what the credential is a part of from the same module."""
    word = _WORD.match(taken.code)
    if sheet is taken.sheet or word is None or _PLAIN.fullmatch(taken.code) is None:
        return None
    wanted = _imports(taken.sheet).get(word[0])
    if wanted is None or taken.sheet.declaring(taken.node, word[0]) is not None:
        return None
    module, member = wanted
    path = [member, *taken.code[len(word[0]) :].split(".")]
    path = [part for part in path if part]
    for name, (same, own) in _imports(sheet).items():
        if same == module and sheet.declaring(place, name) is None and ([own] if own else []) == path[: bool(own)]:
            return ".".join([name, *path[bool(own) :]])
    return None


def _imports(sheet: Sheet) -> dict[str, tuple[str, str]]:
    """Returns what a file imports by name: the module, as a path or a package, and the member of it, if it is one."""
    found: dict[str, tuple[str, str]] = {}
    for name, value, member in _constants(sheet):
        given = value.child("arguments") if value.kind == "call_expression" else None
        func = value.child("function")
        if given is not None and func is not None and sheet.code(func) == "require" and given.named_children:
            found[name] = _module(sheet, given.named_children[0]), member
    for one in sheet.syntax.root.named_children:
        source = one.child("source") if one.kind == "import_statement" else None
        for part in one.walk() if source is not None else ():
            name_node, alias = part.child("name"), part.child("alias")
            if part.kind == "import_specifier" and name_node is not None:
                found[sheet.code(alias or name_node)] = _module(sheet, source), sheet.code(name_node)
            elif part.kind == "import_clause":
                plain = (child for child in part.named_children if child.kind == "identifier")
                found.update((sheet.code(child), (_module(sheet, source), "default")) for child in plain)
    return found


def _module(sheet: Sheet, node: Node | None) -> str:
    written = sheet.code(node)[1:-1] if node is not None else ""
    folder = posixpath.dirname(sheet.source.path)
    return posixpath.normpath(posixpath.join(folder, written)) if written.startswith(".") else written

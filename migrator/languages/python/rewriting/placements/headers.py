"""Where an ``Authorization`` header goes: into the headers a call already has, or beside what the call has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from migrator.catalog.clients import HttpClient
from migrator.languages.python.rewriting.bindings import (
    bound_between,
    bound_by,
    called,
    function_of,
    home_of,
    keyword,
    parameters,
)
from migrator.languages.python.rewriting.credential import (
    TokenExpression,
    authorization,
    bearer,
    expression_at,
    is_old_python,
    quote_at,
)
from migrator.languages.python.rewriting.parameters import calls_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Location, Span


def send_token(
    file: FileEditor,
    call: cst.Call,
    token: TokenExpression,
    calls: Sequence[cst.Call],
    client: HttpClient | None = None,
) -> str:
    """Makes a call send the token, keeping the headers it has, and returns the header's value.

    *calls* are all calls that are getting it; *client* is the one it is a function of, where it is known to be one.
    Raises `NotMovedError` when the token is not in scope there, or when the call already sends an ``Authorization`` of
    its own.
    """
    tree = file.tree
    code = expression_at(token, file, call)
    entry = authorization(tree, code, token.quote)
    if client is not None and client.handle and called(tree, call) == client.handle["send"]:
        set_option(file, call, bearer(tree, code, token.quote), client.handle)
        return entry
    existing = _headers(tree, call, client)
    if existing is None:
        _add(file, call, entry, token.quote, client)
        return entry
    display = _display(file, existing, call, calls, token)
    if display is not None:
        add_entry(file, display, authorization(tree, code, _quote_in(tree, display, token.quote)))
    else:
        file.replace(tree.outer(existing), merged(file, existing, entry))
    return entry


def send_variable(file: FileEditor, call: cst.Call, name: str, client: HttpClient | None) -> None:
    """Makes a request send the headers that a variable has, or none where it is None, above those that it has."""
    tree = file.tree
    if client is None or client.handle:
        raise NotMovedError("the request takes no headers as an option")
    existing = _headers(tree, call, client)
    wrapped = bool(client.wraps) and client.sends(called(tree, call))
    empty = existing is None or tree.code(existing) in ("None", "{}", "dict()")
    given = f"{name} or {{}}" if wrapped or not client.names else name
    if wrapped:
        _wrap(file, call, given, client)
    elif existing is None:
        if any(arg.star for arg in call.args):
            raise NotMovedError("the arguments of the request come from elsewhere")
        file.add_item(call, f"{_option(tree, call, client)}={given}")
    elif empty:
        file.replace(tree.outer(existing), given)
    elif isinstance(existing, cst.Dict) and not is_old_python(tree):
        file.add_item(existing, f"**({name} or {{}})")
    else:
        file.replace(tree.outer(existing), merged(file, existing, f"**({name} or {{}})"))


def _quote_in(tree: Tree, display: cst.Dict, quote: str) -> str:
    """Returns the kind of quote that a dictionary is written with, *quote* when it has no strings."""
    keys = [element.key for element in display.elements if isinstance(element, cst.DictElement)]
    return next((quote_at(tree, key) for key in keys if isinstance(key, cst.SimpleString)), quote)


def add_entry(file: FileEditor, display: cst.Dict, entry: str) -> None:
    """Adds the header to a dictionary display. Raises `NotMovedError` when it has an ``Authorization`` already."""
    for element in display.elements:
        key = element.key if isinstance(element, cst.DictElement) else None
        if isinstance(key, cst.SimpleString) and str(key.evaluated_value).lower() == "authorization":
            raise NotMovedError("an Authorization header is already set here")
    if any(one != entry for one in file.added(display)):
        raise NotMovedError("different keys reach the same request")
    file.add_item(display, entry)


def merged(file: FileEditor, existing: cst.BaseExpression, entry: str) -> str:
    """Returns the expression for some existing headers with ``Authorization`` added, whether or not they are None."""
    if isinstance(existing, cst.Name) and existing.value == "None":
        return f"{{{entry}}}"
    sure = makes_mapping(existing) or _is_only_bound_to_mapping(file, existing)
    return extended(file.tree, file.tree.code(existing), entry, sure=sure)


def extended(tree: Tree, code: str, entry: str, *, sure: bool) -> str:
    """Returns the expression for what *code* gives with an entry added, which *sure* says is never None."""
    given = code if sure else f"{code} or {{}}"
    if is_old_python(tree):
        return f"dict({given}, {entry if entry.startswith('**') else 'Authorization=' + entry.partition(': ')[2]})"
    return f"{{**{code if sure else f'({given})'}, {entry}}}"


def _option(tree: Tree, call: cst.Call, client: HttpClient | None) -> str:
    """Returns the keyword by which a call takes headers."""
    if client is None:
        return "headers"
    names = client.options.get("headers", ())
    return client.made_with(called(tree, call), "headers") or next(iter(() if "headers" in names else names), "headers")


def _headers(tree: Tree, call: cst.Call, client: HttpClient | None) -> cst.BaseExpression | None:
    if (named := keyword(call, _option(tree, call, client))) is not None:
        return named.value
    position = client.positions(called(tree, call)).get("headers") if client is not None else None
    plain = [arg for arg in call.args if arg.keyword is None and not arg.star]
    return plain[position].value if position is not None and position < len(plain) else None


def _add(file: FileEditor, call: cst.Call, entry: str, quote: str, client: HttpClient | None) -> None:
    tree = file.tree
    header = f"{{{entry}}}"
    if client is not None and client.wraps and client.sends(called(tree, call)):
        _wrap(file, call, header, client)
        return
    for arg in [arg for arg in call.args if arg.star == "**"]:
        if not _may_hold_headers(file, arg.value, call):
            continue
        name, code = f"{quote}headers{quote}", tree.code(arg.value)
        if _is_own_mapping(tree, arg.value, call):
            file.add_item(call, f"headers={{**({code}.pop({name}, None) or {{}}), {entry}}}")
        else:
            spread = f"{{**({code}.get({name}) or {{}}), {entry}}}"
            file.replace_item(call, arg, f"**{{**{code}, {name}: {spread}}}")
        return
    file.add_item(call, f"{_option(tree, call, client)}={header}")


def _may_hold_headers(file: FileEditor, mapping: cst.BaseExpression, call: cst.Call) -> bool:
    """Returns whether a ``**`` argument can bring headers of its own.

    What a function takes as ``**`` can, unless it has a parameter for them or all its callers are seen,
    and to pass none.
    """
    tree = file.tree
    function = function_of(tree, call)
    star = function.params.star_kwarg if function is not None else None
    if function is None or star is None or not isinstance(mapping, cst.Name) or star.name.value != mapping.value:
        return True
    if any(param.name.value == "headers" for param in parameters(function)):
        return False
    calls = calls_of(file, function)
    return not calls or any(
        any(arg.star == "**" for arg in call.args) or keyword(call, "headers") is not None for _, call in calls
    )


def _is_own_mapping(tree: Tree, mapping: cst.BaseExpression, call: cst.Call) -> bool:
    """Returns whether a mapping is the function's own and used once, so that an entry can be taken out of it."""
    function = function_of(tree, call)
    if function is None or function.params.star_kwarg is None or not isinstance(mapping, cst.Name):
        return False
    return function.params.star_kwarg.name.value == mapping.value and tree.above(call, cst.For, cst.While) is None


def _wrap(file: FileEditor, call: cst.Call, header: str, client: HttpClient) -> None:
    """Gives a call that only takes a URL a request object with the header."""
    tree = file.tree
    if not call.args or call.args[0].star:
        raise NotMovedError("the URL of this call is not an argument of its own")
    code = tree.code(call.func)
    home = code.rpartition(".")[0]
    maker = f"{home}.{client.wraps}" if home else _imported(file, code, client.wraps)
    url = tree.outer(call.args[0].value)
    file.replace(Span(url.start, url.start), f"{maker}(")
    file.replace(Span(url.end, url.end), f", headers={header})")
    if any(_is_body(arg, place, client, called(tree, call)) for place, arg in enumerate(call.args[1:], 1)):
        raise NotMovedError("the body of this call has to move into a request object with the header")


def _is_body(arg: cst.Arg, place: int, client: HttpClient, sender: str) -> bool:
    """Returns whether an argument of a sender is the body."""
    names = client.options.get("body", ())
    if arg.keyword is not None:
        return arg.keyword.value in names
    at = client.positions(sender)
    return any(at.get(name) == place for name in names)


def _imported(file: FileEditor, sender: str, wanted: str) -> str:
    """Returns the name of a class that comes from where a function is imported from, importing it too."""
    tree = file.tree
    for statement in tree.walk(tree.naming("import"), cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            continue
        names = [tree.code(alias.name) for alias in statement.names]
        if sender in names:
            if wanted not in names:
                file.add_item(statement, wanted)
            return wanted
    raise NotMovedError("no request object is at hand that could carry a header")


def _display(
    file: FileEditor, existing: cst.BaseExpression, call: cst.Call, calls: Sequence[cst.Call], token: TokenExpression
) -> cst.Dict | None:
    """Returns the dictionary display that only these calls use as their headers, None when there is no such one."""
    tree, display = file.tree, file.display(existing)
    if display is None or display is existing:
        return display
    assign = tree.parent(display)
    name = bound_by(assign)
    if assign is None or name is None:
        return None
    uses = file.workspace.uses_of(tree.location(display), name)
    here = function_of(tree, call) is function_of(tree, display) is not None
    if not here or not uses or not all(_is_for(own.tree, use, calls) for own, use in uses):
        return None
    return display if is_ready(file, token, call, assign) else None


def _is_for(tree: Tree, use: cst.CSTNode, calls: Sequence[cst.Call]) -> bool:
    """Returns whether a use of headers adds to them, or is an argument of one of some calls."""
    above = tree.parent(use)
    match above:
        case cst.Subscript():
            return isinstance(tree.parent(above), cst.AssignTarget)
        case cst.Attribute(attr=cst.Name(value=name)):
            return name in ("update", "setdefault")
        case _:
            return any(arg is above for call in calls for arg in call.args)


def is_ready(file: FileEditor, token: TokenExpression, call: cst.CSTNode, place: cst.CSTNode) -> bool:
    """Returns whether the token's expression means the same at *place* as it does at the call."""
    if token.environment:
        return True
    tree = file.tree
    function = function_of(tree, call)
    code = cst.parse_expression(expression_at(token, file, call))
    names = {node.value for node in tree.walk(code, cst.Name)}
    return not bound_between(tree, function, names, tree.span(place).start)


def _is_only_bound_to_mapping(file: FileEditor, existing: cst.BaseExpression) -> bool:
    """Returns whether a variable or constant is bound to a mapping where it is made, and never to anything else.

    What callers give may be None for callers that nobody sees, unless it is a mapping where they give nothing.
    """
    made = file.made(existing)
    match existing:
        case cst.Name(value=name):
            home = home_of(file.tree, existing)
            if home is None:
                function = file.tree.above(existing, cst.FunctionDef)
                removed = parameters(function) if function is not None else []
                return any(param.name.value == name and makes_mapping(param.default) for param in removed)
            if made is None or not (isinstance(home, cst.Module) or file.tree.span(home).contains(made.span)):
                return False
            return file.workspace.bound(made) == name
        case cst.Attribute(value=module, attr=cst.Name(value=name)) if made is not None:
            return file.made(module) == Location(made.path, Span(0, 0)) and file.workspace.bound(made) == name
        case _:
            return False


def makes_mapping(value: cst.CSTNode | None) -> bool:
    """Returns whether an expression is a mapping whatever its names stand for."""
    match value:
        case cst.BooleanOperation(operator=cst.Or(), right=right):
            return makes_mapping(right)
        case _:
            return makes_anew(value)


def makes_anew(value: cst.CSTNode | None) -> bool:
    """Returns whether an expression makes a mapping that nothing else has."""
    match value:
        case cst.Dict() | cst.Call(func=cst.Name("dict")) | cst.Call(func=cst.Attribute(attr=cst.Name("copy"))):
            return True
        case _:
            return False


def set_option(file: FileEditor, perform: cst.Call, bearer: str, handle: Mapping[str, str]) -> None:
    """Adds the header to those of the handle that performs a request; *handle* names its methods and options.

    Raises `NotMovedError` when the options of the handle are not set beside the request.
    """
    tree = file.tree
    line = bearer.replace("Bearer ", "Authorization: Bearer ", 1)
    options = _options(tree, perform, handle)
    given = [call for name, call in options if name == handle["headers"]]
    if len(given) > 1 or not any(name == handle["url"] for name, _ in options):
        raise NotMovedError("the options of the handle are set elsewhere")
    if given:
        value = given[0].args[1].value
        if not isinstance(value, cst.List):
            raise NotMovedError("the headers of the handle are not written as a list")
        if any(f"{mark}authorization:" in tree.code(value).lower() for mark in "\"'"):
            raise NotMovedError("an Authorization header is already set here")
        file.add_item(value, line)
        return
    url = next(call for name, call in options if name == handle["url"])
    option = tree.code(url.args[0].value).removesuffix(handle["url"]) + handle["headers"]
    file.insert_before(tree.statement(perform) or perform, f"{tree.code(url.func)}({option}, [{line}])")


def _options(tree: Tree, perform: cst.Call, handle: Mapping[str, str]) -> list[tuple[str, cst.Call]]:
    """Returns what the function that performs sets on the handle: the names of the options, and the calls."""
    function = function_of(tree, perform)
    setter = tree.code(perform.func).removesuffix(handle["send"]) + handle["set"]
    calls = tree.walk(function.body if function is not None else tree.naming(handle["set"]), cst.Call)
    return [
        (tree.code(call.args[0].value).rpartition(".")[2], call)
        for call in calls
        if tree.code(call.func) == setter and len(call.args) == 2 and function_of(tree, call) is function
    ]

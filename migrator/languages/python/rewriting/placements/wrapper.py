"""Wrappers that hand the headers they are given on to the request, or that come to do so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from migrator.catalog.clients import HttpClient, client_named
from migrator.languages.python.rewriting.bindings import assigned, called, free_name, function_of, keyword, parameters
from migrator.languages.python.rewriting.credential import TokenExpression, expression_at
from migrator.languages.python.rewriting.entry_site import Removal
from migrator.languages.python.rewriting.parameters import param_end
from migrator.languages.python.rewriting.placements.headers import send_variable
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.urls.parts import parts_of
from migrator.languages.python.rewriting.workspace import Workspace
from migrator.model.call import ApiCall
from migrator.model.draft import NotMovedError
from migrator.model.text import Location, Span

_ADDRESS = re.compile(r"ur[li]|href|link|address|endpoint", re.IGNORECASE)
_RETRIES = re.compile(r"(?:^|[._])(?:retry|retrying|on_exception|on_predicate|limits|sleep_and_retry)$")
"""The decorators of libraries that call a function again or later, with what it was given."""


def forwarding_call(workspace: Workspace, removed: Removal, call: ApiCall) -> Location:
    """Returns the call, in the function the key enters in, of a wrapper that hands headers on to the request.

    Raises `NotMovedError` when there is none, or when a wrapper on the way does not hand them on.
    """
    token = removed.token
    home = function_of(token.tree, token.node)
    for index, site in enumerate(call.via):
        if site.path != token.tree.source.path or function_of(token.tree, workspace.call_at(site)) is not home:
            continue
        inner = [*call.via[index + 1 :], call.location]
        if all(_hands_on(workspace, each) for each in inner):
            return site
    raise NotMovedError("the wrapper that sends the request takes no headers from its callers")


def call_by_parameter(
    workspace: Workspace, common: Workspace, token: TokenExpression, call: ApiCall
) -> tuple[tuple[Location, ...], str]:
    """Returns the way to a request from the innermost call at which the token can be had, and the option for headers.

    The functions on the way that take no headers get a parameter for them, by edits of *common*; the option has no name
    where the first call is the one that sends. Raises `NotMovedError` where such a function cannot get a parameter.
    """
    sites = [*call.via, call.made or call.location]
    index = _reached(workspace, token, sites, client_named(call.client))
    option = ""
    for inner in reversed(sites[index + 1 :]):
        option = _lent(common, inner, option, client_named(call.client) if inner is sites[-1] else None)
    return tuple(sites[index:]), option


def _reached(workspace: Workspace, token: TokenExpression, sites: Sequence[Location], client: HttpClient | None) -> int:
    """Returns the innermost of some calls at which the token can be had, where not all of the URL comes from callers.

    Raises `NotMovedError` when it can be had at none.
    """
    found: list[int] = []
    problem: NotMovedError | None = None
    for index in reversed(range(len(sites))):
        place = sites[index]
        tree, maker = workspace.index.tree(place.path), workspace.call_at(place)
        try:
            expression_at(token, workspace.file(place.path), maker)
        except NotMovedError as reason:
            problem = reason
            continue
        found.append(index)
        function = function_of(tree, maker)
        own = function is None or (tree is token.tree and function is function_of(tree, token.node))
        if own or function is None or not _passes_url(tree, function, maker, client if place is sites[-1] else None):
            return index
    if not found and problem is not None:
        raise problem
    return found[0]


def _passes_url(tree: Tree, function: cst.FunctionDef, call: cst.Call, client: HttpClient | None) -> bool:
    """Returns whether a call passes a URL on that its function is given."""
    if client is not None:
        return is_given_url(tree, function, call, client)
    names = {param.name.value for param in parameters(function)}
    values = [arg.value for arg in call.args if not arg.star]
    passed = {value.value for value in values if isinstance(value, cst.Name) and _ADDRESS.search(value.value)}
    return not passed.isdisjoint(names)


def _lent(workspace: Workspace, place: Location, option: str, client: HttpClient | None) -> str:
    """Makes a function hand the headers that it is given on by a call, and returns how its parameter for them is named.

    *option* is what the call takes them by, where it is no request.
    """
    file, call = workspace.file(place.path), workspace.call_at(place)
    tree = file.tree
    function = function_of(tree, call)
    if option in ("", "headers") and function is not None and _hands_on(workspace, place):
        return "headers"
    name = free_name(tree, call) if function is not None else None
    if function is None or name is None or not _may_grow(workspace, tree, function):
        raise NotMovedError("the function that sends the request cannot get a parameter for headers")
    last = function.params.kwonly_params or function.params.params
    end = param_end(tree, last[-1])
    start = tree.span(last[-1].name).start
    gap = f",{tree.newline}{tree.indent_of(start)}" if _starts_line(tree, start) else ", "
    file.replace(Span(end, end), f"{gap}{name}=None")
    for inner in {id(one): one for one in (call, *_again(tree, function))}.values():
        if inner is call and not option:
            send_variable(file, inner, name, client)
        else:
            file.add_item(inner, f"{option if inner is call else name}={name}")
    return name


def _starts_line(tree: Tree, offset: int) -> bool:
    return not tree.text[tree.line_of(offset)[0] : offset].strip()


def _again(tree: Tree, function: cst.FunctionDef) -> Iterator[cst.Call]:
    """Yields the calls of a function in itself, which hand headers on. Raises `NotMovedError` for other uses."""
    own = function.name.value
    receiver = parameters(function)[0].name.value if tree.above(function, cst.ClassDef) is not None else ""
    for each in tree.walk(function.body, cst.Name):
        if each.value != own:
            continue
        above = tree.parent(each)
        used: cst.CSTNode = each
        if isinstance(above, cst.Attribute) and above.attr is each:
            if not receiver or tree.code(above.value) != receiver:
                continue
            used = above
        user = tree.parent(used)
        if isinstance(user, cst.Call) and user.func is used:
            yield user
        elif not isinstance(user, cst.Arg) or user.keyword is not each:
            raise NotMovedError(f"`{own}` is handed on in itself")


def _may_grow(workspace: Workspace, tree: Tree, function: cst.FunctionDef) -> bool:
    """Returns whether a function can get one more parameter: it is made once, and nothing stands in its place."""
    params, name = function.params, function.name.value
    stars = isinstance(params.star_arg, cst.Param) or params.star_kwarg is not None
    plain = all(_passes(tree.code(each.decorator)) for each in function.decorators)
    method = tree.above(function, cst.ClassDef) is not None
    every = [source.text for source in workspace.index.sources.values() if name in source.text]
    made = sum(len(re.findall(rf"\bdef[ \t]+{name}\b", text)) for text in (every if method else [tree.text]))
    replaced = re.compile(rf"\.{name}[ \t]*=[^=]|['\"](?:[\w.]*\.)?{name}['\"]")
    once = made == 1 and not any(map(replaced.search, every))
    return plain and not stars and once and bool(params.params or params.kwonly_params)


def _passes(decorator: str) -> bool:
    """Returns whether a decorator gives a function all that its callers give."""
    return decorator in ("staticmethod", "classmethod") or _RETRIES.search(decorator.partition("(")[0]) is not None


def _hands_on(workspace: Workspace, place: Location) -> bool:
    """Returns whether the call at *place* is given the headers that its function was given."""
    tree = workspace.index.tree(place.path)
    call = workspace.call_at(place)
    function = function_of(tree, call)
    return function is not None and (_by_name(tree, function, call) or _by_stars(function, call))


def _by_name(tree: Tree, function: cst.FunctionDef, call: cst.Call) -> bool:
    named = any(param.name.value == "headers" for param in parameters(function))
    given = keyword(call, "headers")
    return named and given is not None and tree.code(given.value) == "headers"


def _by_stars(function: cst.FunctionDef, call: cst.Call) -> bool:
    star = function.params.star_kwarg
    if star is None or keyword(call, "headers") is not None:
        return False
    given = [arg.value for arg in call.args if arg.star == "**"]
    return any(isinstance(value, cst.Name) and value.value == star.name.value for value in given)


def is_given_url(tree: Tree, function: cst.FunctionDef, call: cst.Call, client: HttpClient | None) -> bool:
    """Returns whether what a request's URL begins with is a parameter of the function that sends it."""
    names = {param.name.value for param in parameters(function)} - {"self", "cls"}
    named = keyword(call, "url")
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    at = client.positions(called(tree, call)).get("url", 0) if client is not None else 0
    return any(_beginning(tree, function, url) in names for url in ([named.value] if named else plain[at : at + 1]))


def _beginning(tree: Tree, function: cst.FunctionDef, url: cst.BaseExpression) -> str:
    """Returns the variable that a URL begins with, followed through a local one, empty when it begins with text."""
    first = parts_of(tree, url)[0].value
    if not isinstance(first, cst.Name):
        return ""
    assign = assigned(tree, function, first.value)
    if assign is not None and assign.value is not url:
        return _beginning(tree, function, assign.value)
    return first.value

"""The key in what a class declares of its requests, which a framework sends: the header is declared as well."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import libcst as cst

from migrator.languages.python import clients
from migrator.languages.python.clients.common import HeaderRule
from migrator.languages.python.rewriting.credential import Token, authorization, carry
from migrator.languages.python.rewriting.names import function_of, is_local, names_in, parameters
from migrator.languages.python.rewriting.placements.headers import add_entry, merged
from migrator.languages.python.rewriting.recipes import mapping, pair, url
from migrator.languages.python.rewriting.spot import Spot, Taken
from migrator.languages.python.rewriting.tree import NotMovedError
from migrator.model.call import AuthPlace
from migrator.model.text import Span

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL, AuthPlace.HEADERS})


def take(spot: Spot) -> Taken | None:
    """Returns what was moved, None for a request that a call sends."""
    rules = {_rules().get(call.client) for call in spot.entry.calls}
    rule = rules.pop() if len(rules) == 1 else None
    if rule is None:
        return None
    keyed = _keyed(spot, rule)
    if keyed is not None or spot.entry.place is AuthPlace.HEADERS:
        return keyed
    taken = next(filter(None, (recipe.take(spot) for recipe in (mapping, pair, url))), None)
    if taken is None:
        return None
    owner = spot.tree.above(taken.token.node, cst.ClassDef)
    if owner is None or taken.others:
        raise NotMovedError("the key is not put in by the class whose requests carry it")
    _set(spot, owner, rule, taken.token)
    return Taken(token=taken.token, placed=True, shared=spot.location(owner))


@cache
def _rules() -> Mapping[str, HeaderRule]:
    """Returns the rules that the client models state, by client."""
    names = (f"{clients.__name__}.{one.name}" for one in pkgutil.iter_modules(clients.__path__))
    modules = map(importlib.import_module, names)
    return {module.CLIENT: module.HEADERS for module in modules if hasattr(module, "HEADERS")}


# -- an authenticator that is given name and value --------------------------------------------------------------------


def _keyed(spot: Spot, rule: HeaderRule) -> Taken | None:
    """Makes an authenticator send the header; returns None when the key is not given to one."""
    tree = spot.tree
    arg = tree.parent(spot.node)
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if rule.keyed is None or not isinstance(arg, cst.Arg) or not isinstance(call, cst.Call):
        return None
    if arg.keyword is None:
        start = list(call.args).index(arg)
        given = dict(zip(rule.keyed, call.args[start:], strict=False))
    else:
        given = {each.keyword.value: each for each in call.args if each.keyword is not None}
    name, value, where = (given.get(key) for key in rule.keyed)
    if name is not arg or value is None:
        return None
    if where is not None:
        if not isinstance(where.value, cst.SimpleString):
            raise NotMovedError("where the authenticator puts the key is decided elsewhere")
        spot.sheet.replace(tree.span(where.value), f"{where.value.quote}{rule.header}{where.value.quote}")
    return spot.headed(value.value, call)


# -- the method of a class that gives its headers ---------------------------------------------------------------------


def _set(spot: Spot, owner: cst.ClassDef, rule: HeaderRule, token: Token) -> None:
    """Adds the header to what the class says its headers are, in a method of its own where it says nothing."""
    tree = spot.tree
    methods = [each for each in owner.body.body if isinstance(each, cst.FunctionDef)]
    own = next((each for each in methods if each.name.value == rule.method), None)
    if own is None:
        _define(spot, rule, token)
        return
    returned = list(tree.walk(own.body, cst.Return))
    value = returned[0].value if len(returned) == 1 else None
    if value is None or function_of(tree, value) is not own:
        raise NotMovedError(f"`{rule.method}` returns headers in more than one way")
    entry = authorization(tree, carry(token, spot.sheet, value), token.quote)
    display = spot.sheet.display(value)
    if display is not None and function_of(tree, display) is own:
        add_entry(spot.sheet, display, entry)
    else:
        spot.sheet.replace(tree.outer(value), merged(spot.sheet, value, entry))


def _define(spot: Spot, rule: HeaderRule, token: Token) -> None:
    """Puts a method that gives the headers before the one that put the key in."""
    tree = spot.tree
    function = function_of(tree, token.node)
    taken = parameters(function) if function is not None else []
    if function is None or not taken:
        raise NotMovedError("the key is not put in by a method")
    receiver = taken[0].name.value
    for name in names_in(tree, token.node):
        if name.value != receiver and is_local(tree, function, name.value):
            raise NotMovedError(f"`{name.value}` is not in scope where the headers are given")
    start = tree.span(function.decorators[0] if function.decorators else function).start
    indent = tree.newline + tree.indent_of(start)
    entry = authorization(tree, carry(token, spot.sheet, token.node), token.quote)
    given, arguments = ("", "") if rule.is_property else (", *args, **kwargs", "(*args, **kwargs)")
    code = f"@property{indent}" if rule.is_property else ""
    code += f"def {rule.method}({receiver}{given}):{indent}"
    code += f"    return {{**super().{rule.method}{arguments}, {entry}}}{tree.newline}{indent}"
    spot.sheet.replace(Span(start, start), code)

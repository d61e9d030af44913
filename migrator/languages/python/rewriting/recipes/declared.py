"""The key in what a class declares of its requests, which a framework sends: the header is declared as well."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import libcst as cst

from migrator.languages.python import clients
from migrator.languages.python.clients.common import HeaderRule
from migrator.languages.python.rewriting.bindings import function_of, is_local, names_in, parameters
from migrator.languages.python.rewriting.credential import TokenExpression, authorization, expression_at
from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.languages.python.rewriting.placements.headers import add_entry, merged
from migrator.languages.python.rewriting.recipes import mapping, pair, url
from migrator.model.call import AuthPlace
from migrator.model.draft import NotMovedError
from migrator.model.text import Span

PLACES = frozenset({AuthPlace.PARAMS, AuthPlace.URL, AuthPlace.HEADERS})


def take(site: EntrySite) -> Removal | None:
    """Returns what was moved, None for a request that a call sends."""
    rules = {_rules().get(call.client) for call in site.entry.calls}
    rule = rules.pop() if len(rules) == 1 else None
    if rule is None:
        return None
    keyed = _keyed(site, rule)
    if keyed is not None or site.entry.place is AuthPlace.HEADERS:
        return keyed
    removed = next(filter(None, (recipe.take(site) for recipe in (mapping, pair, url))), None)
    if removed is None:
        return None
    owner = site.tree.above(removed.token.node, cst.ClassDef)
    if owner is None or removed.others:
        raise NotMovedError("the key is not put in by the class whose requests carry it")
    _set(site, owner, rule, removed.token)
    return Removal(token=removed.token, placed=True, shared=site.location(owner))


@cache
def _rules() -> Mapping[str, HeaderRule]:
    """Returns the rules that the client models state, by client."""
    names = (f"{clients.__name__}.{one.name}" for one in pkgutil.iter_modules(clients.__path__))
    modules = map(importlib.import_module, names)
    return {module.CLIENT: module.HEADERS for module in modules if hasattr(module, "HEADERS")}


# -- an authenticator that is given name and value --------------------------------------------------------------------


def _keyed(site: EntrySite, rule: HeaderRule) -> Removal | None:
    """Makes an authenticator send the header; returns None when the key is not given to one."""
    tree = site.tree
    arg = tree.parent(site.node)
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
        site.file.replace(tree.span(where.value), f"{where.value.quote}{rule.header}{where.value.quote}")
    return site.headed(value.value, call)


# -- the method of a class that gives its headers ---------------------------------------------------------------------


def _set(site: EntrySite, owner: cst.ClassDef, rule: HeaderRule, token: TokenExpression) -> None:
    """Adds the header to what the class says its headers are, in a method of its own where it says nothing."""
    tree = site.tree
    methods = [each for each in owner.body.body if isinstance(each, cst.FunctionDef)]
    own = next((each for each in methods if each.name.value == rule.method), None)
    if own is None:
        _define(site, rule, token)
        return
    returned = list(tree.walk(own.body, cst.Return))
    value = returned[0].value if len(returned) == 1 else None
    if value is None or function_of(tree, value) is not own:
        raise NotMovedError(f"`{rule.method}` returns headers in more than one way")
    entry = authorization(tree, expression_at(token, site.file, value), token.quote)
    display = site.file.display(value)
    if display is not None and function_of(tree, display) is own:
        add_entry(site.file, display, entry)
    else:
        site.file.replace(tree.outer(value), merged(site.file, value, entry))


def _define(site: EntrySite, rule: HeaderRule, token: TokenExpression) -> None:
    """Puts a method that gives the headers before the one that put the key in."""
    tree = site.tree
    function = function_of(tree, token.node)
    removed = parameters(function) if function is not None else []
    if function is None or not removed:
        raise NotMovedError("the key is not put in by a method")
    receiver = removed[0].name.value
    for name in names_in(tree, token.node):
        if name.value != receiver and is_local(tree, function, name.value):
            raise NotMovedError(f"`{name.value}` is not in scope where the headers are given")
    start = tree.span(function.decorators[0] if function.decorators else function).start
    indent = tree.newline + tree.indent_of(start)
    entry = authorization(tree, expression_at(token, site.file, token.node), token.quote)
    given, arguments = ("", "") if rule.is_property else (", *args, **kwargs", "(*args, **kwargs)")
    code = f"@property{indent}" if rule.is_property else ""
    code += f"def {rule.method}({receiver}{given}):{indent}"
    code += f"    return {{**super().{rule.method}{arguments}, {entry}}}{tree.newline}{indent}"
    site.file.replace(Span(start, start), code)

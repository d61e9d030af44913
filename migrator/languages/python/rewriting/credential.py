"""The expression that gives a credential: how it is written into a header, and how it is named elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import libcst as cst

from migrator.languages.python.rewriting.bindings import (
    RECEIVERS,
    argument_of,
    assigned,
    bindings,
    bound_between,
    first_statement,
    function_of,
    is_local,
    made_at,
    names_in,
    parameters,
    stored_variables,
)
from migrator.languages.python.rewriting.imports import environment_read, imported
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor
from migrator.model.draft import NotMovedError
from migrator.model.text import Location, Span
from migrator.model.value import Hole, Origin, Text

_OLD_PYTHON = re.compile(
    r"^\s*(?:from __future__ import (?!annotations\b)"
    r"|import (?:[\w., ]*[, ])?(?:six|urllib2|httplib|urlparse|StringIO)\b"
    r"|from (?:six|urllib2|httplib|urlparse|StringIO)\b)"
    r"|\b(?:urllib\.(?:urlencode|quote|quote_plus|urlopen)|raw_input|unicode|unichr|xrange)\(|\bbasestring\b"
    r"|\.(?:has_key|iter(?:items|keys|values))\(",
    re.MULTILINE,
)
_INTERPOLATED = re.compile(r"""(?<![\w"'])[rR]?[fF][rR]?["'][^"'\n]*\{""")

_DECODING, _STRIPPING = ".decode()", ".strip()"
_FORMS = {"line": _STRIPPING, "bytes": _DECODING, "bytes line": f"{_DECODING}{_STRIPPING}"}
_GIVES_BYTES = re.compile(
    r"(?:^|\.)(encode|(?:standard_|urlsafe_)?b(?:16|32|64|85)decode|a2b_\w+|unhexlify|check_output)(?:\(\))?"
    r"((?:\.[lr]?strip\(\))*)$"
    r"|\.decrypt\(\)\[Plaintext\]$"
)
_TEXTUAL = re.compile(r"\b(?:text|universal_newlines|encoding|errors)\s*=")
_QUOTES = frozenset({"quote", "quote_plus", "urlquote"})
_NEEDS_PARENTHESES = (cst.Lambda, cst.IfExp, cst.BooleanOperation, cst.NamedExpr, cst.Yield, cst.Comparison)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExpression:
    """The expression that a token is read with, in its file.

    ``environment`` is the variable that it is read from instead, because the credential itself stands in the source.
    ``quote`` is the kind of quote that is used around it. ``code`` is written instead, where ``node`` is only what it
    reads. ``suffix`` is what makes of the value what a header takes, such as ``.strip()``.
    """

    tree: Tree
    node: cst.CSTNode
    environment: str = ""
    quote: str = '"'
    code: str = ""
    suffix: str = ""


def authorization(tree: Tree, code: str, quote: str) -> str:
    """Returns the dictionary entry that sends *code* as a Bearer token."""
    return f"{quote}Authorization{quote}: {bearer(tree, code, quote)}"


def is_old_python(tree: Tree) -> bool:
    """Returns whether a file seems to run under Python 2 too, which knows neither f-strings nor ``{**mapping}``."""
    return tree.is_legacy or _looks_old(tree.text)


@lru_cache(maxsize=16)
def _looks_old(text: str) -> bool:
    return _OLD_PYTHON.search(text) is not None and _INTERPOLATED.search(text) is None


def bearer(tree: Tree, code: str, quote: str) -> str:
    """Returns the source text of an ``Authorization`` value that sends *code* as a Bearer token.

    The expression keeps its quotes; the text around it takes the other kind where it has to.
    """
    node = cst.parse_expression(code)
    quotes = [mark for mark in (quote, *"\"'") if mark not in code]
    plain = not any(mark in code for mark in ("\\", "\n", "#", "!", ":", "await "))
    if quotes and plain and not is_old_python(tree):
        return f"f{quotes[0]}Bearer {{{' ' * code.startswith('{')}{code}}}{quotes[0]}"
    grouped = isinstance(node, (*_NEEDS_PARENTHESES, cst.BinaryOperation)) or "\n" in code
    return f"{quote}Bearer %s{quote} % " + (f"({code})" if grouped else code)  # (a sum does not take None)


def quote_at(tree: Tree, node: cst.CSTNode) -> str:
    """Returns the kind of quote that a string is written with; that of the whole file for what is no string."""
    for each in (node, *tree.ancestors(node)):
        if isinstance(each, cst.SimpleString):
            return each.quote[0]
        if isinstance(each, cst.FormattedString):
            return each.start[-1]
    return "'" if tree.text.count("'") > tree.text.count('"') else '"'


def expression_at(token: TokenExpression, file: FileEditor, place: cst.CSTNode) -> str:
    """Returns how the token's expression is written at *place*, which may be in another function or file.

    Imports that this needs are added to *file*. Raises `NotMovedError` when the expression cannot be had there.
    """
    if token.environment:
        return environment_read(file, token.environment, token.quote)
    token = _unquoted(token)
    code = _carried(token, file, place)
    if not token.suffix:
        return code
    grouped = isinstance(cst.parse_expression(code), (*_NEEDS_PARENTHESES, cst.BinaryOperation))
    return (f"({code})" if grouped else code) + token.suffix


def _carried(token: TokenExpression, file: FileEditor, place: cst.CSTNode) -> str:
    here, there = function_of(token.tree, token.node), function_of(file.tree, place)
    if token.code:
        if token.tree is not file.tree or here is not there:
            raise NotMovedError("the key is out of reach where the request is sent")
        _unchanged_between(file.tree, here, token, place)
        return token.code
    code = token.tree.code(token.node)
    if token.tree is file.tree and here is there:
        _unchanged_between(file.tree, here, token, place)
        return code
    names = names_in(token.tree, token.node)
    own = [name for name in names if is_local(token.tree, here, name.value)]
    known: dict[str, str] = {}
    if own:
        known = _arguments(token, here, own, file, place)
    for name in names:
        if name.value in known:
            continue
        home = function_of(token.tree, here) if here is not None else None
        while home is not None and not is_local(token.tree, home, name.value):
            home = function_of(token.tree, home)
        if home is not None and (token.tree is not file.tree or there is None or not _within(file.tree, there, home)):
            raise NotMovedError(f"`{name.value}` is not in scope where the request is sent")
        known[name.value] = name.value if home is not None else _globally(token, name.value, file, place, there)
    return _substitute(token, names, known)


def _unquoted(token: TokenExpression) -> TokenExpression:
    """Returns the token as it was before it was percent-encoded for a URL: nothing decodes a header."""
    match token.node:
        case cst.Call(func=func, args=[first, *_]) if token.tree.code(func).rpartition(".")[2] in _QUOTES:
            return _unquoted(replace(token, node=first.value))
        case cst.Call(func=cst.Attribute(value=text, attr=cst.Name("encode"))) if token.suffix.startswith(_DECODING):
            return replace(token, node=text, suffix=token.suffix.removeprefix(_DECODING))
        case _:
            return token


def respelled(values: Iterable[Text], code: Callable[[Location], str], *, apart: bool) -> tuple[str, dict[str, str]]:
    """Returns what makes of a credential what a header takes, and the names that it has then with those that it had.

    Bytes are decoded where they are *apart* from text, and the end of a line is stripped. *code* gives the text of a
    place of the program. Nothing is done to a value that is only perhaps in such a form.
    """
    holes = [[piece for piece in value.pieces if isinstance(piece, Hole)] for value in values]
    if not holes or not all(len(own) == len(value.pieces) == 1 for own, value in zip(holes, values, strict=True)):
        return "", {}
    every = [own[0] for own in holes]
    found = {_suffix(one.form, origin, code) for one in every for origin in (one.origin, *one.others)}
    if not apart:
        found = {one.removeprefix(_DECODING) for one in found}
    if len(found) > 1 and any(one.startswith(_DECODING) for one in found):
        raise NotMovedError("the key is bytes or text, depending on the way taken")
    suffix = found.pop() if len(found) == 1 else ""
    named = [origin.name for one in every if not one.form and suffix for origin in (one.origin, *one.others)]
    short = {name[: -len(".encode()")]: name for name in named if name.endswith(".encode()")}
    return suffix, {f"{name}{suffix}": name for name in named} | short


def _suffix(form: str, origin: Origin, code: Callable[[Location], str]) -> str:
    if form:
        return _FORMS.get(form, "")
    made = _GIVES_BYTES.search(origin.name)
    if made is None or (made[1] == "check_output" and _TEXTUAL.search(code(origin.location)) is not None):
        return ""
    return _DECODING if made[2] or made[1] != "check_output" else f"{_DECODING}{_STRIPPING}"


def _substitute(token: TokenExpression, names: list[cst.Name], known: Mapping[str, str]) -> str:
    start = token.tree.span(token.node).start
    code = token.tree.code(token.node)
    for name in reversed(names):
        at = token.tree.span(name)
        code = code[: at.start - start] + known[name.value] + code[at.end - start :]
    return code


def _unchanged_between(
    tree: Tree, function: cst.FunctionDef | None, token: TokenExpression, place: cst.CSTNode
) -> None:
    names = [name.value for name in names_in(tree, token.node)]
    again = bound_between(tree, function, names, tree.span(token.node).end, tree.span(place).start)
    if again:
        raise NotMovedError(f"`{again}` is bound again before the request is sent")


def _arguments(
    token: TokenExpression, helper: cst.FunctionDef | None, own: list[cst.Name], file: FileEditor, place: cst.CSTNode
) -> dict[str, str]:
    """Returns how the helper's own variables are written at a place that uses it."""
    tree = file.tree
    user = function_of(tree, place)
    assert helper is not None
    if user is not None and _encloses(token.tree, helper, user):
        return {name.value: name.value for name in own}
    if _is_method_pair(token.tree, helper, tree, user) and all(name.value == _receiver(helper) for name in own):
        return {name.value: _receiver(user) for name in own}
    stored = {name.value: _stored(token.tree, helper, name.value) for name in own}
    if all(stored.values()) and _is_method_pair(token.tree, helper, tree, user):
        return {name: f"{_receiver(user)}.{attribute}" for name, attribute in stored.items()}
    if token.tree is tree and _is_method_pair(token.tree, helper, tree, user) and helper.name.value == "__init__":
        return {name.value: _kept(file, helper, name.value, _receiver(user)) for name in own}
    uses = _uses_near(token, helper, file, place)
    known: dict[str, str] = {}
    for name in own:
        texts = {_passed(helper, use, name.value, tree) for use in uses} or {None}
        text = texts.pop() if len(texts) == 1 else None
        text = text if text is not None else _single_source(token.tree, helper, name.value)
        if text is None:
            raise NotMovedError(f"`{name.value}` is not in scope where the request is sent")
        known[name.value] = text
    return known


def _stored(tree: Tree, function: cst.FunctionDef, name: str) -> str:
    """Returns the attribute of ``self`` that a function keeps one of its variables in, empty when there is none."""
    if len(bindings(tree, function, name)) > (0 if any(p.name.value == name for p in parameters(function)) else 1):
        return ""
    return next((attribute for attribute, value in stored_variables(tree, function) if value == name), "")


def _kept(file: FileEditor, constructor: cst.FunctionDef, name: str, receiver: str) -> str:
    """Returns how methods read what a constructor is given, kept in an attribute for them if it is not yet.

    Raises `NotMovedError` when it is no plain parameter, or the object has something else of that name.
    """
    tree, own = file.tree, _receiver(constructor)
    if name == own:
        return receiver
    if stored := _stored(tree, constructor, name):
        return f"{receiver}.{stored}"
    taken = re.search(rf"\.{re.escape(name)}\b|\bdef {re.escape(name)}\b", tree.text) is not None
    given = any(param.name.value == name for param in parameters(constructor))
    first = first_statement(constructor)
    if taken or file.is_shared(name) or not given or bindings(tree, constructor, name) or first is None:
        raise NotMovedError(f"`{name}` is not in scope where the request is sent")
    start = tree.span(first).start
    end = tree.line_of(start)[0] - len(tree.newline)
    file.replace(Span(end, end), f"{tree.newline}{tree.indent_of(start)}{own}.{name} = {name}")
    return f"{receiver}.{name}"


def _encloses(tree: Tree, outer: cst.CSTNode, inner: cst.CSTNode) -> bool:
    return any(above is outer for above in tree.ancestors(inner))


def _within(tree: Tree, function: cst.FunctionDef, outer: cst.FunctionDef) -> bool:
    return function is outer or _encloses(tree, outer, function)


def _receiver(function: cst.FunctionDef | None) -> str:
    first = parameters(function)[:1] if function is not None else []
    return first[0].name.value if first else ""


def _is_method_pair(tree: Tree, one: cst.FunctionDef, other_tree: Tree, other: cst.FunctionDef | None) -> bool:
    if other is None:
        return False
    classes = [tree.above(one, cst.ClassDef), other_tree.above(other, cst.ClassDef)]
    if None in classes:
        return False
    first, second = classes
    bases = {arg.value.value for cls in classes if cls for arg in cls.bases if isinstance(arg.value, cst.Name)}
    names = {cls.name.value for cls in classes if cls}
    return first is second or bool(bases & names)


def _uses_near(
    token: TokenExpression, helper: cst.FunctionDef, file: FileEditor, place: cst.CSTNode
) -> list[cst.BaseExpression]:
    """Returns the uses of a helper, a call or a property, at a place, else in the function or file around it."""
    tree = file.tree
    seen = [(use, tree.parent(use)) for use in file.workspace.seen(made_at(token.tree, helper), tree.source.path)]
    uses: list[cst.BaseExpression] = [
        above if isinstance(above, cst.Call) and above.func is use else use for use, above in seen
    ]
    calls = [use for use in uses if not isinstance(use, cst.Name)]
    user = function_of(tree, place)
    near = [use for use in calls if use is place or _encloses(tree, place, use)]
    return near or [
        use for use in calls if (user is function_of(tree, use) if user is None else _encloses(tree, user, use))
    ]


def _passed(helper: cst.FunctionDef, use: cst.BaseExpression, name: str, tree: Tree) -> str | None:
    """Returns the source text of what a use of a helper gives one of its parameters, None when that cannot be told."""
    func = use.func if isinstance(use, cst.Call) else use
    if isinstance(func, cst.Attribute) and name == _receiver(helper) in RECEIVERS:
        return tree.code(func.value)
    arg = argument_of(helper, use, name) if isinstance(use, cst.Call) else None
    return tree.code(arg.value) if arg is not None else None


def _single_source(tree: Tree, function: cst.FunctionDef, name: str) -> str | None:
    """Returns the expression that alone gives a local variable, when it reads nothing else that is local."""
    assign = assigned(tree, function, name)
    if assign is None or any(param.name.value == name for param in parameters(function)):
        return None
    if any(is_local(tree, function, each.value) for each in names_in(tree, assign.value)):
        return None
    calls = list(tree.walk(assign.value, cst.Call, cst.Await, cst.Yield, cst.NamedExpr))
    if not all(isinstance(call, cst.Call) and _reads_environment(tree, call) for call in calls):
        return None
    return tree.code(assign.value)


def _reads_environment(tree: Tree, call: cst.Call) -> bool:
    return re.fullmatch(r"(?:os\.)?(?:getenv|environ\.get)", tree.code(call.func)) is not None


def _globally(
    token: TokenExpression, name: str, file: FileEditor, place: cst.CSTNode, there: cst.FunctionDef | None
) -> str:
    """Returns how a module-level or built-in name of the token's file is written at a place of another scope."""
    if token.tree is file.tree:
        if _class_level(token, name):
            return _through_self(token, name, file, there, place)
        if there is not None and is_local(file.tree, there, name):
            raise NotMovedError(f"`{name}` is another variable where the request is sent")
        return name
    if not bindings(token.tree, token.tree.naming(name), name):
        return name
    return imported(token.tree, name, file)


def _class_level(token: TokenExpression, name: str) -> bool:
    owner = token.tree.above(token.node, cst.ClassDef, cst.FunctionDef)
    return isinstance(owner, cst.ClassDef) and bool(bindings(token.tree, owner, name))


def _through_self(
    token: TokenExpression, name: str, file: FileEditor, there: cst.FunctionDef | None, place: cst.CSTNode
) -> str:
    owner = token.tree.above(token.node, cst.ClassDef)
    if there is None or owner is None or file.tree.above(place, cst.ClassDef) is not owner:
        raise NotMovedError(f"`{name}` is not in scope where the request is sent")
    return f"{_receiver(there)}.{name}"

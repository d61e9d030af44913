"""Second names for what other people's code calls by its name: parameters, and properties that are looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from migrator.languages.python.rewriting.bindings import first_statement, names_in, parameters
from migrator.languages.python.rewriting.credential import quote_at
from migrator.languages.python.rewriting.parameters import param_end
from migrator.languages.python.rewriting.tree import Tree
from migrator.languages.python.rewriting.workspace import FileEditor, SourceIndex, Workspace
from migrator.model.call import KeySource
from migrator.model.draft import AddedAlias, NotMovedError
from migrator.model.edit import Edit, edited
from migrator.model.text import Location, Source, Span

_PLAIN = frozenset({"staticmethod", "classmethod"})
_LOOKED_UP = frozenset({"parameter", "config", "call"})


FLAG = "--access-token"


def aliases(sources: Mapping[str, Source], keys: Sequence[KeySource], words: Sequence[str]) -> Iterator[AddedAlias]:
    """Yields an alias for each flag, parameter and property that gives one of the keys and is named for one."""
    for path in sorted({key.location.path for key in keys} & set(sources)):
        yield from _flags(sources[path], words)
    yield from _added_aliases(sources, keys, words)


def _flags(source: Source, words: Sequence[str]) -> Iterator[AddedAlias]:
    """Yields an alias for the flag that is named for a key.

    The first long name goes on to name the value in the program, as `argparse` and `click` have it.
    """
    if FLAG in source.text:
        return
    named = "|".join(map(re.escape, words))
    flag = rf"""(?P<flag>(?P<quote>["'])--[\w-]*(?:{named})[\w-]*(?P=quote))"""
    found = list(re.finditer(rf"\.(?:add_argument|option)\(\s*{flag}", source.text, re.IGNORECASE))
    if len(found) != 1:
        return
    place, quote = Span(*found[0].span("flag")), found[0]["quote"]
    edit = edited(source, Span(place.end, place.end), f", {quote}{FLAG}{quote}")
    old = source.excerpt(place)[1:-1]
    yield AddedAlias(kind="flag", old=old, new=FLAG, at=Location(source.path, place), edits=(edit,))


def _added_aliases(
    sources: Mapping[str, Source], keys: Iterable[KeySource], words: Sequence[str]
) -> Iterator[AddedAlias]:
    """Yields an alias for each parameter or property that gives a key and has one of the words in its name.

    A thing that cannot have one in a way that leaves everything else as it is, is left out.
    """
    index = SourceIndex(sources)
    named: dict[tuple[str, str], list[KeySource]] = {}
    for key in sorted(set(keys), key=lambda key: (key.location, key.name)):
        if key.location.path in sources and key.how in _LOOKED_UP:
            named.setdefault((key.location.path, key.name), []).append(key)
    for (path, name), found in named.items():
        try:
            file = Workspace(index, "").file(path)
            alias = _parameter(file, found[0], words) or _property(file, [key.location.span for key in found], words)
        except NotMovedError:
            continue
        if alias is not None:
            kind, old, edits = alias
            new = _renamed(old, words)
            yield AddedAlias(
                kind=kind, old=old, new=new, at=found[0].location, edits=edits,
                sources={name[: name.rindex(old)] + new + name[name.rindex(old) + len(old) :]: name},
            )  # fmt: skip


def _renamed(name: str, words: Sequence[str]) -> str:
    """Returns a name with the word for the key replaced by that for a token, empty when it has none."""
    found = re.search("|".join(map(re.escape, words)), name, re.IGNORECASE)
    if found is None:
        return ""
    word = found.group()
    token = "ACCESS_TOKEN" if word.isupper() else "access_token" if word.islower() else "accessToken"
    return name[: found.start()] + token + name[found.end() :]


# -- parameters -----------------------------------------------------------------------------------------------------


def _parameter(file: FileEditor, key: KeySource, words: Sequence[str]) -> tuple[str, str, tuple[Edit, ...]] | None:
    """Returns the edits after which a parameter may be given under the new name, which then decides."""
    tree, start = file.tree, key.location.span.start
    name = tree.innermost(Span(start, start + 1), cst.Name)
    param = tree.parent(name) if name is not None else None
    function = tree.above(param, cst.FunctionDef, cst.Lambda) if isinstance(param, cst.Param) else None
    if not isinstance(param, cst.Param) or not isinstance(function, cst.FunctionDef):
        return None
    old, new = param.name.value, _renamed(param.name.value, words)
    first = first_statement(function)
    if not new or first is None or not _may_have_another(tree, function, param, new):
        return None
    _extend(file, function, param, new)
    begin = tree.span(first).start
    indent = tree.text[tree.line_of(begin)[0] : begin]
    file.replace(Span(begin, begin), f"{old} = {new} or {old}{tree.newline}{indent}")
    return "parameter", old, file.edits()


def _may_have_another(tree: Tree, function: cst.FunctionDef, param: cst.Param, new: str) -> bool:
    """Returns whether a function may take another parameter in place of this one."""
    decorators = {tree.code(each.decorator) for each in function.decorators}
    taken = any(name.value == new for name in names_in(tree, function))
    known = decorators <= _PLAIN and not function.params.posonly_params
    return known and not taken and _may_be_left_out(function, param)


def _extend(file: FileEditor, function: cst.FunctionDef, param: cst.Param, new: str) -> None:
    """Adds a parameter as the last one, and gives the one that it stands for a default if it has none."""
    tree = file.tree
    annotation = f": {tree.code(param.annotation.annotation)}" if param.annotation else ""
    default = " = None" if param.annotation else "=None"
    last = [each for each in parameters(function) if each is not function.params.star_kwarg][-1]
    places = {param_end(tree, param): default if param.default is None else ""}
    end = param_end(tree, last)
    places[end] = f"{places.get(end, '')}, {new}{annotation}{default}"
    for place, text in places.items():
        file.replace(Span(place, place), text)


def _may_be_left_out(function: cst.FunctionDef, param: cst.Param) -> bool:
    """Returns whether a parameter has a default or can be given one."""
    plain = list(function.params.params)
    if param.default is not None or param in function.params.kwonly_params:
        return True
    return param in plain and all(each.default is not None for each in plain[plain.index(param) + 1 :])


# -- properties -----------------------------------------------------------------------------------------------------


def _property(
    file: FileEditor, spans: Sequence[Span], words: Sequence[str]
) -> tuple[str, str, tuple[Edit, ...]] | None:
    """Returns the edits after which each lookup asks for the new name first."""
    tree, named = file.tree, ""
    for span in spans:
        node = tree.find(span, cst.Call) or tree.find(span, cst.Subscript)
        mapping, name = _lookup(node)
        old = str(name.evaluated_value) if name is not None else ""
        new = _renamed(old, words)
        if node is None or mapping is None or name is None or not new or not _is_plain(mapping):
            return None
        code = tree.code(mapping)
        taken = re.search(rf"['\"]{re.escape(new)}['\"]", tree.text) is not None
        if taken or f"{code}.get(" not in tree.text or not _stands_alone(tree, node):
            return None
        quote = quote_at(tree, name)
        file.replace(Span(span.start, span.start), f"{code}.get({quote}{new}{quote}) or ")
        named = old
    return ("property", named, file.edits()) if named else None


def _lookup(node: cst.CSTNode | None) -> tuple[cst.BaseExpression | None, cst.SimpleString | None]:
    """Returns the mapping that is asked and the name that it is asked for."""
    match node:
        case cst.Call(func=cst.Attribute(value=mapping, attr=cst.Name("get")), args=[cst.Arg(value=name), *_]):
            return mapping, name if isinstance(name, cst.SimpleString) else None
        case cst.Subscript(value=mapping, slice=[cst.SubscriptElement(slice=cst.Index(value=name))]):
            return mapping, name if isinstance(name, cst.SimpleString) else None
        case _:
            return None, None


def _is_plain(node: cst.BaseExpression) -> bool:
    """Returns whether an expression can be evaluated twice."""
    return isinstance(node, cst.Name) or (isinstance(node, cst.Attribute) and _is_plain(node.value))


def _stands_alone(tree: Tree, node: cst.CSTNode) -> bool:
    """Returns whether a lookup is all that is assigned, returned or passed on, so that another can stand beside it."""
    above = tree.parent(node)
    return isinstance(above, (cst.Assign, cst.AnnAssign, cst.Return)) or (isinstance(above, cst.Arg) and not above.star)

"""What a file takes in from libraries that nobody knows, in whatever way its language has to load one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from migrator.evaluate.visit import expressions, nested
from migrator.findings.analysis import Analysis
from migrator.model.text import Span
from migrator.model.unit import Assign, Attr, BoolOp, Call, Expr, ExprS, From, Import, Lit, Name, New, Stmt

_PART = re.compile(r"[./]")
_DEFAULT = "default"
"""What compiled code calls a library as a whole."""
_HELPERS = ("%", "_")
"""How what waits for a library, or takes its default, begins: of the language, or of its compilers."""


@dataclass(frozen=True, slots=True)
class UnknownImport:
    """Something of a library that nobody knows: where it is taken in, its dotted name, its name in the file.

    What is used where it is loaded has no name: ``bound`` is empty then.
    """

    span: Span
    name: str
    bound: str


@dataclass(frozen=True, slots=True)
class _OfLibrary:
    """A library, or a part of it: the call that loads it, its name, and the dotted name of the part."""

    span: Span
    module: str
    name: str


def unknown_imports(study: Analysis, path: str) -> Iterator[UnknownImport]:
    """Yields what a file takes in from libraries that nobody knows."""
    language, unit = study.project.language(path), study.project.known(path)
    part = study.project.parts.get(language.name) if language is not None else None
    if language is None or unit is None or part is None:
        return
    library = language.library(study.project.pinned())
    known = library.roots | library.clients
    for module, one in _taken_in(unit.body, library.loaders):
        name = module.removeprefix("node:")
        heads = {name, *(name[: mark.start()] for mark in _PART.finditer(name))}
        if not name.startswith((".", "/")) and known.isdisjoint(heads) and part.modules.find(module, path) is None:
            yield one


def root(func: Expr) -> Expr:
    """Returns what a function is asked of in the end: a name, or what loads a library."""
    while True:
        match func:
            case Attr(value=inner) | Call(func=(Attr() | Call()) as inner) | New(func=inner):
                func = inner
            case _:
                return func


def _taken_in(body: tuple[Stmt, ...], loaders: Collection[str]) -> Iterator[tuple[str, UnknownImport]]:
    """Yields each library with what is taken of it, in functions and classes too."""
    held: dict[str, _OfLibrary] = {}
    named: set[Span] = set()
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        stack += reversed(nested(node))
        match node:
            case Import(names=names):
                for one in names:
                    held[one.bound or one.name] = _OfLibrary(node.span, one.name, one.name)
                    yield one.name, UnknownImport(node.span, one.name, one.bound or one.name)
            case From(module=module, level=0, names=names):
                for one in names:
                    held[one.bound or one.name] = _OfLibrary(node.span, module, f"{module}.{one.name}")
                    yield module, UnknownImport(node.span, f"{module}.{one.name}", one.bound or one.name)
            case Assign(targets=targets, value=value) if value is not None and (found := _loaded(value, loaders, held)):
                named.add(found.span)
                for name in (one.id for one in targets if isinstance(one, Name)):
                    held[name] = found
                    if not name.startswith("%"):
                        yield found.module, UnknownImport(node.span, found.name, name)
            case ExprS(value=value) if _module(value, loaders):
                named.add(value.span)
    for call in expressions(body):
        if call.span not in named and (module := _module(call, loaders)):
            yield module, UnknownImport(call.span, module, "")


def _module(node: Expr, loaders: Collection[str]) -> str:
    """Returns the library that a call loads, empty for any other expression."""
    match node:
        case Call(func=Name(id=name) | Attr(name=name), args=(first, *_)) if name in loaders:
            return first.value.value if isinstance(first.value, Lit) and isinstance(first.value.value, str) else ""
    return ""


def _loaded(value: Expr, loaders: Collection[str], held: Mapping[str, _OfLibrary]) -> _OfLibrary | None:
    """Returns the library, or part of one, that a value is; None for what is made of it, and for any other value."""
    if module := _module(value, loaders):
        return _OfLibrary(value.span, module, module)
    match value:
        case Attr(value=inner, name=name):
            found = _loaded(inner, loaders, held)
            return replace(found, name=f"{found.name}.{name}") if found and name != _DEFAULT else found
        case BoolOp(left=inner):
            return _loaded(inner, loaders, held)
        case Call(func=Name(id=name) | Attr(name=name), args=(first, *_)) if name.startswith(_HELPERS):
            return _loaded(first.value, loaders, held)
        case Name(id=name):
            return held.get(name)
    return None

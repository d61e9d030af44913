"""``bind``, ``call`` and ``apply``: functions that are called on an object, or with a list of arguments.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Function
"""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import member
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import (
    NONE,
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Partial,
    Table,
    Value,
    choose,
    options,
)  # fmt: skip
from migrator.languages.javascript.library.calling import first
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.model.unit import Attr, Call
from migrator.model.value import Ref, Text


def _bind(site: Site) -> Value:
    func, receiver, rest = first(site), site.arg(1) or UNDEFINED, tuple(site.args.positional[2:])
    made: list[Value] = []
    for one in options(func):
        bound: Value = Bound(one, receiver) if isinstance(one, Function) else _on_another(site, one, receiver)
        made.append(Partial(bound, rest, {}) if rest else bound)
    return choose(made)


def _call(site: Site) -> Value:
    return _called_on(site, Args(site.args.positional[2:], {}, site.args.star))


def _apply_list(site: Site) -> Value:
    found = site.arg(2)
    args = Args()
    if found is not None and found != NONE:
        args.spread(found)
    return _called_on(site, args)


def _called_on(site: Site, args: Args) -> Value:
    func, receiver = first(site), site.arg(1) or UNDEFINED
    results: list[Value] = []
    for one in options(func):
        match one:
            case Class() if isinstance(receiver, Instance):
                maker = member(one, "constructor")
                if isinstance(maker, Function):
                    site.interpreter.invoke(maker, args.shifted(receiver), site.frame, site.location)
                results.append(UNDEFINED)
            case Function():
                results.append(site.interpreter.apply(Bound(one, receiver), args, site.frame, site.node))
            case Ref() | Method() if (method := _borrowed(one, receiver)) is not None:
                results.append(site.interpreter.apply(method, args, site.frame, site.node))
            case _:
                other = _on_another(site, one, receiver)
                results.append(site.interpreter.apply(other, args, site.frame, site.node))
    return choose(results)


def _on_another(site: Site, found: Value, receiver: Value) -> Value:
    """Returns a method that was asked of one object as that of another, a known one; else what it is."""
    node = site.node
    asked = (node.func.value if isinstance(node.func, Attr) else node.args[0].value) if isinstance(node, Call) else None
    if isinstance(asked, Attr) and isinstance(found, Bound) and isinstance(receiver, (Table, Instance)):
        return Bound(found.func, receiver)
    return found


def _borrowed(found: Ref | Method, receiver: Value) -> Method | None:
    """Returns a method of lists or texts as that of another one: ``Array.prototype.slice.call(arguments)``."""
    kind, _, name = found.name.replace(".prototype.", ".").partition(".")
    if kind.lower() == "array" and isinstance(receiver, Items):
        return Method(f"array.{name}", receiver)
    return Method(f"string.{name}", receiver) if kind.lower() == "string" and isinstance(receiver, Text) else None


def borrowed(site: Site) -> Value | None:
    """Returns the result of calling a method of lists or texts by ``call`` or ``apply``; None for any other call."""
    owner, _, last = site.name.rpartition(".")
    if last not in ("call", "apply"):
        return None
    method = _borrowed(Ref(owner), first(site))
    if method is None:
        return None
    args = Args(site.args.positional[1:], {}, site.args.star)
    if last == "apply":
        args = Args()
        args.spread(site.arg(1) or NONE)
    return site.interpreter.apply(method, args, site.frame, site.node)


def _of_function(model: Model) -> Model:
    """Returns the model for a function that is the receiver of ``call`` and the like."""

    def called(site: Site) -> Value | None:
        args = site.args.shifted(site.receiver if site.receiver is not None else UNDEFINED)
        return model(site.given(args))

    return called


MODELS: Models = {
    "%bind": _bind, "%call": _call, "%apply": _apply_list, "function.bind": _of_function(_bind),
    "function.call": _of_function(_call), "function.apply": _of_function(_apply_list),
}  # fmt: skip

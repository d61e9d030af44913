"""Calls of what is neither of the project nor modelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.model.unit import Expr
from migrator.model.value import Origin, Ref, Unknown
from migrator.resolve.arguments import Args
from migrator.resolve.frame import Frame
from migrator.resolve.heap import Bound, Function, Method, Partial, Value
from migrator.resolve.request import Request, record
from migrator.resolve.texts import flat, known, text, texts

if TYPE_CHECKING:
    from migrator.resolve.machine import Machine

_LOOKUPS = frozenset({"get", "pop", "getlist", "get_value", "value"})
"""Names of methods whose result is best called by what is looked up."""


def call_unknown(m: Machine, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns an unknown result; functions given as arguments are run, and a URL given to a sender is a request."""
    at = frame.at(node.span)
    label, hint = _named(func)
    for found in args.values():
        if isinstance(found, Function | Bound | Partial):
            m.apply(found, _passed_on(found, args), frame, node)
    if not m.decorating:
        _record_if_sent(m, hint, args, frame, node)
    origin = func.origin if isinstance(func, Unknown) else None
    how = origin.how if origin and origin.how in ("environment", "setting", "config", "secret_manager") else "call"
    key = known(args.positional[0]) if args.positional and hint in _LOOKUPS else None
    if key and key.isidentifier():
        hint, shown = key, f"{label.rpartition('.')[0]}[{key}]"
    else:
        shown = f"{label}()"
    return Unknown(f"the result of {shown} is not known", hint, Origin(how, shown, at))


def _named(func: Value) -> tuple[str, str]:
    match func:
        case Ref(name=name) | Method(name=name):
            return name, name.rpartition(".")[2]
        case Unknown(hint=hint, origin=origin):
            return origin.name, hint
        case _:
            return type(func).__name__.lower(), type(func).__name__.lower()


def _passed_on(found: Value, args: Args) -> Args:
    """Returns the positional arguments that stand after a function, which most callers of functions pass on to it."""
    for place, other in enumerate(args.positional):
        if other is found:
            return Args(
                args.positional[place + 1 :],
                {},
                Unknown("the caller decides", "argument", Origin("unknown", "argument")),
            )
    return Args([], {}, Unknown("the caller decides", "argument", Origin("unknown", "argument")))


def _record_if_sent(m: Machine, hint: str, args: Args, frame: Frame, node: Expr) -> None:
    name = hint.lower()
    if name not in m.library.verbs and name not in m.library.senders:
        return
    url = next((one for one in args.values() if _own_url(m, one)), None)
    if url is None:
        return
    method = args.get(-1, "method")
    if method is None:
        method = next((one for one in args.positional if (known(one) or "").lower() in m.library.verbs), None)
    if method is None and name in m.library.verbs:
        method = text(name.upper())
    params = args.get(-1, "params")
    headers = args.get(-1, "headers")
    record(
        m,
        Request(
            client="unknown",
            method=method,
            url=url,
            params=[params] if params else [],
            headers=[headers] if headers else [],
        ),
        frame,
        node,
    )


def _own_url(m: Machine, found: Value) -> bool:
    for one in texts(found):
        whole = flat(one)
        scheme, mark, rest = whole.partition("://")
        if mark and scheme in ("http", "https") and m.vocabulary.is_own_host(rest.partition("/")[0].partition("?")[0]):
            return True
    return False

"""Calls of what is neither of the project nor modelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from migrator.evaluate import unknown_clients
from migrator.evaluate.arguments import Args
from migrator.evaluate.assumptions import unsure
from migrator.evaluate.attributes import attribute, takes_receiver
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import Site
from migrator.evaluate.counters import often
from migrator.evaluate.frame import Frame
from migrator.evaluate.logged_secrets import hand
from migrator.evaluate.memo_keys import memo_key, unless_silent
from migrator.evaluate.name_uses import is_telling
from migrator.evaluate.observations import is_error
from migrator.evaluate.request import Request, record
from migrator.evaluate.state import holding
from migrator.evaluate.store import (
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Partial,
    Slot,
    Table,
    Value,
    ancestors,
    choose,
    options,
)
from migrator.evaluate.strings import flat, known, text, texts
from migrator.evaluate.unknown_clients import constructed, is_keyed_url, is_own_url, sends_by_name, words_of
from migrator.model.call import Context
from migrator.model.text import Location
from migrator.model.unit import Attr, Call, Expr, Name, Sub
from migrator.model.value import CONFIGURED, Origin, Ref, Text, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter


def call_unknown(m: Interpreter, func: Value, args: Args, frame: Frame, node: Expr) -> Value:
    """Returns an unknown result; functions given as arguments are run, and a URL given to a sender is a request.

    A method of something unknown is the project's own, where one class alone defines a method of that name. One whose
    name is unknown is any of the object's that may lead to a request.
    """
    own = _of_the_program(m, func, args, frame, node)
    if own is not None:
        return own
    opened = _opened_for(m, func, args, frame, node)
    if opened is not None:
        return m.apply(opened, args, frame, node)
    at = frame.at(node.span)
    label, hint = _named(func)
    _decorated(m, hint, args)
    hand(m, label if _is_outside(m, func, node) else "", args, frame, node)
    for found in args.values():
        _handed_on(m, found, hint, args, frame, node)
    if not (isinstance(node, Call) and m.library.only_reads(node)):
        _may_fill(m, args.values())
    default = _default(m, args)
    if default is None and not m.now.decorating:
        _record_if_sent(m, func, hint, args, frame, node)
    if label.endswith(f".{m.semantics.roles.maker}") and args.positional and isinstance(args.positional[0], Class):
        return Instance(args.positional[0], at)
    client = constructed(m, func, args, at)
    if client is not None:
        return client
    origin = func.origin if isinstance(func, Unknown) else None
    how = origin.how if origin and origin.how in CONFIGURED else "call"
    key = (known(args.positional[0]) if args.positional else None) or ""
    secret = _secret(m, hint, args)
    if secret:
        how, shown = "secret_manager", secret
    elif key.isidentifier() and hint in m.library.looks_up:
        hint, shown = key, f"{label.rpartition('.')[0]}[{key}]"
    elif key.isidentifier() and key.isupper():  # the name of a setting
        hint, shown = key, f"{label}({key})"
    else:
        shown = f"{label}()"
        hint = _receiver(m, node) or hint
    made = Origin(how, shown, at, origin.of if origin else None)
    result = Unknown(f"the result of {shown} is unknown", hint, made)
    return result if default is None else choose((default, result))


def _may_fill(m: Interpreter, given: Iterable[Value], depth: int = 2) -> None:
    """Lets what objects, mappings and lists hold decide nothing any more: who is given them may write to them."""
    for one in (option for found in given for option in options(found)):
        inner: Iterable[Value] = ()
        match one:
            case Items():
                inner = one.items
            case Table():
                inner = [slot.value for _, slot in one.slots()]
            case Method(receiver=Items() | Table() as filled):
                one = filled
            case Instance(kind=Class()):
                pass
            case _:
                continue
        unsure(m, one)
        if depth:
            _may_fill(m, inner, depth - 1)


def _decorated(m: Interpreter, hint: str, args: Args) -> None:
    """Notes a member that is given to the objects of a framework, whatever they are called."""
    name = known(args.positional[0]) if hint in m.library.decorates and len(args.positional) > 1 else None
    if name:
        m.state.decorated[name] = args.positional[1]


def _handed_on(m: Interpreter, found: Value, hint: str, args: Args, frame: Frame, node: Expr) -> None:
    """Runs a function that is given to something unknown, and notes it where that can keep it for later."""
    at = frame.at(node.span)
    if isinstance(found, (Function, Bound, Partial)):
        passed = _given_items(_passed_on(m, hint, found, args), hint, at)
        go = partial(m.apply, found, passed, frame, node)
        _run(m, found, passed, partial(often, m, go, frame, at) if hint in m.library.repeats else go)
        by_module = m.now.root[0] == "module" and not m.is_test(m.now.root[1]) if m.now.root else False
        if isinstance(found, Function) and by_module:
            m.state.handed.setdefault((found, at), go)
    elif isinstance(found, (Ref, Method)) and _sends(m, found):
        m.apply(found, _given_items(_passed_on(m, hint, found, args), hint, at), frame, node)


def _run(m: Interpreter, found: Value, args: Args, go: Callable[[], object]) -> None:
    """Runs a function that is given to something unknown, which calls it at a time that nobody knows.

    One that said nothing each time it was given so far in this root, on a state that looks the same, says nothing.
    """
    ran = unless_silent(m, m.state.silent, memo_key(found, *args.positional), go, times=_SILENT)
    if not ran and isinstance(found, Function):
        m.results.entered.add(found)


_SILENT = 2


def _secret(m: Interpreter, method: str, args: Args) -> str:
    """Returns the name under which a secret manager is asked for a value, empty for any other call."""
    argument = m.library.secrets.get(method)
    if argument is None:
        return ""
    slots = [args.keywords.get(argument), *(one.cells.get(argument) for one in args.values() if isinstance(one, Table))]
    given = [*args.positional[:1], *(slot.value for slot in slots if isinstance(slot, Slot))]
    return next((name for one in given if (name := known(one))), "")


def _default(m: Interpreter, args: Args) -> Value | None:
    """Returns the address that a call gives beside the name of a setting, as what it is without that; None for others.

    An address without a path is none that a request is sent to.
    """
    for name, found in pairwise(args.positional) if len(args.positional) > 1 else ():
        written = known(name) or ""
        if not _SETTING.fullmatch(written) or written.lower() in m.library.verbs or not is_own_url(m, found):
            continue
        if all("/" not in flat(one).partition("://")[2].rstrip("/") for one in texts(found)):
            return found
    return None


_SETTING = re.compile(r"[A-Za-z_][\w.-]*")


def _opened_for(m: Interpreter, func: Value, args: Args, frame: Frame, node: Expr) -> Value | None:
    """Returns the method of a mapping that puts a credential into something unknown, which then is one; else None."""
    if not isinstance(func, Unknown) or not isinstance(node, Call) or not isinstance(node.func, Attr):
        return None
    if node.func.name not in m.library.fills or not _names_credential(m, args):
        return None
    opened = m.open(node.func.value, frame)
    return None if isinstance(opened, Unknown) else attribute(m, opened, node.func.name, frame, frame.at(node.span))


def _names_credential(m: Interpreter, args: Args) -> bool:
    """Returns whether one of the keys that a call is given is the name of a credential."""
    given = [option for one in args.positional for option in options(one)]
    keys = {key for table in given if isinstance(table, Table) for key, _ in table.slots()}
    keys |= {known(one) for one in args.positional[:1]} | set(args.keywords)
    return not keys.isdisjoint(m.vocabulary.key_parameters | m.vocabulary.token_parameters)


def _of_the_program(m: Interpreter, func: Value, args: Args, frame: Frame, node: Expr) -> Value | None:
    """Returns what the method gives that a call of something unknown must mean, None where it may mean many or none.

    A call that leads to no request now may on the objects that the program makes: it is kept until these are known.
    """
    own = _only_method(m, func, node) or _any_method(m, func, node, frame)
    before, found = m.results.reached, None
    if own is not None:
        with holding(m.now, guesses=m.now.guesses + 1):
            found = m.apply(own, args, frame, node)
    name = _asked(m, func, node) if m.results.reached == before and args.values() else None
    if name and name not in m.library.looks_up and m.now.recording and m.now.context is Context.PROGRAM:
        m.results.made(name, args, frame, node)
    return found


def _only_method(m: Interpreter, func: Value, node: Expr) -> Bound | None:
    """Returns the method that a call of something unknown must mean, if it can lead to a request."""
    name = _asked(m, func, node) or ""
    owners = m.state.methods[name] if is_telling(name) else ()
    if len(owners) != 1:
        return None
    [owner] = owners
    method = owner.cells.get(name)
    if not isinstance(method, Function) or method.kind or not m.state.leads(method.node):
        return None
    return Bound(method, m.object_of(owner))


def _asked(m: Interpreter, func: Value, node: Expr) -> str | None:
    """Returns the name of the method that is called of something unknown, if a class of the program has one of it."""
    name = node.func.name if isinstance(node, Call) and isinstance(node.func, Attr) else None
    return name if isinstance(func, Unknown) and name in m.state.methods and name not in m.library.sends else None


def _any_method(m: Interpreter, func: Value, node: Expr, frame: Frame) -> Value | None:
    """Returns the methods that a call of an object's can mean by a name that nobody knows: ``it[name]()``."""
    if not isinstance(func, Unknown) or not isinstance(node, Call) or not isinstance(node.func, Sub):
        return None
    if not isinstance(node.func.value, (Name, Attr)):
        return None
    owners = [one for one in options(m.eval(node.func.value, frame)) if isinstance(one, Instance)]
    every = [Bound(one, owner) for owner in owners for one in _methods(m, owner) if id(one.node) not in frame.chain]
    return choose(every) if 0 < len(every) <= _MOST_METHODS else None


_MOST_METHODS = 12


def _methods(m: Interpreter, owner: Instance) -> Iterator[Function]:
    """Yields the methods of an object of the project that may lead to a request."""
    classes = [one for one in ancestors(owner.kind) if isinstance(one, Class)] if isinstance(owner.kind, Class) else []
    named = {name: one for cls in reversed(classes) for name, one in cls.cells.items()}
    named.pop(m.semantics.roles.constructor, None)
    for one in named.values():
        if isinstance(one, Function) and takes_receiver(one) and one.kind != "property" and m.state.leads(one.node):
            yield one


def _receiver(m: Interpreter, node: Expr) -> str:
    """Returns the name of what a call spells otherwise, empty for any other call."""
    match node:
        case Call(func=Attr(value=Name(id=name) | Attr(name=name), name=method)) if method in m.library.respells:
            return name
        case _:
            return ""


def _named(func: Value) -> tuple[str, str]:
    match func:
        case Ref(name=name) | Method(name=name):
            return name, name.rpartition(".")[2]
        case Unknown(hint=hint, origin=origin):
            return origin.name, hint
        case _:
            return type(func).__name__.lower(), type(func).__name__.lower()


def _sends(m: Interpreter, found: Ref | Method) -> bool:
    """Returns whether a function of a library is one of a client that sends requests."""
    root, _, _ = found.name.partition(".")
    return found.name.rpartition(".")[2] in m.library.sends and root in m.library.clients


def _passed_on(m: Interpreter, caller: str, found: Value, args: Args) -> Args:
    """Returns the arguments that stand after a function, which most callers of functions pass on to it."""
    if caller in m.library.spread:
        return _spread(args, found, *m.library.spread[caller])
    decides = Unknown("the caller decides", "argument", Origin("unknown", "argument"))
    for place, other in enumerate(args.positional):
        if other is found and isinstance(found, (Ref, Method)):
            return Args(args.positional[place + 1 :], dict(args.keywords))
        if other is found:
            behind = args.positional[place + 1 :]
            calls = not _CALLERS.isdisjoint(words_of(caller))
            return Args(behind if calls else [_perhaps(one, decides) for one in behind], {}, decides)
    return Args([], {}, decides)


_CALLERS = frozenset(
    {
        "after", "apply", "async", "call", "calls", "defer", "delay", "dispatch", "do", "each", "enqueue", "every",
        "exec", "execute", "executor", "greenlet", "invoke", "job", "later", "map", "perform", "retry", "run",
        "schedule", "soon", "spawn", "start", "submit", "task", "thread", "timer", "with",
    }
)  # fmt: skip
"""Words in the names of functions that call what they are given with what stands behind it."""


def _perhaps(found: Value, decides: Unknown) -> Value:
    """Returns what a function may be given by a caller of which nothing says so: a text, or what nobody knows."""
    return choose((found, decides)) if isinstance(found, Text) else found


def _spread(args: Args, found: Value, items: str, entries: str) -> Args:
    """Returns the items of the argument that stands after a function, and the entries of the one after that."""
    behind = next(place + 1 for place, one in enumerate([*args.positional, found]) if one is found)
    given, named = args.get(behind, items), args.get(behind + 1, entries)
    made = Args()
    if given is not None:
        made.spread(given)
    if named is not None:
        made.spread_mapping(named)
    return made


def _given_items(args: Args, name: str, at: Location) -> Args:
    """Returns what a function is given that is called for each item of its arguments."""
    if "map" not in words_of(name) or not args.positional:
        return args
    each = [
        choose([*items, *([rest] if rest else [])]) for items, rest in (iterate(one, at) for one in args.positional)
    ]
    return Args(list(each), args.keywords)


def _is_outside(m: Interpreter, func: Value, node: Expr) -> bool:
    """Returns whether a function is of code that nobody has seen: neither of the project nor of a known library."""
    if isinstance(node, Call) and m.library.tells(node):
        return False
    if isinstance(func, Unknown):  # of an object that such a function has made
        return func.origin.name.partition("(")[0] in m.state.outside
    if not isinstance(func, (Ref, Method)) or func.name.partition(".")[0] in m.library.roots:
        return False
    m.state.outside.add(func.name)
    return not is_error(m, func.name)


def _reads(m: Interpreter, name: str) -> bool:
    """Returns whether a function, by its name, only reads what it is given the address of, or is a plain request."""
    words = words_of(name)
    return not m.library.reads.isdisjoint(words[:1]) or (name[:1].isupper() and words[-1:] == ("request",))


def _described(m: Interpreter, func: Value, hint: str, args: Args, frame: Frame, node: Expr) -> Request | None:
    """Returns the request that an object describes which something unknown is given, perhaps inside of another one.

    It has an address of HubSpot, and with that the method, the headers or the body.
    """
    if not isinstance(func, (Unknown, Ref)) or (isinstance(node, Call) and m.library.tells(node)):
        return None
    outer = [one for found in args.values() for one in options(found) if isinstance(one, Table)]
    inner = [one for table in outer for _, slot in table.slots() for one in options(slot.value)]
    for one in [*outer, *(found for found in inner if isinstance(found, Table))]:
        entries = {str(name): slot.value for name, slot in one.slots()}
        told = not entries.keys().isdisjoint({"headers", *m.library.bodies})
        told = told or any((known(found) or "").lower() in m.library.verbs for found in entries.values())
        if told and any(is_own_url(m, found) for found in entries.values()):
            request = m.library.unknown_call(Site(m, hint, Args([one]), frame, node, None), None)
            if request is not None:
                return request
    return None


def _record_if_sent(m: Interpreter, func: Value, hint: str, args: Args, frame: Frame, node: Expr) -> None:
    sends = sends_by_name(m.library, hint)
    described = None if sends else _described(m, func, hint, args, frame, node)
    if described is not None:
        record(m, described, frame, node)
        return
    if not sends and not _is_outside(m, func, node):
        return
    words = words_of(hint)
    verbs = {*words[:1], *words[-1:]} & m.library.verbs
    method = args.get(-1, "method")
    if method is None:
        method = next((one for one in args.positional if (known(one) or "").lower() in m.library.verbs), None)
    if method is None and len(verbs) == 1:
        method = text(verbs.pop().upper())
    if method is None and not verbs and _reads(m, hint) and m.library.bodies.isdisjoint(args.keywords):
        method = text("GET")
    receiver = func.receiver if isinstance(func, Method) else None
    rest = Args([one for one in args.positional if one is not method], args.keywords)
    request = unknown_clients.request(receiver, rest, method) if sends else None
    if request is None:
        request = m.library.unknown_call(Site(m, hint, args, frame, node, receiver), method) if sends else None
    if request is None:
        urls = (one for one in args.values() if (sends and is_own_url(m, one)) or is_keyed_url(m, one))
        url = next(urls, None)
        request = Request(client="unknown", method=method, url=url, open=True) if url is not None else None
    if request is not None:
        request.params += [args.keywords["params"].value] if "params" in args.keywords else []
        request.headers += [args.keywords["headers"].value] if "headers" in args.keywords else []
        record(m, request, frame, node)

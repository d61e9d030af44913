"""Functions and promises, as far as a request can depend on them.

https://developer.mozilla.org/docs/Web/JavaScript/Reference
"""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import set_item
from migrator.evaluate.attributes import class_of
from migrator.evaluate.conditions import truth
from migrator.evaluate.contents import iterate, other_key
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import (
    REST,
    Bound,
    Class,
    Function,
    Instance,
    Items,
    Joined,
    Located,
    Method,
    Partial,
    Slot,
    Super,
    Table,
    Value,
    ancestors,
    choose,
    options,
)  # fmt: skip
from migrator.evaluate.strings import known, text
from migrator.languages.javascript.library.calling import first, run, run_often
from migrator.languages.javascript.library.comparing import is_undefined
from migrator.languages.javascript.library.iterating import in_order, iterated
from migrator.languages.javascript.library.lists import mapped, places
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.simple_models import unknown
from migrator.model.value import Const, Origin, Ref, Text, Unknown

CALLABLE = (Function, Bound, Method, Partial, Ref, Class)


# -- what the language does by itself -----------------------------------------------------------------------------


def _super(site: Site) -> Value:
    frame = site.frame
    while frame.outer is not None and not isinstance(frame.receiver, (Instance, Class)):
        frame = frame.outer
    owner, receiver = frame.owner, frame.receiver
    return Super(owner, receiver) if receiver is not None and owner is not None else site.unknown("super")


def _inherits(site: Site) -> Value:
    own, base = first(site), site.arg(1) or UNDEFINED
    for one in options(own):
        if isinstance(one, (Function, Class)):
            cls = class_of(site.interpreter, one)
            bases = [class_of(site.interpreter, b) if isinstance(b, (Function, Class)) else b for b in options(base)]
            cls.bases = tuple(b for b in bases if isinstance(b, (Class, Ref, Unknown)))
            site.interpreter.state.extended.update(b for b in cls.bases if isinstance(b, Class))
    return UNDEFINED


def _default(site: Site) -> Value:
    """Returns the default export of a module: the whole of one that has none by that name."""
    found = []
    for one in options(first(site)):
        slot = one.cells.get("default") if isinstance(one, Table) else None
        found.append(slot.value if isinstance(slot, Slot) else one)
    return choose(found)


def _rest(site: Site) -> Value:
    gone = {known(one) for one in site.args.positional[1:]}
    left: list[Value] = []
    for one in options(first(site)):
        if isinstance(one, Table):
            left.append(Table(site.location, {key: cell for key, cell in one.cells.items() if key not in gone}))
        else:
            left.append(Table(site.location, {REST: one}) if isinstance(one, Unknown) else one)
    return choose(left)


def _from(site: Site) -> Value:
    start = site.arg(1)
    place = int(start.value) if isinstance(start, Const) and isinstance(start.value, int) else 0
    items, rest = iterate(first(site), site.location)
    return Items("list", items[place:], site.location, rest)


def _typed(site: Site) -> Value:
    """Returns a parameter whose callers are not known as an object of the class that it is declared to be."""
    return _as_declared(site, first(site), site.arg(1))


def _as_declared(site: Site, found: Value, kind: Value | None, depth: int = 3) -> Value:
    if not isinstance(found, Unknown) or not depth:
        return found
    if isinstance(kind, Class):
        return site.interpreter.object_of(kind)
    if isinstance(kind, Table):  # the members of an interface
        table = Table(site.location, {REST: found})
        for name, slot in kind.slots():
            whole = Unknown(
                found.reason, str(name), Origin("attribute", f"{found.origin.name}.{name!s}", site.location)
            )
            held = _as_declared(site, whole, slot.value, depth - 1)
            if held is not whole:
                table.cells[name] = Slot(slot.key, held)
        return table if len(table.cells) > 1 else found
    made = Instance(kind.name, site.location) if isinstance(kind, Ref) else None
    return made if made is not None and site.interpreter.library.construct(str(made.kind), made, site) else found


def _keys(site: Site) -> Value:
    made: list[Value] = []
    rest: list[Value] = []
    maybe = 0
    for one in options(first(site)):
        match one:
            case Table():
                slots = [slot for _, slot in in_order(one).slots()]
                made += [slot.key for slot in slots]
                maybe += sum(slot.maybe for slot in slots)
                rest += [other_key(site.location)] if one.rest is not None else []
            case Instance():
                made += [text(key) for key in one.cells if isinstance(key, str) and not key.startswith("@")]
            case Items():
                made += [text(str(place)) for place in range(len(one.items))]
            case Const():
                pass
            case _:
                rest.append(other_key(site.location))
    items = Joined.of(made, len(made) - maybe) if maybe else made
    return Items("list", items, site.location, choose(rest) if rest else None)


def _frozen(site: Site) -> Value:
    """Returns an object that keeps what it has: what is written to it later is lost without a word."""
    found = first(site)
    if isinstance(found, Located):
        site.interpreter.heap.fix(found)
    return found


def _mirrored(site: Site) -> Value:
    """Lets an enumeration tell the name of a member by its number."""
    for one in options(first(site)):
        number = site.arg(1)
        if isinstance(one, Table) and isinstance(number, Const) and not isinstance(number.value, bool):
            set_item(site.interpreter, one, number, site.arg(2) or UNDEFINED, site.frame, site.location)
    return UNDEFINED


def _typeof(site: Site) -> Value:
    kinds = set()
    for one in options(first(site)):
        match one:
            case Text():
                kinds.add("string")
            case Const(value=None):
                kinds.add("undefined" if is_undefined(one) else "object")
            case Const(value=bool()):
                kinds.add("boolean")
            case Const():
                kinds.add("number")
            case Function() | Bound() | Class() | Method() | Partial():
                kinds.add("function")
            case Table() | Items() | Instance():
                kinds.add("object")
            case _:
                return site.unknown("type")
    return text(kinds.pop()) if len(kinds) == 1 else site.unknown("type")


def _decorated(site: Site) -> Value:
    """Returns what a function of the program makes of a class, or of the method under a name; any other changes none.

    https://www.typescriptlang.org/docs/handbook/decorators.html, https://github.com/tc39/proposal-decorators
    """
    func, cls, name = first(site), site.arg(1) or UNDEFINED, site.arg(2)
    if not isinstance(func, (Function, Bound)) or not isinstance(cls, Class):
        return cls
    if name is None:
        made = run(site, func, cls)
        return made if isinstance(made, (Class, Function)) else cls
    method = cls.cells.get(known(name))
    if isinstance(method, Function):
        told = Table(site.location, {"value": Slot(text("value"), method)})
        named = Table(site.location, {"name": Slot(text("name"), name)})
        inner = func.func if isinstance(func, Bound) else func
        older = sum(param.kind != "receiver" for param in inner.node.params) != _OF_NEW
        made = run(site, func, cls, name, told) if older else run(site, func, method, named)
        slot = (made if isinstance(made, Table) else told).cells.get("value")
        put = slot.value if older and isinstance(slot, Slot) else made
        if isinstance(put, Function):
            put.owner = method.owner  # type: ignore[misc] # a method stays one behind its decorator
            site.interpreter.heap.put(cls.cells, known(name), put)
    return cls


_OF_NEW = 2
"""How many arguments a decorator of today is given: the method and what is told of it."""


def _regex(site: Site) -> Value:
    made = Instance("RegExp", site.location)
    made.cells.update({"source": site.arg(0) or text(""), "flags": site.arg(1) or text("")})
    return made


def _boolean(site: Site) -> Value:
    verdict = truth(site.interpreter, first(site))
    return site.unknown("flag") if verdict is None else Const(verdict)


def _instance_of(site: Site) -> Value:
    verdicts = {_is_one(one, kind) for one in options(first(site)) for kind in options(site.arg(1) or UNDEFINED)}
    return Const(bool(verdicts.pop())) if len(verdicts) == 1 and None not in verdicts else site.unknown("condition")


def _is_one(found: Value, kind: Value) -> bool | None:
    if isinstance(found, (Const, Text)):  # no object
        return False
    if not isinstance(kind, Class) or not isinstance(found, Instance) or not isinstance(found.kind, Class):
        return None
    return any(one is kind for one in ancestors(found.kind)) or (None if found.symbolic else False)


def _later(waits: int) -> Model:
    """Returns what runs a function on the arguments behind it, of which the first *waits* are its waiting time."""

    def model(site: Site) -> Value:
        func = first(site)
        if isinstance(func, CALLABLE):
            run(site, func, *site.args.positional[1 + waits :])
        return site.unknown("timer")

    return model


def _each_of(site: Site) -> Value:
    """Runs a function for each item of a list: https://caolan.github.io/async/v3/docs.html#each."""
    found, func = first(site), site.args.positional[-1] if site.args.positional else UNDEFINED
    items, rest = iterate(found, site.location)
    each = site.args.positional[1] if len(site.args.positional) > 1 else func
    for one in items:
        run(site, each, one, site.unknown("callback"))
    if rest is not None:
        run_often(site, each, rest, site.unknown("callback"))
    return site.unknown("results")


def _lodash_map(site: Site) -> Value:
    found, func = first(site), site.arg(1)
    if isinstance(found, Table) and func is not None:
        made = [run(site, func, slot.value, slot.key) for _, slot in in_order(found).slots()]
        more = run_often(site, func, found.rest, other_key(site.location)) if found.rest is not None else None
        return Items("list", made, site.location, more)
    return mapped(site.given(Args(site.args.positional[1:]), first(site)))


def _symbol(site: Site) -> Value:
    """Returns what no other value is equal to, as the text under which objects keep what it names."""
    at = site.location.span.start
    return text(f"@@{known(first(site)) or 'symbol'}:{at}", Origin("call", "Symbol()", site.location))


MODELS: Models = {
    "Symbol": _symbol, "%last": lambda site: site.args.positional[-1],
    "%super": _super, "%inherits": _inherits, "%default": _default, "%rest": _rest,
    "%from": _from, "%each": iterated,
    "%typed": _typed, "%mirror": _mirrored, "%decorated": _decorated,
    "%keys": _keys, "%places": places, "%typeof": _typeof, "%regex": _regex,
    "%markup": unknown("markup"),
    "%instanceof": _instance_of, "Boolean": _boolean, "Object.keys": _keys,
    "Object.freeze": _frozen, "Object.seal": first, "Object": first, "lodash.map": _lodash_map,
    "lodash.each": _lodash_map, "lodash.forEach": _lodash_map, "lodash.template": first,
    "bluebird.map": _each_of, "bluebird.each": _each_of,
    "setTimeout": _later(1), "setInterval": _later(1), "setImmediate": _later(0), "process.nextTick": _later(0),
    "queueMicrotask": _later(0), "async.each": _each_of, "async.eachSeries": _each_of, "async.map": _each_of,
    "async.eachLimit": _each_of, "async.forEach": _each_of, "retry": _later(1),
    "p-retry": lambda site: run(site, first(site)),
}  # fmt: skip

"""What Python gives for working with functions and sequences: ``functools``, ``itertools`` and ``operator``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from itertools import product

from migrator.evaluate.arguments import Args
from migrator.evaluate.assignments import set_item
from migrator.evaluate.attributes import attribute, item
from migrator.evaluate.conditions import truth
from migrator.evaluate.contents import capped, iterate
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.operators import operate
from migrator.evaluate.store import NONE, Bound, Class, Function, Items, Partial, Table, Value, choose, options
from migrator.evaluate.strings import known
from migrator.languages.shared.containers import filtered
from migrator.model.unit import Sub
from migrator.model.value import Const, Ref


def _applied(site: Site, func: Value, *given: Value) -> Value:
    return site.interpreter.apply(func, Args(list(given)), site.frame, site.node)


def _sequence(site: Site, items: Sequence[Value], rest: Value | None = None) -> Items:
    known_items, more = capped(items, rest)
    return Items("generator", known_items, site.location, more)


def _partial(site: Site, *, method: bool = False) -> Value:
    func, rest = site.arg(0), tuple(site.args.positional[1:])
    return Partial(func, rest, site.args.named, method) if func is not None else site.unknown()


def _as_given(site: Site) -> Value | None:
    """Returns a function as what a framework makes of it, which is called as the function is."""
    found = site.arg(0, "data")
    return found if isinstance(found, (Function, Bound, Partial)) else None


def _depended(site: Site) -> Value | None:
    """Returns what a framework passes for a parameter: what a function gives or, as one that cleans up, yields."""
    func = site.arg(0, "dependency")
    if not isinstance(func, (Function, Bound, Class)):
        return None
    made = _applied(site, func)
    yields = [one for one in options(made) if isinstance(one, Items) and one.kind == "generator"]
    return choose(one.items[0] for one in yields if one.items) if yields else made


def _reduce(site: Site) -> Value:
    func, start = site.arg(0) or NONE, site.arg(2, "initial")
    items, rest = iterate(site.arg(1) or NONE, site.location)
    if not items and start is None:
        return site.unknown()
    every = items if start is None else [start, *items]
    made = reduce(lambda left, right: _applied(site, func, left, right), every)
    return made if rest is None else choose((made, _applied(site, func, made, rest)))


def _joined(site: Site, found: Sequence[Value], more: Value | None) -> Value:
    parts = [iterate(one, site.location) for one in found]
    rest = [one for _, one in parts if one is not None]
    if more is not None:
        items, other = iterate(more, site.location)
        rest += [*items, *([other] if other is not None else [])]
    return _sequence(site, [one for items, _ in parts for one in items], choose(rest) if rest else None)


def _product(site: Site) -> Value:
    columns = [iterate(one, site.location) for one in site.args.positional]
    if site.args.named or any(rest is not None for _, rest in columns):
        return _sequence(site, (), _row(site, [choose([*items, *([rest] if rest else [])]) for items, rest in columns]))
    return _sequence(site, [_row(site, row) for row in product(*(items for items, _ in columns))])


def _row(site: Site, found: Sequence[Value]) -> Items:
    return Items("tuple", found, site.location)


def _islice(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    limits = site.args.positional[1:]
    places = [one.value for one in limits if isinstance(one, Const) and isinstance(one.value, (int, type(None)))]
    if rest is not None or len(places) < len(limits):
        return _sequence(site, (), choose([*items, *([rest] if rest is not None else [])]))
    return _sequence(site, items[slice(*places)])


def _longest(site: Site) -> Value:
    columns = [iterate(one, site.location) for one in site.args.positional]
    filler = site.args.named.get("fillvalue", NONE)
    size = max((len(items) for items, _ in columns), default=0)
    rows = [[items[at] if at < len(items) else rest or filler for items, rest in columns] for at in range(size)]
    more = [rest for _, rest in columns if rest is not None]
    return _sequence(site, [_row(site, row) for row in rows], _row(site, more) if more else None)


def _again(site: Site) -> Value:
    """Returns what goes on over the same items."""
    items, rest = iterate(site.arg(0) or NONE, site.location)
    return _sequence(site, items, choose([*items, *([rest] if rest is not None else [])]))


def _repeat(site: Site) -> Value:
    return _sequence(site, [site.arg(0) or NONE], None if site.arg(1, "times") == Const(1) else site.arg(0))


def starmap(site: Site) -> Value:
    """Calls a function with the items of each of some sequences."""
    func = site.arg(0, "func") or NONE
    rows, rest = iterate(site.arg(1, "iterable") or NONE, site.location)
    done = [_applied(site, func, *iterate(row, site.location)[0]) for row in rows]
    more = _applied(site, func, *iterate(rest, site.location)[0]) if rest is not None else None
    return Items("list", done, site.location, more)


def _grouped(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    key, whole = site.arg(1, "key"), Items("list", items, site.location, rest)
    every = [*items, *([rest] if rest is not None else [])]
    keys = [one if key in (None, NONE) or key is None else _applied(site, key, one) for one in every]
    sure = None not in map(known, keys) and rest is None
    rows = [_row(site, (one, whole)) for one in dict.fromkeys(keys)] if sure else []
    return _sequence(site, rows, None if sure else _row(site, (choose(keys), whole)))


def _taken(site: Site) -> Value:
    func, (items, rest) = site.arg(0) or NONE, iterate(site.arg(1) or NONE, site.location)
    passing: list[tuple[Value, bool | None]] = []
    for one in items:
        passing.append((one, truth(site.interpreter, _applied(site, func, one))))
        if passing[-1][1] is False:
            return filtered(site, passing, None)
    return filtered(site, passing, rest)


def _selected(site: Site) -> Value:
    (items, rest), (wanted, more) = (iterate(site.arg(place) or NONE, site.location) for place in (0, 1))
    verdicts = [truth(site.interpreter, one) for one in wanted]
    passing = list(zip(items, [*verdicts, *[None] * len(items)], strict=False))
    return filtered(site, passing if more is not None else passing[: len(wanted)], rest)


def _accumulated(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    func, made = site.arg(1, "func"), list[Value]()
    for one in items:
        if not made:
            made.append(one)
        elif func in (None, NONE) or func is None:
            made.append(operate(site.interpreter, "+", made[-1], one, site.frame, site.location))
        else:
            made.append(_applied(site, func, made[-1], one))
    return _sequence(site, made, site.unknown("item") if rest is not None else None)


def _getter(name: str) -> Model:
    """Returns what makes a function of one argument that asks it for what is named here."""
    return lambda site: Partial(Ref(f"operator.{name}.__call__"), tuple(site.args.positional), site.args.named)


def _asked(site: Site, ask: Callable[[Value, Value], Value]) -> Value | None:
    *names, found = site.args.positional or [NONE]
    results = [ask(found, name) for name in names]
    return results[0] if len(results) == 1 else _row(site, results) if results else None


def _attributes(site: Site) -> Value | None:
    def ask(found: Value, name: Value) -> Value:
        written = known(name)
        if written is None:
            return site.unknown("attribute")
        for part in written.split("."):
            found = attribute(site.interpreter, found, part, site.frame, site.location)
        return found

    return _asked(site, ask)


def _item_of(site: Site, found: Value, key: Value) -> Value:
    return item(site.interpreter, found, key, site.frame, Sub(site.node.span, site.node, site.node))


def _method(site: Site) -> Value | None:
    """Calls the method that is named first on what is given last."""
    name = known(site.arg(0))
    *given, found = site.args.positional[1:] or [NONE]
    if name is None:
        return None
    func = attribute(site.interpreter, found, name, site.frame, site.location)
    return site.interpreter.apply(func, Args(given, dict(site.args.keywords)), site.frame, site.node)


def _operation(op: str) -> Model:
    def model(site: Site) -> Value | None:
        left, right = site.arg(0), site.arg(1)
        if left is None or right is None:
            return None
        return operate(site.interpreter, op, left, right, site.frame, site.location)

    return model


def _got(site: Site) -> Value | None:
    found, key = site.arg(0), site.arg(1)
    return None if found is None or key is None else _item_of(site, found, key)


def _put(site: Site) -> Value:
    owner, key, found = (site.arg(place) or NONE for place in range(3))
    if isinstance(owner, (Table, Items)):
        set_item(site.interpreter, owner, key, found, site.frame, site.location)
    return NONE


MODELS: Models = {
    **dict.fromkeys(("dlt.resource", "dlt.transformer", "dlt.source"), _as_given),
    **dict.fromkeys(("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends"), _depended),
    "functools.partial": _partial, "functools.partialmethod": partial(_partial, method=True),
    "functools.reduce": _reduce, "builtins.reduce": _reduce, "six.moves.reduce": _reduce,
    "itertools.chain": lambda site: _joined(site, site.args.positional, site.args.star),
    "itertools.chain.from_iterable": lambda site: _joined(site, *iterate(site.arg(0) or NONE, site.location)),
    "itertools.product": _product,
    "itertools.islice": _islice, "itertools.zip_longest": _longest, "itertools.izip_longest": _longest,
    "itertools.cycle": _again, "itertools.repeat": _repeat, "itertools.starmap": starmap,
    "itertools.groupby": _grouped, "itertools.takewhile": _taken, "itertools.compress": _selected,
    "itertools.accumulate": _accumulated,
    **{f"operator.{name}": _getter(name) for name in ("attrgetter", "itemgetter", "methodcaller")},
    "operator.attrgetter.__call__": _attributes,
    "operator.itemgetter.__call__": lambda site: _asked(site, lambda found, key: _item_of(site, found, key)),
    "operator.methodcaller.__call__": _method,
    **{f"operator.{name}": _operation(op) for name, op in (
        ("add", "+"), ("concat", "+"), ("iadd", "+"), ("mod", "%"), ("or_", "|"), ("mul", "*"), ("sub", "-"),
    )},
    "operator.getitem": _got, "operator.setitem": _put,
}  # fmt: skip

"""Python's built-in functions over sequences."""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.conditions import truth
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import NONE, Items, Value, choose, options
from migrator.evaluate.strings import known
from migrator.languages.python.library.sequences import ordered
from migrator.languages.shared.containers import filtered
from migrator.model.unit import Attr, Call, Name
from migrator.model.value import Const


def _zip(site: Site) -> Value:
    columns = [iterate(one, site.location) for one in site.args.positional]
    if not columns:
        return Items("list", (), site.location)
    rows = zip(*(items for items, _ in columns), strict=False)
    rest = [more for _, more in columns if more is not None]
    return Items(
        "list", [Items("tuple", row, site.location) for row in rows], site.location, choose(rest) if rest else None
    )


def _enumerate(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    start = site.arg(1, "start") or Const(0)
    first = start.value if isinstance(start, Const) and isinstance(start.value, int) else None
    indexes = [site.unknown("index") if first is None else Const(first + at) for at in range(len(items))]
    rows = [Items("tuple", (index, one), site.location) for index, one in zip(indexes, items, strict=True)]
    more = Items("tuple", (site.unknown("index"), rest), site.location) if rest is not None else None
    return Items("list", rows, site.location, more)


def _sorted(site: Site) -> Value:
    given = site.arg(0)
    items, rest = iterate(given, site.location) if given is not None else ([], None)
    return Items("list", ordered(site, items) if rest is None else items, site.location, rest)


def _reversed(site: Site) -> Value:
    items, rest = iterate(site.arg(0) or NONE, site.location)
    return Items("list", items[::-1] if rest is None else items, site.location, rest)


def _extreme(*, last: bool) -> Model:
    def model(site: Site) -> Value | None:
        given = site.args.positional
        items, rest = iterate(given[0], site.location) if len(given) == 1 else (given, None)
        if rest is not None or not items or None in map(known, items) or site.arg(-1, "key") is not None:
            return site.unknown()
        return max(items, key=lambda one: known(one) or "") if last else min(items, key=lambda one: known(one) or "")

    return model


def _range(site: Site) -> Value:
    return Items("list", (), site.location, site.unknown("index", "loop"))


def _map(site: Site) -> Value:
    func, *given = site.args.positional or [NONE]
    columns = [iterate(one, site.location) for one in given]
    if not columns:
        return site.unknown()
    several = [rest if rest is not None else choose(items) for items, rest in columns if items or rest is not None]
    rows = [list(row) for row in zip(*(items for items, _ in columns), strict=False)]
    open_ended = all(rest is not None or len(items) > len(rows) for items, rest in columns)
    done = [site.interpreter.apply(func, Args(row), site.frame, site.node) for row in rows]
    more = site.interpreter.apply(func, Args(several), site.frame, site.node) if open_ended else None
    return Items("list", done, site.location, more)


def _filter(site: Site) -> Value:
    func, (items, rest) = site.arg(0), iterate(site.arg(1) or NONE, site.location)

    def passes(one: Value) -> bool | None:
        verdict = one if func in (None, NONE) else site.interpreter.apply(func, Args([one]), site.frame, site.node)
        return truth(site.interpreter, verdict)

    passing = [(one, passes(one)) for one in items]
    return filtered(site, passing, rest if rest is not None and passes(rest) is not False else None)


def _next(site: Site) -> Value:
    given, default = site.arg(0) or NONE, site.arg(1)
    items, rest = iterate(given, site.location)
    node = site.node  # which gives no argument where a partial holds it
    kept = isinstance(node, Call) and all(isinstance(one.value, (Name, Attr)) for one in node.args[:1])
    if items and not kept and all(isinstance(one, Items) and one.least for one in options(given)):
        return items[0]  # what is kept in a variable may have given that already
    every = [*items, *(one for one in (rest, default) if one is not None)]
    return choose(every) if every else site.unknown("item")


POOLS = (
    *("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor"),
    *("multiprocessing.Pool", "multiprocessing.pool.Pool", "multiprocessing.pool.ThreadPool"),
)
"""The classes of the standard library whose objects run functions beside the program."""

MODELS: Models = {
    "builtins.sorted": _sorted, "builtins.reversed": _reversed, "builtins.max": _extreme(last=True),
    "builtins.min": _extreme(last=False), "builtins.zip": _zip, "builtins.enumerate": _enumerate,
    "builtins.range": _range, "builtins.xrange": _range, "builtins.map": _map, "builtins.filter": _filter,
    "builtins.next": _next,
    **{f"{pool}.{name}": _map for pool in POOLS for name in ("map", "imap", "imap_unordered")},
}  # fmt: skip

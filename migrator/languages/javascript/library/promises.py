"""Promises, which stand for their values here; one that is not kept is told apart.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Promise
"""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import NEVER, Models, Site
from migrator.evaluate.store import (
    NONE,
    Bound,
    Choice,
    Function,
    Instance,
    Items,
    Method,
    Slot,
    Table,
    Value,
    choose,
    options,
)
from migrator.evaluate.strings import text
from migrator.languages.javascript.library.calling import first, run
from migrator.languages.javascript.semantics import UNDEFINED
from migrator.languages.shared.simple_models import gives
from migrator.model.value import Origin, Unknown

_REJECTED = "%rejected"


def _rejected(site: Site) -> Value:
    """Returns a promise that is not kept, which is told apart from the values of those that are."""
    made = Instance(_REJECTED, site.location)
    made.cells["reason"] = first(site) if site.args.positional else UNDEFINED
    return made


def _failed(found: Value) -> Value | None:
    """Returns why a promise is not kept for sure; None for any other."""
    if isinstance(found, Instance) and found.kind == _REJECTED:
        reason: Value = found.cells["reason"]
        return reason
    return found if isinstance(found, Unknown) and found.origin.name == NEVER else None


def _then(site: Site) -> Value:
    """Returns what a function makes of the value of a promise, which is the value itself here."""
    follow, failed = site.arg(1), site.arg(2)
    found = [one for one in options(first(site)) if _failed(one) is None]
    results = [one for one in options(first(site)) if _failed(one) is not None]
    if failed is not None and failed != NONE:
        reasons = [site.unknown("error") if one is None else one for one in (_failed(each) for each in results)]
        made = run(site, failed, choose(reasons) if reasons else site.unknown("error"))
        results = [made] if reasons else []
    if found:
        kept = choose(found)
        results.append(run(site, follow, kept) if follow is not None and follow != NONE else kept)
    return choose(results)


def _catch(site: Site) -> Value:
    follow = site.arg(1)
    if follow is None:
        return first(site)
    return _then(site.given(Args([first(site), UNDEFINED, follow]), None))


def _finally(site: Site) -> Value:
    follow = site.arg(1)
    if follow is not None:
        run(site, follow)
    return first(site)


def _awaited(site: Site) -> Value:
    """Returns the value of a promise; one that is not kept ends what waits for it."""
    kept = [one for one in options(first(site)) if _failed(one) is None]
    origin = Origin("call", NEVER, site.location)
    return choose(kept) if kept else Unknown("it always raises", "error", origin)


def _promise(site: Site) -> Value:
    """Returns what the function that makes a promise resolves it with."""
    held = Instance("%promise", site.location)
    func = site.arg(0)
    if func is not None:
        run(site, func, Method("%resolve", held), Method("%reject", held))
    found = held.cells.get("value")
    return found if found is not None else site.unknown("result")


def _resolve(site: Site) -> Value:
    if isinstance(site.receiver, Instance):
        old = site.receiver.cells.get("value")
        found = first(site)
        site.interpreter.heap.put(site.receiver.cells, "value", found if old is None else choose((old, found)))
    return UNDEFINED


def _promisified(site: Site) -> Value:
    """Returns a function as one that gives a promise for what it would call its last argument with."""
    return choose(
        Method("%promisified", one) if isinstance(one, (Function, Bound)) else one for one in options(first(site))
    )


def _called_back(site: Site) -> Value:
    held = Instance("%promise", site.location)
    run(site, site.receiver or UNDEFINED, *site.args.positional, Method("%answer", held))
    found = held.cells.get("value")
    return found if found is not None else site.unknown("result")


def _answered(site: Site) -> Value:
    """Notes what a function is called with that takes an error first."""
    return _resolve(site.given(Args(site.args.positional[1:]), site.receiver))


def _all(site: Site) -> Value:
    items, rest = iterate(first(site), site.location)
    for one in items:
        if _failed(one) is not None:
            return one
    return Items("list", items, site.location, rest)


def _one_of(site: Site) -> Value:
    items, rest = iterate(first(site), site.location)
    every = [*items, *([rest] if rest is not None else [])]
    kept = [one for one in every if _failed(one) is None]
    return choose(kept or every) if every else site.unknown("result")


def _settled(site: Site) -> Value:
    """Returns what became of each promise: that it was kept, or that it was not."""

    def told(found: Value) -> Table:
        failed = _failed(found)
        is_open = failed is None and isinstance(found, (Unknown, Choice))
        status = (text("rejected"),) if failed is not None else (text("fulfilled"), text("rejected"))[: 1 + is_open]
        held: dict[str, Value] = {"status": choose(status)}
        if failed is None:
            held["value"] = found
        if failed is not None or is_open:
            held["reason"] = failed or site.unknown("error")
        return Table(site.location, {name: Slot(text(name), one) for name, one in held.items()})

    items, rest = iterate(first(site), site.location)
    return Items("list", [told(one) for one in items], site.location, told(rest) if rest is not None else None)


MODELS: Models = {
    "%then": _then,
    "%catch": _catch,
    "%finally": _finally,
    "%await": _awaited,
    "%resolve": _resolve,
    "%reject": gives(UNDEFINED),
    "Promise": _promise,
    "bluebird": _promise,
    "q.Promise": _promise,
    "Promise.all": _all,
    "Promise.allSettled": _settled,
    "bluebird.all": _all,
    "Promise.race": _one_of,
    "Promise.any": _one_of,
    "Promise.resolve": first,
    "bluebird.resolve": first,
    "Promise.reject": _rejected,
    "util.promisify": _promisified,
    "bluebird.promisify": _promisified,
    "pify": _promisified,
    "%promisified": _called_back,
    "%answer": _answered,
    "bluebird.promisifyAll": first,
}

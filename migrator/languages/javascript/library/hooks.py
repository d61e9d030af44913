"""Functions of user interfaces that run what they are given.

https://react.dev/reference/react/hooks, https://swr.vercel.app/docs/api
"""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, Bound, Function, Partial, Table, Value, options
from migrator.languages.javascript.library.calling import first, run


def _ran(site: Site) -> Value:
    for one in options(first(site)):
        if isinstance(one, (Function, Bound, Partial)):
            run(site, one)
    return site.unknown("hook")


def _fetched(site: Site) -> Value:
    """Runs the function that gets what stands under a key on that key, which it is given itself or by a function."""
    func = site.arg(1)
    for key in options(first(site)):
        if key != NONE and func is not None and not isinstance(func, Table):
            run(site, func, run(site, key) if isinstance(key, (Function, Bound)) else key)
    return site.unknown("data")


MODELS: Models = {
    "React.useEffect": _ran, "react.useEffect": _ran, "React.useMemo": _ran, "react.useMemo": _ran,
    "react.useLayoutEffect": _ran, "react.useCallback": first, "React.useCallback": first,
    "swr": _fetched, "swr.useSWR": _fetched, "swr/immutable": _fetched,
}  # fmt: skip

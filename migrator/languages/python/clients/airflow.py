"""Airflow's HttpHook: the host comes from a connection, ``data`` is the query of a GET.

https://airflow.apache.org/docs/apache-airflow-providers-http/stable/_api/airflow/providers/http/hooks/http/index.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.languages.python.clients.common import given, headers_place
from migrator.resolve.heap import NONE, Instance, Value
from migrator.resolve.request import Request, record
from migrator.resolve.site import Site
from migrator.resolve.texts import known, text

_HOOK = "airflow.providers.http.hooks.http.HttpHook"


def _hook(instance: Instance, site: Site) -> None:
    method = site.arg(0, "method")
    if method is not None:
        instance.cells["method"] = method
    elif not instance.symbolic:
        instance.cells["method"] = text("POST")


def _initialise(site: Site) -> Value:
    if isinstance(site.receiver, Instance):
        method = site.arg(0, "method")
        if method is not None:
            site.machine.heap.put(site.receiver.cells, "method", method)
    return NONE


def _run(site: Site) -> Value:
    hook = site.receiver if isinstance(site.receiver, Instance) else None
    method = hook.cells.get("method") if hook else None
    data = site.arg(1, "data")
    queried = method is not None and known(method) in ("GET", "HEAD", "DELETE")
    base = site.unknown("base_url", "config", "the connection of the hook")
    request = Request(
        client="airflow",
        method=method,
        url=site.arg(0, "endpoint") or NONE,
        base=base,
        params=given(data) if queried else [],
        headers=given(site.arg(2, "headers")),
        body=[] if queried else given(data, site.arg(-1, "json")),
        session=hook.location if hook else None,
        headers_at=headers_place(site),
    )
    record(site.machine, request, site.frame, site.node)
    return site.unknown("response")


MODELS: dict[str, Callable[[Site], Value | None]] = {f"{_HOOK}.run": _run, f"{_HOOK}.__init__": _initialise}

CONSTRUCTORS = {_HOOK: _hook}

ALIASES = {"airflow.hooks.http_hook.HttpHook": _HOOK, "airflow.providers.http.hooks.http.HttpAsyncHook": _HOOK}

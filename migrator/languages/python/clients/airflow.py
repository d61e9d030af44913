"""Airflow's HttpHook and the operators that run one: the host comes from a connection, ``data`` is the query of a GET.

https://airflow.apache.org/docs/apache-airflow-providers-http/stable/_api/airflow/providers/http/hooks/http/index.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Value
from migrator.evaluate.strings import known, text
from migrator.languages.shared.clients import given

CLIENT = "airflow"

_HOOK = "airflow.providers.http.hooks.http.HttpHook"
_OPERATOR = "airflow.providers.http.operators.http.HttpOperator"
_SENSOR = "airflow.providers.http.sensors.http.HttpSensor"


def _hook(instance: Instance, site: Site) -> None:
    method = site.arg(0, "method")
    if method is not None:
        instance.cells["method"] = method
    elif not instance.symbolic:
        instance.cells["method"] = text("POST")


def _send(site: Site, method: Value | None, data: Value | None, headers: Value | None, hook: Instance | None) -> None:
    """Records a request: its data is the query of a GET, is dropped of a HEAD, and is the body of any other."""
    verb = known(method) if method is not None else None
    request = Request(
        client=CLIENT,
        method=method,
        url=site.arg(0 if hook else -1, "endpoint") or NONE,
        base=site.unknown("base_url", "config", "the connection of the hook"),
        params=given(data) if verb == "GET" else [],
        headers=given(headers),
        body=given(data, site.arg(-1, "json")) if verb not in ("GET", "HEAD") else [],
        session=hook.location if hook else None,
    )
    record(site.interpreter, request, site.frame, site.node)


def _run(site: Site) -> Value:
    if isinstance(site.receiver, Instance):
        method = site.receiver.cells.get("method")
        _send(site, method, site.arg(1, "data"), site.arg(2, "headers"), site.receiver)
    return site.unknown("response")


def _task(data: str, method: str) -> Callable[[Instance, Site], None]:
    """Returns the model of a task, whose one request is all in its constructor."""

    def fill(_: Instance, site: Site) -> None:
        if site.arg(-1, "endpoint") is not None:
            verb = site.arg(-1, "method") or text(method)
            _send(site, verb, site.arg(-1, data), site.arg(-1, "headers"), None)

    return fill


MODELS: Models = {f"{_HOOK}.run": _run}

CONSTRUCTORS = {_HOOK: _hook, _OPERATOR: _task("data", "POST"), _SENSOR: _task("request_params", "GET")}

ALIASES = {
    "airflow.hooks.http_hook.HttpHook": _HOOK,
    "airflow.providers.http.hooks.http.HttpAsyncHook": _HOOK,
    "airflow.providers.http.operators.http.SimpleHttpOperator": _OPERATOR,
    "airflow.operators.http_operator.SimpleHttpOperator": _OPERATOR,
    "airflow.sensors.http_sensor.HttpSensor": _SENSOR,
}

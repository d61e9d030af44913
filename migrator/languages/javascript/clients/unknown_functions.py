"""What functions send that nobody knows, by the options they are given, or by what a platform hands over."""

from __future__ import annotations

from migrator.catalog.clients import HttpClient
from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.request import Request
from migrator.evaluate.store import NONE, Slot, Table, Value, options
from migrator.evaluate.strings import concat, flat, text, texts
from migrator.evaluate.unknown_clients import is_own_url
from migrator.languages.javascript.clients import platforms
from migrator.languages.javascript.clients.rows import built, changed, handed, parts, send, unknown_client
from migrator.languages.javascript.library.written import as_url
from migrator.model.unit import Attr, Name
from migrator.model.unit import Call as Calling

_TOLD = {"url": 4, "params": 1, "headers": 1, "method": 1}


def unknown_call(site: Site, method: Value | None) -> Request | None:
    """Returns what a function nobody knows sends when it is given an address of HubSpot, by itself or among options."""
    given = _handed(site)
    client, m = given or unknown_client(), site.interpreter
    url: Value | None = None
    table: Table | None = None
    for found in site.args.positional:
        for one in options(found):
            if isinstance(one, Table):
                table = one if table is None or _tells(client, one) > _tells(client, table) else table
            elif url is None and (is_own_url(m, as_url(one)) or (given is not None and given.platform)):
                url = one
    if client.platform:
        table, url = _on_platform(site, client, table or Table(site.location), url), None
    request = built(site, client, table or Table(site.location), url)
    if request.base is not None and any(m.vocabulary.is_own_host(flat(one)) for one in texts(request.base)):
        request.base = concat([text("https://"), request.base])
    addresses = [request.url, *([request.base] if request.base is not None else [])]
    everywhere = bool(platforms.befores(m, client, site.frame.unit.path))
    if not everywhere and not any(is_own_url(m, one) for one in addresses):
        return None
    request.open = request.open or given is None  # it may add a credential of its own
    if request.method is None:
        told = given is not None or (table is not None and url is None)
        request.method = text("GET") if method is None and told else method
    return request


def _tells(client: HttpClient, table: Table) -> int:
    """Returns how much a table says of a request: its address most, then what is sent beside the body."""
    return sum(weight for what, weight in _TOLD.items() if any(True for _ in parts(client, table, what)))


def _on_platform(site: Site, client: HttpClient, table: Table, url: Value | None) -> Table:
    """Returns the options of a request as the app that sends it changes them."""
    m, at = site.interpreter, site.location
    asked = Table(
        at, {"headers": Slot(text("headers"), Table(at)), "params": Slot(text("params"), Table(at)), **table.cells}
    )
    if url is not None:
        asked.cells["url"] = Slot(text("url"), url)
    found = platforms.filled(asked, at)
    asked = found if isinstance(found, Table) else asked
    for before in platforms.befores(m, client, site.frame.unit.path):
        if id(getattr(before, "node", before)) not in site.frame.chain:
            asked = changed(site, before, asked, *platforms.handed(at))
    return asked


def publish(m: Interpreter, path: str) -> None:
    """Records the requests that a module declares for the platform that its app runs on."""
    for client in handed().values():
        if not client.platform or not platforms.is_app(m, client, path):
            continue
        for table in platforms.declared(platforms.published(m.module(path)) or NONE):
            frame = m.state.frames.get(table.location.path)
            if frame is not None and any(is_own_url(m, as_url(one)) for one in parts(client, table, "url")):
                site = Site(m, "request", Args([]), frame, Name(table.location.span, "request"))
                request = built(site, client, _on_platform(site, client, table, None), None)
                request.method = request.method or text("GET")
                send(site, request)


def _handed(site: Site) -> HttpClient | None:
    """Returns the client that a function nobody knows is one of, by the name it is given to the program under."""
    func = site.node.func if isinstance(site.node, Calling) else None
    holder = func.value if isinstance(func, Attr) else func
    name = holder.name if isinstance(holder, Attr) else holder.id if isinstance(holder, Name) else ""
    client = handed().get(name)
    callee = func.name if isinstance(func, Attr) else ""
    return client if client is not None and any(row.callee == callee for row in client.calls) else None

"""HubSpot's client libraries, by the tables of the rules: what methods request, and what credentials do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from migrator.catalog.sdk import Sdk, Sender
from migrator.catalog.sdkmethods import Methods, methods
from migrator.catalog.sdkrows import sdks
from migrator.evaluate.contracts import Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Key, Method, Slot, Table, Value, options
from migrator.evaluate.strings import concat, known, text
from migrator.languages.javascript.library.written import as_string
from migrator.languages.shared.sdk import (
    HELD,
    OPEN,
    ROOT,
    SENT,
    SdkModels,
    base,
    filled_path,
    fitting_operations,
    is_any,
    sdk_auth,
)
from migrator.model.call import Auth, Carrier
from migrator.model.text import Location, Span
from migrator.model.unit import Attr, Call
from migrator.model.value import Chunk, Const, Origin, Text, Unknown

_ONLY_MAKES = frozenset({"getAuthorizationUrl"})
"""Methods that return an address and send nothing."""
_MARK = "%sdk:"
_VARIANT = "WithHttpInfo"  # the generator of the official client adds this form of every method


@cache
def libraries() -> Mapping[str, Sdk]:
    """Returns the libraries by the names of their packages."""
    return {name: sdk for sdk in sdks().values() if sdk.language == "javascript" for name in sdk.imports}


@cache
def _makers() -> Mapping[str, Sdk]:
    return {client.name: sdk for sdk in libraries().values() for client in sdk.clients}


def packages() -> frozenset[str]:
    """Returns the names of the packages."""
    return frozenset(libraries())


class JavaScriptSdks(SdkModels):
    """What the libraries for JavaScript send."""

    language, mark, between = "javascript", _MARK, "#"

    def call(self, site: Site) -> Value | None:
        """Returns the result of a call of a library, or None for any other."""
        if site.name in _makers():
            return self._made(_makers()[site.name], site, Instance(_MARK + _makers()[site.name].package, site.location))
        told = None if site.name.startswith(_MARK) else self.told(site.name, site.location)
        if told is not None:
            site = Site(site.interpreter, told.name, site.args, site.frame, site.node, told.receiver)
        if not site.name.startswith(_MARK) or not isinstance(site.receiver, Instance):
            return None
        package, _, path = site.name.removeprefix(_MARK).partition("#")
        sdk, path = sdks().get(package.removesuffix(".")), path.removesuffix(".")
        root = known(site.receiver.cells.get(ROOT)) or ""
        if sdk is not None and is_any(root):
            return self.any_called(sdk, root, site.receiver, site)
        if sdk is None or not path:
            return None
        plain = site.called(f"{path}()")
        return self._method(sdk, path, site.receiver, plain)

    def _made(self, sdk: Sdk, site: Site, instance: Instance) -> Instance:
        """Gives a client the credentials among its options."""
        held = Table(site.location)
        for one in options(site.arg(0) or NONE):
            if not isinstance(one, Table):
                continue
            for name, kind in sdk.config.items():
                slot = one.cells.get(name)
                if isinstance(slot, Slot) and slot.value != NONE:
                    held.cells[kind] = Slot(slot.key, _filled_in(slot.value, site), slot.maybe)
            slot = one.cells.get(sdk.granted)
            if isinstance(slot, Slot) and not held.cells:
                origin = Origin("call", f"what {sdk.granted} is exchanged for", site.location)
                held.cells["token"] = Slot(slot.key, Unknown("HubSpot grants it", "access_token", origin), slot.maybe)
        instance.cells.update({HELD: held, ROOT: text(""), OPEN: isinstance(site.arg(0), Unknown)})
        self.made(sdk, instance, site)
        return instance

    def construct(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in an object of a class that descends from a client; returns whether it does."""
        if base not in _makers():
            return False
        self._made(_makers()[base], site, instance)
        if isinstance(instance.kind, str):
            instance.kind = _MARK + _makers()[base].package
        return True

    def attribute(self, receiver: Instance, name: str) -> Value | None:
        """Returns a part of a client, a method of it, or None."""
        kind = str(receiver.kind)
        sdk = sdks().get(kind.removeprefix(_MARK)) if kind.startswith(_MARK) else None
        own: Value | None = receiver.cells.get(name)
        if sdk is None or own is not None or name.startswith("@"):
            return own
        root = known(receiver.cells.get(ROOT)) or ""
        path = f"{root}.{name}" if root else name
        if is_any(root):
            return self.part(sdk, receiver, path)
        table = _table(sdk)
        acting = {*(one.name for one in sdk.senders), *(one.name for one in sdk.setters)}
        if name in acting or path.removesuffix(_VARIANT) in table.rows:
            return Method(f"{kind}#{path}", receiver)
        if table.is_prefix(path):
            return self.part(sdk, receiver, path)
        slot = _held(receiver).get(sdk.config.get(name, ""))
        if slot is not None:
            return slot.value
        return Method(f"{kind}#{path}", receiver) if root and not name.startswith("_") else None

    def assign(self, receiver: Instance, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Returns False: no library takes a credential by an assignment."""
        return False

    def _method(self, sdk: Sdk, path: str, receiver: Instance, site: Site) -> Value:
        last = path.rpartition(".")[2]
        for setter in sdk.setters:
            if setter.name == last:
                return _set(site, receiver, setter.kind, setter.argument.keyword)
        senders = [one for one in sdk.during(sdk.senders, self.of(sdk, site)) if one.name == last]
        for sender in senders:
            self._sent(sdk, sender, receiver, site)
        if senders:
            return site.unknown("response")
        self._called(sdk, path.removesuffix(_VARIANT), receiver, site)
        return site.unknown("response")

    def _called(self, sdk: Sdk, path: str, receiver: Instance, site: Site) -> None:
        table, versions = _table(sdk), self.of(sdk, site)
        if path.rpartition(".")[2] in _ONLY_MAKES:
            return
        if path not in table.rows and path.rpartition(".")[0] not in table.groups:
            return  # a method of what a method gives, or of the language
        operations = fitting_operations(table.operations(path, versions), site)
        for one in operations:
            url = concat([base(site), *filled_path(one, site, _shown)])
            self.record(sdk, one.schemes, text(one.method), url, receiver, site, path)
        if not operations:
            reason = table.lacking(path, versions, sdk.name)
            self.record(sdk, frozenset({"key", "token"}), None, base(site), receiver, site, path, reason=reason)

    def _sent(self, sdk: Sdk, sender: Sender, receiver: Instance, site: Site) -> None:
        asked: dict[str, Value] = {}
        for one in options(site.arg(0) or NONE):
            if isinstance(one, Table):
                found = {what: one.cells.get(key) for what, key in sender.keys}
                asked.update({what: slot.value for what, slot in found.items() if isinstance(slot, Slot)})
        given = {what: [asked[what]] if what in asked else [] for what in ("query", "headers", "body")}
        request = Request(
            client=sdk.package, method=asked.get("method", text(sender.method)),
            url=asked.get("url", asked.get("path", site.unknown("path"))),
            base=None if "url" in asked else base(site), params=given["query"], headers=given["headers"],
            body=given["body"], session=receiver.location, operation=sender.name,
            carried=list(self._sent_with(sdk, sender, asked.get("auth"), receiver, site)),
            open=bool(receiver.cells.get(OPEN)),
        )  # fmt: skip
        record(site.interpreter, request, site.frame, site.node)

    def _sent_with(
        self, sdk: Sdk, sender: Sender, chosen: Value | None, receiver: Instance, site: Site
    ) -> Iterator[Auth]:
        """Yields what a method sends that is told by the call which credential it takes, or prefers one."""
        if not sender.prefers:
            yield from self.carried(sdk, frozenset({"key", "token"}), receiver, site)
            return
        given = _held(receiver)
        name = known(chosen)
        wanted = [sdk.config.get(name, "")] if name is not None else sender.prefers.split()
        kind = next((one for one in wanted if one in given), None)
        if kind is not None:
            yield sdk_auth(Carrier.BEARER if kind == "token" else Carrier.SDK_KEY, given[kind])

    def carried(self, sdk: Sdk, schemes: frozenset[str], receiver: Instance, site: Site) -> Iterator[Auth]:
        """Yields what a method sends: by its schemes, what the client holds, and the versions there can be."""
        given = _held(receiver)
        versions = self.of(sdk, site)
        for kind, slot in given.items():
            if not isinstance(kind, str) or (kind == "token" and "key" in given and not sdk.name.startswith("@")):
                continue  # the older client sends the key alone
            own = schemes == {"developer"}
            if kind == "developer":
                sent = {"key"} if own else set()
            else:
                rows = sdk.during(sdk.key if kind == "key" else sdk.token, versions)
                sent = {row.developer if own else row.account for row in rows}
                fits = bool(schemes & ({"key"} if kind == "key" else {"token"}))
                sent = sent - {"nothing"} if fits else set()
            for one in sorted(sent):
                yield sdk_auth(SENT[one], slot)


def _table(sdk: Sdk) -> Methods:
    return methods(sdk.package)


def _held(receiver: Instance) -> Mapping[Key, Slot]:
    """Returns the credentials that a client holds, by their kind."""
    held = receiver.cells.get(HELD)
    return dict(held.slots()) if isinstance(held, Table) else {}


def _filled_in(found: Value, site: Site) -> Value:
    """Returns a credential; one that a variable leaves empty is filled in by whoever runs the program."""
    if known(found) != "":
        return found
    name = next((name for name, value in site.frame.variables.items() if value is found), "credential")
    label = f"{site.frame.unit.module}.{name}"
    return Unknown(f"{label} is filled in elsewhere", name, Origin("setting", label, site.location))


def _set(site: Site, receiver: Instance, kind: str, keyword: str) -> Value:
    held, found = receiver.cells.get(HELD), site.arg(0)
    if isinstance(held, Table) and found is not None:
        named = Text((Chunk(keyword, _asked_by(site)),))
        site.interpreter.heap.put(held.cells, kind, Slot(named, found))
    return NONE


def _asked_by(site: Site) -> Origin | None:
    """Returns where the name of the method stands that a call asks for."""
    func = site.node.func if isinstance(site.node, Call) else None
    if not isinstance(func, Attr):
        return None
    place = Location(site.frame.unit.path, Span(func.span.end - len(func.name), func.span.end))
    return Origin("literal", func.name, place)


def _shown(found: Value) -> Value | None:
    return None if isinstance(found, Const) and found.value is None else as_string(found)

"""HubSpot client libraries, as the tables of the rules describe them: clients, API objects, methods, credentials.

https://github.com/HubSpot/hubspot-api-python and the sources that each table names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migrator.catalog.sdk import Argument, Client, Sdk, Sender
from migrator.catalog.sdkmethods import methods
from migrator.catalog.sdkrows import sdks
from migrator.evaluate.contracts import Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import NONE, Instance, Method, Slot, Table, Value
from migrator.evaluate.strings import concat, known, text
from migrator.languages.python.clients.common import member_value
from migrator.languages.python.sdks import libraries
from migrator.languages.shared.clients import given
from migrator.languages.shared.sdk import HELD, ROOT, SENT, SdkModels, base, body_of, filled_path, is_any, sdk_auth
from migrator.model.call import Auth, Carrier
from migrator.model.text import Location
from migrator.model.unit import Call
from migrator.model.value import Chunk, Const, Origin, Text

MODELS: dict[str, object] = {}
_MARK = "sdk:"
_MEANT = {"key": Carrier.SDK_KEY, "token": Carrier.BEARER}
"""What is meant to be sent where a release sends nothing."""
_VARIANT = "_with_http_info"  # the generator of the official client adds this form of every method


class PythonSdks(SdkModels):
    """What the libraries for Python send."""

    language, mark, between = "python", _MARK, ":"

    def call(self, site: Site) -> Value | None:
        """Returns the result of calling something of a library, or None when it is none."""
        if site.name.startswith(_MARK):
            return self._method(site)
        made = list(self._clients(site.name, site))
        if made:
            sdk, client = max(made, key=lambda one: self._fits(one[0], one[1], site))
            return self._made(sdk, client, site)
        for sdk in libraries(site.name):
            if site.name in sdk.credentials:
                return self._credential(sdk, site)
            inherited = self._inherited(sdk, site)
            if inherited is not None:
                return inherited
            built = self._configured(sdk, site)
            if built is not None:
                return built
        return None

    def _clients(self, name: str, site: Site) -> Iterator[tuple[Sdk, Client]]:
        """Yields each library that has a client of this name, the newest form of the client that there can be."""
        for sdk in libraries(name):
            rows = sdk.during((one for one in sdk.clients if one.name == name), self.of(sdk, site))
            if rows:
                yield sdk, rows[-1]

    def _fits(self, sdk: Sdk, client: Client, site: Site) -> tuple[bool, bool]:
        """Returns what tells libraries of one name apart: which one takes what is given, then which is asked for."""
        keywords = {argument.keyword for argument in (client.key, client.token) if argument is not None}
        return not keywords.isdisjoint(site.args.keywords), bool(self.pinned(sdk, site.frame.unit.path))

    def _made(self, sdk: Sdk, client: Client, site: Site) -> Instance:
        instance = Instance(_MARK + sdk.package, site.location)
        self.fill(client, instance, site)
        self.made(sdk, instance, site)
        return instance

    def fill(self, client: Client, instance: Instance, site: Site) -> None:
        """Gives an object of a library class its place in the method table and the credentials it was made with."""
        held = Table(site.location)
        instance.cells[HELD] = held
        instance.cells[ROOT] = text(client.root)
        for kind, argument in (("key", client.key), ("token", client.token)):
            found = site.arg(_place(argument), argument.keyword) if argument else None
            if argument is not None and found is not None and found != NONE:
                passed = site.args.keywords.get(argument.keyword)  # which a function may only have passed on
                held.cells[kind] = passed or Slot(_named(argument.keyword, _at(site, argument)), found)
        if client.credential is not None:
            credential = site.arg(_place(client.credential), client.credential.keyword)
            if isinstance(credential, Instance) and isinstance(credential.cells.get(HELD), Table):
                instance.cells[HELD] = credential.cells[HELD]

    def constructor(self, base: str, instance: Instance, site: Site) -> bool:
        """Fills in an object of a project class that descends from a client class; returns whether it does."""
        for _, client in self._clients(base, site):
            self.fill(client, instance, site)
            return True
        return False

    def _credential(self, sdk: Sdk, site: Site) -> Instance:
        instance = Instance(f"{_MARK}{sdk.package}:credential", site.location)
        held = Table(site.location)
        found = site.arg(0)
        if found is not None:
            held.cells[sdk.credentials[site.name]] = Slot(_named(site.name.rpartition(".")[2], site.location), found)
        instance.cells[HELD] = held
        return instance

    def _configured(self, sdk: Sdk, site: Site) -> Instance | None:
        """Returns a configuration, an API client or an API object of the generated classes."""
        last = site.name.rpartition(".")[2]
        if sdk.configuration and last == sdk.configuration["class"]:
            instance = Instance(f"{_MARK}{sdk.package}:configuration", site.location)
            instance.cells.update(api_key=Table(site.location))
            for argument in site.args.keywords.values():
                name = known(argument.key)
                if name is not None:
                    instance.cells[name] = argument.value
            return instance
        configured = site.arg(0, "configuration") or site.arg(0, "api_client")
        root = methods(sdk.package).root_of(site.name)
        if root is None and not (isinstance(configured, Instance) and str(configured.kind).endswith(":configuration")):
            return None
        instance = Instance(_MARK + sdk.package, site.location)
        instance.cells[ROOT] = text(root or "")
        if isinstance(configured, Instance):
            instance.cells["__configuration__"] = configured.cells.get("__configuration__", configured)
            if HELD in configured.cells:
                instance.cells[HELD] = configured.cells[HELD]
        return instance

    def constant(self, name: str) -> Value | None:
        """Returns the number or text that a library has a name for, or None."""
        found = next((sdk.constants[name] for sdk in libraries(name) if name in sdk.constants), None)
        return None if found is None else Const(int(found)) if found.isdigit() else text(found)

    def attribute(self, receiver: Instance, name: str) -> Value | None:
        """Returns an API object, a method, or None when the library has neither under that name."""
        sdk = _sdk_of(receiver)
        return self._attribute(sdk, receiver, name) if sdk is not None else None

    def inherited(self, base: str, receiver: Instance, name: str) -> Value | None:
        """Returns the same of an object of a project's class that descends from a client class."""
        sdks_of_it = (sdk for sdk in libraries(base) if any(client.name == base for client in sdk.clients))
        found = (self._attribute(sdk, receiver, name) for sdk in sdks_of_it)
        return next((one for one in found if one is not None), None)

    def _attribute(self, sdk: Sdk, receiver: Instance, name: str) -> Value | None:
        held = receiver.cells.get(HELD)
        kind = sdk.attributes.get(name)
        slot = held.cells.get(kind) if isinstance(held, Table) and kind else None
        if isinstance(slot, Slot):
            return slot.value
        if kind and isinstance(held, Table) and any(isinstance(one, Slot) for one in held.cells.values()):
            return NONE
        root = known(receiver.cells.get(ROOT, text(""))) or ""
        path = f"{root}.{name}" if root else name
        if is_any(root):
            return self.part(sdk, receiver, path)
        table = methods(sdk.package)
        senders = {one.name for one in sdk.senders} | {one.name for one in sdk.setters}
        if path in table.rows or name in senders:
            return Method(f"{_MARK}{sdk.package}:{path}", receiver)
        of_method = not table.is_prefix(root) and root.rpartition(".")[0] in table.groups
        unknown = not root or of_method or name in sdk.attributes or name.startswith("_")
        if unknown and not table.is_prefix(path):
            return None
        return self.part(sdk, receiver, path)

    def assign(self, receiver: Instance, name: str, found: Value, interpreter: Interpreter, at: Location) -> bool:
        """Stores a credential that is assigned to a client; returns whether the attribute is one."""
        sdk = _sdk_of(receiver)
        kind = sdk.attributes.get(name) if sdk else None
        held = receiver.cells.get(HELD)
        if kind is None or not isinstance(held, Table):
            return False
        if isinstance(found, Const) and found.value is None:
            interpreter.heap.drop(held.cells, kind)
        else:
            interpreter.heap.put(held.cells, kind, Slot(_named(name, at), found))
        return True

    def _method(self, site: Site) -> Value | None:
        package, _, path = site.name.removeprefix(_MARK).partition(":")
        receiver = site.receiver
        if not isinstance(receiver, Instance):
            return None
        if not path:
            package, path = package.removesuffix(".__call__"), known(receiver.cells.get(ROOT, NONE)) or ""
        sdk = sdks().get(package)
        if sdk is None or not path:
            return None
        if is_any(path):
            return self.any_called(sdk, path, receiver, site)
        if methods(sdk.package).is_prefix(path):  # the parts of a client were methods at first
            return receiver
        last = path.rpartition(".")[2]
        for setter in sdk.during(sdk.setters, self.of(sdk, site)):
            if setter.name == last:
                return self._set(setter.kind, setter.argument, receiver, site)
        for sender in sdk.during(sdk.senders, self.of(sdk, site)):
            if sender.name == last:
                return self._sent(sdk, sender, receiver, site)
        self._called(sdk, path.removesuffix(_VARIANT), receiver, site)
        return site.unknown("response")

    def _called(self, sdk: Sdk, path: str, receiver: Instance, site: Site) -> None:
        """Records the requests of a method; one that there is not in these releases is a request nobody knows."""
        table, versions = methods(sdk.package), self.of(sdk, site)
        operations = table.operations(path, versions)
        for operation in operations:
            url = concat([base(site), *filled_path(operation, site)])
            body = body_of(sdk, operation, site)
            self.record(sdk, operation.schemes, text(operation.method), url, receiver, site, path, body=body)
        if not operations and table.rows.get(path) != []:
            schemes = frozenset({"key", "token"})
            reason = _unborn(sdk, path) or table.lacking(path, versions, sdk.package)
            url = base(site)
            self.record(sdk, schemes, None, url, receiver, site, path, reason=reason)

    def _inherited(self, sdk: Sdk, site: Site) -> Value | None:
        """Returns the result of the constructor that a project's subclass of a client class has from the library."""
        base, _, last = site.name.rpartition(".")
        client = next((client for found, client in self._clients(base, site) if found is sdk), None)
        if not isinstance(site.receiver, Instance) or client is None or last != "__init__":
            return None
        self.fill(client, site.receiver, site)
        return NONE

    def _set(self, kind: str, argument: Argument, receiver: Instance, site: Site) -> Value:
        held, found = receiver.cells.get(HELD), site.arg(_place(argument), argument.keyword)
        if isinstance(held, Table) and found is not None:
            named = _named(argument.keyword, _at(site, argument))
            site.interpreter.heap.put(held.cells, kind, Slot(named, found))
        return NONE

    def _sent(self, sdk: Sdk, sender: Sender, receiver: Instance, site: Site) -> Value:
        verb = site.arg(_place(sender.verb), sender.verb.keyword) if sender.verb else None
        method: Value = verb if verb is not None else text(sender.method)
        path = site.arg(_place(sender.path), sender.path.keyword) if sender.path else None
        if sender.through and path is not None:
            path = member_value(site, receiver, sender.through, path) or path
        if sender.options is not None:
            asked_for = site.arg(_place(sender.options), sender.options.keyword)
            keys = dict(sender.keys)
            cells = asked_for.cells if isinstance(asked_for, Table) else {}
            asked = {name: cells[key].value for name, key in keys.items() if isinstance(cells.get(key), Slot)}
            method, path = asked.get("method", method), asked.get("path", path)
        schemes = frozenset({"key", "token"})
        url = path if path is not None else NONE
        params = given(site.arg(_place(sender.query), sender.query.keyword) if sender.query else None)
        self.record(sdk, schemes, method, url, receiver, site, sender.name, base=base(site), params=params)
        return site.unknown("response")

    def carried(self, sdk: Sdk, schemes: frozenset[str], receiver: Instance, site: Site) -> Iterator[Auth]:
        """Yields what a method sends: by its schemes, what the client holds, and the versions there can be."""
        every = list(_credentials(receiver, sdk))
        tokens = any(kind == "token" for kind, _ in every)
        for kind, slot in every:
            rows = sdk.during(sdk.key if kind == "key" else sdk.token, self.of(sdk, site))
            own = schemes == {"developer"}
            sent = {row.developer if own else row.account for row in rows}
            if kind == "key" and schemes & {"key", "developer"}:
                sent &= {"key"}
            elif kind == "token" and "token" in schemes:
                sent -= {"nothing"}
            else:
                sent = set()
            for one in sorted(sent):
                yield sdk_auth(SENT[one], slot)
            if not sent and not own and schemes - {"none"} and (kind == "token" or not tokens):
                yield replace(sdk_auth(_MEANT[kind], slot), dropped=True)


def _unborn(sdk: Sdk, name: str) -> str:
    """Returns since when a library has a method that sends what it is given, empty when it never does."""
    found = next((sender for sender in sdk.senders if sender.name == name), None)
    return f"{name} is only in {sdk.package} from {found.since} on, and this project asks for another" if found else ""


def _credentials(receiver: Instance, sdk: Sdk) -> Iterator[tuple[str, Slot]]:
    held = receiver.cells.get(HELD)
    if isinstance(held, Table):
        for kind, slot in held.slots():
            if isinstance(kind, str):
                yield kind, slot
    configuration = receiver.cells.get("__configuration__")
    if isinstance(configuration, Instance):
        keys = configuration.cells.get("api_key")
        for kind in ("key", "developer"):
            name = sdk.configuration[kind].rpartition(".")[2]
            entered = keys.cells.get(name) if isinstance(keys, Table) else None
            if isinstance(entered, Slot):
                yield "key", entered
        token = configuration.cells.get(sdk.configuration["token"])
        if token is not None:
            yield "token", Slot(_named(sdk.configuration["token"], configuration.location), token)


def _sdk_of(receiver: Instance) -> Sdk | None:
    kind = receiver.kind if isinstance(receiver.kind, str) else None
    if kind is None or not kind.startswith(_MARK):
        return None
    return sdks().get(kind.removeprefix(_MARK).partition(":")[0])


def _place(argument: Argument | None) -> int:
    return -1 if argument is None or argument.position is None else argument.position


def _named(name: str, at: Location) -> Text:
    return Text((Chunk(name, Origin("literal", name, at)),))


def _at(site: Site, argument: Argument) -> Location:
    """Returns where an argument of a call stands, its keyword included."""
    if isinstance(site.node, Call):
        for place, arg in enumerate(site.node.args):
            if arg.name == argument.keyword or (arg.name is None and place == argument.position):
                return site.frame.at(arg.span)
    return site.location

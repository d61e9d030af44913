"""How a request of a client library carries what the library was given, and what arguments become in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache

from migrator.catalog.clients import client_named
from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import ANY, KIND, Operation, methods
from migrator.catalog.sdkrows import sdks
from migrator.evaluate.contracts import Library, Site
from migrator.evaluate.request import Request, record, sources
from migrator.evaluate.store import Instance, Items, Method, Slot, Table, Value, options
from migrator.evaluate.strings import as_text, concat, known, one_of, text, texts
from migrator.languages.pinned import Pinned
from migrator.model.call import Auth, AuthPlace, Carrier
from migrator.model.text import Location
from migrator.model.value import Chunk, Origin, Text, Unknown

SENT = {"key": Carrier.SDK_KEY, "bearer": Carrier.BEARER, "query": Carrier.QUERY_TOKEN, "nothing": Carrier.NONE}
"""What each word of the rows says that a library sends."""
_HUBSPOT = "hubspot"
HELD, ROOT, OPEN, NAMED = "@credentials", "@root", "@open", "@named"
"""What a client holds, the part of it that an object is, whether nobody saw what it was made with, and what a part was
asked for by that has no known name."""


def sdk_auth(carrier: Carrier, slot: Slot) -> Auth:
    """Returns the credential that a slot of a client holds, under the name and at the place it was given by."""
    value = one_of(texts(slot.value))
    piece = slot.key.pieces[0] if isinstance(slot.key, Text) else None
    origin = piece.origin if isinstance(piece, Chunk) else None
    found = [source for one in options(slot.value) for source in sources(as_text(one))]
    return Auth(
        carrier=carrier, place=AuthPlace.SDK, name=known(slot.key) or "", name_at=origin.location if origin else None,
        value=value, value_at=found[0].location if len(found) == 1 else None, sources=tuple(found),
        always=not slot.maybe,
    )  # fmt: skip


class KnownMethods:
    """The methods of a language's libraries that send, by which a client is known that nobody saw being made.

    ``names`` are their last names.
    """

    def __init__(self, language: str) -> None:
        """Takes the rows of all libraries of the language."""
        self._paths: dict[str, list[tuple[Sdk, str]]] = {}
        self._parts: set[str] = set()
        for sdk in sdks().values():
            if sdk.language == language:
                table = methods(sdk.package)
                self._parts |= table.parts
                for path in (*table.rows, *(sender.name for sender in sdk.senders)):
                    self._paths.setdefault(path.rpartition(".")[2], []).append((sdk, path))
        self.names = frozenset(self._paths)

    def told(self, dotted: str, asks_for: Callable[[Sdk], Container[str]]) -> tuple[Sdk, str] | None:
        """Returns the library and the method that a dotted name of something unknown tells; None where it tells none.

        Two names before the method's own tell it in any program, one where a name of HubSpot stands before it and the
        project *asks_for* the library.
        """
        named = [one for one in self._paths.get(dotted.rpartition(".")[2], ()) if f".{dotted}".endswith(f".{one[1]}")]
        for sdk, path in named:
            holder = dotted.removesuffix(path).rstrip(".").rpartition(".")[2].lower()
            if path.count(".") > 1 or (_HUBSPOT in holder and asks_for(sdk)):
                return sdk, path
        return None

    def names_client(self, names: Set[str]) -> bool:
        """Returns whether some names are those of a part of a client, or of a method that is told in any program."""
        if not names.isdisjoint(self._parts):
            return True
        paths = (path.split(".") for last in names & self.names for _, path in self._paths[last])
        return any(len(path) > 2 and names >= set(path) for path in paths)


@cache
def known_methods(language: str) -> KnownMethods:
    """Returns the methods that the rules have for the libraries of a language."""
    return KnownMethods(language)


class SdkLibrary(Library):
    """The library of a language, as far as the rules of HubSpot's own libraries and of clients tell it."""

    language: str

    @property
    def requesting(self) -> frozenset[str]:
        """The names of methods that HubSpot's own libraries send requests by."""
        return known_methods(self.language).names

    def names_client(self, names: Set[str]) -> bool:
        """Returns whether some names are, one after another, what a client of HubSpot's own libraries is asked for."""
        return known_methods(self.language).names_client(names)

    def answer(self, client: str) -> Mapping[str, Collection[str]]:
        """Returns the members of a client's answer that tell the ``url`` it was asked with or hold its ``request``."""
        row = client_named(client)
        return row.answer if row is not None else {}


class SdkModels:
    """What HubSpot's client libraries for a language send, in the releases that a file's project can have installed.

    The objects of a library have a kind that begins with ``mark``; ``between`` stands before the path of a method.
    """

    language: str
    mark: str
    between: str

    def __init__(self, pinned: Pinned) -> None:
        """Takes what says for each file which releases its project asks for."""
        self.pinned = pinned

    def of(self, sdk: Sdk, site: Site) -> tuple[str, ...]:
        """Returns the releases that there can be where a call stands; all where the project does not say."""
        return self.pinned(sdk, site.frame.unit.path) or sdk.releases

    def told(self, dotted: str, at: Location) -> Method | None:
        """Returns the method of a client that nobody saw being made, which a dotted name tells; None for any other."""
        found = known_methods(self.language).told(dotted, lambda sdk: self.pinned(sdk, at.path))
        if found is None:
            return None
        client = Instance(self.mark + found[0].package, at)
        client.cells.update({HELD: Table(at), ROOT: text(""), OPEN: True})
        return Method(f"{client.kind}{self.between}{found[1]}", client)

    def part(self, sdk: Sdk, receiver: Instance, path: str) -> Instance:
        """Returns the part of a client that stands under an attribute path."""
        inner = Instance(self.mark + sdk.package, receiver.location)
        inner.cells.update({**receiver.cells, ROOT: text(path)})
        return inner

    def made(self, sdk: Sdk, instance: Instance, site: Site) -> None:
        """Records that a client is made with a credential, in case no request is seen that carries it."""
        held = instance.cells.get(HELD)
        if isinstance(held, Table) and held.cells:
            schemes, why = frozenset({"key", "token"}), "the client is given a credential, and no request of it is seen"
            self.record(sdk, schemes, None, base(site), instance, site, "", reason=why, idle=True)

    def any_member(self, receiver: Value, name: Value) -> Instance | None:
        """Returns what a name that is not known means of a client or of a part of one; None of anything else."""
        kind = str(receiver.kind) if isinstance(receiver, Instance) else ""
        sdk = sdks().get(kind.removeprefix(self.mark)) if kind.startswith(self.mark) else None
        if sdk is None or not isinstance(receiver, Instance):
            return None
        root = known(receiver.cells.get(ROOT, text(""))) or ""
        part = self.part(sdk, receiver, f"{root}.{ANY}".lstrip("."))
        part.cells[NAMED] = name
        return part

    def any_called(self, sdk: Sdk, path: str, receiver: Instance, site: Site) -> Value:
        """Records the request of a method in whose path a name is not known: what all that it can be have in common."""
        common = methods(sdk.package).shared(path, self.of(sdk, site))
        if common is None:
            part = path.partition(ANY)[0].rstrip(".")
            reason = f"nothing tells which method of {f'`{part}`' if part else 'the client'} this calls"
            self.record(sdk, frozenset({"key", "token"}), None, base(site), receiver, site, path, reason=reason)
        else:
            before, after = (filled_path(replace(common, path=one), site) for one in common.path.split(f"/{KIND}"))
            url = concat([base(site), *before, text("/"), receiver.cells[NAMED], *after])
            self.record(sdk, common.schemes, text(common.method), url, receiver, site, path)
        return site.unknown("response")

    def carried(self, sdk: Sdk, schemes: frozenset[str], receiver: Instance, site: Site) -> Iterator[Auth]:
        """Yields what a method sends: by its schemes, what the client holds, and the releases there can be."""
        raise NotImplementedError

    def record(
        self, sdk: Sdk, schemes: frozenset[str], method: Value | None, url: Value, receiver: Instance, site: Site,
        operation: str, *, base: Value | None = None, params: Sequence[Value] = (), body: Sequence[Value] = (),
        reason: str = "", idle: bool = False,
    ) -> None:  # fmt: skip
        """Records a request of a client."""
        carried = list(self.carried(sdk, schemes, receiver, site))
        request = Request(
            client=sdk.package, method=method, url=url, base=base, params=list(params), body=list(body),
            carried=carried, session=receiver.location, operation=operation,
            reason=reason, idle=idle, open=bool(schemes and receiver.cells.get(OPEN)),
        )  # fmt: skip
        only = self._unseen(sdk, schemes, site) if request.open and not carried else None
        if only is not None:
            request.carried.append(only)
            request.open = False
        record(site.interpreter, request, site.frame, site.node)

    def _unseen(self, sdk: Sdk, schemes: frozenset[str], site: Site) -> Auth | None:
        """Returns what a method sends whose client was made out of sight; None where it can be one or another.

        Nothing tells such clients of one library from each other, so they pass for one credential.
        """
        if schemes == {"developer"}:
            carrier = Carrier.SDK_KEY
        elif {row.account for row in sdk.during(sdk.key, self.of(sdk, site))} == {"nothing"}:
            carrier = Carrier.BEARER
        else:
            return None
        made = Origin("call", f"a client of {sdk.name} that is made elsewhere", site.location)
        unseen = Unknown("the client is made out of sight", "credential", made)
        return sdk_auth(carrier, Slot(text("credential"), unseen))


def is_any(path: str) -> bool:
    """Returns whether the path of a part or a method has a name that nobody knows in it."""
    return ANY in path.split(".")


def filled_path(
    operation: Operation, site: Site, shown: Callable[[Value], Value | None] = lambda found: found
) -> list[Value]:
    """Returns the path of an operation with the arguments of the call in it.

    *shown* gives an argument as it stands in a path, None for one that is nothing.
    """
    taken = {
        name.lower().replace("_", ""): (place, name, default) for place, (name, default) in enumerate(operation.takes)
    }
    parts: list[Value] = []
    for segment in operation.path.split("/")[1:]:
        parts.append(text("/"))
        if not (segment.startswith("{") and "}" in segment):
            parts.append(text(segment))
            continue
        name, _, tail = segment[1:].partition("}")
        place, argument, default = taken.get(name.lower().replace("_", ""), (-1, name, None))
        given = site.arg(place, argument)
        if given is None and default is not None:
            given = text(default)
        found = shown(given) if given is not None else None
        parts += [found if found is not None else site.unknown(name, "parameter", name), text(tail)]
    return parts


def fitting_operations(operations: Sequence[Operation], site: Site) -> Sequence[Operation]:
    """Returns those of several operations in whose paths no list and no mapping would stand, all if there are none."""

    def fits(operation: Operation) -> bool:
        held = {part[1:].partition("}")[0] for part in operation.path.split("/") if part.startswith("{")}
        given = (site.arg(place, name) for place, (name, _) in enumerate(operation.takes) if name in held)
        return not any(isinstance(found, (Items, Table)) for found in given)

    return [one for one in operations if fits(one)] or operations


def body_of(sdk: Sdk, operation: Operation, site: Site) -> list[Value]:
    """Returns what arguments of a call become in the body of an operation, as far as that tells what it is about."""
    slots = {
        field: Slot(text(field), found)
        for place, (name, _) in enumerate(operation.takes)
        if (field := sdk.fields.get(name)) and (found := site.arg(place, name)) is not None
    }
    return [Table(site.location, dict(slots))] if slots else []


def base(site: Site) -> Text:
    """Returns what the address of each endpoint begins with."""
    return text(f"https://{site.interpreter.vocabulary.hosts[0]}")

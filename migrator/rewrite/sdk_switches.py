"""How a client library is switched from a key to a token, in the versions that a project can have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import methods
from migrator.catalog.sdkrows import sdks
from migrator.languages.pinned import Pinned
from migrator.model.call import ApiCall
from migrator.rewrite.entries import Switch


@dataclass(frozen=True, slots=True)
class SdkSwitches:
    """Answers for a request how its library is switched; ``pinned`` says which releases its file can have.

    ``used`` are the methods of each library that the program calls with a key, each with the file that does: a client
    may be handed to any of them where there can be the same releases.
    """

    pinned: Pinned
    overlays: tuple[Path, ...] = ()
    used: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)

    def __call__(self, call: ApiCall) -> Switch | None:
        """Returns the switch of the library that sends a request, None when a library does not send it."""
        sdk = sdks(self.overlays).get(call.client)
        if sdk is None:
            return None
        pinned = self.pinned(sdk, call.location.path)
        sent = {row.account for row in sdk.during(sdk.token, pinned or sdk.releases)}
        if "bearer" not in sent:
            return Switch(keyword="")
        if pinned and sent == {"bearer"} and self._takes_token(sdk, call, pinned):
            return Switch(keyword=_keyword(sdk))
        return Switch(keyword=_keyword(sdk), reason=_reason(sdk, pinned, sent))

    def _takes_token(self, sdk: Sdk, call: ApiCall, versions: Sequence[str]) -> bool:
        """Returns whether all methods that the program calls send a token in all of these versions."""
        table = methods(sdk.package, self.overlays)
        used = self.used.get(sdk.package, ())
        names = {call.operation, *(name for name, path in used if self.pinned(sdk, path) == versions)}
        senders = {sender.name for sender in sdk.senders}
        found = [table.operations(name, versions) for name in names if name not in senders]
        return all(made and all("token" in one.schemes for one in made) for made in found)


def _keyword(sdk: Sdk) -> str:
    keywords = [client.token.keyword for client in sdk.clients if client.token is not None]
    return keywords[0] if keywords else next((n for n, kind in sdk.attributes.items() if kind == "token"), "")


def _reason(sdk: Sdk, pinned: Sequence[str], sent: set[str]) -> str | None:
    everywhere = sdk.lowest.get("bearer_everywhere", "")
    if not everywhere:
        return None
    first = sdk.releases.index(everywhere)
    if pinned and all(sdk.releases.index(one) >= first for one in pinned) and sent == {"bearer"}:
        return None
    if not pinned:
        return f"No version of {sdk.name} is pinned; below {everywhere} some requests would lose their authentication."
    return f"{sdk.name} can be older than {everywhere} here, where some requests would lose their authentication."

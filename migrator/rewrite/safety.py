"""How far a change can be trusted, decided by what it can do to the requests it touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from migrator.catalog.clients import client_named
from migrator.model.call import AUTHORIZATION, EITHER_SCHEME, ApiCall, AuthPlace, Carrier, Context
from migrator.model.draft import Draft, KeyEntry
from migrator.model.edit import Safety
from migrator.rewrite.entries import MOVABLE, KnownRequest, Requests, Switches, has_token

_OWN_SESSION = frozenset({AuthPlace.SESSION_PARAMS, AuthPlace.SESSION_HEADERS})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Verdict:
    """A safety and why it is not better; ``advice`` is what a person can do, where that is not the usual."""

    safety: Safety
    reason: str | None = None
    advice: str | None = field(default=None, compare=False)


SAFE = Verdict(safety=Safety.SAFE)


def unsafe(reason: str | None, *, advice: str | None = None) -> Verdict:
    """Returns the verdict that a change needs review."""
    return Verdict(safety=Safety.UNSAFE, reason=reason, advice=advice)


def manual(reason: str | None, *, advice: str | None = None) -> Verdict:
    """Returns the verdict that a person has to make a change."""
    return Verdict(safety=Safety.MANUAL, reason=reason, advice=advice)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Returns the verdict that decides."""
    return min(verdicts, key=lambda verdict: verdict.safety, default=SAFE)


def is_left_alone(requests: Sequence[KnownRequest]) -> bool:
    """Returns whether all requests of an entry are ones that take a developer key, or no credential, by design."""
    found = [request.credentials for request in requests]
    return bool(found) and (all(each == {"developer_key"} for each in found) or all(each == {"none"} for each in found))


def is_conditional(entry: KeyEntry) -> bool:
    """Returns whether some request that the entry reaches may also be sent with another credential, or with none."""
    return any(auth.carrier not in MOVABLE for call in entry.calls for auth in call.auth)


def judge(
    entries: Sequence[KeyEntry],
    requests: Sequence[KnownRequest],
    every: Requests,
    switches: Switches,
    draft: Draft,
) -> Verdict:
    """Returns how far moving the credential of these entries can be trusted, by the requests they enter.

    *every* is all requests of the program, those of the entries among them, and *draft* how they are moved. What tests
    make of the same code does not count: a URL that they invent says nothing of what the program needs.
    """
    requests = [each for each in requests if each.call.context is not Context.TEST] or requests
    ours = [request for request in requests if request.call.own or request.call.host is None]
    verdicts = [_endpoints(request) for request in ours if not every.carries_account_key(request)]
    verdicts += [_unreached(request, every) for request in requests]
    verdicts += [_hosts(requests)]
    verdicts += [_transport(request.call, encrypts=bool(draft.encrypting)) for request in requests]
    verdicts += [_credentials_beside(request.call) for request in requests]
    verdicts += [_client(request.call, switches, trusted=draft.trusted) for request in requests]
    own = [call for entry in entries if entry.place in _OWN_SESSION for call in entry.calls]
    sessions = {call.session for call in own if call.session is not None}
    verdicts += [_session(request.call) for request in every.of_sessions(sessions)]
    return worst(verdicts)


def _endpoints(request: KnownRequest) -> Verdict:
    found = request.credentials
    name = f"{request.call.method or 'a request'} {request.call.endpoint or 'to an unknown path'}"
    if "mixed" in found or (len(found) > 1 and "developer_key" in found):
        return unsafe(f"{name} may require a developer key in the query. Check its callers.")
    if "developer_key" in found:
        return manual(
            f"The same line sends the key to {name}, which requires a developer key in the query.",
            advice="Send requests that take a token by a line of their own, with the token in `Authorization: Bearer`; "
            "leave this one to those that require a developer key.",
        )
    if found == {"none"}:
        return unsafe(f"The same line sends the key to {name}, which needs no credential and would get the token.")
    if found == {"oauth_only"}:
        return manual(f"A private app token cannot call {name}.")
    if (
        request.match is not None
        and request.match.problem is not None
        and request.call.path is not None
        and not found - {"unknown"}
    ):
        return unsafe(f"{name} is not a known endpoint and may require a developer key.")
    if found & {"none", "oauth_only"}:
        return unsafe(f"{name} may not accept a private app token.")
    return SAFE


def _unreached(request: KnownRequest, every: Requests) -> Verdict:
    if request.call.context is not Context.UNREACHED or every.carries_account_key(request):
        return SAFE
    return unsafe("Nothing in the program leads to one of the requests, so what it is sent to is not known.")


def _hosts(requests: Sequence[KnownRequest]) -> Verdict:
    elsewhere = [one.call.host for one in requests if one.call.host is not None and not one.call.own]
    if not elsewhere:
        return SAFE
    if len(elsewhere) == len(requests):
        return manual(f"The key is sent to {elsewhere[0]}, which does not belong to HubSpot.")
    return unsafe(f"The key is also sent to another host, {elsewhere[0]}.")


def _transport(call: ApiCall, *, encrypts: bool) -> Verdict:
    if call.scheme == "http" and encrypts:
        return unsafe("The request uses plain http, where anyone on the way could read the token: it becomes https.")
    if call.scheme == "http":
        return manual("The request uses plain http, so anyone on the way could read the token.")
    if call.scheme == EITHER_SCHEME:
        return unsafe("A setting can make the request use plain http, which would expose the token.")
    client = client_named(call.client)
    return unsafe(client.caveat) if client and client.caveat else SAFE


def _credentials_beside(call: ApiCall) -> Verdict:
    if not _is_repeated(call):
        return unsafe(
            "The key is in the body, where HubSpot does not read it: "
            "as a token in the header it is read, so the request may succeed for the first time."
        )
    if any((header.name or "").lower() == AUTHORIZATION for header in call.headers):
        return manual("The request already has an Authorization header.")
    if has_token(call):
        return unsafe(
            "The request already sends a Bearer token: the key goes, and the token stays. "
            "Check that its app has the scopes."
        )
    carriers = {auth.carrier for auth in call.auth}
    given = [auth for auth in call.auth if auth.carrier is Carrier.UNKNOWN]
    if Carrier.OTHER in carriers or any(auth.place is not AuthPlace.HEADERS for auth in given):
        return manual("The request may already have an Authorization header for something else.")
    if given:
        return unsafe(
            "Callers may give the request an Authorization header of their own, which the token would replace."
        )
    mixes = Carrier.BEARER in carriers and not all(auth.alone for auth in call.auth)
    if mixes and any(auth.place is AuthPlace.SESSION_PARAMS for auth in call.auth):
        return manual("The session gets a key or a token, and may get both.")
    if mixes:
        return unsafe("The code sends a key or a Bearer token, and perhaps both. Perhaps what sends the key can go.")
    return SAFE


def _is_repeated(call: ApiCall) -> bool:
    """Returns whether each key in the body is sent where HubSpot reads it, too."""
    read = {auth.value for auth in call.auth if auth.carrier in MOVABLE and auth.carrier is not Carrier.BODY_KEY}
    return all(auth.value in read for auth in call.auth if auth.carrier is Carrier.BODY_KEY)


def _client(call: ApiCall, switches: Switches, *, trusted: bool) -> Verdict:
    if call.client == "unknown" and trusted:
        return unsafe(
            "Cannot tell how the function that gets this URL sends the headers that it is given; "
            "the token is put among them."
        )
    if call.client == "unknown":
        return manual("Cannot tell how the function that gets this URL sends headers.")
    if not any(auth.carrier is Carrier.SDK_KEY for auth in call.auth):
        return SAFE
    switch = switches(call)
    if switch is None or not switch.keyword:
        return manual((switch and switch.reason) or f"{call.client} cannot send a Bearer token.")
    return unsafe(switch.reason) if switch.reason else SAFE


def _session(call: ApiCall) -> Verdict:
    if call.own:
        return SAFE
    if call.host is not None:
        return unsafe(f"The same session also sends to another host, {call.host}.")
    return unsafe("The session also sends to an unknown host.")

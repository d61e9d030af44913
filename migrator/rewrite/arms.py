"""Credentials that are put into a request in two arms of one branch, so that it is never sent with both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from migrator.evaluate.visit import blocks
from migrator.model.call import ApiCall, Auth, Carrier
from migrator.model.text import Span
from migrator.model.unit import ClassDef, Def, For, If, Stmt, Unit, While
from migrator.rewrite.entries import MOVABLE


def chosen(call: ApiCall, unit: Callable[[str], Unit | None]) -> ApiCall:
    """Returns a request, its credentials marked as sent alone where a branch chooses between key and token."""
    keys = [auth for auth in call.auth if auth.carrier in MOVABLE and not auth.alone]
    tokens = [auth for auth in call.auth if auth.carrier is Carrier.BEARER and not auth.alone]
    if not keys or not tokens or not all(_apart(key, token, unit) for key in keys for token in tokens):
        return call
    either = {*keys, *tokens}
    return replace(call, auth=tuple(replace(auth, alone=auth.alone or auth in either) for auth in call.auth))


def _apart(key: Auth, token: Auth, unit: Callable[[str], Unit | None]) -> bool:
    if key.name_at is None or token.name_at is None or key.name_at.path != token.name_at.path:
        return False
    source = unit(key.name_at.path)
    return source is not None and _in_arms(source.body, key.name_at.span, token.name_at.span, looped=False)


def _in_arms(body: Sequence[Stmt], one: Span, other: Span, *, looped: bool) -> bool:
    """Returns whether two places stand in different arms of a branch that is passed once for each call."""
    for statement in body:
        if not (statement.span.contains(one) and statement.span.contains(other)):
            continue
        if isinstance(statement, If) and _parted(statement, one, other):
            return not looped
        if isinstance(statement, (Def, ClassDef)):
            return _in_arms(statement.body, one, other, looped=False)
        again = looped or isinstance(statement, (For, While))
        return any(_in_arms(block, one, other, looped=again) for block in blocks(statement))
    return False


def _parted(branch: If, one: Span, other: Span) -> bool:
    places = [
        [any(each.span.contains(at) for each in arm) for arm in (branch.body, branch.orelse)] for at in (one, other)
    ]
    return places[0] == places[1][::-1] and any(places[0]) and not all(places[0])

"""Which of today's credentials can serve a program, and which of its endpoints stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from migrator.catalog.facts import Facts, Family, TargetRow
from migrator.model.report import Target
from migrator.model.scope import EndpointMatch, Need

_NAMED = 3
_SURENESS = ("low", "medium", "high")
_UNDECIDED = frozenset({"mixed", "unknown"})
_KEPT = "developer_key"


def targets(needs: Sequence[Need], *, tenancy: str, facts: Facts) -> tuple[Target, ...]:
    """Returns for each kind of credential whether it can take the place of one that makes these calls, and why.

    ``tenancy`` is ``single``, ``multi`` (one key for each customer) or ``unknown``. Requests that take a developer key
    keep it and do not stand in the way of a credential that serves the others; they are listed with those that do.
    """
    counted = sorted((need for need in needs if need.counts), key=lambda need: need.call)
    return tuple(_target(kind, counted, tenancy, facts) for kind in facts.targets)


def _target(kind: TargetRow, needs: Sequence[Need], tenancy: str, facts: Facts) -> Target:
    known = {need.call: need.match for need in needs if need.match and need.match.credential not in _UNDECIDED}
    refused = {call: match for call, match in known.items() if match.credential not in kind.serves}
    kept = [match for match in refused.values() if match.credential == _KEPT]
    stopped = [match for match in refused.values() if match.credential != _KEPT]
    alone = kind.accounts == "one" and tenancy == "multi"
    undecided = len(needs) - len(known)
    families = _families(refused.values(), facts)
    return Target(
        credential=kind.id,
        usable=not alone and not stopped and (not needs or len(kept) < len(needs)),
        because=" ".join(
            (
                *_for_accounts(kind, tenancy),
                *_for_endpoints(stopped, kept),
                *([f"{undecided} of {len(needs)} requests call unknown endpoints."] if undecided else []),
            )
        ),
        blocked_by=tuple(refused),
        instead=tuple(f"{family.name}: {family.instead}" for family in families),
        sources=tuple(dict.fromkeys([*kind.sources, *(source for family in families for source in family.sources)])),
        sure="low" if undecided else min([kind.sure, *(family.sure for family in families)], key=_SURENESS.index),
    )


def _for_accounts(kind: TargetRow, tenancy: str) -> Iterator[str]:
    if kind.accounts == "one" and tenancy == "multi":
        yield "Its token is for one account, and this program holds a key for each of several."
        return
    yield f"It can {kind.can[0]}."
    if kind.accounts == "one" and tenancy == "unknown":
        yield "Cannot tell whether this program serves one account or several."
    if kind.available != "true":
        yield kind.create


def _for_endpoints(stopped: Sequence[EndpointMatch], kept: Sequence[EndpointMatch]) -> Iterator[str]:
    if stopped:
        yield f"It cannot call {_named(stopped)}."
    if kept:
        yield (
            f"Only a developer API key can call {_named(kept)}: the code keeps it for that. Whether HubSpot still "
            "accepts developer API keys everywhere is not verified."
        )


def _families(matches: Iterable[EndpointMatch], facts: Facts) -> list[Family]:
    found = [facts.family(match.template.partition(" ")[2]) for match in matches]
    return sorted({family.id: family for family in found if family}.values(), key=lambda family: family.id)


def _named(matches: Sequence[EndpointMatch]) -> str:
    """Returns endpoints by method and path, the first few of them."""
    names = sorted({match.template or match.row or "?" for match in matches})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more

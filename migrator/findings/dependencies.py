"""Requirements whose version cannot send a Bearer token, and what raising them changes for this code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from migrator.catalog.sdk import Sdk, called
from migrator.catalog.sdkmethods import Difference, Operation, methods
from migrator.catalog.sdkrows import sdks
from migrator.findings.analysis import Analysis, Note
from migrator.findings.classify import MatchedCall
from migrator.model.requirement import deciding
from migrator.model.text import Location

_NAMED = 3
_EVERYWHERE, _AT_ALL = "bearer_everywhere", "bearer"


def dependencies(study: Analysis, overlays: Sequence[Path]) -> Iterator[Note]:
    """Yields a note for each requirement whose newest admissible release leaves requests without a Bearer token."""
    known = {
        name.lower().replace("_", "-"): sdk for sdk in sdks(overlays).values() for name in (sdk.package, *sdk.also)
    }
    every = study.project.requirements()
    for asked in every:
        sdk = known.get(asked.package)
        versions = sdk.installable(asked.specifier) if sdk else ()
        if sdk is None or not versions:
            continue
        newest = max(versions, key=sdk.releases.index)
        lowest = sdk.lowest.get(_EVERYWHERE) or sdk.lowest.get(_AT_ALL)
        names = (sdk.package, *sdk.also)
        calls = [one for one in study.judged if one.call.client == sdk.package]
        calls = [one for one in calls if asked in deciding(every, names, one.call.location.path)]
        problem = _problem(calls, sdk, newest, overlays)
        if problem is None:
            continue
        yield Note(
            kind="dependency",
            at=Location(asked.path, asked.span),
            fields={
                "package": called(asked.package),
                "version": asked.version or asked.specifier or newest,
                "problem": problem,
                "remedy": _remedy(calls, sdk, newest, lowest, overlays),
            },
            calls=tuple(one.id for one in calls),
            manual="Read what else the new release changes.",
        )


def _problem(calls: Sequence[MatchedCall], sdk: Sdk, version: str, overlays: Sequence[Path]) -> str | None:
    """Returns what a release cannot do with a token for this code, None when it can do all that the code needs."""
    first, everywhere = (_place(sdk, name) for name in (_AT_ALL, _EVERYWHERE))
    place = sdk.releases.index(version)
    if first is None or place < first:
        return "cannot send a Bearer token"
    if everywhere is not None and place >= everywhere:
        return None
    known = methods(sdk.package, tuple(overlays))
    used = {one.call.operation for one in calls if one.match.credential != "developer_key"}
    bare = [name for name in sorted(used) for made in known.operations(name, (version,)) if _is_bare(made)]
    if not calls and any(_is_bare(made) for name in known.rows for made in known.operations(name, (version,))):
        return "sends no token with some of its methods"
    return f"sends no token for {', '.join(dict.fromkeys(bare))}" if bare else None


def _place(sdk: Sdk, name: str) -> int | None:
    return sdk.releases.index(sdk.lowest[name]) if name in sdk.lowest else None


def _is_bare(made: Operation) -> bool:
    """Whether a method authenticates with a key and not with a token."""
    return "key" in made.schemes and "token" not in made.schemes


def _remedy(
    calls: Sequence[MatchedCall], sdk: Sdk, version: str, lowest: str | None, overlays: Sequence[Path]
) -> str:  # fmt: skip
    if lowest is None:
        words = sdk.instead.rstrip(".") or "Send the requests another way: no release of it can"
        return words[:1].lower() + words[1:]
    advice = f"{lowest} is the first release that can for every endpoint"
    used = {one.call.operation for one in calls if one.call.operation}
    if not used:
        return advice
    changes = methods(sdk.package, tuple(overlays)).differences(used, version, lowest)
    if not changes:
        return f"{advice}, and the methods that this code calls are the same in it"
    named = ", ".join(map(_change, changes[:_NAMED]))
    more = f" and {len(changes) - _NAMED} more" if len(changes) > _NAMED else ""
    return f"{advice}; of the methods that this code calls it changes {named}{more}"


def _change(one: Difference) -> str:
    match one.kind:
        case "renamed":
            return f"{one.path} (now {one.to})"
        case "removed":
            return f"{one.path} (gone)"
        case "moved":
            return f"{one.path} (calls another endpoint)"
        case _:
            return f"{one.path} (other parameters)"

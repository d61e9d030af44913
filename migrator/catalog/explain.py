"""What a scope means and what to do about it, as text."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from migrator.catalog.facts import Facts, ScopeRow
from migrator.catalog.sources import titled
from migrator.errors import nearest

_ACCESS = {"read": "reads", "write": "writes", "read_write": "reads and writes"}


def explain_scope(facts: Facts, name: str) -> str | None:
    """Returns what is known of a scope, or None when nothing is and no known name is near it."""
    scope = facts.scope(name)
    if scope is None:
        hint = nearest(name, facts.scopes.keys())
        return f"{name} is no scope that the rules know. {hint}" if hint.startswith("Did you mean") else None
    return "\n".join(_folded(line) for line in _lines(scope, name))


def _folded(line: str) -> str:
    if "https://" in line:
        return line
    return fill(line, 80, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _lines(scope: ScopeRow, asked: str) -> Iterator[str]:
    yield f"{scope.name} (scope)"
    if asked != scope.name:
        yield f"  {asked} is another spelling of it in documents."
    if scope.retired is not None:
        since = f" since {scope.retired.since}" if scope.retired.since else ""
        yield f"  Retired{since}. It covered {scope.retired.covered}."
        if scope.retired.instead:
            yield f"  Instead: {scope.retired.instead}."
        if scope.retired.scopes:
            yield f"  Scopes that took over: {', '.join(scope.retired.scopes)}."
    elif scope.grants:
        yield f"  Grants: {scope.grants}."
    yield f"  It {_ACCESS[scope.access]}{', more than the granular scopes that replace it' if scope.broad else ''}."
    if scope.base:
        yield "  Every token has it, so it is never among the required scopes."
    yield from _selecting(scope)
    yield from _tiers(scope)
    if scope.note:
        yield f"  Note: {scope.note}."
    sources = [*scope.sources, *(scope.retired.sources if scope.retired else ())]
    yield f"  How sure: {scope.sure}."
    yield from (f"  Source: {titled(source)}" for source in sources)
    yield f"  Rule: {scope.file}"


def _selecting(scope: ScopeRow) -> Iterator[str]:
    match scope.selectable:
        case "true":
            return
        case "false":
            yield "  No app can select it."
        case "unknown":
            yield "  It was not seen in an app's scope picker: it may be internal, or too new."
        case other:
            yield f"  An app selects it as {other}."


def _tiers(scope: ScopeRow) -> Iterator[str]:
    if scope.tiers:
        sure = f" (how sure: {scope.tiers_sure})" if scope.tiers_sure else ""
        yield f"  Only these accounts can grant it: {', '.join(scope.tiers)}{sure}."
    if scope.tiers_2023:
        yield f"  In August 2023 it opened {scope.opened_2023}, and these accounts could grant it: {scope.tiers_2023}."

"""Holds the rules to their examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrator.catalog.catalog import Catalog
from migrator.catalog.examples import Example
from migrator.errors import RulesError
from migrator.model.scope import EndpointMatch
from migrator.scopes.match import match


def failures(catalog: Catalog, examples: Iterable[Example]) -> tuple[RulesError, ...]:
    """Returns an error for each example that the rules answer otherwise, naming the example's file and line."""
    return tuple(
        RulesError(
            f"{example.method or 'ANY'} {example.path}: {wrong}", where=example.where, advice=f"Because {example.why}."
        )
        for example in examples
        for wrong in _wrong(example, match(catalog, example.method, example.host, example.path, example.holes))
    )


def _wrong(example: Example, found: EndpointMatch) -> Iterator[str]:
    if found.problem != example.problem:
        yield f"the problem is {found.problem}, not {example.problem}"
    if example.row is not None and found.template != example.row:
        yield f"matches {found.template or 'nothing'}, not {example.row}"
    if example.unlike is not None and found.template == example.unlike:
        yield f"matches {found.template}"
    if example.scopes is not None and set(found.scopes or ()) != example.scopes:
        yield "needs other scopes"
    if example.question is not None and (found.question is not None) != example.question:
        yield "is a question" if found.question else "is no question"
    for name in ("credential", "access", "status"):
        wanted = getattr(example, name)
        if wanted is not None and getattr(found, name) != wanted:
            yield f"{name} is {getattr(found, name)}, not {wanted}"

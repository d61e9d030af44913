"""The scopes an app has, from what a person has at hand (a list, a project file, our own output, a token's answer),
against those that the program needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from migrator.catalog.catalog import Catalog, load
from migrator.errors import ConfigurationError
from migrator.model.report import CallItem, Report, RequiredScope
from migrator.model.scope import Comparison, EndpointMatch, Need, ScopeFact, ScopeRequirement
from migrator.scopes.infer import Ask, Prices, asked, infer
from migrator.scopes.match import match
from migrator.scopes.set_cover import cheapest

ADVICE = (
    "Give a list with one scope on each line, the project file of the app, the output of `scopes --format json` or "
    "`yaml`, or HubSpot's JSON answer about the token."
)
_NAME = re.compile(r"[a-z][a-z0-9_.-]*[a-z0-9]")
_GRANTED = ("required", "optional", "scopes", "requiredScopes", "optionalScopes", "conditionallyRequiredScopes")
_NESTED = ("scopes", "config", "auth", "app")
_SECTION = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")
_LONGEST, _MOST_DIGITS = 80, 3


def read_granted(text: str, where: str) -> frozenset[str]:
    """Returns the scopes that a text grants; ``where`` is what errors call its file.

    Raises `ConfigurationError` when it is none of the known forms. What is wrong is told by its line and never quoted:
    it could be a token.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        return frozenset(_names(_json(text, where), where))
    return frozenset(_listed(text, where))


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"not valid JSON: {error.msg}", where=f"{where}:{error.lineno}", advice=ADVICE
        ) from error
    except RecursionError as error:
        raise ConfigurationError("the JSON is nested too deeply", where=where, advice=ADVICE) from error


def _names(data: Any, where: str) -> Iterator[str]:
    """Yields the scopes in a JSON document of a known shape. Raises `ConfigurationError` on any other."""
    lists = [data] if isinstance(data, list) else list(_lists(data))
    if not lists:
        raise ConfigurationError("no list of scopes in it", where=where, advice=ADVICE)
    for item in (item for items in lists for item in items):
        name = item.get("scope") if isinstance(item, dict) else item
        if not isinstance(name, str) or not _is_scope(name):
            raise ConfigurationError("an entry of its list of scopes is not a scope name", where=where, advice=ADVICE)
        yield name


def _lists(data: Any) -> Iterator[Sequence[Any]]:
    if not isinstance(data, Mapping):
        return
    yield from (data[key] for key in _GRANTED if isinstance(data.get(key), list))
    for key in _NESTED:
        yield from _lists(data.get(key))


def _listed(text: str, where: str) -> Iterator[str]:
    """Yields the scopes in lines: bare, separated by commas or blanks, or in YAML lists under the keys we write."""
    lines = [(number, re.sub(r"(^|\s)#.*", "", line).rstrip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and line != "---"]
    if any(_SECTION.match(line) for _, line in lines):
        lines = list(_sections(lines))
    for number, line in lines:
        for word in re.split(r"[,\s]+", re.sub(r"^\s*-\s", "", line).strip("[] ")):
            name = word.strip("'\"")
            if name and not _is_scope(name):
                raise ConfigurationError("not a scope name", where=f"{where}:{number}", advice=ADVICE)
            if name:
                yield name


def _sections(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yields the items of the lists that say what is granted, each without its ``scope:``."""
    taken, depth = False, -1
    for number, line in lines:
        if section := _SECTION.match(line):
            taken, depth = section[1] in _GRANTED, -1
            if taken and section[2]:
                yield number, section[2]
            continue
        item = re.match(r"(\s*)-\s+(?:scope:\s*)?(.*)", line)
        if not taken or item is None:
            continue
        depth = len(item[1]) if depth < 0 else depth
        if len(item[1]) == depth:
            yield number, item[2]


def _is_scope(text: str) -> bool:
    """Returns whether a text can be a scope name; one with many digits is more likely a credential."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _MOST_DIGITS


def compare(needs: Sequence[Need], granted: frozenset[str], *, scopes: Mapping[str, ScopeFact]) -> Comparison:
    """Returns the scopes that the calls need and that are not granted, and those granted that none of them needs.

    A call is content with any of its alternatives, so a scope is not missing because `infer` would have chosen it.
    What an open question may need is not called unused, nor is what makes an answer fuller or every token has.
    """
    facts = Prices(scopes)
    lacking = infer(needs, scopes=scopes, held=granted)
    held = granted | lacking.names
    asks = [ask for need in needs if need.counts and (ask := asked(need, facts))]
    kept = cheapest((_within(ask, held) for ask in asks), facts.favouring(asks).rank).names | _welcome(needs)
    unused = sorted(name for name in granted - kept if not facts.of(name).base)
    return Comparison(missing=lacking.required, unused=tuple(_unused(name, asks, facts) for name in unused))


def _within(ask: Ask, held: frozenset[str]) -> ScopeRequirement:
    """Returns the alternatives that are held, acceptable ones if there are any."""
    acceptable = tuple(option for option in ask.accepted if option <= held)
    return acceptable or tuple(option for option in ask.options if option <= held)


def _welcome(needs: Sequence[Need]) -> frozenset[str]:
    matches = [need.match for need in needs if need.counts and need.match]
    rows = [row for match in matches for _, row in match.possible]
    optional = {name for match in matches for name in match.optional}
    return frozenset(name for row in rows for option in row for name in option) | optional


def _unused(name: str, asks: Sequence[Ask], facts: Prices) -> RequiredScope:
    calls = tuple(sorted(ask.call for ask in asks if any(name in option for option in ask.options)))
    return RequiredScope(scope=name, because=calls, tiers=facts.of(name).tiers)


def needs(report: Report, rules: Sequence[Path], *, credential: str | None = None) -> tuple[Need, ...]:
    """Returns what each request needs, or each that carries a credential. Raises `RulesError` as `load` does."""
    catalog = load(rules)
    return tuple(
        Need(
            call=call.id,
            match=_found(catalog, call) if call.resolved else None,
            counts=call.context == "program",
        )
        for call in report.calls
        if credential is None or credential in call.credential
    )


def _found(catalog: Catalog, call: CallItem) -> EndpointMatch:
    """Returns the endpoint of a request, which needs what the report says: its query or body may have told that."""
    found = match(catalog, call.method, call.host, call.endpoint, call.holes)
    said = None if call.scopes is None else tuple(map(frozenset, call.scopes))
    if said is None or set(said) == set(found.scopes or ()):
        return found
    return replace(found, scopes=said, question=None, possible=())

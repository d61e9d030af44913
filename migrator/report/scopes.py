"""The scope set of one credential or of all, for people and for programs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from migrator.model.report import CallItem, Place, PossibleScope, Report, RequiredScope, ScopesItem
from migrator.model.scope import Comparison
from migrator.model.scope_lists import ScopeList
from migrator.model.sentences import opened, sentence
from migrator.report.parts.codec import encode
from migrator.report.parts.facts import alike, named, parted, questions, reason, uncounted, written_told
from migrator.report.parts.plain import counted, dumped, inert, located, request_name, visible

_BARE = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SHOWN = 5


def text(report: Report, lists: Sequence[ScopeList]) -> str:
    """Returns the sets for a person: each scope with what it grants, the calls that need it and the alternatives."""
    return inert("\n".join(_all(report, lists)) + "\n")


def _all(report: Report, lists: Sequence[ScopeList]) -> Iterator[str]:
    if len(lists) > 1:
        yield f"{counted(len(lists), 'credential')} need scopes. Give each token only its own list."
    for same in _alike(lists):
        if len(lists) > 1:
            names = [f"{one.name}{f' (--credential {one.id})' if one.id else ''}" for one in same]
            yield from ("", *(visible(f"For {name}{':' if name is names[-1] else ','}") for name in names))
        yield from _text(report, same[0].scopes)
    if uncounted(report):
        yield from ("", f"Not in here: {written_told(report)}.")
    yield from _gaps(report, complete=all(one.scopes.complete for one in lists))


def _alike(lists: Sequence[ScopeList]) -> list[list[ScopeList]]:
    """Returns the lists, those that ask the same of the same requests together."""
    groups: dict[ScopesItem, list[ScopeList]] = {}
    for one in lists:
        groups.setdefault(one.scopes, []).append(one)
    return list(groups.values())


def _text(report: Report, scopes: ScopesItem) -> Iterator[str]:
    state = "complete" if scopes.complete else "INCOMPLETE: more scopes may be needed"
    yield f"{counted(len(scopes.required), 'scope')}. The set is {state}."
    if not scopes.exact:
        yield "This set is enough; a smaller one may exist, because the search was cut short."
    yield from _group(report, "Required", scopes.required)
    yield from _group(report, "After the endpoints that are gone are replaced", scopes.after_replacement)
    yield from _group(report, "Optional: the code can do without", scopes.optional)
    yield from _questions(report, scopes)
    unresolved, undocumented = parted(report, scopes)
    yield from _calls_listed(report, "Requests with unknown scopes", unresolved)
    yield from _calls_listed(report, "Requests to endpoints whose scopes HubSpot does not document", undocumented)
    yield from _calls_listed(report, "Left out: tests, recordings, comments and unreached code", scopes.left_out)


def _gaps(report: Report, *, complete: bool) -> Iterator[str]:
    if report.gaps:
        harmless = ", none of which hides a need" if complete else ""
        yield from ("", f"{counted(len(report.gaps), 'gap')} in the analysis{harmless}:")
    for same in alike(report.gaps):
        yield visible(f"  {opened(sentence(reason(same)))} {sentence(same[0].resolve)}")
        for gap in same[:_SHOWN]:
            thing = named(same, gap)
            place = f"{located(report, gap)}:{gap.line}:{gap.column}"
            yield visible(f"      {place}  {f'{thing} ' if thing else ''}({gap.id})")
        if len(same) > _SHOWN:
            yield f"      and {counted(len(same) - _SHOWN, 'more place')}"


def _group(report: Report, title: str, items: Sequence[RequiredScope]) -> Iterator[str]:
    if items:
        yield from ("", title)
    for item in items:
        yield f"  {visible(item.scope)}{_grants(report, item.scope)}"
        if item.tiers:
            yield visible(f"      only {', '.join(item.tiers)}")
        yield from _because(report, item.because)
        yield from (visible(f"      alternative: {line}") for line in item.alternatives)


def _grants(report: Report, scope: str) -> str:
    known = report.guide.scopes.get(scope)
    return visible(f"  {known.grants}") if known and known.grants else ""


def _because(report: Report, calls: Sequence[str]) -> Iterator[str]:
    """Yields each request once: where it is sent, through which call sites, and from how many places more."""
    known = {call.id: call for call in report.calls}
    groups: defaultdict[str, list[CallItem]] = defaultdict(list)
    for call in (known[name] for name in dict.fromkeys(calls) if name in known):
        groups[request_name(call)].append(call)
    lines = [_described(report, name, same) for name, same in sorted(groups.items())]
    lines += [visible(name) for name in dict.fromkeys(calls) if name not in known]
    yield from (f"      {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"      and {counted(len(lines) - _SHOWN, 'more request')}"


def _described(report: Report, request: str, same: Sequence[CallItem]) -> str:
    call = min(same, key=lambda one: (len(one.via), one.path, one.line))
    places: tuple[CallItem | Place, ...] = (call, *reversed(call.via))
    stops = [(located(report, place), place.line) for place in places]
    paths = ["", *(path for path, _ in stops)]
    chain = " < ".join(
        f"{'' if path == before else path}:{line}" for before, (path, line) in zip(paths, stops, strict=False)
    )
    more = f" ({counted(len(same) - 1, 'more place')})" if len(same) > 1 else ""
    return visible(f"{request}  {chain}{more}")


def _questions(report: Report, scopes: ScopesItem) -> Iterator[str]:
    if scopes.possible:
        yield from ("", "Possible, depending on your answer")
    for question in questions(scopes):
        yield visible(f"  {opened(question.text)}")
        yield from _because(report, question.calls)
        yield from (f"      -> {visible(item.scope)}{_grants(report, item.scope)}" for item in question.scopes)


def _calls_listed(report: Report, title: str, calls: Sequence[str]) -> Iterator[str]:
    if calls:
        yield from ("", f"{title}:")
        yield from _because(report, calls)


def as_list(_report: Report, lists: Sequence[ScopeList]) -> str:
    """Returns the scopes that are needed, one a line, as ``scopes --granted`` reads them."""
    return inert("".join(f"{visible(line)}\n" for line in _listed(lists)))


def _listed(lists: Sequence[ScopeList]) -> Iterator[str]:
    for one in lists:
        if len(lists) > 1:
            yield f"# {one.name}"
        yield from (item.scope for item in one.scopes.required)


def as_data(form: str, data: Mapping[str, Any]) -> str:
    """Returns sets or a comparison, as data, as JSON or YAML."""
    return dumped(data) if form == "json" else inert("\n".join(_yaml(data, 0)) + "\n")


def sets(report: Report, lists: Sequence[ScopeList]) -> Mapping[str, Any]:
    """Returns the sets as the JSON report has them, with the calls that they speak of.

    One set is the object itself; of several, each is an item of ``credentials`` with the name of what holds it.
    """
    if len(lists) == 1:
        return _data(report, lists[0].scopes)
    named = [{"name": one.name, "id": one.id, **_data(report, one.scopes)} for one in lists]
    return {"complete": all(one.scopes.complete for one in lists), "credentials": named}


def _data(report: Report, scopes: ScopesItem) -> Mapping[str, Any]:
    items: tuple[RequiredScope | PossibleScope, ...]
    items = (*scopes.required, *scopes.optional, *scopes.after_replacement, *scopes.possible)
    named = {*scopes.unresolved, *scopes.left_out, *(call for item in items for call in item.because)}
    calls = {
        call.id: {
            "request": request_name(call),
            "path": located(report, call),
            "line": call.line,
            "column": call.column,
        }
        for call in report.calls
        if call.id in named
    }
    data: dict[str, Any] = encode(scopes, roots=False)
    return {**data, "calls": calls}


def comparison_text(report: Report, found: Comparison) -> str:
    """Returns for a person what is granted too little and too much."""
    return inert("\n".join(_comparison(report, found)) + "\n")


def _comparison(report: Report, found: Comparison) -> Iterator[str]:
    if not found.missing and not found.unused:
        sure = "exactly those that the requests need" if report.scopes.complete else "enough for what is known so far"
        yield f"The granted scopes are {sure}."
    for title, items in (("Missing", found.missing), ("Granted but not needed", found.unused)):
        if items:
            yield f"{title}: {counted(len(items), 'scope')}"
        for item in items:
            yield f"  {visible(item.scope)}{_grants(report, item.scope)}"
            if item.tiers:
                yield visible(f"      only {', '.join(item.tiers)}")
            if item.because and items is found.unused:
                yield "      other granted scopes cover these requests too:"
            yield from _because(report, item.because)


def comparison_list(found: Comparison) -> str:
    """Returns the scopes that are missing, one a line."""
    return inert("".join(f"{visible(item.scope)}\n" for item in found.missing))


def compared(found: Comparison) -> Mapping[str, Any]:
    """Returns the same as data."""
    return {"missing": _evidence(found.missing), "unused": _evidence(found.unused)}


def _evidence(items: Iterable[RequiredScope]) -> list[Mapping[str, Any]]:
    return [{"scope": item.scope, "tiers": list(item.tiers), "because": list(item.because)} for item in items]


def _yaml(data: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yields a mapping in block style; lists of mappings hang below their key, empty ones stay on its line."""
    pad = "  " * depth
    for key, item in data.items():
        name = f"{pad}{_scalar(key)}:"
        if not isinstance(item, (Mapping, list)):
            yield f"{name} {_scalar(item)}"
        elif not item:
            yield f"{name} {'{}' if isinstance(item, Mapping) else '[]'}"
        elif isinstance(item, Mapping):
            yield name
            yield from _yaml(item, depth + 1)
        else:
            yield name
            for part in item:
                yield from _item(part, depth + 1)


def _item(part: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if not isinstance(part, Mapping):
        yield f"{pad}- {_scalar(part)}"
        return
    first, *rest = _yaml(part, depth + 1)
    yield f"{pad}- {first.lstrip()}"
    yield from rest


def _scalar(value: str | int | bool | None) -> str:
    """Returns a scalar; text is quoted as in JSON unless it cannot be taken for anything else."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _BARE.fullmatch(value) and value not in _WORDS_OF_YAML:
        return value
    return json.dumps(visible(value), ensure_ascii=False)

"""What names mean: findings, scopes, endpoints, and the answers with which HubSpot refuses a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill

from migrator.catalog.catalog import Catalog, load
from migrator.catalog.facts import Facts, ScopeRow, facts
from migrator.catalog.findings import FindingRule, finding_rules
from migrator.catalog.refusals import Refusal, refusals
from migrator.catalog.sources import titled
from migrator.errors import UsageError, nearest
from migrator.model.scope import EndpointMatch, Need
from migrator.report.parts.plain import visible
from migrator.report.parts.refused import Told
from migrator.report.parts.refused import text as refusal_text
from migrator.scopes.infer import infer
from migrator.scopes.match import match
from migrator.scopes.show import show

_REQUEST = re.compile(r"(?:([A-Za-z]+)\s+)?(/\S*|https?://\S+)")
_IN_TEXT = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\b[\s\"':]+(?:https?://([\w.-]*hub\w*\.com))?(/[\w./{}~%-]+)")
_URL = re.compile(r"https?://(api(?:-\w+)?\.hubapi\.com|api\.hubspot\.com)(/[\w./{}~%-]+)")
_LISTS = re.compile(
    r"(?:requires?\s+(?:any|all|one)\s+of|required(?:Granular)?Scopes\\?[\"']?\s*[:=]|scopes are required)"
    r"[\s:]*\[(.*?)\]",
    re.DOTALL | re.IGNORECASE,
)
_ALL = re.compile(r"requires\s+all\s+of|all required scopes", re.IGNORECASE)
_RECORD = re.compile(
    r"^(?=\W{0,2}(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b|Traceback\b))",
    re.MULTILINE,
)
"""Where a record of a log begins."""
_WORD = re.compile(r"[A-Za-z][\w.-]*[\w]")
_ADDRESSES = re.compile(r"https?://\S+")


def meaning(name: str, rules: Sequence[Path]) -> str:
    """Returns what a name means. Raises `UsageError` with suggestions when nothing has it."""
    if request := _REQUEST.fullmatch(name.strip()):
        return _endpoint(request[1], request[2], rules)
    kinds, known = finding_rules(rules), facts(rules)
    for kind, rule in kinds.items():
        if name.lower() in (kind, rule.code.lower()):
            return _finding(rule)
    answers = [one for one in refusals(rules) if name.upper() in (one.status, one.category, one.id.upper())]
    if answers:
        return "\n".join(refusal_text(_told(one)) for one in answers)
    if known.scope(name) is not None:
        return f"{explain_scope(known, name)}\n"
    raise UsageError(
        f"nothing is called {visible(name)!r}", where="explain", advice=_suggestion(name, kinds, known, rules)
    )


def _suggestion(name: str, kinds: Mapping[str, FindingRule], known: Facts, rules: Sequence[Path]) -> str:
    names = {*kinds, *(rule.code for rule in kinds.values()), *known.scopes}
    names |= {word for one in refusals(rules) for word in (one.status, one.category) if word}
    near = nearest(name, names)
    return near if near.startswith("Did you mean") else "Give a finding's code, a scope, METHOD /path, or a status."


def _endpoint(method: str | None, path: str, rules: Sequence[Path]) -> str:
    catalog = load(rules)
    text = show(catalog, facts(rules), method, path) + "\n"
    found = match(catalog, method.upper() if method else None, None, re.sub(r"^https?://[^/]+|\?.*$", "", path), {})
    if found.problem is not None:
        near = f"Did you mean {' or '.join(found.nearest)}?" if found.nearest else "Check the path."
        what = "exists only with other methods" if found.problem == "wrong_method" else "is unknown"
        asked = " ".join(filter(None, (method, path.partition("?")[0])))
        raise UsageError(f"{visible(asked)} {what}", where="explain", advice=near)
    return text


def _finding(rule: FindingRule) -> str:
    text = rule.text
    parts = (f"{text.explanation}", f"What to do: {text.advice}")
    body = [fill(part, 80, initial_indent="  ", subsequent_indent="  ") for part in parts]
    for title, code in (("Before", rule.before), ("After", rule.after)):
        if code and rule.before != rule.after:
            body.append("\n".join([f"  {title}:", *(f"      {line}" for line in code.split("\n"))]))
    sources = [f"  Source: {titled(source)}" for source in text.sources]
    head = f"{rule.code} {rule.kind} ({rule.severity}): {text.title}"
    return "\n".join([head, *body, *sources, f"  Rule: {rule.file}"]) + "\n"


def answers_told(text: str, rules: Sequence[Path]) -> tuple[Told, ...]:
    """Returns what the answers of HubSpot say that a text or a log holds, each once.

    Raises `UsageError` when there is none.
    """
    known, catalog, kinds = facts(rules), load(rules), refusals(rules)
    found = [_answer(kind, part, known, catalog) for kind, part in _answers(text, kinds, catalog)]
    if not found:
        raise UsageError(
            "this text is not an answer of HubSpot that the rules know",
            where="explain -",
            advice="Give the body of the answer, or the lines of the log around it.",
        )
    return tuple(one for one in dict.fromkeys(found) if not any(_says_more(other, one) for other in found))


def _says_more(one: Told, other: Told) -> bool:
    """Returns whether an answer tells all that another does: the same with a request, or the scopes of one."""
    if one.scopes and not other.scopes and one.request == other.request:
        return one.head[:3] == other.head[:3]
    return one.head == other.head and bool(one.request or one.scopes) and not (other.request or other.scopes)


def _answers(text: str, kinds: Sequence[Refusal], catalog: Catalog) -> Iterator[tuple[Refusal, str]]:
    """Yields the answers in a text: its records, and as one those in which a request and its answer follow each other.

    A text that has no answer in any of its records is looked at as a whole.
    """
    told = list(_told_by(kinds, _RECORD.split(text))) or _told_by(kinds, [text])
    held: tuple[Refusal, str, bool] | None = None
    for kind, part in told:
        asks = next(_requests(part, catalog), None) is not None
        if held is not None and held[0].status == kind.status and held[2] != asks:
            yield from _told_by(kinds, [f"{held[1]}\n{part}"])
            held = None
            continue
        if held is not None:
            yield held[:2]
        held = kind, part, asks
    if held is not None:
        yield held[:2]


def _told_by(kinds: Sequence[Refusal], parts: Iterable[str]) -> Iterator[tuple[Refusal, str]]:
    """Yields each part that is an answer, with the kind that it is of."""
    for part in parts:
        kind = next((one for one in kinds if one.told_by(part)), None)
        if kind is not None:
            yield kind, part


def _answer(found: Refusal, text: str, known: Facts, catalog: Catalog) -> Told:
    scopes, unknown = _named(text, known) if found.lacks else ((), ())
    asked, request = next(_requests(text, catalog), ("", None))
    if found.lacks and not scopes and request is not None and request.scopes:
        need = Need(call="", match=request)
        scopes = tuple(sorted(infer([need], scopes={name: one.fact() for name, one in known.scopes.items()}).names))
    return _told(found, scopes=scopes, unknown=unknown, all_of=bool(_ALL.search(text)), request=asked)


def _told(
    found: Refusal,
    *,
    scopes: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    all_of: bool = True,
    request: str = "",
) -> Told:
    category = f" {found.category}" if found.category else ""
    return Told(
        head=f"{found.status}{category}: {found.title}",
        means=found.means,
        advice=found.advice,
        sources=tuple(map(titled, found.sources)),
        lacks=found.lacks,
        keys=found.sends == "key",
        scopes=scopes,
        unknown=unknown,
        all_of=all_of,
        request=request,
    )


def _named(text: str, known: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the scopes that a text names, by the names under which an app asks for them, and HubSpot's own names."""
    listed = [word for part in _LISTS.findall(text) for word in _WORD.findall(part)]
    spelled = {word: _scope(word, known) for word in listed or _WORD.findall(_ADDRESSES.sub(" ", text))}
    asked = [scope for scope in spelled.values() if scope is not None and not scope.base]
    if not listed:
        asked = [scope for scope in asked if "." in scope.name]  # a word such as "files" is only a word in a log
    own = [word for word, scope in spelled.items() if listed and scope is None]
    return tuple(dict.fromkeys(scope.name for scope in asked)), tuple(own)


def _scope(word: str, known: Facts) -> ScopeRow | None:
    """Returns the scope that a word names, in HubSpot's own spelling too, if an app can ask for it."""
    scope = known.scope(word) or known.scope(word.replace("-", "."))
    return scope if scope is not None and scope.selectable != "unknown" else None


def _requests(text: str, catalog: Catalog) -> Iterator[tuple[str, EndpointMatch]]:
    """Yields the requests that a text names and the rules know, each by its endpoint, or by its path where the text
    does not tell the method; never with the query, which may hold a key."""
    named = [(hit[1], hit[3]) for hit in _IN_TEXT.finditer(text)]
    named += [(None, hit[2]) for hit in _URL.finditer(text)]
    for method, path in named:
        found = match(catalog, method, None, path, {})
        if found.problem is None:
            yield found.template or path, found


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

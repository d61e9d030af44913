"""A pull request comment in GitHub's Markdown, short enough to be posted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from migrator.model.report import Finding, Report, ScopesItem
from migrator.model.scope_lists import scope_lists
from migrator.model.sentences import opened, sentence
from migrator.report.parts.facts import (
    alike,
    called,
    credential_told,
    gathered,
    messages,
    named,
    questions,
    reason,
    severities,
    tally,
    unread_told,
    worst_first,
    written_told,
)
from migrator.report.parts.plain import counted, inert, located, scope_names, visible

SHOWN = 5
LIMIT = 65_000  # GitHub refuses a comment of more than 65,536 characters
_ACTIVE = re.compile(r"[\\`*_\[\]<>#|~@&$]|:(?=//)|(?<=www)\.")
_FIX_WORDS = {"safe": "safe", "unsafe": "review", "manual": "by hand", "none": ""}


def render(reports: Sequence[Report]) -> str:
    """Returns one comment for all reports; findings and reports that do not fit are counted instead."""
    room = max(LIMIT // max(len(reports), 1), 2_500)
    sections = [_section(report, number, room) for number, report in enumerate(reports[: LIMIT // room], 1)]
    if len(sections) < len(reports):
        sections[-1] = (
            f"{counted(len(reports) - len(sections) + 1, 'more project')} in the other formats of the report.\n"
        )
    return "\n".join(sections)


def _section(report: Report, number: int, room: int) -> str:
    head = "\n".join(_head(report, number))
    rest = [_folded("Scopes", _scopes(report), room // 4), _folded("Open questions", _gaps(report), room // 4)]
    left = room - len(head) - sum(map(len, rest)) - 200
    return inert("\n".join([head, *_findings(report, left), *filter(None, rest)]) + "\n")


def _head(report: Report, number: int) -> Iterator[str]:
    count = tally(report.calls)
    scopes = report.scopes
    state = "complete" if scopes.complete else "**incomplete**, more may be needed"
    yield f"## HubSpot API key migration: {_escaped(called(report, f'report {number}')[:100])}"
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    unread = unread_told(report)
    known = f"{count.total:,}, of which {count.keyed:,} send an API key{unread and f'; {unread}'}"
    yield f"| Requests | {known} |"
    yield f"| Migrates safely | {count.safe:,} |"
    yield f"| Needs a person | {count.person:,} ({count.unsafe:,} to review, {count.manual:,} by hand) |"
    yield f"| Scopes | {len(scopes.required):,} required, {state} |"
    if others := written_told(report):
        yield f"| Written down | {others} |"
    if told := credential_told(report):
        yield f"| Credential to create | {_escaped(told)} |"
    ranks = ", ".join(counted(found, rank) for rank, found in severities(report.findings).items())
    yield f"| Findings | {ranks} |"
    yield ""


def _findings(report: Report, room: int) -> Iterator[str]:
    if not report.findings:
        return
    yield "| Place | Finding | Fix |"
    yield "| --- | --- | --- |"
    message = messages(report)
    rows = [_row(report, item, message(item)) for item in worst_first(report.findings)]
    yield from _fitting(rows, room, "more finding")
    yield ""


def _row(report: Report, item: Finding, told: str) -> str:
    place = _code(f"{located(report, item)}:{item.line}")
    said = told if item.reason is None else f"{told} ({item.reason})"
    return f"| {place} | **{item.code}** {item.severity}: {_prose(said)} | {_FIX_WORDS[item.fix]} |"


def _scopes(report: Report) -> Iterator[str]:
    for one in scope_lists(report):
        if one.name:
            yield f"- for {_code(one.name)}:"
        yield from (f"{'  ' if one.name else ''}{line}" for line in _scope_list(one.scopes))
    for call in report.calls:
        if call.replacement_scopes:
            yield f"- when moved to {_code(call.replacement or '?')}: {_escaped(scope_names(call.replacement_scopes))}"


def _scope_list(scopes: ScopesItem) -> Iterator[str]:
    for needed in scopes.required:
        only = f", which only {_escaped(', '.join(needed.tiers))} can grant" if needed.tiers else ""
        yield f"- {_code(needed.scope)} ({counted(len(needed.because), 'request')}){only}"
    for later in scopes.after_replacement:
        yield f"- {_code(later.scope)}, once the endpoints that are gone are replaced"
    for spare in scopes.optional:
        yield f"- {_code(spare.scope)}, which the code can do without"
    for question in gathered(questions(scopes)):
        names = ", ".join(_code(item.scope) for item in question.scopes)
        yield f"- {_prose(opened(question.text))} Possibly {names}"
    if scopes.unresolved:
        yield f"- {counted(len(scopes.unresolved), 'request')} with unknown needs"


def _gaps(report: Report) -> Iterator[str]:
    for gaps in alike(report.gaps):
        places = ", ".join(
            " ".join(filter(None, (_code(f"{located(report, gap)}:{gap.line}"), _prose(named(gaps, gap)))))
            for gap in gaps[:SHOWN]
        )
        more = f" and {counted(len(gaps) - SHOWN, 'more place')}" if len(gaps) > SHOWN else ""
        yield f"- {_prose(f'{opened(sentence(reason(gaps)))} {sentence(gaps[0].resolve)}')} {places}{more}"


def _folded(title: str, lines: Iterable[str], room: int) -> str:
    kept = _fitting(list(lines), room - 150, "more line")
    return "\n".join(("<details>", f"<summary>{title}</summary>", "", *kept, "", "</details>", "")) if kept else ""


def _fitting(lines: Sequence[str], room: int, noun: str) -> list[str]:
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, f"- {counted(len(lines) - len(kept), noun)} in the other formats of the report"]
        kept.append(line)
    return kept


def _prose(text: str) -> str:
    """Returns a message in which what stands between backticks is code and all else is plain text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _escaped(text)
    return "".join(_code(part) if place % 2 else _escaped(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    # Entities rather than backslashes: they also keep addresses, mentions and issue numbers from becoming links
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", visible(text))


def _code(text: str) -> str:
    # A backslash or pipe in a table would end the cell, a backtick the code
    shown = visible(text)
    return f"<code>{_escaped(shown)}</code>" if re.search(r"[\\|`]|^\s*$", shown) else f"`{shown}`"

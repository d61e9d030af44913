"""What an answer of HubSpot that refuses a request means for the requests of a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill

from migrator.model.report import CallItem, Report
from migrator.report.parts.plain import counted, inert, located, request_name, visible

_SHOWN = 12
_ANSWERS = 8
_WIDTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer says: its texts, the scopes it names, whether all of them are needed, and the request it is of."""

    head: str
    means: str
    advice: str
    sources: tuple[str, ...]
    lacks: bool = False
    keys: bool = False
    scopes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    all_of: bool = True
    request: str = ""


def text(told: Told, report: Report | None = None) -> str:
    """Returns what the answer means and, with a report, which requests of the program it concerns."""
    return inert("\n".join(_lines(told, report)) + "\n")


def texts(every: Sequence[Told], report: Report) -> str:
    """Returns what several answers mean, one after another."""
    shown = [text(told, report) for told in every[:_ANSWERS]]
    if len(every) > _ANSWERS:
        shown.append(f"And {counted(len(every) - _ANSWERS, 'more answer')}, of other requests.\n")
    return "\n".join(shown)


def _lines(told: Told, report: Report | None) -> Iterator[str]:
    yield told.head
    yield from _folded(told.means)
    if told.request:
        yield f"  The request: {visible(told.request)}"
    if told.scopes:
        which = "Missing" if told.all_of or len(told.scopes) == 1 else "One of these is missing"
        yield f"  {which}: {', '.join(map(visible, told.scopes))}"
    if told.unknown:
        names = ", ".join(map(visible, told.unknown))
        yield from _folded(f"HubSpot calls it {names}, a name of its own that no app can ask for.")
    if report is not None:
        yield from _concerned(told, report)
    yield from _folded(f"What to do: {told.advice}")
    yield from (f"  Source: {source}" for source in told.sources)


def _concerned(told: Told, report: Report) -> Iterator[str]:
    calls = [call for call in report.calls if call.context == "program"]
    for scope in told.scopes:
        need = [call for call in calls if any(scope in option for option in call.scopes or ())]
        yield from _listed(report, f"needs {visible(scope)}" if len(need) == 1 else f"need {visible(scope)}", need)
    if told.lacks and not told.scopes:
        yield from _folded("The text names no scope that the rules know. `scopes` lists what each request needs.")
    if told.keys:
        sent = [call for call in calls if "api_key" in call.auth]
        yield from _listed(report, "still sends a key" if len(sent) == 1 else "still send a key", sent)


def _listed(report: Report, what: str, calls: Sequence[CallItem]) -> Iterator[str]:
    yield f"  {counted(len(calls), 'request')} of this code {what}{':' if calls else '.'}"
    yield from _shown([f"{request_name(call)}  {located(report, call)}:{call.line}" for call in calls])


def _shown(lines: Iterable[str]) -> Iterator[str]:
    unique = list(dict.fromkeys(lines))
    yield from (f"    {visible(line)}" for line in unique[:_SHOWN])
    if len(unique) > _SHOWN:
        yield f"    and {counted(len(unique) - _SHOWN, 'more place')}"


def _folded(line: str) -> Iterator[str]:
    yield from fill(
        line, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    ).split("\n")

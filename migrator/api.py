"""What the smaller commands answer: text to print, files to write, remarks, and the exit status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from migrator.catalog.findings import finding_rules
from migrator.errors import ReadError, UsageError, nearest
from migrator.findings import baseline as baselines
from migrator.model.report import Report
from migrator.pipeline import Progress, scan
from migrator.report.parts.plain import counted
from migrator.settings import Settings

if TYPE_CHECKING:
    from migrator.model.scope_lists import ScopeList


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say; ``files`` are to be written, whole."""

    text: str = ""
    files: Mapping[Path, bytes] = field(default_factory=lambda: MappingProxyType({}))
    remarks: tuple[str, ...] = ()
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the ``scopes`` command is asked for."""

    form: str = "text"
    credential: str | None = None
    project: Path | None = None
    granted: Path | None = None
    strict: bool = False
    require_complete: bool = False


def saved(files: Sequence[Path]) -> list[Report]:
    """Returns the reports of JSON files. Raises `ReadError` when one cannot be read or is no report."""
    from migrator.report.json import load

    return [report for path in files for report in load(_text(path), where=str(path))]


def baseline(settings: Settings, target: Path | None, *, progress: Progress) -> Answer:
    """Returns the baseline file of today's findings: the one asked for, or that of the configuration.

    Raises `MigratorError` as a scan does.
    """
    path = target or settings.baseline or Path(baselines.FILE)
    data, count = baselines.write(scan(replace(settings, baseline=None), progress=progress, planned=False), path)
    return Answer(files={path: data}, remarks=(f"{path}: {count} known findings.",))


def undo(settings: Settings) -> Answer:
    """Takes back the last run that wrote below the paths of the settings, and says which files that changed.

    Raises `WriteError` when a file was changed since; nothing is put back then.
    """
    from migrator.rewrite.apply import undo as take_back

    files = take_back([Path(path) for path in settings.paths]).files
    if not files:
        return Answer(remarks=("There is no earlier run to undo here.",), status=1)
    return Answer(remarks=tuple(f"{path}: restored" for path in files))


def scopes(settings: Settings, asked: Asked, *, progress: Progress) -> Answer:
    """Returns the scope set of each credential or of one, or how one compares with what an app has.

    Raises `UsageError` when there is no such credential, or several where one is meant, and `MigratorError` as a scan
    does.
    """
    report = scan(settings, progress=progress, planned=False)
    lists = _lists(report, asked.credential)
    complete = all(one.scopes.complete for one in lists)
    left = f": {counted(len(report.gaps), 'question is', 'questions are')} open" if report.gaps else ""
    incomplete = () if complete else (f"The scope list is incomplete{left}, see `scan`.",)
    failed = asked.require_complete and not complete
    made = Answer(remarks=incomplete, status=int(failed), files=_project(report, lists, asked, settings))
    if asked.granted is None:
        return replace(made, text=_shown(report, lists, asked.form, settings))
    if len(lists) > 1:
        names = ", ".join(f"{one.id} for {one.name}" for one in lists if one.id)
        raise UsageError(
            "this code holds several credentials, and what is granted belongs to one",
            where="--granted",
            advice=f"Say which with --credential: {names}.",
        )
    return _compared(report, replace(asked, credential=lists[0].id or None), asked.granted, settings, made)


def _lists(report: Report, credential: str | None) -> tuple[ScopeList, ...]:
    from migrator.model.scope_lists import ScopeList, scope_lists, source_name

    if credential is None:
        return scope_lists(report)
    known = {item.id: item for item in report.credentials}
    by_name = [item for item in report.credentials if source_name(item) == credential]
    if credential not in known and len(by_name) != 1:
        names = {*known, *(source_name(item) for item in report.credentials)}
        raise UsageError(f"no credential {credential!r}", where="--credential", advice=nearest(credential, names))
    found = known.get(credential) or by_name[0]
    return (ScopeList(name=source_name(found), id=found.id, scopes=found.scopes),)


def _shown(report: Report, lists: Sequence[ScopeList], form: str, settings: Settings) -> str:
    from migrator.report import scopes as shown

    if form == "hsmeta":
        apps = [_app(report, one, settings) for one in lists]
        found = [next(text for path, text in app.items() if path.endswith("-hsmeta.json")) for app in apps]
        if len(lists) == 1:
            return found[0]
        named = {one.name: json.loads(text) for one, text in zip(lists, found, strict=True)}
        return json.dumps(named, indent=2, ensure_ascii=False) + "\n"
    if form in ("json", "yaml"):
        return shown.as_data(form, shown.sets(report, lists))
    return shown.text(report, lists) if form == "text" else shown.as_list(report, lists)


def _app(report: Report, one: ScopeList, settings: Settings) -> Mapping[str, str]:
    from migrator.catalog.project import project_files, project_template

    name = report.project or Path(settings.paths[0] if settings.paths else ".").resolve().name
    whole = f"{name} {one.name}" if one.name else name
    required = [scope.scope for scope in one.scopes.required]
    return project_files(required, project_template(settings.rules), name=whole)


def _project(report: Report, lists: Sequence[ScopeList], asked: Asked, settings: Settings) -> Mapping[Path, bytes]:
    from migrator.catalog.project import uid

    if asked.project is None:
        return {}
    return {
        asked.project / (uid(one.name) if len(lists) > 1 else "") / path: text.encode()
        for one in lists
        for path, text in _app(report, one, settings).items()
    }


def _compared(report: Report, asked: Asked, granted: Path, settings: Settings, made: Answer) -> Answer:
    from migrator.catalog.facts import scope_facts
    from migrator.report import scopes as shown
    from migrator.scopes.granted import compare, needs, read_granted

    if asked.form == "hsmeta":
        raise UsageError(
            "--granted has no such form", where=f"--format {asked.form}", advice="Known: text, list, json, yaml."
        )
    known = scope_facts(settings.rules)
    held = read_granted(_text(granted), str(granted))
    found = compare(needs(report, settings.rules, credential=asked.credential), held, scopes=known)
    failed = made.status or found.missing or (asked.strict and found.unused)
    unknown = tuple(
        f"{granted}: no scope is called {name!r}. {nearest(name, known)}" for name in sorted(held - {*known})
    )
    match asked.form:
        case "text":
            text = shown.comparison_text(report, found)
        case "list":
            text = shown.comparison_list(found)
        case form:
            text = shown.as_data(form, shown.compared(found))
    return replace(made, text=text, remarks=(*unknown, *made.remarks), status=int(bool(failed)))


def explain(name: str, rules: Sequence[Path]) -> Answer:
    """Returns what a finding code or kind, a scope, an endpoint, or a status or category of HubSpot's answers means.

    Raises `UsageError` when the name is none of them, and `RulesError` when a rule file is wrong.
    """
    from migrator.explaining import meaning

    return Answer(text=meaning(name, rules))


def explain_answer(text: str, settings: Settings, *, progress: Progress) -> Answer:
    """Returns what HubSpot's answers in a text mean, and which requests of the code below the paths they concern.

    Raises `UsageError` when it holds none, and `MigratorError` as a scan does.
    """
    from migrator.explaining import answers_told
    from migrator.report.parts.refused import texts

    told = answers_told(text, settings.rules)
    return Answer(text=texts(told, scan(settings, progress=progress)))


def codes(rules: Sequence[Path]) -> Answer:
    """Returns every finding code with its severity, kind and title. Raises `RulesError` when a rule file is wrong."""
    rows = sorted(finding_rules(rules).values(), key=lambda rule: rule.code)
    wide = max(len(rule.kind) for rule in rows)
    lines = [f"{rule.code}  {rule.severity:<8} {rule.kind:<{wide}}  {rule.text.title}" for rule in rows]
    return Answer(text="\n".join(lines) + "\n", remarks=("`explain CODE` says more about one of them.",))


def statistics(report: Report) -> str:
    """Returns how often each finding was found, most often first, and how many files and requests there are."""
    counts = Counter((item.code, item.kind) for item in report.findings)
    lines = [f"{count:7,}  {code}  {kind}" for (code, kind), count in counts.most_common()]
    summary = report.summary
    lines += [
        f"{number:7,}  {what}"
        for number, what in (
            (summary.files_scanned, "files looked at"),
            (summary.files_analysed, "files analysed"),
            (summary.calls, "requests"),
            (len(report.changes), "changes"),
        )
    ]
    return "\n".join(lines)


def show_rule(method: str | None, path: str, rules: Sequence[Path]) -> Answer:
    """Returns which endpoint a request is and why. Raises `RulesError` when a rule file is wrong."""
    from migrator.catalog.catalog import load
    from migrator.catalog.facts import facts
    from migrator.scopes.show import show

    return Answer(text=show(load(rules), facts(rules), method, path) + "\n")


def check_rules(files: Sequence[Path]) -> Answer:
    """Returns what is wrong with rule files or folders, without any with the shipped ones; status 2 if anything is.

    Raises `RulesError` when a file does not exist.
    """
    from migrator.catalog.check import check

    checked = check(files)
    return Answer(text=checked.text() + "\n", status=2 if checked.problems else 0)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ReadError("is not UTF-8", where=str(path)) from error

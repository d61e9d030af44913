"""Files that nobody looked into and that may hold a key: each is an open question of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from migrator.catalog.findings import finding_rules
from migrator.discover import Skip
from migrator.findings.question_kinds import RESOLVE
from migrator.findings.selection import with_findings
from migrator.model.report import Gap, Report
from migrator.model.sentences import opened, sentence
from migrator.settings import Settings

KIND = "skipped"
_READ = "cannot be read"
_OPEN = "what is in it is not known"
_NAMES = "and it names HubSpot: what it sends is not known"


def unseen(report: Report, skips: Iterable[Skip], settings: Settings) -> Report:
    """Returns the report with a question for each file that was skipped, or could not be read, and may hold a key.

    Raises `RulesError` when a rule file is wrong.
    """
    closed = [
        (one.path, one.root, f"this file is {one.reason}, {_NAMES}" if one.count else f"this is {one.reason}: {_OPEN}")
        for one in skips
        if one.hides
    ]
    closed += [(one.path, one.root, f"this file {_READ}, {_NAMES}") for one in report.errors if _READ in one.message]
    gaps = [one for place in sorted(closed) if (one := _gap(*place)).id not in settings.answers]
    if not gaps:
        return report
    from migrator.findings.render import of_file  # few runs have such a file

    rule = finding_rules(settings.rules)["undecided"]
    told = [
        of_file(
            rule,
            f"{gap.id}-0",
            gap.path,
            gap.root,
            rule.say(question=sentence(opened(gap.reason))),
            advice=gap.resolve,
            gap=gap.id,
        )
        for gap in gaps
    ]
    return with_findings(replace(report, gaps=(*report.gaps, *gaps)), [*report.findings, *told])


def _gap(path: str, root: int, why: str) -> Gap:
    said = why.removesuffix(f", {_NAMES}")  # ids stay what they were
    digest = blake2b(f"{KIND}\0{path}\0{said}".encode("utf-8", "replace"), digest_size=6).hexdigest()
    return Gap(id=f"g{digest}", kind=KIND, path=path, line=1, column=1, reason=why, resolve=RESOLVE[KIND], root=root)

"""What the smaller commands answer: text to print, files to write, remarks, and the exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from migrator.errors import ReadError
from migrator.findings import baseline as baselines
from migrator.model.report import Report
from migrator.pipeline import Progress, scan
from migrator.settings import Settings

SCOPE_FORMATS = ("text", "json", "yaml", "hsmeta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the ``scopes`` command is asked for."""

    form: str = "text"
    credential: str | None = None
    project: Path | None = None
    granted: Path | None = None
    strict: bool = False
    require_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say; ``files`` are to be written, whole."""

    text: str = ""
    files: Mapping[Path, bytes] = field(default_factory=lambda: MappingProxyType({}))
    remarks: tuple[str, ...] = ()
    status: int = 0


def saved(files: Sequence[Path]) -> list[Report]:
    """Returns the reports of JSON files. Raises `ReadError` when one cannot be read or is no report."""
    from migrator.report.json import load

    return [report for path in files for report in load(_text(path), where=str(path))]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ReadError("is not UTF-8", where=str(path)) from error


def baseline(settings: Settings, target: Path | None, *, progress: Progress) -> Answer:
    """Returns the baseline file of today's findings: the one asked for, or that of the configuration.

    Raises `MigratorError` as a scan does.
    """
    path = target or settings.baseline or Path(baselines.FILE)
    report = scan(replace(settings, baseline=None), progress=progress)
    data, count = baselines.write(report, path)
    return Answer(files={path: data}, remarks=(f"{path}: {count} known findings.",))


def undo(settings: Settings) -> Answer:
    """Takes back the last run that wrote below the paths of the settings, and says which files that changed.

    Raises `WriteError` when a file was changed since; nothing is put back then.
    """
    from migrator.rewrite.apply import undo as take_back

    files = take_back([Path(path) for path in settings.paths]).files
    if not files:
        return Answer(remarks=("Nothing to take back here.",))
    return Answer(remarks=tuple(f"{path}: as it was" for path in files))

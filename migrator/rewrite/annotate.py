"""Notes in the code, above places that are left to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from migrator.model.edit import Change, Safety, edited
from migrator.model.text import Location, Source, Span, line_starts

KIND = "annotate"
_MARK = "# TODO(hapikey-migrator):"


def annotate(
    changes: Iterable[Change],
    source: Callable[[str], Source | None],
    statement: Callable[[Location], Span | None],
    mask: Callable[[str], str],
) -> Iterator[Change]:
    """Yields a change for each place to be noted: a comment above its statement, unless there is one already.

    ``statement`` gives the statement that a place is in, None where no comment can stand above it. A reason is
    written as ``mask`` lets it be shown.
    """
    reasons: dict[tuple[str, int], dict[str, Change]] = defaultdict(dict)
    for change in changes:
        span = statement(change.at) if change.at is not None else None
        text = _program(source(change.at.path)) if change.at is not None else None
        if change.at is not None and span is not None and text is not None and change.reason:
            line = text.position(span.start).line
            if _starts_line(text, span):
                reasons[change.at.path, line].setdefault(" ".join(mask(change.reason).split()), change)
    for (path, line), found in sorted(reasons.items()):
        text = _program(source(path))
        if text is not None and not _noted(text, line):
            yield _note(text, line, found)


def _program(source: Source | None) -> Source | None:
    """Returns a program by itself, whose lines are counted from its own beginning."""
    return replace(source, embedded=None) if source is not None else None


def _starts_line(source: Source, span: Span) -> bool:
    start = line_starts(source.text)[source.position(span.start).line - 1]
    return not source.text[start : span.start].strip()


def _noted(source: Source, line: int) -> bool:
    """Returns whether a note stands in the comments above a line."""
    lines = source.text.splitlines()
    while line > 1 and lines[line - 2].lstrip().startswith("#"):
        line -= 1
        if lines[line - 1].lstrip().startswith(_MARK):
            return True
    return False


def _note(source: Source, line: int, found: dict[str, Change]) -> Change:
    start = line_starts(source.text)[line - 1]
    rest = source.text[start:]
    indent = rest[: len(rest) - len(rest.lstrip(" \t"))]
    newline = "\r\n" if "\r\n" in source.text else "\n"
    text = "".join(f"{indent}{_MARK} {reason}{newline}" for reason in found)
    edit = edited(source, Span(start, start), text)
    return Change(
        id=f"note-{source.path}-{line}", kind=KIND, safety=Safety.SAFE, edits=(edit,),
        at=Location(source.path, Span(start, start)),
    )  # fmt: skip

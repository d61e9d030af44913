"""How long a project lets its lines be, and calls that an edit made longer than that broken into lines."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import libcst as cst

from migrator.languages.python.manifests import table, toml
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.draft import NotMovedError
from migrator.model.edit import Edit, edited
from migrator.model.text import Source, Span

_TOML = (
    ("pyproject.toml", ("tool", "black", "line-length")),
    ("pyproject.toml", ("tool", "ruff", "line-length")),
    ("ruff.toml", ("line-length",)),
    (".ruff.toml", ("line-length",)),
)
_INI = ((".flake8", "flake8"), ("setup.cfg", "flake8"), ("tox.ini", "flake8"), ("setup.cfg", "pycodestyle"))
_EDITOR = re.compile(r"^\s*max_line_length\s*=\s*(\d+)\s*$", re.MULTILINE)
_STEP = "    "


def width_of(text: Callable[[str], str | None]) -> int | None:
    """Returns the length of a line that the tools of a project are configured for, None without one.

    *text* gives the content of a file of the project by its path.
    """
    return next(_widths(text), None)


def _widths(text: Callable[[str], str | None]) -> Iterator[int]:
    for path, (*keys, last) in _TOML:
        found = table(toml(text(path) or ""), *keys).get(last)
        if isinstance(found, int):
            yield found
    for path, section in _INI:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text(path) or "")
        except configparser.Error:
            continue
        given = parser.get(section, "max-line-length", fallback="") if parser.has_section(section) else ""
        if given.strip().isdigit():
            yield int(given)
    if found_at := _EDITOR.search(text(".editorconfig") or ""):
        yield int(found_at[1])


def fitted(source: Source, edits: Sequence[Edit], width: int) -> Sequence[Edit]:
    """Returns the edits of one file with the calls broken that they would make longer than a line may be."""
    if source.embedded is not None:
        return edits
    try:
        text = _spliced(source.text, Span(0, len(source.text)), [(edit.span, edit.replacement) for edit in edits])
        long = [line for line in _touched(text, edits) if line.end - line.start > width]
        if not long:
            return edits
        tree = Tree(Source(path=source.path, text=text))
        breaks = [one for line in long for one in _breaks(tree, line, width)]
        return _composed(source, edits, breaks)
    except NotMovedError:  # as it is, the line is only long
        return edits


def _touched(text: str, edits: Sequence[Edit]) -> list[Span]:
    """Returns the lines of the new text that an edit wrote something into."""
    lines: dict[int, Span] = {}
    shift = 0
    for edit in _ordered(edits):
        start = edit.span.start + shift
        shift += len(edit.replacement) - (edit.span.end - edit.span.start)
        for at in range(start, start + len(edit.replacement) + 1):
            begin = text.rfind("\n", 0, at) + 1
            if begin not in lines:
                end = text.find("\n", begin)
                lines[begin] = Span(begin, len(text) if end < 0 else end)
    return list(lines.values())


def _breaks(tree: Tree, line: Span, width: int) -> list[tuple[Span, str]]:
    """Returns what breaks the outermost call of a line whose arguments then fit, nothing where none does."""
    inside = [call for call in tree.walk(None, cst.Call) if line.contains(tree.span(call)) and call.args]
    for call in sorted(inside, key=lambda one: tree.span(one).start - tree.span(one).end):
        for apart in (False, True):
            found = list(_broken(tree, call, line, apart=apart))
            parts = _spliced(tree.text, line, found).split("\n")
            if found and all(len(part.rstrip("\r")) <= width for part in parts):
                return found
    return []


def _broken(tree: Tree, call: cst.Call, line: Span, *, apart: bool) -> Iterator[tuple[Span, str]]:
    """Yields what puts the arguments of a call on a line of their own, or *apart* each on one."""
    written = tree.text[line.start : line.end]
    outer = tree.newline + written[: len(written) - len(written.lstrip())]
    spans = [tree.span(arg) for arg in call.args]
    start, end = spans[0].start, tree.span(call).end - 1
    if tree.text[start - 1] != "(" or tree.text[end] != ")" or tree.text[spans[-1].end : end].strip():
        return
    yield Span(start, start), outer + _STEP
    for one, other in pairwise(spans):
        if apart:
            yield Span(one.end, other.start), f",{outer}{_STEP}"
    plain = not any(arg.star for arg in call.args) and not isinstance(call.args[0].value, cst.GeneratorExp)
    yield Span(spans[-1].end, end), ("," if apart and plain else "") + outer


def _spliced(text: str, line: Span, breaks: Sequence[tuple[Span, str]]) -> str:
    pieces: list[str] = []
    at = line.start
    for span, written in sorted(breaks):
        pieces += (text[at : span.start], written)
        at = span.end
    return "".join((*pieces, text[at : line.end]))


def _composed(source: Source, edits: Sequence[Edit], breaks: Sequence[tuple[Span, str]]) -> Sequence[Edit]:
    """Returns the edits that do at once what *edits* and then *breaks* do. Raises `NotMovedError` where they cross."""
    found = _ordered(edits)
    for span, written in sorted(breaks, reverse=True):
        shift, at = 0, 0
        for at, edit in enumerate(found):
            begin = edit.span.start + shift
            end = begin + len(edit.replacement)
            if begin <= span.start and span.end <= end:
                low, high = span.start - begin, span.end - begin
                text = edit.replacement[:low] + written + edit.replacement[high:]
                found[at] = replace(edit, replacement=text)
                break
            if span.start < end and begin < span.end:
                raise NotMovedError("a line is broken across an edit")
            if span.end <= begin:
                place = Span(span.start - shift, span.end - shift)
                found.insert(at, edited(source, place, written))
                break
            shift += len(edit.replacement) - (edit.span.end - edit.span.start)
        else:
            found.append(edited(source, Span(span.start - shift, span.end - shift), written))
    return found


def _ordered(edits: Sequence[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: edit.span)

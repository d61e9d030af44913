"""Notebooks: their cells as one program, with the place of each part in the file.

Code cells come first, in order. What is no code of the program follows as comments: text, outputs, and cells of another
language. Magics and shell lines become what they do, or comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from migrator.carriers import tree
from migrator.carriers.json_tree import read_json
from migrator.carriers.tree import Mapping, Node, Scalar
from migrator.carriers.view import View, whole
from migrator.discover.outputs import silent
from migrator.errors import UnparsableError
from migrator.languages.base import Language
from migrator.languages.registry import language_of_kernel
from migrator.model.text import Cell, Embedding, Source, Span, Trouble

_SUFFIX = ".ipynb"
_LARGE = 200_000
"""How long a notebook is whose pictures are worth leaving out."""
_SHELLS = frozenset({"bash", "sh", "zsh", "script", "system", "sx", "!"})
_SAME = frozenset({"time", "timeit", "capture", "prun", "memit", "python", "python3", "python2", "py", "pypy"})
_TIMED = re.compile(r"%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]*\d+)?)*[ \t]+(?=\S)")
_CELL_MAGIC = re.compile(r"\s*%%(!|\w+)")
_ENVIRONMENT = re.compile(r"%(?:set_)?env[ \t]+([A-Za-z_]\w*)[ \t]*[= \t][ \t]*([^\s\"'\\${}]+)[ \t]*$")
_GIVEN = re.compile(r"([ \t]*[\w., \t]+=[ \t]*)([!%].*)", re.DOTALL)
_LINE_MAGIC = re.compile(
    r"[ \t]*(?:%{1,2}[A-Za-z_]|!|\?|(?:pip3?|conda|mamba|cd|ls|cat|mkdir|rm|cp|mv|wget|curl|git)[ \t]+[\w./~\"'-])"
    r"|[^#\n]*[\w)\]]\?{1,2}\s*$"
)
_BARE = re.compile(r"(?:pip3?|conda|mamba|wget|curl|git)\b")
_OUTPUTS = ("text", "html", "traceback", "evalue", "text/plain", "text/html", "text/markdown", "application/json")


def is_notebook(path: str) -> bool:
    """Returns whether a file is a notebook, by its name."""
    return path.lower().endswith(_SUFFIX)


def opened(source: Source, words: Sequence[str] = ()) -> Source:
    """Returns the program in a notebook; what its cells gave is left out where none of the *words* stands in it."""
    program = _Program(source)
    try:
        root = read_json(_without_outputs(source.text, words))
    except UnparsableError as error:
        program.unread(f"this is no notebook that can be read: {error.what}")
    else:
        program.read(root)
    return program.source()


class _Program:
    """The program of one notebook, and where it stands, as far as it was read."""

    def __init__(self, source: Source) -> None:
        self.file = source
        self.language: Language | None = language_of_kernel("")
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.cells: list[Cell] = []
        self.troubles: list[Trouble] = []
        self.commands: list[tuple[Span, ...]] = []

    def source(self) -> Source:
        """Returns the program as a source."""
        text = "".join(self.parts)
        embedding = Embedding(
            raw=self.file.text,
            text=text,
            starts=self.starts,
            ends=self.ends,
            cells=tuple(self.cells),
            troubles=tuple(self.troubles),
            commands=tuple(self.commands),
            language=self.language.name if self.language is not None else "",
            plain=not self.file.text.isascii() or "\\u" not in self.file.text,
        )
        return replace(self.file, text=text, embedded=embedding)

    # -- what is written --------------------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """Where the program ends now."""
        return len(self.starts)

    def add(self, view: View) -> None:
        """Adds text that stands in the file."""
        self.parts.append(view.text)
        self.starts += view.starts
        self.ends += view.ends

    def say(self, text: str) -> None:
        """Adds text that does not."""
        self.parts.append(text)
        place = self.ends[-1] if self.ends else 0
        self.starts += [place] * len(text)
        self.ends += [place] * len(text)

    def comment(self, line: View) -> None:
        """Adds a line as a comment."""
        self.say(self.language.cells.comment if self.language is not None else "# ")
        self.add(line)

    def end_line(self) -> None:
        """Ends the last line if it has no end."""
        if self.parts and not "".join(self.parts[-2:]).endswith("\n"):
            self.say("\n")

    def take_back(self, parts: int, at: int, commands: int) -> None:
        """Forgets what was added since."""
        del self.parts[parts:], self.starts[at:], self.ends[at:], self.commands[commands:]

    # -- what is read -----------------------------------------------------------------------------------------------

    def unread(self, reason: str) -> None:
        """Adds the whole file as comments, and why."""
        self.troubles.append(Trouble(Span(0, 0), reason))
        for line in _lines(whole(self.file.text)):
            self.comment(line)

    def read(self, root: Node) -> None:
        """Adds all cells, and what they gave."""
        cells = list(_cells(root))
        spoken = _spoken(root, cells)
        self.language = language_of_kernel(spoken)
        for number, cell in cells:
            if cell.text("cell_type") == "code":
                self._code(cell, f"cell {number}", spoken)
        for number, cell in cells:
            if cell.text("cell_type") != "code":
                self._told(cell.get("source"), f"cell {number}")
            for name, node in _outputs(cell.get("outputs")):
                self._told(node, f"output of cell {number}" if name else "")

    def _told(self, node: Node | None, name: str) -> None:
        """Adds text of a notebook as comments."""
        for view in _views(node):
            start = self.at
            for line in _lines(view):
                self.comment(line)
            self.end_line()
            self.cells.append(Cell(span=Span(start, self.at), name=name))

    def _sound(self, text: str) -> bool:
        return self.language is not None and self.language.is_sound(replace(self.file, text=text))

    def _code(self, cell: Mapping, name: str, spoken: str) -> None:
        node = cell.get("source", "input")
        views = list(_views(node))
        if not views:
            return
        view = views[0]
        for other in views[1:]:
            view = view.joined(other)
        parts, start, commands = len(self.parts), self.at, len(self.commands)
        if self.language is None:
            self._all_comments(view)
            self._trouble(start, f"a notebook in {spoken} is not read")
        elif self._sound(view.text):
            self.add(view)
        else:
            if self.language.cells.magics:
                self._with_magics(view)
            if not self.language.cells.magics or not self._sound("".join(self.parts[parts:])):
                self.take_back(parts, start, commands)
                self._all_comments(view)
                self._trouble(start, "this cell is no program that can be read")
        stop = self.at
        self.end_line()
        self.say(self.language.cells.end if self.language is not None else "")
        self.cells.append(Cell(span=Span(start, stop), name=name, joint=_joint(node, self.file.text)))

    def _trouble(self, start: int, reason: str) -> None:
        self.troubles.append(Trouble(Span(min(start + 2, self.at), self.at), reason))

    def _all_comments(self, view: View) -> None:
        for line in _lines(view):
            self.comment(line)

    def _with_magics(self, view: View) -> None:
        """Adds a cell with its magics as what they do."""
        lines = list(_lines(view))
        first = next((line.text for line in lines if line.text.strip()), "")
        magic = _CELL_MAGIC.match(first)
        if magic is not None and magic[1] not in _SAME:
            self._foreign_cell(lines, magic[1])
            return
        at = 0
        while at < len(lines):
            more = at + 1
            if _GIVEN.match(lines[at].text) or _LINE_MAGIC.match(lines[at].text):
                while more < len(lines) and lines[more - 1].text.rstrip("\r\n").endswith("\\"):
                    more += 1
                self._magic(lines[at:more])
            else:
                self.add(lines[at])
            at = more

    def _foreign_cell(self, lines: list[View], language: str) -> None:
        run: list[Span] = []
        for line in lines:
            self.comment(line)
            if not line.text.lstrip().startswith("%%"):
                run.append(Span(self.at - len(line.text), self.at))
        if language in _SHELLS and run:
            self.commands.append(tuple(run))

    def _magic(self, lines: list[View]) -> None:
        """Adds one magic or shell command, and the lines that go on with it."""
        first, text = lines[0], lines[0].text
        indent = len(text) - len(text.lstrip(" \t"))
        timed = _TIMED.match(text, indent)
        if timed is not None:  # what is measured is run
            for view in (first.cut(0, indent), first.cut(timed.end(), len(text)), *lines[1:]):
                self.add(view)
            return
        given = _GIVEN.match(text)
        environment = _ENVIRONMENT.match(text.strip())
        if environment is not None and given is None:
            self._environment(first, environment, indent)
            return
        if given is not None:
            self.add(first.cut(0, given.end(1)))
            self.say("None  # ")
            rest = first.cut(given.end(1), len(text))
        else:
            self.add(first.cut(0, indent))
            self.say("pass  # " if indent else "# ")
            rest = first.cut(indent, len(text))
        run = [self._run(rest)]
        for line in lines[1:]:
            self.say("# ")
            run.append(self._run(line))
        if rest.text.startswith("!") or _BARE.match(rest.text):
            self.commands.append(tuple(run))

    def _run(self, view: View) -> Span:
        start = self.at + (len(view.text) - len(view.text.lstrip("!")))
        self.add(view)
        return Span(start, self.at)

    def _environment(self, line: View, found: re.Match[str], indent: int) -> None:
        """Adds ``%env NAME=value`` as the assignment that it is."""
        self.add(line.cut(0, indent))
        self.say('__import__("os").environ["')
        self.add(line.cut(indent + found.start(1), indent + found.end(1)))
        self.say('"] = "')
        self.add(line.cut(indent + found.start(2), indent + found.end(2)))
        self.say('"\n')


def _cells(root: Node) -> Iterator[tuple[int, Mapping]]:
    """Yields the cells with their numbers, of the third version of the format too."""
    found = root.get("cells") if isinstance(root, Mapping) else None
    sheets = root.get("worksheets") if isinstance(root, Mapping) else None
    sheet = sheets.items[0] if isinstance(sheets, tree.Sequence) and sheets.items else None
    if found is None and isinstance(sheet, Mapping):
        found = sheet.get("cells")
    items = found.items if isinstance(found, tree.Sequence) else ()
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            yield number, item


def _spoken(root: Node, cells: list[tuple[int, Mapping]]) -> str:
    """Returns what a notebook calls its language or kernel, empty where it says nothing."""
    about = root.get("metadata") if isinstance(root, Mapping) else None
    for part, key in (("kernelspec", "language"), ("language_info", "name"), ("kernelspec", "name")):
        found = about.get(part) if isinstance(about, Mapping) else None
        if isinstance(found, Mapping) and found.text(key):
            return found.text(key)
    return next(filter(None, (cell.text("language") for _, cell in cells)), "")


def _without_outputs(text: str, words: Sequence[str]) -> View:
    """Returns a notebook as it is, a large one without what its cells gave and nobody looks for."""
    view = whole(text)
    cuts = list(silent(text, [word.lower() for word in words])) if len(text) > _LARGE else []
    if not cuts:
        return view
    bounds = [0, *(place for cut in cuts for place in cut), len(text)]
    kept = [(bounds[at], bounds[at + 1]) for at in range(0, len(bounds), 2)]
    places = [place for start, end in kept for place in range(start, end)]
    return View("".join(text[start:end] for start, end in kept), places, [place + 1 for place in places])


def _outputs(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yields the texts that a cell gave; pictures are left out."""
    for output in node.items if isinstance(node, tree.Sequence) else ():
        if isinstance(output, Mapping):
            data = output.get("data")
            for entry in (*output.entries, *(data.entries if isinstance(data, Mapping) else ())):
                if entry.key.text in _OUTPUTS:
                    yield entry.key.text, entry.value


def _views(node: Node | None) -> Iterator[View]:
    """Yields the texts in a value."""
    if isinstance(node, Scalar) and not node.plain:
        yield node.view
    elif isinstance(node, tree.Sequence):
        for item in node.items:
            yield from _views(item)


def _lines(view: View) -> Iterator[View]:
    at = 0
    for line in view.text.split("\n"):
        end = min(at + len(line) + 1, len(view.text))
        if at < end:
            yield view.cut(at, end)
        at = end


def _joint(node: Node | None, raw: str) -> str:
    """Returns what stands between two lines of a cell in the file."""
    if not isinstance(node, tree.Sequence):
        return ""
    if len(node.items) > 1:
        return raw[node.items[0].at.end - 1 : node.items[1].at.start + 1]
    before = raw[node.at.start + 1 : node.items[0].at.start] if node.items else ""
    return f'",{before}"' if "\n" in before or not before else '", "'

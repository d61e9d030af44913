"""What is known of one root once its requests are found, matched and planned for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from migrator.evaluate.fixpoint import Limit
from migrator.evaluate.logged_secrets import Leak
from migrator.evaluate.unreached import Unfollowed
from migrator.findings.classify import MatchedCall
from migrator.findings.secrets import widened
from migrator.findings.wording import worded
from migrator.model.call import ApiCall, Context
from migrator.model.edit import Change
from migrator.model.mask import Mask, shown_lines
from migrator.model.text import Location, Position, Source, Span, lines_of
from migrator.model.vocabulary import Vocabulary
from migrator.project import Project

_START = Position(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to report about one place: the kind of finding and what its message is filled with.

    ``manual`` says why a person has to do something about it, where no planned change does. ``gap`` is the id of the
    question that it puts.
    """

    kind: str
    at: Location
    fields: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    change: str | None = None
    certainty: str = "exact"
    manual: str | None = None
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One root: its files, the requests to HubSpot and to others, the limits of the analysis, the planned changes.

    ``recorded`` are the requests that are written down in files that are no programs, and ``recorded_count`` says
    that they ask for scopes all the same. ``leaks`` are what the program tells people, ``answered`` the ids of the
    gaps that the configuration answers, ``failed`` says in what the tool failed. ``written`` are credentials that
    stand in the code in no known shape, and ``mask`` hides them and all others: no report may hold one.
    """

    root: int
    project: Project
    judged: tuple[MatchedCall, ...]
    others: tuple[ApiCall, ...]
    limits: tuple[Limit, ...]
    unfollowed: tuple[Unfollowed, ...] = ()
    changes: tuple[Change, ...]
    leaks: tuple[Leak, ...] = ()
    answered: frozenset[str] = frozenset()
    failed: str = ""
    written: tuple[str, ...] = ()
    mask: Mask
    recorded: tuple[MatchedCall, ...] = ()
    recorded_count: bool = False

    @property
    def every(self) -> Sequence[MatchedCall]:
        """The requests of programs, and those that are written down elsewhere."""
        return (*self.judged, *self.recorded)

    @property
    def program(self) -> Sequence[MatchedCall]:
        """The requests that the running program makes."""
        return [one for one in self.judged if one.call.context is Context.PROGRAM]

    @property
    def words(self) -> Vocabulary:
        """The vocabulary by which the credentials that are written in this code are known too."""
        return widened(self.project.vocabulary, self.written)

    @property
    def texts(self) -> Sequence[Source]:
        """Every file that was asked for and read, by path."""
        return [self.project.sources[path] for path in sorted(self.project.sources) if self.owns(path)]

    def shown(self, source: Source, numbers: Iterable[int]) -> Mapping[int, str]:
        """Returns lines of a file as they may be shown, by number; of what is no program, no secret setting's value."""
        reads = self.project.reads(source.path)
        lines = lines_of(source.content if reads else source.text)
        wanted = ((number - 1, number) for number in sorted(numbers) if 0 < number <= len(lines))
        found = shown_lines(lines, wanted, self.mask if reads else self.mask.settings)
        return {index + 1: line for index, line in found.items()}

    def owns(self, path: str) -> bool:
        """Returns whether a file was asked for."""
        return path not in self.project.outside

    def mentions(self, source: Source) -> bool:
        """Returns whether a file names HubSpot at all."""
        text = source.text.lower()
        return any(needle in text for needle in self.project.vocabulary.needles)

    def where(self, at: Location) -> Position:
        """Returns the line and column of a place."""
        source = self.project.source(at.path)
        return source.position(at.span.start) if source else _START

    def end(self, at: Location) -> Position:
        """Returns the line and column behind a place."""
        source = self.project.source(at.path)
        return source.position_behind(at.span) if source else _START

    def cell(self, at: Location) -> str:
        """Returns the cell and line of a place in a notebook, empty anywhere else."""
        source = self.project.source(at.path)
        return source.embedded.within(at.span.start) if source and source.embedded else ""

    def excerpt(self, at: Location) -> str:
        """Returns the source text of a place."""
        source = self.project.source(at.path)
        return source.excerpt(at.span) if source else ""

    def worded(self, call: ApiCall, text: str) -> str:
        """Returns a question about a request in the words of the code, with the place of each expression."""
        return worded(call, text, lambda at: self.mask(self.excerpt(at)), self._called)

    def _called(self, at: Location) -> str:
        cell = self.cell(at)
        return f"{at.path}, {cell}" if cell else f"{at.path}:{self.where(at).line}"

    def line_of(self, at: Location) -> Span:
        """Returns the span of the whole line that a place begins on."""
        source = self.project.source(at.path)
        if source is None:
            return at.span
        start = source.text.rfind("\n", 0, at.span.start) + 1
        end = source.text.find("\n", at.span.start)
        return Span(start, end if end >= 0 else len(source.text))

"""One root of a run, from its files to the requests its program can make."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from migrator.carriers.notebooks import is_notebook, opened
from migrator.discover.files import File, Listing
from migrator.discover.loaders import loaders
from migrator.discover.reading import read
from migrator.discover.search import search
from migrator.errors import ReadError, UnparsableError
from migrator.evaluate.contracts import Modules
from migrator.evaluate.exports import Exports, users
from migrator.evaluate.fixpoint import Evaluation, Evaluator, together
from migrator.evaluate.groups import Connections, reachable
from migrator.evaluate.program import Group, Program
from migrator.evaluate.rounds import Round, resurveyed
from migrator.languages.base import Language
from migrator.languages.pinned import Pinned
from migrator.languages.registry import asked, is_manifest, language_in, language_of, languages
from migrator.model.call import ApiCall
from migrator.model.requirement import Requirement, described, is_above
from migrator.model.stack import on_deep_stack
from migrator.model.text import Location, Source, Trouble
from migrator.model.unit import Unit
from migrator.model.value import Text
from migrator.model.vocabulary import Vocabulary
from migrator.model.workers import shared
from migrator.model.written import Reading, Written

_T = TypeVar("_T")
_ENOUGH = 100_000
"""How many characters a worker pays for: what starting it costs is evaluated in a tenth of a second."""
_HELD = 4_000_000
"""How many characters of source may be held in lowered form from one piece of work to the next."""


@dataclass(slots=True)
class LanguagePart:
    """The modules of one language in a root, and from its first evaluation on the program that they are."""

    language: Language
    modules: Modules
    program: Program | None = None


@dataclass(slots=True)
class Project:
    """The files of one root. Sources and lowered files are kept, so that a changed program is evaluated cheaply.

    ``lowered`` is told how many files are lowered. ``analysed`` are those, each with what its lowered form does not
    hold; ``units`` are what this process, one of ``jobs``, lowers. ``unparsable`` and ``unreadable`` say, by
    path, why a file could not be analysed. ``parts`` are the programs that the root holds, by language. ``manifests``
    and ``asked`` say what the project depends on. ``changed`` holds lowered files by path and new text; changes are
    ``planned`` where it is evaluated with them. ``inside`` is where the root is in its project, ``outside`` the files
    that were not asked for, of the listings in ``context``, and ``nearby`` those with a needle. ``further`` are those
    that imports lead to, and ``reached`` the relevant ones. ``foreseen`` are changed programs evaluated before they are
    asked for, by path and new text of what is changed in them. ``held`` is the length of all that ``units`` are of.
    """

    files: Mapping[str, File]
    relevant: tuple[str, ...]
    listings: Sequence[Listing]
    vocabulary: Vocabulary
    lowered: Callable[[int], None] = lambda _count: None
    inside: str = ""
    outside: frozenset[str] = frozenset()
    context: Sequence[Listing] = ()
    nearby: tuple[str, ...] = ()
    jobs: int = 1
    planned: bool = True
    sources: dict[str, Source] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    analysed: dict[str, tuple[Trouble, ...]] = field(default_factory=dict)
    unparsable: dict[str, UnparsableError] = field(default_factory=dict)
    unreadable: dict[str, ReadError] = field(default_factory=dict)
    tests: dict[str, bool] = field(default_factory=dict, init=False)
    parts: dict[str, LanguagePart] = field(default_factory=dict, init=False)
    changed: dict[tuple[str, str], Unit | None] = field(default_factory=dict, init=False)
    readings: dict[str, Reading | None] = field(default_factory=dict, init=False)
    manifests: dict[str, str] | None = field(default=None, init=False)
    asked: tuple[Requirement, ...] = field(default=(), init=False)
    foreseen: dict[frozenset[tuple[str, str]], Evaluation] = field(default_factory=dict, init=False)
    reached: tuple[str, ...] = field(default=(), init=False)
    further: Sequence[Listing] = field(default=(), init=False)
    held: int = field(default=0, init=False)

    def read(self) -> None:
        """Reads every relevant file, whatever its language, and finds out what the root reaches outside of it."""
        for path in self.relevant:
            self.source(path)
        reached: set[str] = set()
        nearby = [self.language(path) for path in self.nearby]
        for language in filter(nearby.__contains__, languages()):
            own = (path for path in self.files if path.endswith(language.suffixes) and path not in self.outside)
            reached |= reachable(own, self.part(language).modules.imports, self.glimpse) & self.outside
        self.reached = tuple(path for path in self.nearby if path in reached)
        if reached:
            self.further = [one.only(n for n in one.names if one.file(n).path in reached) for one in self.context]

    def _opened(self, source: Source) -> Source:
        """Returns the program in a file."""
        return opened(source, self.vocabulary.needles) if is_notebook(source.path) else source

    def language(self, path: str) -> Language | None:
        """Returns the language of a file, by what it says of itself where its name does not tell, or None."""
        if is_notebook(path) and (source := self.source(path)) is not None:
            return language_in(source)
        return language_of(path, "" if "." in path.rpartition("/")[2] else self.text(path) or "")

    def part(self, language: Language) -> LanguagePart:
        """Returns the modules of a language as they are."""
        if language.name not in self.parts:
            paths = (path for path in self.files if path.endswith(language.suffixes))
            modules = language.modules(paths, self._lowered, self.text, self.inside)
            modules.glimpse = self.glimpse
            self.parts[language.name] = LanguagePart(language=language, modules=modules)
        return self.parts[language.name]

    def reads(self, path: str) -> bool:
        """Returns whether a file is in a language that is read."""
        return self.language(path) is not None

    def is_test(self, path: str) -> bool:
        """Returns whether a file is a test or a recording."""
        if path not in self.tests:
            language = self.language(path)
            self.tests[path] = any(one.is_test(path, self.text) for one in ([language] if language else languages()))
        return self.tests[path]

    def is_built(self, path: str) -> bool:
        """Returns whether a build makes a file of code from others."""
        language, source = self.language(path), self.source(path)
        return language is not None and source is not None and language.is_built(source)

    def source(self, path: str) -> Source | None:
        """Returns a file of the root as text, or None when it cannot be read."""
        if path not in self.sources and path not in self.unreadable and path in self.files:
            try:
                self.sources[path] = self._opened(read(self.files[path]))
            except ReadError as error:
                self.unreadable[path] = error
        return self.sources.get(path)

    def text(self, path: str) -> str | None:
        """Returns the content of a file of the root, None when there is none or it cannot be read."""
        source = self.source(path)
        return source.text if source else None

    def glimpse(self, path: str) -> str | None:
        """Returns the content of a file as `text` does, and does not keep it among the files that were read."""
        if path in self.sources or path not in self.files:
            return self.text(path)
        try:
            return self._opened(read(self.files[path])).text
        except ReadError:
            return None

    def excerpt(self, at: Location) -> str:
        """Returns the source text of a place, empty when the file cannot be read."""
        source = self.source(at.path)
        return source.excerpt(at.span) if source else ""

    def reading(self, path: str) -> Reading | None:
        """Returns what stands in a file that is no program, or in a program's commands; None where there is neither."""
        if path not in self.readings:
            from migrator.carriers import reading  # few projects have such a file that matters

            source = self.source(path)
            how = reading.read if self.language(path) is None else reading.read_commands
            self.readings[path] = how(source, self.vocabulary) if source is not None else None
        return self.readings[path]

    def keys(self) -> Iterator[str]:
        """Yields the credentials that stand in files that are no programs and matter."""
        for path in self.relevant:
            reading = self.reading(path)
            yield from (secret.text for secret in reading.secrets) if reading is not None else ()

    def recorded(self) -> Iterator[Written]:
        """Yields the requests that are written down in the files that were asked for and matter."""
        for path in self.relevant:
            reading = self.reading(path)
            yield from reading.requests if reading is not None else ()

    def unit(self, path: str) -> Unit | None:
        """Returns a file in lowered form, for who looks at one after another: few are held."""
        if path not in self.units and sum(len(self.sources[each].text) for each in self.units) > _HELD:
            self.units.clear()
        return self._lowered(path)

    def _lowered(self, path: str) -> Unit | None:
        """Returns a file in lowered form, or None when it cannot be read or parsed."""
        if path in self.units:
            return self.units[path]
        source = None if path in self.unparsable else self.source(path)
        language = self.language(path)
        if source is None or language is None:
            return None
        try:
            unit = language.lower(source, self.vocabulary)
            told = source.embedded.troubles if source.embedded is not None else ()
            self.units[path] = replace(unit, troubles=(*told, *unit.troubles)) if told else unit
            self.analysed[path] = self.units[path].troubles
            self.held += len(source.text)
        except UnparsableError as error:
            self.unparsable[path] = error
        self.lowered(len(self.analysed))
        return self.units.get(path)

    def let_go(self, but: Mapping[str, str] | None = None) -> None:
        """Forgets lowered files where much is held, and what was evaluated in them; of changed ones all *but* some.

        Evaluations hold themselves in circles, and the collector is off otherwise; it costs more than it frees while
        most of what is held is still used.
        """
        for known in self.changed.keys() - but.items() if but is not None else ():
            del self.changed[known]
            self.held += len(known[1])
        used = {path for part in self.parts.values() if part.program for path in part.program.kept}
        kept = sum(len(self.text(path) or "") for path in used)
        if self.held - kept > _HELD:
            self.units.clear()
            self.held = kept
            gc.collect()

    def known(self, path: str) -> Unit | None:
        """Returns a file in lowered form if it was analysed."""
        return self.unit(path) if path in self.analysed else None

    def troubles(self) -> Iterator[tuple[Source, Trouble]]:
        """Yields each place that is not evaluated as it is written: a whole file, or what its grammar does not take."""
        for path in sorted({*self.unparsable, *(path for path, troubles in self.analysed.items() if troubles)}):
            source = self.source(path)
            if source is None:
                continue
            if path in self.analysed:
                yield from ((source, trouble) for trouble in self.analysed[path])
            else:
                error = self.unparsable[path]
                yield source, Trouble(source.line(error.line), error.what)

    def evaluate(
        self, changed: Mapping[str, str] = MappingProxyType({}), within: Collection[str] | None = None
    ) -> Evaluation:
        """Returns the requests of the program, or of a piece *within* some files, with the text of some files replaced.

        Files that only use what a relevant one exports are found by its names, in rounds, the first time: a change adds
        none to them.
        """
        known = self.foreseen.pop(frozenset(changed.items()), None) if changed else None
        return known or on_deep_stack(lambda: self._evaluate(changed, within))

    def foresee(self, states: Sequence[Mapping[str, str]], within: Collection[str]) -> None:
        """Evaluates several changed programs at once, and keeps the results."""
        small = sum(len(text) for state in states for text in state.values()) < _ENOUGH
        if self.jobs > 1 and not small:
            found = self.share(lambda one: self._evaluate(states[one], within), [state.keys() for state in states])
            self.foreseen = {frozenset(state.items()): one for state, one in zip(states, found, strict=True)}

    def _evaluate(self, changed: Mapping[str, str], within: Collection[str] | None = None) -> Evaluation:
        self.let_go(but=changed)
        evaluated = [name for name, part in sorted(self.parts.items()) if part.program]
        spoken = [self.parts[name].language for name in evaluated] or [one for one in languages() if self._entered(one)]
        return together([self._evaluated(one, changed, within) for one in spoken])

    def _evaluated(self, language: Language, changed: Mapping[str, str], within: Collection[str] | None) -> Evaluation:
        """Returns the requests of the program in one language."""
        part = self.part(language)
        if changed and part.program is None:
            self._evaluated(language, {}, None)
        fresh = {path: text for path, text in changed.items() if path in self.analysed}
        modules, pinned = part.modules, self.pinned(changed)

        def unit(path: str) -> Unit | None:
            return self._again(path, fresh[path]) if path in fresh else self._lowered(path)

        def begin(surveyed: Sequence[Round]) -> Evaluator:
            return Evaluator(
                modules.loading(unit),
                library=language.library(pinned),  # what one group puts into a client is not there for the next
                semantics=language.semantics,
                vocabulary=self.vocabulary,
                is_test=self.is_test,
                surveyed=surveyed,
                commands=self._commands,
                noting=self.planned and not changed,
            )

        if part.program is None:
            part.program = Program(Connections(modules.imports, self.glimpse), begin, self.share)
            found = part.program.evaluate(self._entered(language), partial(self._users, language, modules))
            self.let_go()
            return found

        def surveyed(group: Group) -> Sequence[Round]:
            replaced = {
                path: (self.sources[path], Source(path=path, text=fresh[path])) for path in fresh.keys() & group.reach
            }
            return [resurveyed(one, unit, replaced) for one in group.surveys]

        pinned_anew = self.requirements(changed) != self.requirements()
        return part.program.again(begin, surveyed, None if pinned_anew else changed, within)

    def share(self, work: Callable[[int], _T], groups: Sequence[Collection[str]]) -> list[_T]:
        """Returns what a piece of work gives for each group of files, done by several processes where that pays.

        What is lowered for one group is let go before the next where it is much.
        """
        several = self.jobs > 1 and len(groups) > 1
        costs = [sum(len(self.glimpse(path) or "") for path in files) if several else 0 for files in groups]
        own = os.getpid()

        def told(number: int) -> tuple[_T, dict[str, tuple[Trouble, ...]], dict[str, UnparsableError]]:
            if os.getpid() != own:
                self.lowered, self.jobs = lambda _count: None, 1
            known = {*self.analysed, *self.unparsable}
            found = work(number)
            self.let_go()
            analysed = {path: told for path, told in self.analysed.items() if path not in known}
            return found, analysed, {path: why for path, why in self.unparsable.items() if path not in known}

        results = shared(told, costs, self.jobs if sum(costs) >= _ENOUGH else 1)
        for _, analysed, unparsable in results:
            self.analysed |= analysed
            self.unparsable |= unparsable
        return [found for found, _, _ in results]

    def _commands(self, words: Text | Sequence[Text], at: Location) -> Iterable[ApiCall]:
        """Returns the requests of a command that the program has run."""
        from migrator.carriers.spoken import spoken

        return spoken(words, at, self.vocabulary)

    def _again(self, path: str, text: str) -> Unit | None:
        """Returns a file in lowered form with its text replaced, or None when that is no longer a program."""
        language = self.language(path)
        if (path, text) not in self.changed and language is not None:
            source = Source(path=path, text=text)
            try:
                unit: Unit | None = language.lower(source, self.vocabulary)
            except UnparsableError:
                unit = None
            self.changed[path, text] = unit if unit and self._as_sound(language, source, unit) else None
        return self.changed.get((path, text))

    def _as_sound(self, language: Language, changed: Source, unit: Unit) -> bool:
        """Returns whether a changed file can be run if the file as it is can: lowering takes more than a language."""
        before, known = self.source(changed.path), self.analysed.get(changed.path)
        if before is None or known is None or len(unit.troubles) > len(known):
            return False
        return language.is_sound(changed) or not language.is_sound(before)

    def requirements(self, changed: Mapping[str, str] = MappingProxyType({})) -> tuple[Requirement, ...]:
        """Returns what the project's manifests, some of them changed, ask for of HubSpot libraries."""
        if self.manifests is None:
            every = filter(is_manifest, self.files)
            own = (path for path in every if path not in self.outside or self._holds_for_some(path))
            packages = [language.packages for language in languages()]
            more = (path for path in self.relevant if any(one.may_state(path) for one in packages))
            found = filter(None, map(self.source, dict.fromkeys((*own, *more))))
            self.manifests = {source.path: source.text for source in found}
            self.asked = asked(self.manifests)
        fresh = {path: text for path, text in changed.items() if path in self.manifests}
        if asked(fresh) == asked({path: self.manifests[path] for path in fresh}) and not any(map(is_manifest, fresh)):
            return self.asked  # most are programs, which ask for nothing
        return asked({**self.manifests, **fresh})

    def _holds_for_some(self, manifest: str) -> bool:
        """Whether a manifest that was not asked for describes a project that files which were are in."""
        folder = described(manifest)
        return any(is_above(folder, path) for path in self.relevant)

    def pinned(self, changed: Mapping[str, str] = MappingProxyType({})) -> Pinned:
        """Returns what says which releases of the HubSpot libraries a file's project can have."""
        return Pinned(self.requirements(changed))

    def _entered(self, language: Language) -> list[str]:
        """Returns the files of a language that matter by themselves, or for the file of data that they load."""
        own = [path for path in (*self.relevant, *self.reached) if self.language(path) is language]
        loads, words = self.part(language).modules.loads, self.vocabulary
        return [*own, *loaders(self.listings, language.suffixes, self.relevant, self.text, words, loads, own)]

    def _users(self, language: Language, modules: Modules, carriers: Exports) -> set[str]:
        """Returns the files that import a carrier from a file that has it."""
        every = {word for one in carriers.values() for file in one.files for word in modules.called(file)}
        words = sorted(name for name in every.union(carriers) if not self.vocabulary.is_telling(name))
        if not words:
            return set()
        found = search([*self.listings, *self.further], words, words=True, suffixes=language.suffixes)
        texts = {file.path: text for file in found if (text := self.text(file.path)) is not None}
        return users(texts, carriers, modules.uses)

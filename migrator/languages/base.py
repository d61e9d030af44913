"""What a programming language has to offer: all that the rest of the tool may ask of one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import NamedTuple, Protocol, cast

from migrator.evaluate.contracts import Library, Modules
from migrator.evaluate.object_uses import ObjectUse
from migrator.evaluate.semantics import Semantics
from migrator.languages.pinned import Pinned
from migrator.model.call import KeySource
from migrator.model.draft import AddedAlias, Draft, KeyEntry, Placement
from migrator.model.requirement import Requirement
from migrator.model.text import Location, Mention, Source, Suppression
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


class Cells(NamedTuple):
    """What a notebook in a language is like: the names that its kernels begin with, an empty one for no name at all,
    what makes a comment of a line and ends a cell, and whether lines can be commands of IPython.
    """

    kernels: tuple[str, ...]
    comment: str
    end: str = ""
    magics: bool = False


class Packages(Protocol):
    """The manifests and lock files of a language's ecosystem."""

    def is_manifest(self, path: str) -> bool:
        """Returns whether a file, by its name, can say which packages a project uses."""

    def may_state(self, path: str) -> bool:
        """Returns whether a file that is no manifest can say, by its name, which packages it or a job of it needs."""
        return False

    def requirements(self, files: Mapping[str, str], only: Collection[str]) -> tuple[Requirement, ...]:
        """Returns what files (texts by path) ask for of these packages; one that is broken asks for nothing."""


class Drafter(Protocol):
    """Drafts the edits that move a credential; keeps the files it has parsed."""

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Placement = Placement.SENDER) -> Draft:
        """Returns the edits that move the credential of all entries into headers, or why they cannot be moved."""

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns the edits that replace a credential written in the source by a read of the environment."""


@cache
def _submodule(language: str, name: str) -> ModuleType:
    return importlib.import_module(f"{__package__}.{language}.{name}")


class Language(Protocol):
    """A programming language. Its folder under ``languages/`` has a module ``language`` with one as ``LANGUAGE``.

    That module imports nothing costly: what a method needs is imported when it is asked. Most methods are answered by
    modules of the folder, which have the same names in each. ``name`` is that of the folder, ``title`` the one for
    people. ``suffixes`` end the names of its files; ``interpreters`` are the programs that a ``#!`` line names in a
    file without a suffix; ``cells`` says what notebooks in it are like. ``variables`` are the lexical places
    (`Mention.context`) at which the name of an environment variable can stand.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    interpreters: tuple[str, ...]
    cells: Cells
    variables: frozenset[str]

    def submodule(self, name: str) -> ModuleType:
        """Returns a module of its folder, imported when it is first asked for."""
        return _submodule(self.name, name)

    @property
    def semantics(self) -> Semantics:
        """What its values and names mean: ``SEMANTICS`` of its ``semantics``."""
        return cast(Semantics, self.submodule("semantics").SEMANTICS)

    @property
    def packages(self) -> Packages:
        """The manifests of its ecosystem: the module ``packages``."""
        return cast(Packages, self.submodule("packages"))

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns a file in lowered form. Raises `UnparsableError`; never anything else.

        What cannot be lowered as it is written is among the troubles of the unit. ``lower`` of ``lowering.lower`` does.
        """
        return cast(Unit, self.submodule("lowering.lower").lower(source, vocabulary))

    def is_sound(self, source: Source) -> bool:
        """Returns whether a file can be run, as strictly as can be told; lowering takes more than that."""

    def library(self, pinned: Pinned) -> Library:
        """Returns what its functions and packages do; *pinned* says which releases of client libraries there can be.

        It is a ``LIBRARY`` of ``library.lookup``.
        """
        return cast(Library, self.submodule("library.lookup").LIBRARY(pinned))

    def modules(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        text: Callable[[str], str | None],
        inside: str,
    ) -> Modules:
        """Returns the modules of a project by the paths of its files.

        *load* lowers one of them, *text* gives the content of any file of the project, None when there is none.
        *inside* is where in its project the folder is that the paths are relative to. They are ``MODULES`` of
        ``modules``.
        """
        return cast(Modules, self.submodule("modules").MODULES(paths, load, text, inside))

    def is_test(self, path: str, text: Callable[[str], str | None]) -> bool:
        """Returns whether a file is a test, as ``modules`` tells; *text* gives its content."""
        return cast(bool, self.submodule("modules").is_test(path, text))

    def is_built(self, source: Source) -> bool:
        """Returns whether a build makes a file from others, so that a change to it would be lost."""
        return False

    def mentions(self, source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
        """Returns each occurrence of one of the words in order, with its lexical place, as ``lexical`` tells."""
        return cast(tuple[Mention, ...], self.submodule("lexical").mentions(source, words))

    def suppressions(self, source: Source) -> tuple[Suppression, ...]:
        """Returns the comments ``hapikey: ignore[CODE, ...] reason`` of a file in order, as ``lexical`` tells."""
        return cast(tuple[Suppression, ...], self.submodule("lexical").suppressions(source))

    def drafter(self, sources: Mapping[str, Source], modules: Modules, uses: Iterable[ObjectUse]) -> Drafter:
        """Returns what drafts rewrites of these files of a project.

        *uses* are what the evaluation saw of who uses what.
        """

    def aliases(
        self, sources: Mapping[str, Source], keys: Sequence[KeySource], words: Sequence[str]
    ) -> Iterator[AddedAlias]:
        """Yields a second name for each flag, parameter and property of these files that gives one of the keys.

        Only one that has one of the words in its name gets any.
        """
        return iter(())

"""Python as a `Language`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from migrator.evaluate.contracts import Library, Modules
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.uses import ObjectUse
from migrator.languages.base import Cells, Drafter, Language, Packages
from migrator.languages.pinned import Pinned
from migrator.model.call import KeySource
from migrator.model.draft import SecondName
from migrator.model.text import Mention, Source, Suppression
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


class _Python(Language):
    """Python source files."""

    name: str = "python"
    title: str = "Python"
    suffixes: tuple[str, ...] = (".py", ".pyw", ".ipynb")
    interpreters: tuple[str, ...] = ("python", "pypy", "pythonw", "uv", "pipx", "poetry", "pdm")
    cells: Cells = Cells(("", "py", "ipy", "conda", "venv", "base"), comment="# ", magics=True)
    variables: frozenset[str] = frozenset({"string", "comment", "docstring"})

    @cached_property
    def semantics(self) -> Semantics:
        """What its values and names mean."""
        from migrator.languages.python.semantics import SEMANTICS

        return SEMANTICS

    @property
    def packages(self) -> Packages:
        """The manifests that `pip` and its kin read."""
        from migrator.languages.python import pins

        return pins

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns the file in lowered form. Raises `UnparsableError`; never anything else."""
        from migrator.languages.python.lowering.lower import lower

        return lower(source, vocabulary)

    def is_sound(self, source: Source) -> bool:
        """Returns whether a parser that takes Python 3 and nothing else takes the file."""
        from migrator.languages.python.rewriting.parse import is_sound

        return is_sound(source)

    def library(self, pinned: Pinned) -> Library:
        """Returns the models of functions and packages, with the releases of client libraries that there can be."""
        from migrator.languages.python.library.lookup import PythonLibrary

        return PythonLibrary(pinned)

    def modules(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        text: Callable[[str], str | None],
        inside: str,
    ) -> Modules:
        """Returns the modules of a project by the paths of its files."""
        from migrator.languages.python.library.lookup import PythonLibrary
        from migrator.languages.python.modules import PythonModules

        return PythonModules(paths, load, PythonLibrary().roots, text, inside)

    def is_test(self, path: str, text: Callable[[str], str | None]) -> bool:
        """Returns whether a file is a test by the usual conventions."""
        from migrator.languages.python.modules import is_test

        return is_test(path, text)

    def mentions(self, source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
        """Returns each occurrence of one of the words in order, with its lexical place."""
        from migrator.languages.python.lexical import mentions

        return mentions(source, words)

    def suppressions(self, source: Source) -> tuple[Suppression, ...]:
        """Returns the comments ``# hapikey: ignore[CODE, ...] reason`` of a file in order."""
        from migrator.languages.python.lexical import suppressions

        return suppressions(source)

    def drafter(
        self, sources: Mapping[str, Source], text: Callable[[str], str | None], uses: Iterable[ObjectUse]
    ) -> Drafter:
        """Returns what drafts rewrites of these files."""
        from migrator.languages.python.rewriting.drafting import PythonDrafter
        from migrator.languages.python.rewriting.width import width_of

        return PythonDrafter(sources, uses, width_of(text))

    def aliases(
        self, sources: Mapping[str, Source], keys: Sequence[KeySource], words: Sequence[str]
    ) -> Iterator[SecondName]:
        """Yields a second name for each flag, parameter and property of these files that gives one of the keys."""
        from migrator.languages.python.rewriting.aliases import aliases

        yield from aliases(sources, keys, words)


LANGUAGE: Language = _Python()

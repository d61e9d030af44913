"""Python as a `Language`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from migrator.evaluate.contracts import Modules
from migrator.evaluate.object_uses import ObjectUse
from migrator.languages.base import Cells, Drafter, Language
from migrator.model.call import KeySource
from migrator.model.draft import AddedAlias
from migrator.model.text import Source
from migrator.model.unit import Unit


class _Python(Language):
    """Python source files."""

    name: str = "python"
    title: str = "Python"
    suffixes: tuple[str, ...] = (".py", ".pyw", ".ipynb")
    interpreters: tuple[str, ...] = ("python", "pypy", "pythonw", "uv", "pipx", "poetry", "pdm")
    cells: Cells = Cells(("", "py", "ipy", "conda", "venv", "base"), comment="# ", magics=True)
    variables: frozenset[str] = frozenset({"string", "comment", "docstring"})

    def is_sound(self, source: Source) -> bool:
        """Returns whether a parser that takes Python 3 and nothing else takes the file."""
        from migrator.languages.python.rewriting.parse import is_sound

        return is_sound(source)

    def modules(
        self, paths: Iterable[str], load: Callable[[str], Unit | None], text: Callable[[str], str | None], inside: str
    ) -> Modules:
        """Returns the modules of a project by the paths of its files."""
        from migrator.languages.python.library.lookup import PythonLibrary
        from migrator.languages.python.modules import PythonModules

        return PythonModules(paths, load, PythonLibrary().roots, text, inside)

    def drafter(self, sources: Mapping[str, Source], modules: Modules, uses: Iterable[ObjectUse]) -> Drafter:
        """Returns what drafts rewrites of these files."""
        from migrator.languages.python.rewriting.drafting import PythonDrafter
        from migrator.languages.python.rewriting.line_width import width_of

        return PythonDrafter(sources, uses, width_of(modules.glimpse))

    def aliases(
        self, sources: Mapping[str, Source], keys: Sequence[KeySource], words: Sequence[str]
    ) -> Iterator[AddedAlias]:
        """Yields a second name for each flag, parameter and property of these files that gives one of the keys."""
        from migrator.languages.python.rewriting.aliases import aliases

        yield from aliases(sources, keys, words)


LANGUAGE: Language = _Python()

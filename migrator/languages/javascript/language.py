"""JavaScript and TypeScript as a `Language`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from migrator.errors import UnparsableError
from migrator.evaluate.contracts import Library, Modules
from migrator.evaluate.semantics import Semantics
from migrator.evaluate.uses import ObjectUse
from migrator.languages.base import Cells, Drafter, Language, Packages
from migrator.languages.pinned import Pinned
from migrator.model.text import Mention, Source, Suppression
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


class _JavaScript(Language):
    """JavaScript and TypeScript source files, Apps Script among them."""

    name: str = "javascript"
    title: str = "JavaScript"
    suffixes: tuple[str, ...] = (
        ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".gs", ".vue", ".svelte", ".html", ".htm",
    )  # fmt: skip
    interpreters: tuple[str, ...] = ("node", "nodejs", "deno", "bun", "tsx", "ts-node", "npx", "zx")
    cells: Cells = Cells(("javascript", "typescript", "deno", "node", "tslab", "jslab"), comment="// ", end=";\n")
    variables: frozenset[str] = frozenset({"string", "comment", "variable"})

    @property
    def packages(self) -> Packages:
        """The manifests of npm and its kin."""
        from migrator.languages.javascript import packages

        return packages

    @property
    def semantics(self) -> Semantics:
        """The rules of the language."""
        from migrator.languages.javascript.semantics import SEMANTICS

        return SEMANTICS

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns the file in lowered form. Raises `UnparsableError`; never anything else."""
        from migrator.languages.javascript.lexical import mentions
        from migrator.languages.javascript.lowering.lower import lower

        unit = lower(source, vocabulary)
        mentions(source, vocabulary.key_words)  # while what the parser gave is at hand: they are asked for next
        return unit

    def library(self, pinned: Pinned) -> Library:
        """Returns the models of functions and packages, with the releases of client libraries that there can be."""
        from migrator.languages.javascript.library.lookup import JavaScriptLibrary

        return JavaScriptLibrary(pinned)

    def modules(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        text: Callable[[str], str | None],
        inside: str,
    ) -> Modules:
        """Returns the modules of a project by the paths of its files."""
        from migrator.languages.javascript.modules import JavaScriptModules

        return JavaScriptModules(paths, load, text, inside)

    def is_test(self, path: str, text: Callable[[str], str | None]) -> bool:
        """Returns whether a file is a test by the usual conventions."""
        from migrator.languages.javascript.modules import is_test

        return is_test(path)

    def is_built(self, source: Source) -> bool:
        """Returns whether a build makes a file: by the folder it is in, or by lines that nobody writes."""
        from migrator.languages.javascript.lowering.lower import is_built

        return is_built(source)

    def mentions(self, source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
        """Returns each occurrence of one of the words in order, with its lexical place."""
        from migrator.languages.javascript.lexical import mentions

        return mentions(source, words)

    def suppressions(self, source: Source) -> tuple[Suppression, ...]:
        """Returns the comments ``// hapikey: ignore[CODE, ...] reason`` of a file in order."""
        from migrator.languages.javascript.lexical import suppressions

        return suppressions(source)

    def is_sound(self, source: Source) -> bool:
        """Returns whether the grammar takes the whole file, which is less than it takes to run."""
        from migrator.languages.javascript.lowering.lower import tree

        try:
            return not tree(source).troubles
        except UnparsableError:
            return False

    def drafter(
        self, sources: Mapping[str, Source], text: Callable[[str], str | None], uses: Iterable[ObjectUse]
    ) -> Drafter:
        """Returns what drafts rewrites of these files."""
        from migrator.languages.javascript.rewriting.drafting import JavaScriptDrafter

        return JavaScriptDrafter(sources)


LANGUAGE: Language = _JavaScript()

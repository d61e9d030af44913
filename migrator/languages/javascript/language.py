"""JavaScript and TypeScript as a `Language`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migrator.errors import UnparsableError
from migrator.evaluate.contracts import Modules
from migrator.evaluate.object_uses import ObjectUse
from migrator.languages.base import Cells, Drafter, Language
from migrator.model.text import Source
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

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns the file in lowered form. Raises `UnparsableError`; never anything else."""
        from migrator.languages.javascript.lexical import mentions
        from migrator.languages.javascript.lowering.lower import lower

        unit = lower(source, vocabulary)
        mentions(source, vocabulary.key_words)  # while what the parser gave is at hand: they are asked for next
        return unit

    def is_built(self, source: Source) -> bool:
        """Returns whether a build makes a file: by the folder it is in, or by lines that nobody writes."""
        from migrator.languages.javascript.lowering.lower import is_built

        return is_built(source)

    def is_sound(self, source: Source) -> bool:
        """Returns whether the grammar takes the whole file, which is less than it takes to run."""
        from migrator.languages.javascript.lowering.lower import tree

        try:
            return not tree(source).troubles
        except UnparsableError:
            return False

    def drafter(self, sources: Mapping[str, Source], modules: Modules, uses: Iterable[ObjectUse]) -> Drafter:
        """Returns what drafts rewrites of these files."""
        from migrator.languages.javascript.modules import JavaScriptModules
        from migrator.languages.javascript.rewriting.drafting import JavaScriptDrafter
        from migrator.languages.javascript.rewriting.shipped import ShippedScripts

        assert isinstance(modules, JavaScriptModules)
        return JavaScriptDrafter(sources, ShippedScripts(modules))


LANGUAGE: Language = _JavaScript()

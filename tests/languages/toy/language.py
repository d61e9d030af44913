"""The toy language as a `Language`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from migrator.evaluate.contracts import Library, Modules
from migrator.evaluate.object_uses import ObjectUse
from migrator.evaluate.semantics import Semantics
from migrator.languages.base import Cells, Drafter, Language, Packages
from migrator.languages.pinned import Pinned
from migrator.model.draft import Draft, KeyEntry, Placement
from migrator.model.requirement import Requirement
from migrator.model.text import Location, Mention, Source, Span, Suppression
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary

_IGNORED = re.compile(r"// hapikey: ignore\[([^\]]*)\] ?(.*)")


class _NoPackages(Packages):
    """No manifest says anything of a toy."""

    def is_manifest(self, path: str) -> bool:
        """Returns False."""
        return path == ""

    def requirements(self, files: Mapping[str, str], only: Iterable[str]) -> tuple[Requirement, ...]:
        """Returns nothing."""
        assert not any(map(self.is_manifest, files)), list(only)
        return ()


class _NoDrafter(Drafter):
    """Rewrites nothing."""

    def draft(self, entries: Sequence[KeyEntry], *, token_env: str, where: Placement = Placement.SENDER) -> Draft:
        """Returns why nothing is rewritten."""
        return Draft(problem=f"{len(entries)} keys of a toy move to {token_env} by hand ({where})")

    def extract(self, literal: Location, token_env: str) -> Draft:
        """Returns why nothing is rewritten."""
        return Draft(problem=f"the literal in {literal.path} moves to {token_env} by hand")


class _Toy(Language):
    """Files of assignments and requests."""

    name = "toy"
    title = "Toy"
    suffixes: tuple[str, ...] = (".toy",)
    interpreters: tuple[str, ...] = ("toy",)
    cells: Cells = Cells(("toy",), comment="// ")
    variables = frozenset({"code"})

    @property
    def semantics(self) -> Semantics:
        """What its values mean."""
        from migrator.languages.toy.meaning import SEMANTICS  # type: ignore[import-not-found] # a folder of the tests

        found: Semantics = SEMANTICS
        return found

    @property
    def packages(self) -> Packages:
        """It has none."""
        return _NoPackages()

    def lower(self, source: Source, vocabulary: Vocabulary) -> Unit:
        """Returns a file in lowered form."""
        from migrator.languages.toy.lowering import lower  # type: ignore[import-not-found] # a folder of the tests

        found: Unit = lower(source, vocabulary)
        return found

    def is_sound(self, source: Source) -> bool:
        """Returns whether every line is a statement."""
        return not self.lower(source, _NO_WORDS).troubles

    def library(self, pinned: Pinned) -> Library:
        """Returns what its two functions do."""
        from migrator.languages.toy.meaning import ToyLibrary

        found: Library = ToyLibrary()
        return found

    def modules(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        text: Callable[[str], str | None],
        inside: str,
    ) -> Modules:
        """Returns the files, none of which imports another."""
        return Modules(load, text)

    def is_test(self, path: str, text: Callable[[str], str | None]) -> bool:
        """Returns whether a file is called a test."""
        return path.endswith(".test.toy") and text(path) is not None

    def mentions(self, source: Source, words: tuple[str, ...]) -> tuple[Mention, ...]:
        """Returns each occurrence of one of the words."""
        pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
        return tuple(
            Mention(Span(*found.span()), found[0].lower(), "comment" if _is_comment(source, found.start()) else "code")
            for found in pattern.finditer(source.text)
        )

    def suppressions(self, source: Source) -> tuple[Suppression, ...]:
        """Returns the comments that suppress."""
        return tuple(
            Suppression(Span(*found.span()), source.position(found.start()).line, (found[1],), found[2])
            for found in _IGNORED.finditer(source.text)
        )

    def drafter(self, sources: Mapping[str, Source], modules: Modules, uses: Iterable[ObjectUse]) -> Drafter:
        """Returns what rewrites nothing."""
        return _NoDrafter()


def _is_comment(source: Source, at: int) -> bool:
    start = source.text.rfind("\n", 0, at) + 1
    return "//" in re.sub(r"https?://", "", source.text[start:at])


_NO_WORDS = Vocabulary(
    needles=(), key_words=(), key_parameters=frozenset(), token_parameters=frozenset(), key_headers=frozenset(),
    hosts=(), secrets=(), placeholders=(),
)  # fmt: skip
LANGUAGE: Language = _Toy()

"""Which files share a scope without imports: those of an Apps Script, and the scripts of a page."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter

from migrator.evaluate.contracts import Modules

_SCRIPT, _GOOGLE, _SCRIPTS = "appsscript.json", ".gs", (".gs", ".js", ".ts")
_PAGES, _SOURCE = (".html", ".htm"), re.compile(r"""<script\b[^>]*?\bsrc\s*=\s*['"]?([^'"\s>]+)""", re.IGNORECASE)
_PLAIN = (".js", ".jsx", ".ts")
"""How the names of files end that share a scope with others where they are no modules."""
_WORDS = ("import", "export", "require")
_MODULE = re.compile(r"^\s*(?:import|export)\b|\brequire\s*\(|\bexports\s*[.=[]", re.MULTILINE)
_DECLARED = re.compile(
    r"\n(?:(?:(?:async\s+)?function\b\s*\*?\s*|class\s+)([\w$]+)"
    r"|(?:var|let|const)\s+([\w$]+)(?=(?P<more>(?:[^;\n]|,\s*\n)*)))"
)
_GIVEN = re.compile(r"window\.([\w$]+)\s*=(?!=)")
_BEGUN = re.compile(r"(?:<script\b[^>]*>|\n)\s*", re.IGNORECASE)
"""How a line of a program in a page begins."""
_ANOTHER = re.compile(r",\s*([\w$]+)\s*=(?![=>])")
_WORD = re.compile(r"(?:\b(?:window|globalThis)\.|(?<![\w$.]))([A-Za-z_$][\w$]*)")


class Scripts:
    """The files of a project that are no modules."""

    def __init__(self, paths: Collection[str], modules: Modules) -> None:
        """Takes all paths, and what reads them."""
        self._paths, self._modules = frozenset(paths), modules
        self._scripts: dict[str, str | None] = {}
        self._plain: dict[str, bool] = {}
        self._names: dict[tuple[str, ...], defaultdict[str, list[str]]] = {}
        self._named: dict[str, tuple[str, ...]] = {}

    def shared(self, name: str, reader: str) -> Sequence[str]:
        """Returns the files whose own *name* another reads that it shares a scope with, as scripts of a page do.

        Which scripts a page has, nobody may know: the nearest that declares the name is taken then, or all as near.
        """
        for names in self._scopes(reader):
            if found := names.get(name):
                near = [len(posixpath.commonpath((f"/{one}", f"/{reader}"))) for one in found]
                return [one for one, common in zip(found, near, strict=True) if common == max(near) and one != reader]
        return ()

    def _scopes(self, path: str) -> Iterator[Mapping[str, Sequence[str]]]:
        """Yields who declares what a file may read: in its Apps Script, or on its pages, beside it, and anywhere."""
        folder = self._script(path)
        if folder is not None:
            yield self._declared(self._of_script(folder))
        elif self._is_plain(path):
            yield self._declared(self._of_pages(path))
            yield self._declared(self._folders.get(posixpath.dirname(path), ()))
            yield self._anywhere

    def _declared(self, files: tuple[str, ...]) -> Mapping[str, list[str]]:
        """Returns which of some files declare each name."""
        if files not in self._names:
            found = self._names[files] = defaultdict(list)
            for one in filter(self._is_plain, files):
                text = self._modules.glimpse(one) or ""
                for name in {*_declared(_BEGUN.sub("\n", text) if one.endswith(_PAGES) else text)}:
                    found[name].append(one)
        return self._names[files]

    @cached_property
    def _anywhere(self) -> Mapping[str, Sequence[str]]:
        """Which files declare each name."""
        return self._declared(tuple(one for each in self._folders.values() for one in each))

    @cached_property
    def _folders(self) -> Mapping[str, tuple[str, ...]]:
        """The files of each folder that may be scripts of a page nobody knows."""
        scripts = sorted((posixpath.dirname(one), one) for one in self._paths if one.endswith(_PLAIN))
        return {folder: tuple(one for _, one in each) for folder, each in groupby(scripts, itemgetter(0))}

    def _is_plain(self, path: str) -> bool:
        """Returns whether what a file declares is there for others: it is no module."""
        if path not in self._plain:
            text = "" if path.endswith(_PAGES) else self._modules.glimpse(path) or ""
            self._plain[path] = not (any(map(text.__contains__, _WORDS)) and _MODULE.search(text))
        return self._plain[path]

    def _script(self, path: str) -> str | None:
        """Returns the folder of the Apps Script that a file is a part of; None for a file of anything else."""
        if path not in self._scripts:
            folder = posixpath.dirname(path)
            text = self._modules.text
            above = next((one for one in folders_above(folder) if text(posixpath.join(one, _SCRIPT)) is not None), None)
            known = path.endswith(_GOOGLE) or (above is not None and self._is_plain(path))
            self._scripts[path] = (folder if above is None else above) if known else None
        return self._scripts[path]

    def _of_script(self, folder: str) -> tuple[str, ...]:
        """Returns the files of an Apps Script."""
        if folder not in self._named:
            inside = f"{folder}/" if folder else ""
            within = (one for one in self._paths if one.startswith(inside) and one.endswith(_SCRIPTS))
            self._named[folder] = tuple(sorted(one for one in within if self._script(one) == folder))
        return self._named[folder]

    def _of_pages(self, path: str) -> tuple[str, ...]:
        """Returns the pages that a file stands in, and their scripts."""
        pages = (path,) if path.endswith(_PAGES) else self._pages.get(path, ())
        return tuple(sorted({one for page in pages for one in self.page(page)}))

    @cached_property
    def _pages(self) -> Mapping[str, list[str]]:
        """The pages of the project by the files that stand in them."""
        found: dict[str, list[str]] = {}
        for page in sorted(one for one in self._paths if one.endswith(_PAGES)):
            for script in self.page(page):
                found.setdefault(script, []).append(page)
        return found

    def page(self, page: str) -> tuple[str, ...]:
        """Returns a page and the scripts of the project that it names: from its own folder, or ``/`` from one above."""
        if page not in self._named:
            folder, paths = posixpath.dirname(page), {page}
            for name in (one.partition("?")[0] for one in _SOURCE.findall(self._modules.glimpse(page) or "")):
                tops = folders_above(folder) if name.startswith("/") else (folder,)
                paths |= {posixpath.normpath(posixpath.join(top, name.lstrip("/"))) for top in tops}
            self._named[page] = tuple(sorted(self._paths & paths))
        return self._named[page]

    def words(self, path: str, text: str) -> Set[str]:
        """Returns the words by which a file may read what others declare, of a module none."""
        return dict.fromkeys(_WORD.findall(text)).keys() if self._is_plain(path) else frozenset()

    def named(self, path: str, text: str) -> Iterator[str]:
        """Yields the files of its Apps Script, its pages or its folder that declare what a file reads."""
        near = [*islice(self._scopes(path), 2)]
        for name in self.words(path, text) if any(near) else ():
            owners = next((names[name] for names in near if name in names), ())
            yield from owners if path not in owners else ()


def _declared(text: str) -> Iterator[str]:
    """Yields the names that a file without imports declares for itself, told from its text alone."""
    for found in _DECLARED.finditer(f"\n{text}"):
        yield found[1] or found[2]
        yield from _ANOTHER.findall(found["more"] or "")
    yield from _GIVEN.findall(text)


def folders_above(folder: str) -> Iterator[str]:
    """Yields a folder and all above it."""
    while True:
        yield folder
        if folder in ("", ".", "/") or folder.endswith(".."):
            return
        folder = posixpath.dirname(folder)

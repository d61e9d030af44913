"""Which file a module name means: relative paths, packages of a workspace, and the aliases of ``tsconfig.json``.

https://nodejs.org/api/modules.html#all-together and https://www.typescriptlang.org/tsconfig/#paths
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from migrator.evaluate.contracts import Modules
from migrator.languages.javascript.library.environment import PLACED
from migrator.languages.javascript.scripts import Scripts, folders_above
from migrator.model.unit import Unit

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".vue", ".svelte")
_WRITTEN = (".js", ".mjs", ".cjs", ".jsx")  # what TypeScript writes for a file that it compiles
_IMPORT = re.compile(
    r"""(?:\brequire\s*\(\s*|\bimport\s*\(\s*|\bfrom\s*|\bimport\s*)(?:/\*.*?\*/\s*)?['"`]([^'"`\n]+)['"`]"""
)
_COMPUTED = re.compile(
    r"""\b(?:require|import)\s*\(\s*"""
    r"""(?:`(?P<template>\.[^`$]*)\$\{|['"](?P<sum>\.[^'"]*)['"]\s*\+|path\.(?:join|resolve)\()"""
)
"""An import of a file of a known folder whose name is put together when the program runs."""
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r",(\s*[}\]])")
_DATA = ".json"
_CONVENTIONS = ("@/", "~/", "~~/", "src/", "app/", "lib/")


class JavaScriptModules(Modules):
    """The modules of a project by path."""

    def __init__(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        text: Callable[[str], str | None] = lambda _: None,
        inside: str = "",
    ) -> None:
        """Takes all module paths, how to lower one, and how to read any other file of the project."""
        super().__init__(load, text)
        self._paths = frozenset(paths)
        self._found: dict[tuple[str, str], str | None] = {}
        self._settings: dict[str, tuple[str, Mapping[str, Any]] | None] = {}
        self._read: dict[str, Mapping[str, Any]] = {}
        self._scripts = Scripts(self._paths, self)

    def find(self, name: str, importer: str, level: int = 0) -> str | None:
        """Returns the path of the module that a name means in *importer*, None when it is not of the project."""
        folder = posixpath.dirname(importer)
        key = (folder, name)
        if key not in self._found:
            self._found[key] = self._look_up(name, folder)
        return self._found[key]

    def _look_up(self, name: str, folder: str) -> str | None:
        if name.startswith("."):
            return self._file(posixpath.normpath(posixpath.join(folder, name)))
        if name.startswith(PLACED):
            return self._placed(name.removeprefix(PLACED), folder)
        if name.startswith(("/", "http:", "https:", "node:")):
            return None
        for target in self._aliased(name, folder):
            found = self._file(target)
            if found is not None:
                return found
        return self._of_workspace(name)

    def _placed(self, name: str, folder: str) -> str | None:
        """Returns the file that a platform knows by a name, which says in the project who may ask for it."""
        stem = name.removesuffix(".js")
        written = [f"{stem}{access}.js" for access in ("", ".private", ".protected")]
        every = (posixpath.normpath(posixpath.join(above, one)) for above in folders_above(folder) for one in written)
        return next((one for one in every if one in self._paths), None)

    def _file(self, path: str) -> str | None:
        """Returns the file that a path without a suffix, of a folder, or with another suffix stands for."""
        path = path.removeprefix("./")
        if path in self._paths:
            return path
        stem, dot, last = path.rpartition(".")
        candidates = [f"{path}{suffix}" for suffix in SUFFIXES]
        if f".{last}" in _WRITTEN and dot:
            candidates += [f"{stem}{suffix}" for suffix in SUFFIXES]
        folder = "" if path in (".", "") else f"{path}/"
        main = self._main(path)
        candidates += [f"{folder}{main}"] if main else []
        candidates += [f"{folder}index{suffix}" for suffix in SUFFIXES]
        return next((one for one in candidates if one in self._paths), None)

    def _main(self, folder: str) -> str:
        manifest = self._json(posixpath.join(folder, "package.json"))
        return str(manifest.get("main", "")).removeprefix("./") if manifest else ""

    def _aliased(self, name: str, folder: str) -> Iterator[str]:
        settings = self._nearest(folder)
        if settings is not None:
            base, options = settings
            root = posixpath.normpath(posixpath.join(base, str(options.get("baseUrl", "."))))
            paths = options.get("paths")
            for pattern, targets in paths.items() if isinstance(paths, dict) else ():
                star = _matched(pattern, name)
                for target in targets if star is not None and isinstance(targets, list) else ():
                    yield posixpath.normpath(posixpath.join(root, str(target).replace("*", star or "")))
            if "baseUrl" in options:
                yield posixpath.normpath(posixpath.join(root, name))
        for mark in _CONVENTIONS:
            if name.startswith(mark):
                rest = name if mark.endswith(("src/", "app/", "lib/")) else name[len(mark) :]
                for above in folders_above(folder):
                    yield posixpath.normpath(posixpath.join(above, "src", rest))
                    yield posixpath.normpath(posixpath.join(above, rest))

    def _nearest(self, folder: str) -> tuple[str, Mapping[str, Any]] | None:
        if folder not in self._settings:
            self._settings[folder] = next(filter(None, map(self._options, folders_above(folder))), None)
        return self._settings[folder]

    def _options(self, folder: str) -> tuple[str, Mapping[str, Any]] | None:
        for file in ("tsconfig.json", "jsconfig.json"):
            found = self._json(posixpath.join(folder, file))
            options = found.get("compilerOptions") if found else None
            if isinstance(options, dict) and ("paths" in options or "baseUrl" in options):
                return folder, options
        return None

    def _json(self, path: str) -> Mapping[str, Any]:
        if path not in self._read:
            self._read[path] = self._parsed(path)
        return self._read[path]

    def _parsed(self, path: str) -> Mapping[str, Any]:
        text = self.text(path)
        if text is None:
            return {}
        plain = _TRAILING.sub(r"\1", _COMMENT.sub(lambda found: found[1] or "", text))
        try:
            found = json.loads(plain)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def _packages(self) -> Mapping[str, str]:
        """The folders of the project's own packages by name."""
        found: dict[str, str] = {}
        folders = {above for path in self._paths for above in folders_above(posixpath.dirname(path))}
        for folder in sorted(folders):
            name = self._json(posixpath.join(folder, "package.json")).get("name")
            if isinstance(name, str):
                found.setdefault(name, folder)
        return found

    def _of_workspace(self, name: str) -> str | None:
        parts = name.split("/")
        size = 2 if name.startswith("@") else 1
        folder = self._packages.get("/".join(parts[:size]))
        if folder is None:
            return None
        rest = "/".join(parts[size:])
        if rest:
            exported = self._exported(folder, f"./{rest}")
            tries = [exported] if exported else []
            return next(
                filter(None, (self._file(posixpath.join(folder, one)) for one in (*tries, rest, f"src/{rest}"))), None
            )
        exported = self._exported(folder, ".")
        tries = [one for one in (exported, self._main(folder), "src/index", "index", "lib/index") if one]
        return next(filter(None, (self._file(posixpath.normpath(posixpath.join(folder, one))) for one in tries)), None)

    def application(self, package: str, importer: str) -> str | None:
        """Returns the main module of the app, made with a package, that a file belongs to; None where there is none."""
        for folder in folders_above(posixpath.dirname(importer)):
            manifest = self._json(posixpath.join(folder, "package.json"))
            if manifest:
                groups = (manifest.get(group) for group in ("dependencies", "devDependencies"))
                needs = any(isinstance(group, dict) and package in group for group in groups)
                return self._file(folder or ".") or self._file(posixpath.join(folder, "src")) if needs else None
        return None

    def alone(self, importer: str) -> str | None:
        """Returns the main module of a program without a manifest that a file belongs to, None where it has one."""
        folders = list(folders_above(posixpath.dirname(importer)))
        if any(self.text(posixpath.join(folder, "package.json")) is not None for folder in folders):
            return None
        return next(filter(None, (self._file(folder or ".") for folder in folders)), importer)

    def _exported(self, folder: str, name: str) -> str:
        found: Any = self._json(posixpath.join(folder, "package.json")).get("exports")
        if isinstance(found, dict) and name in found:
            found = found[name]
        while isinstance(found, dict):
            found = next((found[key] for key in ("import", "require", "node", "default") if key in found), None)
        return found.removeprefix("./") if isinstance(found, str) else ""

    def beside(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns path and content of any file that *importer* names: in its own folder or one above it."""
        for folder in folders_above(posixpath.dirname(importer)):
            path = posixpath.normpath(posixpath.join(folder, name))
            content = None if path.startswith(("/", "..")) else self.text(path)
            if content is not None:
                return path, content
        return None

    def data(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns path and content of a file of data that is imported, whose suffix may be left out."""
        folder = posixpath.dirname(importer)
        named = [posixpath.join(folder, name)] if name.startswith(".") else [*self._aliased(name, folder)]
        for path in (posixpath.normpath(one) for one in named):
            written = path if path.endswith(_DATA) else f"{path}{_DATA}"
            content = self.text(written)
            if content is not None:
                return written, content
        return None

    def defining(self, ending: str) -> tuple[str, ...]:
        """Returns the paths of modules whose last name holds *ending*."""
        return tuple(sorted(path for path in self._paths if ending in posixpath.basename(path)))

    def shared(self, name: str, reader: str) -> Sequence[str]:
        """Returns the files whose own *name* another reads that it shares a scope with, as scripts of a page do."""
        return self._scripts.shared(name, reader)

    def page(self, page: str) -> tuple[str, ...]:
        """Returns a page and the scripts of the project that it names."""
        return self._scripts.page(page)

    def loads(self, path: str, text: str) -> Iterator[str]:
        """Yields the files of data that a file imports, told from its *text* alone."""
        for name in _IMPORT.findall(text):
            if self.find(name, path) is None and (found := self.data(name, path)) is not None:
                yield found[0]

    def imports(self, path: str, text: str) -> Iterator[str]:
        """Yields the modules of the project that a file can import, told from its *text* alone."""
        for name in _IMPORT.findall(text):
            target = self.find(name, path)
            if target is not None:
                yield target
        yield from self._scripts.named(path, text)

    def uses(self, path: str, text: str, carriers: Mapping[str, Collection[str]]) -> bool:
        """Returns whether a file imports a file that has one of some names, or one that hands it on."""
        files = {file for having in carriers.values() for file in having}
        if any(target in files for target in self.imports(path, text)):
            return True
        if any(
            file in files
            for name in self._scripts.words(path, text) & carriers.keys()
            for file in self.shared(name, path)
        ):
            return True
        within = {_beginning(path, found["template"] or found["sum"] or "./") for found in _COMPUTED.finditer(text)}
        return any(file.startswith(folder) for folder in within for file in files)

    def called(self, path: str) -> Iterator[str]:
        """Yields what an import names a file by: its own name, or that of the folder that it stands for."""
        folder, name = posixpath.split(path)
        stem = name.partition(".")[0]
        main = self._main(folder)
        yield posixpath.basename(folder) if stem == "index" or posixpath.normpath(main) == name else stem


def _matched(pattern: str, name: str) -> str | None:
    head, star, tail = pattern.partition("*")
    if not star:
        return "" if name == pattern else None
    fits = name.startswith(head) and name.endswith(tail) and len(name) >= len(head) + len(tail)
    return name[len(head) : len(name) - len(tail)] if fits else None


_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|specs|e2e|cypress|fixtures?|mocks?)/|[._-](?:test|spec|cy|mock)\.\w+$",
    re.I,
)


def is_test(path: str, _text: Callable[[str], str | None]) -> bool:
    """Returns whether a file is a test by the usual conventions."""
    return _TEST.search(path) is not None


def _beginning(importer: str, written: str) -> str:
    """Returns how the paths of the files begin whose names a computed import can put together."""
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(importer), posixpath.dirname(written)))
    return "" if folder == "." else f"{folder}/"


MODULES = JavaScriptModules

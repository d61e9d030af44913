"""Which files of a project run where its users read them: those of pages, extensions and apps, with their modules."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from migrator.evaluate.groups import reachable
from migrator.languages.javascript.lowering.lower import is_page, scripts
from migrator.languages.javascript.modules import JavaScriptModules

_NAMED = re.compile(r"""(?<!require\()(?<!from )['"`](\.{1,2}/[^'"`\s]+|[\w@./-]+\.[cm]?[jt]sx?)['"`]""")
"""A file that a script, a page or a manifest names: a worker, an entry, a script that is put into the page."""
_TYPES = re.compile(r"""\b(?:import|export)\s+type\b[^'";]*['"][^'"\n]*['"]""")
_PACKER = re.compile(r"(?:^|/)(?:webpack|rspack|esbuild)[\w.-]*\.[cm]?[jt]s$")
_OF_PAGES = re.compile(r"html|devServer", re.IGNORECASE)
_INDEX = ("index.html", "public/index.html", "src/index.html")
_OF_SERVERS = re.compile(r"""\b(?:target|platform)\s*:\s*['"](?:node|async-node|electron)|\bnodeExternals\b""")
_REQUIRES = re.compile(r"\brequire\s*\(")
_RUN = re.compile(
    r"\b(?:node|nodemon|ts-node(?:-dev)?|tsx|babel-node)\s+"
    r"(?=(?:-\S+\s+)*(?:\./)?([\w./-]+?)(?:\.[cm]?[jt]s)?(?![\w./-]))"
)
"""A command of a manifest that runs a program where it is given, and which."""
_APP = ("index", "index.ios", "index.android", "App", "src/index", "src/App")
_SITE = ("src/index", "src/main")
_MADE_BY = {
    "react-native": _APP, "expo": _APP, "react-scripts": _SITE, "@vue/cli-service": _SITE, "@angular/core": _SITE,
}  # fmt: skip
"""Where an app starts, by the package that makes it, in the project's folder."""


class ShippedScripts:
    """The files that users can read, found when one is first asked for."""

    def __init__(self, modules: JavaScriptModules) -> None:
        """Takes the modules of the project."""
        self._modules = modules

    def __contains__(self, path: object) -> bool:
        """Returns whether a file is shipped."""
        return path in self._found

    @cached_property
    def _found(self) -> frozenset[str]:
        return reachable(self._starts(), self._loads, self._modules.glimpse)

    def _starts(self) -> Iterator[str]:
        """Yields the pages, and the scripts that a manifest or the configuration of a bundler has for browsers."""
        every = self._modules.defining("")
        yield from filter(is_page, every)
        for path in filter(_PACKER.search, every):
            text = self._modules.glimpse(path) or ""
            folder = posixpath.dirname(path)
            paged = _OF_PAGES.search(text) or any(posixpath.join(folder, one) in every for one in _INDEX)
            yield from self._named(path, text) if paged and not _OF_SERVERS.search(text) else ()
        for folder in sorted({posixpath.dirname(path) for path in every}):
            text = self._modules.glimpse(posixpath.join(folder, "manifest.json")) or ""
            if "manifest_version" in text:
                yield from self._named(posixpath.join(folder, "manifest.json"), text)
            yield from self._app(folder, self._modules.glimpse(posixpath.join(folder, "package.json")))

    def _app(self, folder: str, manifest: str | None) -> Iterator[str]:
        """Yields where the app starts that is made in a folder."""
        try:
            told = json.loads(manifest or "{}")
        except (ValueError, RecursionError):
            return
        groups = [told.get(group) for group in ("dependencies", "devDependencies")] if isinstance(told, dict) else []
        starts = {
            start for group in groups if isinstance(group, dict) for name in group for start in _MADE_BY.get(name, ())
        }
        for name in sorted(starts - {*_RUN.findall(str(told.get("scripts")))} if starts else ()):
            found = self._modules.find(f"./{name}", posixpath.join(folder, "package.json"))
            yield from [found] if found is not None else []

    def _loads(self, path: str, text: str) -> Iterator[str]:
        """Yields the files that come with one: what it imports, and what it names."""
        program = text
        if is_page(path):
            program = scripts(text)
            yield from (one for one in self._modules.page(path) if self._is_run(one, path))
        program = _TYPES.sub("", program)
        yield from self._modules.imports(path, program)
        yield from self._named(path, program)

    def _is_run(self, script: str, page: str) -> bool:
        """Returns whether a script is the one that a page names: one of its server may have the name, higher up."""
        folder = posixpath.dirname(page)
        beside = posixpath.dirname(script).startswith(folder)
        return beside or not _REQUIRES.search(self._modules.glimpse(script) or "")

    def _named(self, path: str, text: str) -> Iterator[str]:
        for name in _NAMED.findall(text):
            found = self._modules.find(name if name.startswith(".") else f"./{name}", path)
            yield from [found] if found is not None else []

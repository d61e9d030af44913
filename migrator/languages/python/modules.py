"""Which file an import of Python means. Files are lowered only when an import or a root asks for them."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from migrator.evaluate.contracts import Modules
from migrator.languages.python.sdks import has_module, packages
from migrator.model.unit import Unit

_FROM = re.compile(r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)", re.M)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([^\r\n#]+)", re.M)
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_WORD = re.compile(r"\w+")
_PACKAGE = "__init__.py"
_SOURCES = (("src",), ("lib",), ("python",), ("python-lib",))  # the last is that of Dataiku's plug-ins


class PythonModules(Modules):
    """The modules of a project by path, found by dotted name from the place that imports them."""

    def __init__(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        libraries: frozenset[str],
        text: Callable[[str], str | None] = lambda _: None,
        inside: str = "",
    ) -> None:
        """Takes all module paths, how to lower one (None when it cannot be), and top-level names that are libraries.

        *text* gives the content of any other file of the project, None when there is no such file. *inside* is where
        in its project the folder is that the paths are relative to; those outside of it begin with ``..``.
        """
        super().__init__(load, text)
        self._libraries, self._clients, self._inside = libraries, packages(), inside
        self._own = tuple(inside.split("/")) if inside else ()
        self._ending: dict[str, list[tuple[str, ...]]] = {}
        self._path: dict[tuple[str, ...], str] = {}
        self._packages: set[tuple[str, ...]] = set()
        self._defining: dict[str, tuple[str, ...]] = {}
        for path in sorted(paths):
            parts = module_parts(self._full(path))
            if path.endswith(_PACKAGE):
                self._packages.add(parts)
            if not parts or path.endswith(".ipynb"):
                continue  # no import means a notebook
            self._path.setdefault(parts, path)
            self._ending.setdefault(parts[-1], []).append(parts)
        self._names = {name for parts in self._path for name in parts}

    def find(self, name: str, importer: str, level: int = 0) -> str | None:
        """Returns the path of the module that a dotted name means in *importer*, None when it is not of the project.

        *level* counts the dots in front of a relative one.
        """
        return self._relative(importer, level, name) if level else self._absolute(name, importer)

    def _absolute(self, dotted: str, importer: str) -> str | None:
        wanted = tuple(dotted.split("."))
        here = self._folder(importer)
        best: tuple[tuple[bool, int, int], str] | None = None
        far: list[str] = []
        for parts in self._ending.get(wanted[-1], ()):
            if parts[-len(wanted) :] != wanted:
                continue
            prefix = parts[: len(parts) - len(wanted)]
            inside_package = prefix in self._packages
            if inside_package and (wanted[0] in self._libraries or prefix not in (here, self._own)):
                continue
            if wanted[0] in self._libraries and prefix not in ((), self._own, here):
                continue
            if wanted[0] in self._clients and has_module(dotted) and not self._on_a_path(prefix, here):
                continue
            if self._is_far(parts, prefix, here):
                far.append(self._path[parts])
                continue
            rank = (not inside_package, _shared(prefix, here), -len(prefix))
            if best is None or rank > best[0]:
                best = (rank, self._path[parts])
        if best is None and len(far) == 1 and wanted[0] not in sys.stdlib_module_names:
            return far[0]
        return best[1] if best else self._renamed(wanted, here)

    def _renamed(self, wanted: tuple[str, ...], here: tuple[str, ...]) -> str | None:
        """Returns the module of the outermost package around an importer that it means by another name of the package.

        A checkout may be called anything, and plugins are imported by the name that they are registered under.
        """
        name, rest = wanted[0], wanted[1:]
        if not rest or name in self._names | self._libraries | self._clients or name in sys.stdlib_module_names:
            return None
        around = [here[:depth] for depth in range(len(here) + 1) if here[:depth] in self._packages]
        if not around or not (around[0] == self._own or _plain(around[0][-1]) == _plain(name)):
            return None
        return self._path.get((*around[0], *rest))

    def _on_a_path(self, prefix: tuple[str, ...], here: tuple[str, ...]) -> bool:
        """Whether what is in a folder can be imported by its name: a folder above the importer, or sources beside one.

        A copy of an installed library elsewhere in the tree is not what an import of the library means.
        """
        root = prefix[:-1] if prefix[-1:] in _SOURCES else prefix
        return prefix == self._own or here[: len(root)] == root

    def _is_far(self, parts: tuple[str, ...], prefix: tuple[str, ...], here: tuple[str, ...]) -> bool:
        """Whether a module is outside of the folder asked for, and in none of those that the importer is in.

        Of several such, which one is meant depends on how the program is installed.
        """
        return parts[: len(self._own)] != self._own and here[: len(prefix)] != prefix

    def _full(self, path: str) -> str:
        """Returns a path as it is from the top of the project."""
        return posixpath.normpath(f"{self._inside}/{path}") if self._inside else path

    def _folder(self, path: str) -> tuple[str, ...]:
        return PurePosixPath(self._full(path)).parent.parts

    def beside(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns path and content of a file that *importer* names: in its own folder or one above it."""
        tidy = PurePosixPath(name.replace("\\", "/").removeprefix("./"))
        for folder in (PurePosixPath(importer).parent, *PurePosixPath(importer).parent.parents):
            path = (folder / tidy).as_posix()
            content = self.text(path) if not tidy.is_absolute() and ".." not in tidy.parts else None
            if content is not None:
                return path, content
        return None

    def _relative(self, importer: str, level: int, module: str) -> str | None:
        here = self._folder(importer)
        above = here[: len(here) - (level - 1)] if level > 1 else here
        parts = (*above, *(module.split(".") if module else ()))
        return self._path.get(parts)

    def member(self, package: str, name: str) -> str | None:
        """Returns the path of submodule *name* of the package whose file is *package*, or None."""
        if not package.endswith(_PACKAGE):
            return None
        return self._path.get((*module_parts(self._full(package)), name))

    def imports(self, path: str, text: str) -> Iterator[str]:
        """Yields the modules of the project that a file can import, told from its *text* alone."""
        for dots, module, names in _FROM.findall(text):
            target = self.find(module, path, len(dots))
            if target is not None:
                yield target
            for name in _WORD.findall(names):
                inner = self.find(f"{module}.{name}" if module else name, path, len(dots))
                if inner is not None:
                    yield inner
        for line in _IMPORT.findall(text):
            yield from filter(None, (self.find(name, path) for name in _DOTTED.findall(line)))

    def called(self, path: str) -> Iterable[str]:
        """Returns nothing: what a module has keeps its name where it is used."""
        return ()

    def uses(self, path: str, text: str, carriers: Mapping[str, Collection[str]]) -> bool:
        """Returns whether a file imports one of some names from a file that has it, or through its package.

        *carriers* gives for each name the files that have it.
        """
        by_file: dict[str, set[str]] = {}
        for name, files in carriers.items():
            for file in files:
                by_file.setdefault(file, set()).add(name)
        for dots, module, names in _FROM.findall(text):
            target = self.find(module, path, len(dots))
            bound = set(_WORD.findall(names))
            if target is None:
                members = {} if dots else {self.find(f"{module}.{name}", path): name for name in bound}
            else:
                own = by_file.get(target, set())
                if own & bound or (own and "*" in names) or _hands_on(target, bound, carriers):
                    return True
                members = {self.member(target, name): name for name in bound}
            if "as" in bound:
                members = dict.fromkeys(members, r"\w+")
            if any(file in by_file and _reads(text, name, by_file[file]) for file, name in members.items()):
                return True
        imported = {self.find(name, path) for line in _IMPORT.findall(text) for name in _DOTTED.findall(line)}
        return any(file in by_file and _reads(text, r"\w+", by_file[file]) for file in imported)

    def defining(self, ending: str) -> tuple[str, ...]:
        """Returns the paths of modules whose last name holds *ending*, such as settings modules.

        Those outside of the folder asked for count where there is none in it.
        """
        if ending not in self._defining:
            self._defining[ending] = self._look_for(ending)
        return self._defining[ending]

    def _look_for(self, ending: str) -> tuple[str, ...]:
        found = [
            parts
            for last, group in sorted(self._ending.items())
            for parts in group
            if ending in last or any(ending in part for part in parts[-2:])
        ]
        own = [parts for parts in found if parts[: len(self._own)] == self._own]
        return tuple(self._path[parts] for parts in own or found)


def module_parts(path: str) -> tuple[str, ...]:
    """Returns the dotted name a path can be imported by, as parts; a package's ``__init__`` is the package."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    return tuple(folders) if stem == "__init__" else (*folders, stem)


def _hands_on(package: str, names: Iterable[str], carriers: Mapping[str, Collection[str]]) -> bool:
    """Returns whether a package may hand on a carrier that a file below it has."""
    folder = package.removesuffix(_PACKAGE)
    return folder != package and any(file.startswith(folder) for name in names for file in carriers.get(name, ()))


def _reads(text: str, module: str, names: Iterable[str]) -> bool:
    return re.search(rf"\b{module}\.(?:{'|'.join(map(re.escape, sorted(names)))})\b", text) is not None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _shared(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def is_test(path: str, text: Callable[[str], str | None]) -> bool:
    """Returns whether a file is a test by the usual conventions; where only its name says so, *text* has to agree."""
    *folders, name = path.lower().split("/")
    stem = name.partition(".")[0]
    if stem == "conftest" or any(folder in ("test", "tests", "testing", "spec", "specs") for folder in folders):
        return True
    if not stem.startswith("test_") and not stem.endswith(("_test", "_tests")) and stem != "tests":
        return False
    return _TESTS.search(text(path) or "") is not None


_TESTS = re.compile(
    r"^\s*(?:async\s+)?def\s+test|^\s*class\s+\w*Test|^\s*(?:import|from)\s+(?:pytest|unittest|mock|nose)\b|^>>> ", re.M
)

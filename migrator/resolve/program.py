"""Which file an import means. Files are lowered only when an import or a root asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from migrator.model.unit import Unit


class Program:
    """The modules of a project by path, found by dotted name from the place that imports them."""

    def __init__(
        self,
        paths: Iterable[str],
        load: Callable[[str], Unit | None],
        libraries: frozenset[str],
        text: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        """Takes all module paths, how to lower one (None when it cannot be), and top-level names that are libraries.

        *text* gives the content of any other file of the project, None when there is no such file.
        """
        self._load, self.text = load, text
        self._libraries = libraries
        self._units: dict[str, Unit | None] = {}
        self._ending: dict[str, list[tuple[str, ...]]] = {}
        self._path: dict[tuple[str, ...], str] = {}
        self._packages: set[tuple[str, ...]] = set()
        for path in sorted(paths):
            parts = module_parts(path)
            if not parts:
                continue
            self._path.setdefault(parts, path)
            self._ending.setdefault(parts[-1], []).append(parts)
            if path.endswith("__init__.py"):
                self._packages.add(parts)

    def unit(self, path: str) -> Unit | None:
        """Returns the lowered file, or None when it cannot be lowered."""
        if path not in self._units:
            self._units[path] = self._load(path)
        return self._units[path]

    def find(self, dotted: str, importer: str) -> str | None:
        """Returns the path of the module that *dotted* means in *importer*, or None when it is not of the project."""
        wanted = tuple(dotted.split("."))
        here = PurePosixPath(importer).parent.parts
        best: tuple[tuple[bool, int, int], str] | None = None
        for parts in self._ending.get(wanted[-1], ()):
            if parts[-len(wanted) :] != wanted:
                continue
            prefix = parts[: len(parts) - len(wanted)]
            inside_package = prefix in self._packages
            if inside_package and (wanted[0] in self._libraries or prefix != here):
                continue
            if wanted[0] in self._libraries and prefix not in ((), here):
                continue
            rank = (not inside_package, _shared(prefix, here), -len(prefix))
            if best is None or rank > best[0]:
                best = (rank, self._path[parts])
        return best[1] if best else None

    def beside(self, name: str, importer: str) -> tuple[str, str] | None:
        """Returns path and content of a file that *importer* names: in its own folder or one above it."""
        tidy = PurePosixPath(name.replace("\\", "/").removeprefix("./"))
        for folder in (PurePosixPath(importer).parent, *PurePosixPath(importer).parent.parents):
            path = (folder / tidy).as_posix()
            content = self.text(path) if not tidy.is_absolute() and ".." not in tidy.parts else None
            if content is not None:
                return path, content
        return None

    def relative(self, importer: str, level: int, module: str) -> str | None:
        """Returns the path of a relative import, or None when there is no such file."""
        here = PurePosixPath(importer).parent.parts
        above = here[: len(here) - (level - 1)] if level > 1 else here
        parts = (*above, *(module.split(".") if module else ()))
        return self._path.get(parts)

    def package_member(self, package: str, name: str) -> str | None:
        """Returns the path of submodule *name* of the package whose file is *package*, or None."""
        if not package.endswith("__init__.py"):
            return None
        return self._path.get((*module_parts(package), name))

    def defining(self, ending: str) -> tuple[str, ...]:
        """Returns the paths of modules whose last name holds *ending*, such as settings modules."""
        return tuple(
            self._path[parts]
            for last, group in sorted(self._ending.items())
            for parts in group
            if ending in last or any(ending in part for part in parts[-2:])
        )


def module_parts(path: str) -> tuple[str, ...]:
    """Returns the dotted name a path can be imported by, as parts; a package's ``__init__`` is the package."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0]
    return tuple(folders) if stem == "__init__" else (*folders, stem)


def _shared(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count

"""Paths and addresses that are put together from their parts: ``path.join`` and the packages that do the same.

https://nodejs.org/api/path.html and https://www.npmjs.com/package/url-join
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Items, Value, choose
from migrator.evaluate.strings import concat, cut, flat, known, text, texts, ways
from migrator.languages.javascript.library.written import as_string, as_url
from migrator.model.value import Origin, Text


def _parts(site: Site) -> list[Value]:
    """Returns the parts that a call is given, one after the other or in lists."""
    given = site.args.positional
    return [part for one in given for part in (one.every if isinstance(one, Items) else (one,))]


def _joined(site: Site) -> Value | None:
    """Returns an address of its parts, with one slash between two of them."""
    parts = _parts(site)
    if not parts or site.args.star is not None:
        return None
    return choose(map(_with_slashes, ways([as_url(one) for one in parts])))


def _with_slashes(parts: Sequence[Text]) -> Value:
    made: list[Value] = []
    end = ""
    for one in parts:
        written = flat(one)
        if not written:
            continue
        if end and written[0] not in "?&#":
            made += [text("/")] if not end.endswith("/") and written[0] != "/" else []
            one = cut(one, 1, len(written)) if end.endswith("/") and written[0] == "/" else one
        elif end.endswith("/") and made:
            made.append(cut(texts(made.pop())[0], 0, len(end) - 1))
        made.append(one)
        end = flat(texts(made[-1])[0])
    return concat(made) if made else text("")


def _path(site: Site) -> Value | None:
    found = _joined(site)
    return found if found is None else choose(_normal(site, one) for one in texts(found))


def _normal(site: Site, found: Text) -> Value:
    """Returns a path without the steps that lead nowhere, where all of it is known."""
    written = known(found)
    if written is None:
        return found
    made = posixpath.normpath(written) + ("/" if written.endswith("/") and written.strip("/") else "")
    return found if made == written else text(made, Origin("call", f"{site.name}()", site.location))


def _part_of(take: int) -> Model:
    """Returns the model of what gives the folder, the name, or the suffix of a path."""

    def model(site: Site) -> Value:
        written, less = known(as_string(site.arg(0) or text(""))), known(site.arg(1)) or ""
        if written is None:
            return site.unknown("path")
        folder, name = posixpath.split(written.rstrip("/") if take else written)
        made = (folder or ".", name.removesuffix(less), posixpath.splitext(name)[1])[take]
        return text(made, Origin("call", f"{site.name}()", site.location))

    return model


_PATHS = ("path", "path.posix", "node:path", "node:path.posix", "path/posix", "upath", "path-browserify")

MODELS: Models = {
    **{f"{name}.join": _path for name in _PATHS}, **{f"{name}.normalize": _path for name in _PATHS},
    **{f"{name}.dirname": _part_of(0) for name in _PATHS}, **{f"{name}.basename": _part_of(1) for name in _PATHS},
    **{f"{name}.extname": _part_of(2) for name in _PATHS}, "url-join": _joined, "proper-url-join": _joined,
    "urljoin": _joined, "url-join.default": _joined, "url-join-ts.urlJoin": _joined, "urijs.joinPaths": _path,
}  # fmt: skip

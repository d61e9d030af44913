"""Paths of files: what ``__file__`` is, and what ``os.path`` and ``pathlib`` make of it; they are text, with ``/``."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import Items, Value
from migrator.evaluate.strings import concat, flat, known, text, texts
from migrator.languages.shared.simple_models import receiver
from migrator.model.text import Location
from migrator.model.value import Ref, Text

_OWN = Ref("builtins.__file__")


def _path(site: Site, found: Value | None) -> Value:
    """Returns a path as text; that of the program's own file is relative to the root of what is scanned."""
    if found == _OWN:
        return text(site.frame.unit.path)
    return found if found is not None else text(".")


def _joined(parts: Sequence[Value]) -> Value:
    pieces: list[Value] = []
    for part in parts:
        if pieces and not all(flat(one).endswith("/") for one in texts(pieces[-1])):
            pieces.append(text("/"))
        pieces.append(part)
    whole = concat(pieces)
    written = known(whole)
    return text(posixpath.normpath(written)) if written and "://" not in written else whole


def _join(site: Site) -> Value:
    return _joined([_path(site, one) for one in site.args.positional])


def _same(site: Site) -> Value:
    return _path(site, site.arg(0))


def _dirname(site: Site) -> Value:
    found = _path(site, site.arg(0))
    written = known(found)
    return text(_folder(written)) if written is not None else site.unknown("path")


def _with_name(site: Site) -> Value:
    written = known(site.receiver) if site.receiver is not None else None
    name = site.arg(0, "name")
    return _joined([text(_folder(written)), name]) if written is not None and name is not None else site.unknown("path")


def _folder(path: str) -> str:
    """Returns the folder a path stands in; above the root of what is scanned nothing can be looked at."""
    return posixpath.dirname(path) or ("/" if path == "." else ".")


def member(path: Text, name: str, at: Location) -> Value | None:
    """Returns a field that path objects have and strings have not, or None."""
    written = known(path)
    if written is None or name not in ("parent", "parents"):
        return None
    if name == "parent":
        return text(_folder(written))
    above = [_folder(written)]
    while above[-1] not in (".", "/"):
        above.append(_folder(above[-1]))
    return Items("tuple", [text(one) for one in above], at)


MODELS: Models = {
    "os.path.join": _join,
    "posixpath.join": _join,
    "pathlib.Path": _join,
    "pathlib.PurePath": _join,
    "pathlib.PurePosixPath": _join,
    "os.path.abspath": _same,
    "os.path.dirname": _dirname,
    "os.path.expanduser": _same,
    "os.path.expandvars": _same,
    "os.path.normpath": _same,
    "os.path.realpath": _same,
    "str.absolute": receiver,
    "str.as_posix": receiver,
    "str.expanduser": receiver,
    "str.resolve": receiver,
    "str.joinpath": lambda site: _joined([site.receiver or text("."), *site.args.positional]),
    "str.with_name": _with_name,
}

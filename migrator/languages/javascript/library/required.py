"""``require``: the modules of a project, files of data, and packages; and how compiled code takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol, cast

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.frame import Frame
from migrator.evaluate.store import Slot, Table, Value, choose, options
from migrator.evaluate.strings import known, text
from migrator.languages.shared.secrets import secrets_of
from migrator.model.text import Span
from migrator.model.unit import Entry, Expr, Lit, Map, Seq, Unit
from migrator.model.value import Origin, Unknown

if TYPE_CHECKING:
    from migrator.languages.javascript.modules import JavaScriptModules


class _Names(Protocol):
    def named(self, name: str, origin: Origin | None) -> Value: ...


def _require(site: Site) -> Value:
    asked = site.arg(0)
    return choose(_module(site, one) for one in options(asked)) if asked is not None else site.unknown("module")


def _module(site: Site, asked: Value) -> Value:
    m = site.interpreter
    name = known(asked)
    if name is None:
        return Unknown("a module whose name is not known", "module", Origin("import", "module", site.location))
    importer = site.frame.unit.path
    path = m.program.find(name, importer)
    if path is None:
        data = _data(site, name)
        if data is not None:
            return data
    if path is None:
        if name.startswith((".", "/")):
            return Unknown(f"there is no module {name}", _hint(name), Origin("import", name, site.location))
        return cast(_Names, m.library).named(name, Origin("import", name, site.location))
    module = m.module(path) if path != importer else None
    if module is None:
        return Unknown(f"{name} cannot be read", _hint(name), Origin("import", name, site.location))
    held = module.cells.get("__module")
    slot = held.cells.get("exports") if isinstance(held, Table) else None
    if isinstance(slot, Slot):
        return slot.value
    return Unknown("a circular import", _hint(name), Origin("import", name, site.location))


def _hint(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2].partition(".")[0] or "module"


def _data(site: Site, name: str) -> Value | None:
    """Returns what a file of JSON holds, credentials in it replaced; None without such a file."""
    m = site.interpreter
    found = cast("JavaScriptModules", m.program).data(name, site.frame.unit.path)
    if found is None:
        return None
    path, text = found
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return site.unknown(_hint(name), "config", path)
    unit = Unit(path=path, module=path, language="json", digest="", body=())
    return m.eval(_Data(text, site).expression(content, ""), Frame(unit, {}))


class _Data:
    """Makes expressions of data, each where it is written as far as that can be told."""

    def __init__(self, text: str, site: Site) -> None:
        self.text = text
        self.secrets = secrets_of(site.interpreter.vocabulary)

    def _span(self, written: str) -> Span:
        at = self.text.find(f'"{written}"')
        return Span(at, at + len(written) + 2) if at >= 0 else Span(0, 0)

    def expression(self, found: object, name: str) -> Expr:
        """Returns data as an expression."""
        match found:
            case str():
                span = self._span(found)
                lit = Lit(span, found, span.start + 1 if span.end else -1)
                return self.secrets.masked(span, [lit]) or self.secrets.held(name, lit)
            case dict():
                entries = (
                    Entry(self._span(key), Lit(self._span(key), key), self.expression(value, key))
                    for key, value in found.items()
                )
                return Map(Span(0, 0), tuple(entries))
            case list():
                return Seq(Span(0, 0), "list", tuple(self.expression(one, name) for one in found))
            case int() | float() | None:
                return Lit(Span(0, 0), found)
            case _:
                return Lit(Span(0, 0), None)


def _given(site: Site) -> Value:
    return site.arg(0) or site.unknown("module")


def _with_default(site: Site) -> Value:
    """Returns a module as compiled code takes it: one without a default export is that export itself."""
    found = []
    for one in options(_given(site)):
        bare = isinstance(one, Table) and "default" not in one.cells
        found.append(Table(site.location, {"default": Slot(text("default"), one)}) if bare else one)
    return choose(found)


MODELS: Models = {
    "require": _require, "require.default": _require, "import": _require, "tslib.__importStar": _given,
    "tslib.__importDefault": _with_default, "@babel/runtime/helpers/interopRequireDefault": _with_default,
    "@babel/runtime/helpers/interopRequireWildcard": _given,
}  # fmt: skip

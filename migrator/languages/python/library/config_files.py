"""Configuration files that a program reads by a constant path: YAML, JSON, TOML, INI and ``.env``."""

from __future__ import annotations

import configparser
import json
import posixpath
import re
import tomllib
from collections.abc import Callable
from typing import Any

from migrator.catalog.reading import yaml_document
from migrator.evaluate.assumptions import guess
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import NONE, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import as_text, known
from migrator.languages.shared.secrets import is_kept_secret
from migrator.languages.shared.simple_models import keep_nothing
from migrator.model.text import Location, Span
from migrator.model.value import Chunk, Const, Hole, Origin, Ref, Text, Unknown
from migrator.model.vocabulary import Vocabulary

_FILE = "io.TextIOWrapper"
_PARSER = "configparser.ConfigParser"
_MOST = 2000
_ASSIGNMENT = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*([^\r\n]*)", re.M)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _ini(text: str) -> Any:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    return {name: dict(parser.items(name)) for name in parser.sections()}


class _Builder:
    """Turns plain data into values; what looks like a credential, or stands under a key's name, is never kept."""

    def __init__(self, path: str, vocabulary: Vocabulary) -> None:
        self.path, self.vocabulary, self.left = path, vocabulary, _MOST

    def value(self, data: Any, name: str) -> Value:
        self.left -= 1
        origin = Origin("config", f"{self.path}:{name}", Location(self.path, Span(0, 0)))
        if self.left < 0:
            return Text((Hole(name.rpartition(".")[2], origin),))
        match data:
            case dict():
                table = Table(Location(self.path, Span(0, 0)))
                for key, item in data.items():
                    inner = self.value(item, f"{name}.{key}" if name else str(key))
                    table.cells[str(key)] = Slot(Text((Chunk(str(key)),)), inner)
                return table
            case list():
                return Items("list", [self.value(item, f"{name}[]") for item in data], Location(self.path, Span(0, 0)))
            case str():
                return self._text(data, name, origin)
            case bool() | int() | float() | None:
                return Const(data, origin)
            case _:
                return Text((Hole(name.rpartition(".")[2], origin),))

    def _text(self, data: str, name: str, origin: Origin) -> Value:
        last = name.rpartition(".")[2].lower()
        secret = any(re.search(pattern.regex, f"{last}={data}") for pattern in self.vocabulary.secrets)
        named = any(word in last for word in ("key", "token", "secret", "password"))
        if secret or (named and "://" not in data) or not data:
            return Text((Hole(last, origin),))
        return Text((Chunk(data, origin),))


def _opened(site: Site) -> Value:
    made = Instance(_FILE, site.location)
    name = site.receiver if isinstance(site.receiver, Text) else site.arg(0, "file")
    made.cells["name"] = name if name is not None else NONE
    mode = site.arg(0 if site.receiver is not None else 1, "mode")
    made.cells["raw"] = Const("b" in (known(mode) or "") if mode is not None else False)
    return made


def _content(site: Site, found: Value | None) -> tuple[str, str] | None:
    """Returns path and content of what a parser is given: an open file, its text, or its path."""
    while isinstance(found, Instance) and found.kind == _FILE:
        found = found.cells.get("name")
    if isinstance(found, Items):  # the names of several files, of which the first counts
        found = found.items[0] if found.items else None
    match found:
        case Text(pieces=(Hole(origin=Origin(how="config", name=str() as name)),)):  # the text of an open file
            pass
        case _:
            name = (known(found) if found is not None else None) or ""
    return (
        site.interpreter.program.beside(posixpath.normpath(name), site.frame.unit.path) if 0 < len(name) < 300 else None
    )


def _loader(parse: Callable[[str], Any]) -> Model:
    def model(site: Site) -> Value | None:
        read = _content(site, site.arg(0))
        data = parse(read[1]) if read else None
        if read is None or data is None:
            return site.unknown("config", "config", site.name)
        return _Builder(read[0], site.interpreter.vocabulary).value(data, "")

    return model


def _loaded(parse: Callable[[str], Any]) -> Model:
    """Returns the model of a parser of text, which is that of a file only where the text of one is given."""
    loader = _loader(parse)

    def model(site: Site) -> Value | None:
        if is_kept_secret(site.arg(0)):
            return site.arg(0)
        if _content(site, site.arg(0)):
            return loader(site)
        data = parse(known(site.arg(0)) or "")
        return None if data is None else _Builder(site.location.path, site.interpreter.vocabulary).value(data, "")

    return model


def _read(site: Site) -> Value:
    """Returns the text of an open file, or of the file at a path, as something that is known by the file's name."""
    found, raw = site.receiver, site.name.endswith("_bytes")
    while isinstance(found, Instance) and found.kind == _FILE:
        kind = found.cells.get("raw")
        raw = raw or (isinstance(kind, Const) and kind.value is True)
        found = found.cells.get("name")
    name = known(found) if found is not None else None
    form = "bytes line" if raw and not site.frame.unit.dialect else "line"
    return Text((Hole("text", Origin("config", name or "file", site.location), form=form),))


def _parser_read(site: Site) -> Value:
    read = _content(site, site.arg(0, "filenames"))
    data = _ini(read[1]) if read else None
    if read is not None and data is not None and isinstance(site.receiver, Instance):
        found = _Builder(read[0], site.interpreter.vocabulary).value(data, "")
        if isinstance(found, Table):
            for key, slot in found.slots():
                site.interpreter.heap.put(site.receiver.cells, key, slot)
    return NONE


def option(site: Site) -> Value | None:
    """Returns an option that a configuration parser has read; None when it has not."""
    section, name = known(site.arg(0) or NONE), known(site.arg(1) or NONE)
    cells = site.receiver.cells if isinstance(site.receiver, Instance) else {}
    table = cells.get(section)
    inner = table.value if isinstance(table, Slot) else None
    slot = inner.cells.get(name.lower() if name else name) if isinstance(inner, Table) else None
    return slot.value if isinstance(slot, Slot) else None


def environment(key: Value, default: Value | None, site: Site) -> Value:
    """Returns what an environment variable holds: its default where that is text that can be part of a URL."""
    name = as_text(key).pattern()
    origin = Origin("environment", name, site.location)
    if default is not None:
        given = [one for one in options(default) if isinstance(one, Text) and one.known()]
        if given:
            return choose(guess(site.interpreter, _from_environment(one, origin)) for one in given)
        if isinstance(default, (Unknown, Ref)):
            return choose((Unknown(f"the environment holds {name}", name, origin), default))
    written = environment_file(site.interpreter, name, site.frame.unit.path)
    return written if written is not None else Unknown(f"the environment holds {name}", name, origin)


def _from_environment(one: Text, origin: Origin) -> Text:
    return Text(tuple(Chunk(p.text, origin) if isinstance(p, Chunk) else p for p in one.pieces))


def environment_file(interpreter: Interpreter, name: str, importer: str) -> Text | None:
    """Returns what the project's ``.env`` gives a variable, where that is an address rather than a credential."""
    read = interpreter.program.beside(".env", importer)
    if read is None:
        return None
    for match in _ASSIGNMENT.finditer(read[1]):
        written = match[2].strip().strip("\"'")
        if match[1] == name and "://" in written:
            return Text((Chunk(written, Origin("environment", name, Location(read[0], Span(*match.span(2))))),))
    return None


MODELS: Models = {
    "builtins.open": _opened,
    "io.open": _opened,
    "codecs.open": _opened,
    "pathlib.Path.open": _opened,
    "str.open": _opened,
    f"{_FILE}.read": _read,
    f"{_FILE}.readline": _read,
    f"{_FILE}.readlines": lambda site: Items("list", (), site.location, _read(site)),
    "str.read_text": _read,
    "str.read_bytes": _read,
    "yaml.safe_load": _loader(yaml_document),
    "yaml.load": _loader(yaml_document),
    "yaml.full_load": _loader(yaml_document),
    "json.load": _loader(_json),
    "json.loads": _loaded(_json),
    "tomllib.load": _loader(_toml),
    "tomllib.loads": _loaded(_toml),
    "toml.load": _loader(_toml),
    "toml.loads": _loaded(_toml),
    "tomli.load": _loader(_toml),
    f"{_PARSER}.read": _parser_read,
}

CONSTRUCTORS = dict.fromkeys((_PARSER, "environ.Env", "environs.Env", "decouple.Config"), keep_nothing)

ALIASES = {
    "configparser.RawConfigParser": _PARSER,
    "configparser.SafeConfigParser": _PARSER,
    "ConfigParser.ConfigParser": _PARSER,
    "ConfigParser.RawConfigParser": _PARSER,
    "ConfigParser.SafeConfigParser": _PARSER,
    "decouple.AutoConfig": "decouple.Config",
}

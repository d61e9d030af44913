"""What the command line of a program can give where it lists the choices: `argparse` and `click`."""

from __future__ import annotations

from migrator.evaluate.assumptions import guess
from migrator.evaluate.contents import iterate
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, Function, Instance, Items, Partial, Slot, Table, Value, choose, join
from migrator.evaluate.strings import known, text
from migrator.languages.python.library.config_files import environment
from migrator.languages.python.library.records import is_required
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Ref, Text, Unknown

_PARSER = "argparse.ArgumentParser"
NAMESPACE = "argparse.Namespace"
_LABEL = "@label"
"""The cell of what a parser returns that holds the name of the call."""
_DECLARED = "--"
"""What the cells of a parser begin with that hold what it can give."""
_CHOICES = "click.Choice"
_GIVE = "click.option.__call__"


def _inherit(parser: Instance, site: Site) -> None:
    """Takes over what the parents of a parser declare."""
    for parent in iterate(site.arg(-1, "parents") or NONE, site.location)[0]:
        for key, found in parent.cells.items() if isinstance(parent, Instance) else ():
            if key.startswith(_DECLARED):
                _declare(site, parser, key, found)


def _declare(site: Site, parser: Instance, key: str, found: Value) -> None:
    old = parser.cells.get(key)
    site.interpreter.heap.put(parser.cells, key, found if old is None else join(old, found))


def _part(site: Site) -> Value | None:
    """Returns a group or a command of a parser: what they declare, the parser gives."""
    if isinstance(site.receiver, Instance):
        _inherit(site.receiver, site)
    return site.receiver


def _add_argument(site: Site) -> Value | None:
    names = [one for one in map(known, site.args.positional) if one]
    name = known(site.arg(-1, "dest") or NONE) or _named(names)
    if isinstance(site.receiver, Instance) and name:
        count, action = site.arg(-1, "nargs"), known(site.arg(-1, "action") or NONE)
        many = action in ("append", "extend") or (count is not None and known(count) != "?")
        sure = count is None and not any(one.startswith("-") for one in names)
        found = _given(site, site.arg(-1, "choices"), many=many, sure=sure)
        _declare(site, site.receiver, _DECLARED + name, found or _free(site, name, site.arg(-1, "default"), names))
    return None


def _free(site: Site, name: str, default: Value | None, names: list[str]) -> Value:
    """Returns what an argument without choices can be: what is typed, or what stands in for that."""
    variable = site.arg(-1, "envvar")
    if variable is not None:
        default = environment(variable, default, site)
    if default is not None and (not names or (isinstance(default, Text) and "://" in (known(default) or ""))):
        return guess(site.interpreter, default)
    origin = Origin("argument", f"{site.location.path} {_called(names)}", site.location)
    typed = Unknown("the command line gives it", name, origin)
    return typed if default is None or isinstance(default, Const) else choose((typed, default))


def _called(names: list[str]) -> str:
    """Returns what an argument is called on the command line: its first long name, or the first one."""
    return next((one for one in names if one.startswith("--")), (names or [""])[0])


def _named(names: list[str]) -> str:
    """Returns what an argument is called in the program."""
    return _called(names).lstrip("-").replace("-", "_")


def _given(site: Site, choices: Value | None, *, many: bool, sure: bool) -> Value | None:
    """Returns what an argument with choices can be, None for one without; nothing is given for one left out."""
    members, rest = iterate(choices or NONE, site.location)
    if not members or rest is not None or any(known(one) is None for one in members):
        return None
    if many:
        return Items("list", (), site.location, choose(members))
    if not sure and _flag(site, "required") is not True:
        members = [*members, site.arg(-1, "default") or NONE]
    return choose(members)


def _flag(site: Site, name: str) -> object:
    """Returns what a keyword is given, None where that is not known."""
    found = site.arg(-1, name)
    return found.value if isinstance(found, Const) else None


def _parse(site: Site) -> Value | None:
    """Returns what a parser gives: an object with fields for what has choices, else something unknown."""
    parser = site.receiver
    if not isinstance(parser, Instance):
        return None
    method = site.name.rpartition(".")[2]
    called = f"{_PARSER}().{method}()" if isinstance(parser.kind, str) else f"{site.name}()"
    unknown = Unknown(f"the result of {called} is unknown", method, Origin("call", called, site.location))
    fields = _fields(parser)
    if not fields:
        return unknown
    namespace = Instance(NAMESPACE, site.location)
    namespace.cells.update(fields, **{_LABEL: text(called)})
    return Items("tuple", (namespace, unknown), site.location) if method == "parse_known_args" else namespace


def _fields(parser: Instance) -> dict[str, Value]:
    """Returns the arguments of a parser, and the functions that it gives."""
    return {key.removeprefix(_DECLARED): one for key, one in parser.cells.items() if key.startswith(_DECLARED)}


def _set_defaults(site: Site) -> Value | None:
    """Keeps the functions among the defaults of a parser with choices, which are called with what it gives."""
    parser = site.receiver
    if not isinstance(parser, Instance) or not _fields(parser):
        return None
    for name, slot in site.args.keywords.items():
        if isinstance(slot.value, Function):
            _declare(site, parser, _DECLARED + name, slot.value)
    return NONE


def field(namespace: Instance, name: str, at: Location) -> Unknown:
    """Returns what a parser gives under a name for which it has no choices."""
    called = known(namespace.cells[_LABEL]) or NAMESPACE
    return Unknown(f"the result of {called} is unknown", name, Origin("attribute", f"{called}.{name}", at))


def _vars(site: Site) -> Value | None:
    """Returns what a parser gives as a mapping."""
    given = site.arg(0)
    if not isinstance(given, Instance) or given.kind != NAMESPACE:
        return None
    entries = {key: Slot(text(key), found) for key, found in given.cells.items() if key != _LABEL}
    return Table(site.location, entries)


def _choice(site: Site) -> Value | None:
    items, rest = iterate(site.arg(0, "choices") or NONE, site.location)
    return Items(_CHOICES, items, site.location, rest)


def _option(site: Site) -> Value | None:
    """Returns what has `click` pass an argument to a function; None where nothing says more than its name."""
    kind = site.arg(-1, "type")
    names = [one for one in map(known, site.args.positional) if one]
    name = next((one for one in names if one.isidentifier()), "") or _named(names)
    count = site.arg(-1, "nargs")
    many = _flag(site, "multiple") is True or (count is not None and known(count) != "1")
    sure = site.name.endswith("argument") and _flag(site, "required") is not False
    chosen = isinstance(kind, Items) and kind.kind == _CHOICES
    found = _given(site, kind, many=many, sure=sure) if chosen else None
    if found is None and not many and site.arg(-1, "envvar") is not None:
        found = _free(site, name, site.arg(-1, "default"), names)
    return Partial(Ref(_GIVE), (text(name.lower()), found), {}) if found is not None and name else None


def _parameter(site: Site) -> Value | None:
    """Returns what `typer` passes for a parameter that has this as its default."""
    names = [one for one in map(known, site.args.positional) if one and one.startswith("-")]
    given = site.arg(0, "default")
    default = None if is_required(given) else given
    if not names and site.arg(-1, "envvar") is None:
        return default
    return _free(site, _named(names), default, names)


def _give(site: Site) -> Value | None:
    name, found, function = (site.arg(place) for place in range(3))
    if isinstance(function, Function) and name is not None and found is not None:
        function.given = {**(function.given or {}), known(name) or "": found}  # type: ignore[misc] # late
    return function


_PARTS = ("argument_group", "mutually_exclusive_group", "subparsers", "parser")

MODELS: Models = {
    f"{_PARSER}.add_argument": _add_argument,
    f"{_PARSER}.set_defaults": _set_defaults,
    **dict.fromkeys((f"{_PARSER}.parse_args", f"{_PARSER}.parse_known_args"), _parse),
    **dict.fromkeys((f"{_PARSER}.add_{name}" for name in _PARTS), _part),
    "builtins.vars": _vars, "click.Choice": _choice, "click.option": _option, "click.argument": _option,
    "typer.Option": _parameter, "typer.Argument": _parameter, _GIVE: _give,
}  # fmt: skip
CONSTRUCTORS = {_PARSER: _inherit}

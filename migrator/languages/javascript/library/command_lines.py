"""What command lines give: options with what they are without an argument, which the program writes.

https://github.com/tj/commander.js#options, https://yargs.js.org/docs/#api-reference, https://github.com/minimistjs/minimist
"""

from __future__ import annotations

import re

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, REST, Instance, Items, Slot, Table, Value, choose
from migrator.evaluate.strings import known, text
from migrator.languages.javascript.library.calling import first, run
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Unknown

KIND = "%options"
"""What a parser of command lines is, whatever library it is of."""
SHARED = frozenset({"yargs", "commander", "commander.program"})
"""The modules that are parsers themselves."""
_MEMBERS = frozenset({"program", "Command", "createCommand", "Option", "default"})
_GIVEN, _PARSED = "@given", frozenset({"opts", "optsWithGlobals", "parseSync", "parsed"})
_EXPECTED, _ARGUMENT = "@expected", re.compile(r"[<\[][^>\]]+[>\]]")
_LONG = re.compile(r"--(?:no-)?([\w-]+)")


def parser(at: Location) -> Instance:
    """Returns a parser without options."""
    made = Instance(KIND, at)
    rest = Unknown("an argument of the command line", "option", Origin("unknown", "option", at))
    made.cells[_GIVEN] = Table(at, {REST: rest})
    return made


def shares(owner: str, name: str) -> bool:
    """Returns whether a member of a module is one of the parser that the module is."""
    return owner in SHARED and name not in _MEMBERS


def attribute(receiver: Instance, name: str) -> Value | None:
    """Returns what a parser read, or None for a method of it."""
    held = receiver.cells.get(_GIVEN)
    if name == "argv":
        return held
    slot = held.cells.get(name) if isinstance(held, Table) else None
    return slot.value if isinstance(slot, Slot) else None


def call(site: Site) -> Value | None:
    """Returns the result of a method of a parser, which mostly is the parser; None for any other call."""
    owner, _, name = site.name.rpartition(".")
    if owner != KIND or not isinstance(site.receiver, Instance):
        return None
    held = site.receiver.cells.get(_GIVEN)
    if not isinstance(held, Table):
        return site.receiver
    if name in ("option", "requiredOption"):
        _option(site, held)
    elif name in ("options", "default"):
        _options(site, held, described=name == "options")
    elif name in _PARSED:
        return held
    elif name in ("argument", "command", "arguments"):
        expected = _ARGUMENT.findall(known(first(site)) or "") or ["<>"] * (name == "argument")
        before = _expected(site.receiver) if name == "argument" else 0
        site.interpreter.heap.put(site.receiver.cells, _EXPECTED, Const(before + len(expected)))
    elif name == "action":
        run(site, first(site), *[site.unknown("argument")] * _expected(site.receiver), held)
    return site.receiver


def _expected(receiver: Instance) -> int:
    """Returns how many arguments a command has before its options."""
    found = receiver.cells.get(_EXPECTED)
    return found.value if isinstance(found, Const) and isinstance(found.value, int) else 0


def _option(site: Site, held: Table) -> None:
    told, second = site.arg(1), site.args.positional[-1] if len(site.args.positional) > 1 else None
    written = known(first(site)) or ""
    if isinstance(told, Table):
        _take(site, held, written, told)
    elif (long := _LONG.search(written)) is not None:
        value = second if len(site.args.positional) > _DESCRIBED else None
        _give(site, held, long[1], value if value is not None else site.unknown("option"))


_DESCRIBED = 2
"""How many arguments an option has without what it is by itself."""


def _options(site: Site, held: Table, *, described: bool) -> None:
    told = first(site)
    for _, slot in told.slots() if isinstance(told, Table) else ():
        name = known(slot.key) or ""
        if described and isinstance(slot.value, Table):
            _take(site, held, name, slot.value)
        elif not described:
            _give(site, held, name, slot.value)
    written, value = known(told), site.arg(1)
    if not described and written and value is not None:
        _give(site, held, written, value)


def _take(site: Site, held: Table, name: str, told: Table) -> None:
    """Notes an option as an object describes it."""
    found = {key: slot.value for key, slot in told.slots()}
    choices = found.get("choices")
    either = choices.items if isinstance(choices, Items) and choices.rest is None else ()
    default = found.get("default")
    value = choose(either) if either else default if default is not None else site.unknown("option")
    for one in (name, known(found.get("alias", NONE))):
        if one:
            _give(site, held, one, value)


def _give(site: Site, held: Table, name: str, value: Value) -> None:
    """Notes what an option is: that, or what the command line says."""
    first_word, *more = name.split("-")
    name = first_word + "".join(word.capitalize() for word in more)
    said = Unknown("an argument of the command line", name, Origin("unknown", f"--{name}", site.location))
    written = known(value)
    found = choose((value, said)) if written is not None and "://" not in written else value
    site.interpreter.heap.put(held.cells, name, Slot(text(name), found))


def _made(site: Site) -> Value:
    return parser(site.location)


def _minimist(site: Site) -> Value:
    made, told = parser(site.location).cells[_GIVEN], site.arg(1)
    slot = told.cells.get("default") if isinstance(told, Table) else None
    for _, one in slot.value.slots() if isinstance(slot, Slot) and isinstance(slot.value, Table) else ():
        _give(site, made, known(one.key) or "", one.value)
    held: Value = made
    return held


MODELS: Models = {
    "commander.Command": _made, "commander.createCommand": _made, "yargs": _made, "yargs/yargs": _made,
    "minimist": _minimist,
}  # fmt: skip

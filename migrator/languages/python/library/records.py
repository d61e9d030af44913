"""Objects that are only fields: named tuples, namespaces, and how the fields of data classes are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import member
from migrator.evaluate.calls import fields
from migrator.evaluate.class_hooks import CONVERTS
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import ITEMS, NONE, Class, Function, Instance, Items, Partial, Slot, Table, Value
from migrator.evaluate.strings import known, text
from migrator.languages.python.library.config_files import environment
from migrator.languages.python.library.containers import dictionary, duplicate
from migrator.model.value import Ref, Unknown

_CONFIGURATION = ("model_config", "Config")
"""What a class of settings calls the options of its fields."""


def _namedtuple(site: Site) -> Value:
    names = site.arg(1, "field_names")
    written = known(names) if names is not None else None
    listed = written.replace(",", " ").split() if written else [known(o) or "" for o in getattr(names, "items", ())]
    defaults = site.arg(-1, "defaults")
    return Partial(
        Ref("collections.namedtuple.__new__"), (text(" ".join(listed)),), {_DEFAULTS: defaults} if defaults else {}
    )


def _named_record(site: Site) -> Value:
    names = (known(site.arg(0) or NONE) or "").split()
    given = {name: found for name, found in site.args.named.items() if name != _DEFAULTS}
    defaults = site.args.named.get(_DEFAULTS)
    last = defaults.items if isinstance(defaults, Items) else ()
    fields = dict(zip(reversed(names), reversed(last), strict=False))
    return _ordered(site, names, {**fields, **dict(zip(names, site.args.positional[1:], strict=False)), **given})


_DEFAULTS = "@defaults"


def _ordered(site: Site, names: Iterable[str], fields: Mapping[str, Value]) -> Instance:
    """Returns a named tuple: its fields by their names, and in order."""
    instance = Instance("collections.record", site.location)
    instance.cells.update({name: fields.get(name) or site.unknown(name) for name in names})
    instance.cells[ITEMS] = Items("tuple", list(instance.cells.values()), site.location)
    return instance


def _fields_of(site: Site, found: Value | None) -> dict[str, Value] | None:
    """Returns the fields of a record in order, None for what is none."""
    if not isinstance(found, Instance):
        return None
    if isinstance(found.kind, Class):
        names = fields(site.interpreter, found.kind)
        held = {name: found.cells.get(name) or member(found.kind, name) for name in names}
        return {name: one for name, one in held.items() if one is not None}
    return {name: one for name, one in found.cells.items() if name != ITEMS}


def _as_mapping(site: Site) -> Value | None:
    """Returns the fields of a record as a new mapping, those of the records in it as well."""
    found = _fields_of(site, site.arg(0) if site.receiver is None else site.receiver)
    if not found:
        return None
    return Table(site.location, {name: Slot(text(name), _plain(site, one)) for name, one in found.items()})


def _plain(site: Site, found: Value) -> Value:
    if isinstance(found, Instance) and isinstance(found.kind, Class) and fields(site.interpreter, found.kind):
        return _as_mapping(site.given(Args([found]))) or found
    return duplicate(found)


def _replaced(site: Site) -> Value | None:
    """Returns a record that is another one but for some fields."""
    old = site.arg(0) if site.receiver is None else site.receiver
    found = _fields_of(site, old)
    if found is None or not isinstance(old, Instance):
        return None
    if not isinstance(old.kind, Class):
        return _ordered(site, found, {**found, **site.args.named})
    made = Instance(old.kind, site.location)
    made.cells = {**old.cells, **site.args.named}
    return made


def _described(site: Site) -> Value | None:
    """Returns what describes the fields of a record, in order."""
    asked = site.arg(0)
    cls = asked.kind if isinstance(asked, Instance) else asked
    if not isinstance(cls, Class):
        return None
    described = []
    for name in fields(site.interpreter, cls):
        one = Instance("dataclasses.Field", site.location)
        one.cells["name"] = text(name)
        described.append(one)
    return Items("tuple", described, site.location)


def is_required(default: Value | None) -> bool:
    """Returns whether a field's default is ``...``: pydantic and typer say so that there is none."""
    return isinstance(default, Unknown) and default.reason == "..."


def _field(site: Site) -> Value | None:
    """Returns the default of a field of a record, or what describes how each record is given its own."""
    factory = site.arg(-1, "default_factory") or site.arg(-1, "factory")
    if factory is not None:
        return Partial(Ref("dataclasses.field"), (factory,), {})
    default = site.arg(0, "default")
    return None if is_required(default) else default


def _attribute(site: Site) -> Value | None:
    """Returns what describes a field of a record whose class need not annotate it: https://www.attrs.org."""
    found, converter = _field(site), site.arg(-1, "converter")
    factory = found.args if isinstance(found, Partial) else ()
    told = {"default": None if factory else found, "converter": converter}
    return Partial(Ref("dataclasses.field"), factory, {name: one for name, one in told.items() if one is not None})


def _validator(site: Site) -> Value:
    """Returns the decorator of a method that validates fields: https://docs.pydantic.dev/latest/concepts/validators."""
    return Partial(Ref("pydantic.validated"), tuple(site.args.positional), site.args.named)


def _validated(site: Site) -> Value:
    """Notes in a class which fields a method gives another value, or that it is given the object once it is filled."""
    *names, function = site.args.positional
    for name in map(known, names):
        site.frame.variables[f"{CONVERTS}{name}"] = function
    if not names and known(site.arg(-1, "mode") or NONE) == "after":
        site.frame.variables[site.interpreter.semantics.roles.filled[0]] = function
    return function


def _namespace(site: Site) -> Value:
    instance = Instance("types.SimpleNamespace", site.location)
    instance.cells.update(site.args.named)
    return instance


def _settings(instance: Instance, site: Site) -> None:
    """Fills the fields of settings in from variables of the environment: https://docs.pydantic.dev/latest/concepts/pydantic_settings."""
    cls, m = instance.kind, site.interpreter
    if not isinstance(cls, Class):
        return
    prefix = _prefix(cls)
    for name in fields(m, cls):
        if name not in site.args.keywords and name not in _CONFIGURATION:
            m.heap.put(instance.cells, name, environment(text((prefix + name).upper()), member(cls, name), site))


def _prefix(cls: Class) -> str:
    """Returns what the names of the variables of settings begin with."""
    for found in map(partial(member, cls), _CONFIGURATION):
        cells = found.cells if isinstance(found, (Table, Class)) else {}
        given = cells.get("env_prefix")
        if given is not None:
            return known(given.value if isinstance(given, Slot) else given) or ""
    return ""


ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "StrEnum", "IntEnum", "Flag", "IntFlag", "ReprEnum"))
"""The classes whose members are listed where one that descends from them is gone through."""


def enumerate_members(cls: Class, base: str, interpreter: Interpreter) -> None:
    """Makes the members of an enumeration what goes through it sees; what ``auto`` gives one is told by its name.

    They are their values, but objects where the class has methods and its members are no texts or numbers.
    """
    own = len(cls.bases) == 1 and base == "enum.Enum" and any(isinstance(one, Function) for one in cls.cells.values())
    named = {name: held for name, held in cls.cells.items() if name[0] not in "_@" and not isinstance(held, Function)}
    for name, held in named.items():
        if base == "enum.StrEnum" and isinstance(held, Unknown) and held.origin.name.startswith("enum.auto"):
            named[name] = cls.cells[name] = text(name.lower())
        if own:
            named[name] = cls.cells[name] = made = Instance(cls, cls.location)
            made.cells.update({"value": held, "_value_": held, "name": text(name)})
            if isinstance(filling := member(cls, interpreter.semantics.roles.constructor), Function):
                parts = held.items if isinstance(held, Items) else [held]
                interpreter.invoke(filling, Args([made, *parts]), cls.frame, cls.location)
    cls.cells[ITEMS] = Items("list", list(named.values()), cls.location)


MODELS: Models = {
    **dict.fromkeys(("dataclasses.asdict", "attr.asdict", "attrs.asdict"), _as_mapping),
    **dict.fromkeys(("collections.record._asdict", "typing.NamedTuple._asdict"), _as_mapping),
    **dict.fromkeys(("pydantic.BaseModel.model_dump", "pydantic.BaseModel.dict"), _as_mapping),
    **dict.fromkeys(("dataclasses.replace", "attr.evolve", "attrs.evolve"), _replaced),
    **dict.fromkeys(("collections.record._replace", "typing.NamedTuple._replace"), _replaced),
    **dict.fromkeys(("dataclasses.fields", "attr.fields", "attrs.fields"), _described),
    "collections.namedtuple": _namedtuple, "collections.namedtuple.__new__": _named_record,
    "types.SimpleNamespace": _namespace,
    **dict.fromkeys(("pydantic_settings.SettingsConfigDict", "pydantic.ConfigDict"), dictionary),
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "pydantic.fields.Field", "msgspec.field"), _field),
    **dict.fromkeys((f"pydantic.{name}" for name in ("validator", "field_validator", "model_validator")), _validator),
    "pydantic.validated": _validated,
    **dict.fromkeys(("attr.ib", "attr.attrib", "attr.field", "attrs.field"), _attribute),
}  # fmt: skip
CONSTRUCTORS = dict.fromkeys(("pydantic_settings.BaseSettings", "pydantic.BaseSettings"), _settings)

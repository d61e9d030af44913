"""Objects that are only fields: named tuples, namespaces, and how the fields of data classes are described."""

from __future__ import annotations

from functools import partial

from migrator.evaluate.attributes import member
from migrator.evaluate.calls import fields
from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, Class, Instance, Partial, Slot, Table, Value
from migrator.evaluate.strings import known, text
from migrator.languages.python.library.config_files import environment
from migrator.languages.python.library.containers import dictionary
from migrator.model.value import Ref, Unknown

_CONFIGURATION = ("model_config", "Config")
"""What a class of settings calls the options of its fields."""


def _namedtuple(site: Site) -> Value:
    names = site.arg(1, "field_names")
    written = known(names) if names is not None else None
    listed = written.replace(",", " ").split() if written else [known(o) or "" for o in getattr(names, "items", ())]
    return Partial(Ref("collections.namedtuple.__new__"), (text(" ".join(listed)),), {})


def _named_record(site: Site) -> Value:
    names = (known(site.arg(0) or NONE) or "").split()
    instance = Instance("collections.record", site.location)
    instance.cells.update(zip(names, site.args.positional[1:], strict=False))
    instance.cells.update(site.args.named)
    return instance


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
    found = _field(site)
    if isinstance(found, Partial):
        return found
    return Partial(Ref("dataclasses.field"), (), {} if found is None else {"default": found})


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


MODELS: Models = {
    "collections.namedtuple": _namedtuple, "collections.namedtuple.__new__": _named_record,
    "types.SimpleNamespace": _namespace,
    **dict.fromkeys(("pydantic_settings.SettingsConfigDict", "pydantic.ConfigDict"), dictionary),
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "pydantic.fields.Field", "msgspec.field"), _field),
    **dict.fromkeys(("attr.ib", "attr.attrib", "attr.field", "attrs.field"), _attribute),
}  # fmt: skip
CONSTRUCTORS = dict.fromkeys(("pydantic_settings.BaseSettings", "pydantic.BaseSettings"), _settings)

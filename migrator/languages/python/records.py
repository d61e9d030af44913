"""Objects that are only fields: named tuples, namespaces, and how the fields of data classes are described."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrator.evaluate.contracts import Site
from migrator.evaluate.store import NONE, Instance, Partial, Value
from migrator.evaluate.strings import known, text
from migrator.model.value import Ref, Unknown


def _namedtuple(site: Site) -> Value:
    names = site.arg(1, "field_names")
    written = known(names) if names is not None else None
    listed = written.replace(",", " ").split() if written else [known(o) or "" for o in getattr(names, "items", ())]
    return Partial(Ref("collections.namedtuple.__new__"), (text(" ".join(listed)),), {})


def _named_record(site: Site) -> Value:
    names = (known(site.arg(0) or NONE) or "").split()
    instance = Instance("collections.record", site.location)
    instance.cells.update(zip(names, site.args.positional[1:], strict=False))
    instance.cells.update({name: slot.value for name, slot in site.args.keywords.items()})
    return instance


def _field(site: Site) -> Value | None:
    """Returns the default of a field of a record, or what describes how each record is given its own."""
    factory = site.arg(-1, "default_factory") or site.arg(-1, "factory")
    if factory is not None:
        return Partial(Ref("dataclasses.field"), (factory,), {})
    default = site.arg(0, "default")
    required = isinstance(default, Unknown) and default.reason == "..."
    return None if required else default


def _attribute(site: Site) -> Value | None:
    """Returns what describes a field of a record whose class need not annotate it: https://www.attrs.org."""
    found = _field(site)
    if isinstance(found, Partial):
        return found
    return Partial(Ref("dataclasses.field"), (), {} if found is None else {"default": found})


def _namespace(site: Site) -> Value:
    instance = Instance("types.SimpleNamespace", site.location)
    instance.cells.update({name: slot.value for name, slot in site.args.keywords.items()})
    return instance


MODELS: Mapping[str, Callable[[Site], Value | None]] = {
    "collections.namedtuple": _namedtuple, "collections.namedtuple.__new__": _named_record,
    "types.SimpleNamespace": _namespace,
    **dict.fromkeys(("dataclasses.field", "pydantic.Field", "pydantic.fields.Field", "msgspec.field"), _field),
    **dict.fromkeys(("attr.ib", "attr.attrib", "attr.field", "attrs.field"), _attribute),
}  # fmt: skip

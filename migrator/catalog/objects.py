"""The kinds of CRM object, as ``rules/objects.yaml`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrator.catalog import requirement
from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import made, plain
from migrator.catalog.store import Folder

FILE = "objects.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmObject:
    """One kind of record: its name in paths, numeric id, other names, and what reading and writing it needs.

    The four requirements are texts of the requirement language, empty where the object has no such scope.
    """

    name: str
    singular: str
    sources: tuple[str, ...]
    sure: str
    id: str = ""
    aliases: tuple[str, ...] = ()
    read: str = ""
    write: str = ""
    schema_read: str = ""
    schema_write: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        """The name as HubSpot's specifications head it."""
        return self.name.replace("_", " ").title()

    @property
    def parameter(self) -> str:
        """The path parameter that HubSpot's specifications give a record's id."""
        first, *rest = self.singular.split("_")
        return first + "".join(word.title() for word in rest) + "Id"

    def needs(self, family: str, access: str) -> str:
        """Returns the requirement for an access to the records (``objects``) or their definition (``schemas``)."""
        texts = {"objects": (self.read, self.write), "schemas": (self.schema_read, self.schema_write)}
        return texts[family][access == "write"]

    def spellings(self) -> tuple[str, ...]:
        """Returns every lower-case text that names this object in a path."""
        words = (self.name, self.id, self.singular, *self.aliases)
        return tuple(dict.fromkeys(word.lower() for word in words if word))


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What the number in the field ``name`` of a body tells: an object for each of some parameters of no path."""

    name: str = ""
    parameters: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """The kinds of object by name, the path parameters for one, and the query parameters that read others along.

    ``associated`` are fields of a body that associate records, ``definitions`` what a number in a body tells.
    ``custom`` is a regular expression for the names of custom objects; other unknown names only pass for one.
    """

    kinds: Mapping[str, CrmObject] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    associated: tuple[str, ...] = ()
    definitions: Definitions = field(default_factory=Definitions)
    custom: str = field(default="", metadata={"method": "pattern"})

    def extended(self, more: Objects) -> Objects:
        """Returns these objects with others that win over them."""
        return Objects(
            kinds={**self.kinds, **more.kinds},
            parameters=tuple(dict.fromkeys((*self.parameters, *more.parameters))),
            along=tuple(dict.fromkeys((*self.along, *more.along))),
            associated=tuple(dict.fromkeys((*self.associated, *more.associated))),
            definitions=more.definitions if more.definitions.name else self.definitions,
            custom=more.custom or self.custom,
        )


def read_objects(folder: Folder) -> Objects:
    """Returns the content of ``objects.yaml``, empty when there is none. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    if top is None:
        return Objects()
    kinds = dict(top.pairs_of("objects"))
    data = plain(top, Objects, given=("kinds",), allows=("objects",), definitions=_definitions)
    return made(Objects, data, kinds={name: _object(name, entry) for name, entry in kinds.items()})


def _definitions(entry: RuleValue) -> dict[str, Any]:
    fields = entry.fields(("field", "parameters", "numbers"), ("field", "parameters", "numbers"))
    names = fields["parameters"].texts()
    numbers = {key.text(): item.texts() for key, item in fields["numbers"].pairs()}
    wrong = next((item for _, item in fields["numbers"].pairs() if len(item.texts()) != len(names)), None)
    if wrong is not None:
        raise wrong.error(f"expected {len(names)} objects", f"Name one for each of {', '.join(names)}.")
    return {"name": fields["field"].text(), "parameters": names, "numbers": numbers}


def _object(name: str, entry: RuleValue) -> CrmObject:
    checked: dict[str, Any] = dict.fromkeys(("read", "write", "schema_read", "schema_write"), checked_requirement)
    return made(CrmObject, plain(entry, CrmObject, given=("name",), **checked), name=name)


def checked_requirement(entry: RuleValue) -> str:
    """Returns the text of a requirement, or none. Raises `RulesError` on any other."""
    try:
        requirement.parse(entry.text() or "none")
    except ValueError as error:
        raise entry.error(str(error)) from error
    return entry.text()


def by_spelling(objects: Iterable[CrmObject]) -> Mapping[str, CrmObject]:
    """Returns the object for each lower-case text that names one."""
    return {word: kind for kind in objects for word in kind.spellings()}

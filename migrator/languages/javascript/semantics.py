"""What JavaScript's values and names mean."""

from __future__ import annotations

from migrator.evaluate.conditions import is_filled
from migrator.evaluate.semantics import Roles, Semantics
from migrator.evaluate.store import Choice, Function, Instance, Items, Table, Value, choose, options
from migrator.evaluate.strings import concat
from migrator.languages.javascript.library.arithmetic import operated
from migrator.languages.javascript.library.comparing import compared
from migrator.languages.javascript.library.written import as_string
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Text

UNDEFINED = Const(None, Origin("literal", "undefined"))
"""``undefined``, which is equal to ``null`` here, and told apart by its origin where it becomes text."""


class _JavaScriptRules(Semantics):
    """The rules of JavaScript, and of TypeScript, which adds none."""

    roles = Roles(constructor="constructor", kind="constructor", name="name", prototype="prototype", top="Object")
    whole = frozenset({"window", "global", "globalThis", "self", "top"})
    contains = frozenset({"includes"})
    ends = frozenset({"exit", "abort"})
    entries = True
    absent = UNDEFINED

    def truth(self, found: Value) -> bool | None:
        """Returns whether a value counts as true: every object does, an empty one too."""
        if isinstance(found, Const):
            return bool(found.value) and found.value == found.value
        if isinstance(found, (Table, Items)):
            return True
        return is_filled(found)

    def key(self, found: Value) -> Value:
        """Returns the text that a key is: ``1`` and ``"1"`` are one."""
        if isinstance(found, Choice):
            return choose(self.key(one) for one in found.options)
        return as_string(found) if isinstance(found, Const) else found

    def operate(self, op: str, left: Value, right: Value, at: Location) -> Value | None:
        """Returns the result of ``+`` where a text is involved; None for any other operator."""
        if op != "+":
            return operated(op, left, right)
        every = (*options(left), *options(right))
        if any(isinstance(one, (Text, Table, Items, Instance, Function)) for one in every):
            return concat([as_string(left), as_string(right)])
        return None

    def compare(self, op: str, left: Value, right: Value) -> bool | None:
        """Returns the outcome of a comparison, or None when it is not decided."""
        return compared(op, left, right)

    def field(self, found: Value, conversion: str, spec: Value | None) -> Value:
        """Returns an interpolated value as text."""
        return as_string(found)

    def is_special(self, name: str) -> bool:
        """Returns whether a member is the constructor."""
        return name == "constructor"

    def is_private(self, name: str) -> bool:
        """Returns whether a name begins with an underscore or a hash."""
        return name.startswith(("_", "#"))


SEMANTICS: Semantics = _JavaScriptRules()

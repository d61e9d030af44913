"""What Python's values and names mean."""

from __future__ import annotations

from migrator.evaluate.conditions import is_filled
from migrator.evaluate.semantics import Roles, Semantics
from migrator.evaluate.store import Value
from migrator.evaluate.strings import concat, flat, text
from migrator.languages.python import formatting
from migrator.model.text import Location
from migrator.model.unit import Compare, Expr, Lit, Name
from migrator.model.value import Const, Ref, Text

_SEND_NOTHING = frozenset({"__init__", "__new__", "__post_init__", "__repr__", "__str__", "__eq__", "__hash__"})
"""Special methods that are named where they matter, or that no program sends a request in."""


class _PythonRules:
    """The rules of Python, of every version."""

    roles = Roles(
        constructor="__init__",
        maker="__new__",
        filled="__post_init__",
        call="__call__",
        get_item="__getitem__",
        set_item="__setitem__",
        enter=("__enter__", "__aenter__"),
        missing="__getattr__",
        kind="__class__",
        name="__name__",
        top="builtins.object",
    )
    entries = False
    copies = False
    closed = False
    receives = True
    absent: Const | None = None

    def truth(self, found: Value) -> bool | None:
        """Returns whether a value counts as true: what is empty, zero or nothing does not."""
        return bool(found.value) if isinstance(found, Const) else is_filled(found)

    def key(self, found: Value) -> Value:
        """Returns the key itself."""
        return found

    def operate(self, op: str, left: Value, right: Value, at: Location) -> Value | None:
        """Returns the result of formatting, of joining paths, and of repeating a text once; None for any other."""
        if op == "%" and not isinstance(left, Const):
            return formatting.percent(left, right, at)
        if op == "/" and isinstance(left, Text):
            separator = "" if flat(left).endswith("/") else "/"
            return concat([left, text(separator), right])
        if op == "*" and isinstance(left, Text) and isinstance(right, Const) and right.value == 1:
            return left
        return None

    def field(self, found: Value, conversion: str, spec: Value | None) -> Value:
        """Returns an interpolated value as text."""
        return formatting.interpolated(found, conversion, spec)

    def is_special(self, name: str) -> bool:
        """Returns whether a name begins with two underscores."""
        return name.startswith("__")

    def is_implicit(self, name: str) -> bool:
        """Returns whether a special method can send where its name is not written."""
        return name.startswith("__") and name not in _SEND_NOTHING

    def is_private(self, name: str) -> bool:
        """Returns whether a name begins with an underscore."""
        return name.startswith("_")

    def is_main(self, test: Expr) -> bool:
        """Returns whether a condition compares the name of the module with that of the program."""
        match test:
            case Compare(left=Name(id="__name__"), ops=("==",), rights=(Lit(value="__main__"),)):
                return True
            case Compare(left=Lit(value="__main__"), ops=("==",), rights=(Name(id="__name__"),)):
                return True
            case _:
                return False

    def is_import_failure(self, found: Value | None) -> bool:
        """Returns whether an exception is one of an import that fails."""
        return isinstance(found, Ref) and found.name in ("builtins.ImportError", "builtins.ModuleNotFoundError")


SEMANTICS: Semantics = _PythonRules()

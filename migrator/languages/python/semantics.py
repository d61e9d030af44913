"""What Python's values and names mean."""

from __future__ import annotations

from migrator.evaluate.conditions import compare, is_filled
from migrator.evaluate.semantics import Roles, Semantics
from migrator.evaluate.store import Table, Value
from migrator.evaluate.strings import concat, flat, text
from migrator.languages.python.library import formatting
from migrator.languages.python.lowering.dialect import CLASSIC
from migrator.model.text import Location
from migrator.model.unit import Compare, Expr, Lit, Name
from migrator.model.value import Const, Ref, Text

_LARGEST = 1e9
_DIGITS = 12
"""How many digits of a number Python 2 writes; later releases write as many as it has."""
_OPERATORS = {
    **dict(zip("+-*/%", ("add", "sub", "mul", "truediv", "mod"), strict=True)),
    **dict(
        zip(("//", "|", "&", "<<", ">>", "@"), ("floordiv", "or", "and", "lshift", "rshift", "matmul"), strict=True)
    ),
}
_SEND_NOTHING = frozenset(
    {
        *("__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"),
        *("__repr__", "__str__", "__format__", "__bytes__", "__unicode__", "__dir__", "__hash__", "__sizeof__"),
        *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__cmp__", "__bool__", "__nonzero__"),
        *("__copy__", "__deepcopy__", "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__", "__del__"),
        *("__setattr__", "__delattr__", "__exit__", "__aexit__"),  # what they send, they send as functions of their own
    }
)
"""Special methods that are named where they matter, or that no program sends a request in."""


class _PythonRules(Semantics):
    """The rules of Python, of every version."""

    roles = Roles(
        constructor="__init__",
        maker="__new__",
        filled=("__post_init__", "__attrs_post_init__"),
        call="__call__",
        get_item="__getitem__",
        set_item="__setitem__",
        enter=("__enter__", "__aenter__"),
        missing="__getattr__",
        kind="__class__",
        name="__name__",
        extended="__init_subclass__",
        placed="__set_name__",
        got="__get__",
        top="builtins.object",
        field="dataclasses.field",
        unfielded=frozenset({"ClassVar", "KW_ONLY"}),
        spelled=("__str__", "__unicode__", "__repr__"),
        judged=frozenset({"__bool__", "__nonzero__", "__len__"}),
        compared=frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__cmp__", "__contains__"}),
        operators={op: (f"__{name}__", f"__r{name}__") for op, name in _OPERATORS.items()},
    )
    receives = True
    ends = frozenset({"exit", "_exit", "quit", "abort"})
    checks = frozenset({"raise_for_status"})

    def truth(self, found: Value) -> bool | None:
        """Returns whether a value counts as true: what is empty, zero or nothing does not."""
        return bool(found.value) if isinstance(found, Const) else is_filled(found)

    def operate(self, op: str, left: Value, right: Value, at: Location) -> Value | None:
        """Returns the result of an operator between what is no number; None for any other.

        An address without a place to fill in takes the entries of a mapping as parameters, as `yarl` has it:
        https://yarl.aio-libs.org/en/stable/api/#yarl.URL.update_query
        """
        url = flat(left) if op == "%" and isinstance(left, Text) and isinstance(right, Table) else ""
        if "://" in url and "%" not in url:
            return concat([left, text("&" if "?" in url else "?"), formatting.encoded(right, at)])
        if op == "%" and not isinstance(left, Const):
            return formatting.percent(left, right, at)
        if isinstance(left, Const) and isinstance(right, Const):
            return _divided(op, left.value, right.value)
        if op in ("/", CLASSIC) and isinstance(left, Text):
            separator = "" if flat(left).endswith("/") else "/"
            return concat([left, text(separator), right])
        if op == "*" and isinstance(left, Text) and isinstance(right, Const) and right.value == 1:
            return left
        return None

    def compare(self, op: str, left: Value, right: Value) -> bool | None:
        """Returns the outcome of a comparison, or None when it is not decided."""
        return compare(op, left, right)

    def field(self, found: Value, conversion: str, spec: Value | None) -> Value:
        """Returns an interpolated value as text."""
        return formatting.interpolated(found, conversion, spec)

    def is_special(self, name: str) -> bool:
        """Returns whether a name begins and ends with two underscores: one that only begins so is private."""
        return name.startswith("__") and name.endswith("__")

    def is_implicit(self, name: str) -> bool:
        """Returns whether a special method can send where its name is not written."""
        return name.startswith("__") and name.endswith("__") and name not in _SEND_NOTHING

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


def _divided(op: str, left: object, right: object) -> Const | None:
    """Returns a quotient or a remainder, None where there is none or where releases of Python write it otherwise."""
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)) or not right:
        return None
    if not (abs(left) < _LARGEST and abs(right) < _LARGEST):
        return None
    if op == "//" or (op == CLASSIC and isinstance(left, int) and isinstance(right, int)):
        found = left // right
    elif op in ("/", CLASSIC):
        found = left / right
    elif op == "%":
        found = left % right
    else:
        return None
    return Const(found) if isinstance(found, int) or float(f"{found:.{_DIGITS}g}") == found else None


SEMANTICS: Semantics = _PythonRules()

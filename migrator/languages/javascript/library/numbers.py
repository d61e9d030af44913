"""Functions of numbers that are known.

https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Number
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.store import Value
from migrator.evaluate.strings import known, text
from migrator.languages.javascript.library.arithmetic import made, of
from migrator.languages.javascript.library.calling import first, whole
from migrator.languages.javascript.library.written import as_string
from migrator.model.value import Const

_START = re.compile(r"\s*([+-]?\d+)")
_START_REAL = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")


def _number(site: Site) -> Value:
    found = of(site.arg(0)) if site.args.positional else 0.0
    if found is not None and math.isnan(found):
        return Const(found)
    number = made(found) if found is not None else None
    return number if number is not None else first(site)


def _parsed(shape: re.Pattern[str]) -> Model:
    def model(site: Site) -> Value:
        given = first(site)
        written = str(given.value) if isinstance(given, Const) else known(given)
        ten = whole(site.arg(1), 10) == 10 and not (written or "").strip().lower().startswith("0x")
        found = shape.match(written) if written is not None and ten else None
        number = made(float(found[1])) if found is not None else None
        return number if number is not None else site.unknown("number")

    return model


def _counted(count: Callable[..., float]) -> Model:
    def model(site: Site) -> Value:
        given = [of(one) for one in site.args.positional]
        if not given or None in given or site.args.star is not None:
            return site.unknown()
        try:
            return made(count(*given)) or site.unknown()
        except (ValueError, OverflowError, TypeError, ZeroDivisionError):
            return site.unknown()

    return model


def _fixed(site: Site) -> Value:
    number, places = of(site.receiver), whole(site.arg(0), 0)
    if number is None or places is None or not math.isfinite(number) or not 0 <= places <= _PLACES:
        return site.unknown("number")
    return text(str(Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)))


_PLACES = 20


def _to_text(site: Site) -> Value:
    """Returns a number as text, in tens or with another number of digits."""
    base, number = whole(site.arg(0), 10), of(site.receiver)
    if base == _TENS:
        return as_string(site.receiver) if site.receiver is not None else site.unknown("number")
    if number is None or base is None or not number.is_integer() or not 2 <= base <= len(_DIGITS):
        return site.unknown("number")
    left, written = abs(int(number)), ""
    while left:
        left, digit = divmod(left, base)
        written = _DIGITS[digit] + written
    return text(("-" if number < 0 else "") + (written or "0"))


_TENS, _DIGITS = 10, "0123456789abcdefghijklmnopqrstuvwxyz"


def _is_whole(site: Site) -> Value:
    number = site.arg(0)
    if not isinstance(number, Const):
        return site.unknown("condition")
    return Const(isinstance(number.value, (int, float)) and float(number.value).is_integer())


MODELS: Models = {
    "Number": _number, "%number": _number, "parseInt": _parsed(_START), "Number.parseInt": _parsed(_START),
    "parseFloat": _parsed(_START_REAL), "Number.parseFloat": _parsed(_START_REAL), "number.toFixed": _fixed,
    "number.toString": _to_text,
    "Number.isInteger": _is_whole, "Math.floor": _counted(math.floor), "Math.ceil": _counted(math.ceil),
    "Math.trunc": _counted(math.trunc), "Math.abs": _counted(abs), "Math.max": _counted(max),
    "Math.min": _counted(min), "Math.round": _counted(lambda found: math.floor(found + 0.5)),
    "Math.pow": _counted(lambda base, power: base**power), "Math.sqrt": _counted(math.sqrt),
    "Math.sign": _counted(lambda found: (found > 0) - (found < 0)),
}  # fmt: skip

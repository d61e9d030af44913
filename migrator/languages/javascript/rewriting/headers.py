"""The headers of a request as a program writes them: an object, pairs, ``Headers``, or a name for one of these."""

from __future__ import annotations

import re

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.sheet import NotMovedError, Sheet, elements
from migrator.languages.javascript.rewriting.taken import FILLED
from migrator.languages.syntax.tree import Node

_UNKNOWN = "cannot tell how the headers of the request are written"
_CLASS = re.compile(r"(?:^|\.)Headers$")
_TYPED = re.compile(r":\s*(?:Headers|HeadersInit)\b")
_NAMES = frozenset({"identifier", "shorthand_property_identifier"})


def value_of(sheet: Sheet, code: str) -> str:
    """Returns the value of the header for a credential's expression, as the file writes its texts."""
    if code.startswith("..."):
        raise NotMovedError(_UNKNOWN)
    quote = sheet.quote()
    if FILLED.fullmatch(code):
        return f"{quote}Bearer {code}{quote}"
    if is_modern(sheet):
        return f"`Bearer ${{{code}}}`"
    whole = code if re.fullmatch(r"[\w$.\[\]'\"()]+", code) else f"({code})"
    return f"{quote}Bearer {quote} + {whole}"


def is_modern(sheet: Sheet) -> bool:
    """Returns whether a file is written for engines that know templates, arrows and spreads."""
    return re.search(r"`|=>|\.\.\.|\b(?:const|let)\s", sheet.text) is not None


def copied(sheet: Sheet, written: str, more: str) -> str:
    """Returns an object with all that an expression gives and some entries, as programs of the file's age write it."""
    if is_modern(sheet):
        return f"{{ ...{written}, {more} }}"
    bare = written[1:-1] if written.startswith("(") and written.endswith(")") else written
    return f"Object.assign({{}}, {bare}, {{ {more} }})"


def entry(sheet: Sheet, code: str) -> str:
    """Returns the header as an entry of an object; what is spread is that already."""
    return code if code.startswith("...") else f"Authorization: {value_of(sheet, code)}"


def add(sheet: Sheet, node: Node, *written: str, behind: Node | None = None) -> None:
    """Adds entries behind one of an object, a list or arguments, or behind the last, as it is laid out."""
    every = elements(node)
    if not every:
        opened, closed = ("{ ", " }") if node.kind == "object" else (sheet.text[node.start], sheet.text[node.end - 1])
        sheet.replace(node.start, node.end, f"{opened}{', '.join(written)}{closed}")
        return
    last = behind or every[-1]
    apart = "\n" in sheet.text[node.start : every[0].start]
    between = f",{sheet.newline()}{sheet.indent(last.start)}" if apart else ", "
    sheet.replace(last.end, last.end, "".join(f"{between}{one}" for one in written))


def pair_of(sheet: Sheet, node: Node, name: str) -> Node | None:
    """Returns the entry of an object under a name, None without one."""
    for one in elements(node):
        key = one.child("key") if one.kind == "pair" else one
        if key is not None and sheet.code(key).strip("'\"") == name:
            return one
    return None


def into_headers(sheet: Sheet, pair: Node, code: str) -> None:
    """Adds the header to the headers among the options of a request. Raises `NotMovedError` for another form."""
    given = pair if pair.kind in _NAMES else pair.child("value")
    if given is None:
        raise NotMovedError(_UNKNOWN)
    if _into_written(sheet, given, code):
        return
    if given.kind in _NAMES and _is_list_like(sheet, given) and _into_variable(sheet, given, code):
        return
    if given.kind not in ("identifier", "shorthand_property_identifier", "member_expression", "call_expression"):
        raise NotMovedError(_UNKNOWN)
    name = "headers: " if pair.kind in _NAMES else ""
    sheet.replace(given.start, given.end, f"{name}{extended(sheet, given, sheet.code(given), code)}")


def extended(sheet: Sheet, given: Node | None, written: str, code: str) -> str:
    """Returns what holds the headers that an expression gives, as far as that is known, and the one for the token."""
    made = _made(sheet, given) if given is not None else None
    maker = _maker(sheet, made) if made is not None else None
    listed, typed = made is not None and made.kind == "array", given is not None and _is_typed(sheet, given)
    if not (listed or maker or typed):
        return copied(sheet, written, entry(sheet, code))
    quote = sheet.quote()
    pair = f"[{quote}Authorization{quote}, {value_of(sheet, code)}]"
    if listed or maker:
        return f"[...{written}, {pair}]" if maker is None else f"new {maker}([...{written}, {pair}])"
    return f"new Headers([...new Headers({written}), {pair}])"


def _made(sheet: Sheet, given: Node) -> Node | None:
    """Returns what headers are made as: those of a name, or of a field that one assignment of its class gives."""
    if given.kind != "member_expression":
        return sheet.made(given) if given.kind in _NAMES else given
    body = next((one for one in sheet.around(given) if one.kind == "class_body"), None)
    stored = [
        one.child("right")
        for one in (body.walk() if body is not None else ())
        if one.kind == "assignment_expression"
        and (left := one.child("left")) is not None
        and sheet.code(left) == sheet.code(given)
    ]
    return stored[0] if len(stored) == 1 else given


def _maker(sheet: Sheet, node: Node) -> str | None:
    """Returns how the class is called whose object ``new`` makes, None where it is not the one of headers."""
    maker = node.child("constructor") if node.kind == "new_expression" else None
    return sheet.code(maker) if maker is not None and _CLASS.search(sheet.code(maker)) else None


def _is_list_like(sheet: Sheet, given: Node) -> bool:
    made = _made(sheet, given)
    return made is not None and (made.kind == "array" or _maker(sheet, made) is not None)


def _is_typed(sheet: Sheet, given: Node) -> bool:
    """Returns whether a name is that of a parameter which may be an object of the class."""
    function = sheet.declaring(given, sheet.code(given)) if given.kind in _NAMES else None
    listed = function.child("parameters") if function is not None else None
    named = (one for one in listed.named_children if one.child("pattern")) if listed is not None else ()
    return any(
        sheet.code(pattern) == sheet.code(given) and _TYPED.search(sheet.code(one))
        for one in named
        if (pattern := one.child("pattern")) is not None
    )


def _into_written(sheet: Sheet, given: Node, code: str) -> bool:
    """Adds the header where the headers are written out; returns whether they are."""
    if given.kind in ("object", "array"):
        if any("authorization" in sheet.code(one).lower()[:18] for one in elements(given)):
            raise NotMovedError("the request has an Authorization header of its own")
        if given.kind == "object":
            add(sheet, given, entry(sheet, code))
            return True
        quote = sheet.quote()
        add(sheet, given, f"[{quote}Authorization{quote}, {value_of(sheet, code)}]")
        return True
    if _maker(sheet, given) is None:
        return False
    listed = given.child("arguments")
    if listed is None or not elements(listed):
        maker = given.child("constructor")
        assert maker is not None
        sheet.replace(maker.end, given.end, f"({{ {entry(sheet, code)} }})")
        return True
    return _into_written(sheet, elements(listed)[0], code)


def _into_variable(sheet: Sheet, given: Node, code: str) -> bool:
    """Adds the header to headers that are made for this request alone, behind what is added to them already."""
    made, name = sheet.made(given), sheet.code(given)
    declared = sheet.parent(made) if made is not None else None
    statement = sheet.parent(declared) if declared is not None else None
    if made is None or statement is None or not _reaches(sheet, given, made, code):
        return False
    home = sheet.declaring(given, name)
    kinds = ("identifier", "shorthand_property_identifier")
    every = [one for one in sheet.syntax.root.walk() if one.kind in kinds and sheet.code(one) == name]
    others = [one for one in every if sheet.declaring(one, name) is home and not (declared and one.span == given.span)]
    added = [_adding(sheet, one) for one in others if declared is None or one is not declared.child("name")]
    if any(one is None or sheet.parent(one) is not sheet.parent(statement) for one in added):
        return False
    last = added[-1] if added else None
    if last is None:
        return _into_written(sheet, made, code)
    end, quote = (";" if sheet.ends_statements() else ""), sheet.quote()
    method = "append" if f"{name}.append(" in sheet.code(last) else "set"
    line = f"{name}.{method}({quote}Authorization{quote}, {value_of(sheet, code)}){end}"
    sheet.replace(last.end, last.end, f"{sheet.newline()}{sheet.indent(last.start)}{line}")
    return True


def _reaches(sheet: Sheet, given: Node, made: Node, code: str) -> bool:
    """Returns whether the credential is the same where headers are made, in the function that sends them."""
    words = re.findall(r"[A-Za-z_$][\w$]*", code)
    same = all(sheet.home(made, word) is sheet.home(given, word) for word in words)
    inside = [next((one for one in sheet.around(node) if one.kind in FUNCTIONS), None) for node in (given, made)]
    return same and inside[0] is inside[1]


def _adding(sheet: Sheet, node: Node) -> Node | None:
    """Returns the statement ``headers.append(...)`` or ``headers.set(...)`` that a name is part of, None without."""
    member = sheet.parent(node)
    call = sheet.parent(member) if member is not None and member.kind == "member_expression" else None
    statement = sheet.parent(call) if call is not None and call.kind == "call_expression" else None
    if member is None or statement is None or statement.kind != "expression_statement":
        return None
    return statement if sheet.code(member).rpartition(".")[2] in ("append", "set") else None

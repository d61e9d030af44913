"""The headers of a request as a program writes them: an object, pairs, ``Headers``, or a name for one of these."""

from __future__ import annotations

import re

from migrator.languages.javascript.lowering.names import FUNCTIONS
from migrator.languages.javascript.rewriting.removed_key import FILLED
from migrator.languages.javascript.rewriting.workspace import ScriptEditor, elements
from migrator.languages.syntax.tree import Node
from migrator.model.draft import NotMovedError

_UNKNOWN = "cannot tell how the headers of the request are written"
_CLASS = re.compile(r"(?:^|\.)Headers$")
_TYPED = re.compile(r":\s*(?:Headers|HeadersInit)\b")
_NAMES = frozenset({"identifier", "shorthand_property_identifier"})


def value_of(file: ScriptEditor, code: str) -> str:
    """Returns the value of the header for a credential's expression, as the file writes its texts."""
    if code.startswith("..."):
        raise NotMovedError(_UNKNOWN)
    quote = file.quote()
    if FILLED.fullmatch(code):
        return f"{quote}Bearer {code}{quote}"
    if is_modern(file):
        return f"`Bearer ${{{code}}}`"
    whole = code if re.fullmatch(r"[\w$.\[\]'\"()]+", code) else f"({code})"
    return f"{quote}Bearer {quote} + {whole}"


def is_modern(file: ScriptEditor) -> bool:
    """Returns whether a file is written for engines that know templates, arrows and spreads."""
    return re.search(r"`|=>|\.\.\.|\b(?:const|let)\s", file.text) is not None


def copied(file: ScriptEditor, written: str, more: str) -> str:
    """Returns an object with all that an expression gives and some entries, as programs of the file's age write it."""
    if is_modern(file):
        return f"{{ ...{written}, {more} }}"
    bare = written[1:-1] if written.startswith("(") and written.endswith(")") else written
    return f"Object.assign({{}}, {bare}, {{ {more} }})"


def entry(file: ScriptEditor, code: str) -> str:
    """Returns the header as an entry of an object; what is spread is that already."""
    return code if code.startswith("...") else f"Authorization: {value_of(file, code)}"


def add(file: ScriptEditor, node: Node, *written: str, behind: Node | None = None) -> None:
    """Adds entries behind one of an object, a list or arguments, or behind the last, as it is laid out."""
    every = elements(node)
    if not every:
        opened, closed = ("{ ", " }") if node.kind == "object" else (file.text[node.start], file.text[node.end - 1])
        file.replace(node.start, node.end, f"{opened}{', '.join(written)}{closed}")
        return
    last = behind or every[-1]
    apart = "\n" in file.text[node.start : every[0].start]
    between = f",{file.newline()}{file.indent(last.start)}" if apart else ", "
    file.replace(last.end, last.end, "".join(f"{between}{one}" for one in written))


def pair_of(file: ScriptEditor, node: Node, name: str) -> Node | None:
    """Returns the entry of an object under a name, None without one."""
    for one in elements(node):
        key = one.child("key") if one.kind == "pair" else one
        if key is not None and file.code(key).strip("'\"") == name:
            return one
    return None


def into_headers(file: ScriptEditor, pair: Node, code: str) -> None:
    """Adds the header to the headers among the options of a request. Raises `NotMovedError` for another form."""
    given = pair if pair.kind in _NAMES else pair.child("value")
    if given is None:
        raise NotMovedError(_UNKNOWN)
    if _into_written(file, given, code):
        return
    if given.kind in _NAMES and _is_list_like(file, given) and _into_variable(file, given, code):
        return
    if given.kind not in ("identifier", "shorthand_property_identifier", "member_expression", "call_expression"):
        raise NotMovedError(_UNKNOWN)
    name = "headers: " if pair.kind in _NAMES else ""
    file.replace(given.start, given.end, f"{name}{extended(file, given, file.code(given), code)}")


def extended(file: ScriptEditor, given: Node | None, written: str, code: str) -> str:
    """Returns what holds the headers that an expression gives, as far as that is known, and the one for the token."""
    made = _made(file, given) if given is not None else None
    maker = _maker(file, made) if made is not None else None
    listed, typed = made is not None and made.kind == "array", given is not None and _is_typed(file, given)
    if not (listed or maker or typed):
        return copied(file, written, entry(file, code))
    quote = file.quote()
    pair = f"[{quote}Authorization{quote}, {value_of(file, code)}]"
    if listed or maker:
        return f"[...{written}, {pair}]" if maker is None else f"new {maker}([...{written}, {pair}])"
    return f"new Headers([...new Headers({written}), {pair}])"


def _made(file: ScriptEditor, given: Node) -> Node | None:
    """Returns what headers are made as: those of a name, or of a field that one assignment of its class gives."""
    if given.kind != "member_expression":
        return file.made(given) if given.kind in _NAMES else given
    body = next((one for one in file.around(given) if one.kind == "class_body"), None)
    stored = [
        one.child("right")
        for one in (body.walk() if body is not None else ())
        if one.kind == "assignment_expression"
        and (left := one.child("left")) is not None
        and file.code(left) == file.code(given)
    ]
    return stored[0] if len(stored) == 1 else given


def _maker(file: ScriptEditor, node: Node) -> str | None:
    """Returns how the class is called whose object ``new`` makes, None where it is not the one of headers."""
    maker = node.child("constructor") if node.kind == "new_expression" else None
    return file.code(maker) if maker is not None and _CLASS.search(file.code(maker)) else None


def _is_list_like(file: ScriptEditor, given: Node) -> bool:
    made = _made(file, given)
    return made is not None and (made.kind == "array" or _maker(file, made) is not None)


def _is_typed(file: ScriptEditor, given: Node) -> bool:
    """Returns whether a name is that of a parameter which may be an object of the class."""
    function = file.declaring(given, file.code(given)) if given.kind in _NAMES else None
    listed = function.child("parameters") if function is not None else None
    named = (one for one in listed.named_children if one.child("pattern")) if listed is not None else ()
    return any(
        file.code(pattern) == file.code(given) and _TYPED.search(file.code(one))
        for one in named
        if (pattern := one.child("pattern")) is not None
    )


def _into_written(file: ScriptEditor, given: Node, code: str) -> bool:
    """Adds the header where the headers are written out; returns whether they are."""
    if given.kind in ("object", "array"):
        if any("authorization" in file.code(one).lower()[:18] for one in elements(given)):
            raise NotMovedError("the request has an Authorization header of its own")
        if given.kind == "object":
            add(file, given, entry(file, code))
            return True
        quote = file.quote()
        add(file, given, f"[{quote}Authorization{quote}, {value_of(file, code)}]")
        return True
    if _maker(file, given) is None:
        return False
    listed = given.child("arguments")
    if listed is None or not elements(listed):
        maker = given.child("constructor")
        assert maker is not None
        file.replace(maker.end, given.end, f"({{ {entry(file, code)} }})")
        return True
    return _into_written(file, elements(listed)[0], code)


def _into_variable(file: ScriptEditor, given: Node, code: str) -> bool:
    """Adds the header to headers that are made for this request alone, behind what is added to them already."""
    made, name = file.made(given), file.code(given)
    declared = file.parent(made) if made is not None else None
    statement = file.parent(declared) if declared is not None else None
    if made is None or statement is None or not _reaches(file, given, made, code):
        return False
    home = file.declaring(given, name)
    kinds = ("identifier", "shorthand_property_identifier")
    every = [one for one in file.syntax.root.walk() if one.kind in kinds and file.code(one) == name]
    others = [one for one in every if file.declaring(one, name) is home and not (declared and one.span == given.span)]
    added = [_adding(file, one) for one in others if declared is None or one is not declared.child("name")]
    if any(one is None or file.parent(one) is not file.parent(statement) for one in added):
        return False
    last = added[-1] if added else None
    if last is None:
        return _into_written(file, made, code)
    end, quote = (";" if file.ends_statements() else ""), file.quote()
    method = "append" if f"{name}.append(" in file.code(last) else "set"
    line = f"{name}.{method}({quote}Authorization{quote}, {value_of(file, code)}){end}"
    file.replace(last.end, last.end, f"{file.newline()}{file.indent(last.start)}{line}")
    return True


def _reaches(file: ScriptEditor, given: Node, made: Node, code: str) -> bool:
    """Returns whether the credential is the same where headers are made, in the function that sends them."""
    words = re.findall(r"[A-Za-z_$][\w$]*", code)
    same = all(file.home(made, word) is file.home(given, word) for word in words)
    inside = [next((one for one in file.around(node) if one.kind in FUNCTIONS), None) for node in (given, made)]
    return same and inside[0] is inside[1]


def _adding(file: ScriptEditor, node: Node) -> Node | None:
    """Returns the statement ``headers.append(...)`` or ``headers.set(...)`` that a name is part of, None without."""
    member = file.parent(node)
    call = file.parent(member) if member is not None and member.kind == "member_expression" else None
    statement = file.parent(call) if call is not None and call.kind == "call_expression" else None
    if member is None or statement is None or statement.kind != "expression_statement":
        return None
    return statement if file.code(member).rpartition(".")[2] in ("append", "set") else None

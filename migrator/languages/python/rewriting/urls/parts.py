"""URLs put together from text: what they consist of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import libcst as cst

from migrator.languages.python.rewriting.bindings import assigned, bindings, function_of, home_of
from migrator.languages.python.rewriting.tree import Tree
from migrator.model.text import Span

_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}")


_SPEC = re.compile(r"%%|%(?:\((\w+)\))?[-+ #0]*[0-9]*(?:\.[0-9]+)?[hlL]?[diouxXeEfFgGcrsa]")


_QUOTES = re.compile(r"[a-zA-Z]*(?:'''|\"\"\"|'|\")")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a URL expression: known text, or something that is filled in.

    ``span`` is the text itself, or what stands in for the value (an operand, a replacement field). ``group`` is the
    literal that the piece stands in. A field of a template has the ``argument`` that fills it, and ``key``, the place
    of its explicit name or number.
    """

    span: Span
    group: cst.CSTNode
    value: cst.BaseExpression | None = None
    argument: cst.CSTNode | None = None
    container: cst.CSTNode | None = None
    key: Span | None = None
    filled: bool = True

    @property
    def is_text(self) -> bool:
        """Whether this piece is known text."""
        return self.value is None and self.filled


def root_of(tree: Tree, literal: cst.CSTNode) -> cst.BaseExpression:
    """Returns the whole text expression that a literal is a piece of."""
    node = literal
    while (above := tree.parent(node)) is not None:
        call = _join_around(tree, above)
        if call is None and not _continues(node, above):
            break
        node = call or above
    if isinstance(node, cst.Attribute):
        node = node.value
    assert isinstance(node, cst.BaseExpression)
    return node


def climbable(tree: Tree, use: cst.CSTNode) -> cst.CSTNode:
    """Returns the node from which the text that a variable is put into can be climbed."""
    above = tree.parent(use)
    around = tree.parent(above) if above is not None else None
    match above, around:
        case cst.FormattedStringExpression(), _:
            return above
        case cst.Arg(), cst.Call(func=cst.Attribute(value=template, attr=cst.Name("format"))) if is_text(template):
            return template
        case cst.BinaryOperation(operator=cst.Modulo(), left=template, right=right), _ if right is use:
            return template if is_text(template) else use
        case (cst.Element(), cst.Tuple()) | (cst.DictElement(), cst.Dict()):
            match tree.parent(around) if around is not None else None:
                case cst.BinaryOperation(operator=cst.Modulo(), left=template) if is_text(template):
                    return template
    return use


def joined(node: cst.CSTNode) -> cst.List | cst.Tuple | None:
    """Returns the list whose elements a call puts together with nothing between them, None for any other node."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=cst.SimpleString(value="''" | '""'), attr=cst.Name("join")),
            args=[cst.Arg(value=cst.List() | cst.Tuple() as items, star="")],
        ):
            return items
        case _:
            return None


def _join_around(tree: Tree, element: cst.CSTNode) -> cst.CSTNode | None:
    """Returns the call that joins the list that an element is in."""
    items = tree.parent(element) if isinstance(element, cst.Element) else None
    arg = tree.parent(items) if items is not None else None
    call = tree.parent(arg) if isinstance(arg, cst.Arg) else None
    return call if call is not None and joined(call) is items else None


def _continues(node: cst.CSTNode, above: cst.CSTNode) -> bool:
    match above:
        case cst.ConcatenatedString() | cst.FormattedString() | cst.BinaryOperation(operator=cst.Add()):
            return True
        case cst.BinaryOperation(operator=cst.Modulo(), left=left):
            return left is node
        case cst.Attribute(attr=cst.Name("format")):
            return True
        case cst.Call(func=cst.Attribute(attr=cst.Name("format")) as func):
            return func is node
        case _:
            return False


def parts_of(tree: Tree, node: cst.BaseExpression) -> list[Part]:
    """Returns the pieces of a text expression, in order."""
    match node:
        case cst.SimpleString():
            return [Part(span=_content(tree, node), group=node)]
        case cst.ConcatenatedString(left=left, right=right):
            return [*parts_of(tree, left), *parts_of(tree, right)]
        case cst.FormattedString(parts=parts):
            return [_formatted(tree, node, part) for part in parts]
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return [*parts_of(tree, left), *parts_of(tree, right)]
        case cst.BinaryOperation(operator=cst.Modulo(), left=left) if is_text(left):
            return list(_percent(tree, node, parts_of(tree, left)))
        case cst.Call(func=cst.Attribute(value=base, attr=cst.Name("format"))) if is_text(base):
            return list(_format(tree, node, parts_of(tree, base)))
        case cst.Call() if (items := joined(node)) is not None:
            return [part for element in items.elements for part in parts_of(tree, element.value)]
        case _:
            return [Part(span=tree.outer(node), group=node, value=node)]


def around(tree: Tree, use: cst.CSTNode) -> tuple[cst.BaseExpression, list[Part], int | None]:
    """Returns the text expression that a value is put into, its pieces, and which of them is the value."""
    root = root_of(tree, climbable(tree, use))
    parts = parts_of(tree, root)
    return root, parts, next((index for index, part in enumerate(parts) if part.value is use), None)


def is_text(node: cst.CSTNode) -> bool:
    """Returns whether an expression is certainly text."""
    match node:
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            return True
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return is_text(left) or is_text(right)
        case cst.BinaryOperation(operator=cst.Modulo(), left=left):
            return is_text(left)
        case cst.Call(func=cst.Attribute(value=base, attr=cst.Name("format"))):
            return is_text(base)
        case _:
            return False


def _content(tree: Tree, literal: cst.SimpleString) -> Span:
    span = tree.span(literal)
    opening = _QUOTES.match(literal.value)
    width = opening.end() if opening else 0
    return Span(span.start + width, span.end - len(literal.quote))


def _formatted(tree: Tree, group: cst.FormattedString, part: cst.BaseFormattedStringContent) -> Part:
    if isinstance(part, cst.FormattedStringExpression):
        return Part(span=tree.span(part), group=group, value=part.expression)
    return Part(span=tree.span(part), group=group)


def _split(tree: Tree, parts: Sequence[Part], pattern: re.Pattern[str]) -> Iterator[tuple[Part, re.Match[str] | None]]:
    """Returns the parts of a template with its fields apart; an escaped brace or percent sign is text."""
    for part in parts:
        if not part.is_text:
            yield part, None
            continue
        at = part.span.start
        for found in pattern.finditer(tree.text, part.span.start, part.span.end):
            if found.group() in ("{{", "}}", "%%"):
                continue
            if found.start() > at:
                yield replace(part, span=Span(at, found.start())), None
            yield replace(part, span=Span(*found.span())), found
            at = found.end()
        if at < part.span.end:
            yield replace(part, span=Span(at, part.span.end)), None


def _percent(tree: Tree, node: cst.BinaryOperation, parts: Sequence[Part]) -> Iterator[Part]:
    order = iter(node.right.elements if isinstance(node.right, cst.Tuple) else [node])
    for part, found in _split(tree, parts, _SPEC):
        if found is None:
            fields = _SPEC.finditer(constant_text(tree, part.value) or "")
            order = islice(order, sum(field.group() != "%%" for field in fields), None)
            yield part
            continue
        argument = _keyed(node.right, found[1]) if found[1] else next(order, None)
        value = node.right if argument is node else getattr(argument, "value", None)
        container = node.right if isinstance(node.right, (cst.Tuple, cst.Dict)) else node
        yield replace(part, value=value, argument=argument, container=container, filled=False)


def constant_text(tree: Tree, value: cst.CSTNode | None) -> str | None:
    """Returns the text of a literal, or of the one that a variable of the file is given, None for anything else."""
    literal = _text(tree, value)
    text = literal.evaluated_value if isinstance(literal, (cst.SimpleString, cst.ConcatenatedString)) else None
    return text if isinstance(text, str) else None


def _text(tree: Tree, value: cst.CSTNode | None) -> cst.CSTNode | None:
    """Returns what a variable of the file is given, any other expression as it is."""
    if not isinstance(value, cst.Name):
        return value
    assign = assigned(tree, home_of(tree, value), value.value)
    return assign.value if assign is not None else None


def _keyed(mapping: cst.BaseExpression, key: str) -> cst.CSTNode | None:
    for element in mapping.elements if isinstance(mapping, cst.Dict) else ():
        match element:
            case cst.DictElement(key=cst.SimpleString() as name) if name.evaluated_value == key:
                return element
    return None


def _format(tree: Tree, node: cst.Call, parts: Sequence[Part]) -> Iterator[Part]:
    place = 0
    for part, found in _split(tree, parts, _FIELD):
        if found is None:
            yield part
            continue
        key = Span(*found.span(1)) if found[1] else None
        argument, container = _filling(node, found[1] or str(place))
        place += not found[1]
        value = getattr(argument, "value", None)
        yield replace(part, value=value, argument=argument, container=container, key=key, filled=False)


def _filling(call: cst.Call, key: str) -> tuple[cst.CSTNode | None, cst.CSTNode | None]:
    positional = [arg for arg in call.args if arg.keyword is None and not arg.star]
    if key.isdigit():
        starred = any(arg.star == "*" for arg in call.args)
        return (positional[int(key)], call) if int(key) < len(positional) and not starred else (None, None)
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == key:
            return arg, call
        if arg.star == "**" and (entry := _keyed(arg.value, key)) is not None:
            return entry, arg.value
    return None, None


def filled_in(tree: Tree, template: cst.BaseExpression, use: cst.BaseExpression) -> list[Part]:
    """Returns the pieces of a template that is filled in elsewhere, by ``.format`` or ``%``, alone or in a sum."""
    parts = parts_of(tree, template)
    match use:
        case cst.BinaryOperation(left=cst.BinaryOperation() as whole):
            sums = [parts if _text(tree, one.value) is template else [one] for one in parts_of(tree, whole)]
            return list(_percent(tree, use, [part for found in sums for part in found]))
        case cst.Call():
            return list(_format(tree, use, parts))
        case cst.BinaryOperation():
            return list(_percent(tree, use, parts))
        case _:
            return parts


def is_surely_text(tree: Tree, node: cst.CSTNode | None) -> bool:
    """Returns whether an expression is text whatever happens: written as one, or a name or function that gives one."""
    match node:
        case cst.Name():
            scope = home_of(tree, node)
            found = bindings(tree, scope, node.value) if scope is not None else []
            values = [_assigned(tree.parent(each)) if isinstance(each, cst.AssignTarget) else None for each in found]
            return bool(values) and all(value is not None and is_text(value) for value in values)
        case cst.Call(func=cst.Name(value=name)):
            return _gives_text(tree, tree.naming(name), name)
        case None:
            return False
        case _:
            return is_text(node)


def _assigned(statement: cst.CSTNode | None) -> cst.BaseExpression | None:
    return statement.value if isinstance(statement, cst.Assign) and len(statement.targets) == 1 else None


def _gives_text(tree: Tree, scope: cst.Module, name: str) -> bool:
    """Returns whether the one function of a name is plain and returns text wherever it returns."""
    found = bindings(tree, scope, name)
    if len(found) != 1 or not isinstance(found[0], cst.FunctionDef):
        return False
    function = found[0]
    returns = [each for each in tree.walk(function.body, cst.Return) if function_of(tree, each) is function]
    last = function.body.body[-1] if function.body.body else None
    ends = isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], cst.Return)
    plain = not function.decorators and function.asynchronous is None and ends
    return plain and all(each.value is not None and is_text(each.value) for each in returns)

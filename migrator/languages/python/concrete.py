"""The parser's tree that keeps every token, read as the tree of the running Python, which may not know the grammar.

What follows from the tokens alone is left out, such as operators and the values of constants. A node says itself how
many parentheses are ``around`` it, whether a bracket is its ``own``, and of how many ``parts`` a string is: it has no
place to tell that from.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import libcst as cst

from migrator.languages.python.lexer import Tokens
from migrator.languages.python.parse import parse
from migrator.languages.python.syntax import TypeStatement
from migrator.model.text import Source

_T = TypeVar("_T", bound=ast.AST)


def module(source: Source, tokens: Tokens) -> list[ast.stmt]:
    """Returns the statements of a file. Raises `UnparsableError` with the place and what to do."""
    return _body(parse(source, tokens).body)


def read(text: str) -> ast.expr:
    """Returns the expression of a replacement field; it is part of a file that was parsed."""
    node = cst.parse_expression(f"({text}\n)")
    inner: ast.expr = _expression(node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1]))
    return inner


# -- statements ---------------------------------------------------------------------------------------------------


def _body(nodes: Sequence[cst.CSTNode]) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    for node in nodes:
        small = node.body if isinstance(node, cst.SimpleStatementLine) else (node,)
        out += [STATEMENTS[type(each)](each) for each in small]
    return out


def _suite(node: Any) -> list[ast.stmt]:
    """Returns what stands in a block, or under ``else`` or ``finally``."""
    if node is None:
        return []
    if isinstance(node, cst.SimpleStatementSuite):
        return _body((cst.SimpleStatementLine(node.body),))
    return _body(node.body) if isinstance(node, cst.IndentedBlock) else _suite(node.body)


def _if(node: cst.If) -> ast.stmt:
    arms = [node]
    while isinstance(arms[-1].orelse, cst.If):
        arms.append(arms[-1].orelse)
    orelse = _suite(arms[-1].orelse)
    for arm in reversed(arms):
        orelse = [ast.If(test=_expression(arm.test), body=_suite(arm.body), orelse=orelse)]
    return orelse[0]


def _for(node: cst.For) -> ast.stmt:
    kind = ast.AsyncFor if node.asynchronous else ast.For
    return kind(
        target=_expression(node.target),
        iter=_expression(node.iter),
        body=_suite(node.body),
        orelse=_suite(node.orelse),
    )


def _with(node: cst.With) -> ast.stmt:
    kind = ast.AsyncWith if node.asynchronous else ast.With
    items = [
        ast.withitem(
            context_expr=_expression(item.item), optional_vars=_optional(item.asname.name if item.asname else None)
        )
        for item in node.items
    ]
    return kind(items=items, body=_suite(node.body))


def _try(node: cst.Try | cst.TryStar) -> ast.stmt:
    kind = ast.Try if isinstance(node, cst.Try) else ast.TryStar
    handlers = [
        ast.ExceptHandler(
            type=_optional(handler.type),
            name=handler.name.name.value if handler.name else None,  # type: ignore[union-attr]  # always a name
            body=_suite(handler.body),
        )
        for handler in node.handlers
    ]
    return kind(body=_suite(node.body), handlers=handlers, orelse=_suite(node.orelse), finalbody=_suite(node.finalbody))


def _function(node: cst.FunctionDef) -> ast.stmt:
    kind = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
    return kind(
        name=node.name.value,
        args=_parameters(node.params),
        body=_suite(node.body),
        decorator_list=[_expression(each.decorator) for each in node.decorators],
        returns=_optional(node.returns.annotation if node.returns else None),
    )


def _class(node: cst.ClassDef) -> ast.stmt:
    bases, keywords = _arguments((*node.bases, *node.keywords))
    return ast.ClassDef(
        name=node.name.value,
        bases=bases,
        keywords=keywords,
        body=_suite(node.body),
        decorator_list=[_expression(each.decorator) for each in node.decorators],
    )


def _delete(node: Any) -> ast.stmt:
    target = node.target
    several = isinstance(target, cst.Tuple) and not target.lpar
    return ast.Delete(targets=_elements(target.elements) if several else [_expression(target)])


def _import(node: cst.Import | cst.LazyImport) -> ast.stmt:
    return ast.Import(names=[_alias(alias) for alias in node.names])


def _from(node: cst.ImportFrom | cst.LazyImportFrom) -> ast.stmt:
    names = node.names
    return ast.ImportFrom(
        module=_dotted(node.module) if node.module else None,
        names=[ast.alias(name="*")] if isinstance(names, cst.ImportStar) else [_alias(alias) for alias in names],
        level=len(node.relative),
    )


def _alias(node: cst.ImportAlias) -> ast.alias:
    bound = node.asname.name.value if node.asname else None  # type: ignore[union-attr]  # always a name
    return ast.alias(name=_dotted(node.name), asname=bound)


def _dotted(node: cst.Name | cst.Attribute) -> str:
    names = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value  # type: ignore[assignment]  # of names alone
    return ".".join([node.value, *reversed(names)])


def _match(node: cst.Match) -> ast.stmt:
    cases = [
        ast.match_case(pattern=_pattern(case.pattern), guard=_optional(case.guard), body=_suite(case.body))
        for case in node.cases
    ]
    return ast.Match(subject=_expression(node.subject), cases=cases)


STATEMENTS: dict[type[cst.CSTNode], Callable[[Any], ast.stmt]] = {
    cst.AnnAssign: lambda node: ast.AnnAssign(
        target=_expression(node.target),
        annotation=_expression(node.annotation.annotation),
        value=_optional(node.value),
        simple=0,
    ),
    cst.Assert: lambda node: ast.Assert(test=_expression(node.test), msg=_optional(node.msg)),
    cst.Assign: lambda node: ast.Assign(
        targets=[_expression(each.target) for each in node.targets], value=_expression(node.value)
    ),
    cst.AugAssign: lambda node: ast.AugAssign(
        target=_expression(node.target), op=ast.Add(), value=_expression(node.value)
    ),
    cst.Break: lambda _: ast.Break(),
    cst.ClassDef: _class,
    cst.Continue: lambda _: ast.Continue(),
    cst.Del: _delete,
    cst.Expr: lambda node: ast.Expr(value=_expression(node.value)),
    cst.For: _for,
    cst.FunctionDef: _function,
    cst.Global: lambda node: ast.Global(names=[each.name.value for each in node.names]),
    cst.If: _if,
    cst.Import: _import,
    cst.ImportFrom: _from,
    cst.LazyImport: _import,
    cst.LazyImportFrom: _from,
    cst.Match: _match,
    cst.Nonlocal: lambda node: ast.Nonlocal(names=[each.name.value for each in node.names]),
    cst.Pass: lambda _: ast.Pass(),
    cst.Raise: lambda node: ast.Raise(exc=_optional(node.exc), cause=_optional(node.cause and node.cause.item)),
    cst.Return: lambda node: ast.Return(value=_optional(node.value)),
    cst.Try: _try,
    cst.TryStar: _try,
    cst.TypeAlias: lambda node: TypeStatement(name=_expression(node.name), value=_expression(node.value)),
    cst.While: lambda node: ast.While(test=_expression(node.test), body=_suite(node.body), orelse=_suite(node.orelse)),
    cst.With: _with,
}


# -- expressions --------------------------------------------------------------------------------------------------


def _grouped(made: _T, parentheses: int, own: int) -> _T:
    made.around, made.own = parentheses, own  # type: ignore[attr-defined]
    return made


def _expression(node: Any) -> Any:
    own = 1 if isinstance(node, (cst.Tuple, cst.GeneratorExp)) and node.lpar else 0
    return _grouped(EXPRESSIONS[type(node)](node), len(node.lpar) - own, own)


def _optional(node: Any) -> ast.expr | None:
    return None if node is None else _expression(node)


def _constant(node: cst.CSTNode) -> ast.expr:
    made = ast.Constant(value=None)
    made.parts = 1  # type: ignore[attr-defined]  # of a string, the adjacent ones
    while isinstance(node, cst.ConcatenatedString):
        made.parts += 1  # type: ignore[attr-defined]
        node = node.right
    return made


def _name(node: cst.Name) -> ast.expr:
    return ast.Constant(value=None) if node.value in ("None", "True", "False") else ast.Name(id=node.value)


def _call(node: cst.Call) -> ast.expr:
    args, keywords = _arguments(node.args)
    return ast.Call(func=_expression(node.func), args=args, keywords=keywords)


def _arguments(nodes: Sequence[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
    plain: list[ast.expr] = []
    named: list[ast.keyword] = []
    for node in nodes:
        value = _expression(node.value)
        if node.keyword is not None or node.star == "**":
            named.append(ast.keyword(arg=node.keyword.value if node.keyword else None, value=value))
        else:
            plain.append(_grouped(ast.Starred(value=value), 0, 0) if node.star else value)
    return plain, named


def _subscript(node: cst.Subscript) -> ast.expr:
    parts = [_index(element.slice) for element in node.slice]
    last = node.slice[-1]
    several = len(parts) > 1 or isinstance(last.comma, cst.Comma) or isinstance(parts[0], ast.Starred)
    index = _grouped(ast.Tuple(elts=parts), 0, 0) if several else parts[0]
    return ast.Subscript(value=_expression(node.value), slice=index)


def _index(node: Any) -> ast.expr:
    if isinstance(node, cst.Slice):
        parts = [_optional(each) for each in (node.lower, node.upper, node.step)]
        return _grouped(ast.Slice(*parts), 0, 0)
    value = _expression(node.value)
    return _grouped(ast.Starred(value=value), 0, 0) if node.star else value


def _yield(node: cst.Yield) -> ast.expr:
    if isinstance(node.value, cst.From):
        return ast.YieldFrom(value=_expression(node.value.item))
    return ast.Yield(value=_optional(node.value))


def _elements(nodes: Sequence[cst.BaseElement]) -> list[ast.expr]:
    return [_expression(node if isinstance(node, cst.StarredElement) else node.value) for node in nodes]


def _dict(node: cst.Dict) -> ast.expr:
    keys = [_expression(each.key) if isinstance(each, cst.DictElement) else None for each in node.elements]
    return ast.Dict(keys=keys, values=[_expression(each.value) for each in node.elements])


def _generators(node: cst.CompFor | None) -> list[ast.comprehension]:
    out = []
    while node is not None:
        out.append(
            ast.comprehension(
                target=_expression(node.target),
                iter=_expression(node.iter),
                ifs=[_expression(each.test) for each in node.ifs],
                is_async=1 if node.asynchronous else 0,
            )
        )
        node = node.inner_for_in
    return out


def _parameters(node: cst.Parameters) -> ast.arguments:
    plain = (*node.posonly_params, *node.params)
    return ast.arguments(
        posonlyargs=[_parameter(each) for each in node.posonly_params],
        args=[_parameter(each) for each in node.params],
        vararg=_parameter(node.star_arg) if isinstance(node.star_arg, cst.Param) else None,
        kwonlyargs=[_parameter(each) for each in node.kwonly_params],
        kw_defaults=[_optional(each.default) for each in node.kwonly_params],
        kwarg=_parameter(node.star_kwarg) if node.star_kwarg else None,
        defaults=[_expression(each.default) for each in plain if each.default],
    )


def _parameter(node: cst.Param) -> ast.arg:
    return ast.arg(arg=node.name.value, annotation=_optional(node.annotation.annotation if node.annotation else None))


EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Any], ast.expr]] = {
    cst.Attribute: lambda node: ast.Attribute(value=_expression(node.value), attr=node.attr.value),
    cst.Await: lambda node: ast.Await(value=_expression(node.expression)),
    cst.BinaryOperation: lambda node: ast.BinOp(
        left=_expression(node.left), op=ast.Add(), right=_expression(node.right)
    ),
    cst.BooleanOperation: lambda node: ast.BoolOp(
        op=ast.And(), values=[_expression(node.left), _expression(node.right)]
    ),
    cst.Call: _call,
    cst.Comparison: lambda node: ast.Compare(
        left=_expression(node.left), ops=[], comparators=[_expression(each.comparator) for each in node.comparisons]
    ),
    cst.ConcatenatedString: _constant,
    cst.Dict: _dict,
    cst.DictComp: lambda node: ast.DictComp(
        key=_expression(node.key), value=_expression(node.value), generators=_generators(node.for_in)
    ),
    cst.Ellipsis: _constant,
    cst.Float: _constant,
    cst.FormattedString: _constant,
    cst.GeneratorExp: lambda node: ast.GeneratorExp(elt=_expression(node.elt), generators=_generators(node.for_in)),
    cst.IfExp: lambda node: ast.IfExp(
        test=_expression(node.test), body=_expression(node.body), orelse=_expression(node.orelse)
    ),
    cst.Imaginary: _constant,
    cst.Integer: _constant,
    cst.Lambda: lambda node: ast.Lambda(args=_parameters(node.params), body=_expression(node.body)),
    cst.List: lambda node: ast.List(elts=_elements(node.elements)),
    cst.ListComp: lambda node: ast.ListComp(elt=_expression(node.elt), generators=_generators(node.for_in)),
    cst.Name: _name,
    cst.NamedExpr: lambda node: ast.NamedExpr(target=_expression(node.target), value=_expression(node.value)),
    cst.Set: lambda node: ast.Set(elts=_elements(node.elements)),
    cst.SetComp: lambda node: ast.SetComp(elt=_expression(node.elt), generators=_generators(node.for_in)),
    cst.SimpleString: _constant,
    cst.StarredDictComp: lambda node: ast.DictComp(
        key=_expression(node.value), value=ast.Constant(value=None), generators=_generators(node.for_in)
    ),
    cst.StarredElement: lambda node: ast.Starred(value=_expression(node.value)),
    cst.Subscript: _subscript,
    cst.TemplatedString: _constant,
    cst.Tuple: lambda node: ast.Tuple(elts=_elements(node.elements)),
    cst.UnaryOperation: lambda node: ast.UnaryOp(op=ast.Not(), operand=_expression(node.expression)),
    cst.Yield: _yield,
}


# -- patterns -----------------------------------------------------------------------------------------------------


def _pattern(node: Any) -> ast.pattern:
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):  # the parentheses are those of its expression
        parentheses, own = len(node.value.lpar), 0
    else:
        own = 1 if isinstance(node, cst.MatchTuple) or getattr(node, "lbracket", None) else 0
        parentheses = len(node.lpar) - (1 if isinstance(node, cst.MatchTuple) else 0)
    return _grouped(PATTERNS[type(node)](node), parentheses, own)


def _value(node: cst.MatchValue) -> ast.pattern:
    return ast.MatchValue(value=_grouped(_expression(node.value), 0, 0))


def _singleton(node: cst.MatchSingleton) -> ast.pattern:
    return ast.MatchSingleton(value={"None": None, "True": True, "False": False}[node.value.value])


def _as(node: cst.MatchAs) -> ast.pattern:
    pattern = _pattern(node.pattern) if node.pattern else None
    return ast.MatchAs(pattern=pattern, name=node.name.value if node.name else None)


def _sequence(node: cst.MatchList | cst.MatchTuple) -> ast.pattern:
    return ast.MatchSequence(
        patterns=[
            ast.MatchStar(name=each.name.value if each.name else None)
            if isinstance(each, cst.MatchStar)
            else _pattern(each.value)
            for each in node.patterns
        ]
    )


def _mapping(node: cst.MatchMapping) -> ast.pattern:
    return ast.MatchMapping(
        keys=[_expression(each.key) for each in node.elements],
        patterns=[_pattern(each.pattern) for each in node.elements],
        rest=node.rest.value if node.rest else None,
    )


def _class_pattern(node: cst.MatchClass) -> ast.pattern:
    return ast.MatchClass(
        cls=_expression(node.cls),
        patterns=[_pattern(each.value) for each in node.patterns],
        kwd_attrs=[each.key.value for each in node.kwds],
        kwd_patterns=[_pattern(each.pattern) for each in node.kwds],
    )


PATTERNS: dict[type[cst.CSTNode], Callable[[Any], ast.pattern]] = {
    cst.MatchAs: _as,
    cst.MatchClass: _class_pattern,
    cst.MatchList: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchOr: lambda node: ast.MatchOr(patterns=[_pattern(each.pattern) for each in node.patterns]),
    cst.MatchSingleton: _singleton,
    cst.MatchTuple: _sequence,
    cst.MatchValue: _value,
}

"""Loops and switches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

from migrator.evaluate.visit import statements
from migrator.languages.javascript.lowering.functions import block, nested
from migrator.languages.javascript.lowering.jumps import LOOP, once
from migrator.languages.javascript.lowering.names import FUNCTIONS, Rounds, pattern_names
from migrator.languages.javascript.lowering.patterns import bound
from migrator.languages.javascript.lowering.walk import JumpTarget, Walk, iterated, special
from migrator.languages.syntax.tree import Node
from migrator.model.text import Span
from migrator.model.unit import Assign, BoolOp, Compare, Expr, For, If, Jump, Lit, Name, Seq, Stmt, While, Wrap

_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement", "switch_statement"})
_FEW = 12
_CHANGES = frozenset({"assignment_expression", "augmented_assignment_expression"})
_ENDS = frozenset({"break_statement", "return_statement", "throw_statement", "continue_statement"})


def counted(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a ``for`` loop with a counter or any other condition."""
    start, test, step = (node.child(field) for field in ("initializer", "condition", "increment"))
    names = _loop_names(walk, start)
    target = JumpTarget(walk, *LOOP)
    with walk.inside(names):
        found = _places(walk, start, test, step)
        if found is not None:
            variable, every = found
            before = walk.statement(start) if start is not None else []
            body, held = _rounds(walk, target, node)
            loop = For(node.span, variable, every, body, (), held)
            return [*before, *target.around(loop), *_left_at(walk, start, test, variable, body)]
        before = walk.statement(start) if start is not None and start.kind != "empty_statement" else []
        condition: Expr = Lit(node.span, True)
        if test is not None and test.kind != "empty_statement":
            inner = test.named_children[0] if test.kind == "expression_statement" and test.named_children else test
            condition = walk.expression(inner)
        body, held = _rounds(walk, target, node)
        each = tuple(walk.statements["%effect"](walk, step)) if step is not None else ()
        return [*before, *target.around(While(node.span, condition, (*body, *each), (), held))]


def _left_at(walk: Walk, start: Node | None, test: Node | None, variable: Expr, body: Sequence[Stmt]) -> list[Stmt]:
    """Returns where a counter stands behind a loop between two numbers, which only one of the whole function does."""
    end = test.child("right") if test is not None else None
    if start is None or start.kind != "variable_declaration" or end is None or end.kind != "number":
        return []
    if any(isinstance(one, Jump) for one in statements(body)):
        return []
    op = test.child("operator") if test is not None else None
    last = int(walk.code(end)) + (op is not None and op.kind == "<=")
    return [Assign(end.span, (variable,), Lit(end.span, last))]


def _rounds(walk: Walk, target: JumpTarget, node: Node) -> tuple[tuple[Stmt, ...], tuple[str, ...]]:
    """Returns the body of a loop, and the variables that functions keep as each round leaves them."""
    block, rounds = walk.block, Rounds()
    outer, block.rounds = block.rounds, rounds
    with target.inside(walk):
        lowered = nested(walk, node.child("body"))
    block.rounds = outer
    return lowered, tuple(sorted(rounds.kept))


def _loop_names(walk: Walk, node: Node | None) -> list[str]:
    if node is None or node.kind != "lexical_declaration":
        return []
    return [walk.code(name) for one in node.named_children if (name := one.child("name")) is not None]


def _places(walk: Walk, start: Node | None, test: Node | None, step: Node | None) -> tuple[Expr, Expr] | None:
    """Returns counter and places of a loop over the places of a list: ``for (let i = 0; i < list.length; i++)``."""
    if test is not None and test.kind == "expression_statement" and test.named_children:
        test = test.named_children[0]
    if start is None or test is None or test.kind != "binary_expression" or step is None:
        return None
    left, right = test.child("left"), test.child("right")
    counts = left is not None and walk.code(step).strip("+").strip() == walk.code(left)
    if left is None or right is None or left.kind != "identifier" or not counts:
        return None
    if right.kind == "number":
        return _numbers(walk, start, left, test, right)
    owner, name = right.child("object"), right.child("property")
    if right.kind != "member_expression" or owner is None or name is None or walk.code(name) != "length":
        return None
    return walk.variable(left.span, walk.code(left)), special(right.span, "places", walk.expression(owner))


def _numbers(walk: Walk, start: Node, name: Node, test: Node, end: Node) -> tuple[Expr, Expr] | None:
    """Returns counter and values of a loop between two numbers that are written out, if there are few of them."""
    declared = [one for one in start.named_children if one.kind == "variable_declarator"]
    first = declared[0].child("value") if len(declared) == 1 else None
    op = test.child("operator")
    if first is None or op is None or op.kind not in ("<", "<=") or first.kind != "number":
        return None
    written = walk.code(first), walk.code(end)
    if not all(one.isdecimal() for one in written):
        return None
    every = range(int(written[0]), int(written[1]) + (op.kind == "<="))
    if not 0 < len(every) <= _FEW:
        return None
    return walk.variable(name.span, walk.code(name)), Seq(end.span, "list", tuple(Lit(end.span, one) for one in every))


def over(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a loop over the keys or values of something."""
    left, right = node.child("left"), node.child("right")
    if left is None:
        return []
    value = walk.expression(right)
    in_keys = any(child.kind == "in" for child in node.children)
    value = special(value.span, "keys", value) if in_keys else iterated(walk, value)
    kind = next((child.kind for child in node.children if child.kind in ("const", "let", "var")), "")
    names = list(pattern_names(left, walk.text)) if kind in ("const", "let") else []
    target = JumpTarget(walk, *LOOP)
    with walk.inside(names):
        bind = walk.variable if kind else walk.target
        if left.kind == "identifier":
            place: Expr = bind(left.span, walk.code(left))
            before: list[Stmt] = []
        else:
            place = Name(left.span, walk.fresh("item"))
            before = bound(walk, left, place, bind)
        body, held = _rounds(walk, target, node)
        return target.around(For(node.span, place, value, (*before, *body), (), held))


def repeated(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a loop on a condition, which is a part of each round where it changes something."""
    condition, target = node.child("condition"), JumpTarget(walk, *LOOP)
    if condition is None or not any(one.kind in _CHANGES for one in condition.walk()):
        test = walk.expression(condition)
        with walk.inside():
            body, held = _rounds(walk, target, node)
            return target.around(While(node.span, test, body, (), held))
    outer, walk.pending = walk.pending, []
    test = walk.expression(condition)
    before, walk.pending = walk.pending, outer
    stop = If(condition.span, Wrap(condition.span, "not", test), (Jump(condition.span, "break"),), ())
    with walk.inside():
        body, held = _rounds(walk, target, node)
    return target.around(While(node.span, Lit(node.span, True), (*before, stop, *body), (), held))


def done_once(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a loop that runs once at least."""
    target = JumpTarget(walk, *LOOP)
    with walk.inside():
        body, held = _rounds(walk, target, node)
    test = walk.expression(node.child("condition"))
    stop = If(node.span, Wrap(node.span, "not", test), (Jump(node.span, "break"),), ())
    return target.around(While(node.span, Lit(node.span, True), (*body, stop), (), held))


def switched(walk: Walk, node: Node) -> list[Stmt]:
    """Returns a switch as a chain of conditions; a case that falls through holds what follows it."""
    asked = walk.expression(node.child("value"))
    body = node.child("body")
    cases = body.named_children if body is not None else []
    before: list[Stmt] = []
    if not isinstance(asked, Name):
        name = Name(asked.span, walk.fresh("%asked"))
        before, asked = [Assign(asked.span, (name,), asked)], name
    chain: list[Stmt] = []
    other: tuple[Stmt, ...] = ()
    arms: list[tuple[Span, Expr, tuple[Stmt, ...]]] = []
    is_left = any(_breaks(case) for case in cases)
    target = JumpTarget(walk, "break")
    with walk.inside(), target.inside(walk) if is_left else nullcontext():
        tests: list[Expr] = []
        is_default = False
        for place, case in enumerate(cases):
            value = case.child("value")
            if value is None:
                is_default = True
            else:
                tests.append(Compare(case.span, asked, ("==",), (walk.expression(value),)))
            if not case.all("body") and place + 1 < len(cases):
                continue
            done = tuple(_case(walk, cases[place:]))
            if is_default:
                other, is_default = done, False
            if tests:
                test = tests[0]
                for one in tests[1:]:
                    test = BoolOp(case.span, "or", test, one)
                arms.append((case.span, test, done))
            tests = []
    for span, test, done in reversed(arms):
        other = (If(span, test, done, other),)
    chain = list(other)
    return [*before, *(once(walk, target, node.span, chain) if is_left else chain)]


def _case(walk: Walk, cases: Sequence[Node]) -> list[Stmt]:
    """Returns what a case does, with those that it falls through to."""
    found: list[Stmt] = []
    for case in cases:
        body = case.all("body")
        inner = body[0].named_children if len(body) == 1 and body[0].kind == "statement_block" else body
        ended = (bool(inner) and inner[-1].kind in _ENDS) or (bool(body) and body[-1].kind in _ENDS)
        for last in (body, inner):
            if last and last[-1].kind == "break_statement":
                last.pop()
        found += block(walk, inner if len(body) <= 1 else body)
        if ended:
            break
    return found


def _breaks(node: Node) -> bool:
    """Returns whether a case leaves its switch from somewhere inside."""
    stack = [one for one in node.children if one.kind != "break_statement"]
    while stack:
        one = stack.pop()
        if one.kind == "break_statement":
            return True
        if one.kind not in _LOOPS and one.kind not in FUNCTIONS:
            stack.extend(one.children)
    return False

"""A source file lowered to a small, language-neutral form. Every node has the span of the source it came from.

Parentheses around an expression are not part of its span, but the innermost ones of a tuple or generator are.
Nodes are frozen to the type checker only: a frozen dataclass costs three times as much to build at run time, and a file
has thousands of nodes. They compare by identity. What a lowering does not model is `Opaque`, never left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from migrator.model.record import placed
from migrator.model.text import Span, Trouble

Role: TypeAlias = Literal["", "getter", "setter", "static"]

# -- expressions --------------------------------------------------------------------------------------------------


@placed
class Lit:
    """A constant: text, bytes, number, truth value or ``None``. ``span`` covers quotes and prefix.

    ``body`` is the offset in the source at which a text literal's content starts, when the content stands there
    unescaped (so that offsets in ``value`` are offsets in the source); -1 otherwise.
    """

    span: Span
    value: str | bytes | int | float | complex | bool | None
    body: int = -1


@placed
class Secret:
    """A credential-shaped part of a text literal, whose value goes no further than lowering.

    ``kind`` names the pattern in ``rules/credentials.yaml``, ``digest`` is a keyed digest that only tells equal
    secrets apart, ``preview`` ends in at most the last four characters.
    """

    span: Span
    kind: str
    digest: str
    preview: str


@placed
class Name:
    """A variable."""

    span: Span
    id: str


@placed
class Attr:
    """``value.name``."""

    span: Span
    value: Expr
    name: str


@placed
class Sub:
    """``value[index]``; several indexes are one `Seq` of kind tuple."""

    span: Span
    value: Expr
    index: Expr


@placed
class Slice:
    """``lower:upper:step`` inside a subscript."""

    span: Span
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


@placed
class Arg:
    """One argument of a call or base of a class; ``star`` is ``""``, ``"*"`` or ``"**"``."""

    span: Span
    value: Expr
    name: str | None = None
    star: str = ""


@placed
class Call:
    """``func(args)``."""

    span: Span
    func: Expr
    args: tuple[Arg, ...]


@placed
class New:
    """``new func(args)``: a new object of what ``func`` is, in a language where making one is no call."""

    span: Span
    func: Expr
    args: tuple[Arg, ...]


@placed
class Field:
    """One replacement field of an interpolated string, with its conversion (``r``, ``s``, ``a``) and format."""

    span: Span
    value: Expr
    conversion: str = ""
    spec: Expr | None = None


@placed
class Join:
    """An interpolated string or adjacent literals: its parts (`Lit`, `Secret`, `Field`, `Join`) in order."""

    span: Span
    parts: tuple[Expr, ...]


@placed
class Bin:
    """A binary operation; ``op`` is the operator as written."""

    span: Span
    op: str
    left: Expr
    right: Expr


@placed
class BoolOp:
    """``left and right``, ``left or right``, or ``left ?? right``: the right one where the left one is ``None``.

    ``left = right`` is the right one only where the left one is what a value that is not there is in the language.
    """

    span: Span
    op: str
    left: Expr
    right: Expr


@placed
class IfExp:
    """``body if test else orelse``."""

    span: Span
    test: Expr
    body: Expr
    orelse: Expr


@placed
class Seq:
    """A list, tuple or set display; a starred item is a `Wrap` of kind ``*``."""

    span: Span
    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]


@placed
class Entry:
    """``key: value`` in a mapping; ``key`` is None for ``**value``. The span covers both."""

    span: Span
    key: Expr | None
    value: Expr


@placed
class Map:
    """A mapping display."""

    span: Span
    entries: tuple[Entry, ...]


@placed
class Loop:
    """One ``for target in iter if tests`` of a comprehension."""

    span: Span
    target: Expr
    iter: Expr
    tests: tuple[Expr, ...]


@placed
class Comp:
    """A comprehension; for a mapping ``element`` is the key and ``value`` the value."""

    span: Span
    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None
    loops: tuple[Loop, ...]


@placed
class Param:
    """One parameter; ``kind`` is ``positional``, ``normal``, ``*``, ``keyword``, ``**`` or ``receiver``.

    A ``receiver`` is the first one: it stands for the object that the function is called on, in a language that does
    not pass it as an argument. A function without it sees that of the function around it.
    """

    span: Span
    name: str
    kind: str
    default: Expr | None = None
    annotation: Expr | None = None


@placed
class Lambda:
    """A function that is an expression. Its body is the expression that it returns, or statements.

    ``role`` is as in a `Def`, where the function is an entry of a mapping.
    """

    span: Span
    params: tuple[Param, ...]
    body: Expr | tuple[Stmt, ...]
    name: str = ""
    is_async: bool = False
    generator: bool = False
    role: Role = ""


@placed
class Wrap:
    """A prefix form; ``kind`` is ``await``, ``yield``, ``yield from``, ``not``, ``-``, ``+``, ``~`` or ``*``."""

    span: Span
    kind: str
    value: Expr | None


@placed
class Compare:
    """A chain of comparisons: ``left ops[0] rights[0] ops[1] rights[1] ...``.

    ``like`` and ``not like`` are equality as a language has it that takes values of different kinds for equal.
    """

    span: Span
    left: Expr
    ops: tuple[str, ...]
    rights: tuple[Expr, ...]


@placed
class Walrus:
    """``target := value``: an assignment that is an expression."""

    span: Span
    target: Expr
    value: Expr


@placed
class Opaque:
    """Something the lowering does not model; it evaluates to an unknown value with this reason."""

    span: Span
    reason: str


# -- statements ---------------------------------------------------------------------------------------------------


@placed
class Assign:
    """``targets[0] = targets[1] = value``; an annotation alone has ``value`` None."""

    span: Span
    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


@placed
class Aug:
    """``target op= value``; ``op`` is the binary operator."""

    span: Span
    target: Expr
    op: str
    value: Expr


@placed
class ExprS:
    """An expression for its effect; also ``assert`` (its test)."""

    span: Span
    value: Expr


@placed
class Return:
    """``return value``."""

    span: Span
    value: Expr | None


@placed
class If:
    """A branch. ``match`` is lowered to a chain of these."""

    span: Span
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


@placed
class While:
    """A loop on a condition; ``kept`` are variables that functions made in a round have as that leaves them."""

    span: Span
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    kept: tuple[str, ...] = ()


@placed
class For:
    """A loop over an iterable; ``kept`` as in a `While`."""

    span: Span
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    kept: tuple[str, ...] = ()


@placed
class Item:
    """One ``value as target`` of a `With`."""

    span: Span
    value: Expr
    target: Expr | None


@placed
class With:
    """A block under one or several managers."""

    span: Span
    items: tuple[Item, ...]
    body: tuple[Stmt, ...]


@placed
class Handler:
    """One ``except type as name`` of a `Try`."""

    span: Span
    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


@placed
class Try:
    """A block with its handlers."""

    span: Span
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]


@placed
class Def:
    """A function. ``generator`` says that its own body yields. The span covers its decorators.

    ``kept`` are variables that it uses of the rounds of loops that it is made in, each of which has its own.
    ``role`` is what a member of a class is, in a language that does not say it by a decorator or a name: ``getter``
    and ``setter`` of a property, or ``static`` (it belongs to the class, which is its receiver if it has one).
    """

    span: Span
    name: str
    params: tuple[Param, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    is_async: bool = False
    generator: bool = False
    role: Role = ""
    kept: tuple[str, ...] = ()


@placed
class ClassDef:
    """A class, also as an expression; ``bases`` holds keyword arguments too. The span covers its decorators.

    ``kept`` is as in a `Def`.
    """

    span: Span
    name: str
    bases: tuple[Arg, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    kept: tuple[str, ...] = ()


@placed
class Alias:
    """``name as bound``; ``name`` is dotted in an `Import`."""

    span: Span
    name: str
    bound: str | None


@placed
class Import:
    """``import a.b as c, d``."""

    span: Span
    names: tuple[Alias, ...]


@placed
class From:
    """``from module import names``; ``level`` counts leading dots; one alias named ``*`` is a star import."""

    span: Span
    module: str
    level: int
    names: tuple[Alias, ...]


@placed
class Jump:
    """``break``, ``continue``, ``pass`` or ``raise`` (with its exception)."""

    span: Span
    kind: Literal["break", "continue", "pass", "raise"]
    value: Expr | None = None


@placed
class Scope:
    """``global`` or ``nonlocal`` names."""

    span: Span
    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


@placed
class Del:
    """``del targets``."""

    span: Span
    targets: tuple[Expr, ...]


Expr: TypeAlias = (
    Lit
    | Secret
    | Name
    | Attr
    | Sub
    | Slice
    | Call
    | New
    | Field
    | Join
    | Bin
    | BoolOp
    | IfExp
    | Seq
    | Map
    | Comp
    | Lambda
    | Wrap
    | Compare
    | Walrus
    | ClassDef
    | Opaque
)
Stmt: TypeAlias = (
    Assign | Aug | ExprS | Return | If | While | For | With | Try | Def | ClassDef | Import | From | Jump | Scope | Del
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A lowered file: its path, the digest of its source, and its statements.

    ``module`` is the dotted name it is imported by, as far as the path tells (``pkg.mod``; a package's ``__init__``
    is ``pkg``). ``troubles`` are the places that the lowered form does not hold as they are written, and why.
    ``dialect`` is the version of a language that it is written in, where that changes what it means: ``"2"`` of Python.
    """

    path: str
    module: str
    language: str
    digest: str
    body: tuple[Stmt, ...]
    troubles: tuple[Trouble, ...] = ()
    dialect: str = ""

"""JavaScript and TypeScript source to lowered form."""

from __future__ import annotations

import re

from migrator.languages.javascript.classes import old_classes
from migrator.languages.javascript.exports import prelude
from migrator.languages.javascript.expressions import EXPRESSIONS
from migrator.languages.javascript.functions import block
from migrator.languages.javascript.names import hoisted_names
from migrator.languages.javascript.statements import STATEMENTS
from migrator.languages.javascript.walk import Walk
from migrator.languages.shared.secrets import secrets_of
from migrator.languages.syntax.grammar import Grammar, parse
from migrator.languages.syntax.tree import Syntax
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary

_JAVASCRIPT = Grammar("JavaScript", "tree_sitter_javascript")
_TYPESCRIPT = Grammar("TypeScript", "tree_sitter_typescript", "language_typescript")
_TSX = Grammar("TypeScript with JSX", "tree_sitter_typescript", "language_tsx")
_BY_SUFFIX = {".ts": _TYPESCRIPT, ".mts": _TYPESCRIPT, ".cts": _TYPESCRIPT, ".tsx": _TSX}
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def tree(source: Source) -> Syntax:
    """Returns the syntax tree of a file. Raises `UnparsableError` when its grammar is missing or takes too long."""
    suffix = source.path[source.path.rfind(".") :].lower()
    return parse(source, _BY_SUFFIX.get(suffix, _JAVASCRIPT))


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a file in lowered form. Raises `UnparsableError`, never anything else."""
    return on_deep_stack(lambda: _lower(source, vocabulary))


def _lower(source: Source, vocabulary: Vocabulary) -> Unit:
    syntax = tree(source)
    walk = Walk(source.text, secrets_of(vocabulary), EXPRESSIONS, STATEMENTS)
    walk.identifiers = set(_WORD.findall(source.text)) if len(source.text) < 200_000 else set()
    statements = syntax.root.named_children
    walk.constructors = frozenset(old_classes(walk, statements))
    for name in hoisted_names(statements, source.text):
        walk.block.declare(name)
    body = [*prelude(), *block(walk, statements), *walk.after]
    return Unit(
        path=source.path,
        module=module_name(source.path),
        language="javascript",
        digest=source.digest,
        body=tuple(body),
        troubles=syntax.troubles,
    )


def module_name(path: str) -> str:
    """Returns what people call a module: its path without its suffix, an ``index`` by its folder."""
    stem = path.rpartition(".")[0] or path
    return stem.removesuffix("/index") or stem

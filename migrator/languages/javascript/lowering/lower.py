"""JavaScript and TypeScript source to lowered form."""

from __future__ import annotations

import re
from functools import lru_cache

from migrator.errors import UnparsableError
from migrator.languages.javascript.lowering.classes import old_classes
from migrator.languages.javascript.lowering.exports import prelude
from migrator.languages.javascript.lowering.expressions import EXPRESSIONS
from migrator.languages.javascript.lowering.functions import block
from migrator.languages.javascript.lowering.names import hoisted_names
from migrator.languages.javascript.lowering.statements import STATEMENTS
from migrator.languages.javascript.lowering.walk import Walk
from migrator.languages.shared.secrets import secrets_of
from migrator.languages.syntax.grammar import Grammar, Parsed, converted, parsed
from migrator.languages.syntax.tree import Syntax
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source, Trouble
from migrator.model.unit import Stmt, Unit
from migrator.model.vocabulary import Vocabulary

_TEXT = (rb"(?<!&)&(?![&=]|#?\w+;)", b"Z")  # the grammars want each in the text of a page written out, as HTML did once
_ASSERTED = (rb"\bassert\s*\{[^{}]*\}", b" ")  # what `with` in an import was called at first
_TYPES = (rb"\btype(?=\s*\*)", b" ")  # of `export type * from`
_JAVASCRIPT = Grammar("JavaScript", "tree_sitter_javascript", refused=(_TEXT, _ASSERTED))
_TYPESCRIPT = Grammar("TypeScript", "tree_sitter_typescript", "language_typescript", (_ASSERTED, _TYPES))
_TSX = Grammar("TypeScript with JSX", "tree_sitter_typescript", "language_tsx", (_TEXT, _ASSERTED, _TYPES))
_BY_SUFFIX = {".ts": _TYPESCRIPT, ".mts": _TYPESCRIPT, ".cts": _TYPESCRIPT, ".tsx": _TSX}
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|bundle|vendor|\.next|\.nuxt)/|[.-](?:min|bundle|chunk)\.\w+$", re.I)
_LONGEST_LINE = 2_000
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`""")
BUILT = "it is minified, made from files whose requests it sends"
_DECLARES = (".d.ts", ".d.mts", ".d.cts")
"""How the names of files end that say the types of others, and do nothing."""
PAGES = frozenset({".vue", ".svelte", ".html", ".htm"})
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_TYPED = re.compile(r"""\blang\s*=\s*["']?tsx?\b""")
_DATA = re.compile(
    r"""\btype\s*=\s*["']?(?!module|text/(?:java|babel|jsx|type)|application/(?:java|ecma))[\w/+-]+""", re.I
)
_VISIBLE = re.compile(r"[^\s]")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def tree(source: Source) -> Syntax:
    """Returns the syntax tree of a file. Raises `UnparsableError` when its grammar is missing or takes too long."""
    return converted(*raw(source))


@lru_cache(maxsize=1)
def raw(source: Source) -> tuple[Parsed, Grammar]:
    """Returns a file as the parser gives it, and by which grammar. Raises `UnparsableError` as `tree` does.

    The last one is kept, for what is asked of it in turn.
    """
    suffix = source.path[source.path.rfind(".") :].lower()
    if suffix in PAGES:
        typed = any(_TYPED.search(found[1]) for found in _SCRIPT.finditer(source.text))
        grammar = _TYPESCRIPT if typed else _JAVASCRIPT
        return parsed(source, grammar, scripts(source.text)), grammar
    grammar = _BY_SUFFIX.get(suffix, _JAVASCRIPT)
    found = parsed(source, grammar)
    if grammar is not _JAVASCRIPT or not found.troubles:
        return found, grammar
    # the grammar of JavaScript refuses some elements that the one of TypeScript takes, and all types of Flow
    try:
        wider = parsed(source, _TSX)
    except UnparsableError:
        return found, grammar
    return (found, grammar) if wider.troubles else (wider, _TSX)


def scripts(text: str) -> str:
    """Returns a page with everything blanked but the programs in it, which stay where they are."""
    parts: list[str] = []
    at = 0
    for found in _SCRIPT.finditer(text):
        if _DATA.search(found[1]):
            continue
        parts += [_VISIBLE.sub(" ", text[at : found.start(2)]), found[2]]
        at = found.end(2)
    return "".join([*parts, _VISIBLE.sub(" ", text[at:])])


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a file in lowered form. Raises `UnparsableError`, never anything else."""
    return on_deep_stack(lambda: _lower(source, vocabulary))


def _lower(source: Source, vocabulary: Vocabulary) -> Unit:
    program = _program(source)
    if is_minified(program):
        if program is not source.text and not any(needle in program.lower() for needle in vocabulary.needles):
            return _unit(source, (), ())  # what a page brings along says nothing of what the page is about
        advice = "Exclude the file if those are analysed; check its requests by hand if they are not here."
        raise UnparsableError(BUILT, line=1, column=1, where=f"{source.path}:1", advice=advice)
    syntax = tree(source)
    walk = Walk(source.text, secrets_of(vocabulary), EXPRESSIONS, STATEMENTS)
    walk.identifiers = set(_WORD.findall(source.text)) if len(source.text) < 200_000 else set()
    statements = syntax.root.named_children
    walk.constructors = frozenset(old_classes(walk, statements))
    for name in hoisted_names(statements, source.text):
        walk.block.declare(name)
    body = [*prelude(), *block(walk, statements), *walk.after]
    return _unit(source, tuple(body), () if source.path.endswith(_DECLARES) else syntax.troubles)


def _unit(source: Source, body: tuple[Stmt, ...], troubles: tuple[Trouble, ...]) -> Unit:
    return Unit(
        path=source.path,
        module=module_name(source.path),
        language="javascript",
        digest=source.digest,
        body=body,
        troubles=troubles,
    )


def is_page(path: str) -> bool:
    """Returns whether a file holds programs inside of something else."""
    return path[path.rfind(".") :].lower() in PAGES


def is_built(source: Source) -> bool:
    """Returns whether a file is what a build makes of others: by where it is, or by lines that nobody writes."""
    return _BUILT.search(source.path) is not None or is_minified(_program(source))


def _program(source: Source) -> str:
    """Returns the text of a file, of a page that of its programs."""
    if not is_page(source.path):
        return source.text
    return "\n".join(found[2] for found in _SCRIPT.finditer(source.text) if not _DATA.search(found[1]))


def is_minified(text: str) -> bool:
    """Returns whether most of a program is one line that nobody writes; its requests are those of other files."""
    longest = max(text.splitlines(), key=len, default="")
    if len(longest) <= _LONGEST_LINE or len(longest) * 4 <= len(text):
        return False
    return len(_QUOTED.sub("", longest)) > _LONGEST_LINE  # a page of HTML is written in one line


def module_name(path: str) -> str:
    """Returns what people call a module: its path without its suffix, an ``index`` by its folder."""
    stem = path.rpartition(".")[0] or path
    return stem.removesuffix("/index") or stem

"""The files that one draft edits: the tree of each with parents, its style, and the edits so far."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from migrator.errors import UnparsableError
from migrator.languages.javascript.lowering.lower import is_built, is_page, tree
from migrator.languages.javascript.lowering.names import FUNCTIONS, block_names, hoisted_names, pattern_names
from migrator.languages.syntax.tree import Node
from migrator.model.draft import BUILT, SHIPPED, NotMovedError
from migrator.model.edit import Edit, edited
from migrator.model.text import Location, Source, Span

_SHIPPED = re.compile(r"(?:^|/)(?:public|static|assets|www|browser|frontend|extension)/", re.I)
_PUBLIC = re.compile(
    r"\b(?:NEXT_PUBLIC|REACT_APP|VUE_APP|VITE|GATSBY|EXPO_PUBLIC|NUXT_PUBLIC)_\w+|\bimport\.meta\.env\b"
)
_PAGE = re.compile(
    r"(?<![\w.$])(?:document\s*\.|window\s*\.|localStorage\b|XMLHttpRequest\b|jQuery\s*[.(]|\$\.(?:ajax|get|post))"
)


_SIMPLE = frozenset(
    {"identifier", "member_expression", "subscript_expression", "this", "property_identifier", "unary_expression",
     "parenthesized_expression", "binary_expression", "string"}
)  # fmt: skip
_HELD = 300_000
"""How many characters of source may be held as trees from one draft to the next."""
_BRANCHES = frozenset({"if_statement", "for_statement", "for_in_statement", "while_statement", "do_statement"})
"""What has a statement as its body that need not be a block."""


class ScriptTree:
    """A parsed file with the node around each, which drafts share: most of a file's requests are moved one by one."""

    def __init__(self, source: Source, shipped: Container[str]) -> None:
        """Parses the file; some of its project's are *shipped* to users. Raises `NotMovedError` when it cannot be."""
        try:
            self.syntax = tree(source)
        except UnparsableError as error:
            raise NotMovedError("the file cannot be parsed") from error
        self.source, self._shipped = source, shipped
        self.parents: dict[int, Node] = {}
        for node in self.syntax.root.walk():
            for child in node.children:
                self.parents[id(child)] = node

    @cached_property
    def refusal(self) -> str | None:
        """Why the file is not to be edited: others make it from sources, or it runs where users see it."""
        path, text = self.source.path, self.source.text
        if is_built(self.source):
            return BUILT
        told = is_page(path) or _SHIPPED.search(path) or _PUBLIC.search(text) or _PAGE.search(text)
        marked = told or any(node.kind.startswith("jsx_") for node in self.syntax.root.walk())
        return SHIPPED if marked or path in self._shipped else None


class ScriptIndex:
    """The sources with their trees, made when they are asked for."""

    def __init__(self, sources: Mapping[str, Source], shipped: Container[str]) -> None:
        """Takes the sources by path, and which of them are shipped to users."""
        self.sources, self._shipped = sources, shipped
        self._trees: dict[str, ScriptTree] = {}

    def tree(self, path: str) -> ScriptTree:
        """Returns a file to be edited. Raises `NotMovedError` when it cannot be read."""
        if path not in self._trees:
            if path not in self.sources:
                raise NotMovedError("the file is not read")
            self._trees[path] = ScriptTree(self.sources[path], self._shipped)
        return self._trees[path]

    def evict(self) -> None:
        """Forgets the trees where many are held; what a draft has taken from them must not outlive it."""
        if sum(len(one.source.text) for one in self._trees.values()) > _HELD:
            self._trees.clear()


class ScriptEditor:
    """Edits one file by its tree; the edits are pending until all of a draft are known."""

    def __init__(self, own: ScriptTree) -> None:
        """Takes the tree of the file."""
        self.tree, self.syntax, self.parents = own, own.syntax, own.parents
        self.source, self.text = own.source, own.source.text
        self.edits: list[tuple[Span, str]] = []
        self.caution: str | None = None

    def code(self, node: Node) -> str:
        """Returns the source of a node."""
        return self.text[node.start : node.end]

    def parent(self, node: Node) -> Node | None:
        """Returns the node around a node."""
        return self.parents.get(id(node))

    def around(self, node: Node) -> Iterator[Node]:
        """Yields the nodes around a node, innermost first."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    def at(self, span: Span) -> Node:
        """Returns the innermost node that covers a span."""
        node = self.syntax.root
        while True:
            inner = next((one for one in node.children if one.start <= span.start and span.end <= one.end), None)
            if inner is None:
                return node
            node = inner

    def call(self, span: Span) -> Node:
        """Returns the call at a span, or the object that only declares one. Raises `NotMovedError` without either."""
        node: Node | None = self.at(span)
        while node is not None and (node.kind not in ("call_expression", "object") or node.span != span):
            node = self.parent(node)
        if node is None:
            raise NotMovedError("the request is not sent by a plain call")
        return node

    def replace(self, start: int, end: int, replacement: str) -> None:
        """Notes an edit. Raises `NotMovedError` where it would take a comment with it."""
        if any(start < comment.end and comment.start < end for comment in self.syntax.comments):
            raise NotMovedError("a comment stands where the key is taken out")
        if (Span(start, end), replacement) not in self.edits:
            self.edits.append((Span(start, end), replacement))

    def is_gone(self, node: Node) -> bool:
        """Returns whether an edit takes all of a node out."""
        return any(span.contains(node.span) for span, _ in self.edits)

    def keep(self, node: Node) -> None:
        """Takes the edits back that take all of a node out."""
        self.edits = [edit for edit in self.edits if not edit[0].contains(node.span)]

    def done(self) -> tuple[Edit, ...]:
        """Returns the edits in order, what is put in at one place as one. Raises `NotMovedError` where they overlap."""
        joined: dict[Span, str] = {}
        for span, text in self.edits:
            joined[span] = joined.get(span, "") + text if span.start == span.end else text
        found = sorted(joined.items(), key=lambda one: (one[0].start, one[0].end))
        if any(later.start < earlier.end for (earlier, _), (later, _) in pairwise(found)):
            raise NotMovedError("what the key leaves behind and the header would stand in the same place")
        return tuple(edited(self.source, span, text) for span, text in found)

    def indent(self, at: int) -> str:
        """Returns the white space that the line of an offset starts with."""
        start = self.text.rfind("\n", 0, at) + 1
        found = re.match(r"[ \t]*", self.text[start:])
        return found[0] if found else ""

    def newline(self) -> str:
        """Returns how the file ends its lines."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def quote(self) -> str:
        """Returns the quote that the file writes its texts in."""
        return "'" if self.text.count("'") >= self.text.count('"') else '"'

    def ends_statements(self) -> bool:
        """Returns whether statements end in semicolons here."""
        return self.text.count(";\n") + self.text.count(";\r\n") > 0

    def function(self, node: Node) -> Node | None:
        """Returns the function around a node, None at the top of the file."""
        return next((one for one in self.around(node) if one.kind in FUNCTIONS), None)

    def declaring(self, node: Node, name: str) -> Node | None:
        """Returns the innermost function around a node that declares a name, None where it is the file's or global."""
        inside = node
        for function in [one for one in self.around(node) if one.kind in FUNCTIONS]:
            body = function.child("body")
            listed = function.child("parameters") or function.child("parameter")
            found = set(pattern_names(listed, self.text)) if listed is not None else set()
            for one in listed.named_children if listed is not None else ():
                found.update(pattern_names(one, self.text))
            for block in [one for one in self.around(inside) if one.kind == "statement_block"]:
                found.update(block_names(block.named_children, self.text))
                if block is body:
                    break
            found.update(hoisted_names(body.named_children, self.text) if body is not None else ())
            if name in found:
                return function
        return None

    def home(self, node: Node, name: str) -> Node | None:
        """Returns what declares the variable that a name means at a node: a block, a loop or a function around it."""
        for one in self.around(node):
            if name in self._declared(one):
                return one
        return None

    def _declared(self, node: Node) -> set[str]:
        """Returns the names that a node declares for what is inside of it, none for the file itself."""
        text = self.text
        match node.kind:
            case "statement_block":
                return set(block_names(node.named_children, text))
            case "switch_body":
                return {name for case in node.named_children for name in block_names(case.named_children, text)}
            case "for_statement":
                head = node.child("initializer")
                return set(block_names([head], text)) if head is not None else set()
            case "for_in_statement":
                is_var = any(child.kind == "var" for child in node.children)
                return set() if is_var else set(pattern_names(node.child("left"), text))
            case "catch_clause":
                return set(pattern_names(node.child("parameter"), text))
            case kind if kind in FUNCTIONS:
                listed, body = node.child("parameters") or node.child("parameter"), node.child("body")
                found = set(pattern_names(listed, text)) if listed is not None else set()
                for one in listed.named_children if listed is not None else ():
                    found.update(pattern_names(one, text))
                return found | set(hoisted_names(body.named_children if body is not None else (), text))
            case _:
                return set()

    def made(self, node: Node) -> Node | None:
        """Returns what the variable that a name means is declared as, in the file."""
        if node.kind not in ("identifier", "shorthand_property_identifier"):
            return None
        name = self.code(node)
        home = self.declaring(node, name)
        found = [
            one.child("value")
            for one in self.syntax.root.walk()
            if one.kind == "variable_declarator"
            and (target := one.child("name")) is not None
            and self.code(target) == name
            and self.declaring(one, name) is home
        ]
        return found[0] if len(found) == 1 else None

    def refuse_shipped(self) -> None:
        """Raises `NotMovedError` for code that others make from sources, or that runs where users see it."""
        if self.tree.refusal is not None:
            raise NotMovedError(self.tree.refusal)


class ScriptWorkspace:
    """The files that one draft edits, each with its pending edits."""

    def __init__(self, index: ScriptIndex) -> None:
        """Takes the index of the sources."""
        self._index = index
        self._files: dict[str, ScriptEditor] = {}

    def file(self, path: str) -> ScriptEditor:
        """Returns the editor of a file. Raises `NotMovedError` when it cannot be read."""
        if path not in self._files:
            self._files[path] = ScriptEditor(self._index.tree(path))
        return self._files[path]

    def call(self, at: Location) -> tuple[ScriptEditor, Node]:
        """Returns the call expression at a place."""
        file = self.file(at.path)
        return file, file.call(at.span)

    def texts(self) -> Iterator[str]:
        """Yields the texts of all files."""
        yield from (source.text for source in self._index.sources.values())

    def caution(self) -> str | None:
        """Returns what a person has to rule out in one of the files, if anything."""
        return next((file.caution for file in self._files.values() if file.caution is not None), None)

    def edits(self) -> tuple[Edit, ...]:
        """Returns the edits of all files."""
        return tuple(edit for path in sorted(self._files) for edit in self._files[path].done())


def callee(call: Node) -> Node | None:
    """Returns what a call calls; the grammar takes ``await f<T>()`` for a call of ``await f``."""
    found = call.child("function")
    return found.named_children[0] if found is not None and found.kind == "await_expression" else found


def elements(node: Node) -> Sequence[Node]:
    """Returns the elements of an object, array or arguments: what stands between commas."""
    return node.named_children


def drop_element(file: ScriptEditor, node: Node) -> None:
    """Takes one element out of what lists it, with the comma that goes with it."""
    holder = file.parent(node)
    assert holder is not None
    every = elements(holder)
    place = next(at for at, one in enumerate(every) if one is node)
    if len(every) == 1:
        file.replace(holder.start + 1, holder.end - 1, "")
    elif place + 1 < len(every):
        file.replace(node.start, _up_to(file, node.end, every[place + 1].start), "")
    else:
        file.replace(every[place - 1].end, node.end, "")


def _up_to(file: ScriptEditor, end: int, following: int) -> int:
    """Returns where what goes with an element ends: at the next one, or at a comment that ends its line."""
    comment = next((one.start for one in file.syntax.comments if end <= one.start < following), following)
    ends_line = file.text.startswith("//", comment) and "," in file.text[end:comment]
    return comment if ends_line else following


def drop_statement(file: ScriptEditor, node: Node) -> None:
    """Takes a statement out, with its line where it is alone on it, and with the branch that is there for it alone."""
    holder = file.parent(node)
    alone = holder is not None and holder.kind == "statement_block" and len(holder.named_children) == 1
    branch = file.parent(holder) if holder is not None and alone else holder
    test = branch.child("condition") if branch is not None and branch.kind == "if_statement" else None
    other = branch.child("alternative") if branch is not None else None
    if branch is not None and test is not None and other is None and is_simple(test):
        drop_statement(file, branch)
    elif branch is not None and branch.kind == "else_clause":
        before = next(one for one in reversed(file.parents[id(branch)].children) if one.end <= branch.start)
        file.replace(before.end, branch.end, "")
    elif holder is not None and holder.kind in _BRANCHES:
        file.replace(node.start, node.end, "{}")
    else:
        _drop_lines(file, node)


def is_simple(test: Node) -> bool:
    """Returns whether a condition only looks at variables."""
    return all(one.kind in _SIMPLE or not (one.named_children or one.kind == "delete") for one in test.walk())


def _drop_lines(file: ScriptEditor, node: Node) -> None:
    start, end = node.start, node.end
    line = file.text.rfind("\n", 0, start) + 1
    rest = re.match(r"[ \t]*(?:\r?\n|$)", file.text[end:])
    if not file.text[line:start].strip() and rest:
        start, end = line, end + rest.end()
    file.replace(start, end, "")

"""Which variable a name means: hoisting, blocks, closures, and a name of its own for each function without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrator.languages.syntax.tree import Node

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
_DECLARED_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_NAMED = _DECLARED_FUNCTIONS | {"class_declaration", "abstract_class_declaration", "enum_declaration"}
_OWN_BLOCK = FUNCTIONS | {"class", "class_declaration", "abstract_class_declaration", "class_static_block"}


class FunctionNames:
    """The names of one function: those it assigns although they are declared outside of it."""

    __slots__ = ("arguments", "arrow", "assigned", "outer", "taken")

    def __init__(self, *, arrow: bool) -> None:
        """Makes the scope of a function; an arrow has no receiver of its own."""
        self.arrow = arrow
        self.outer: set[str] = set()
        self.assigned: set[str] = set()
        self.taken: set[str] = set()
        self.arguments = False


class Block:
    """The names that one block declares, each with the variable it is."""

    __slots__ = ("function", "names", "parent", "rounds")

    def __init__(self, parent: Block | None, function: FunctionNames) -> None:
        """Makes a block inside of another one; ``rounds`` are those of the loop around it in its function."""
        self.parent, self.function = parent, function
        self.names: dict[str, str] = {}
        inside = parent is not None and parent.function is function
        self.rounds: Rounds | None = parent.rounds if inside and parent is not None else None

    def declare(self, name: str) -> str:
        """Returns the variable for a name that is declared here: another one where that would hide an outer one."""
        found = self.names.get(name)
        if found is None:
            found, number = name, 1
            while found in self.function.taken and self._hides(name):
                number += 1
                found = f"{name}@{number}"
            self.names[name] = found
            self.function.taken.add(found)
        return found

    def _hides(self, name: str) -> bool:
        block = self.parent
        while block is not None and block.function is self.function:
            if name in block.names:
                return True
            block = block.parent
        return False

    def find(self, name: str) -> tuple[str, Block] | None:
        """Returns the variable that a name means here, and the block that declares it; None for a global one."""
        block: Block | None = self
        while block is not None:
            if name in block.names:
                return block.names[name], block
            block = block.parent
        return None


class Rounds:
    """The rounds of a loop: each has variables of its own, of which functions that are made in it ``kept`` some."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        """Starts with none."""
        self.kept: set[str] = set()


def pattern_names(node: Node | None, text: str) -> Iterator[str]:
    """Yields the names that a pattern binds."""
    if node is None:
        return
    match node.kind:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield text[node.start : node.end]
        case "object_assignment_pattern" | "assignment_pattern":
            yield from pattern_names(node.child("left"), text)
        case "pair_pattern":
            yield from pattern_names(node.child("value"), text)
        case "required_parameter" | "optional_parameter":
            yield from pattern_names(node.child("pattern"), text)
        case "object_pattern" | "array_pattern" | "rest_pattern":
            for child in node.named_children:
                yield from pattern_names(child, text)


TYPES = frozenset({"interface_declaration", "type_alias_declaration"})


def shape_parts(node: Node) -> list[tuple[Node, Node]]:
    """Returns the members of an interface or object type that are declared to be of a named type, with that name."""
    body = node.child("body") or node.child("value")
    found = []
    for one in body.named_children if body is not None and body.kind in ("interface_body", "object_type") else ():
        name, annotation = one.child("name"), one.child("type")
        types = annotation.named_children if annotation is not None else []
        if one.kind == "property_signature" and name is not None and types and types[0].kind == "type_identifier":
            found.append((name, types[0]))
    return found


def unwrapped(node: Node) -> Node:
    """Returns the declaration that an export or ambient statement is about, or the node itself."""
    if node.kind == "export_statement":
        return node.child("declaration") or node
    return node


def block_names(statements: Iterable[Node], text: str) -> Iterator[str]:
    """Yields the names that a block declares for itself: ``let``, ``const``, functions, classes, enums."""
    for statement in statements:
        node = unwrapped(statement)
        if node.kind == "lexical_declaration":
            for declarator in node.named_children:
                yield from pattern_names(declarator.child("name"), text)
        else:
            yield from (text[name.start : name.end] for name in _declared(node) if name is not None)


def _declared(node: Node) -> Iterator[Node | None]:
    """Yields the names that a statement declares in its block without any pattern."""
    if node.kind in _NAMED or (node.kind in TYPES and shape_parts(node)):
        yield node.child("name")
    elif node.kind == "expression_statement":
        yield from (inner.child("name") for inner in node.named_children[:1] if inner.kind == "internal_module")
    elif node.kind == "import_statement":
        for one in node.walk():
            if one.kind == "import_specifier":
                yield one.child("alias") or one.child("name")
            elif one.kind in ("import_clause", "namespace_import", "import_require_clause"):
                yield from (child for child in one.children if child.kind == "identifier")


def hoisted_names(statements: Iterable[Node], text: str) -> Iterator[str]:
    """Yields the names that ``var`` declares anywhere in a function body, nested functions left out."""
    stack = list(statements)
    if not stack or text.find("var", stack[0].start, stack[-1].end) < 0:
        return
    while stack:
        kind, *_, children = node = stack.pop()
        if kind == "variable_declaration":
            for declarator in node.named_children:
                yield from pattern_names(declarator.child("name"), text)
        elif kind == "for_in_statement" and any(child.kind == "var" for child in children):
            yield from pattern_names(node.child("left"), text)
        if children and kind not in _OWN_BLOCK:
            stack += children


def is_function_declaration(node: Node) -> bool:
    """Returns whether a statement declares a function, which is there before the statements around it."""
    return unwrapped(node).kind in _DECLARED_FUNCTIONS


def uses(node: Node, word: str, text: str) -> bool:
    """Returns whether a function uses ``this`` or ``arguments`` as its own: arrows inside of it count as it."""
    if text.find(word, node.start, node.end) < 0:
        return False
    stack = list(node.children)
    while stack:
        one = stack.pop()
        if one.kind in ("identifier", "this") and text[one.start : one.end] == word:
            return True
        if one.kind not in _OWN_BLOCK or one.kind == "arrow_function":
            stack.extend(one.children)
    return False


def kept(inner: Block, node: Node, text: str) -> tuple[str, ...]:
    """Returns the variables of the rounds of loops that a function or class made in them uses."""
    found: list[str] = []
    block: Block | None = inner
    while block is not None and block.function is inner.function and block.rounds is not None:
        code = text[node.start : node.end]
        used = [variable for name, variable in block.names.items() if name != "this" and name in code]
        block.rounds.kept.update(used)
        found += used
        block = block.parent
    return tuple(dict.fromkeys(found))

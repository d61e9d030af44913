"""A file is cut where a top-level statement begins, and nowhere else."""

from __future__ import annotations

import libcst as cst
import pytest

from migrator.languages.python.rewriting.tree import Tree, pieces
from migrator.model.draft import NotMovedError
from migrator.model.text import Source, Span


def cut(text: str) -> list[str]:
    """Returns the texts of the pieces."""
    return [text[piece.start : piece.end] for piece in pieces(text)]


@pytest.mark.parametrize(
    "parts",
    [
        [""],
        ["# only a comment\n"],
        ["a = 1\n", "b = 2"],
        ["'''Title.'''\n\n# about a\n", "a = 1  # more\n# about b\n", "b = 2\n"],
        ["a = 1; b = 2\n", "c = 3\n"],
        ["f(\n1,\n2\n)\n", "g()\n"],
        ["a = '''\nb = 2\n'''\n", "c = 3\n"],
        ["a = 1 + \\\n2\n", "b = 3\n"],
        ["if a:\n  b\nelif c:\n  d\nelse:\n  e\n", "f\n"],
        ["try:\n  a\nexcept B:\n  c\nfinally:\n  d\n", "with e:\n  f\n"],
        ["@a\n@b(\n1)\nclass C:\n  x = 1\n\n  def f(self): pass\n", "@d\nasync def e(): pass\n"],
        ["a = 1\r\n", "def f():\r\n\treturn\r\n", "b = 2\r\n"],
        ["a = 1\r", "b = 2\r"],
        ["a = f'{b}'\n", "c = 1\n"],
        ["a = f'}}{{{b:>{c}}}} { {d} }'\n", "e = 1\n"],
    ],
)
def test_each_statement_is_a_piece_with_what_follows_it(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts
    for part in parts:
        cst.parse_module(part)


@pytest.mark.parametrize(
    "text",
    [
        'a = f"""{f("""\nb\n""")}"""\nc = 1\n',
        "a = f'{b['c']}'\nd = 1\n",
        "a = f'{\nb}'\nc = 1\n",
        'a = f"""}}{ {f("""\nb\n""")} }"""\nc = 1\n',
    ],
)
def test_a_string_with_strings_in_it_keeps_the_file_together(text: str) -> None:
    cst.parse_module(text)
    assert pieces(text) == (Span(0, len(text)),)


def test_only_what_is_asked_about_is_parsed() -> None:
    tree = Tree(Source(path="a.py", text="used = 1\nelse\nother = used\nx = y\n"))
    (name,) = tree.walk(tree.naming("other"), cst.AssignTarget)
    assert tree.code(name) == "other"
    assert len(tree.naming("other").body) == 3
    with pytest.raises(NotMovedError, match="cannot be parsed"):
        tree.naming("used")


def test_nodes_of_all_pieces_are_parts_of_one_module() -> None:
    text = "\n# one\na = 1\n\n\ndef f():\n    return a\n\n\nb = f()\n"
    tree = Tree(Source(path="a.py", text=text))
    returned = tree.find(Span(text.index("return a"), text.index("\n\n\nb")), cst.Return)
    assert returned is not None
    assert tree.above(returned, cst.Module) is tree.module
    assert [tree.code(each) for each in tree.body()] == ["a = 1", "def f():\n    return a", "b = f()"]
    assert tree.module.body == list(tree.body())


@pytest.mark.parametrize("behind", ["x = 1\n", ""])
@pytest.mark.parametrize("end", ["", "\n \n", "\r\n\r\n \r\n", "\n\n    \n\t\n"])
def test_blank_lines_behind_a_piece_are_no_part_of_what_is_parsed(end: str, behind: str) -> None:
    tree = Tree(Source(path="a.py", text=f"def f():\n    return 1\n{end}{behind}"))
    assert [tree.code(node) for node in tree.walk(None, cst.Return)] == ["return 1"]

"""The diff that `migrate` prints and the patch that it writes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.errors import WriteError
from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.rewrite.diff import diff, patch
from migrator.rewrite.splice import encode, ordered, splice

COMMANDS = {
    "git": (["git", "apply", "--check"], ["git", "apply", "--whitespace=nowarn"]),
    "patch": (["patch", "-p1", "--dry-run"], ["patch", "-p1", "--no-backup-if-mismatch"]),
}


def edit(path: str, start: int, end: int, replacement: str) -> Edit:
    return Edit(path=path, span=Span(start, end), replacement=replacement)


def replace(source: Source, old: str, new: str) -> Edit:
    start = source.text.index(old)
    return edit(source.path, start, start + len(old), new)


def applied(tmp_path: Path, sources: list[Source], edits: list[Edit], tool: str) -> dict[str, bytes]:
    """Returns the files after a tool took the patch."""
    for source in sources:
        file = tmp_path / source.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encode(source, source.text))
    if written := patch(edits, sources):
        for command in COMMANDS[tool]:
            done = subprocess.run(command, cwd=tmp_path, input=written, capture_output=True)
            assert done.returncode == 0, (written, done.stdout, done.stderr)
    return {source.path: (tmp_path / source.path).read_bytes() for source in sources}


def check(tmp_path: Path, sources: list[Source], edits: list[Edit]) -> None:
    for tool in COMMANDS:
        folder = tmp_path / tool
        folder.mkdir()
        found = applied(folder, sources, edits, tool)
        for source in sources:
            new = splice(source.text, [one for one in edits if one.path == source.path])
            assert found[source.path] == encode(source, new)


CASES = {
    "one line": ("a\nb\nc\n", "b", "B"),
    "first line": ("a\nb\nc\nd\ne\n", "a", "A"),
    "last line without newline": ("a\nb\nc", "c", "C"),
    "newline added at the end": ("a\nb\nc", "c", "c\n"),
    "newline taken from the end": ("a\nb\nc\n", "c\n", "c"),
    "line removed": ("a\nb\nc\n", "b\n", ""),
    "line added": ("a\nb\nc\n", "c\n", "c\nd\n"),
    "all removed": ("a\nb\n", "a\nb\n", ""),
    "empty file filled": ("", "", "a\nb\n"),
    "windows line endings": ("a\r\nb\r\nc\r\n", "b", "B"),
    "old mac line endings": ("a\rb\rc", "b", "B"),
    "mixed line endings": ("a\r\nb\nc\r\n", "b\nc", "b\r\nC"),
    "lines joined": ("a\nb\nc\n", "a\nb", "ab"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_patch_applies(tmp_path: Path, name: str) -> None:
    text, old, new = CASES[name]
    source = Source(path="pkg/file.py", text=text)
    check(tmp_path, [source], [replace(source, old, new)])


@pytest.mark.parametrize(
    "path", ["a b.py", "é.py", 'quo"te.py', "back\\slash.py", "tab\there.py", "new\nline.py", "\udce9.py"]
)
def test_a_patch_names_odd_files_as_git_does(tmp_path: Path, path: str) -> None:
    source = Source(path=path, text="a\nb\n")
    change = [replace(source, "b", "B")]
    folder = tmp_path / "repository"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / path).write_bytes(b"a\nb\n")
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "apply", "--check"], cwd=folder, check=True, input=patch(change, [source]))
    (folder / path).write_bytes(b"a\nB\n")
    theirs = subprocess.run(["git", "diff"], cwd=folder, check=True, capture_output=True).stdout.splitlines()
    assert patch(change, [source]).splitlines() == [line for line in theirs if not line.startswith(b"index ")]


def test_a_patch_is_in_the_encoding_of_each_file(tmp_path: Path) -> None:
    sources = [
        Source(path="latin.py", text="# -*- coding: latin-1 -*-\ns = 'é'\nkey = 1\n", encoding="iso-8859-1"),
        Source(path="sjis.py", text="# -*- coding: shift_jis -*-\ns = '表'\nkey = 1\n", encoding="shift_jis"),
        Source(path="bom.py", text="key = 1\ns = 'é'\n", bom=True),
    ]
    check(tmp_path, sources, [replace(source, "key", "token") for source in sources])


def test_a_file_without_lines_of_bytes_is_refused() -> None:
    source = Source(path="wide.txt", text="key = 1\nĊ = 2\n", encoding="utf-16-le")
    with pytest.raises(WriteError, match=r"wide\.txt: a file in utf-16-le cannot be part of a patch"):
        patch([replace(source, "key", "token")], [source])


def test_edits_that_change_nothing_make_no_diff() -> None:
    source = Source(path="a.py", text="a\nb\n")
    assert patch([replace(source, "a", "a")], [source]) == b""
    assert patch([], [source]) == b""


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    source = Source(path="a.py", text="".join(f"{number}\n" for number in range(30)))
    written = patch([replace(source, "2\n", "two\n"), replace(source, "8\n", ""), replace(source, "25", "x")], [source])
    headers = [line for line in written.decode().splitlines() if line.startswith("@@")]
    assert headers == ["@@ -1,12 +1,11 @@", "@@ -23,7 +22,7 @@"]


def test_neighbouring_lines_are_taken_out_and_put_in_together() -> None:
    source = Source(path="a.py", text="a\nb\nc\nd\n")
    written = patch([replace(source, "b", "B"), replace(source, "c", "C")], [source]).decode()
    assert written.endswith("@@ -1,4 +1,4 @@\n a\n-b\n-c\n+B\n+C\n d\n")


def test_paths_stand_under_their_root() -> None:
    sources = [Source(path="a.py", text="a\n"), Source(path="a.py", text="b\n", root=1)]
    edits = [Edit(path="a.py", span=Span(0, 1), replacement=str(root), root=root) for root in (0, 1)]
    written = patch(edits, sources, name=lambda source: ("", "lib/")[source.root] + source.path).decode()
    assert [line for line in written.splitlines() if line.startswith("+++")] == ["+++ b/a.py", "+++ b/lib/a.py"]


def test_a_shown_diff_masks_and_says_which_files_no_longer_apply() -> None:
    sources = [
        Source(path="keys.py", text="KEY = 'hunter2'\nOTHER = 1\n"),
        Source(path="plain.py", text="a = 1\n"),
        Source(path="escapes.py", text="a = '\x1b[31m\u202e'\nb = 1\rc = 2\n"),
        Source(path="latin.py", text="a = 'é'\n", encoding="latin-1"),
    ]
    edits = [replace(sources[0], "OTHER", "MORE")] + [replace(source, "a =", "b =") for source in sources[1:]]
    found = diff(edits, sources, mask=lambda text: text.replace("hunter2", "…"))
    assert "hunter2" not in found.text
    assert " KEY = '…'\n-OTHER = 1\n+MORE = 1\n" in found.text
    assert r"+b = '\x1b[31m\u202e'" in found.text
    assert r" b = 1\x0dc = 2" in found.text
    assert found.inexact == ("escapes.py", "keys.py", "latin.py")


def test_a_shown_diff_without_secrets_is_the_patch() -> None:
    source = Source(path="é.py", text="a = 'é'\r\nb = 2\r\n", bom=True)
    edits = [replace(source, "b", "c")]
    found = diff(edits, [source], mask=str)
    assert found.text.encode() == patch(edits, [source])
    assert found.inexact == ()


def test_a_credential_over_two_lines_is_masked() -> None:
    source = Source(path="a.py", text="KEY = \\\n    'hunter2'\nb = 1\n")
    found = diff(
        [replace(source, "b", "c")], [source], mask=lambda text: text.replace("\\\n    'hunter2'", "\\\n    …")
    )
    assert "hunter2" not in found.text


def test_a_credential_in_a_file_name_is_masked() -> None:
    source = Source(path="hunter2.py", text="b = 1\n")
    assert "hunter2" not in diff([replace(source, "b", "c")], [source], mask=lambda t: t.replace("hunter2", "…")).text


def test_identical_edits_are_made_once() -> None:
    edits = [edit("a.py", 0, 0, "import os\n"), edit("a.py", 0, 0, "import os\n"), edit("a.py", 4, 5, "c")]
    assert splice("a = b\n", edits) == "import os\na = c\n"


def test_an_insertion_stands_before_a_replacement_at_the_same_place() -> None:
    assert splice("abc", [edit("a.py", 1, 2, "X"), edit("a.py", 1, 1, "<"), edit("a.py", 2, 2, ">")]) == "a<X>c"


@pytest.mark.parametrize(
    "edits",
    [
        [edit("a.py", 0, 3, "x"), edit("a.py", 2, 4, "y")],
        [edit("a.py", 2, 2, "x"), edit("a.py", 2, 2, "y")],
        [edit("a.py", 0, 4, "x"), edit("a.py", 2, 2, "y")],
    ],
)
def test_edits_that_disagree_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(WriteError, match=r"a\.py:2: two edits change the same text differently"):
        ordered("a\nbcd\n", edits)


def test_an_edit_outside_the_file_is_refused() -> None:
    with pytest.raises(WriteError, match="outside the file"):
        splice("abc", [edit("a.py", 2, 4, "")])


def test_a_character_that_the_encoding_lacks_is_refused() -> None:
    source = Source(path="a.py", text="a\nb\n", encoding="latin-1")
    with pytest.raises(WriteError, match=r"a\.py:2: a character of the new text does not exist in latin-1"):
        encode(source, "a\n→\n")


@st.composite
def edited(draw: st.DrawFn, path: str) -> tuple[Source, list[Edit]]:
    text = draw(st.text(alphabet="ab\n\n\r é", max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [
        edit(path, start, end, draw(st.text(alphabet="ab\nxé", max_size=5)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    distinct = {one.span: one for one in edits}
    return Source(path=path, text=text), list(distinct.values())


@settings(max_examples=25, deadline=None)
@given(st.tuples(*(edited(f"{number}.py") for number in range(8))))
def test_any_edits_make_a_patch_that_applies(
    tmp_path_factory: pytest.TempPathFactory, files: tuple[tuple[Source, list[Edit]], ...]
) -> None:
    check(tmp_path_factory.mktemp("any"), [source for source, _ in files], [one for _, own in files for one in own])

"""Notebooks: their cells as one program, magics as what they do, and edits that leave every other byte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migrator.carriers.notebooks import opened
from migrator.discover.reading import decode
from migrator.model.edit import Edit
from migrator.model.text import Source, Span
from migrator.rewrite.splice import on_disk, splice

KEY = "7f3c1a92-5b8e-4d06-9e27-c41d8a6b03f5"


def code(text: str, outputs: Sequence[Any] = (), *, lines: bool = True) -> dict[str, Any]:
    source = text.splitlines(keepends=True) if lines else text
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [*outputs], "source": source}


def notebook(*cells: dict[str, Any], language: str = "python") -> dict[str, Any]:
    about = {"kernelspec": {"language": language, "name": "k", "display_name": "K"}}
    return {"cells": [*cells], "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def program(text: str) -> Source:
    source = decode(text.encode(), path="a.ipynb")
    return opened(source, ["hubspot", "hapikey"])


def scan(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "migrator", "scan", str(folder), "--isolated", "--format", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_cells_are_one_program_in_their_order() -> None:
    made = program(
        json.dumps(notebook(code("import a\nb = 1"), {"cell_type": "markdown", "source": "# c"}, code("d(b)\n")))
    )
    assert made.text == "import a\nb = 1\nd(b)\n# # c\n"
    assert made.embedded is not None
    assert [made.embedded.within(made.text.index(part)) for part in ("import", "b =", "d(b)", "# c")] == [
        "cell 1, line 1",
        "cell 1, line 2",
        "cell 3, line 1",
        "cell 2, line 1",
    ]


def test_the_third_version_of_the_format_is_read() -> None:
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "code", "language": "python",
           "input": ["a = 1\n", "b(a)"], "outputs": [{"output_type": "stream", "text": ["c\n"]}]}]}]}  # fmt: skip
    assert program(json.dumps(old)).text == "a = 1\nb(a)\n# c\n"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1\n"),
        ("!pip install a\nx = 1", "# !pip install a\nx = 1\n"),
        ("pip install a\nx = 1", "# pip install a\nx = 1\n"),
        ("if a:\n    !ls\nx = 1", "if a:\n    pass  # !ls\nx = 1\n"),
        ("x = !ls\ny = %env B", "x = None  # !ls\ny = None  # %env B\n"),
        ("a?\nb.c??\n?d", "# a?\n# b.c??\n# ?d\n"),
        ("%env A=b-1\nx = 1", '__import__("os").environ["A"] = "b-1"\nx = 1\n'),
        ("%time x = f(1)\ny", "x = f(1)\ny\n"),
        ("if a:\n    %timeit -n 1 -r 1 f(1)", "if a:\n    f(1)\n"),
        ("%time", "# %time\n"),
        ("%%time\nx = 1", "# %%time\nx = 1\n"),
        ("%%html\n<a>", "# %%html\n# <a>\n"),
        ("!curl a \\\n  b\nx = 1", "# !curl a \\\n#   b\nx = 1\n"),
        ("x = '''\n%s\n!a\n''' % (\n'a'\n% b)", "x = '''\n%s\n!a\n''' % (\n'a'\n% b)\n"),
        ("x = (", "# x = (\n"),
    ],
)
def test_magics_are_what_they_do(cell: str, expected: str) -> None:
    made = program(json.dumps(notebook(code(cell), code("y = 2"))))
    assert made.text == f"{expected}y = 2\n"


def test_a_broken_cell_masks_itself_alone_and_is_told() -> None:
    made = program(json.dumps(notebook(code("a = 1"), code("def b(:\n"), code("c = 2"))))
    assert made.text == "a = 1\n# def b(:\nc = 2\n"
    assert made.embedded is not None
    (trouble,) = made.embedded.troubles
    assert made.embedded.within(trouble.span.start) == "cell 2, line 1"


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"cells": 3}', '{"cells": [{"source": 4}, 5]}'])
def test_what_is_no_notebook_has_no_program(text: str) -> None:
    assert all(line.startswith("# ") for line in program(text).text.splitlines())


def test_another_language_is_told() -> None:
    made = program(json.dumps(notebook(code("x <- 1"), language="R")))
    assert made.text == "# x <- 1\n"
    assert made.embedded is not None
    assert "R" in made.embedded.troubles[0].reason


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_a_notebook_is_in_the_language_of_its_kernel(language: str) -> None:
    cells = [code("const a = 1"), {"cell_type": "markdown", "source": "b"}, code("[a].map(c)\n"), code("def f(): d")]
    made = program(json.dumps(notebook(*cells, language=language)))
    assert made.text == "const a = 1\n;\n[a].map(c)\n;\n// def f(): d\n;\n// b\n"
    assert made.embedded is not None
    assert [one.reason for one in made.embedded.troubles] == ["this cell is no program that can be read"]
    assert made.embedded.within(made.text.index("[a]")) == "cell 3, line 1"


# -- edits --------------------------------------------------------------------------------------------------------

LINE = st.text(st.sampled_from("abé\"\\'\t #=({漢😀"), max_size=8).map(lambda line: f"x = {line!r}")
CELL = st.lists(LINE, min_size=1, max_size=4).map("\n".join) | st.lists(LINE, min_size=1, max_size=3).map(
    lambda lines: "\n".join([*lines, ""])
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(CELL, min_size=1, max_size=4),
    st.sampled_from([None, 1, 2, "\t"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, (",", ":")]),
    st.data(),
)
def test_an_edit_changes_one_cell_and_leaves_every_other_byte(
    cells: list[str], indent: Any, plain: bool, lines: bool, separators: Any, data: st.DataObject
) -> None:
    made = notebook(*[code(cell, lines=lines) for cell in cells], {"cell_type": "markdown", "source": ["é\n", "b"]})
    text = json.dumps(made, indent=indent, ensure_ascii=not plain, separators=separators)
    source = program(text)
    number = data.draw(st.integers(0, len(cells) - 1))
    base = sum(len(cell) + (not cell.endswith("\n")) for cell in cells[:number])
    cell = cells[number]
    start = data.draw(st.integers(0, len(cell)))
    end = data.draw(st.integers(start, len(cell)))
    assume(start < len(cell) or not cell.endswith("\n"))  # there the next cell begins
    new = data.draw(st.sampled_from(["", "y", "é", "a\nb", "import os\n", '"\\"', "\n", "a\n\nb\n"]))
    edit = Edit(path="a.ipynb", span=Span(base + start, base + end), replacement=new, digest="", root=0)
    file, filed = on_disk(source, [edit])
    assert file.text == text
    changed = splice(file.text, filed)
    after = json.loads(changed)
    written = cell[:start] + new + cell[end:]
    found = after["cells"][number]["source"]
    assert "".join(found) == written
    if lines:
        assert [line for line in found if line] == written.splitlines(keepends=True)
    made["cells"][number]["source"] = found
    assert after == made
    same = next((n for n, pair in enumerate(zip(text, changed, strict=False)) if pair[0] != pair[1]), len(text))
    assert same >= filed[0].span.start or text[:same] == changed[:same]
    assert changed.endswith(text[filed[0].span.end :])
    assert changed.startswith(text[: filed[0].span.start])
    if "\\u" in text and not plain:
        assert changed.isascii()


# -- the whole tool -----------------------------------------------------------------------------------------------


def test_requests_are_found_rewritten_and_placed(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("BASE = 'https://api.hubapi.com'\n")
    path = tmp_path / "a.ipynb"
    cells = [
        code("import os, requests\nfrom helper import BASE\n"),
        code("%%bash\ncurl 'https://api.hubapi.com/owners/v2/owners?hapikey=$HAPIKEY'\n"),
        code(
            "KEY = os.environ['HAPIKEY']\nrequests.get(BASE + '/deals/v1/deal/paged', params={'hapikey': KEY, 'é': 1})"
        ),
    ]
    path.write_text(json.dumps(notebook(*cells), indent=1))
    report = scan(tmp_path)
    call = next(call for call in report["calls"] if call["context"] == "program")
    assert (call["method"], call["endpoint"], call["auth"]) == ("GET", "/deals/v1/deal/paged", ["api_key"])
    text = path.read_text()
    assert "requests.get" in text.splitlines()[call["line"] - 1]
    assert call["cell"] == "cell 3, line 2"
    finding = next(one for one in report["findings"] if one["kind"] == "key_in_params")
    assert finding["cell"] == "cell 3, line 2"
    assert any(one["endpoint"] == "/owners/v2/owners" and one["context"] == "recorded" for one in report["calls"])
    command = [sys.executable, "-m", "migrator", "migrate", str(tmp_path), "--isolated", "--write", "--unsafe"]
    subprocess.run(command, capture_output=True, check=False)
    after = path.read_text()
    assert json.loads(after)
    old, new = text.splitlines(), after.splitlines()
    assert [n for n, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]] == [
        n for n, line in enumerate(old) if "hapikey" in line
    ]
    assert "params={'\\u00e9': 1}" in after


def test_a_key_in_an_output_is_found(tmp_path: Path) -> None:
    shown = {"output_type": "stream", "name": "stdout", "text": [f"https://api.hubapi.com/a?hapikey={KEY}\n"]}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook(code("print(1)", [shown])), indent=1))
    report = scan(tmp_path)
    assert [one["cell"] for one in report["findings"] if one["kind"] == "hardcoded_key"] == ["output of cell 1, line 1"]
    assert KEY not in json.dumps(report)


def test_checkpoints_are_left_out_and_counted(tmp_path: Path) -> None:
    text = json.dumps(notebook(code(f"x = 'https://api.hubapi.com/a?hapikey={KEY}'")))
    folder = tmp_path / ".ipynb_checkpoints"
    folder.mkdir()
    (folder / "a-checkpoint.ipynb").write_text(text)
    (tmp_path / "b.py").write_text("hapikey = 1\n")
    report = scan(tmp_path)
    assert not [one for one in report["findings"] if "checkpoint" in one["path"]]
    assert any("ipynb_checkpoints" in json.dumps(one) for one in report["skipped"])


def test_a_note_stands_above_its_line_in_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    loop = "for n in range(3):\n    url = build(n)\n    requests.get(url + '?hapikey=' + key)\n"
    told = f"import requests\nkey = input()\n{loop}"
    path.write_text(json.dumps(notebook(code("# hubspot\n"), code(told)), indent=1))
    command = [sys.executable, "-m", "migrator", "migrate", str(tmp_path), "--isolated", "--write", "--annotate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = json.loads(path.read_text())["cells"][1]["source"]
    notes = [number for number, line in enumerate(lines) if line.lstrip().startswith("#")]
    assert notes, done.stdout + done.stderr
    assert "".join(line for number, line in enumerate(lines) if number not in notes) == told
    assert all(line.endswith("\n") for line in lines)


def test_a_notebook_from_standard_input_comes_back_as_one() -> None:
    sent = "requests.get('https://api.hubapi.com/deals/v1/deal/paged', params={'hapikey': key})"
    told = f"import requests\nkey = input()\n{sent}"
    text = json.dumps(notebook(code(told)), indent=1)
    command = [sys.executable, "-m", "migrator", "migrate", "-", "--stdin-filename", "a.ipynb", "--write", "--unsafe"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert "".join(json.loads(done.stdout)["cells"][0]["source"]).endswith("Bearer {key}'})")
    assert done.stdout.splitlines()[:3] == text.splitlines()[:3]


SENT = "fetch(`https://api.hubapi.com/owners/v2/owners?hapikey=${process.env.HUBSPOT_API_KEY}`)"
MOVED = SENT.replace(
    "?hapikey=${process.env.HUBSPOT_API_KEY}`",
    "`, { headers: { Authorization: `Bearer ${process.env.HUBSPOT_API_KEY}` } }",
)


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_a_notebook_in_javascript_is_read_and_rewritten_as_such(tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.ipynb"
    cells = [code("const limit = 5;\n"), code(f"const found = await {SENT};\nconsole.log(found.status)")]
    path.write_text(json.dumps(notebook(*cells, language=language), indent=1))
    report = scan(tmp_path)
    (call,) = report["calls"]
    assert (call["client"], call["endpoint"], call["cell"]) == ("fetch", "/owners/v2/owners", "cell 2, line 1")
    command = [sys.executable, "-m", "migrator", "migrate", str(tmp_path), "--isolated", "--write"]
    subprocess.run(command, capture_output=True, check=False)
    (first, second) = json.loads(path.read_text())["cells"]
    assert first == cells[0]
    assert "".join(second["source"]) == f"const found = await {MOVED};\nconsole.log(found.status)"


def test_what_cells_gave_makes_no_notebook_too_large(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 1_000_000}}
    table = {"output_type": "stream", "name": "stdout", "text": ["| 1 | 2 |\n"] * 100_000}
    shown = {"output_type": "stream", "name": "stdout", "text": [f"GET /a?hapikey={KEY}\n", "iVBORw0KGgo" * 100_000]}
    told = "import requests\nrequests.get('https://api.hubapi.com/owners/v2/owners', params={'hapikey': input()})\n"
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(notebook(code("x = 1", [picture, table]), code(told, [shown])), indent=1))
    assert path.stat().st_size > 12_000_000
    report = scan(tmp_path)
    assert report["skipped"] == []
    assert [one["endpoint"] for one in report["calls"]] == ["/owners/v2/owners"]
    found = {one["kind"]: one["cell"] for one in report["findings"]}
    assert (found["hardcoded_key"], found["key_in_params"]) == ("output of cell 2, line 1", "cell 2, line 2")
    before = path.read_text()
    command = [sys.executable, "-m", "migrator", "migrate", str(tmp_path), "--isolated", "--write"]
    subprocess.run(command, capture_output=True, check=False)
    old, new = before.split("\n"), path.read_text().split("\n")
    assert [line for line, other in zip(old, new, strict=True) if line != other] == [
        line for line in old if "params" in line
    ]


def test_a_notebook_whose_own_cells_are_too_large_is_skipped(tmp_path: Path) -> None:
    long = "# hapikey\n" + "x = 1\n" * 900_000
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook(code(long))))
    assert [one["path"] for one in scan(tmp_path)["skipped"]] == ["a.ipynb"]


@pytest.mark.parametrize(
    ("taken", "used", "open_"),
    [
        ("from toolbox import hubspot", "hubspot.connect(TOKEN).deals.get(5)", True),
        ("import vendor.hubspot_api as crm", "crm.Client(TOKEN).owners()", True),
        ("from toolbox import hubspot", "print(1)", False),
        ("from toolbox.hubspot import HubspotError", "print(HubspotError('a'))", False),
        ("from local_hubspot import connect", "connect()", False),
        ("from toolbox import stripe", "stripe.connect(TOKEN)", False),
        ("from hubspot import HubSpot", "HubSpot(access_token=TOKEN).crm.deals.basic_api.get_page()", False),
    ],
)
def test_a_library_for_hubspot_that_nobody_knows_is_asked_about(
    tmp_path: Path, taken: str, used: str, open_: bool
) -> None:
    (tmp_path / "local_hubspot.py").write_text("def connect():\n    return 1\n")
    (tmp_path / "a.ipynb").write_text(
        json.dumps(notebook(code(f"{taken}\n"), code(f"TOKEN = input()\n{used}\n")), indent=1)
    )
    report = scan(tmp_path)
    assert [one["cell"] for one in report["gaps"]] == (["cell 2, line 2"] if open_ else [])
    assert report["summary"]["complete"] is not open_

"""Inputs that `tests/bench/fuzz.py` found to break the tool, each made small."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.carriers import reading
from migrator.carriers.notebooks import opened
from migrator.catalog.vocabulary import vocabulary
from migrator.discover.patterns import ignore_spec, is_pattern
from migrator.model.text import Source
from migrator.pipeline import scan
from migrator.settings import Settings


@pytest.mark.parametrize("line", ["[z-a]", "x[b-a]y", "[!9-0]"])
def test_a_range_that_runs_backwards_chooses_nothing(line: str) -> None:
    assert not is_pattern(line)
    spec = ignore_spec([line, "*.py"])
    assert spec.match_file("a.py")
    assert not spec.match_file("z")


@pytest.mark.parametrize("written", ["\\u", "\\uZ", "a\\u12"])
def test_an_escape_that_is_none_stands_for_itself(written: str) -> None:
    notebook = '{"cells": [{"cell_type": "code", "source": ["key = 1 # ' + written + '"]}], "nbformat": 4}'
    opened(Source(path="a.ipynb", text=notebook), vocabulary().needles)
    found = reading.read(Source(path="conf/a.json", text='{"hapikey": "' + written + '"}'), vocabulary())
    assert found is not None


@pytest.mark.parametrize("word", ["hapikey==", "hapikey==|cat"])
def test_a_parameter_without_a_value_is_left_to_a_person(word: str, tmp_path: Path) -> None:
    text = f'#!/bin/sh\nhttp GET "https://api.hubapi.com/deals/v1/pipelines" {word}\n'
    (tmp_path / "a.sh").write_text(text)
    report = scan(Settings(paths=(str(tmp_path),)))
    assert report.findings
    assert all(not change.edits for change in report.changes)


@pytest.mark.parametrize("name", ["a.js", "a.tsx"])
def test_a_line_on_which_a_grammar_never_ends_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("`'hapikey='+[v)n????.{ ")
    report = scan(Settings(paths=(str(tmp_path),)))
    assert [gap.path for gap in report.gaps] == [name]
    assert not report.scopes.complete

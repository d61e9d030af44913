"""Evaluates small projects given as text: no discovery, no catalog of endpoints, no rewriting."""

from __future__ import annotations

from collections.abc import Mapping

from migrator.catalog.vocabulary import vocabulary
from migrator.languages.python.language import PYTHON
from migrator.languages.python.library import PythonLibrary, is_test
from migrator.model.call import ApiCall
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.resolve.evaluate import Evaluator


def calls_of(files: Mapping[str, str]) -> list[ApiCall]:
    """Returns the requests that a project can make, every file being relevant."""
    words = vocabulary()

    def load(path: str) -> Unit | None:
        return PYTHON.lower(Source(path=path, text=files[path]), words) if path in files else None

    modules = [path for path in files if path.endswith(PYTHON.suffixes)]
    evaluator = Evaluator(modules, load, library=PythonLibrary(), vocabulary=words, is_test=is_test)
    evaluator.add(modules)
    return list(evaluator.result().calls)

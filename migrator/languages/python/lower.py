"""Python source to lowered form."""

from __future__ import annotations

import warnings

from migrator.languages.python.cursor import Walk
from migrator.languages.python.depth import TOO_DEEP, reject
from migrator.languages.python.expressions import EXPRESSIONS
from migrator.languages.python.statements import statements
from migrator.languages.python.syntax import syntax
from migrator.languages.shared.secrets import secrets_of
from migrator.model.stack import on_deep_stack
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a Python file in lowered form. Raises `UnparsableError` with the line, never anything else."""
    return on_deep_stack(lambda: _lower(source, vocabulary))


def _lower(source: Source, vocabulary: Vocabulary) -> Unit:
    walk = Walk(source.text, secrets_of(vocabulary), EXPRESSIONS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the running Python says of the source is not for the user
            nodes, walk.read = syntax(source, walk)
            body = statements(walk, nodes)
    except (RecursionError, MemoryError):
        reject(source, walk.here(), "the code nests too deeply to be analysed", TOO_DEEP)
    except LookupError:
        advice = "Exclude the file, or check its requests by hand."
        reject(source, walk.here(), "the parser and this tool do not agree on the file's tokens", advice)
    return Unit(
        path=source.path,
        module=module_name(source.path),
        language="python",
        digest=source.digest,
        body=body,
        faithful=walk.complete(),
    )


def module_name(path: str) -> str:
    """Returns the dotted name a file is imported by, as far as its path tells."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0] or file
    parts = [part for part in folder.split("/") if part not in ("", ".", "..")]
    return ".".join(parts if stem == "__init__" else [*parts, stem])

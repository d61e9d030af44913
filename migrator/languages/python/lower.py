"""Python source to lowered form."""

from __future__ import annotations

from migrator.errors import UnparsableError
from migrator.languages.python.expressions import Walk
from migrator.languages.python.literals import secrets_of
from migrator.languages.python.parse import on_deep_stack, parse
from migrator.languages.python.statements import statements
from migrator.model.text import Source
from migrator.model.unit import Unit
from migrator.model.vocabulary import Vocabulary


def lower(source: Source, vocabulary: Vocabulary) -> Unit:
    """Returns a Python file in lowered form. Raises `UnparsableError` with the line, never anything else."""
    try:
        return on_deep_stack(lambda: _lower(source, vocabulary))
    except (RecursionError, MemoryError, IndexError):
        raise UnparsableError("the code nests too deeply", where=source.path) from None


def _lower(source: Source, vocabulary: Vocabulary) -> Unit:
    module = parse(source.text)
    walk = Walk(source.text, secrets_of(vocabulary))
    body = statements(walk, module.body)
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
    name = path.rpartition(".")[0] if "." in path.rpartition("/")[2] else path
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if parts and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)

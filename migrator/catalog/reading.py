"""Strict reading of rule files: every value knows the file and line it came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from migrator.catalog.backtracking import backtracks
from migrator.catalog.store import Folder
from migrator.errors import RulesError, nearest

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One value of a rule file with its place in it."""

    node: yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode
    file: str

    @property
    def line(self) -> int:
        """The 1-based line the value starts on."""
        return int(self.node.start_mark.line) + 1

    @property
    def where(self) -> str:
        """The file and line, as errors print them."""
        return f"{self.file}:{self.line}"

    def error(self, what: str, advice: str = "") -> RulesError:
        """Returns an error about this value, for the caller to raise."""
        return RulesError(what, where=self.where, advice=advice)

    def text(self) -> str:
        """Returns a scalar as it is written, whatever YAML would make of it. Raises `RulesError` on anything else."""
        if self.node.id != "scalar":
            raise self.error(f"expected text, found a {self.node.id}")
        return str(self.node.value)

    def flag(self) -> bool:
        """Returns a ``true`` or ``false``. Raises `RulesError` on anything else."""
        return self.choice(("true", "false")) == "true"

    def number(self) -> int:
        """Returns a whole number. Raises `RulesError` on anything else."""
        text = self.text()
        if not text.lstrip("-").isdecimal():
            raise self.error(f"expected a whole number, found {text!r}")
        return int(text)

    def choice(self, known: Collection[str]) -> str:
        """Returns a scalar that is one of the known words. Raises `RulesError` with the nearest word on any other."""
        text = self.text()
        if text not in known:
            raise self.error(f"unknown value {text!r}", nearest(text, known))
        return text

    def pattern(self) -> str:
        """Returns the text of a regular expression. Raises `RulesError` on any other text, and on one that can hang."""
        try:
            re.compile(self.text())
        except re.error as error:
            raise self.error(f"not a regular expression: {error}") from error
        if backtracks(self.text()):
            advice = "Let each round of the outer repetition begin or end with a character of its own."
            raise self.error("this expression can take for ever: it repeats what repeats", advice)
        return self.text()

    def items(self) -> list[RuleValue]:
        """Returns the items of a list. Raises `RulesError` on anything else."""
        if self.node.id != "sequence":
            raise self.error(f"expected a list, found a {self.node.id}")
        return [RuleValue(item, self.file) for item in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """Returns a list of texts; one text alone counts as a list of one. Raises `RulesError` on anything else."""
        if self.node.id == "scalar":
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def pairs(self) -> Iterator[tuple[RuleValue, RuleValue]]:
        """Yields the keys and values of a mapping with free keys. Raises `RulesError` on a repeated key."""
        if self.node.id != "mapping":
            raise self.error(f"expected a mapping, found a {self.node.id}")
        seen: dict[str, RuleValue] = {}
        for key_node, value_node in self.node.value:
            key = RuleValue(key_node, self.file)
            first = seen.setdefault(key.text(), key)
            if first is not key:
                raise key.error(f"key {key.text()!r} is repeated", f"It stands on line {first.line} too.")
            yield key, RuleValue(value_node, self.file)

    def pairs_of(self, name: str) -> list[tuple[str, RuleValue]]:
        """Returns the keys and values under a key of a mapping, none without it. Raises `RulesError` like `pairs`."""
        under = next((item for key, item in self.pairs() if key.text() == name), None)
        return [(key.text(), item) for key, item in under.pairs()] if under else []

    def fields(self, known: Collection[str], required: Collection[str] = ()) -> dict[str, RuleValue]:
        """Returns the values of a mapping with fixed keys.

        Raises `RulesError` on an unknown key, with the nearest known one, and on a required key that is absent.
        """
        found: dict[str, RuleValue] = {}
        for key, item in self.pairs():
            if key.text() not in known:
                raise key.error(f"unknown key {key.text()!r}", nearest(key.text(), known))
            found[key.text()] = item
        missing = [name for name in required if name not in found]
        if missing:
            raise self.error(f"missing key {missing[0]!r}", f"Add {missing[0]}: to this entry.")
        return found


def read_from(folder: Folder, file: str) -> RuleValue | None:
    """Returns the content of a file of a rules folder, None when there is none. Raises `RulesError` as `read` does."""
    return read(folder.path / file, folder.label(file)) if (folder.path / file).exists() else None


def read(path: Path, name: str = "") -> RuleValue:
    """Returns the content of a rule file; ``name`` is what errors call it.

    Raises `RulesError` when the file cannot be read, is not YAML, or is empty.
    """
    label = name or path.as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RulesError(f"cannot read the rule file ({error.strerror})", where=label) from error
    except UnicodeDecodeError as error:
        raise RulesError("the rule file is not UTF-8", where=label, advice="Save it as UTF-8.") from error
    return parse(text, label)


def parse(text: str, name: str) -> RuleValue:
    """Returns the content of a rule file given as text. Raises `RulesError` when it is not YAML or empty."""
    import yaml  # only a run that has to compile rules pays for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulesError(f"not valid YAML: {error.problem}", where=f"{name}:{line}") from error
    except yaml.YAMLError as error:
        raise RulesError("not valid YAML", where=name) from error
    if node is None:
        raise RulesError("the rule file is empty", where=name, advice="Add an entry or remove the file.")
    return RuleValue(cast("yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode", node), name)


def yaml_document(text: str) -> Any:
    """Returns the first document of a scanned project's YAML as plain data; None when it is none or builds objects."""
    import yaml

    try:
        return next(iter(yaml.safe_load_all(text)), None)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None

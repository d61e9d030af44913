"""The words by which credentials and hosts are known, as ``rules/credentials.yaml`` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator.catalog.schema import SURE as SURE
from migrator.catalog.store import Folder, compiled, folders
from migrator.model.vocabulary import SecretPattern, Vocabulary

if TYPE_CHECKING:
    from migrator.catalog.reading import RuleValue

FILE = "credentials.yaml"
_NOTES = ("why", "source", "sure")


def vocabulary(overlays: Sequence[Path] = ()) -> Vocabulary:
    """Returns the vocabulary of the shipped rules and the user's own.

    Raises `RulesError` when a rule file is wrong.
    """
    layers = [compiled("vocabulary", folder, (FILE,), compile_vocabulary) for folder in folders(overlays)]
    merged = {name: [item for layer in layers for item in layer.get(name, [])] for name in _SECTIONS}
    return Vocabulary(
        needles=tuple(dict.fromkeys(word for word, _ in merged["needles"])),
        key_words=tuple(dict.fromkeys(word for word, accounts in merged["needles"] if accounts)),
        key_parameters=frozenset(merged["key"]),
        token_parameters=frozenset(merged["token"]),
        key_headers=frozenset(merged["header"]),
        hosts=tuple(dict.fromkeys(merged["hosts"])),
        pages=frozenset(merged["pages"]),
        secrets=tuple(SecretPattern(kind=kind, regex=regex, holds=holds) for kind, regex, holds in merged["secrets"]),
        placeholders=tuple(dict.fromkeys(merged["placeholders"])),
        paths=tuple(dict.fromkeys(merged["paths"])),
        names=tuple(dict.fromkeys(merged["names"])),
        addresses=tuple(dict.fromkeys(merged["addresses"])),
        settings=tuple(dict.fromkeys(merged["settings"])),
        masks=tuple(dict.fromkeys(merged["masks"])),
    )


_SECTIONS = (
    *("needles", "key", "token", "header", "hosts", "pages", "secrets", "placeholders"),
    *("names", "addresses", "settings", "paths", "masks"),
)


def compile_vocabulary(folder: Folder) -> Mapping[str, Any]:
    """Returns ``credentials.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    from migrator.catalog.reading import read

    path = folder.path / FILE
    if not path.exists():
        return {}
    fields = read(path, folder.label(FILE)).fields(("parameters", *_SECTIONS))
    parameters = fields["parameters"].fields(("key", "token", "header")) if "parameters" in fields else {}
    data: dict[str, Any] = {name: _names(entry, "name") for name, entry in parameters.items()}
    data["needles"] = [_needle(item) for item in fields["needles"].items()] if "needles" in fields else []
    for section in ("hosts", "pages"):
        data[section] = _names(fields[section], "name") if section in fields else []
    for section in ("names", "addresses", "settings", "paths", "masks"):
        data[section] = (
            [_noted(item, "regex")["regex"].pattern() for item in fields[section].items()] if section in fields else []
        )
    data["secrets"] = [_secret(item) for item in fields["secrets"].items()] if "secrets" in fields else []
    data["placeholders"] = (
        [item.pattern() for item in fields["placeholders"].items()] if "placeholders" in fields else []
    )
    return data


def _names(entry: RuleValue, key: str) -> list[str]:
    return [_noted(item, key)[key].text().lower() for item in entry.items()]


def _needle(item: RuleValue) -> tuple[str, bool]:
    fields = item.fields(("word", "accounts", "why"), ("word", "why"))
    return fields["word"].text().lower(), "accounts" in fields and fields["accounts"].flag()


def _secret(item: RuleValue) -> tuple[str, str, str]:
    fields = _noted(item, "kind", "regex", optional=("holds",))
    pattern = fields["regex"].pattern()
    if "(?P<secret>" not in pattern:
        raise fields["regex"].error("the pattern has no group named 'secret'", "Write (?P<secret>...) around it.")
    return fields["kind"].text(), pattern, fields["holds"].text().lower() if "holds" in fields else ""


def _noted(item: RuleValue, *keys: str, optional: tuple[str, ...] = ()) -> dict[str, RuleValue]:
    fields = item.fields((*keys, *optional, *_NOTES), (*keys, "source", "sure"))
    fields["sure"].choice(SURE)
    return fields

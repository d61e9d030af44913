"""The words by which credentials and hosts are known, as ``rules/credentials.yaml`` has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from migrator.catalog.reading import RuleValue, read_from
from migrator.catalog.schema import SURE as SURE
from migrator.catalog.store import Folder, layers
from migrator.model.vocabulary import SecretPattern, Vocabulary

FILE = "credentials.yaml"
_NOTES = ("why", "source", "sure")


def vocabulary(overlays: Sequence[Path] = ()) -> Vocabulary:
    """Returns the vocabulary of the shipped rules and the user's own.

    Raises `RulesError` when a rule file is wrong.
    """
    found = layers("vocabulary", overlays, (FILE,), compile_vocabulary)
    merged = {name: [item for layer in found for item in layer.get(name, ())] for name in _READERS}
    plain = ("hosts", "placeholders", "paths", "names", "addresses", "settings", "masks")
    return Vocabulary(
        needles=tuple(dict.fromkeys(word for word, _ in merged["needles"])),
        key_words=tuple(dict.fromkeys(word for word, accounts in merged["needles"] if accounts)),
        key_parameters=frozenset(merged["key"]),
        token_parameters=frozenset(merged["token"]),
        key_headers=frozenset(merged["header"]),
        pages=frozenset(merged["pages"]),
        secrets=tuple(SecretPattern(kind=kind, regex=regex, holds=holds) for kind, regex, holds in merged["secrets"]),
        **{name: tuple(dict.fromkeys(merged[name])) for name in plain},
    )


def compile_vocabulary(folder: Folder) -> Mapping[str, Any]:
    """Returns ``credentials.yaml`` of a rules folder as plain data. Raises `RulesError` when it is wrong."""
    top = read_from(folder, FILE)
    fields = top.fields(("parameters", *_READERS)) if top else {}
    parameters = fields.pop("parameters", None)
    sections = {**fields, **(parameters.fields(("key", "token", "header")) if parameters else {})}
    return {name: [_READERS[name](item) for item in entry.items()] for name, entry in sections.items()}


def _name(item: RuleValue) -> str:
    return _noted(item, "name")["name"].text().lower()


def _regex(item: RuleValue) -> str:
    return _noted(item, "regex")["regex"].pattern()


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


_READERS: Mapping[str, Callable[[RuleValue], Any]] = {
    "needles": _needle,
    "secrets": _secret,
    "placeholders": RuleValue.pattern,
    **dict.fromkeys(("key", "token", "header", "hosts", "pages"), _name),
    **dict.fromkeys(("names", "addresses", "settings", "paths", "masks"), _regex),
}
"""How the entries of each section are read."""

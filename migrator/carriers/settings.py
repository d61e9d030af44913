"""Names with their values, known by the structure of a file, and which of them are credentials."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import PurePosixPath

from migrator.carriers import tree
from migrator.carriers.shell import Word, commands
from migrator.carriers.texts import HOLE, defaults, is_passed
from migrator.carriers.tree import Mapping, Node, Pair, Scalar, Visit, dotted, walk
from migrator.carriers.view import View
from migrator.catalog.commands import naming
from migrator.model.text import Span
from migrator.model.vocabulary import SHAPELESS, Vocabulary
from migrator.model.written import Giving, Setting, WrittenSecret

_NAMES = ("name", "key", "option_name", "optionname", "parameterkey", "variable", "id", "option", "field")
_VALUES = ("value", "parametervalue", "default", "content", "currentvalue", "initialvalue", "text")
_ASSIGNED = re.compile(r"^(?P<name>[A-Za-z_][\w.-]*)=(?!=)(?P<value>.*)$", re.DOTALL)
_ALONE = re.compile(r"^[A-Z][A-Z0-9_]{3,}$")
_LISTED = re.compile(r"(?:^|[\s\"'])[A-Z][A-Z0-9_]{2,}=")
_ENDS = re.compile(r"(?i)(?:key|token)$")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}$")
SIGNS = frozenset({"=", ":=", "::=", "?=", "+="})
"""What stands between a name and the value that it is given."""
_NAMED = re.compile(r"(?:\$(?:env:)?)?[A-Za-z_]\w*$")
_SETTERS = frozenset({"set", "setx", "setenv"})
_GIVING = frozenset({"arg", "env", "export", "declare", "typeset", "local", "readonly"})
_HANDS_ON = frozenset({"-e", "--env", "--build-arg"})
"""Options that give a container a variable by its name alone."""
_SIBLING = re.compile(r"[\w/-]{2,60}(?::[\w.-]+)?")
_ADDRESS = re.compile(r"\s*https?://([^/:?#\s]+)")
_GROUPING = re.compile(
    r"(?:config|configuration|connection|credentials?|settings|options|auth\w*|params|values|(?:string)?data)(?:\[\d*\])?"
)
_SERVICE = re.compile(r"(?i)(?:[\w-]+/)*(?:source|tap|destination|target|connector)?[-_]?hub[-_]?spot(?::[\w.-]+)?")
_SEPARATOR = re.compile(r"[:/\\\[\]]+|__")


@dataclass(frozen=True, slots=True)
class SettingPlace:
    """Where settings stand: the path of the file, and the words by which a key's name is known."""

    path: str
    words: Vocabulary

    def setting(
        self, path: str, name: View, value: View | None, *, near: Sequence[str] = (), passed: bool = False
    ) -> Setting:
        """Returns a name with its value; *near* are texts beside it that can say whose key it is."""
        label = name.text.strip()
        paths = (f"{_stem(self.path)}.{path}", *(f"{one}.{label}" for one in near if not self.words.is_key_path(one)))
        keyed = any(self.words.is_key_path(_SEPARATOR.sub(".", one)) for one in paths)
        keyed = keyed or (value is not None and self._is_row(label, value.text.strip(), near))
        keyed = keyed and not (value is not None and _ADDRESS.match(value.text))
        return Setting(
            path=path,
            name=label,
            name_at=name.whole,
            value=value.text if value is not None else None,
            at=value.whole if value is not None else name.whole,
            giving=Giving.PASSED if passed else self._giving(value.text if value is not None else None),
            keyed=keyed,
        )

    def _is_row(self, label: str, value: str, near: Sequence[str]) -> bool:
        """Whether a row of a table says of HubSpot, in a cell of its own, what has the name and the shape of a key.

        A name that says it itself is known by its path.
        """
        ours = any(_SERVICE.fullmatch(one) for one in near) and not self.words.is_telling(label)
        return ours and bool(self.words.shape(value)) and self.words.is_secret_name(label)

    def _giving(self, value: str | None) -> Giving:
        if value is None:
            return Giving.PASSED
        text = value.strip()
        if is_passed(text):
            return Giving.PASSED
        if not text or HOLE.fullmatch(text) or any(re.fullmatch(p, text) for p in self.words.placeholders):
            return Giving.SAMPLE
        return Giving.VALUE


@lru_cache(maxsize=16)
def _stem(path: str) -> str:
    """Returns the name of a file, and of its folder where that is one word, as the beginning of a dotted path.

    A longer name is that of a whole project, in which a key can be anybody's.
    """
    parts = PurePosixPath(path)
    folder = [name for name in parts.parent.parts[-1:] if name.isalpha()]
    return ".".join([*folder, parts.name.partition(".")[0] or parts.suffix.strip(".")])


def beside_address(settings: Sequence[Setting], words: Vocabulary) -> Iterator[Setting]:
    """Yields the settings, a key or token of no name keyed where HubSpot's is the only address beside it."""
    hosts: dict[str, set[str]] = {}
    for one in settings:
        address = _ADDRESS.match(one.value or "")
        if address is not None:
            hosts.setdefault(_above(one), set()).add(address[1])
    for one in settings:
        beside = hosts.get(_above(one), set())
        ours = beside and all(words.is_own_host(host) or host in words.pages for host in beside)
        if not one.keyed and ours and not _ADDRESS.match(one.value or ""):
            yield replace(one, keyed=words.is_key_path(f"hubspot.{one.name}"))
        else:
            yield one


def _above(one: Setting) -> str:
    return one.path.removesuffix(one.name)


def in_tree(node: Node, place: SettingPlace) -> Iterator[Setting]:
    """Yields every name and value of a structured file."""
    for visit in walk(node):
        match visit.node:
            case Mapping() as mapping:
                yield from _pairs(mapping, visit, place)
                yield from _following(mapping, visit.path, place)
                named = _named(mapping)
                for entry in mapping.entries:
                    if _is_block(entry.value):
                        yield from _declared(entry, visit.path, place)
                    elif isinstance(entry.value, Scalar) and _refers(visit.path):
                        where = dotted(visit.path, entry.value.text)
                        yield place.setting(where, entry.value.view, entry.value.view, passed=True)
                    elif isinstance(entry.value, Scalar) and entry.value not in named:
                        near = [*_near(mapping, entry.key), *_around(visit)]
                        path = dotted(visit.path, entry.key.text)
                        yield place.setting(path, entry.key.view, entry.value.view, near=near)
                        yield from _assignments(entry.value, path, place)
            case tree.Sequence(items=items):
                for item in items:
                    if isinstance(item, Scalar):
                        yield from in_word(item.view, visit.path, place, alone=True)
                        if not _ASSIGNED.match(item.text):
                            yield from _assignments(item, visit.path, place)
            case Scalar() as scalar:
                yield from in_defaults(scalar.view, visit.path, place)


def named_before(node: Node, words: Vocabulary) -> Iterator[tuple[Scalar, Scalar]]:
    """Yields a key's name that is a text of its own, and what looks like a key right behind it: cells of a sheet."""
    values = [visit.node for visit in walk(node) if isinstance(visit.node, Scalar)]
    for name, value in pairwise(values):
        if name.text.strip().lower() in words.key_parameters and words.shape(value.text.strip()):
            yield name, value


def _near(mapping: Mapping, key: Scalar | None) -> list[str]:
    """Returns the single words beside an entry: one of them can say whose key it is."""
    beside = (one.value.text for one in mapping.entries if isinstance(one.value, Scalar) and one.key is not key)
    return list(islice(filter(_SIBLING.fullmatch, beside), 12))


def _around(visit: Visit) -> Iterator[str]:
    """Yields what service a mapping is about that only groups what the one around it, or its metadata, names."""
    parts = visit.path.lower().split(".")
    for above in reversed(visit.above):
        if not parts or not _GROUPING.fullmatch(parts.pop()):
            return
        yield from (one for one in _near(above, None) if _SERVICE.fullmatch(one))
        described = above.get("metadata")
        if isinstance(described, Mapping):
            yield described.text("name")


def _named(mapping: Mapping) -> tuple[Node, ...]:
    """Returns the two texts of a mapping that is a name and its value: they are one setting, not two."""
    texts = _texts(mapping)
    names = [texts[one] for one in _NAMES if one in texts]
    values = [texts[one] for one in _VALUES if one in texts]
    return (names[0], values[0]) if names and values else ()


def _texts(mapping: Mapping) -> dict[str, Node]:
    """Returns what a mapping holds by name, with what XML writes as ``<p name="Argument.value">…</p>``."""
    texts = {entry.key.text.lower(): entry.value for entry in mapping.entries}
    for entry in mapping.entries:
        inner = {one.key.text: one.value for one in entry.value.entries} if isinstance(entry.value, Mapping) else {}
        name = inner.get("name")
        if isinstance(name, Scalar) and "text" in inner:
            texts.setdefault(name.text.rpartition(".")[2].lower(), inner["text"])
    return texts


def _refers(path: str) -> bool:
    """Whether a mapping says where a value is kept, by the name of a store and of a key in it."""
    return path.lower().endswith(("keyref", "secretref"))


def _is_block(node: Node) -> bool:
    """Whether a node is what its key declares, or the one value that a parameter has in a list."""
    if isinstance(node, Mapping):
        return not any(entry.key.text.lower() in _VALUES for entry in node.entries)
    return isinstance(node, tree.Sequence) and len(node.items) == 1


def _declared(entry: Pair, path: str, place: SettingPlace) -> Iterator[Setting]:
    """Yields the setting that a block declares which is called like a key and holds no value."""
    found = place.setting(dotted(path, entry.key.text), entry.key.view, None, passed=True)
    if found.keyed and _ENDS.search(entry.key.text):
        yield found


def _pairs(mapping: Mapping, visit: Visit, place: SettingPlace) -> Iterator[Setting]:
    """Yields the setting that a mapping of a name and a value is."""
    texts = _texts(mapping)
    name = next((texts[one] for one in _NAMES if isinstance(texts.get(one), Scalar)), None)
    if not isinstance(name, Scalar) or not name.text or len(name.text) > 200 or not name.view.known:
        return
    value = next((texts[one] for one in _VALUES if isinstance(texts.get(one), Scalar)), None)
    path = dotted(visit.path, name.text)
    if isinstance(value, Scalar):
        yield place.setting(path, name.view, value.view)
    elif "valuefrom" in texts or _ALONE.match(name.text):
        yield place.setting(path, name.view, None, passed=True)


def _following(mapping: Mapping, path: str, place: SettingPlace) -> Iterator[Setting]:
    """Yields the settings of a property list, in which a key stands before its value."""
    for entry, after in pairwise(mapping.entries):
        if entry.key.text == "key" and isinstance(entry.value, Scalar) and isinstance(after.value, Scalar):
            yield place.setting(dotted(path, entry.value.text), entry.value.view, after.value.view)


def _assignments(value: Scalar, path: str, place: SettingPlace) -> Iterator[Setting]:
    """Yields the settings of a value that is a list of words ``NAME=value``, as of an environment."""
    listed = _LISTED.search(value.text) is not None
    for command in commands(value.view) if listed or place.words.named(value.text) else ():
        said = [word.text for word in command.words]
        if (listed or naming(said)) and not any("://" in one for one in said):
            yield from in_words(command.words, path, place)


def in_word(view: View, path: str, place: SettingPlace, *, alone: bool = False) -> Iterator[Setting]:
    """Yields the setting that a word ``NAME=value`` is; with *alone*, also a name without a value."""
    found = _ASSIGNED.match(view.text)
    if found is not None:
        yield from _assigned(view, found, path, place)
    elif alone and _ALONE.match(view.text):
        yield place.setting(dotted(path, view.text), view, None)


def _assigned(view: View, found: re.Match[str], path: str, place: SettingPlace) -> Iterator[Setting]:
    value = view.cut(*found.span("value"))
    yield place.setting(dotted(path, found["name"]), view.cut(*found.span("name")), value)
    yield from in_defaults(value, path, place)


def in_words(words: Sequence[Word], path: str, place: SettingPlace) -> Iterator[Setting]:
    """Yields the settings among the words of a command, options such as ``--from-literal=NAME=value`` included."""
    if len(words) >= 4 and words[2].text in SIGNS and words[0].text.lower() in _GIVING:
        words = words[1:]
    if len(words) >= 3 and words[1].text in SIGNS and _NAMED.match(words[0].text):
        name = words[0].view
        start = len(words[0].text) - len(words[0].text.lstrip("$").removeprefix("env:"))
        yield place.setting(dotted(path, name.text[start:]), name.cut(start, len(name.text)), words[2].view)
        return
    if len(words) >= 3 and words[0].text in _SETTERS and "=" not in words[-2].text:
        yield place.setting(dotted(path, words[-2].text), words[-2].view, words[-1].view)
        return
    if named := naming([one.text for one in words]):
        name, value = words[named[0]].view, None if named[1] is None else words[named[1]].view
        start = name.text.rfind("/") + 1
        yield place.setting(dotted(path, name.text[start:]), name.cut(start, len(name.text)), value)
        return
    gives = bool(words) and words[0].text.lower() in _GIVING
    if gives and len(words) == 3 and _ALONE.match(words[1].text):  # as Dockerfiles had it first: ENV NAME value
        yield place.setting(dotted(path, words[1].text), words[1].view, words[2].view)
        return
    for before, word in zip(("", *(one.text for one in words)), words, strict=False):
        start = 0
        if word.text.startswith("-") and "=" in word.text:
            start = word.text.index("=") + 1
        yield from in_word(word.view.cut(start, len(word.text)), path, place, alone=gives or before in _HANDS_ON)
        if not _ASSIGNED.match(word.text):
            yield from in_defaults(word.view, path, place)


def in_defaults(view: View, path: str, place: SettingPlace) -> Iterator[Setting]:
    """Yields the settings that variables with a default are."""
    if "${" in view.text:
        for name, default in defaults(view):
            at = view.text.index(name)
            yield place.setting(dotted(path, name), view.cut(at, at + len(name)), default)


def secrets(settings: Sequence[Setting], words: Vocabulary) -> Iterator[WrittenSecret]:
    """Yields the credentials among the values of settings, also those in base64."""
    for one in settings:
        if not one.keyed or one.value is None or one.giving is not Giving.VALUE:
            continue
        text = one.value.strip()
        kind = words.shape(text)
        if kind:
            yield WrittenSecret(at=one.at, kind=kind, text=text)
        elif (inner := _decoded(text)) and (kind := words.shape(inner)):
            yield WrittenSecret(at=one.at, kind=kind, text=inner)


def _decoded(text: str) -> str:
    if not _BASE64.match(text):
        return ""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=False).decode("ascii").strip()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def in_text(scalar: Scalar, source: str, words: Vocabulary) -> Iterator[WrittenSecret]:
    """Yields the credentials in a text that stand in the file otherwise than they read, also in base64."""
    at = scalar.view.whole
    inner = _decoded(scalar.text.strip())
    for kind, start, end in words.credentials(inner):
        if kind != SHAPELESS or words.named(inner):
            yield WrittenSecret(at=at, kind=kind, text=inner[start:end])
    if source[at.start : at.end] == scalar.text:
        return
    for kind, start, end in words.credentials(scalar.text):
        if kind == SHAPELESS:
            continue
        yield WrittenSecret(at=Span(*scalar.view.span(start, end)), kind=kind, text=scalar.text[start:end])

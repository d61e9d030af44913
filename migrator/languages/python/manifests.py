"""The files in which Python projects name their packages: where each requirement stands, still as it is written."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from migrator.model.text import Span


@dataclass(frozen=True, slots=True)
class Found:
    """One requirement: PEP 508 text, or a ``name`` whose version constraint ``text`` is, in some ``dialect``."""

    text: str
    span: Span
    name: str = ""
    dialect: str = ""
    version_span: Span | None = None
    locked: bool = False
    alone: bool = False


_TAKING = frozenset(
    {"-r", "-c", "-i", "-f", "-t", "-e", "--requirement", "--constraint", "--index-url", "--find-links"}
)
_TAKING |= {"--extra-index-url", "--target", "--trusted-host", "--prefix", "--editable", "--cache-dir"}
"""Options of pip that the next word belongs to."""


def requirements_txt(text: str) -> Iterator[Found]:
    """Yields the requirements of a pip requirements file; options, comments and hashes are left out."""
    joined = re.sub(r"\\\r?\n", lambda match: " " * len(match[0]), text)
    for match in re.finditer(r"^[ \t]*(?:(?:-e|--editable)[ =]\s*)?(?P<body>[^\s#-][^\n]*)", joined, re.MULTILINE):
        body = re.split(r"\s#|\s--", match["body"], maxsplit=1)[0].rstrip()
        yield _placed(body, match.start("body"))


def pyproject(text: str) -> Iterator[Found]:
    """Yields what ``pyproject.toml`` asks for, in the tables of PEP 621 and 735, Poetry, uv, PDM and Hatch."""
    data = toml(text)
    tools = table(data, "tool")
    lists = [
        table(data, "project").get("dependencies"),
        *table(data, "project", "optional-dependencies").values(),
        *table(data, "dependency-groups").values(),
        table(tools, "uv").get("dev-dependencies"),
        *table(tools, "pdm", "dev-dependencies").values(),
        *[item for env in table(tools, "hatch", "envs").values() if isinstance(env, dict) for item in env.values()],
    ]
    yield from _texts(text, [item for items in lists if isinstance(items, list) for item in items])
    poetry = table(tools, "poetry")
    groups = [table(poetry, "dependencies"), table(poetry, "dev-dependencies")]
    groups += [table(group, "dependencies") for group in table(poetry, "group").values()]
    yield from _named(text, groups, "poetry")


def pipfile(text: str) -> Iterator[Found]:
    """Yields what a ``Pipfile`` asks for."""
    data = toml(text)
    yield from _named(text, [table(data, "packages"), table(data, "dev-packages")], "pipenv")


def pipfile_lock(text: str) -> Iterator[Found]:
    """Yields what a ``Pipfile.lock`` fixes."""
    try:
        data = json.loads(text)
    except ValueError:
        return
    for section in ("default", "develop"):
        for name, item in table(data, section).items():
            place = re.search(rf'"{re.escape(name)}"\s*:', text)
            version = item.get("version", "") if isinstance(item, dict) else ""
            span = Span(place.start(), place.end()) if place else Span(0, 0)
            yield Found(str(version), span, name=name, dialect="lock", locked=True)


def toml_lock(text: str) -> Iterator[Found]:
    """Yields what a lock file of Poetry, uv or PDM fixes; each package is a table with a name and a version."""
    pattern = r"""^\[\[package\]\]\r?\nname = "(?P<name>[^"]+)"\r?\nversion = "(?P<version>[^"]+)\""""
    for match in re.finditer(pattern, text, re.MULTILINE):
        version = Span(*match.span("version"))
        span = Span(match.start("name"), version.end)
        yield Found(match["version"], span, name=match["name"], dialect="lock", version_span=version, locked=True)


def setup_cfg(text: str) -> Iterator[Found]:
    """Yields what ``setup.cfg`` asks for to run, to test and for its extras."""
    section = key = ""
    for match in re.finditer(r"^[^\n]*", text, re.MULTILINE):
        line = match[0].rstrip()
        if header := re.match(r"\[([^\]]+)\]", line):
            section, key = header[1].strip(), ""
            continue
        own = re.match(r"([\w.-]+)\s*[=:]\s*", line)
        key = own[1] if own else key
        wanted = section == "options.extras_require" or (
            section == "options" and key in ("install_requires", "tests_require", "setup_requires")
        )
        body = line[own.end() :] if own else line
        if wanted and body.strip() and not body.lstrip().startswith("#"):
            start = match.start() + len(line) - len(body.lstrip())
            yield _placed(re.split(r"\s#", body.strip())[0], start)


def setup_py(text: str) -> Iterator[Found]:
    """Yields the requirements that ``setup.py`` gives to ``setup`` as literals, also by a name bound to them."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    bound = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("install_requires", "tests_require", "extras_require"):
            value = bound.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            for item in _literals(value):
                line = text[starts[item.lineno - 1] :]
                column = len(line.encode()[: item.col_offset].decode("utf-8", "ignore"))
                at = text.find(str(item.value), starts[item.lineno - 1] + column)
                yield _placed(str(item.value), at)


def environment(text: str) -> Iterator[Found]:
    """Yields what a conda environment file asks for, of conda and of pip."""
    section = re.search(r"^dependencies:[^\n]*\n(?:(?:[ \t#-][^\n]*)?\r?\n|[ \t#-][^\n]*$)*", text, re.MULTILINE)
    if section is None:
        return
    pip_indent: int | None = None
    items = re.compile(r"^(?P<indent>[ \t]*)-[ \t]+(?P<item>[^\n]*)", re.MULTILINE)
    for match in items.finditer(text, *section.span()):
        indent, item = len(match["indent"]), re.split(r"\s#", match["item"])[0].strip()
        if item.rstrip() == "pip:":
            pip_indent = indent
            continue
        item = item.strip("'\"")
        at = text.find(item, match.start("item"))
        if pip_indent is not None and indent > pip_indent:
            yield _placed(item, at)
            continue
        pip_indent = None
        if conda := re.match(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)\s*(?P<version>[=<>!~][^\s]*)?$", item):
            version, place = conda["version"] or "", Span(at + conda.start("version"), at + conda.end("version"))
            yield Found(
                re.sub(r"^(={1,2}[^=,]+)=.*", r"\1", version),  # conda's third part names a build
                Span(at, at + len(item)),
                name=conda["name"],
                dialect="conda",
                version_span=place if version else None,
            )


_SCRIPT = re.compile(r"^# /// script[ \t]*\r?\n(?P<content>(?:#(?: [^\n]*|\r)?\n)+?)# ///[ \t]*\r?$", re.MULTILINE)
"""The metadata of a script, as https://peps.python.org/pep-0723/ has it."""


def script(text: str) -> Iterator[Found]:
    """Yields what the metadata of a script asks for; it holds for the script alone."""
    block = _SCRIPT.search(text)
    if block is None:
        return
    asked = toml(re.sub(r"(?m)^# ?", "", block["content"])).get("dependencies")
    inner = " " * block.start("content") + block["content"]
    for found in _texts(inner, asked if isinstance(asked, list) else []):
        yield replace(found, alone=True)


def notebook(text: str) -> Iterator[Found]:
    """Yields what the ``pip install`` commands of a notebook ask for; it holds for the notebook alone."""
    yield from (replace(found, alone=True) for found in pinned_installs(text))


def pinned_installs(text: str) -> Iterator[Found]:
    """Yields the requirements with a version of the ``pip install`` commands of a script or a job."""
    yield from (found for found in installs(text) if re.search(r"[=<>~]", found.text))


def installs(text: str) -> Iterator[Found]:
    """Yields what the ``pip install`` commands of a text ask for."""
    text = re.sub(r"(?m)(?:^|(?<=\s))#(?! [!%])[^\n]*", lambda match: " " * len(match[0]), text)
    for command in re.finditer(r"\bpip[\d.]*\s+install\b(?P<rest>(?:[^\n&|;#\\]|\\\r?\n)*)", text):
        taken = False
        for word in re.finditer(r"[^\s\\]+", command["rest"]):
            if word[0].startswith("-"):
                taken = word[0] in _TAKING
            elif taken:
                taken = False
            else:
                bare = word[0].strip("'\"")
                yield _placed(bare, command.start("rest") + word.start() + word[0].find(bare))


def tox(text: str) -> Iterator[Found]:
    """Yields what the environments of ``tox.ini`` ask for, those for some versions of Python included."""
    for section in re.finditer(r"^deps[ \t]*=(?P<deps>[^\n]*(?:\n[ \t]+[^\n]*)*)", text, re.MULTILINE):
        for line in re.finditer(
            r"^[ \t]*(?:[\w{},!-]+:[ \t]+)?(?P<body>[A-Za-z][^\n#]*)", section["deps"], re.MULTILINE
        ):
            body = line["body"].rstrip()
            yield _placed(body, section.start("deps") + line.start("body"))


def _placed(text: str, at: int) -> Found:
    return Found(text, Span(at, at + len(text)) if at >= 0 else Span(0, 0))


def toml(text: str) -> dict[str, Any]:
    """Returns what a TOML text holds, nothing where it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def table(data: Any, *keys: str) -> dict[str, Any]:
    """Returns the table under some keys, one below the other; an empty one where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _texts(text: str, items: Iterable[Any]) -> Iterator[Found]:
    """Yields requirements given as TOML strings; one that is repeated is found at its next place."""
    after: dict[str, int] = {}
    for item in items:
        if not isinstance(item, str):
            continue
        at = text.find(item, after.get(item, 0))
        after[item] = at + len(item)
        yield _placed(item, at)


def _named(text: str, groups: Iterable[dict[str, Any]], dialect: str) -> Iterator[Found]:
    """Yields requirements given as TOML keys with a version, a table, or several tables as values."""
    after: dict[str, int] = {}
    for group in groups:
        for name, value in group.items():
            for item in value if isinstance(value, list) else [value]:
                version = item if isinstance(item, str) else table({"": item}, "").get("version", "")
                pattern = rf"""^[ \t]*["']?{re.escape(name)}["']?[ \t]*=[^\n]*"""
                match = re.compile(pattern, re.MULTILINE).search(text, after.get(name, 0))
                span = Span(match.start(), match.end()) if match else Span(0, 0)
                after[name] = span.end
                place = text.find(version, span.start, span.end) if version else -1
                at = Span(place, place + len(version)) if place >= 0 else None
                yield Found(str(version), span, name=name, dialect=dialect, version_span=at)


def _literals(node: ast.expr | None) -> Iterator[ast.Constant]:
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
            for item in items:
                yield from _literals(item)
        case ast.BinOp(left=left, right=right):
            yield from _literals(left)
            yield from _literals(right)
        case _:
            return

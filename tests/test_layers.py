"""The architecture, as far as it can be told from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "migrator"
LAYERS = (
    "model",
    "errors",
    "disk",
    "settings",
    "catalog",
    "discover",
    "evaluate",
    "languages",
    "carriers",
    "project",
    "scopes",
    "rewrite",
    "findings",
    "proving",
    "planning",
    "report",
    "pipeline",
    "explaining",
    "verification",
    "migration",
    "api",
    "agents",
    "cli",
)
AT_HOME = {
    "libcst": ("languages/python/rewriting/",),
    "tree_sitter": ("languages/syntax/",),
    "yaml": ("catalog/", "carriers/"),
    "jinja2": ("report/html.py",),
    "markupsafe": ("report/html.py",),
    "pygments": ("report/html.py",),
    "click": ("cli/",),
    "mcp": ("agents.py",),
    "pathspec": ("discover/",),
}
NETWORK = frozenset(
    {
        *(
            "socket",
            "socketserver",
            "ssl",
            "http",
            "urllib.request",
            "ftplib",
            "smtplib",
            "imaplib",
            "poplib",
            "xmlrpc",
        ),
        *("asyncio", "webbrowser", "requests", "httpx", "aiohttp", "urllib3", "pycurl"),
    }
)
LONGEST_MODULE = 400
LONGER = {
    "model/report.py": "one type for each object of the JSON report",
    "model/unit.py": "one type for each kind of node",
}
BROAD = frozenset({"Exception", "BaseException"})
CATCHING = frozenset({"errors.py", "model/stack.py"})  # the boundary, and what carries errors out of a thread
_FACTS = (
    re.compile(r"hubapi\.com|hubspot\.com", re.IGNORECASE),
    re.compile(
        r"\b(?:crm|cms|automation|conversations|settings|account-info|communication_preferences)\.[a-z_]+\.[a-z_.]+\b"
    ),
    re.compile(r"/(?:crm|contacts|companies|deals|engagements|forms|owners|webhooks|automation|cms|email)/v\d"),
    re.compile(r"pat-(?:na|eu|ap)"),
)
_SOURCES = re.compile(r"https://(?:developers|legacydocs|knowledge|community)\.hubspot\.com/\S+")

TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.ImportFrom():
                pytest.fail(f"relative import on line {node.lineno}")


def layer(name: str) -> str:
    return name.partition("/")[0].removesuffix(".py")


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yields the string literals that are not docstrings."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, documented))
    told = {id(one.value) for body in bodies for one in body if isinstance(one, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def test_every_module_has_a_layer() -> None:
    assert set(map(layer, TREES)) - {"__init__", "__main__"} <= set(LAYERS)


def test_modules_import_only_from_layers_on_their_left() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        if layer(name) in LAYERS
        for line, imported in imports(tree)
        if imported.startswith("migrator.") and imported != "migrator.__version__"
        if imported.split(".")[1] not in LAYERS[: LAYERS.index(layer(name)) + 1]
    ]
    assert wrong == []


ROOMS = frozenset(path.parent.name for path in (PACKAGE / "languages").glob("*/language.py"))
_SUFFIX = re.compile(r"""(?:^|[\w"'/*])\.(?:pyw?|ipynb|[mc]?[jt]sx?|rb|php|go|java|cs|gs)\b(?!\.\w)""")


def room(name: str) -> str:
    """Returns the folder of the language that a module belongs to, empty for a neutral one."""
    parts = name.split("/")
    return parts[1] if parts[0] == "languages" and len(parts) > 2 and parts[1] in ROOMS else ""


def test_only_a_language_knows_itself() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        for line, imported in imports(tree)
        if imported.startswith("migrator.languages.")
        if (parts := imported.split("."))[2] in ROOMS and parts[2] != room(name)
    ]
    assert wrong == []


def test_only_a_language_names_its_suffixes() -> None:
    wrong = [
        f"{name}:{line} says {text[:60]!r}"
        for name, tree in TREES.items()
        if not room(name) and name not in SUFFIXES
        for line, text in texts(tree)
        if _SUFFIX.search(text)
    ]
    assert wrong == []


SUFFIXES = {
    "discover/around.py": "what marks the top of a project, before any language is asked",
    "report/html.py": "the page's own script",
    "carriers/notebooks.py": "notebooks, whatever their language",
    "discover/files.py": "a folder called vendor is the project's own when it is a package",
}


def test_no_special_name_of_a_language_stands_in_the_evaluator() -> None:
    special = re.compile(r"__[a-z]+__")
    wrong = [
        f"{name}:{line} says {text!r}"
        for name, tree in TREES.items()
        if layer(name) == "evaluate"
        for line, text in texts(tree)
        if special.search(text)
    ]
    assert wrong == []


def test_a_class_name_is_used_once() -> None:
    """A name means one thing. Two languages may use the same one for the same part in each of them."""
    homes: dict[str, list[str]] = {}
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(name)
    twice = {
        name: found for name, found in homes.items() if len(found) > 1 and len({*map(room, found)} - {""}) < len(found)
    }
    assert twice == {}


def test_a_module_gives_each_name_once() -> None:
    """A constant of a test file that was given again ran eight tests on the text of other ones."""
    twice = []
    for path in sorted((*PACKAGE.rglob("*.py"), *Path(__file__).parent.rglob("*.py"))):
        given = [name for node in ast.parse(path.read_text(encoding="utf-8")).body for name in _given(node)]
        twice += [f"{path.name}: {name}" for name in sorted(set(given)) if given.count(name) > 1]
    assert not twice, twice


def _given(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_reports_are_rendered_from_the_model_alone() -> None:
    allowed = ("migrator.model", "migrator.errors", "migrator.report")
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        if layer(name) == "report"
        for line, imported in imports(tree)
        if imported.startswith("migrator.") and not imported.startswith(allowed)
    ]
    assert wrong == []


def test_evaluation_sees_no_rules_and_inference_no_source() -> None:
    apart = {"evaluate": ("migrator.catalog", "migrator.scopes"), "scopes": ("migrator.evaluate", "migrator.languages")}
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        for line, imported in imports(tree)
        if imported.startswith(apart.get(layer(name), ("-",)))
    ]
    assert wrong == []


def test_other_packages_are_imported_where_they_belong() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        for line, imported in imports(tree)
        if not name.startswith(AT_HOME.get(imported.partition(".")[0], ("",)))
    ]
    assert wrong == []


def test_nothing_can_reach_the_network() -> None:
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, tree in TREES.items()
        for line, imported in imports(tree)
        if any(imported == reach or imported.startswith(f"{reach}.") for reach in NETWORK)
    ]
    assert wrong == []


def test_what_is_known_of_hubspot_is_in_the_rules() -> None:
    wrong = [
        f"{name}:{line} says {match[0]!r}"
        for name, tree in TREES.items()
        for line, text in texts(tree)
        for pattern in _FACTS
        if (match := pattern.search(_SOURCES.sub("", text)))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "fact", ["https://api.hubapi.com", "crm.objects.contacts.read", "/contacts/v1/lists", "pat-na1"]
)
def test_a_fact_would_be_noticed(fact: str) -> None:
    assert any(pattern.search(fact) for pattern in _FACTS)


def test_modules_are_short_or_say_why_not() -> None:
    sizes = {name: len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) for name in TREES}
    assert {name for name, size in sizes.items() if size > LONGEST_MODULE} == set(LONGER)


def test_only_the_boundary_catches_what_it_does_not_know() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        if name not in CATCHING
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
        if not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    ]
    assert wrong == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(item, ast.Name) and item.id in BROAD for item in ast.walk(handler.type))

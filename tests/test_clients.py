"""Every client is complete: a source, models, and a page of the specification that shows it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from migrator.languages.python import clients
from migrator.languages.python.clients import hubspot_sdk

PAGES = "\n".join(page.read_text(encoding="utf-8") for page in sorted(Path(__file__).parent.glob("spec/*.md")))
NOT_CLIENTS = {"common"}  # what the models share
NAMES = [info.name for info in pkgutil.iter_modules(clients.__path__) if info.name not in NOT_CLIENTS]


def packages(module: ModuleType) -> set[str]:
    if module is hubspot_sdk:
        return set(hubspot_sdk.packages())
    names = [*module.MODELS, *getattr(module, "CONSTRUCTORS", {}), *getattr(module, "ALIASES", {})]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_a_client_names_its_source_and_is_specified(name: str) -> None:
    module = importlib.import_module(f"{clients.__name__}.{name}")
    assert re.search(r"https?://\S+", module.__doc__ or ""), "say where the library is documented"
    assert packages(module), "a client without a model is none"
    shown = [package for package in packages(module) if re.search(rf"^\s*(import|from) {package}\b", PAGES, re.M)]
    assert shown, f"no page of tests/spec imports {' or '.join(sorted(packages(module)))}"

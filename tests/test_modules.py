"""Which file an import means where a project has a package of a library's name."""

from __future__ import annotations

import pytest

from migrator.languages.python.modules import PythonModules
from migrator.languages.python.sdks import has_module

OWN = ("vendored/hubspot/__init__.py", "vendored/hubspot/crm/contacts.py", "vendored/hubspot/etl.py", "jobs/sync.py")


def test_a_copy_elsewhere_is_not_what_an_import_of_the_library_means() -> None:
    modules = PythonModules(OWN, lambda _: None, frozenset())
    assert modules.find("hubspot", "jobs/sync.py") is None
    assert modules.find("hubspot.crm.contacts", "jobs/sync.py") is None
    assert modules.find("hubspot", "vendored/run.py") == OWN[0]


def test_a_module_that_no_library_has_is_the_projects_own() -> None:
    modules = PythonModules(OWN, lambda _: None, frozenset())
    assert has_module("hubspot.crm.contacts")
    assert not has_module("hubspot.etl")
    assert modules.find("hubspot.etl", "jobs/sync.py") == OWN[2]


@pytest.mark.parametrize("folder", ["src", "lib", "python-lib"])
def test_a_package_in_a_folder_of_sources_is_the_projects_own(folder: str) -> None:
    own = f"{folder}/hubspot/__init__.py"
    assert PythonModules((own, "jobs/a.py"), lambda _: None, frozenset()).find("hubspot", "jobs/a.py") == own


@pytest.mark.parametrize("name", ["app.jobs", "top.app.jobs"])
def test_a_folder_that_is_a_package_itself_is_where_its_programs_start_too(name: str) -> None:
    paths = ("__init__.py", "app/__init__.py", "app/jobs.py", "app/run.py")
    modules = PythonModules(paths, lambda _: None, frozenset(), inside="top")
    assert modules.find(name, "app/run.py") == "app/jobs.py"

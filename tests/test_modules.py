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


PLUGIN = ("__init__.py", "hooks/__init__.py", "hooks/hub.py", "operators/sync.py")


@pytest.mark.parametrize("name", ["CrmPlugin.hooks.hub", "crm_plugin.hooks.hub"])
def test_a_package_that_is_the_checkout_may_be_called_anything_by_its_own_modules(name: str) -> None:
    assert PythonModules(PLUGIN, lambda _: None, frozenset()).find(name, "operators/sync.py") == "hooks/hub.py"


def test_a_package_is_known_to_itself_by_the_name_in_another_spelling() -> None:
    paths = tuple(f"plugins/crm_plugin/{path}" for path in PLUGIN)
    modules = PythonModules(paths, lambda _: None, frozenset())
    assert modules.find("CrmPlugin.hooks.hub", paths[3]) == paths[2]
    assert modules.find("OtherPlugin.hooks.hub", paths[3]) is None
    assert modules.find("CrmPlugin.hooks.hub", "dags/run.py") is None


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("CrmPlugin.hooks.hub", PLUGIN[1:]),  # the checkout is no package
        ("airflow.hooks.hub", PLUGIN),  # a library
        ("logging.hooks.hub", PLUGIN),  # of Python itself
        ("crm.hooks.hub", (*PLUGIN, "tools/crm.py")),  # something else is called so
        ("CrmPlugin.hooks.other", PLUGIN),
    ],
)
def test_another_name_is_not_the_package_where_it_may_mean_something_else(name: str, paths: tuple[str, ...]) -> None:
    assert PythonModules(paths, lambda _: None, frozenset({"airflow"})).find(name, "operators/sync.py") is None

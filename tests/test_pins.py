"""Requirements, wherever a Python project states them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.languages.python.packages import is_manifest, requirements
from migrator.model.requirement import specifiers


def read(path: str, text: str) -> list[tuple[str, str, str | None]]:
    return [(item.package, item.specifier, item.version) for item in requirements({path: text})]


REQUIREMENTS = """\
# a comment with hubspot3==9.9
-i https://example.com/simple
--extra-index-url https://example.com/simple
hubspot3==3.2.1
Hubspot_API.Client[all]>=5.0,<8 ; python_version > "3.6"  # why
plain
hapipy == 2.10.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
spread \\
    >=1.0
git+https://github.com/x/y.git@v1#egg=linked
direct @ https://example.com/direct-1.0.tar.gz
-e ./local
this is no requirement
"""


def test_a_requirements_file() -> None:
    assert read("requirements.txt", REQUIREMENTS) == [
        ("hubspot3", "==3.2.1", "3.2.1"),
        ("hubspot-api-client", "<8,>=5.0", None),
        ("plain", "", None),
        ("hapipy", "==2.10.0", "2.10.0"),
        ("spread", ">=1.0", None),
        ("linked", "", None),
        ("direct", "", None),
    ]


def test_spans_cover_the_requirement_and_its_version() -> None:
    for newline in ("\n", "\r\n"):
        text = REQUIREMENTS.replace("\n", newline)
        found = {item.package: item for item in requirements({"requirements.txt": text})}
        spans = {name: text[item.span.start : item.span.end] for name, item in found.items()}
        assert spans["hubspot3"] == "hubspot3==3.2.1"
        assert spans["hapipy"] == "hapipy == 2.10.0"
        versions = {
            name: text[item.version_span.start : item.version_span.end]
            for name, item in found.items()
            if item.version_span
        }
        assert versions["hubspot3"] == "==3.2.1"
        assert versions["hapipy"] == "== 2.10.0"
        assert versions["hubspot-api-client"] == ">=5.0,<8"
        assert "plain" not in versions
        assert "direct" not in versions


PYPROJECT = """\
[project]
name = "demo"
dependencies = ["hubspot3>=3", 'requests']
optional-dependencies = {crm = ["hapipy==2.10.0"]}
[dependency-groups]
dev = ["hapipy==2.10.0", {include-group = "x"}]
[tool.uv]
dev-dependencies = ["uvdev~=1.0"]
[tool.poetry.dependencies]
python = "^3.11"
hubspot-api-client = "^5.1.0"
pinned = "1.2.3"
small = "^0.2.3"
near = "~1.2"
free = "*"
either = "^1 || ^2"
far = {version = ">=1,<2", extras = ["x"]}
source = {git = "https://example.com/x.git"}
twice = [{version = "1.0", python = "<3.12"}, {version = "2.0", python = ">=3.12"}]
[tool.poetry.group.dev.dependencies]
grouped = "==4"
"""


def test_pyproject() -> None:
    assert sorted(read("services/a/pyproject.toml", PYPROJECT)) == sorted(
        [
            ("hubspot3", ">=3", None),
            ("requests", "", None),
            ("hapipy", "==2.10.0", "2.10.0"),
            ("hapipy", "==2.10.0", "2.10.0"),
            ("uvdev", "~=1.0", None),
            ("python", "<4,>=3.11", None),
            ("hubspot-api-client", "<6,>=5.1.0", None),
            ("pinned", "==1.2.3", "1.2.3"),
            ("small", "<0.3,>=0.2.3", None),
            ("near", "<1.3,>=1.2", None),
            ("free", "", None),
            ("either", "", None),
            ("far", "<2,>=1", None),
            ("source", "", None),
            ("twice", "==1.0", "1.0"),
            ("twice", "==2.0", "2.0"),
            ("grouped", "==4", "4"),
        ]
    )


def test_places_in_pyproject() -> None:
    found = requirements({"pyproject.toml": PYPROJECT}, ["hapipy", "hubspot-api-client", "far"])
    texts = [
        (PYPROJECT[item.span.start : item.span.end], item.version_span and PYPROJECT[slice(*item.version_span)])
        for item in found
    ]
    assert texts == [
        ("hapipy==2.10.0", "==2.10.0"),
        ("hapipy==2.10.0", "==2.10.0"),
        ('hubspot-api-client = "^5.1.0"', "^5.1.0"),
        ('far = {version = ">=1,<2", extras = ["x"]}', ">=1,<2"),
    ]
    assert len({item.span for item in found}) == 4


def test_pipfile_and_its_lock() -> None:
    pipfile = '[packages]\nhubspot3 = "==3.2.1"\nany = "*"\n[dev-packages]\nold = {version = "~=1.0"}\n'
    assert read("Pipfile", pipfile) == [("hubspot3", "==3.2.1", "3.2.1"), ("any", "", None), ("old", "~=1.0", None)]
    lock = json.dumps({"default": {"hubspot3": {"version": "==3.2.5"}, "git": {"ref": "x"}}, "develop": {}}, indent=1)
    found = requirements({"Pipfile.lock": lock})
    assert [(item.package, item.version, item.locked) for item in found] == [
        ("hubspot3", "3.2.5", True),
        ("git", None, True),
    ]


@pytest.mark.parametrize("name", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_lock_files(name: str) -> None:
    text = (
        'version = 1\n\n[[package]]\nname = "hubspot3"\nversion = "3.2.5"\n\n[[package]]\nname = "x"\nversion = "1"\n'
    )
    found = requirements({name: text}, ["HubSpot3"])
    assert [(item.package, item.version, item.locked) for item in found] == [("hubspot3", "3.2.5", True)]
    place = found[0].version_span
    assert place is not None
    assert text[slice(*place)] == "3.2.5"


def test_setup_cfg() -> None:
    text = """\
[metadata]
name = hubspot3
[options]
packages = find:
install_requires =
    hubspot-api-client>=4
    # a comment
    requests ; python_version < "3"
python_requires = >=3.6
[options.extras_require]
old = hapipy==2.10.0
"""
    assert read("setup.cfg", text) == [
        ("hubspot-api-client", ">=4", None),
        ("requests", "", None),
        ("hapipy", "==2.10.0", "2.10.0"),
    ]


def test_setup_py() -> None:
    text = """\
from setuptools import setup
REQUIRED = ["hubspot3>=3.0,<3.2.2"] + ['é', "hapipy == 2.10.0"]
setup(name="hubspot", install_requires=REQUIRED, extras_require={"crm": ("hubspot-api-client",)}, tests_require=load())
"""
    assert read("setup.py", text) == [
        ("hubspot3", "<3.2.2,>=3.0", None),
        ("hapipy", "==2.10.0", "2.10.0"),
        ("hubspot-api-client", "", None),
    ]
    found = requirements({"setup.py": text}, ["hapipy"])
    assert text[slice(*found[0].span)] == "hapipy == 2.10.0"
    assert requirements({"setup.py": "print 'python 2'\n"}) == ()


def test_conda_environment() -> None:
    text = """\
name: demo
channels:
  - conda-forge
dependencies:
  - python=3.11
  - conda-forge::hubspot3=3.2.1=py_0
  - exact==1.0
  - "bounded>=1,<2"
  - pip
  - pip:
    - hubspot-api-client==5.1.0  # why
    - -r more.txt
  - after=2.*
"""
    assert read("environment.yml", text) == [
        ("python", "==3.11.*", None),
        ("hubspot3", "==3.2.1.*", None),
        ("exact", "==1.0", "1.0"),
        ("bounded", "<2,>=1", None),
        ("pip", "", None),
        ("hubspot-api-client", "==5.1.0", "5.1.0"),
        ("after", "==2.*", None),
    ]


def test_what_a_container_installs() -> None:
    text = """\
FROM python:3.9
RUN pip install --no-cache-dir -r more.txt -i https://example.org/simple \\
        "hubspot-api-client==3.4.1" hubspot3 && pip check  # pip install later==1
RUN python -m pip install 'bounded>=1,<2'
"""
    assert read("deploy/Dockerfile.dev", text) == [
        ("hubspot-api-client", "==3.4.1", "3.4.1"),
        ("hubspot3", "", None),
        ("bounded", "<2,>=1", None),
    ]
    found = requirements({"Dockerfile": text}, ["hubspot-api-client"])
    assert text[slice(*found[0].version_span or (0, 0))] == "==3.4.1"


def test_what_tox_installs() -> None:
    text = (
        "[testenv]\ndeps =\n    -r x.txt\n    exact==1.0\n    py37,py38: hubspot3==3.2.40  # why\ncommands = pytest\n"
    )
    assert read("tox.ini", text) == [("exact", "==1.0", "1.0"), ("hubspot3", "==3.2.40", "3.2.40")]


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "a/requirements-dev.txt",
        "dev-requirements.txt",
        "requirements/base.txt",
        "constraints.txt",
        "requirements.in",
        "pyproject.toml",
        "setup.py",
        "x/environment.yaml",
        "tox.ini",
        "deploy/Dockerfile.dev",
    ],
)
def test_files_that_state_requirements(path: str) -> None:
    assert is_manifest(path)


@pytest.mark.parametrize(
    "path", ["readme.txt", "myrequirements.py", "requirements.md", "x/setup.py/y.py", "Pipfile.bak"]
)
def test_files_that_do_not(path: str) -> None:
    assert not is_manifest(path)
    assert requirements({path: "hubspot3==3.2.1\n"}) == ()


def test_included_files_are_read_whatever_they_are_called() -> None:
    files = {
        "requirements/prod.txt": "-r ../deps/base.list\n-r gone.txt\n",
        "deps/base.list": "-c ./limits\nhubspot3\n-r ../requirements/prod.txt\n",
        "deps/limits": "hubspot3<3.2.2\n",
        "deps/other": "hapipy\n",
    }
    assert [(item.path, item.specifier) for item in requirements(files)] == [
        ("deps/base.list", ""),
        ("deps/limits", "<3.2.2"),
    ]


def test_only_some_packages() -> None:
    assert [item.package for item in requirements({"requirements.txt": REQUIREMENTS}, ["hubspot.api_client"])] == [
        "hubspot-api-client"
    ]
    assert requirements({"requirements.txt": REQUIREMENTS}, ["absent"]) == ()


def test_the_nearest_project_decides_and_its_lock_before_it() -> None:
    found = requirements(
        {
            "requirements.txt": "hubspot3==3.0.1\n",
            "services/billing/requirements/base.txt": "hubspot3>=3.1\n",
            "services/mail/pyproject.toml": '[project]\ndependencies = ["hubspot3>=3"]\n',
            "services/mail/uv.lock": '[[package]]\nname = "hubspot3"\nversion = "3.2.5"\n',
            "services/none/requirements.txt": "requests\n",
        }
    )
    assert specifiers(found, ["hubspot3"], "services/billing/app.py") == (">=3.1",)
    assert specifiers(found, ["hubspot3"], "services/mail/app.py") == ("==3.2.5",)
    assert specifiers(found, ["hubspot3"], "services/none/app.py") == ("==3.0.1",)
    assert specifiers(found, ["hubspot3"], "app.py") == ("==3.0.1",)
    assert specifiers(found, ["hapipy"], "app.py") == ()
    assert specifiers(found[1:], ["hubspot3"], "elsewhere/app.py") == ("==3.2.5",)


NAMES = [
    "requirements.txt",
    "pyproject.toml",
    "Pipfile",
    "Pipfile.lock",
    "uv.lock",
    "setup.cfg",
    "setup.py",
    "environment.yml",
]


@given(st.sampled_from(NAMES), st.text(alphabet="abc=<>~^*.,;|[]{}()\"'#@:-\\ \t\r\n1.0é", max_size=120))
def test_no_file_breaks_the_reading(name: str, text: str) -> None:
    for item in requirements({name: text, "deps": text}):
        assert 0 <= item.span.start <= item.span.end <= len(text)


@given(st.text(max_size=60), st.sampled_from(["[packages]\n", "[tool.poetry.dependencies]\n"]))
def test_no_version_breaks_the_reading(version: str, table: str) -> None:
    name = "Pipfile" if table == "[packages]\n" else "pyproject.toml"
    found = requirements({name: f"{table}hubspot3 = {json.dumps(version)}\n"})
    assert all(item.package == "hubspot3" for item in found)


SCRIPT = """\
#!/usr/bin/env python
# /// script
# requires-python = ">=3.9"
# dependencies = [
#   "requests<3",
#   "hubspot-api-client==3.4.0",  # the last that we tried
# ]
# ///
import hubspot
"""


def test_the_metadata_of_a_script_holds_for_it_alone() -> None:
    files = {"a/job.py": SCRIPT, "a/other.py": "import hubspot\n", "a/requirements.txt": "hubspot-api-client==5.0\n"}
    found = requirements(files, ["hubspot-api-client"])
    own = next(item for item in found if item.path == "a/job.py")
    assert own.version_span is not None
    assert SCRIPT[own.version_span.start : own.version_span.end] == "==3.4.0"
    assert specifiers(found, ["hubspot-api-client"], "a/job.py") == ("==3.4.0",)
    assert specifiers(found, ["hubspot-api-client"], "a/other.py") == ("==5.0",)


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT.replace("# ///\n", ""),
        SCRIPT.replace("/// script", "/// pyproject"),
        SCRIPT.replace("]", ""),
        SCRIPT.replace("# dep", "dep"),
    ],
)
def test_what_is_no_metadata_asks_for_nothing(text: str) -> None:
    assert requirements({"job.py": text}) == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ipynb", "import os\n# !pip install -q hubspot3==3.2.1 pandas\n"),
        ("a.ipynb", "# %pip install 'hubspot3==3.2.1'\n"),
        ("deploy.sh", "python3 -m pip install hubspot3==3.2.1 && ./run\n"),
        (".github/workflows/ci.yml", "steps:\n- run: pip install hubspot3==3.2.1\n"),
        ("Makefile", "setup:\n\tpip install hubspot3==3.2.1\n"),
    ],
)
def test_what_a_file_installs(path: str, text: str) -> None:
    assert ("hubspot3", "==3.2.1", "3.2.1") in read(path, text)


def test_an_install_without_a_version_in_a_job_says_nothing() -> None:
    assert read("deploy.sh", "pip install hubspot3\n# pip install hubspot3==1.0\n") == []

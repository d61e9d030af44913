"""What a report shows of the sources: masked lines around what it speaks of, and where names that carry keys stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_sample import sample

from migrator.catalog.vocabulary import vocabulary
from migrator.findings.analysis import Analysis
from migrator.findings.cutover import cutover, purpose
from migrator.findings.excerpts import illustrate
from migrator.model.mask import Mask
from migrator.model.report import CredentialSource, Report
from migrator.model.text import Source
from migrator.project import Project

SECRET = "1a2b3c4d-1234-4abc-8def-00000000beef"  # noqa: S105 - made up


def study(files: dict[str, str], root: int = 0) -> Analysis:
    sources = {path: Source(path=path, text=text, root=root) for path, text in files.items()}
    project = Project(files={}, relevant=(), listings=(), vocabulary=vocabulary(), sources=sources)
    return Analysis(root=root, project=project, judged=(), others=(), limits=(), changes=(), mask=Mask(vocabulary()))


def about(*places: tuple[str, int, int]) -> Report:
    base = sample()
    found = tuple(replace(base.findings[0], path=path, line=line, end_line=end) for path, line, end in places)
    return replace(base, findings=found, calls=(), credentials=(), excerpts=(), gaps=())


def test_lines_around_findings_are_shown_once() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 41))
    made = illustrate(about(("a.py", 3, 3), ("a.py", 4, 4), ("a.py", 20, 90)), [study({"a.py": text})], name="x")
    assert [(item.line, item.text.split("\n")[0], item.text.count("\n") + 1) for item in made.excerpts] == [
        (2, "line 2", 4),
        (19, "line 19", 13),
    ]
    assert made.project == "x"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_positions_are(newline: str) -> None:
    text = newline.join(["a = 1", "b = '\x0c\u2028'", "c = 3", "d = 4"])
    (made,) = illustrate(about(("a.py", 4, 4)), [study({"a.py": text})], name="x").excerpts
    assert (made.line, made.text) == (3, "c = 3\nd = 4")


def test_no_secret_is_shown() -> None:
    text = f'import requests\nrequests.get("https://api.hubapi.com/contacts/v1/lists?hapikey={SECRET}")\n'
    (made,) = illustrate(about(("a.py", 2, 2)), [study({"a.py": text})], name="x").excerpts
    assert "hapikey=" in made.text
    assert SECRET not in made.text


def test_calls_bring_the_lines_of_their_evidence() -> None:
    base = sample()
    report = replace(about(), calls=(next(call for call in base.calls if call.id == "k-objects"),))
    files = {item.path: item.text for item in base.excerpts}
    made = illustrate(report, [study(files)], name="x").excerpts
    assert [(item.path, item.line) for item in made] == [
        ("crm/client.py", 8),
        ("crm/client.py", 19),
        ("jobs/sync.py", 15),
    ]


def test_texts_and_files_of_the_scopes_come_along() -> None:
    report = replace(sample(), guide=about().guide)
    made = illustrate(report, [], name="acme").guide
    assert made.scopes["crm.objects.contacts.read"].grants
    assert '"crm.objects.contacts.read"' in made.files["hubspot_api_key/src/app/app-hsmeta.json"]
    assert "acme" in made.files["hubspot_api_key/hsproject.json"]
    alone = illustrate(replace(report, credentials=()), [], name="acme").guide.files
    assert sorted(alone) == ["hsproject.json", "src/app/app-hsmeta.json"]


FILES = {
    ".env.example": "HUBSPOT_API_KEY=\n",
    ".github/workflows/nightly.yml": "env:\n  HUBSPOT_API_KEY: ${{ secrets.HUBSPOT_API_KEY }}\n",
    "charts/x/values.yaml": "env:\n  HUBSPOT_API_KEY: x\n",
    "README.md": "Set HUBSPOT_API_KEY.\n",
    "ops/quota.sh": "curl $HUBSPOT_API_KEY\n",
    "other.py": "MY_HUBSPOT_API_KEY = HUBSPOT_API_KEYS = 1\n",
}


def test_a_name_is_found_where_it_is_set_and_read() -> None:
    (made,) = cutover(sample(), [study(FILES)])
    assert (made.name, made.how, made.credentials) == ("HUBSPOT_API_KEY", "environment", ("c1",))
    assert [(place.kind, place.path, place.line) for place in made.set_at] == [
        ("env_file", ".env.example", 1),
        ("ci", ".github/workflows/nightly.yml", 2),
        ("helm", "charts/x/values.yaml", 2),
    ]
    assert [(place.path, place.line) for place in made.read_at] == [("crm/client.py", 8), ("ops/quota.sh", 1)]


def test_a_name_that_means_something_else_in_every_file_is_not_searched() -> None:
    base = sample()
    source = CredentialSource(how="setting", name="settings.key", path="crm/client.py", line=3)
    report = replace(base, credentials=(replace(base.credentials[0], sources=(source,)),))
    (made,) = cutover(report, [study({"a.py": "settings.key\n", ".env": "settings.key=1\n"})])
    assert made.set_at == ()
    assert [(place.path, place.line) for place in made.read_at] == [("crm/client.py", 3)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docker-compose.prod.yml", "compose"),
        ("deploy/compose.yaml", "compose"),
        ("Dockerfile", "container"),
        (".gitlab-ci.yml", "ci"),
        ("infra/main.tf", "terraform"),
        ("k8s/secret.yaml", "kubernetes"),
        ("app/.env.sample", "env_file"),
        ("prod.env", "env_file"),
        ("docs/setup.md", "prose"),
        ("settings.toml", "config"),
        ("Procfile", "process"),
        ("crm/environment.py", "code"),
        ("composer.py", "code"),
    ],
)
def test_a_path_tells_what_a_file_is_for(path: str, kind: str) -> None:
    assert purpose(path) == kind

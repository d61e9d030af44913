"""What kind of file a file is, by its path: which reader reads it, and what people call it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Form(StrEnum):
    """How a file is written."""

    JSON = "json"
    YAML = "yaml"
    TOML = "toml"
    HCL = "hcl"
    XML = "xml"
    LINES = "lines"
    SHELL = "shell"
    MAKE = "make"
    DOCUMENT = "document"
    HTTP = "http"
    SQL = "sql"
    TABLE = "table"


_COPIES = "sample|dist|example|template|tmpl"
_COPY = rf"(?:\.(?:{_COPIES}))?$"
_MADE = rf"(?:\.(?:{_COPIES}|liquid|j2|jinja2?|erb|gotmpl|mustache))?$"
"""What stands behind the suffix of a copy, and of a template that such a file is made of: pages are code then."""
_SUFFIXES: Mapping[Form, str] = {
    Form.JSON: "json|jsonc|json5|har|webmanifest|code-workspace|tfstate|arb|geojson",
    Form.YAML: "ya?ml|eyaml|raml|mock|cassette",
    Form.TOML: "toml",
    Form.HCL: "tf|tfvars|hcl|nomad",
    Form.XML: "xml|config|plist|csproj|fsproj|vbproj|props|targets|resx|jmx|iml",
    Form.LINES: "properties|ini|cfg|conf|cnf|service|timer|socket|desktop|settings|xcconfig|netrc|reg",
    Form.MAKE: "mk|mak|make",
    Form.SHELL: "sh|bash|zsh|ksh|fish|bats|ps1|psm1|psd1|bat|cmd|command|cron|crontab|dockerfile|containerfile",
    Form.HTTP: "http|rest",
    Form.SQL: "sql|ddl|dump",
    Form.TABLE: "csv|tsv|psv",
    Form.DOCUMENT: "md|mdx|markdown|rst|txt|text|adoc|asciidoc|org|wiki|textile|html?|xhtml|apib|log",
}
_OWN = "|".join(_SUFFIXES[form] for form in (Form.JSON, Form.YAML, Form.TOML, Form.XML, Form.SHELL, Form.TABLE))
"""Suffixes that say more than a name that begins with ``env``."""
_NAMES: tuple[tuple[Form, str], ...] = (
    (
        Form.LINES,
        rf"(?!.*\.(?:{_OWN})$)(?:\.?env(?:[._-].*)?|.*\.env(?:\.[\w-]+)?|.*env\.(?:sample|example|dist|template))",
    ),
    (Form.LINES, r"\.(?:npmrc|pypirc|pylintrc|flaskenv|editorconfig)"),
    (Form.JSON, r"\.babelrc|\.eslintrc|Pipfile\.lock|composer\.lock"),
    (Form.TOML, r"Pipfile|(?:poetry|uv|pdm|Cargo)\.lock"),
    (Form.MAKE, r"(?:GNU)?makefile.*"),
    (Form.SHELL, r"(?:Dockerfile|Containerfile|Procfile|Jenkinsfile).*|Justfile|\.justfile|Vagrantfile|crontab"),
    (Form.SHELL, r"\.(?:bashrc|zshrc|profile|bash_profile|envrc)"),
    (Form.DOCUMENT, r"(?:README|CHANGELOG|LICENSE|NOTICE|PKG-INFO|METADATA|HISTORY|TODO|CONTRIBUTING)[^.]*"),
)
_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    *((form, re.compile(rf"(?:^|/)(?:{name})$", re.IGNORECASE)) for form, name in _NAMES),
    *(
        (form, re.compile(rf"\.(?:{suffix}){_COPY if form in (Form.DOCUMENT, Form.XML) else _MADE}", re.IGNORECASE))
        for form, suffix in _SUFFIXES.items()
    ),
    (Form.YAML, re.compile(r"(?<!template)\.tpl$", re.IGNORECASE)),
    (Form.SHELL, re.compile(r"(?:^|/)cron(?:\.d|\.daily|\.hourly|tabs)?/[^/.]+$")),
)
_SHEBANG = re.compile(r"#![^\n]*\b(?:ba|z|k|da|fi)?sh\b|#![^\n]*\bpwsh\b")
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (family, re.compile(pattern))
    for family, pattern in (
        (
            "ci",
            r"\.github/(workflows|actions)/|(^|/)action\.ya?ml$|\.gitlab-ci|\.gitlab/|\.circleci/|\.travis\.yml|azure-pipelines|"
            r"bitbucket-pipelines|[Jj]enkinsfile|\.drone\.ya?ml|buildspec[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|\.buildkite/|appveyor\.yml",
        ),
        ("compose", r"(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)stack[^/]*\.ya?ml$"),
        ("container", r"(^|/)(Dockerfile|Containerfile)[^/]*$|\.(dockerfile|containerfile)$"),
        ("helm", r"(^|/)charts?/|(^|/)values[^/]*\.ya?ml$|(^|/)templates/[^/]*\.(ya?ml|tpl)$"),
        ("kubernetes", r"(^|/)(k8s|kubernetes|manifests|kustomize|overlays)/"),
        ("terraform", r"\.(tf|tfvars|hcl)$"),
        ("serverless", r"(^|/)serverless[^/]*\.ya?ml$"),
        ("env_file", r"(^|/)\.?env([._-][^/]*)?$|\.env(\.[^/]*)?$|\.envrc$|\.flaskenv$"),
        ("process", r"(^|/)Procfile[^/]*$|(^|/)(app|fly|render|vercel|netlify)\.(json|toml|ya?ml)$"),
        ("service", r"\.(service|timer)$"),
        ("schedule", r"(^|/)crontab$|\.cron(tab)?$|(^|/)cron(\.d|\.daily|\.hourly|tabs)?/"),
        ("editor", r"(^|/)(\.vscode/)?(launch|tasks|settings)\.json$|\.code-workspace$|(^|/)\.idea/"),
        ("prose", r"\.(md|mdx|markdown|rst|txt|adoc|html?|org|wiki)$"),
        ("prose", r"(^|/)(README|CHANGELOG|LICENSE|PKG-INFO|METADATA)[^/]*$"),
    )
)
_OF_FORM: Mapping[Form, str] = {
    **dict.fromkeys((Form.SHELL, Form.MAKE), "script"), **dict.fromkeys((Form.SQL, Form.TABLE), "data"),
    Form.DOCUMENT: "prose", Form.HTTP: "collection",
}  # fmt: skip
"""What files are called by how they are written where nothing else tells; all others are configuration."""
_RECORDED = re.compile(
    r"(^|/)(cassettes?|recordings?|vcr\w*|__snapshots__|polly\w*|nock\w*|mocks?|wiremock)/|\.har$", re.IGNORECASE
)
_SAMPLE = re.compile(r"(^|[._/-])(sample|example|dist|template|tmpl|defaults?)([._/-]|$)|\.(tpl|tmpl|in)$", re.I)


def form(path: str, head: str = "") -> Form | None:
    """Returns how a file is written, by its path or its first line (*head*), None for a program and anything else."""
    found = next((form for form, pattern in _FORMS if pattern.search(path)), None)
    if found is None and _SHEBANG.match(head):
        return Form.SHELL
    return found


def family(path: str, written: Form | None) -> str:
    """Returns what people call such a file."""
    named = next((family for family, pattern in _FAMILIES if pattern.search(path)), "")
    return named or (_OF_FORM.get(written, "config") if written is not None else "config")


def is_recorded(path: str) -> bool:
    """Returns whether a file lies where recordings of requests lie."""
    return _RECORDED.search(path) is not None


def is_sample(path: str) -> bool:
    """Returns whether a file is a sample for people to copy."""
    return _SAMPLE.search(path) is not None

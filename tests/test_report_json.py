"""The JSON report: what is written is read back, and nothing else is taken for a report."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
from report_sample import hostile, many, sample

import migrator.report
from migrator.errors import MigratorError
from migrator.model.report import Report, Summary
from migrator.report import json as format_json
from migrator.report import render

SCHEMA = json.loads((Path(migrator.report.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EMPTY = Report(
    **{field.name: () for field in fields(Report) if field.default is MISSING and field.default_factory is MISSING}
    | {
        "schema_version": 1,
        "tool": sample().tool,
        "roots": (".",),
        "summary": Summary(files_scanned=3, files_analysed=0, findings=0, calls=0, complete=True),
        "occurrences": replace(sample().occurrences, total=0, in_call=0, finding=0, gap=0, suppressed=0),
        "scopes": replace(sample().scopes, complete=True, required=(), optional=(), possible=(), unresolved=()),
    }
)


@pytest.mark.parametrize("report", [sample(), hostile(), many(20), EMPTY], ids=["sample", "hostile", "many", "empty"])
def test_what_is_written_is_valid_and_read_back(report: Report) -> None:
    text = format_json.render([report])
    VALIDATOR.validate(json.loads(text))
    assert format_json.load(text, where="a.json") == (report,)
    assert text.isascii()
    assert text.endswith("}\n")


def test_several_reports_are_a_list() -> None:
    reports = (sample(), EMPTY)
    assert format_json.load(format_json.render(reports), where="a.json") == reports


def test_items_name_their_root_where_there_are_several() -> None:
    one, two = (
        json.loads(format_json.render([sample()])),
        json.loads(format_json.render([replace(sample(), roots=("a", "b"))])),
    )
    assert "root" not in one["findings"][0]
    assert two["findings"][0]["root"] == 0
    assert two["calls"][0]["via"][0]["root"] == 0
    VALIDATOR.validate(two)


def test_unset_optional_keys_are_left_out() -> None:
    assert {"project", "date", "guide", "cutover", "excerpts"}.isdisjoint(json.loads(format_json.render([EMPTY])))


def changed(**keys: Any) -> str:
    return json.dumps(json.loads(format_json.render([sample()])) | keys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "holds no report"),
        ("null", "no schema_version"),
        ('{"a": 1}', "no schema_version"),
        (changed(schema_version=2), "schema_version is 2, this version reads 1"),
        (changed(tool={}), r"\$\.tool\.name must be present"),
        (changed(findings={}), r"\$\.findings must be a list"),
        (changed(findings=[{"colour": 1}]), r"\$\.findings\[0\]\.colour must be absent"),
        (changed(date=20261121), r"\$\.date must be text"),
        (changed(summary=[]), r"\$\.summary must be an object"),
        (changed(roots=[1]), r"\$\.roots\[0\] must be text"),
        (changed(occurrences={"total": True}), r"\$\.occurrences"),
        (changed(guide={"scopes": []}), r"\$\.guide\.scopes must be an object"),
        (
            changed().replace('"severity": "error"', '"severity": "fatal"', 1),
            r"severity must be one of error, warning, note",
        ),
        (changed().replace('"span": [', '"span": [1, ', 1), r"span must be a list of 2"),
        (changed().replace('"total": 14', '"total": true', 1), r"occurrences\.total must be a whole number"),
    ],
)
def test_anything_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(MigratorError, match=said) as caught:
        format_json.load(text, where="other.json")
    assert caught.value.where == "other.json"
    assert caught.value.advice


def objects(kind: type, seen: dict[str, type]) -> dict[str, type]:
    seen[kind.__name__] = kind
    for hint in get_type_hints(kind).values():
        for part in parts(hint):
            if is_dataclass(part) and part.__name__ not in seen:
                objects(part, seen)
    return seen


def parts(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint):
        yield from parts(inner)


def described(schema: dict[str, Any]) -> dict[frozenset[str], dict[str, Any]]:
    return {frozenset(item["properties"]): item for item in (schema, *schema["$defs"].values())}


def test_the_schema_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    known = described(SCHEMA)
    for name, kind in objects(Report, {}).items():
        keys = {item.name for item in dataclasses.fields(kind)}
        assert frozenset(keys) in known, f"{name} and its schema have different keys"
        schema = known[frozenset(keys)]
        always = {i.name for i in fields(kind) if i.default is MISSING and i.default_factory is MISSING}
        assert set(schema["required"]) == always, name
        assert schema["additionalProperties"] is False
        assert all(item["description"] for item in schema["properties"].values())


def test_the_schema_knows_the_kinds_of_the_rules() -> None:
    from migrator.catalog.findings import finding_rules

    assert set(SCHEMA["$defs"]["finding"]["properties"]["kind"]["enum"]) == set(finding_rules())


@pytest.mark.parametrize("name", migrator.report.formats())
def test_an_empty_report_renders(name: str) -> None:
    assert render(name, [EMPTY]) or name in ("concise", "github")
    assert render(name, [EMPTY, sample()])


def test_text_of_an_empty_report() -> None:
    assert render("text", [EMPTY]) == "Nothing to do: 3 files scanned, no HubSpot key found.\n"

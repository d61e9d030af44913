"""The table of endpoints and the rule files: builds the one from the other, and checks that they agree.

``python -m tools.table build TABLE.csv DIR`` writes ``DIR/endpoints/*.yaml``; ``check TABLE.csv`` compares
a table with the shipped rules, row by row and column by column, and ends with 1 when they differ; ``format`` lays the
shipped files out after an edit by hand. The columns are
method, path_template, auth, scopes, source, source_ref, status, sunset_date, replacement, access, confidence, note.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from migrator.catalog import requirement
from migrator.catalog.objects import Objects, read_objects
from migrator.catalog.reading import read
from migrator.catalog.rows import VERSION, Reader, Row, split_host
from migrator.catalog.sources import FILE as SOURCES
from migrator.catalog.sources import Sources, read_sources
from migrator.catalog.store import Folder, shipped
from migrator.errors import MigratorError, ReadError, RulesError
from tools.emit import COMPARED, emit
from tools.factor import factor

COLUMNS = ("method", "path_template", "auth", "scopes", "source", "source_ref", "status", "sunset_date")
_SPEC = re.compile(r"^(?P<spec>[\w &/.()-]+?) (?P<version>v\d+|\d{4}-\d{2}(?:-beta)?) @(?P<commit>\w+); (?P<text>.*)$")
BY_HAND = ("seen", "client")
"""Sources of rows that stand in files laid out by hand."""
_COMPARED = tuple(name for name in Row.__slots__ if name not in ("optional", "file", "line"))  # no table has these


def read_table(path: Path, sources: Sources) -> list[Row]:
    """Returns the rows of a table.

    Raises `ReadError` on a file that is none, `RulesError` on a source that ``sources.yaml`` does not name.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            records = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"cannot read the table: {error}", where=str(path)) from error
    if not records or not set(COLUMNS) <= set(records[0]):
        raise ReadError("not a table of endpoints", where=str(path), advice=f"Columns: {', '.join(COLUMNS)}.")
    names = {(citation.text, citation.kind): name for name, citation in sources.citations.items()}
    long = {_canonical(text, sources): f"${name}" for name, text in sources.requirements.items()}
    notes = {table: name for name, (table, _) in sources.notes.items()}
    return [_row(record, sources, names, long, notes, f"{path}:{line}") for line, record in enumerate(records, start=2)]


def _row(
    record: Mapping[str, str],
    sources: Sources,
    names: Mapping[tuple[str, str], str],
    long: Mapping[str, str],
    notes: Mapping[str, str],
    where: str,
) -> Row:
    host, path = split_host(record["path_template"])
    hit = _SPEC.match(record["source_ref"])
    text = hit["text"] if hit else record["source_ref"]
    if (text, record["source"]) not in names:
        advice = f"Add it to {SOURCES} with kind {record['source']}."
        raise RulesError(f"no source has the words {text!r}", where=where, advice=advice)
    scopes = record["scopes"].replace("+", " + ") or requirement.NONE
    date = record["sunset_date"]
    return Row(
        method=record["method"],
        host=host,
        path=re.sub(r"\{path\}$", "{path...}", path),
        version=next(part for part in path.split("/") if VERSION.match(part)),
        spec=hit["spec"] if hit else "",
        auth=record["auth"],
        scopes=long.get(_canonical(scopes, sources), scopes),
        status=record["status"],
        sunset="" if date.startswith("unsupported:") else date,
        unsupported=date.removeprefix("unsupported:") if date.startswith("unsupported:") else "",
        replacement=record["replacement"],
        access=record["access"],
        sure=record["confidence"],
        source=names[text, record["source"]],
        commit=hit["commit"] if hit else "",
        note="; ".join(notes.get(part, part) for part in record["note"].split("; ")),
        file=where,
        line=0,
    )


def _canonical(text: str, sources: Sources) -> str:
    alternatives = requirement.parse(text, sources.requirements)
    return requirement.render(tuple(sorted(tuple(sorted(one)) for one in alternatives or ())))


def read_folder(folder: Folder) -> tuple[list[Row], Objects, Sources]:
    """Returns the rows of a rules folder with its objects and sources. Raises `RulesError` when it is wrong."""
    objects = read_objects(folder)
    sources = read_sources(folder)
    reader = Reader(objects, sources)
    rows = [
        row
        for path in folder.files(("endpoints/*.yaml",))
        for row in reader.rows(read(path, folder.label(f"endpoints/{path.name}")))
    ]
    return rows, objects, sources


def differences(table: Iterable[Row], rules: Iterable[Row], sources: Sources) -> list[str]:
    """Returns what the table says and the rules do not, one line for each row; rules may have rows of their own."""
    known = {(row.method, row.host, row.path): row for row in rules}
    found = []
    for row in table:
        mine = known.get((row.method, row.host, row.path))
        name = f"{row.method} {row.host}{row.path}"
        if mine is None:
            found.append(f"{name}: missing")
            continue
        same = replace(mine, scopes=_canonical(mine.scopes, sources))
        want = replace(row, scopes=_canonical(row.scopes, sources))
        wrong = [column for column in _COMPARED if getattr(same, column) != getattr(want, column)]
        found += [
            f"{name}: {column} is {getattr(same, column)!r}, table: {getattr(want, column)!r}" for column in wrong
        ]
    return found


def main(arguments: Sequence[str]) -> int:
    """Runs the command line above and returns its exit status: 0 fine, 1 different, 2 not possible."""
    try:
        return _run(arguments)
    except MigratorError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2


def _run(arguments: Sequence[str]) -> int:
    match arguments:
        case ["build", table, target]:
            return _build(Path(table), Path(target))
        case ["check", table]:
            return _check(Path(table))
        case ["format"]:
            return _format()
    sys.stderr.write("usage: python -m tools.table build TABLE.csv DIR | check TABLE.csv | format\n")
    return 2


def _build(table: Path, target: Path) -> int:
    folder = shipped()
    objects = read_objects(folder)
    sources = read_sources(folder)
    rows = read_table(table, sources)
    (target / "endpoints").mkdir(parents=True, exist_ok=True)
    written = emit(factor(rows, objects, sources))
    for name, text in written.items():
        (target / "endpoints" / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(rows)} rows in {len(written)} files, {sum(map(len, written.values())):,} characters\n")
    return 0


def laid_out(rows: Iterable[Row], objects: Objects, sources: Sources, compared: Mapping[str, str]) -> dict[str, str]:
    """Returns the endpoint files that hold these rows; those of rows that no table has stay as they are."""
    groups = factor([replace(row, file="", line=0) for row in rows if row.source not in BY_HAND], objects, sources)
    return emit(groups, compared)


def days(folder: Folder) -> dict[str, str]:
    """Returns the day on which each endpoint file was last compared, as the files say it."""
    lines = {path.name: path.read_text(encoding="utf-8").splitlines() for path in folder.files(("endpoints/*.yaml",))}
    return {
        name: line.removeprefix(COMPARED)
        for name, found in lines.items()
        for line in found[:3]
        if line.startswith(COMPARED)
    }


def _format() -> int:
    folder = shipped()
    for name, text in laid_out(*read_folder(folder), days(folder)).items():
        (folder.path / "endpoints" / name).write_text(text, encoding="utf-8")
    return 0


def _check(table: Path) -> int:
    rules, _, sources = read_folder(shipped())
    rows = read_table(table, sources)
    found = differences(rows, rules, sources)
    for line in found[:50]:
        sys.stdout.write(f"{line}\n")
    wrong = len({line.partition(": ")[0] for line in found})
    share = 100 * (len(rows) - wrong) / len(rows)
    sys.stdout.write(f"{len(rows) - wrong} of {len(rows)} rows agree ({share:.2f}%); the rules have {len(rules)}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

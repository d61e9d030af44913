"""How many labelled requests the rules get right: `python -m tools.score [FILE]`.

A label is a request, the credential it takes and the scopes that suffice, written down from HubSpot's specifications
and documents before the rules were looked at; alternatives are separated by `|`, what is needed together by `+`. What
the rules say is the smallest set that they choose for the request alone. `unknown` is an answer too: not right, and
not wrong. `gone` is an endpoint that answers no more, `open` one that asks for nothing.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from migrator.catalog.catalog import Catalog, load
from migrator.catalog.facts import scope_facts
from migrator.model.scope import EndpointMatch, Need, ScopeFact
from migrator.scopes.infer import infer
from migrator.scopes.match import match

LABELS = Path(__file__).parents[1] / "tests/labels/endpoints.csv"
_CREDENTIALS = {"token": "private_app"}


def labels(path: Path = LABELS) -> list[dict[str, str]]:
    """Returns the labelled requests: method, path, auth, scopes, source, stratum."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def verdicts(catalog: Catalog, rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], str, str]]:
    """Yields each label with `right`, `wrong` or `unknown`, and what the rules say."""
    facts = scope_facts()
    for row in rows:
        found = match(catalog, row["method"], None, row["path"], {})
        yield row, _verdict(row, found, facts), _said(found)


def _verdict(row: Mapping[str, str], found: EndpointMatch, facts: Mapping[str, ScopeFact]) -> str:
    if row["auth"] == "gone":
        return "right" if found.status == "sunset" else "unknown" if found.problem else "wrong"
    if found.problem is not None or found.credential == "unknown":
        return "unknown"
    if row["auth"] == "open":
        return "right" if found.scopes in (None, (frozenset(),)) else "wrong"
    if found.credential != _CREDENTIALS.get(row["auth"], row["auth"]):
        return "wrong"
    if row["auth"] != "token":
        return "right"
    if found.scopes is None or found.question is not None:
        return "unknown"
    allowed = {frozenset(name for name in option.split("+") if name) for option in row["scopes"].split("|")}
    return "right" if infer([Need(call="1", match=found)], scopes=facts).names in allowed else "wrong"


def _said(found: EndpointMatch) -> str:
    if found.problem is not None:
        return found.problem
    options = " | ".join("+".join(sorted(option)) for option in found.scopes or ()) or "?"
    return f"{found.credential} {options} ({found.status})"


def main(arguments: list[str]) -> int:
    """Prints the figures and what is not right; 0 when 97 in 100 are right and none is wrong that could be unknown."""
    rows = labels(Path(arguments[0])) if arguments else labels()
    counts: Counter[str] = Counter()
    for row, verdict, said in verdicts(load(), rows):
        counts[verdict] += 1
        if verdict != "right":
            wanted = f"{row['auth']} {row['scopes']}".strip()
            print(f"{verdict:8} {row['method']} {row['path']}\n         label: {wanted}\n         rules: {said}")
    share = counts["right"] / len(rows)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("right", "unknown", "wrong"))
    print(f"{len(rows)} labels: {said}; {share:.1%} right")
    return 0 if share >= 0.97 and not counts["wrong"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

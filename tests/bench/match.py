"""How much processor time matching takes: ``python tests/bench/match.py`` matches 100,000 paths.

It ends with 1 above a second, or when loading takes more than 50 ms.

The paths are made from every row: parameters filled in, left open, or given values; the catalog is loaded anew first.
"""

from __future__ import annotations

import sys
import time
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from migrator.catalog.catalog import Catalog, load
from migrator.scopes.match import match

PATHS = 100_000
LIMIT = 1.0
LOAD_LIMIT = 0.05


def requests(catalog: Catalog) -> list[tuple[str, str | None, str]]:
    """Returns that many requests, no two rounds through the rows alike."""
    paths = [row[2].replace("...", "").replace("{objectType}", "deals") for row in catalog.rows]
    rows = [(row[0], row[1] or None, path) for row, path in zip(catalog.rows, paths, strict=True)]
    found = []
    for number, (method, host, path) in enumerate(islice(cycle(rows), PATHS)):
        value = str(number // len(rows))
        found.append((method, host, path.replace("Id}", f"Id{value}}}") if number % 2 else path.replace("{id}", value)))
    return found


def main() -> int:
    load()
    start = time.process_time()
    catalog = load()
    loading = time.process_time() - start
    asked = requests(catalog)
    start = time.process_time()
    matched = sum(match(catalog, method, host, path, {}).row is not None for method, host, path in asked)
    matching = time.process_time() - start
    print(f"load: {1000 * loading:.1f} ms (limit {1000 * LOAD_LIMIT:.0f} ms)")
    print(f"match: {PATHS:,} paths in {matching:.2f} s (limit {LIMIT:.0f} s), {matched:,} matched")
    return int(matching > LIMIT or loading > LOAD_LIMIT)


if __name__ == "__main__":
    sys.exit(main())

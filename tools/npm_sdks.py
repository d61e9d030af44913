"""Prints the ``methods`` of a HubSpot client on npm for its file in ``rules/sdks``, from unpacked releases.

    npm pack @hubspot/api-client@2.1.1 ...      (unpack each, and lodash in node_modules beside them)
    python tools/npm_sdks.py FOLDER hubspot-api-client 2.1.1 3.4.1 ... > methods.yaml

Each release is loaded by Node.js with everything that it depends on stood in for; nothing is sent.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

SCHEMES = {"hapikey": "key", "oauth2": "token", "private_apps": "token", "oauth2_legacy": "token"}
SCHEMES["developer_hapikey"] = "developer"
ORDER = ("key", "token", "developer")
Row = tuple[str, str, tuple[str, ...]]


def methods_of(folder: Path, package: str, version: str) -> dict[str, tuple[Row, str]]:
    """Returns what each method of a release requests, and with which schemes."""
    script = Path(__file__).with_name("npm_methods.js")
    release = folder / f"{package}-{version}"
    done = subprocess.run(["node", str(script), str(release)], capture_output=True, text=True, check=True)  # noqa: S603, S607
    found: dict[str, tuple[Row, str]] = {}
    same: dict[str, str] = {}
    for line in done.stdout.splitlines():
        item: dict[str, Any] = json.loads(line)
        if "same" in item:
            same[item["path"]] = item["same"]
            continue
        names = re.findall(r"\{(\w+)\}", item["url"])
        places = [place for place, name in enumerate(item["takes"]) if name in names]
        takes = tuple(item["takes"][: max(places) + 1]) if places else ()
        schemes = {SCHEMES.get(name, "token") for name in item["auth"]}
        told = "|".join(name for name in ORDER if name in schemes) or item.get("default", "none")
        found[item["path"]] = ((item["verb"], item["url"], takes), told)
    found.update({path: found[other] for path, other in same.items() if other in found})
    return found


def eras(told: dict[str, str], versions: list[str]) -> str:
    """Returns the spans of versions in which a method has the same schemes."""
    spans: list[tuple[str, str, str]] = []
    for place, version in enumerate(versions):
        if version not in told:
            continue
        if spans and spans[-1][2] == told[version] and spans[-1][1] == versions[place - 1]:
            spans[-1] = (spans[-1][0], version, told[version])
        else:
            spans.append((version, version, told[version]))
    parts = []
    for first, last, schemes in spans:
        start = "" if first == versions[0] else first
        end = "" if last == versions[-1] else last
        span = first if first == last else f"{start}..{end}" if start or end else ""
        parts.append(f"{span} {schemes}".strip())
    return ", ".join(parts)


def main() -> None:
    """Prints the table."""
    folder, package, *versions = sys.argv[1:]
    rows: dict[str, dict[Row, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for version in versions:
        for path, (row, schemes) in methods_of(Path(folder), package, version).items():
            rows[path][row][version] = schemes
    groups: dict[str, list[str]] = defaultdict(list)
    for path in sorted(rows):
        group, _, name = path.rpartition(".")
        written = [
            f"{verb} {url} ({', '.join(takes)}) {eras(told, versions)}"
            for (verb, url, takes), told in rows[path].items()
        ]
        if len(written) == 1:
            groups[group].append(f"    {name}: {written[0]}")
        else:
            groups[group] += [f"    {name}:", *(f"      - {one}" for one in written)]
    print("methods:")
    for group, lines in groups.items():
        print(f"  {group}:", *lines, sep="\n")


if __name__ == "__main__":
    main()

"""Which methods of a release of hubspot-api-client differ from ``rules/sdks``.

``python -m tools.pypi_sdks PACKAGE VERSION``

The release comes from PyPI through pip, and is read, never run: its generated classes hold the path, the method and the
schemes of each request as constants. Only generated clients have that form; others are recorded by hand.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from migrator.catalog.sdkmethods import methods

SCHEMES = {
    "hapikey": "key",
    "developer_hapikey": "developer",
    "oauth2": "token",
    "oauth2_legacy": "token",
    "private_apps": "token",
    "private_apps_legacy": "token",
}
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def downloaded(package: str, version: str, into: Path) -> Path:
    """Returns the wheel of a release, brought by pip. Raises CalledProcessError when there is none."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(into)]
    subprocess.run([*command, f"{package}=={version}"], check=True)  # noqa: S603
    return next(into.glob("*.whl"))


def requests(wheel: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yields method, path and schemes of each request that the generated classes of a wheel make."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if re.search(r"/api/\w+_api\.py$", name):
                tree = ast.parse(archive.read(name))
                yield from (
                    found
                    for node in ast.walk(tree)
                    if isinstance(node, ast.FunctionDef) and (found := _request(node)) is not None
                )


def _request(function: ast.FunctionDef) -> tuple[str, str, frozenset[str]] | None:
    """Returns the request of one generated method, None for a function that makes none itself."""
    texts = [one.value for one in ast.walk(function) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    verb = next((text for text in texts if text in _VERBS), None)
    path = next((text for text in texts if text.startswith("/") and " " not in text), None)
    if verb is None or path is None:
        return None
    schemes = frozenset(SCHEMES[text] for text in texts if text in SCHEMES)
    return verb, re.sub(r"\{[^}]*\}", "{}", path), schemes


def differences(package: str, version: str, wheel: Path) -> Iterator[str]:
    """Yields what the release requests and the rules do not know of it, and the other way round."""
    found = {(verb, path): schemes for verb, path, schemes in requests(wheel)}
    table = methods(package)
    known = {
        (one.method, re.sub(r"\{[^}]*\}", "{}", one.path)): one.schemes
        for path in table.rows
        for one in table.operations(path, (version,))
    }
    for request in sorted(found.keys() | known.keys()):
        name = " ".join(request)
        if request not in known:
            yield f"new      {name} ({', '.join(sorted(found[request])) or 'no credential'})"
        elif request not in found:
            yield f"gone     {name}"
        elif found[request] != known[request]:
            yield f"schemes  {name}: {', '.join(sorted(found[request]))}, not {', '.join(sorted(known[request]))}"


def main(arguments: Sequence[str]) -> int:
    """Prints the differences; 0 when there is none, 1 when there is one, 2 on bad usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m tools.pypi_sdks PACKAGE VERSION\n")
        return 2
    package, version = arguments
    with tempfile.TemporaryDirectory() as place:
        lines = list(differences(package, version, downloaded(package, version, Path(place))))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stderr.write(f"{len(lines)} differences\n")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

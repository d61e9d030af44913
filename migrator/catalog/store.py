"""Rules folders and their compiled form, so that an ordinary run parses no YAML.

The compiled files lie inside the package, where only someone who could change the program itself can write: there is
no cache elsewhere that a scanned repository or another user could poison. A wheel brings them along; a checkout
makes them on first use. Each begins with the digest of the rules it was made from and of its own content.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from migrator import disk
from migrator.errors import RulesError

FORMAT = "12"
COMPILED = Path(__file__).parent / "compiled"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of rules; ``name`` is what errors and origins call it, ``shipped`` tells ours from a user's own."""

    path: Path
    name: str
    shipped: bool

    def label(self, file: str) -> str:
        """Returns what to call a file of this folder."""
        return f"{self.name}/{file}"

    def files(self, patterns: Sequence[str]) -> list[Path]:
        """Returns the files that match any of the patterns, in a fixed order."""
        return sorted({path for pattern in patterns for path in self.path.glob(pattern) if path.is_file()})


def file_of(package: str) -> str:
    """Returns the name of the file of a package without its suffix: ``npm:@hubspot/x`` is in ``npm-hubspot-x``."""
    return package.replace("@", "").replace(":", "-").replace("/", "-")


def shipped() -> Folder:
    """Returns the rules of this program: the checkout's when it runs from one, the packaged ones otherwise."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "rules").is_dir():
        return Folder(checkout / "rules", "rules", True)
    return Folder(package / "rules", "rules", True)


CLIENTS = "clients/*/*.yaml"
"""What the files of HTTP clients are called in a folder of rules."""


def unread_clients(where: str) -> RulesError:
    """Returns what is wrong with a file of a client in a user's folder: only the shipped ones are read."""
    return RulesError("HTTP clients are read from the shipped rules alone", where=where, advice="Move this file away.")


def folders(overlays: Sequence[Path] = ()) -> list[Folder]:
    """Returns the shipped rules and then the user's folders, later ones winning.

    Raises `RulesError` when a user's folder is not there, or holds what only the shipped rules can hold.
    """
    for overlay in overlays:
        if not overlay.is_dir():
            raise RulesError("no such rules folder", where=str(overlay), advice="Give --rules an existing folder.")
        for path in sorted(overlay.glob(CLIENTS)):
            raise unread_clients(path.as_posix())
    return [shipped(), *(Folder(overlay, overlay.as_posix(), False) for overlay in overlays)]


def compiled(
    section: str, folder: Folder, patterns: Sequence[str], build: Callable[[Folder], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Returns a section of a rules folder as plain data, from its compiled file when that is up to date.

    Raises `RulesError` when the rules have to be read and are wrong. A compiled file that is missing, stale, damaged
    or not writable only costs time.
    """
    if not folder.shipped:
        return _plain(build(folder))
    digest = source_digest(folder, patterns)
    path = COMPILED / f"{section}.json"
    data = _load(path, digest)
    if data is None:
        payload = json.dumps(build(folder), separators=(",", ":"), ensure_ascii=False).encode()
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            disk.replace(path, f"{digest} {_digest(payload)}\n".encode() + payload, mode=0o644)
        data = json.loads(payload)
    return data


def layers(
    section: str, overlays: Sequence[Path], patterns: Sequence[str], build: Callable[[Folder], Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Returns a section of the shipped rules and then of the user's folders, later ones winning.

    Raises `RulesError` when a folder is not there, or its rules are wrong.
    """
    return [compiled(section, folder, patterns, build) for folder in folders(overlays)]


def source_digest(folder: Folder, patterns: Sequence[str]) -> str:
    """Returns a digest over the names and contents of rule files. Raises `RulesError` when one cannot be read."""
    digest = blake2b(FORMAT.encode(), digest_size=16)
    for path in folder.files(patterns):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise RulesError(f"cannot read the rule file ({error.strerror})", where=path.as_posix()) from error
        digest.update(f"\0{path.relative_to(folder.path).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def rules_version(overlays: Sequence[Path] = ()) -> str:
    """Returns the day of the shipped rules and a digest over them and the user's own.

    Raises `RulesError` when a rule file cannot be read.
    """
    every = folders(overlays)
    patterns = ("*.yaml", "endpoints/*.yaml", "sdks/*.yaml", CLIENTS)
    digest = blake2b("".join(source_digest(one, patterns) for one in every).encode(), digest_size=6).hexdigest()
    return f"{(every[0].path / 'DATE').read_text(encoding='ascii').strip()} {digest}"


def _plain(data: Mapping[str, Any]) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = json.loads(json.dumps(data))
    return plain


def _load(path: Path, digest: str) -> Mapping[str, Any] | None:
    try:
        head, _, payload = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head.decode("ascii", "replace") != f"{digest} {_digest(payload)}":
        return None
    data = json.loads(payload)
    return data if isinstance(data, dict) else None


def _digest(payload: bytes) -> str:
    return blake2b(payload, digest_size=16).hexdigest()

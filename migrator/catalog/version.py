"""Which rules a report was made with."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from migrator.catalog.store import folders, source_digest

_DATE = "DATE"
_PATTERNS = ("*.yaml", "endpoints/*.yaml", "sdks/*.yaml", "clients/*/*.yaml")


def rules_version(overlays: Sequence[Path] = ()) -> str:
    """Returns the day of the shipped rules and a digest over them and the user's own.

    Raises `RulesError` when a rule file cannot be read.
    """
    own, *others = folders(overlays)
    digests = [source_digest(folder, _PATTERNS) for folder in (own, *others)]
    digest = blake2b("".join(digests).encode(), digest_size=6).hexdigest()
    return f"{(own.path / _DATE).read_text(encoding='ascii').strip()} {digest}"

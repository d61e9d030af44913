"""The releases of client libraries that a project can have installed, for each of its files."""

from __future__ import annotations

from collections.abc import Sequence

from migrator.catalog.sdk import Sdk
from migrator.model.requirement import Requirement, specifiers


class Pinned:
    """Answers for a file which releases of a library its project asks for.

    A repository may hold several projects: the nearest folder above the file that names the library decides.
    """

    def __init__(self, asked: Sequence[Requirement] = ()) -> None:
        """Takes all requirements of the repository."""
        self._asked = asked
        self._alone = frozenset(one.path for one in asked if one.alone)
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def __call__(self, sdk: Sdk, path: str) -> tuple[str, ...]:
        """Returns the releases, oldest first; none where no requirement bounds them."""
        if not self._asked:
            return ()
        key = (sdk.package, path if path in self._alone else f"{path.rpartition('/')[0]}/")
        if key not in self._found:
            bounds = specifiers(self._asked, (sdk.package, *sdk.also), path)
            admitted = {version for bound in bounds if bound for version in sdk.installable(bound)}
            self._found[key] = tuple(version for version in sdk.releases if version in admitted)
        return self._found[key]

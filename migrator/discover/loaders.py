"""Files that load an address of HubSpot's API from a file of data: they may name nothing of HubSpot themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from migrator.discover.files import Listing
from migrator.discover.search import search
from migrator.model.vocabulary import Vocabulary

_DATA = ".json"
_HOST = re.compile(r"https?://([\w.-]+)")


def loaders(
    listings: Iterable[Listing],
    suffixes: tuple[str, ...],
    relevant: Iterable[str],
    text: Callable[[str], str | None],
    vocabulary: Vocabulary,
    loads: Callable[[str, str], Iterable[str]],
    known: Collection[str],
) -> Iterator[str]:
    """Yields the files with some suffixes, but *known* ones, that load a relevant file of data, as *loads* tells."""
    found = (path for path in relevant if path.endswith(_DATA))
    data = {path for path in found if any(map(vocabulary.is_own_host, _HOST.findall(text(path) or "")))}
    stems = sorted({path.rpartition("/")[2][: -len(_DATA)] for path in data})
    for file in search(listings, stems, words=True, suffixes=suffixes) if stems else ():
        if file.path not in known and not data.isdisjoint(loads(file.path, text(file.path) or "")):
            yield file.path

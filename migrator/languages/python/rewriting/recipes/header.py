"""The key in a header of its own name."""

from __future__ import annotations

import libcst as cst

from migrator.languages.python.rewriting.entry_site import EntrySite, Removal
from migrator.model.call import AuthPlace

PLACES = frozenset({AuthPlace.HEADERS, AuthPlace.SESSION_HEADERS})


def take(site: EntrySite) -> Removal | None:
    """Returns what was renamed in place, None when the header is not an entry or an assignment."""
    tree, node = site.tree, site.node
    above = tree.parent(node)
    match above:
        case cst.DictElement(key=key, value=value) if key is node:
            place: cst.CSTNode = above
        case cst.Index():
            assign = tree.above(node, cst.Assign)
            if assign is None:
                return None
            place, value = assign, assign.value
        case _:
            return None
    return site.headed(value, place)

"""Which endpoint a request is, and what it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from migrator.catalog.catalog import Catalog, Endpoint
from migrator.catalog.index import Node
from migrator.catalog.requirement import both, parameters, parse, resolve
from migrator.catalog.rows import AUTHS, VERSION
from migrator.model.scope import EndpointMatch, ScopeRequirement
from migrator.scopes.nearest import around, nearest
from migrator.scopes.route_trie import HOLE, filled, is_itself, leaves, siblings, trees, walk

NOTHING: ScopeRequirement = (frozenset(),)
CUSTOM = "custom"
_MOST_VARIANTS = 256
_MOST_LISTED = 100
_SURE = {"low": 0, "medium": 1, "high": 2}
_UNCERTAIN = {
    "row": None,
    "template": "",
    "access": "unknown",
    "status": "unknown",
    "unsupported_from": None,
    "sunset": None,
    "replacement": None,
    "replacement_scopes": None,
    "source": "",
    "origin": "",
    "note": "",
    "optional": (),
}
_WORSE = ("current", "unknown", "legacy", "sunset")

Holes = Mapping[str, tuple[str, ...] | None]
Told = Mapping[str, str]
NONE: Told = {}


def match(
    catalog: Catalog, method: str | None, host: str | None, endpoint: str | None, holes: Holes, told: Told = NONE
) -> EndpointMatch:
    """Returns what the catalog knows of a request.

    ``endpoint`` is the path alone with each dynamic segment as ``{name}``; ``holes`` are the values such a name can
    have, None where they are not known. A request that can be several endpoints needs what all of them need where its
    values are known, and is a question where they are not. ``told`` are objects that the body tells, by parameter.
    """
    if endpoint is None:
        return EndpointMatch(row=None, credentials=frozenset(AUTHS))
    if not holes or "{" not in endpoint:
        return _one(catalog, method, host, endpoint, told)
    answers = [_one(catalog, method, host, variant, told) for variant in _variants(endpoint, holes)]
    return answers[0] if len(answers) == 1 else _together(answers)


def _variants(endpoint: str, holes: Holes) -> list[str]:
    """Returns the endpoint with the values of its holes filled in, in each combination."""
    names = [name for name in dict.fromkeys(HOLE.findall(endpoint)) if holes.get(name)]
    values = [holes[name] or () for name in names]
    count = 1
    for options in values:
        count *= len(options)
    if not names or count > _MOST_VARIANTS:
        return [endpoint]

    def fill(choice: tuple[str, ...]) -> str:
        chosen = dict(zip(names, choice, strict=True))
        return HOLE.sub(lambda hit: chosen.get(hit[1], hit[0]), endpoint)

    return list(dict.fromkeys(map(fill, product(*values))))


def _one(catalog: Catalog, method: str | None, host: str | None, endpoint: str, told: Told) -> EndpointMatch:
    segments = endpoint.split("/")
    segments = segments[1:] if segments[0] == "" else segments
    if "" in segments:
        segments = [segment for segment in segments if segment]
    forest = catalog.remembered(("trees", host), lambda: trees(catalog, host))
    if method is None:
        return _any_method(catalog, forest, segments)
    for tree in forest:
        number = walk(catalog, tree, segments, 0, method)
        if number is not None:
            return _known(catalog, number, segments, told)
    return catalog.remembered(("other", method, host, endpoint), lambda: _other(catalog, method, forest, segments))


def _known(catalog: Catalog, number: int, segments: Sequence[str], told: Told = NONE) -> EndpointMatch:
    named = {
        name: segments[place] if place >= 0 else told.get(name, "{" + name + "}")
        for name, place in _places(catalog, number)
    }
    return catalog.remembered((number, *named.items()), lambda: _for_objects(catalog, number, named))


def _places(catalog: Catalog, number: int) -> tuple[tuple[str, int], ...]:
    """Returns the parameters whose object decides what a row needs, and the segments that they are."""

    def places() -> tuple[tuple[str, int], ...]:
        row = catalog.endpoint(number)
        path = row.path.split("/")[1:]
        deciding = parameters(row.scopes) if row.status != "sunset" else ()
        return tuple((name, _place(path, name)) for name in deciding)

    return catalog.remembered(("places", number), places)


def _place(path: Sequence[str], name: str) -> int:
    """Returns where a parameter stands, -1 for one that is told in the body of the request."""
    spellings = ("{" + name + "}", "{" + name + "Id}")
    return next((place for place, segment in enumerate(path) if segment in spellings), -1)


def _answer(
    catalog: Catalog, row: Endpoint, scopes: ScopeRequirement | None, named: Mapping[str, str]
) -> EndpointMatch:
    if row.status == "sunset" or row.auth not in ("private_app", "unknown"):
        scopes = NOTHING if row.scopes is not None else None
    return EndpointMatch(
        row=row.id,
        template=f"{row.method} {row.path}",
        credential=row.auth,
        credentials=frozenset((row.auth,)),
        scopes=scopes,
        access=row.access,
        status=row.status,
        unsupported_from=row.unsupported or None,
        sunset=row.sunset or None,
        replacement=_filled(row.replacement, named) or None,
        replacement_scopes=_replacement(catalog, row, named) if row.replacement and row.status == "sunset" else None,
        confidence=row.sure,
        source=row.source,
        origin=row.origin,
        note=row.note,
        optional=tuple(row.optional.split()),
    )


def _filled(path: str, named: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hit: named.get(hit[1], hit[0]), path)


def _replacement(catalog: Catalog, row: Endpoint, named: Mapping[str, str]) -> ScopeRequirement | None:
    """Returns what the replacement of a row needs, where one of its methods reads or writes as the row does."""
    segments = [segment for segment in _filled(row.replacement, named).split("/") if segment]
    for method in dict.fromkeys((row.method, "GET", "POST", "PATCH", "PUT")):
        number = walk(catalog, catalog.trees[""], segments, 0, method)
        if number is None:
            continue
        found = _known(catalog, number, segments)
        if found.access == row.access:
            return found.scopes
    return None


def _for_objects(catalog: Catalog, number: int, named: Mapping[str, str]) -> EndpointMatch:
    row = catalog.endpoint(number)
    open_names = {name: segment for name, segment in named.items() if "{" in segment}
    if not open_names:
        scopes = _resolved(catalog, row, named)
        answer = _answer(catalog, row, scopes, named)
        custom = [word for word in named.values() if _is_guess(catalog, word)]
        if custom:
            answer = answer.noted(f"{custom[0]!r} is taken for a custom object")
            answer = replace(answer, confidence=_lower(answer.confidence), guessed=custom[0])
        return answer
    key = ("possible", catalog.requirement_id(number), *named.items())
    possible = catalog.remembered(key, lambda: _possible(catalog, row, named, open_names))
    return _question(_answer(catalog, row, None, named), sorted(open_names.values()), possible)


def _possible(
    catalog: Catalog, row: Endpoint, named: Mapping[str, str], open_names: Mapping[str, str]
) -> list[tuple[str, ScopeRequirement]]:
    """Returns what a row needs for each object that an open name can be."""
    found = []
    for name, segment in open_names.items():
        for kind in _kinds(catalog, segment):
            scopes = _resolved(catalog, row, {**named, name: kind})
            label = kind if len(open_names) == 1 else f"{segment.strip('{}')}: {kind}"
            if scopes:
                found.append((label, scopes))
    return found


def _question(
    answer: EndpointMatch, holes: Sequence[str], possible: Sequence[tuple[str, ScopeRequirement]]
) -> EndpointMatch:
    names = " and ".join(f"`{name}`" for name in holes)
    needs = {scopes for _, scopes in possible}
    if len(needs) == 1:
        return replace(answer, scopes=needs.pop(), confidence=_lower(answer.confidence))
    return replace(answer, scopes=None, possible=tuple(possible), question=f"Which object types can {names} be?")


def _resolved(catalog: Catalog, row: Endpoint, named: Mapping[str, str]) -> ScopeRequirement | None:
    """Returns what a row needs for the objects named, None when nobody knows."""
    if row.scopes is None:
        return None
    return resolve(row.scopes, lambda *facet: _facet(catalog, named, *facet)) or None


def _facet(catalog: Catalog, named: Mapping[str, str], family: str, name: str, access: str) -> ScopeRequirement | None:
    word = name[1:] if name.startswith("@") else named.get(name, "")
    if "{" in word:
        return NOTHING  # another question
    kind = catalog.spellings.get(word.lower(), CUSTOM)

    def needs() -> ScopeRequirement | None:
        text = catalog.objects.kinds[kind].needs(family, access)
        return tuple(map(frozenset, parse(text) or ())) if text else None

    return catalog.remembered((family, kind, access), needs)


def _is_guess(catalog: Catalog, word: str) -> bool:
    return word.lower() not in catalog.spellings and not re.match(catalog.objects.custom, word)


def _kinds(catalog: Catalog, segment: str) -> list[str]:
    """Returns the objects that a dynamic segment can name; what it is literal in has to fit a spelling."""
    before, after = segment[: segment.index("{")].lower(), segment[segment.rindex("}") + 1 :].lower()
    fits = {kind for word, kind in catalog.spellings.items() if word.startswith(before) and word.endswith(after)}
    return [kind for kind in catalog.objects.kinds if kind in fits or kind == CUSTOM]


def _any_method(catalog: Catalog, forest: Sequence[Node], segments: Sequence[str]) -> EndpointMatch:
    methods = {method for tree in forest for leaf in leaves(catalog, tree, segments, 0, wide=False) for method in leaf}
    answers = {}
    for method in sorted(methods):
        numbers = (walk(catalog, tree, segments, 0, method) for tree in forest)
        number = next((number for number in numbers if number is not None), None)
        if number is not None:
            answers[method] = _known(catalog, number, segments)
    if not answers:
        return _other(catalog, None, forest, segments)
    return _either(list(answers.items()), "Which method can this request use?")


def _either(answers: Sequence[tuple[str, EndpointMatch]], question: str) -> EndpointMatch:
    """Returns what is known of a request that can be one of several endpoints, nobody knows which."""
    found = [answer for _, answer in answers]
    first = found[0]
    credentials = frozenset(name for answer in found for name in answer.credentials)
    least = min((answer.confidence for answer in found), key=_SURE.__getitem__)
    shared = replace(
        first,
        **{name: _common(found, name, other) for name, other in _UNCERTAIN.items()},
        credential=first.credential if len(credentials) == 1 else "mixed",
        credentials=credentials,
        confidence=_lower(least) if len(found) > 1 else first.confidence,
    )
    needs = {answer.scopes for answer in found}
    if len(needs) == 1 and None not in needs:
        return shared
    possible = [
        (label if len(answer.possible) == 0 else f"{label} {name}".strip(), scopes)
        for label, answer in answers
        for name, scopes in (answer.possible or (("", answer.scopes),))
        if scopes is not None
    ]
    same = first.question if len({answer.question for answer in found}) == 1 else None
    return replace(shared, scopes=None, possible=tuple(possible[:_MOST_LISTED]), question=same or question)


def _common(answers: Sequence[EndpointMatch], name: str, other: object) -> Any:
    """Returns what all answers say under a name, or something else when they differ."""
    first = getattr(answers[0], name)
    return first if all(getattr(answer, name) == first for answer in answers) else other


def _together(answers: Sequence[EndpointMatch]) -> EndpointMatch:
    """Returns what a request needs that is each of several endpoints at one time or another."""
    good = [answer for answer in answers if answer.problem is None] or list(answers)
    bad = next((answer for answer in answers if answer.problem is not None), None)
    main = max(good, key=lambda answer: _WORSE.index(answer.status))
    scopes: ScopeRequirement | None = NOTHING
    for answer in good:
        scopes = None if scopes is None or answer.scopes is None else both(scopes, answer.scopes)
    credentials = frozenset(name for answer in answers for name in answer.credentials)
    questions = [answer for answer in good if answer.question]
    return replace(
        main,
        problem=bad.problem if bad else None,
        nearest=bad.nearest if bad else (),
        credential=main.credential if len(credentials) == 1 else "mixed",
        credentials=credentials,
        scopes=scopes,
        possible=tuple(dict.fromkeys(pair for answer in questions for pair in answer.possible)),
        question=questions[0].question if questions else None,
        access="write" if any(answer.access == "write" for answer in good) else main.access,
        confidence=min((answer.confidence for answer in good), key=lambda sure: _SURE.get(sure, 0)),
    )


def _other(catalog: Catalog, method: str | None, forest: Sequence[Node], segments: Sequence[str]) -> EndpointMatch:
    """Returns the answer for a request that is no row as it stands."""
    if any("{" in segment for segment in segments):
        numbers = [
            number
            for tree in forest
            for leaf in leaves(catalog, tree, segments, 0, wide=True)
            for verb, number in leaf.items()
            if method in (None, verb) and is_itself(catalog, tree, number, segments)
        ]
        if numbers:
            return _could_be(catalog, list(dict.fromkeys(numbers)), segments)
    found = [leaf for tree in forest for leaf in leaves(catalog, tree, segments, 0, wide=False)]
    if found:
        credentials = frozenset(catalog.endpoint(number).auth for leaf in found for number in leaf.values())
        names = tuple(catalog.named(number) for _, number in sorted(found[0].items()))
        return EndpointMatch(row=None, problem="wrong_method", nearest=names, credentials=credentials)
    sibling = _other_version(catalog, method, forest, segments)
    if sibling is not None:
        return sibling
    return EndpointMatch(
        row=None,
        problem="unknown_endpoint",
        nearest=nearest(catalog, method, segments),
        credentials=around(catalog, segments) | {"unknown"},
    )


def _could_be(catalog: Catalog, numbers: Sequence[int], segments: Sequence[str]) -> EndpointMatch:
    answers = []
    for number in numbers:
        row = catalog.endpoint(number)
        answers.append((catalog.named(number), _known(catalog, number, filled(row.path, segments))))
    if len(answers) == 1:
        return answers[0][1]
    holes = [hole for segment in segments for hole in HOLE.findall(segment)]
    names = " and ".join(f"`{hole}`" for hole in dict.fromkeys(holes))
    return _either(answers, f"what can {names} be?")


def _other_version(
    catalog: Catalog, method: str | None, forest: Sequence[Node], segments: Sequence[str]
) -> EndpointMatch | None:
    at = next((place for place, segment in enumerate(segments) if VERSION.match(segment)), None)
    if at is None:
        return None
    for tree in forest:
        node: Node | None = tree
        for segment in segments[:at]:
            node = node.get(segment) if node else None
        if node is None or (segments[at] in node and segments[at].startswith("v")):
            continue
        for version in siblings(segments[at], [key for key in node if VERSION.match(key)]):
            other = [*segments[:at], version, *segments[at + 1 :]]
            number = walk(catalog, tree, other, 0, method) if method else None
            if number is not None:
                answer = _known(catalog, number, other)
                note = f"version {segments[at]} is not in the rules; answered as {version}"
                return replace(answer.noted(note), confidence="low")
    return None


def _lower(sure: str) -> str:
    return "low" if sure == "low" else "medium"

"""The names that carry a key, where their values are set, and who else reads them."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from migrator.carriers.families import family, form, is_sample
from migrator.carriers.reading import read as read_carrier
from migrator.discover.files import File
from migrator.discover.reading import read
from migrator.discover.search import search
from migrator.errors import ReadError
from migrator.findings.analysis import Analysis
from migrator.model.report import CredentialItem, Cutover, NamePlace, Report
from migrator.model.text import Source, lines_of
from migrator.model.value import CONFIGURED
from migrator.model.written import Giving, Reading

_SHARED = CONFIGURED | {"argument", "import"}
"""The ways of a name that other programs and deployments know too."""
_KEYS = frozenset({"api_key", "oauth_token", "unknown"})
MOST_PLACES = 100
LARGEST = 2_000_000
"""How long a file may be that only a name leads to."""

_LOCAL = re.compile(r"\.?env(?:\.[\w-]+)?|[\w-]+\.env|\.envrc|\.flaskenv|(?:local\.settings|nodemon)\.json")
"""What a file is called that sets variables on one machine."""
_KEPT = ("conf", "config", "configs", "env", "envs", ".envs", "docker", "deploy", "settings")
"""The folders at the top in which such files are kept."""


def cutover(report: Report, studies: Sequence[Analysis]) -> tuple[Cutover, ...]:
    """Returns each name that brings an account key into the program, with the places of it in the files of the run."""
    holders: defaultdict[tuple[str, str], list[CredentialItem]] = defaultdict(list)
    for credential in report.credentials:
        for source in credential.sources:
            if credential.kind in _KEYS and source.how in _SHARED:
                holders[source.name, source.how].append(credential)
    words = sorted({_word(name) for name, _ in holders if _is_distinct(_word(name))})
    files = [(study, file) for study in studies for file in _files(study, words)] if words else []
    return tuple(_cutover(name, how, held, files, studies) for (name, how), held in sorted(holders.items()))


def _files(study: Analysis, words: Sequence[str]) -> Iterator[Source]:
    """Yields the files in which one of the words stands, of those that were read and of all others."""
    yield from study.texts
    others = [word for word in words if not study.words.is_telling(word)]
    for file in search(study.project.listings, others, words=True) if others else ():
        if file.path not in study.project.sources:
            with suppress(ReadError):
                source = read(file)
                if len(source.text) <= LARGEST:
                    yield replace(source, root=study.root)


def purpose(path: str) -> str:
    """Returns what a file is for, as far as its path tells."""
    if path.endswith((".patch", ".diff")):
        return "prose"  # it speaks of code, and nothing runs it
    written = form(path)
    return family(path, written) if written is not None else "code"


def _cutover(
    name: str,
    how: str,
    held: Sequence[CredentialItem],
    files: Iterable[tuple[Analysis, Source]],
    studies: Sequence[Analysis],
) -> Cutover:
    places = {
        (source.path, source.line, source.root)
        for credential in held
        for source in credential.sources
        if source.name == name
    }
    entries = {NamePlace(kind=purpose(path), path=path, line=line, root=root) for path, line, root in places}
    word = _word(name)
    set_at = {place for place in entries if how == "config" and place.kind != "code"}
    read_at = entries - set_at
    for study, source in files if _is_distinct(word) else ():
        setting, reading = _places(study, source, word, how)
        set_at |= setting
        read_at |= reading
    if how == "environment":
        set_at |= {place for study in studies for place in _ignored(study, word, read_at)}
    lines = {(place.root, place.path, place.line) for place in set_at}
    return Cutover(
        name=name,
        how=how,
        credentials=tuple(dict.fromkeys(credential.id for credential in held)),
        set_at=_sorted(set_at),
        read_at=_sorted(place for place in read_at if (place.root, place.path, place.line) not in lines),
    )


def _places(study: Analysis, source: Source, word: str, how: str) -> tuple[set[NamePlace], set[NamePlace]]:
    """Returns where a file gives a name its value, and where it reads it."""
    setting: set[NamePlace] = set()
    others: set[NamePlace] = set()
    if word not in source.content or (kind := purpose(source.path)) == "prose":
        return setting, others
    reading = study.project.reading(source.path)
    given = {} if reading is None else _given(source, reading, word)
    for number, line in _lines(source, word):
        place = NamePlace(kind=kind, path=source.path, line=number, root=source.root)
        if number in given:
            setting.add(replace(place, given=given[number]))
        else:
            (setting if reading is None and _sets(word, line, how) else others).add(place)
    return setting, others


def _given(source: Source, reading: Reading, word: str) -> dict[int, str]:
    """Returns what gives a name its value, by the number of the line that does."""
    found: dict[int, str] = {}
    for one in reading.settings:
        if one.name == word:
            sample = one.giving is Giving.SAMPLE or (one.giving is Giving.VALUE and is_sample(source.path))
            found[source.position(one.name_at.start).line] = "sample" if sample else one.giving.value
    return found


def _ignored(study: Analysis, word: str, readers: Iterable[NamePlace]) -> Iterator[NamePlace]:
    """Yields where files that git ignores set a name: at the top, in its usual folders, beside what reads it."""
    for listing in study.project.listings:
        if listing.single or listing.inside:
            continue
        folder = Path(os.fsdecode(listing.folder))
        beside = {PurePosixPath(one.path).parent.as_posix() for one in readers if one.root == study.root}
        for inner in sorted({".", *_KEPT, *(name for name in beside if not name.startswith(".."))}):
            for path in _local(folder / inner):
                shown = (PurePosixPath(listing.prefix) / inner / path.name).as_posix()
                if shown not in study.project.files:
                    yield from _set_in(study, File(shown, study.root, str(path)), word)


def _local(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if _LOCAL.fullmatch(path.name) and path.is_file())
    except OSError:
        return []


def _set_in(study: Analysis, file: File, word: str) -> Iterator[NamePlace]:
    with suppress(ReadError):
        source = read(file)
        reading = read_carrier(source, study.project.vocabulary) if len(source.text) <= LARGEST else None
        for one in reading.settings if reading is not None else ():
            if one.name == word:
                line = source.position(one.name_at.start).line
                yield NamePlace(kind="env_file", path=file.path, line=line, root=study.root, given="ignored")


def _word(name: str) -> str:
    """Returns the part of a name that stands in files: of ``settings.KEY`` and ``config['KEY']`` it is ``KEY``."""
    found = re.search(r"(\w+)['\"]?\]?$", name)
    return found[1] if found else name


def _is_distinct(word: str) -> bool:
    # A name in capitals is one name everywhere; "key" or "settings.key" is another thing in every file
    return re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", word) is not None


def _lines(source: Source, word: str) -> Iterator[tuple[int, str]]:
    """Yields each line that a word stands in, with its number."""
    pattern = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])")
    if pattern.search(source.content):
        yield from ((number, line) for number, line in enumerate(lines_of(source.content), 1) if pattern.search(line))


def _sets(word: str, line: str, how: str) -> bool:
    """Whether a line of code gives a name its value; an environment variable gets it through the environment alone."""
    if how == "environment":
        written = rf"environ\[['\"]{word}['\"]\]\s*=[^=]|environ\.setdefault\(\s*['\"]{word}|setenv\(\s*['\"]{word}"
        return re.search(written, line) is not None
    return re.match(rf"\s*{word}\s*(?::[^=]*)?=(?!=)", line) is not None


def _sorted(places: Iterable[NamePlace]) -> tuple[NamePlace, ...]:
    return tuple(sorted(places, key=lambda place: (place.root, place.path, place.line))[:MOST_PLACES])

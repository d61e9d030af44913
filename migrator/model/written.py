"""What is written down in files that are no programs: names with their values, and requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from migrator.model.call import ApiCall
from migrator.model.edit import Edit
from migrator.model.text import Span, SpanCover


class Giving(StrEnum):
    """Where the value of a name comes from."""

    VALUE = "value"  # it stands here
    SAMPLE = "sample"  # a placeholder stands here, or nothing
    PASSED = "passed"  # another name, a secret store or the caller gives it


class Use(StrEnum):
    """What a request that is written down is there for."""

    SENT = "sent"  # a script, a job or a build sends it
    WRITTEN = "written"  # people read it, or send it by hand
    RECORDED = "recorded"  # it was sent once, and its answer is kept
    DESCRIBED = "described"  # a description of an interface lists it


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A name and what it is given.

    ``path`` is the dotted path from the top of the file and ends with ``name``. ``value`` is decoded, and None where
    the name stands alone; ``at`` covers it as it is written, without its quotes. ``keyed`` says that the name is that
    of a HubSpot key or token.
    """

    path: str
    name: str
    name_at: Span
    value: str | None
    at: Span
    giving: Giving
    keyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSecret:
    """A credential that stands in a file: where, what kind of secret it is, and its text with all quoting undone."""

    at: Span
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A request that is written down.

    ``at`` covers all of it. ``edits`` move its key into a header; where there are none, ``manual`` says why.
    ``given`` is the place that gives several requests their key at once: they are changed together or not at all.
    """

    call: ApiCall
    use: Use
    at: Span
    edits: tuple[Edit, ...] = ()
    manual: str = ""
    given: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """An entry that describes how a key is sent: ``at`` covers it, ``edits`` let it describe a Bearer token."""

    path: str
    at: Span
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A command that is given a credential: its place and words, what it is given and where, and its program.

    ``to`` is empty where the words say only what the program is given.
    """

    at: Span
    name: str
    name_at: Span
    to: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that is known of one file that is no program.

    ``family`` says what kind of file it is, ``given`` which commands that send nothing known are given a credential.
    ``covered`` are the parts that are told as requests or as a description of an API, ``problem`` says why only a part
    of the file could be read, if that is so.
    """

    family: str
    settings: tuple[Setting, ...] = ()
    secrets: tuple[WrittenSecret, ...] = ()
    requests: tuple[Written, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    given: tuple[Handed, ...] = ()
    covered: SpanCover = field(default_factory=SpanCover)
    problem: str = ""

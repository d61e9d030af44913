"""Places of evaluated code, and addresses in scripts, that a request should have come from, and none did."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from migrator.catalog.clients import http_clients
from migrator.evaluate.unreached import own_names
from migrator.evaluate.visit import expressions, statements
from migrator.findings.analysis import Analysis
from migrator.findings.classify import KEYS
from migrator.findings.definitions import functions
from migrator.findings.gaps import Question, lines_named
from migrator.findings.mentions import identifier, is_declared, is_said, placed
from migrator.findings.traces import Traces, assigned, times
from migrator.findings.unknown_libraries import root
from migrator.model.call import ApiCall, Context
from migrator.model.text import Location, Mention, Source, Span
from migrator.model.unit import Attr, Call, Name, New, Unit
from migrator.model.value import CONFIGURED
from migrator.model.written import Handed, Reading

_HOST = re.compile(r"""["']host["']\s*[:,]\s*["']$""", re.IGNORECASE)
_OWN_PAGE = re.compile(r"(?:the URL is |the start of the URL is unknown: \{base\})/(?!/)")
_CLIENT = re.compile(r"(?i)(?:^|[./_@-])hub[_-]?spot")
_UNPACKED = re.compile(r"\w*[^{}()]*\}\s*=(?![=>])")
"""What stands behind a name that is taken out of an object."""
_OTHER = re.compile(
    r"(?i:(?<![a-z])|(?<=spot))(?i:models?|schemas?|types?|exceptions?|errors?|constants?|settings?|config(?:uration)?s?|forms?|embed"
    r"|track(?:ing|er)?|tests?|mocks?|fixtures?|themes?|ui|cms|eslint|icons?)(?![a-z])"
    r"|(?<=[a-z0-9])(?:Model|Schema|Type|Exception|Error|Constant|Setting|Config|Form|Embed|Track|Test|Mock|Fixture|Theme)"
)
"""What the parts of such libraries are called that send no request."""
_LABEL = re.compile(
    r"(?i:data-[\w-]+|test-?ids?)[\"']?\s*[=:]\s*\{?$|TestId\w*\(\s*$"
    r"|<[\w.]+\s(?:[^<>]|=>)*\b(?i:id|name|for|class|html-?for|class-?name|aria-[\w-]+)=\{?$"
)
"""What stands before the name of an element of a page, by which tests, labels and styles find it."""
_NEAR = 400
_QUOTED = 3
"""How much longer a written name is than the name: its quotes, and a mark before them."""
_QUOTES = ("'", '"', "`")
_FILE = re.compile(r"[\w@-][\w./@-]*")
"""How the name of a file or of a module is written in a command."""


def unexplained(study: Analysis, source: Source, traces: Traces) -> Iterator[Question]:
    """Yields a question for each address of the API and each name of a credential in a file that no request uses."""
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    words = study.project.vocabulary
    for mention in _named(study, source, words.addressed(source.text)):
        if mention.context in ("string", "code") and not _is_header(source, mention):
            groups["address", ""].append(mention)
    for mention in _named(study, source, words.named(source.text)):
        name = identifier(source, mention.span)
        if _is_parameter(study, mention) or not _is_read(source, mention, name):
            continue
        if name not in traces.names or _is_taken(study, source, mention, traces):
            groups["name", name].append(mention)
    for (kind, name), every in groups.items():
        unused = (one for one in every if not (_ends(source, one.span, traces) or is_idle(study, source, one, traces)))
        found = [one.span for one in unused]
        if not found:
            continue
        what = "an address of HubSpot's API stands here" if kind == "address" else f"`{name}` is read here"
        at = Location(source.path, found[0])
        places = _lines(source, found)
        yield Question("unexplained_place", at, f"{what}{places}, and no request was found that uses it")


def unknown_clients(study: Analysis, source: Source, traces: Traces) -> Iterator[Question]:
    """Yields a question for each use of a library that is named for HubSpot and that nothing is known of."""
    if not study.mentions(source):
        return
    for one in traces.unknown_imports(source.path):
        if not _CLIENT.search(one.name) or _OTHER.search(one.name):
            continue
        every = re.finditer(rf"(?<![\w.$])(?<!raise )(?<!throw new ){re.escape(one.bound)}(?=[.(])", source.text)
        named = (span for span in (Span(*each.span()) for each in every) if not one.span.contains(span))
        used = list(named) if one.bound else [one.span]
        if used and not any(_ends(source, span, traces) for span in used):
            what = f"`{one.name}` is a library for HubSpot that this tool does not know, and it is used here"
            at = Location(source.path, used[0])
            yield Question("unexplained_place", at, what + _lines(source, used))


def _lines(source: Source, spans: Sequence[Span]) -> str:
    """Returns the lines of several places in brackets, nothing of a single one."""
    return f" ({lines_named(source.position(span.start).line for span in spans)})" if len(spans) > 1 else ""


def _named(study: Analysis, source: Source, found: tuple[Span, ...]) -> Iterator[Mention]:
    """Yields the places with what they are a part of."""
    words = tuple(sorted({source.excerpt(span).lower() for span in found}))
    yield from (mention for mention in placed(study, source, words) if mention.span in found)


def _ends(source: Source, span: Span, traces: Traces) -> bool:
    """Whether a place belongs to a request, or to what is told already."""
    cover = traces.explained.get(source.path)
    return cover is not None and cover.contains(span)


def _is_header(source: Source, mention: Mention) -> bool:
    """Whether an address is what a request says of its own host, which stands beside its URL."""
    before = source.text[max(mention.span.start - 24, 0) : mention.span.start]
    return _HOST.search(before) is not None


def is_idle(study: Analysis, source: Source, mention: Mention, traces: Traces) -> bool:
    """Returns whether the value is given to a name that nothing reads: a function's own is read in it alone.

    One at the top of a file is read by the file, and by those that name the file.
    """
    name = assigned(source.excerpt(study.line_of(Location(source.path, mention.span))))
    unit = study.project.known(source.path)
    if not name or unit is None or _is_given(traces, unit, mention.span):
        return False
    around = functions(unit, mention.span)
    if around and name in own_names(around[-1]):
        return times(name, source.excerpt(around[-1].span)) == 1
    if traces.standing(name).get(source.path) != 1:
        return False
    module = unit.module.rpartition(".")[2].rpartition("/")[2]
    others = traces.standing(name).keys() - {source.path}
    return not any(not module or times(module, study.project.text(path) or "") for path in others)


def _is_given(traces: Traces, unit: Unit, span: Span) -> bool:
    """Whether a place is a part of what a library that nobody knows is given; a mere name is one to look up."""
    calls = [one for one in expressions(unit.body) if isinstance(one, (Call, New)) and one.span.contains(span)]
    strange = traces.unknown_imports(unit.path) if calls else ()
    names, loaded = {one.bound.partition(".")[0] for one in strange}, {one.span for one in strange if not one.bound}
    for one in calls:
        taker = root(one.func)
        given = (each.value.span for each in one.args if each.value.span.contains(span))
        long = any(at.end - at.start > span.end - span.start + _QUOTED for at in given)
        if long and (taker.span in loaded or (isinstance(taker, Name) and taker.id in names)):
            return True
    return False


def _is_taken(study: Analysis, source: Source, mention: Mention, traces: Traces) -> bool:
    """Whether a file without a part of any request takes a credential by the name that requests of others know."""
    line = source.excerpt(study.line_of(Location(source.path, mention.span)))
    return not traces.spans.get(source.path) and bool(assigned(line))


def _is_parameter(study: Analysis, mention: Mention) -> bool:
    """Whether a name is that of the key's parameter, each occurrence of which is accounted for by itself."""
    return any(word in mention.word for word in study.project.vocabulary.key_words)


def _is_read(source: Source, mention: Mention, name: str) -> bool:
    """Whether a name of a credential is what something is looked up by, or a constant of the configuration."""
    if mention.context == "variable":
        return True
    if name.lower() == mention.word and mention.context == "string":
        start, end = mention.span
        quoted = source.text[start - 1 : start] in _QUOTES and source.text[end : end + 1] in _QUOTES
        labelled = _LABEL.search(source.text[max(start - _NEAR, 0) : start - 1]) is not None
        return quoted and not labelled and not is_declared(source, mention.span)
    if mention.context != "name" or not name.isupper():
        return False
    return source.text[mention.span.start - 1 : mention.span.start] == "." or bool(
        _UNPACKED.match(source.text, mention.span.end)
    )


def unreached(study: Analysis, traces: Traces) -> Iterator[Question]:
    """Yields a question for each part of the program that could send to HubSpot and that nothing leads to."""
    words = study.project.vocabulary
    apart = {one.location for one in study.unfollowed}
    for one in study.unfollowed:
        at = one.location
        if not study.owns(at.path) or any(at.span.contains(span) for span in traces.sent.get(at.path, ())):
            continue
        text = study.excerpt(at)
        sends = words.addressed(text) or words.named(text) or one.client or traces.takes(at, one.reads)
        if sends and not _is_repeated(study, at, apart):
            first = Location(at.path, Span(at.span.start, at.span.start + len(text.partition("\n")[0])))
            yield Question("unreached", first, "this may send a request, and nothing in the program leads here")


def _is_repeated(study: Analysis, at: Location, apart: Collection[Location]) -> bool:
    """Whether a statement stands a second time in its function, where it runs: a last batch that is sent, say."""
    unit = study.project.known(at.path)
    source = study.project.source(at.path)
    around = functions(unit, at.span) if unit is not None else ()
    if source is None or not around:
        return False
    words = source.excerpt(at.span).split()
    same = (one for one in statements(around[-1].body) if source.excerpt(one.span).split() == words)
    return any(Location(at.path, one.span) not in apart for one in same)


def elsewhere(study: Analysis) -> Iterator[Question]:
    """Yields a question for each file that names HubSpot and sends requests of which nothing is known but that.

    Where it sends others to HubSpot, only what names HubSpot itself is asked about.
    """
    known = {one.call.location.path for one in study.program}
    told: set[str] = set()
    ours = _ours(study)
    for call in study.others:
        at = call.location
        if call.context is not Context.PROGRAM or call.host is not None or call.path is not None:
            continue
        source = study.project.source(at.path)
        if source is None or at.path in told or not study.owns(at.path) or study.project.is_test(at.path):
            continue
        if _is_of_others(study, call, ours):
            continue
        text = study.excerpt(at) + (call.reason or "")
        if study.project.vocabulary.is_telling(text) or (at.path not in known and study.mentions(source)):
            told.add(at.path)
            yield Question("unexplained_place", at, "this sends a request, and nothing tells where: it may be HubSpot")


def handed(study: Analysis, traces: Traces, asked: Sequence[Question]) -> Iterator[Question]:
    """Yields a question for each place that gives a credential of the program to a library that nobody knows.

    Where the line, or in its file the name, is *asked* about already, nothing is added.
    """
    lines = {(one.at.path, study.where(one.at).line) for one in asked}
    said = {(one.at.path, word) for one in asked for word in one.text.split("`")[1::2]}
    for at, name, taker in (*_leaked(study), *_unrun(study, traces)):
        if not study.owns(at.path) or (at.path, study.where(at).line) in lines or (at.path, name) in said:
            continue
        if not any(at.span.contains(span) for span in traces.sent.get(at.path, ())):
            yield taken_by(at.path, at.span, name, taker)


def taken_by(path: str, span: Span, name: str, taker: str) -> Question:
    """Returns the question what takes a credential does with it."""
    to = f"`{taker}`" if taker else "a command"
    what = f"`{name}` is given to {to} here, which this tool does not know: it may send requests with it"
    return Question("unexplained_place", Location(path, span), what)


def given_away(study: Analysis, source: Source, traces: Traces) -> Iterator[Handed]:
    """Yields the commands of a file that are given a credential, but for those that run what is analysed itself."""
    reading = study.project.reading(source.path)
    for one in reading.given if reading is not None else ():
        if not any(_is_run(study, word, traces) for word in one.words):
            yield one


def _is_run(study: Analysis, word: str, traces: Traces) -> bool:
    """Whether a word of a command names a file of the program of which a request is known to take what it is given."""
    name = word.rpartition("=")[2].removeprefix("./").strip("/")
    if not _FILE.fullmatch(name):
        return False
    ends = {f"/{name}", f"/{name.replace('.', '/')}"}
    files = [path for path in study.project.sources if any(_called(path, end) for end in ends)]
    asks = any(how.how == "argument" for one in study.program for auth in one.call.auth for how in auth.sources)
    return any(path in traces.spans or (asks and study.project.reads(path)) for path in files)


def _called(path: str, end: str) -> bool:
    """Whether a file, with or without its suffix, or a folder that it is in, is called so."""
    folder, _, name = path.rpartition("/")
    return any(f"/{one}".endswith(end) for one in (path, f"{folder}/{name.partition('.')[0]}", folder) if one)


def _leaked(study: Analysis) -> Iterator[tuple[Location, str, str]]:
    """Yields where code that runs gives a credential to a library that nobody knows, the credential and the taker."""
    ours = _ours(study)
    for leak in study.leaks:
        names = sorted(name for how, name in leak.origins & ours if how in CONFIGURED)
        if leak.taker and names:
            yield leak.location, names[0], leak.taker


def _unrun(study: Analysis, traces: Traces) -> Iterator[tuple[Location, str, str]]:
    """Yields where a function that leads to no request gives such a library what its file calls a credential.

    Such a function is not run: what runs is among the leaks.
    """
    held: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in study.program:
        for source in (each for auth in one.call.auth for each in auth.sources if each.how in CONFIGURED):
            text = study.project.source(source.location.path)
            if text is not None and (name := assigned(text.excerpt(study.line_of(source.location)))):
                held[source.location.path][name] = source.name
    seen = {leak.location for leak in study.leaks}
    for path, names in held.items():
        unit = study.project.known(path)
        strange = {one.bound for one in traces.unknown_imports(path) if one.bound}
        for call in expressions(unit.body) if unit is not None and strange else ():
            if not isinstance(call, (Call, New)) or unit is None:
                continue
            at, taker = Location(path, call.span), _dotted(call.func)
            if taker.partition(".")[0] in strange and at not in seen and functions(unit, call.span):
                given = study.excerpt(at)
                yield from ((at, known, taker) for name, known in names.items() if times(name, given))


def _dotted(func: object) -> str:
    """Returns a function as it is called, empty for anything but names."""
    if isinstance(func, Attr):
        inner = _dotted(func.value)
        return f"{inner}.{func.name}" if inner else ""
    return func.id if isinstance(func, Name) else ""


def _ours(study: Analysis) -> frozenset[tuple[str, str]]:
    """Returns how and by what names the credentials of the program's requests enter it."""
    every = (source for one in study.program for auth in one.call.auth for source in auth.sources)
    return frozenset((source.how, source.name) for source in every)


def astray(study: Analysis) -> Iterator[Question]:
    """Yields a question for each place that sends the key to a host which is not HubSpot's, or only begins like it.

    The one may pass it on to HubSpot; the other comes of a path that nobody wrote, which a guess put there.
    """
    told = {one.call.session for one in study.program if one.call.session is not None}
    asked: set[Location] = set()
    for call in study.others:
        at, host = call.location, call.host
        if host is None or call.context is Context.TEST or not study.owns(at.path) or at in asked:
            continue
        if study.project.vocabulary.grows(host):
            what = (
                f"this sends a request to {host}, which only begins like a host of HubSpot's: see what is put behind it"
            )
        elif call.session not in told and any(auth.carrier in KEYS for auth in call.auth):
            what = f"this sends the key to {host}, which is not known to be HubSpot's: it may pass it on to HubSpot"
        else:
            continue
        asked.add(at)
        yield Question("unexplained_place", at, what)


def _is_of_others(study: Analysis, call: ApiCall, ours: Collection[tuple[str, str]]) -> bool:
    """Whether a request goes to the page it is on, or carries configured credentials and none of HubSpot's.

    Credentials tell only in a program of which it is known what HubSpot is sent.
    """
    if not call.base and _OWN_PAGE.match(call.reason or "") and not _keeps_base(study, call):
        return True
    held = [[source for source in auth.sources if source.how in CONFIGURED] for auth in call.auth]
    if not (ours and held and all(held)):
        return False
    named = study.project.vocabulary.named
    return not any((one.how, one.name) in ours or named(one.name) for every in held for one in every)


def _keeps_base(study: Analysis, call: ApiCall) -> bool:
    """Whether what sends a request may have been given what its URL is relative to."""
    language = study.project.language(call.location.path)
    rows = [row for row in http_clients(language.name) if row.client == call.client] if language is not None else []
    return not rows or any("base" in row.options or row.sessions or row.makes for row in rows)


_SCRIPTS = frozenset({"script", "schedule"})
_WITH_COMMANDS = frozenset({"container", "ci", "process", "service"})
"""Families of files that hold commands beside settings, which other files read."""
_QUESTION = "an address of HubSpot's API stands here, and no request was found that uses it"


def unsent(study: Analysis, source: Source, reading: Reading) -> Iterator[Question]:
    """Yields a question for the first address of a script of which no request that was read is made."""
    if reading.family not in _SCRIPTS | _WITH_COMMANDS:
        return
    for span in study.project.vocabulary.addressed(source.text):
        if not _is_explained(source, reading, span):
            yield Question("unexplained_place", Location(source.path, span), _QUESTION)
            return


def _is_explained(source: Source, reading: Reading, span: Span) -> bool:
    told = [*(one.at for one in reading.requests), *(one.at for one in reading.given)]
    if is_said(source.before(span.start)) or any(at.contains(span) for at in told):
        return True
    named = [one for one in reading.settings if one.at.contains(span)]
    if not named or reading.family in _WITH_COMMANDS:
        return bool(named)
    name = re.compile(rf"(?<![\w]){re.escape(named[0].name)}(?!\w)", re.IGNORECASE)
    if len(name.findall(source.text)) == 1:
        return True  # what it is exported to reads it
    urls = (step.location.span for one in reading.requests for step in one.call.trace if step.role == "url")
    return any(name.search(source.excerpt(span)) for span in (*(one.at for one in reading.requests), *urls))

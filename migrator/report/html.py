"""The page a reviewer is sent: one file that needs no network, no script to be read, and never runs what it shows."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound

from migrator.model import sentences
from migrator.model.report import ChangeItem, Excerpt, Finding, Report
from migrator.report.parts import facts, plain
from migrator.report.parts.codec import encode
from migrator.report.parts.diffs import Hunk, Line, hunks
from migrator.report.parts.style import PLAIN, Style
from migrator.report.parts.view import chain, is_large, views
from migrator.report.parts.work import touched

LARGE = 4_000_000
"""Data of more characters is embedded in its compressed form."""

# A class for each kind of token that a reader looks for; the rest stays plain, which keeps the page small.
_CLASSES = (
    (Comment, "c"),
    (String, "s"),
    (Number, "n"),
    (Keyword, "k"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Tag, "f"),
    (Name.Builtin, "b"),
    (Name.Decorator, "b"),
)
_LONG_QUOTES = ('"""', "'''", "`")
_ROLE_NAMES = {
    "key": "key enters",
    "url": "URL",
    "method": "method",
    "via": "called",
    "put": "key is put in",
    "send": "sent",
}


def render(reports: Sequence[Report]) -> str:
    """Returns one page; several reports get a summary and a section each. The same reports give the same bytes."""
    return styled(reports, PLAIN)


def styled(reports: Sequence[Report], style: Style) -> str:
    """Returns one page that names the run, and links places where the style has a template for links."""
    arranged = views(reports, style)
    data_type, data = _embedded(reports)
    sheet, script = (_asset(name) for name in ("style.css", "script.js"))
    return (
        _environment()
        .get_template("page.html")
        .render(
            views=arranged,
            code={view.prefix: Code(view.report) for view in arranged},
            sheet=Markup(sheet),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            sheet_hash=_hash(sheet),
            script_hash=_hash(script),
            data_type=data_type,
            data=data,
            run=style,
            total=facts.tally([call for report in reports for call in report.calls]),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("migrator.report"),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters |= {
        "prose": _prose,
        "block": _block,
        "breaks": _breaks,
        "page": _page,
        "opened": sentences.opened,
        "sentence": sentences.sentence,
    }
    environment.globals |= {
        "chain": chain,
        "facts": facts,
        "plain": plain,
        "role_names": _ROLE_NAMES,
        "severities_told": _severities_told,
        "touched": touched,
    }
    return environment


def _severities_told(findings: Sequence[Finding]) -> str:
    counts = facts.severities(findings)
    return ", ".join(plain.counted(count, rank) for rank, count in counts.items() if count)


def _asset(name: str) -> str:
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _harmless(value: object) -> object:
    return plain.visible(value) if type(value) is str else value


def _prose(text: str) -> Markup:
    """Returns a message in which what stands between backticks is code."""
    parts = text.split("`")
    tags = ("{}", "<code>{}</code>")
    made = (Markup(tags[place % 2]).format(plain.visible(part)) for place, part in enumerate(parts))  # noqa: S704
    return Markup("").join(made)


def _breaks(text: str) -> Markup:
    """Returns a path that a narrow column can break after a slash."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=/)(?=[^/])", plain.visible(text)))


def _page(url: str) -> str:
    """Returns the name of a page, the last part of its address."""
    return url.rstrip("/").rpartition("/")[2]


def _block(text: str) -> Markup:
    """Returns a text of several lines, kept apart."""
    return Markup("\n").join(escape(line) for line in plain.visible_lines(text))


def _embedded(reports: Sequence[Report]) -> tuple[str, Markup]:
    """Returns the type and the text of the data: JSON, and where that is large, its gzip form in base64."""
    data = [encode(report, roots=len(report.roots) > 1) for report in reports]
    text = json.dumps(data if len(data) > 1 else data[0], separators=(",", ":"))
    if len(text) > LARGE:
        packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return "application/gzip", Markup(packed)  # noqa: S704 - base64
    # Only "<" could end the element or open a comment in it, and JSON has another spelling for it
    return "application/json", Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped on this line


class Code:
    """The masked source lines of a report; an excerpt is highlighted once, when the first of its lines is shown."""

    def __init__(self, report: Report) -> None:
        """Takes the excerpts of a report."""
        self._bare = is_large(report)
        self._excerpts: dict[tuple[int, str], dict[int, Excerpt]] = {}
        self._shown: dict[Excerpt, dict[int, Markup]] = {}
        for excerpt in report.excerpts:
            lines = self._excerpts.setdefault((excerpt.root, excerpt.path), {})
            lines |= dict.fromkeys(range(excerpt.line, excerpt.line + excerpt.text.count("\n") + 1), excerpt)

    def line(self, root: int, path: str, number: int) -> Markup | None:
        """Returns one line of code without its indentation, None when the report does not hold it."""
        excerpt = self._excerpts.get((root, path), {}).get(number)
        if excerpt is None:
            return None
        if self._bare:
            return Markup(_content(plain.visible_lines(excerpt.text)[number - excerpt.line].strip()))  # noqa: S704 - escaped
        return self._lines(excerpt).get(number, Markup("")).strip() or None

    def around(self, root: int, path: str, first: int, last: int) -> list[tuple[int, Markup]]:
        """Returns the lines from one before *first* to one after *last*, as far as the report holds them."""
        lines: dict[int, Markup] = {}
        excerpts = self._excerpts.get((root, path), {})
        for excerpt in {id(e): e for n in range(first - 1, last + 2) if (e := excerpts.get(n))}.values():
            lines |= self._lines(excerpt)
        return [(number, lines[number]) for number in range(first - 1, min(last, first + 10) + 2) if number in lines]

    def diff(self, change: ChangeItem) -> Markup:
        """Returns the lines of a change: numbered, the words that changed marked, a line between distant places."""
        made = []
        path = change.edits[0].path if change.edits else ""
        lines = (plain.visible(line.removesuffix("\r").replace("\t", "    ")) for line in change.diff.split("\n"))
        for number, hunk in enumerate(hunks("\n".join(lines), compared=not self._bare)):
            if hunk.path != path:
                made.append(f'<span class="l head">{escape(hunk.path)}</span>')
                path = hunk.path
            elif number:
                made.append('<span class="l head">⋯</span>')
            made += self._rows(hunk)
        return Markup("").join(map(Markup, made))

    def _rows(self, hunk: Hunk) -> Iterator[str]:
        if self._bare:
            yield from (_row(line, [("", line.text)]) for line in hunk.lines if line.kind != "same")
            return
        lexer = _lexer(PurePosixPath(hunk.path).name)
        sides = [
            iter(_lexed(lexer, "\n".join(line.text for line in hunk.lines if line.kind != other)))
            for other in ("add", "del")
        ]
        for line in hunk.lines:
            old = next(sides[0], []) if line.kind != "add" else []
            new = next(sides[1], []) if line.kind != "del" else []
            yield _row(line, old if line.kind == "del" else new)

    def _lines(self, excerpt: Excerpt) -> dict[int, Markup]:
        if excerpt not in self._shown:
            self._shown[excerpt] = _highlighted(excerpt)
        return self._shown[excerpt]


_Tokens = list[tuple[str, str]]


def _lexed(lexer: Lexer, text: str) -> list[_Tokens]:
    """Returns the tokens of each line of a text, as they are shown; a text can begin within a long string."""
    odd = next((quotes for quotes in _LONG_QUOTES if text.count(quotes) % 2), "")
    if not odd:
        return _split(lexer, text)
    ways = (_split(lexer, text), _split(lexer, f"{odd}\n{text}")[1:])
    return max(ways, key=lambda lines: sum(css == "k" for line in lines for css, _ in line))


def _split(lexer: Lexer, text: str) -> list[_Tokens]:
    lines: list[_Tokens] = [[]]
    for css, part in _tokens(lexer, text):
        first, *rest = part.split("\n")
        lines[-1].append((css, first))
        lines += [[(css, line)] for line in rest]
    return lines


def _row(line: Line, tokens: _Tokens) -> str:
    """Returns a line of a diff; each token is cut where a changed word begins or ends."""
    tag = {"add": "ins", "del": "del"}.get(line.kind, "span")
    number = f"{line.old or '':>4} {line.new or '':>4}"
    at, out = 0, []
    for css, text in tokens:
        end = at + len(text)
        cuts = sorted({at, end, *(edge for span in line.words for edge in span if at < edge < end)})
        for first, last in pairwise(cuts):
            shown = _token(css, text[first - at : last - at])
            marked = any(start <= first and last <= stop for start, stop in line.words)
            out.append(f'<b class="w">{shown}</b>' if marked else shown)
        at = end
    return f'<{tag} class="l {line.kind}" data-n="{number}">{"".join(out)}</{tag}>'


def _highlighted(excerpt: Excerpt) -> dict[int, Markup]:
    text = "\n".join(plain.visible_lines(excerpt.text.removesuffix("\n")))
    lines = [""]
    for css, part in _tokens(_lexer(PurePosixPath(excerpt.path).name), text):
        first, *rest = (_token(css, line) for line in part.split("\n"))
        lines[-1] += first
        lines += rest
    return {number: Markup(line) for number, line in enumerate(lines, excerpt.line)}  # noqa: S704 - made by _token


def _tokens(lexer: Lexer, text: str) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for kind, part in lexer.get_tokens(text):
        css = _css_class(kind)
        if joined and joined[-1][0] == css:
            joined[-1] = (css, joined[-1][1] + part)
        else:
            joined.append((css, part))
    return joined


@cache
def _css_class(kind: _TokenType) -> str:
    # "in" asks whether the kind is a descendant, which the stubs do not know
    return next((css for parent, css in _CLASSES if parent.__contains__(kind)), "")


def _content(text: str) -> str:
    """Returns text as the content of an element, where quotes need no escape and are a third of code."""
    return str(escape(text)).replace("&#34;", '"').replace("&#39;", "'")


def _token(css: str, text: str) -> str:
    safe = _content(text)
    return f'<span class="{css}">{safe}</span>' if css and text.strip() else safe


@cache
def _lexer(name: str) -> Lexer:
    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)

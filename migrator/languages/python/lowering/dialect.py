"""Whether a file is Python 2, told by what it says."""

from __future__ import annotations

import re

_SHEBANG = re.compile(r"#![^\r\n]*\bpython(\d)")

CLASSIC = "classic /"
"""The operator ``/`` as Python 2 has it where a file does not ask for that of Python 3: of integers it is ``//``."""
_TRUE_DIVISION = re.compile(r"^from\s+__future__\s+import\b[^#\n]*?(?:\((?:[^)]*\W)?|\W)division\b", re.MULTILINE)

OLD_MODULES = frozenset(
    {"urllib2", "httplib", "urlparse", "ConfigParser", "StringIO", "cPickle", "cStringIO", "Queue", "HTMLParser",
     "Cookie", "cookielib", "__builtin__", "xmlrpclib", "Tkinter"}
)  # fmt: skip
NEW_MODULES = frozenset({"urllib.request", "urllib.parse", "urllib.error", "http.client", "configparser", "queue"})
OLD_NAMES = frozenset({"raw_input", "unicode", "unichr", "xrange", "basestring"})
OLD_METHODS = frozenset({"iteritems", "itervalues", "iterkeys", "has_key"})


class Signs:
    """What lowering comes across: ``old`` and ``new`` syntax, and ``names`` of only Python 2 or 3."""

    __slots__ = ("names", "new", "new_names", "old")

    def __init__(self) -> None:
        """Starts without any."""
        self.old = False
        self.new = False
        self.names = False
        self.new_names = False

    def legacy(self, text: str) -> bool:
        """Returns whether a file is Python 2: it has syntax that only Python 2 takes, or says so in other ways.

        Syntax of Python 3 outweighs everything but syntax of Python 2, a shebang the names that only one of them has.
        """
        if self.old or self.new:
            return self.old
        shebang = _SHEBANG.match(text)
        return shebang[1] == "2" if shebang else self.names and not self.new_names


def divides_truly(text: str) -> bool:
    """Returns whether a file of Python 2 asks for the ``/`` of Python 3."""
    return _TRUE_DIVISION.search(text) is not None

"""Which files there are, and which of them can matter: bytes only."""

from migrator.discover.discovery import Discovery, Root, chooser, discover
from migrator.discover.files import File, Listing, Skip
from migrator.discover.reading import decode, read
from migrator.discover.revision import before
from migrator.discover.search import search

__all__ = ["Discovery", "File", "Listing", "Root", "Skip", "before", "chooser", "decode", "discover", "read", "search"]

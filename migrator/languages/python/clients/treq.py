"""treq: requests for Twisted, with the arguments that requests has.

https://treq.readthedocs.io/en/latest/api.html
"""

from __future__ import annotations

from migrator.languages.python.clients.requests import functions

CLIENT = "treq"

MODELS = functions(CLIENT)

ALIASES = {"treq.api": "treq"}

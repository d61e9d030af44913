"""treq: requests for Twisted, with the arguments that requests has.

https://treq.readthedocs.io/en/latest/api.html
"""

from __future__ import annotations

from migrator.languages.python.clients.common import VERBS

MODELS: dict[str, object] = {}

ALIASES = {f"treq.{verb}": f"requests.{verb}" for verb in (*VERBS, "request")}

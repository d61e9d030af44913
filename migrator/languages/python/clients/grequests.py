"""grequests: requests that are made here and sent together by ``map``.

https://github.com/spyoungtech/grequests
"""

from __future__ import annotations

from migrator.languages.python.clients.common import VERBS

MODELS: dict[str, object] = {}

ALIASES = {f"grequests.{verb}": f"requests.{verb}" for verb in (*VERBS, "request")}

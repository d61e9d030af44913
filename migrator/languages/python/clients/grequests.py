"""grequests: requests that are made here and sent together by ``map``.

https://github.com/spyoungtech/grequests
"""

from __future__ import annotations

from migrator.languages.python.clients.requests import functions

CLIENT = "grequests"

MODELS = functions(CLIENT)

ALIASES = {"grequests.AsyncRequest": "grequests.request"}

"""Calls the requesting functions of tap-hubspot 2.9.6 with a key. What it needs beside requests is replaced."""

import sys
from contextlib import nullcontext
from types import SimpleNamespace
from unittest.mock import MagicMock

singer = MagicMock(get_offset=lambda *_: None, clear_offset=lambda state, _: state)
singer.metrics.http_request_timer = lambda _: nullcontext(MagicMock())
singer.metrics.record_counter = lambda _: nullcontext(MagicMock())
sys.modules |= {
    "attr": SimpleNamespace(s=lambda kind: lambda *_: kind(), ib=lambda: None),
    "backoff": SimpleNamespace(constant=None, on_exception=lambda *_, **__: lambda function: function),
    "pytz": MagicMock(),
    "singer": singer,
    "singer.messages": singer.messages,
    "singer.metrics": singer.metrics,
}

import tap_hubspot  # noqa: E402 - the replacements come first

REPLIES = [
    {"path": "/deals/v1/deal/paged", "times": 2, "json": {"deals": [], "hasMore": True, "offset": 9}},
    {
        "path": "/contacts/v1/lists/all/contacts/all",
        "times": 1,
        "json": {"contacts": [], "has-more": True, "vid-offset": 5},
    },
]

tap_hubspot.CONFIG |= {"hapikey": "key-of-the-config", "access_token": "key-of-the-config", "user_agent": "driver"}
for name in ("contacts_properties", "owners", "forms", "workflows", "deal_pipelines"):
    tap_hubspot.request(tap_hubspot.get_url(name))
tap_hubspot.request(tap_hubspot.get_url("companies_detail", company_id=7))
tap_hubspot.request(tap_hubspot.get_url("contacts_detail"), params={"vid": [1, 2], "formSubmissionMode": "all"})
tap_hubspot.post_search_endpoint(tap_hubspot.get_url("deals_v3_batch_read"), {"inputs": [{"id": "1"}]})
list(
    tap_hubspot.gen_request(
        {}, "deals", tap_hubspot.get_url("deals_all"), {"limit": 100}, "deals", "hasMore", ["offset"], ["offset"]
    )
)
list(
    tap_hubspot.gen_request(
        {},
        "contacts",
        tap_hubspot.get_url("contacts_all"),
        tap_hubspot.default_contact_params,
        "contacts",
        "has-more",
        ["vid-offset"],
        ["vidOffset"],
    )
)

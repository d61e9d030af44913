"""The kinds of open question: what decides each, and behind which a key may be sent."""

from __future__ import annotations

_ANSWER = "Add to [tool.hapikey-migrator.answers] in pyproject.toml, under the id of the question,"
RESOLVE = {
    "dynamic_url": f"{_ANSWER} the URLs it can have.",
    "dynamic_method": f"{_ANSWER} the methods it can have.",
    "dynamic_path": f"{_ANSWER} the values it can have.",
    "unknown_endpoint": "Check the path. If it is right, add the endpoint with --rules.",
    "wrong_method": "Check the method. If it is right, add the endpoint with --rules.",
    "syntax_error": "Review the file by hand, or fix its syntax if that is wrong.",
    "budget": "Review this code by hand.",
    "unexplained_mention": "Check whether this code sends the key.",
    "unexplained_place": "Check what takes this: a request may be sent that the tool does not see.",
    "unreached": "Check when this runs, and whether it sends a key or needs another scope.",
    "unread": "Review these lines by hand: do they send the key, and which scopes do they need?",
    "skipped": "Make it readable, raise --max-file-size, or review it by hand.",
    "undocumented_scope": "Try the request with a token, then add its scopes with --rules.",
    "unknown_credential": "Check where the parameters, headers or session come from.",
    "stale_answer": "Remove the answer from the configuration, or correct its id.",
}
"""What a person does about each."""
SENDING = frozenset(
    {
        "budget",
        "syntax_error",
        "unexplained_mention",
        "unexplained_place",
        "unread",
        "skipped",
        "unreached",
        "unknown_credential",
    }
)
"""Kinds of gap behind which a key may be sent, and a scope needed, that nothing else tells of."""
TOLD = frozenset({"dynamic_url", "dynamic_method", "unknown_endpoint", "wrong_method", "syntax_error", "unread"})
"""Kinds of gap that have a kind of finding of their own."""

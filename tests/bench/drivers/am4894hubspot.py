"""Calls every function of am4894hubspot 0.0.14. What the package needs beside requests is replaced."""

import sys
import types

sys.modules["dotenv"] = types.SimpleNamespace(load_dotenv=lambda: None)

from am4894hubspot import contacts, search  # noqa: E402 - the replacement comes first

ENV = {"HUBSPOT_API_KEY": "key-of-the-environment"}
REPLIES = [
    {"path": "/crm/v3/objects/contacts/search", "json": {"total": 1, "results": [{"id": "7", "properties": {}}]}},
    {"path": "/contacts/v1/contact/batch", "status": 202},
]

search.hubspot_search("a@example.org")
search.hubspot_search("Ann", property="firstname", hapikey="key-of-the-caller", properties=["email"])
contacts.contact_exists("a@example.org")
contacts.get_contact("a@example.org")
contacts.get_contact_by_id("7", properties=["email", "phone"])
contacts.get_contact_by_id("7", hapikey="key-of-the-caller")
contacts.create_contact()
contacts.create_contact({"email": "b@example.org"}, hapikey="key-of-the-caller")
contacts.delete_contact(7)
contacts.create_contacts([{"email": "c@example.org", "firstname": "Cy"}])
contacts.update_contact("a@example.org", {"phone": "1"})
contacts.create_or_update_contact("a@example.org", {"phone": "1"}, hapikey="key-of-the-caller")

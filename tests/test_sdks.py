"""The tables of client libraries: what they hold, how versions are told, and how wrong files are refused."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from evaluating import calls_of

from migrator.catalog.sdk import Sdk
from migrator.catalog.sdkmethods import Difference, Methods, Operation, methods
from migrator.catalog.sdkrows import compile_libraries, compile_methods, sdks
from migrator.catalog.store import Folder, shipped
from migrator.catalog.versions import admitted
from migrator.errors import RulesError
from migrator.languages.pinned import Pinned
from migrator.languages.python.packages import requirements

LIBRARIES = sdks()
OFFICIAL = LIBRARIES["hubspot-api-client"]
CREATE = "crm.contacts.basic_api.create"


def official() -> Methods:
    return methods("hubspot-api-client")


def sent(sdk: Sdk, specifier: str, argument: str = "key") -> list[tuple[str, str]]:
    rows = sdk.during(getattr(sdk, argument), sdk.installable(specifier))
    return [(row.account, row.developer) for row in rows]


# -- credentials by version -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("==4.0.6", [("key", "key")]),
        ("==7.5.0", [("key", "key")]),
        ("==8.0.0", [("key", "nothing")]),
        ("==8.1.0", [("nothing", "nothing")]),
        ("==8.1.1", [("nothing", "key")]),
        ("==12.0.0", [("nothing", "key")]),
        (">=8.0,<8.1.1", [("key", "nothing"), ("nothing", "nothing")]),
    ],
)
def test_what_api_key_sends_depends_on_the_version(specifier: str, expected: list[tuple[str, str]]) -> None:
    assert sent(OFFICIAL, specifier) == expected


def test_with_no_pin_every_meaning_is_possible() -> None:
    assert len(sent(OFFICIAL, "")) == 4


def test_hubspot3_sends_a_token_in_the_query_before_it_learnt_bearer() -> None:
    sdk = LIBRARIES["hubspot3"]
    assert sent(sdk, "==3.2.1", "token") == [("query", "query")]
    assert sent(sdk, "==3.2.2", "token") == [("bearer", "bearer")]
    assert sdk.lowest["bearer"] == "3.2.2"


@pytest.mark.parametrize("package", ["hapipy", "hubspot-connection", "hubspot"])
def test_a_library_without_bearer_says_what_to_do_instead(package: str) -> None:
    sdk = LIBRARIES[package]
    assert sdk.lowest == {}
    assert sdk.instead
    assert not any("bearer" in (row.account, row.developer) for row in sdk.token)


def test_the_lowest_release_for_every_endpoint_is_the_first_without_methods_that_only_take_a_key() -> None:
    table, lowest = official(), OFFICIAL.lowest["bearer_everywhere"]
    only_key = {
        version: [
            path
            for path in table.rows
            for operation in table.operations(path, (version,))
            if "key" in operation.schemes and "token" not in operation.schemes
        ]
        for version in OFFICIAL.measured
    }
    clean = [version for version in OFFICIAL.measured if not only_key[version]]
    assert clean[0] == lowest
    assert len(only_key["5.1.0"]) == 38  # 36 of the key alone, two of either kind of key
    assert len(only_key["7.0.0"]) == 16


def test_positions_and_names_of_credentials() -> None:
    clients = {client.name: client for client in OFFICIAL.clients}
    assert (clients["hubspot.HubSpot"].key, clients["hubspot.HubSpot"].since) != (None, "")
    token = clients["hubspot.Client.create"].token
    assert token is not None
    assert (token.keyword, token.position) == ("access_token", None)
    contacts = [client for client in LIBRARIES["hubspot3"].clients if client.name.endswith(".ContactsClient")]
    assert [(client.root, client.token.position if client.token else -1) for client in contacts] == [
        ("contacts", 3),
        ("contacts", None),
    ]


def test_setters_senders_and_credential_objects() -> None:
    setters = {setter.name: setter.kind for setter in LIBRARIES["rpaframework-hubspot"].setters}
    assert setters == {"auth_with_api_key": "key", "auth_with_token": "token"}
    connection = LIBRARIES["hubspot-connection"]
    assert {sender.name: sender.method for sender in connection.senders}["send_put_request"] == "PUT"
    assert connection.credentials["hubspot.connection.OAuthKey"] == "token"
    (request,) = OFFICIAL.senders
    assert dict(request.keys)["query"] == "qs"


# -- methods by version ---------------------------------------------------------------------------------------------


def test_a_method_of_one_version() -> None:
    (operation,) = official().operations(CREATE, ("5.1.0",))
    assert operation == Operation(
        "POST", "/crm/v3/objects/contacts", (("simple_public_object_input", None),), frozenset({"key", "token"})
    )


def test_a_release_that_was_not_looked_at_counts_as_its_neighbours() -> None:
    table = official()
    assert "7.3.0" in table.releases
    assert "7.3.0" not in table.measured
    for path in table.rows:
        assert set(table.operations(path, ("7.3.0",))) == set(table.operations(path, ("7.1.0", "7.5.0")))
    assert any(table.operations(path, ("7.3.0",)) != table.operations(path, ("7.5.0",)) for path in table.rows)


def test_with_no_version_a_method_is_the_union() -> None:
    assert len(official().operations(CREATE)) == 4
    assert official().operations("crm.contacts.basic_api.no_such_method") == ()


def test_api_classes_stand_for_attribute_paths() -> None:
    assert official().root_of("hubspot.crm.contacts.BasicApi") == "crm.contacts.basic_api"
    assert official().root_of("hubspot.cms.blogs.authors.BlogAuthorsApi") == "cms.blogs.authors.author_api"
    assert official().root_of("hubspot.crm.contacts.ApiException") is None
    assert methods("hubspot3").root_of("hubspot3.contacts.ContactsClient") == "contacts"
    assert methods("hapipy").root_of("hapi.leads.LeadsClient") == "leads"


def test_prefixes_lead_on_to_methods() -> None:
    assert {"crm", "crm.contacts", "crm.contacts.basic_api"} <= official().prefixes
    assert not {"crm.conta", CREATE, ""} & official().prefixes


def test_a_method_may_make_two_requests_and_take_defaults() -> None:
    listed, batch = methods("hubspot3").operations("contacts.get_all")
    assert ("list_id", "all") in listed.takes
    assert batch.path == "/contacts/v1/contact/vids/batch"


def test_every_hole_of_a_path_is_named_and_every_row_reads() -> None:
    for package in LIBRARIES:
        for path, rows in methods(package).rows.items():
            assert "{}" not in str(rows), (package, path)
            assert bool(methods(package).operations(path)) == bool(rows), (package, path)


def test_holes_are_filled_by_parameters_of_the_same_name() -> None:
    unnamed = set()
    for path in official().rows:
        for operation in official().operations(path):
            names = {name.replace("_", "").lower() for name, _ in operation.takes}
            holes = {hole.replace("_", "").lower() for hole in re.findall(r"\{(\w+)\}", operation.path)}
            if not holes <= names:
                unnamed.add(path)
    assert unnamed == {  # the generated code of these two forgets a parameter
        "cms.source_code.validation_api.do_validate",
        "crm.pipelines.pipeline_stage_audits_api.get_audit",
    }


# -- what a bump changes --------------------------------------------------------------------------------------------


def test_differences_between_two_versions() -> None:
    def kinds(*paths: str) -> list[tuple[str, str, str]]:
        return [(item.path, item.kind, item.to) for item in official().differences(paths, "5.1.0", "12.0.0")]

    assert kinds("crm.contacts.basic_api.get_by_id") == []
    assert kinds(CREATE) == [(CREATE, "parameters", "")]
    (gone,) = official().differences(["crm.contacts.gdpr_api.purge"], "5.1.0", "12.0.0")
    assert isinstance(gone, Difference)
    assert (gone.kind, gone.to) == ("renamed", "crm.contacts.basic_api.purge")
    assert kinds("auth.oauth.tokens_api.create_token")[0][1] == "renamed"
    assert kinds("cms.performance.public_performance_api.get_page")[0][1:] == ("removed", "")
    assert kinds("no.such.method") == []


def test_the_bump_to_the_newest_removes_or_renames_what_the_package_does() -> None:
    found = official().differences(official().rows, "5.1.0", "12.0.0")
    count = {kind: sum(item.kind == kind for item in found) for kind in ("removed", "renamed", "moved", "parameters")}
    assert count["removed"] + count["renamed"] == 163
    assert count["moved"] == 27


# -- versions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=1.0,<3", ("1.0", "2.0", "2.1")),
        ("~=2.0", ("2.0", "2.1")),
        ("==2.*", ("2.0", "2.1")),
        ("!=1.0,<3", ("2.0", "2.1")),
        ("==2.0.5", ("2.0", "2.1")),
        ("==9", ("4.0rc1",)),
        (">9", ("4.0rc1",)),
        ("==0.1", ("1.0",)),
        (">=3", ("3.0", "4.0rc1")),
        ("===weird", ("1.0", "2.0", "2.1", "3.0", "4.0rc1")),
    ],
)
def test_which_releases_a_specifier_admits(specifier: str, expected: tuple[str, ...]) -> None:
    assert admitted(specifier, ("1.0", "2.0", "2.1", "3.0", "4.0rc1")) == expected


def test_text_that_is_no_specifier_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        OFFICIAL.installable("nonsense")


# -- rule files -----------------------------------------------------------------------------------------------------

GOOD = """\
package: lib
imports: [lib]
sources: [https://example.com]
sure: low
measured: 1.0 2.0
releases: 1.0 1.5 2.0
key:
  - {until: 1.5, account: key, developer: nothing}
token:
  - {account: bearer, developer: nothing}
lowest: {bearer: 1.0}
schemes: key|token
methods:
  things:
    get: GET /things/{id} (id)
"""


def rules(tmp_path: Path, text: str, name: str = "lib") -> Folder:
    (tmp_path / "sdks").mkdir()
    (tmp_path / "sdks" / f"{name}.yaml").write_text(text)
    return Folder(tmp_path, "mine", False)


def test_a_user_adds_a_library(tmp_path: Path) -> None:
    rules(tmp_path, GOOD)
    assert "hubspot3" in sdks([tmp_path])
    assert sdks([tmp_path])["lib"].installable("<2") == ("1.0", "1.5")
    (operation,) = methods("lib", (tmp_path,)).operations("things.get", ("1.5",))
    assert operation == Operation("GET", "/things/{id}", (("id", None),), frozenset({"key", "token"}))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sure: low", "sure: quite", r"mine/sdks/lib.yaml:4: unknown value 'quite'"),
        (
            "lowest: {bearer: 1.0}",
            "lowest: {beerer: 1.0}",
            r"lib.yaml:11: unknown value 'beerer'. Did you mean 'bearer'",
        ),
        ("lowest: {bearer: 1.0}", "lowest: {bearer: 1.1}", r"lib.yaml:11: '1.1' is not among the releases"),
        ("releases: 1.0 1.5 2.0", "releases: 1.0 2.0 1.5", r"lib.yaml:6: the versions do not rise"),
        ("measured: 1.0 2.0", "measured: 1.0 x-y", r"lib.yaml:5: not a version"),
        ("until: 1.5", "until: 3.0", r"lib.yaml:8: '3.0' is not among the releases"),
        ("account: key", "account: keys", r"lib.yaml:8: unknown value 'keys'"),
        ("schemes: key|token", "schemas: key|token", r"lib.yaml:12: unknown key 'schemas'. Did you mean 'schemes'"),
        ("package: lib", "package: other", r"the package is called 'other'. Name the file other.yaml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = rules(tmp_path, GOOD.replace(old, new))
    with pytest.raises(RulesError) as error:
        compile_libraries(folder)
    assert re.search(message, str(error.value))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("FETCH /things ()", "not a method row"),
        ("GET things ()", "not a method row"),
        ("GET /things", "not a method row"),
        ("GET /things () 1.5 key", "'1.5' is not among the measured versions"),
        ("GET /things () 1.0 keys", "unknown schemes 'keys'"),
        ("GET /things () 1.0..", "unknown schemes"),
    ],
)
def test_a_wrong_method_row_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    folder = rules(tmp_path, GOOD.replace("GET /things/{id} (id)", row))
    with pytest.raises(RulesError, match=rf"lib.yaml:15: .*{re.escape(message)}"):
        compile_methods(folder, "lib")


def test_the_shipped_files_are_whole() -> None:
    libraries = compile_libraries(shipped())
    assert {"hubspot-api-client", "hubspot3", "hapipy", "hubspot-connection", "hubspot", "rpaframework-hubspot"} <= set(
        libraries
    )
    for package, sdk in LIBRARIES.items():
        assert sdk.sources, package
        assert sdk.lowest or sdk.instead, package
        assert set(sdk.measured) <= set(sdk.releases), package


def test_reading_compiled_tables_needs_neither_yaml_nor_packaging() -> None:
    methods("hubspot-api-client")  # compiles the table if it has to
    program = (
        "import sys; from migrator.catalog.sdkmethods import methods; "
        "assert methods('hubspot-api-client').operations('crm.contacts.basic_api.create'); "
        "print([name for name in ('yaml', 'packaging') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- what a release lacks, and which release a file's project asks for ----------------------------------------------


def test_a_method_that_a_release_lacks_is_told_with_the_ones_that_have_it() -> None:
    gone = "crm.contacts.gdpr_api.purge"
    assert official().lacking(gone, ("12.0.0",), "lib") == (
        f"{gone} is not in lib 12.0.0, which this project asks for, but in 5.0.1 to 11.1.0; "
        "in 12.0.0 it is crm.contacts.basic_api.purge"
    )
    assert official().lacking(gone, ("2.0.0", "2.1.0"), "lib").endswith("lib 2.0.0 to 2.1.0, which this project asks "
        "for, but in 5.0.1 to 11.1.0")  # fmt: skip
    assert "in no release of lib that was looked at (1.0.0 to 12.0.0)" in official().lacking("crm.x.y", (), "lib")


def test_the_nearest_requirement_above_a_file_says_its_release() -> None:
    files = {
        "requirements.txt": "hubspot-api-client\n",
        "old/requirements.txt": "hubspot-api-client==5.1.0\n",
        "new/pyproject.toml": '[project]\ndependencies = ["hubspot-api-client>=11"]\n',
        "other/requirements.txt": "requests\n",
    }
    pinned = Pinned(requirements(files))
    assert pinned(OFFICIAL, "old/jobs/sync.py") == ("5.1.0",)
    assert pinned(OFFICIAL, "new/app.py") == ("11.0.0", "11.1.0", "12.0.0")
    assert pinned(OFFICIAL, "other/app.py") == ()
    assert pinned(LIBRARIES["hubspot3"], "old/app.py") == ()
    below = Pinned(requirements({path: text for path, text in files.items() if path != "requirements.txt"}))
    assert below(OFFICIAL, "app.py") == ("5.1.0", "11.0.0", "11.1.0", "12.0.0")
    assert Pinned()(OFFICIAL, "app.py") == ()


PYTHON = "import sys\nfrom hubspot import HubSpot\nclient = HubSpot(access_token='t')\n"
NODE = "const { Client } = require('@hubspot/api-client');\nconst client = new Client({ accessToken: 't' });\n"
OF_ANY_KIND = {
    "a.py": PYTHON + "getattr(client.crm, sys.argv[1]).basic_api.archive('7')\n",
    "a.js": NODE + "client.crm[process.argv[2]].basicApi.archive('7').then(console.log);\n",
}
OF_ONE_OF_TWO = {
    "a.py": PYTHON + "for kind in ('deals', 'tickets'):\n    getattr(client.crm, kind).basic_api.archive('7')\n",
    "a.js": NODE + "for (const kind of ['deals', 'tickets']) client.crm[kind].basicApi.archive('7');\n",
}
BY_ANY_NAME = {
    "a.py": PYTHON + "getattr(client.crm.deals.basic_api, sys.argv[1])('7')\n",
    "a.js": NODE + "client.crm.deals.basicApi[process.argv[2]]('7');\n",
}


@pytest.mark.parametrize("path", ["a.py", "a.js"])
def test_a_part_of_a_client_by_a_name_nobody_knows_is_of_any_kind(path: str) -> None:
    [call] = calls_of({path: OF_ANY_KIND[path]})
    assert (call.method, bool(call.path)) == ("DELETE", True)
    assert re.fullmatch(r"/crm/v3/objects/\{\w+\}/7", call.endpoint or "")


@pytest.mark.parametrize("path", ["a.py", "a.js"])
def test_a_part_of_a_client_by_known_names_is_each_of_them(path: str) -> None:
    found = [call.endpoint for call in calls_of({path: OF_ONE_OF_TWO[path]})]
    assert sorted(map(str, found)) == ["/crm/v3/objects/deals/7", "/crm/v3/objects/tickets/7"]


@pytest.mark.parametrize("path", ["a.py", "a.js"])
def test_a_method_by_a_name_nobody_knows_is_a_request_nobody_knows(path: str) -> None:
    [call] = calls_of({path: BY_ANY_NAME[path]})
    assert (call.method, call.endpoint) == (None, None)
    assert "which method" in str(call.reason)


def test_methods_that_have_nothing_in_common_are_not_taken_for_one() -> None:
    assert official().shared("crm.*.basic_api.archive") is not None
    assert official().shared("*.*.*.archive") is None
    assert official().shared("crm.*.no_such_api.archive") is None

"""Codes over HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.api_caller import Caller
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, draft, redeem, sublicense_of
from tests.support.csv_files import csv_rows
from tests.support.groups import group_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.codes import Code, CodeKind, Pattern
from usher.gateways.code_ids import CodeIds
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.receipts import Receipt


@pytest.fixture
def codes(base: str) -> str:
    """The path of the codes."""
    return f"{base}/codes"


@pytest.fixture
def path_of(code_ids: CodeIds) -> Callable[[Code], str]:
    """Return the path of a code."""
    return lambda code: (
        f"/v1/organizations/{code.organization}/codes/{code_ids.id_of(code.organization, code.key)}"
    )


def registration(tenant: Tenant, **fields: Any) -> dict[str, Any]:
    return {"kind": "registration", "code": "Welcome-2027", "license": tenant.license().id, **fields}


def test_a_registration_code_is_created_with_a_cap_an_end_and_a_domain(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    body = registration(tenant, name="Spring", cap=20, ends_on="2027-03-31", domain="acme.example")

    created = manager.post(codes, body)

    assert created.status == 201
    answer = created.json
    (license_,) = answer.pop("licenses")
    assert manager.get(f"{codes}/{answer['id']}").json == answer | {"licenses": [license_]}
    assert answer == {
        "id": answer["id"],
        "code": "WELCOME-2027",
        "kind": "registration",
        "state": "active",
        "name": "Spring",
        "message": "",
        "group": None,
        "client": None,
        "uses": 0,
        "cap": 20,
        "ends_at": "2027-03-31T22:00:00Z",
        "domain": "acme.example",
        "language": None,
        "batch": None,
        "address": "https://usher.example/c/acme/WELCOME-2027",
        "landing_page": "https://usher.example/c/acme",
        "created_at": "2027-01-04T09:00:00Z",
        "created_by": tenant.full.email,
        "created_by_name": "Max Full",
        "version": 0,
    }
    assert (license_["id"], license_["product"]["name"]) == (body["license"], "Fire safety")
    assert [one["id"] for one in manager.get(codes, code=" welcome-2027").json["items"]] == [answer["id"]]


def test_a_redemption_code_is_generated_with_a_chosen_length(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    body = {"kind": "redemption", "licenses": [tenant.license().id], "length": 12, "prefix": "acme-"}

    created = manager.post(codes, body)

    assert created.status == 201
    assert created.json["cap"] == 1
    assert created.json["code"].startswith("ACME-")
    assert len(created.json["code"]) == 5 + 12


def test_a_code_gives_a_clients_sublicense(manager: Caller, codes: str, tenant: Tenant) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, tenant.license(), 3)
    body = {"kind": "registration", "code": "HARBOR", "client": client.id, "sublicense": sublicense.id}

    created = manager.post(codes, body)
    without = manager.post(codes, {"kind": "registration", "sublicense": sublicense.id})
    stranger = manager.post(codes, {**body, "client": create_tenant(tenant.context, slug="other").id})

    assert created.json["landing_page"] == "https://usher.example/c/harbor"
    assert [one["id"] for one in created.json["licenses"]] == [sublicense.id]
    assert manager.get(codes).json["items"] == [], "it is the client's"
    clients = manager.get(f"/v1/organizations/{client.id}/codes").json["items"]
    assert [one["code"] for one in clients] == ["HARBOR"]
    assert clients[0]["client"] == {"id": client.id, "name": "Harbor"}
    assert [one["sublicense"] for one in clients[0]["licenses"]] == [True]
    assert (without.status, without.json["code"]) == (422, "no_client")
    assert (stranger.status, stranger.json["code"]) == (404, "client_not_found")


def test_what_makes_no_sense_is_refused(manager: Caller, codes: str, tenant: Tenant) -> None:
    body = registration(tenant)
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"code": "no"}, 422, "bad_code"),
        ({"cap": 0}, 422, "bad_cap"),
        ({"domain": "acme"}, 422, "bad_domain"),
        ({"ends_on": "2027-01-03"}, 422, "end_in_past"),
        ({"ends_on": "soon"}, 422, "bad_date"),
        ({"license": None}, 422, "bad_grant"),
        ({"group": "G"}, 422, "bad_grant"),
        ({"license": "NOBODYS"}, 404, "license_not_found"),
        ({"license": None, "group": "NOBODYS"}, 404, "group_not_found"),
        ({"kind": "redemption", "cap": 2}, 422, "bad_cap"),
        ({"code": None, "length": 3}, 422, "bad_code"),
        ({"name": "n" * 81}, 422, "bad_name"),
        ({"message": "m" * 5001}, 422, "bad_message"),
    ]

    answers = [(fields, manager.post(codes, {**body, **fields})) for fields, _, _ in cases]

    told = [(fields, answer.status, answer.json["code"]) for fields, answer in answers]
    assert told == cases
    assert manager.get(codes).json["items"] == []


def test_creating_twice_with_the_key_makes_one(manager: Caller, codes: str, tenant: Tenant) -> None:
    idempotent = manager.sending(idempotency_key="k")
    body = registration(tenant)

    first = idempotent.post(codes, body)
    second = idempotent.post(codes, body)
    taken = manager.post(codes, body)

    assert (second.status, second.json) == (201, first.json)
    assert (taken.status, taken.json["code"]) == (409, "code_taken")


def test_a_batch_is_generated_and_listed_by_itself(manager: Caller, codes: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    code_of(tenant, license_)
    idempotent = manager.sending(idempotency_key="k")
    body = {"license": license_.id, "count": 120, "length": 8, "prefix": "SPRING-"}

    made = idempotent.post(f"{codes}/batch", body)
    again = idempotent.post(f"{codes}/batch", body)

    assert (made.status, made.json["created"], len(made.json["results"])) == (201, 120, 120)
    assert again.json == made.json
    page = manager.get(codes, batch=made.json["batch"], limit=200).json
    assert {one["code"] for one in page["items"]} == {one["code"] for one in made.json["results"]}
    assert {one["batch"] for one in page["items"]} == {made.json["batch"]}
    assert {one["state"] for one in page["items"]} == {"active"}
    assert [one["code"] for one in manager.get(codes, kind="registration").json["items"]] == ["WELCOME-2027"]


def test_an_uploaded_list_reports_duplicates_one_by_one(manager: Caller, codes: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    code_of(tenant, license_, text="THERE")
    body = {"license": license_.id, "codes": "code\nAAAA\naaaa\nthere\nno"}

    refused = manager.post(f"{codes}/batch", body)
    made = manager.post(f"{codes}/batch", {**body, "skip_invalid": True})

    assert (refused.status, refused.json["code"]) == (422, "bad_codes")
    assert [one["code"] for one in refused.json["codes"]] == ["no"]
    assert [(one["code"], one["outcome"]) for one in made.json["results"]] == [
        ("AAAA", "created"),
        ("AAAA", "repeated"),
        ("THERE", "exists"),
        ("no", "invalid"),
    ]
    assert made.json["created"] == 1
    assert made.json["results"][3]["reason"]


def test_a_batch_is_of_one_to_ten_thousand_generated_or_of_ones_own(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    body = {"license": tenant.license().id}
    wrong: list[dict[str, Any]] = [
        *({}, {"count": 1, "codes": ["AAAA"]}),
        *({"count": 0}, {"codes": []}, {"count": 10_001}),
    ]
    for fields in wrong:
        refused = manager.post(f"{codes}/batch", {**body, **fields})

        assert (refused.status, refused.json["code"]) == (422, "bad_batch")


def test_codes_that_could_be_guessed_are_refused_with_the_length_that_it_takes(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    refused = manager.post(f"{codes}/batch", {"license": tenant.license().id, "count": 10_000, "length": 4})

    assert (refused.status, refused.json["code"]) == (422, "bad_batch")
    assert refused.json["least_length"] == 7


def test_the_uses_of_a_code_say_who_and_when(
    manager: Caller,
    tenant: Tenant,
    id_of: Callable[[str], str],
    path_of: Callable[[Code], str],
) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, name="Spring")
    redeem(tenant, code)

    uses = manager.get(f"{path_of(code)}/uses")

    assert uses.json == {
        "items": [
            {
                "person": id_of("ann@x.io"),
                "email": "ann@x.io",
                "first_name": "Ann",
                "last_name": "Lee",
                "redeemed_at": "2027-01-04T09:00:00Z",
                "code": "WELCOME-2027",
                "code_id": path_of(code).rpartition("/")[2],
                "code_name": "Spring",
                "batch": None,
                "licenses": manager.get(path_of(code)).json["licenses"],
                "group": None,
                "client": None,
            }
        ],
        "next": None,
    }
    assert manager.get(path_of(code)).json["uses"] == 1
    assert [one["id"] for one in uses.json["items"][0]["licenses"]] == [license_.id]


def test_a_code_is_disabled_and_enabled(
    manager: Caller, tenant: Tenant, path_of: Callable[[Code], str]
) -> None:
    path = path_of(code_of(tenant, tenant.license()))

    disabled = manager.post(f"{path}/disable")
    copy = manager.post(f"{path}/send-copy")
    enabled = manager.post(f"{path}/enable")

    assert (disabled.status, disabled.json["state"]) == (200, "disabled")
    assert (copy.status, copy.json["code"]) == (409, "code_not_active")
    assert (enabled.status, enabled.json["state"]) == (200, "active")


def test_a_program_makes_codes_and_gets_no_copy(
    manager: Caller, codes: str, base: str, tenant: Tenant
) -> None:
    given = {"name": "Shop", "scopes": ["read", "manage_codes"]}
    program = manager.with_key(manager.post(f"{base}/api-keys", given).json["key"])
    body = registration(tenant)

    refused = program.post(codes, {**body, "send_me_a_copy": True})
    created = program.post(codes, body)
    copy = program.post(f"{codes}/{created.json['id']}/send-copy")

    assert (refused.status, refused.json["code"]) == (422, "nobody_to_copy")
    assert created.status == 201
    assert (copy.status, copy.json["code"]) == (403, "key_not_accepted")


def test_a_limited_manager_reads_codes_and_changes_none(
    limited: Caller, codes: str, base: str, tenant: Tenant, path_of: Callable[[Code], str]
) -> None:
    one = path_of(code_of(tenant, tenant.license()))

    for path in (codes, one, f"{one}/uses", f"{base}/code-uses", f"{base}/code-batches"):
        assert limited.get(path).status == 200
    assert limited.patch(one, {"name": "Mine"}).status == 403
    assert limited.call("DELETE", one).status == 403
    for path in (codes, f"{codes}/batch"):
        body = {"license": tenant.license().id} | (
            {"kind": "registration"} if path == codes else {"count": 1}
        )
        assert limited.post(path, body).status == 403
    for action in ("disable", "enable", "send-copy"):
        assert limited.post(f"{one}/{action}").status == 403


def test_the_export_is_a_csv_in_which_no_cell_is_a_formula(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    code_of(tenant, tenant.license(), text="-DASH-FIRST", name="=cmd|' /C calc'!A0", cap=3)

    exported = manager.get(f"{codes}/export")

    assert exported.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv_rows(exported.text)
    assert (row["code"], row["name"]) == ("'-DASH-FIRST", "'=cmd|' /C calc'!A0")
    assert (row["gives"], row["uses"], row["cap"]) == ("Fire safety", "0", "3")
    assert row["address"] == "https://usher.example/c/acme/-DASH-FIRST"


def test_the_export_comes_in_pages_that_put_together_are_one_file(
    manager: Caller, codes: str, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.sheets.pages.MOST_SECONDS", 0.0)
    monkeypatch.setattr("functions.api.sheets.pages.ONE_READ", 3)
    CodeBatches(tenant.context).generate(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(tenant.license(), kind=CodeKind.REDEMPTION),
        count=5,
        pattern=Pattern(),
        receipt=Receipt(),
    )
    code_of(tenant, tenant.license())

    first = manager.get(f"{codes}/export", kind="redemption")
    link = first.headers["Link"]
    query = dict(parse_qsl(urlsplit(link[1:].split(">")[0]).query))
    second = manager.get(f"{codes}/export", **query)

    rows = csv_rows(first.text + second.text)
    assert link.endswith('rel="next"')
    assert "Link" not in second.headers
    assert len({row["code"] for row in rows}) == 5


def test_no_path_names_the_text_of_a_code(
    manager: Caller, codes: str, tenant: Tenant, code_ids: CodeIds
) -> None:
    other = create_tenant(tenant.context, slug="other")
    code = code_of(tenant, tenant.license())

    for id_ in (code.text, code_ids.id_of(other.id, code.key), "k1.AAAA"):
        unknown = manager.get(f"{codes}/{id_}")

        assert (unknown.status, unknown.json["code"]) == (404, "code_not_found")
    found = manager.get(codes, code="https://usher.example/c/acme/WELCOME-2027").json
    assert [one["id"] for one in found["items"]] == [code_ids.id_of(tenant.id, code.key)]
    assert manager.get(codes, code="NOT-THERE").json == {"items": [], "next": None}
    assert manager.get(codes, code="WELCOME-2027", kind="redemption").json["items"] == []
    refused = manager.get(codes, code="§")
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "code")


def test_terms_are_changed_by_the_rules_of_a_new_code(
    manager: Caller, tenant: Tenant, path_of: Callable[[Code], str]
) -> None:
    code = code_of(tenant, tenant.license(), cap=2)
    path = path_of(code)
    for email in ("ann@x.io", "bob@x.io"):
        redeem(tenant, code, email)

    changed = manager.patch(path, {"name": " Spring ", "message": "Hello", "cap": 5, "ends_on": "2027-03-31"})
    opened = manager.patch(path, {"cap": None, "ends_on": None})
    refused = {
        field: manager.patch(path, {field: value})
        for field, value in (
            ("cap", 0),
            ("ends_on", "2027-01-03"),
            ("name", "n" * 81),
            ("message", "m" * 5001),
        )
    }
    below = manager.patch(path, {"cap": 1})

    assert changed.status == 200
    assert [changed.json[name] for name in ("name", "message", "cap", "ends_at", "state", "uses")] == [
        *("Spring", "Hello", 5, "2027-03-31T22:00:00Z", "active", 2)
    ]
    assert (opened.json["cap"], opened.json["ends_at"], opened.json["name"]) == (None, None, "Spring")
    for field, answer in refused.items():
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert (below.status, below.json["code"], below.json["uses"]) == (409, "cap_below_uses", 2)


def test_a_dead_code_is_removed_and_its_text_is_free(
    manager: Caller, codes: str, base: str, tenant: Tenant, path_of: Callable[[Code], str]
) -> None:
    body = registration(tenant)
    code = code_of(tenant, tenant.license())
    redeem(tenant, code)
    path = path_of(code)

    live = manager.call("DELETE", path)
    manager.post(f"{path}/disable")
    removed = manager.call("DELETE", path)
    again = manager.call("DELETE", path)
    new = manager.post(codes, body)

    assert (live.status, live.json["code"]) == (409, "code_active")
    assert "isable" in live.json["next_action"]
    assert (removed.status, again.status) == (204, 404)
    assert (new.status, new.json["uses"]) == (201, 0)
    assert manager.get(f"{codes}/{new.json['id']}/uses").json["items"] == []
    (use,) = manager.get(f"{base}/code-uses").json["items"]
    assert (use["email"], use["code"], use["code_name"]) == ("ann@x.io", "WELCOME-2027", None)
    assert use["code_id"] != new.json["id"]


def test_the_uses_of_all_codes_are_a_list_and_a_file(
    manager: Caller, base: str, tenant: Tenant, clock: Clock, path_of: Callable[[Code], str]
) -> None:
    first = code_of(tenant, tenant.license(), text="FIRST", name="=Autumn")
    second = code_of(tenant, group_of(tenant, tenant.license()), text="SECOND")
    redeem(tenant, first, "bob@x.io")
    clock.forward(seconds=1)
    redeem(tenant, second, "ann@x.io")

    listed = manager.get(f"{base}/code-uses").json["items"]
    page = manager.get(f"{base}/code-uses", limit=1).json
    file = manager.get(f"{base}/code-uses/export")
    own = manager.get(f"{path_of(second)}/uses/export")

    assert [(one["code"], one["email"]) for one in listed] == [
        ("SECOND", "ann@x.io"),
        ("FIRST", "bob@x.io"),
    ]
    assert listed[0]["group"]["name"] == "Night shift"
    assert len(page["items"]) == 1
    assert manager.get(f"{base}/code-uses", cursor=page["next"]).json["items"] == listed[1:]
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    later, earlier = csv_rows(file.text)
    assert (later["code"], later["group"], later["gives"]) == ("SECOND", "Night shift", "")
    assert (earlier["code_name"], earlier["gives"]) == ("'=Autumn", "Fire safety")
    assert earlier["redeemed_at"] == "2027-01-04T09:00:00Z"
    assert csv_rows(own.text) == [later]


def test_the_files_of_uses_name_client_and_sublicense(manager: Caller, tenant: Tenant) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, tenant.license(), 3)
    clients = f"/v1/organizations/{client.id}"
    body = {"kind": "registration", "code": "HARBOR", "sublicense": sublicense.id, "client": client.id}
    manager.post(f"/v1/organizations/{tenant.id}/codes", body)
    redeem(tenant, "HARBOR", organization=client.id)

    files = [manager.get(f"{clients}/{path}/export") for path in ("codes", "code-uses")]

    for file in files:
        (row,) = csv_rows(file.text)
        assert (row["client"], row["sublicense"], row["gives"]) == ("Harbor", sublicense.id, "Fire safety")


def test_the_file_of_uses_comes_in_pages_that_put_together_are_one_file(
    manager: Caller, base: str, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.sheets.pages.MOST_SECONDS", 0.0)
    monkeypatch.setattr("functions.api.sheets.pages.ONE_READ", 2)
    code = code_of(tenant, tenant.license())
    for email in ("ann@x.io", "bob@x.io", "cy@x.io"):
        redeem(tenant, code, email)

    first = manager.get(f"{base}/code-uses/export")
    link = first.headers["Link"]
    path, _, query = link[1:].split(">")[0].removeprefix("https://usher.example").partition("?")
    second = manager.get(path, **dict(parse_qsl(query)))

    rows = csv_rows(first.text + second.text)
    assert path == f"{base}/code-uses/export"
    assert "Link" not in second.headers
    assert {row["email"] for row in rows} == {"ann@x.io", "bob@x.io", "cy@x.io"}


def test_batches_are_listed_with_what_became_of_their_codes(
    manager: Caller, codes: str, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    older = manager.post(f"{codes}/batch", {"license": license_.id, "count": 1}).json["batch"]
    clock.forward(seconds=1)
    body = {
        "license": license_.id,
        "codes": ["AAAA", "BBBB", "CCCC"],
        "name": "Spring",
        "ends_on": "2027-03-31",
    }
    batch = manager.post(f"{codes}/batch", body).json["batch"]
    redeem(tenant, "BBBB")
    (used,) = manager.get(codes, code="BBBB").json["items"]
    manager.call("DELETE", f"{codes}/{used['id']}")

    newest, oldest = manager.get(f"{base}/code-batches").json["items"]

    assert newest == {
        "id": batch,
        "name": "Spring",
        "licenses": used["licenses"],
        "group": None,
        "client": None,
        "created": 3,
        "used": 1,
        "removed": 1,
        "ends_at": "2027-03-31T22:00:00Z",
        "domain": "",
        "created_at": "2027-01-04T09:00:01Z",
        "created_by": tenant.full.email,
        "created_by_name": "Max Full",
    }
    assert (oldest["id"], oldest["created"], oldest["used"]) == (older, 1, 0)
    assert manager.get(f"{base}/code-batches/{batch}").json == newest
    unknown = manager.get(f"{base}/code-batches/{license_.id}")
    assert (unknown.status, unknown.json["code"]) == (404, "code_batch_not_found")


def test_the_cursor_of_a_list_has_no_code_and_works_in_its_own_list_alone(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    for text in ("OPEN-2027", "OPEN-2028"):
        new = {"kind": "registration", "name": "Open day", "license": license_.id, "code": text}
        assert manager.post(f"{base}/codes", new).status == 201

    page = manager.get(f"{base}/codes", limit=1).json
    cursor = page["next"]
    rest = manager.get(f"{base}/codes", limit=1, cursor=cursor).json
    elsewhere = manager.get(f"{base}/invites", cursor=cursor)
    raw = manager.get(f"{base}/codes", cursor="eyJwayI6IkNPREUifQ")

    encrypted = cursor.partition(".")[2]
    plain = base64.urlsafe_b64decode(encrypted + "=" * (-len(encrypted) % 4))
    assert b"OPEN-" not in plain
    assert {one["code"] for one in [*page["items"], *rest["items"]]} == {"OPEN-2027", "OPEN-2028"}
    assert (elsewhere.status, elsewhere.json["code"]) == (422, "bad_cursor")
    assert (raw.status, raw.json["code"]) == (422, "bad_cursor")

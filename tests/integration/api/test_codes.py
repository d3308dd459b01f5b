"""Codes over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.api_caller import Caller
from tests.support.codes import client_of, code_of, draft, redeem, sublicense_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.codes import CodeKind, Pattern
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.receipts import Receipt


@pytest.fixture
def codes(base: str) -> str:
    """The path of the codes."""
    return f"{base}/codes"


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
    assert answer == {
        "code": "WELCOME-2027",
        "kind": "registration",
        "state": "active",
        "name": "Spring",
        "message": "",
        "group": None,
        "uses": 0,
        "cap": 20,
        "ends_at": "2027-03-31T22:00:00Z",
        "domain": "acme.example",
        "batch": None,
        "address": "https://usher.example/c/acme/WELCOME-2027",
        "landing_page": "https://usher.example/c/acme",
        "created_at": "2027-01-04T09:00:00Z",
        "created_by": tenant.full.email,
    }
    assert (license_["id"], license_["product"]["name"]) == (body["license"], "Fire safety")
    assert manager.get(f"{codes}/welcome-2027").json["code"] == "WELCOME-2027"


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
    codes: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    code = code_of(tenant, tenant.license())
    redeem(tenant, code)

    uses = manager.get(f"{codes}/WELCOME-2027/uses")

    assert uses.json == {
        "items": [
            {
                "person": id_of("ann@x.io"),
                "email": "ann@x.io",
                "first_name": "Ann",
                "last_name": "Lee",
                "redeemed_at": "2027-01-04T09:00:00Z",
            }
        ],
        "next": None,
    }
    assert manager.get(f"{codes}/WELCOME-2027").json["uses"] == 1


def test_a_code_is_disabled_and_enabled(manager: Caller, codes: str, tenant: Tenant) -> None:
    code_of(tenant, tenant.license())

    disabled = manager.post(f"{codes}/welcome-2027/disable")
    copy = manager.post(f"{codes}/welcome-2027/send-copy")
    enabled = manager.post(f"{codes}/welcome-2027/enable")

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
    copy = program.post(f"{codes}/WELCOME-2027/send-copy")

    assert (refused.status, refused.json["code"]) == (422, "nobody_to_copy")
    assert created.status == 201
    assert (copy.status, copy.json["code"]) == (403, "key_not_accepted")


def test_a_limited_manager_reads_codes_and_changes_none(limited: Caller, codes: str, tenant: Tenant) -> None:
    code_of(tenant, tenant.license())

    assert limited.get(codes).status == 200
    assert limited.get(f"{codes}/WELCOME-2027").status == 200
    for path in (codes, f"{codes}/batch"):
        body = {"license": tenant.license().id} | (
            {"kind": "registration"} if path == codes else {"count": 1}
        )
        assert limited.post(path, body).status == 403
    for action in ("disable", "enable", "send-copy"):
        assert limited.post(f"{codes}/WELCOME-2027/{action}").status == 403


def test_the_export_is_a_csv_in_which_no_cell_is_a_formula(
    manager: Caller, codes: str, tenant: Tenant
) -> None:
    code_of(tenant, tenant.license(), text="-DASH-FIRST", name="=cmd|' /C calc'!A0", cap=3)

    exported = manager.get(f"{codes}/export")

    assert exported.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(exported.text))
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

    rows = list(csv.DictReader(io.StringIO(first.text + second.text)))
    assert link.endswith('rel="next"')
    assert "Link" not in second.headers
    assert len({row["code"] for row in rows}) == 5


def test_a_code_named_export_is_read_by_its_capitals(manager: Caller, codes: str, tenant: Tenant) -> None:
    code_of(tenant, tenant.license(), text="export")

    assert manager.get(f"{codes}/EXPORT").json["code"] == "EXPORT"

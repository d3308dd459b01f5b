"""Invites over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.reading_back import lacking
from tests.support.tenant import Tenant
from usher.domain.licenses import ProductKind

TWELVE = "a@x.io, b@x.io c@x.io;d@x.io\ne@x.io, Fay <f@x.io>, g@x.io h@x.io,i@x.io j@x.io k@x.io, L@X.io"


def test_an_invite_has_the_documented_shape(
    manager: Caller,
    base: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    license_ = tenant.license(seats=3)

    answer = manager.post(
        f"{base}/invites",
        {"license": license_.id, "emails": ["Ann Lee <ann@x.io>"], "access_start": "2027-02-01"},
    )

    assert answer.status == 201
    ((result,),) = answer.json.values()
    invite = result.pop("invite")
    assert result == {
        "email": "ann@x.io",
        "outcome": "invited",
        "reason": None,
        "reason_code": None,
        "suggestion": None,
        "retry_after": None,
    }
    product = {"id": license_.terms.product.id, "name": "Fire safety", "kind": "course"}
    assert invite == {
        "id": invite["id"],
        "kind": "learner",
        "person": id_of("ann@x.io"),
        "email": "ann@x.io",
        "first_name": "Ann",
        "last_name": "Lee",
        "state": "pending",
        "expired": False,
        "expires_at": "2027-01-14T09:00:00Z",
        "access_start": "2027-01-31T23:00:00Z",
        "licenses": [
            {
                "id": license_.id,
                "product": product,
                "flex": False,
                "valid_from": "2026-12-31T23:00:00Z",
                "valid_until": "2027-12-31T23:00:00Z",
                "starts_at": None,
            }
        ],
        "groups": [],
        "message": "",
        "language": None,
        "sent": {"count": 1, "last_at": "2027-01-04T09:00:00Z"},
        "delivery": "queued",
        "delivery_held": None,
        "answered_at": None,
        "link_requested_at": None,
        "created_at": "2027-01-04T09:00:00Z",
        "created_by": tenant.full.email,
        "created_by_name": "Max Full",
    }


def test_twelve_addresses_pasted_with_any_separator_are_invited(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license(seats=25)

    answer = manager.post(f"{base}/invites", {"licenses": [license_.id], "emails": TWELVE})

    assert [one["outcome"] for one in answer.json["results"]] == ["invited"] * 12
    assert answer.json["results"][-1]["email"] == "l@x.io"
    seats = manager.get(f"{base}/licenses/{license_.id}").json["seats"]
    assert seats == {"total": 25, "assigned": 12, "reserved": 0, "sublicensed": 0, "available": 13}


def test_skipping_the_malformed_says_why(manager: Caller, base: str, tenant: Tenant) -> None:
    body = {"license": tenant.license().id, "emails": ["ann@x.io", "ann@"]}

    refused = manager.post(f"{base}/invites", body)
    skipped = manager.post(f"{base}/invites", {**body, "skip_invalid": True})

    assert refused.status == 422
    assert refused.json["code"] == "bad_addresses"
    assert [one["address"] for one in refused.json["addresses"]] == ["ann@"]
    assert refused.json["addresses"][0]["reason_code"] == "nothing_after_at_sign"
    assert [one["outcome"] for one in skipped.json["results"]] == ["invited", "invalid"]
    assert skipped.json["results"][1]["reason"]


def test_a_batch_beyond_the_pool_is_refused_with_the_shortfall(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license(seats=2)

    answer = manager.post(f"{base}/invites", {"license": license_.id, "emails": "a@x.io b@x.io c@x.io"})

    assert answer.status == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"] == "no_seats"
    assert answer.json["shortfall"] == [lacking(license_, needed=3, available=2)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"emails": "a@x.io"}, "no_license"),
        ({"license": "L", "licenses": ["L"], "emails": "a@x.io"}, "two_targets"),
        ({"license": "L", "group": "G", "emails": "a@x.io"}, "two_targets"),
        ({"license": "L", "emails": ""}, "no_addresses"),
        ({"license": "L", "emails": []}, "no_addresses"),
        ({"license": "L", "emails": [f"a{n}@x.io" for n in range(501)]}, "too_many_addresses"),
        ({"license": "L", "emails": "a@x.io", "access_start": "2027-13-01"}, "bad_date"),
        ({"license": "L", "emails": "a@x.io", "access_start": "2027-02-30"}, "bad_date"),
        ({"license": "L", "emails": "a@x.io", "access_start": "2027-01-03"}, "start_in_past"),
        ({"license": "L", "emails": "a@x.io", "access_start": "2029-01-03"}, "start_outside_license"),
        ({"license": "L", "emails": "a@x.io", "message": "x" * 2001}, "bad_message"),
        ({"license": "L", "emails": "a@x.io", "first_name": "x" * 81}, "bad_name"),
        ({"license": "L", "emails": "a@x.io, b@x.io", "first_name": "Ann"}, "name_of_several"),
        (
            {"license": "L", "emails": ["a@x.io", "b@"], "last_name": "Lee", "skip_invalid": True},
            "name_of_several",
        ),
        ({"license": "L", "emails": 1}, "invalid"),
        ({"license": "L", "emails": "a@x.io", "skip_invalid": "yes"}, "invalid"),
        ({"license": "L"}, "invalid"),
    ],
)
def test_what_cannot_mean_anything_is_refused_by_code_and_changes_nothing(
    manager: Caller, base: str, tenant: Tenant, body: dict[str, object], code: str
) -> None:
    license_ = tenant.license()
    sent = {name: license_.id if value == "L" else value for name, value in body.items()}
    if "licenses" in sent:
        sent["licenses"] = [license_.id]

    answer = manager.post(f"{base}/invites", sent)

    assert answer.status == 422
    assert answer.json["code"] == code
    assert answer.json["next_action"]
    assert manager.get(f"{base}/invites").json["items"] == []


def test_a_name_that_would_become_everybodys_is_refused_with_its_field(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io; b@x.io", "first_name": "Ann"}

    refused = manager.post(f"{base}/invites", body)
    same_twice = manager.post(f"{base}/invites", {**body, "emails": "a@x.io, A@X.io"})

    reason = "is one person's, and several addresses are named"
    assert refused.json["errors"] == [{"field": "first_name", "reason": reason}]
    assert same_twice.status == 201


def test_what_an_address_book_copies_is_invited_and_greeted_by_first_name(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()

    answer = manager.post(
        f"{base}/invites",
        {"license": license_.id, "emails": 'Lee, Ann <ann@x.io>; "Kim, Bo" <bo@x.io>; mailto:cy@x.io'},
    )

    invited = manager.get(f"{base}/invites").json["items"]
    assert answer.status == 201
    assert {(one["email"], one["first_name"], one["last_name"]) for one in invited} == {
        ("ann@x.io", "Ann", "Lee"),
        ("bo@x.io", "Bo", "Kim"),
        ("cy@x.io", "", ""),
    }


def test_a_subscription_takes_no_chosen_start(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-02-01")

    answer = manager.post(
        f"{base}/invites", {"license": license_.id, "emails": "a@x.io", "access_start": "2027-03-01"}
    )

    assert answer.status == 422
    assert answer.json["code"] == "start_not_choosable"


def test_a_license_of_nobody_is_not_found(manager: Caller, base: str) -> None:
    answer = manager.post(f"{base}/invites", {"license": "01KAP3V8Q2M4X7Y9Z1B5C6D8E0", "emails": "a@x.io"})

    assert answer.status == 404
    assert answer.json["code"] == "license_not_found"


def test_a_limited_manager_looks_and_does_not_invite(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}
    manager.post(f"{base}/invites", body)

    refused = limited.post(f"{base}/invites", {**body, "emails": "b@x.io"})

    assert refused.status == 403
    assert refused.json["code"] == "forbidden"
    assert [one["email"] for one in limited.get(f"{base}/invites").json["items"]] == ["a@x.io"]


def test_the_list_is_filtered_and_turned_page_by_page(
    manager: Caller, base: str, tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    course, other = tenant.license(), tenant.license()
    for number in range(5):
        tenant.invite(course, f"a{number}@x.io")
        clock.forward(seconds=1)
    withdrawn = tenant.withdraw(tenant.invite(other, "gone@x.io"))

    pages = [manager.get(f"{base}/invites", state="pending", limit=2)]
    while pages[-1].json["next"]:
        pages.append(manager.get(f"{base}/invites", state="pending", limit=2, cursor=pages[-1].json["next"]))

    emails = [one["email"] for page in pages for one in page.json["items"]]
    assert emails == [f"a{number}@x.io" for number in (4, 3, 2, 1, 0)]
    by_license = manager.get(f"{base}/invites", license=other.id).json["items"]
    assert [one["id"] for one in by_license] == [withdrawn.id]
    by_email = manager.get(f"{base}/invites", email=" A3@X.io ").json["items"]
    assert [one["email"] for one in by_email] == ["a3@x.io"]
    assert manager.get(f"{base}/invites", expired="true").json["items"] == []
    clock.forward(days=11)
    async_workers.sweep()
    async_workers.dispatch()
    expired = manager.get(f"{base}/invites", expired="true").json["items"]
    assert [one["expired"] for one in expired] == [True] * 5
    assert {one["state"] for one in expired} == {"pending"}


def test_several_values_of_a_filter_come_as_api_gateway_joins_them(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    course, other = tenant.license(), tenant.license()
    tenant.decline(tenant.invite(course, "Ann Lee <ann@x.io>"))
    tenant.withdraw(tenant.invite(other, "bo@x.io"))
    tenant.invite(other, "José Lee <cy@x.io>")

    def listed(**query: str | list[str]) -> list[str]:
        return [one["email"] for one in manager.get(f"{base}/invites", **query).json["items"]]

    assert listed(state="declined,withdrawn") == ["bo@x.io", "ann@x.io"]
    assert listed(state=["declined", "withdrawn"]) == ["bo@x.io", "ann@x.io"]
    assert listed(license=f"{course.id},{other.id}", sort="created") == ["ann@x.io", "bo@x.io", "cy@x.io"]
    assert listed(delivery="held,bounced", state="pending") == []
    refused = manager.get(f"{base}/invites", delivery="queued")
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "delivery")
    assert listed(sort="-name") == ["cy@x.io", "ann@x.io", "bo@x.io"]
    assert listed(q="jose") == listed(q="lee j") == ["cy@x.io"]
    assert listed(q="lee, ann") == []
    assert listed(created_from="2027-01-05") == []
    assert len(listed(created_from="2027-01-04", created_to="2027-01-04")) == 3


def test_an_unknown_license_or_group_in_a_filter_is_not_found(manager: Caller, base: str) -> None:
    for field in ("license", "group"):
        refused = manager.get(f"{base}/invites", **{field: "nothing"})

        assert (refused.status, refused.json["code"]) == (404, f"{field}_not_found")
        assert [one["field"] for one in refused.json["errors"]] == [field]


def test_an_invite_in_a_list_and_alone_names_its_creator(
    manager: Caller, limited: Caller, base: str, tenant: Tenant
) -> None:
    invite = tenant.invite(tenant.license())

    for caller in (manager, limited):
        (listed,) = caller.get(f"{base}/invites").json["items"]
        assert listed == caller.get(f"{base}/invites/{invite.id}").json
        assert listed["created_by_name"] == "Max Full"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "gone"}, "state"),
        ({"delivery": "sent,lost"}, "delivery"),
        ({"license": ",".join(map(str, range(21)))}, "license"),
        ({"sort": "age"}, "sort"),
        ({"sort": "email", "q": "ann"}, "sort"),
        ({"q": "a" * 101}, "q"),
        ({"created_from": "yesterday"}, "created_from"),
        ({"created_to": "soon"}, "created_to"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"expired": "perhaps"}, "expired"),
        ({"sate": "pending"}, "sate"),
    ],
)
def test_a_filter_that_is_not_understood_is_named(
    manager: Caller, base: str, query: dict[str, str], field: str
) -> None:
    answer = manager.get(f"{base}/invites", **query)

    assert answer.status == 422
    assert [one["field"] for one in answer.json["errors"]] == [field]


@pytest.mark.parametrize("cursor", ["x", "eyJwayI6IlgifQ", "%", "Z" * 25])
@pytest.mark.parametrize("query", [{}, {"state": "pending"}])
def test_a_cursor_of_another_list_is_refused(
    manager: Caller, base: str, cursor: str, query: dict[str, str]
) -> None:
    answer = manager.get(f"{base}/invites", cursor=cursor, **query)

    assert answer.status == 422
    assert answer.json["code"] == "bad_cursor"


def test_one_invite_is_read_by_its_own_organization_alone(
    manager: Caller, caller: Caller, base: str, tenant: Tenant
) -> None:
    invite = tenant.invite(tenant.license())

    assert manager.get(f"{base}/invites/{invite.id}").json["email"] == "ann@x.io"
    unknown = manager.get(f"{base}/invites/{'X' * 64}")
    assert unknown.status == 404
    assert unknown.json["code"] == "invite_not_found"
    assert manager.get(f"{base}/invites/{'X' * 65}").status == 404
    stranger = caller.as_(tenant.operator).get(f"{base}/invites/{invite.id}")
    assert stranger.status == 404
    assert stranger.json["code"] == "organization_not_found"


def test_resending_sends_a_second_time_and_not_at_once(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    invite = tenant.invite(tenant.license())
    clock.forward(hours=1)

    first = manager.post(f"{base}/invites/{invite.id}/resend")
    second = manager.post(f"{base}/invites/{invite.id}/resend")

    assert first.status == 200
    assert first.json["sent"] == {"count": 2, "last_at": "2027-01-04T10:00:00Z"}
    assert second.status == 429
    assert second.json["code"] == "resend_too_soon"
    assert second.headers["Retry-After"] == "60"
    assert second.json["retry_after"] == 60


def test_withdrawing_gives_the_seat_back_once(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(seats=1)
    invite = tenant.invite(license_)

    first = manager.post(f"{base}/invites/{invite.id}/withdraw")
    second = manager.post(f"{base}/invites/{invite.id}/withdraw")

    assert first.json["state"] == "withdrawn"
    assert second.status == 409
    assert second.json["code"] == "invite_withdrawn"
    assert second.json["answered_at"] == "2027-01-04T09:00:00Z"
    assert manager.get(f"{base}/licenses/{license_.id}").json["seats"]["available"] == 1


def test_an_accepted_invite_is_not_withdrawn(manager: Caller, base: str, tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())
    tenant.accept(invite)

    answer = manager.post(f"{base}/invites/{invite.id}/withdraw")

    assert answer.status == 409
    assert answer.json["code"] == "already_accepted"
    assert "support request" in answer.json["next_action"]


def test_the_start_is_moved_and_taken_away(manager: Caller, base: str, tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())

    moved = manager.patch(f"{base}/invites/{invite.id}", {"access_start": "2027-03-01"})
    on_acceptance = manager.patch(f"{base}/invites/{invite.id}", {"access_start": None})
    nothing = manager.patch(f"{base}/invites/{invite.id}", {})

    assert moved.json["access_start"] == "2027-02-28T23:00:00Z"
    assert on_acceptance.json["access_start"] is None
    assert nothing.status == 422
    assert nothing.json["errors"] == [{"field": "access_start", "reason": "is required"}]


def test_many_invites_are_changed_each_by_itself(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    first, second = tenant.invite(license_, "a@x.io"), tenant.invite(license_, "b@x.io")
    tenant.accept(second)

    answer = manager.post(
        f"{base}/invites/bulk", {"action": "withdraw", "invites": [first.id, second.id, "none"]}
    )

    assert answer.status == 200
    done, refused, unknown = answer.json["results"]
    assert done["id"] == first.id
    assert done["outcome"] == "done"
    assert done["invite"]["state"] == "withdrawn"
    assert refused["outcome"] == "refused"
    assert refused["error"]["code"] == "already_accepted"
    assert refused["error"]["status"] == 409
    assert unknown["error"]["code"] == "invite_not_found"


def test_many_invites_are_rescheduled_with_a_start_that_is_named(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    invite = tenant.invite(tenant.license())
    path, ids = f"{base}/invites/bulk", [invite.id]

    moved = manager.post(path, {"action": "reschedule", "invites": ids, "access_start": "2027-03-01"})
    no_start = manager.post(path, {"action": "reschedule", "invites": ids})
    one_too_many = manager.post(path, {"action": "resend", "invites": ids, "access_start": "2027-03-01"})
    nobody = manager.post(path, {"action": "resend", "invites": []})

    assert moved.json["results"][0]["invite"]["access_start"] == "2027-02-28T23:00:00Z"
    assert no_start.json["code"] == "start_not_named"
    assert one_too_many.json["code"] == "start_not_asked"
    assert nobody.json["code"] == "bad_bulk"


def test_an_address_that_looks_mistyped_is_invited_with_what_was_probably_meant(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    body = {
        "license": tenant.license(9).id,
        "emails": "ann@gmial.com, bob@@x.io, cy@x.io",
        "skip_invalid": True,
    }

    results = manager.post(f"{base}/invites", body).json["results"]

    assert [(one["outcome"], one["suggestion"], one["reason_code"]) for one in results] == [
        ("invited", "ann@gmail.com", None),
        ("invalid", "bob@x.io", "several_at_signs"),
        ("invited", None, None),
    ]

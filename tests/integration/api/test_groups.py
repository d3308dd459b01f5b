"""Groups over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.reading_back import lacking
from tests.support.tenant import Tenant
from usher.domain.invites import Invite as SentInvite
from usher.store import invites


@pytest.fixture
def groups(base: str) -> str:
    """The path of the groups."""
    return f"{base}/groups"


def create(manager: Caller, groups: str, *licenses: str, name: str = "Night shift") -> dict[str, Any]:
    answer = manager.post(groups, {"name": name, "licenses": list(licenses)})
    assert answer.status == 201
    created: dict[str, Any] = answer.json
    return created


def sent(tenant: Tenant, answer: Answer) -> SentInvite:
    (result,) = answer.json["results"]
    found = invites.get(tenant.context.table, result["invite"]["id"])
    assert found is not None
    return found


def test_a_group_is_created_found_listed_renamed_and_deleted(
    manager: Caller, groups: str, tenant: Tenant
) -> None:
    license_ = tenant.license(5)

    created = create(manager, groups, license_.id)
    found = manager.get(f"{groups}/{created['id']}")
    listed = manager.get(groups)
    renamed = manager.patch(f"{groups}/{created['id']}", {"name": "Day shift"})
    deleted = manager.call("DELETE", f"{groups}/{created['id']}")
    gone = manager.get(f"{groups}/{created['id']}")

    (own,) = created.pop("licenses")
    assert created == {
        "id": created["id"],
        "name": "Night shift",
        "members": 0,
        "created_at": "2027-01-04T09:00:00Z",
        "version": 1,
    }
    assert own["id"] == license_.id
    assert own["seats"]["available"] == 5
    assert found.json["licenses"] == [own]
    assert [one["id"] for one in listed.json["items"]] == [created["id"]]
    assert renamed.json["name"] == "Day shift"
    assert deleted.status == 204
    assert (gone.status, gone.json["code"]) == (404, "group_not_found")
    assert manager.get(groups).json["items"] == []


def test_groups_are_listed_page_by_page(manager: Caller, groups: str) -> None:
    made = [create(manager, groups, name=f"Group {n}")["id"] for n in range(5)]

    first = manager.get(groups, limit=3).json
    second = manager.get(groups, limit=3, cursor=first["next"]).json

    assert [one["id"] for one in first["items"] + second["items"]] == made
    assert second["next"] is None


def test_creating_twice_with_the_key_makes_one(manager: Caller, groups: str) -> None:
    idempotent = manager.sending(idempotency_key="k")

    first = idempotent.post(groups, {"name": "Night shift"})
    second = idempotent.post(groups, {"name": "Night shift"})
    taken = manager.post(groups, {"name": "NIGHT SHIFT"})

    assert (second.status, second.json) == (201, first.json)
    assert (taken.status, taken.json["code"]) == (409, "group_name_taken")


def test_inviting_to_a_group_reserves_a_seat_in_each_and_acceptance_joins_it(
    manager: Caller,
    base: str,
    groups: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    first, second = tenant.license(3), tenant.license(3)
    group = create(manager, groups, first.id, second.id)["id"]

    answer = manager.post(f"{base}/invites", {"group": group, "emails": "ann@x.io"})
    before = manager.get(f"{groups}/{group}/members").json["items"]
    tenant.accept(sent(tenant, answer))
    after = manager.get(f"{groups}/{group}/members").json["items"]

    assert answer.status == 201
    invite = answer.json["results"][0]["invite"]
    assert invite["groups"] == [{"id": group, "name": "Night shift"}]
    assert [one["id"] for one in invite["licenses"]] == [first.id, second.id]
    assert before == []
    assert after == [
        {
            "id": id_of("ann@x.io"),
            "email": "ann@x.io",
            "first_name": "Ann",
            "last_name": "Lee",
            "joined_at": "2027-01-04T09:00:00Z",
        }
    ]
    available = [one["seats"]["available"] for one in manager.get(f"{groups}/{group}").json["licenses"]]
    assert available == [2, 2]


def test_one_invite_to_two_groups_joins_both(manager: Caller, base: str, groups: str, tenant: Tenant) -> None:
    license_ = tenant.license(3)
    both = [create(manager, groups, license_.id, name=name)["id"] for name in ("Cooks", "Drivers")]

    answer = manager.post(f"{base}/invites", {"groups": both, "emails": "ann@x.io"})
    tenant.accept(sent(tenant, answer))
    too_much = manager.post(f"{base}/invites", {"groups": both, "group": both[0], "emails": "ben@x.io"})
    too_many = manager.post(f"{base}/invites", {"groups": [f"G{n}" for n in range(11)], "emails": "b@x.io"})

    (result,) = answer.json["results"]
    assert [one["name"] for one in result["invite"]["groups"]] == ["Cooks", "Drivers"]
    assert [one["id"] for one in result["invite"]["licenses"]] == [license_.id]
    assert [one["members"] for one in manager.get(groups).json["items"]] == [1, 1]
    assert (too_much.status, too_much.json["code"]) == (422, "two_targets")
    assert (too_many.status, too_many.json["code"]) == (422, "too_many_licenses")


def test_invites_are_listed_by_group(manager: Caller, base: str, groups: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    group = create(manager, groups, license_.id)["id"]
    manager.post(f"{base}/invites", {"group": group, "emails": "ann@x.io"})
    tenant.invite(license_, "ben@x.io")

    listed = manager.get(f"{base}/invites", group=group)

    assert [one["email"] for one in listed.json["items"]] == ["ann@x.io"]


def test_adding_a_license_is_previewed_then_applied_to_members(
    manager: Caller, base: str, groups: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    group = create(manager, groups)["id"]
    for email in ("ann@x.io", "ben@x.io"):
        tenant.accept(sent(tenant, manager.post(f"{base}/invites", {"group": group, "emails": email})))
    license_ = tenant.license(3)
    scarce = tenant.license(1)

    preview = manager.get(f"{groups}/{group}/licenses/{license_.id}/preview")
    added = manager.post(f"{groups}/{group}/licenses", {"license": license_.id, "apply_to_members": True})
    short = manager.post(f"{groups}/{group}/licenses", {"license": scarce.id, "apply_to_members": True})

    assert preview.json == {"members": 2, "have": 0, **lacking(license_, needed=2, available=3), "missing": 0}
    assert added.status == 201
    assert added.json == {"group": group, "license": license_.id, "given": 2, "have": 0, "left": 0}
    assert (short.status, short.json["code"]) == (409, "no_seats")
    assert short.json["shortfall"] == [lacking(scarce, needed=2, available=1)]
    held = manager.get(f"{base}/learners/{id_of('ann@x.io')}").json["accesses"]
    assert [(one["license"], one["state"]) for one in held] == [(license_.id, "active")]


def test_removing_a_license_or_a_member_takes_no_access_away(
    manager: Caller, base: str, groups: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license()
    group = create(manager, groups, license_.id)["id"]
    tenant.accept(sent(tenant, manager.post(f"{base}/invites", {"group": group, "emails": "ann@x.io"})))

    license_gone = manager.call("DELETE", f"{groups}/{group}/licenses/{license_.id}")
    member_gone = manager.call("DELETE", f"{groups}/{group}/members/{id_of('ann@x.io')}")
    again = manager.call("DELETE", f"{groups}/{group}/members/{id_of('ann@x.io')}")

    assert (license_gone.status, member_gone.status) == (204, 204)
    assert (again.status, again.json["code"]) == (404, "member_not_found")
    assert manager.get(f"{groups}/{group}").json["licenses"] == []
    assert manager.get(f"{groups}/{group}/members").json["items"] == []
    assert manager.get(f"{base}/learners/{id_of('ann@x.io')}").json["accesses"][0]["state"] == "active"


def test_a_member_is_looked_up_by_address(manager: Caller, base: str, groups: str, tenant: Tenant) -> None:
    group = create(manager, groups, tenant.license(3).id)["id"]
    tenant.accept(sent(tenant, manager.post(f"{base}/invites", {"group": group, "emails": "ann@x.io"})))
    members = f"{groups}/{group}/members"

    found = manager.get(members, email="ANN@x.io").json

    assert found == manager.get(members).json
    assert manager.get(members, email="bo@x.io").json == {"items": [], "next": None}
    assert manager.get(members, email="bo").json["code"] == "bad_address"
    assert manager.get(f"{groups}/none/members", email="ann@x.io").json["code"] == "group_not_found"


def test_the_catalogue_is_searched_by_name(manager: Caller, base: str, tenant: Tenant) -> None:
    fire = tenant.license(product=tenant.product(name="Fire Safety"))
    tenant.license(product=tenant.product(name="First aid"))

    found = manager.get(f"{base}/catalogue", name="fire")
    none = manager.get(f"{base}/catalogue", name="juggling")

    assert [one["id"] for one in found.json["items"]] == [fire.id]
    assert none.json == {"items": [], "next": None}


def test_an_organization_may_require_a_group_on_every_invite(
    manager: Caller, base: str, groups: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    group = create(manager, groups, license_.id)["id"]

    changed = manager.patch(base, {"require_group": True})
    refused = manager.post(f"{base}/invites", {"license": license_.id, "emails": "ann@x.io"})
    invited = manager.post(f"{base}/invites", {"group": group, "emails": "ann@x.io"})

    assert changed.json["require_group"] is True
    assert (refused.status, refused.json["code"]) == (422, "group_required")
    assert invited.status == 201


def test_what_is_not_there_is_not_found_and_what_limited_managers_may_not_is_refused(
    manager: Caller, limited: Caller, base: str, groups: str, tenant: Tenant
) -> None:
    group = create(manager, groups)["id"]
    refusals = [
        manager.post(f"{base}/invites", {"group": "nope", "emails": "ann@x.io"}),
        manager.post(groups, {"name": "New", "licenses": ["nope"]}),
        manager.call("DELETE", f"{groups}/{group}/licenses/nope"),
        manager.post(groups, {"name": " "}),
        limited.post(groups, {"name": "Mine"}),
        limited.patch(f"{groups}/{group}", {"name": "Mine"}),
        limited.call("DELETE", f"{groups}/{group}"),
        limited.post(f"{groups}/{group}/licenses", {"license": tenant.license().id}),
    ]

    assert [answer.json["code"] for answer in refusals] == [
        "group_not_found",
        "license_not_found",
        "license_not_in_group",
        "bad_name",
        "forbidden",
        "forbidden",
        "forbidden",
        "forbidden",
    ]
    assert limited.get(f"{groups}/{group}").status == 200


def test_learners_are_put_into_a_group_after_a_preview(
    manager: Caller, limited: Caller, groups: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    known = tenant.license(2)
    for email in ("ann@x.io", "ben@x.io"):
        tenant.accept(tenant.invite(known, email))
    license_ = tenant.license(5, product=tenant.product(name="Ladders"))
    group = create(manager, groups, license_.id)["id"]
    both = {"people": [id_of("ann@x.io")], "emails": "Ben <ben@x.io>"}

    preview = limited.post(f"{groups}/{group}/members/preview", both)
    forbidden = limited.post(f"{groups}/{group}/members", both)
    done = manager.sending(idempotency_key="k").post(f"{groups}/{group}/members", both)
    replay = manager.sending(idempotency_key="k").post(f"{groups}/{group}/members", both)
    stranger = manager.post(f"{groups}/{group}/members", {"people": ["k1.nobody"], "emails": "eve@x.io"})
    nobody = manager.post(f"{groups}/{group}/members", {})
    malformed = manager.post(f"{groups}/{group}/members", {"emails": "ann@x.io, ben@"})

    (needs,) = preview.json["seats"]
    assert (preview.json["learners"], preview.json["members"]) == (2, 0)
    assert needs == {"members": 2, "have": 0, **lacking(license_, needed=2, available=5), "missing": 0}
    assert (forbidden.status, forbidden.json["code"]) == (403, "forbidden")
    assert done.status == 201
    assert [(one["person"], one["email"], one["outcome"]) for one in done.json["results"]] == [
        (id_of("ann@x.io"), "ann@x.io", "assigned"),
        (id_of("ben@x.io"), "ben@x.io", "assigned"),
    ]
    assert replay.json == done.json
    assert manager.get(f"{groups}/{group}").json["members"] == 2
    assert (stranger.status, stranger.json["code"]) == (409, "not_learners")
    assert stranger.json["not_learners"] == ["k1.nobody", "eve@x.io"]
    assert (nobody.status, nobody.json["code"]) == (422, "no_addresses")
    assert (malformed.status, malformed.json["code"]) == (422, "bad_addresses")
    assert [one["address"] for one in malformed.json["addresses"]] == ["ben@"]


def test_a_learner_is_given_a_license_after_a_preview(
    manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    license_ = tenant.license(1)
    one = {"people": [id_of("ann@x.io")]}

    preview = manager.post(f"{base}/licenses/{license_.id}/assign/preview", one)
    done = manager.post(f"{base}/licenses/{license_.id}/assign", one)
    again = manager.post(f"{base}/licenses/{license_.id}/assign", one)
    unknown = manager.post(f"{base}/licenses/01KAP3V8Q2M4X7Y9Z1B5C6D8E0/assign", one)

    gets = {"person": id_of("ann@x.io"), "email": "ann@x.io", "outcome": "assigned"}
    assert preview.json == {
        "members": 1,
        "have": 0,
        **lacking(license_, needed=1, available=1),
        "missing": 0,
        "results": [gets],
    }
    assert (done.status, done.json["results"][0]["outcome"]) == (201, "assigned")
    assert again.json["results"][0]["outcome"] == "already_assigned"
    assert (unknown.status, unknown.json["code"]) == (404, "license_not_found")
    held = manager.get(f"{base}/learners/{id_of('ann@x.io')}").json["accesses"]
    assert license_.id in [access["license"] for access in held]

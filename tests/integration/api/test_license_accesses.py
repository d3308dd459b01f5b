"""Who sits in a license, and one learner in full, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.api_caller import Caller
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of, join
from tests.support.tenant import Tenant, create_tenant


def test_a_license_lists_who_sits_in_it(
    limited: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, "bo@x.io")
    redeem(tenant, code_of(tenant, license_), "ann@x.io")

    answer = limited.get(f"{base}/licenses/{license_.id}/accesses")

    assert answer.status == 200
    ann, bo = answer.json["items"]
    assert ann == {
        "license": license_.id,
        "product": {"id": license_.terms.product.id, "name": "Fire safety", "kind": "course"},
        "person": id_of("ann@x.io"),
        "email": "ann@x.io",
        "first_name": "Ann",
        "last_name": "Lee",
        "state": "active",
        "starts_at": "2027-01-04T09:00:00Z",
        "ends_at": "2027-12-31T23:00:00Z",
        "method": "code",
        "invite": None,
    }
    assert (bo["state"], bo["method"], bo["invite"], bo["starts_at"]) == (
        "reserved",
        "invite",
        invite.id,
        None,
    )
    assert answer.json["next"] is None


def test_several_states_are_repeated_or_separated_by_commas(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    license_ = tenant.license()
    tenant.invite(license_, "bo@x.io")
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    tenant.withdraw(tenant.invite(license_, "cy@x.io"))
    path = f"{base}/licenses/{license_.id}/accesses"

    # API Gateway joins repeated parameters by commas.
    both = manager.get(path, state="released,active")
    wrong = manager.get(path, state="gone")

    assert [one["email"] for one in both.json["items"]] == ["ann@x.io", "cy@x.io"]
    assert wrong.status == 422
    assert [one["field"] for one in wrong.json["errors"]] == ["state"]


def test_pages_follow_each_other(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.invite(license_, "bo@x.io")
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    path = f"{base}/licenses/{license_.id}/accesses"

    first = manager.get(path, limit=1)
    second = manager.get(path, limit=1, cursor=first.json["next"])
    refused = manager.get(path, cursor="nonsense")

    assert [one["email"] for one in first.json["items"] + second.json["items"]] == ["ann@x.io", "bo@x.io"]
    assert second.json["next"] is None
    assert (refused.status, refused.json["code"]) == (422, "bad_cursor")


def test_accesses_are_exported(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@x.io"))

    answer = manager.get(f"{base}/licenses/{license_.id}/accesses/export", state="active")

    head, ann, *_ = answer.text.splitlines()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="accesses-{license_.id}.csv"'
    assert head.startswith("\ufeffemail,first_name,last_name,state,starts_at,ends_at,method,product,license")
    assert ann.startswith("ann@x.io,Ann,Lee,active,2027-01-04T09:00:00Z,2027-12-31T23:00:00Z,invite,Fire")


def test_another_organizations_license_is_not_found(manager: Caller, base: str, tenant: Tenant) -> None:
    other = create_tenant(tenant.context, slug="globex")

    answer = manager.get(f"{base}/licenses/{other.license().id}/accesses")
    elsewhere = manager.get(f"/v1/organizations/{other.id}/licenses/{other.license().id}/accesses")

    assert (answer.status, answer.json["code"]) == (404, "license_not_found")
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "organization_not_found")


def test_a_learner_in_full(manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]) -> None:
    invite = tenant.invite(tenant.license())
    tenant.accept(invite)
    group = group_of(tenant, name="Drivers")
    join(tenant, group, "ann@x.io")
    waiting = tenant.invite(tenant.license())

    learner = manager.get(f"{base}/learners/{id_of('ann@x.io')}").json

    assert learner["groups"] == [{"id": group.id, "name": "Drivers"}]
    assert [one["id"] for one in learner["invites"]] == [waiting.id]
    assert learner["clients"] == []
    assert [(one["state"], one["method"], one["invite"]) for one in learner["accesses"]] == [
        ("active", "invite", invite.id),
        ("reserved", "invite", waiting.id),
    ]


def test_the_start_of_an_access_by_a_code_is_moved(
    manager: Caller, limited: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license(valid_from="2027-03-01")
    redeem(tenant, code_of(tenant, license_), "ann@x.io")
    path = f"{base}/learners/{id_of('ann@x.io')}/accesses/{license_.id}"

    moved = manager.patch(path, {"access_start": "2027-04-01"})
    forbidden = limited.patch(path, {"access_start": "2027-05-01"})
    without = manager.patch(path, {"access_start": None})
    unknown = manager.patch(f"{base}/learners/{id_of('ann@x.io')}/accesses/nope", {"access_start": None})
    nobody = manager.patch(f"{base}/learners/nobody/accesses/{license_.id}", {"access_start": None})

    assert (moved.status, moved.json["starts_at"]) == (200, "2027-03-31T22:00:00Z")
    assert (moved.json["state"], moved.json["method"]) == ("scheduled", "code")
    assert (forbidden.status, forbidden.json["code"]) == (403, "forbidden")
    assert (without.status, without.json["code"]) == (422, "start_required")
    assert (unknown.status, unknown.json["code"]) == (404, "access_not_found")
    assert (nobody.status, nobody.json["code"]) == (404, "learner_not_found")


def test_the_start_of_an_access_by_an_invite_is_moved_at_the_invite(
    manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, "ann@x.io", access_start="2027-03-01")
    tenant.accept(invite)

    refused = manager.patch(
        f"{base}/learners/{id_of('ann@x.io')}/accesses/{license_.id}", {"access_start": "2027-04-01"}
    )

    assert (refused.status, refused.json["code"], refused.json["invite"]) == (
        409,
        "given_by_invite",
        invite.id,
    )

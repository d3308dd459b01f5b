"""The team, over HTTP: its life, roles, permissions, and one's own notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.notices import Notice
from usher.domain.organizations import PERMISSIONS, Permission, Role
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite

TIM = Person(email="tim+1@acme.example", first_name="Tim", last_name="Two")
BODY = {"email": TIM.email, "first_name": "Tim", "last_name": "Two", "role": "limited_manager"}


@pytest.fixture
def team(base: str) -> str:
    return f"{base}/team"


@pytest.fixture
def tim(manager: Caller, team: str) -> str:
    """The path of an invited manager."""
    invited = manager.post(team, BODY)
    assert invited.status == 201
    return f"{team}/{invited.json['id']}"


def entry(caller: Caller, team: str, email: str = TIM.email) -> dict[str, Any] | None:
    items = caller.get(team).json["items"]
    return next((item for item in items if item["email"] == email), None)


def accept(tenant: Tenant, caller: Caller, person: Person = TIM) -> None:
    listed = caller.services.team_members.team(person=tenant.full, organization=tenant.id)
    invite = next(one.invite for one in listed if one.email == person.email)
    answering = AnswerInvite(tenant.context)
    number = answering.preview(invite=invite).invite.number
    answering.accept(person=person, invite=invite, number=number)


def test_a_pending_manager_has_the_documented_shape(limited: Caller, team: str, tim: str) -> None:
    assert entry(limited, team) == {
        **BODY,
        "id": tim.rpartition("/")[2],
        "state": "pending",
        "since": "2027-01-04T09:00:00Z",
        "expires_at": "2027-01-14T09:00:00Z",
        "expired": False,
    }


def test_an_expired_entry_is_shown_and_renewed_by_a_resend(
    manager: Caller, team: str, tim: str, clock: Clock
) -> None:
    clock.forward(days=10)
    expired = entry(manager, team)

    renewed = manager.post(f"{tim}/resend")

    assert expired is not None
    assert (expired["state"], expired["expired"]) == ("pending", True)
    assert renewed.status == 200
    assert renewed.json["expired"] is False
    assert renewed.json["expires_at"] == "2027-01-24T09:00:00Z"
    assert entry(manager, team) == renewed.json


def test_a_resend_too_soon_says_when(manager: Caller, tim: str) -> None:
    manager.post(f"{tim}/resend")

    again = manager.post(f"{tim}/resend")

    assert (again.status, again.json["code"]) == (429, "resend_too_soon")
    assert again.headers["Retry-After"] == "60"


@pytest.mark.parametrize("command", ["resend", "revoke"])
def test_the_same_key_does_it_once(manager: Caller, tim: str, command: str) -> None:
    keyed = manager.sending(idempotency_key="once")

    first, replay = keyed.post(f"{tim}/{command}"), keyed.post(f"{tim}/{command}")

    assert (first.status, first.json) == (replay.status, replay.json)
    assert replay.headers["Idempotency-Replayed"] == "true"


def test_a_revoked_manager_is_gone_and_can_be_invited_again(
    manager: Caller, tenant: Tenant, team: str, tim: str
) -> None:
    revoked = manager.post(f"{tim}/revoke")

    assert (revoked.status, revoked.json["email"]) == (200, TIM.email)
    assert entry(manager, team) is None
    assert manager.post(f"{tim}/revoke").json["code"] == "manager_not_found"
    assert manager.post(team, BODY).status == 201
    accept(tenant, manager)
    assert manager.as_(TIM).get(team).status == 200
    assert manager.post(f"{tim}/revoke").json["code"] == "manager_active"


def test_a_role_is_changed_and_holds_at_once(manager: Caller, tenant: Tenant, team: str, tim: str) -> None:
    accept(tenant, manager)
    own = manager.as_(TIM)
    refused = own.patch(tim, {"role": "full_manager"})

    changed = manager.patch(tim, {"role": "full_manager"})

    assert refused.status == 403
    assert (changed.status, changed.json["role"]) == (200, "full_manager")
    assert own.post(team, {**BODY, "email": "new@acme.example"}).status == 201


def test_nobody_edits_anothers_name(manager: Caller, team: str, tim: str) -> None:
    answer = manager.patch(tim, {"role": "full_manager", "first_name": "Tom"})

    assert (answer.status, answer.json["code"]) == (422, "invalid")
    found = entry(manager, team)
    assert found is not None
    assert (found["first_name"], found["role"]) == ("Tim", "limited_manager")


def test_a_removed_manager_is_refused_with_their_next_request(
    manager: Caller, limited: Caller, tenant: Tenant, team: str, id_of: Callable[[str], str]
) -> None:
    one = f"{team}/{id_of(tenant.limited.email)}"

    removed = manager.call("DELETE", one)

    assert (removed.status, removed.text) == (204, "")
    assert limited.get(team).status == 404
    assert manager.call("DELETE", one).json["code"] == "manager_not_found"


def test_the_last_full_manager_stays_one(manager: Caller, base: str, team: str) -> None:
    (organization,) = manager.get("/v1/me").json["organizations"]
    assert base.endswith(organization["id"])
    own = f"{team}/{organization['manager']}"

    for answer in (manager.call("DELETE", own), manager.patch(own, {"role": "limited_manager"})):
        assert (answer.status, answer.json["code"]) == (409, "last_full_manager")
        assert answer.json["next_action"]


@pytest.mark.parametrize("of_nobody", [True, False])
def test_who_has_no_place_in_the_team_is_refused(
    manager: Caller, team: str, id_of: Callable[[str], str], *, of_nobody: bool
) -> None:
    path = f"{team}/{'nobody' if of_nobody else id_of('no@x.io')}"
    answers = [
        manager.post(f"{path}/resend"),
        manager.post(f"{path}/revoke"),
        manager.patch(path, {"role": "full_manager"}),
        manager.call("DELETE", path),
    ]

    assert {answer.json["code"] for answer in answers} == {"manager_not_found"}


@pytest.mark.parametrize("local", ["boss/x", "a#b", "a?b", "a%2fb", "tim+1"])
def test_whoever_can_be_added_can_be_demoted_and_removed(
    manager: Caller, tenant: Tenant, team: str, local: str
) -> None:
    boss = Person(email=f"{local}@acme.example", first_name="Bo", last_name="Ss")
    body = {"email": boss.email, "first_name": "Bo", "last_name": "Ss", "role": "full_manager"}
    one = f"{team}/{manager.post(team, body).json['id']}"
    accept(tenant, manager, boss)

    demoted = manager.patch(one, {"role": "limited_manager"})
    removed = manager.call("DELETE", one)

    assert (demoted.status, demoted.json["email"]) == (200, boss.email)
    assert removed.status == 204
    assert entry(manager, team, boss.email) is None


def test_a_manager_is_looked_up_by_address(manager: Caller, team: str, tim: str) -> None:
    found = manager.get(team, email=TIM.email.upper()).json["items"]

    assert [one["id"] for one in found] == [tim.rpartition("/")[2]]
    assert manager.get(team, email="no@x.io").json["items"] == []
    assert manager.get(team, email="no").json["code"] == "bad_address"


def test_notices_are_switched_off_for_oneself(manager: Caller, limited: Caller, base: str) -> None:
    path = f"{base}/notices"

    changed = limited.call("PUT", path, body={"muted": ["seats_low", "invite_declined"]})

    assert changed.status == 200
    assert changed.json == {"muted": ["invite_declined", "seats_low"]}
    assert limited.get(path).json == changed.json
    assert manager.get(path).json == {"muted": []}
    assert limited.call("PUT", path, body={"muted": ["everything"]}).json["code"] == "invalid"
    assert limited.call("PUT", path, body={"muted": [notice.value for notice in Notice]}).status == 200


INVITE = {"license": "none", "emails": "a@x.io"}
BULK = {"action": "withdraw", "invites": ["none"]}
ROUTES: list[tuple[str, str, Any, Permission]] = [
    ("GET", "", None, Permission.READ),
    ("PATCH", "", {"name": "Acme"}, Permission.MANAGE_ORGANIZATION),
    ("GET", "/events", None, Permission.READ),
    ("GET", "/licenses", None, Permission.READ),
    ("GET", "/licenses/none", None, Permission.READ),
    ("POST", "/licenses/none/self-assign", None, Permission.ASSIGN_SELF),
    ("GET", "/invites", None, Permission.READ),
    ("GET", "/invites/none", None, Permission.READ),
    ("POST", "/invites", INVITE, Permission.INVITE),
    ("POST", "/invites/bulk", BULK, Permission.INVITE),
    ("POST", "/invites/none/resend", None, Permission.INVITE),
    ("POST", "/invites/none/withdraw", None, Permission.INVITE),
    ("PATCH", "/invites/none", {"access_start": None}, Permission.INVITE),
    ("GET", "/learners", None, Permission.READ),
    ("GET", "/learners/none", None, Permission.READ),
    ("GET", "/team", None, Permission.READ),
    ("POST", "/team", BODY, Permission.MANAGE_TEAM),
    ("POST", "/team/none/resend", None, Permission.MANAGE_TEAM),
    ("POST", "/team/none/revoke", None, Permission.MANAGE_TEAM),
    ("PATCH", "/team/none", {"role": "limited_manager"}, Permission.MANAGE_TEAM),
    ("DELETE", "/team/none", None, Permission.MANAGE_TEAM),
    ("GET", "/notices", None, Permission.READ),
    ("PUT", "/notices", {"muted": []}, Permission.READ),
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("method", "path", "body", "permission"),
    ROUTES,
    ids=[f"{method} {path}" for method, path, _, _ in ROUTES],
)
def test_the_table_of_permissions_holds_on_every_route(
    caller: Caller,
    tenant: Tenant,
    base: str,
    *,
    role: Role,
    method: str,
    path: str,
    body: Any,
    permission: Permission,
) -> None:
    person = tenant.full if role is Role.FULL else tenant.limited

    answer = caller.as_(person).call(method, base + path, body=body)

    assert answer.status not in {401, 405, 500}
    assert (answer.status == 403) is (permission not in PERMISSIONS[role])
    if answer.status == 403:
        assert (answer.json["code"], answer.json["permission"]) == ("forbidden", permission)


def test_a_limited_manager_reads_and_nothing_else_of_these() -> None:
    given = {permission for _, _, _, permission in ROUTES} & PERMISSIONS[Role.LIMITED]

    assert given == {Permission.READ}
    assert PERMISSIONS[Role.FULL] == set(Permission)

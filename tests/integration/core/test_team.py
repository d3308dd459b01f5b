"""The team: inviting, resending, revoking, declining and expiry, through the services."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.team import BOB, Team
from tests.support.tenant import Tenant
from usher.domain.invites import (
    DeclinedError,
    ExpiredError,
    InviteState,
    ReplacedError,
    ResendTooSoonError,
    WithdrawnError,
)
from usher.domain.organizations import (
    AlreadyManagerError,
    ManagerNotPendingError,
    ManagerState,
    Role,
    UnknownManagerError,
    UnknownOrganizationError,
)
from usher.services.operator_commands import FirstManager, OperatorCommands
from usher.services.outbox.sweep import Sweep
from usher.services.people.learner_lists import LearnerLists
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers


@pytest.fixture
def team(tenant: Tenant) -> Team:
    return Team(tenant)


def test_an_invited_manager_is_pending_and_active_once_they_accept(team: Team) -> None:
    pending = team.invite(role=Role.FULL)
    before = team.list()[BOB.email]
    team.accept(pending)
    after = team.list()[BOB.email]

    assert (before.state, before.role, before.first_name) == (ManagerState.PENDING, Role.FULL, "Bob")
    assert before.expires_at == MONDAY + timedelta(days=10)
    assert (after.state, after.role, after.expires_at) == (ManagerState.ACTIVE, Role.FULL, None)


def test_a_resend_sends_a_new_link_kills_the_old_one_and_renews_the_expiry(team: Team, clock: Clock) -> None:
    pending = team.invite()
    clock.forward(days=4)

    renewed = team.resend()

    assert renewed.expires_at == MONDAY + timedelta(days=14)
    assert team.list()[BOB.email] == renewed
    (event,) = events_of(team.tenant, "invite.resent")
    assert event.actor == team.tenant.full.email
    with pytest.raises(ReplacedError):
        team.accept(pending, number=1)
    team.accept(pending, number=2)
    assert team.list()[BOB.email].state is ManagerState.ACTIVE


def test_resends_of_a_team_invite_have_limits(team: Team, clock: Clock) -> None:
    team.invite()
    team.resend()

    with pytest.raises(ResendTooSoonError) as refused:
        team.resend()
    assert refused.value.retry_after == 60
    for _ in range(9):
        clock.forward(minutes=1)
        team.resend()
    clock.forward(minutes=1)
    with pytest.raises(ResendTooSoonError):
        team.resend()


def test_an_expired_team_invite_goes_on_being_shown_as_pending_and_can_be_resent(
    team: Team, clock: Clock
) -> None:
    pending = team.invite()
    clock.forward(days=10)
    unswept = team.list()[BOB.email]
    Sweep(team.tenant.context).sweep()
    swept = team.list()[BOB.email]

    assert unswept == swept
    assert swept.state is ManagerState.PENDING
    assert swept.has_expired(clock.now)
    with pytest.raises(ExpiredError):
        team.accept(pending)

    assert not team.resend().has_expired(clock.now)
    team.accept(pending, number=2)
    assert not team.list()[BOB.email].has_expired(clock.now)


def test_an_expired_invite_blocks_no_new_one(team: Team, clock: Clock) -> None:
    expired = team.invite(role=Role.FULL)
    with pytest.raises(AlreadyManagerError):
        team.invite()
    clock.forward(days=10)

    again = team.invite()

    assert (again.role, again.expires_at) == (Role.LIMITED, clock.now + timedelta(days=10))
    assert team.list()[BOB.email] == again
    with pytest.raises(AlreadyManagerError):
        team.invite()
    with pytest.raises(ExpiredError):
        team.accept(expired)
    team.accept(again)
    assert team.list()[BOB.email].state is ManagerState.ACTIVE


def test_of_two_new_invites_in_place_of_an_expired_one_one_is_made(team: Team, clock: Clock) -> None:
    team.invite()
    clock.forward(days=10)

    with team.tenant.before_next_write(team.invite), pytest.raises(AlreadyManagerError):
        team.invite(role=Role.FULL)

    assert team.list()[BOB.email].role is Role.LIMITED


def test_declining_removes_the_entry_and_a_later_invitation_works(team: Team) -> None:
    pending = team.invite()
    team.decline(pending)
    assert BOB.email not in team.list()

    with pytest.raises(UnknownManagerError):
        team.resend()
    with pytest.raises(DeclinedError):
        team.accept(pending)
    team.accept(team.invite())
    assert team.list()[BOB.email].state is ManagerState.ACTIVE


def test_revoking_removes_the_person_kills_the_link_and_a_later_invitation_works(team: Team) -> None:
    pending = team.invite()

    removed = team.revoke()

    assert removed == pending
    assert BOB.email not in team.list()
    assert team.state_of(pending) is InviteState.WITHDRAWN
    with pytest.raises(WithdrawnError):
        team.accept(pending)
    with pytest.raises(UnknownManagerError):
        team.revoke()
    team.accept(team.invite(role=Role.FULL))
    assert team.list()[BOB.email].role is Role.FULL
    assert [data_of(event)["manager"]["email"] for event in events_of(team.tenant, "manager.revoked")] == [
        BOB.email
    ]


def test_an_expired_invite_can_be_revoked_swept_or_not(team: Team, clock: Clock) -> None:
    team.invite("a@x.io")
    team.invite("b@x.io")
    clock.forward(days=11)
    team.revoke("a@x.io")
    Sweep(team.tenant.context).sweep()
    team.revoke("b@x.io")

    assert team.list().keys() == {team.tenant.full.email, team.tenant.limited.email}


def test_who_has_joined_can_neither_be_resent_nor_revoked(team: Team) -> None:
    for command in (team.resend, team.revoke):
        with pytest.raises(ManagerNotPendingError) as refused:
            command(team.tenant.limited.email)
        assert "remove the manager" in refused.value.next_action


def test_an_acceptance_between_read_and_write_of_a_revocation_stands(team: Team) -> None:
    pending = team.invite(role=Role.FULL)

    with team.tenant.before_next_write(lambda: team.accept(pending)), pytest.raises(ManagerNotPendingError):
        team.revoke()

    assert team.list()[BOB.email].state is ManagerState.ACTIVE


def test_a_revocation_between_read_and_write_of_an_acceptance_stands(team: Team) -> None:
    pending = team.invite(role=Role.FULL)

    with team.tenant.before_next_write(team.revoke), pytest.raises(WithdrawnError):
        team.accept(pending)

    assert BOB.email not in team.list()


def test_a_removal_that_meets_an_acceptance_removes_the_active_manager(team: Team) -> None:
    pending = team.invite(role=Role.FULL)

    with team.tenant.before_next_write(lambda: team.accept(pending)):
        team.remove(BOB.email)

    assert BOB.email not in team.list()
    assert team.state_of(pending) is InviteState.ACCEPTED


def test_an_operator_reaches_a_first_manager_whose_invite_expired(tenant: Tenant, clock: Clock) -> None:
    new = OperatorCommands(tenant.context).create_organization(
        person=tenant.operator,
        name="Nobody Yet",
        slug="nobody-yet",
        time_zone="UTC",
        first_manager=FirstManager(email="tpyo@x.io", first_name="Ty", last_name="Po"),
        receipt=Receipt(),
    )
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    team_members = TeamMembers(tenant.context)

    resent = team_members.resend(
        person=tenant.operator, organization=new.id, email="tpyo@x.io", receipt=Receipt()
    )
    team_members.revoke(person=tenant.operator, organization=new.id, email="tpyo@x.io", receipt=Receipt())
    team_members.invite(
        person=tenant.operator,
        organization=new.id,
        email="typo@x.io",
        first_name="Ty",
        last_name="Po",
        role=Role.FULL,
        receipt=Receipt(),
    )

    assert resent.expires_at == clock() + timedelta(days=10)
    assert [one.email for one in team_members.team(person=tenant.operator, organization=new.id)] == [
        "typo@x.io"
    ]


def test_an_operator_may_manage_the_team_and_nothing_else(tenant: Tenant) -> None:
    team_members = TeamMembers(tenant.context)

    assert team_members.team(person=tenant.operator, organization=tenant.id)
    with pytest.raises(UnknownOrganizationError):
        team_members.team(person=tenant.operator, organization="01HZZZZZZZZZZZZZZZZZZZZZZZ")
    with pytest.raises(UnknownOrganizationError):
        LearnerLists(tenant.context).learners(
            person=tenant.operator, organization=tenant.id, limit=10, cursor=None
        )

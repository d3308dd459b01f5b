"""The team: roles, removal, the last full manager, and who may change what, through the services."""

from __future__ import annotations

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.team import BOB, Team
from tests.support.tenant import Tenant, create_tenant
from usher.domain.errors import ForbiddenError
from usher.domain.invites import (
    AlreadyAcceptedError,
    InviteState,
)
from usher.domain.organizations import (
    LastFullManagerError,
    ManagerState,
    Role,
    UnknownManagerError,
    UnknownOrganizationError,
)
from usher.domain.people import Person
from usher.services.context import Context


@pytest.fixture
def team(tenant: Tenant) -> Team:
    return Team(tenant)


def test_a_pending_managers_role_is_changed_with_the_invite(team: Team) -> None:
    pending = team.invite(role=Role.FULL)

    changed = team.change(BOB.email, Role.LIMITED)
    team.accept(pending)

    assert (changed.role, changed.state) == (Role.LIMITED, ManagerState.PENDING)
    assert team.list()[BOB.email].role is Role.LIMITED


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_a_role_changed_at_the_moment_of_the_answer_leaves_no_half(team: Team, answer: str) -> None:
    pending = team.invite(role=Role.LIMITED)

    with team.tenant.before_next_write(lambda: team.change(BOB.email, Role.FULL)):
        getattr(team, answer)(pending)

    if answer == "accept":
        assert team.list()[BOB.email].role is Role.FULL
    else:
        assert BOB.email not in team.list()


def test_an_active_managers_role_is_changed_at_once(team: Team) -> None:
    limited = team.tenant.limited

    team.change(limited.email, Role.FULL)
    team.invite("new@x.io")
    team.change("new@x.io", Role.FULL, by=limited)
    team.change(limited.email, Role.LIMITED)

    with pytest.raises(ForbiddenError):
        team.change("new@x.io", Role.LIMITED, by=limited)
    assert [
        data_of(event)["manager"]["role"] for event in events_of(team.tenant, "manager.role_changed")
    ] == [
        "full_manager",
        "full_manager",
        "limited_manager",
    ]


def test_the_role_that_somebody_has_already_changes_nothing(team: Team, count: Count) -> None:
    with count() as cost:
        team.change(team.tenant.limited.email, Role.LIMITED)

    assert (cost.calls, cost.items) == (1, 0)


def test_a_removed_manager_is_out_at_once_and_can_be_invited_again(team: Team) -> None:
    team.remove(team.tenant.limited.email)

    with pytest.raises(UnknownOrganizationError):
        team.team_members.team(person=team.tenant.limited, organization=team.tenant.id)
    assert [data_of(event)["manager"]["email"] for event in events_of(team.tenant, "manager.removed")] == [
        team.tenant.limited.email
    ]
    team.accept(team.invite(team.tenant.limited.email))
    assert len(team.list()) == 2


def test_removing_a_pending_manager_revokes_their_invite(team: Team) -> None:
    pending = team.invite()

    team.remove(BOB.email)

    assert team.state_of(pending) is InviteState.WITHDRAWN
    assert BOB.email not in team.list()


def test_the_last_full_manager_can_neither_be_removed_nor_demoted(team: Team) -> None:
    full = team.tenant.full
    team.invite(role=Role.FULL)  # who has not accepted does not count

    with pytest.raises(LastFullManagerError):
        team.remove(full.email)
    with pytest.raises(LastFullManagerError):
        team.change(full.email, Role.LIMITED)
    assert team.list()[full.email].role is Role.FULL


def test_one_may_leave_once_another_full_manager_is_there(team: Team) -> None:
    bob = team.joined()

    team.remove(team.tenant.full.email)

    listed = team.team_members.team(person=bob, organization=team.tenant.id)
    assert team.tenant.full.email not in {one.email for one in listed}
    with pytest.raises(LastFullManagerError):
        team.remove(bob.email, by=bob)


@pytest.mark.parametrize("first", ["remove", "demote"])
@pytest.mark.parametrize("second", ["remove", "demote"])
def test_of_two_full_managers_who_oust_each_other_at_once_one_stays(
    team: Team, first: str, second: str
) -> None:
    full, bob = team.tenant.full, team.joined()

    def oust(how: str, whom: Person, by: Person) -> None:
        if how == "remove":
            team.remove(whom.email, by=by)
        else:
            team.change(whom.email, Role.LIMITED, by=by)

    with (
        team.tenant.before_next_write(lambda: oust(first, full, bob)),
        pytest.raises(LastFullManagerError),
    ):
        oust(second, bob, full)

    listed = team.team_members.team(person=bob, organization=team.tenant.id)
    assert [one.email for one in listed if one.role is Role.FULL] == [bob.email]


def test_the_same_manager_removed_twice_at_once_is_counted_once(team: Team) -> None:
    bob = team.joined()
    team.joined("eve@x.io")

    with (
        team.tenant.before_next_write(lambda: team.remove(bob.email)),
        pytest.raises(UnknownManagerError),
    ):
        team.remove(bob.email)

    assert len([one for one in team.list().values() if one.role is Role.FULL]) == 2


def test_a_limited_manager_changes_nothing_in_the_team(team: Team) -> None:
    limited = team.tenant.limited
    team.invite()

    for command in (team.resend, team.revoke, team.remove):
        with pytest.raises(ForbiddenError):
            command(BOB.email, by=limited)
    with pytest.raises(ForbiddenError):
        team.change(limited.email, Role.FULL, by=limited)


def test_nobody_changes_the_team_of_another_organization(team: Team, context: Context) -> None:
    other = create_tenant(context, slug="other")
    theirs = Team(other)
    theirs.invite()

    for command in (team.resend, team.revoke, team.remove):
        with pytest.raises(UnknownManagerError):
            command(BOB.email)
    for command in (theirs.resend, theirs.revoke, theirs.remove):
        with pytest.raises(UnknownOrganizationError):
            command(BOB.email, by=team.tenant.full)
    assert BOB.email in theirs.list()


def test_an_accepted_invite_is_no_longer_declined_nor_revoked(team: Team) -> None:
    pending = team.invite()
    team.accept(pending)

    with pytest.raises(AlreadyAcceptedError):
        team.decline(pending)
    assert team.list()[BOB.email].state is ManagerState.ACTIVE


@pytest.mark.parametrize(
    ("command", "calls", "items"),
    [("resend", 3, 4), ("revoke", 3, 3), ("remove", 2, 3), ("demote", 2, 3)],
)
def test_changing_the_team_costs_little(
    team: Team, count: Count, command: str, calls: int, items: int
) -> None:
    bob = team.joined("eve@x.io")
    team.invite()

    with count() as cost:
        if command == "demote":
            team.change(bob.email, Role.LIMITED)
        elif command == "remove":
            team.remove(bob.email)
        else:
            getattr(team, command)()

    assert (cost.calls, cost.items) == (calls, items)


def test_the_team_is_listed_in_two_calls_expired_or_not(team: Team, count: Count, clock: Clock) -> None:
    team.invite()
    clock.forward(days=11)

    with count() as cost:
        team.list()

    assert cost.calls == 2

"""An email that was queued before things changed is not sent: what it says would not be true any more."""

from __future__ import annotations

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.join_pages import approve, join, refuse, set_page, withdraw
from tests.support.tenant import Tenant
from usher.domain.enrollment.join_pages import WhenFull
from usher.services.operator_commands import OperatorCommands

ANN = "ann@x.io"


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """A tenant whose own beginnings cause no emails."""
    async_workers.skip()
    return tenant


def queued(async_workers: AsyncWorkers) -> None:
    """Dispatch until no event is left, and send none of the emails yet."""
    for _ in range(3):
        async_workers.dispatch()


@pytest.mark.parametrize("more", [0, 20])
def test_seats_that_were_topped_up_cause_no_alert(
    quiet: Tenant, async_workers: AsyncWorkers, more: int
) -> None:
    license_ = quiet.license(1)
    quiet.invite(license_)
    queued(async_workers)
    if more:
        OperatorCommands(quiet.context).resize_license(
            person=quiet.operator, organization=quiet.id, license_id=license_.id, order_id="more", seats=more
        )
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ([] if more else ["seats_out_notice"])


@pytest.mark.parametrize("answer", [None, approve, refuse, withdraw])
def test_managers_are_asked_only_about_requests_that_wait_for_them(
    quiet: Tenant, async_workers: AsyncWorkers, answer: object
) -> None:
    set_page(quiet, approval=True)
    join(quiet)
    queued(async_workers)
    if callable(answer):
        answer(quiet)
    async_workers.settle()

    assert ("join_requested_notice" in async_workers.sent_to(quiet.limited.email)) is (answer is None)


@pytest.mark.parametrize("leaves", [False, True])
def test_whoever_left_the_line_is_not_told_to_wait(
    quiet: Tenant, async_workers: AsyncWorkers, *, leaves: bool
) -> None:
    license_ = quiet.license(1)
    quiet.invite(license_, "first@x.io")
    set_page(quiet, license_, when_full=WhenFull.WAITING_LIST)
    join(quiet)
    queued(async_workers)
    if leaves:
        withdraw(quiet)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ([] if leaves else ["join_waiting"])


def test_of_two_new_starts_the_later_alone_is_told(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    quiet.reschedule(invite, "2027-02-01")
    queued(async_workers)
    quiet.reschedule(invite, "2027-03-01")
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["invite", "start_changed"]


def test_a_new_start_of_an_invite_that_was_withdrawn_is_not_told(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    quiet.reschedule(invite, "2027-02-01")
    queued(async_workers)
    quiet.withdraw(invite)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["invite", "withdrawn"]

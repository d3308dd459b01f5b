"""Groups under contention and under death: names stay unlike each other, and seats exact."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from tests.proofs.callers import Call
from tests.proofs.conftest import CALLERS, Race
from tests.support.async_workers import AsyncWorkers
from tests.support.crashes import Crash, crashing
from tests.support.reading_back import events_of, seats
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.groups import UnknownGroupError
from usher.domain.people import Person
from usher.services.groups import Groups
from usher.services.invites.invite_learners import InviteLearners
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_assignment import LicenseAssignment
from usher.services.receipts import Receipt, open_receipt
from usher.store import accesses, groups

ROUNDS = 5


def group_with(tenant: Tenant, emails: list[str], *, name: str = "Night shift") -> str:
    """Create a group without licenses and let the addresses join it; return its id."""
    created = Groups(tenant.context).create(
        person=tenant.full, organization=tenant.id, name=name, license_ids=[], receipt=Receipt()
    )
    for one in InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        groups=[created.group.id],
        emails=emails,
        receipt=Receipt(),
    ):
        assert one.invite is not None
        tenant.accept(one.invite)
    return created.group.id


def call(tenant: Tenant, command: str, **given: Any) -> Call:
    plain: dict[str, Any] = {
        "command": command,
        "at": 0.0,
        "now": tenant.context.now(),
        "person": tenant.full,
        "organization": tenant.id,
    }
    return Call(**plain | given)


def holders(tenant: Tenant, emails: list[str], license_id: str) -> int:
    found = (accesses.get(tenant.context.table, email, license_id) for email in emails)
    return sum(access is not None and access.is_live() for access in found)


def test_sixteen_groups_of_one_name(emulator_tenant: Tenant, race: Race) -> None:
    for n in range(ROUNDS):
        at = time.time() + 0.05
        names = [f"Night Shift {n}" if turn % 2 else f"night shift {n}" for turn in range(CALLERS)]

        answers = race([call(emulator_tenant, "create_group", at=at, name=name) for name in names])

        assert Counter(answer.refusal for answer in answers) == {"": 1, "group_name_taken": CALLERS - 1}
    assert len(events_of(emulator_tenant, "group.created")) == ROUNDS


def test_a_license_applied_by_many_at_once_is_given_to_each_member_once(
    emulator_tenant: Tenant, race: Race
) -> None:
    emails = [f"a{n}@x.io" for n in range(6)]
    group = group_with(emulator_tenant, emails)
    for _ in range(ROUNDS):
        license_ = emulator_tenant.license(10)
        at = time.time() + 0.05

        answers = race([call(emulator_tenant, "apply", at=at, group=group, license=license_.id)] * CALLERS)

        assert {answer.refusal for answer in answers} == {""}
        assert sum(answer.done for answer in answers) == len(emails)
        assert holders(emulator_tenant, emails, license_.id) == len(emails)
        assert seats(emulator_tenant, license_) == (10, 6, 4)


def test_two_groups_for_the_seats_of_one_are_given_them_whole_or_not_at_all(
    emulator_tenant: Tenant, race: Race
) -> None:
    ours, theirs = [f"a{n}@x.io" for n in range(6)], [f"b{n}@x.io" for n in range(6)]
    both = [
        group_with(emulator_tenant, ours, name="Ours"),
        group_with(emulator_tenant, theirs, name="Theirs"),
    ]
    for _ in range(ROUNDS):
        license_ = emulator_tenant.license(8)
        at = time.time() + 0.05

        answers = race(
            [call(emulator_tenant, "apply", at=at, group=one, license=license_.id) for one in both]
        )

        assert Counter(answer.refusal for answer in answers) == {"": 1, "no_seats": 1}
        assert {
            holders(emulator_tenant, ours, license_.id),
            holders(emulator_tenant, theirs, license_.id),
        } == {0, 6}
        assert seats(emulator_tenant, license_) == (8, 6, 2)


def test_members_who_accept_at_once_are_all_counted(emulator_tenant: Tenant, race: Race) -> None:
    created = Groups(emulator_tenant.context).create(
        person=emulator_tenant.full,
        organization=emulator_tenant.id,
        name="Night shift",
        license_ids=[],
        receipt=Receipt(),
    )
    emails = [f"a{n}@x.io" for n in range(CALLERS * ROUNDS)]
    invited = InviteLearners(emulator_tenant.context).invite(
        person=emulator_tenant.full,
        organization=emulator_tenant.id,
        groups=[created.group.id],
        emails=emails,
        receipt=Receipt(),
    )
    for first in range(0, len(emails), CALLERS):
        at = time.time() + 0.05
        calls = [
            call(emulator_tenant, "accept", at=at, person=Person(email=one.email), invite=one.invite.id)
            for one in invited[first : first + CALLERS]
            if one.invite is not None
        ]

        answers = race(calls)

        assert {answer.refusal for answer in answers} == {""}
    found = groups.get(emulator_tenant.context.table, emulator_tenant.id, created.group.id)
    assert found is not None
    assert found.members == len(emails)


def test_learners_put_into_a_group_by_many_at_once_are_given_each_seat_once(
    emulator_tenant: Tenant, race: Race
) -> None:
    emails = [f"a{n}@x.io" for n in range(6)]
    group_with(emulator_tenant, emails)
    for n in range(ROUNDS):
        license_ = emulator_tenant.license(6)
        created = Groups(emulator_tenant.context).create(
            person=emulator_tenant.full,
            organization=emulator_tenant.id,
            name=f"Group {n}",
            license_ids=[license_.id],
            receipt=Receipt(),
        )
        at = time.time() + 0.05
        together = call(emulator_tenant, "assign", at=at, group=created.group.id, emails=" ".join(emails))

        answers = race([together] * CALLERS)

        assert {answer.refusal for answer in answers} == {""}
        outcomes = Counter(outcome for answer in answers for _, outcome in answer.outcomes)
        assert outcomes == {"assigned": len(emails), "already_assigned": len(emails) * (CALLERS - 1)}
        assert holders(emulator_tenant, emails, license_.id) == len(emails)
        found = groups.get(emulator_tenant.context.table, emulator_tenant.id, created.group.id)
        assert found is not None
        assert found.members == len(emails)


def test_putting_learners_in_and_dying_at_each_moment_is_ended_by_repeating_it(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    emails = [f"a{n:02}@x.io" for n in range(60)]
    group_with(tenant, emails)

    def put(group: str) -> list[Any]:
        receipt = open_receipt(
            tenant.context, scope="s", key=group, fingerprint="f", render=lambda one: str(one.outcome)
        )
        if not receipt.complete:
            LearnerAssignment(tenant.context).add_to_group(
                person=tenant.full,
                organization=tenant.id,
                group=group,
                emails=emails,
                people={},
                receipt=receipt,
            )
        return receipt.answers

    partly = deaths = 0
    for at in range(1, 50):
        license_ = tenant.license(60)
        created = Groups(tenant.context).create(
            person=tenant.full,
            organization=tenant.id,
            name=f"Group {at}",
            license_ids=[license_.id],
            receipt=Receipt(),
        )
        try:
            with crashing(*async_workers.clients, at=at):
                put(created.group.id)
        except Crash:
            deaths += 1
            partly += 0 < seats(tenant, license_)[1] < len(emails)
            assert put(created.group.id) == ["assigned"] * len(emails)
            assert seats(tenant, license_) == (60, 60, 0)
        else:
            break
    assert deaths >= 4, "it was worth crashing"
    assert partly, "some died in the middle"


def test_applying_and_dying_at_each_moment_is_ended_by_repeating_it(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    emails = [f"a{n}@x.io" for n in range(100)]
    group = group_with(tenant, emails)
    license_ = tenant.license(1000)

    def apply(license_id: str) -> list[Any]:
        receipt = open_receipt(tenant.context, scope="s", key=license_id, fingerprint="f", render=str)
        if not receipt.complete:
            LicenseAssignment(tenant.context).add(
                person=tenant.full,
                organization=tenant.id,
                group=group,
                license_id=license_id,
                apply=True,
                receipt=receipt,
            )
        return receipt.answers

    partly = deaths = 0
    for at in range(1, 50):
        license_ = tenant.license(150, product=license_.terms.product)
        try:
            with crashing(*async_workers.clients, at=at):
                apply(license_.id)
        except Crash:
            deaths += 1
            partly += 0 < seats(tenant, license_)[1] < len(emails)
            first = apply(license_.id)
            assert apply(license_.id) == first, "a replay answers the same"
            assert seats(tenant, license_) == (150, 100, 50)
            assert holders(tenant, emails, license_.id) == len(emails)
        else:
            break
    assert deaths >= 5, "it was worth crashing"
    assert partly, "some died in the middle"


def test_deleting_and_dying_at_each_moment_is_ended_by_repeating_it(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    def delete(group: str) -> None:
        Groups(tenant.context).delete(person=tenant.full, organization=tenant.id, group=group)

    def is_left(group: str) -> bool:
        client: Any = tenant.context.table.connection.client
        found = items(client, tenant.context.table.name)
        return any(group in item["sk"]["S"] and "MEMBER#" in item["sk"]["S"] for item in found)

    deaths = 0
    for at in range(1, 50):
        group = group_with(tenant, ["ann@x.io", "ben@x.io"], name=f"Group {at}")
        try:
            with crashing(*async_workers.clients, at=at):
                delete(group)
        except Crash:
            deaths += 1
            with suppress(UnknownGroupError):
                delete(group)
            with pytest.raises(UnknownGroupError):
                delete(group)
            assert not is_left(group)
        else:
            break
    assert deaths >= 4, "it was worth crashing"
    assert len(events_of(tenant, "group.deleted")) == deaths + 1

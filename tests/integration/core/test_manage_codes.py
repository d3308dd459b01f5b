"""Codes after their creation: changed, removed and their texts used again, exactly against redemptions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import all_uses, change, code_now, code_of, draft, redeem, remove, switch, uses
from tests.support.groups import delete, group_of
from tests.support.people_data import People
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import (
    BadCapError,
    CapBelowUsesError,
    CodeActiveError,
    CodeKind,
    CodeRefusedError,
    CodeState,
    EndsInPastError,
    UnknownCodeError,
)
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.code_uses import CodeUses
from usher.services.enrollment.codes import Codes
from usher.services.receipts import Receipt


def test_a_change_is_one_event_and_repeating_it_none(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=5)

    change(tenant, code, name=" Spring  intake ", message="Hello", cap=7, ends_on="2027-03-31")
    changed = change(tenant, code, name="Spring intake", message="Hello", cap=7, ends_on="2027-03-31")

    assert code_now(tenant, code) == changed
    assert (changed.name, changed.message, changed.cap) == ("Spring intake", "Hello", 7)
    assert changed.ends_at == datetime(2027, 3, 31, 22, tzinfo=UTC), "the end of the day in Zurich"
    (event,) = events_of(tenant, "code.changed")
    assert data_of(event)["code"] == {
        "text": "WELCOME-2027",
        "kind": "registration",
        "name": "Spring intake",
    }
    assert data_of(event)["terms"]["cap"] == 7


def test_what_is_not_named_stays_and_a_cap_or_an_end_can_go(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), name="Spring", message="Hello", cap=5, ends_on="2027-03-31")

    renamed = change(tenant, code, name="Autumn")
    opened = change(tenant, code, no_cap=True, no_end=True, message="")

    assert (renamed.cap, renamed.message, renamed.ends_at) == (5, "Hello", code.ends_at)
    assert (opened.cap, opened.ends_at, opened.message, opened.name) == (None, None, "", "Autumn")
    assert code_now(tenant, code) == opened


def test_the_rules_of_a_new_code_hold(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=5)
    single = code_of(tenant, tenant.license(), kind=CodeKind.REDEMPTION, text="ONCE")

    for cap in (0, 10_000_001):
        with pytest.raises(BadCapError):
            change(tenant, code, cap=cap)
    with pytest.raises(EndsInPastError):
        change(tenant, code, ends_on="2027-01-03")
    for edits in ({"cap": 2}, {"no_cap": True}):
        with pytest.raises(BadCapError):
            change(tenant, single, **edits)

    assert change(tenant, single, cap=1, name="Ann's").cap == 1
    assert code_now(tenant, code) == code


def test_a_cap_is_never_below_the_uses_that_there_are(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=5)
    for email in ("ann@x.io", "bob@x.io"):
        redeem(tenant, code, email)

    with pytest.raises(CapBelowUsesError) as refused:
        change(tenant, code, cap=1)
    changed = change(tenant, code, cap=2)

    assert refused.value.facts == {"uses": 2}
    assert changed.state_at(tenant.context.now()) is CodeState.USED_UP
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "cy@x.io")


def test_a_cap_set_while_somebody_redeems_counts_them(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=5)
    redeem(tenant, code, "ann@x.io")

    with (
        tenant.before_next_write(lambda: redeem(tenant, code, "bob@x.io")),
        pytest.raises(CapBelowUsesError),
    ):
        change(tenant, code, cap=1)

    assert (code_now(tenant, code).cap, code_now(tenant, code).uses) == (5, 2)


def test_who_redeems_while_the_cap_falls_meets_the_new_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=5)
    redeem(tenant, code, "ann@x.io")

    with (
        tenant.before_next_write(lambda: change(tenant, code, cap=1), after=1),
        pytest.raises(CodeRefusedError),
    ):
        redeem(tenant, code, "bob@x.io")

    assert code_now(tenant, code).uses == 1
    assert seats(tenant, license_)[1] == 1


def test_of_two_changes_at_once_both_stand_and_each_event_says_what_holds(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=5)

    with tenant.before_next_write(lambda: change(tenant, code, name="Spring")):
        change(tenant, code, cap=7)

    assert (code_now(tenant, code).name, code_now(tenant, code).cap) == ("Spring", 7)
    terms = [data_of(event)["terms"] for event in events_of(tenant, "code.changed")]
    assert sorted((one["name"], one["cap"]) for one in terms) == [("Spring", 5), ("Spring", 7)]


def test_a_higher_cap_or_a_later_end_revives_a_code(tenant: Tenant, clock: Clock) -> None:
    code = code_of(tenant, tenant.license(), cap=1, ends_on="2027-01-10")
    redeem(tenant, code, "ann@x.io")
    clock.forward(days=10)

    change(tenant, code, cap=2, ends_on="2027-01-20")

    assert redeem(tenant, code, "bob@x.io").new


def test_a_live_code_is_not_removed(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license())

    with pytest.raises(CodeActiveError):
        remove(tenant, code)

    assert code_now(tenant, code) == code


def test_a_dead_code_is_removed_whatever_it_died_of_and_nobody_loses_an_access(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    used_up = code_of(tenant, license_, text="USED-UP", cap=1)
    redeem(tenant, used_up)
    disabled = switch(tenant, code_of(tenant, license_, text="DISABLED"), disabled=True)
    ended = code_of(tenant, license_, text="ENDED", ends_on="2027-01-10")
    clock.forward(days=10)

    for code in (used_up, disabled, ended):
        remove(tenant, code)

    page = Codes(tenant.context).listed(person=tenant.full, organization=tenant.id, limit=10, cursor=None)
    assert page.items == []
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert seats(tenant, license_)[1] == 1
    removed = {
        data_of(one)["code"]["text"]: data_of(one)["uses"] for one in events_of(tenant, "code.removed")
    }
    assert removed == {"USED-UP": 1, "DISABLED": 0, "ENDED": 0}
    (use,) = all_uses(tenant)
    assert (use.code, use.email) == (used_up.key, "ann@x.io")


def test_removing_twice_finds_no_code_and_a_later_one_of_the_text_is_another(tenant: Tenant) -> None:
    code = switch(tenant, code_of(tenant, tenant.license()), disabled=True)
    remove(tenant, code)
    later = code_of(tenant, tenant.license())

    with pytest.raises(UnknownCodeError):
        remove(tenant, code)
    with pytest.raises(UnknownCodeError):
        switch(tenant, code, disabled=True)

    assert code_now(tenant, code) == later


def test_a_code_enabled_or_revived_at_the_same_moment_is_not_removed(tenant: Tenant) -> None:
    code = switch(tenant, code_of(tenant, tenant.license()), disabled=True)
    used_up = code_of(tenant, tenant.license(), text="USED-UP", cap=1)
    redeem(tenant, used_up)

    with (
        tenant.before_next_write(lambda: switch(tenant, code, disabled=False)),
        pytest.raises(CodeActiveError),
    ):
        remove(tenant, code)
    with (
        tenant.before_next_write(lambda: change(tenant, used_up, cap=2)),
        pytest.raises(CodeActiveError),
    ):
        remove(tenant, used_up)

    assert events_of(tenant, "code.removed") == []


def test_a_code_removed_at_the_same_moment_enrolls_nobody(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)

    def meanwhile() -> None:
        switch(tenant, code, disabled=True)
        remove(tenant, code)

    with tenant.before_next_write(meanwhile, after=1), pytest.raises(CodeRefusedError):
        redeem(tenant, code)

    assert seats(tenant, license_)[1] == 0
    assert all_uses(tenant) == []


def test_a_code_replaced_at_the_same_moment_gives_what_the_new_one_gives(tenant: Tenant) -> None:
    old, new = tenant.license(), tenant.license()
    code = code_of(tenant, old)

    def meanwhile() -> None:
        switch(tenant, code, disabled=True)
        remove(tenant, code)
        code_of(tenant, new)

    with tenant.before_next_write(meanwhile, after=1):
        enrolled = redeem(tenant, code)

    assert [access.terms.license for access in enrolled.accesses] == [new.id]
    assert (seats(tenant, old)[1], seats(tenant, new)[1]) == (0, 1)
    assert code_now(tenant, code).uses == 1


def test_who_redeemed_a_removed_code_is_led_to_the_dashboard_by_it(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=1)
    redeem(tenant, code)
    remove(tenant, code)

    again = redeem(tenant, code)
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "bob@x.io")

    assert not again.new


def test_who_redeemed_the_removed_code_redeems_the_new_one_of_its_text_once(tenant: Tenant) -> None:
    first, second = tenant.license(), tenant.license()
    old = code_of(tenant, first, cap=1)
    redeem(tenant, old)
    remove(tenant, old)
    new = code_of(tenant, second, cap=1)

    enrolled = redeem(tenant, new)
    again = redeem(tenant, new)

    assert (enrolled.new, again.new) == (True, False)
    assert code_now(tenant, new).uses == 1
    assert (seats(tenant, first)[1], seats(tenant, second)[1]) == (1, 1)
    assert [use.code for use in uses(tenant, new)] == [new.key]
    assert {use.code.id for use in all_uses(tenant)} == {old.id, new.id}, "each use stays counted"
    assert len(events_of(tenant, "code.redeemed")) == 2


def test_the_same_person_redeeming_the_new_code_twice_at_once_uses_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    old = code_of(tenant, tenant.license(), cap=1)
    redeem(tenant, old)
    remove(tenant, old)
    new = code_of(tenant, license_, cap=5)

    with tenant.before_next_write(lambda: redeem(tenant, new), after=1):
        second = redeem(tenant, new)

    assert not second.new
    assert code_now(tenant, new).uses == 1
    assert len(all_uses(tenant)) == 2


def test_erasure_finds_the_uses_of_removed_codes_too(tenant: Tenant, people: People) -> None:
    for _ in range(2):
        code = code_of(tenant, tenant.license(), cap=1)
        redeem(tenant, code)
        remove(tenant, code)

    people.erase()

    emails = [use.email for use in all_uses(tenant)]
    assert len(emails) == 2
    assert "ann@x.io" not in emails


def test_the_uses_of_all_codes_cost_what_they_return(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license()
    for number in range(5):
        redeem(tenant, code_of(tenant, license_, text=f"CODE-{number}", cap=1), f"p{number}@x.io")

    with count() as cost:
        page = CodeUses(tenant.context).of_organization(
            person=tenant.limited, organization=tenant.id, limit=100, cursor=None
        )

    assert len(page.items) == 5
    assert cost.operations == ["BatchGetItem", "Query", "BatchGetItem"]


def test_batches_are_counted_as_they_are_created_redeemed_and_removed(tenant: Tenant, count: Count) -> None:
    CodeBatches(tenant.context).upload(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(tenant.license(), kind=CodeKind.REDEMPTION, name="Spring"),
        given="AAAA BBBB CCCC",
        skip_invalid=False,
        receipt=Receipt(),
    )
    redeem(tenant, "AAAA")
    redeem(tenant, "AAAA")
    redeem(tenant, "BBBB", "bob@x.io")
    (found,) = (
        Codes(tenant.context)
        .listed(person=tenant.full, organization=tenant.id, text="aaaa", limit=1, cursor=None)
        .items
    )
    remove(tenant, found.code)

    with count() as cost:
        page = CodeBatches(tenant.context).listed(
            person=tenant.limited, organization=tenant.id, limit=100, cursor=None
        )

    (listed,) = page.items
    batch = listed.batch
    assert (batch.name, batch.created, batch.used, batch.removed) == ("Spring", 3, 2, 1)
    assert cost.calls == 3, "however many codes they have"


def test_a_copy_of_a_groups_code_names_the_groups_courses(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    fire, first_aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    code = code_of(tenant, group_of(tenant, fire, first_aid), send_copy=True)

    Codes(tenant.context).send_copy(
        person=tenant.full, organization=tenant.id, code=code.key, receipt=Receipt()
    )

    for kind in ("code.created", "code.copied"):
        (event,) = events_of(tenant, kind)
        named = [one["product"]["name"] for one in data_of(event)["group_licenses"]]
        assert named == ["Fire safety", "First aid"]
        assert data_of(event)["terms"]["group"]["name"] == "Night shift"
    async_workers.settle()
    assert async_workers.sent_to(tenant.full.email) == ["code_copy", "code_copy"]


def test_a_copy_of_a_deleted_groups_code_names_no_courses(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license())
    code = code_of(tenant, group)
    delete(tenant, group)

    Codes(tenant.context).send_copy(
        person=tenant.full, organization=tenant.id, code=code.key, receipt=Receipt()
    )

    (event,) = events_of(tenant, "code.copied")
    assert data_of(event)["group_licenses"] == []

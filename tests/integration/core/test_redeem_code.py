"""Redeeming codes: whom they let in, what they give, and that a guess learns nothing."""

from __future__ import annotations

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import (
    client_of,
    code_now,
    code_of,
    draft,
    redeem,
    sublicense_of,
    switch,
    uses,
)
from tests.support.groups import delete, group_of, members
from tests.support.people_data import People
from tests.support.published_events import seat_changes, starts
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import Code, CodeKind, CodeRefusedError, CodeState
from usher.domain.invites import InviteState
from usher.domain.licenses import ProductKind
from usher.services.enrollment.codes import Codes
from usher.services.receipts import Receipt
from usher.store.enrollment import code_uses
from usher.store.people import learners


def learner_of(tenant: Tenant, email: str, organization: str | None = None) -> bool:
    return learners.get(tenant.context.table, organization or tenant.id, email) is not None


def test_a_registration_code_is_used_by_many_until_its_cap(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=2)

    redeem(tenant, code, "ann@x.io")
    redeem(tenant, code, "bob@x.io")
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "cy@x.io")

    assert code_now(tenant, code).uses == 2
    assert code_now(tenant, code).state_at(tenant.context.now()) is CodeState.USED_UP
    assert seats(tenant, license_) == (10, 2, 8)
    assert [use.email for use in uses(tenant, code)] == ["ann@x.io", "bob@x.io"]


def test_without_a_cap_it_works_while_there_are_seats(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    code = code_of(tenant, license_)

    for email in ("ann@x.io", "bob@x.io"):
        redeem(tenant, code, email)
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "cy@x.io")

    assert code_now(tenant, code).uses == 2
    assert not learner_of(tenant, "cy@x.io")


def test_it_works_until_its_last_day_is_over_in_the_organizations_time_zone(
    tenant: Tenant, clock: Clock
) -> None:
    code = code_of(tenant, tenant.license(), ends_on="2027-01-31")

    clock.now = clock.now.replace(day=31, hour=22, minute=59, second=59)
    redeem(tenant, code, "ann@x.io")
    clock.forward(seconds=1)
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "bob@x.io")

    assert code_now(tenant, code).state_at(clock.now) is CodeState.ENDED


def test_a_domain_allows_its_own_addresses_alone(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), domain="@Acme.Example")

    redeem(tenant, code, "ann@acme.example")
    for stranger in ("ann@x.io", "ann@sub.acme.example", "acme.example@x.io"):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, code, stranger)

    assert code_now(tenant, code).uses == 1


def test_capitals_and_blanks_around_it_do_not_matter(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), text="Welcome-2027")

    redeem(tenant, "  wElCoMe-2027 ", "ann@x.io")

    assert code.text == "WELCOME-2027"
    assert code_now(tenant, code).uses == 1


def test_a_redemption_code_works_once(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), kind=CodeKind.REDEMPTION, text=None)

    redeem(tenant, code, "ann@x.io")
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "bob@x.io")

    assert len(code.text) == 10


def test_it_gives_several_licenses_each_by_its_own_start(tenant: Tenant) -> None:
    course = tenant.license()
    later = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-02-01")
    code = code_of(tenant, course, later)

    enrolled = redeem(tenant, code)

    assert access_now(tenant, course).state is AccessState.ACTIVE
    assert access_now(tenant, later).state is AccessState.SCHEDULED
    assert len(enrolled.accesses) == 2
    (event,) = events_of(tenant, "code.redeemed")
    assert seat_changes(event) == {course.id: 1, later.id: 1}
    assert [license_id for _, license_id, _ in starts(event)] == [later.id]


def test_it_leads_into_a_group_with_a_seat_in_each_of_its_licenses(tenant: Tenant) -> None:
    one, two = tenant.license(), tenant.license()
    group = group_of(tenant, one, two)

    redeem(tenant, code_of(tenant, group))

    assert members(tenant, group) == ["ann@x.io"]
    assert (seats(tenant, one)[1], seats(tenant, two)[1]) == (1, 1)


def test_it_gives_a_clients_sublicense_and_ties_the_learner_to_the_client(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, license_, 3)
    code = (
        Codes(tenant.context)
        .create(
            person=tenant.full,
            organization=client.id,
            draft=draft(sublicense),
            text="HARBOR",
            receipt=Receipt(),
        )
        .code
    )

    redeem(tenant, code, organization=client.id)
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "bob@x.io")

    assert learner_of(tenant, "ann@x.io", client.id)
    assert not learner_of(tenant, "ann@x.io")
    assert access_now(tenant, sublicense).state is AccessState.ACTIVE
    assert seats(tenant, sublicense) == (3, 1, 2)
    assert seats(tenant, license_)[1] == 0


def test_the_same_learner_redeeming_again_uses_nothing(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=1)

    first = redeem(tenant, code)
    second = redeem(tenant, code)
    switch(tenant, code, disabled=True)
    third = redeem(tenant, code)

    assert (first.new, second.new, third.new) == (True, False, False)
    assert code_now(tenant, code).uses == 1
    assert seats(tenant, license_)[1] == 1
    assert len(events_of(tenant, "code.redeemed")) == 1


def test_who_was_erased_and_comes_back_redeems_as_anybody_new(tenant: Tenant, people: People) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=2)
    redeem(tenant, code)
    people.erase()

    assert redeem(tenant, code).new
    assert code_now(tenant, code).uses == 2
    assert seats(tenant, license_) == (10, 2, 8)


def test_the_same_learner_clicking_twice_at_once_uses_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=1)

    with tenant.before_next_write(lambda: redeem(tenant, code), after=1):
        second = redeem(tenant, code)

    assert not second.new
    assert code_now(tenant, code).uses == 1
    assert seats(tenant, license_)[1] == 1


def test_who_has_it_all_already_uses_nothing(tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    code = code_of(tenant, license_)

    enrolled = redeem(tenant, code)

    assert not enrolled.new
    assert code_now(tenant, code).uses == 0
    assert seats(tenant, license_)[1] == 1


def test_an_open_invite_to_the_same_seat_is_accepted_and_no_second_seat_taken(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    code = code_of(tenant, license_)

    redeem(tenant, code)

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    assert code_now(tenant, code).uses == 0
    assert seats(tenant, license_)[1] == 1


def test_the_last_use_goes_to_one_of_two_at_once(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=1)

    with (
        tenant.before_next_write(lambda: redeem(tenant, code, "bob@x.io"), after=1),
        pytest.raises(CodeRefusedError),
    ):
        redeem(tenant, code, "ann@x.io")

    assert [use.email for use in uses(tenant, code)] == ["bob@x.io"]
    assert seats(tenant, license_)[1] == 1


def test_a_code_disabled_at_the_same_moment_enrolls_nobody(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)

    with (
        tenant.before_next_write(lambda: switch(tenant, code, disabled=True), after=1),
        pytest.raises(CodeRefusedError),
    ):
        redeem(tenant, code)

    assert seats(tenant, license_)[1] == 0


def test_a_disabled_code_enrolls_nobody_until_it_is_enabled(tenant: Tenant) -> None:
    code = switch(tenant, code_of(tenant, tenant.license()), disabled=True)

    with pytest.raises(CodeRefusedError):
        redeem(tenant, code)
    switch(tenant, code, disabled=False)
    enrolled = redeem(tenant, code)

    assert enrolled.new


def test_two_organizations_have_the_same_code_and_neither_learns_of_it(tenant: Tenant) -> None:
    other = create_tenant(tenant.context, slug="other")
    own = code_of(tenant, tenant.license())
    theirs = code_of(other, other.license())

    redeem(tenant, own, "ann@x.io")

    assert own.text == theirs.text
    assert code_now(tenant, own).uses == 1
    assert code_now(tenant, theirs).uses == 0
    assert not learner_of(other, "ann@x.io")


def test_every_refusal_looks_alike(tenant: Tenant, clock: Clock) -> None:
    group = group_of(tenant, tenant.license(), name="Gone")
    refused: dict[str, Code | str] = {
        "unknown": "NOBODY-HAS-THIS",
        "malformed": "no code at all!",
        "disabled": switch(tenant, code_of(tenant, tenant.license(), text="DISABLED"), disabled=True),
        "used up": code_of(tenant, tenant.license(), text="USED", cap=1),
        "of others": code_of(tenant, tenant.license(), text="OTHERS", domain="acme.example"),
        "ended": code_of(tenant, tenant.license(), text="ENDED", ends_on="2027-01-04"),
        "out of seats": code_of(tenant, tenant.license(1), text="NO-SEATS"),
        "of a deleted group": code_of(tenant, group, text="NO-GROUP"),
        "of a license that is over": code_of(tenant, tenant.license(valid_until="2027-01-05"), text="OVER"),
    }
    redeem(tenant, "USED", "first@x.io")
    redeem(tenant, "NO-SEATS", "first@x.io")
    delete(tenant, group)
    clock.forward(days=1)

    refusals = []
    for number, code in enumerate(refused.values()):
        with pytest.raises(CodeRefusedError) as error:
            redeem(tenant, code, f"p{number}@x.io")
        refusals.append((error.value.code, error.value.detail, error.value.next_action, error.value.facts))

    assert len(set(map(repr, refusals))) == 1
    assert not [n for n in range(len(refused)) if learner_of(tenant, f"p{n}@x.io")]


def test_a_wrong_code_costs_the_same_whether_it_exists_or_not(tenant: Tenant, count: Count) -> None:
    codes_ = ["NOBODY-HAS-THIS", switch(tenant, code_of(tenant, tenant.license()), disabled=True).text]
    costs = []

    for number, text in enumerate(codes_):
        with count() as cost, pytest.raises(CodeRefusedError):
            redeem(tenant, text, f"p{number}@x.io")
        costs.append(cost.operations)

    assert costs[0] == costs[1]
    assert costs[0] == ["TransactWriteItems", "BatchGetItem", "TransactWriteItems"], (
        "the guess is counted, the code read, and the guess confirmed or given back"
    )


def test_redeeming_costs_four_calls(tenant: Tenant, count: Count) -> None:
    code = code_of(tenant, tenant.license())

    with count() as cost:
        redeem(tenant, code)

    assert cost.calls == 4
    assert cost.items == 6 + 3, "license, access, learner, code, use, event; and the counts of three limits"


def test_who_redeemed_a_code_is_found_by_the_person_too(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license())
    redeem(tenant, code)

    (ref,) = code_uses.of_person(
        tenant.context.table, tenant.id, "ann@x.io", happened_at=tenant.context.now()
    )

    row = tenant.context.table.get(ref)
    assert row is not None
    assert (code_uses.use_of(row).code, row.at) == (code.key, tenant.context.now())

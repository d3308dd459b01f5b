"""Redeeming codes: whom they let in, what they give, and that a guess learns nothing (issue 3, E)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from tests.support.clock import Clock
from tests.support.codes import (
    OFFICE,
    client_of,
    code_now,
    code_of,
    draft,
    redeem,
    sublicense_of,
    switch,
    uses,
)
from tests.support.counting import Count
from tests.support.grouping import delete, group_of, members
from tests.support.house import House, found_house
from tests.support.looking import access_now, events_of, invite_now, seats
from tests.support.people_data import People
from usher.domain.accesses import AccessState
from usher.domain.doors.codes import TRIES_AT_ORGANIZATION, Code, CodeKind, CodeRefusedError, CodeState
from usher.domain.doors.limits import LimitReachedError
from usher.domain.invites import InviteState
from usher.domain.licenses import ProductKind
from usher.services.doors import redeeming
from usher.services.doors.codes import Codes
from usher.services.receipts import Receipt
from usher.store.doors import codes
from usher.store.people import learners


def learner_of(house: House, email: str, organization: str | None = None) -> bool:
    return learners.get(house.context.table, organization or house.id, email) is not None


def test_a_registration_code_is_used_by_many_until_its_cap(house: House) -> None:
    license_ = house.license()
    code = code_of(house, license_, cap=2)

    redeem(house, code, "ann@x.io")
    redeem(house, code, "bob@x.io")
    with pytest.raises(CodeRefusedError):
        redeem(house, code, "cy@x.io")

    assert code_now(house, code).uses == 2
    assert code_now(house, code).state_at(house.context.now()) is CodeState.USED_UP
    assert seats(house, license_) == (10, 2, 8)
    assert [use.email for use in uses(house, code)] == ["ann@x.io", "bob@x.io"]


def test_without_a_cap_it_works_while_there_are_seats(house: House) -> None:
    license_ = house.license(2)
    code = code_of(house, license_)

    for email in ("ann@x.io", "bob@x.io"):
        redeem(house, code, email)
    with pytest.raises(CodeRefusedError):
        redeem(house, code, "cy@x.io")

    assert code_now(house, code).uses == 2
    assert not learner_of(house, "cy@x.io")


def test_it_works_until_its_last_day_is_over_in_the_organizations_time_zone(
    house: House, clock: Clock
) -> None:
    code = code_of(house, house.license(), ends_on="2027-01-31")

    clock.now = clock.now.replace(day=31, hour=22, minute=59, second=59)
    redeem(house, code, "ann@x.io")
    clock.forward(seconds=1)
    with pytest.raises(CodeRefusedError):
        redeem(house, code, "bob@x.io")

    assert code_now(house, code).state_at(clock.now) is CodeState.ENDED


def test_a_domain_lets_in_its_own_addresses_alone(house: House) -> None:
    code = code_of(house, house.license(), domain="@Acme.Example")

    redeem(house, code, "ann@acme.example")
    for stranger in ("ann@x.io", "ann@sub.acme.example", "acme.example@x.io"):
        with pytest.raises(CodeRefusedError):
            redeem(house, code, stranger)

    assert code_now(house, code).uses == 1


def test_capitals_and_blanks_around_it_do_not_matter(house: House) -> None:
    code = code_of(house, house.license(), text="Welcome-2027")

    redeem(house, "  wElCoMe-2027 ", "ann@x.io")

    assert code.text == "WELCOME-2027"
    assert code_now(house, code).uses == 1


def test_a_redemption_code_works_once(house: House) -> None:
    code = code_of(house, house.license(), kind=CodeKind.REDEMPTION, text=None)

    redeem(house, code, "ann@x.io")
    with pytest.raises(CodeRefusedError):
        redeem(house, code, "bob@x.io")

    assert len(code.text) == 10


def test_it_gives_several_licenses_each_by_its_own_start(house: House) -> None:
    course = house.license()
    later = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-02-01")
    code = code_of(house, course, later)

    admitted = redeem(house, code)

    assert access_now(house, course).state is AccessState.ACTIVE
    assert access_now(house, later).state is AccessState.SCHEDULED
    assert len(admitted.accesses) == 2
    (event,) = events_of(house, "code.redeemed")
    assert event.facts["seats_taken"] == {course.id: 1, later.id: 1}
    assert [one["license"] for one in cast("Any", event.facts["starts"])] == [later.id]


def test_it_leads_into_a_group_with_a_seat_in_each_of_its_licenses(house: House) -> None:
    one, two = house.license(), house.license()
    group = group_of(house, one, two)

    redeem(house, code_of(house, group))

    assert members(house, group) == ["ann@x.io"]
    assert (seats(house, one)[1], seats(house, two)[1]) == (1, 1)


def test_it_gives_a_clients_sublicense_and_ties_the_learner_to_the_client(house: House) -> None:
    license_ = house.license(10)
    client = client_of(house)
    sublicense = sublicense_of(house, client, license_, 3)
    code = (
        Codes(house.context)
        .create(
            person=house.full,
            organization=client.id,
            draft=draft(sublicense),
            text="HARBOR",
            receipt=Receipt(),
        )
        .code
    )

    redeem(house, code, organization=client.id)
    with pytest.raises(CodeRefusedError):
        redeem(house, code, "bob@x.io")

    assert learner_of(house, "ann@x.io", client.id)
    assert not learner_of(house, "ann@x.io")
    assert access_now(house, sublicense).state is AccessState.ACTIVE
    assert seats(house, sublicense) == (3, 1, 2)
    assert seats(house, license_)[1] == 0


def test_the_same_learner_redeeming_again_uses_nothing(house: House) -> None:
    license_ = house.license()
    code = code_of(house, license_, cap=1)

    first = redeem(house, code)
    second = redeem(house, code)
    switch(house, code, disabled=True)
    third = redeem(house, code)

    assert (first.new, second.new, third.new) == (True, False, False)
    assert code_now(house, code).uses == 1
    assert seats(house, license_)[1] == 1
    assert len(events_of(house, "code.redeemed")) == 1


def test_who_was_erased_and_comes_back_redeems_as_anybody_new(house: House, people: People) -> None:
    license_ = house.license()
    code = code_of(house, license_, cap=2)
    redeem(house, code)
    people.erase()

    assert redeem(house, code).new
    assert code_now(house, code).uses == 2
    assert seats(house, license_) == (10, 2, 8)


def test_the_same_learner_clicking_twice_at_once_uses_one(house: House) -> None:
    license_ = house.license()
    code = code_of(house, license_, cap=1)

    with house.before_next_write(lambda: redeem(house, code)):
        second = redeem(house, code)

    assert not second.new
    assert code_now(house, code).uses == 1
    assert seats(house, license_)[1] == 1


def test_who_has_it_all_already_uses_nothing(house: House) -> None:
    license_ = house.license()
    house.accept(house.invite(license_))
    code = code_of(house, license_)

    admitted = redeem(house, code)

    assert not admitted.new
    assert code_now(house, code).uses == 0
    assert seats(house, license_)[1] == 1


def test_an_open_invite_to_the_same_seat_is_accepted_and_no_second_seat_taken(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)
    code = code_of(house, license_)

    redeem(house, code)

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert code_now(house, code).uses == 0
    assert seats(house, license_)[1] == 1


def test_the_last_use_goes_to_one_of_two_at_once(house: House) -> None:
    license_ = house.license()
    code = code_of(house, license_, cap=1)

    with house.before_next_write(lambda: redeem(house, code, "bob@x.io")), pytest.raises(CodeRefusedError):
        redeem(house, code, "ann@x.io")

    assert [use.email for use in uses(house, code)] == ["bob@x.io"]
    assert seats(house, license_)[1] == 1


def test_a_code_disabled_at_the_same_moment_lets_nobody_in(house: House) -> None:
    license_ = house.license()
    code = code_of(house, license_)

    with (
        house.before_next_write(lambda: switch(house, code, disabled=True)),
        pytest.raises(CodeRefusedError),
    ):
        redeem(house, code)

    assert seats(house, license_)[1] == 0


def test_a_disabled_code_lets_nobody_in_until_it_is_enabled(house: House) -> None:
    code = switch(house, code_of(house, house.license()), disabled=True)

    with pytest.raises(CodeRefusedError):
        redeem(house, code)
    switch(house, code, disabled=False)
    admitted = redeem(house, code)

    assert admitted.new


def test_two_organizations_have_the_same_code_and_neither_learns_of_it(house: House) -> None:
    other = found_house(house.context, slug="other")
    own = code_of(house, house.license())
    theirs = code_of(other, other.license())

    redeem(house, own, "ann@x.io")

    assert own.text == theirs.text
    assert code_now(house, own).uses == 1
    assert code_now(house, theirs).uses == 0
    assert not learner_of(other, "ann@x.io")


def test_every_refusal_looks_alike(house: House, clock: Clock) -> None:
    group = group_of(house, house.license(), name="Gone")
    refused: dict[str, Code | str] = {
        "unknown": "NOBODY-HAS-THIS",
        "malformed": "no code at all!",
        "disabled": switch(house, code_of(house, house.license(), text="DISABLED"), disabled=True),
        "used up": code_of(house, house.license(), text="USED", cap=1),
        "of others": code_of(house, house.license(), text="OTHERS", domain="acme.example"),
        "ended": code_of(house, house.license(), text="ENDED", ends_on="2027-01-04"),
        "out of seats": code_of(house, house.license(1), text="NO-SEATS"),
        "of a deleted group": code_of(house, group, text="NO-GROUP"),
        "of a license that is over": code_of(house, house.license(valid_until="2027-01-05"), text="OVER"),
    }
    redeem(house, "USED", "first@x.io")
    redeem(house, "NO-SEATS", "first@x.io")
    delete(house, group)
    clock.forward(days=1)

    told = []
    for number, code in enumerate(refused.values()):
        with pytest.raises(CodeRefusedError) as error:
            redeem(house, code, f"p{number}@x.io")
        told.append((error.value.code, error.value.detail, error.value.next_action, error.value.facts))

    assert len(set(map(repr, told))) == 1
    assert not [n for n in range(len(refused)) if learner_of(house, f"p{n}@x.io")]


def test_a_wrong_code_costs_the_same_whether_it_exists_or_not(house: House, count: Count) -> None:
    codes_ = ["NOBODY-HAS-THIS", switch(house, code_of(house, house.license()), disabled=True).text]
    costs = []

    for number, text in enumerate(codes_):
        with count() as cost, pytest.raises(CodeRefusedError):
            redeem(house, text, f"p{number}@x.io")
        costs.append(cost.operations)

    assert costs[0] == costs[1]
    assert len(costs[0]) == 5, "the limits, the code, and a count for each limit"


def test_redeeming_costs_four_calls(house: House, count: Count) -> None:
    code = code_of(house, house.license())

    with count() as cost:
        redeem(house, code)

    assert cost.calls == 4
    assert cost.items == 6, "license, access, learner, code, use, event"


def test_guessing_is_limited_for_a_person_wherever_they_sit(house: House, clock: Clock) -> None:
    code = code_of(house, house.license())
    for number in range(10):
        with pytest.raises(CodeRefusedError):
            redeem(house, f"GUESS-{number}", network_address=f"192.0.2.{number}")

    with pytest.raises(LimitReachedError) as refused:
        redeem(house, code, network_address="198.51.100.1")
    clock.forward(seconds=refused.value.retry_after)
    admitted = redeem(house, code)

    assert 0 < refused.value.retry_after <= 15 * 60 + 1
    assert admitted.new


def test_guessing_is_limited_for_an_ip_address_whoever_sits_there(house: House) -> None:
    code = code_of(house, house.license())
    for number in range(20):
        with pytest.raises(CodeRefusedError):
            redeem(house, f"GUESS-{number}", f"p{number}@x.io")

    with pytest.raises(LimitReachedError):
        redeem(house, code, network_address=OFFICE)
    elsewhere = redeem(house, code, network_address="198.51.100.1")

    assert elsewhere.new


def test_guessing_is_limited_for_an_organization_whoever_guesses(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redeeming, "TRIES_AT_ORGANIZATION", replace(TRIES_AT_ORGANIZATION, times=3))
    code = code_of(house, house.license())
    for number in range(3):
        with pytest.raises(CodeRefusedError):
            redeem(house, f"GUESS-{number}", f"p{number}@x.io", network_address=f"192.0.2.{number}")

    with pytest.raises(LimitReachedError):
        redeem(house, code, network_address="198.51.100.1")


def test_redeeming_in_earnest_counts_toward_no_limit(house: House) -> None:
    code = code_of(house, house.license(21))

    admitted = [redeem(house, code, f"p{number}@x.io").new for number in range(21)]

    assert admitted == [True] * 21


def test_who_redeemed_a_code_is_found_by_the_person_too(house: House) -> None:
    code = code_of(house, house.license())
    redeem(house, code)

    (use,) = codes.uses_of(house.context.table, house.id, "ann@x.io")

    assert (use.code, use.at) == (code.text, house.context.now())

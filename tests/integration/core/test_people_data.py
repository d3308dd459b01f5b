"""People's data: all of it is exported, and all of it is erased with the seats still counted (issue 3, I)."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock
from tests.support.house import House, found_house
from tests.support.machinery import Machinery
from tests.support.people_data import ANN, People
from usher.domain.accesses import AccessState
from usher.domain.erasures import Erasure, NothingHeldError, StillManagerError, UnknownErasureError
from usher.domain.errors import ForbiddenError
from usher.domain.events import EventType
from usher.domain.invites import InviteState
from usher.domain.learners import UnknownLearnerError
from usher.domain.licenses import License
from usher.services.managing import Managing
from usher.services.people.exporting import Exporting
from usher.services.people.learning import Learning
from usher.services.people.scrubbing import NotScrubbedError
from usher.services.programs.entitling import Entitling
from usher.services.receipts import Receipt
from usher.store import accesses, invites, licenses


def seats(house: House, license_: License) -> tuple[int, int]:
    found = licenses.get(house.context.table, house.id, license_.id)
    assert found is not None
    return found.assigned, found.available


def types(house: House) -> list[EventType]:
    page = Managing(house.context).events(
        person=house.full, organization=house.id, type_=None, limit=200, cursor=None
    )
    return [event.type for event in page.items]


def test_an_export_holds_all_that_is_held_about_a_learner(house: House, people: People) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    house.invite(license_, "bo@x.io")

    found = people.export()

    assert {kind: len(some) for kind, some in found.records.items()} == {
        "learner": 1,
        "access": 1,
        "invite": 1,
        "event": 2,
    }
    (learner,) = found.records["learner"]
    assert (learner["email"], learner["first_name"]) == (ANN, "Ann")
    assert "bo@x.io" not in str(found.records), "and nothing about anybody else"


def test_an_export_is_in_the_event_log(house: House, people: People) -> None:
    house.accept(house.invite(house.license(1), ANN))

    people.export()

    assert types(house)[0] is EventType.LEARNER_EXPORTED


def test_what_another_organization_holds_is_not_exported(house: House, people: People) -> None:
    other = found_house(house.context, slug="other")
    other.accept(other.invite(other.license(1), ANN))

    with pytest.raises(NothingHeldError):
        people.export()


def test_an_erased_learner_is_nowhere(house: House, machinery: Machinery, people: People) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    house.decline(house.invite(house.license(2), ANN))
    machinery.settle()
    people.export()

    erased = people.erase("Ann@X.io")

    assert people.mentions(ANN) == []
    assert people.mentions(erased.pseudonym)
    with pytest.raises(UnknownLearnerError):
        Learning(house.context).learner(person=house.full, organization=house.id, email=ANN)


def test_the_seat_ledger_stays_intact(house: House, people: People) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    house.invite(license_, "bo@x.io")

    erased = people.erase()

    access = accesses.get(house.context.table, erased.pseudonym, license_.id)
    assert seats(house, license_) == (2, 3), "a seat that was used is used"
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert Entitling(house.context).best_access(email=ANN, product=license_.terms.product.id) is None


def test_an_erased_learners_open_invites_are_withdrawn(house: House, people: People) -> None:
    license_ = house.license(5)
    invite = house.invite(license_, ANN)

    erased = people.erase()

    found = invites.get(house.context.table, invite.id)
    assert found is not None
    assert (found.state, found.email) == (InviteState.WITHDRAWN, erased.pseudonym)
    assert seats(house, license_) == (0, 5), "a seat that was only reserved is back"


def test_a_start_to_come_is_nobodys_and_told_to_nobody(
    house: House, clock: Clock, machinery: Machinery, people: People
) -> None:
    invite = house.invite(house.license(5), ANN, access_start="2027-02-01")
    house.accept(invite)

    erased = people.erase()
    clock.forward(days=40)
    machinery.settle()

    access = accesses.get(house.context.table, erased.pseudonym, invite.licenses[0].license)
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert machinery.sent_to(erased.pseudonym) == []


def test_an_erasure_is_in_the_event_log_and_names_nobody(house: House, people: People) -> None:
    house.accept(house.invite(house.license(1), ANN))

    erased = people.erase()

    assert types(house)[0] is EventType.LEARNER_ERASED
    kept = people.service.erasure(person=house.full, organization=house.id, erasure=erased.id)
    assert kept.email == ""
    assert kept.done_at is not None
    assert people.mentions("lee") == []


def test_an_account_goes_with_the_persons_last_place(house: House, people: People) -> None:
    people.register()
    house.accept(house.invite(house.license(1), ANN))

    people.erase()

    assert not people.identity.has_account(email=ANN)


def test_what_another_organization_has_of_the_person_stays_and_the_account_too(
    house: House, people: People
) -> None:
    people.register()
    other = found_house(house.context, slug="other")
    license_ = other.license(1)
    other.accept(other.invite(license_, ANN))
    house.accept(house.invite(house.license(1), ANN))

    people.erase()

    assert people.identity.has_account(email=ANN)
    access = accesses.get(house.context.table, ANN, license_.id)
    assert access is not None
    assert access.state is AccessState.ACTIVE
    assert people.export(house=other).records["learner"]


def test_an_operators_account_stays(house: House, people: People) -> None:
    people.register(operator=True)
    house.accept(house.invite(house.license(1), ANN))

    people.erase()

    assert people.identity.has_account(email=ANN)


def test_a_manager_is_not_erased(house: House, people: People) -> None:
    with pytest.raises(StillManagerError):
        people.order(house.limited.email)


def test_who_is_not_known_is_not_erased(people: People) -> None:
    with pytest.raises(NothingHeldError):
        people.order("nobody@x.io")


def test_a_second_order_for_the_same_learner_finds_nothing(house: House, people: People) -> None:
    house.accept(house.invite(house.license(1), ANN))
    people.erase()

    with pytest.raises(NothingHeldError):
        people.order()


def test_an_order_carried_out_twice_is_carried_out_once(house: House, people: People) -> None:
    house.accept(house.invite(house.license(1), ANN))
    ordered = people.order()

    first = people.carry_out(ordered)
    second = people.carry_out(ordered)

    assert (first, second) == (True, False)


def test_two_who_order_at_once_both_have_it_done(house: House, people: People) -> None:
    house.invite(house.license(1), ANN)
    orders: list[Erasure] = []

    with house.before_next_write(lambda: orders.append(people.order())):
        orders.append(people.order())

    assert [people.carry_out(one) for one in orders] == [True, True]
    assert people.mentions() == []


def test_what_comes_back_meanwhile_is_left_to_the_next_try(house: House, people: People) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    ordered = people.order()

    with (
        house.before_next_write(lambda: house.invite(house.license(1), ANN)),
        pytest.raises(NotScrubbedError),
    ):
        people.carry_out(ordered)

    assert people.carry_out(ordered)
    assert people.mentions(ANN) == []


def test_the_order_reaches_the_worker_through_its_event(
    house: House, people: People, machinery: Machinery
) -> None:
    house.accept(house.invite(house.license(1), ANN))
    ordered = people.order()

    machinery.dispatch()

    assert machinery.orders() == [{"organization": house.id, "erasure": ordered.id}]


def test_both_are_for_full_managers_alone(house: House, people: People) -> None:
    house.accept(house.invite(house.license(1), ANN))

    with pytest.raises(ForbiddenError):
        Exporting(house.context, files=people.files).export(
            person=house.limited, organization=house.id, email=ANN
        )
    with pytest.raises(ForbiddenError):
        people.service.order(person=house.limited, organization=house.id, email=ANN, receipt=Receipt())


def test_an_order_that_is_none_is_not_found(house: House, people: People) -> None:
    with pytest.raises(UnknownErasureError):
        people.service.erasure(person=house.full, organization=house.id, erasure="nope")


def test_somebody_erased_can_be_invited_and_come_back(house: House, people: People) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    people.erase()

    house.accept(house.invite(license_, ANN))

    assert seats(house, license_) == (2, 3)

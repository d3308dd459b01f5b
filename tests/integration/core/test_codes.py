"""Codes as managers make and manage them (issue 3, E)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.codes import code_now, code_of, draft, redeem, switch
from tests.support.counting import Count
from tests.support.crashing import Death, dying
from tests.support.grouping import delete, group_of
from tests.support.house import House, found_house
from tests.support.looking import events_of
from tests.support.machinery import Machinery
from usher.domain.doors.codes import (
    BadBatchError,
    BadCapError,
    BadCodesError,
    BatchUnfinishedError,
    CodeKind,
    CodeNotActiveError,
    CodeTakenError,
    EndsInPastError,
    Pattern,
    UnknownCodeError,
)
from usher.domain.doors.grants import BadGrantError
from usher.domain.errors import ForbiddenError
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import License, LicenseOverError, UnknownLicenseError
from usher.services.doors import code_batches
from usher.services.doors.code_batches import CodeBatches
from usher.services.doors.codes import Codes, Issued
from usher.services.receipts import Receipt, open_receipt


def create(house: House, *given: Any, **fields: Any) -> Issued:
    text, person = fields.pop("text", None), fields.pop("person", house.full)
    send_copy = fields.pop("send_copy", False)
    return Codes(house.context).create(
        person=person,
        organization=house.id,
        draft=draft(*given, **fields),
        text=text,
        send_copy=send_copy,
        receipt=Receipt(),
    )


def opened(house: House, key: object) -> Receipt:
    return open_receipt(
        house.context,
        scope=house.id,
        key=str(key),
        fingerprint="f",
        render=lambda made: made if isinstance(made, str) else f"{made.text} {made.outcome}",
    )


def generate(house: House, license_: License, count: int, receipt: Receipt) -> list[str]:
    """Generate codes; what became of each, without the batch's id."""
    if not receipt.complete:
        CodeBatches(house.context).generate(
            person=house.full,
            organization=house.id,
            draft=draft(license_, kind=CodeKind.REDEMPTION),
            count=count,
            pattern=Pattern(length=8, prefix="ACME-"),
            receipt=receipt,
        )
    return [str(answer) for answer in receipt.answers]


def upload(
    house: House, license_: License, given: Any, receipt: Receipt, *, skip_invalid: bool = False
) -> list[str]:
    CodeBatches(house.context).upload(
        person=house.full,
        organization=house.id,
        draft=draft(license_, kind=CodeKind.REDEMPTION),
        given=given,
        skip_invalid=skip_invalid,
        receipt=receipt,
    )
    return [str(answer) for answer in receipt.answers[1:]]


def texts(house: House, **filters: Any) -> list[str]:
    """The codes, as they are listed."""
    found: list[str] = []
    cursor = None
    while True:
        page = Codes(house.context).listed(
            person=house.full, organization=house.id, limit=100, cursor=cursor, **filters
        )
        found += [one.code.text for one in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_a_code_says_what_it_gives_to_whom_and_until_when(house: House) -> None:
    license_ = house.license()

    issued = create(house, license_, text="spring", name=" Spring  intake ", cap=20, ends_on="2027-03-31")

    assert (issued.code.text, issued.code.name, issued.code.cap) == ("SPRING", "Spring intake", 20)
    assert issued.code.ends_at == datetime(2027, 3, 31, 22, tzinfo=UTC), "the end of the day in Zurich"
    assert [terms.license for terms in issued.licenses] == [license_.id]
    (event,) = events_of(house, "code.created")
    assert (event.actor, event.facts["code"], event.facts["licenses"]) == (
        house.full.email,
        "SPRING",
        [license_.id],
    )


def test_a_code_is_unlike_all_others_of_the_organization_whatever_the_capitals(house: House) -> None:
    license_ = house.license()
    create(house, license_, text="SPRING")

    with pytest.raises(CodeTakenError):
        create(house, license_, text="spring")

    assert len(events_of(house, "code.created")) == 1


def test_of_two_who_choose_the_same_at_once_one_gets_it(house: House) -> None:
    license_ = house.license()

    with (
        house.before_next_write(lambda: create(house, license_, text="SPRING")),
        pytest.raises(CodeTakenError),
    ):
        create(house, license_, text="SPRING")

    assert texts(house) == ["SPRING"]


def test_only_what_the_organization_has_can_be_given(house: House, clock: Clock) -> None:
    license_, over = house.license(), house.license(valid_until="2027-01-05")
    group = group_of(house, license_)
    delete(house, group)

    with pytest.raises(BadGrantError):
        create(house)
    with pytest.raises(UnknownGroupError):
        create(house, group)
    clock.forward(days=2)
    with pytest.raises(LicenseOverError):
        create(house, over)
    with pytest.raises(EndsInPastError):
        create(house, license_, ends_on="2027-01-05")
    with pytest.raises(BadCapError):
        create(house, license_, kind=CodeKind.REDEMPTION, cap=2)
    with pytest.raises(ForbiddenError):
        create(house, license_, person=house.limited)
    assert texts(house) == []


def test_a_license_of_somebody_elses_cannot_be_given(house: House) -> None:
    theirs = found_house(house.context, slug="other").license()

    with pytest.raises(UnknownLicenseError):
        create(house, theirs)


def test_codes_are_generated_by_the_hundred_with_a_chosen_length(house: House, count: Count) -> None:
    license_ = house.license()

    with count() as cost:
        batch, *made = generate(house, license_, 300, opened(house, "k"))

    assert cost.calls == 2 + 4, "the receipt, the organization, and 98 codes in a transaction"
    assert len(set(made)) == 300
    assert all(one.startswith("ACME-") and len(one) == 13 + len(" created") for one in made)
    assert sorted(texts(house, batch=batch)) == sorted(one.split()[0] for one in made)
    assert sum(int(str(event.facts["count"])) for event in events_of(house, "code.created")) == 300


def test_ten_thousand_codes_are_the_most(house: House) -> None:
    license_ = house.license()

    for number in (0, 10_001):
        with pytest.raises(BadBatchError):
            generate(house, license_, number, Receipt())


def test_ones_own_codes_are_uploaded_and_duplicates_reported_one_by_one(house: House) -> None:
    license_ = house.license()
    code_of(house, license_, text="THERE")

    made = upload(house, license_, "AAAA bbbb there aaaa CCCC", opened(house, "k"))

    assert made == ["AAAA created", "BBBB created", "THERE exists", "AAAA repeated", "CCCC created"]
    assert sorted(texts(house, kind=CodeKind.REDEMPTION)) == ["AAAA", "BBBB", "CCCC"]


def test_what_cannot_be_a_code_refuses_the_upload_with_reasons_unless_it_is_to_be_skipped(
    house: House,
) -> None:
    license_ = house.license()
    given = ["GOOD", "no", "under_score"]

    with pytest.raises(BadCodesError) as refused:
        upload(house, license_, given, Receipt())
    made = upload(house, license_, given, opened(house, "k"), skip_invalid=True)

    reason = "not 4 to 40 letters, digits and dashes"
    assert refused.value.facts["codes"] == [{"code": text, "reason": reason} for text in given[1:]]
    assert made == ["GOOD created", "no invalid", "under_score invalid"]


def test_an_upload_of_which_nothing_is_new_is_reported_all_the_same(house: House) -> None:
    license_ = house.license()
    upload(house, license_, ["AAAA", "BBBB"], opened(house, "k"))

    made = upload(house, license_, ["BBBB", "AAAA"], opened(house, "l"))

    assert made == ["BBBB exists", "AAAA exists"]
    assert opened(house, "l").complete
    assert len(events_of(house, "code.created")) == 1


def test_a_batch_that_dies_anywhere_goes_on_when_it_is_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_batches, "MAX_ITEMS", 10)
    license_ = house.license()
    client = house.context.table.connection.client
    for at in range(1, 100):
        try:
            with dying(client, at=at):
                generate(house, license_, 12, opened(house, at))
        except Death:
            batch, *made = generate(house, license_, 12, opened(house, at))
            again = generate(house, license_, 12, opened(house, at))
        else:
            break
        assert len(made) == 12
        assert again == [batch, *made]
        assert sorted(texts(house, batch=batch)) == sorted(one.split()[0] for one in made)
    assert at > 2 * 4
    assert len(texts(house)) == 12 * at, "no try left codes of an unknown batch behind"


def test_a_batch_that_takes_too_long_is_finished_by_sending_it_again(house: House, clock: Clock) -> None:
    license_ = house.license()

    with (
        house.before_next_write(lambda: clock.forward(seconds=20)),
        pytest.raises(BatchUnfinishedError) as unfinished,
    ):
        generate(house, license_, 150, opened(house, "k"))
    batch, *made = generate(house, license_, 150, opened(house, "k"))

    assert unfinished.value.retry_after == 1
    assert (len(made), len(texts(house, batch=batch))) == (150, 150)


def test_the_list_shows_what_each_code_gives_and_its_uses(house: House, clock: Clock) -> None:
    license_ = house.license()
    group = group_of(house, license_)
    code = code_of(house, license_, text="FIRST", cap=5)
    clock.forward(seconds=1)
    code_of(house, group, text="SECOND")
    redeem(house, code)

    page = Codes(house.context).listed(person=house.limited, organization=house.id, limit=10, cursor=None)

    second, first = page.items
    assert (first.code.text, first.code.uses, first.licenses[0].product.name) == ("FIRST", 1, "Fire safety")
    assert second.group is not None
    assert (second.code.text, second.group.name) == ("SECOND", "Night shift")


def test_a_code_shows_who_used_it_and_when(house: House, clock: Clock) -> None:
    code = code_of(house, house.license())
    redeem(house, code, "bob@x.io")
    at = clock.forward(hours=1)
    redeem(house, code, "ann@x.io")

    page = Codes(house.context).uses(
        person=house.full, organization=house.id, text="welcome-2027", limit=1, cursor=None
    )

    (used,) = page.items
    assert (used.use.email, used.use.at) == ("ann@x.io", at)
    assert used.learner is not None
    assert used.learner.last_name == "Lee"
    assert page.next is not None


def test_disabling_twice_is_one_event(house: House) -> None:
    code = code_of(house, house.license())

    switch(house, code, disabled=True)
    switch(house, code, disabled=True)
    enabled = switch(house, code, disabled=False)

    assert not enabled.disabled
    assert len(events_of(house, "code.disabled")) == 1
    assert len(events_of(house, "code.enabled")) == 1


def test_a_code_is_nobodys_business_but_its_organizations(house: House) -> None:
    code_of(house, house.license())
    codes = Codes(house.context)

    for text in ("NOT-THERE", "no code!"):
        with pytest.raises(UnknownCodeError):
            codes.code(person=house.full, organization=house.id, text=text)
    with pytest.raises(ForbiddenError):
        codes.switch(
            person=house.limited,
            organization=house.id,
            text="WELCOME-2027",
            disabled=True,
            receipt=Receipt(),
        )


def test_send_me_a_copy_emails_the_manager_once_and_again_when_asked(
    house: House, machinery: Machinery
) -> None:
    machinery.skip()
    code = code_of(house, house.license(), send_copy=True, message="See you!")
    machinery.settle()
    first = machinery.sent_to(house.full.email)

    Codes(house.context).send_copy(
        person=house.full, organization=house.id, text=code.text, receipt=Receipt()
    )
    machinery.settle()

    assert first == ["code_copy"]
    assert machinery.sent_to(house.full.email) == ["code_copy", "code_copy"]


def test_a_code_that_is_no_good_any_more_is_not_copied(house: House) -> None:
    code = code_of(house, house.license(), cap=1)
    redeem(house, code)

    with pytest.raises(CodeNotActiveError) as refused:
        Codes(house.context).send_copy(
            person=house.full, organization=house.id, text=code.text, receipt=Receipt()
        )

    assert refused.value.facts == {"state": "used_up"}
    assert code_now(house, code).uses == 1


def test_seats_that_run_low_by_a_code_are_told_to_the_managers(house: House, machinery: Machinery) -> None:
    machinery.skip()
    code = code_of(house, house.license(1))

    redeem(house, code)
    machinery.settle()

    assert "seats_out_notice" in machinery.sent_to(house.full.email)

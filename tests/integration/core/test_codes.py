"""Codes as managers make and manage them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_now, code_of, draft, redeem, switch
from tests.support.crashes import Crash, crashing
from tests.support.groups import delete, group_of
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.codes import (
    BadBatchError,
    BadCapError,
    BadCodesError,
    BatchUnfinishedError,
    CodeKey,
    CodeKind,
    CodeNotActiveError,
    CodeTakenError,
    EndsInPastError,
    Pattern,
    UnknownCodeError,
)
from usher.domain.enrollment.grants import BadGrantError
from usher.domain.errors import ForbiddenError
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import License, LicenseOverError, UnknownLicenseError
from usher.services.enrollment import code_batches
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.code_uses import CodeUses
from usher.services.enrollment.codes import Codes, IssuedCode
from usher.services.enrollment.manage_codes import CodeEdits, ManageCodes
from usher.services.receipts import Receipt, open_receipt


def create(tenant: Tenant, *given: Any, **fields: Any) -> IssuedCode:
    text, person = fields.pop("text", None), fields.pop("person", tenant.full)
    send_copy = fields.pop("send_copy", False)
    return Codes(tenant.context).create(
        person=person,
        organization=tenant.id,
        draft=draft(*given, **fields),
        text=text,
        send_copy=send_copy,
        receipt=Receipt(),
    )


def opened(tenant: Tenant, key: object) -> Receipt:
    return open_receipt(
        tenant.context,
        scope=tenant.id,
        key=str(key),
        fingerprint="f",
        render=lambda made: made if isinstance(made, str) else f"{made.text} {made.outcome}",
    )


def generate(tenant: Tenant, license_: License, count: int, receipt: Receipt) -> list[str]:
    """Generate codes; what became of each, without the batch's id."""
    if not receipt.complete:
        CodeBatches(tenant.context).generate(
            person=tenant.full,
            organization=tenant.id,
            draft=draft(license_, kind=CodeKind.REDEMPTION),
            count=count,
            pattern=Pattern(length=8, prefix="ACME-"),
            receipt=receipt,
        )
    return [str(answer) for answer in receipt.answers]


def upload(
    tenant: Tenant, license_: License, given: Any, receipt: Receipt, *, skip_invalid: bool = False
) -> list[str]:
    CodeBatches(tenant.context).upload(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(license_, kind=CodeKind.REDEMPTION),
        given=given,
        skip_invalid=skip_invalid,
        receipt=receipt,
    )
    return [str(answer) for answer in receipt.answers[1:]]


def texts(tenant: Tenant, **filters: Any) -> list[str]:
    """The codes, as they are listed."""
    found: list[str] = []
    cursor = None
    while True:
        page = Codes(tenant.context).listed(
            person=tenant.full, organization=tenant.id, limit=100, cursor=cursor, **filters
        )
        found += [one.code.text for one in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_a_code_says_what_it_gives_to_whom_and_until_when(tenant: Tenant) -> None:
    license_ = tenant.license()

    issued = create(tenant, license_, text="spring", name=" Spring  intake ", cap=20, ends_on="2027-03-31")

    assert (issued.code.text, issued.code.name, issued.code.cap) == ("SPRING", "Spring intake", 20)
    assert issued.code.ends_at == datetime(2027, 3, 31, 22, tzinfo=UTC), "the end of the day in Zurich"
    assert [one.terms.license for one in issued.licenses] == [license_.id]
    (event,) = events_of(tenant, "code.created")
    given = [one["id"] for one in data_of(event)["terms"]["licenses"]]
    assert (event.actor, given) == (tenant.full.email, [license_.id])
    assert data_of(event)["code"] == {"text": "SPRING", "kind": "registration", "name": "Spring intake"}


def test_a_code_is_unlike_all_others_of_the_organization_whatever_the_capitals(tenant: Tenant) -> None:
    license_ = tenant.license()
    create(tenant, license_, text="SPRING")

    with pytest.raises(CodeTakenError):
        create(tenant, license_, text="spring")

    assert len(events_of(tenant, "code.created")) == 1


def test_of_two_who_choose_the_same_at_once_one_gets_it(tenant: Tenant) -> None:
    license_ = tenant.license()

    with (
        tenant.before_next_write(lambda: create(tenant, license_, text="SPRING")),
        pytest.raises(CodeTakenError),
    ):
        create(tenant, license_, text="SPRING")

    assert texts(tenant) == ["SPRING"]


def test_only_what_the_organization_has_can_be_given(tenant: Tenant, clock: Clock) -> None:
    license_, over = tenant.license(), tenant.license(valid_until="2027-01-05")
    group = group_of(tenant, license_)
    delete(tenant, group)

    with pytest.raises(BadGrantError):
        create(tenant)
    with pytest.raises(UnknownGroupError):
        create(tenant, group)
    clock.forward(days=2)
    with pytest.raises(LicenseOverError):
        create(tenant, over)
    with pytest.raises(EndsInPastError):
        create(tenant, license_, ends_on="2027-01-05")
    with pytest.raises(BadCapError):
        create(tenant, license_, kind=CodeKind.REDEMPTION, cap=2)
    with pytest.raises(ForbiddenError):
        create(tenant, license_, person=tenant.limited)
    assert texts(tenant) == []


def test_a_license_of_somebody_elses_cannot_be_given(tenant: Tenant) -> None:
    theirs = create_tenant(tenant.context, slug="other").license()

    with pytest.raises(UnknownLicenseError):
        create(tenant, theirs)


def test_codes_are_generated_by_the_hundred_with_a_chosen_length(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license()

    with count() as cost:
        batch, *made = generate(tenant, license_, 300, opened(tenant, "k"))

    assert cost.calls == 2 + 4, "the receipt, the organization, and 97 codes in a transaction"
    assert len(set(made)) == 300
    assert all(one.startswith("ACME-") and len(one) == 13 + len(" created") for one in made)
    assert sorted(texts(tenant, batch=batch)) == sorted(one.split()[0] for one in made)
    assert sum(int(str(data_of(event)["count"])) for event in events_of(tenant, "code.created")) == 300


def test_ten_thousand_codes_are_the_most(tenant: Tenant) -> None:
    license_ = tenant.license()

    for number in (0, 10_001):
        with pytest.raises(BadBatchError):
            generate(tenant, license_, number, Receipt())


def test_ones_own_codes_are_uploaded_and_duplicates_reported_one_by_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    code_of(tenant, license_, text="THERE")

    made = upload(tenant, license_, "AAAA bbbb there aaaa CCCC", opened(tenant, "k"))

    assert made == ["AAAA created", "BBBB created", "THERE exists", "AAAA repeated", "CCCC created"]
    assert sorted(texts(tenant, kinds=[CodeKind.REDEMPTION])) == ["AAAA", "BBBB", "CCCC"]


def test_what_cannot_be_a_code_refuses_the_upload_with_reasons_unless_it_is_to_be_skipped(
    tenant: Tenant,
) -> None:
    license_ = tenant.license()
    given = ["GOOD", "no", "under_score"]

    with pytest.raises(BadCodesError) as refused:
        upload(tenant, license_, given, Receipt())
    made = upload(tenant, license_, given, opened(tenant, "k"), skip_invalid=True)

    reason = "not 4 to 40 letters, digits and dashes"
    assert refused.value.facts["codes"] == [{"code": text, "reason": reason} for text in given[1:]]
    assert made == ["GOOD created", "no invalid", "under_score invalid"]


def test_an_upload_of_which_nothing_is_new_is_reported_all_the_same(tenant: Tenant) -> None:
    license_ = tenant.license()
    upload(tenant, license_, ["AAAA", "BBBB"], opened(tenant, "k"))

    made = upload(tenant, license_, ["BBBB", "AAAA"], opened(tenant, "l"))

    assert made == ["BBBB exists", "AAAA exists"]
    assert opened(tenant, "l").complete
    assert len(events_of(tenant, "code.created")) == 1


def test_a_batch_that_dies_anywhere_goes_on_when_it_is_sent_again(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_batches, "MAX_ITEMS", 10)
    license_ = tenant.license()
    client = tenant.context.table.connection.client
    for at in range(1, 100):
        try:
            with crashing(client, at=at):
                generate(tenant, license_, 12, opened(tenant, at))
        except Crash:
            batch, *made = generate(tenant, license_, 12, opened(tenant, at))
            again = generate(tenant, license_, 12, opened(tenant, at))
        else:
            break
        assert len(made) == 12
        assert again == [batch, *made]
        assert sorted(texts(tenant, batch=batch)) == sorted(one.split()[0] for one in made)
    assert at > 2 * 4
    assert len(texts(tenant)) == 12 * at, "no try left codes of an unknown batch behind"


def test_a_batch_that_takes_too_long_is_finished_by_sending_it_again(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()

    with (
        tenant.before_next_write(lambda: clock.forward(seconds=20)),
        pytest.raises(BatchUnfinishedError) as unfinished,
    ):
        generate(tenant, license_, 150, opened(tenant, "k"))
    batch, *made = generate(tenant, license_, 150, opened(tenant, "k"))

    assert unfinished.value.retry_after == 1
    assert (len(made), len(texts(tenant, batch=batch))) == (150, 150)


def test_the_list_shows_what_each_code_gives_and_its_uses(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    code = code_of(tenant, license_, text="FIRST", cap=5)
    clock.forward(seconds=1)
    code_of(tenant, group, text="SECOND")
    redeem(tenant, code)

    page = Codes(tenant.context).listed(person=tenant.limited, organization=tenant.id, limit=10, cursor=None)

    second, first = page.items
    assert (first.code.text, first.code.uses, first.licenses[0].terms.product.name) == (
        "FIRST",
        1,
        "Fire safety",
    )
    assert second.group is not None
    assert (second.code.text, second.group.name) == ("SECOND", "Night shift")


def test_a_code_shows_who_used_it_and_when(tenant: Tenant, clock: Clock) -> None:
    code = code_of(tenant, tenant.license())
    redeem(tenant, code, "bob@x.io")
    at = clock.forward(hours=1)
    redeem(tenant, code, "ann@x.io")

    page = CodeUses(tenant.context).of_code(
        person=tenant.full, organization=tenant.id, code=code.key, limit=1, cursor=None
    )

    (used,) = page.items
    assert (used.use.email, used.use.at) == ("ann@x.io", at)
    assert used.learner is not None
    assert used.learner.last_name == "Lee"
    assert page.next is not None


def test_disabling_twice_is_one_event(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license())

    switch(tenant, code, disabled=True)
    switch(tenant, code, disabled=True)
    enabled = switch(tenant, code, disabled=False)

    assert not enabled.disabled
    assert len(events_of(tenant, "code.disabled")) == 1
    assert len(events_of(tenant, "code.enabled")) == 1


def test_a_code_is_nobodys_business_but_its_organizations(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license())
    codes, manage = Codes(tenant.context), ManageCodes(tenant.context)
    person = tenant.limited

    for key in (CodeKey(id=code.id, text="NOT-THERE"), CodeKey(id="OF-ANOTHER", text=code.text)):
        with pytest.raises(UnknownCodeError):
            codes.code(person=tenant.full, organization=tenant.id, code=key)
    with pytest.raises(ForbiddenError):
        manage.switch(person=person, organization=tenant.id, code=code.key, disabled=True, receipt=Receipt())
    with pytest.raises(ForbiddenError):
        manage.change(person=person, organization=tenant.id, code=code.key, edits=CodeEdits(name="Mine"))
    with pytest.raises(ForbiddenError):
        manage.remove(person=person, organization=tenant.id, code=code.key)
    assert code_now(tenant, code) == code


def test_send_me_a_copy_emails_the_manager_once_and_again_when_asked(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    code = code_of(tenant, tenant.license(), send_copy=True, message="See you!")
    async_workers.settle()
    first = async_workers.sent_to(tenant.full.email)

    Codes(tenant.context).send_copy(
        person=tenant.full, organization=tenant.id, code=code.key, receipt=Receipt()
    )
    async_workers.settle()

    assert first == ["code_copy"]
    assert async_workers.sent_to(tenant.full.email) == ["code_copy", "code_copy"]


def test_a_code_that_is_no_good_any_more_is_not_copied(tenant: Tenant) -> None:
    code = code_of(tenant, tenant.license(), cap=1)
    redeem(tenant, code)

    with pytest.raises(CodeNotActiveError) as refused:
        Codes(tenant.context).send_copy(
            person=tenant.full, organization=tenant.id, code=code.key, receipt=Receipt()
        )

    assert refused.value.facts == {"state": "used_up"}
    assert code_now(tenant, code).uses == 1


def test_seats_that_run_low_by_a_code_are_told_to_the_managers(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    code = code_of(tenant, tenant.license(1))

    redeem(tenant, code)
    async_workers.settle()

    assert "seats_out_notice" in async_workers.sent_to(tenant.full.email)

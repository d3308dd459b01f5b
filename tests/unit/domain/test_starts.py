"""DESIGN 2, Start of access, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.terms import END, NOW, SUBSCRIPTION_START, terms
from usher.domain.instants import BadDateError, rfc3339
from usher.domain.licenses import ProductKind
from usher.domain.starts import (
    StartInPastError,
    StartNotChosenError,
    StartNotEditableError,
    StartOutsideLicenseError,
    chosen_start,
    edited_start,
    start_on_acceptance,
)

COURSE, BUNDLE, SUBSCRIPTION = ProductKind.COURSE, ProductKind.BUNDLE, ProductKind.SUBSCRIPTION
ROWS = [
    # kind, flex, chosen when inviting, edited later
    (COURSE, False, True, True),
    (COURSE, True, True, True),
    (BUNDLE, False, True, True),
    (BUNDLE, True, True, True),
    (SUBSCRIPTION, False, False, False),
    (SUBSCRIPTION, True, False, True),
]


@pytest.mark.parametrize(("kind", "flex", "may_choose", "_may_edit"), ROWS)
def test_a_start_may_be_chosen_when_inviting_as_the_table_says(
    *, kind: ProductKind, flex: bool, may_choose: bool, _may_edit: bool
) -> None:
    given = terms(kind=kind, flex=flex)

    if may_choose:
        assert rfc3339(choose("2027-02-01", given) or NOW) == "2027-01-31T23:00:00Z"
    else:
        with pytest.raises(StartNotChosenError) as refused:
            choose("2027-02-01", given)
        assert refused.value.facts["license"] == given.license
    assert choose(None, given) is None


@pytest.mark.parametrize(("kind", "flex", "_may_choose", "may_edit"), ROWS)
def test_a_start_may_be_edited_later_as_the_table_says(
    *, kind: ProductKind, flex: bool, _may_choose: bool, may_edit: bool
) -> None:
    given = terms(kind=kind, flex=flex)

    if may_edit:
        assert rfc3339(edit("2027-02-01", given) or NOW) == "2027-01-31T23:00:00Z"
        assert edit(None, given) is None
    else:
        for text in ("2027-02-01", None):
            with pytest.raises(StartNotEditableError):
                edit(text, given)


def choose(
    text: str | None, *licenses: object, now: datetime = NOW, time_zone: str = "Europe/Zurich"
) -> datetime | None:
    return chosen_start(text, licenses=licenses, time_zone=time_zone, now=now)  # type: ignore[arg-type]


def edit(
    text: str | None, *licenses: object, now: datetime = NOW, time_zone: str = "Europe/Zurich"
) -> datetime | None:
    return edited_start(text, licenses=licenses, time_zone=time_zone, now=now)  # type: ignore[arg-type]


def test_one_subscription_among_the_licenses_forbids_the_choice() -> None:
    with pytest.raises(StartNotChosenError):
        choose("2027-02-01", terms(), terms(kind=SUBSCRIPTION, flex=True))


@pytest.mark.parametrize("text", ["2027-01-03", "2027-01-04T08:59:59Z", "2026-12-31", "0999-01-01"])
def test_a_date_that_has_gone_by_is_refused(text: str) -> None:
    with pytest.raises(StartInPastError):
        choose(text, terms())
    with pytest.raises(StartInPastError):
        edit(text, terms())


@pytest.mark.parametrize("text", ["2028-01-01", "2027-12-31T23:00:00Z", "2031-05-05", "9999-12-31"])
def test_a_date_after_the_license_is_refused(text: str) -> None:
    with pytest.raises(StartOutsideLicenseError):
        choose(text, terms())


def test_a_date_before_the_license_is_refused() -> None:
    early = terms(valid_from=NOW + timedelta(days=30))

    with pytest.raises(StartOutsideLicenseError):
        choose("2027-01-20", early)


def test_a_date_has_to_suit_every_license() -> None:
    short = terms(valid_until=NOW + timedelta(days=10))

    with pytest.raises(StartOutsideLicenseError):
        choose("2027-02-01", terms(), short)


def test_the_last_second_of_the_license_may_be_chosen() -> None:
    assert choose("2027-12-31T22:59:59Z", terms()) == END - timedelta(seconds=1)


@pytest.mark.parametrize("text", ["2027-02-30", "tomorrow", "2027-02-01T10:00:00", ""])
def test_a_date_in_no_form_is_refused(text: str) -> None:
    with pytest.raises(BadDateError):
        choose(text, terms())


def test_todays_date_means_at_once() -> None:
    assert choose("2027-01-04", terms()) == NOW


def test_today_is_what_the_organizations_calendar_says() -> None:
    late = datetime(2027, 1, 4, 23, 30, tzinfo=UTC)

    assert choose("2027-01-05", terms(), now=late) == late
    with pytest.raises(StartInPastError):
        choose("2027-01-04", terms(), now=late)


def test_the_last_hour_of_a_day_with_twenty_five_is_still_that_day() -> None:
    now = datetime(2027, 10, 31, 22, 30, tzinfo=UTC)  # 23:30 in Zurich, where the clocks went back today

    assert choose("2027-10-31", terms(), now=now) == now


def test_the_first_hour_after_a_day_with_twenty_three_is_not_that_day() -> None:
    now = datetime(2027, 3, 28, 22, 30, tzinfo=UTC)  # 0:30 on the 29th in Zurich

    with pytest.raises(StartInPastError):
        choose("2027-03-28", terms(), now=now)


def test_access_starts_at_once_on_acceptance_unless_a_later_start_was_chosen_or_agreed() -> None:
    later = NOW + timedelta(days=5)

    assert start_on_acceptance(terms(), chosen=None, now=NOW) == NOW
    assert start_on_acceptance(terms(), chosen=later, now=NOW) == later
    assert start_on_acceptance(terms(), chosen=NOW - timedelta(days=1), now=NOW) == NOW
    assert start_on_acceptance(terms(valid_from=later), chosen=None, now=NOW) == later


def test_a_subscription_starts_on_its_own_date_or_the_edited_one() -> None:
    subscription = terms(kind=SUBSCRIPTION, flex=True)

    assert start_on_acceptance(subscription, chosen=None, now=NOW) == SUBSCRIPTION_START
    assert start_on_acceptance(subscription, chosen=NOW + timedelta(days=2), now=NOW) == NOW + timedelta(
        days=2
    )
    assert start_on_acceptance(subscription, chosen=None, now=END - timedelta(days=1)) == END - timedelta(
        days=1
    )

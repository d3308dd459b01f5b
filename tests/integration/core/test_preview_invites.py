"""A preview says what inviting then does: by the same decisions, with nothing written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.call_counts import Count
from tests.support.clock import MONDAY, Clock
from tests.support.groups import group_of, join
from tests.support.imports import ImportDriver
from tests.support.reading_back import events_of, lacking, seats
from tests.support.tables import items
from tests.support.tenant import Tenant, create_tenant
from usher.domain.addresses import BadAddressesError, NoAddressesError
from usher.domain.email_budgets import UNASKED_EMAILS, TooManyEmailsError
from usher.domain.errors import ForbiddenError, UsherError
from usher.domain.imports.imports import Only
from usher.domain.imports.verdicts import Verdict
from usher.domain.invite_batches import Outcome
from usher.domain.invite_previews import InvitePreview
from usher.domain.licenses import NotEnoughSeatsError, ProductKind, UnknownLicenseError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.starts import StartNotChosenError
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_plans import InviteRequest, NameOfSeveralError
from usher.services.invites.preview_invites import PreviewInvites
from usher.services.receipts import Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def previewed(tenant: Tenant, request: InviteRequest) -> InvitePreview:
    return PreviewInvites(tenant.context).preview(person=tenant.full, organization=tenant.id, request=request)


def foreseen(preview: InvitePreview) -> dict[str, str]:
    return {one.invited.email: str(one.invited.outcome) for one in preview.results if not one.times}


def invited(tenant: Tenant, request: InviteRequest) -> dict[str, str] | str:
    """Invite, and return what became of each address, or the code of the refusal."""
    try:
        results = InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            license_ids=request.license_ids,
            groups=request.groups,
            emails=request.emails,
            access_start=request.access_start,
            skip_invalid=request.skip_invalid,
            receipt=Receipt(),
        )
    except UsherError as refusal:
        return refusal.code
    return {one.email: str(one.outcome) for one in results}


def use_up(tenant: Tenant, email: str) -> None:
    license_ = tenant.license()
    for _ in range(UNASKED_EMAILS.times // 2):
        tenant.withdraw(tenant.invite(license_, email))


def test_a_preview_tells_what_inviting_then_does(tenant: Tenant) -> None:
    license_ = tenant.license(25)
    tenant.invite(license_, "asked@x.io")
    tenant.accept(tenant.invite(license_, "has@x.io"))
    use_up(tenant, "often@x.io")
    request = InviteRequest(
        license_ids=[license_.id],
        emails="new@x.io, New <NEW@x.io>; asked@x.io has@x.io often@x.io bob@",
        skip_invalid=True,
    )

    preview = previewed(tenant, request)
    done = invited(tenant, request)

    assert [one.invited.outcome for one in preview.results if one.times] == [Outcome.DUPLICATE]
    assert foreseen(preview) == done
    assert done == {
        "new@x.io": "invited",
        "asked@x.io": "already_invited",
        "has@x.io": "already_assigned",
        "often@x.io": "too_many_emails",
        "bob@": "invalid",
    }
    assert preview.totals[Outcome.INVITED] == 1
    assert preview.refusal is None
    (of,) = preview.seats
    assert (of.need.needed, of.need.available, of.left) == (2, 23, 22)
    (often,) = [one.invited for one in preview.results if one.invited.email == "often@x.io"]
    assert often.retry_after == 15 * 3600
    asked = next(one.invited for one in preview.results if one.invited.email == "asked@x.io")
    assert asked.invite is not None


def test_a_preview_changes_nothing_and_reads_no_more_than_the_command(
    tenant: Tenant, count: Count, dynamodb: DynamoDBClient
) -> None:
    license_ = tenant.license()
    before = list(items(dynamodb))

    with count() as cost:
        previewed(tenant, InviteRequest(license_ids=[license_.id], emails="ann@x.io"))

    assert (cost.calls, cost.items) == (3, 0)
    assert list(items(dynamodb)) == before
    assert not events_of(tenant, "invites.created")


def test_names_come_back_as_pasted_with_a_suggestion_for_a_typo(tenant: Tenant) -> None:
    emails = '"Lee, Ann" <ann@gmial.com>, bob@@x.io'

    first, second = previewed(tenant, InviteRequest(license_ids=[tenant.license().id], emails=emails)).results

    assert (first.invited.email, first.first_name, first.last_name) == ("ann@gmial.com", "Ann", "Lee")
    assert first.invited.suggestion == "ann@gmail.com"
    assert (second.invited.outcome, second.invited.email) == (Outcome.INVALID, "bob@@x.io")
    assert second.invited.reason
    assert second.invited.suggestion == "bob@x.io"


def test_the_lines_stay_as_they_were_pasted_with_what_is_malformed_or_repeated_in_its_place(
    tenant: Tenant,
) -> None:
    license_ = tenant.license(9)
    emails = "x@\nann@x.io\nBo <bo@x.io>\nAnn <ANN@x.io>\ncy\nann@x.io\nx@"
    request = InviteRequest(license_ids=[license_.id], emails=emails, skip_invalid=True)

    preview = previewed(tenant, request)

    assert [(one.invited.email, one.invited.outcome, one.times) for one in preview.results] == [
        ("x@", "invalid", 0),
        ("ann@x.io", "invited", 0),
        ("bo@x.io", "invited", 0),
        ("ann@x.io", "duplicate", 2),
        ("cy", "invalid", 0),
        ("x@", "duplicate", 1),
    ]
    assert [one.invited.fault for one in preview.results if one.invited.outcome is Outcome.INVALID] == [
        "nothing_after_at_sign",
        "no_at_sign",
    ]
    assert preview.repetitions == 3
    done = invited(tenant, request)
    assert isinstance(done, dict)
    assert list(done.items()) == [
        ("x@", "invalid"),
        ("ann@x.io", "invited"),
        ("bo@x.io", "invited"),
        ("cy", "invalid"),
    ]


def test_whoever_is_invited_already_has_the_name_of_that_invite(tenant: Tenant) -> None:
    license_ = tenant.license()
    request = InviteRequest(license_ids=[license_.id], emails="Ann Lee <ann@x.io>")
    invited(tenant, request)

    (one,) = previewed(tenant, replace(request, emails="ann@x.io")).results

    assert one.invited.outcome is Outcome.ALREADY_INVITED
    assert (one.first_name, one.last_name) == ("Ann", "Lee")


def test_missing_seats_are_told_with_the_refusal_of_the_command(tenant: Tenant) -> None:
    small, large = tenant.license(2), tenant.license(9)
    request = InviteRequest(license_ids=[small.id, large.id], emails=[f"a{n}@x.io" for n in range(3)])

    preview = previewed(tenant, request)

    assert isinstance(preview.refusal, NotEnoughSeatsError)
    assert preview.refusal.facts["shortfall"] == [lacking(small, needed=3, available=2)]
    assert [(one.need.missing, one.left) for one in preview.seats] == [(1, 0), (0, 6)]
    assert invited(tenant, request) == preview.refusal.code


def test_malformed_addresses_refuse_the_batch_only_if_they_are_not_skipped(tenant: Tenant) -> None:
    request = InviteRequest(license_ids=[tenant.license().id], emails="ann@x.io, bob@")

    preview = previewed(tenant, request)

    assert isinstance(preview.refusal, BadAddressesError)
    assert foreseen(preview) == {"ann@x.io": "invited", "bob@": "invalid"}
    assert previewed(tenant, replace(request, skip_invalid=True)).refusal is None


def test_a_batch_of_people_who_were_all_emailed_too_often_is_refused_as_by_the_command(
    tenant: Tenant,
) -> None:
    license_ = tenant.license()
    use_up(tenant, "ann@x.io")
    request = InviteRequest(license_ids=[license_.id], emails="ann@x.io")

    preview = previewed(tenant, request)

    assert isinstance(preview.refusal, TooManyEmailsError)
    assert invited(tenant, request) == "too_many_emails"


def test_the_seats_of_lapsed_invites_of_the_same_people_count_as_available(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, "ann@x.io")
    clock.forward(days=11)
    request = InviteRequest(license_ids=[license_.id], emails="ann@x.io")

    preview = previewed(tenant, request)

    assert seats(tenant, license_) == (1, 1, 0)
    assert (preview.refusal, preview.seats[0].need.available) == (None, 1)
    assert foreseen(preview) == invited(tenant, request) == {"ann@x.io": "invited"}


def test_start_and_expiry_are_told(tenant: Tenant) -> None:
    course = tenant.license(product=tenant.product(name="Ladders"))
    library = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    drivers = group_of(tenant, course, library, name="Drivers")

    chosen = previewed(tenant, InviteRequest(groups=[drivers.id], emails="a@x.io", access_start="2027-02-01"))
    at_once = previewed(tenant, InviteRequest(license_ids=[course.id], emails="a@x.io"))

    assert chosen.access_start == datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert [one.starts_at for one in chosen.seats] == [
        datetime(2027, 1, 31, 23, tzinfo=UTC),
        datetime(2027, 2, 28, 23, tzinfo=UTC),
    ]
    assert (at_once.access_start, at_once.seats[0].starts_at) == (None, None)
    assert at_once.expires_at == MONDAY + timedelta(days=10)


def test_members_of_a_group_are_told_as_the_command_tells_them(tenant: Tenant) -> None:
    drivers = group_of(tenant, name="Drivers")
    join(tenant, drivers, "member@x.io")
    request = InviteRequest(groups=[drivers.id], emails="member@x.io, new@x.io")

    assert foreseen(previewed(tenant, request)) == invited(tenant, request)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"emails": ""}, NoAddressesError),
        ({"license_ids": ["nope"]}, UnknownLicenseError),
        ({"emails": "a@x.io b@x.io", "first_name": "Ann"}, NameOfSeveralError),
        ({"access_start": "2027-02-01"}, StartNotChosenError),
    ],
)
def test_what_refuses_the_request_itself_refuses_the_preview(
    tenant: Tenant, given: dict[str, object], error: type[UsherError]
) -> None:
    library = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    request = {"license_ids": [library.id], "emails": "a@x.io", **given}

    with pytest.raises(error):
        previewed(tenant, InviteRequest(**request))  # type: ignore[arg-type]  # the cases' own fields


def test_only_who_may_invite_may_preview(tenant: Tenant) -> None:
    request = InviteRequest(license_ids=[tenant.license().id], emails="a@x.io")
    other = create_tenant(tenant.context, slug="globex")
    preview = PreviewInvites(tenant.context).preview

    with pytest.raises(ForbiddenError):
        preview(person=tenant.limited, organization=tenant.id, request=request)
    with pytest.raises(UnknownOrganizationError):
        preview(person=other.full, organization=tenant.id, request=request)


def test_the_check_of_an_import_foresees_who_was_emailed_too_often(
    imports: ImportDriver, clock: Clock
) -> None:
    tenant = imports.tenant
    tenant.license()
    use_up(tenant, "often@x.io")
    license_ = tenant.license(product=tenant.product(name="Ladders"))
    rows = ["often@x.io,,,,Ladders,,,", "new@x.io,,,,Ladders,,,"]

    checked = imports.previewed(rows)
    often, new = imports.rows(checked)
    clock.forward(days=1)
    done = imports.carried_out(checked, Only.ALL)

    assert (often.verdict, new.verdict) == (Verdict.TOO_MANY_EMAILS, Verdict.WILL_BE_INVITED)
    assert often.reason
    assert done.outcomes == {Verdict.INVITED: 2}
    assert seats(tenant, license_) == (10, 2, 8)

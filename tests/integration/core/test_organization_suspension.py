"""A suspended organization takes nobody in and changes nothing, and whoever has something keeps it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clients import close_client, create_client
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.imports import ImportDriver
from tests.support.join_pages import join, person, requests, set_page
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, seats
from tests.support.suspensions import REASON, resume, suspend
from tests.support.team import Team
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import CodeRefusedError
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.errors import ForbiddenError
from usher.domain.integrations.api_keys import credential_of
from usher.domain.invites import InviteState
from usher.domain.organizations import OrganizationClosedError, Permission, Role, UnknownOrganizationError
from usher.domain.people import Person, program
from usher.domain.requests import BadTextError, IncompleteRequestError, SupportKind
from usher.domain.suspensions import OrganizationSuspendedError
from usher.services.clients import Clients
from usher.services.enrollment.join_page_flow import JoinOutcome
from usher.services.integrations.api_keys import ApiKeys
from usher.services.integrations.entitlements import Entitlements
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.organization_settings import OrganizationSettings
from usher.services.organization_suspension import OrganizationSuspension
from usher.services.receipts import Receipt
from usher.services.support_requests import SupportRequestDraft, SupportRequests
from usher.store import invites


def rename(tenant: Tenant, who: Person, organization: str = "") -> None:
    OrganizationSettings(tenant.context).change(
        person=who, organization=organization or tenant.id, name=f"Renamed by {who.email}"
    )


def key_of(tenant: Tenant, *scopes: Permission) -> Person:
    text = ApiKeys(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Portal",
        scopes=scopes,
        expires_at=None,
        receipt=Receipt(),
    )
    return program(credential_of(text))


def test_managers_and_keys_read_and_change_nothing_and_are_told_why(tenant: Tenant) -> None:
    license_ = tenant.license()
    key = key_of(tenant, Permission.READ, Permission.MANAGE_ORGANIZATION)

    suspend(tenant)

    settings = OrganizationSettings(tenant.context)
    for who in (tenant.full, tenant.limited, key):
        found = settings.organization(person=who, organization=tenant.id)
        assert found.suspension is not None
        assert found.suspension.reason == REASON
    for command in (
        lambda: rename(tenant, tenant.full),
        lambda: rename(tenant, key),
        lambda: tenant.invite(license_),
    ):
        with pytest.raises(OrganizationSuspendedError, match="last invoice") as refused:
            command()
        assert refused.value.facts == {"reason": REASON, "suspended_at": "2027-01-04T09:00:00Z"}
    with pytest.raises(ForbiddenError):
        rename(tenant, tenant.limited)


def test_managers_ask_the_operators_who_go_on_granting_and_helping_the_team(tenant: Tenant) -> None:
    suspend(tenant)

    SupportRequests(tenant.context).file(
        person=tenant.full,
        organization=tenant.id,
        draft=SupportRequestDraft(kind=SupportKind.OTHER, message="We paid."),
        receipt=Receipt(),
    )
    license_ = tenant.license()
    operated = Team(tenant)
    invited = operated.team_members.invite(
        person=tenant.operator,
        organization=tenant.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.FULL,
        receipt=Receipt(),
    )
    operated.accept(invited)

    assert seats(tenant, license_) == (10, 0, 10)
    read = OrganizationSettings(tenant.context).organization(
        person=Person(email="bob@x.io"), organization=tenant.id
    )
    assert read.suspension is not None
    with pytest.raises(OrganizationSuspendedError):
        operated.invite("cy@x.io")


def test_learners_keep_what_they_have_and_starts_go_on(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@x.io"))
    tenant.accept(tenant.invite(license_, "bo@x.io", access_start="2027-01-10"))

    suspend(tenant)
    clock.forward(days=10)

    entitlements = Entitlements(tenant.context)
    for email in ("ann@x.io", "bo@x.io"):
        found = entitlements.best_access(email=email, product=license_.terms.product.id)
        assert found is not None
        assert found.entitles(clock())


def test_an_open_invite_waits_and_can_be_declined_or_accepted_after_the_end(tenant: Tenant) -> None:
    license_ = tenant.license()
    first, second = tenant.invite(license_, "ann@x.io"), tenant.invite(license_, "bo@x.io")
    suspend(tenant)
    answers = AnswerInvite(tenant.context)
    ann = Person(email="ann@x.io", first_name="Ann", last_name="Lee")

    preview = answers.preview(invite=first.id)
    with pytest.raises(OrganizationSuspendedError):
        preview.require_answerable(number=first.number, now=tenant.context.now())
    with pytest.raises(OrganizationSuspendedError):
        answers.accept_own(person=ann, invite=first.id)
    answers.decline_own(person=Person(email="bo@x.io"), invite=second.id)
    assert seats(tenant, license_) == (10, 1, 9)

    resume(tenant)
    assert answers.accept_own(person=ann, invite=first.id).state is InviteState.ACCEPTED
    suspend(tenant)
    assert answers.accept_own(person=ann, invite=first.id).state is InviteState.ACCEPTED


def test_no_code_and_no_join_page_lets_anybody_in(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)
    set_page(tenant, license_)
    invite = tenant.invite(license_, "bo@x.io")

    suspend(tenant)

    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "ann@x.io")
    with pytest.raises(CodeRefusedError):  # it would take the invite up
        redeem(tenant, code, "bo@x.io")
    assert join(tenant, "ann@x.io") is JoinOutcome.UNAVAILABLE
    assert join(tenant, "bo@x.io") is JoinOutcome.UNAVAILABLE
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    assert found.state is InviteState.PENDING
    assert seats(tenant, license_) == (10, 1, 9)

    resume(tenant)
    assert join(tenant, "ann@x.io") is JoinOutcome.ENROLLED
    redeem(tenant, code, "cy@x.io")
    assert access_now(tenant, license_, "cy@x.io").state is AccessState.ACTIVE


def test_seats_that_come_back_go_to_the_waitlist_after_the_end_alone(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    assert join(tenant, "ann@x.io") is JoinOutcome.WAITING
    suspend(tenant)

    tenant.decline(invite)
    async_workers.settle()
    assert requests(tenant, JoinState.WAITING) == ["ann@x.io"]

    resume(tenant)
    async_workers.settle()
    assert requests(tenant, JoinState.WAITING) == []
    assert access_now(tenant, license_, "ann@x.io").state is AccessState.ACTIVE


def test_an_import_adds_nobody_and_says_so_of_each_row(imports: ImportDriver) -> None:
    tenant = imports.tenant
    tenant.license(product=tenant.product(name="Fire"))
    checked = imports.previewed(["ann@x.io,Ann,Lee,,Fire,,,", "bo@x.io,Bo,Lee,,Fire,,,"])
    imports.confirm(checked)
    suspend(tenant)

    done = imports.work(checked)

    assert imports.verdicts(done) == ["organization_suspended"] * 2
    assert imports.sent() == []
    resume(tenant)
    assert imports.carried_out(imports.previewed(["ann@x.io,Ann,Lee,,Fire,,,"])).outcomes == {"invited": 1}


def test_an_import_into_a_suspended_client_adds_nobody_there(imports: ImportDriver) -> None:
    tenant = imports.tenant
    license_ = tenant.license(product=tenant.product(name="Fire"))
    client = create_client(tenant, manager="c@x.io")
    Clients(tenant.context).create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=2,
        receipt=Receipt(),
    )
    suspend(tenant, client.id)

    checked = imports.previewed(["ann@x.io,Ann,Lee,,,,Branch,Fire", "bo@x.io,Bo,Lee,,Fire,,,"])

    assert imports.verdicts(checked) == ["organization_suspended", "will_be_invited"]


def test_nobody_is_reminded_of_what_would_be_refused(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    tenant.invite(tenant.license(), "ann@x.io")
    async_workers.settle()
    suspend(tenant)
    clock.forward(days=8)
    async_workers.sweep()
    async_workers.settle()

    assert async_workers.sent_to("ann@x.io") == ["invite"]


def test_all_managers_are_told_each_time_and_the_log_says_why(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()

    suspend(tenant)
    resume(tenant)
    async_workers.settle()

    for who in (tenant.full, tenant.limited):
        assert sorted(async_workers.sent_to(who.email)) == ["resumed_notice", "suspended_notice"]
    (event,) = events_of(tenant, "organization.suspended")
    assert (event.actor, data_of(event)) == (tenant.operator.email, {"reason": REASON})
    assert len(events_of(tenant, "organization.resumed")) == 1


def test_a_second_time_changes_nothing_and_another_reason_is_told(tenant: Tenant, clock: Clock) -> None:
    first = suspend(tenant)
    clock.forward(hours=1)

    again = suspend(tenant, reason=f"  {REASON} ")
    other = suspend(tenant, reason="Misuse.")

    assert again.suspension == first.suspension
    assert first.suspension is not None
    assert other.suspension is not None
    assert (other.suspension.at, other.suspension.reason) == (first.suspension.at, "Misuse.")
    assert len(events_of(tenant, "organization.suspended")) == 2
    assert resume(tenant).suspension is None
    assert resume(tenant).suspension is None
    assert len(events_of(tenant, "organization.resumed")) == 1


def test_of_two_operators_at_once_both_get_their_answer_and_managers_one_notice(tenant: Tenant) -> None:
    with tenant.before_next_write(lambda: suspend(tenant)):
        suspend(tenant)

    assert len(events_of(tenant, "organization.suspended")) == 1


def test_a_change_of_settings_at_the_same_moment_is_refused(tenant: Tenant) -> None:
    with tenant.before_next_write(lambda: suspend(tenant)), pytest.raises(OrganizationSuspendedError):
        rename(tenant, tenant.full)


def test_a_client_goes_on_by_itself_and_without_its_providers_people(tenant: Tenant, count: Count) -> None:
    client = create_client(tenant, manager="cleo@x.io")
    key = key_of(tenant, Permission.READ, Permission.MANAGE_ORGANIZATION)
    cleo = Team(tenant)
    cleo.answer_invite.accept(
        person=Person(email="cleo@x.io", first_name="Cleo", last_name="Chief"),
        invite=next(iter(cleo.team_members.team(person=tenant.full, organization=client.id))).invite,
        number=1,
    )
    with count() as before:
        rename(tenant, tenant.full, client.id)
    suspend(tenant)

    rename(tenant, Person(email="cleo@x.io"), client.id)
    for who in (tenant.full, key):
        with pytest.raises(OrganizationSuspendedError):
            rename(tenant, who, client.id)
        read = OrganizationSettings(tenant.context).organization(person=who, organization=client.id)
        assert read.suspension is None, "it is the provider's"

    assert before.calls == 3, "reading the provider costs no call of its own"


def test_a_suspended_client_is_given_no_seats_and_gives_its_free_ones_back(tenant: Tenant) -> None:
    license_ = tenant.license(10)
    client = create_client(tenant, manager="cleo@x.io")
    clients = Clients(tenant.context)
    sublicense = clients.create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=4,
        receipt=Receipt(),
    )
    suspend(tenant, client.id)

    def move(number: int) -> None:
        clients.move_seats(
            person=tenant.full,
            organization=tenant.id,
            client=client.id,
            sublicense=sublicense.id,
            seats=number,
            receipt=Receipt(),
        )

    with pytest.raises(OrganizationSuspendedError):
        move(1)
    move(-4)
    close_client(tenant, client)
    with pytest.raises(OrganizationClosedError):
        suspend(tenant, client.id)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"reason": "  "}, IncompleteRequestError),
        ({"reason": "x" * 2001}, BadTextError),
        ({"organization": "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"}, UnknownOrganizationError),
    ],
)
def test_what_cannot_be_suspended_is_refused(
    tenant: Tenant, change: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        suspend(tenant, **change)
    assert events_of(tenant, "organization.suspended") == []


@pytest.mark.parametrize("command", ["suspend", "resume"])
def test_it_is_for_operators_alone(tenant: Tenant, command: str) -> None:
    given = {"reason": REASON} if command == "suspend" else {}
    carry_out: Callable[..., object] = getattr(OrganizationSuspension(tenant.context), command)

    with pytest.raises(ForbiddenError):
        carry_out(person=tenant.full, organization=tenant.id, receipt=Receipt(), **given)


def test_a_person_who_is_a_learner_already_stays_one(tenant: Tenant) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)
    redeem(tenant, code, "ann@x.io")
    suspend(tenant)

    assert not redeem(tenant, code, person("ann@x.io").email).new

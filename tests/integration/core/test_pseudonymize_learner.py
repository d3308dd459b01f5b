"""An erased learner's address is in no item of any kind, and all that is counted stays right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, code_now, code_of, redeem, sublicense_of, uses
from tests.support.imports import ImportDriver
from tests.support.join_pages import approve, group_of, join, requests, set_page
from tests.support.people_data import ANN, People
from tests.support.reading_back import access_now, seats
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.addresses import BadAddressesError
from usher.domain.enrollment.connections import Link
from usher.domain.enrollment.email_verifications import VerificationOverError, VerificationPurpose
from usher.domain.enrollment.join_pages import WhenFull, WrongDomainError
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.erasures import NothingHeldError, StillManagerError
from usher.domain.imports.imports import FileNotUploadedError, ImportState
from usher.domain.imports.verdicts import Verdict
from usher.domain.integrations.api_keys import credential_of
from usher.domain.learners import Learner
from usher.domain.organizations import Permission, Role
from usher.domain.people import Person
from usher.domain.requests import SupportKind
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.join_page_flow import JoinOutcome
from usher.services.integrations.api_keys import ApiKeys
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.people.scrub_records import NotScrubbedError
from usher.services.receipts import Receipt
from usher.services.support_requests import SupportRequestDraft, SupportRequests
from usher.services.team_members import TeamMembers
from usher.store import accesses, groups, licenses
from usher.store.enrollment import connections
from usher.store.transaction import commit

BO, CY = "bo@x.io", "cy@x.io"


def test_the_names_and_the_message_that_a_manager_typed_go(tenant: Tenant, people: People) -> None:
    InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[tenant.license().id],
        emails=ANN,
        first_name="Annabel",
        last_name="Leander",
        message="For Annabel",
        receipt=Receipt(),
    )

    people.erase()

    assert people.mentions("annabel") == people.mentions("leander") == []


def test_an_erased_person_leaves_the_waitlist_and_those_behind_are_enrolled(
    tenant: Tenant, people: People, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(1)
    first = tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    assert (join(tenant), join(tenant, BO)) == (JoinOutcome.WAITING, JoinOutcome.WAITING)

    people.erase()
    tenant.withdraw(first)
    async_workers.settle()

    assert people.mentions() == []
    assert requests(tenant, JoinState.ADMITTED) == [BO]
    tenant.license(1)
    set_page(tenant, tenant.license(5), when_full=WhenFull.WAITING_LIST)
    assert join(tenant, CY) is JoinOutcome.ENROLLED, "nobody is counted as waiting"


def test_an_address_that_a_join_page_names_is_gone_from_it(tenant: Tenant, people: People) -> None:
    set_page(tenant, tenant.license(), addresses=[ANN, BO])
    join(tenant)

    people.erase()

    assert people.mentions() == []
    assert join(tenant, BO) is JoinOutcome.ENROLLED
    with pytest.raises(WrongDomainError):
        join(tenant, ANN)


def test_who_stands_in_line_again_before_the_worker_comes_leaves_it_too(
    tenant: Tenant, people: People
) -> None:
    license_ = tenant.license(1)
    tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    join(tenant)
    ordered = people.order()
    join(tenant)

    people.carry_out(ordered)

    assert people.mentions() == []
    set_page(tenant, tenant.license(5), when_full=WhenFull.WAITING_LIST)
    assert join(tenant, CY) is JoinOutcome.ENROLLED


def test_a_request_answered_at_the_same_moment_is_looked_at_again(tenant: Tenant, people: People) -> None:
    set_page(tenant, tenant.license(), approval=True)
    join(tenant)

    with tenant.before_next_write(lambda: approve(tenant)):
        ordered = people.order()

    assert people.carry_out(ordered)
    assert people.mentions() == []


def test_a_redeemed_code_stays_counted_and_names_nobody(tenant: Tenant, people: People) -> None:
    code = code_of(tenant, tenant.license(), cap=2)
    redeem(tenant, code, ANN)

    erased = people.erase()

    assert code_now(tenant, code).uses == 1
    assert [use.email for use in uses(tenant, code)] == [erased.pseudonym]
    assert people.mentions() == []


def test_groups_entries_sign_ons_and_requests_name_nobody(tenant: Tenant, people: People) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    set_page(tenant, group=group)
    join(tenant)
    entry = EmailVerification(tenant.context).ask(
        organization=tenant.id, kind=VerificationPurpose.JOIN, email=ANN, network_address="192.0.2.1"
    )
    now = tenant.context.now()
    # Of a connection that was removed since: what it linked is there still.
    link = Link(
        connection="gone", organization=tenant.id, email=ANN, issuer="https://i", subject="s", since=now
    )
    commit(tenant.context.table, [connections.link(link)])
    SupportRequests(tenant.context).file(
        person=tenant.full,
        organization=tenant.id,
        draft=SupportRequestDraft(kind=SupportKind.OTHER, message="Annabel is lost", email=ANN),
        receipt=Receipt(),
    )

    exported = people.export().records
    counted = groups.get(tenant.context.table, tenant.id, group)
    people.erase()
    left = groups.get(tenant.context.table, tenant.id, group)

    assert counted is not None
    assert left is not None
    assert (counted.members, left.members) == (1, 0)
    assert {"member", "entry", "sso", "support", "learner", "access"} <= exported.keys()
    assert people.mentions() == people.mentions("annabel") == []
    with pytest.raises(VerificationOverError):
        EmailVerification(tenant.context).request(request=entry.id)


def test_what_a_manager_did_who_left_stands_under_the_pseudonym(tenant: Tenant, people: People) -> None:
    manager = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email=ANN,
        first_name="Ann",
        last_name="Lee",
        role=Role.FULL,
        receipt=Receipt(),
    )
    ann = Person(email=ANN, first_name="Ann", last_name="Lee")
    AnswerInvite(tenant.context).accept(person=ann, invite=manager.invite, number=1)
    license_ = tenant.license()
    (invited,) = InviteLearners(tenant.context).invite(
        person=ann,
        organization=tenant.id,
        license_ids=[license_.id],
        emails=BO,
        first_name="Bo",
        receipt=Receipt(),
    )
    with pytest.raises(StillManagerError):
        people.order()
    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=ANN)

    exported = people.export().records
    people.erase()

    assert people.mentions() == []
    assert invited.invite is not None
    (kept,) = people.export(BO).records["invite"]
    assert (kept["email"], kept["first_name"]) == (BO, "Bo")
    assert [one["kind"] for one in exported["invite"]] == ["team"], "and not those that she sent"


def test_a_longer_address_is_somebody_elses(tenant: Tenant, people: People) -> None:
    license_ = tenant.license()
    for other in ("dept/ann@x.io", "o'ann@x.io", "joann@x.io"):
        tenant.accept(tenant.invite(license_, other))
    tenant.accept(tenant.invite(license_, ANN))

    people.erase()

    for other in ("dept/ann@x.io", "o'ann@x.io", "joann@x.io"):
        assert people.export(other).records.keys() == {"access", "invite", "learner", "event"}


def test_an_export_names_no_other_of_the_batch_and_no_secret(tenant: Tenant, people: People) -> None:
    tenant.invite_all(tenant.license(), [ANN, BO, CY])

    (event,) = people.export().records["event"]

    assert [one["email"] for one in event["data"]["invites"]] == [ANN]
    assert BO not in str(people.export().records)


def test_a_program_needs_the_scope_for_peoples_data_alone(tenant: Tenant, people: People) -> None:
    text = ApiKeys(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Payroll",
        scopes=[Permission.MANAGE_PEOPLE_DATA],
        expires_at=None,
        receipt=Receipt(),
    )
    program = Person(email="key", key=credential_of(text))
    license_ = tenant.license()
    tenant.invite(license_, ANN)

    ordered = people.service.order(person=program, organization=tenant.id, email=ANN, receipt=Receipt())

    assert ordered.ordered_by == program.email


def test_rows_of_imports_are_exported_and_then_name_nobody(
    tenant: Tenant, people: People, imports: ImportDriver
) -> None:
    tenant.license()
    done = imports.carried_out(
        imports.previewed([f"Annabel <{ANN}>,,,,Fire safety,,,", f"{BO},Bo,,,Fire safety,,,"])
    )

    exported = people.export().records["import_row"]
    people.erase()

    assert [(row["address"], row["import"]) for row in exported] == [(ANN, done.id)]
    kept = _bucket(imports)
    assert ANN not in kept
    assert "Annabel" not in kept
    assert (kept.count(BO), kept.count('"first_name":"Bo"')) == (6, 3), (
        "who is somebody else stays, at each stage"
    )
    assert "/file" not in kept, "the file itself is gone"


def test_a_checked_import_invites_no_pseudonym(tenant: Tenant, people: People, imports: ImportDriver) -> None:
    tenant.license()
    checked = imports.previewed([f"{ANN},,,,Fire safety,,,", f"{BO},,,,Fire safety,,,"])
    people.erase()

    done = imports.carried_out(checked)

    assert done.outcomes == {Verdict.INVITED: 1, Verdict.ERASED: 1}
    assert [invite.email for invite in imports.sent()] == [BO]


def test_an_import_at_work_is_waited_for(tenant: Tenant, people: People, imports: ImportDriver) -> None:
    tenant.license()
    checked = imports.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    imports.confirm(checked)

    with pytest.raises(NotScrubbedError):
        people.carry_out(ordered)

    assert imports.work(checked).state is ImportState.FINISHED
    assert people.carry_out(ordered)
    assert people.mentions() == []
    assert ANN not in _bucket(imports)


def test_a_worker_may_still_be_at_an_import_that_was_just_canceled(
    tenant: Tenant, people: People, imports: ImportDriver, clock: Clock
) -> None:
    tenant.license()
    checked = imports.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    imports.confirm(checked)
    imports.cancel(checked)

    with pytest.raises(NotScrubbedError):
        people.carry_out(ordered)

    clock.forward(minutes=15)
    assert people.carry_out(ordered)
    assert ANN not in _bucket(imports)


def test_an_import_confirmed_while_its_rows_are_scrubbed_is_waited_for(
    tenant: Tenant, people: People, imports: ImportDriver
) -> None:
    tenant.license()
    checked = imports.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    calls = iter([lambda: imports.confirm(checked)])

    def confirm(**_: object) -> None:
        if (call := next(calls, None)) is not None:
            call()

    imports.s3.meta.events.register("provide-client-params.s3.PutObject", confirm)
    try:
        with pytest.raises(NotScrubbedError):
            people.carry_out(ordered)
    finally:
        imports.s3.meta.events.unregister("provide-client-params.s3.PutObject", confirm)
    assert imports.work(checked).state is ImportState.FINISHED
    assert people.carry_out(ordered)
    assert imports.sent() == []


def test_a_file_of_which_no_row_was_read_goes(people: People, tenant: Tenant, imports: ImportDriver) -> None:
    tenant.invite(tenant.license(), ANN)
    waiting = imports.create()
    imports.upload(waiting, ANN.encode())

    people.erase()

    assert _bucket(imports) == ""
    with pytest.raises(FileNotUploadedError):
        imports.check(waiting)


def test_a_pseudonym_is_asked_for_and_its_seat_released_and_nobody_is_invited_by_it(
    tenant: Tenant, people: People, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(5)
    tenant.accept(tenant.invite(license_, ANN))
    erased = people.erase()
    support_requests = SupportRequests(tenant.context)

    filed = support_requests.file(
        person=tenant.full,
        organization=tenant.id,
        draft=SupportRequestDraft(
            kind=SupportKind.RELEASE_SEAT,
            message="She left.",
            email=erased.pseudonym,
            license=license_.id,
        ),
        receipt=Receipt(),
    )
    support_requests.answer(
        person=tenant.operator, request=filed.id, text="Done.", grant=True, receipt=Receipt()
    )
    async_workers.settle()

    assert seats(tenant, license_) == (5, 0, 5)
    assert async_workers.sent_to(erased.pseudonym) == []
    with pytest.raises(BadAddressesError):
        tenant.invite(license_, erased.pseudonym)


def test_who_stands_in_an_import_alone_is_erased_from_it(people: People, imports: ImportDriver) -> None:
    imports.previewed([f"{ANN},,,,No such course,,,"])

    people.erase()

    assert ANN not in _bucket(imports)
    with pytest.raises(NothingHeldError):
        people.order()


def test_of_a_providers_import_the_rows_of_the_client_that_erases_are_scrubbed(
    tenant: Tenant, people: People, imports: ImportDriver
) -> None:
    client = client_of(tenant)
    sublicense_of(tenant, client, tenant.license(), 2)
    checked = imports.previewed([f"{ANN},,,,,,Harbor,Fire safety", f"{ANN},,,,Fire safety,,,"])
    own = replace(tenant, organization=client)
    (license_,) = licenses.of_organization(tenant.context.table, client.id)
    own.invite(license_, ANN)
    ordered = LearnerErasures(tenant.context, files=imports.files).order(
        person=tenant.full, organization=client.id, email=ANN, receipt=Receipt()
    )

    people.carry_out(ordered)

    assert [row.address for row in imports.rows(checked)] == [ordered.pseudonym, ANN]
    assert imports.carried_out(checked).outcomes == {Verdict.INVITED: 1, Verdict.ERASED: 1}


def test_an_account_goes_although_an_index_lags_behind(
    tenant: Tenant, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which moto's never does; so it is told to say what one would that still has her as a learner here."""
    people.register()
    tenant.accept(tenant.invite(tenant.license(), ANN))
    ordered = people.order()
    here = Learner(organization=tenant.id, email=ANN, first_name="", last_name="", joined_at=clock())
    monkeypatch.setattr("usher.store.people.learners.learner_memberships", lambda *_: iter([here]))

    assert people.carry_out(ordered)
    assert not people.identity.has_account(email=ANN)


def test_ses_forgets_the_address_once_no_organization_knows_it(tenant: Tenant, people: People) -> None:
    harbor = create_tenant(tenant.context, slug="harbor")
    people.suppressed.addresses |= {ANN, BO}
    for one in (tenant, harbor):
        one.accept(one.invite(one.license(), ANN))

    people.erase()
    assert ANN in people.suppressed.addresses, "another organization has her"
    People(harbor, people.files, suppressed=people.suppressed).erase()

    assert people.suppressed.addresses == {BO}


def test_an_access_that_waits_starts_for_the_pseudonym_and_its_workflow_names_nobody(
    tenant: Tenant, people: People, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, ANN, access_start="2027-02-01"))
    async_workers.settle()
    assert ANN not in str(async_workers.waits())
    before = tenant.context.table.get(accesses.ref(ANN, license_.id))
    ordered = people.erase()
    after = tenant.context.table.get(accesses.ref(ordered.pseudonym, license_.id))
    assert before is not None
    assert after is not None
    assert after.due_pk == before.due_pk, "its workflow finds it in its lane, whatever the pseudonym"
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)

    assert async_workers.start() == [1]

    assert access_now(tenant, license_, ordered.pseudonym).state is AccessState.ACTIVE
    assert people.mentions() == []


def _bucket(imports: ImportDriver) -> str:
    """Return what lies in the bucket, names and contents."""
    listed = imports.s3.list_objects_v2(Bucket="imports").get("Contents", [])
    return "".join(
        one["Key"] + imports.s3.get_object(Bucket="imports", Key=one["Key"])["Body"].read().decode()
        for one in listed
    )

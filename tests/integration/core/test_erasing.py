"""An erased learner's address is in no item of any kind, and all that is counted stays right (issue 3, I)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.clock import Clock
from tests.support.codes import client_of, code_now, code_of, redeem, sublicense_of, uses
from tests.support.house import House
from tests.support.importing import Imports
from tests.support.joining import approve, group_of, join, requests, set_page
from tests.support.looking import seats
from tests.support.machinery import Machinery
from tests.support.people_data import ANN, People
from usher.domain.addresses import BadAddressesError
from usher.domain.doors.connections import Link
from usher.domain.doors.entries import DeadEntryError, EntryKind
from usher.domain.doors.join_pages import WhenFull
from usher.domain.doors.join_requests import JoinState
from usher.domain.erasures import NothingHeldError, StillManagerError
from usher.domain.importing.imports import FileNotUploadedError, ImportState
from usher.domain.importing.verdicts import Verdict
from usher.domain.learners import Learner
from usher.domain.organizations import Permission, Role
from usher.domain.people import Person
from usher.domain.programs.api_keys import credential_of
from usher.domain.requests import SupportKind
from usher.services.doors.entering import Entering
from usher.services.doors.joining import JoinOutcome
from usher.services.invites.answering import Answering
from usher.services.invites.inviting import Inviting
from usher.services.people.erasing import Erasing
from usher.services.people.scrubbing import NotScrubbedError
from usher.services.programs.keying import Keying
from usher.services.receipts import Receipt
from usher.services.supporting import Supporting, Wish
from usher.services.teaming import Teaming
from usher.store import licenses
from usher.store.doors import connections
from usher.store.transaction import commit

BO, CY = "bo@x.io", "cy@x.io"


def test_the_names_and_the_message_that_a_manager_typed_go(house: House, people: People) -> None:
    Inviting(house.context).invite(
        person=house.full,
        organization=house.id,
        license_ids=[house.license().id],
        emails=ANN,
        first_name="Annabel",
        last_name="Leander",
        message="For Annabel",
        receipt=Receipt(),
    )

    people.erase()

    assert people.mentions("annabel") == people.mentions("leander") == []


def test_who_waits_for_a_seat_leaves_the_line_and_those_behind_are_let_in(
    house: House, people: People, machinery: Machinery
) -> None:
    license_ = house.license(1)
    first = house.invite(license_, "first@x.io")
    set_page(house, license_, when_full=WhenFull.WAITING_LIST)
    assert (join(house), join(house, BO)) == (JoinOutcome.WAITING, JoinOutcome.WAITING)

    people.erase()
    house.withdraw(first)
    machinery.settle()

    assert people.mentions() == []
    assert requests(house, JoinState.ADMITTED) == [BO]
    house.license(1)
    set_page(house, house.license(5), when_full=WhenFull.WAITING_LIST)
    assert join(house, CY) is JoinOutcome.IN, "nobody is counted as waiting"


def test_who_stands_in_line_again_before_the_worker_comes_leaves_it_too(house: House, people: People) -> None:
    license_ = house.license(1)
    house.invite(license_, "first@x.io")
    set_page(house, license_, when_full=WhenFull.WAITING_LIST)
    join(house)
    ordered = people.order()
    join(house)

    people.carry_out(ordered)

    assert people.mentions() == []
    set_page(house, house.license(5), when_full=WhenFull.WAITING_LIST)
    assert join(house, CY) is JoinOutcome.IN


def test_a_request_answered_at_the_same_moment_is_looked_at_again(house: House, people: People) -> None:
    set_page(house, house.license(), approval=True)
    join(house)

    with house.before_next_write(lambda: approve(house)):
        ordered = people.order()

    assert people.carry_out(ordered)
    assert people.mentions() == []


def test_a_redeemed_code_stays_counted_and_names_nobody(house: House, people: People) -> None:
    code = code_of(house, house.license(), cap=2)
    redeem(house, code, ANN)

    erased = people.erase()

    assert code_now(house, code).uses == 1
    assert [use.email for use in uses(house, code)] == [erased.pseudonym]
    assert people.mentions() == []


def test_groups_entries_sign_ons_and_requests_name_nobody(house: House, people: People) -> None:
    license_ = house.license()
    set_page(house, group=group_of(house, license_))
    join(house)
    entry = Entering(house.context).ask(
        organization=house.id, kind=EntryKind.JOIN, email=ANN, network_address="192.0.2.1"
    )
    now = house.context.now()
    # Of a connection that was removed since: what it linked is there still.
    link = Link(
        connection="gone", organization=house.id, email=ANN, issuer="https://i", subject="s", since=now
    )
    commit(house.context.table, [connections.link(link)])
    Supporting(house.context).file(
        person=house.full,
        organization=house.id,
        wish=Wish(kind=SupportKind.OTHER, message="Annabel is lost", email=ANN),
        receipt=Receipt(),
    )

    exported = people.export().records
    people.erase()

    assert {"member", "entry", "sso", "support", "learner", "access"} <= exported.keys()
    assert people.mentions() == people.mentions("annabel") == []
    with pytest.raises(DeadEntryError):
        Entering(house.context).entry(entry=entry.id)


def test_what_a_manager_did_who_left_stands_under_the_pseudonym(house: House, people: People) -> None:
    place = Teaming(house.context).invite(
        person=house.full,
        organization=house.id,
        email=ANN,
        first_name="Ann",
        last_name="Lee",
        role=Role.FULL,
        receipt=Receipt(),
    )
    ann = Person(email=ANN, first_name="Ann", last_name="Lee")
    Answering(house.context).accept(person=ann, invite=place.invite, number=1)
    license_ = house.license()
    (invited,) = Inviting(house.context).invite(
        person=ann,
        organization=house.id,
        license_ids=[license_.id],
        emails=BO,
        first_name="Bo",
        receipt=Receipt(),
    )
    with pytest.raises(StillManagerError):
        people.order()
    Teaming(house.context).remove(person=house.full, organization=house.id, email=ANN)

    exported = people.export().records
    people.erase()

    assert people.mentions() == []
    assert invited.invite is not None
    (kept,) = people.export(BO).records["invite"]
    assert (kept["email"], kept["first_name"]) == (BO, "Bo")
    assert [one["kind"] for one in exported["invite"]] == ["team"], "and not those that she sent"


def test_a_longer_address_is_somebody_elses(house: House, people: People) -> None:
    license_ = house.license()
    for other in ("dept/ann@x.io", "o'ann@x.io", "joann@x.io"):
        house.accept(house.invite(license_, other))
    house.accept(house.invite(license_, ANN))

    people.erase()

    for other in ("dept/ann@x.io", "o'ann@x.io", "joann@x.io"):
        assert people.export(other).records.keys() == {"access", "invite", "learner", "event"}


def test_an_export_names_no_other_of_the_batch_and_no_secret(house: House, people: People) -> None:
    house.invite_all(house.license(), [ANN, BO, CY])

    (event,) = people.export().records["event"]

    assert [one["email"] for one in event["facts"]["invites"]] == [ANN]
    assert BO not in str(people.export().records)


def test_a_program_needs_the_scope_for_peoples_data_alone(house: House, people: People) -> None:
    text = Keying(house.context).create(
        person=house.full,
        organization=house.id,
        name="Payroll",
        scopes=[Permission.MANAGE_PEOPLE_DATA],
        expires_at=None,
        receipt=Receipt(),
    )
    program = Person(email="key", key=credential_of(text))
    license_ = house.license()
    house.invite(license_, ANN)

    ordered = people.service.order(person=program, organization=house.id, email=ANN, receipt=Receipt())

    assert ordered.ordered_by == program.email


def test_rows_of_imports_are_exported_and_then_name_nobody(
    house: House, people: People, importing: Imports
) -> None:
    house.license()
    done = importing.carried_out(
        importing.previewed([f"Annabel <{ANN}>,,,,Fire safety,,,", f"{BO},Bo,,,Fire safety,,,"])
    )

    exported = people.export().records["import_row"]
    people.erase()

    assert [(row["address"], row["import"]) for row in exported] == [(ANN, done.id)]
    kept = _bucket(importing)
    assert ANN not in kept
    assert "Annabel" not in kept
    assert (kept.count(BO), kept.count('"first_name":"Bo"')) == (6, 3), (
        "who is somebody else stays, at each stage"
    )
    assert "/file" not in kept, "the file itself is gone"


def test_a_checked_import_invites_no_pseudonym(house: House, people: People, importing: Imports) -> None:
    house.license()
    checked = importing.previewed([f"{ANN},,,,Fire safety,,,", f"{BO},,,,Fire safety,,,"])
    people.erase()

    done = importing.carried_out(checked)

    assert done.outcomes == {Verdict.INVITED: 1, Verdict.ERASED: 1}
    assert [invite.email for invite in importing.sent()] == [BO]


def test_an_import_at_work_is_waited_for(house: House, people: People, importing: Imports) -> None:
    house.license()
    checked = importing.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    importing.confirm(checked)

    with pytest.raises(NotScrubbedError):
        people.carry_out(ordered)

    assert importing.work(checked).state is ImportState.FINISHED
    assert people.carry_out(ordered)
    assert people.mentions() == []
    assert ANN not in _bucket(importing)


def test_a_worker_may_still_be_at_an_import_that_was_just_canceled(
    house: House, people: People, importing: Imports, clock: Clock
) -> None:
    house.license()
    checked = importing.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    importing.confirm(checked)
    importing.cancel(checked)

    with pytest.raises(NotScrubbedError):
        people.carry_out(ordered)

    clock.forward(minutes=15)
    assert people.carry_out(ordered)
    assert ANN not in _bucket(importing)


def test_an_import_confirmed_while_its_rows_are_scrubbed_is_waited_for(
    house: House, people: People, importing: Imports
) -> None:
    house.license()
    checked = importing.previewed([f"{ANN},,,,Fire safety,,,"])
    ordered = people.order()
    turns = iter([lambda: importing.confirm(checked)])

    def confirm(**_: object) -> None:
        if (turn := next(turns, None)) is not None:
            turn()

    importing.s3.meta.events.register("provide-client-params.s3.PutObject", confirm)
    try:
        with pytest.raises(NotScrubbedError):
            people.carry_out(ordered)
    finally:
        importing.s3.meta.events.unregister("provide-client-params.s3.PutObject", confirm)
    assert importing.work(checked).state is ImportState.FINISHED
    assert people.carry_out(ordered)
    assert importing.sent() == []


def test_a_file_of_which_no_row_was_read_goes(people: People, house: House, importing: Imports) -> None:
    house.invite(house.license(), ANN)
    waiting = importing.create()
    importing.upload(waiting, ANN.encode())

    people.erase()

    assert _bucket(importing) == ""
    with pytest.raises(FileNotUploadedError):
        importing.check(waiting)


def test_a_pseudonym_is_asked_for_and_its_seat_released_and_nobody_is_invited_by_it(
    house: House, people: People, machinery: Machinery
) -> None:
    license_ = house.license(5)
    house.accept(house.invite(license_, ANN))
    erased = people.erase()
    supporting = Supporting(house.context)

    filed = supporting.file(
        person=house.full,
        organization=house.id,
        wish=Wish(
            kind=SupportKind.RELEASE_SEAT,
            message="She left.",
            email=erased.pseudonym,
            license=license_.id,
        ),
        receipt=Receipt(),
    )
    supporting.answer(person=house.operator, request=filed.id, text="Done.", grant=True, receipt=Receipt())
    machinery.settle()

    assert seats(house, license_) == (5, 0, 5)
    assert machinery.sent_to(erased.pseudonym) == []
    with pytest.raises(BadAddressesError):
        house.invite(license_, erased.pseudonym)


def test_who_stands_in_an_import_alone_is_erased_from_it(people: People, importing: Imports) -> None:
    importing.previewed([f"{ANN},,,,No such course,,,"])

    people.erase()

    assert ANN not in _bucket(importing)
    with pytest.raises(NothingHeldError):
        people.order()


def test_of_a_providers_import_the_rows_of_the_client_that_erases_are_scrubbed(
    house: House, people: People, importing: Imports
) -> None:
    client = client_of(house)
    sublicense_of(house, client, house.license(), 2)
    checked = importing.previewed([f"{ANN},,,,,,Harbor,Fire safety", f"{ANN},,,,Fire safety,,,"])
    own = replace(house, organization=client)
    (license_,) = licenses.of_organization(house.context.table, client.id)
    own.invite(license_, ANN)
    ordered = Erasing(house.context, files=importing.files).order(
        person=house.full, organization=client.id, email=ANN, receipt=Receipt()
    )

    people.carry_out(ordered)

    assert [row.address for row in importing.rows(checked)] == [ordered.pseudonym, ANN]
    assert importing.carried_out(checked).outcomes == {Verdict.INVITED: 1, Verdict.ERASED: 1}


def test_an_account_goes_although_an_index_lags_behind(
    house: House, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which moto's never does; so it is told to say what one would that still has her as a learner here."""
    people.register()
    house.accept(house.invite(house.license(), ANN))
    ordered = people.order()
    here = Learner(organization=house.id, email=ANN, first_name="", last_name="", joined_at=clock())
    monkeypatch.setattr("usher.store.people.learners.places_as_learner", lambda *_: iter([here]))

    assert people.carry_out(ordered)
    assert not people.identity.has_account(email=ANN)


def _bucket(importing: Imports) -> str:
    """Return what lies in the bucket, names and contents."""
    listed = importing.s3.list_objects_v2(Bucket="imports").get("Contents", [])
    return "".join(
        one["Key"] + importing.s3.get_object(Bucket="imports", Key=one["Key"])["Body"].read().decode()
        for one in listed
    )

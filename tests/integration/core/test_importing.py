"""Issue 3, C: what becomes of each row of a file, before and after it is confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.grouping import group_of, join
from tests.support.importing import Imports, csv_of
from tests.support.looking import emails_of, events_of, invite_now, seats
from usher.domain.errors import ForbiddenError
from usher.domain.importing.imports import (
    BadFileNameError,
    BadRowsError,
    Defaults,
    FileNotUploadedError,
    FilesDeletedError,
    ImportNotCheckedError,
    ImportState,
    NobodyToInviteError,
    Only,
    RowsNotReadyError,
    UnknownImportError,
)
from usher.domain.importing.verdicts import Verdict
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.services.managing import Managing
from usher.services.operating import Operating
from usher.services.receipts import Receipt
from usher.store.table import BadCursorError

HOUSE = "Fire safety"


def test_each_row_of_the_preview_has_its_verdict(importing: Imports) -> None:
    house = importing.house
    fire = house.license(50)
    house.invite(fire, "invited@x.io")
    house.accept(house.invite(fire, "has@x.io"))
    house.license(product=house.product(name="First aid"), valid_until="2027-01-02", valid_from="2026-01-01")
    house.license(
        kind=ProductKind.SUBSCRIPTION,
        starts_at="2027-03-01",
        product=house.product(ProductKind.SUBSCRIPTION, name="Library"),
    )
    twice = house.product(name="Twice")
    house.license(product=twice)
    house.license(product=twice)
    drivers = group_of(house, fire, name="Drivers")
    join(house, drivers, "member@x.io")
    rows = {
        f"ann@x.io,Ann,Lee,,{HOUSE},,,": "will_be_invited",
        "bob@x.io,,,drivers,,2027-02-01,,": "will_be_invited",
        f"cy@x.io,,,,{fire.id},2027-02-01T09:00:00+01:00,,": "will_be_invited",
        "ANN@X.IO,,,,fire SAFETY,,,": "duplicate",
        f"invited@x.io,,,,{HOUSE},,,": "already_invited",
        f"has@x.io,,,,{HOUSE},,,": "already_assigned",
        "member@x.io,,,Drivers,,,,": "already_assigned",
        f"bob@,,,,{HOUSE},,,": "bad_address",
        f",Nobody,,,{HOUSE},,,": "bad_address",
        f"a@x.io b@x.io,,,,{HOUSE},,,": "bad_address",
        "d@x.io,,,Divers,,,,": "unknown_group",
        "e@x.io,,,,Cooking,,,": "unknown_license",
        "f@x.io,,,,Twice,,,": "ambiguous_license",
        "g@x.io,,,,First aid,,,": "license_over",
        f"h@x.io,,,,{HOUSE},2026-12-31,,": "start_in_past",
        f"i@x.io,,,,{HOUSE},2029-01-01,,": "start_outside_license",
        f"j@x.io,,,,{HOUSE},soon,,": "bad_date",
        "k@x.io,,,,Library,2027-04-01,,": "start_not_choosable",
        "l@x.io,,,,,,,": "no_license",
        f"m@x.io,,,,{HOUSE},,Globex,": "unknown_client",
        "n@x.io,,,,,,,Fire drill": "unknown_sublicense",
        f"o@x.io,{'x' * 81},,,{HOUSE},,,": "bad_name",
        f"p@x.io,,,{'; '.join(['Drivers'] + [f'G{n}' for n in range(11)])},,,,": "unknown_group",
    }

    checked = importing.previewed(list(rows))

    assert checked.state is ImportState.CHECKED
    assert importing.verdicts(checked) == list(rows.values())
    assert sum(checked.verdicts.values()) == checked.rows == len(rows)
    assert all(row.reason for row in importing.rows(checked) if row.verdict is not Verdict.WILL_BE_INVITED)
    assert importing.rows(checked)[3].reason == "Row 2 asks for the same."


def test_a_likely_typo_has_a_suggestion(importing: Imports) -> None:
    importing.house.license()

    checked = importing.previewed(
        [f"ann@gmial.com,,,,{HOUSE},,,", f'"bob@gmail,com",,,,{HOUSE},,,', f"cy@x.io,,,,{HOUSE},,,"]
    )

    assert [(row.verdict, row.suggestion) for row in importing.rows(checked)] == [
        ("will_be_invited", "ann@gmail.com"),
        ("bad_address", "bob@gmail.com"),
        ("will_be_invited", ""),
    ]
    assert checked.suggestions == 2


def test_the_preview_says_the_seats_needed_against_those_available(importing: Imports) -> None:
    house = importing.house
    fire, aid = house.license(2), house.license(9, product=house.product(name="First aid"))
    both = group_of(house, fire, aid, name="Both")
    house.accept(house.invite(aid, "ann@x.io"))

    checked = importing.previewed(
        ["ann@x.io,,,Both,,,,", "bob@x.io,,,Both,,,,", f"cy@x.io,,,,{HOUSE},,,", "dee@x.io,,,,First aid,,,"]
    )
    detail = importing.service.detail(person=house.limited, organization=house.id, import_id=checked.id)

    assert {one.license.id: (one.needed, one.license.available) for one in detail.seats} == {
        fire.id: (3, 2),
        aid.id: (2, 8),
    }
    assert importing.verdicts(checked) == ["will_be_invited", "will_be_invited", "no_seat", "will_be_invited"]
    assert both.licenses == (fire.id, aid.id)


def test_nothing_is_sent_or_reserved_before_confirm(importing: Imports) -> None:
    fire = importing.house.license()

    importing.previewed([f"ann@x.io,,,,{HOUSE},,,"])

    assert seats(importing.house, fire) == (10, 0, 10)
    assert not events_of(importing.house, "invites.created")


def test_confirm_all_invites_everybody(importing: Imports) -> None:
    house = importing.house
    fire = house.license(50)
    group_of(house, fire, name="Drivers")
    done = importing.carried_out(
        importing.previewed(
            [
                f"ann@x.io,Ann,Lee,,{HOUSE},2027-02-01,,",
                f"Bob Moe <bob@x.io>,,,,{HOUSE},,,",
                "cy@x.io,Cy,,Drivers,,,,",
                f"ann@x.io,,,,{HOUSE},,,",
            ],
            Defaults(message=" Welcome! "),
        ),
        Only.ALL,
    )

    assert done.outcomes == {Verdict.INVITED: 3, Verdict.DUPLICATE: 1}
    assert done.confirmed_by == house.full.email
    assert seats(house, fire) == (50, 3, 47)
    ann, bob, cy = sorted(importing.sent(), key=lambda one: one.email)
    assert (ann.first_name, ann.last_name, ann.message) == ("Ann", "Lee", "Welcome!")
    assert ann.access_start is not None
    assert (bob.first_name, bob.last_name, bob.access_start) == ("Bob", "Moe", None)
    assert (cy.group_name, cy.created_by) == ("Drivers", house.full.email)
    (finished,) = events_of(house, "import.finished")
    assert finished.facts["outcomes"] == {"invited": 3, "duplicate": 1}


def test_confirm_all_is_refused_whole_where_a_row_is_bad_or_seats_are_short(importing: Imports) -> None:
    house = importing.house
    fire = house.license(1)
    bad = importing.previewed([f"ann@x.io,,,,{HOUSE},,,", "bob@,,,,,,,"])
    short = importing.previewed([f"a{n}@x.io,,,,{HOUSE},,," for n in range(4)])

    with pytest.raises(BadRowsError) as refused:
        importing.confirm(bad, Only.ALL)
    with pytest.raises(NotEnoughSeatsError) as missing:
        importing.confirm(short, Only.ALL)

    assert refused.value.facts["rows"] == {"bad_address": 1}
    assert missing.value.facts["shortfall"] == [
        {"license": fire.id, "needed": 4, "available": 1, "missing": 3}
    ]
    assert importing.now(bad).state is importing.now(short).state is ImportState.CHECKED
    assert seats(house, fire) == (1, 0, 1)


def test_confirm_good_invites_the_good_rows_only_as_far_as_seats_go(importing: Imports) -> None:
    house = importing.house
    fire = house.license(2)
    done = importing.carried_out(
        importing.previewed([f"a{n}@x.io,,,,{HOUSE},,," for n in range(3)] + [f"bob@,,,,{HOUSE},,,"])
    )

    assert done.outcomes == {Verdict.INVITED: 2, Verdict.NO_SEAT: 1, Verdict.BAD_ADDRESS: 1}
    assert importing.verdicts(done) == ["invited", "invited", "no_seat", "bad_address"]
    assert emails_of(house, "invites.created") == ["a0@x.io", "a1@x.io"]
    assert seats(house, fire) == (2, 2, 0)


def test_seats_bought_after_the_check_are_used(importing: Imports) -> None:
    house = importing.house
    fire = house.license(1)
    checked = importing.previewed([f"a{n}@x.io,,,,{HOUSE},,," for n in range(2)])
    assert importing.verdicts(checked) == ["will_be_invited", "no_seat"]

    Operating(house.context).resize_license(
        person=house.operator, organization=house.id, license_id=fire.id, order_id="more", seats=5
    )
    done = importing.carried_out(checked, Only.ALL)

    assert done.outcomes == {Verdict.INVITED: 2}


def test_several_groups_and_licenses_in_a_row_are_an_invite_each(importing: Imports) -> None:
    house = importing.house
    fire, aid = house.license(), house.license(product=house.product(name="First aid"))
    group_of(house, fire, name="Drivers")
    group_of(house, fire, name="Cooks")

    row = "ann@x.io,,,Drivers; Cooks,First aid | Fire safety,,,"
    done = importing.carried_out(importing.previewed([row]))

    assert done.outcomes == {Verdict.INVITED: 1}
    assert [(one.group_name, [t.license for t in one.licenses]) for one in importing.sent()] == [
        ("Drivers", [fire.id]),
        ("Cooks", []),
        ("", [aid.id]),
    ]
    assert (seats(house, fire), seats(house, aid)) == ((10, 1, 9), (10, 1, 9))


def test_an_address_in_two_rows_is_given_what_each_asks_for_once(importing: Imports) -> None:
    house = importing.house
    fire, aid = house.license(), house.license(product=house.product(name="First aid"))

    checked = importing.previewed(
        [f"ann@x.io,,,,{HOUSE},,,", "ann@x.io,,,,Fire safety;First aid,,,", "ann@x.io,,,,First aid,,,"]
    )
    importing.carried_out(checked)

    assert importing.verdicts(checked) == ["invited", "invited", "duplicate"]
    assert (seats(house, fire), seats(house, aid)) == ((10, 1, 9), (10, 1, 9))


def test_rows_that_name_nothing_have_what_the_import_says(importing: Imports) -> None:
    house = importing.house
    fire, aid = house.license(), house.license(product=house.product(name="First aid"))
    cooks = group_of(house, fire, name="Cooks")

    checked = importing.previewed(
        csv_of("ann@x.io,", "bob@x.io,first aid", columns="Email,License"),
        Defaults(groups=(cooks.id,), access_start="2027-03-01"),
    )
    importing.carried_out(checked)

    assert (seats(house, fire), seats(house, aid)) == ((10, 1, 9), (10, 1, 9))


def test_an_organization_that_requires_a_group_refuses_rows_without(importing: Imports) -> None:
    house = importing.house
    fire = house.license()
    group_of(house, fire, name="Cooks")
    Managing(house.context).change(person=house.full, organization=house.id, require_group=True)

    checked = importing.previewed([f"ann@x.io,,,,{HOUSE},,,", "bob@x.io,,,Cooks,,,,"])

    assert importing.verdicts(checked) == ["group_required", "will_be_invited"]


def test_what_changed_between_check_and_run_is_told_row_by_row(importing: Imports) -> None:
    house = importing.house
    fire = house.license()
    group_of(house, fire, name="Cooks")
    checked = importing.previewed([f"a{n}@x.io,,,,{HOUSE},,," for n in range(3)] + ["z@x.io,,,Cooks,,,,"])
    house.invite(fire, "a1@x.io")
    house.accept(house.invite(fire, "a2@x.io"))

    done = importing.carried_out(checked, Only.ALL)

    assert importing.verdicts(done) == ["invited", "already_invited", "already_assigned", "invited"]


def test_an_expired_invite_never_blocks_a_row(importing: Imports, clock: Clock) -> None:
    house = importing.house
    fire = house.license(1)
    old = house.invite(fire, "ann@x.io")
    clock.forward(days=10)

    checked = importing.previewed([f"ann@x.io,,,,{HOUSE},,,"])
    assert invite_now(house, old).holds_seats, "a preview changes nothing"
    done = importing.carried_out(checked)

    assert done.outcomes == {Verdict.INVITED: 1}
    assert invite_now(house, old).state is InviteState.PENDING
    assert seats(house, fire) == (1, 1, 0)


def test_an_unreadable_file_is_refused_with_what_to_do(importing: Imports) -> None:
    refused = importing.previewed(b"PK\x03\x04 no workbook")

    assert refused.state is ImportState.REFUSED
    assert refused.problem is not None
    assert refused.problem.code
    assert refused.problem.next_action
    (event,) = events_of(importing.house, "import.refused")
    assert event.facts["code"] == refused.problem.code
    with pytest.raises(RowsNotReadyError):
        importing.rows(refused)


def test_a_file_that_was_replaced_after_the_check_was_asked_for_is_refused(importing: Imports) -> None:
    new = importing.create()
    importing.upload(new, csv_of("ann@x.io"))
    importing.check(new)
    importing.upload(new, csv_of("bob@x.io"))

    done = importing.work(new)

    assert done.problem is not None
    assert done.problem.code == "file_replaced"


def test_a_file_that_was_never_uploaded_is_a_clear_error(importing: Imports) -> None:
    new = importing.create()

    with pytest.raises(FileNotUploadedError):
        importing.check(new)
    assert importing.now(new).state is ImportState.AWAITING_FILE


def test_a_second_check_and_a_second_confirm_change_nothing(importing: Imports) -> None:
    importing.house.license()
    checked = importing.previewed([f"ann@x.io,,,,{HOUSE},,,"])

    assert importing.check(checked).state is ImportState.CHECKED
    importing.confirm(checked)
    with pytest.raises(ImportNotCheckedError):
        importing.confirm(checked)
    assert len(events_of(importing.house, "import.uploaded")) == 1
    assert len(events_of(importing.house, "import.confirmed")) == 1


def test_where_nobody_is_left_to_invite_there_is_nothing_to_confirm(importing: Imports) -> None:
    fire = importing.house.license()
    importing.house.invite(fire, "ann@x.io")

    with pytest.raises(NobodyToInviteError):
        importing.confirm(importing.previewed([f"ann@x.io,,,,{HOUSE},,,"]))


def test_the_history_lists_imports_newest_first_when_files_are_gone(importing: Imports, clock: Clock) -> None:
    house = importing.house
    house.license()
    first = importing.previewed([f"ann@x.io,,,,{HOUSE},,,"])
    second = importing.create()

    listed = importing.service.listed(person=house.limited, organization=house.id, limit=1, cursor=None)
    rest = importing.service.listed(person=house.limited, organization=house.id, limit=9, cursor=listed.next)
    clock.forward(days=30)

    assert [one.id for one in (*listed.items, *rest.items)] == [second.id, first.id]
    assert first.files_until == clock.now
    with pytest.raises(FilesDeletedError):
        importing.rows(first)
    with pytest.raises(FilesDeletedError):
        importing.confirm(first)


def test_rows_are_read_page_by_page_and_filtered_by_verdict(
    importing: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.importing.reading.CHUNK", 20)
    importing.house.license(100)
    rows = [f"a{n}@x.io,,,,{HOUSE},,," if n % 12 else f"a{n},,,,{HOUSE},,," for n in range(51)]

    checked = importing.previewed(rows)

    assert checked.chunks == 3
    assert [row.line for row in importing.rows(checked, limit=7)] == list(range(2, 53))
    assert [row.line for row in importing.rows(checked, Verdict.BAD_ADDRESS, limit=2)] == [2, 14, 26, 38, 50]
    for cursor in ("x", "1", "1.x", "-1.0"):
        with pytest.raises(BadCursorError):
            importing.service.rows(
                person=importing.house.full,
                organization=importing.house.id,
                import_id=checked.id,
                limit=1,
                cursor=cursor,
            )


def test_only_who_may_invite_may_import_and_everybody_may_look(importing: Imports) -> None:
    house = importing.house
    checked = importing.previewed(["ann@x.io"])
    common: dict[str, Any] = {"person": house.limited, "organization": house.id, "receipt": Receipt()}

    with pytest.raises(ForbiddenError):
        importing.service.create(**common, file_name="a.csv", defaults=Defaults())
    with pytest.raises(ForbiddenError):
        importing.service.confirm(**common, import_id=checked.id, only=Only.GOOD)
    with pytest.raises(ForbiddenError):
        importing.service.cancel(**common, import_id=checked.id)
    with pytest.raises(UnknownImportError):
        importing.service.detail(person=house.limited, organization=house.id, import_id="other")
    with pytest.raises(BadFileNameError):
        importing.service.create(**{**common, "person": house.full}, file_name="a/", defaults=Defaults())

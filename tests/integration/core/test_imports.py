"""What becomes of each row of a file, before and after it is confirmed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.groups import group_of, join, members
from tests.support.imports import ImportDriver, csv_of
from tests.support.published_events import data_of
from tests.support.reading_back import emails_of, events_of, invite_now, lacking, seats
from usher.domain.effects.table import effects_of
from usher.domain.effects.urgency import is_bulk
from usher.domain.errors import ForbiddenError
from usher.domain.imports.imports import (
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
from usher.domain.imports.verdicts import Verdict
from usher.domain.invites import InviteState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.domain.paging import BadCursorError
from usher.services.operator_commands import OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt

PRODUCT = "Fire safety"


def test_each_row_of_the_preview_has_its_verdict(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(50)
    tenant.invite(fire, "invited@x.io")
    tenant.accept(tenant.invite(fire, "has@x.io"))
    tenant.license(
        product=tenant.product(name="First aid"), valid_until="2027-01-02", valid_from="2026-01-01"
    )
    tenant.license(
        kind=ProductKind.SUBSCRIPTION,
        starts_at="2027-03-01",
        product=tenant.product(ProductKind.SUBSCRIPTION, name="Library"),
    )
    twice = tenant.product(name="Twice")
    tenant.license(product=twice)
    tenant.license(product=twice)
    drivers = group_of(tenant, fire, name="Drivers")
    join(tenant, drivers, "member@x.io")
    rows = {
        f"ann@x.io,Ann,Lee,,{PRODUCT},,,": "will_be_invited",
        "bob@x.io,,,drivers,,2027-02-01,,": "will_be_invited",
        f"cy@x.io,,,,{fire.id},2027-02-01T09:00:00+01:00,,": "will_be_invited",
        "ANN@X.IO,,,,fire SAFETY,,,": "duplicate",
        f"invited@x.io,,,,{PRODUCT},,,": "already_invited",
        f"has@x.io,,,,{PRODUCT},,,": "already_assigned",
        "member@x.io,,,Drivers,,,,": "already_assigned",
        f"bob@,,,,{PRODUCT},,,": "bad_address",
        f",Nobody,,,{PRODUCT},,,": "bad_address",
        f"a@x.io b@x.io,,,,{PRODUCT},,,": "bad_address",
        "d@x.io,,,Divers,,,,": "unknown_group",
        "e@x.io,,,,Cooking,,,": "unknown_license",
        "f@x.io,,,,Twice,,,": "ambiguous_license",
        "g@x.io,,,,First aid,,,": "license_over",
        f"h@x.io,,,,{PRODUCT},2026-12-31,,": "start_in_past",
        f"i@x.io,,,,{PRODUCT},2029-01-01,,": "start_outside_license",
        f"j@x.io,,,,{PRODUCT},soon,,": "bad_date",
        "k@x.io,,,,Library,2027-04-01,,": "start_not_choosable",
        "l@x.io,,,,,,,": "no_license",
        f"m@x.io,,,,{PRODUCT},,Globex,": "unknown_client",
        "n@x.io,,,,,,,Fire drill": "unknown_sublicense",
        f"o@x.io,{'x' * 81},,,{PRODUCT},,,": "bad_name",
        f"p@x.io,,,{'; '.join(['Drivers'] + [f'G{n}' for n in range(11)])},,,,": "unknown_group",
    }

    checked = imports.previewed(list(rows))

    assert checked.state is ImportState.CHECKED
    assert imports.verdicts(checked) == list(rows.values())
    assert sum(checked.verdicts.values()) == checked.rows == len(rows)
    assert all(row.reason for row in imports.rows(checked) if row.verdict is not Verdict.WILL_BE_INVITED)
    assert imports.rows(checked)[3].reason == "Row 2 asks for the same."


def test_a_likely_typo_has_a_suggestion(imports: ImportDriver) -> None:
    imports.tenant.license()

    checked = imports.previewed(
        [f"ann@gmial.com,,,,{PRODUCT},,,", f'"bob@gmail,com",,,,{PRODUCT},,,', f"cy@x.io,,,,{PRODUCT},,,"]
    )

    assert [(row.verdict, row.suggestion) for row in imports.rows(checked)] == [
        ("will_be_invited", "ann@gmail.com"),
        ("bad_address", "bob@gmail.com"),
        ("will_be_invited", ""),
    ]
    assert checked.suggestions == 2


def test_the_preview_says_the_seats_needed_against_those_available(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire, aid = tenant.license(2), tenant.license(9, product=tenant.product(name="First aid"))
    both = group_of(tenant, fire, aid, name="Both")
    tenant.accept(tenant.invite(aid, "ann@x.io"))

    checked = imports.previewed(
        ["ann@x.io,,,Both,,,,", "bob@x.io,,,Both,,,,", f"cy@x.io,,,,{PRODUCT},,,", "dee@x.io,,,,First aid,,,"]
    )
    detail = imports.service.detail(person=tenant.limited, organization=tenant.id, import_id=checked.id)

    assert {one.terms.license: (one.needed, one.available) for one in detail.seats} == {
        fire.id: (3, 2),
        aid.id: (2, 8),
    }
    assert imports.verdicts(checked) == ["will_be_invited", "will_be_invited", "no_seat", "will_be_invited"]
    assert both.licenses == (fire.id, aid.id)


def test_nothing_is_sent_or_reserved_before_confirm(imports: ImportDriver) -> None:
    fire = imports.tenant.license()

    imports.previewed([f"ann@x.io,,,,{PRODUCT},,,"])

    assert seats(imports.tenant, fire) == (10, 0, 10)
    assert not events_of(imports.tenant, "invites.created")


def test_confirm_all_invites_everybody(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(50)
    group_of(tenant, fire, name="Drivers")
    done = imports.carried_out(
        imports.previewed(
            [
                f"ann@x.io,Ann,Lee,,{PRODUCT},2027-02-01,,",
                f"Bob Moe <bob@x.io>,,,,{PRODUCT},,,",
                "cy@x.io,Cy,,Drivers,,,,",
                f"ann@x.io,,,,{PRODUCT},,,",
            ],
            Defaults(message=" Welcome! "),
        ),
        Only.ALL,
    )

    assert done.outcomes == {Verdict.INVITED: 3, Verdict.DUPLICATE: 1}
    assert done.confirmed_by == tenant.full.email
    assert seats(tenant, fire) == (50, 3, 47)
    ann, bob, cy = sorted(imports.sent(), key=lambda one: one.email)
    assert (ann.first_name, ann.last_name, ann.message) == ("Ann", "Lee", "Welcome!")
    assert ann.access_start is not None
    assert (bob.first_name, bob.last_name, bob.access_start) == ("Bob", "Moe", None)
    assert (cy.groups[0].name, cy.created_by) == ("Drivers", tenant.full.email)
    (finished,) = events_of(tenant, "import.finished")
    assert data_of(finished)["outcomes"] == {"invited": 3, "duplicate": 1}
    created = events_of(tenant, "invites.created")
    assert [is_bulk(one, list(effects_of(one))) for one in created] == [True] * len(created)
    assert not is_bulk(finished, list(effects_of(finished)))


def test_confirm_all_is_refused_whole_where_a_row_is_bad_or_seats_are_short(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(1)
    bad = imports.previewed([f"ann@x.io,,,,{PRODUCT},,,", "bob@,,,,,,,"])
    short = imports.previewed([f"a{n}@x.io,,,,{PRODUCT},,," for n in range(4)])

    with pytest.raises(BadRowsError) as refused:
        imports.confirm(bad, Only.ALL)
    with pytest.raises(NotEnoughSeatsError) as missing:
        imports.confirm(short, Only.ALL)

    assert refused.value.facts["rows"] == {"bad_address": 1}
    assert missing.value.facts["shortfall"] == [lacking(fire, needed=4, available=1)]
    assert imports.now(bad).state is imports.now(short).state is ImportState.CHECKED
    assert seats(tenant, fire) == (1, 0, 1)


def test_confirm_good_invites_the_good_rows_only_as_far_as_seats_go(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(2)
    done = imports.carried_out(
        imports.previewed([f"a{n}@x.io,,,,{PRODUCT},,," for n in range(3)] + [f"bob@,,,,{PRODUCT},,,"])
    )

    assert done.outcomes == {Verdict.INVITED: 2, Verdict.NO_SEAT: 1, Verdict.BAD_ADDRESS: 1}
    assert imports.verdicts(done) == ["invited", "invited", "no_seat", "bad_address"]
    assert emails_of(tenant, "invites.created") == ["a0@x.io", "a1@x.io"]
    assert seats(tenant, fire) == (2, 2, 0)


def test_seats_bought_after_the_check_are_used(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license(1)
    checked = imports.previewed([f"a{n}@x.io,,,,{PRODUCT},,," for n in range(2)])
    assert imports.verdicts(checked) == ["will_be_invited", "no_seat"]

    OperatorCommands(tenant.context).resize_license(
        person=tenant.operator, organization=tenant.id, license_id=fire.id, order_id="more", seats=5
    )
    done = imports.carried_out(checked, Only.ALL)

    assert done.outcomes == {Verdict.INVITED: 2}


def test_several_groups_and_licenses_in_a_row_are_one_invite(
    imports: ImportDriver, async_workers: AsyncWorkers
) -> None:
    tenant = imports.tenant
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    drivers = group_of(tenant, fire, name="Drivers")
    cooks = group_of(tenant, fire, name="Cooks")

    row = "ann@x.io,,,Drivers; Cooks,First aid | Fire safety,,,"
    done = imports.carried_out(imports.previewed([row]))
    async_workers.settle()
    (sent,) = imports.sent()
    tenant.accept(sent)
    again = imports.previewed([row])

    assert done.outcomes == {Verdict.INVITED: 1}
    assert [group.name for group in sent.groups] == ["Drivers", "Cooks"]
    assert [terms.license for terms in sent.licenses] == [aid.id, fire.id]
    assert async_workers.sent_to("ann@x.io") == ["invite"]
    assert (seats(tenant, fire), seats(tenant, aid)) == ((10, 1, 9), (10, 1, 9))
    assert members(tenant, drivers) == members(tenant, cooks) == ["ann@x.io"]
    assert imports.verdicts(again) == ["already_assigned"]


def test_an_address_in_two_rows_is_given_what_each_asks_for_once(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))

    checked = imports.previewed(
        [f"ann@x.io,,,,{PRODUCT},,,", "ann@x.io,,,,Fire safety;First aid,,,", "ann@x.io,,,,First aid,,,"]
    )
    imports.carried_out(checked)

    assert imports.verdicts(checked) == ["invited", "invited", "duplicate"]
    assert (seats(tenant, fire), seats(tenant, aid)) == ((10, 1, 9), (10, 1, 9))


def test_rows_that_name_nothing_have_what_the_import_says(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire, aid = tenant.license(), tenant.license(product=tenant.product(name="First aid"))
    cooks = group_of(tenant, fire, name="Cooks")

    checked = imports.previewed(
        csv_of("ann@x.io,", "bob@x.io,first aid", columns="Email,License"),
        Defaults(groups=(cooks.id,), access_start="2027-03-01"),
    )
    imports.carried_out(checked)

    assert (seats(tenant, fire), seats(tenant, aid)) == ((10, 1, 9), (10, 1, 9))


def test_a_time_in_a_cell_is_one_of_the_organizations_zone(imports: ImportDriver) -> None:
    license_ = imports.tenant.license()

    checked = imports.previewed(
        csv_of(
            "ann@x.io,2027-03-01T09:30:00",
            "bob@x.io,2027-07-01 09:30",
            "cy@x.io,2027-03-01T09:30:00Z",
            columns="Email,Access start",
        ),
        Defaults(licenses=(license_.id,)),
    )
    imports.carried_out(checked)

    assert {one.email: one.access_start for one in imports.sent()} == {
        "ann@x.io": datetime(2027, 3, 1, 8, 30, tzinfo=UTC),
        "bob@x.io": datetime(2027, 7, 1, 7, 30, tzinfo=UTC),
        "cy@x.io": datetime(2027, 3, 1, 9, 30, tzinfo=UTC),
    }


def test_an_address_in_a_cell_is_read_as_everywhere(imports: ImportDriver) -> None:
    imports.tenant.license()

    checked = imports.previewed(
        [
            f'"Lee, Ann <ann@x.io>",,,,{PRODUCT},,,',
            f"mailto:bo@x.io,Bo,,,{PRODUCT},,,",
            f"\u201ccy\uff20x.io\u201d.,,,,{PRODUCT},,,",
            f"dee@,,,,{PRODUCT},,,",
        ]
    )
    imports.carried_out(checked)

    assert imports.verdicts(checked) == ["invited", "invited", "invited", "bad_address"]
    assert [(one.email, one.first_name, one.last_name) for one in imports.sent()] == [
        ("ann@x.io", "Ann", "Lee"),
        ("bo@x.io", "Bo", ""),
        ("cy@x.io", "", ""),
    ]


def test_an_organization_that_requires_a_group_refuses_rows_without(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license()
    group_of(tenant, fire, name="Cooks")
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )

    checked = imports.previewed([f"ann@x.io,,,,{PRODUCT},,,", "bob@x.io,,,Cooks,,,,"])

    assert imports.verdicts(checked) == ["group_required", "will_be_invited"]


def test_what_changed_between_check_and_run_is_told_row_by_row(imports: ImportDriver) -> None:
    tenant = imports.tenant
    fire = tenant.license()
    group_of(tenant, fire, name="Cooks")
    checked = imports.previewed([f"a{n}@x.io,,,,{PRODUCT},,," for n in range(3)] + ["z@x.io,,,Cooks,,,,"])
    tenant.invite(fire, "a1@x.io")
    tenant.accept(tenant.invite(fire, "a2@x.io"))

    done = imports.carried_out(checked, Only.ALL)

    assert imports.verdicts(done) == ["invited", "already_invited", "already_assigned", "invited"]


def test_an_expired_invite_never_blocks_a_row(imports: ImportDriver, clock: Clock) -> None:
    tenant = imports.tenant
    fire = tenant.license(1)
    old = tenant.invite(fire, "ann@x.io")
    clock.forward(days=10)

    checked = imports.previewed([f"ann@x.io,,,,{PRODUCT},,,"])
    assert invite_now(tenant, old).holds_seats, "a preview changes nothing"
    done = imports.carried_out(checked)

    assert done.outcomes == {Verdict.INVITED: 1}
    assert invite_now(tenant, old).state is InviteState.PENDING
    assert seats(tenant, fire) == (1, 1, 0)


def test_an_unreadable_file_is_refused_with_what_to_do(imports: ImportDriver) -> None:
    refused = imports.previewed(b"PK\x03\x04 no workbook")

    assert refused.state is ImportState.REFUSED
    assert refused.problem is not None
    assert refused.problem.code
    assert refused.problem.next_action
    (event,) = events_of(imports.tenant, "import.refused")
    assert data_of(event)["reason"] == refused.problem.code
    with pytest.raises(RowsNotReadyError):
        imports.rows(refused)


def test_a_file_that_was_replaced_after_the_check_was_asked_for_is_refused(imports: ImportDriver) -> None:
    new = imports.create()
    imports.upload(new, csv_of("ann@x.io"))
    imports.check(new)
    imports.upload(new, csv_of("bob@x.io"))

    done = imports.work(new)

    assert done.problem is not None
    assert done.problem.code == "file_replaced"


def test_a_file_that_was_never_uploaded_is_a_clear_error(imports: ImportDriver) -> None:
    new = imports.create()

    with pytest.raises(FileNotUploadedError):
        imports.check(new)
    assert imports.now(new).state is ImportState.AWAITING_FILE


def test_a_second_check_and_a_second_confirm_change_nothing(imports: ImportDriver) -> None:
    imports.tenant.license()
    checked = imports.previewed([f"ann@x.io,,,,{PRODUCT},,,"])

    assert imports.check(checked).state is ImportState.CHECKED
    imports.confirm(checked)
    with pytest.raises(ImportNotCheckedError):
        imports.confirm(checked)
    assert len(events_of(imports.tenant, "import.uploaded")) == 1
    assert len(events_of(imports.tenant, "import.confirmed")) == 1


def test_where_nobody_is_left_to_invite_there_is_nothing_to_confirm(imports: ImportDriver) -> None:
    fire = imports.tenant.license()
    imports.tenant.invite(fire, "ann@x.io")

    with pytest.raises(NobodyToInviteError):
        imports.confirm(imports.previewed([f"ann@x.io,,,,{PRODUCT},,,"]))


def test_the_history_lists_imports_newest_first_when_files_are_gone(
    imports: ImportDriver, clock: Clock
) -> None:
    tenant = imports.tenant
    tenant.license()
    first = imports.previewed([f"ann@x.io,,,,{PRODUCT},,,"])
    second = imports.create()

    listed = imports.service.listed(person=tenant.limited, organization=tenant.id, limit=1, cursor=None)
    rest = imports.service.listed(person=tenant.limited, organization=tenant.id, limit=9, cursor=listed.next)
    clock.forward(days=30)

    assert [one.id for one in (*listed.items, *rest.items)] == [second.id, first.id]
    assert first.files_until == clock.now
    with pytest.raises(FilesDeletedError):
        imports.rows(first)
    with pytest.raises(FilesDeletedError):
        imports.confirm(first)


def test_rows_are_read_page_by_page_and_filtered_by_verdict(
    imports: ImportDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usher.services.imports.read_import_file.CHUNK", 20)
    imports.tenant.license(100)
    rows = [f"a{n}@x.io,,,,{PRODUCT},,," if n % 12 else f"a{n},,,,{PRODUCT},,," for n in range(51)]

    checked = imports.previewed(rows)

    assert checked.chunks == 3
    assert [row.line for row in imports.rows(checked, limit=7)] == list(range(2, 53))
    assert [row.line for row in imports.rows(checked, Verdict.BAD_ADDRESS, limit=2)] == [2, 14, 26, 38, 50]
    for cursor in ("x", "1", "1.x", "-1.0"):
        with pytest.raises(BadCursorError):
            imports.service.rows(
                person=imports.tenant.full,
                organization=imports.tenant.id,
                import_id=checked.id,
                limit=1,
                cursor=cursor,
            )


def test_only_who_may_invite_may_import_and_everybody_may_look(imports: ImportDriver) -> None:
    tenant = imports.tenant
    checked = imports.previewed(["ann@x.io"])
    common: dict[str, Any] = {"person": tenant.limited, "organization": tenant.id, "receipt": Receipt()}

    with pytest.raises(ForbiddenError):
        imports.service.create(**common, file_name="a.csv", defaults=Defaults())
    with pytest.raises(ForbiddenError):
        imports.service.confirm(**common, import_id=checked.id, only=Only.GOOD)
    with pytest.raises(ForbiddenError):
        imports.service.cancel(**common, import_id=checked.id)
    with pytest.raises(UnknownImportError):
        imports.service.detail(person=tenant.limited, organization=tenant.id, import_id="other")
    with pytest.raises(BadFileNameError):
        imports.service.create(**{**common, "person": tenant.full}, file_name="a/", defaults=Defaults())

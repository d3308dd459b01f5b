"""Lists of invites: every order, filter and search has each invite once, in the right order, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.email_holds import hold
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.tenant import Tenant, create_tenant
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.directory import DirectoryField, SortedSearchError, folded
from usher.domain.email_holds import EmailHold
from usher.domain.errors import NotFoundError
from usher.domain.groups import UnknownGroupError
from usher.domain.instants import BadDateError
from usher.domain.integrations.api_keys import credential_of
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import Delivery, Invite, InviteState
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import Permission, Role
from usher.domain.paging import BadCursorError
from usher.domain.people import Person, program
from usher.domain.reports.windows import BadWindowError
from usher.domain.sendings import Sending
from usher.services import merged_lists
from usher.services.context import Context
from usher.services.cursors import Place, cursor_of
from usher.services.groups import Groups
from usher.services.integrations.api_keys import ApiKeys
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InvitePage, InviteQueries
from usher.services.merged_lists import Section, read_page
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import invite_deliveries, invites
from usher.store import table as store
from usher.store.invite_lists import directory_range, in_directory, in_listing
from usher.store.key_ranges import Found, KeyRange
from usher.store.transaction import commit

PEOPLE = [
    "Ann Lee <ann@x.io>",
    "Ann Leeds <z.leeds@x.io>",
    "ann.b@x.io",
    "anna@y.io",
    "Bo Annan <bo@x.io>",
    "José García <jose@x.io>",
    "Suharto <suharto@x.io>",
    "zoe@x.io",
    "Zoë Ann <az@x.io>",
    "Ännchen Öz <aennchen@x.io>",
    "Lee Ann <lee@x.io>",
    "cy@x.io",
    "dee@x.io",
    "Éva Ann <eva@x.io>",
]


def page_of(
    tenant: Tenant,
    query: InviteQuery,
    *,
    limit: int = 50,
    cursor: str | None = None,
    person: Person | None = None,
) -> InvitePage:
    return InviteQueries(tenant.context).listed(
        person=person or tenant.limited, organization=tenant.id, query=query, limit=limit, cursor=cursor
    )


def stored_row(tenant: Tenant, invite: Invite) -> invites.InviteRow:
    row = tenant.context.table.get(invites.ref(invite.id))
    assert row is not None
    return row


def pages_of(tenant: Tenant, query: InviteQuery, *, limit: int = 50) -> list[list[Invite]]:
    pages = [page_of(tenant, query, limit=limit)]
    while (cursor := pages[-1].next) is not None:
        assert len(pages) < 200, "the list ends"
        pages.append(page_of(tenant, query, limit=limit, cursor=cursor))
    return [page.items for page in pages]


def ids(found: Iterable[Invite]) -> list[str]:
    return [one.id for one in found]


def found(tenant: Tenant, query: InviteQuery, *, limit: int = 50) -> list[str]:
    return [one.email for page in pages_of(tenant, query, limit=limit) for one in page]


def search(tenant: Tenant, text: str, **query: Any) -> list[str]:
    return found(tenant, InviteQuery(search=text, **query))


@pytest.fixture
def crowd(tenant: Tenant, clock: Clock, async_workers: AsyncWorkers) -> list[Invite]:
    """Invites in every state, to two licenses and a group, some delivered, and several to one address."""
    course, other = tenant.license(50), tenant.license(50)
    group = group_of(tenant, other)
    made = []
    for number, one in enumerate([*PEOPLE, "ann@x.io", "ann@x.io"]):
        clock.forward(minutes=10)
        if number % 5 == 4:
            invite = invite_to_group(tenant, group, one)
        else:
            invite = tenant.invite(course if number % 3 else other, one)
        if number % 4 == 1:
            invite = tenant.accept(invite)
        elif number % 4 == 2:
            invite = tenant.withdraw(invite)
        elif number in {0, 7, 14}:
            invite = tenant.decline(invite)
        made.append(invite)
    for number, delivery in ((3, Delivery.BOUNCED), (4, Delivery.SENT), (5, Delivery.SENT)):
        at = made[number]
        sending = Sending(invite=at.id, number=at.number)
        made[number] = replace(at, delivery=delivery)
        if delivery is Delivery.BOUNCED:
            assert EmailDeliveryReports(tenant.context).record(sending, delivery=delivery)
        else:
            assert invite_deliveries.record_delivery(tenant.context.table, sending, delivery=delivery)
    hold(tenant, made[8])
    made[8] = replace(made[8], delivery_held=EmailHold.QUOTA)
    async_workers.dispatch()
    return made


def by_last_name(invite: Invite) -> str:
    return (folded(f"{invite.last_name} {invite.first_name}") or invite.email) + f"#{invite.id}"


ORDERS: dict[InviteSort, Callable[[Invite], str]] = {
    InviteSort.NEWEST: lambda invite: invite.id,
    InviteSort.OLDEST: lambda invite: invite.id,
    InviteSort.EMAIL: lambda invite: f"{invite.email}#{invite.id}",
    InviteSort.EMAIL_DESCENDING: lambda invite: f"{invite.email}#{invite.id}",
    InviteSort.NAME: by_last_name,
    InviteSort.NAME_DESCENDING: by_last_name,
}
STATES = [
    (),
    (InviteState.PENDING,),
    (InviteState.WITHDRAWN, InviteState.ACCEPTED),
    (InviteState.ACCEPTED, InviteState.ACCEPTED),
]


def test_every_order_and_set_of_states_has_each_invite_once(tenant: Tenant, crowd: list[Invite]) -> None:
    for (sort, key), states, limit in product(ORDERS.items(), STATES, (3, 50)):
        wanted = [one for one in crowd if not states or one.state in states]
        wanted.sort(key=key, reverse=sort.is_descending)

        pages = pages_of(tenant, InviteQuery(states=states, sort=sort), limit=limit)

        assert [ids(page) for page in pages] == [
            ids(wanted[first : first + limit]) for first in range(0, len(wanted), limit)
        ]


def test_every_filter_holds_in_every_order(
    tenant: Tenant, crowd: list[Invite], clock: Clock, async_workers: AsyncWorkers
) -> None:
    course, other = (one.licenses[0].license for one in (crowd[1], crowd[0]))
    group = crowd[4].groups[0].id
    clock.forward(days=10, minutes=-60)  # some have expired
    async_workers.sweep()
    async_workers.dispatch()
    now = clock()
    assert 0 < sum(one.has_expired(now) for one in crowd) < sum(one.state == "pending" for one in crowd)
    third, tenth = crowd[3].created_at.isoformat(), crowd[10].created_at.isoformat()
    filters: list[tuple[dict[str, Any], Callable[[Invite], bool]]] = [
        ({"licenses": (course,)}, lambda one: one.licenses[0].license == course),
        ({"licenses": (course, other)}, lambda one: True),  # noqa: ARG005 - a filter that all pass
        ({"groups": (group,)}, lambda one: bool(one.groups)),
        ({"problems": (DeliveryProblem.BOUNCED,)}, lambda one: one.delivery is Delivery.BOUNCED),
        ({"problems": (DeliveryProblem.HELD,)}, lambda one: one.delivery_held is not None),
        (
            {"problems": (DeliveryProblem.BOUNCED, DeliveryProblem.HELD)},
            lambda one: one.delivery is Delivery.BOUNCED or one.delivery_held is not None,
        ),
        ({"expired": True}, lambda one: one.has_expired(now)),
        ({"expired": False}, lambda one: not one.has_expired(now)),
        ({"email": " ANN@x.io"}, lambda one: one.email == "ann@x.io"),
        ({"created_from": third}, lambda one: one.created_at >= crowd[3].created_at),
        (
            {"created_from": third, "created_to": tenth},
            lambda one: crowd[3].created_at <= one.created_at < crowd[10].created_at,
        ),
        (
            {"groups": (group,), "states": (InviteState.PENDING, InviteState.DECLINED)},
            lambda one: bool(one.groups) and one.state in {InviteState.PENDING, InviteState.DECLINED},
        ),
    ]
    sorts = (InviteSort.NEWEST, InviteSort.EMAIL, InviteSort.NAME_DESCENDING)
    for sort, (fields, passes) in product(sorts, filters):
        # Those to one address are in the order of their creation, whatever the names.
        key = ORDERS[InviteSort.EMAIL if "email" in fields else sort]
        wanted = sorted(filter(passes, crowd), key=key, reverse=sort.is_descending)

        pages = pages_of(tenant, InviteQuery(sort=sort, **fields), limit=2)

        assert wanted, "the filter lets something pass"
        assert [one for page in pages for one in ids(page)] == ids(wanted), (sort, fields)
        assert all(len(page) == 2 for page in pages[:-1])
        assert pages[-1]


def test_accepted_invites_never_expire(tenant: Tenant, crowd: list[Invite]) -> None:
    assert crowd
    assert not found(tenant, InviteQuery(expired=True, states=(InviteState.ACCEPTED,)))


def test_a_search_finds_addresses_then_first_then_last_names_each_invite_once(
    tenant: Tenant, crowd: list[Invite]
) -> None:
    def rank(one: Invite, text: str) -> tuple[int, str] | None:
        entry = invites.directory_entry(one)
        field = entry.found_by(text)
        return None if field is None else ([*DirectoryField].index(field), f"{entry.text(field)}#{one.id}")

    for text, limit in product(("ann", "a", "lee", "z", "ann l", "lee a", "ann@", "j"), (2, 50)):
        wanted = sorted((at, one.id) for one in crowd if (at := rank(one, text)) is not None)

        pages = pages_of(tenant, InviteQuery(search=text), limit=limit)

        assert [one for page in pages for one in ids(page)] == [id_ for _, id_ in wanted], text
        assert all(len(page) == limit for page in pages[:-1])


def test_a_search_finds_what_people_type(tenant: Tenant, crowd: list[Invite]) -> None:
    assert crowd
    for text, emails in (
        ("jose", ["jose@x.io"]),
        ("JOSÉ gar", ["jose@x.io"]),
        ("garcia", ["jose@x.io"]),
        ("lee ann", ["lee@x.io", "ann@x.io"]),
        (" öz ", ["aennchen@x.io"]),
        ("suh", ["suharto@x.io"]),
        ("eva a", ["eva@x.io"]),
        ("cy@x.io", ["cy@x.io"]),
        ("nobody", []),
        ("ann#", []),
        ("%", []),
    ):
        assert search(tenant, text) == emails


def test_a_search_takes_filters_and_a_blank_one_is_none(tenant: Tenant, crowd: list[Invite]) -> None:
    pending = search(tenant, "ann", states=(InviteState.PENDING,))

    assert set(pending) < set(search(tenant, "ann"))
    assert len(search(tenant, "  ")) == len(crowd)
    assert search(tenant, "", email="cy@x.io") == ["cy@x.io"]


def test_a_search_finds_an_invite_where_it_now_stands(tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license(), "Ann Lee <ann@x.io>")
    assert search(tenant, "lee", states=(InviteState.PENDING,)) == ["ann@x.io"]

    tenant.withdraw(invite)

    assert search(tenant, "lee", states=(InviteState.PENDING,)) == []
    assert search(tenant, "lee", states=(InviteState.WITHDRAWN,)) == ["ann@x.io"]


def test_an_empty_list_is_one_empty_page(tenant: Tenant) -> None:
    for query in (InviteQuery(), InviteQuery(search="a"), InviteQuery(sort=InviteSort.NAME)):
        assert pages_of(tenant, query) == [[]]


def test_invites_to_managers_and_those_of_others_are_in_no_list(
    tenant: Tenant, context: Context, crowd: list[Invite]
) -> None:
    other = create_tenant(context, slug="other")
    theirs = other.invite(other.license(), "Ann Lee <ann@x.io>")
    TeamMembers(context).invite(
        person=tenant.full,
        organization=tenant.id,
        email="anton@x.io",
        first_name="Ann",
        last_name="Team",
        role=Role.LIMITED,
        receipt=Receipt(),
    )

    for query in (InviteQuery(search="an"), InviteQuery(sort=InviteSort.EMAIL), InviteQuery()):
        assert "anton@x.io" not in found(tenant, query)
        assert theirs.id not in {id_ for page in pages_of(tenant, query) for id_ in ids(page)}
    assert ids(page_of(other, InviteQuery(email="ann@x.io")).items) == [theirs.id]
    assert crowd


def test_a_name_longer_than_a_key_is_found_all_the_same(tenant: Tenant) -> None:
    long = "\ufdfa" * 80
    InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[tenant.license().id],
        emails="ann@x.io",
        first_name=long,
        last_name=long,
        receipt=Receipt(),
    )

    assert search(tenant, long) == search(tenant, "\ufdfa") == ["ann@x.io"]


def test_a_page_is_not_empty_while_there_are_more_unless_very_many_do_not_match(
    tenant: Tenant, crowd: list[Invite], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of pages of any list; lists of invites look at next to nothing in vain."""
    wanted = [crowd[number] for number in (4, 11)]
    table = tenant.context.table

    def section(by: KeyRange, load: Callable[[Sequence[Found]], list[Invite | None]]) -> Section[Invite]:
        return Section([by], load, lambda invite: invite.id in ids(wanted))

    def pages_by(one: Section[Invite]) -> list[int]:
        """Return the lengths of the pages, once all of them together have been found right."""
        pages: list[list[Invite]] = []
        cursor = None
        while not pages or cursor is not None:
            assert len(pages) < 200, "the list ends"
            page = read_page(table, [one], query=tenant.id, limit=1, cursor=cursor)
            pages.append(page.items)
            cursor = page.next
        assert {id_ for items in pages for id_ in ids(items)} == {*ids(wanted)}
        return [len(items) for items in pages]

    pending = directory_range(tenant.id, InviteState.PENDING, DirectoryField.EMAIL, prefix="")
    created = KeyRange(partition=str(stored_row(tenant, wanted[0]).listing_pk), index="listing")
    sections = [section(created, in_listing), section(pending, partial(in_directory, table))]
    for one in sections:
        assert pages_by(one) == [1, 1]

    monkeypatch.setattr(store, "FILTER_PAGE", 2)
    monkeypatch.setattr(store, "FILTER_READS", 1)
    monkeypatch.setattr(merged_lists, "MOST_LOOKED_AT", 2)
    for one in sections:
        assert all(pages_by(one)[:-1])

    monkeypatch.setattr(merged_lists, "MOST_IN_VAIN", 0)
    for one in sections:
        assert not all(pages_by(one)[:-1])
    assert [
        one for page in pages_of(tenant, InviteQuery(sort=InviteSort.NAME), limit=3) for one in ids(page)
    ] == [one.id for one in sorted(crowd, key=by_last_name)]


def test_an_unknown_license_or_group_in_a_filter_is_refused_by_its_name(
    tenant: Tenant, context: Context
) -> None:
    other = create_tenant(context, slug="other")
    group = group_of(tenant, tenant.license())
    Groups(context).delete(person=tenant.full, organization=tenant.id, group=group.id)
    cases: list[tuple[dict[str, Any], type[NotFoundError], str]] = [
        ({"licenses": (tenant.license().id, "nothing")}, UnknownLicenseError, "license"),
        ({"licenses": (other.license().id,)}, UnknownLicenseError, "license"),
        ({"groups": ("nothing",)}, UnknownGroupError, "group"),
        ({"groups": (group_of(other, other.license()).id,)}, UnknownGroupError, "group"),
        ({"groups": (group.id,)}, UnknownGroupError, "group"),
    ]
    for fields, refusal, field in cases:
        with pytest.raises(refusal) as refused:
            page_of(tenant, InviteQuery(**fields))

        assert field in refused.value.fields


def test_what_cannot_be_listed_is_refused(tenant: Tenant) -> None:
    with pytest.raises(SortedSearchError):
        page_of(tenant, InviteQuery(search="ann", sort=InviteSort.NAME))
    with pytest.raises(BadDateError):
        page_of(tenant, InviteQuery(created_from="yesterday"))
    with pytest.raises(BadWindowError) as refused:
        page_of(tenant, InviteQuery(created_from="2027-01-05", created_to="2027-01-03"))
    assert [*refused.value.fields] == ["created_from", "created_to"]


def test_a_cursor_of_another_query_is_refused(tenant: Tenant, crowd: list[Invite], context: Context) -> None:
    other = create_tenant(context, slug="other")
    queries = [
        InviteQuery(),
        InviteQuery(states=(InviteState.PENDING,)),
        InviteQuery(sort=InviteSort.OLDEST),
        InviteQuery(sort=InviteSort.NAME),
        InviteQuery(search="a"),
        InviteQuery(search="an"),
        InviteQuery(licenses=(crowd[1].licenses[0].license,)),
    ]
    cursors = [page_of(tenant, query, limit=1).next for query in queries]

    for (at, query), (of, cursor) in product(enumerate(queries), enumerate(cursors)):
        assert cursor is not None
        if at == of:
            page_of(tenant, query, limit=7, cursor=cursor)
            with pytest.raises(BadCursorError):
                page_of(other, query if not query.licenses else InviteQuery(), cursor=cursor)
        else:
            with pytest.raises(BadCursorError):
                page_of(tenant, query, cursor=cursor)


def test_a_cursor_that_was_made_up_is_refused(tenant: Tenant, crowd: list[Invite]) -> None:
    assert crowd
    for query, place in (
        (InviteQuery(), Place(1, "a")),
        (InviteQuery(search="ann"), Place(3, "a")),
        (InviteQuery(search="ann"), Place(-1, "a")),
        (InviteQuery(), Place(0, "")),
        (InviteQuery(), Place(0, "a" * 901)),
        (InviteQuery(), Place(0, "\ud800")),
    ):
        with pytest.raises(BadCursorError):
            page_of(tenant, query, cursor=cursor_of((tenant.id, query), place))
    for key in ("0", "zzz", "\U0010ffff", "\0"):
        page_of(tenant, InviteQuery(), cursor=cursor_of((tenant.id, InviteQuery()), Place(0, key)))


def test_an_invite_that_is_answered_between_two_pages_is_neither_lost_nor_repeated(tenant: Tenant) -> None:
    license_ = tenant.license()
    made = [tenant.invite(license_, f"a{number}@x.io") for number in range(5)]
    for sort in (InviteSort.EMAIL, InviteSort.OLDEST):
        query = InviteQuery(sort=sort)
        first = page_of(tenant, query, limit=2)

        tenant.withdraw(made.pop(2 if sort is InviteSort.EMAIL else 0))
        second = page_of(tenant, query, limit=9, cursor=first.next)

        assert [one.email for one in (*first.items, *second.items)] == [
            f"a{number}@x.io" for number in range(5)
        ]


def test_whoever_created_an_invite_is_named(tenant: Tenant, context: Context) -> None:
    license_ = tenant.license()
    text = ApiKeys(context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Payroll",
        scopes=[Permission.READ, Permission.INVITE],
        expires_at=None,
        receipt=Receipt(),
    )
    payroll = program(credential_of(text))
    read = tenant.invite(license_)
    InviteLearners(context).invite(
        person=payroll, organization=tenant.id, license_ids=[license_.id], emails="bo@x.io", receipt=Receipt()
    )
    gone = invites.get(context.table, tenant.invite(license_, "cy@x.io").id)
    assert gone is not None
    commit(context.table, [invites.change(gone, replace(gone, created_by="gone@acme.example"))])

    for person in (tenant.full, tenant.limited, payroll):
        page = page_of(tenant, InviteQuery(), person=person)

        assert page.creators == {
            read.created_by: "Max Full",
            payroll.email: "Payroll",
            "gone@acme.example": None,
        }

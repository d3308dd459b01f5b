"""Groups: created, renamed and deleted, with their licenses and members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.directory import SortedSearchError, folded, read_search
from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.groups import (
    GroupCreated,
    GroupDeleted,
    GroupLicenseAdded,
    GroupLicenseRemoved,
    GroupMemberRemoved,
    GroupRenamed,
)
from usher.domain.events.parts import GroupRef, LicenseRef
from usher.domain.groups import (
    Group,
    GroupNameTakenError,
    Member,
    NotInGroupError,
    TooManyLicensesError,
    UnknownGroupError,
    UnknownMemberError,
    comparable_name,
)
from usher.domain.learners import Learner
from usher.domain.licenses import License, LicenseOverError, UnknownLicenseError
from usher.domain.list_sorts import NamedSort
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.versions import ChangedMeanwhileError, written
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store import groups, licenses
from usher.store.people import learners
from usher.store.table import BatchResult, Ref
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_CHANGES = (GroupRenamed, GroupLicenseAdded, GroupLicenseRemoved)


@dataclass(frozen=True, kw_only=True)
class GroupDetail:
    """A group with its licenses, in the order in which they were added."""

    group: Group
    licenses: list[License]


class Groups:
    """Manages an organization's groups; `LicenseAssignment` adds licenses to them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownLicenseError,
        LicenseOverError,
        GroupNameTakenError,
        TooManyLicensesError,
        BadNameError,
    )
    def create(
        self, *, person: Person, organization: str, name: str, license_ids: Sequence[str], receipt: Receipt
    ) -> GroupDetail:
        """Create a group with licenses, none or several.

        Raises:
            UnknownLicenseError, LicenseOverError: one of the licenses cannot be given.
            GroupNameTakenError: another group has the name, whatever its capitals.
        """
        now = self._context.now()
        group = Group(
            id=self._context.new_id(),
            organization=organization,
            name=clean_name(name),
            created_at=now,
            licenses=tuple(dict.fromkeys(license_ids)),
        )
        refs = [licenses.ref(organization, id_) for id_ in group.licenses]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_GROUPS,
            also=refs,
        )
        pools = licenses.found_at(self._context.table, membership.rows, refs)
        for pool in pools:
            pool.terms.require_valid(now)
        created = GroupDetail(group=written(group), licenses=pools)
        named = groups.claim_name(organization, group.name, group.id)
        event = self._event(
            person,
            group,
            GroupCreated(
                group=GroupRef.of(group), licenses=tuple(LicenseRef.of(pool.terms) for pool in pools)
            ),
        )
        try:
            receipt.commit(self._context, [groups.create(group), named, event], created)
        except ConditionFailedError as stale:
            raise GroupNameTakenError(f"There is a group called {group.name} already.") from stale
        return created

    @refuses(*AUTHORIZE, BadCursorError, SortedSearchError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        search: str | None = None,
        sort: NamedSort | None = None,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[GroupDetail]:
        """List the groups, oldest first unless sorted otherwise, with their licenses.

        With a search, those whose name begins with it, by name. By name costs one call more.
        """
        beginning = read_search(search, sort=sort)
        order = sort or (NamedSort.NAME if beginning else NamedSort.OLDEST)
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        section: Section[Group]
        if order.by == "name":
            found = groups.name_range(
                organization, (search or "").strip() if beginning else "", descending=order.is_descending
            )
            section = Section([found], partial(groups.named, self._context.table, organization), _is_open)
        else:
            found = groups.created_range(organization, descending=order.is_descending)
            section = Section([found], groups.whole, _is_open)
        query = ("groups", organization, beginning, order)
        page = read_page(self._context.table, [section], query=query, limit=limit, cursor=cursor)
        return ResultPage(items=self._group_details(page.items), next=page.next)

    @refuses(*AUTHORIZE, UnknownGroupError)
    def group(self, *, person: Person, organization: str, group: str) -> GroupDetail:
        """Read one group with its licenses, or raise UnknownGroupError."""
        found = self._find(person, organization, group, Permission.READ)
        return self._group_details([found])[0]

    @refuses(*AUTHORIZE, UnknownGroupError, GroupNameTakenError, BadNameError, ChangedMeanwhileError)
    @retry_on_conflict
    def rename(
        self, *, person: Person, organization: str, group: str, name: str, version: int | None = None
    ) -> GroupDetail:
        """Rename the group; invites keep the name that they were sent with.

        Raises:
            ChangedMeanwhileError: the group has another `version`; without one, any is renamed.
        """
        before = self._find(person, organization, group, Permission.MANAGE_GROUPS)
        after = replace(before, name=clean_name(name))
        if after == before:
            return self._group_details([before])[0]
        require_version(
            self._context,
            before,
            version,
            organization=organization,
            is_change=lambda data: isinstance(data, _CHANGES) and data.group.id == group,
        )
        writes = [
            groups.change(before, after),
            self._event(person, after, GroupRenamed(group=GroupRef.of(after), previous_name=before.name)),
        ]
        claim = groups.claim_name(organization, after.name, group)
        if comparable_name(after.name) != comparable_name(before.name):
            writes += [claim, groups.free_name(organization, before.name)]
        try:
            commit(self._context.table, writes)
        except ConditionFailedError as stale:
            if claim in stale:
                raise GroupNameTakenError(f"There is a group called {after.name} already.") from stale
            raise
        return self._group_details([written(after)])[0]

    @refuses(*AUTHORIZE, UnknownGroupError)
    @retry_on_conflict
    def delete(self, *, person: Person, organization: str, group: str) -> None:
        """Delete the group. Its members keep their access, and invites to it can still be accepted.

        The first transaction closes the group for everybody; its members are removed after that. Where that
        broke off, deleting the group again completes it.
        """
        at = groups.ref(organization, group)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_GROUPS,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownGroupError("The organization has no such group.")
        found = groups.open_group(row)
        if found is not None:
            closing = [
                groups.close(found),
                groups.free_name(organization, found.name),
                self._event(person, found, GroupDeleted(group=GroupRef.of(found))),
            ]
            commit(self._context.table, closing)
        left = list(groups.all_members(self._context.table, organization, group))
        for first in range(0, len(left), MAX_ITEMS):
            chunk = left[first : first + MAX_ITEMS]
            commit(self._context.table, [groups.forget(member) for member in chunk])
        commit(self._context.table, [groups.remove(organization, group)])

    @refuses(*AUTHORIZE, UnknownGroupError, NotInGroupError)
    @retry_on_conflict
    def remove_license(self, *, person: Person, organization: str, group: str, license_id: str) -> None:
        """Remove a license from the group; nobody loses access, and later invites do not give it."""
        at, at_license = groups.ref(organization, group), licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_GROUPS,
            also=[at, at_license],
        )
        before = groups.open_group(membership.rows.get(at))
        if before is None:
            raise UnknownGroupError("The organization has no such group.")
        after = before.without(license_id)
        removed = LicenseRef.of(licenses.terms_at(membership.rows, at_license))
        event = self._event(person, after, GroupLicenseRemoved(group=GroupRef.of(after), license=removed))
        commit(self._context.table, [groups.change(before, after), event])

    @refuses(*AUTHORIZE, UnknownGroupError, BadCursorError, BadAddressError)
    def members(
        self,
        *,
        person: Person,
        organization: str,
        group: str,
        email: str | None = None,
        search: str | None = None,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[Learner]:
        """List the members by address, with their own names and when they joined the group.

        Only the one with this address, if given. With a `search`, those whose address, first or last name
        begins with it, as learners are searched, and one call more.
        """
        if folded(search or ""):
            query = LearnerQuery(search=search, email=email, groups=(group,))
            return self._searched(person, organization, group, query, limit=limit, cursor=cursor)
        if email is not None:
            return self._member(person, organization, group, read_address(email))
        self._find(person, organization, group, Permission.READ)
        page = groups.members(self._context.table, organization, group, limit=limit, cursor=cursor)
        joined = [groups.member_of(row) for row in page.rows]
        found = self._context.table.get_many([learners.ref(organization, one.email) for one in joined])
        return ResultPage(
            items=[_by_name(one, found.get(learners.ref(organization, one.email))) for one in joined],
            next=page.next,
        )

    @refuses(*AUTHORIZE, UnknownGroupError, UnknownMemberError)
    @retry_on_conflict
    def remove_member(self, *, person: Person, organization: str, group: str, email: str) -> None:
        """Remove a member, who keeps their access."""
        found = self._find(person, organization, group, Permission.MANAGE_GROUPS)
        leaving = groups.leave(organization, group, email)
        event = self._event(person, found, GroupMemberRemoved(group=GroupRef.of(found), email=email))
        try:
            commit(self._context.table, [leaving, groups.count(organization, group, -1), event])
        except ConditionFailedError as stale:
            if leaving not in stale:
                raise  # the group was deleted meanwhile
            raise UnknownMemberError("The group has no such member.") from stale

    @refuses(*AUTHORIZE)
    def catalogue(self, *, person: Person, organization: str, name: str) -> list[License]:
        """List the licenses whose product's name has all the words of `name`, whatever their capitals."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        words = comparable_name(name).split()
        return [
            pool
            for pool in licenses.of_organization(self._context.table, organization)
            if all(word in comparable_name(pool.terms.product.name) for word in words)
        ]

    def _searched(
        self,
        person: Person,
        organization: str,
        group: str,
        query: LearnerQuery,
        *,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[Learner]:
        page = LearnerLists(self._context).learners(
            person=person, organization=organization, query=query, limit=limit, cursor=cursor
        )
        found = [one.learner for one in page.items]
        refs = [groups.member_ref(organization, group, one.email) for one in found]
        rows = self._context.table.get_many(refs)
        return ResultPage(
            items=[
                replace(learner, joined_at=groups.member_of(row).joined_at)
                for learner, at in zip(found, refs, strict=True)
                if (row := rows.get(at)) is not None
            ],
            next=page.next,
        )

    def _member(self, person: Person, organization: str, group: str, email: str) -> ResultPage[Learner]:
        at, at_learner = groups.member_ref(organization, group, email), learners.ref(organization, email)
        _, rows = self._read(person, organization, group, Permission.READ, also=[at, at_learner])
        row = rows.get(at)
        items = [] if row is None else [_by_name(groups.member_of(row), rows.get(at_learner))]
        return ResultPage(items=items, next=None)

    def _find(self, person: Person, organization: str, group: str, permission: Permission) -> Group:
        found, _ = self._read(person, organization, group, permission)
        return found

    def _read(
        self,
        person: Person,
        organization: str,
        group: str,
        permission: Permission,
        also: Sequence[Ref[Any]] = (),
    ) -> tuple[Group, BatchResult]:
        at = groups.ref(organization, group)
        membership = authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at, *also]
        )
        found = groups.open_group(membership.rows.get(at))
        if found is None:
            raise UnknownGroupError("The organization has no such group.")
        return found, membership.rows

    def _group_details(self, some: Sequence[Group]) -> list[GroupDetail]:
        """Return the groups with their licenses: one call for each hundred, and for each hundred parts."""
        refs: dict[str, Ref[licenses.LicenseRow]] = {
            id_: licenses.ref(group.organization, id_) for group in some for id_ in group.licenses
        }
        found = self._context.table.get_many(list(refs.values()))
        held = {one.id: one for one in licenses.found_at(self._context.table, found, list(refs.values()))}
        return [GroupDetail(group=group, licenses=[held[id_] for id_ in group.licenses]) for group in some]

    def _event(self, person: Person, group: Group, data: EventData) -> Write:
        return record_event(self._context, data, organization=group.organization, actor=person.email)


def _is_open(_: Group) -> bool:
    """Whether a group belongs to the list; one that is being deleted was not read at all."""
    return True


def _by_name(member: Member, row: learners.LearnerRow | None) -> Learner:
    """Return the member as a learner, with their own name; without a name if the learner was erased."""
    named = None if row is None else learners.learner_of(row)
    return Learner(
        organization=member.organization,
        email=member.email,
        first_name="" if named is None else named.first_name,
        last_name="" if named is None else named.last_name,
        joined_at=member.joined_at,
    )

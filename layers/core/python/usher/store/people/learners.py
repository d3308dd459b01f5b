"""Learners of organizations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action

from usher.domain.directory import DirectoryEntry, DirectoryField
from usher.domain.figures import LEARNER, FiguresChange, negative
from usher.domain.learner_lists import directory_entry
from usher.domain.learners import Learner
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.key_ranges import Found, KeyRange, last_beginning_with
from usher.store.key_sources import KnownItems
from usher.store.keys import directory
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, check, delete, update


class LearnerRow(Row):
    """`ORG#o`, `LEARNER#email`; listed under the person."""

    organization = UnicodeAttribute()
    email = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    joined_at = InstantAttribute()


def ref(organization: str, email: str) -> Ref[LearnerRow]:
    """Return the reference to the learner's item."""
    return Ref(LearnerRow, keys.organization(organization), keys.learner(email))


def learner_of(row: LearnerRow) -> Learner:
    """Read a learner."""
    return Learner(
        organization=row.organization,
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        joined_at=row.joined_at,
    )


def _names(entry: DirectoryEntry) -> list[Action]:
    """Write a learner's name and their keys in the directory; by address, the table itself is sorted."""
    actions: list[Action] = [
        LearnerRow.first_name.set(entry.first_name),
        LearnerRow.last_name.set(entry.last_name),
    ]
    for field, attribute in (
        (DirectoryField.FIRST_NAME, LearnerRow.first_name_sk),
        (DirectoryField.LAST_NAME, LearnerRow.last_name_sk),
    ):
        key = directory.sort_key(entry, field, entry.email)
        actions.append(attribute.remove() if key is None else attribute.set(key))
    return actions


def join(learner: Learner, *, is_new: bool) -> Write:
    """Write a learner with their present name; one who is not new, as `is_new` must say, keeps the date."""
    at = ref(learner.organization, learner.email)
    return update(
        LearnerRow(at.pk, at.sk),
        LearnerRow.organization.set(learner.organization),
        LearnerRow.email.set(learner.email),
        *_names(directory_entry(learner)),
        LearnerRow.directory_pk.set(directory.learners(learner.organization)),
        LearnerRow.joined_at.set(LearnerRow.joined_at | learner.joined_at),
        LearnerRow.listing_pk.set(keys.person(learner.email)),
        LearnerRow.listing_sk.set(keys.learner_listing(learner.organization)),
        condition=LearnerRow.pk.does_not_exist() if is_new else LearnerRow.pk.exists(),
        change=FiguresChange(organization=learner.organization, figures=LEARNER) if is_new else None,
    )


def is_learner(organization: str, email: str) -> Write:
    """Require, without a change, that the person is a learner of the organization."""
    at = ref(organization, email)
    return check(LearnerRow(at.pk, at.sk), LearnerRow.pk.exists())


def rename(organization: str, email: str, *, first_name: str, last_name: str) -> Write:
    """Write a learner's name."""
    at = ref(organization, email)
    return update(
        LearnerRow(at.pk, at.sk),
        *_names(DirectoryEntry(email=email, first_name=first_name, last_name=last_name)),
        condition=LearnerRow.pk.exists(),
    )


def leave(organization: str, email: str) -> Write:
    """Remove a learner, who must be one."""
    at = ref(organization, email)
    return delete(
        LearnerRow(at.pk, at.sk),
        condition=LearnerRow.pk.exists(),
        change=FiguresChange(organization=organization, figures=negative(LEARNER)),
    )


def is_none(organization: str, email: str) -> Write:
    """Require, without a change, that the person is no learner of the organization."""
    at = ref(organization, email)
    return check(LearnerRow(at.pk, at.sk), LearnerRow.pk.does_not_exist())


def get(table: Table, organization: str, email: str) -> Learner | None:
    """Read a learner: one call."""
    row = table.get(ref(organization, email))
    return None if row is None else learner_of(row)


def address_range(organization: str, *, low: str = "", high: str = "", descending: bool = False) -> KeyRange:
    """Return the range of an organization's learners by address."""
    return KeyRange(
        partition=keys.organization(organization),
        prefix=keys.LEARNER_PREFIX,
        low=low,
        high=high,
        descending=descending,
    )


def name_range(
    organization: str, field: DirectoryField, *, prefix: str = "", descending: bool = False
) -> KeyRange:
    """Return the range of an organization's learners by name."""
    return KeyRange(
        partition=directory.learners(organization),
        index=directory.INDEXES[field],
        descending=descending,
        low=prefix,
        high=last_beginning_with(prefix),
    )


def found_at(table: Table, organization: str, emails: Collection[str]) -> list[Found]:
    """Read learners whole: one call for each hundred."""
    at = {email: ref(organization, email) for email in emails}
    rows = table.get_many([*at.values()])
    return [Found(email, item) for email, one in at.items() if (item := rows.item(one)) is not None]


def in_order(found: Sequence[Found], field: DirectoryField, *, prefix: str, descending: bool) -> KnownItems:
    """Return learners who were found whole as a range of their names has them."""
    attribute = directory.SORT_KEYS[field]
    items = (one.item for one in found)
    return KnownItems.of(
        (Found(item[attribute]["S"], item) for item in items if item and attribute in item),
        prefix=prefix,
        descending=descending,
    )


def whole(found: Found) -> Learner | None:
    """Read a learner that was found by address, in the table itself."""
    return None if found.item is None else learner_of(LearnerRow.from_raw_data(found.item))


def is_item_of_learner(found: Found) -> bool:
    """Return whether an item that was found by name is a learner, and not an invite."""
    return found.item is not None and str(found.item["sk"]["S"]).startswith(keys.LEARNER_PREFIX)


def address_of(found: Found) -> str:
    """Return the address of a learner that was found by name."""
    return "" if found.item is None else str(found.item["sk"]["S"]).removeprefix(keys.LEARNER_PREFIX)


def learner_memberships(table: Table, email: str) -> Iterator[Learner]:
    """List a person as the learner of each of their organizations; eventually consistent."""
    rows = table.query_all(
        LearnerRow,
        keys.person(email),
        LearnerRow.listing_sk.startswith(keys.LEARNER_PREFIX),
        index="listing",
    )
    return (learner_of(row) for row in rows)

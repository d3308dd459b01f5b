"""An organization's learners for its managers: searched, sorted, filtered, with what each of them has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError, read_address
from usher.domain.directory import SortedSearchError
from usher.domain.errors import refuses
from usher.domain.groups import Group
from usher.domain.learners import Learner
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.list_filters import UNKNOWN_FILTERS, filter_refs, require_known
from usher.services.paging import ResultPage
from usher.services.people.learner_listing import LearnerListing, LearnerQuery, accesses_among, held_by
from usher.store import figures, groups, licenses
from usher.store.people import learners
from usher.store.table import BatchResult

MOST_HELD = 2000
"""How many accesses and memberships a page looks for; with more licenses and groups it has fewer learners."""


class LearnerPart(StrEnum):
    """What a list says of each learner, where it is asked for."""

    ACCESSES = "accesses"
    GROUPS = "groups"


@dataclass(frozen=True, kw_only=True)
class ListedLearner:
    """A learner, with the accesses from the organization and the groups; None where not asked for."""

    learner: Learner
    accesses: list[Access] | None
    groups: list[Group] | None


@dataclass(frozen=True, kw_only=True)
class LearnersPage(ResultPage[ListedLearner]):
    """A page of learners, with the organization that they are of and the instant of reading."""

    organization: Organization
    read_at: datetime


class LearnerLists:
    """Lists an organization's learners."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, *UNKNOWN_FILTERS, BadCursorError, BadAddressError, SortedSearchError)
    def learners(
        self,
        *,
        person: Person,
        organization: str,
        query: LearnerQuery | None = None,
        parts: Collection[LearnerPart] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> LearnersPage:
        """List learners by address, or as the query says: two calls, one without more for a single address.

        By name, and with filters, one more for each range that is read and each hundred items looked at. Each
        of the `parts` costs a call, and one for each hundred of its licenses or groups times learners.
        """
        asked = query or LearnerQuery()
        email = None if asked.email is None else read_address(asked.email)
        named = {"licenses_": asked.licenses, "groups_": asked.groups}
        at = [] if email is None else [learners.ref(organization, email)]
        at_figures = [figures.ref(organization)] if with_figures else []
        if asked.is_read_by_figures:
            # They say how many learners there are, by which the reading of filters is chosen.
            at_figures = [figures.ref(organization, one) for one in ("", *asked.licenses)]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[*at, *filter_refs(organization, **named), *at_figures],
        )
        require_known(membership.rows, organization, **named)
        counted = figures.found_in(membership.rows, organization)
        having = _Having(self._context, membership.organization, parts)
        if asked == LearnerQuery(email=asked.email) and at:
            row = membership.rows.get(at[0])
            found = ResultPage(items=[] if row is None else [learners.learner_of(row)], next=None)
        else:
            most = min(limit, having.most_learners)
            listing = LearnerListing(self._context, membership, asked, email=email, limit=most)
            found = listing.page(cursor=cursor)
        return LearnersPage(
            items=having.of(found.items),
            next=found.next,
            figures=counted if with_figures else None,
            organization=membership.organization,
            read_at=self._context.now(),
        )


class _Having:
    """What learners have, of the parts that are asked for."""

    def __init__(self, context: Context, organization: Organization, parts: Collection[LearnerPart]) -> None:
        self._context = context
        self._organization = organization.id
        self._products = organization.products
        self._parts = parts
        self._licenses: list[str] = []
        self._groups: list[Group] = []
        if LearnerPart.ACCESSES in parts:
            self._licenses = [one.id for one in licenses.of_organization(context.table, organization.id)]
        if LearnerPart.GROUPS in parts:
            self._groups = groups.all_open(context.table, organization.id)

    @property
    def most_learners(self) -> int:
        """The most learners whose parts are read for a page."""
        return max(1, MOST_HELD // max(1, len(self._licenses) + len(self._groups)))

    def of(self, found: Sequence[Learner]) -> list[ListedLearner]:
        """Return the learners with the parts: a call for each hundred accesses and memberships looked for."""
        group_ids = [one.id for one in self._groups]
        of_each = (held_by(self._organization, one.email, self._licenses, group_ids) for one in found)
        rows = self._context.table.get_many([*chain.from_iterable(of_each)])
        return [self._listed(rows, learner) for learner in found]

    def _listed(self, rows: BatchResult, learner: Learner) -> ListedLearner:
        now = self._context.now()
        own = [
            one.with_products(self._products)
            for one in accesses_among(rows, learner.email, self._licenses)
            if one.state_at(now) is not AccessState.RELEASED
        ]
        joined = [
            one
            for one in self._groups
            if rows.get(groups.member_ref(self._organization, one.id, learner.email)) is not None
        ]
        return ListedLearner(
            learner=learner,
            accesses=own if LearnerPart.ACCESSES in self._parts else None,
            groups=joined if LearnerPart.GROUPS in self._parts else None,
        )

"""The accesses of a license: who sits in it, however they came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from usher.domain.accesses import LIVE, Access, AccessState
from usher.domain.errors import refuses
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.store import accesses, figures, invites, licenses
from usher.store.people import learners
from usher.store.table import Ref


@dataclass(frozen=True, kw_only=True)
class NamedAccess:
    """An access with the name of its person.

    The name is the learner's own; of whoever is only invited it is the one that the manager typed.
    """

    access: Access
    first_name: str = ""
    last_name: str = ""


class LicenseAccesses:
    """Lists the accesses of an organization's licenses for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownLicenseError, BadCursorError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        states: Collection[AccessState] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[NamedAccess]:
        """List the accesses in some states, by state and address; without states, those that hold a seat.

        A call for the caller and one for the listing, two where the states are no neighbors in it, and one
        for each hundred names. The listing has the states as workers wrote them; an access whose state is
        another by the clock, and not asked for, is left out, so that a page may be short. The figures are
        the license's, and cost no further call.

        Raises:
            UnknownLicenseError, BadCursorError.
        """
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at, *([figures.ref(organization, license_id)] if with_figures else [])],
        )
        licenses.found_at(membership.rows, at)
        wanted = frozenset(states) or LIVE
        page = accesses.of_license(self._context.table, license_id, states=wanted, limit=limit, cursor=cursor)
        now = self._context.now()
        products = membership.organization.products
        found = [access.with_products(products) for access in page.items if access.state_at(now) in wanted]
        return ResultPage(
            items=self._named(organization, found),
            next=page.next,
            figures=figures.found_in(membership.rows, organization, license_id) if with_figures else None,
        )

    def _named(self, organization: str, found: Sequence[Access]) -> list[NamedAccess]:
        """Return the accesses with names: one call for each hundred learners and open invites."""
        reserved = {one.invite for one in found if one.state is AccessState.RESERVED and one.invite}
        refs: list[Ref[Any]] = [learners.ref(organization, one.email) for one in found]
        rows = self._context.table.get_many([*refs, *(invites.ref(id_) for id_ in sorted(reserved))])
        named: list[NamedAccess] = []
        for access in found:
            row = rows.get(learners.ref(organization, access.email)) or (
                rows.get(invites.ref(access.invite)) if access.invite in reserved else None
            )
            named.append(
                NamedAccess(
                    access=access,
                    first_name="" if row is None else row.first_name or "",
                    last_name="" if row is None else row.last_name or "",
                )
            )
        return named

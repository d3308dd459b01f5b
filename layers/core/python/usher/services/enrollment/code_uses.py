"""Redemptions of codes, with who redeemed and what they were given."""

from __future__ import annotations

from typing import Any

from usher.domain.directory import folded
from usher.domain.enrollment.codes import CodeKey, UnknownCodeError, Use
from usher.domain.errors import refuses
from usher.domain.groups import Group
from usher.domain.learners import Learner
from usher.domain.licenses import License
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.enrollment.code_use_search import uses_found
from usher.services.enrollment.codes import find_code, given_of
from usher.services.enrollment.enrollment import grant_refs
from usher.services.paging import ResultPage
from usher.store.enrollment import code_uses, codes
from usher.store.people import learners
from usher.store.table import BatchResult, Page, Ref


@dataclass(frozen=True, kw_only=True)
class RedeemedCode:
    """A use of a code, with the learner and what the code gives.

    Attributes:
        learner: None for a learner who was erased.
        name: the code's name now; None if the code was removed.
        group: None for a group that was deleted, too.
    """

    use: Use
    organization: Organization
    learner: Learner | None
    name: str | None
    licenses: list[License]
    group: Group | None


class CodeUses:
    """Lists the redemptions of an organization's codes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownCodeError, BadCursorError)
    def of_code(
        self,
        *,
        person: Person,
        organization: str,
        code: CodeKey,
        search: str | None = None,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[RedeemedCode]:
        """List the uses of one code, by address: four calls for a page of up to 30 uses.

        With a search, those of people whose address, first or last name begins with it, in that order.
        """
        issued = find_code(
            self._context, person=person, organization=organization, code=code, permission=Permission.READ
        )
        if beginning := folded(search or ""):
            found = uses_found(self._context, issued.code, beginning, limit=limit, cursor=cursor)
            return self._described(issued.organization, found)
        page = code_uses.of_code(self._context.table, organization, code, limit=limit, cursor=cursor)
        return self._described(issued.organization, _uses(page))

    @refuses(*AUTHORIZE, BadCursorError)
    def of_organization(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[RedeemedCode]:
        """List the uses of all codes, removed ones included, the newest first.

        Three calls for a page of up to 30 uses; one more for each hundred items that it names.
        """
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        page = code_uses.of_organization(self._context.table, organization, limit=limit, cursor=cursor)
        return self._described(membership.organization, _uses(page))

    def _described(self, organization: Organization, page: ResultPage[Use]) -> ResultPage[RedeemedCode]:
        refs: list[Ref[Any]] = []
        for use in page.items:
            refs += [learners.ref(organization.id, use.email), codes.ref(organization.id, use.code.text)]
            refs += grant_refs(organization.id, use.grant)
        found = self._context.table.get_many(refs)
        return ResultPage(items=[_redeemed(use, organization, found) for use in page.items], next=page.next)


def _uses(page: Page[code_uses.UseRow]) -> ResultPage[Use]:
    return ResultPage(items=[code_uses.use_of(row) for row in page.rows], next=page.next)


def _redeemed(use: Use, organization: Organization, found: BatchResult) -> RedeemedCode:
    learner = found.get(learners.ref(organization.id, use.email))
    row = found.get(codes.ref(organization.id, use.code.text))
    given, group = given_of(use.grant, organization, found)
    return RedeemedCode(
        use=use,
        organization=organization,
        learner=None if learner is None else learners.learner_of(learner),
        name=None if row is None or row.id != use.code.id else row.name or "",
        licenses=given,
        group=group,
    )

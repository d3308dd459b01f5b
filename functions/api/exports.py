"""The lists that a link downloads whole: how each is read, by the filters that the link has.

A further list is a shape in `functions.api.schemas.downloads` and a line in `_READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from functions.api.schemas.downloads import (
    ActivityExport,
    CodesExport,
    CodeUsesExport,
    Export,
    ImportResultsExport,
    InvitesExport,
    LearnersExport,
    LicenseAccessesExport,
)
from functions.api.services import Services
from functions.api.sheets.activity import activity_sheet
from functions.api.sheets.code_uses import uses_sheet
from functions.api.sheets.codes import codes_sheet
from functions.api.sheets.imports import whole_results_sheet
from functions.api.sheets.invites import invites_sheet
from functions.api.sheets.learners import learners_sheet
from functions.api.sheets.license_accesses import accesses_sheet
from functions.api.sheets.pages import Sheet
from functions.api.views import codes as code_views
from functions.api.views import invites as invite_views
from functions.api.views import learners as learner_views
from functions.api.views import reports as report_views
from usher.domain.learner_lists import given_states
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.activity_report import ActivityPage, ActivityQuery
from usher.services.display_names import ActorNames
from usher.services.enrollment.code_uses import RedeemedCode
from usher.services.invites.invite_listing import InviteQuery
from usher.services.paging import ResultPage
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerPart

Read = Callable[[int, str | None], ResultPage[Any]]


class _AsSheet(Protocol):
    def __call__(self, read: Any, /, *, cursor: str | None, compressed: bool) -> Sheet: ...  # noqa: ANN401 - pages of any items


@dataclass(frozen=True, kw_only=True)
class ReadableList:
    """A list as a caller may read it.

    Attributes:
        read: reads a page of at most so many items from a cursor on.
        as_sheet: makes a sheet of what `read` returns.
        client: the client that the list is of, None for the organization itself.
    """

    read: Read
    as_sheet: _AsSheet
    client: Organization | None = None

    def require_readable(self) -> None:
        """Read one item, so that bad filters and missing rights are refused at once."""
        self.read(1, None)

    def sheet(self, *, cursor: str | None, compressed: bool) -> Sheet:
        """Read the list from the cursor on, as far as an answer can have it."""
        return self.as_sheet(self.read, cursor=cursor, compressed=compressed)


def export_of(services: Services, person: Person, organization: str, export: Export) -> ReadableList:
    """Return the list that is asked for, with the person's rights; nothing was checked yet."""
    return _READERS[type(export)](services, person, organization, export)


def _client(services: Services, person: Person, organization: str, client: str | None) -> Organization | None:
    """Return the client that is named; None where none is."""
    if client is None:
        return None
    return services.clients.client(person=person, organization=organization, client=client)


def _activity(services: Services, person: Person, organization: str, export: ActivityExport) -> ReadableList:
    client = _client(services, person, organization, export.client)
    target = organization if client is None else client.id
    query = ActivityQuery(
        since=export.since,
        until=export.until,
        licenses=tuple(export.license),
        groups=tuple(export.group),
        methods=frozenset(export.method),
        states=frozenset(export.state) if export.state else None,
    )
    names = ActorNames(services.context, person=person, organization=target)
    view = partial(report_views.activity_row, organization=target, names=names, ids=services.person_ids)

    def read(limit: int, cursor: str | None) -> ActivityPage:
        page = services.activity_report.page(
            person=person, organization=target, query=query, limit=limit, cursor=cursor
        )
        names.read(report_views.actors_of(page.items))
        return page

    return ReadableList(
        read=read,
        as_sheet=partial(activity_sheet, view=view),
        client=client,
    )


def _codes(services: Services, person: Person, organization: str, export: CodesExport) -> ReadableList:
    names = ActorNames(services.context, person=person, organization=organization)
    view = partial(
        code_views.code,
        names=names,
        now=services.context.now(),
        origin=services.origin,
        ids=services.code_ids,
    )

    def read(limit: int, cursor: str | None) -> ResultPage[Any]:
        page = services.codes.listed(
            person=person,
            organization=organization,
            kinds=export.kind,
            batch=export.batch,
            states=export.state,
            search=export.search,
            sort=export.sort,
            limit=limit,
            cursor=cursor,
        )
        names.read(one.code.created_by for one in page.items)
        return ResultPage(items=[view(one) for one in page.items], next=page.next)

    return ReadableList(read=read, as_sheet=codes_sheet)


def _code_uses(services: Services, person: Person, organization: str, export: CodeUsesExport) -> ReadableList:
    view = partial(code_views.use, person_ids=services.person_ids, code_ids=services.code_ids)
    uses: Callable[..., ResultPage[RedeemedCode]] = services.code_uses.of_organization
    if export.code is not None:
        key = services.code_ids.key_of(organization, export.code)
        uses = partial(services.code_uses.of_code, code=key)

    def read(limit: int, cursor: str | None) -> ResultPage[Any]:
        page = uses(person=person, organization=organization, limit=limit, cursor=cursor)
        return ResultPage(items=[view(one) for one in page.items], next=page.next)

    return ReadableList(read=read, as_sheet=uses_sheet)


def _import_results(
    services: Services, person: Person, organization: str, export: ImportResultsExport
) -> ReadableList:
    return ReadableList(
        read=lambda limit, cursor: services.learner_imports.rows(
            person=person, organization=organization, import_id=export.import_id, limit=limit, cursor=cursor
        ),
        as_sheet=whole_results_sheet,
    )


def _invites(services: Services, person: Person, organization: str, export: InvitesExport) -> ReadableList:
    client = _client(services, person, organization, export.client)
    target = organization if client is None else client.id
    query = InviteQuery(
        states=tuple(export.state),
        licenses=tuple(export.license),
        groups=tuple(export.group),
        problems=tuple(export.delivery),
        email=export.email,
        search=export.search,
        expired=export.expired,
        created_from=export.created_from,
        created_to=export.created_to,
        sort=export.sort,
    )
    view = partial(invite_views.invite, now=services.context.now(), ids=services.person_ids)

    def read(limit: int, cursor: str | None) -> ResultPage[Any]:
        page = services.invite_queries.listed(
            person=person, organization=target, query=query, limit=limit, cursor=cursor
        )
        items = [view(one, names=page.creators.get) for one in page.items]
        return ResultPage(items=items, next=page.next)

    return ReadableList(read=read, as_sheet=invites_sheet, client=client)


def _learners(services: Services, person: Person, organization: str, export: LearnersExport) -> ReadableList:
    client = _client(services, person, organization, export.client)
    target = organization if client is None else client.id
    query = LearnerQuery(
        search=export.search,
        licenses=tuple(export.license),
        states=given_states(export.state),
        groups=tuple(export.group),
        sort=export.sort,
    )
    view = partial(learner_views.listed, now=services.context.now(), ids=services.person_ids)
    return ReadableList(
        read=lambda limit, cursor: services.learner_lists.learners(
            person=person,
            organization=target,
            query=query,
            parts=tuple(LearnerPart),
            limit=limit,
            cursor=cursor,
        ),
        as_sheet=partial(learners_sheet, view=view),
        client=client,
    )


def _license_accesses(
    services: Services, person: Person, organization: str, export: LicenseAccessesExport
) -> ReadableList:
    view = partial(learner_views.named_access, now=services.context.now(), ids=services.person_ids)

    def read(limit: int, cursor: str | None) -> ResultPage[Any]:
        page = services.license_accesses.listed(
            person=person,
            organization=organization,
            license_id=export.license,
            states=export.state,
            search=export.search,
            sort=export.sort,
            limit=limit,
            cursor=cursor,
        )
        return ResultPage(items=[view(one) for one in page.items], next=page.next)

    return ReadableList(read=read, as_sheet=accesses_sheet)


_READERS: Mapping[type[Export], Callable[[Services, Person, str, Any], ReadableList]] = {
    ActivityExport: _activity,
    CodesExport: _codes,
    CodeUsesExport: _code_uses,
    ImportResultsExport: _import_results,
    InvitesExport: _invites,
    LearnersExport: _learners,
    LicenseAccessesExport: _license_accesses,
}

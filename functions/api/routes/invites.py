"""Invites to learners: created, listed, resent, withdrawn and rescheduled."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import (
    MOST_VALUES,
    ClientFilter,
    CreatedFrom,
    CreatedTo,
    Cursor,
    GroupFilter,
    InvitePath,
    LicenseFilter,
    Limit,
    OrganizationPath,
    Search,
)
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.invites import (
    BulkChange,
    BulkResults,
    Invite,
    InvitePage,
    InviteResults,
    NewInvites,
    StartChange,
)
from functions.api.views import figures as figures_views
from functions.api.views import invites as views
from functions.api.views.common import NameOf
from usher.domain.addresses import MAX_ADDRESS
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.errors import InvalidError
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import InviteState
from usher.domain.organizations import Permission
from usher.services.clients import Clients
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.invites.manage_invites import BulkAction, ManageInvites
from usher.services.paging import PAGE
from usher.services.receipts import Receipt

INVITES = "/v1/organizations/<organization>/invites"
ONE = f"{INVITES}/<invite>"


class TwoTargetsError(InvalidError):
    """The request names more than one thing to invite to."""

    code = "two_targets"
    title = "More than one thing to invite to"
    fields = ("license", "licenses", "group", "sublicense")
    next_action = "Choose licenses or groups, or a client with its sublicense, and not several of these."


class NoClientError(InvalidError):
    """A sublicense was named without its client."""

    code = "no_client"
    title = "A sublicense belongs to a client"
    fields = ("client",)
    next_action = "Choose the client that the sublicense belongs to."


class StartNotAskedError(InvalidError):
    """A start was sent with another action than `reschedule`."""

    code = "start_not_asked"
    title = "A start belongs to `reschedule`"
    fields = ("access_start",)
    next_action = "Leave the start out, or reschedule the invites."


class StartNotNamedError(InvalidError):
    """The action `reschedule` was sent without a start; null means on acceptance."""

    code = "start_not_named"
    title = "`reschedule` needs a start"
    fields = ("access_start",)
    next_action = "Choose a date, or that access starts on acceptance."


router = ApiRouter()


@router.post(INVITES, status_code=HTTPStatus.CREATED)
@described(InviteLearners.invite, Clients.client, TwoTargetsError, NoClientError, idempotent=True)
def create_invites(organization: OrganizationPath, new: NewInvites) -> Response[InviteResults]:
    """Invite learners to licenses, or to groups.

    A seat is reserved for each address, and each gets one email. Groups reserve a seat of each of their
    licenses that the address does not have yet, and accepting joins all of them; `access_start` applies to
    the licenses that allow one. With `client`, the license or sublicense, the group and the branding of the
    emails are the client's. One malformed address refuses all of them, unless `skip_invalid`. Fewer seats
    than addresses refuse the whole request, with the shortfall; if concurrent requests take the seats
    meanwhile, the answer says for each address whether it was invited.
    """
    person, services = router.person, router.services
    licenses, groups = targets_of(new)
    target = router.target_organization(organization, new.client)

    def command(receipt: Receipt) -> object:
        return services.invite_learners.invite(
            person=person,
            organization=target,
            license_ids=licenses,
            groups=groups,
            emails=new.emails,
            access_start=new.access_start,
            message=new.message,
            language=new.language,
            first_name=new.first_name,
            last_name=new.last_name,
            skip_invalid=new.skip_invalid,
            receipt=receipt,
        )

    return router.idempotent_batch(
        command,
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(
            views.invited, names=router.names(target), now=services.context.now(), ids=services.person_ids
        ),
        status=HTTPStatus.CREATED,
    )


@router.get(INVITES)
@described(InviteQueries.listed, Clients.client)
def list_invites(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    search: Search = None,
    state: Annotated[
        list[InviteState] | None,
        Query(max_length=MOST_VALUES, description="Invites in these states only; several by commas."),
    ] = None,
    delivery: Annotated[
        list[DeliveryProblem] | None,
        Query(
            max_length=MOST_VALUES,
            description="Pending invites whose newest email is held, bounced or was complained of only; "
            "several by commas.",
        ),
    ] = None,
    license: LicenseFilter = None,  # noqa: A002 - the glossary's word, and the query's
    group: GroupFilter = None,
    email: Annotated[
        str | None, Query(max_length=MAX_ADDRESS, description="Invites to this address only.")
    ] = None,
    expired: Annotated[
        bool | None, Query(description="Pending invites that have expired, or all but those.")
    ] = None,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
    client: ClientFilter = None,
    sort: Annotated[
        InviteSort | None,
        Query(
            description="The order, `-created` by default; by `name` is by last name. Not together with `q`."
        ),
    ] = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> InvitePage:
    """List the invites to learners.

    Newest first, unless sorted otherwise. Of several values of a filter any, of several filters all have to
    hold. A search with `q` has an order of its own: by the address that begins with it, then by first names,
    then by last names. A page with a filter may be short and still have a next one where many invites were
    looked at in vain.
    """
    services = router.services
    page = services.invite_queries.listed(
        person=router.person,
        organization=router.target_organization(organization, client),
        query=InviteQuery(
            states=tuple(state or ()),
            licenses=tuple(license or ()),
            groups=tuple(group or ()),
            problems=tuple(delivery or ()),
            email=email,
            search=search,
            expired=expired,
            created_from=created_from,
            created_to=created_to,
            sort=sort,
        ),
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    view = _view(organization, page.creators.get)
    return InvitePage(
        items=[view(one) for one in page.items],
        next=page.next,
        counts=figures_views.invite_counts(page.figures),
    )


@router.post(f"{INVITES}/bulk")
@described(ManageInvites.bulk, StartNotAskedError, StartNotNamedError, idempotent=True)
def change_many_invites(organization: OrganizationPath, change: BulkChange) -> Response[BulkResults]:
    """Resend, withdraw or reschedule many invites.

    Each is changed on its own: the answer has, for each, the changed invite or the problem that refused it.
    """
    person, services = router.person, router.services
    _check_start(change)
    return router.idempotent_batch(
        lambda receipt: services.manage_invites.bulk(
            person=person,
            organization=organization,
            action=change.action,
            invite_ids=change.invites,
            access_start=change.access_start,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(
            views.bulk_result,
            names=router.names(organization),
            now=services.context.now(),
            ids=services.person_ids,
        ),
    )


@router.get(ONE)
@described(InviteQueries.invite)
def get_invite(organization: OrganizationPath, invite: InvitePath) -> Invite:
    """Read an invite.

    With its state, its delivery status and what it offers.
    """
    services = router.services
    found = services.invite_queries.invite(person=router.person, organization=organization, invite=invite)
    return _view(organization, lambda _: found.created_by_name)(found.invite)


@router.post(f"{ONE}/resend")
@described(ManageInvites.resend, idempotent=True)
def resend_invite(organization: OrganizationPath, invite: InvitePath) -> Response[Invite]:
    """Send an invite again.

    With a new link; the old one is no longer valid. The expiry is renewed, and a seat that was returned is
    reserved again. At most once a minute and ten times a day.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.manage_invites.resend(
            person=person, organization=organization, invite=invite, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=_view(organization),
    )


@router.post(f"{ONE}/withdraw")
@described(ManageInvites.withdraw, idempotent=True)
def withdraw_invite(organization: OrganizationPath, invite: InvitePath) -> Response[Invite]:
    """Withdraw an invite.

    The link is no longer valid, the seat returns to its license, and the learner is informed by email. It is
    not possible after acceptance.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.manage_invites.withdraw(
            person=person, organization=organization, invite=invite, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=_view(organization),
    )


@router.patch(ONE)
@described(ManageInvites.reschedule)
def reschedule_invite(organization: OrganizationPath, invite: InvitePath, change: StartChange) -> Invite:
    """Reschedule the start of access.

    Possible while the invite is pending, or accepted with its start still to come; null means on acceptance.
    The learner is informed by email each time.
    """
    services = router.services
    changed = services.manage_invites.reschedule(
        person=router.person,
        organization=organization,
        invite=invite,
        access_start=change.access_start,
        receipt=Receipt(),
    )
    return _view(organization)(changed)


def _view(organization: str, names: NameOf | None = None) -> partial[Invite]:
    services = router.services
    return partial(
        views.invite,
        names=names or router.names(organization),
        now=services.context.now(),
        ids=services.person_ids,
    )


def targets_of(new: NewInvites) -> tuple[list[str], list[str]]:
    """Return the licenses and the groups that are named, one of which is empty."""
    targets = (new.license, new.licenses, new.group, new.groups, new.sublicense)
    if sum(target is not None for target in targets) > 1:
        raise TwoTargetsError(
            "Several of `license`, `licenses`, `group`, `groups` and `sublicense` were sent."
        )
    if new.sublicense is not None and new.client is None:
        raise NoClientError("`sublicense` was sent without `client`.")
    one = new.license or new.sublicense
    groups = new.groups or ([new.group] if new.group is not None else [])
    return new.licenses or ([one] if one is not None else []), groups


def _check_start(change: BulkChange) -> None:
    named = "access_start" in change.model_fields_set
    if change.action is BulkAction.RESCHEDULE and not named:
        raise StartNotNamedError("`access_start` is missing.")
    if change.action is not BulkAction.RESCHEDULE and change.access_start is not None:
        raise StartNotAskedError(f"`access_start` came with `{change.action}`.")

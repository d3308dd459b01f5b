"""Orders to erase learners: recorded in one transaction, carried out by `PseudonymizeLearner`."""

from __future__ import annotations

from itertools import chain

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.enrollment.join_requests import JoinRequest
from usher.domain.erasures import (
    Erasure,
    NothingHeldError,
    StillManagerError,
    UnknownErasureError,
)
from usher.domain.errors import refuses
from usher.domain.events.people_data import LearnerErased
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    WithdrawnError,
)
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.import_rows import ImportRows
from usher.services.invites.manage_invites import ManageInvites
from usher.services.paging import ResultPage
from usher.services.people.export_learner import UNDISPATCHED_AT_MOST
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import invite_lists, managers
from usher.store.enrollment import join_requests
from usher.store.people import erasures, exported_records, learners, revoked_sessions
from usher.store.transaction import ConditionFailedError, Write


class LearnerErasures:
    """Orders and lists erasures, for an organization's full managers."""

    def __init__(self, context: Context, *, files: ImportFiles) -> None:
        self._context = context
        self._rows = ImportRows(context, files)

    @refuses(*AUTHORIZE, NothingHeldError, StillManagerError, BadAddressError)
    @retry_on_conflict
    def order(self, *, person: Person, organization: str, email: str, receipt: Receipt) -> Erasure:
        """Order the erasure of a learner, who is no learner from then on; open invites are withdrawn.

        The seats of open invites are given back; an accepted seat stays used, under a pseudonym.

        Raises:
            StillManagerError: the person is a manager of the organization, or invited to be one.
            NothingHeldError: the organization holds nothing about the address.
        """
        address = read_address(email)
        request, is_learner = self._require_erasable(person, organization, address)
        self._withdraw(person, organization, address)
        erasure = Erasure(
            id=self._context.new_id(),
            organization=organization,
            email=address,
            ordered_at=self._context.now(),
            ordered_by=person.email,
        )
        writes = [
            erasures.create(erasure),
            revoked_sessions.revoke_all(address, before=self._context.new_id(), now=erasure.ordered_at),
            (learners.leave if is_learner else learners.is_none)(organization, address),
            no_manager := managers.is_no_manager(organization, address),
            *([] if request is None else join_requests.forget(request)),
            self._event(erasure),
        ]
        try:
            receipt.commit(self._context, writes, erasure)
        except ConditionFailedError as stale:
            if no_manager in stale:
                raise StillManagerError("The person was made a manager at the same moment.") from stale
            raise  # the join request was answered meanwhile, or the person became a learner
        return erasure

    @refuses(*AUTHORIZE, UnknownErasureError)
    def erasure(self, *, person: Person, organization: str, erasure: str) -> Erasure:
        """Read an order: one call."""
        at = erasures.ref(organization, erasure)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PEOPLE_DATA,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownErasureError("The organization has no such erasure.")
        return erasures.erasure_of(row)

    @refuses(*AUTHORIZE, BadCursorError)
    def ordered(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[Erasure]:
        """List the orders, newest first."""
        authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PEOPLE_DATA,
        )
        page = erasures.listed(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[erasures.erasure_of(row) for row in page.rows], next=page.next)

    def _require_erasable(
        self, person: Person, organization: str, address: str
    ) -> tuple[JoinRequest | None, bool]:
        """Return the person's join request, if there is one, and whether they are a learner.

        Raises:
            StillManagerError, NothingHeldError: why they cannot be erased.
        """
        at_manager = managers.manager_ref(organization, address)
        at_learner = learners.ref(organization, address)
        at_request = join_requests.ref(organization, address)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PEOPLE_DATA,
            also=[at_manager, at_learner, at_request],
        )
        if membership.rows.get(at_manager) is not None:
            raise StillManagerError("The person is a manager of the organization, or invited to be one.")
        row, is_learner = membership.rows.get(at_request), membership.rows.get(at_learner) is not None
        if row is None and not is_learner and not self._is_held(membership.organization, address):
            raise NothingHeldError("The organization holds nothing about this address.")
        return None if row is None else join_requests.request_of(row), is_learner

    def _is_held(self, organization: Organization, address: str) -> bool:
        """Whether an item is found by the address, or by what leads from it, as for an export."""
        held = exported_records.about(
            self._context.table,
            organization.id,
            organization.shards,
            address,
            undispatched_since=self._context.now() - UNDISPATCHED_AT_MOST,
        )
        return any(True for _ in chain(held, self._rows.of_person(organization.id, address)))

    def _event(self, erasure: Erasure) -> Write:
        return record_event(
            self._context,
            LearnerErased(erasure=erasure.id, email=erasure.pseudonym),
            organization=erasure.organization,
            actor=erasure.ordered_by,
            at=erasure.ordered_at,
        )

    def _withdraw(self, person: Person, organization: str, address: str) -> None:
        """Withdraw the open invites, as a manager does: links become invalid, and seats are given back."""
        manage_invites = ManageInvites(self._context)
        for invite in invite_lists.pending_to(self._context.table, organization, address):
            try:
                manage_invites.withdraw(
                    person=person,
                    organization=organization,
                    invite=invite.id,
                    receipt=Receipt(),
                    permission=Permission.MANAGE_PEOPLE_DATA,
                )
            except (AlreadyAcceptedError, WithdrawnError, DeclinedError):
                continue  # answered meanwhile

"""The settings of an organization's join page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.enrollment.join_pages import (
    JoinPage,
    JoinPageChangedError,
    JoinSlugTakenError,
    TooManyDomainsError,
    TooManyNamedError,
    WhenFull,
    read_domains,
)
from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError
from usher.domain.errors import refusals_of, refuses
from usher.domain.events.enrollment import JoinPageChanged
from usher.domain.languages import Language
from usher.domain.organizations import BadSlugError, Permission
from usher.domain.people import Person
from usher.domain.versions import written
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.enrollment.enrollment import Enrollment
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store.enrollment import join_pages
from usher.store.transaction import ConditionFailedError, Write, commit


class JoinPages:
    """Reads and replaces the settings of the join page, for the organization's managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def page(self, *, person: Person, organization: str) -> JoinPage:
        """Read the settings: one call. A page that was never set is off and has the organization's slug."""
        return self._page(self._authorize(person, organization, Permission.READ))

    @refuses(
        *AUTHORIZE,
        BadSlugError,
        JoinSlugTakenError,
        BadDomainError,
        PublicMailDomainError,
        BadAddressError,
        TooManyNamedError,
        TooManyDomainsError,
        BadGrantError,
        JoinPageChangedError,
        *refusals_of(Enrollment.require_grantable),
    )
    @retry_on_conflict
    def put(  # noqa: PLR0913 - the settings
        self,
        *,
        person: Person,
        organization: str,
        slug: str,
        is_on: bool,
        domains: Collection[str],
        addresses: Collection[str] = (),
        grant: Grant,
        approval: bool,
        when_full: WhenFull,
        version: int | None = None,
        language: Language | None = None,
    ) -> JoinPage:
        """Replace the settings. A slug that is given up is free at once; a page that is off is gone at once.

        Raises:
            UnknownLicenseError, UnknownGroupError: the organization has no such license or group to give.
            LicenseOverError, GroupRequiredError: a page that is on could not give this.
            JoinSlugTakenError: another page has the slug.
            JoinPageChangedError: the settings have another `version`; without one, any are replaced.
        """
        wanted = JoinPage(
            organization=organization,
            slug=slug.strip().lower(),
            is_on=is_on,
            domains=read_domains(domains),
            addresses=tuple(dict.fromkeys(read_address(address) for address in addresses)),
            grant=grant,
            approval=approval,
            when_full=when_full,
            language=language,
        )
        membership = self._authorize(person, organization, Permission.MANAGE_JOIN_PAGE)
        if is_on:
            Enrollment(self._context).require_grantable(organization=membership.organization, grant=grant)
        return self._write(membership, wanted, person, version=version)

    def _write(
        self, membership: Membership, wanted: JoinPage, person: Person, *, version: int | None
    ) -> JoinPage:
        """Write the settings if they differ from those in force.

        Raises:
            JoinSlugTakenError: another page has the slug.
            JoinPageChangedError: those in force have another version than was read; 0 is none.
        """
        before = self._page(membership)
        is_new = before.version is None
        after = replace(wanted, version=before.version)
        if after == before and not is_new:
            return before
        require_version(
            self._context,
            before,
            version,
            organization=after.organization,
            is_change=lambda data: isinstance(data, JoinPageChanged),
            error=JoinPageChangedError,
        )
        moved = is_new or after.slug != before.slug
        claim = join_pages.claim_slug(after.slug, after.organization)
        try:
            commit(
                self._context.table,
                [
                    join_pages.write(after),
                    *([claim] if moved else []),
                    *([join_pages.free_slug(before.slug)] if moved and not is_new else []),
                    self._event(after, person),
                ],
            )
        except ConditionFailedError as stale:
            if stale.failed.keys() == {claim}:
                raise JoinSlugTakenError(f"The slug {after.slug!r} is taken.") from stale
            raise
        return written(after)

    def _event(self, page: JoinPage, person: Person) -> Write:
        data = JoinPageChanged(
            enabled=page.is_on,
            slug=page.slug,
            domains=tuple(page.domains),
            addresses=tuple(page.addresses),
            license_ids=tuple(page.grant.licenses),
            group_id=page.grant.group,
            approval=page.approval,
            when_full=page.when_full,
            language=page.language,
        )
        return record_event(self._context, data, organization=page.organization, actor=person.email)

    def _authorize(self, person: Person, organization: str, permission: Permission) -> Membership:
        at = join_pages.ref(organization)
        return authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at]
        )

    def _page(self, membership: Membership) -> JoinPage:
        row = membership.rows.get(join_pages.ref(membership.organization.id))
        if row is None:
            return JoinPage(organization=membership.organization.id, slug=membership.organization.slug)
        return join_pages.page_of(row, membership.organization.id)

"""An organization's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from usher.domain.errors import refuses
from usher.domain.events.organizations import OrganizationChanged
from usher.domain.instants import UnknownTimeZoneError
from usher.domain.languages import Language
from usher.domain.organizations import (
    BadSettingsError,
    BadSlugError,
    Branding,
    Organization,
    Permission,
    SlugTakenError,
    check_logo_address,
    clean_welcome,
)
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.versions import ChangedMeanwhileError, written
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.services.versions import require_version
from usher.store import organization_names, organizations
from usher.store.transaction import ConditionFailedError, commit


class OrganizationSettings:
    """Reads and changes an organization, for its managers."""

    def __init__(
        self, context: Context, *, forget_logo: Callable[[Organization], None] = lambda _before: None
    ) -> None:
        """Call `forget_logo` with the organization as it was, once it has another logo or none."""
        self._context = context
        self._forget_logo = forget_logo

    @refuses(*AUTHORIZE)
    def organization(self, *, person: Person, organization: str) -> Organization:
        """Read the organization: one call. Operators read every one (decision 0058)."""
        return authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            operators=True,
        ).organization

    @refuses(
        *AUTHORIZE,
        BadSettingsError,
        BadNameError,
        BadSlugError,
        SlugTakenError,
        UnknownTimeZoneError,
        ChangedMeanwhileError,
    )
    @retry_on_conflict
    def change(  # noqa: PLR0913 - the settings, each left out or not
        self,
        *,
        person: Person,
        organization: str,
        name: str | None = None,
        slug: str | None = None,
        time_zone: str | None = None,
        language: Language | None = None,
        color: str | None = None,
        logo_url: str | None = None,
        welcome: str | None = None,
        invite_days: int | None = None,
        require_group: bool | None = None,
        version: int | None = None,
    ) -> Organization:
        """Change settings; None leaves a setting as it is. Invites already sent keep their expiry.

        A slug that is given up is free at once, and with it the address of the landing page.

        Raises:
            SlugTakenError: another organization has the slug.
            ChangedMeanwhileError: the organization has another `version`; without one, any is changed.
        """
        before = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_ORGANIZATION,
        ).organization
        if logo_url not in (None, before.branding.logo_url):
            check_logo_address(logo_url)
        days = before.invite_days if invite_days is None else invite_days
        after = replace(
            before.with_invite_days(days),
            name=before.name if name is None else clean_name(name),
            slug=before.slug if slug is None else slug.strip().lower(),
            time_zone=before.time_zone if time_zone is None else time_zone,
            language=before.language if language is None else language,
            branding=Branding(
                color=before.branding.color if color is None else color.lower(),
                logo_url=before.branding.logo_url if logo_url is None else logo_url,
                welcome=before.branding.welcome if welcome is None else clean_welcome(welcome),
            ),
            require_group=before.require_group if require_group is None else require_group,
        )
        if after == before:
            return before
        require_version(
            self._context,
            before,
            version,
            organization=organization,
            is_change=lambda data: isinstance(data, OrganizationChanged),
        )
        changed = write_settings(self._context, before, after, person)
        if after.branding.logo_url != before.branding.logo_url:
            self._forget_logo(before)
        return changed


def write_settings(
    context: Context, before: Organization, after: Organization, person: Person
) -> Organization:
    """Write the settings with their event, and return them as written, or raise SlugTakenError."""
    changed = OrganizationChanged(
        name=after.name,
        slug=after.slug,
        time_zone=after.time_zone,
        language=after.language,
        invite_days=after.invite_days,
        require_group=after.require_group,
        color=after.branding.color,
        logo_url=after.branding.logo_url,
        welcome=after.branding.welcome,
    )
    event = record_event(context, changed, organization=after.id, actor=person.email)
    claim = organizations.claim_slug(after.slug, after.id)
    moved = [claim, organizations.free_slug(before.slug)] if after.slug != before.slug else []
    moved += organization_names.move(before, after)
    try:
        commit(context.table, [organizations.change(before, after), *moved, event])
    except ConditionFailedError as stale:
        if stale.failed.keys() == {claim}:
            raise SlugTakenError(f"The slug {after.slug!r} is taken.") from stale
        raise
    return written(after)

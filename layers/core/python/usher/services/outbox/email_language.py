"""The language of an email: the manager's own, that of what it is about, or the organization's."""

from __future__ import annotations

from usher.domain.effects.kinds import Email, Template
from usher.domain.events.languages import language_about
from usher.domain.invites import Invite
from usher.domain.languages import Language, language_of_email
from usher.domain.organizations import Organization
from usher.store import managers
from usher.store.table import BatchResult, Ref


def language_refs(email: Email) -> list[Ref[managers.ManagerRow]]:
    """Return the manager that the email is for, to be read in a call that is made anyway; none of others."""
    return [_manager_ref(email)] if _is_for_manager(email) else []


def language_of(
    email: Email, *, invite: Invite | None, organization: Organization, found: BatchResult
) -> Language:
    """Return the language of the email; `found` has what `language_refs` names."""
    if _is_for_manager(email):
        row = found.get(_manager_ref(email))
        reader = None if row is None else managers.manager_of(row).language
        return language_of_email(reader=reader, organization=organization.language)
    about = language_about(email.data) if invite is None else invite.language
    return language_of_email(about=about, organization=organization.language)


def _is_for_manager(email: Email) -> bool:
    """Return whether a manager is to read the email; the copy of a code is for others."""
    return bool(email.manager_of) or email.template is Template.SEATS_ANSWERED


def _manager_ref(email: Email) -> Ref[managers.ManagerRow]:
    return managers.manager_ref(email.manager_of or email.organization, email.to)

"""Sessions, accounts, and the caller's own name (DESIGN 3, Sessions)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.errors import refuses
from usher.domain.languages import Language
from usher.domain.organizations import Manager, ManagerState, Organization, Role
from usher.domain.passwords import WeakPasswordError, require_strong
from usher.domain.pasted_text import compact
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.rate_limits import LimitReachedError
from usher.gateways.cognito_errors import (
    AccountNotConfirmedError,
    PasswordResetRequiredError,
    SignInsLimitedError,
)
from usher.gateways.identity import (
    AlreadyRegisteredError,
    Identity,
    SessionOverError,
    SignedIn,
    WrongCodeError,
    WrongCredentialsError,
    WrongPasswordError,
)
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.enrollment.email_verification import count_email
from usher.services.sessions import SessionRevocation
from usher.store import managers, organizations
from usher.store.people import learners
from usher.store.transaction import ConditionFailedError, Write, commit


@dataclass(frozen=True, kw_only=True)
class ManagedOrganization:
    """An organization that a person manages, with the person's role, and whether it has clients."""

    organization: Organization
    role: Role
    has_clients: bool


@dataclass(frozen=True, kw_only=True)
class TeamPlace:
    """An organization in whose team a person is, as an active manager or an invited one."""

    organization: Organization
    manager: Manager


class PasswordLogin:
    """Signs people in by password, and manages their accounts."""

    def __init__(self, context: Context, *, identity: Identity) -> None:
        self._context = context
        self._identity = identity
        self._sessions = SessionRevocation(context)

    @refuses(WrongCredentialsError, SignInsLimitedError, PasswordResetRequiredError, AccountNotConfirmedError)
    def sign_in(self, *, email: str, password: str) -> SignedIn:
        """Start a session, or raise WrongCredentialsError or SignInsLimitedError."""
        try:
            return self._identity.sign_in(email=read_address(email), password=password)
        except BadAddressError as error:
            raise WrongCredentialsError("The address or the password is wrong.") from error

    @refuses(SessionOverError, SignInsLimitedError)
    def refresh(self, *, refresh_token: str) -> SignedIn:
        """Renew a session, or raise SessionOverError."""
        return self._identity.refresh(refresh_token=refresh_token)

    @refuses(SignInsLimitedError)
    def sign_out(self, *, refresh_token: str) -> None:
        """End a session."""
        self._identity.sign_out(refresh_token=refresh_token)

    def has_account(self, *, email: str) -> bool:
        """Whether the address has an account."""
        return self._identity.has_account(email=email)

    @refuses(AlreadyRegisteredError, WeakPasswordError, BadNameError, SignInsLimitedError)
    def register(self, *, email: str, password: str, first_name: str, last_name: str) -> SignedIn:
        """Create an account for a proven address and start a session."""
        require_strong(password)
        self._identity.register(
            email=email,
            password=password,
            first_name=clean_name(first_name, field="first_name"),
            last_name=clean_name(last_name, field="last_name", required=False),
        )
        return self._identity.sign_in(email=email, password=password)

    @refuses(BadAddressError, LimitReachedError, SignInsLimitedError)
    def send_code(self, *, email: str, network_address: str, language: Language | None = None) -> None:
        """Email a code that resets the password, if the address has an account.

        The email is in the language that the person chose for emails, else in `language`, the page's.

        Raises:
            BadAddressError.
            LimitReachedError: too many emails to this address, or from this IP address; the same for every
                address, with an account or without.
            SignInsLimitedError: Cognito sends no more codes for now.
        """
        address = read_address(email)
        count_email(self._context, email=address, network_address=network_address)
        self._identity.send_code(email=address, language=language)

    @refuses(WrongCodeError, WeakPasswordError, SignInsLimitedError, BadAddressError)
    def reset_password(self, *, email: str, code: str, password: str) -> SignedIn:
        """Set a new password with the code that was emailed, end all sessions, and start a new one."""
        email = read_address(email)
        require_strong(password)
        self._identity.reset_password(email=email, code=compact(code), password=password)
        self._end_sessions(email)
        return self._identity.sign_in(email=email, password=password)

    @refuses(WrongPasswordError, WeakPasswordError, SignInsLimitedError)
    def change_password(self, *, person: Person, current: str, new: str) -> SignedIn:
        """Set a new password by the present one, end all sessions, and start a new one.

        Raises:
            WrongPasswordError: `current` is not the person's password.
            WeakPasswordError: the new one is too weak.
        """
        require_strong(new)
        try:
            self._identity.sign_in(email=person.email, password=current)
        except WrongCredentialsError as error:
            raise WrongPasswordError("The present password is wrong.") from error
        self._identity.set_password(email=person.email, password=new)
        self._end_sessions(person.email)
        return self._identity.sign_in(email=person.email, password=new)

    def _end_sessions(self, email: str) -> None:
        self._sessions.revoke_all(email=email)
        self._identity.revoke_sessions(email=email)

    def managed_organizations(self, *, person: Person) -> list[ManagedOrganization]:
        """List the organizations that the person actively manages: two calls, one if there are none.

        One more for each organization that is no client, to see whether it has clients.
        """
        managed = list(managers.manager_memberships(self._context.table, person.email))
        return [
            ManagedOrganization(
                organization=place.organization,
                role=place.manager.role,
                has_clients=self._has_clients(place.organization),
            )
            for place in self._places(managed)
        ]

    def team_places(self, *, person: Person) -> list[TeamPlace]:
        """List the teams that the person is in, or is invited to: two calls, one if there are none.

        An invite that has expired, or of an organization that was closed, is left out.
        """
        now = self._context.now()
        found = managers.team_places(self._context.table, person.email)
        places = self._places([manager for manager in found if not manager.has_expired(now)])
        return [
            place
            for place in places
            if place.manager.state is ManagerState.ACTIVE or not place.organization.is_closed
        ]

    def _places(self, managers: Sequence[Manager]) -> list[TeamPlace]:
        if not managers:
            return []
        refs = {manager.organization: organizations.ref(manager.organization) for manager in managers}
        found = self._context.table.get_many(list(refs.values()))
        return [
            TeamPlace(organization=organizations.organization_of(row), manager=manager)
            for manager in managers
            if (row := found.get(refs[manager.organization])) is not None
        ]

    def _has_clients(self, organization: Organization) -> bool:
        if organization.provider is not None:
            return False
        clients = organizations.all_of_provider(self._context.table, organization.id, limit=1, cursor=None)
        return bool(clients.rows)

    @refuses(SignInsLimitedError)
    def choose_language(self, *, person: Person, language: Language) -> Person:
        """Choose the language that the caller is written to in, as a manager of any organization.

        The account is changed last, so that after a crash in between the same request completes the change.
        """
        table = self._context.table
        self._commit_each(
            managers.choose_language(manager.organization, person.email, language)
            for manager in managers.manager_memberships(table, person.email)
        )
        self._identity.choose_language(email=person.email, language=language)
        return replace(person, language=language)

    @refuses(BadNameError, SignInsLimitedError)
    def rename(self, *, person: Person, first_name: str, last_name: str) -> Person:
        """Change the caller's own name, in the account and wherever they are a manager or a learner.

        The account is changed last, so that after a crash in between the same request completes the change.
        """
        after = replace(
            person,
            first_name=clean_name(first_name, field="first_name"),
            last_name=clean_name(last_name, field="last_name", required=False),
        )
        table = self._context.table
        names = {"first_name": after.first_name, "last_name": after.last_name}
        writes: list[Write] = [
            managers.rename_manager(manager.organization, person.email, **names)
            for manager in managers.manager_memberships(table, person.email)
        ]
        writes += [
            learners.rename(learner.organization, person.email, **names)
            for learner in learners.learner_memberships(table, person.email)
        ]
        self._commit_each(writes)
        self._identity.rename(email=person.email, **names)
        return after

    def _commit_each(self, writes: Iterable[Write]) -> None:
        for write in writes:
            try:
                commit(self._context.table, [write])
            except ConditionFailedError:
                continue  # The manager or learner was removed meanwhile.

"""Organizations, their managers, and the permissions of roles and API keys (DESIGN 1 and 2)."""

from __future__ import annotations

import re
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from usher.domain.changed_products import ChangedProducts
from usher.domain.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError
from usher.domain.groups import GroupRequiredError
from usher.domain.instants import zone
from usher.domain.languages import Language
from usher.domain.logos import is_logo_path
from usher.domain.notices import Notice
from usher.domain.people import clean_name
from usher.domain.suspensions import Suspension
from usher.domain.texts import NotTextError, folded, read_lines
from usher.domain.versions import Versioned
from usher.lazy_dataclasses import dataclass

DEFAULT_INVITE_DAYS = 10
MIN_INVITE_DAYS = 1
MAX_INVITE_DAYS = 90
MAX_COLOR = 7
MAX_SLUG = 48
MAX_LOGO_URL = 500
MAX_WELCOME = 2_000

_ADDRESS = re.compile(
    r"""[^\s@<>()\[\]"',;:]{1,64} @ [^\s@<>()\[\]"',;:]{1,253} \. [^\s@<>()\[\]"',;:.!?]{2,63}""", re.VERBOSE
)
_SLUG = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{MAX_SLUG - 2}}}[a-z0-9])?")
_COLOR = re.compile(r"#[0-9a-f]{6}")


class UnknownOrganizationError(NotFoundError):
    """The organization does not exist, or the caller is not in it; the two look alike (DESIGN 7.4)."""

    code = "organization_not_found"
    title = "No such organization"


class BadSlugError(InvalidError):
    """A slug is not made of lower-case letters, digits and dashes."""

    code = "bad_slug"
    title = "Not a usable slug"
    fields = ("slug",)
    next_action = f"Use 1 to {MAX_SLUG} lower-case letters, digits and dashes, no dash at either end."


class SlugTakenError(RefusedError):
    """Another organization has this slug."""

    code = "slug_taken"
    title = "The slug is taken"
    fields = ("slug",)
    next_action = "Choose another slug."


class BadSettingsError(InvalidError):
    """A setting of an organization is out of its range."""

    code = "bad_settings"
    title = "Not a usable setting"


class LastFullManagerError(RefusedError):
    """The manager is the organization's last full one, and has to stay (DESIGN 2, Team invites)."""

    code = "last_full_manager"
    title = "The last full manager stays"
    next_action = "Give another manager the full role first."


class UnknownManagerError(NotFoundError):
    """The address is not that of a manager of the organization."""

    code = "manager_not_found"
    title = "No such manager"
    next_action = "Look at the team list for who is there."


class ManagerNotPendingError(RefusedError):
    """The manager has joined, so that no invite can be resent or revoked."""

    code = "manager_active"
    title = "The manager has joined"
    next_action = "To take the place away, remove the manager."


class AlreadyManagerError(RefusedError):
    """The address is a manager's, active or with an invite that can be accepted."""

    code = "already_manager"
    title = "Already a manager"
    fields = ("email",)
    next_action = "Look at the team list; a pending invite can be resent."


class OrganizationClosedError(RefusedError):
    """The organization, a client, was closed: it is read, and its people's data is handed out and erased."""

    code = "organization_closed"
    title = "The organization is closed"
    next_action = "Nothing can be changed in it any more; its provider can create another client."


class Role(StrEnum):
    """A manager's role: `full_manager` has all permissions, `limited_manager` may read."""

    FULL = "full_manager"
    LIMITED = "limited_manager"


class Permission(StrEnum):
    """A permission that a route requires. PERMISSIONS and KEY_PERMISSIONS alone say who has it."""

    READ = "read"
    INVITE = "invite"
    ASSIGN_SELF = "assign_self"
    MANAGE_TEAM = "manage_team"
    FILE_REQUESTS = "file_requests"
    MANAGE_ORGANIZATION = "manage_organization"
    MANAGE_GROUPS = "manage_groups"
    MANAGE_CLIENTS = "manage_clients"
    MANAGE_CODES = "manage_codes"
    MANAGE_JOIN_PAGE = "manage_join_page"
    MANAGE_SSO = "manage_sso"
    MANAGE_PROGRAMS = "manage_programs"
    MANAGE_PEOPLE_DATA = "manage_people_data"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.FULL: frozenset(Permission),
    Role.LIMITED: frozenset({Permission.READ}),
}

KEY_PERMISSIONS: frozenset[Permission] = frozenset(
    {
        Permission.READ,
        Permission.INVITE,
        Permission.FILE_REQUESTS,
        Permission.MANAGE_ORGANIZATION,
        Permission.MANAGE_GROUPS,
        Permission.MANAGE_CLIENTS,
        Permission.MANAGE_CODES,
        Permission.MANAGE_JOIN_PAGE,
        Permission.MANAGE_PEOPLE_DATA,
    }
)
"""The permissions that an API key can have as scopes.

It cannot change who manages, signs in or has a key: with a leaked one, somebody could create another way in
before it is revoked. Nor can it take a seat for itself, since a program is not a person.
"""


def check_slug(text: str) -> None:
    """Raise BadSlugError unless the text can be a slug."""
    if not is_slug(text):
        raise BadSlugError(f"{text!r} is not a usable slug.")


def is_slug(text: str) -> bool:
    """Return whether the text can be a slug; one that cannot need not be read for."""
    return _SLUG.fullmatch(text) is not None


def clean_welcome(text: str) -> str:
    """Return a welcome in the form in which it is kept (`read_lines`), or raise BadSettingsError."""
    try:
        return read_lines(text)
    except NotTextError as error:
        raise BadSettingsError(f"The welcome {error}.", fields=("welcome",), reason=str(error)) from error


def check_logo_address(logo_url: str | None) -> None:
    """Raise BadSettingsError for the path of an uploaded logo, which only its upload sets."""
    if logo_url is not None and is_logo_path(logo_url):
        raise BadSettingsError("A logo on this origin is uploaded, and not named.", fields=("logo_url",))


def _is_https(url: str) -> bool:
    try:
        return urlsplit(url).scheme == "https" and bool(urlsplit(url).netloc) and len(url) <= MAX_LOGO_URL
    except ValueError:  # such as "https://["
        return False


@dataclass(frozen=True, kw_only=True)
class Branding:
    """An organization's color, logo and welcome text in emails and on pages.

    `color` is #rrggbb, `logo_url` https, the path of an uploaded logo, or empty; `welcome` is plain text of
    lines on the landing page.
    """

    color: str = "#1f4e79"
    logo_url: str = ""
    welcome: str = ""

    def __post_init__(self) -> None:
        if _COLOR.fullmatch(self.color) is None:
            raise BadSettingsError(
                "A color is written as # and six hexadecimal digits, such as #1f4e79.", fields=("color",)
            )
        if self.logo_url and not (is_logo_path(self.logo_url) or _is_https(self.logo_url)):
            raise BadSettingsError(
                f"A logo is an https address of at most {MAX_LOGO_URL} characters.", fields=("logo_url",)
            )
        if len(self.welcome) > MAX_WELCOME:
            raise BadSettingsError(f"A welcome has at most {MAX_WELCOME} characters.", fields=("welcome",))


_IN_CLOSED = frozenset({Permission.READ, Permission.MANAGE_PEOPLE_DATA})
"""What can be done in a closed organization: its records are kept, and people's rights to them with it."""

_IN_SUSPENDED = _IN_CLOSED | {Permission.FILE_REQUESTS}
"""What can be done in a suspended organization: its managers can also ask the operators about it."""


@dataclass(frozen=True, kw_only=True)
class Organization(Versioned):
    """A tenant. `full_managers` counts the active full managers; once above zero, it stays so.

    Its pages and emails are in its `language`. With `require_group`, learners come by groups only, whichever
    way they come. With a `provider`, it is a client of that one; a client that was closed has `closed_at`.
    One that an operator suspended has a `suspension`. `products` are those that changed after a license of
    them was granted. Its events and invites are divided among `shards` partitions. `former_invite_days` are
    the most that were set before the present ones; 0 if none were.
    """

    id: str
    slug: str
    name: str
    time_zone: str
    created_at: datetime
    language: Language = Language.ENGLISH
    branding: Branding = field(default_factory=Branding)
    invite_days: int = DEFAULT_INVITE_DAYS
    former_invite_days: int = 0
    full_managers: int = 0
    require_group: bool = False
    provider: str | None = None
    closed_at: datetime | None = None
    suspension: Suspension | None = None
    products: ChangedProducts = field(default_factory=ChangedProducts)
    shards: int = 1

    def __post_init__(self) -> None:
        check_slug(self.slug)
        if not MIN_INVITE_DAYS <= self.invite_days <= MAX_INVITE_DAYS:
            raise BadSettingsError(
                f"Invites live {MIN_INVITE_DAYS} to {MAX_INVITE_DAYS} days.", fields=("invite_days",)
            )
        clean_name(self.name)
        zone(self.time_zone)

    def with_invite_days(self, days: int) -> Organization:
        """Return the organization with another life of invites."""
        former = self.former_invite_days if days == self.invite_days else self.longest_invite_days
        return replace(self, invite_days=days, former_invite_days=former)

    @property
    def longest_invite_days(self) -> int:
        """How many days an invite of the organization lives at most, from when it was sent."""
        return max(self.invite_days, self.former_invite_days)

    @property
    def contact(self) -> str:
        """Whom people may ask: the name and, if the organization's public welcome names one, an address.

        Never a manager's address but one that the organization published itself (decision 0051).
        """
        published = _ADDRESS.search(self.branding.welcome)
        return self.name if published is None else f"{self.name} ({published[0]})"

    @property
    def search_texts(self) -> frozenset[str]:
        """The texts by which operators find the organization: its name, folded, and its slug."""
        return frozenset({folded(self.name), self.slug})

    def is_found_at(self, text: str, sought: str) -> bool:
        """Return whether a search for `sought` shows the organization at one of its search texts.

        Only at one of them where both begin so: at its name.
        """
        name = folded(self.name)
        return text == name if name.startswith(sought) else text == self.slug and text.startswith(sought)

    @property
    def is_closed(self) -> bool:
        """Whether nobody comes to the organization any more, and nothing is changed in it."""
        return self.closed_at is not None

    def require_open_for(self, permission: Permission) -> None:
        """Raise an error if the organization is closed, or suspended, for what needs the permission.

        Raises:
            OrganizationClosedError, OrganizationSuspendedError.
        """
        self.require_unclosed_for(permission)
        if self.suspension is not None and permission not in _IN_SUSPENDED:
            raise self.suspension.refusal(self.name)

    def require_unclosed_for(self, permission: Permission) -> None:
        """Raise OrganizationClosedError if the organization is closed for what needs the permission."""
        if self.is_closed and permission not in _IN_CLOSED:
            raise OrganizationClosedError(f"{self.name} was closed.")

    def require_admitting(self) -> None:
        """Raise OrganizationSuspendedError if nobody may come to the organization now."""
        if self.suspension is not None:
            raise self.suspension.refusal(self.name)

    def require_group_in(self, group: str | None) -> None:
        """Raise GroupRequiredError if learners come by a group only, and none is named."""
        if self.require_group and group is None:
            raise GroupRequiredError("Learners of this organization come by a group.")


class ManagerState(StrEnum):
    """The state of a manager: `pending` when invited, `active` after accepting."""

    PENDING = "pending"
    ACTIVE = "active"


@dataclass(frozen=True, kw_only=True)
class Manager:
    """A person as a manager of an organization, or a program that acts as one.

    Attributes:
        invite: the team invite that made the person a manager.
        expires_at: when a pending manager's invite expires; None once active.
        muted: the notices that the person switched off.
        language: what the person chose to be written to in; None for the organization's.
        scopes: the permissions of a program's API key, in place of the role's; None for a person.
    """

    organization: str
    email: str
    role: Role
    state: ManagerState
    first_name: str = ""
    last_name: str = ""
    invite: str = ""
    since: datetime | None = None
    expires_at: datetime | None = None
    muted: frozenset[Notice] = frozenset()
    language: Language | None = None
    scopes: frozenset[Permission] | None = None

    @property
    def full_name(self) -> str:
        """First and last name; empty where none was given."""
        return f"{self.first_name} {self.last_name}".strip()

    def has_expired(self, now: datetime) -> bool:
        """Return whether the manager is pending and the invite can no longer be accepted."""
        return self.state is ManagerState.PENDING and self.expires_at is not None and now >= self.expires_at

    def wants(self, notice: Notice | None) -> bool:
        """Return whether to send the manager a notice; None is an email that cannot be switched off.

        Pending managers get none.
        """
        return self.state is ManagerState.ACTIVE and notice not in self.muted

    def may(self, permission: Permission) -> bool:
        """Return whether the manager's role, or the program's key, has the permission."""
        return permission in (PERMISSIONS[self.role] if self.scopes is None else self.scopes)

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the manager's role, or the program's key, has the permission."""
        if self.may(permission):
            return
        if self.scopes is not None:
            raise ForbiddenError(
                f"The API key does not have the scope {permission}.",
                next_action="Use a key that has the scope; a full manager can create one.",
                permission=str(permission),
            )
        raise ForbiddenError(f"The role {self.role} may not do this.", permission=str(permission))

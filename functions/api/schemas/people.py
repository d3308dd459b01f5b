"""Sessions, the caller, learners and the team."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.api.schemas.common import Email, FirstName, Id, Instant, LastName, Paged, PersonId, Shape
from functions.api.schemas.licenses import ProductSummary
from usher.domain.accesses import AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.languages import Language
from usher.domain.notices import Notice
from usher.domain.organizations import ManagerState, Permission, Role

Text = Annotated[str, Field(examples=["Acme Learning"])]
ARole = Annotated[Role, Field(description="`full_manager` may do everything, `limited_manager` may read.")]


Password = Annotated[
    str, Field(max_length=256, examples=["Correct-Horse-9"], json_schema_extra={"format": "password"})
]


class Credentials(Shape):
    """The email address and password to sign in with."""

    email: Email
    password: Password


class Name(Shape):
    """A person's own name."""

    first_name: FirstName
    last_name: LastName


ChosenLanguage = Annotated[
    Language | None,
    Field(
        description="The language that the person chose to be written to in; null for each organization's.",
        examples=[Language.GERMAN],
    ),
]


class PersonChange(Shape):
    """What to change of the signed-in person; what is left out or null stays."""

    first_name: FirstName | None = None
    last_name: LastName | None = None
    language: ChosenLanguage = None


class Person(Name):
    """A signed-in person; `operator` says that they run Usher."""

    email: Email
    language: ChosenLanguage
    operator: bool = Field(examples=[False])


class ManagedOrganization(Shape):
    """An organization that the person manages, with their role, and their id as a manager in it."""

    id: Id
    manager: PersonId
    slug: str = Field(examples=["acme"])
    name: Text
    role: ARole
    permissions: list[Permission] = Field(
        description="What the person may do in the organization.", examples=[[Permission.READ]]
    )
    time_zone: str = Field(description="The organization's time zone.", examples=["Europe/Zurich"])
    language: Language = Field(
        description="The language of the organization's pages and emails.", examples=[Language.ENGLISH]
    )
    provider: Id | None = Field(
        description="The organization whose client this one is; null for others.", examples=[None]
    )
    has_clients: bool = Field(description="Whether the organization has clients.", examples=[False])
    suspended: bool = Field(
        description="Whether an operator suspended the organization: its managers can read alone.",
        examples=[False],
    )


class NewPassword(Shape):
    """A new password, and the present one."""

    current_password: Password
    new_password: Password


class Me(Shape):
    """The person and the organizations that they manage."""

    person: Person
    organizations: list[ManagedOrganization]


class Session(Me):
    """A session: send `access_token` as `Authorization: Bearer …` for `expires_in` seconds."""

    access_token: str = Field(examples=["eyJraWQiOiJ…"])
    expires_in: int = Field(description="Seconds.", examples=[3600])


class Learner(Name):
    """A person who has accepted a seat of the organization, by the name they gave themselves."""

    id: PersonId
    email: Email
    joined_at: Instant


class Access(Shape):
    """One learner's use of one license, as it is at this moment."""

    license: Id
    product: ProductSummary
    person: PersonId
    email: Email
    state: AccessState
    starts_at: Instant | None = Field(description="When use begins or began; null while only reserved.")
    ends_at: Instant = Field(examples=["2028-01-01T00:00:00Z"])
    method: EnrollmentMethod | None = Field(
        description="How the person got it, as in the activity report; null where that was not kept.",
        examples=[EnrollmentMethod.INVITE],
    )
    invite: Id | None = Field(description="The invite that gave it; null where none did.")


class Manager(Name):
    """A manager, active or invited (`pending`). One whose invite has expired is still listed."""

    id: PersonId
    email: Email
    role: ARole
    state: ManagerState
    since: Instant | None
    expires_at: Instant | None = Field(
        description="When a pending manager's invite expires; null for an active one."
    )
    expired: bool = Field(
        description="Whether the invite can no longer be accepted; it can be resent.", examples=[False]
    )


class ManagerPage(Paged):
    """The team by address; all of it is one page."""

    items: list[Manager]


class NewManager(Name):
    """A manager to invite."""

    last_name: LastName = ""
    email: Email
    role: ARole


class RoleChange(Shape):
    """A manager's new role."""

    role: ARole


class NoticeSettings(Shape):
    """The notices that the caller has switched off; all others come by email."""

    muted: list[Notice] = Field(max_length=100, examples=[[Notice.INVITE_DECLINED]])

"""Download links."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from functions.api.schemas.common import MOST_VALUES, CodeId, DateOrInstant, Id, Instant, Shape
from usher.domain.accesses import AccessState
from usher.domain.addresses import MAX_ADDRESS
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.directory import MAX_SEARCH
from usher.domain.enrollment.codes import CodeKind, CodeState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import InviteState
from usher.domain.learner_lists import GivenStateName, LearnerSort
from usher.domain.list_sorts import AddressSort, CodeSort


class _Export(Shape):
    """A list and its filters, named as the parameters of the list's own route are."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)


class ActivityExport(_Export):
    """The activity report."""

    what: Literal["activity"]
    since: DateOrInstant | None = Field(
        default=None, alias="from", description="From this date or instant on."
    )
    until: DateOrInstant | None = Field(
        default=None, alias="to", description="To the end of this date, or before this instant."
    )
    license: list[Id] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="What was offered or given of one of these licenses only.",
    )
    group: list[Id] = Field(default=[], max_length=MOST_VALUES, description="By one of these groups only.")
    method: list[EnrollmentMethod] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="People invited, or enrolled, in these ways only.",
        examples=[["code"]],
    )
    state: list[InviteState] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="Invites in these states only; who came without an invite is in none.",
        examples=[["pending"]],
    )
    client: Id | None = Field(default=None, description="Of this client of the organization instead.")


class CodesExport(_Export):
    """The codes."""

    what: Literal["codes"]
    kind: list[CodeKind] = Field(
        default=[], max_length=MOST_VALUES, description="Of these kinds only.", examples=[["registration"]]
    )
    batch: Id | None = Field(default=None, description="The codes of this batch only.")
    state: list[CodeState] = Field(
        default=[], max_length=MOST_VALUES, description="In these states only.", examples=[["active"]]
    )
    search: str | None = Field(
        default=None,
        alias="q",
        max_length=MAX_SEARCH,
        description="What the code or its name begins with.",
        examples=["welcome"],
    )
    sort: CodeSort | None = Field(
        default=None, description="The order, `-created` by default. Not together with `q`."
    )


class CodeUsesExport(_Export):
    """The redemptions of codes."""

    what: Literal["code_uses"]
    code: CodeId | None = Field(default=None, description="Of this code only.")


class InvitesExport(_Export):
    """The invites to learners."""

    what: Literal["invites"]
    search: str | None = Field(
        default=None,
        alias="q",
        max_length=MAX_SEARCH,
        description="Whose address, first or last name begins with this text only.",
        examples=["ann"],
    )
    state: list[InviteState] = Field(
        default=[], max_length=MOST_VALUES, description="In these states only.", examples=[["pending"]]
    )
    delivery: list[DeliveryProblem] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="Pending ones whose newest email is held, bounced or was complained of only.",
    )
    license: list[Id] = Field(
        default=[], max_length=MOST_VALUES, description="To one of these licenses only."
    )
    group: list[Id] = Field(default=[], max_length=MOST_VALUES, description="To one of these groups only.")
    email: str | None = Field(
        default=None, max_length=MAX_ADDRESS, description="To this address only.", examples=[None]
    )
    expired: bool | None = Field(
        default=None, description="Pending invites that have expired, or all but those.", examples=[None]
    )
    created_from: DateOrInstant | None = Field(
        default=None, description="Created from this date or instant on."
    )
    created_to: DateOrInstant | None = Field(
        default=None, description="Created to the end of this date, or before this instant."
    )
    sort: InviteSort | None = Field(
        default=None, description="The order, `-created` by default. Not together with `q`."
    )
    client: Id | None = Field(default=None, description="Of this client of the organization instead.")


class LearnersExport(_Export):
    """The learners, with their accesses and groups."""

    what: Literal["learners"]
    search: str | None = Field(
        default=None,
        alias="q",
        max_length=MAX_SEARCH,
        description="Whose address, first or last name begins with this text only.",
        examples=["ann"],
    )
    license: list[Id] = Field(
        default=[], max_length=MOST_VALUES, description="With an access of one of these licenses only."
    )
    state: list[GivenStateName] = Field(
        default=[], max_length=MOST_VALUES, description="With an access in one of these states only."
    )
    group: list[Id] = Field(
        default=[], max_length=MOST_VALUES, description="Members of one of these groups only."
    )
    sort: LearnerSort | None = Field(
        default=None, description="The order, `email` by default. Not together with `q`."
    )
    client: Id | None = Field(default=None, description="Of this client of the organization instead.")


class LicenseAccessesExport(_Export):
    """Who sits in a license, however they came."""

    what: Literal["license_accesses"]
    license: Id
    state: list[AccessState] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="Accesses in these states only; without one, those that hold a seat.",
    )
    search: str | None = Field(
        default=None,
        alias="q",
        max_length=MAX_SEARCH,
        description="Whose address, first or last name begins with this text only.",
        examples=["ann"],
    )
    sort: AddressSort | None = Field(
        default=None, description="By address whatever the state. Not together with `q`."
    )


class ImportResultsExport(_Export):
    """The rows of an import with their outcomes."""

    what: Literal["import_results"]
    import_id: Id = Field(alias="import")


Export = Annotated[
    ActivityExport
    | CodesExport
    | CodeUsesExport
    | ImportResultsExport
    | InvitesExport
    | LearnersExport
    | LicenseAccessesExport,
    Field(discriminator="what"),
]
"""A list that can be downloaded: `what` names the list; the other fields are its filters."""

EXPORTS = frozenset(
    get_args(kind.model_fields["what"].annotation)[0] for kind in get_args(get_args(Export)[0])
)
"""The kinds of lists, by which requests tell them apart."""


class DownloadLink(Shape):
    """A link for a browser."""

    url: str = Field(
        description="Downloads the file without a bearer. It is a credential: whoever has it gets the file.",
        examples=["https://usher.example/v1/downloads/01KAP3V8Q2M4X7Y9Z1B5C6D8E0.k1.q8VtYw2rLpBcZ3mM1b9Q7K"],
        json_schema_extra={"format": "uri"},
    )
    expires_at: Instant = Field(description="From then on the link does not work.")

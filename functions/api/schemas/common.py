"""Fields, parameters and shapes that several areas share."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictInt

from usher.domain.addresses import MAX_ADDRESS
from usher.domain.directory import MAX_SEARCH
from usher.domain.invites import MAX_MESSAGE
from usher.domain.languages import Language
from usher.domain.people import MAX_NAME
from usher.services.paging import MAX_PAGE

_LONGEST_ID = 64
LONGEST_PERSON_ID = 400
_LONGEST_CODE_ID = 200
_LONGEST_DOMAIN = 253
_LONGEST_CURSOR = 4096

MOST_VALUES = 20
"""The most values of one filter."""


def ruled(most: int) -> dict[str, JsonValue]:
    """Return the schema of a length that a rule of the domain enforces, by an error of its own.

    The rule counts what is left of a text when it is trimmed and in NFC, which `max_length` cannot.
    """
    return {"maxLength": most}


AN_ID = "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"
A_PERSON_ID = "k1.0LpBcZ3mM1b9Yw2rQ7tVxKfJ8sNhD4eUaGiOPR6TyWuSlCvEXqIZkHgFnj5o"
A_CODE_ID = "k1.q8VtYw2rLpBcZ3mM1b9Q7KfJ8sNhD4eUaGiOPR6TyWuSlCvEXxHkFgnj5o1iZd0eWmVbYtRs3uPq7LoNx2CzAhKgJf"

Id = Annotated[str, Field(max_length=_LONGEST_ID, description="A ULID.", examples=[AN_ID])]
Instant = Annotated[
    str,
    Field(
        description="RFC 3339 in UTC.",
        examples=["2027-01-31T08:00:00Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
DateOrInstant = Annotated[
    str,
    Field(
        max_length=64,
        description="A date (midnight in the organization's time zone), or an instant with its offset.",
        examples=["2027-01-31"],
    ),
]
Email = Annotated[
    str,
    Field(max_length=MAX_ADDRESS, description="An email address.", examples=["ann.lee@acme.example"]),
]
PersonId = Annotated[
    str,
    Field(
        max_length=LONGEST_PERSON_ID,
        description="The person's id in this organization: opaque, and the same wherever they appear in it.",
        examples=[A_PERSON_ID],
    ),
]
CodeId = Annotated[
    str,
    Field(
        max_length=_LONGEST_CODE_ID,
        description="The code's id in this organization: opaque, so that no address has the code's text.",
        examples=[A_CODE_ID],
    ),
]
Actor = Annotated[
    str,
    Field(
        description="A person's address, or `api-key:` and the id of the key that a program used.",
        examples=["manager@acme.example"],
    ),
]
ActorName = Annotated[
    str,
    Field(
        description="The present name of the manager or API key; null where a manager has left or gave no "
        "name, and for what nobody did: the address, or id, beside it stays.",
        examples=["Max Full"],
    ),
]
Domain = Annotated[str, Field(max_length=_LONGEST_DOMAIN, examples=["acme.example"])]
FirstName = Annotated[
    str,
    Field(
        description="The first name, or the only one.", examples=["Ann"], json_schema_extra=ruled(MAX_NAME)
    ),
]
LastName = Annotated[
    str,
    Field(description="Empty for people with one name.", examples=["Lee"], json_schema_extra=ruled(MAX_NAME)),
]
Message = Annotated[
    str,
    Field(
        description="A personal message for the email.",
        examples=["See you on Monday!"],
        json_schema_extra=ruled(MAX_MESSAGE),
    ),
]
OwnLanguage = Annotated[
    Language | None,
    Field(
        description="The language of its emails and pages; null for the organization's at the time.",
        examples=[Language.GERMAN],
    ),
]
Version = Annotated[
    int,
    Field(
        description="Grows with each change. Sent with a change, the change stands only on what was read.",
        examples=[3],
    ),
]
VersionRead = Annotated[
    StrictInt | None,
    Field(
        ge=0,
        description="The `version` that was read: if somebody changed it since, the change is refused. "
        "Without one, whatever is there is changed.",
        examples=[3],
    ),
]
Seats = Annotated[StrictInt, Field(description="A number of seats.", examples=[25])]

OrganizationPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The organization's id.")]
ProductPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The product's id.")]
LicensePath = Annotated[str, Path(max_length=_LONGEST_ID, description="The license's id.")]
RequestPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The request's id.")]
ClientPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The client's id.")]
SublicensePath = Annotated[str, Path(max_length=_LONGEST_ID, description="The sublicense's id.")]
GroupPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The group's id.")]
CodePath = Annotated[str, Path(max_length=_LONGEST_CODE_ID, description="The code's id.")]
CodeBatchPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The batch's id.")]
InvitePath = Annotated[str, Path(max_length=_LONGEST_ID, description="The invite's id.")]
ImportPath = Annotated[str, Path(max_length=_LONGEST_ID, description="The import's id.")]
LearnerPath = Annotated[str, Path(max_length=LONGEST_PERSON_ID, description="The learner's id.")]
ManagerPath = Annotated[str, Path(max_length=LONGEST_PERSON_ID, description="The manager's id.")]
PersonPath = Annotated[str, Path(max_length=LONGEST_PERSON_ID, description="The person's id.")]
EmailFilter = Annotated[
    str | None, Query(max_length=MAX_ADDRESS, description="Only the one with this email address.")
]
LicenseFilter = Annotated[
    list[Annotated[str, Field(max_length=_LONGEST_ID)]] | None,
    Query(
        max_length=MOST_VALUES,
        description="Of these licenses only: repeat the parameter, or separate them by commas.",
    ),
]
GroupFilter = Annotated[
    list[Annotated[str, Field(max_length=_LONGEST_ID)]] | None,
    Query(
        max_length=MOST_VALUES,
        description="Of these groups only: repeat the parameter, or separate them by commas.",
    ),
]
Search = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=MAX_SEARCH,
        description="What the address, the first or the last name begins with, whatever the case and the "
        "accents; `ann l` and `lee ann` both find Ann Lee.",
    ),
]
PersonFilter = Annotated[
    str | None,
    Query(max_length=LONGEST_PERSON_ID, description="Events that name the person with this id only."),
]
Since = Annotated[
    str | None,
    Query(
        alias="from",
        max_length=64,
        description="From this date (midnight in the organization's time zone) or instant on.",
    ),
]
Until = Annotated[
    str | None,
    Query(alias="to", max_length=64, description="To the end of this date, or before this instant."),
]
ClientFilter = Annotated[
    str | None,
    Query(max_length=_LONGEST_ID, description="Those of this client of the organization instead."),
]
CreatedFrom = Annotated[
    str | None,
    Query(
        max_length=64,
        description="Created from this date (midnight in the organization's time zone) or instant on.",
    ),
]
CreatedTo = Annotated[
    str | None,
    Query(max_length=64, description="Created to the end of this date, or before this instant."),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many items a page holds at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=_LONGEST_CURSOR, description="`next` of the previous page; send the same filters again."
    ),
]


class Shape(BaseModel):
    """A JSON object whose every member is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Shape):
    """One page of a list."""

    next: str | None = Field(description="The cursor of the next page; null at the end.", examples=[None])


class FieldError(Shape):
    """A field or parameter, and what is wrong with it."""

    field: str = Field(examples=["emails"])
    reason: str = Field(examples=["is required"])


class Problem(BaseModel):
    """Why a request was refused and what to do now (RFC 9457). Some codes have further members."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(
        description="A URI made from `code`.",
        examples=["urn:usher:problem:not_found"],
        json_schema_extra={"format": "uri"},
    )
    title: str = Field(
        description="The kind of refusal; the same for each occurrence.", examples=["Not found"]
    )
    status: int = Field(description="The status of the answer.", examples=[404])
    detail: str = Field(
        description="What happened in this occurrence.", examples=["There is nothing at this address."]
    )
    code: str = Field(description="A stable name for programs.", examples=["not_found"])
    next_action: str = Field(description="What the person can do now.", examples=["Check the address."])

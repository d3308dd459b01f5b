"""Codes, batches of them, and who redeemed them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel, StrictBool, StrictInt

from functions.api.schemas.common import (
    Actor,
    ActorName,
    CodeId,
    DateOrInstant,
    Domain,
    Email,
    FirstName,
    Id,
    Instant,
    LastName,
    Message,
    OwnLanguage,
    Paged,
    PersonId,
    Shape,
    Version,
    VersionRead,
    ruled,
)
from functions.api.schemas.figures import CodeCounts, counts_field
from functions.api.schemas.licenses import ProductSummary
from functions.api.schemas.organizations import OrganizationName
from usher.domain.enrollment.codes import (
    ALPHABET,
    DEFAULT_LENGTH,
    MAX_BATCH,
    MAX_CODE,
    MIN_CODE,
    CodeKind,
    CodeState,
)
from usher.domain.enrollment.grants import BadGrantError, Grant
from usher.domain.people import MAX_NAME
from usher.services.enrollment.code_batches import CodeOutcome

_LONGEST_PASTED = 1_000_000
_LONGEST_CELL = 200

CodeText = Annotated[
    str,
    Field(
        description=f"{MIN_CODE} to {MAX_CODE} letters, digits and dashes, regardless of case.",
        examples=["WELCOME-2027"],
        json_schema_extra=ruled(MAX_CODE),
    ),
]
CodeName = Annotated[str, Field(examples=["Spring intake"], json_schema_extra=ruled(MAX_NAME))]
Cap = Annotated[
    StrictInt | None,
    Field(description="How many people can redeem it; null for as many as there are seats.", examples=[20]),
]
Length = Annotated[
    StrictInt, Field(description=f"How many random characters of {ALPHABET}.", examples=[DEFAULT_LENGTH])
]
Prefix = Annotated[
    str,
    Field(
        description="The characters before the random ones.",
        examples=["ACME-"],
        json_schema_extra=ruled(MAX_CODE),
    ),
]

PastedCodes = Annotated[str, Field(max_length=_LONGEST_PASTED)]
PastedCode = Annotated[str, Field(max_length=_LONGEST_CELL)]


class CodeGrant(Shape):
    """What codes give, exactly one of `license`, `licenses`, `group` and `sublicense`, and to whom."""

    license: Id | None = None
    licenses: list[Id] | None = Field(None, description="Several licenses, all of them.", examples=[None])
    group: Id | None = Field(
        None, description="A group, with a seat in each of its licenses.", examples=[None]
    )
    client: Id | None = Field(
        None,
        description="A client of the organization; the code is then the client's, and redeemed on its page.",
        examples=[None],
    )
    sublicense: Id | None = Field(
        None, description="A sublicense of the `client`; the same as `license` there.", examples=[None]
    )
    name: CodeName = ""
    ends_on: DateOrInstant | None = Field(
        None,
        description="The last day on which it can be redeemed, in the organization's time zone, or an "
        "instant; null for no end.",
        examples=["2027-03-31"],
    )
    domain: Domain = Field(
        "",
        description="The exact domain of the addresses that can redeem it; empty for any.",
        examples=["acme.example"],
    )
    language: OwnLanguage = None


def grant_of(sent: CodeGrant) -> Grant:
    """Return what the codes are to give, or raise BadGrantError where several fields say it."""
    targets = (sent.license, sent.licenses, sent.group, sent.sublicense)
    if sum(target is not None for target in targets) > 1:
        raise BadGrantError("Several of `license`, `licenses`, `group` and `sublicense` were sent.")
    one = sent.license or sent.sublicense
    licenses = sent.licenses or ([one] if one is not None else [])
    return Grant(licenses=tuple(licenses), group=sent.group)


class NewCode(CodeGrant):
    """A code to create: chosen as `code`, or generated."""

    kind: CodeKind
    code: CodeText | None = None
    length: Length = DEFAULT_LENGTH
    prefix: Prefix = Field("", examples=[""])
    message: Message = Field("", description="A message in the email that can be forwarded.")
    cap: Cap = None
    send_me_a_copy: StrictBool = Field(
        default=False, description="Email the caller instructions that can be forwarded.", examples=[True]
    )


class NewCodes(CodeGrant):
    """Redemption codes to create: `count` generated ones, or the given `codes`."""

    count: StrictInt | None = Field(None, description=f"1 to {MAX_BATCH}.", examples=[500])
    length: Length = DEFAULT_LENGTH
    prefix: Prefix = ""
    codes: PastedCodes | list[PastedCode] | None = Field(
        None,
        description=f"Up to {MAX_BATCH} codes to use: a list, or the content of a text or CSV file.",
        examples=[None],
    )
    skip_invalid: StrictBool = Field(
        default=False, description="If a text cannot be a code, create the others.", examples=[False]
    )


class CodeGroup(Shape):
    """The group that people join by redeeming a code."""

    id: Id
    name: str | None = Field(description="Null if the group was deleted.", examples=["Night shift"])


class CodeLicense(Shape):
    """A license, or sublicense, of which a code gives a seat."""

    id: Id
    product: ProductSummary
    sublicense: bool = Field(
        description="Whether it is a sublicense, whose seats come from the provider.", examples=[False]
    )


class CodeClient(Shape):
    """The client to which a code belongs."""

    id: Id
    name: OrganizationName


class Code(Shape):
    """A code, and what it gives."""

    id: CodeId
    code: CodeText
    kind: CodeKind
    state: CodeState
    name: CodeName
    message: str = Field(examples=["See you on Monday!"])
    licenses: list[CodeLicense] = Field(description="Empty if the code gives a group.")
    group: CodeGroup | None
    client: CodeClient | None = Field(
        description="The client whose code it is; null if it is no client's.", examples=[None]
    )
    uses: int = Field(examples=[12])
    cap: Cap
    ends_at: Instant | None = Field(
        description="The instant from which on it cannot be redeemed; null for no end.",
        examples=["2027-03-31T22:00:00Z"],
    )
    domain: str = Field(examples=["acme.example"])
    language: OwnLanguage
    batch: Id | None = Field(
        description="The batch that it was created in; null for a single code.", examples=[None]
    )
    address: str = Field(
        description="The page where it is redeemed without typing it.",
        examples=["https://usher.example/c/acme/WELCOME-2027"],
    )
    landing_page: str = Field(
        description="The page where it is typed to redeem it.", examples=["https://usher.example/c/acme"]
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None
    version: Version


class CodePage(Paged):
    """Codes, newest first."""

    items: list[Code]
    counts: CodeCounts | None = counts_field()


class CodeChange(Shape):
    """New terms of a code. What is not sent stays as it is."""

    name: CodeName | None = Field(None, description="Empty for none; null leaves it.")
    message: Message | None = Field(None, description="Empty for none; null leaves it.")
    cap: StrictInt | None = Field(
        None,
        description="At least the uses there are; null for as many as there are seats. A redemption code's "
        "is 1.",
        examples=[20],
    )
    ends_on: DateOrInstant | None = Field(
        None,
        description="The last day on which it can be redeemed, or an instant, not in the past; null for no "
        "end.",
        examples=["2027-03-31"],
    )
    version: VersionRead = None


class Use(Shape):
    """One person's redemption of a code, and what the code gives."""

    person: PersonId
    email: Email
    first_name: FirstName
    last_name: LastName
    redeemed_at: Instant
    code: CodeText
    code_id: CodeId
    code_name: str | None = Field(
        description="The code's name now; null if the code was removed.", examples=["Spring intake"]
    )
    batch: Id | None = Field(description="The batch of the code; null for a single code.", examples=[None])
    licenses: list[CodeLicense] = Field(description="Empty if the code gives a group.")
    group: CodeGroup | None
    client: CodeClient | None = Field(
        description="The client whose code it is; null if it is no client's.", examples=[None]
    )


class UsePage(Paged):
    """Redemptions of codes."""

    items: list[Use]


class CodeBatch(Shape):
    """A batch of codes, with the terms that they were created with; each code can be changed since."""

    id: Id
    name: CodeName
    licenses: list[CodeLicense] = Field(description="Empty if the codes give a group.")
    group: CodeGroup | None
    client: CodeClient | None = Field(
        description="The client whose codes they are; null if they are no client's.", examples=[None]
    )
    created: int = Field(description="How many codes were created.", examples=[500])
    used: int = Field(description="How many of them were redeemed.", examples=[120])
    removed: int = Field(description="How many of them were removed.", examples=[0])
    ends_at: Instant | None = Field(
        description="The instant from which on they cannot be redeemed; null for no end.",
        examples=["2027-03-31T22:00:00Z"],
    )
    domain: str = Field(examples=["acme.example"])
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None


class CodeBatchPage(Paged):
    """Batches of codes, newest first."""

    items: list[CodeBatch]


class CodeResult(Shape):
    """The outcome for one code."""

    code: str = Field(
        description="The code; as it was sent if it is `invalid`.", examples=["ACME-7KQ2MX4TWB"]
    )
    outcome: CodeOutcome = Field(
        description="`repeated`: it is earlier in the list, too; `exists`: the organization has it already.",
    )
    reason: str | None = Field(description="Why it is `invalid`; null otherwise.", examples=[None])


class CodeResults(Shape):
    """A batch with the outcome for each code, in the order of the request."""

    batch: Id
    created: int = Field(examples=[1])
    results: list[CodeResult]


class BatchId(RootModel[str]):
    """The id of a batch as a JSON string."""

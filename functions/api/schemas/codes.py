"""Codes, batches of them, and who redeemed them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel, StrictBool, StrictInt

from functions.api.schemas.common import (
    Actor,
    DateOrInstant,
    Email,
    FirstName,
    Id,
    Instant,
    LastName,
    Paged,
    Shape,
)
from functions.api.schemas.licenses import ProductSummary
from usher.domain.enrollment.codes import (
    ALPHABET,
    DEFAULT_LENGTH,
    MAX_BATCH,
    MAX_CODE,
    MIN_CODE,
    CodeKind,
    CodeState,
)
from usher.services.enrollment.code_batches import CodeOutcome

CodeText = Annotated[
    str,
    Field(
        max_length=200,
        description=f"{MIN_CODE} to {MAX_CODE} letters, digits and dashes; capitals do not matter.",
        examples=["WELCOME-2027"],
    ),
]
CodeName = Annotated[str, Field(max_length=200, examples=["Spring intake"])]
Cap = Annotated[
    StrictInt | None,
    Field(description="How many people can redeem it; null for as many as there are seats.", examples=[20]),
]
Length = Annotated[
    StrictInt, Field(description=f"How many random signs, of {ALPHABET}.", examples=[DEFAULT_LENGTH])
]
Prefix = Annotated[
    str, Field(max_length=200, description="What stands before the random signs.", examples=["ACME-"])
]


class CodeGrant(Shape):
    """What codes give: exactly one of `license`, `licenses`, `group` and `sublicense`; and to whom."""

    license: Id | None = None
    licenses: list[Id] | None = Field(None, description="Several licenses, all of them.", examples=[None])
    group: Id | None = Field(
        None, description="A group, with a seat in each of its licenses.", examples=[None]
    )
    client: Id | None = Field(
        None,
        description="A client of the organization, whose code it becomes, redeemed on the client's page.",
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
    domain: str = Field(
        "",
        max_length=300,
        description="Of the addresses that can redeem it, exactly; empty for any.",
        examples=["acme.example"],
    )


class NewCode(CodeGrant):
    """A code to create: chosen as `code`, or generated."""

    kind: CodeKind
    code: CodeText | None = None
    length: Length = DEFAULT_LENGTH
    prefix: Prefix = Field("", examples=[""])
    message: str = Field(
        "", description="For the email that is to be forwarded.", examples=["See you on Monday!"]
    )
    cap: Cap = None
    send_me_a_copy: StrictBool = Field(
        default=False, description="Get an email with instructions, to be forwarded.", examples=[True]
    )


class NewCodes(CodeGrant):
    """Redemption codes to create: `count` to generate, or `codes` of one's own."""

    count: StrictInt | None = Field(None, description=f"1 to {MAX_BATCH}.", examples=[500])
    length: Length = DEFAULT_LENGTH
    prefix: Prefix = ""
    codes: str | list[str] | None = Field(
        None,
        description=f"Up to {MAX_BATCH} of one's own: a list, or the content of a text or CSV file.",
        examples=[None],
    )
    skip_invalid: StrictBool = Field(
        default=False, description="Create the others where a text cannot be a code.", examples=[False]
    )


class CodeGroup(Shape):
    """A group that a code leads to."""

    id: Id
    name: str | None = Field(description="Null where it was deleted.", examples=["Night shift"])


class CodeLicense(Shape):
    """A license, or sublicense, of which a code gives a seat."""

    id: Id
    product: ProductSummary


class Code(Shape):
    """A code, and what it gives."""

    code: CodeText
    kind: CodeKind
    state: CodeState
    name: CodeName
    message: str = Field(examples=["See you on Monday!"])
    licenses: list[CodeLicense] = Field(description="Empty where it is a group's.")
    group: CodeGroup | None
    uses: int = Field(examples=[12])
    cap: Cap
    ends_at: Instant | None = Field(
        description="From then on it cannot be redeemed.", examples=["2027-03-31T22:00:00Z"]
    )
    domain: str = Field(examples=["acme.example"])
    batch: Id | None = Field(description="The batch that it is of.", examples=[None])
    address: str = Field(
        description="Where it is redeemed without typing it.",
        examples=["https://usher.example/c/acme/WELCOME-2027"],
    )
    landing_page: str = Field(
        description="Where it is typed to redeem it.", examples=["https://usher.example/c/acme"]
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor


class CodePage(Paged):
    """Codes, newest first."""

    items: list[Code]


class Use(Shape):
    """Somebody who redeemed the code."""

    email: Email
    first_name: FirstName
    last_name: LastName
    redeemed_at: Instant


class UsePage(Paged):
    """Who redeemed the code, by address."""

    items: list[Use]


class CodeResult(Shape):
    """What became of one code."""

    code: str = Field(description="As it was written where it is `invalid`.", examples=["ACME-7KQ2MX4TWB"])
    outcome: CodeOutcome = Field(
        description="`repeated`: earlier in the list; `exists`: the organization has it.",
    )
    reason: str | None = Field(description="Why it is `invalid`.", examples=[None])


class CodeResults(Shape):
    """A batch, and what became of each code, in the order given."""

    batch: Id
    created: int = Field(examples=[1])
    results: list[CodeResult]


class BatchId(RootModel[str]):
    """The id of a batch, rendered as it is."""

"""How many invocations of each function may run at the same time: the setting `concurrency` of a stage."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Reserved = Annotated[int, Field(ge=0)]
OfQueue = Annotated[int, Field(ge=2, le=1000)]
"""The bounds of an SQS event source's maximum concurrency, by Lambda's limits."""

OfStream = Annotated[int, Field(ge=1, le=10)]
"""The bounds of a stream's parallelization factor, by Lambda's limits."""


class Concurrency(BaseModel):
    """The concurrency of one deployment.

    Attributes:
        api, pages: what is reserved for each of the two functions that serve HTTP, so that no wave of work
            starves them; 0 reserves nothing. An account must have 100 more than the two together.
        emails, bulk_emails: the most senders of emails that somebody waits for, and of all others; each sends
            one at a time, and SES limits the rate of both together.
        reports: the most that record SES's reports on emails.
        webhooks: the most receivers of webhooks that are called at the same time.
        dispatch: how many batches of one shard of the table's stream are dispatched at the same time. Events
            of one partition stay in order; what is slow or fails holds up those of its batch's partitions.
        imports, erasures: the most that are worked on at the same time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Reserved = 100
    pages: Reserved = 100
    emails: OfQueue = 5
    bulk_emails: OfQueue = 5
    reports: OfQueue = 5
    webhooks: OfQueue = 20
    dispatch: OfStream = 4
    imports: OfQueue = 5
    erasures: OfQueue = 2

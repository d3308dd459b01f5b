"""How many invocations of each function may run at the same time, read from the CDK context."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

from constructs import Node

LEAST_OF_A_QUEUE = 2
MOST_OF_A_QUEUE = 1000
"""The bounds of an SQS event source's maximum concurrency, by Lambda's limits."""


@dataclass(frozen=True, kw_only=True)
class Concurrency:
    """The concurrency of one deployment; each field has its context, such as `imports_concurrency`.

    Attributes:
        api, pages: what is reserved for each of the two functions that serve HTTP, so that no wave of work
            starves them; 0 reserves nothing. An account must have 100 more than the two together.
        emails, bulk_emails: the most senders of emails that somebody waits for, and of all others; each sends
            one at a time, and SES limits the rate of both together.
        reports: the most that record SES's reports on emails.
        webhooks: the most receivers of webhooks that are called at the same time.
        imports, erasures: the most that are worked on at the same time.
    """

    api: int = 100
    pages: int = 100
    emails: int = 5
    bulk_emails: int = 5
    reports: int = 5
    webhooks: int = 20
    imports: int = 5
    erasures: int = 2

    @classmethod
    def from_context(cls, node: Node) -> Self:
        """Read the concurrency from the construct tree's context, or raise ValueError for a bad value."""
        given = {}
        for one in fields(cls):
            text = node.try_get_context(f"{one.name}_concurrency")
            if text is not None:
                is_good = _is_reservable if one.name in {"api", "pages"} else _is_of_a_queue
                given[one.name] = _number(f"{one.name}_concurrency", str(text), is_good)
        return cls(**given)


def _is_reservable(number: int) -> bool:
    return number >= 0


def _is_of_a_queue(number: int) -> bool:
    return LEAST_OF_A_QUEUE <= number <= MOST_OF_A_QUEUE


def _number(context: str, text: str, is_good: Callable[[int], bool]) -> int:
    if not text.isdecimal() or not is_good(int(text)):
        raise ValueError(
            f"context `{context}` is {text!r}; give a whole number, for a queue from {LEAST_OF_A_QUEUE} "
            f"to {MOST_OF_A_QUEUE}"
        )
    return int(text)

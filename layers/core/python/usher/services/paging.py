"""Pages of results."""

from __future__ import annotations

from typing import Generic, TypeVar

from usher.domain.figures import OrganizationFigures
from usher.lazy_dataclasses import dataclass

T = TypeVar("T")

PAGE = 50
MAX_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class ResultPage(Generic[T]):
    """The items of one page, and the cursor of the next page (None at the end).

    `figures` are the organization's or, beside the accesses of a license, the license's, where they were
    asked for with the page.
    """

    items: list[T]
    next: str | None
    figures: OrganizationFigures | None = None

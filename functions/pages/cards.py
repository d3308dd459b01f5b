"""The card of a course: a person's access, as the pages show it."""

from usher.domain.accesses import Access, AccessState
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Card:
    """An access as the pages show it; `state` is its state by the clock, whatever is stored."""

    access: Access
    organization: Organization
    state: AccessState

    @property
    def link(self) -> str:
        """The course's URL; empty if it has none, or if the access is not active."""
        url = self.access.terms.product.url
        usable = self.state is AccessState.ACTIVE and url.lower().startswith(("https://", "http://"))
        return url if usable else ""

"""What a join page offers, as it is told before anybody has joined by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from usher.domain.enrollment.grants import Grant
from usher.domain.licenses import LicenseTerms
from usher.domain.organizations import Organization
from usher.domain.starts import start_on_acceptance
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.store import groups, licenses


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The licenses that a grant gives now.

    Attributes:
        starts: the starts that would lie ahead, by license; of the others, access starts at once.
    """

    licenses: tuple[LicenseTerms, ...]
    starts: Mapping[str, datetime]


class Offers:
    """Reads what grants give. Whether it is given is decided when somebody enrolls."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def offer(self, *, organization: Organization, grant: Grant) -> Offer:
        """Return the offer, without licenses that are over or gone: one call, two for a group's, or none."""
        now, table = self._context.now(), self._context.table
        wanted = grant.licenses
        if grant.group is not None:
            at = groups.ref(organization.id, grant.group)
            group = groups.open_group(table.get_many([at]).get(at))
            wanted = () if group is None else tuple(group.licenses)
        refs = [licenses.ref(organization.id, id_) for id_ in wanted]
        if not refs:
            return Offer(licenses=(), starts={})
        found = table.get_many(refs)
        offered = [licenses.terms_of(row) for at in refs if (row := found.get(at)) is not None]
        valid = tuple(organization.products.terms(terms) for terms in offered if now < terms.valid_until)
        starts = {terms.license: start_on_acceptance(terms, chosen=None, now=now) for terms in valid}
        return Offer(
            licenses=valid, starts={license_: start for license_, start in starts.items() if start > now}
        )

"""Grants with the names of what they give, to show beside ids."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.enrollment.grants import Grant
from usher.domain.licenses import Product
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.store import groups, licenses


@dataclass(frozen=True, kw_only=True)
class NamedGrant:
    """A grant with the present names of what it gives.

    Attributes:
        products: the product of each license, in the grant's order; None for a license that there is not,
            which a join page that is off may name.
        group_name: the name of the group; None without one, and for one that was deleted.
    """

    grant: Grant
    products: tuple[Product | None, ...]
    group_name: str | None


def name_grants(context: Context, *, organization: str, grants: Sequence[Grant]) -> list[NamedGrant]:
    """Return the grants of an organization with names: one call for each hundred licenses and groups."""
    at_licenses = {id_: licenses.ref(organization, id_) for grant in grants for id_ in grant.licenses}
    at_groups = {
        grant.group: groups.ref(organization, grant.group) for grant in grants if grant.group is not None
    }
    found = context.table.get_many([*at_licenses.values(), *at_groups.values()])
    rows = {id_: found.get(at) for id_, at in at_licenses.items()}
    products = {id_: None if row is None else licenses.terms_of(row).product for id_, row in rows.items()}
    names = {
        id_: None if (group := groups.open_group(found.get(at))) is None else group.name
        for id_, at in at_groups.items()
    }
    return [
        NamedGrant(
            grant=grant,
            products=tuple(products[id_] for id_ in grant.licenses),
            group_name=None if grant.group is None else names[grant.group],
        )
        for grant in grants
    ]

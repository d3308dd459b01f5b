"""Licenses and groups that lists are filtered by: an unknown one is refused, as no item could match it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import UnknownLicenseError
from usher.store import groups, licenses
from usher.store.table import BatchResult, Ref

UNKNOWN_FILTERS = (UnknownLicenseError, UnknownGroupError)
"""The refusals of `require_known`, for the `refuses` lists of the use cases that call it."""


def filter_refs(
    organization: str, *, licenses_: Collection[str] = (), groups_: Collection[str] = ()
) -> list[Ref[Any]]:
    """Return the references of the licenses and groups, to be read with the membership."""
    return [
        *(licenses.ref(organization, one) for one in licenses_),
        *(groups.ref(organization, one) for one in groups_),
    ]


def require_known(
    rows: BatchResult, *organizations: str, licenses_: Collection[str] = (), groups_: Collection[str] = ()
) -> None:
    """Require that each of them is one organization's; `rows` has those that `filter_refs` asked for.

    Raises:
        UnknownLicenseError, UnknownGroupError: one is not, or is a group that is being deleted.
    """
    for one in licenses_:
        if all(rows.get(licenses.ref(of, one)) is None for of in organizations):
            raise UnknownLicenseError(f"The organization has no license {one!r}.")
    for one in groups_:
        if all(groups.open_group(rows.get(groups.ref(of, one))) is None for of in organizations):
            raise UnknownGroupError(f"The organization has no group {one!r}.")

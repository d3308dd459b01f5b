"""Wires custom_message's service."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.people.account_organization import AccountOrganization


def account_organization(bootstrap: Bootstrap) -> AccountOrganization:
    """Return what knows in whose name a person's account is written to."""
    return AccountOrganization(bootstrap.context)

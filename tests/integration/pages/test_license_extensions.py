"""The pages of a person tell the later end of a license that was extended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tests.integration.pages.conftest import Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.services.license_extensions import LicenseExtensions

GiveAccount: TypeAlias = Callable[[str], None]
LinkTo: TypeAlias = Callable[[Invite], str]
LATER = "Valid until the end of 31 December 2028"


def extend(tenant: Tenant, license_: License) -> None:
    """Extend the license by a year, and dispatch that."""
    extensions = LicenseExtensions(tenant.context)
    extensions.extend(
        person=OPERATOR,
        organization=tenant.id,
        license_id=license_.id,
        order_id="later",
        valid_until="2029-01-01",
    )
    extensions.begin(organization=tenant.id, license_id=license_.id)


def test_the_page_of_an_open_invite_tells_the_later_end_and_the_same_expiry(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    extend(tenant, license_)
    page = browser.get(link_to(invite))

    assert "until the end of 31 December 2028" in page.text
    assert "You can answer until the end of 13 January 2027." in page.text


def test_the_dashboard_tells_the_later_end_of_what_a_person_has(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    account("ann@x.io")
    sign_in(browser, "ann@x.io")

    extend(tenant, license_)

    assert LATER in browser.get("/learn").text

"""A second click on an accepted invite's link, and courses without an address of their own (DESIGN 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.invites import Invite
from usher.domain.licenses import License
from usher.domain.requests import SupportKind
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.services.support_requests import SupportRequestDraft, SupportRequests

GiveAccount: TypeAlias = Callable[[str], None]
LinkTo: TypeAlias = Callable[[Invite], str]

COURSE = "https://learn.example/c"


def way_to_course(page: Answer) -> list[str]:
    return [a["href"] for a in page.html.all("a") if a["href"].startswith("http")]


@pytest.fixture
def ann(browser: Browser, account: GiveAccount) -> Browser:
    """Ann's browser, signed in."""
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    return browser


@pytest.fixture
def unaddressed(tenant: Tenant) -> License:
    """A license of a product that has no address of its own."""
    return tenant.license(product=tenant.product(name="First aid", url=""))


def publish_contact(tenant: Tenant) -> None:
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, welcome="Questions? Write to help@acme.example."
    )


def test_it_leads_whoever_is_signed_in_to_that_very_course(
    ann: Browser, tenant: Tenant, link_to: LinkTo, count: Count
) -> None:
    tenant.accept(tenant.invite(tenant.license(product=tenant.product(name="First aid"))))
    invite = tenant.accept(tenant.invite(tenant.license()))

    with count() as cost:
        page = ann.get(link_to(invite))

    assert page.status == 200
    assert page.text.startswith("Fire safety · Acme")
    assert "you accepted this invitation already" in page.text
    assert "You have access. Valid until the end of 31 December 2027" in page.text
    assert "First aid" not in page.text
    assert way_to_course(page) == [COURSE]
    assert len(cost.operations) == 2


def test_it_leads_whoever_has_to_sign_in_first_to_that_very_course(
    browser: Browser, tenant: Tenant, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    tenant.accept(tenant.invite(tenant.license(product=tenant.product(name="First aid"))))
    invite = tenant.accept(tenant.invite(tenant.license()))

    assert "Sign in to continue to Fire safety." in browser.get(link_to(invite)).text
    answer = browser.submit("sign_in", password=PASSWORD)

    assert (answer.status, answer.headers["Location"]) == (303, link_to(invite))
    assert way_to_course(browser.follow()) == [COURSE]


def test_it_says_when_the_course_starts_and_when_it_has_ended(
    ann: Browser, tenant: Tenant, link_to: LinkTo, clock: Clock
) -> None:
    invite = tenant.accept(tenant.invite(tenant.license(), access_start="2027-02-01"))

    ahead = ann.get(link_to(invite))
    assert "Your access starts later. Starts 1 February 2027" in ahead.text
    assert way_to_course(ahead) == []

    clock.forward(days=400)
    over = ann.get(link_to(invite))
    assert "Your access has ended. Last day 31 December 2027" in over.text
    assert way_to_course(over) == []


def test_it_leads_to_the_dashboard_where_there_is_no_such_course_or_not_one_alone(
    ann: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    several = tenant.accept(tenant.invite([tenant.license(), tenant.license()]))
    released = tenant.accept(tenant.invite(tenant.license()))
    requests = SupportRequests(tenant.context)
    draft = SupportRequestDraft(
        kind=SupportKind.RELEASE_SEAT, email="ann@x.io", license=released.licenses[0].license, message="Left."
    )
    asked = requests.file(person=tenant.full, organization=tenant.id, draft=draft, receipt=Receipt())
    requests.answer(person=OPERATOR, request=asked.id, text="Done.", grant=True, receipt=Receipt())

    for invite in (several, released):
        answer = ann.get(link_to(invite))
        assert (answer.status, answer.headers["Location"]) == (303, "/learn")


def test_a_course_without_an_address_says_who_will_tell_the_way(
    ann: Browser, tenant: Tenant, unaddressed: License, link_to: LinkTo
) -> None:
    invite = tenant.accept(tenant.invite(unaddressed))

    for url in ("/learn", "/learn?welcome=1", link_to(invite)):
        page = ann.get(url)
        assert "Acme will tell you where to go for it." in page.text
        assert way_to_course(page) == []

    publish_contact(tenant)
    assert "Acme (help@acme.example) will tell you where to go for it." in ann.get("/learn").text


def test_a_course_with_an_address_or_that_is_not_open_names_nobody(
    ann: Browser, tenant: Tenant, unaddressed: License
) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    tenant.accept(tenant.invite(unaddressed, access_start="2027-02-01"))

    assert "will tell you where to go" not in ann.get("/learn").text


def test_a_form_that_was_open_for_too_long_says_so_above_the_course(
    ann: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    invite = tenant.accept(tenant.invite(tenant.license()))

    ann.get(link_to(invite))
    page = ann.send(link_to(invite), action="accept", csrf="old")

    assert page.status == 403
    assert "Nothing was changed." in page.text
    assert way_to_course(page) == [COURSE]

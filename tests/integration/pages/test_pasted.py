"""Links, codes and addresses work on the pages as they were copied."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.codes import code_of
from tests.support.join_pages import set_page
from tests.support.tenant import Tenant
from usher.domain.invites import Invite


@pytest.mark.parametrize(
    "copied",
    ["{}.", "{}>", "{}\u201d", "{}\u00a0", "{}%E2%80%8B", "\u200b{}", "{}&utm_source=newsletter"],
)
def test_an_invites_link_opens_as_it_was_copied(
    copied: str, browser: Browser, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    page = browser.get(copied.format(link_to(invite)))

    assert page.status == 200
    assert "You are invited" in page.text
    assert {form["action"] for form in page.html.all("form")} == {link_to(invite)}


@pytest.mark.parametrize("wrap", ["=\r\n", "=", " ", "%20", "\u00ad"])
def test_a_link_that_an_email_wrapped_is_accepted_by_its_form(
    wrap: str,
    browser: Browser,
    invite: Invite,
    link_to: Callable[[Invite], str],
    account: Callable[[str], None],
) -> None:
    account(invite.email)
    link = link_to(invite)

    browser.get(f"{link[:40]}{wrap}{link[40:]}?utm_source=newsletter")
    accepted = browser.submit("sign_in", password=PASSWORD)

    assert accepted.status == 303


def test_a_link_that_lost_a_letter_opens_nothing(
    browser: Browser, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    for link in (link_to(invite)[:-1], f"{link_to(invite)}x", f"{link_to(invite)}\u0445"):
        assert browser.get(link).status == 404


@pytest.mark.parametrize(
    "typed",
    [
        "spring\u20132027",
        " \u201cSPRING-2027\u201d. ",
        "Code: SPR ING-2027",
        "https://x.io/c/acme/SPRING-2027",
    ],
)
def test_a_code_is_redeemed_as_it_was_copied(
    typed: str, browser: Browser, tenant: Tenant, account: Callable[[str], None]
) -> None:
    code_of(tenant, tenant.license(), text="SPRING-2027")
    account("ann@x.io")
    browser.get("/learn")
    browser.submit("sign-in", email="ann@x.io", password=PASSWORD)
    browser.get("/c/acme")

    assert browser.submit("redeem", code=typed).headers["Location"] == "/learn?welcome=1"


@pytest.mark.parametrize("typed", ["Ann Lee <ann@x.io>", "mailto:ann@x.io", " \u200bann\uff20x.io. "])
def test_an_address_is_signed_in_as_it_was_copied(
    typed: str, browser: Browser, account: Callable[[str], None]
) -> None:
    account("ann@x.io")
    browser.get("/learn")

    assert browser.submit("sign-in", email=typed, password=PASSWORD).status == 303


def test_no_field_makes_the_browser_refuse_what_usher_understands(browser: Browser, tenant: Tenant) -> None:
    """A browser takes no `Ann <ann@x.io>` in a field of type email, and cuts a link short at `maxlength`."""
    set_page(tenant)
    for path in ("/learn", "/learn/password", "/join/acme-academy", "/c/acme", "/c/acme/SPRING-2027"):
        fields = {field["name"]: field for field in browser.get(path).html.all("input")}
        for name in fields.keys() & {"email", "account"}:
            assert (fields[name]["type"], fields[name]["inputmode"]) == ("text", "email")
        assert int(fields.get("code", {}).get("maxlength", 400)) >= 400

"""An organization's landing page, and redeeming codes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, code_now, code_of, draft, redeem, sublicense_of, switch, uses
from tests.support.join_pages import set_page
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import CodeRefusedError
from usher.domain.logos import logo_path
from usher.gateways.links import Keys, Links
from usher.services.enrollment.codes import Codes
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store import organizations
from usher.store.people import learners
from usher.store.transaction import commit

MakeAccount = Callable[[str], None]


def branded(tenant: Tenant, **branding: str) -> None:
    OrganizationSettings(tenant.context).change(person=tenant.full, organization=tenant.id, **branding)  # type: ignore[arg-type]  # of the branding's own fields


def signed_in(browser: Browser, account: MakeAccount, email: str = "ann@x.io") -> Browser:
    account(email)
    browser.get("/c/acme")
    assert browser.submit("sign_in", email=email, password=PASSWORD).headers["Location"] == "/learn"
    return browser


def emailed_link(tenant: Tenant, keys: Keys) -> str:
    """The path of the newest link that proves an address."""
    *_, event = events_of(tenant, "email_verification.requested")
    return f"/learn/enter/{Links(keys).verification_token(str(data_of(event)['verification']))}"


def test_the_landing_page_has_logo_colors_and_welcome(browser: Browser, tenant: Tenant) -> None:
    branded(
        tenant,
        color="#005500",
        logo_url="https://acme.example/logo.svg",
        welcome="Ahoy & <b>welcome</b>!\nLearn with us.",
    )

    page = browser.get("/c/acme")

    assert page.status == 200
    assert "--brand: #005500" in page.body
    assert page.html.all("img")[0]["src"] == "https://acme.example/logo.svg"
    assert "Ahoy & <b>welcome</b>! Learn with us." in page.text, "escaped, and in its lines"
    assert "!\nLearn with us." in page.body
    assert "Acme" in page.text


def test_the_landing_page_has_code_entry_and_sign_in(browser: Browser, tenant: Tenant) -> None:
    page = browser.get("/c/ACME")

    assert [form["action"] for form in page.html.all("form")] == ["/c/acme"]
    assert page.html.with_id("code")["required"] == ""
    assert "Welcome to Acme" in page.text
    assert tenant.organization.name in page.text


def test_the_landing_page_leads_to_the_join_page_while_that_is_on(browser: Browser, tenant: Tenant) -> None:
    without = browser.get("/c/acme")
    set_page(tenant, tenant.license(), slug="acme-academy")
    page = browser.get("/c/acme")

    assert "Join Acme" not in without.text
    assert "/join/acme-academy" in [link["href"] for link in page.html.all("a")]


def test_signing_in_there_leads_to_the_dashboard_and_the_page_then_says_who_one_is(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    page = signed_in(browser, account).get(f"/c/{tenant.organization.slug}")

    assert "You are Ann Lee (ann@x.io)." in page.text
    assert browser.submit("switch").headers["Location"] == "/c/acme"
    assert "You are Ann Lee" not in browser.follow().text


def test_nobodys_landing_page_is_not_found(browser: Browser, tenant: Tenant, count: Count) -> None:
    for path in ("/c/nobody", "/c/nobody/WELCOME-2027"):
        assert browser.get(path).status == 404
        assert browser.request("POST", path, body="").status == 404
    with count() as cost:
        assert browser.get(f"/c/{'x' * 3000}").status == 404
        assert browser.get(f"/join/{'x' * 3000}").status == 404
    assert browser.get(f"/c/{tenant.organization.slug}").status == 200
    assert cost.operations == [], "a key cannot be that long"


def test_a_client_has_a_landing_page_of_its_own(browser: Browser, tenant: Tenant) -> None:
    client_of(tenant)

    assert "Welcome to Harbor" in browser.get("/c/harbor").text


def test_a_code_is_redeemed_on_the_landing_page_and_leads_to_the_dashboard(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    license_ = tenant.license()
    code_of(tenant, license_)
    signed_in(browser, account).get("/c/acme")

    landed = browser.submit("redeem", code=" welcome-2027 ")

    assert landed.headers["Location"] == "/learn?welcome=1"
    assert "Fire safety" in browser.follow().text
    assert access_now(tenant, license_).state is AccessState.ACTIVE


def test_a_code_is_redeemed_by_the_pages_address_with_the_code_appended(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)
    page = signed_in(browser, account).get("/c/acme/welcome-2027")
    looked_at = code_now(tenant, code).uses

    landed = browser.submit("redeem")

    assert "Redeem your code as Ann Lee" in page.text
    assert page.html.with_id("code")["value"] == "WELCOME-2027"
    assert looked_at == 0, "opening the page changes nothing"
    assert landed.headers["Location"] == "/learn?welcome=1"
    assert seats(tenant, license_)[1] == 1


def test_the_learner_is_tied_to_client_and_sublicense(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    client = client_of(tenant)
    sublicense = sublicense_of(tenant, client, tenant.license(), 3)
    Codes(tenant.context).create(
        person=tenant.full, organization=client.id, draft=draft(sublicense), text="DOCKS", receipt=Receipt()
    )
    signed_in(browser, account).get("/c/harbor/DOCKS")

    browser.submit("redeem")

    assert learners.get(tenant.context.table, client.id, "ann@x.io") is not None
    assert learners.get(tenant.context.table, tenant.id, "ann@x.io") is None
    assert seats(tenant, sublicense) == (3, 1, 2)
    assert "Harbor" in browser.follow().text


def test_who_is_new_proves_the_address_registers_and_is_in(
    browser: Browser, tenant: Tenant, keys: Keys, new_browser: Callable[[], Browser]
) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)
    browser.get("/c/acme")

    sent = browser.submit("ask", code="welcome-2027", email="ann@x.io")
    before = code_now(tenant, code).uses
    elsewhere = new_browser()
    opened = elsewhere.get(emailed_link(tenant, keys))
    landed = elsewhere.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert "Check your email" in sent.text
    assert before == 0, "nothing is granted before the address is proven"
    assert "choose a password, and the code WELCOME-2027 of Acme is redeemed" in opened.text
    assert landed.headers["Location"] == "/learn?welcome=1"
    assert "Fire safety" in elsewhere.follow().text
    assert [use.email for use in uses(tenant, code)] == ["ann@x.io"]


def test_who_has_an_account_signs_in_on_the_page_and_redeems_without_an_email(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    license_ = tenant.license()
    code_of(tenant, license_)
    account("ann@x.io")
    browser.get("/c/acme/WELCOME-2027")

    wrong = browser.submit("sign_in", email="ann@x.io", password="Wrong-horse-1")
    landed = browser.submit("sign_in", email="ann@x.io", password=PASSWORD)

    assert wrong.status == 422
    assert wrong.html.with_id("email")["value"] == "ann@x.io"
    assert landed.headers["Location"] == "/learn?welcome=1"
    assert "Fire safety" in browser.follow().text
    assert not events_of(tenant, "email_verification.requested")


def test_the_same_learner_redeeming_again_uses_nothing_and_lands_on_the_dashboard(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_, cap=1)
    signed_in(browser, account)
    redeem(tenant, code)
    browser.get("/c/acme/WELCOME-2027")

    landed = browser.submit("redeem")

    assert (landed.status, landed.headers["Location"]) == (303, "/learn")
    assert code_now(tenant, code).uses == 1
    assert seats(tenant, license_)[1] == 1


def test_every_refusal_looks_alike(browser: Browser, tenant: Tenant, account: MakeAccount) -> None:
    code_of(tenant, tenant.license(), text="OTHERS", domain="acme.example")
    switch(tenant, code_of(tenant, tenant.license(), text="DISABLED"), disabled=True)
    full = code_of(tenant, tenant.license(1), text="FULL")
    redeem(tenant, full, "first@x.io")
    signed_in(browser, account)
    pages = []
    for text in ("NOBODYS", "OTHERS", "DISABLED", "FULL"):
        browser.get("/c/acme")
        pages.append((text, browser.submit("redeem", code=text)))

    seen = {(page.status, page.text.replace(text, "CODE")) for text, page in pages}

    ((status, words),) = seen
    assert status == 409
    assert "This code cannot be redeemed." in words
    assert "ask whoever gave it to you" in words


def test_before_the_address_is_proven_nothing_tells_a_good_code_from_a_bad_one(
    browser: Browser, tenant: Tenant, count: Count
) -> None:
    code_of(tenant, tenant.license())
    answers = []
    for text, email in (("WELCOME-2027", "ann@x.io"), ("NOBODYS-CODE", "bob@x.io")):
        with count() as cost:
            shown = browser.get(f"/c/acme/{text}")
            sent = browser.submit("ask", email=email)
        answers.append(
            (
                shown.status,
                sent.status,
                shown.text.replace(text, "CODE"),
                sent.text.replace(email, "EMAIL"),
                cost.operations,
            )
        )

    assert answers[0] == answers[1]


def test_a_code_that_turns_out_no_good_behind_the_link_is_refused_in_the_same_words(
    browser: Browser, tenant: Tenant, keys: Keys
) -> None:
    browser.get("/c/acme/NOBODYS-CODE")
    browser.submit("ask", email="ann@x.io")
    browser.get(emailed_link(tenant, keys))

    refused = browser.submit("register", first_name="Ann", password=PASSWORD)

    assert refused.status == 409
    assert "This code cannot be redeemed" in refused.text
    assert "ask whoever gave it to you" in refused.text


def test_guessing_is_limited_behind_the_link_too(browser: Browser, tenant: Tenant, keys: Keys) -> None:
    for number in range(10):
        with pytest.raises(CodeRefusedError):
            redeem(tenant, f"GUESS-{number}")
    browser.get("/c/acme/WELCOME-2027")
    browser.submit("ask", email="ann@x.io")
    browser.get(emailed_link(tenant, keys))

    limited = browser.submit("register", first_name="Ann", password=PASSWORD)

    assert limited.status == 429
    assert 0 < int(limited.headers["Retry-After"]) <= 15 * 60 + 1
    assert "Please try again in 16 minutes." in limited.text


def test_guessing_is_limited(browser: Browser, tenant: Tenant, account: MakeAccount, clock: Clock) -> None:
    license_ = tenant.license()
    code_of(tenant, license_)
    signed_in(browser, account)
    for number in range(10):
        browser.get("/c/acme")
        assert browser.submit("redeem", code=f"GUESS-{number}").status == 409

    browser.get("/c/acme")
    limited = browser.submit("redeem", code="WELCOME-2027")
    clock.forward(minutes=16)
    landed = browser.submit("redeem", code="WELCOME-2027")

    assert limited.status == 429
    assert 0 < int(limited.headers["Retry-After"]) <= 15 * 60 + 1
    assert "There were too many attempts. Wait 16 minutes" in limited.text
    assert landed.headers["Location"] == "/learn?welcome=1"


def test_too_many_links_for_one_address_are_not_sent(browser: Browser, tenant: Tenant) -> None:
    code_of(tenant, tenant.license())
    for _ in range(5):
        browser.get("/c/acme/WELCOME-2027")
        assert browser.submit("ask", email="ann@x.io").status == 200

    browser.get("/c/acme/WELCOME-2027")
    limited = browser.submit("ask", email="ann@x.io")

    assert limited.status == 429
    assert len(events_of(tenant, "email_verification.requested")) == 5


def test_what_cannot_be_a_code_is_said_so_on_the_landing_page(browser: Browser, tenant: Tenant) -> None:
    home = f"/c/{tenant.organization.slug}"
    for path in (f"{home}/no", f"{home}/under_score", f"{home}/<script>"):
        shown = browser.get(path)
        posted = browser.send(path, action="redeem")
        browser.get(home)
        typed = browser.submit("ask", code="no", email="ann@x.io")

        assert (shown.status, posted.status, typed.status) == (404, 404, 422)
        for page in (shown, typed):
            assert "A code has 4 to 40 letters, digits and dashes." in page.text
            assert page.html.with_id("code")["aria-invalid"] == "true"


def test_wrong_fields_are_named_and_what_was_typed_stays(browser: Browser, tenant: Tenant) -> None:
    browser.get(f"/c/{tenant.organization.slug}/WELCOME-2027")

    codeless = browser.submit("ask", code="?", email="ann@x.io")
    passwordless = browser.submit("sign_in", email="ann@x.io")
    addressless = browser.submit("ask", code="WELCOME-2027", email="ann")

    assert codeless.status == addressless.status == passwordless.status == 422
    assert codeless.html.with_id("email")["value"] == "ann@x.io"
    assert codeless.html.with_id("code")["aria-invalid"] == "true"
    assert addressless.html.with_id("code")["value"] == "WELCOME-2027"
    assert addressless.html.with_id("email")["aria-invalid"] == "true"


def test_a_cross_site_form_redeems_nothing(browser: Browser, tenant: Tenant, account: MakeAccount) -> None:
    code = code_of(tenant, tenant.license())
    signed_in(browser, account).get("/c/acme/WELCOME-2027")

    foreign = browser.request("POST", "/c/acme/WELCOME-2027", body="action=redeem")
    browser.cookies = {name: value for name, value in browser.cookies.items() if "session" not in name}
    browser.get("/c/acme/WELCOME-2027")
    signed_out = browser.send("/c/acme/WELCOME-2027", action="redeem")
    unknown = browser.send("/c/acme", action="conquer")

    assert (foreign.status, signed_out.status, unknown.status) == (403, 403, 422)
    assert code_now(tenant, code).uses == 0


def test_the_address_with_the_code_is_handed_to_nobody(browser: Browser, tenant: Tenant) -> None:
    page = browser.get(f"/c/{tenant.organization.slug}/WELCOME-2027")

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_no_code_stands_in_the_log(
    browser: Browser,
    tenant: Tenant,
    account: MakeAccount,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code_of(tenant, tenant.license())
    signed_in(browser, account).get("/c/acme/WELCOME-2027")

    browser.submit("redeem")
    browser.get("/c/acme/SECRET-GUESS")
    browser.submit("redeem")

    logged = caplog.text + "".join(capsys.readouterr())
    assert "WELCOME" not in logged
    assert "SECRET" not in logged


def test_an_uploaded_logo_is_shown_from_our_own_origin(browser: Browser, tenant: Tenant) -> None:
    path = logo_path(tenant.id, "0" * 64)
    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    look = replace(found.branding, logo_url=path)
    commit(tenant.context.table, [organizations.change(found, replace(found, branding=look))])

    page = browser.get("/c/acme")

    assert page.html.all("img")[0]["src"] == path
    assert "img-src data: 'self'; " in page.headers["Content-Security-Policy"]


def test_whose_password_is_typed_redeems_and_not_who_signed_in_meanwhile(
    browser: Browser, tenant: Tenant, account: MakeAccount
) -> None:
    code_of(tenant, tenant.license(), cap=1)
    account("bo@x.io")
    opened = browser.get("/c/acme/WELCOME-2027")
    signed_in(browser, account)
    browser.page = opened

    landed = browser.submit("sign_in", email="bo@x.io", password=PASSWORD)

    assert landed.headers["Location"] == "/learn?welcome=1"
    assert [event.actor for event in events_of(tenant, "code.redeemed")] == ["bo@x.io"]

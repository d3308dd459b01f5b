"""A start that lies ahead can be put into a calendar by the person whose it is."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.pages.conftest import Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.clock import Clock
from tests.support.tenant import Tenant


def test_an_access_that_starts_later_offers_its_start_as_a_file(
    browser: Browser, tenant: Tenant, account: Callable[[str], None], clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, access_start="2027-02-01"))
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    page = browser.get("/learn")
    (path,) = [link["href"] for link in page.html.all("a") if "/calendar/" in link["href"]]

    file = browser.get(path)

    assert path == f"/learn/calendar/{license_.id}.ics?in=en"
    assert (file.status, file.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert file.headers["Content-Disposition"] == 'attachment; filename="start.ics"'
    assert file.headers["Cache-Control"] == "no-store"
    assert "DTSTART;VALUE=DATE:20270201\r\n" in file.body
    head = browser.request("HEAD", path)
    assert (head.status, head.body) == (200, "")
    clock.forward(days=60)
    assert "/calendar/" not in browser.get("/learn").body, "it has started"
    assert browser.get(path).status == 404


def test_it_is_nobody_elses(
    browser: Browser, tenant: Tenant, account: Callable[[str], None], new_browser: Callable[[], Browser]
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, access_start="2027-02-01"))
    account("bob@x.io")
    sign_in(browser, "bob@x.io")

    assert browser.get(f"/learn/calendar/{license_.id}.ics").status == 404
    assert new_browser().get(f"/learn/calendar/{license_.id}.ics").headers["Location"] == "/learn"

"""Single sign-on: a clear page on every failure. Each is brought about at a real OpenID provider."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from io import StringIO

import pytest
from itsdangerous import TimestampSigner

from functions.pages.log import logger
from tests.integration.pages.conftest import Answer, Browser
from tests.integration.pages.test_sso import begin, sign_in
from tests.support.call_counts import Count
from tests.support.identity_provider import IdentityProvider, changed, parameters_of
from tests.support.reading_back import events_of
from tests.support.rogue_provider import serving_rogue
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import Connection
from usher.gateways.client_secrets import ClientSecrets
from usher.store.people import learners


@pytest.fixture
def connector(tenant: Tenant, provider: IdentityProvider, client_secrets: ClientSecrets) -> Connector:
    return Connector(tenant, provider, client_secrets)


@pytest.fixture
def connection(connector: Connector) -> Connection:
    return connector.connect()


@pytest.fixture
def refused(browser: Browser, tenant: Tenant) -> Callable[[Answer, str], Answer]:
    """Check that a page says why, what to do, and that nothing came of it."""

    def check(page: Answer, code: str) -> Answer:
        assert f"To whoever looks into it: {code}." in page.text
        assert 400 <= page.status < 500, page.status
        assert "__Host-usher_session" not in browser.cookies
        assert "__Host-usher_sso" not in browser.cookies
        assert events_of(tenant, "learner.provisioned") == []
        return page

    return check


Refused = Callable[[Answer, str], Answer]


def test_the_person_cancels(
    browser: Browser, connection: Connection, provider: IdentityProvider, refused: Refused
) -> None:
    page = refused(browser.get(provider.cancel(begin(browser, connection))), "sso_denied")

    assert page.status == 403
    assert "Your provider did not sign you in" in page.text
    assert f"/learn/sso/{connection.id}" in [a["href"] for a in page.html.all("a")], "the way to try again"
    assert page.text.startswith("Your provider did not sign you in · Acme"), "the organization's own page"


def test_the_provider_has_an_error_of_its_own(
    browser: Browser, connection: Connection, provider: IdentityProvider, refused: Refused
) -> None:
    for error, code in [
        ("server_error", "sso_provider_failed"),
        ("unauthorized_client", "sso_bad_setup"),
        ("", "sso_provider_failed"),  # neither an error nor a code
    ]:
        back = provider.cancel(begin(browser, connection))
        refused(browser.get(changed(back, error=error)), code)


def test_the_cookie_is_lost(
    new_browser: Callable[[], Browser],
    browser: Browser,
    connection: Connection,
    provider: IdentityProvider,
    refused: Refused,
) -> None:
    back = provider.sign_in(begin(new_browser(), connection), "ann")

    page = refused(browser.get(back), "sso_lost")
    assert page.status == 400
    assert "allow cookies for this site" in page.text


def test_the_person_takes_too_long(
    browser: Browser,
    connection: Connection,
    provider: IdentityProvider,
    refused: Refused,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(TimestampSigner, "get_timestamp", lambda _self: int(time.time()) - 601)
        location = begin(browser, connection)

    refused(browser.get(provider.sign_in(location, "ann")), "sso_lost")


def test_the_state_is_missing_made_up_or_of_another_sign_in(
    browser: Browser, connection: Connection, provider: IdentityProvider, refused: Refused
) -> None:
    """As of two windows, or of somebody who wants to sign others in as themselves."""
    back = provider.sign_in(begin(browser, connection), "ann")

    for state in ("", "made-up", parameters_of(back)["state"]):
        begin(browser, connection)
        refused(browser.get(changed(back, state=state)), "sso_lost")


def test_the_way_back_is_taken_twice(
    browser: Browser, connection: Connection, provider: IdentityProvider, tenant: Tenant
) -> None:
    back = provider.sign_in(begin(browser, connection), "ann")
    kept = dict(browser.cookies)
    assert browser.get(back).status == 303

    again = browser.get(back)
    assert (again.status, "This sign-in is over" in again.text) == (400, True)
    assert "Go to your courses" in again.text, "still signed in"

    browser.cookies = kept  # as of a thief who has it all: the provider takes its code once
    stolen = browser.get(back)
    assert (stolen.status, "sso_lost" in stolen.text) == (400, True)
    assert len(events_of(tenant, "learner.provisioned")) == 1


def test_the_nonce_the_challenge_or_the_provider_is_another(
    browser: Browser, connection: Connection, provider: IdentityProvider, refused: Refused
) -> None:
    other_nonce = changed(begin(browser, connection), nonce="of-another-sign-in")
    refused(browser.get(provider.sign_in(other_nonce, "ann")), "sso_untrusted")

    other_challenge = changed(begin(browser, connection), code_challenge="A" * 43)
    refused(browser.get(provider.sign_in(other_challenge, "ann")), "sso_lost")

    back = provider.sign_in(begin(browser, connection), "ann")
    refused(browser.get(changed(back, iss="https://elsewhere.example")), "sso_untrusted")


def test_the_provider_goes_by_another_name(
    browser: Browser, connector: Connector, provider: IdentityProvider, refused: Refused
) -> None:
    connection = connector.connect(issuer=f"{provider.issuer}/")

    refused(browser.get(f"/learn/sso/{connection.id}"), "sso_bad_setup")


def test_the_secret_is_wrong_or_missing(
    browser: Browser,
    connector: Connector,
    connection: Connection,
    provider: IdentityProvider,
    client_secrets: ClientSecrets,
    refused: Refused,
) -> None:
    connector.change(connection, client_secret="another")
    refused(sign_in(browser, connection, provider, "ann"), "sso_bad_setup")

    client_secrets.remove(connection.id)
    refused(sign_in(browser, connection, provider, "ann"), "sso_bad_setup")


def test_the_provider_signs_in_somebody_who_may_not(
    browser: Browser, connection: Connection, provider: IdentityProvider, refused: Refused
) -> None:
    for account, code, says in [
        ("silent", "sso_no_email", "did not tell your email address"),
        ("unverified", "sso_email_not_verified", "Verify the address with your provider"),
        ("stranger", "sso_domain_not_allowed", "not set up for addresses at elsewhere.example"),
        ("below", "sso_domain_not_allowed", "not set up for addresses at sub.acme.example"),
    ]:
        assert says in refused(sign_in(browser, connection, provider, account), code).text


def test_the_domain_is_not_confirmed_yet(
    browser: Browser, connector: Connector, provider: IdentityProvider, refused: Refused
) -> None:
    connection = connector.connect(domains=["acme.example", "acme.org"], confirmed=False)
    connector.confirm(connection, domain="acme.org")

    page = refused(sign_in(browser, connection, provider, "ann"), "sso_domain_not_confirmed")
    assert "have its domain confirmed by those who run Usher" in page.text


def test_before_a_domain_is_confirmed_nobody_is_sent_anywhere(
    browser: Browser, connector: Connector, refused: Refused
) -> None:
    """Else any manager could have us send people to any address."""
    connection = connector.connect(issuer="https://nobody.example", confirmed=False)

    page = refused(browser.get(f"/learn/sso/{connection.id}"), "sso_domain_not_confirmed")
    assert page.status == 403
    assert "Location" not in page.headers


def test_an_honest_providers_answer_is_never_taken_to_a_rogue_one(
    browser: Browser,
    connector: Connector,
    connection: Connection,
    provider: IdentityProvider,
    refused: Refused,
) -> None:
    """The rogue sends somebody on to the honest one, with the state of the sign-in that was begun with it."""
    with serving_rogue() as rogue:
        bad = connector.connect(issuer=rogue.issuer)
        state = parameters_of(begin(browser, bad))["state"]
        rogue.answers["/token"] = (500, b"asked")
        honest = changed(begin(Browser(browser.services), connection), state=state)

        back = provider.sign_in(honest, "ann")
        page = refused(browser.get(changed(back, iss="")), "sso_lost")

    assert f"/learn/sso/{connection.id}/callback" in back
    assert f"/learn/sso/{connection.id}" in [a["href"] for a in page.html.all("a")]


def test_what_is_no_connection_is_not_found_and_not_logged(
    browser: Browser, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    pages = []
    with count() as cost:
        for name in ("ann@acme.example", "X" * 3000):
            pages.append(browser.get(f"/learn/sso/{name}"))
            pages.append(browser.get(f"/learn/sso/{name}/callback?code=c"))

    assert [page.status for page in pages] == [404, 400] * 2
    assert cost.operations == [], "a key cannot be that long"
    assert "ann@" not in written.getvalue()


def test_the_address_has_gone_to_somebody_else(
    browser: Browser,
    new_browser: Callable[[], Browser],
    connector: Connector,
    connection: Connection,
    provider: IdentityProvider,
    tenant: Tenant,
) -> None:
    sign_in(new_browser(), connection, provider, "ann")

    page = sign_in(browser, connection, provider, "ann-the-second")
    assert (page.status, "sso_another_person" in page.text) == (403, True)
    assert "__Host-usher_session" not in browser.cookies
    learner = learners.get(tenant.context.table, tenant.id, "ann@acme.example")
    assert learner is not None
    assert learner.last_name == "Lee", "nothing of the first one was changed"

    connector.service.unlink(
        person=tenant.full, organization=tenant.id, connection=connection.id, email="ann@acme.example"
    )
    assert sign_in(browser, connection, provider, "ann-the-second").status == 303


def test_an_address_is_the_same_however_the_provider_writes_it(
    browser: Browser, connection: Connection, provider: IdentityProvider
) -> None:
    sign_in(browser, connection, provider, "shouting")

    assert "You are signed in with ann@acme.example." in browser.get("/learn").text


@pytest.mark.parametrize("what", ["disabled", "removed"])
def test_the_connection_is_disabled_or_removed(
    what: str,
    browser: Browser,
    connector: Connector,
    connection: Connection,
    provider: IdentityProvider,
    tenant: Tenant,
    refused: Refused,
) -> None:
    back = provider.sign_in(begin(browser, connection), "ann")
    if what == "disabled":
        connector.change(connection, enabled=False)
    else:
        connector.service.remove(person=tenant.full, organization=tenant.id, connection=connection.id)

    for url in (back, f"/learn/sso/{connection.id}", "/learn/sso/01HZZZZZZZZZZZZZZZZZZZZZZZ"):
        page = refused(browser.get(url), "sso_connection_over")
        assert page.status == 404
        assert "Sign in with your email address and password" in page.text


@pytest.mark.parametrize("what", ["disabled", "unconfirmed"])
def test_the_connection_is_disabled_or_its_domain_taken_back_at_the_very_moment(
    what: str,
    browser: Browser,
    connector: Connector,
    connection: Connection,
    provider: IdentityProvider,
    tenant: Tenant,
    refused: Refused,
) -> None:
    back = provider.sign_in(begin(browser, connection), "ann")

    def end() -> None:
        if what == "disabled":
            connector.change(connection, enabled=False)
        else:
            connector.confirm(connection, owned=False)

    with tenant.before_next_write(end):
        page = browser.get(back)

    refused(page, "sso_connection_over")


def test_the_provider_does_not_answer(browser: Browser, connector: Connector, refused: Refused) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    connection = connector.connect(issuer=f"http://127.0.0.1:{port}")

    page = refused(browser.get(f"/learn/sso/{connection.id}"), "sso_provider_unreachable")
    assert "Try again in a few minutes." in page.text


def test_looking_without_going_there_changes_nothing(
    browser: Browser, connection: Connection, provider: IdentityProvider, tenant: Tenant
) -> None:
    """As scanners of mail and previews of links do."""
    head = browser.request("HEAD", f"/learn/sso/{connection.id}")

    assert (head.status, head.body) == (303, "")
    assert parameters_of(head.headers["Location"])["client_id"] == "usher"
    assert head.headers["Location"].startswith(provider.issuer)
    assert events_of(tenant, "learner.provisioned") == []


def test_what_failed_is_logged_without_an_address(
    browser: Browser,
    connection: Connection,
    provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    back = provider.sign_in(begin(browser, connection), "unverified")
    browser.get(back)

    logged = written.getvalue()
    assert "sso_email_not_verified" in logged
    assert "uma" not in logged
    assert parameters_of(back)["code"] not in logged

"""A session of the pages ends with its sign-out, password or account, for every copy of its cookie."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.codes import code_of
from tests.support.join_pages import set_page
from tests.support.suppression_list import SuppressionList
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.erasures import Erasure
from usher.domain.invites import Invite, InviteState
from usher.gateways.files import Files
from usher.gateways.identity import Identity, SessionOverError
from usher.gateways.suppressions import Suppressions
from usher.services.imports.import_files import ImportFiles
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.people.pseudonymize_learner import ErasureTurn, PseudonymizeLearner
from usher.services.receipts import Receipt
from usher.store import invites
from usher.store.people import learners

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANN = "ann@x.io"
SESSION = "__Host-usher_session"
SIGN_IN_FORM = "Sign in to your courses"


@pytest.fixture
def ann(browser: Browser, account: Callable[[str], None]) -> Browser:
    """Ann's browser, signed in."""
    account(ANN)
    sign_in(browser, ANN)
    return browser


@pytest.fixture
def copied(ann: Browser) -> Browser:
    """Another browser with a copy of the cookie of Ann's session."""
    return replace(ann, cookies=dict(ann.cookies), page=None)


def _erase(tenant: Tenant, files: Files) -> Erasure:
    return LearnerErasures(tenant.context, files=ImportFiles(files)).order(
        person=tenant.full, organization=tenant.id, email=ANN, receipt=Receipt()
    )


def _is_over(browser: Browser) -> bool:
    """Whether the session is over: the cookie is removed, and the page asks to sign in."""
    answer = browser.get("/learn")
    return answer.status == 303 and SESSION not in browser.cookies and SIGN_IN_FORM in browser.follow().text


def test_signing_out_ends_every_copy_of_the_session_and_no_other_session(
    ann: Browser, copied: Browser, new_browser: Callable[[], Browser]
) -> None:
    elsewhere = new_browser()
    sign_in(elsewhere, ANN)

    ann.get("/learn")
    ann.submit("sign-out")

    assert _is_over(copied)
    assert f"You are signed in with {ANN}." in elsewhere.get("/learn").text


def test_switching_to_another_account_ends_the_session(
    ann: Browser, copied: Browser, tenant: Tenant, link_to: Callable[[Invite], str]
) -> None:
    ann.get(link_to(tenant.invite(tenant.license(), "bo@x.io")))
    ann.submit("switch")

    assert _is_over(copied)


def test_a_new_password_ends_every_session_but_the_one_that_it_begins(
    ann: Browser, copied: Browser, identity: Identity, new_browser: Callable[[], Browser]
) -> None:
    token = identity.sign_in(email=ANN, password=PASSWORD).refresh_token
    forgetful = new_browser()
    forgetful.get("/learn/password")
    forgetful.submit("send", email=ANN)
    forgetful.submit("reset", code="123456", password="Another-horse-2")

    assert _is_over(copied)
    assert _is_over(ann)
    assert f"You are signed in with {ANN}." in forgetful.follow().text
    with pytest.raises(SessionOverError):
        identity.refresh(refresh_token=token)


def test_an_erasure_ends_the_sessions_at_once(
    ann: Browser, copied: Browser, tenant: Tenant, files: Files
) -> None:
    code = code_of(tenant, tenant.license())
    tenant.accept(tenant.invite(tenant.license(), ANN))
    copied.get("/c/acme")
    form = copied.page

    _erase(tenant, files)

    copied.page = form
    answer = copied.send("/c/acme", action="code", code=code.text)
    assert (answer.status, answer.headers["Location"]) == (303, "/c/acme")
    assert SESSION not in copied.cookies
    assert learners.get(tenant.context.table, tenant.id, ANN) is None, "no code makes a learner of a copy"
    assert _is_over(ann)


def test_the_removal_of_the_account_ends_the_sessions_that_began_after_the_order(
    ann: Browser, tenant: Tenant, files: Files, identity: Identity, new_browser: Callable[[], Browser]
) -> None:
    tenant.accept(tenant.invite(tenant.license(), ANN))
    order = _erase(tenant, files)
    between = new_browser()
    sign_in(between, ANN)
    assert f"You are signed in with {ANN}." in between.get("/learn").text

    assert _carry_out(order, tenant, identity, files) is ErasureTurn.DONE

    assert _is_over(between)
    assert _is_over(ann)


def test_whoever_is_signed_out_accepts_nothing(
    ann: Browser, copied: Browser, tenant: Tenant, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    path = link_to(invite)
    copied.get(path)
    form = copied.page
    ann.get("/learn")
    ann.submit("sign-out")

    copied.page = form
    answer = copied.submit("accept")

    assert (answer.status, answer.headers["Location"]) == (303, path)
    assert "Sign in" in copied.follow().text
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    assert found.state is InviteState.PENDING


@pytest.mark.parametrize("path", ["/c/acme", "/join/acme-academy", "/learn"])
def test_no_page_takes_a_session_that_is_over(
    ann: Browser, copied: Browser, tenant: Tenant, path: str
) -> None:
    set_page(tenant, slug="acme-academy")
    ann.get("/learn")
    ann.submit("sign-out")

    answer = copied.get(path)

    assert (answer.status, answer.headers["Location"]) == (303, path)
    assert copied.follow().status == 200
    assert SESSION not in copied.cookies


def test_a_cookie_of_before_there_was_revocation_signs_nobody_in(ann: Browser) -> None:
    sessions = ann.services.sessions
    ann.cookies[SESSION] = sessions._cookies.sign(
        "session", {"email": ANN, "first_name": "Ann", "last_name": "Lee"}
    )

    assert SIGN_IN_FORM in ann.get("/learn").text


def test_so_many_sign_outs_that_they_cannot_be_named_end_all_sessions(
    ann: Browser, copied: Browser, new_browser: Callable[[], Browser]
) -> None:
    for _ in range(101):
        other = new_browser()
        sign_in(other, ANN)
        other.get("/learn")
        other.submit("sign-out")

    assert _is_over(copied)
    assert _is_over(ann)


def test_what_is_stored_of_a_session_that_is_over_names_nobody(
    ann: Browser, tenant: Tenant, dynamodb: DynamoDBClient
) -> None:
    ann.get("/learn")
    ann.submit("sign-out")

    (stored,) = [one for one in items(dynamodb) if one["sk"]["S"] == "REVOKED"]
    assert ANN not in json.dumps(stored)
    assert int(stored["expires_on"]["N"]) == int(tenant.context.now().timestamp()) + 12 * 3600


def test_the_check_costs_no_call(
    ann: Browser,
    tenant: Tenant,
    invite: Invite,
    link_to: Callable[[Invite], str],
    count: Count,
    new_browser: Callable[[], Browser],
) -> None:
    tenant.accept(invite)
    other = link_to(tenant.invite(tenant.license(), "bo@x.io"))
    visitor = new_browser()

    with count() as signed_in:
        ann.get(other)
    with count() as not_signed_in:
        visitor.get(other)
    with count() as dashboard:
        ann.get("/learn")

    assert signed_in.calls == not_signed_in.calls
    assert dashboard.calls == 3, "accesses, organizations, and where Ann is a manager"


def test_the_link_of_somebody_who_was_erased_shows_nothing_of_them(
    browser: Browser, tenant: Tenant, files: Files, identity: Identity, link_to: Callable[[Invite], str]
) -> None:
    invite = tenant.invite(tenant.license(), ANN)
    tenant.accept(invite)
    order = _erase(tenant, files)
    assert _carry_out(order, tenant, identity, files) is ErasureTurn.DONE

    page = browser.get(link_to(invite))

    assert page.status == 404
    assert "erased" not in page.body
    assert "Acme" not in page.body


def _carry_out(order: Erasure, tenant: Tenant, identity: Identity, files: Files) -> ErasureTurn:
    worker = PseudonymizeLearner(
        tenant.context,
        identity=identity,
        suppressions=Suppressions(client=SuppressionList().client),
        files=ImportFiles(files),
    )
    return worker.advance(organization=order.organization, erasure=order.id, enough=lambda: False)

"""What is reached by a click and has no address of its own is usable in every look, as the screens are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.clicks import paste
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import LANGUAGES, look_in_turn
from tests.browser.words import words
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, serving
from tests.support.webhook_receiver import Receiver, receiving

LEARNER = ("Lia", "Larch")

OF_MANAGERS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "license": (
        "licenses/{license}",
        {"request": ("licenses:request.action",), "assign": ("licenses:assign.action",)},
    ),
    "learner": (
        "learners/{learner}",
        {
            "move": ("learners:move.action",),
            "release": ("learners:release.action",),
            "transfer": ("learners:transfer.action",),
            "erase": ("learners:erase.action",),
        },
    ),
    "team": (
        "team",
        {
            "role": ("team:actions.label Sol Marti", "team:role.action"),
            "leave": ("team:actions.label Sol Marti", "team:remove.leave"),
            "revoke": ("team:actions.label Max Larch", "team:revoke.action"),
        },
    ),
    "code": (
        "codes/{code}",
        {
            "edit": ("codes:actions.label LARCH-2027", "codes:edit.action"),
            "disable": ("codes:actions.label LARCH-2027", "codes:disable.action"),
        },
    ),
    "webhook": (
        "webhooks/{webhook}",
        {
            "edit": ("integrations:webhooks.actions", "integrations:webhooks.edit.action"),
            "rotate": ("integrations:webhooks.actions", "integrations:webhooks.rotate.action"),
            "delete": ("integrations:webhooks.actions", "integrations:webhooks.delete.action"),
        },
    ),
    "connection": (
        "sso-connections/{connection}",
        {
            "edit": ("integrations:connections.edit.action",),
            "remove": ("integrations:connections.remove.action",),
        },
    ),
    "import": ("imports/{import}", {"cancel": ("imports:cancel.action",)}),
}
"""Screens of one thing, each with its dialogs, and what is clicked on for them."""

OF_OPERATORS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "desk-seats": ("requests", {}),
    "desk-support": ("requests?kind=support", {}),
    "desk-seats-one": (
        "requests/seats/{seats}",
        {"approve": ("requests:approve.action",), "refuse": ("requests:refuse.action",)},
    ),
    "desk-release": (
        "requests/support/{release}",
        {"release": ("requests:answer.action.release_seat",), "refuse": ("requests:answer.action.refuse",)},
    ),
}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving(secure=False) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def provider(usher: LocalUsher) -> Iterator[IdentityProvider]:
    with serving(f"{usher.base_url}/learn/sso/") as provider:
        yield provider


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    """An organization of these tests' own."""
    return organizations.create(usher, "larch-lines", "Larch Lines", seats=30)


@pytest.fixture(scope="module")
def made(
    usher: LocalUsher, own: Organization, receiver: Receiver, provider: IdentityProvider
) -> dict[str, str]:
    """The ids of what the screens show."""
    with usher.signed_in(own.manager) as api:
        return _make(usher, own, api, receiver, provider)


def _make(
    usher: LocalUsher,
    own: Organization,
    api: httpx.Client,
    receiver: Receiver,
    provider: IdentityProvider,
) -> dict[str, str]:
    url = f"/v1/organizations/{own.id}"

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = api.post(f"{url}/{path}", json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    email = f"lia@{own.domain}"
    license_ = api.get(f"{url}/licenses").json()["items"][0]["id"]
    start = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    post("invites", {"license": license_, "emails": email, "access_start": start})
    accepted = Browser(usher).register(link_in(usher.email(email)), *LEARNER)
    assert accepted.status_code == 200, accepted.text
    names = {"first_name": "Max", "last_name": "Larch", "role": "limited_manager"}
    post("team", {"email": f"max@{own.domain}", **names})
    imported = post("imports", {"file_name": "people.csv", "licenses": [license_]})
    upload = imported["upload"]
    rows = f"Email\nann@{own.domain}\n{email}\nnobody@\n".encode()
    sent = httpx.post(
        upload["url"], data=upload["fields"], files={"file": ("people.csv", rows)}, trust_env=False
    )
    assert sent.is_success, sent.text
    post(f"imports/{imported['id']}/check", {})
    usher.wait_for(
        lambda: api.get(f"{url}/imports/{imported['id']}").json()["state"] == "checked", "the check"
    )
    code = {"kind": "registration", "code": "LARCH-2027", "cap": 20, "license": license_}
    connection = {
        "name": "Larch ID",
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": [own.domain],
        "grant": {"licenses": [license_]},
    }
    release = {"kind": "release_seat", "email": email, "license": license_, "message": "Lia has left."}
    return {
        "license": license_,
        "learner": api.get(f"{url}/learners", params={"email": email}).json()["items"][0]["id"],
        "import": imported["id"],
        "code": post("codes", code)["id"],
        "webhook": post("webhooks", {"url": receiver.url, "description": "Learning platform"})["id"],
        "connection": post("sso-connections", connection)["id"],
        "seats": post(f"licenses/{license_}/seat-requests", {"seats": 7, "message": "For Olten."})["id"],
        "release": post("support-requests", release)["id"],
    }


def _click(page: Page, language: str, target: str) -> None:
    """Click on a button or an entry of a menu: by the key of its text, and the name that stands in it."""
    key, _, name = target.partition(" ")
    text = words(language, key, name=name, code=name, count=name)
    page.get_by_role("button", name=text, exact=True).or_(
        page.get_by_role("menuitem", name=text, exact=True)
    ).first.click()


def _look_at_dialogs(page: Page, name: str, language: str, dialogs: dict[str, tuple[str, ...]]) -> None:
    for dialog, targets in dialogs.items():
        for target in targets:
            _click(page, language, target)
        expect(page.get_by_role("dialog")).to_be_visible()
        look_in_turn(page, f"{name}-{dialog}", language)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_and_its_dialogs_in_every_look(
    visit: Callable[..., Visit], own: Organization, made: dict[str, str], language: str
) -> None:
    visited = visit(language=language)
    visited.sign_in(own.manager, path=f"{own.path}/overview")
    for name, (path, dialogs) in OF_MANAGERS.items():
        visited.go(path.format(**made))
        look_in_turn(visited.page, f"one-{name}", language)
        _look_at_dialogs(visited.page, f"one-{name}", language, dialogs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_became_of_invites_in_every_look(
    visit: Callable[..., Visit], own: Organization, made: dict[str, str], language: str
) -> None:
    visited = visit(language=language)
    page = visited.page
    visited.sign_in(own.manager, path=f"{own.path}/invites/new?license={made['license']}")
    _click(page, language, "invites:new.continue")
    page.get_by_label(words(language, "invites:new.addresses")).focus()
    paste(page, f"new-{language[:2]}@{own.domain}, lia@{own.domain}")
    _click(page, language, "invites:new.review")
    _click(page, language, "invites:new.send_one 1")
    expect(page.get_by_role("link", name=words(language, "invites:new.toList"))).to_be_visible()
    look_in_turn(page, "invites-result", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operators_requests_in_every_look(
    visit: Callable[..., Visit], made: dict[str, str], language: str
) -> None:
    visited = visit(language=language)
    page = visited.page
    visited.sign_in(OPERATOR, path="/operator/requests")
    for name, (path, dialogs) in OF_OPERATORS.items():
        page.goto(f"{visited.usher.base_url}/operator/{path.format(**made)}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look_in_turn(page, name, language)
        _look_at_dialogs(page, name, language, dialogs)

"""What managers of the five systems are used to doing, from the console to the learner's page and back.

Clicks are counted, and printed beside those of the system that a task is known from (shown by pytest's `-s`).
The stack is this module's own, since its clock is moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import MANAGER, OPERATOR
from tests.browser import organizations
from tests.browser.clicks import Clicks, paste
from tests.browser.conftest import Visit
from tests.browser.organizations import PRODUCT, Organization
from tests.browser.test_accessibility import LANGUAGES, look_in_turn
from tests.local.conftest import LocalUsher, start, stop
from tests.local.test_story import Browser, link_in
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, serving

TWELVE = """Ann Lee <ann@team.example>, bo@team.example cy@team.example; dee@team.example
eve@team.example, fay@team.example gus@team.example hal@team.example
"Idle, Ida" <ida@team.example>, jon@team.example kim@team.example lou@gmial.com"""

NOBODY = "bounce@simulator.amazonses.com"
"""An address at which nothing arrives."""

FONTS = "https://fonts.googleapis.com/"
"""What the pages of the identity provider ask for, and do not get here."""

Visits = Callable[..., Visit]


@pytest.fixture(scope="module")
def usher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalUsher]:
    """A stack of this module's own."""
    stack = start(tmp_path_factory.mktemp("usher") / "state")
    yield stack
    stop(stack.process)


class Acme:
    """The demonstration's organization, for what stands before a story."""

    def __init__(self, usher: LocalUsher) -> None:
        self.http = usher.signed_in(MANAGER)
        (organization,) = self.http.get("/v1/me").json()["organizations"]
        self.url = f"/v1/organizations/{organization['id']}"

    def license(self, product: str) -> str:
        items = self.http.get(f"{self.url}/licenses").json()["items"]
        return str(next(item["id"] for item in items if item["product"]["name"] == product))

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def client(self, name: str, slug: str, product: str) -> tuple[str, str]:
        """A client with a sublicense of ten seats; the ids of both."""
        client = self.post(f"{self.url}/clients", {"name": name, "slug": slug})["id"]
        seats = {"license": self.license(product), "seats": 10}
        return client, self.post(f"{self.url}/clients/{client}/sublicenses", seats)["id"]


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


@pytest.fixture(scope="module")
def busy(usher: LocalUsher) -> Organization:
    """An organization of four seats: two people have accepted, and two are invited."""
    busy = organizations.create(usher, "busy-bay", "Busy Bay", seats=4)
    _invite(usher, busy, *(f"{name}@{busy.domain}" for name in ("ann", "bo", "cy", "dee")))
    for name in ("Ann", "Bo"):
        email = usher.email(f"{name.lower()}@{busy.domain}")
        assert Browser(usher).register(link_in(email), name, "Bay").status_code == 200
    return busy


def _invite(usher: LocalUsher, own: Organization, *emails: str) -> None:
    """Invite to the one license of an organization."""
    with usher.signed_in(own.manager) as api:
        url = f"/v1/organizations/{own.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        sent = api.post(f"{url}/invites", json={"license": license_["id"], "emails": list(emails)})
        assert sent.status_code == 201, sent.text


def _ask_to_join(usher: LocalUsher, own: Organization, name: str) -> None:
    """Open the join page of an organization, with approval, and ask on it."""
    with usher.signed_in(own.manager) as api:
        url = f"/v1/organizations/{own.id}"
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        settings = {"enabled": True, "slug": own.slug, "licenses": [license_["id"]], "approval": True}
        assert api.put(f"{url}/join-page", json={**settings, "domains": [own.domain]}).is_success
    asking, email = Browser(usher), f"{name.lower()}@{own.domain}"
    asking.open(f"/join/{own.slug}")
    asking.submit(f"/join/{own.slug}", action="ask", email=email, first_name=name, last_name="Bay")
    assert asking.register(_link(usher, email, "/learn/enter/"), name, "Bay").status_code == 200


def _link(usher: LocalUsher, email: str, path: str, *, subject: str = "") -> str:
    """The link in somebody's newest email, which they click."""
    links = usher.email(email, subject=subject)["links"]
    return str(next(link for link in links if path in link))


def _become(page: Page, clicks: Clicks, first_name: str, button: str, password: str) -> None:
    """Fill in who one is, as somebody new, and press the button."""
    page.get_by_label("First or only name").fill(first_name)
    page.get_by_label("Choose a password").fill(password)
    clicks.click(page.get_by_role("button", name=button))


def _action(page: Page, clicks: Clicks, row: str, action: str) -> None:
    clicks.click(page.get_by_role("button", name=f"Actions for {row}"))
    clicks.click(page.get_by_role("menuitem", name=action))


def test_twelve_are_pasted_a_typo_is_mended_and_one_accepts(visit: Visits, usher: LocalUsher) -> None:
    manager = visit()
    page, clicks = manager.page, Clicks()
    manager.sign_in()
    manager.open("licenses")
    clicks.click(page.get_by_role("article", name="First Aid at Work").get_by_role("link", name="Invite"))
    clicks.click(page.get_by_role("button", name="Continue"))
    expect(page.get_by_label("Email addresses")).to_be_focused()
    paste(page, TWELVE)
    clicks.click(page.get_by_role("button", name="Use lou@gmail.com"))
    clicks.click(page.get_by_role("button", name="Review"))
    clicks.click(page.get_by_role("button", name="Send 12 invites"))
    expect(page.get_by_role("heading", name="12 people were invited")).to_be_visible()
    # The product, invite, when access starts, continue, send; and the typo is found by whoever gets no email.
    clicks.check("invite twelve, and mend a typo", vendor="OffSec", takes=5)
    assert usher.email("lou@gmail.com")
    assert "Mara Keller" in usher.email("ann@team.example")["text"]

    learner, clicks = visit(width=390), Clicks()
    learner.page.goto(_link(usher, "ann@team.example", "/i/"))
    clicks.count += 1  # the link in the email
    expect(learner.page.get_by_label("First or only name")).to_have_value("Ann")
    _become(learner.page, clicks, "Ann", "Create account and accept", usher.password)
    expect(learner.page.get_by_role("heading", name="You are in")).to_be_visible()
    # The link, create an account, accept.
    clicks.check("accept as somebody new", vendor="OffSec", takes=3)

    manager.open("invites?q=ann@team")
    expect(page.get_by_role("row", name="Ann Lee")).to_contain_text("Accepted")


def test_a_start_is_moved_and_an_invite_withdrawn_with_time_to_undo(visit: Visits, usher: LocalUsher) -> None:
    manager = visit()
    page = manager.page
    manager.sign_in()
    day = (datetime.now(UTC) + timedelta(days=21)).date()
    manager.open("invites?q=bo@team")
    clicks = Clicks()
    _action(page, clicks, "bo@team.example", "Change the start")
    form = page.get_by_role("dialog")
    form.get_by_label("Date", exact=True).fill(day.isoformat())
    clicks.click(form.get_by_role("button", name="Change the start"))
    expect(form).to_have_count(0)
    # Manage, edit the start date, save.
    clicks.check("move a start", vendor="OffSec", takes=3)
    assert usher.email("bo@team.example", subject="start")

    clicks = Clicks()
    _action(page, clicks, "bo@team.example", "Withdraw")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="bo@team.example")).to_contain_text("Waiting")
    page.get_by_role("button", name="Actions for bo@team.example").click()
    page.get_by_role("menuitem", name="Withdraw").click()
    expect(page.get_by_role("row", name="bo@team.example")).to_contain_text("Withdrawn", timeout=30_000)
    # Manage, withdraw, yes.
    clicks.check("withdraw", vendor="OffSec", takes=3)
    assert usher.email("bo@team.example", subject="withdrawn")


def test_a_passcode_is_redeemed_on_the_clients_landing_page(
    visit: Visits, usher: LocalUsher, acme: Acme
) -> None:
    client, license_ = acme.client("Harbor Works", "harbor", "Language Library")
    acme.post(
        f"/v1/organizations/{client}/codes",
        {"kind": "registration", "code": "HARBOR-2027", "cap": 20, "licenses": [license_]},
    )
    learner, clicks = visit(width=390), Clicks()
    page = learner.page
    page.goto(f"{usher.base_url}/c/harbor/HARBOR-2027")
    page.get_by_label("Your email address").fill("max@harbor.example")
    clicks.click(page.get_by_role("button", name="Continue by email"))
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    page.goto(_link(usher, "max@harbor.example", "/learn/enter/"))
    clicks.count += 1  # the link in the email
    _become(page, clicks, "Max", "Create account and continue", usher.password)
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    expect(page.get_by_role("heading", name="Language Library")).to_be_visible()
    assert len(usher.mailbox("max@harbor.example")) == 1
    # The page with the code, register, the link in the email that verifies it, continue.
    clicks.check("redeem a passcode as somebody new", vendor="Panorama", takes=4)


def test_people_join_by_the_join_page_and_are_let_in(visit: Visits, usher: LocalUsher, acme: Acme) -> None:
    settings = {
        "enabled": True,
        "slug": "acme-crew",
        "domains": ["crew.example"],
        "licenses": [acme.license("Language Library")],
        "approval": True,
    }
    answer = acme.http.put(f"{acme.url}/join-page", json=settings)
    assert answer.is_success, answer.text
    learner, clicks = visit(width=390), Clicks()
    page = learner.page
    page.goto(f"{usher.base_url}/join/acme-crew")
    page.get_by_label("Your email address").fill("pia@crew.example")
    clicks.click(page.get_by_role("button", name="Send me the link"))
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    page.goto(_link(usher, "pia@crew.example", "/learn/enter/"))
    clicks.count += 1  # the link in the email
    _become(page, clicks, "Pia", "Create account and continue", usher.password)
    expect(page.get_by_role("heading", level=1)).to_contain_text("request")
    # The page's link, join, the link in the email (double opt-in), continue.
    clicks.check("join by the join page", vendor="Mandated Reporter Training", takes=4)

    manager, clicks = visit(), Clicks()
    manager.sign_in()
    clicks.click(manager.page.get_by_role("link", name="Join page"))
    clicks.click(manager.page.get_by_role("button", name="Let in pia@crew.example"))
    expect(manager.page.get_by_role("row", name="pia@crew.example")).to_have_count(0)
    assert usher.email("pia@crew.example", subject="you are in")
    page.goto(f"{usher.base_url}/learn")
    expect(page.get_by_role("heading", name="Language Library")).to_be_visible()


def test_people_sign_on_at_their_own_provider(visit: Visits, usher: LocalUsher, acme: Acme) -> None:
    client, license_ = acme.client("Signers", "signers", "Leadership Library")
    connections = f"/v1/organizations/{client}/sso-connections"
    with serving(f"{usher.base_url}/learn/sso/") as provider:
        connection = acme.post(
            connections,
            {
                "name": "Signers ID",
                "issuer": provider.issuer,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "domains": ["acme.example"],
                "grant": {"licenses": [license_]},
            },
        )
        with usher.signed_in(OPERATOR) as operator:
            one = f"/v1/operator{connections.removeprefix('/v1')}/{connection['id']}"
            assert operator.put(f"{one}/domains/acme.example").is_success
        console = visit().page
        console.goto(usher.base_url)
        for domain in ("nowhere.example", "acme.example"):
            console.locator("input[name=email]").fill(f"ann@{domain}")
            console.get_by_role("button", name="Sign in", exact=True).click()
            if domain == "nowhere.example":
                expect(console.get_by_text("Enter your password.")).to_be_visible()
        through = console.get_by_role("link", name="Sign in with Signers ID")
        expect(through).to_have_attribute("href", re.compile(f"/learn/sso/{connection['id']}.*to=console"))

        learner, clicks = visit(), Clicks()
        learner.elsewhere = (provider.issuer, FONTS)
        page = learner.page
        page.route(f"{FONTS}**", lambda route: route.abort())
        page.goto(f"{usher.base_url}/c/signers")
        clicks.click(page.get_by_role("link", name="Signers ID"))
        page.locator("input[name=login]").fill("ann")
        page.locator("input[name=password]").fill("any")
        page.locator("button[type=submit]").click()
        page.locator("button[type=submit]").click()  # consents
        expect(page.get_by_role("heading", name="You are in")).to_be_visible()
        expect(page.get_by_role("heading", name="Leadership Library")).to_be_visible()
    clicks.check("sign in at one's own provider, there excluded", vendor="Panorama", takes=1)


@pytest.mark.usefixtures("busy")
def test_after_ten_days_what_expired_is_sent_again_and_a_colleague_accepts(
    visit: Visits, usher: LocalUsher
) -> None:
    manager, clicks = visit(), Clicks()
    page = manager.page
    manager.sign_in()
    clicks.click(page.get_by_role("link", name="Team"))
    clicks.click(page.get_by_role("button", name="Invite a manager"))
    form = page.get_by_role("dialog")
    form.get_by_label("Email", exact=True).fill("nora@office.example")
    form.get_by_label("First name").fill("Nora")
    form.get_by_label("Last name").fill("Frei")
    clicks.click(form.get_by_role("button", name="Send the invitation"))
    expect(page.get_by_role("row", name="Nora Frei")).to_contain_text("Invited")
    # The team page, add, send.
    clicks.check("invite a colleague", vendor="OpenSesame", takes=3)
    usher.email("nora@office.example")

    usher.travel(days=10, hours=1)

    later = visit()
    page, clicks = later.page, Clicks()
    later.sign_in()
    clicks.click(page.get_by_role("link", name=re.compile("expired")).first)
    expect(page.get_by_role("row", name="cy@team.example")).to_contain_text("Expired")
    expect(page.get_by_role("row", name="cy@team.example")).to_contain_text("Send it again for a new link")
    _action(page, clicks, "cy@team.example", "Send again")
    expect(page.get_by_role("row", name="cy@team.example")).to_have_count(0)
    # The product's page, its invitations, resend.
    clicks.check("see who has not accepted in time, and send one again", vendor="OffSec", takes=3)

    later.open("team")
    clicks = Clicks()
    expect(page.get_by_role("row", name="Nora Frei")).to_contain_text("expired")
    _action(page, clicks, "Nora Frei", "Send again")
    expect(page.get_by_role("row", name="Nora Frei")).to_contain_text("Invited")
    # Select, resend.
    clicks.check("send an expired invitation to a colleague again", vendor="OpenSesame", takes=2)

    usher.wait_for(lambda: len(usher.mailbox("nora@office.example")) > 1, "a second invitation")
    colleague, clicks = visit(), Clicks()
    colleague.page.goto(_link(usher, "nora@office.example", "/i/"))
    clicks.count += 1  # the link in the email
    _become(colleague.page, clicks, "Nora", "Create account and accept", usher.password)
    clicks.click(colleague.page.get_by_role("button", name="Open the console"))
    expect(colleague.page.get_by_role("heading", name="First steps", level=1)).to_be_visible()
    # The link in the email, create an account, accept, sign in.
    clicks.check("accept as a colleague, up to the console", vendor="OpenSesame", takes=4)

    page.reload()
    expect(page.get_by_role("row", name="Nora Frei")).to_contain_text("Active")


def test_what_needs_the_managers_then_leads_to_where_it_is_seen_to(
    visit: Visits, usher: LocalUsher, busy: Organization
) -> None:
    _ask_to_join(usher, busy, "Fay")
    _invite(usher, busy, NOBODY, f"eve@{busy.domain}")
    with usher.signed_in(busy.manager) as api:
        url = f"/v1/organizations/{busy.id}"
        usher.wait_for(
            lambda: api.get(f"{url}/overview").json()["invites"]["bounced"] == 1, "the bounce in the figures"
        )
    for language in LANGUAGES:
        visited = visit(language=language)
        visited.sign_in(busy.manager, path=f"{busy.path}/overview")
        expect(visited.page.get_by_role("heading", level=1)).to_be_visible()
        look_in_turn(visited.page, "overview-busy", language)

    visited = visit()
    page = visited.page
    visited.sign_in(busy.manager, path=f"{busy.path}/overview")
    matters = page.get_by_role("region", name="What needs you now")
    expect(matters.get_by_role("listitem").first).to_contain_text("1 invitation did not arrive")
    expect(matters).to_contain_text("2 invitations have expired")
    expect(matters).to_contain_text("1 person asks to join")
    chart = page.get_by_role("region", name="Invitations of the last 30 days")
    expect(chart.get_by_role("listitem").filter(has_text="Sent 6")).to_be_visible()
    expect(chart.get_by_role("listitem").filter(has_text="Accepted 2")).to_be_visible()
    expect(chart.get_by_role("listitem").filter(has_text="Expired 2")).to_be_visible()
    expect(page.get_by_text("Half of them accepted on the same day")).to_be_visible()
    chart.get_by_text("Show the numbers").click()
    expect(chart.get_by_role("table").get_by_role("row")).to_have_count(32)  # 30 days and a part of one
    matters.get_by_role("link", name=f"No seats left: {PRODUCT}").click()
    expect(page.get_by_role("heading", name=PRODUCT, level=1)).to_be_focused()

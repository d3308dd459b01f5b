"""The console in the system's Chromium, against a stack of this folder's own.

`usher`    the stack with its demonstration data, started once
`visit`    opens the console as a person's browser does: `visit(scheme="dark", width=390)`

Each visit ends with a look back: nothing was said on the browser's console, where the policy of the origin
reports what it refuses, no script failed, and no request went to another origin than the bucket of uploads.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from infra.local.seed import MANAGER
from tests.local.conftest import ROOT, LocalUsher, start, stop

SCREENSHOTS = Path(__file__).parent / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
HEIGHTS = {390: 844, 1440: 900}

_WAIT_MS = 60_000
"""For a machine under heavy load."""

_REFUSED = re.compile(r"the server responded with a status of (\d+)")

_GO = """address => {
    if (new URL(address).pathname !== location.pathname)
        document.querySelector("h1")?.setAttribute("data-left", "")
    history.pushState({}, "", address)
}"""
"""Marks the heading that is left, since it stands until the next screen is loaded."""


@dataclass
class Visit:
    """A browser of one person, with a page of the console.

    Attributes:
        usher: the stack.
        page: the page; `page.context` opens further tabs.
        expected: statuses of answers that the test asks for, which browsers report on their console.
        elsewhere: beginnings of other addresses that the test goes to, such as of an identity provider.
    """

    usher: LocalUsher
    page: Page
    expected: set[int] = field(default_factory=set)
    elsewhere: tuple[str, ...] = ()
    _seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note what goes wrong in a tab."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._seen.append(f"failed: {error}"))
        page.on("request", self._on_request)

    def check(self) -> None:
        """Fail if anything went wrong that the test did not ask for."""
        assert self._seen == []

    def sign_in(self, email: str = MANAGER, *, path: str = "/") -> None:
        """Begin a session without the form, as an accepted invitation to a team does, and open an address."""
        credentials = {"email": email, "password": self.usher.password}
        answer = self.page.context.request.post(f"{self.usher.base_url}/v1/session", data=credentials)
        assert answer.ok, answer.text()
        self.page.goto("about:blank")  # since whoever is there already would only go to another fragment
        self.page.goto(f"{self.usher.base_url}{path}#signed-in")
        expect(self.page.get_by_role("navigation").or_(self.page.get_by_role("banner")).first).to_be_visible()

    def sign_in_by_form(self, email: str = MANAGER, *, path: str = "/") -> None:
        """Open an address, sign in, and wait for the screen behind it."""
        self.page.goto(self.usher.base_url + path)
        self.page.locator("input[name=email]").fill(email)
        self.page.locator("input[name=password]").fill(self.usher.password)
        self.page.locator("button[type=submit]").click()
        expect(self.page.get_by_role("navigation").or_(self.page.get_by_role("banner")).first).to_be_visible()

    def open(self, screen: str) -> None:
        """Open a screen of the organization that one is in."""
        organization = re.match(r".*/organizations/[^/]+", self.page.url)
        assert organization, self.page.url
        self.page.goto(f"{organization[0]}/{screen}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def go(self, screen: str) -> None:
        """Go to a screen of the organization that one is in as a link does: nothing is loaded anew."""
        organization = re.match(r".*/organizations/[^/]+", self.page.url)
        assert organization, self.page.url
        self.page.evaluate(_GO, f"{organization[0]}/{screen}")
        expect(self.page.locator("h1:not([data-left])")).to_be_visible()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or message.location["url"].startswith(self.elsewhere):
            return
        refused = _REFUSED.search(message.text)
        if refused is None or int(refused[1]) not in self.expected:
            self._seen.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        # Files to import are posted to their bucket, as the policy allows.
        allowed = (self.usher.base_url + "/", self.usher.emulator + "/", "data:", "blob:")
        if not request.url.startswith(allowed + self.elsewhere):
            self._seen.append(f"asked another origin: {request.url}")


@pytest.fixture(scope="session")
def usher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalUsher]:
    """The stack with its demonstration data."""
    stack = start(tmp_path_factory.mktemp("usher") / "state")
    yield stack
    stop(stack.process)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium.

    For a module and not the session: Playwright's event loop counts as running in this thread until it is
    closed, and the tests that come after could not run one of their own.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing; install it, such as by: apt-get install chromium"
    expect.set_options(timeout=_WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def visit(usher: LocalUsher, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens browsers of their own, and looks back on each at the end."""
    visits: list[Visit] = []

    def begin(*, scheme: str = "light", width: int = 1440, language: str = "en-US") -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_WAIT_MS)
        context.add_init_script(path=AXE)
        visited = Visit(usher=usher, page=context.new_page())
        visited.watch(visited.page)
        visits.append(visited)
        return visited

    yield begin
    for visited in visits:
        visited.page.context.close()
        visited.check()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all tests of this folder to one worker: they share one stack and one browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("browser"))

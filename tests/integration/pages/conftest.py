"""Browsers that run no script, against the function as Lambda calls it; DynamoDB and Cognito are moto's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3
import pytest
from moto import mock_aws

from functions.auth_challenge.triggers import Triggers
from functions.pages.application import answer
from functions.pages.scripts import script_answer
from functions.pages.services import PageServices
from tests.support.clock import Clock
from tests.support.custom_auth import CustomAuth, play_custom_auth
from tests.support.identity_provider import NETWORKS
from tests.support.quick_pools import make_pools_quick
from tests.support.tables import REGION
from tests.support.tenant import Tenant
from usher.bootstrap import Bootstrap
from usher.domain.invites import Invite
from usher.domain.languages import Language
from usher.domain.passwords import MIN_PASSWORD
from usher.gateways.auth_challenges import AuthChallenges
from usher.gateways.client_secrets import ClientSecrets
from usher.gateways.identity import Identity
from usher.gateways.links import Cookies, Keys, Link, Links
from usher.gateways.providers import Providers
from usher.gateways.receivers import Receivers
from usher.gateways.secrets import Secret
from usher.services.context import Context
from usher.services.enrollment.sso_login import SsoLogin

ORIGIN = "https://usher.example"
PASSWORD = "Correct-horse-1"
CLOUDFRONT = "203.0.113.9"
"""What the HTTP API calls the caller."""

MOST_BYTES = 12_000
"""The most bytes of a page with all that it loads."""

_VOID = {"meta", "input", "img", "br", "link"}


class Html(HTMLParser):
    """A strict reading of a page: every element closed in order, and what a test asks about."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def with_id(self, id_: str) -> dict[str, str]:
        (one,) = [attributes for _, attributes in self.elements if attributes.get("id") == id_]
        return one


@dataclass(frozen=True)
class Answer:
    """What the function answered."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str

    @property
    def size(self) -> int:
        """The page's bytes, uncompressed, with its style and icon, and the script if it has it."""
        script = script_answer("GET").body if "<script" in self.body else ""
        return len(self.body.encode()) + len((script or "").encode())

    @property
    def html(self) -> Html:
        """The page, checked for what every page has to be."""
        page = Html(self.body)
        check_page(page)
        return page

    @property
    def text(self) -> str:
        return self.html.text


def check_page(page: Html) -> None:
    """What holds for every page: a language, landmarks, one first heading, labels, no inline script."""
    assert page.all("html")[0]["lang"] in set(Language)
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer", "title")] == [1, 1, 1, 1, 1]
    has_password = bool([one for one in page.all("input") if one["type"] == "password"])
    assert [set(script) for script in page.all("script")] == [{"nonce", "src", "defer"}] * has_password
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [1 for _, attributes in page.elements if "style" in attributes], "the policy forbids it"
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.all("label")}
    assert labelled == {i["id"] for i in page.all("input") if i["type"] != "hidden"}
    for _, attributes in page.elements:
        for reference in ("aria-describedby", "aria-labelledby"):
            assert set(attributes.get(reference, "").split()) <= set(ids)
    for link in page.all("a"):
        assert not link["href"].startswith("#") or link["href"][1:] in ids
    for form in page.all("form"):
        assert form["method"] == "post"


def call(services: PageServices, event: dict[str, Any]) -> dict[str, Any]:
    """Call the function with an event, as JSON passes it on."""
    return answer(json.loads(json.dumps(event)), SimpleNamespace(), services=services)  # type: ignore[arg-type] # of Lambda's context nothing is used


@dataclass
class Browser:
    """Keeps cookies, fills in forms, runs no script."""

    services: PageServices
    cookies: dict[str, str] = field(default_factory=dict)
    page: Answer | None = None
    address: str = "198.51.100.7"

    def request(
        self,
        method: str,
        url: str,
        *,
        body: str | None = None,
        encoded: bool = False,
        headers: dict[str, str] | None = None,
        path: str | None = None,
    ) -> Answer:
        """Send a request; `path` is what stands for one in the event where a URL cannot say it."""
        parts = urlsplit(url)
        text = base64.b64encode(body.encode()).decode() if body is not None and encoded else body
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": parts.path if path is None else path,
            "rawQueryString": parts.query,
            "queryStringParameters": dict(parse_qsl(parts.query)) or None,
            "headers": {
                "host": "api.example",
                "x-forwarded-for": f"{self.address}, {CLOUDFRONT}",
                **(headers or {}),
            },
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "requestContext": {
                "http": {"method": method, "path": parts.path, "sourceIp": CLOUDFRONT},
                "stage": "$default",
                "requestId": "r",
            },
            "body": text,
            "isBase64Encoded": encoded,
        }
        answered = call(self.services, event)
        for cookie in answered["cookies"]:
            name, _, value = cookie.split(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        self.page = Answer(answered["statusCode"], answered["headers"], answered["cookies"], answered["body"])
        assert self.page.size < MOST_BYTES, "every page is there at once, on any network"
        return self.page

    def get(self, url: str) -> Answer:
        return self.request("GET", url)

    def submit(self, action: str = "", **typed: str) -> Answer:
        """Fill in the page's form with this action, and send it as a browser would."""
        assert self.page is not None
        forms = re.findall(r"<form.*?</form>", self.page.body, re.DOTALL)
        (form,) = [
            text for text in forms if f'value="{action}"' in text or f"/{action}" in text or not action
        ]
        html = Html(form)
        fields = {one["name"]: one.get("value", "") for one in html.all("input")}
        pressed = [one for one in html.all("button") if "name" in one and one["value"] == action]
        fields |= {one["name"]: one["value"] for one in pressed}
        assert typed.keys() <= fields.keys(), fields
        return self.send(html.all("form")[0]["action"], **{**fields, **typed})

    def send(self, url: str, **fields: str) -> Answer:
        """Send fields that need not be those of a form, with the page's secret."""
        assert self.page is not None
        csrf = next(one["value"] for one in self.page.html.all("input") if one["name"] == "csrf")
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": "null",  # what browsers write where the page's policy is no-referrer
            "sec-fetch-site": "same-origin",
        }
        body = urlencode({"csrf": csrf, **fields})
        return self.request("POST", url, body=body, encoded=True, headers=headers)

    def follow(self) -> Answer:
        """Follow the redirect that the last answer was."""
        assert self.page is not None
        assert self.page.status == 303, self.page.body
        return self.get(self.page.headers["Location"])


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """Made once, since reading a service's model takes longer than most tests."""
    with mock_aws():
        return {name: boto3.client(name, region_name=REGION) for name in ("secretsmanager", "cognito-idp")}


@pytest.fixture
def keys(
    aws: None,  # noqa: ARG001 - the cloud comes before what is in it
    clients: dict[str, Any],
) -> Keys:
    client = clients["secretsmanager"]
    arn = client.create_secret(Name="links", SecretString=json.dumps({"current": "k1", "k1": "x" * 64}))[
        "ARN"
    ]
    return Keys(Secret(client=client, arn=arn))


@pytest.fixture
def identity(
    aws: None,  # noqa: ARG001 - the cloud comes before what is in it
    clients: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Identity:
    make_pools_quick(monkeypatch)
    client = clients["cognito-idp"]
    pool = client.create_user_pool(
        PoolName="people",
        UsernameAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": MIN_PASSWORD,
                "RequireUppercase": False,
                "RequireLowercase": False,
                "RequireNumbers": False,
                "RequireSymbols": False,
            }
        },
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ReadAttributes=["email", "email_verified", "given_name", "family_name"],
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return Identity(client=client, pool=pool, app=app)


@pytest.fixture
def client_secrets(
    aws: None,  # noqa: ARG001 - the cloud comes before what is in it
    clients: dict[str, Any],
) -> ClientSecrets:
    return ClientSecrets(client=clients["secretsmanager"], prefix="usher/test/sso/")


@pytest.fixture(scope="session")
def providers() -> Providers:
    """The identity providers of the loopback interface, too."""
    return Providers(
        receivers=Receivers(own_networks=NETWORKS),
        own_networks=NETWORKS,
        origin=ORIGIN,
    )


@pytest.fixture
def challenges(
    aws: None,  # noqa: ARG001 - the cloud comes before what is in it
    clients: dict[str, Any],
) -> AuthChallenges:
    client = clients["secretsmanager"]
    arn = client.create_secret(Name="challenges", SecretString=json.dumps({"current": "k1", "k1": "z" * 64}))[
        "ARN"
    ]
    return AuthChallenges(Keys(Secret(client=client, arn=arn)))


@pytest.fixture
def custom_auth(challenges: AuthChallenges, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> CustomAuth:
    """The user pool's custom authentication, with our triggers."""
    return play_custom_auth(monkeypatch, Triggers(challenges, now=clock))


@pytest.fixture
def origin() -> str:
    """Where people reach the pages."""
    return ORIGIN


@pytest.fixture
def bootstrap(
    context: Context,
    identity: Identity,
    keys: Keys,
    client_secrets: ClientSecrets,
    providers: Providers,
    challenges: AuthChallenges,
    origin: str,
) -> Bootstrap:
    """The collaborators on moto, with the tests' clock, in place of those of the environment."""
    parts = Bootstrap({"USHER_ORIGIN": origin})
    parts.context = context
    parts.identity = identity
    parts.links = Links(keys)
    parts.cookies = Cookies(keys)
    parts.client_secrets = client_secrets
    parts.providers = providers
    parts.auth_challenges = challenges
    return parts


@pytest.fixture
def sso_login(services: PageServices) -> SsoLogin:
    return services.sso_login


@pytest.fixture
def services(bootstrap: Bootstrap) -> PageServices:
    return PageServices(bootstrap)


@pytest.fixture
def new_browser(services: PageServices) -> Callable[[], Browser]:
    return lambda: Browser(services)


@pytest.fixture
def browser(services: PageServices) -> Browser:
    return Browser(services)


@pytest.fixture
def link_to(keys: Keys) -> Callable[[Invite], str]:
    """The path of the link that the email of an invite carries."""
    return lambda invite: f"/i/{Links(keys).token(Link(invite=invite.id, number=invite.number))}"


@pytest.fixture
def invite(tenant: Tenant) -> Invite:
    """Ann's invite to a course."""
    return tenant.invite(tenant.license())


@pytest.fixture
def account(identity: Identity) -> Callable[[str], None]:
    """Give an address an account with PASSWORD."""

    def make(email: str) -> None:
        identity.register(email=email, password=PASSWORD, first_name="Ann", last_name="Lee")

    return make

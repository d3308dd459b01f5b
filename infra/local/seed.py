"""The demonstration data, created through the API and the pages as people would create it."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

import httpx
from botocore.exceptions import ClientError

from infra.local.aws import Aws
from infra.local.demo_courses import COURSES
from infra.local.errors import CannotRunError
from infra.local.mailbox import Email

PASSWORD = "Usher-demo-1!"  # noqa: S105 - it is printed on the start page
OPERATOR = "operator@usher.example"
MANAGER = "manager@acme.example"
LIMITED = "limited@acme.example"
ACCOUNTS = (
    (OPERATOR, "operator: creates products and organizations, grants licenses"),
    (MANAGER, "full manager of Acme Learning: invites, resends, withdraws"),
    (LIMITED, "limited manager of Acme Learning: may look and change nothing"),
)

_CALL_SECONDS = 120
_STEP_SECONDS = 900
"""The time limit of one step. An email that could not be sent on a busy machine is retried after minutes."""

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 8.0
_RETRIED_STATUSES = frozenset(
    {httpx.codes.REQUEST_TIMEOUT, httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS}
)
_CSRF = re.compile(r'name="csrf"[^>]*\bvalue="([^"]+)"|value="([^"]+)"[^>]*\bname="csrf"')
_LICENSE_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """Creates the demonstration data by calls that are idempotent and repeated until they are answered.

    Attributes:
        origin: where the stack is served.
        aws: the emulator's AWS, for the first operator's account, since nobody can invite operators.
        emails: returns every email, newest first.
        today: the date by the stack's clock.
        outputs: the outputs of the stack.
        stopping: set when the stack is stopped; nothing is repeated from then on.
    """

    origin: str
    aws: Aws
    emails: Callable[[], list[Email]]
    today: date
    outputs: dict[str, str]
    stopping: threading.Event

    @cached_property
    def http(self) -> httpx.Client:
        """The HTTP client of the calls of the API."""
        return self._client()

    def create(self) -> None:
        """Create the operator, the organization with its licenses, and its two managers.

        Raises:
            CannotRunError: a step was refused; the message has the answer.
        """
        self._create_operator()
        operator = self._signed_in(OPERATOR)
        organization = operator.post(
            "/v1/operator/organizations",
            {
                "name": "Acme Learning",
                "slug": "acme",
                "time_zone": "Europe/Zurich",
                "first_manager": {"email": MANAGER, "first_name": "Mara", "last_name": "Keller"},
            },
        )["id"]
        self._grant_licenses(operator, organization)
        self._register(MANAGER, "Mara", "Keller")
        self._signed_in(MANAGER).post(
            f"/v1/organizations/{organization}/team",
            {"email": LIMITED, "first_name": "Lino", "last_name": "Rossi", "role": "limited_manager"},
        )
        self._register(LIMITED, "Lino", "Rossi")

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.origin,
            timeout=_CALL_SECONDS,
            trust_env=False,
            verify=False,  # noqa: S501 - there is no TLS on loopback, and to load certificates takes time
        )

    def _create_operator(self) -> None:
        pool = self.outputs["UserPoolId"]
        try:
            self.aws.cognito.admin_create_user(
                UserPoolId=pool,
                Username=OPERATOR,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": OPERATOR},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "given_name", "Value": "Odile"},
                    {"Name": "family_name", "Value": "Brunner"},
                ],
            )
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != "UsernameExistsException":
                raise
        self.aws.cognito.admin_set_user_password(
            UserPoolId=pool, Username=OPERATOR, Password=PASSWORD, Permanent=True
        )
        self.aws.cognito.admin_add_user_to_group(UserPoolId=pool, Username=OPERATOR, GroupName="operators")

    def _grant_licenses(self, operator: "_Caller", organization: str) -> None:
        next_month = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        for number, course in enumerate(COURSES, start=1):
            starts = next_month if course.kind == "subscription" else self.today
            product = operator.post(
                "/v1/operator/products",
                {"name": course.name, "kind": course.kind, "url": f"{self.origin}{course.path}"},
            )["id"]
            grant: dict[str, Any] = {
                "order_id": f"demo-{number}",
                "product": product,
                "flex": course.flex,
                "seats": course.seats,
                "valid_from": starts.isoformat(),
                "valid_until": (starts + timedelta(days=_LICENSE_DAYS)).isoformat(),
            }
            if course.kind == "subscription":
                grant["starts_at"] = starts.isoformat()
            operator.post(f"/v1/operator/organizations/{organization}/licenses", grant)

    def _signed_in(self, email: str) -> "_Caller":
        answer = self._retried(f"signing in as {email}", lambda: self._session(email))
        if not answer.is_success:
            raise CannotRunError(f"{email} could not sign in: {answer.status_code} {answer.text}")
        return _Caller(self, token=answer.json()["access_token"])

    def _session(self, email: str) -> httpx.Response:
        return self.http.post("/v1/session", json={"email": email, "password": PASSWORD})

    def _register(self, email: str, first_name: str, last_name: str) -> None:
        """Open the link of the newest email to this address and register, as its recipient would."""
        link = self._link_for(email)

        def join() -> httpx.Response:
            # An earlier attempt may have created the account without joining the team.
            session = self._session(email)
            if not session.is_success:
                return self._fill_in(link, action="register", first_name=first_name, last_name=last_name)
            me = self._me(session.json()["access_token"])
            if me.is_success and not me.json()["organizations"]:
                return self._fill_in(link, action="sign_in")
            return me

        answer = self._retried(f"registering {email}", join)
        if not (answer.is_success or answer.is_redirect):
            raise CannotRunError(f"{email} could not register: {answer.status_code}")

    def _me(self, token: str) -> httpx.Response:
        return self.http.get("/v1/me", headers={"authorization": f"Bearer {token}"})

    def _fill_in(self, link: str, **fields: str) -> httpx.Response:
        """Send the form behind the link and return the answer; return the page's own if it has no form."""
        with self._client() as browser:
            page = browser.get(link)
            found = _CSRF.search(page.text)
            if page.is_success and not found:
                raise CannotRunError(f"the page behind {link} has no form to register with")
            if found is None:
                return page
            return browser.post(
                link,
                data={"csrf": found.group(1) or found.group(2), "password": PASSWORD, **fields},
                headers={"cookie": _cookies(page), "origin": self.origin},
            )

    def _link_for(self, email: str) -> str:
        deadline = time.monotonic() + _STEP_SECONDS
        while time.monotonic() < deadline and not self.stopping.is_set():
            for sent in self.emails():
                links = [link for link in sent.links if link.startswith(f"{self.origin}/i/")]
                if sent.to == email and links:
                    return links[0]
            time.sleep(0.05)
        raise CannotRunError(f"no email with a link reached {email} within {_STEP_SECONDS} seconds")

    def _retried(self, what: str, call: Callable[[], httpx.Response]) -> httpx.Response:
        """Repeat an idempotent call until its answer does not ask to try again, and return that answer."""
        deadline = time.monotonic() + _STEP_SECONDS
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = call()
            except httpx.HTTPError as cause:
                said = str(cause) or type(cause).__name__
            else:
                if not (answer.is_server_error or answer.status_code in _RETRIED_STATUSES):
                    return answer
                said = f"{answer.status_code} {answer.text}"
            if self.stopping.wait(pause) or time.monotonic() > deadline:
                raise CannotRunError(f"{what} did not work, though tried over and over: {said}")
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


class _Caller:
    """A signed-in person who calls the API."""

    def __init__(self, demonstration: Demonstration, *, token: str) -> None:
        self._demonstration = demonstration
        self._token = token

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return what was created, now or by the same call before; raise CannotRunError if it was not."""
        request = f"{path} {json.dumps(body, sort_keys=True)}"
        answer = self._demonstration._retried(  # noqa: SLF001 - both classes are the demonstration
            f"POST {path}",
            lambda: self._demonstration.http.post(
                path,
                json=body,
                headers={
                    "authorization": f"Bearer {self._token}",
                    "idempotency-key": f"demo-{hashlib.sha256(request.encode()).hexdigest()[:32]}",
                },
            ),
        )
        if answer.status_code != httpx.codes.CREATED:
            raise CannotRunError(f"POST {path} answered {answer.status_code}: {answer.text}")
        created: dict[str, Any] = answer.json()
        return created


def _cookies(page: httpx.Response) -> str:
    """Return the page's cookies for the next request; `Secure` ones too, as browsers do on localhost."""
    jar = SimpleCookie()
    for header in page.headers.get_list("set-cookie"):
        jar.load(header)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())

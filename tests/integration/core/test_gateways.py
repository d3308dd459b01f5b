"""The other AWS services: accounts, secrets, links, cookies and mail (DESIGN 3)."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from tests.support.tables import REGION
from tests.support.tenant import Tenant
from usher.domain.errors import UnauthenticatedError
from usher.domain.passwords import MIN_PASSWORD, WeakPasswordError
from usher.domain.people import BadNameError, Person
from usher.domain.sendings import Sending
from usher.gateways import secrets as secrets_gateway
from usher.gateways.identity import (
    AlreadyRegisteredError,
    Identity,
    SessionOverError,
    WrongCredentialsError,
    person_of,
)
from usher.gateways.links import BadLinkError, Cookies, Keys, Link, Links
from usher.gateways.mail import Mail, Message
from usher.gateways.secrets import Secret
from usher.services.people.learner_details import LearnerDetails
from usher.services.people.password_login import PasswordLogin
from usher.services.team_members import TeamMembers

PASSWORD = "Usher-demo-1!"
INVITE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
LINK = Link(invite=INVITE, number=3)


@pytest.fixture
def keys(aws: None) -> Any:  # noqa: ARG001 - moto stands first
    """Keys that can be rotated: `keys.rotate(...)` writes new ones."""

    class Rotating:
        def __init__(self) -> None:
            self.client = boto3.client("secretsmanager", region_name=REGION)
            made = self.client.create_secret(Name="k", SecretString='{"current": "k1", "k1": "first"}')
            self.secret = Secret(client=self.client, arn=made["ARN"])
            self.keys = Keys(self.secret)

        def rotate(self, **stored: str) -> None:
            self.client.put_secret_value(SecretId="k", SecretString=json.dumps(stored))
            self.secret._read_at = float("-inf")

    return Rotating()


def test_a_link_says_what_it_was_made_for(keys: Any) -> None:
    links = Links(keys.keys)

    assert links.read(links.token(LINK)) == LINK


def test_a_link_that_was_tampered_with_or_cut_opens_nothing(keys: Any) -> None:
    links = Links(keys.keys)
    token = links.token(LINK)
    invite, number, key, mac = token.split(".")
    forged = [
        f"{INVITE[:-1]}W.{number}.{key}.{mac}",
        f"{invite}.4.{key}.{mac}",
        f"{invite}.0.{key}.{mac}",
        f"{invite}.{number}.k2.{mac}",
        f"{invite}.{number}.current.{mac}",
        f"{invite}.{number}.{key}.{'A' * 43}",
        f"{invite}.{number}.{key}.{'ä' * 43}",
        token + "\n",
        "",
        *(token[:cut] for cut in range(0, len(token), 7)),
    ]

    for one in forged:
        with pytest.raises(BadLinkError):
            links.read(one)


def test_links_outlive_a_rotation_of_keys_until_the_old_one_is_removed(keys: Any) -> None:
    links = Links(keys.keys)
    old = links.token(LINK)
    keys.rotate(current="k2", k1="first", k2="second")

    assert links.read(old) == LINK
    assert ".k2." in links.token(LINK)
    keys.rotate(current="k2", k2="second")
    with pytest.raises(BadLinkError):
        links.read(old)


def test_a_cookie_is_read_for_its_own_purpose_alone_and_while_it_is_fresh(keys: Any) -> None:
    cookies = Cookies(keys.keys)
    signed = cookies.sign("session", {"email": "ann@x.io"})

    assert cookies.read("session", signed) == {"email": "ann@x.io"}
    assert cookies.read("form", signed) is None
    assert cookies.read("session", signed + "x") is None
    assert cookies.read("session", signed, max_age=-1) is None
    keys.rotate(current="k2", k1="first", k2="second")
    assert cookies.read("session", signed) == {"email": "ann@x.io"}
    keys.rotate(current="k2", k2="second")
    assert cookies.read("session", signed) is None


def test_a_secret_is_read_again_after_a_while(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "first" in keys.secret.text()
    keys.client.put_secret_value(SecretId="k", SecretString="new")
    assert "first" in keys.secret.text()

    monkeypatch.setattr(secrets_gateway, "REREAD_AFTER", -1.0)
    assert keys.secret.text() == "new"


@pytest.mark.parametrize(
    "name", ["Acme", 'Acme "The Best", Ltd', "Zoë Müller & Söhne", "Evil\r\nBcc: x@y.io"]
)
def test_mail_goes_out_under_the_organizations_name_in_one_line(aws: None, name: str) -> None:  # noqa: ARG001 - moto stands first
    client = boto3.client("sesv2", region_name=REGION)
    client.create_email_identity(EmailIdentity="no-reply@usher.example")
    mail = Mail(client=client, sender="no-reply@usher.example", configuration_set="c")

    id_ = mail.send(Message(to="ann@x.io", sender_name=name, subject="Hi\n there", html="<p>", text="t"))

    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert id_ == sent.id
    assert sent.source.endswith("<no-reply@usher.example>")
    assert "\n" not in sent.source
    assert "\r" not in sent.source
    assert sent.source.isascii()
    assert sent.subject == "Hi there"


def test_mail_goes_out_with_the_headers_of_the_message() -> None:
    client = boto3.client("sesv2", region_name=REGION)
    mail = Mail(client=client, sender="no-reply@usher.example", configuration_set="c")
    with Stubber(client) as ses:
        ses.add_response(
            "send_email",
            {"MessageId": "one"},
            {
                "FromEmailAddress": "Acme <no-reply@usher.example>",
                "Destination": {"ToAddresses": ["ann@x.io"]},
                "ReplyToAddresses": [],
                "ConfigurationSetName": "c",
                "EmailTags": [{"Name": "invite", "Value": "01A"}, {"Name": "number", "Value": "2"}],
                "Content": {
                    "Simple": {
                        "Subject": {"Data": "Hi", "Charset": "UTF-8"},
                        "Body": {
                            "Html": {"Data": "<p>", "Charset": "UTF-8"},
                            "Text": {"Data": "t", "Charset": "UTF-8"},
                        },
                        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                    }
                },
            },
        )
        message = Message(
            to="ann@x.io",
            sender_name="Acme",
            subject="Hi",
            html="<p>",
            text="t",
            headers={"Auto-Submitted": "auto-generated"},
        )

        assert mail.send(message, sending=Sending(invite="01A", number=2)) == "one"


@pytest.fixture
def identity(aws: None) -> Identity:  # noqa: ARG001 - moto stands first
    client = boto3.client("cognito-idp", region_name=REGION)
    pool = client.create_user_pool(
        PoolName="people",
        UsernameAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": MIN_PASSWORD}},
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ReadAttributes=["email", "email_verified", "given_name", "family_name"],  # what moto puts into tokens
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return Identity(client=client, pool=pool, app=app)


def test_who_registers_is_signed_in_and_can_sign_in_again(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)
    assert not password_login.has_account(email="ann@x.io")

    first = password_login.register(email="ann@x.io", password=PASSWORD, first_name=" Ann ", last_name="Lee")
    again = password_login.sign_in(email=" ANN@x.io", password=PASSWORD)

    assert password_login.has_account(email="ann@x.io")
    assert first.person.email == again.person.email == "ann@x.io"
    assert again.token
    assert again.expires_in > 0


def test_a_registration_that_broke_off_is_taken_up_again(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)
    with pytest.raises(WeakPasswordError):
        password_login.register(email="ann@x.io", password="short", first_name="Ann", last_name="Lee")

    assert password_login.register(
        email="ann@x.io", password=PASSWORD, first_name="Ann", last_name="Lee"
    ).token
    with pytest.raises(AlreadyRegisteredError):
        password_login.register(email="ann@x.io", password="Another-one-2", first_name="Ann", last_name="Lee")
    assert password_login.sign_in(email="ann@x.io", password=PASSWORD).token


def test_a_wrong_address_or_password_is_told_alike(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)
    password_login.register(email="ann@x.io", password=PASSWORD, first_name="Ann", last_name="Lee")

    messages = set()
    for email, password in (("ann@x.io", "Wrong-one-99"), ("bob@x.io", PASSWORD), ("nobody", PASSWORD)):
        with pytest.raises(WrongCredentialsError) as refused:
            password_login.sign_in(email=email, password=password)
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_a_session_is_renewed_until_its_token_was_revoked(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)
    signed_in = password_login.register(
        email="ann@x.io", password=PASSWORD, first_name="Ann", last_name="Lee"
    )

    assert password_login.refresh(refresh_token=signed_in.refresh_token).person.email == "ann@x.io"
    identity._client.admin_user_global_sign_out(UserPoolId=identity._pool, Username="ann@x.io")
    with pytest.raises(SessionOverError):
        password_login.refresh(refresh_token=signed_in.refresh_token)


def test_a_person_sees_where_they_are_an_active_manager(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)

    assert [
        (one.organization.slug, str(one.role))
        for one in password_login.managed_organizations(person=tenant.limited)
    ] == [("acme", "limited_manager")]
    assert password_login.managed_organizations(person=Person(email="nobody@x.io")) == []


def test_ones_own_name_changes_wherever_it_is_shown(tenant: Tenant, identity: Identity) -> None:
    password_login = PasswordLogin(tenant.context, identity=identity)
    password_login.register(email=tenant.full.email, password=PASSWORD, first_name="Max", last_name="Full")
    tenant.accept(tenant.invite(tenant.license(), tenant.full.email))

    password_login.rename(person=tenant.full, first_name=" Maxine ", last_name="New")

    team = {
        one.email: one for one in TeamMembers(tenant.context).team(person=tenant.full, organization=tenant.id)
    }
    assert team[tenant.full.email].first_name == "Maxine"
    learner = LearnerDetails(tenant.context).learner(
        person=tenant.full, organization=tenant.id, email=tenant.full.email
    )
    assert learner.learner.first_name == "Maxine"
    assert password_login.sign_in(email=tenant.full.email, password=PASSWORD).person.last_name == "New"
    with pytest.raises(BadNameError):
        password_login.rename(person=tenant.full, first_name="", last_name="New")


@pytest.mark.parametrize(
    ("groups", "operator"),
    [
        ([], False),
        (["operators"], True),
        ("[operators]", True),
        ("[a operators b]", True),
        ("[not-operators]", False),
    ],
)
def test_a_tokens_claims_say_who_one_is(groups: object, *, operator: bool) -> None:
    claims = {"email": "Ann@x.io", "email_verified": "true", "given_name": "Ann", "cognito:groups": groups}

    assert person_of(claims) == Person(email="ann@x.io", first_name="Ann", operator=operator)


@pytest.mark.parametrize("claims", [{}, {"email": "a@x.io"}, {"email": "a@x.io", "email_verified": "false"}])
def test_an_address_that_was_never_verified_is_nobodys(claims: dict[str, str]) -> None:
    with pytest.raises(UnauthenticatedError):
        person_of(claims)

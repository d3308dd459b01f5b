"""Single sign-on: tokens and providers that are not to be believed. Nothing here asks the table anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.clock import MONDAY
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, NETWORKS
from tests.support.rogue_provider import RogueProvider, rsa_key, serving_rogue, shared_key
from usher.domain.enrollment.connections import Claims, Connection
from usher.domain.enrollment.sso_login import (
    BadSetupError,
    ProviderFailedError,
    ProviderUnreachableError,
    SignOnError,
    UntrustedAnswerError,
)
from usher.gateways.providers import Providers
from usher.gateways.receivers import Receivers


@dataclass(frozen=True)
class Meeting:
    """A rogue provider, and our side of it."""

    rogue: RogueProvider
    providers: Providers

    def connection(self) -> Connection:
        return Connection(
            id="one",
            organization="acme",
            name="Acme ID",
            issuer=self.rogue.issuer,
            client_id=CLIENT_ID,
            domains=("acme.example",),
            created_at=MONDAY,
            created_by="manager@acme.example",
        )

    def sign_in(self, **answer: str) -> Claims:
        """Sign in, with a token of the rogue's."""
        connection = self.connection()
        _, attempt = self.providers.begin(connection)
        self.rogue.nonce = attempt.nonce
        return self.providers.finish(
            connection,
            attempt=attempt,
            secret=CLIENT_SECRET,
            answer={"state": attempt.state, "code": "a-code", **answer},
        )

    def refusal(self, **answer: str) -> SignOnError:
        """Sign in, and return why it did not come to anything."""
        with pytest.raises(SignOnError) as refused:
            self.sign_in(**answer)
        return refused.value


@pytest.fixture(scope="module")
def receivers() -> Receivers:
    """Made once, since reading the authorities' certificates takes longer than most tests."""
    return Receivers(own_networks=NETWORKS)


@pytest.fixture
def meeting(receivers: Receivers) -> Iterator[Meeting]:
    with serving_rogue() as rogue:
        yield Meeting(
            rogue,
            Providers(receivers=receivers, own_networks=NETWORKS, origin="https://usher.example"),
        )


def test_a_token_in_which_all_is_right_is_believed(meeting: Meeting) -> None:
    claims = meeting.sign_in()

    assert (claims.subject, claims.email, claims.email_verified) == ("ann", "ann@acme.example", None)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "another issuer"),
        ({"iss": None}, "lacks"),
        ({"aud": "somebody-else"}, "meant for another client"),
        ({"aud": ["somebody-else", "and-another"]}, "meant for another client"),
        ({"aud": [CLIENT_ID, "somebody-else"]}, "lacks"),
        ({"aud": CLIENT_ID, "azp": "somebody-else"}, "meant for another client"),
        ({"nonce": "of-another-sign-in"}, "of another sign-in"),
        ({"nonce": None}, "lacks"),
        ({"exp": int(time.time()) - 600}, "too old"),
        ({"exp": None}, "lacks"),
        ({"iat": int(time.time()) + 6000}, "not valid yet"),
        ({"nbf": int(time.time()) + 6000}, "not valid yet"),
        ({"sub": None}, "lacks"),
        ({"sub": ""}, "lacks"),
        ({"sub": "x" * 256}, "more characters"),
        ({"at_hash": "of-another-token"}, "access token"),
    ],
)
def test_a_token_in_which_one_thing_is_wrong_is_refused(
    meeting: Meeting, claims: dict[str, Any], why: str
) -> None:
    meeting.rogue.claims = claims

    refused = meeting.refusal()

    assert isinstance(refused, UntrustedAnswerError), refused
    assert why in refused.detail


def test_a_token_that_another_key_signed_is_refused(meeting: Meeting) -> None:
    meeting.rogue.signs_with = meeting.rogue.other_key

    assert isinstance(meeting.refusal(), UntrustedAnswerError)


def test_a_key_of_another_kind_under_the_same_name_is_refused(meeting: Meeting) -> None:
    meeting.rogue.algorithm, meeting.rogue.signs_with = "RS256", rsa_key()

    assert isinstance(meeting.refusal(), UntrustedAnswerError)


@pytest.mark.filterwarnings("ignore")  # joserfc warns of what this test does on purpose
def test_a_token_signed_with_the_shared_secret_or_not_at_all_is_refused(meeting: Meeting) -> None:
    rogue = meeting.rogue
    rogue.algorithm, rogue.signs_with = "HS256", shared_key()
    assert isinstance(meeting.refusal(), UntrustedAnswerError)

    rogue.algorithm = "none"
    assert isinstance(meeting.refusal(), UntrustedAnswerError)


def test_a_provider_may_take_a_new_key(meeting: Meeting) -> None:
    meeting.sign_in()
    meeting.rogue.__dict__["key"] = meeting.rogue.other_key

    assert meeting.sign_in().subject == "ann"


def test_an_answer_from_another_provider_than_was_asked_is_refused(meeting: Meeting) -> None:
    assert isinstance(meeting.refusal(iss="https://elsewhere.example"), UntrustedAnswerError)


def test_a_provider_that_names_itself_in_answers_has_to(meeting: Meeting) -> None:
    meeting.rogue.metadata = {"authorization_response_iss_parameter_supported": True}

    assert isinstance(meeting.refusal(), UntrustedAnswerError)
    assert meeting.sign_in(iss=meeting.rogue.issuer).subject == "ann"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": 5},
        {"response_types_supported": ["id_token"]},
        {"id_token_signing_alg_values_supported": ["HS256"]},
        {"id_token_signing_alg_values_supported": [["ES256"]]},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"authorization_endpoint": "ftp://127.0.0.1/auth"},
        {"token_endpoint": None},
        {"jwks_uri": "https://"},
    ],
)
def test_a_provider_that_cannot_be_used_is_a_bad_setup(meeting: Meeting, metadata: dict[str, Any]) -> None:
    meeting.rogue.metadata = metadata

    assert isinstance(meeting.refusal(), BadSetupError)


@pytest.mark.parametrize(
    ("path", "answer", "kind"),
    [
        ("/.well-known/openid-configuration", (404, b"{}"), ProviderFailedError),
        ("/.well-known/openid-configuration", (302, b""), ProviderFailedError),
        ("/.well-known/openid-configuration", (200, b"<html>"), ProviderFailedError),
        ("/.well-known/openid-configuration", (200, b"[]"), ProviderFailedError),
        ("/.well-known/openid-configuration", (200, b" " * 300_000), ProviderUnreachableError),
        ("/keys", (200, b'{"keys": []}'), BadSetupError),
        ("/keys", (200, b'{"keys": [{"kty": "EC"}]}'), BadSetupError),
        ("/token", (500, b""), ProviderFailedError),
        ("/token", (200, b"<html>"), ProviderFailedError),
        ("/token", (200, b"[" * 100_000), ProviderFailedError),
        ("/token", (200, b"{}"), UntrustedAnswerError),
        ("/token", (400, b'{"error": "invalid_client"}'), BadSetupError),
        ("/token", (400, '{"error": "x", "error_description": "süß"}'.encode()), ProviderFailedError),
    ],
)
def test_a_provider_that_fails_is_told_apart(
    meeting: Meeting, path: str, answer: tuple[int, bytes], kind: type[SignOnError]
) -> None:
    meeting.rogue.answers[path] = answer

    assert isinstance(meeting.refusal(), kind)


def test_what_a_provider_says_nothing_of_is_as_the_standards_have_it(meeting: Meeting) -> None:
    meeting.rogue.metadata = {"code_challenge_methods_supported": None, "response_types_supported": None}

    assert meeting.sign_in().subject == "ann"


def test_addresses_that_are_not_public_are_never_asked(meeting: Meeting) -> None:
    strict = Providers(receivers=Receivers(own_networks=[]), own_networks=[], origin="https://usher.example")

    with pytest.raises(ProviderUnreachableError):
        strict.begin(meeting.connection())

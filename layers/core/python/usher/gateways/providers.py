"""Identity providers: the authorization code flow of OpenID Connect, with PKCE, state and nonce.

Authlib implements the protocol, joserfc the signatures. Requests are made as those of webhooks are: to an
address that was checked, over https, without redirects, within a time limit.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core.claims import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.connection import HTTPConnection

from usher.domain.destinations import (
    BadDestinationError,
    Destination,
    Networks,
    read_destination,
)
from usher.domain.enrollment.connections import Claims, Connection
from usher.domain.enrollment.sso_login import (
    Attempt,
    BadSetupError,
    ProviderFailedError,
    ProviderUnreachableError,
    SignOnLostError,
    UntrustedAnswerError,
    sso_callback,
)
from usher.gateways.provider_answers import claims_of, refusal, refusal_of_code, why_untrusted
from usher.gateways.receivers import CallFailedError, Limits, Receivers
from usher.lazy_dataclasses import dataclass

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""The accepted signature algorithms, all asymmetric: whoever knows a shared secret could sign tokens, too."""

LEEWAY = 120
"""Seconds by which a provider's clock may differ."""

LIMITS = Limits(connect=3, total=5)
"""The time limits of one request. A sign-in makes four at most, while a person waits for the page."""

_KEPT = 600.0
"""Seconds for which a provider's metadata and keys are cached."""
_MOST = 256 * 1024
"""The most bytes of an answer that are read."""
_OK = 200
_SCOPE = "openid email profile"
_KEY_TYPES = frozenset({"RSA", "EC"})
_BASIC, _POST = "client_secret_basic", "client_secret_post"


class Providers:
    """The client of identity providers: begins and finishes single sign-ons."""

    def __init__(self, *, receivers: Receivers, own_networks: Networks, origin: str) -> None:
        """Call providers through `receivers`; `origin` is that of the pages to which they redirect."""
        self._receivers = receivers
        self._own_networks = own_networks
        self._origin = origin
        self._published: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def begin(self, connection: Connection) -> tuple[str, Attempt]:
        """Return the URL to redirect the browser to, and the attempt to keep in its cookie.

        Raises:
            ProviderUnreachableError, ProviderFailedError, BadSetupError.
        """
        metadata = self.metadata(connection.issuer)
        attempt = Attempt(
            connection=connection.id,
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )
        location, _ = self._client(connection).create_authorization_url(
            metadata["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(location), attempt

    def finish(
        self, connection: Connection, *, attempt: Attempt, secret: str, answer: Mapping[str, str]
    ) -> Claims:
        """Exchange the code in the provider's `answer` for tokens, and return the person's claims.

        Raises:
            SignOnLostError, DeniedError, UntrustedAnswerError, ProviderUnreachableError,
            ProviderFailedError, BadSetupError.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SignOnLostError("The answer belongs to another sign-in.")
        metadata = self.metadata(connection.issuer)
        names_itself = metadata.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", "" if names_itself else connection.issuer) != connection.issuer:
            raise UntrustedAnswerError("It came from another provider than the one that was asked.")
        if "error" in answer:
            raise refusal(answer["error"])
        if not answer.get("code"):
            raise ProviderFailedError("The provider sent neither a code nor an error.")
        token = self._token(connection, metadata, attempt=attempt, secret=secret, code=answer["code"])
        claims = self._checked(connection, metadata, token, nonce=attempt.nonce)
        if "email" not in claims:  # such as from a provider that follows OpenID Connect Core 5.4 strictly
            claims |= self._user_info(metadata, token, subject=claims["sub"])
        return claims_of(claims)

    def metadata(self, issuer: str, *, fresh: bool = False) -> Mapping[str, Any]:
        """Return the provider's metadata, cached for ten minutes unless it has to be `fresh`.

        Raises:
            ProviderUnreachableError, ProviderFailedError.
            BadSetupError: the metadata is of another issuer, or lacks something required.
        """
        found = self._get(get_well_known_url(issuer, external=True), fresh=fresh)
        if found.get("issuer") != issuer:
            raise BadSetupError("The provider calls itself by another name than the issuer that was set up.")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            try:
                read_destination(str(found.get(name, "")), own_networks=self._own_networks)
            except BadDestinationError as error:
                raise BadSetupError(f"The provider's {name} cannot be used. {error.detail}") from error
        challenges = _listed(found, "code_challenge_methods_supported", "S256")
        if "S256" not in challenges or "code" not in _listed(found, "response_types_supported", "code"):
            raise BadSetupError("The provider does not offer the authorization code flow with PKCE.")
        signs_with = _listed(found, "id_token_signing_alg_values_supported", "RS256")
        if not any(one in ALGORITHMS for one in signs_with):
            raise BadSetupError("The provider signs in no way that can be checked with a public key.")
        return found

    def keys(self, metadata: Mapping[str, Any], *, fresh: bool = False) -> KeySet:
        """Return the provider's public signing keys.

        Raises:
            ProviderUnreachableError, ProviderFailedError, BadSetupError.
        """
        found = self._get(metadata["jwks_uri"], fresh=fresh).get("keys")
        usable = [
            key
            for key in (found if isinstance(found, list) else [])
            if isinstance(key, dict) and key.get("kty") in _KEY_TYPES and key.get("use", "sig") == "sig"
        ]
        try:
            keys = KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, TypeError) as error:
            raise BadSetupError("The provider's keys cannot be read.") from error
        if not keys.keys:
            raise BadSetupError("The provider publishes no key that it signs with.")
        return keys

    def _client(self, connection: Connection, secret: str = "", method: str = _BASIC) -> Any:  # noqa: ANN401 - Authlib has no types
        return OAuth2Client(
            _Session(self._receivers),
            client_id=connection.client_id,
            client_secret=secret,
            token_endpoint_auth_method=method,
            scope=_SCOPE,
            redirect_uri=self._origin + sso_callback(connection.id),
            code_challenge_method="S256",
        )

    def _token(
        self,
        connection: Connection,
        metadata: Mapping[str, Any],
        *,
        attempt: Attempt,
        secret: str,
        code: str,
    ) -> Mapping[str, Any]:
        methods = _listed(metadata, "token_endpoint_auth_methods_supported", _BASIC)
        method = next((one for one in (_BASIC, _POST) if one in methods), None)
        if method is None:
            raise BadSetupError("The provider takes no client's secret.")
        try:
            token: Mapping[str, Any] = self._client(connection, secret, method).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
            )
        except OAuth2Error as error:
            raise refusal_of_code(str(error.error)) from error
        except CallFailedError as error:
            raise ProviderUnreachableError(error.reason) from error
        except ValueError as error:
            raise ProviderFailedError("The provider's answer to the code cannot be read.") from error
        return token

    def _checked(
        self, connection: Connection, metadata: Mapping[str, Any], token: Mapping[str, Any], *, nonce: str
    ) -> dict[str, Any]:
        """Return the claims of the ID token, verified as OpenID Connect requires."""
        decoded = self._decoded(metadata, str(token.get("id_token", "")))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": connection.issuer},
                "aud": {"essential": True, "value": connection.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": connection.client_id,
                "access_token": token.get("access_token"),
            },
        )
        try:
            # By the actual time, which providers use, whatever offset Usher's clock has.
            claims.validate(now=int(time.time()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise UntrustedAnswerError(why_untrusted(error)) from error
        return dict(claims)

    def _decoded(self, metadata: Mapping[str, Any], text: str) -> jwt.Token:
        for fresh in (False, True):  # the provider may have rotated its keys since they were cached
            try:
                return jwt.decode(text, self.keys(metadata, fresh=fresh), algorithms=list(ALGORITHMS))
            except (JoseError, ValueError, TypeError) as error:
                if fresh:
                    raise UntrustedAnswerError("It is not signed with one of the provider's keys.") from error
        raise AssertionError  # the second time returns or raises

    def _user_info(
        self, metadata: Mapping[str, Any], token: Mapping[str, Any], *, subject: str
    ) -> Mapping[str, Any]:
        endpoint = metadata.get("userinfo_endpoint")
        if not isinstance(endpoint, str):
            return {}
        bearer = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        found = _object(self._answered("GET", endpoint, headers=bearer))
        if found.get("sub") != subject:
            raise UntrustedAnswerError("The provider described another person than it had signed in.")
        return {name: value for name, value in found.items() if name in _PROFILE_CLAIMS}

    def _get(self, url: str, *, fresh: bool = False) -> Mapping[str, Any]:
        at, known = self._published.get(url, (float("-inf"), {}))
        if not fresh and time.monotonic() - at < _KEPT:
            return known
        found = _object(self._answered("GET", url))
        self._published[url] = (time.monotonic(), found)
        return found

    def _answered(self, method: str, url: str, *, headers: Mapping[str, str] | None = None) -> _Answer:
        try:
            return _send(self._receivers, method, url, headers=headers or {})
        except CallFailedError as error:
            raise ProviderUnreachableError(error.reason) from error


_PROFILE_CLAIMS = frozenset({"email", "email_verified", "name", "given_name", "family_name"})


@dataclass(frozen=True)
class _Answer:
    """An HTTP answer with the interface that Authlib reads."""

    status_code: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the provider sends
        try:
            return json.loads(self.body)
        except RecursionError as deep:
            raise ValueError from deep

    def raise_for_status(self) -> None:
        if self.status_code != _OK:
            raise ValueError(self.status_code)


class _Session:
    """The HTTP session through which Authlib sends its requests."""

    def __init__(self, receivers: Receivers) -> None:
        self._receivers = receivers

    def post(
        self,
        url: str,
        *,
        data: Mapping[str, str],
        headers: Mapping[str, str],
        auth: Any,  # noqa: ANN401 - Authlib has no types
    ) -> _Answer:
        to, with_headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _send(self._receivers, "POST", to, body=body, headers=with_headers)


def _send(
    receivers: Receivers, method: str, url: str, *, headers: Mapping[str, str], body: str = ""
) -> _Answer:
    exchange = partial(_exchange, method=method, body=body, headers={"Accept": "application/json", **headers})
    return receivers.call(url, exchange)


def _exchange(
    connection: HTTPConnection, to: Destination, *, method: str, body: str, headers: Mapping[str, str]
) -> _Answer:
    connection.request(
        method,
        to.target,
        body=body.encode() or None,
        headers={"Host": to.authority, **headers},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    read = response.read(_MOST + 1)
    if len(read) > _MOST:
        raise CallFailedError("The provider's answer is too long.")
    return _Answer(response.status, read)


def _object(answer: _Answer) -> dict[str, Any]:
    """Return the JSON object in an answer, or raise ProviderFailedError."""
    try:
        answer.raise_for_status()
        found = answer.json()
    except ValueError as error:
        raise ProviderFailedError("The provider's answer cannot be read.") from error
    if not isinstance(found, dict):
        raise ProviderFailedError("The provider's answer cannot be read.")
    return found


def _listed(published: Mapping[str, Any], name: str, default: str) -> list[object]:
    """Return the list under a name in the metadata; without one, `default` alone, as the standards say."""
    found = published.get(name)
    return [default] if found is None else found if isinstance(found, list) else []

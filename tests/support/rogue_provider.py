"""An identity provider that answers as a test sets it, for tokens that no honest one would sign."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET


@dataclass
class RogueProvider:
    """What it answers.

    Attributes:
        claims: in its ID token, besides those that would be right; None leaves one out.
        metadata: in its discovery document, besides those that would be right.
        answers: the answers at paths, in place of JSON.
    """

    issuer: str = ""
    nonce: str = ""
    algorithm: str = "ES256"
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    signs_with: Any = None

    @cached_property
    def key(self) -> ECKey:
        """The key that the provider publishes."""
        return ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}, auto_kid=False)

    @cached_property
    def other_key(self) -> ECKey:
        """An unpublished key with the id of the published one."""
        return ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}, auto_kid=False)

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer at a path."""
        if path in self.answers:
            return self.answers[path]
        served: dict[str, Callable[[], dict[str, Any]]] = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda: {"keys": [self.key.as_dict(private=False)]},
            "/token": lambda: {"token_type": "Bearer", "access_token": "a", "id_token": self.id_token()},
        }
        return 200, json.dumps(served[path]()).encode()

    def id_token(self) -> str:
        """Return its ID token."""
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "ann",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 60,
            "email": "ann@acme.example",
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[self.algorithm])

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["ES256"],
            **self.metadata,
        }


def shared_key() -> OctKey:
    """Return the client's secret as a key, which OpenID Connect allows to sign with, and we do not."""
    return OctKey.import_key(CLIENT_SECRET)


def rsa_key() -> RSAKey:
    """Return a key of another kind than the published one."""
    return RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)


@contextmanager
def serving_rogue() -> Iterator[RogueProvider]:
    """Run a rogue provider on the loopback."""
    rogue = RogueProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = rogue.answer(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    rogue.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield rogue
    finally:
        server.shutdown()
        server.server_close()

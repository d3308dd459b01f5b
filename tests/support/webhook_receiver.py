"""Receivers of webhooks: real servers on loopback, over TLS with a certificate of an authority of their own.

`with receiving() as receiver:` serves `https://hooks.example.test:PORT`; what it was sent is in
`receiver.requests`, and `receiver.answers` says how it answers, one after another, and then with 204.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook as Verifier

HOST = "hooks.example.test"
LOOPBACK = "127.0.0.1"
LOOPBACK_NETWORK = "127.0.0.0/8"

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Request:
    """A message that a receiver got."""

    path: str
    headers: dict[str, str]
    body: str

    def verified(self, secret: str) -> Any:
        """Return the message if it was signed with the secret, or raise the library's error."""
        return Verifier(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """A server that receives messages."""

    port: int
    secure: bool = True
    requests: list[Request] = field(default_factory=list)
    answers: list[Respond] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/in" if self.secure else f"http://{LOOPBACK}:{self.port}/in"

    def will(self, *answers: Respond) -> None:
        """Set the next answers, one for each message."""
        self.answers += answers


def status(code: int, body: str = "", **headers: str) -> Respond:
    """Return an answer with the status."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return respond


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _signed(key, key, "authority", authority=None)


def _signed(
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    name: str,
    *,
    authority: x509.Certificate | None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    is_authority = authority is None
    usage = dict.fromkeys(_USAGES, False) | {
        "key_cert_sign": is_authority,
        "crl_sign": is_authority,
        "digital_signature": not is_authority,
    }
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if authority is None else authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(by, hashes.SHA256())
    )


@cache
def trust() -> ssl.SSLContext:
    """Return a TLS context that trusts the authority of these servers alone."""
    _, certificate = _authority()
    context = ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python has it from 3.13 on
    return context


@cache
def _identity() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    by, authority = _authority()
    certificate = _signed(key, by, HOST, authority=authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(chain)
    return context


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: some tests have the caller hang up."""


@contextmanager
def receiving(*, secure: bool = True) -> Iterator[Receiver]:
    """Serve on a free port of loopback while the block runs."""
    receiver = Receiver(port=0, secure=secure)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            receiver.requests.append(Request(self.path, {**self.headers}, body))
            (receiver.answers.pop(0) if receiver.answers else status(204))(self)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = _Server((LOOPBACK, 0), Handler)
    if secure:
        server.socket = _identity().wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def to_loopback(host: str, _port: int) -> Sequence[str]:
    """Resolve every name to loopback, in place of DNS."""
    try:
        return [str(ip_address(host))]
    except ValueError:
        return [LOOPBACK]

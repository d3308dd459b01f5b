"""The settings in which deployments of the stack may differ, read from the CDK context."""

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from constructs import Node

from infra.concurrency import Concurrency

ROOT = Path(__file__).resolve().parent.parent
"""The repository: the folder of functions/, layers/, requirements/ and openapi.json."""

Arch = Literal["arm64", "x86_64"]

WHEEL_PLATFORMS: dict[Arch, str] = {
    "arm64": "aarch64-manylinux_2_28",
    "x86_64": "x86_64-manylinux_2_28",
}
"""The uv platform that the wheels of the dependencies layer are for, per processor."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The context of one synthesis.

    Attributes:
        arch: the processor of the functions.
        python: the Python version that the wheels of the dependencies layer are for, such as `3.13`.
        platform: the uv platform of these wheels; by default the one of `arch`.
        sender: the address that all emails come from; its domain becomes the SES identity.
        origin: the public address of this Usher, such as `https://usher.example`, without a slash at its
            end; None for CloudFront's own name.
        certificate: ARN of an ACM certificate in us-east-1 that covers the host name of `origin`;
            CloudFront then answers to that name.
        webhook_networks: networks that are not public, in CIDR notation, to which webhooks and single
            sign-on may send requests all the same, over plain http as well. Whoever manages an organization
            can then send requests into them.
        concurrency: how many invocations of each function may run at the same time.
    """

    arch: Arch
    python: str
    platform: str
    sender: str
    origin: str | None
    certificate: str | None
    webhook_networks: tuple[str, ...]
    concurrency: Concurrency

    @classmethod
    def from_context(cls, node: Node) -> "Settings":
        """Read the settings from the construct tree's context, or raise ValueError for a bad value."""
        arch = str(node.try_get_context("arch") or "arm64")
        if arch not in get_args(Arch):
            raise ValueError(f"context `arch` is {arch!r}; use one of {', '.join(get_args(Arch))}")
        sender = str(node.try_get_context("sender") or "no-reply@usher.example")
        if sender.count("@") != 1 or sender.endswith("@"):
            raise ValueError(f"context `sender` is {sender!r}; give the address that emails come from")
        known_arch = cast("Arch", arch)
        settings = cls(
            arch=known_arch,
            python=str(node.try_get_context("python") or "3.13"),
            platform=str(node.try_get_context("platform") or WHEEL_PLATFORMS[known_arch]),
            sender=sender,
            origin=_given(node, "origin"),
            certificate=_given(node, "certificate"),
            webhook_networks=_networks(node, "webhook_networks"),
            concurrency=Concurrency.from_context(node),
        )
        if settings.certificate and not settings.origin_host:
            raise ValueError("context `certificate` needs context `origin`: the https address it covers")
        return settings

    @property
    def origin_host(self) -> str:
        """The host name of `origin`; empty without one."""
        return urlsplit(self.origin or "").hostname or ""

    @property
    def sender_domain(self) -> str:
        """The domain of the sender's address."""
        return self.sender.rpartition("@")[2]


def _networks(node: Node, key: str) -> tuple[str, ...]:
    given = [part.strip() for part in str(node.try_get_context(key) or "").split(",")]
    try:
        return tuple(str(ip_network(part)) for part in given if part)
    except ValueError as error:
        raise ValueError(f"context `{key}` names networks such as 10.0.0.0/8,fd00::/8; {error}") from error


def _given(node: Node, key: str) -> str | None:
    value = node.try_get_context(key)
    return str(value).rstrip("/") if value else None

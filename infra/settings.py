"""The settings in which deployments of the stack may differ: a stage's, and the CDK context over them."""

import json
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from constructs import Node
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from infra.concurrency import Concurrency

ROOT = Path(__file__).resolve().parent.parent
"""The repository: the folder of functions/, layers/, requirements/ and openapi.json."""

STAGES = ROOT / "stages"
"""The folder of the stages' settings, one JSON file each."""

Arch = Literal["arm64", "x86_64"]

WHEEL_PLATFORMS: dict[Arch, str] = {
    "arm64": "aarch64-manylinux_2_28",
    "x86_64": "x86_64-manylinux_2_28",
}
"""The uv platform that the wheels of the dependencies layer are for, per processor."""

_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_CERTIFICATE = r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/.+$"
_WEB_ACL = r"^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global/webacl/.+$"
_KEY_ID = re.compile(r"[a-z][a-z0-9]{0,19}")


class BadSettingsError(ValueError):
    """A stage has no settings, or a setting has a bad value; the message names it and says what to write."""


def _address(text: str) -> str:
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@"):
        raise ValueError(f"{text!r} is no address; write one such as no-reply@usher.example")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(f"{text!r} is no origin; write one such as https://seats.your.domain")
    return text.rstrip("/")


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ValueError(f"write networks such as 10.0.0.0/8 or fd00::/8; {error}") from error


def _separated(value: object) -> object:
    """Return the parts of a text separated by commas, as the context of the command line has them."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _key_id(text: str) -> str:
    if not _KEY_ID.fullmatch(text) or text == "current":
        raise ValueError(f"{text!r} is no id of a key; they are k1, k2, and so on")
    return text


class Throttle(BaseModel):
    """The limits of the HTTP API's stage, above which it answers 429.

    Attributes:
        rate: requests a second, on average.
        burst: requests at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: int = Field(default=100, gt=0)
    burst: int = Field(default=200, gt=0)


CognitoPlan = Literal["LITE", "ESSENTIALS", "PLUS"]
"""The feature plans of Cognito's user pools. Usher uses nothing that the first lacks (decision 84)."""


class Settings(BaseModel):
    """The settings of one synthesis.

    Attributes:
        stage: the name of the stage, such as `prod`; the stack is `Usher-prod` then. None for `Usher` alone.
        account: the AWS account of the stage; None for the one that the shell's credentials belong to.
        region: the stage's region; None for the shell's.
        arch: the processor of the functions.
        python: the Python version that the wheels of the dependencies layer are for, such as `3.13`.
        platform: the uv platform of these wheels; by default the one of `arch`.
        bytecode: whether the functions' code is compiled where it is packed. On the local stack, where Python
            keeps bytecode by itself, it is not.
        sender: the address that all emails come from; its domain is the SES identity.
        ses_identity: whether the stack creates the SES identity, or the account has it already. One account
            has a domain once in each region, so that of several stages with one domain one creates it.
        ses_sandbox: whether SES still keeps the account in its sandbox. It then sends to verified identities
            alone, and asks for the permission to use the recipient's.
        origin: the public address of this Usher, such as `https://usher.example`, without a slash at its
            end; None for CloudFront's own name.
        certificate: ARN of an ACM certificate in us-east-1 that covers the host name of `origin`, to which
            CloudFront then answers. Only an http origin goes without: it is that of a local stack.
        alarm_email: who is told of alarms, once they have confirmed it to SNS; None for nobody yet.
        webhook_networks: networks that are not public, in CIDR notation, to which webhooks and single
            sign-on may send requests all the same, over plain http as well. Whoever manages an organization
            can then send requests into them.
        throttle: the limits of the HTTP API.
        origin_verify_key: the id of the key in the secret `OriginVerifyKeys` that CloudFront shows to the
            API. Whichever is in the secret is accepted.
        log_sample_rate: the part of invocations whose debugging lines are logged as well, 0 to 1.
        route_metrics: whether API Gateway keeps metrics of each route beside those of the API as a whole.
            CloudWatch charges for each; with all routes in use that is about $230 a month.
        concurrency: how many invocations of each function may run at the same time.
        due_shards: among how many partitions the index of what is due is divided, each of which takes 1,000
            writes a second. It may grow, and not shrink: a smaller number does not read the last ones.
        web_acl_arn: ARN of a web ACL of AWS WAF with the scope CLOUDFRONT, which filters all requests.
        backup: whether AWS Backup keeps daily copies of the table for 35 days.
        canary: whether a new version of the functions that serve HTTP gets a tenth of the requests for five
            minutes first, and is rolled back if it fails.
        cognito_plan: the feature plan of the user pool, which decides its price for an active user.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str | None = None
    account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = None
    arch: Arch = "arm64"
    python: str = "3.13"
    platform: str = ""
    bytecode: bool = True
    sender: Annotated[str, AfterValidator(_address)] = "no-reply@usher.example"
    ses_identity: Literal["new", "existing"] = "new"
    ses_sandbox: bool = False
    origin: Annotated[str, AfterValidator(_origin)] | None = None
    certificate: Annotated[str, Field(pattern=_CERTIFICATE)] | None = None
    alarm_email: Annotated[str, AfterValidator(_address)] | None = None
    webhook_networks: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_separated)
    ] = ()
    throttle: Throttle = Throttle()
    concurrency: Concurrency = Concurrency()
    due_shards: Annotated[int, Field(ge=4, le=256)] = 64
    log_sample_rate: Annotated[float, Field(ge=0, le=1)] = 0
    route_metrics: bool = False
    web_acl_arn: Annotated[str, Field(pattern=_WEB_ACL)] | None = None
    backup: bool = False
    canary: bool = False
    cognito_plan: CognitoPlan = "LITE"
    origin_verify_key: Annotated[str, AfterValidator(_key_id)] = "k1"

    @model_validator(mode="after")
    def _certificate_covers_origin(self) -> Self:
        if self.certificate and not self.origin_host:
            raise ValueError("`certificate` needs `origin`: the https address it covers")
        if (self.origin or "").startswith("https:") and not self.certificate:
            raise ValueError(
                "`origin` needs `certificate`: without one CloudFront answers to its own name alone, "
                f"and not to {self.origin_host}"
            )
        return self

    @classmethod
    def from_context(cls, node: Node) -> Self:
        """Return the settings of the stage that the tree's context names, with the context's own over them.

        Raises:
            BadSettingsError: the stage has no file, or a value is bad.
        """
        names = cls.model_fields.keys() - {"stage"}
        given = {name: node.try_get_context(name) for name in names}
        stage = node.try_get_context("stage")
        overrides = {name: value for name, value in given.items() if value not in (None, "")}
        return cls.of_stage(stage, **overrides)

    @classmethod
    def of_stage(cls, stage: str | None, **overrides: Any) -> Self:  # noqa: ANN401 - checked by the model
        """Return the settings in `stages/<stage>.json`; without a stage, what is given and the defaults.

        Raises:
            BadSettingsError: the stage has no file, or a value is bad.
        """
        described = {} if stage is None else _described(stage)
        try:
            return cls.model_validate({**described, **overrides, "stage": stage})
        except ValidationError as error:
            where = "the CDK context" if stage is None else f"stages/{stage}.json"
            raise BadSettingsError(f"{where}: {_reasons(error)}") from error

    @property
    def stack_name(self) -> str:
        """The name of the stack."""
        return "Usher" if self.stage is None else f"Usher-{self.stage}"

    @property
    def wheel_platform(self) -> str:
        """The uv platform of the dependencies layer's wheels."""
        return self.platform or WHEEL_PLATFORMS[self.arch]

    @property
    def origin_host(self) -> str:
        """The host name of `origin`; empty without one."""
        return urlsplit(self.origin or "").hostname or ""

    @property
    def sender_domain(self) -> str:
        """The domain of the sender's address."""
        return self.sender.rpartition("@")[2]


def _described(stage: str) -> dict[str, Any]:
    if not _STAGE.fullmatch(stage):
        raise BadSettingsError(f"{stage!r} is no stage's name: 1 to 20 of a-z, 0-9 and -, a letter first")
    path = STAGES / f"{stage}.json"
    try:
        described = json.loads(path.read_text())
    except FileNotFoundError:
        known = ", ".join(sorted(other.stem for other in STAGES.glob("*.json"))) or "none"
        raise BadSettingsError(
            f"there is no stages/{stage}.json (there are: {known}); copy stages/example.json and fill it in"
        ) from None
    except ValueError as error:
        raise BadSettingsError(f"stages/{stage}.json is no JSON: {error}") from error
    if not isinstance(described, dict) or "stage" in described:
        raise BadSettingsError(f"stages/{stage}.json must hold an object, without the stage's own name in it")
    return described


def _reasons(error: ValidationError) -> str:
    return "; ".join(
        (f"`{'.'.join(map(str, each['loc']))}`: " if each["loc"] else "")
        + each["msg"].removeprefix("Value error, ")
        for each in error.errors()
    )

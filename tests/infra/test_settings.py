"""What may differ between two deployments, and that several stand side by side in one account."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra import settings as settings_module
from infra.app import build
from infra.settings import BadSettingsError, Settings
from tests.infra.template import Template

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/one"


def _settings(**context: Any) -> Settings:
    return Settings.from_context(App(context=context).node)


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of stages/."""
    folder = tmp_path / "stages"
    folder.mkdir()
    monkeypatch.setattr(settings_module, "STAGES", folder)
    return folder


def _synthesized(stage: str, outdir: Path, monkeypatch: pytest.MonkeyPatch) -> Template:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    build(outdir=str(outdir), context={"aws:cdk:bundling-stacks": [], "stage": stage}).synth()
    return Template.read(outdir, name=f"Usher-{stage}")


def test_the_functions_run_on_arm_with_the_wheels_to_match_unless_told() -> None:
    settings = _settings()

    assert (settings.arch, settings.python) == ("arm64", "3.13")
    assert settings.wheel_platform == "aarch64-manylinux_2_28"


def test_the_wheels_follow_the_processor_and_can_be_named_for_another_system() -> None:
    assert _settings(arch="x86_64").wheel_platform == "x86_64-manylinux_2_28"
    assert _settings(platform="aarch64-apple-darwin").wheel_platform == "aarch64-apple-darwin"


def test_without_a_stage_the_stack_is_usher() -> None:
    assert _settings().stack_name == "Usher"


def test_a_stage_has_its_settings_in_a_file_and_the_context_over_them(stages: Path) -> None:
    described = {"sender": "seats@training.example", "throttle": {"rate": 500}, "region": "eu-central-1"}
    (stages / "prod.json").write_text(json.dumps(described))

    settings = _settings(stage="prod", arch="x86_64")

    assert settings.stack_name == "Usher-prod"
    assert (settings.sender_domain, settings.region, settings.arch) == (
        "training.example",
        "eu-central-1",
        "x86_64",
    )
    assert (settings.throttle.rate, settings.throttle.burst) == (500, 200)


def test_the_example_is_a_stage() -> None:
    assert _settings(stage="example").origin_host == "seats.your.domain"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"arch": "riscv64"}, "`arch`: Input should be 'arm64' or 'x86_64'"),
        ({"sender": "usher.example"}, "`sender`: .*is no address; write one such as"),
        ({"sender": "a@b@usher.example"}, "`sender`"),
        ({"sender": "no-reply@"}, "`sender`"),
        ({"alarm_email": "on call"}, "`alarm_email`"),
        ({"origin": "seats.example"}, "`origin`: .*write one such as https://seats.your.domain"),
        ({"origin": "https://seats.example/usher"}, "`origin`"),
        ({"certificate": CERTIFICATE}, "`certificate` needs `origin`"),
        ({"origin": "https://x.io"}, "`origin` needs `certificate`: .* and not to x.io"),
        (
            {"certificate": CERTIFICATE.replace("us-east-1", "eu-west-1"), "origin": "https://x.io"},
            "`certificate`",
        ),
        ({"webhook_networks": ["10.0.0.0/33"]}, "`webhook_networks.0`: .*write networks such as"),
        ({"webhook_networks": ["10.0.0.1/8"]}, "`webhook_networks.0`"),
        ({"throttle": {"rate": 0}}, "`throttle.rate`: Input should be greater than 0"),
        ({"throttle": {"rates": 1}}, "`throttle.rates`"),
        (
            {"concurrency": {"imports": 1}},
            "`concurrency.imports`: Input should be greater than or",
        ),
        ({"concurrency": {"webhooks": 1001}}, "`concurrency.webhooks`"),
        ({"concurrency": {"dispatch": 11}}, "`concurrency.dispatch`"),
        ({"concurrency": {"api": "many"}}, "`concurrency.api`"),
        ({"origin_verify_key": "current"}, "`origin_verify_key`"),
        ({"ses_identity": "both"}, "`ses_identity`"),
        ({"region": "frankfurt"}, "`region`"),
        ({"account": "12345"}, "`account`"),
        ({"sendr": "a@b.io"}, "`sendr`: Extra inputs are not permitted"),
    ],
    ids=str,
)
def test_a_bad_setting_is_refused_by_its_name(stages: Path, value: dict[str, Any], reason: str) -> None:
    (stages / "prod.json").write_text(json.dumps(value))

    with pytest.raises(BadSettingsError, match=rf"stages/prod\.json: {reason}"):
        _settings(stage="prod")


@pytest.mark.parametrize(
    ("stage", "text", "reason"),
    [
        ("dev", None, r"no stages/dev\.json \(there are: prod\); copy stages/example\.json"),
        ("../prod", None, "is no stage's name"),
        ("Prod", None, "is no stage's name"),
        ("bad", "{", r"stages/bad\.json is no JSON"),
        ("bad", "[]", "must hold an object"),
        ("bad", '{"stage": "prod"}', "without the stage's own name"),
    ],
)
def test_a_stage_that_is_not_there_or_not_readable_is_refused(
    stages: Path, stage: str, text: str | None, reason: str
) -> None:
    (stages / "prod.json").write_text("{}")
    if text is not None:
        (stages / f"{stage}.json").write_text(text)

    with pytest.raises(BadSettingsError, match=reason):
        _settings(stage=stage)


def test_an_origin_is_kept_without_the_slash_at_its_end() -> None:
    kept = _settings(origin="https://seats.example/", certificate=CERTIFICATE)
    assert kept.origin == "https://seats.example"
    assert _settings(origin="http://localhost:8000/").origin == "http://localhost:8000"
    assert _settings().origin is None


def test_webhooks_lead_to_public_addresses_alone_unless_networks_are_named() -> None:
    assert _settings().webhook_networks == ()
    assert _settings(webhook_networks="10.0.0.0/8, fd00::/8").webhook_networks == ("10.0.0.0/8", "fd00::/8")


def test_what_a_stage_says_is_in_its_template(
    stages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = {
        "sender": "seats@training.example",
        "alarm_email": "on-call@training.example",
        "origin": "https://seats.example",
        "certificate": CERTIFICATE,
        "ses_identity": "existing",
        "ses_sandbox": True,
        "throttle": {"rate": 500, "burst": 700},
        "origin_verify_key": "k2",
        "concurrency": {"api": 0, "dispatch": 8},
    }
    (stages / "prod.json").write_text(json.dumps(described))

    template = _synthesized("prod", tmp_path / "out", monkeypatch)

    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    assert distribution["Aliases"] == ["seats.example"]
    assert distribution["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert ":SecretString:k2:" in json.dumps(distribution)
    outputs = {name: output["Value"] for name, output in template.body["Outputs"].items()}
    assert (outputs["Origin"], outputs["DomainName"]) == ("https://seats.example", "seats.example")
    sends = template.functions()["send_email"]["Environment"]["Variables"]
    assert sends["USHER_ORIGIN"] == "https://seats.example"
    assert sends["USHER_SENDER"] == "seats@training.example"
    assert template.of_type("AWS::SES::EmailIdentity") == {}
    assert ":identity/*" in json.dumps(template.of_type("AWS::IAM::Policy"))
    limits = template.one("AWS::ApiGatewayV2::Stage")["Properties"]["DefaultRouteSettings"]
    assert (limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]) == (500, 700)
    told = [
        one["Endpoint"]
        for one in template.of_type("AWS::SNS::Subscription").values()
        if one["Protocol"] == "email"
    ]
    assert told == ["on-call@training.example"]
    assert "ReservedConcurrentExecutions" not in template.functions()["api"]
    lanes = [
        mapping["ParallelizationFactor"]
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if "ParallelizationFactor" in mapping
    ]
    assert lanes == [8]


def test_what_serves_people_is_kept_free_and_the_workers_have_their_share(template: Template) -> None:
    functions = template.functions()
    reserved = {
        name: own["ReservedConcurrentExecutions"]
        for name, own in functions.items()
        if "ReservedConcurrentExecutions" in own
    }

    assert reserved == {"api": 100, "pages": 100}


def test_stages_share_an_account_and_no_name_in_it(
    stages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a template names is named by the stage, and by the region where an account has it once."""
    names = {}
    for stage in ("dev", "prod"):
        (stages / f"{stage}.json").write_text("{}")
        template = _synthesized(stage, tmp_path / stage, monkeypatch)
        names[stage] = _names(template)
        environment = template.functions()["sweep"]["Environment"]["Variables"]
        assert environment["POWERTOOLS_METRICS_NAMESPACE"] == f"Usher-{stage}"

    assert names["dev"] & names["prod"] == set()
    global_names = [name for kind, name in names["prod"] if kind.startswith("AWS::CloudFront::")]
    assert len(global_names) == 5
    assert all("AWS::Region" in name for name in global_names)


_WITHIN_THE_STACK = {
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Cognito::UserPoolGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Policy",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::MetricFilter",
    "AWS::SES::ConfigurationSetEventDestination",
}
"""Resources whose names hold within another resource of the stack, or name one."""


def _names(template: Template) -> set[tuple[str, str]]:
    return {
        (resource["Type"], json.dumps(value))
        for resource in template.resources.values()
        if resource["Type"] not in _WITHIN_THE_STACK
        for properties in (resource.get("Properties", {}), *_configurations(resource))
        for key, value in properties.items()
        if key == "Name" or key.endswith("Name")
    }


def _configurations(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a CloudFront resource that hold its name."""
    return [
        value
        for key, value in resource.get("Properties", {}).items()
        if key in {"ResponseHeadersPolicyConfig", "OriginAccessControlConfig"}
    ]

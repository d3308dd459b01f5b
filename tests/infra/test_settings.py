"""What may differ between two deployments."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra.app import build
from infra.settings import Settings
from tests.infra.template import Template


def _settings(**context: Any) -> Settings:
    return Settings.from_context(App(context=context).node)


def test_the_functions_run_on_arm_with_the_wheels_to_match_unless_told() -> None:
    settings = _settings()

    assert (settings.arch, settings.python, settings.platform) == ("arm64", "3.13", "aarch64-manylinux_2_28")


def test_the_wheels_follow_the_processor_and_can_be_named_for_another_system() -> None:
    assert _settings(arch="x86_64").platform == "x86_64-manylinux_2_28"
    assert _settings(platform="aarch64-apple-darwin").platform == "aarch64-apple-darwin"


def test_a_processor_that_lambda_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(ValueError, match="use one of arm64, x86_64"):
        _settings(arch="riscv64")


@pytest.mark.parametrize("sender", ["usher.example", "a@b@usher.example", "no-reply@"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="give the address that emails come from"):
        _settings(sender=sender)


def test_the_senders_domain_is_what_ses_vouches_for() -> None:
    assert _settings(sender="seats@training.example").sender_domain == "training.example"


def test_an_origin_is_kept_without_the_slash_at_its_end() -> None:
    assert _settings(origin="https://seats.example/").origin == "https://seats.example"
    assert _settings().origin is None


def test_a_certificate_needs_the_origin_that_it_covers() -> None:
    with pytest.raises(ValueError, match="needs context `origin`"):
        _settings(certificate="arn:aws:acm:us-east-1:123456789012:certificate/one")


def test_webhooks_lead_to_public_addresses_alone_unless_networks_are_named() -> None:
    assert _settings().webhook_networks == ()
    assert _settings(webhook_networks="10.0.0.0/8, fd00::/8").webhook_networks == ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "10.0.0.1/8", "intranet"])
def test_a_network_that_cannot_be_read_is_refused(networks: str) -> None:
    with pytest.raises(ValueError, match="names networks such as"):
        _settings(webhook_networks=networks)


def test_with_a_certificate_the_front_answers_to_the_origins_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    context: dict[str, object] = {
        "aws:cdk:bundling-stacks": [],
        "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/one",
        "origin": "https://seats.example",
    }
    build(outdir=str(tmp_path), context=context).synth()
    template = Template.read(tmp_path)
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    origin = template.functions()["send_email"]["Environment"]["Variables"]["USHER_ORIGIN"]

    assert distribution["Aliases"] == ["seats.example"]
    assert distribution["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert origin == template.body["Outputs"]["Origin"]["Value"] == "https://seats.example"


def test_what_serves_people_is_kept_free_and_the_workers_have_their_share(template: Template) -> None:
    functions = template.functions()
    reserved = {
        name: own["ReservedConcurrentExecutions"]
        for name, own in functions.items()
        if "ReservedConcurrentExecutions" in own
    }

    assert reserved == {"api": 100, "pages": 100}


def test_a_stage_chooses_its_concurrency() -> None:
    chosen = _settings(api_concurrency="0", imports_concurrency="3").concurrency

    assert (chosen.api, chosen.pages, chosen.imports) == (0, 100, 3)


@pytest.mark.parametrize(
    "context", [{"api_concurrency": "many"}, {"imports_concurrency": "1"}, {"webhooks_concurrency": "1001"}]
)
def test_a_concurrency_that_lambda_does_not_have_is_refused(context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give a whole number, for a queue from 2 to 1000"):
        _settings(**context)

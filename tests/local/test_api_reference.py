"""The API's reference is served from this origin, whole: its page, what the page loads, and the document."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config

from infra.static_site import FILES, content_security_policy
from tests.local.conftest import ROOT, LocalUsher

LOADED = re.compile(r'<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"')
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


def _get(usher: LocalUsher, path: str) -> httpx.Response:
    return httpx.get(usher.base_url + path, trust_env=False)


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_page_loads_all_that_it_needs_from_this_origin(usher: LocalUsher, path: str) -> None:
    page = _get(usher, path)
    loaded = [address for address in LOADED.findall(page.text) if address != "data:,"]

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert len(loaded) == 3
    for address in loaded:
        asset = _get(usher, address)
        assert address.startswith("/docs/")
        assert asset.status_code == 200
        assert asset.headers["content-type"] == MEDIA_TYPES[Path(address).suffix]
        assert asset.content


def test_the_page_shows_the_committed_document(usher: LocalUsher) -> None:
    document = _get(usher, "/openapi.json")
    settings = _get(usher, "/docs/initialize.js").text

    assert document.headers["content-type"] == "application/json"
    assert document.content == (ROOT / "openapi.json").read_bytes()
    assert 'url: "/openapi.json"' in settings
    assert "validatorUrl: null" in settings, "otherwise a service elsewhere is asked about the document"


@pytest.mark.parametrize("key", [file.key for file in FILES])
def test_each_file_is_under_the_templates_policy(usher: LocalUsher, key: str) -> None:
    headers = _get(usher, f"/{key}").headers

    assert headers["content-security-policy"] == content_security_policy(uploads=usher.emulator)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"


def test_a_file_that_is_not_there_is_not_found(usher: LocalUsher) -> None:
    answer = _get(usher, "/docs/swagger-ui-bundle.js.map")

    assert answer.status_code == 404
    assert "the API's reference is /docs" in answer.text


def _publish(usher: LocalUsher, outputs: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The last step of `make deploy`, with the emulator in AWS's place."""
    written = folder / "outputs.json"
    written.write_text(json.dumps({"Usher": outputs}))
    aws = {"AWS_ENDPOINT_URL": usher.emulator, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.publish", str(written)],
        cwd=ROOT,
        env={**os.environ, **aws, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_deploying_publishes_what_is_missing(usher: LocalUsher, tmp_path: Path) -> None:
    objects = boto3.client(
        "s3",
        endpoint_url=usher.emulator,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(proxies={}),
    )
    objects.delete_object(Bucket=usher.outputs["ConsoleBucketName"], Key="docs/index.html")
    before = _get(usher, "/docs").status_code
    outcome = _publish(usher, usher.outputs, tmp_path)

    assert before == 404
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith("1 files were put into ")
    assert outcome.stdout.endswith(f"the API's reference {usher.base_url}/docs\n")
    assert _get(usher, "/docs").status_code == 200


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"Usher": {"Origin": "https://usher.example"}}'])
def test_a_file_without_the_stacks_outputs_is_one_clear_line(tmp_path: Path, written: str) -> None:
    outputs = tmp_path / "outputs.json"
    outputs.write_text(written)
    outcome = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.publish", str(outputs)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert outcome.stderr == f"{outputs} holds no outputs of a deployed stack; `make deploy` writes it\n"


def test_a_bucket_that_refuses_is_one_clear_line(usher: LocalUsher, tmp_path: Path) -> None:
    outcome = _publish(usher, {**usher.outputs, "ConsoleBucketName": "nobodys-bucket"}, tmp_path)

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("The stack stands, but no files could be put into nobodys-bucket")
    assert outcome.stderr.count("\n") == 1

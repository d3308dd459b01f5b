"""CloudFront shows the console and the API's reference from their bucket, under a strict policy."""

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import boto3
import pytest

from infra.local.site import object_key
from infra.settings import ROOT
from infra.static_site import (
    ASSETS,
    FILES,
    REFERENCE_PAGE,
    VIEWER,
    content_security_policy,
    install,
    publish,
)
from infra.static_site import files as console_files
from tests.infra.template import Template, words

CODE = (ROOT / "infra/constructs/console_deep_links.js").read_text()


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("/docs", REFERENCE_PAGE),
        ("/docs/", REFERENCE_PAGE),
        *((f"/{file.key}", file.key) for file in FILES),
        ("/", "index.html"),
        ("/sign-in", "index.html"),
        ("/organizations/01K/team", "index.html"),
        ("/organizations/01K/learners/k1.0LpBcZ3mM1b9", "index.html"),
        ("/docsx", "index.html"),
        ("/.env", "index.html"),
        ("/licenses.md", "licenses.md"),
        ("/assets/app.js", "assets/app.js"),
        ("/logos/01K/4f2a.png", "logos/01K/4f2a.png"),
        ("/logos", "index.html"),
        ("/assets/gone-4f2a.js", "assets/gone-4f2a.js"),
    ],
)
def test_an_address_leads_to_the_object_that_it_shows(asked: str, key: str) -> None:
    request = {"method": "GET", "uri": asked, "querystring": {}, "headers": {}}
    script = f"{CODE}\nconsole.log(JSON.stringify(handler({json.dumps({'request': request})})))"
    ran = subprocess.run(  # noqa: S603 - our own code
        ["node", "-e", script],  # noqa: S607 - the CDK's Node.js, wherever it is
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout) == {**request, "uri": f"/{key}"}
    assert object_key(asked) == key, "the local stack follows the same rule"


def test_what_is_not_the_apis_comes_from_the_bucket_that_the_outputs_name(template: Template) -> None:
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    default = distribution["DefaultCacheBehavior"]
    (origin,) = (each for each in distribution["Origins"] if each["Id"] == default["TargetOriginId"])
    bucket = template.body["Outputs"]["ConsoleBucketName"]["Value"]["Ref"]

    assert origin["DomainName"] == {"Fn::GetAtt": [bucket, "RegionalDomainName"]}
    assert "OriginAccessControlId" in origin
    for address in ("/docs", *(f"/{file.key}" for file in FILES)):
        assert not [b for b in distribution["CacheBehaviors"] if fnmatchcase(address, b["PathPattern"])]
    (ran,) = default["FunctionAssociations"]
    function = template.of_type("AWS::CloudFront::Function")[ran["FunctionARN"]["Fn::GetAtt"][0]]
    assert (ran["EventType"], function["FunctionCode"]) == ("viewer-request", CODE)


def test_static_files_are_served_under_the_policy_that_the_local_stack_has(template: Template) -> None:
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    policy_id = distribution["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]["Ref"]
    policies = template.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    headers = policies[policy_id]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = words(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    uploads = policy.partition("connect-src 'self' ")[2].partition(";")[0]

    assert policy == content_security_policy(uploads=uploads)
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "https:" not in policy.replace(uploads, ""), "nothing is loaded from other origins"
    assert headers["ContentTypeOptions"] == {"Override": True}


@pytest.mark.parametrize("folder", [VIEWER, ROOT / "web"])
def test_what_is_served_of_npm_packages_is_pinned_to_the_byte(folder: Path) -> None:
    declared = json.loads((folder / "package.json").read_text())
    wanted = declared["dependencies"] | declared.get("devDependencies", {})
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]

    assert locked[""]["dependencies"] | locked[""].get("devDependencies", {}) == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for path, package in locked.items() if path)
    assert not any("resolved" in package for package in locked.values()), "a registry's host is no pin"
    assert "ignore-scripts=true" in (folder / ".npmrc").read_text().splitlines()


def test_the_console_is_published_last_with_its_page_revalidated_and_the_rest_kept() -> None:
    install()
    files = console_files()
    assets = [file for file in files if file.key.startswith(ASSETS)]

    assert files[-1].key == "index.html"
    assert files[-1].cache_control == "no-cache"
    assert {file.cache_control for file in assets} == {"public, max-age=31536000, immutable"}
    assert all(re.fullmatch(r"assets/[\w.-]+-[\w-]{8}\.\w+", file.key) for file in assets)
    assert {file.key for file in files if file not in assets} - {file.key for file in FILES} == {
        "index.html",
        "licenses.md",
    }
    page = files[-1].source.read_text()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page), "the policy refuses inline scripts"


@pytest.mark.usefixtures("aws")
def test_a_second_publication_uploads_nothing_and_removes_only_old_assets() -> None:
    install()
    objects = boto3.client("s3")
    objects.create_bucket(Bucket="console")
    objects.put_object(Bucket="console", Key="assets/former-1a2b3c4d.js", Body=b"former")
    objects.put_object(Bucket="console", Key="logos/theirs.png", Body=b"theirs")

    first, second = publish(objects, "console"), publish(objects, "console")

    assert first == len(console_files())
    assert second == 0
    keys = {found["Key"] for found in objects.list_objects_v2(Bucket="console")["Contents"]}
    assert "assets/former-1a2b3c4d.js" in keys, "tabs that were opened before still load it"
    later = datetime.now(UTC) + timedelta(days=31)
    publish(objects, "console", now=later)
    keys = {found["Key"] for found in objects.list_objects_v2(Bucket="console")["Contents"]}
    assert keys == {file.key for file in console_files()} | {"logos/theirs.png"}

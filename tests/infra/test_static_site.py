"""CloudFront shows the API's reference from the bucket of static files, under a strict policy."""

import json
import subprocess
from fnmatch import fnmatchcase

import pytest

from infra.settings import ROOT
from infra.static_site import FILES, REFERENCE_PAGE, VIEWER, content_security_policy
from tests.infra.template import Template, words

CODE = (ROOT / "infra/constructs/console_deep_links.js").read_text()


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("/docs", REFERENCE_PAGE),
        ("/docs/", REFERENCE_PAGE),
        *((f"/{file.key}", file.key) for file in FILES),
        ("/", "index.html"),
        ("/team", "index.html"),
        ("/docsx", "index.html"),
        ("/assets/app.js", "assets/app.js"),
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
    assert headers["ContentTypeOptions"] == {"Override": True}


def test_the_viewer_is_pinned_to_the_byte() -> None:
    wanted = json.loads((VIEWER / "package.json").read_text())["dependencies"]
    locked = json.loads((VIEWER / "package-lock.json").read_text())["packages"]

    assert locked[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for path, package in locked.items() if path)

"""Programs have a path prefix of their own, which CloudFront adds by their key."""

import json
import subprocess
from typing import Any

import pytest

from functions.api.api_key_gateway import API_KEY_PATH, HEADER
from infra.constructs.cdn import API_KEY_PATHS
from infra.constructs.http_api import PROGRAMS
from infra.settings import ROOT
from tests.infra.template import Template
from usher.domain.integrations.api_keys import text_of
from usher.domain.people import ApiKeyCredential

CODE = (ROOT / "infra/constructs/organization_keys.js").read_text()
KEY = text_of(ApiKeyCredential(organization="o", id="k", secret="s"))


def _behaviors(template: Template) -> dict[str, dict[str, Any]]:
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    return {behavior["PathPattern"]: behavior for behavior in distribution["CacheBehaviors"]}


@pytest.mark.parametrize(
    ("headers", "uri"),
    [
        ({HEADER: KEY}, f"{API_KEY_PATH}/v1/a%2Fb"),
        ({HEADER: "platform-key"}, "/v1/a%2Fb"),
        ({HEADER: f" {KEY}"}, "/v1/a%2Fb"),
        ({"authorization": KEY}, "/v1/a%2Fb"),
        ({}, "/v1/a%2Fb"),
    ],
)
def test_only_an_organizations_key_adds_the_prefix_for_programs(headers: dict[str, str], uri: str) -> None:
    given = {name: {"value": value} for name, value in headers.items()}
    request = {"method": "GET", "uri": "/v1/a%2Fb", "querystring": {}, "headers": given}
    script = f"{CODE}\nconsole.log(JSON.stringify(handler({json.dumps({'request': request})})))"
    ran = subprocess.run(  # noqa: S603 - our own code
        ["node", "-e", script],  # noqa: S607 - the CDK's Node.js, wherever it is
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout) == {**request, "uri": uri}


def test_cloudfront_runs_that_function_where_the_api_is_and_nowhere_else(template: Template) -> None:
    (function,) = [
        logical_id
        for logical_id, each in template.of_type("AWS::CloudFront::Function").items()
        if each["FunctionCode"] == CODE
    ]
    associated = {
        path: behavior["FunctionAssociations"]
        for path, behavior in _behaviors(template).items()
        if "FunctionAssociations" in behavior
    }

    assert associated == {
        API_KEY_PATHS: [
            {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": [function, "FunctionARN"]}}
        ]
    }


def test_all_that_goes_to_the_api_goes_the_same_way(template: Template) -> None:
    ways = [
        {
            name: value
            for name, value in behavior.items()
            if name not in {"PathPattern", "FunctionAssociations"}
        }
        for behavior in _behaviors(template).values()
    ]

    assert all(way == ways[0] for way in ways)


def test_the_route_for_programs_needs_no_token_and_has_the_functions_prefix(
    template: Template,
) -> None:
    (route,) = [
        route
        for route in template.of_type("AWS::ApiGatewayV2::Route").values()
        if route["RouteKey"] == f"ANY {PROGRAMS}"
    ]

    assert PROGRAMS.removesuffix("/{proxy+}") == API_KEY_PATH
    assert route["AuthorizationType"] == "NONE"

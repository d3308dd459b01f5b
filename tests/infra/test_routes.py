"""Every route of the OpenAPI document is in the template, and the reverse."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.constructs.http_api import PAGES, PROGRAMS, UNKNOWN, UNKNOWN_OPERATION, operations
from infra.settings import ROOT
from tests.infra.template import Template, references

DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text())
DESCRIBED = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method in {"get", "put", "post", "delete", "patch"}
}


def _routes(template: Template) -> dict[str, dict[str, Any]]:
    return {route["RouteKey"]: route for route in template.of_type("AWS::ApiGatewayV2::Route").values()}


def test_the_template_has_the_documented_routes_the_pages_and_no_other(template: Template) -> None:
    others = {UNKNOWN} | {f"ANY {path}" for path in (PROGRAMS, UNKNOWN_OPERATION, *PAGES)}

    assert _routes(template).keys() == DESCRIBED.keys() | others


def test_a_route_asks_for_a_token_exactly_where_the_document_says_so(template: Template) -> None:
    for key, route in _routes(template).items():
        documented = DESCRIBED.get(key, {}).get("security", [])
        expected = "JWT" if any("bearer" in requirement for requirement in documented) else "NONE"

        assert route["AuthorizationType"] == expected, key


def test_every_operation_says_who_may_call_it() -> None:
    assert not [key for key, operation in DESCRIBED.items() if "security" not in operation]


@pytest.mark.parametrize(
    "security",
    [
        None,
        [{"bearerAuth": []}],
        [{"organizationKey": []}],
        [{"bearer": []}, {"apiKey": []}],
        [{"bearer": [], "organizationKey": []}],
    ],
)
def test_an_operation_whose_security_is_not_understood_stops_the_synthesis(
    tmp_path: Path, security: list[dict[str, list[str]]] | None
) -> None:
    operation = {} if security is None else {"security": security}
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps({"paths": {"/v1/me": {"get": operation}}}))

    with pytest.raises(ValueError, match="GET /v1/me has the security"):
        list(operations(document))


def test_api_routes_go_to_the_api_and_all_else_to_the_pages(template: Template) -> None:
    """What is no route goes to the pages, too: whoever mistypes `/i/…`, `/join/…` or `/c/…` is a person."""
    for key, route in _routes(template).items():
        integration_id = next(name for name in references(route["Target"]) if "To" in name)
        alias = template.resources[integration_id]["Properties"]["IntegrationUri"]

        api = " /v1/" in key or key == f"ANY {PROGRAMS}"
        expected = "HttpFunctionsApiLive" if api else "HttpFunctionsPagesLive"
        assert next(references(alias)).startswith(expected), key


def test_the_authorizer_takes_tokens_of_our_pool_for_our_client(template: Template) -> None:
    jwt = template.one("AWS::ApiGatewayV2::Authorizer")["Properties"]["JwtConfiguration"]
    (pool,) = template.of_type("AWS::Cognito::UserPool")
    (client,) = template.of_type("AWS::Cognito::UserPoolClient")

    assert jwt["Audience"] == [{"Ref": client}]
    assert {"Ref": pool} in jwt["Issuer"]["Fn::Join"][1]


def test_requests_are_throttled_and_logged_by_route_not_by_path(template: Template) -> None:
    stage = template.one("AWS::ApiGatewayV2::Stage")["Properties"]
    logged = stage["AccessLogSettings"]["Format"]

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] > 0
    assert "$context.routeKey" in logged
    assert "$context.path" not in logged

"""The HTTP API: its stage, its log, its authorizer, and a route for each operation of openapi.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aws_cdk import Acknowledgment, ArnFormat, RemovalPolicy, Stack, Validations
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.handler import metrics_namespace
from infra.constructs.identity import Identity
from infra.settings import ROOT, Settings

PAGES = (
    "/i/{token}",
    "/learn",
    "/learn/{proxy+}",
    "/join/{slug}",
    "/join/{slug}/{proxy+}",
    "/c/{client}",
    "/c/{client}/{proxy+}",
)
"""The paths of the people's pages. Every method goes to the function, which refuses the others."""

UNKNOWN = "$default"
"""The route of all addresses that have none: they go to the pages' function, since people mistype addresses.

For API Gateway, `/i/{token}/` with its slash has no route, and neither has any path below a page's.
"""

UNKNOWN_OPERATION = "/v1/{proxy+}"
"""The route of addresses under `/v1` that are no operation: the API's function refuses them as a problem.

It has no authorizer, and the function serves nobody without the claims of an authorizer.
"""

PROGRAMS = "/keys/{proxy+}"
"""The route for programs, which have an organization's API key in place of a token (decision 28).

CloudFront puts `/keys` before the path of a request with such a key. The route has no authorizer, so the
function identifies the caller by the key alone.
"""

OPENAPI = ROOT / "openapi.json"

_LOGGED = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",  # never the path: that of an emailed link is a secret
    "status": "$context.status",
    "latencyMs": "$context.responseLatency",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
}
_KNOWN_SECURITY: tuple[list[set[str]], ...] = (
    [],
    [{"apiKey"}],
    [{"bearer"}],
    [{"bearer"}, {"organizationKey"}],
)
"""The security requirements that an operation may have. Its own route needs the token; keys use PROGRAMS."""

_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation of the OpenAPI document; `signed_in` says that its route needs a bearer token."""

    method: str
    path: str
    signed_in: bool


def operations(document: Path = OPENAPI) -> Iterator[Operation]:
    """Yield every operation of the OpenAPI document, in the document's order.

    Raises:
        ValueError: an operation has no security requirement, or an unknown one; its route would be open to
            everybody.
    """
    described = json.loads(document.read_text())
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                security = operation.get("security", described.get("security"))
                ways = None if security is None else [set(required) for required in security]
                if ways not in _KNOWN_SECURITY:
                    raise ValueError(f"{document.name}: {method.upper()} {path} has the security {security}")
                yield Operation(method=method.upper(), path=path, signed_in={"bearer"} in (ways or []))


class HttpApi(Construct):
    """The API without its routes, which need the functions, which need the CDN, which needs the API."""

    TOO_MANY_REQUESTS = "TooManyRequests"
    """The metric of 429s, taken from the access log: API Gateway counts them among all other 4xx."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=Stack.of(self).stack_name,
            description="Usher: API and people's pages",
            create_default_stage=False,
        )
        log = logs.LogGroup(
            self, "AccessLog", retention=logs.RetentionDays.THREE_MONTHS, removal_policy=RemovalPolicy.DESTROY
        )
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=settings.throttle.rate, burst_limit=settings.throttle.burst
            ),
            detailed_metrics_enabled=settings.route_metrics,
        )
        self._log_requests(log)

    def _log_requests(self, log: logs.LogGroup) -> None:
        """Have each request logged, and those refused for their rate counted."""
        logs.MetricFilter(
            self,
            "TooManyRequests",
            log_group=log,
            filter_pattern=logs.FilterPattern.string_value("$.status", "=", "429"),
            metric_namespace=metrics_namespace(self),
            metric_name=self.TOO_MANY_REQUESTS,
            default_value=0,
        )
        stage = cast("apigateway.CfnStage", self.stage.node.default_child)
        stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=Stack.of(self).format_arn(  # the log group's own attribute ends in a wildcard
                service="logs",
                resource="log-group",
                resource_name=log.log_group_name,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            format=json.dumps(_LOGGED),
        )


class Routes(Construct):
    """The routes from each operation and page to its function, with the authorizer if it needs a token."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: apigateway.HttpApi,
        identity: Identity,
        serving_api: lambda_.IFunction,
        serving_pages: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self._api = api
        signed_in = authorizers.HttpJwtAuthorizer(
            "SignedIn", identity.issuer, jwt_audience=[identity.client.user_pool_client_id]
        )
        anyone = apigateway.HttpNoneAuthorizer()
        to_api = _integration("ToApi", serving_api)
        for operation in operations():
            self._route(
                f"{operation.method} {operation.path}",
                integration=to_api,
                authorizer=signed_in if operation.signed_in else anyone,
            )
        self._route(f"ANY {PROGRAMS}", integration=to_api, authorizer=anyone)
        self._route(f"ANY {UNKNOWN_OPERATION}", integration=to_api, authorizer=anyone)
        to_pages = _integration("ToPages", serving_pages)
        for path in PAGES:
            self._route(f"ANY {path}", integration=to_pages, authorizer=anyone)
        self._route(UNKNOWN, integration=to_pages, authorizer=anyone)

    def _route(
        self,
        key: str,
        *,
        integration: apigateway.HttpRouteIntegration,
        authorizer: apigateway.IHttpRouteAuthorizer,
    ) -> None:
        route = apigateway.HttpRoute(
            self,
            key,
            http_api=self._api,
            route_key=_route_key(key),
            integration=integration,
            authorizer=authorizer,
        )
        if isinstance(authorizer, apigateway.HttpNoneAuthorizer):
            Validations.of(route).acknowledge(
                Acknowledgment(
                    id="AwsSolutions::AwsSolutions-APIG4",
                    reason="The function checks what is sent: a password, an API key or a signed link.",
                )
            )


def _route_key(key: str) -> apigateway.HttpRouteKey:
    if key == UNKNOWN:
        return apigateway.HttpRouteKey.DEFAULT
    method, _, path = key.partition(" ")
    return apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod[method])


def _integration(name: str, function: lambda_.IFunction) -> integrations.HttpLambdaIntegration:
    """Return the integration, with one permission for all routes: one for each would outgrow the policy."""
    return integrations.HttpLambdaIntegration(name, function, scope_permission_to_route=False)

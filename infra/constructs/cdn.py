"""The origin that people and programs call: CloudFront before the HTTP API and the bucket of static files."""

from pathlib import Path
from typing import Any, cast

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.api_paths import API_PATHS
from infra.constructs.handler import Handler
from infra.constructs.secrets import Secrets
from infra.settings import Settings
from infra.static_site import content_security_policy

API_KEY_PATHS = "/v1/*"
"""The paths on which an organization's API key is accepted in place of a token."""

_LOGOS = "logos/*"
"""The objects of logos, which the default behavior serves like every static file."""

ORIGIN_VERIFY_HEADER = "X-Origin-Verify"
"""The header with the key by which the functions recognize requests that came through CloudFront."""


class Cdn(Construct):
    """The distribution and the console's bucket.

    It is created after the API and before the API's routes, because the functions behind the routes need the
    distribution's name (docs/decisions/0011).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: apigateway.IHttpApi,
        secrets: Secrets,
        settings: Settings,
        uploads: str,
    ) -> None:
        """Create the distribution; `uploads` is the origin that the console posts files to."""
        super().__init__(scope, construct_id)
        self.console = self._console_bucket()
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="Usher",
            default_root_object="index.html",
            default_behavior=self._console_behavior(uploads),
            additional_behaviors=self._api_behaviors(api, _origin_verify_key(secrets, settings)),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_ALL,
            web_acl_id=settings.web_acl_arn,
            **self._own_name(settings),
        )
        self.origin = settings.origin or f"https://{self.distribution.distribution_domain_name}"
        _acknowledge(self.distribution)

    def allow_logos(self, handler: Handler) -> None:
        """Allow a function to write and delete the logos that organizations upload."""
        handler.may("s3:PutObject", "s3:DeleteObject", on=[f"{self.console.bucket_arn}/{_LOGOS}"])
        name = Stack.of(self).get_logical_id(cast("s3.CfnBucket", self.console.node.default_child))
        Validations.of(handler.role).acknowledge(
            Acknowledgment(
                id=f"AwsSolutions::AwsSolutions-IAM5[Resource::<{name}.Arn>/{_LOGOS}]",
                reason="They are the logos of all organizations; of which one, no policy can know.",
            )
        )

    def _account_wide(self, purpose: str) -> str:
        """Return the name of a thing that CloudFront names once for an account, in all of its regions."""
        stack = Stack.of(self)
        return f"{stack.stack_name}-{stack.region}-{purpose}"

    def _own_name(self, settings: Settings) -> dict[str, Any]:
        """Return the options for the origin's own host name; none without a certificate."""
        if settings.certificate is None:
            return {}
        return {
            "certificate": acm.Certificate.from_certificate_arn(self, "Certificate", settings.certificate),
            "domain_names": [settings.origin_host],
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        }

    def _console_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Console",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        Validations.of(bucket).acknowledge(
            Acknowledgment(
                id="AwsSolutions::AwsSolutions-S1",
                reason="Holds public files and nothing of anybody; only CloudFront reads it.",
            )
        )
        return bucket

    def _console_behavior(self, uploads: str) -> cloudfront.BehaviorOptions:
        headers = cloudfront.ResponseHeadersPolicy(
            self,
            "ConsoleHeaders",
            response_headers_policy_name=self._account_wide("console"),
            comment="Usher console",
            security_headers_behavior=_security_headers(content_security_policy(uploads=uploads)),
        )
        deep_links = cloudfront.Function(
            self,
            "DeepLinks",
            comment="Maps the addresses of pages to their objects",
            code=cloudfront.FunctionCode.from_file(
                file_path=str(Path(__file__).with_name("console_deep_links.js"))
            ),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(
                self.console,
                origin_access_control=cloudfront.S3OriginAccessControl(
                    self, "ConsoleAccess", origin_access_control_name=self._account_wide("console")
                ),
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            compress=True,
            response_headers_policy=headers,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=deep_links, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )

    def _api_behaviors(
        self, api: apigateway.IHttpApi, origin_verify_key: str
    ) -> dict[str, cloudfront.BehaviorOptions]:
        stack = Stack.of(self)
        headers = cloudfront.ResponseHeadersPolicy(
            self,
            "ApiHeaders",
            response_headers_policy_name=self._account_wide("api"),
            comment="Usher API and pages",
            security_headers_behavior=_security_headers(),
        )
        options: dict[str, Any] = {
            "origin": origins.HttpOrigin(
                f"{api.api_id}.execute-api.{stack.region}.{stack.url_suffix}",
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                custom_headers={ORIGIN_VERIFY_HEADER: origin_verify_key},
            ),
            "viewer_protocol_policy": cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            "allowed_methods": cloudfront.AllowedMethods.ALLOW_ALL,
            "cache_policy": cloudfront.CachePolicy.CACHING_DISABLED,
            "origin_request_policy": cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            "response_headers_policy": headers,
        }
        programs = cloudfront.Function(
            self,
            "OrganizationKeys",
            comment="Routes requests with an organization's API key to the path for programs",
            code=cloudfront.FunctionCode.from_file(
                file_path=str(Path(__file__).with_name("organization_keys.js"))
            ),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        with_keys = cloudfront.BehaviorOptions(
            **options,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=programs, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )
        return dict.fromkeys(API_PATHS, cloudfront.BehaviorOptions(**options)) | {API_KEY_PATHS: with_keys}


def _origin_verify_key(secrets: Secrets, settings: Settings) -> str:
    """Return a reference to the key that CloudFormation resolves: the template does not contain it.

    CloudFormation resolves it anew when the id in it changes, and not when the secret does.
    """
    value = secrets.origin_verify_keys.secret_value_from_json(settings.origin_verify_key)
    return value.unsafe_unwrap()


def _security_headers(csp: str | None = None) -> cloudfront.ResponseSecurityHeadersBehavior:
    """Return the security headers of every answer; the pages send a content security policy of their own."""
    return cloudfront.ResponseSecurityHeadersBehavior(
        strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
            access_control_max_age=Duration.days(365), include_subdomains=True, override=True
        ),
        content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
        frame_options=cloudfront.ResponseHeadersFrameOptions(
            frame_option=cloudfront.HeadersFrameOption.DENY, override=True
        ),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
        ),
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=csp, override=True
        )
        if csp
        else None,
    )


def _acknowledge(distribution: cloudfront.Distribution) -> None:
    Validations.of(distribution).acknowledge(
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-CFR1", reason="Learners may be anywhere; no country is shut out."
        ),
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-CFR2",
            reason="The HTTP API throttles; a web ACL costs by the month, so each stage decides.",
        ),
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-CFR3",
            reason="The path of an emailed link is a secret; requests are logged by the API, by route.",
        ),
        Acknowledgment(
            id="AwsSolutions::AwsSolutions-CFR4",
            reason="CloudFront's own name brings its own minimum; with a certificate of ours it is TLS 1.2.",
        ),
    )

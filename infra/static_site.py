"""The static files of the one origin: the API's reference and the document that it shows.

CloudFormation puts nothing into a bucket, so they are uploaded once the stack stands: by `make deploy` in
AWS, by the local stack on the emulator.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra import node_packages

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[1]
VIEWER = ROOT / "infra" / "reference"
"""The API reference's page, and the npm package that renders it."""

REFERENCE_PAGE = "docs/index.html"
"""The object that `/docs` shows; console_deep_links.js names it, too."""

_PACKAGE = VIEWER / "node_modules" / "swagger-ui-dist"

_REVALIDATE = "no-cache"
"""A copy may be kept and is checked before each use, so that a page and its script are of one version."""

_CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one rule a line, each with room for its reason
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https:",  # an organization's logo lies wherever it keeps it
        "font-src 'self'",
        "connect-src 'self' {uploads}",  # files to import go to their bucket
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True)
class StaticFile:
    """One file: the key of its object, where it lies here, and its media type."""

    key: str
    source: Path
    content_type: str


_HTML = "text/html; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"
_STYLE = "text/css; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"

FILES = (
    StaticFile("openapi.json", ROOT / "openapi.json", "application/json"),
    StaticFile("docs/swagger-ui.css", _PACKAGE / "swagger-ui.css", _STYLE),
    StaticFile("docs/swagger-ui-bundle.js", _PACKAGE / "swagger-ui-bundle.js", _SCRIPT),
    # Whoever is given the viewer is given its licenses.
    StaticFile("docs/swagger-ui-bundle.js.LICENSE.txt", _PACKAGE / "swagger-ui-bundle.js.LICENSE.txt", _TEXT),
    StaticFile("docs/LICENSE.txt", _PACKAGE / "LICENSE", _TEXT),
    StaticFile("docs/NOTICE.txt", _PACKAGE / "NOTICE", _TEXT),
    StaticFile("docs/initialize.js", VIEWER / "initialize.js", _SCRIPT),
    StaticFile(REFERENCE_PAGE, VIEWER / "index.html", _HTML),
)
"""Everything that is published, in this order: the page comes last, after what it loads."""


def content_security_policy(*, uploads: str) -> str:
    """The policy of the static files; `uploads` is the origin that the console posts files to."""
    return _CONTENT_SECURITY_POLICY.format(uploads=uploads)


def publish(objects: "S3Client", bucket: str) -> None:
    """Upload every file to the bucket, with the viewer installed first where it is missing.

    Raises:
        PackagesNotInstalledError: npm could not install the viewer.
        ClientError: S3 refused.
    """
    node_packages.install(VIEWER)
    for file in FILES:
        objects.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.source.read_bytes(),
            ContentType=file.content_type,
            CacheControl=_REVALIDATE,
        )

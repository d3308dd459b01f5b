"""The static files of the origin: the API reference and the OpenAPI document that it shows.

CloudFormation cannot upload files, so they are uploaded once the stack is deployed: by `make deploy` in AWS,
by the local stack on the emulator.
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
"""The key of the object behind `/docs`; console_deep_links.js has it, too."""

_PACKAGE = VIEWER / "node_modules" / "swagger-ui-dist"

_REVALIDATE = "no-cache"
"""Copies are checked before each use, so that a page and its script are of the same version."""

_CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one directive a line, each with room for its reason
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
    """A file to publish: the key of its object, its path in the repository, and its media type."""

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
"""The files that are published, in this order: the page comes last, after the files that it loads."""


def content_security_policy(*, uploads: str) -> str:
    """Return the policy of the static files; the console may post files to the origin `uploads`."""
    return _CONTENT_SECURITY_POLICY.format(uploads=uploads)


def install() -> None:
    """Install what is published of npm packages, unless it is installed.

    Raises:
        PackagesNotInstalledError: npm could not install it.
    """
    node_packages.install(VIEWER)


def publish(objects: "S3Client", bucket: str) -> None:
    """Upload every file, which are installed, to the bucket.

    Raises:
        ClientError: S3 refused an upload.
    """
    for file in FILES:
        objects.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.source.read_bytes(),
            ContentType=file.content_type,
            CacheControl=_REVALIDATE,
        )

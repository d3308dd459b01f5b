"""The static files of the origin: the console, the API reference, and the OpenAPI document that it shows.

CloudFormation cannot upload files, so they are uploaded once the stack is deployed: by `make deploy` in AWS,
by the local stack on the emulator.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from infra import console, node_packages

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[1]
VIEWER = ROOT / "infra" / "reference"
"""The API reference's page, and the npm package that renders it."""

REFERENCE_PAGE = "docs/index.html"
"""The key of the object behind `/docs`; console_deep_links.js has it, too."""

CONSOLE_PAGE = "index.html"
"""The key of the console's one page, which is behind every address that is no file's."""

ASSETS = "assets/"
"""The prefix of the console's files whose names have their content's hash."""

_SITE = ROOT / "infra" / "site"
"""What browsers and crawlers ask each origin for."""

_PACKAGE = VIEWER / "node_modules" / "swagger-ui-dist"

_REVALIDATE = "no-cache"
"""Copies are checked before each use, so that a page and its script are of the same version."""

_IMMUTABLE = f"public, max-age={365 * 24 * 3600}, immutable"
"""What has its content's hash in its name never changes."""

_KEPT_ASSETS = timedelta(days=30)
"""How long the assets of a former build stay, for the tabs that were opened before."""

_CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one directive a line, each with room for its reason
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # data: the icons of the API reference
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

    @property
    def cache_control(self) -> str:
        """How long browsers may keep a copy."""
        return _IMMUTABLE if self.key.startswith(ASSETS) else _REVALIDATE


_HTML = "text/html; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"
_STYLE = "text/css; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_CONTENT_TYPES = {
    ".css": _STYLE,
    ".html": _HTML,
    ".js": _SCRIPT,
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""The types of the console's files by the ends of their names."""

FILES = (
    StaticFile("favicon.ico", _SITE / "favicon.ico", "image/x-icon"),
    StaticFile("robots.txt", _SITE / "robots.txt", _TEXT),
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
"""The files beside the console, in this order: the page comes last, after the files that it loads."""


def content_security_policy(*, uploads: str) -> str:
    """Return the policy of the static files; the console may post files to the origin `uploads`."""
    return _CONTENT_SECURITY_POLICY.format(uploads=uploads)


def install() -> None:
    """Install the API reference's viewer and build the console, unless that was done.

    Raises:
        PackagesNotInstalledError: npm could not install a package.
        ConsoleNotBuiltError: the console's sources cannot be built.
    """
    node_packages.install(VIEWER)
    console.build()


def files() -> list[StaticFile]:
    """Return every file to publish, once `install` has made them; each page comes after what it loads."""
    built = [
        StaticFile(path.relative_to(console.DIST).as_posix(), path, _CONTENT_TYPES[path.suffix])
        for path in console.built_files()
    ]
    return [*FILES, *built]


def publish(objects: "S3Client", bucket: str, *, now: datetime | None = None) -> int:
    """Upload the files that the bucket does not have as they are; return how many.

    Assets of former builds are removed a month after they were uploaded; `now` is the real time unless given.

    Raises:
        ClientError: S3 refused.
    """
    wanted, there = files(), _objects(objects, bucket)
    uploaded = 0
    for file in wanted:
        content = file.source.read_bytes()
        has = there.pop(file.key, None)
        if has is not None and has[0] == hashlib.md5(content, usedforsecurity=False).hexdigest():
            continue
        objects.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=content,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
        )
        uploaded += 1
    oldest = (now or datetime.now(UTC)) - _KEPT_ASSETS
    for key, (_, since) in there.items():
        if key.startswith(ASSETS) and since < oldest:
            objects.delete_object(Bucket=bucket, Key=key)
    return uploaded


def _objects(objects: "S3Client", bucket: str) -> dict[str, tuple[str, datetime]]:
    """Return the bucket's keys with each object's MD5, which its tag is, and the time of its upload."""
    pages = objects.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {
        found["Key"]: (found["ETag"].strip('"'), found["LastModified"])
        for page in pages
        for found in page.get("Contents", [])
    }

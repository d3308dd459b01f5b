"""Serves the static files from their bucket, as CloudFront does."""

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from infra.static_site import ASSETS, CONSOLE_PAGE, REFERENCE_PAGE, content_security_policy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REFERENCE = ("/docs", "/docs/")
_FILES = ("/favicon.ico", "/licenses.md", "/openapi.json", "/robots.txt")
_FOLDERS = ("/docs/", f"/{ASSETS}", "/logos/")


def object_key(path: str) -> str:
    """Return the key of the object behind a path, as infra/constructs/console_deep_links.js has it."""
    if path in _REFERENCE:
        return REFERENCE_PAGE
    if path in _FILES or path.startswith(_FOLDERS):
        return path.removeprefix("/")
    return CONSOLE_PAGE


class StaticSite:
    """Answers with the objects of one bucket, and with the headers that the template sets for them."""

    def __init__(self, objects: "S3Client", bucket: str, *, uploads: str) -> None:
        """Serve `bucket`; `uploads` is the origin that files to import are posted to."""
        self._objects = objects
        self._bucket = bucket
        self._headers = {
            "content-security-policy": content_security_policy(uploads=uploads),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
        }

    async def answer(self, request: Request) -> Response:
        """Answer with the object that the path leads to.

        Raises:
            HTTPException: 404, there is no such object.
        """
        return await asyncio.to_thread(self._object, object_key(request.url.path))

    def _object(self, key: str) -> Response:
        try:
            found = self._objects.get_object(Bucket=self._bucket, Key=key)
        except self._objects.exceptions.NoSuchKey as missing:
            raise HTTPException(404, "There is no such file; the API's reference is /docs\n") from missing
        return Response(
            found["Body"].read(),
            media_type=found["ContentType"],
            headers={**self._headers, "cache-control": found["CacheControl"]},
        )

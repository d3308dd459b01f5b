"""The static files of the one origin, from their bucket, as CloudFront serves them."""

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from infra.static_site import REFERENCE_PAGE, content_security_policy

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REFERENCE = ("/docs", "/docs/")
"""The addresses of the API's reference; all other static files are asked for by their key."""


class StaticSite:
    """Answers with the objects of one bucket and the headers of the template's policy for them."""

    def __init__(self, objects: "S3Client", bucket: str, *, uploads: str) -> None:
        """Read from `bucket`; `uploads` is the origin that files to import are posted to."""
        self._objects = objects
        self._bucket = bucket
        self._headers = {
            "content-security-policy": content_security_policy(uploads=uploads),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
        }

    async def answer(self, request: Request) -> Response:
        """Answer with the object that the path names.

        Raises:
            HTTPException: 404, there is none.
        """
        path = request.url.path
        key = REFERENCE_PAGE if path in REFERENCE else path.removeprefix("/")
        return await asyncio.to_thread(self._object, key)

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

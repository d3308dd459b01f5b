"""Files of imports, in S3: what a browser uploads by itself, and what the worker writes of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The form names the bucket's own address in its region; the global one redirects, which no form survives.
FILES_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)

# To whoever may not list the bucket, S3 says of what is not there that it is forbidden.
_NOT_THERE = frozenset({"404", "403", "NoSuchKey", "AccessDenied"})
_THERE_ALREADY = frozenset({"412", "PreconditionFailed"})


@dataclass(frozen=True, kw_only=True)
class UploadForm:
    """Where to post a file as `multipart/form-data`: these fields first, then the file as `file`."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A file, and the tag of just this content."""

    content: bytes
    tag: str


class Files:
    """The bucket of imports. It forgets what lies in it for longer than 30 days."""

    def __init__(self, *, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload_form(self, key: str, *, most_bytes: int, valid_for: timedelta) -> UploadForm:
        """Return a form that uploads one file to just this key; it is signed here, without a call."""
        form = self._client.generate_presigned_post(
            self._bucket,
            key,
            Conditions=[["content-length-range", 0, most_bytes]],
            ExpiresIn=int(valid_for.total_seconds()),
        )
        return UploadForm(url=form["url"], fields=form["fields"])

    def tag(self, key: str) -> str | None:
        """Return the tag of what lies there now; None where there is nothing: one call."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key)["ETag"]
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise

    def read(self, key: str) -> Stored | None:
        """Return what lies there; None where there is nothing: one call."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise
        return Stored(content=found["Body"].read(), tag=found["ETag"])

    def create(self, key: str, content: bytes) -> bool:
        """Write what is not there yet, and say whether it was not: one call."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in _THERE_ALREADY:
                return False
            raise
        return True

    def replace(self, key: str, content: bytes) -> None:
        """Write what lies there anew: one call."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def remove(self, key: str) -> None:
        """Remove what lies there, if anything does: one call."""
        self._client.delete_object(Bucket=self._bucket, Key=key)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

"""Files of imports in S3: those that browsers upload, and those that the worker writes about their rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

from usher.lazy_dataclasses import dataclass

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The form posts to the bucket's regional address; the global one redirects, which breaks form uploads.
FILES_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
)

# S3 answers 403 for a missing object where the caller may not list the bucket.
_NOT_THERE = frozenset({"404", "403", "NoSuchKey", "AccessDenied"})
_THERE_ALREADY = frozenset({"412", "PreconditionFailed"})


@dataclass(frozen=True, kw_only=True)
class UploadForm:
    """The form to post a file with, as `multipart/form-data`: these fields first, then the file as `file`."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A file's content with its ETag."""

    content: bytes
    tag: str


class Files:
    """The bucket of imports, which deletes files after 30 days."""

    def __init__(self, *, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload_form(self, key: str, *, most_bytes: int, valid_for: timedelta) -> UploadForm:
        """Return a form that uploads one file to this key only; it is signed without a call."""
        form = self._client.generate_presigned_post(
            self._bucket,
            key,
            Conditions=[["content-length-range", 0, most_bytes]],
            ExpiresIn=int(valid_for.total_seconds()),
        )
        return UploadForm(url=form["url"], fields=form["fields"])

    def tag(self, key: str) -> str | None:
        """Return the ETag of the file at a key, None without one: one call."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key)["ETag"]
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise

    def read(self, key: str) -> Stored | None:
        """Return the file at a key, None without one: one call."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise
        return Stored(content=found["Body"].read(), tag=found["ETag"])

    def create(self, key: str, content: bytes) -> bool:
        """Create a file, and return whether it did not exist before: one call."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in _THERE_ALREADY:
                return False
            raise
        return True

    def replace(self, key: str, content: bytes) -> None:
        """Create or replace a file: one call."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def remove(self, key: str) -> None:
        """Delete a file, if it exists: one call."""
        self._client.delete_object(Bucket=self._bucket, Key=key)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

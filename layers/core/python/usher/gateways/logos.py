"""Logos: decoding what was uploaded, and the public files of what came of it (decision 0062)."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from usher.domain.logos import (
    LONGEST_SIDE,
    MAX_PIXELS,
    BadLogoError,
    logo_path,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP")
_KEPT_BY_BROWSERS = "public, max-age=604800, immutable"
"""A week: a logo that was removed is gone from caches after it. The name changes with the content."""


class Logos:
    """The public files of logos, in the bucket of the origin's static files."""

    def __init__(self, *, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def publish(self, organization: str, png: bytes, *, upload: str) -> str:
        """Write the logo of an upload, and return its path on the origin: one call.

        Repeating it has the same path. Another upload of the same image has another, so that deleting the one
        that was replaced cannot take it away.
        """
        path = logo_path(organization, sha256(upload.encode() + png).hexdigest())
        self._client.put_object(
            Bucket=self._bucket,
            Key=_key(path),
            Body=png,
            ContentType="image/png",
            CacheControl=_KEPT_BY_BROWSERS,
        )
        return path

    def remove(self, path: str) -> None:
        """Delete the logo at a path, if it exists: one call."""
        self._client.delete_object(Bucket=self._bucket, Key=_key(path))


def reencode(content: bytes) -> bytes:
    """Return an image as a PNG of at most LONGEST_SIDE pixels a side, with nothing but its pixels.

    Whatever else the file had (metadata, further frames, data behind the image) is left behind. The size is
    read from the file's header, before any pixel is decoded.

    Raises:
        BadLogoError: the file is no PNG, JPEG or WebP, has too many pixels, or is broken.
    """
    from PIL import Image  # noqa: PLC0415 - it takes long to load, and one request in many needs it

    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            _require_few_pixels(image)
            return _as_png(image)
    except BadLogoError:
        raise
    except Exception as broken:
        raise BadLogoError("The file is no PNG, JPEG or WebP image that can be read.") from broken


def _require_few_pixels(image: Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise BadLogoError(f"The image has {width} by {height} pixels.", pixels=width * height)


def _as_png(image: Image) -> bytes:
    from PIL import Image as images  # noqa: N813, PLC0415 - the module, as above
    from PIL import ImageOps  # noqa: PLC0415 - as above

    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), images.Resampling.LANCZOS)
    pixels = images.frombytes(plain.mode, plain.size, plain.tobytes())  # without what convert carries over
    png = BytesIO()
    pixels.save(png, "PNG", optimize=True)
    return png.getvalue()


def _key(path: str) -> str:
    return path.removeprefix("/")

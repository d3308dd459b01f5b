"""Image files, as people upload them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image


def image_file(
    format_: str = "PNG", size: tuple[int, int] = (64, 32), *, mode: str = "RGB", **options: Any
) -> bytes:
    """Return a file of an image in one color."""
    file = BytesIO()
    Image.new(mode, size, (200, 30, 30, 128)[: len(mode)]).save(file, format_, **options)
    return file.getvalue()


def read_image(content: bytes) -> Image.Image:
    """Return the image of a file, decoded."""
    image = Image.open(BytesIO(content))
    image.load()
    return image

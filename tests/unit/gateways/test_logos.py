"""What becomes of an image that somebody uploads as a logo: its pixels, and nothing else of the file."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.support.images import image_file, read_image
from usher.domain.logos import LONGEST_SIDE, BadLogoError
from usher.gateways.logos import reencode


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_an_image_becomes_a_png_of_the_same_size(format_: str) -> None:
    made = read_image(reencode(image_file(format_)))

    assert (made.format, made.size, made.mode) == ("PNG", (64, 32), "RGB")
    red, green, blue = made.getpixel((5, 5))  # type: ignore[misc]  # Pillow's type is for all modes
    assert (abs(red - 200) < 4, abs(green - 30) < 4, abs(blue - 30) < 4) == (True, True, True)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_what_is_see_through_stays_so(format_: str) -> None:
    made = read_image(reencode(image_file(format_, mode="RGBA")))

    assert (made.mode, made.getpixel((5, 5))[3]) == ("RGBA", 128)  # type: ignore[index]  # as above


@pytest.mark.parametrize(
    ("size", "expected"), [((2000, 1000), (512, 256)), ((100, 4000), (13, 512)), ((512, 512), (512, 512))]
)
def test_a_large_image_is_made_smaller_in_its_proportions(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = read_image(reencode(image_file(size=size)))

    assert made.size == expected
    assert max(made.size) <= LONGEST_SIDE


def test_nothing_but_the_pixels_is_kept() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "taken at home")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    marked = [
        image_file(pnginfo=notes) + b"taken at home",
        image_file("JPEG", exif=exif, comment=b"taken at home", icc_profile=b"taken at home"),
        image_file("WEBP", exif=exif.tobytes(), xmp=b"taken at home"),
    ]

    for content in marked:
        assert b"taken at home" in content
        made = reencode(content)
        assert b"taken at home" not in made
        assert read_image(made).info == {}


def test_a_photo_that_a_phone_took_upright_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    assert read_image(reencode(image_file("JPEG", (64, 32), exif=exif))).size == (32, 64)


def test_of_a_moving_image_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    content = image_file("PNG", (8, 8), save_all=True, append_images=frames)

    assert getattr(read_image(reencode(content)), "n_frames", 1) == 1


def _png_that_claims(width: int, height: int) -> bytes:
    """Return the beginning of a PNG whose header claims a size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize(("width", "height"), [(4000, 2001), (100_000, 100_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_they_are_decoded(width: int, height: int) -> None:
    with pytest.raises(BadLogoError):
        reencode(_png_that_claims(width, height))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n",
        image_file("GIF"),
        image_file("TIFF"),
        image_file("BMP"),
        image_file()[:60],
        image_file("JPEG")[:200],
        image_file("WEBP")[:40],
        _png_that_claims(0, 0),
        b"\x00" * 1000,
    ],
)
def test_what_is_no_image_or_broken_is_refused(content: bytes) -> None:
    with pytest.raises(BadLogoError):
        reencode(content)

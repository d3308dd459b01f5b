"""Colors with enough contrast to be read, whatever color an organization chose (WCAG 2.2)."""

from __future__ import annotations

from usher.lazy_dataclasses import dataclass

READABLE = 4.5
"""The least contrast between text and what is behind it (WCAG 1.4.3)."""

_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
_PAPER = (244, 245, 247)
"""The darkest surface that links and controls are drawn on in the light scheme."""
_DARK_PAPER = (31, 37, 45)
"""The lightest surface that they are drawn on in the dark scheme."""

_KEPT = 0.95
"""How much of a color one step towards black or white keeps."""

_Rgb = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """An organization's color, the color of text on it, and its shades for text and controls.

    Attributes:
        ink: the shade for a light surface.
        ink_on_dark: the shade for a dark surface; text on it is dark.
    """

    brand: str
    on_brand: str
    ink: str
    ink_on_dark: str


def palette(color: str) -> Palette:
    """Return the palette of a color written as #rrggbb."""
    brand = _read(color)
    ink = ink_on_dark = brand
    while _contrast(ink, _PAPER) < READABLE:
        ink = _darker(ink)
    while _contrast(ink_on_dark, _DARK_PAPER) < READABLE:
        ink_on_dark = _inverse(_darker(_inverse(ink_on_dark)))
    # One of black and white always has a contrast of 4.58 or more.
    on_brand = max(_WHITE, _BLACK, key=lambda text: _contrast(text, brand))
    return Palette(
        brand=_write(brand), on_brand=_write(on_brand), ink=_write(ink), ink_on_dark=_write(ink_on_dark)
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors written as #rrggbb, from 1 to 21."""
    return _contrast(_read(one), _read(other))


def _contrast(one: _Rgb, other: _Rgb) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _darker(color: _Rgb) -> _Rgb:
    return int(color[0] * _KEPT), int(color[1] * _KEPT), int(color[2] * _KEPT)


def _inverse(color: _Rgb) -> _Rgb:
    return 255 - color[0], 255 - color[1], 255 - color[2]


def _luminance(color: _Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """Undo the gamma of sRGB; the constants are the standard's."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's


def _read(color: str) -> _Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _write(color: _Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)

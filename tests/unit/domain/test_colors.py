import itertools

import pytest

from usher.domain.colors import READABLE, contrast, palette

EVERY_SORT = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in itertools.product(range(0, 256, 51), repeat=3)]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_what_is_written_on_any_brand_color_can_be_read() -> None:
    unreadable = [
        color for color in EVERY_SORT if contrast(palette(color).on_brand, palette(color).brand) < READABLE
    ]

    assert unreadable == []


@pytest.mark.parametrize("surface", ["#ffffff", "#f4f5f7"])
def test_the_ink_of_any_brand_color_can_be_read_on_the_page(surface: str) -> None:
    unreadable = [color for color in EVERY_SORT if contrast(palette(color).ink, surface) < READABLE]

    assert unreadable == []


@pytest.mark.parametrize("surface", ["#14181d", "#1f252d"])
def test_the_ink_of_any_brand_color_can_be_read_on_a_dark_page(surface: str) -> None:
    unreadable = [color for color in EVERY_SORT if contrast(palette(color).ink_on_dark, surface) < READABLE]

    assert unreadable == []


def test_a_light_color_is_its_own_ink_on_a_dark_page() -> None:
    assert palette("#ffe45c").ink_on_dark == "#ffe45c"


def test_a_dark_color_is_its_own_ink_and_carries_white() -> None:
    colors = palette("#1f4e79")

    assert (colors.brand, colors.on_brand, colors.ink) == ("#1f4e79", "#ffffff", "#1f4e79")


def test_a_light_color_carries_black() -> None:
    assert palette("#ffe45c").on_brand == "#000000"

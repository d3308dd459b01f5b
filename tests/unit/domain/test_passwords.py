"""A password is strong by its length, and by not being one that everybody tries."""

from __future__ import annotations

import pytest

from usher.domain.passwords import MAX_PASSWORD, MIN_PASSWORD, WeakPasswordError, require_strong


@pytest.mark.parametrize(
    "password",
    [
        "no capitals, no digits",
        "NO-SMALL-ONES",
        "twelve-chars",
        "".join(chr(ord("\N{PILE OF POO}") + number) for number in range(MIN_PASSWORD)),
        "x1y2z" * 51,
        "my password is long",
    ],
)
def test_no_class_of_characters_is_asked_for(password: str) -> None:
    require_strong(password)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 12 characters; this password has 0."),
        ("eleven-char", "at least 12 characters; this password has 11."),
        ("y" * (MAX_PASSWORD + 1), "at most 256 characters; this password has 257."),
        (" with-a-space", "neither begins nor ends with a space"),
        ("Password1234", "one of the most common ones"),
        ("QWERTYUIOP123", "one of the most common ones"),
        ("Password123!!", "one of the most common ones"),
        ("passwordpassword", "one of the most common ones"),
        ("\N{FULLWIDTH LATIN SMALL LETTER P}assword2027", "one of the most common ones"),
        ("Willkommen-2027", "one of the most common ones"),
        ("abcdefghijkl", "one of the most common ones"),
        ("aaaaaaaaaaaa", "one of the most common ones"),
        ("121212121212", "one of the most common ones"),
    ],
)
def test_what_a_password_lacks_is_named_alone(password: str, said: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        require_strong(password)

    assert said in refused.value.next_action
    assert refused.value.reason == refused.value.next_action

"""Which addresses of courses a product may have."""

import pytest

from usher.domain.course_urls import MAX_URL, BadProductUrlError, check_course_url

LONGEST = "https://learn.example/" + "c" * (MAX_URL - len("https://learn.example/"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://learn.example",
        "https://learn.example:8443/a/b?c=d#e",
        "https://learn.example/kursübersicht",
        "http://localhost:8000/demo/courses/first-aid",
        "http://127.0.0.1/c",
        LONGEST,
    ],
)
def test_a_secure_address_is_one_and_none_is_none(url: str) -> None:
    assert check_course_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        LONGEST + "c",
        "http://learn.example/c",
        "http://localhost.evil.example/c",
        "https://",
        "https:///c",
        "https://[",
        "https://ann:secret@learn.example/c",
        "https://learn.example/a b",
        "https://learn.example/a\nb",
        "https:\\\\learn.example",
        "javascript:alert(1)",
        "//learn.example/c",
        "learn.example",
    ],
)
def test_whatever_else_is_refused_by_its_field(url: str) -> None:
    with pytest.raises(BadProductUrlError, match="https address") as refused:
        check_course_url(url)

    assert refused.value.fields == ("url",)

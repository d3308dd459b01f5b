import pytest

from functions.pages.forms import registration

GOOD = {"first_name": "Ann", "last_name": "Lee", "password": "Long-enough-1"}


def test_names_and_a_password_of_the_policy_are_fine() -> None:
    assert registration(GOOD).errors == {}


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Short-1", "Choose at least 12 characters; this password has 7."),
        (
            "qwertyuiop123",
            "Choose another password: this is one of the most common ones, which are tried first.",
        ),
    ],
)
def test_a_weak_password_is_refused_with_what_it_lacks_and_nothing_else(password: str, said: str) -> None:
    assert registration({**GOOD, "password": password}).errors == {"password": said}


@pytest.mark.parametrize("name", ["A" * 81, "A\x00nn", "A\u202ann"])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_name_that_is_none_is_refused_at_its_field(field: str, name: str) -> None:
    assert list(registration({**GOOD, field: name}).errors) == [field]


@pytest.mark.parametrize("name", ["", "  "])
def test_one_name_is_enough_and_none_is_not(name: str) -> None:
    assert registration({**GOOD, "first_name": "Suharto", "last_name": name}).errors == {}
    assert list(registration({**GOOD, "first_name": name}).errors) == ["first_name"]


def test_the_refusal_of_a_name_says_what_is_wrong_with_it() -> None:
    errors = registration({**GOOD, "last_name": "A" * 81}).errors

    assert errors == {"last_name": "Your last name has 81 characters, and may have 80."}


def test_an_empty_form_names_every_field_that_is_required_in_the_order_of_the_page() -> None:
    assert list(registration({}).errors) == ["first_name", "password"]

import pytest

from functions.pages.forms import Registration, registration

GOOD = {"first_name": "Ann", "last_name": "Lee", "password": "Long-enough-1"}


def told(typed: Registration) -> dict[str, str]:
    """Return the errors of a form in English."""
    return {field: str(error) for field, error in typed.errors.items()}


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
    assert told(registration({**GOOD, "password": password})) == {"password": said}


@pytest.mark.parametrize("name", ["A" * 81, "A\x00nn", "A\u202ann"])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_name_that_is_none_is_refused_at_its_field(field: str, name: str) -> None:
    assert list(registration({**GOOD, field: name}).errors) == [field]


@pytest.mark.parametrize("name", ["", "  "])
def test_one_name_is_enough_and_none_is_not(name: str) -> None:
    assert registration({**GOOD, "first_name": "Suharto", "last_name": name}).errors == {}
    assert list(registration({**GOOD, "first_name": name}).errors) == ["first_name"]


def test_the_refusal_of_a_name_says_what_is_wrong_with_it() -> None:
    too_long = registration({**GOOD, "last_name": "A" * 81})
    no_text = registration({**GOOD, "first_name": "A\x00nn"})

    assert told(too_long) == {"last_name": "Your last name has too many characters; it may have 80."}
    assert told(no_text) == {
        "first_name": "Your first name has a character that cannot be used. Type it once more."
    }


def test_an_empty_form_names_every_field_that_is_required_in_the_order_of_the_page() -> None:
    assert list(registration({}).errors) == ["first_name", "password"]

"""What is documented of a route comes from the use cases that it calls."""

from __future__ import annotations

import pytest

from functions.api.descriptions import described, description_of
from usher.domain.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError, refuses


@refuses(NotFoundError, ForbiddenError)
def find() -> None:
    """Find it."""


@refuses(NotFoundError, RefusedError)
def change() -> None:
    """Change it."""


def test_a_route_has_the_refusals_of_its_use_cases_and_its_own_each_once() -> None:
    @described(find, change, InvalidError)
    def route() -> None: ...

    assert description_of(route).refusals == (NotFoundError, ForbiddenError, RefusedError, InvalidError)


def test_a_refusal_that_no_request_to_the_route_can_meet_is_left_out() -> None:
    @described(find, change, ruled_out=[RefusedError])
    def route() -> None: ...

    assert description_of(route).refusals == (NotFoundError, ForbiddenError)


def test_to_rule_out_what_no_use_case_refuses_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="conflict"):
        described(find, ruled_out=[RefusedError])


def test_a_use_case_without_a_list_is_a_mistake() -> None:
    def use_case() -> None: ...

    with pytest.raises(LookupError, match="use_case lists no refusals"):
        described(use_case)

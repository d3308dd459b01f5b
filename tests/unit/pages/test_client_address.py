"""The client's IP address: taken from CloudFront alone, and never from what the client wrote."""

from __future__ import annotations

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.client_address import client_address

CLOUDFRONT = "203.0.113.9"


def address(forwarded_for: str | None, *, source: str = CLOUDFRONT) -> str:
    headers = {} if forwarded_for is None else {"x-forwarded-for": forwarded_for}
    event = {"headers": headers, "requestContext": {"http": {"sourceIp": source}}}
    return client_address(APIGatewayProxyEventV2(event))


def test_behind_cloudfront_it_is_the_second_from_the_right() -> None:
    assert address(f"198.51.100.7, {CLOUDFRONT}") == "198.51.100.7"


def test_where_the_api_did_not_add_its_caller_it_is_the_last() -> None:
    assert address("192.0.2.1, 198.51.100.7") == "198.51.100.7"


def test_what_the_client_wrote_before_it_does_not_count() -> None:
    assert address(f"192.0.2.1, 198.51.100.7,{CLOUDFRONT}") == "198.51.100.7"


@pytest.mark.parametrize("forwarded_for", [None, "", CLOUDFRONT, f"nonsense, {CLOUDFRONT}", ", "])
def test_without_a_readable_address_it_is_the_caller(forwarded_for: str | None) -> None:
    assert address(forwarded_for) == CLOUDFRONT


def test_addresses_that_one_customer_can_choose_from_count_as_one() -> None:
    one = address(f"2001:db8:1:2:3::4, {CLOUDFRONT}")
    other = address(f"2001:db8:1:2:ffff::1, {CLOUDFRONT}")

    assert one == other == "2001:db8:1:2::/64"
    assert address(f"::ffff:198.51.100.7, {CLOUDFRONT}") == "198.51.100.7"


def test_a_caller_without_an_address_is_somebody_all_the_same() -> None:
    assert address(None, source="") == ""

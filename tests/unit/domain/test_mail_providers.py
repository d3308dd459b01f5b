"""Domains of an organization's own, as join pages, single sign-on and codes take them."""

from __future__ import annotations

import pytest

from usher.domain.enrollment.mail_providers import BadDomainError, PublicMailDomainError, read_domain


def test_a_domain_has_one_form() -> None:
    assert read_domain(" @Bücher.Example ") == "xn--bcher-kva.example"


@pytest.mark.parametrize("wrong", ["acme", "a@b.example", "acme.example/x", ""])
def test_what_is_no_domain_is_refused(wrong: str) -> None:
    with pytest.raises(BadDomainError):
        read_domain(wrong)


@pytest.mark.parametrize("public", ["gmail.com", "@GMX.de", "Outlook.com"])
def test_a_domain_where_anybody_can_have_an_address_is_refused(public: str) -> None:
    with pytest.raises(PublicMailDomainError):
        read_domain(public)

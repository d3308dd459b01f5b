"""Links to single sign-ons, as the pages offer them."""

from collections.abc import Iterable

from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.sso_login import SSO_PAGE
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SignOnLink:
    """A link to a single sign-on: the name on its button, and its address."""

    name: str
    href: str


def sign_on_links(connections: Iterable[Connection]) -> list[SignOnLink]:
    """Return the links to the connections' sign-ons, in their order."""
    return [SignOnLink(name=one.name, href=SSO_PAGE + one.id) for one in connections]

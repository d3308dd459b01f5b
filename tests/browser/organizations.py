"""Organizations of a test's own, with a first manager who has accepted: it changes nothing of others."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.seed import OPERATOR
from tests.local.conftest import LocalUsher
from tests.local.test_story import Browser, link_in

PRODUCT = "First Aid at Work"


@dataclass(frozen=True)
class Organization:
    """An organization and its manager, as one signs in as.

    Attributes:
        id: the organization's id.
        manager: the address of its one full manager.
        slug: its short name, with which the id of its order begins.
    """

    id: str
    manager: str
    slug: str

    @property
    def path(self) -> str:
        """The address of its screens in the console."""
        return f"/organizations/{self.id}"

    @property
    def domain(self) -> str:
        """The domain of its people's addresses."""
        return self.manager.partition("@")[2]


def create(usher: LocalUsher, slug: str, name: str, *, seats: int = 0) -> Organization:
    """Create an organization, with a license of a course where seats are given; its manager accepts."""
    manager = f"manager@{slug}.example"
    new = {
        "name": name,
        "slug": slug,
        "time_zone": "Europe/Zurich",
        "first_manager": {"email": manager, "first_name": "Sol", "last_name": "Marti"},
    }
    with usher.signed_in(OPERATOR) as operator:
        made = operator.post("/v1/operator/organizations", json=new)
        assert made.status_code == 201, made.text
        organization = made.json()["id"]
        if seats:
            products = operator.get("/v1/operator/products").json()["items"]
            order = {
                "order_id": f"{slug}-1",
                "product": next(one["id"] for one in products if one["name"] == PRODUCT),
                "seats": seats,
                "valid_from": "2026-01-01",
                "valid_until": "2029-01-01",
                "flex": False,
            }
            granted = operator.post(f"/v1/operator/organizations/{organization}/licenses", json=order)
            assert granted.status_code == 201, granted.text
    accepted = Browser(usher).register(link_in(usher.email(manager)), "Sol", "Marti")
    assert accepted.status_code == 200, accepted.text
    return Organization(organization, manager, slug)

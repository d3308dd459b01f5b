"""The present names and addresses of products, in place of the copies in terms and events."""

from __future__ import annotations

from dataclasses import replace

from tests.support.email_contexts import INVITE
from usher.domain.changed_products import ChangedProducts, ProductDetails
from usher.domain.events.invites import InvitesCreated
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.events.present_names import with_present_names

NOTHING = ChangedProducts()
(TERMS,) = INVITE.licenses
PRODUCT = TERMS.product
CHANGED = ChangedProducts(by_id={PRODUCT.id: ProductDetails(name="Fire safety 2", url="https://new.example")})
CREATED = InvitesCreated(invites=(InviteRef.of(INVITE),), seat_changes=SeatChange.taken(INVITE.licenses))


def test_terms_have_the_product_as_it_is_now_and_nothing_else_of_them_changes() -> None:
    now = replace(PRODUCT, name="Fire safety 2", url="https://new.example")

    assert CHANGED.terms(TERMS) == replace(TERMS, product=now)
    assert NOTHING.terms(TERMS) == TERMS
    assert CHANGED.has(now)
    assert not CHANGED.has(PRODUCT)


def test_a_product_that_never_changed_keeps_its_copy() -> None:
    other = replace(PRODUCT, id="other")

    assert CHANGED.product(other) == other
    assert CHANGED.name("other", otherwise="First aid") == "First aid"
    assert CHANGED.including(other).by_id.keys() == {PRODUCT.id, "other"}


def test_each_product_in_an_events_data_has_its_present_name() -> None:
    renamed = with_present_names(CREATED, CHANGED)

    assert [one.product.name for one in renamed.invites[0].licenses] == ["Fire safety 2"]
    assert [one.license.product.name for one in renamed.seat_changes] == ["Fire safety 2"]
    assert renamed == with_present_names(renamed, CHANGED)
    assert replace(renamed, invites=(), seat_changes=()) == replace(CREATED, invites=(), seat_changes=())
    assert with_present_names(CREATED, NOTHING) is CREATED
    assert with_present_names(None, CHANGED) is None

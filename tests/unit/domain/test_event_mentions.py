"""Whom and what an event names, for the trails of people and licenses."""

from __future__ import annotations

import dataclasses

from tests.support.email_contexts import ANN, ANSWERED, CODE, CODE_TERMS, FIRE_SAFETY, INVITE, NOW, access
from usher.domain.accesses import Access
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.accesses import AccessesEnded, AccessStarted, SeatsAssigned
from usher.domain.events.codes import CodeCopied
from usher.domain.events.enrollment import JoinPageChanged, JoinRequested
from usher.domain.events.event import UnknownEvent
from usher.domain.events.groups import GroupMembersAdded
from usher.domain.events.invites import InviteAccepted, InvitesCreated
from usher.domain.events.mentions import Mentions, addresses_in, mentions_of
from usher.domain.events.parts import AccessRef, GroupRef, InviteRef


def mentions(
    *,
    people: tuple[str, ...] = (),
    invites: tuple[str, ...] = (),
    licenses: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
) -> Mentions:
    return Mentions(
        people=frozenset(people),
        invites=frozenset(invites),
        licenses=frozenset(licenses),
        groups=frozenset(groups),
    )


def test_a_batch_of_invites_names_each_person_and_invite() -> None:
    bob = dataclasses.replace(INVITE, id="J", email="bob@x.io")

    named = mentions_of(InvitesCreated(invites=(InviteRef.of(INVITE), InviteRef.of(bob)), seat_changes=()))

    assert named == mentions(people=("ann@x.io", "bob@x.io"), invites=("I", "J"), licenses=(FIRE_SAFETY.id,))


def test_an_access_names_its_person_license_and_invite() -> None:
    ref = access(INVITE)
    without = dataclasses.replace(ref, invite_id=None)

    assert mentions_of(AccessStarted(access=ref)) == mentions(
        people=("ann@x.io",), invites=("I",), licenses=(FIRE_SAFETY.id,)
    )
    assert mentions_of(AccessStarted(access=without)).invites == frozenset()


def test_lists_of_addresses_and_of_ids_name() -> None:
    given = Access.given("ann@x.io", INVITE.licenses[0], by=EnrollmentMethod.GROUP, now=NOW)
    ended = AccessesEnded(license=FIRE_SAFETY, emails=("a@x.io", "b@x.io"), seat_changes=())
    page = JoinPageChanged(
        enabled=True,
        slug="acme",
        domains=(),
        addresses=("may@x.io",),
        license_ids=("L",),
        group_id=None,
        approval=False,
        when_full=WhenFull.REFUSE,
    )
    added = GroupMembersAdded(
        group=GroupRef(id="G", name="Night"),
        emails=("c@x.io",),
        started=(AccessRef.of(given),),
        scheduled=(),
        seat_changes=(),
    )

    assert mentions_of(ended) == mentions(people=("a@x.io", "b@x.io"), licenses=(FIRE_SAFETY.id,))
    assert mentions_of(page) == mentions(licenses=("L",))
    assert mentions_of(added).people == {"c@x.io", "ann@x.io"}


def test_a_person_who_asks_to_join_is_named() -> None:
    assert mentions_of(JoinRequested(request="R", person=ANN)) == mentions(people=(ANN.email,))


def test_who_acted_or_is_only_told_is_not_named() -> None:
    copied = CodeCopied(code=CODE, terms=CODE_TERMS, copy_to="boss@acme.example", group_licenses=())

    assert mentions_of(copied).people == frozenset()
    assert mentions_of(ANSWERED).people == frozenset()


def test_what_this_version_cannot_read_names_nobody() -> None:
    assert mentions_of(UnknownEvent(name="new.type", fields={"email": "ann@x.io"})) == mentions()


def test_the_accesses_of_an_acceptance_are_named_once() -> None:
    accepted = InviteAccepted(invite=InviteRef.of(INVITE), scheduled=(access(INVITE),))
    given = SeatsAssigned(license=FIRE_SAFETY, started=(access(INVITE),), scheduled=(), seat_changes=())

    assert mentions_of(accepted) == mentions_of(given)


def test_the_addresses_in_data_of_an_unknown_type_are_found_by_the_names_of_fields() -> None:
    data = UnknownEvent(
        name="moon.landed", fields={"email": "ann@x.io", "seats": [{"emails": ["bo@x.io"]}], "n": 1}
    )

    assert addresses_in(data) == {"ann@x.io", "bo@x.io"}

"""Who of a batch is settled by what they have, and who is to be invited (DESIGN 2, Batches)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.email_contexts import INVITE, NOW, terms
from usher.domain.accesses import Access, AccessState
from usher.domain.groups import InviteGroup
from usher.domain.invite_batches import Outcome, SeatsHeld, missing_seats, sort_out
from usher.domain.invites import Invite, InviteState
from usher.domain.licenses import LicenseTerms

FIRE, AID = terms("Fire safety"), terms("First aid")
ANN, BO = "ann@x.io", "bo@x.io"
NOTHING = SeatsHeld(live={})


GROUP = InviteGroup(id="G", name="Cooks", licenses=(FIRE.license,))
OTHER = InviteGroup(id="H", name="Drivers")


def draft(email: str = ANN, *licenses: LicenseTerms, groups: tuple[InviteGroup, ...] = ()) -> Invite:
    return replace(INVITE, id="", email=email, licenses=licenses or (FIRE,), groups=groups)


def access(of: LicenseTerms, state: AccessState, *, email: str = ANN, invite: str = "I") -> Access:
    return Access(email=email, terms=of, state=state, invite=invite)


def holding(*held: Access, **more: object) -> SeatsHeld:
    live = {(one.email, one.terms.license): one for one in held}
    return replace(SeatsHeld(live=live), **more)  # type: ignore[arg-type]  # the fields of each test


def test_who_has_nothing_is_to_be_invited_to_all_of_it() -> None:
    sorted_out = sort_out({0: draft(ANN, FIRE, AID), 1: draft(BO)}, NOTHING, now=NOW)

    assert not sorted_out.settled
    assert [(one.position, one.invite.licenses) for one in sorted_out.candidates] == [
        (0, (FIRE, AID)),
        (1, (FIRE,)),
    ]
    assert not any(one.groups_without_seat for one in sorted_out.candidates)


def test_who_has_a_part_is_to_be_invited_to_the_rest() -> None:
    held = holding(access(FIRE, AccessState.ACTIVE))

    (one,) = sort_out({0: draft(ANN, FIRE, AID)}, held, now=NOW).candidates

    assert one.invite.licenses == (AID,)


@pytest.mark.parametrize("state", [AccessState.ACTIVE, AccessState.SCHEDULED])
def test_who_has_the_seat_in_use_is_already_assigned(state: AccessState) -> None:
    sorted_out = sort_out({0: draft()}, holding(access(FIRE, state)), now=NOW)

    assert sorted_out.settled[0].outcome is Outcome.ALREADY_ASSIGNED
    assert not sorted_out.candidates


def test_who_has_an_open_invite_is_already_invited_with_that_invite() -> None:
    held = holding(access(FIRE, AccessState.RESERVED), invites={"I": INVITE})

    settled = sort_out({0: draft()}, held, now=NOW).settled[0]

    assert (settled.outcome, settled.invite) == (Outcome.ALREADY_INVITED, INVITE)


def test_of_two_drafts_of_one_address_the_first_gives_the_seat() -> None:
    sorted_out = sort_out({0: draft(), 1: draft(ANN, FIRE, AID), 2: draft()}, NOTHING, now=NOW)

    assert [(one.position, one.invite.licenses) for one in sorted_out.candidates] == [
        (0, (FIRE,)),
        (1, (AID,)),
    ]
    assert sorted_out.settled[2].outcome is Outcome.ALREADY_INVITED


def test_who_has_a_groups_seats_and_no_membership_is_offered_it_alone() -> None:
    held = holding(access(FIRE, AccessState.ACTIVE), markers={("G", ANN): "old"})

    (one,) = sort_out({0: draft(groups=(GROUP,))}, held, now=NOW).candidates

    assert one.invite.licenses == ()
    assert (one.groups_without_seat, one.replaces) == (("G",), {"G": "old"})


def test_a_member_is_already_assigned() -> None:
    held = holding(access(FIRE, AccessState.ACTIVE), members=frozenset({("G", ANN)}))

    assert sort_out({0: draft(groups=(GROUP,))}, held, now=NOW).settled[0].outcome is Outcome.ALREADY_ASSIGNED


@pytest.mark.parametrize(
    ("earlier", "is_open"),
    [
        (INVITE, True),
        (replace(INVITE, state=InviteState.DECLINED, answered_at=NOW), False),
        (replace(INVITE, expires_at=NOW - timedelta(seconds=1)), False),
    ],
)
def test_an_open_invite_to_the_group_is_not_repeated(earlier: Invite, *, is_open: bool) -> None:
    held = holding(access(FIRE, AccessState.ACTIVE), markers={("G", ANN): "I"}, invites={"I": earlier})

    sorted_out = sort_out({0: draft(groups=(GROUP,))}, held, now=NOW)

    assert (0 in sorted_out.settled) is is_open
    assert len(sorted_out.candidates) == (not is_open)


def test_an_invite_to_groups_marks_those_of_which_it_brings_no_seat() -> None:
    (one,) = sort_out({0: draft(groups=(GROUP, OTHER))}, NOTHING, now=NOW).candidates

    assert [group.id for group in one.invite.groups] == ["G", "H"]
    assert one.groups_without_seat == ("H",)


def test_who_has_the_seats_is_invited_to_the_groups_that_are_left() -> None:
    third = InviteGroup(id="K", name="Waiters")
    held = holding(
        access(FIRE, AccessState.ACTIVE),
        members=frozenset({("G", ANN)}),
        markers={("H", ANN): "I"},
        invites={"I": INVITE},
    )

    (one,) = sort_out({0: draft(groups=(GROUP, OTHER, third))}, held, now=NOW).candidates
    settled = sort_out({0: draft(groups=(GROUP, OTHER))}, held, now=NOW).settled[0]

    assert one.invite.groups == (third,)
    assert (settled.outcome, settled.invite) == (Outcome.ALREADY_INVITED, INVITE)


def test_an_open_invite_to_one_groups_seats_does_not_stand_for_another_group() -> None:
    held = holding(access(FIRE, AccessState.RESERVED), invites={"I": INVITE})

    (one,) = sort_out({0: draft(groups=(GROUP, OTHER))}, held, now=NOW).candidates

    assert (one.invite.groups, one.invite.licenses) == ((OTHER,), ())


def test_nothing_given_is_changed() -> None:
    drafts, held = {0: draft(), 1: draft()}, holding(access(AID, AccessState.ACTIVE))
    before = (dict(drafts), dict(held.live))

    sort_out(drafts, held, now=NOW)

    assert (drafts, held.live) == before
    assert missing_seats(drafts, held.live) == {0: (FIRE,), 1: ()}

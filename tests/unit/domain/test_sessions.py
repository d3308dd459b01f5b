"""Which sessions of the pages are over."""

from __future__ import annotations

from usher.domain.sessions import RevokedSessions

FIRST, SECOND, THIRD = (f"01J0000000000000000000000{last}" for last in "ABC")


def test_nothing_is_revoked_where_nothing_is_named() -> None:
    assert not RevokedSessions().has(FIRST)


def test_a_session_that_was_signed_out_is_over_and_no_other() -> None:
    revoked = RevokedSessions(ids=frozenset({SECOND}))

    assert [revoked.has(one) for one in (FIRST, SECOND, THIRD)] == [False, True, False]


def test_all_that_began_before_are_over_and_a_later_one_is_not() -> None:
    revoked = RevokedSessions(before=THIRD)

    assert [revoked.has(one) for one in (FIRST, SECOND, THIRD)] == [True, True, False]

"""Events that enroll one person without an invite, and one that enrolls nobody."""

from __future__ import annotations

from typing import Any

from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import CodeKind
from usher.domain.events.codes import CodeRedeemed, CodeRef
from usher.domain.events.enrollment import LearnerJoined
from usher.domain.events.parts import AccessRef, GroupRef, LicenseRef
from usher.domain.events.sso import ConnectionRef, LearnerProvisioned
from usher.domain.groups import Group
from usher.domain.licenses import License


def _given(license_: License, email: str, group: Group | None) -> dict[str, Any]:
    access = AccessRef(
        email=email,
        license=LicenseRef.of(license_.terms),
        state=AccessState.ACTIVE,
        start_at=license_.terms.valid_from,
        invite_id=None,
    )
    joined = None if group is None else GroupRef.of(group)
    return {"email": email, "group": joined, "accesses": (access,), "seat_changes": ()}


def by_code(license_: License, email: str, group: Group | None = None) -> CodeRedeemed:
    code = CodeRef(text="WELCOME", kind=CodeKind.REGISTRATION, name="")
    return CodeRedeemed(code=code, **_given(license_, email, group))


def by_page(license_: License, email: str, group: Group | None = None) -> LearnerJoined:
    return LearnerJoined(slug="acme", **_given(license_, email, group))


def by_sso(license_: License, email: str, group: Group | None = None) -> LearnerProvisioned:
    connection = ConnectionRef(id="c", name="Acme")
    return LearnerProvisioned(connection=connection, **_given(license_, email, group))


def again_by_sso(email: str) -> LearnerProvisioned:
    """The first sign-in of somebody who had all that the connection gives."""
    return LearnerProvisioned(
        connection=ConnectionRef(id="c", name="Acme"),
        email=email,
        group=None,
        accesses=(),
        seat_changes=(),
        enrolled=False,
    )

"""Views of learners in full, and of who sits in a license."""

from __future__ import annotations

from datetime import datetime

from functions.api.schemas import learners as schemas
from functions.api.views import common
from functions.api.views import invites as invite_views
from usher.gateways.person_ids import PersonIds
from usher.services.license_access_lists import NamedAccess
from usher.services.people.learner_details import LearnerDetail
from usher.services.people.learner_lists import ListedLearner


def listed(of: ListedLearner, *, now: datetime, ids: PersonIds) -> schemas.ListedLearner:
    """A learner in a list, with what was asked for of them."""
    own = None if of.accesses is None else [common.access(one, now=now, ids=ids) for one in of.accesses]
    joined = (
        None
        if of.groups is None
        else [schemas.LearnerGroup(id=group.id, name=group.name) for group in of.groups]
    )
    return schemas.ListedLearner(**dict(common.learner(of.learner, ids=ids)), accesses=own, groups=joined)


def detail(
    of: LearnerDetail, *, names: common.NameOf, now: datetime, ids: PersonIds
) -> schemas.LearnerDetail:
    """A learner in full."""
    return schemas.LearnerDetail(
        **dict(common.learner(of.learner, ids=ids)),
        accesses=[common.access(one, now=now, ids=ids) for one in of.accesses],
        groups=[schemas.LearnerGroup(id=one.id, name=one.name) for one in of.groups],
        invites=[invite_views.invite(one, names=names, now=now, ids=ids) for one in of.invites],
        clients=[schemas.LearnerClient(id=one.id, name=one.name) for one in of.clients],
    )


def named_access(of: NamedAccess, *, now: datetime, ids: PersonIds) -> schemas.LicenseAccess:
    """One person's use of a license, with their name."""
    return schemas.LicenseAccess(
        **dict(common.access(of.access, now=now, ids=ids)),
        first_name=of.first_name,
        last_name=of.last_name,
    )

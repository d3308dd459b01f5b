"""The signed-in person."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.people import Me, Name
from functions.api.views import common as views
from usher.domain.people import Person
from usher.services.people.password_login import PasswordLogin

router = ApiRouter()


@router.get("/v1/me")
@described()
def get_me() -> Me:
    """Read the signed-in person.

    The name is that of the access token: a changed name shows once the session is renewed.
    """
    return _me(router.person)


@router.patch("/v1/me")
@described(PasswordLogin.rename)
def rename_me(name: Name) -> Me:
    """Change the signed-in person's name.

    In the account, and in every organization where the person is a manager or a learner.
    """
    return _me(
        router.services.password_login.rename(
            person=router.person, first_name=name.first_name, last_name=name.last_name
        )
    )


def _me(person: Person) -> Me:
    places = router.services.password_login.managed_organizations(person=person)
    return Me(
        person=views.person(person),
        organizations=[
            views.managed_organization(one, person=person, ids=router.services.person_ids) for one in places
        ],
    )

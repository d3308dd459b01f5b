"""The signed-in person."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.people import Me, PersonChange
from functions.api.views import common as views
from usher.domain.people import Person
from usher.services.people.password_login import PasswordLogin

router = ApiRouter()


@router.get("/v1/me")
@described()
def get_me() -> Me:
    """Read the signed-in person.

    Name and language are those of the access token: a change shows once the session is renewed.
    """
    return _me(router.person)


@router.patch("/v1/me")
@described(PasswordLogin.rename, PasswordLogin.choose_language)
def change_me(change: PersonChange) -> Me:
    """Change the signed-in person's name or language.

    In the account, and in every organization where the person is a manager or, for the name, a learner.
    """
    person, login = router.person, router.services.password_login
    if change.first_name is not None or change.last_name is not None:
        person = login.rename(
            person=person,
            first_name=person.first_name if change.first_name is None else change.first_name,
            last_name=person.last_name if change.last_name is None else change.last_name,
        )
    if change.language is not None:
        person = login.choose_language(person=person, language=change.language)
    return _me(person)


def _me(person: Person) -> Me:
    places = router.services.password_login.managed_organizations(person=person)
    return Me(
        person=views.person(person),
        organizations=[
            views.managed_organization(one, person=person, ids=router.services.person_ids) for one in places
        ],
    )

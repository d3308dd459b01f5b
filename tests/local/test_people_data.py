"""People's data, on the whole stack: a learner is exported, then erased, the account too."""

import httpx

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser, link_in

EMAIL = "zoe@people.example"


def test_a_learner_is_exported_and_then_erased_everywhere(usher: LocalUsher) -> None:
    acme = Acme(usher)
    acme.invite("course", EMAIL)
    Browser(usher).register(link_in(usher.email(EMAIL)), "Zoe", "Zimmer")
    available = acme.available("course")

    export = f"{acme.person('learners', EMAIL)}/export"

    exported = acme.http.get(export)
    ordered = acme.http.post(f"{acme.url}/erasures", json={"email": EMAIL})

    assert {"learner", "access", "invite", "event"} <= exported.json()["records"].keys()
    assert ordered.status_code == 202, ordered.text
    order = f"{acme.url}/erasures/{ordered.json()['id']}"
    usher.wait_for(lambda: acme.http.get(order).json()["done_at"], "the end of the erasure")
    log = acme.http.get(f"{acme.url}/events", params={"limit": 200}).text
    assert EMAIL not in log
    assert ordered.json()["pseudonym"] in log
    assert acme.http.get(export).status_code == 404
    assert acme.available("course") == available, "the seat that was used is used"
    assert signed_in(usher).status_code == 401, "the account is gone"
    acme.http.close()


def signed_in(usher: LocalUsher) -> httpx.Response:
    with usher.client() as client:
        return client.post("/v1/session", json={"email": EMAIL, "password": usher.password})

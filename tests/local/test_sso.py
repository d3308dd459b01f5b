"""Single sign-on, as a client's people live it: over the whole local stack, at a real OpenID provider."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from infra.local.seed import MANAGER
from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, serving


@pytest.fixture(scope="module")
def acme(usher: LocalUsher) -> Iterator[Acme]:
    acme = Acme(usher)
    yield acme
    acme.http.close()


@pytest.fixture(scope="module")
def own_provider(usher: LocalUsher) -> Iterator[IdentityProvider]:
    with serving(f"{usher.base_url}/learn/sso/") as provider:
        yield provider


def test_people_sign_on_at_their_provider_and_are_provisioned_to_client_and_sublicense_once(
    acme: Acme, usher: LocalUsher, own_provider: IdentityProvider
) -> None:
    client = acme.http.post(f"{acme.url}/clients", json={"name": "Signers", "slug": "signers"}).json()
    carved = acme.http.post(
        f"{acme.url}/clients/{client['id']}/sublicenses",
        json={"license": acme.license("course")["id"], "seats": 2},
    ).json()
    connections = f"/v1/organizations/{client['id']}/sso-connections"
    new = {
        "name": "Signers ID",
        "issuer": own_provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": ["acme.example"],
        "grant": {"licenses": [carved["id"]]},
    }
    made = acme.http.post(connections, json=new)
    assert made.status_code == 201, made.text
    assert made.json()["redirect_uri"] == f"{own_provider.back}{made.json()['id']}/callback"
    one = f"{connections}/{made.json()['id']}"
    assert [found["code"] for found in acme.http.get(f"{one}/check").json()["problems"]] == [
        "sso_domain_not_confirmed"
    ]
    with usher.signed_in("operator@usher.example") as operator:
        confirmed = operator.put(f"/v1/operator{one.removeprefix('/v1')}/domains/acme.example")
        assert confirmed.status_code == 200, confirmed.text
    assert acme.http.get(f"{one}/check").json() == {"ok": True, "problems": []}

    # Ann presses the button on the client's landing page.
    button = f"/learn/sso/{made.json()['id']}"
    ann = Browser(usher)
    assert f'href="{button}"' in ann.open("/c/signers").text
    landed = ann.open(own_provider.sign_in(location_of(ann, button), "ann"))
    assert (landed.url.path, landed.url.query) == ("/learn", b"welcome=1")
    assert "First Aid at Work" in landed.text
    assert "Signers" in landed.text
    seats = acme.http.get(f"/v1/organizations/{client['id']}/licenses/{carved['id']}").json()["seats"]
    assert (seats["assigned"], seats["available"]) == (1, 1)

    # The next time she only signs in.
    again = Browser(usher)
    landed = again.open(own_provider.sign_in(location_of(again, button), "ann"))
    assert (landed.url.path, landed.url.query) == ("/learn", b"")
    events = acme.http.get(
        f"/v1/organizations/{client['id']}/events", params={"type": "learner.provisioned"}
    ).json()["items"]
    assert [event["actor"] for event in events] == ["ann@acme.example"]

    # Who may not is told so, and what to do.
    stranger = Browser(usher)
    refused = stranger.open(own_provider.sign_in(location_of(stranger, button), "stranger"))
    assert refused.status_code == 403
    assert "This way to sign in is not for your address" in refused.text


def location_of(browser: Browser, button: str) -> str:
    """Press the button; where the browser is sent."""
    answer = browser.http.get(button, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_manager_signs_on_to_the_console_and_nobody_else_passes_the_user_pools_challenge(
    acme: Acme, usher: LocalUsher, own_provider: IdentityProvider
) -> None:
    new = {
        "name": "Acme ID",
        "issuer": own_provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": ["acme.example"],
    }
    made = acme.http.post(f"{acme.url}/sso-connections", json=new)
    assert made.status_code == 201, made.text
    one = f"{acme.url}/sso-connections/{made.json()['id']}".removeprefix("/v1")
    with usher.signed_in("operator@usher.example") as operator:
        assert operator.put(f"/v1/operator{one}/domains/acme.example").status_code == 200

    # The console asks how people of the manager's domain sign in, and opens what it is told.
    console = Browser(usher)
    found = console.http.post("/v1/session/discover", json={"email": MANAGER}).json()
    (way,) = [each for each in found["connections"] if each["name"] == "Acme ID"]
    landed = console.http.get(
        own_provider.sign_in(location_of(console, way["url"]), "manager"), follow_redirects=False
    )
    assert landed.status_code == 303, landed.text
    assert landed.headers["location"] == f"/organizations/{acme.url.rpartition('/')[2]}/guide#signed-in"
    renewed = console.http.post("/v1/session/refresh")
    assert renewed.status_code == 200, renewed.text
    assert renewed.json()["person"]["email"] == MANAGER
    bearer = {"authorization": f"Bearer {renewed.json()['access_token']}"}
    assert console.http.get(acme.url, headers=bearer).status_code == 200

    # Signing out ends it as any other session.
    copied = dict(console.http.cookies)
    assert console.http.delete("/v1/session").status_code == 204
    console.http.cookies.update(copied)
    assert console.http.post("/v1/session/refresh").status_code == 401

    # Whoever knows the client alone is asked what only Usher can answer.
    pool = boto3.client(
        "cognito-idp",
        endpoint_url=usher.emulator,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client = usher.outputs["UserPoolClientId"]
    asked = pool.initiate_auth(ClientId=client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": MANAGER})
    with pytest.raises(pool.exceptions.NotAuthorizedException):
        pool.respond_to_auth_challenge(
            ClientId=client,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": MANAGER, "ANSWER": asked["ChallengeParameters"]["nonce"]},
        )

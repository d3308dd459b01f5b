"""Support requests and requests for more seats, over HTTP, to the email that says what became of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, seats
from tests.support.team import BOB, Team
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.events.registry import data_to_json
from usher.domain.licenses import License
from usher.domain.organizations import Role

ANN = "ann@x.io"
OPEN = "/v1/operator/support-requests"
WANTED = "/v1/operator/seat-requests"


@pytest.fixture
def license_(tenant: Tenant) -> License:
    return tenant.license(seats=5)


@pytest.fixture
def machine(
    tenant: Tenant,  # noqa: ARG001 - its own beginnings cause no emails
    async_workers: AsyncWorkers,
) -> AsyncWorkers:
    async_workers.skip()
    return async_workers


def _release(license_: License, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "release_seat",
        "message": "Ann has left.",
        "email": ANN,
        "license": license_.id,
        **changed,
    }


@pytest.fixture
def filed(manager: Caller, base: str, tenant: Tenant, license_: License) -> Answer:
    """A request to release the seat that Ann accepted."""
    tenant.accept(tenant.invite(license_, ANN))
    return manager.post(f"{base}/support-requests", _release(license_))


def test_a_request_carries_the_facts_of_the_moment(
    filed: Answer, manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    request = filed.json

    assert filed.status == 201
    assert (request["kind"], request["state"], request["reply"]) == ("release_seat", "open", None)
    assert (request["email"], request["license"], request["product"]["name"]) == (
        ANN,
        license_.id,
        "Fire safety",
    )
    assert request["facts"] == {
        "access": "active",
        "access_start": "2027-01-04T09:00:00Z",
        "invite": access_now(tenant, license_).invite,
        "invite_state": "accepted",
        "answered_at": "2027-01-04T09:00:00Z",
    }
    assert manager.get(f"{base}/support-requests").json == {"items": [request], "next": None}
    assert operator.get(OPEN, state="open").json == {"items": [request], "next": None}
    assert operator.get(f"{OPEN}/{request['id']}").json == request


def test_granting_a_release_returns_the_seat_once_and_tells_the_learner_and_the_managers(
    filed: Answer, operator: Caller, tenant: Tenant, license_: License, machine: AsyncWorkers
) -> None:
    path = f"{OPEN}/{filed.json['id']}/answer"
    assert seats(tenant, license_) == (5, 1, 4)

    first = operator.post(path, {"answer": "Done.", "grant": True})
    second = operator.post(path, {"answer": "Done again.", "grant": True})

    assert (first.status, first.json["state"]) == (200, "answered")
    assert first.json["reply"]["granted"] is True
    assert (second.status, second.json["code"]) == (409, "already_answered")
    assert seats(tenant, license_) == (5, 0, 5)
    assert access_now(tenant, license_).state is AccessState.RELEASED
    assert operator.get(OPEN, state="open").json["items"] == []
    assert operator.get(OPEN, state="answered").json["items"] == [first.json]
    machine.settle()
    assert machine.sent_to(ANN)[-1] == "access_released"
    assert machine.sent_to(tenant.full.email) == ["support_answered"]
    assert len(events_of(tenant, "support_request.answered")) == 1


def test_a_released_person_can_be_invited_again(
    filed: Answer, operator: Caller, tenant: Tenant, license_: License
) -> None:
    operator.post(f"{OPEN}/{filed.json['id']}/answer", {"answer": "Done.", "grant": True})

    tenant.accept(tenant.invite(license_, ANN))

    assert seats(tenant, license_) == (5, 1, 4)


def test_a_scheduled_access_that_was_released_does_not_start(
    manager: Caller,
    operator: Caller,
    base: str,
    tenant: Tenant,
    license_: License,
    machine: AsyncWorkers,
    clock: Clock,
) -> None:
    tenant.accept(tenant.invite(license_, ANN, access_start="2027-02-01"))
    machine.settle()
    filed = manager.post(f"{base}/support-requests", _release(license_)).json
    operator.post(f"{OPEN}/{filed['id']}/answer", {"answer": "Done.", "grant": True})

    clock.forward(days=40)
    machine.settle()

    assert access_now(tenant, license_).state is AccessState.RELEASED
    assert seats(tenant, license_) == (5, 0, 5)


def test_of_two_answers_at_once_one_stands(
    filed: Answer, operator: Caller, tenant: Tenant, license_: License
) -> None:
    path = f"{OPEN}/{filed.json['id']}/answer"
    rivals: list[Answer] = []

    with tenant.before_next_write(
        lambda: rivals.append(operator.post(path, {"answer": "No.", "grant": False}))
    ):
        second = operator.post(path, {"answer": "Yes.", "grant": True})

    assert rivals[0].status == 200
    assert (second.status, second.json["code"]) == (409, "already_answered")
    assert seats(tenant, license_) == (5, 1, 4)


def test_two_requests_for_one_seat_return_it_once(
    filed: Answer, manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    other = manager.post(f"{base}/support-requests", _release(license_)).json

    first = operator.post(f"{OPEN}/{filed.json['id']}/answer", {"answer": "Yes.", "grant": True})
    second = operator.post(f"{OPEN}/{other['id']}/answer", {"answer": "Yes.", "grant": True})
    tenant.accept(tenant.invite(license_, ANN))
    third = operator.post(f"{OPEN}/{other['id']}/answer", {"answer": "Yes.", "grant": True})
    said = operator.post(f"{OPEN}/{other['id']}/answer", {"answer": "It was done.", "grant": False})

    assert first.status == 200
    assert (second.status, second.json["code"]) == (409, "seat_not_in_use")
    assert (third.status, third.json["code"]) == (409, "seat_taken_anew")
    assert said.status == 200
    assert seats(tenant, license_) == (5, 1, 4)


def test_progress_that_was_transferred_is_marked_as_done_with_a_note(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, machine: AsyncWorkers
) -> None:
    transfer = {"kind": "transfer_progress", "message": "She began at home.", "email": ANN, "training": "Aid"}
    done, undone = (manager.post(f"{base}/support-requests", transfer).json for _ in range(2))

    granted = operator.post(f"{OPEN}/{done['id']}/answer", {"answer": "All 4 modules.", "grant": True})
    refused = operator.post(f"{OPEN}/{undone['id']}/answer", {"answer": "She has none.", "grant": False})

    assert (granted.status, granted.json["reply"]["granted"]) == (200, True)
    assert granted.json["reply"]["text"] == "All 4 modules."
    assert refused.json["reply"]["granted"] is False
    assert done["facts"] == dict.fromkeys(done["facts"])
    (first, second) = events_of(tenant, "support_request.answered")
    assert (data_of(first)["granted"], data_of(first)["released"]) == (True, None)
    assert data_of(second)["granted"] is False
    machine.settle()
    assert machine.sent_to(tenant.full.email) == ["support_answered"] * 2
    assert machine.sent_to(ANN) == []


def test_anything_else_is_answered_in_words_and_neither_granted_nor_refused(
    manager: Caller, operator: Caller, base: str
) -> None:
    filed = manager.post(f"{base}/support-requests", {"kind": "other", "message": "Hello?"}).json

    granted = operator.post(f"{OPEN}/{filed['id']}/answer", {"answer": "Yes.", "grant": True})
    answered = operator.post(f"{OPEN}/{filed['id']}/answer", {"answer": "Yes.", "grant": False})

    assert (granted.status, granted.json["code"]) == (422, "nothing_to_grant")
    assert (answered.json["reply"]["text"], answered.json["reply"]["granted"]) == ("Yes.", None)


@pytest.fixture(params=["support", "seats"])
def own(
    request: pytest.FixtureRequest, manager: Caller, base: str, tenant: Tenant, license_: License
) -> tuple[str, str, dict[str, Any]]:
    """A request of each kind: the manager's path to it, the operators' path to answer it, and an answer."""
    if request.param == "support":
        tenant.accept(tenant.invite(license_, ANN))
        filed = manager.post(f"{base}/support-requests", _release(license_)).json
        answer = {"answer": "Done.", "grant": True}
        return f"{base}/support-requests/{filed['id']}", f"{OPEN}/{filed['id']}/answer", answer
    filed = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 20}).json
    return f"{base}/seat-requests/{filed['id']}", f"{WANTED}/{filed['id']}/approve", {}


def test_whoever_made_a_request_takes_it_back_and_it_is_answered_no_more(
    own: tuple[str, str, dict[str, Any]], manager: Caller, operator: Caller, tenant: Tenant, license_: License
) -> None:
    path, answering, answer = own
    before = seats(tenant, license_)

    withdrawn = manager.post(f"{path}/withdraw")
    again = manager.post(f"{path}/withdraw")
    answered = operator.post(answering, answer)

    assert (withdrawn.status, withdrawn.json["state"]) == (200, "withdrawn")
    assert withdrawn.json["withdrawn_at"] == "2027-01-04T09:00:00Z"
    assert again.json == withdrawn.json
    assert (answered.status, answered.json["code"]) == (409, "request_withdrawn")
    assert seats(tenant, license_) == before
    everywhere = answering.rpartition("/")[0].rpartition("/")[0]
    assert operator.get(everywhere, state="open").json["items"] == []
    assert operator.get(everywhere, state="withdrawn").json["items"] == [withdrawn.json]
    assert manager.get(path.rpartition("/")[0]).json["items"] == [withdrawn.json]
    kinds = {"support_request.withdrawn", "seats.request_withdrawn"}
    assert sum(len(events_of(tenant, kind)) for kind in kinds) == 1


def test_nobody_else_takes_a_request_back(
    own: tuple[str, str, dict[str, Any]], manager: Caller, limited: Caller, tenant: Tenant
) -> None:
    path, _, _ = own
    team = Team(tenant)
    team.accept(team.invite(role=Role.FULL))

    colleague = manager.as_(BOB).post(f"{path}/withdraw")

    assert (colleague.status, colleague.json["code"]) == (403, "not_the_requester")
    assert limited.post(f"{path}/withdraw").json["code"] == "forbidden"
    assert manager.post(f"{path.rpartition('/')[0]}/none/withdraw").json["code"] == "request_not_found"


def test_a_request_that_was_answered_is_not_taken_back(
    own: tuple[str, str, dict[str, Any]], manager: Caller, operator: Caller
) -> None:
    path, answering, answer = own
    operator.post(answering, answer)

    withdrawn = manager.post(f"{path}/withdraw")

    assert (withdrawn.status, withdrawn.json["code"]) == (409, "already_answered")


def test_of_an_answer_and_a_withdrawal_at_once_one_stands(
    own: tuple[str, str, dict[str, Any]], manager: Caller, operator: Caller, tenant: Tenant, license_: License
) -> None:
    path, answering, answer = own
    before = seats(tenant, license_)

    with tenant.before_next_write(lambda: manager.post(f"{path}/withdraw")):
        answered = operator.post(answering, answer)

    assert (answered.status, answered.json["code"]) == (409, "request_withdrawn")
    assert seats(tenant, license_) == before


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"email": None}, 422, "request_incomplete"),
        ({"license": None}, 422, "request_incomplete"),
        ({"message": "  "}, 422, "request_incomplete"),
        ({"message": "x" * 2001}, 422, "bad_text"),
        ({"training": "x" * 201}, 422, "bad_text"),
        ({"email": "nobody"}, 422, "bad_address"),
        ({"license": "none"}, 404, "license_not_found"),
        ({"email": "bob@x.io"}, 409, "seat_not_in_use"),
        ({"kind": "transfer_progress"}, 422, "request_incomplete"),
        ({"kind": "refund"}, 422, "invalid"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    manager: Caller,
    base: str,
    tenant: Tenant,
    license_: License,
    changed: dict[str, Any],
    status: int,
    code: str,
) -> None:
    tenant.accept(tenant.invite(license_, ANN))
    tenant.invite(license_, "bob@x.io")

    answer = manager.post(f"{base}/support-requests", _release(license_, **changed))

    assert (answer.status, answer.json["code"]) == (status, code)
    assert manager.get(f"{base}/support-requests").json["items"] == []


def test_withdrawing_an_accepted_invite_says_how_to_ask_for_it(
    manager: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    invite = tenant.invite(license_, ANN)
    tenant.accept(invite)

    refused = manager.post(f"{base}/invites/{invite.id}/withdraw")

    assert refused.status == 409
    assert "file a support request; an operator decides" in refused.json["next_action"]
    assert "/v1" not in refused.json["next_action"]


def test_only_full_managers_file_and_only_operators_answer(
    filed: Answer, manager: Caller, limited: Caller, base: str, license_: License
) -> None:
    one = f"{OPEN}/{filed.json['id']}"

    assert limited.post(f"{base}/support-requests", _release(license_)).status == 403
    assert limited.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 5}).status == 403
    assert len(limited.get(f"{base}/support-requests").json["items"]) == 1
    assert limited.get(f"{base}/seat-requests").json["items"] == []
    for path in (OPEN, one, WANTED, f"{WANTED}/{filed.json['id']}"):
        assert manager.get(path).status == 403
    assert manager.post(f"{one}/answer", {"answer": "Yes.", "grant": True}).status == 403
    assert manager.post(f"{WANTED}/any/approve", {}).status == 403
    assert manager.post(f"{WANTED}/any/refuse", {"reason": "No."}).status == 403


def test_another_organization_sees_nothing_of_it(
    filed: Answer, caller: Caller, tenant: Tenant, base: str, license_: License
) -> None:
    other = create_tenant(tenant.context, slug="beta")
    stranger = caller.as_(other.full)

    assert filed.status == 201
    assert stranger.get(f"{base}/support-requests").status == 404
    assert stranger.get(f"{base}/support-requests/{filed.json['id']}").status == 404
    elsewhere = stranger.get(f"/v1/organizations/{other.id}/support-requests/{filed.json['id']}")
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "request_not_found")
    assert stranger.get(f"/v1/organizations/{other.id}/support-requests").json["items"] == []
    foreign = stranger.post(f"/v1/organizations/{other.id}/support-requests", _release(license_))
    assert (foreign.status, foreign.json["code"]) == (404, "license_not_found")


def test_an_operator_reads_all_organizations_page_by_page(
    manager: Caller, operator: Caller, caller: Caller, base: str, tenant: Tenant
) -> None:
    other = create_tenant(tenant.context, slug="beta")
    ask = {"kind": "other", "message": "Hello?"}
    ids = [manager.post(f"{base}/support-requests", ask).json["id"] for _ in range(2)]
    path = f"/v1/organizations/{other.id}/support-requests"
    ids.append(caller.as_(other.full).post(path, ask).json["id"])

    first = operator.get(OPEN, limit=2).json
    second = operator.get(OPEN, limit=2, cursor=first["next"]).json

    assert [one["id"] for one in [*first["items"], *second["items"]]] == ids
    assert second["next"] is None
    assert operator.get(f"{OPEN}/none").json["code"] == "request_not_found"


def test_a_seat_request_becomes_a_top_up_once_and_the_manager_is_told(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License, machine: AsyncWorkers
) -> None:
    filed = manager.post(
        f"{base}/licenses/{license_.id}/seat-requests", {"seats": 20, "message": "New hires"}
    )
    path = f"{WANTED}/{filed.json['id']}"
    assert filed.status == 201
    assert operator.get(WANTED).json["items"] == [filed.json]
    assert operator.get(path).json == filed.json

    approved = operator.post(f"{path}/approve", {"order_id": "PO-7"})
    again = operator.post(f"{path}/approve", {"order_id": "PO-8"})
    refused = operator.post(f"{path}/refuse", {"reason": "Too late."})

    assert (approved.status, approved.json["state"], approved.json["order"]) == (200, "approved", "PO-7")
    assert {again.json["code"], refused.json["code"]} == {"already_answered"}
    assert seats(tenant, license_)[0] == 25
    assert manager.get(f"{base}/seat-requests").json["items"] == [approved.json]
    machine.settle()
    assert machine.sent_to(tenant.full.email) == ["seats_answered"]


def test_of_two_approvals_at_once_one_adds_seats(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    filed = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 20}).json
    path = f"{WANTED}/{filed['id']}/approve"

    with tenant.before_next_write(lambda: operator.post(path, {"order_id": "PO-7"})):
        second = operator.post(path, {"order_id": "PO-8"})

    assert (second.status, second.json["code"]) == (409, "already_answered")
    assert seats(tenant, license_)[0] == 25


def test_an_order_that_was_carried_out_adds_nothing_and_leaves_the_request_open(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    top_up = f"/v1/operator/organizations/{tenant.id}/licenses/{license_.id}/top-up"
    operator.post(top_up, {"order_id": "PO-7", "seats": 20})
    filed = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 20}).json

    taken = operator.post(f"{WANTED}/{filed['id']}/approve", {"order_id": "PO-7"})
    own = operator.post(f"{WANTED}/{filed['id']}/approve", {})

    assert (taken.status, taken.json["code"]) == (409, "order_taken")
    assert own.json["order"] == filed["id"]
    assert seats(tenant, license_)[0] == 45


def test_a_refused_seat_request_tells_the_manager_why(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License, machine: AsyncWorkers
) -> None:
    filed = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 20}).json
    path = f"{WANTED}/{filed['id']}/refuse"

    silent = operator.post(path, {"reason": " "})
    refused = operator.post(path, {"reason": "Renew first."})

    assert (silent.status, silent.json["code"]) == (422, "request_incomplete")
    assert refused.json["state"] == "refused"
    assert refused.json["reply"]["text"] == "Renew first."
    assert seats(tenant, license_)[0] == 5
    machine.dispatch()
    (email,) = machine.queued()
    assert (email.to, email.template) == (tenant.full.email, "seats_answered")
    assert data_to_json(email.data)["answer"] == "Renew first."


@pytest.mark.parametrize(
    ("license_id", "body", "status", "code"),
    [
        (None, {"seats": 0}, 422, "bad_license"),
        (None, {"seats": "many"}, 422, "invalid"),
        (None, {"seats": 1, "message": "x" * 2001}, 422, "bad_text"),
        ("none", {"seats": 1}, 404, "license_not_found"),
    ],
)
def test_a_seat_request_that_makes_no_sense_is_refused(
    manager: Caller,
    base: str,
    license_: License,
    license_id: str | None,
    body: dict[str, Any],
    status: int,
    code: str,
) -> None:
    answer = manager.post(f"{base}/licenses/{license_id or license_.id}/seat-requests", body)

    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_repeated_request_is_filed_once(manager: Caller, base: str, license_: License) -> None:
    sender = manager.sending(idempotency_key="k1")
    path = f"{base}/licenses/{license_.id}/seat-requests"

    assert sender.post(path, {"seats": 2}).json == sender.post(path, {"seats": 2}).json
    assert len(manager.get(f"{base}/seat-requests").json["items"]) == 1


def test_requests_carry_the_names_of_their_organization_and_of_who_made_them(
    filed: Answer, manager: Caller, operator: Caller, base: str, license_: License
) -> None:
    seats_wanted = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 3})

    manager.patch(base, {"name": "Acme Ltd"})
    listed = [operator.get(path).json["items"][0] for path in (OPEN, WANTED)]

    for answer in (filed.json, seats_wanted.json):
        assert (answer["organization_name"], answer["created_by_name"]) == ("Acme", "Max Full")
    for request in listed:
        assert (request["organization_name"], request["created_by_name"]) == ("Acme Ltd", "Max Full")


def test_a_request_of_a_program_names_its_key_and_one_of_a_manager_who_left_names_nobody(
    manager: Caller, caller: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    bob = Team(tenant).joined()
    made = manager.post(f"{base}/api-keys", {"name": "Portal", "scopes": ["read", "file_requests"]}).json
    for who in (caller.with_key(made["key"]), caller.as_(bob)):
        who.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 1})
    Team(tenant).team_members.remove(person=tenant.full, organization=tenant.id, email=bob.email)

    names = [one["created_by_name"] for one in operator.get(WANTED).json["items"]]

    assert names == ["Portal", None]


def test_a_request_of_a_providers_manager_in_a_client_is_named_too(
    manager: Caller, operator: Caller, tenant: Tenant
) -> None:
    client = create_client(tenant, manager="ann@client.example")
    path = f"/v1/organizations/{client.id}/support-requests"

    manager.post(path, {"kind": "other", "message": "Hello"})
    (request,) = operator.get(OPEN).json["items"]

    assert (request["organization_name"], request["created_by_name"]) == ("Branch", "Max Full")


def test_names_of_a_page_of_requests_cost_one_call(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, license_: License
) -> None:
    for _ in range(5):
        manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 1})

    with Count(tenant.context.table.connection.client)() as cost:
        assert len(operator.get(WANTED).json["items"]) == 5

    assert cost.operations == ["Query", "BatchGetItem"]


@pytest.mark.parametrize("kind", ["support-requests", "seat-requests"])
def test_managers_read_one_of_their_own_requests(
    filed: Answer, manager: Caller, limited: Caller, base: str, license_: License, kind: str
) -> None:
    wanted = manager.post(f"{base}/licenses/{license_.id}/seat-requests", {"seats": 5})
    request = (filed if kind == "support-requests" else wanted).json

    assert manager.get(f"{base}/{kind}/{request['id']}").json == request
    assert limited.get(f"{base}/{kind}/{request['id']}").json == request
    assert manager.get(f"{base}/{kind}/01KAP3V8Q2M4X7Y9Z1B5C6D8E0").json["code"] == "request_not_found"

"""Lists of learners over HTTP, as JSON and as CSV."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.csv_files import csv_rows
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.tenant import Tenant
from usher.domain.groups import Group
from usher.domain.licenses import License
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.people import learner_lists


@pytest.fixture
def course(tenant: Tenant) -> License:
    return tenant.license()


@pytest.fixture
def group(tenant: Tenant, course: License) -> Group:
    return group_of(tenant, course)


@pytest.fixture
def learners(tenant: Tenant, course: License, group: Group) -> None:
    """Ann has two licenses, Bo is in the group, and Cy has none any more."""
    later = tenant.license(valid_from="2027-02-01", product=tenant.product(name="=First aid"))
    accept = AnswerInvite(tenant.context).accept
    for invite, first_name, last_name in (
        (tenant.invite([course, later], "ann@x.io"), "Ann", "Lee"),
        (invite_to_group(tenant, group, "bo@x.io"), "Bo", "Öz"),
    ):
        person = Person(email=invite.email, first_name=first_name, last_name=last_name)
        accept(person=person, invite=invite.id, number=1)
    empty = group_of(tenant, name="Day shift")
    accept(
        person=Person(email="cy@x.io", first_name="Cy"),
        invite=invite_to_group(tenant, empty, "cy@x.io").id,
        number=1,
    )


@pytest.mark.usefixtures("learners")
def test_a_learner_in_a_list_has_what_is_asked_for(
    limited: Caller, base: str, course: License, group: Group, id_of: Callable[[str], str]
) -> None:
    (bare,) = limited.get(f"{base}/learners", q="oz").json["items"]
    (whole,) = limited.get(f"{base}/learners", q="oz", include="accesses,groups").json["items"]

    known = {
        "id": id_of("bo@x.io"),
        "email": "bo@x.io",
        "first_name": "Bo",
        "last_name": "Öz",
        "joined_at": "2027-01-04T09:00:00Z",
    }
    assert bare == {**known, "accesses": None, "groups": None}
    access = {
        "license": course.id,
        "product": {"id": course.terms.product.id, "name": "Fire safety", "kind": "course"},
        "person": id_of("bo@x.io"),
        "email": "bo@x.io",
        "state": "active",
        "starts_at": "2027-01-04T09:00:00Z",
        "ends_at": "2027-12-31T23:00:00Z",
        "method": "invite",
        "invite": whole["accesses"][0]["invite"],
    }
    assert whole["accesses"][0]["invite"] is not None
    assert whole == {**known, "accesses": [access], "groups": [{"id": group.id, "name": "Night shift"}]}


@pytest.mark.usefixtures("learners")
def test_learners_are_filtered_and_sorted(manager: Caller, base: str, course: License, group: Group) -> None:
    def listed(**query: str) -> list[str]:
        return [one["email"] for one in manager.get(f"{base}/learners", **query).json["items"]]

    assert listed() == ["ann@x.io", "bo@x.io", "cy@x.io"]
    assert listed(sort="-name") == ["bo@x.io", "ann@x.io", "cy@x.io"]
    assert listed(license=course.id) == ["ann@x.io", "bo@x.io"]
    assert listed(license=course.id, group=group.id) == ["bo@x.io"]
    assert listed(state="scheduled,ended") == ["ann@x.io"]
    assert listed(email="cy@x.io", license=course.id) == []
    assert listed(q="lee") == ["ann@x.io"]


def test_learners_are_asked_for_by_what_was_given_to_them(manager: Caller, base: str) -> None:
    refused = manager.get(f"{base}/learners", state="reserved")

    assert refused.status == 422
    reasons = [(one["field"], one["reason"]) for one in refused.json["errors"]]
    assert reasons == [("state", "Input should be 'scheduled', 'active' or 'ended'")]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"state": "gone"}, 422, "state"),
        ({"sort": "joined"}, 422, "sort"),
        ({"sort": "name", "q": "a"}, 422, "sort"),
        ({"include": "everything"}, 422, "include"),
        ({"license": "nothing"}, 404, "license"),
        ({"group": "nothing"}, 404, "group"),
    ],
)
def test_a_filter_that_is_not_understood_is_named(
    manager: Caller, base: str, query: dict[str, str], status: int, field: str
) -> None:
    refused = manager.get(f"{base}/learners", **query)

    assert refused.status == status
    assert [one["field"] for one in refused.json["errors"]] == [field]


def _rows(text: str) -> list[dict[str, str]]:
    return csv_rows(text)


@pytest.mark.usefixtures("learners")
def test_as_csv_a_line_is_a_learner_and_one_access(
    manager: Caller, base: str, id_of: Callable[[str], str], course: License
) -> None:
    answer = manager.get(f"{base}/learners", format="csv")
    rows = _rows(answer.text)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-learners-2027-01-04.csv"'
    assert sorted((row["email"], row["product"], row["state"], row["groups"]) for row in rows) == [
        ("ann@x.io", "'=First aid", "scheduled", ""),
        ("ann@x.io", "Fire safety", "active", ""),
        ("bo@x.io", "Fire safety", "active", "Night shift"),
        ("cy@x.io", "", "", "Day shift"),
    ]
    assert (rows[-2]["id"], rows[-2]["license"]) == (id_of("bo@x.io"), course.id)


@pytest.mark.usefixtures("learners")
def test_csv_takes_the_filters_and_comes_compressed_and_in_parts(
    manager: Caller, base: str, course: License, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = manager.get(f"{base}/learners", format="csv", license=course.id)
    packed = manager.sending(accept_encoding="gzip").get(f"{base}/learners", format="csv", license=course.id)
    assert gzip.decompress(packed.content).decode() == whole.text

    monkeypatch.setattr(learner_lists, "MOST_HELD", 1)
    monkeypatch.setattr("functions.api.sheets.pages.MOST_BYTES", 1)
    parts, query = "", {"format": "csv", "license": course.id}
    while True:
        answer = manager.get(f"{base}/learners", **query)
        parts += answer.text
        link: Any = answer.headers.get("Link")
        if link is None:
            break
        assert link.startswith(
            f"<https://usher.example{base}/learners?format=csv&license={course.id}&cursor="
        )
        query["cursor"] = link.partition("cursor=")[2].partition(">")[0]
    assert parts == whole.text


def test_nobody_is_an_empty_list_and_a_file_with_column_names(manager: Caller, base: str) -> None:
    assert manager.get(f"{base}/learners", include="accesses").json == {"items": [], "next": None}
    assert manager.get(f"{base}/learners", format="csv").text.startswith("\ufeffemail,first_name,last_name")

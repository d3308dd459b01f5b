"""The invariants of the table (DESIGN 7.1), checked on every item."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from tests.support.published_events import check_stored
from tests.support.tables import NAME, items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIVE = {"reserved", "scheduled", "active"}


def check_invariants(client: DynamoDBClient, name: str = NAME) -> None:
    """Assert that seats, accesses, invites and managers of the table agree with each other."""
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(client, name)}
    _check_parts(stored)
    found = _with_summed_parts(stored)
    _check_seats(found)
    _check_reservations(found)
    _check_full_managers(found)
    _check_seat_changes(found)
    _check_waitlist(found)
    _check_members(found)
    _check_sublicenses(found)
    _check_ends(found)
    _check_due(found)
    _check_states(found)
    _check_figures(found)
    _check_daily_figures(found)
    _check_events(found)


_Items = dict[tuple[str, str], dict[str, Any]]


def _check_parts(stored: _Items) -> None:
    """A license has as many parts as it says, and none of them was ever asked for seats that it has not."""
    parts = Counter((pk, sk.partition("#PART#")[0]) for pk, sk in stored if sk.startswith("LICENSE#"))
    for (pk, sk), item in stored.items():
        if not sk.startswith("LICENSE#"):
            continue
        assert all(int(item[of]["N"]) >= 0 for of in _SEAT_COUNTS), "no part has fewer seats than none"
        license_, is_part, number = sk.partition("#PART#")
        of = int(stored[pk, license_].get("parts", {"N": "1"})["N"])
        assert of == parts[pk, license_], "a license knows how many parts it has"
        assert not is_part or 0 < int(number) < of, "parts are numbered from the license's own on"


_SEAT_COUNTS = ("assigned", "sublicensed", "available")


def _with_summed_parts(stored: _Items) -> _Items:
    """Return the items without the parts of licenses, whose seats are added to those of their licenses."""
    found = {key: item for key, item in stored.items() if "#PART#" not in key[1]}
    for (pk, sk), part in stored.items():
        if "#PART#" in sk:
            key = pk, sk.partition("#PART#")[0]
            item = found[key]
            sums = {of: {"N": str(int(item[of]["N"]) + int(part[of]["N"]))} for of in _SEAT_COUNTS}
            found[key] = item | sums
    return found


def _check_seats(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    live = Counter(
        item["terms"]["M"]["license"]["S"]
        for (_, sk), item in found.items()
        if sk.startswith("ACCESS#") and item["state"]["S"] in LIVE
    )
    for (_, sk), item in found.items():
        if not sk.startswith("LICENSE#"):
            continue
        total, assigned, sublicensed, available = (
            int(item[of]["N"]) for of in ("total", "assigned", "sublicensed", "available")
        )
        assert assigned == live.pop(item["id"]["S"], 0), "assigned is the number of live accesses"
        assert available == total - assigned - sublicensed, (
            "available seats are neither assigned nor sublicensed"
        )
        assert available >= 0, "nothing is oversold"
    assert not live, "every access is of a license"


def _check_reservations(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Each reserved access has a pending invite that holds its seats, and the reverse."""
    reserved = Counter[str]()
    for (_, sk), item in found.items():
        if sk.startswith("ACCESS#") and item["state"]["S"] == "reserved":
            invite = found["INVITE#" + item["invite"]["S"], "INVITE"]
            assert invite["state"]["S"] == "pending", "only a pending invite reserves a seat"
            assert _holds_seats(invite), "an invite knows of the seats reserved for it"
            assert item["reserved_until"] == invite["expires_at"], "a reservation lapses with its invite"
            assert item["email"] == invite["email"]
            reserved[invite["pk"]["S"]] += 1
    for (pk, sk), item in found.items():
        if sk == "INVITE" and "kind" not in item and _holds_seats(item):
            if item["state"]["S"] == "pending":
                assert reserved[pk] == len(item.get("license_ids", {"L": []})["L"]), "it holds all its seats"
            else:
                assert item["state"]["S"] == "accepted", "an invite that came to nothing holds no seat"


def _check_ends(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Each copy of a license's end is the license's own, or its extension is still due to be copied."""
    licenses = {item["id"]["S"]: item for (_, sk), item in found.items() if sk.startswith("LICENSE#")}
    due = {
        item["license"]["S"]
        for (_, sk), item in found.items()
        if sk.startswith("EXTENSION#") and "due_pk" in item
    }
    copies = [
        *(
            item["terms"]["M"]
            for (_, sk), item in found.items()
            if sk.startswith("ACCESS#") and item["state"]["S"] in LIVE
        ),
        *(
            {"license": license_id, **terms["M"]}
            for (_, sk), item in found.items()
            if sk == "INVITE" and item["state"]["S"] == "pending" and "license_ids" in item
            for license_id, terms in zip(item["license_ids"]["L"], item["licenses"]["L"], strict=True)
        ),
        *(
            {"license": item["parent"], "valid_until": item["valid_until"]}
            for item in licenses.values()
            if "parent" in item
        ),
    ]
    for copy in copies:
        id_ = copy["license"]["S"]
        assert id_ in due or copy["valid_until"] == licenses[id_]["valid_until"], "a copy ends as its license"


def _check_due(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """What has to start is due by itself, and what has to end by its license."""
    due = {
        item["id"]["S"] for (_, sk), item in found.items() if sk.startswith("LICENSE#") and "due_pk" in item
    }
    for (_, sk), item in found.items():
        if sk.startswith("ACCESS#"):
            state = item["state"]["S"]
            assert ("due_pk" in item) == (state == "scheduled"), "an access is due at its start alone"
            assert state not in {"scheduled", "active"} or item["terms"]["M"]["license"]["S"] in due, (
                "a license is due while an access has to end with it"
            )


def _check_full_managers(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    active = Counter(
        pk
        for (pk, sk), item in found.items()
        if sk.startswith("MANAGER#")
        and item["state"]["S"] == "active"
        and item["role"]["S"] == "full_manager"
    )
    for (pk, sk), item in found.items():
        if sk == "ORG":
            assert int(item["full_managers"]["N"]) == active[pk], "full managers are counted exactly"


def _check_waitlist(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The waitlist has those, and only those, who wait for a seat, and their count and markers are exact."""
    waiting = {
        (pk, item["id"]["S"], item["email"]["S"])
        for (pk, sk), item in found.items()
        if sk.startswith("JOIN_REQUEST#") and item["state"]["S"] == "waiting"
    }
    waitlist = {
        (pk, sk.removeprefix("WAITING#"), item["email"]["S"])
        for (pk, sk), item in found.items()
        if sk.startswith("WAITING#")
    }
    assert waitlist == waiting, "the waitlist has those who wait"
    still_open = {
        (pk.removeprefix("ORG#"), item["email"]["S"], item["state"]["S"])
        for (pk, sk), item in found.items()
        if sk.startswith("JOIN_REQUEST#") and item["state"]["S"] in {"pending", "waiting"}
    }
    markers = {
        (sk.removeprefix("JOIN_REQUEST_MARKER#"), pk.removeprefix("PERSON#"), item["state"]["S"])
        for (pk, sk), item in found.items()
        if sk.startswith("JOIN_REQUEST_MARKER#")
    }
    assert markers == still_open, "whoever waits finds the request among their own"
    counted = Counter(pk for pk, _, _ in waiting)
    for (pk, sk), item in found.items():
        if sk == "JOIN_LINE":
            assert int(item["waiting"]["N"]) == counted.pop(pk, 0), "who waits is counted exactly"
    assert not counted


def _check_members(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The members of every group are counted exactly; those of one that is being deleted are not."""
    members = Counter(
        (pk, item["group"]["S"]) for (pk, sk), item in found.items() if sk.startswith("MEMBER#")
    )
    for (pk, sk), item in found.items():
        if sk.startswith("GROUP#") and "closing" not in item:
            counted = int(item["members"]["N"])
            assert counted == members[pk, sk.removeprefix("GROUP#")], "members are counted exactly"


def _check_seat_changes(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The seat changes of all events add up to the assigned seats, from which the summary counts."""
    changes = Counter[str]()
    for (_, sk), item in found.items():
        if sk.startswith("EVENT#"):
            for change in json.loads(item["data"]["S"]).get("seat_changes", []):
                changes[change["license"]["id"]] += change["seats"]
    for (_, sk), item in found.items():
        if sk.startswith("LICENSE#"):
            assert int(item["assigned"]["N"]) == changes[item["id"]["S"]], "events have every seat change"


def _check_sublicenses(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The sublicensed seats of a provider's license are the totals of its sublicenses."""
    lent = Counter[str]()
    for (_, sk), item in found.items():
        if sk.startswith("LICENSE#") and "parent" in item:
            lent[item["parent"]["S"]] += int(item["total"]["N"])
    for (_, sk), item in found.items():
        if sk.startswith("LICENSE#"):
            assert int(item["sublicensed"]["N"]) == lent[item["id"]["S"]], (
                "sublicensed seats are the sublicenses' totals"
            )


_COUNTED_BY_STATE = {
    "JOIN_REQUEST": "join_requests",
    "SUPPORT": "support_requests",
    "SEATS": "seat_requests",
    "IMPORT": "imports",
}
"""Items that are counted by their state, by the first part of their sort keys."""


def _check_states(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """What is listed by state stands in the directory in its state alone (decision 0103)."""
    for (_, sk), item in found.items():
        kind = sk.partition("#")[0]
        if kind in _COUNTED_BY_STATE:
            state = item["state"]["S"]
            assert item["email_sk"]["S"].startswith(f"{state}#"), "the directory has the present state"
            if kind != "IMPORT" and "last_name_sk" in item:
                assert item["last_name_sk"]["S"].startswith(f"{state}#"), "also by name"
            if "first_name_sk" in item:
                assert item["first_name_sk"]["S"].startswith(f"{state}#"), "also by name"
        if kind == "DELIVERY":
            assert item["directory_pk"]["S"].endswith(f"#{item['state']['S']}"), "so has each delivery"


def _check_figures(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The figures, with those that the undispatched events carry, are what a count of the items gives."""
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    for (pk, sk), item in found.items():
        if pk.startswith("FIGURES#") and not sk.startswith("DAY#"):
            of = "" if sk == "NOW" else "@" + sk.removeprefix("OF_LICENSE#")
            numbers = {name + of: int(value["N"]) for name, value in item.items() if "N" in value}
            figures[pk.removeprefix("FIGURES#")].update(numbers)
        elif sk.startswith("EVENT#") and "due_pk" in item:
            assert item["due_pk"]["S"].startswith("OUTBOX#")
            figures[item["organization"]["S"]].update(json.loads(item.get("figures", {"S": "{}"})["S"]))
    recount: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, sk), item in found.items():
        if "organization" in item:
            recount[item["organization"]["S"]].update(_counted_as(sk, item))
        if sk == "INVITE":
            recount[item["listing_pk"]["S"].split("#")[1]].update(_counted_as(sk, item))
        if sk == "CODE":
            assert item["first_name_sk"]["S"] == _code_entry(item), "a code is listed in its state"
            recount[item["organization"]["S"]][f"codes_{_code_state(item)}"] += 1
        if sk.startswith("ACCESS#") and item["state"]["S"] in LIVE:
            terms = item["terms"]["M"]
            recount[terms["organization"]["S"]][f"accesses_{item['state']['S']}@{terms['license']['S']}"] += 1
    for organization in {*figures, *recount}:
        kept = {name: n for name, n in figures[organization].items() if n}
        real = {name: n for name, n in recount[organization].items() if n}
        assert kept == real, f"the figures of {organization} are exact"


_OUTCOMES = {
    "invites.created": "invited",
    "invite.accepted": "accepted",
    "invite.declined": "declined",
    "invite.withdrawn": "withdrawn",
    "invites.expired": "expired",
}
"""What an event counts its invites as among the figures of its day."""


_Daily = dict[tuple[str, str], Counter[str]]
"""Sums over all days, by organization and license, or "" for the whole organization."""


def _check_daily_figures(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The figures of all days together are what the dispatched events give, for organization and licenses."""
    kept: _Daily = defaultdict(Counter)
    for (pk, sk), item in found.items():
        if pk.startswith("FIGURES#") and sk.startswith("DAY#"):
            of = kept[pk.removeprefix("FIGURES#"), sk.split("#")[1]]
            for name, value in item.items():
                if "N" in value and not name.startswith(("enrolled_", "waited_")):
                    of[name.partition("+")[0]] += int(value["N"])
    real: _Daily = defaultdict(Counter)
    for (_, sk), item in found.items():
        if sk.startswith("EVENT#") and "due_pk" not in item:
            _count_daily(real, item)
    for of_whom in {*kept, *real}:
        counted = {name: n for name, n in kept[of_whom].items() if n}
        expected = {name: n for name, n in real[of_whom].items() if n}
        assert counted == expected, f"the daily figures of {of_whom} are exact"


def _count_daily(real: _Daily, item: dict[str, Any]) -> None:
    organization = item["organization"]["S"]
    data = json.loads(item["data"]["S"])
    for change in data.get("seat_changes", []):
        id_ = change["license"]["id"]
        real[organization, ""][f"seats@{id_}"] += change["seats"]
        real[organization, id_]["seats"] += change["seats"]
    if (outcome := _OUTCOMES.get(item["type"]["S"])) is None:
        return
    for invite in data["invites"] if "invites" in data else [data["invite"]]:
        if invite["kind"] == "learner":
            for license_id in ("", *(one["id"] for one in invite["licenses"])):
                real[organization, license_id][outcome] += 1


def _counted_as(sk: str, item: dict[str, Any]) -> dict[str, int]:
    """Return what an item counts for, by the glossary's words for it."""
    kind = sk.partition("#")[0]
    if kind in _COUNTED_BY_STATE:
        return {f"{_COUNTED_BY_STATE[kind]}_{item['state']['S']}": 1}
    if kind == "LEARNER":
        return {"learners": 1}
    if kind == "LICENSE":
        return {f"seats_{of}": int(item[of]["N"]) for of in ("total", "assigned", "sublicensed")}
    if kind != "INVITE" or "kind" in item:
        return {}
    if item["state"]["S"] != "pending":
        return {f"invites_{item['state']['S']}": 1}
    failed = item["delivery"]["S"] in {"bounced", "complained"}
    holds = _holds_seats(item)
    return {
        "invites_pending": holds,
        "invites_expired": not holds,
        "invites_expiring_soon": holds and item["due_sk"]["S"].startswith(item["expires_at"]["S"]),
        "invites_bounced": failed,
    }


def _holds_seats(invite: dict[str, Any]) -> bool:
    return "holds_seats" not in invite


def _code_state(item: dict[str, Any]) -> str:
    """Return the state in which a code is counted: that it has ended, from when its end was processed."""
    if "disabled" in item:
        return "disabled"
    if "end_processed" in item:
        return "ended"
    used_up = "cap" in item and int(item["uses"]["N"]) >= int(item["cap"]["N"])
    return "used_up" if used_up else "active"


def _code_entry(item: dict[str, Any]) -> str:
    """Return where a code is in the directory, by its kind and the state in which it is counted."""
    end = item.get("ends_at", {"S": ""})
    parts = [item["kind"]["S"], _code_state(item), item["id"]["S"], item["text"]["S"], end["S"]]
    return "#".join(parts)


def _check_events(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Every event matches its published schema."""
    for (_, sk), item in found.items():
        if sk.startswith("EVENT#"):
            check_stored(item)
